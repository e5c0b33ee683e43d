"""The page of what arrived, what was rejected and who has not sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from yxq.report.blocks import Block, macro
from yxq.report.pages.base import Page, shown_returns
from yxq.tables import store
from yxq.tables.store import FATES
from yxq.words.states import Status

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
        ours = self.source.files["period_to"].isna() | self.source.files["period_to"].between(
            first, last
        )
        mine = self.source.files[ours]
        sums = {k: int(v) for k, v in mine[["rows", *FATES]].sum().items()}
        rest = self.words(
            "returns_all",
            files=self.source.files["file"].nunique(),
            rows=int(self.source.files["rows"].sum()),
        )
        verdict = self.words("returns_verdict", files=mine["file"].nunique(), **sums)
        return [verdict, *self.due_by_now(), *([] if ours.all() else [rest])]

    @property
    def owed(self) -> pd.DataFrame:
        """The returns of this year that were due by the day of the page."""
        rows = self.source.returns
        return rows[(rows["year"] == self.plan.year) & (rows["due"] <= pd.Timestamp(self.as_of))]

    def due_by_now(self) -> list[str]:
        """How many returns were due by the day of the page, and what became of them, in a sentence;
        none without any.
        """
        counts = self.owed["status"].value_counts()
        late, missing = int(counts.get("late", 0)), int(counts.get("missing", 0))
        told = self.words(
            "returns_due",
            as_of=self.words.date(self.as_of),
            due=len(self.owed),
            late=late,
            missing=missing,
            arrived=int(counts.get("arrived", 0)) + late,
        )
        return [told] if len(self.owed) else []

    def _in_order(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows of files, those of this year first, then by the period that their file is about."""
        files = self.source.files.drop_duplicates("file").set_index("file")["period_to"]
        first, last = (pd.Timestamp(day) for day in self.plan.span())
        when = rows["file"].map(files)
        order = rows.assign(_other=~when.between(first, last), _when=when).sort_values(
            ["_other", "_when"], kind="stable"
        )
        return order.drop(columns=["_other", "_when"])

    def headline(self) -> Block:
        """How much arrived and how much is missing."""
        verdict, *lines = self.told()
        return self._header(self.words("returns_title"), verdict, lines)

    def matrix(self) -> Block:
        """Senders and forms by period: what is there."""
        here = self.source.returns[self.source.returns["year"] == self.plan.year].fillna(
            {"accepted": 0}
        )
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
                cells.append(
                    {
                        "code": due["status"],
                        "months": (last - first).n + 1,
                        "lines": [*filter(None, (line["filed"], accepted))],
                        "status": f"{Status(due['status']).sign} {line['status']}",
                        "title": f"{line['period']} {words('due')} {line['due']}",
                    }
                )
            rows.append({"sender": sender, "form": form, "cells": cells})
        names = [words("month_name", n=month.month) for month in months]
        grid = macro(
            "calendar", words("returns_matrix_note"), [words("sender"), words("form")], names, rows
        )
        return self._section("returns_matrix", grid)

    def _reasons(self, rows: pd.DataFrame, id: str, none: str, note: str = "") -> Block:
        if rows.empty:
            return self._none(id, none)
        rows = self._in_order(rows)
        shown = rows.head(ROWS_SHOWN).assign(reason=rows["reason"].map(self.words.reason))
        more = (
            self.words("rows_left", total=len(rows), shown=ROWS_SHOWN)
            if len(rows) > ROWS_SHOWN
            else ""
        )
        lines = [macro("para", line) for line in (note, more) if line]
        return self._section(id, *lines, self._table(id, shown, "file sheet row reason"))

    def rejected(self) -> Block:
        """Rows to send back, each with its reason."""
        rows = store.read(self.processed, "ledger", [("fate", "==", "rejected")])
        return self._reasons(
            rows, "returns_rejected", "returns_rejected_none", self.words("returns_back")
        )

    def flagged(self) -> Block:
        """Accepted rows that deserve a look: shared, suspect, outside the period."""
        rows = store.read(
            self.processed, "ledger", [("fate", "==", "accepted"), ("reason", "!=", "")]
        )
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

        rows = self._in_order(self.source.files)
        rows = rows.assign(
            form=rows["form"].map(titles).fillna(""), remark=[*map(remark, rows.itertuples())]
        )
        fates = {fate: words.entry("fates", fate) for fate in FATES}
        return self._section(
            "returns_files",
            self._table("returns_files", rows, "file sheet form remark rows", **fates),
        )
