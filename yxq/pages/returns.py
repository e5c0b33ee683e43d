"""The page of what arrived, what was rejected and who has not sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from yxq import store
from yxq.blocks import Block, macro
from yxq.pages.base import Page, shown_returns
from yxq.store import FATES

ROWS_SHOWN = 200


@dataclass
class ReturnsPage(Page):
    """What arrived, what was rejected, who has not sent."""

    @property
    def fates(self) -> pd.Series:
        """Rows by fate: the number that checks compare."""
        return self.source.files[["rows", *FATES]].sum()

    def told(self) -> list[str]:
        """What arrived this year, what is missing, and what came of other years, a sentence each."""
        first, last = (pd.Timestamp(day) for day in self.plan.span())
        ours = self.source.files["period_to"].isna() | self.source.files["period_to"].between(first, last)
        mine = self.source.files[ours]
        sums = {k: int(v) for k, v in mine[["rows", *FATES]].sum().items()}
        rest = self.words(
            "returns_all", files=self.source.files["file"].nunique(), rows=int(self.source.files["rows"].sum())
        )
        here = self.source.returns[self.source.returns["year"] == self.plan.year]
        counts = here["status"].value_counts()
        late, missing = int(counts.get("late", 0)), int(counts.get("missing", 0))
        due = self.words("returns_due", due=int((here["status"] != "not due").sum()), late=late, missing=missing,
                         arrived=int(counts.get("arrived", 0)) + late)  # fmt: skip
        verdict = self.words("returns_verdict", files=mine["file"].nunique(), **sums)
        return [verdict, *([due] if len(here) else []), *([] if ours.all() else [rest])]

    def headline(self) -> Block:
        """How much arrived and how much is missing."""
        verdict, *lines = self.told()
        return self._header(self.words("returns_title"), verdict, lines)

    def matrix(self) -> Block:
        """Senders and forms by period: what is there."""
        here = self.source.returns[self.source.returns["year"] == self.plan.year].fillna({"accepted": 0})
        if here.empty:
            return self._none("returns_matrix", "returns_matrix_none")
        words, span = self.words, self.plan.span()
        start = pd.Period(span[0], "M")
        months = pd.period_range(start, pd.Period(span[1], "M"))
        shown = shown_returns(self.plan, here, words)
        rows = []
        for (sender, form), owed in shown.groupby(["sender", "form"], sort=True):
            cells = []
            for label, line in owed.sort_index().iterrows():
                due = here.loc[label]
                accepted = words("rows_accepted", n=due["accepted"]) if due["accepted"] else ""
                first, last = (pd.Period(due[end], "M") for end in ("period_from", "period_to"))
                cells.append({
                    "code": due["status"], "months": (last - first).n + 1, "lines": [*filter(None, (line["filed"], accepted))],
                    "status": f"{words.of('statuses', due['status'], 'sign')} {line['status']}",
                    "title": f"{line['period']} {words('due')} {line['due']}",
                })  # fmt: skip
            rows.append({"sender": sender, "form": form, "cells": cells})
        names = [words("month_name", n=month.month) for month in months]
        grid = macro("calendar", words("returns_matrix_note"), [words("sender"), words("form")], names, rows)
        return self._section("returns_matrix", grid)

    def _reasons(self, rows: pd.DataFrame, id: str, none: str, note: str = "") -> Block:
        if rows.empty:
            return self._none(id, none)
        shown = rows.head(ROWS_SHOWN).assign(reason=rows["reason"].map(self.words.reason))
        more = self.words("failures_more", total=len(rows), shown=ROWS_SHOWN) if len(rows) > ROWS_SHOWN else ""
        lines = [macro("para", line) for line in (note, more) if line]
        return self._section(id, *lines, self._table(id, shown, "file sheet row reason"))

    def rejected(self) -> Block:
        """Rows to send back, each with its reason."""
        rows = store.read(self.processed, "ledger", [("fate", "==", "rejected")])
        return self._reasons(rows, "returns_rejected", "returns_rejected_none", self.words("returns_back"))

    def flagged(self) -> Block:
        """Accepted rows that deserve a look: shared, suspect, outside the period."""
        rows = store.read(self.processed, "ledger", [("fate", "==", "accepted"), ("reason", "!=", "")])
        return self._reasons(rows, "returns_flagged", "returns_flagged_none")

    def by_file(self) -> Block:
        """Every file with the fates of its rows, and what is odd about it."""
        words = self.words
        titles = {name: words.text(form.title) for name, form in self.plan.folder.forms.items()}

        def remark(file: Any) -> str:
            told = [words.reason(file.reason)] if file.reason else []
            told += [words("sheet_hidden")] if file.hidden else []
            told += [words("columns_unknown", columns=file.unknown)] if file.unknown else []
            told += [words("columns_absent", columns=file.absent)] if file.absent else []
            return words("comma").join(told)

        rows = self.source.files.assign(
            form=self.source.files["form"].map(titles).fillna(""), remark=[*map(remark, self.source.files.itertuples())]
        )
        fates = {fate: words.of("fates", fate) for fate in FATES}
        return self._section(
            "returns_files", self._table("returns_files", rows, "file sheet form remark rows", **fates)
        )
