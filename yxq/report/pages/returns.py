"""The page of what arrived, what was rejected and who has not sent."""

from __future__ import annotations

import pandas as pd

from yxq.report.blocks import Block
from yxq.report.pages.base import Page, guarded
from yxq.report.sections.calendar import calendar
from yxq.report.sections.headline import headline
from yxq.report.sections.quality import quality
from yxq.report.sections.reminders import reminders
from yxq.report.sections.returns import (
    arrived_lines,
    by_file,
    due_lines,
    fate_counts,
    rows_with_reasons,
)
from yxq.tables import store


class ReturnsPage(Page):
    """What arrived, what was rejected, who has not sent."""

    @property
    def fates(self) -> pd.Series:
        """Rows by fate: the number that checks compare."""
        return fate_counts(self.source.files)

    def due_by_now(self) -> list[str]:
        """How many returns were due by the days of the page, and what became of them."""
        return due_lines(self.plan, self.source.returns, *self.source.days, self.words)

    @guarded
    def headline(self) -> Block:
        """How much arrived and how much is missing."""
        verdict, other_years = arrived_lines(self.plan, self.source.files, self.words)
        title = self.words("returns_title")
        return headline(title, self.opening, verdict, [*self.due_by_now(), *other_years])

    @guarded
    def matrix(self) -> Block:
        """Senders and forms by period: what is there."""
        return calendar(self.plan, self.source.returns, self.words)

    @guarded
    def reminders(self) -> Block:
        """Who owes what on the day of the page."""
        source = self.source
        return reminders(self.plan, source.returns, source.files, *source.days, self.words)

    @guarded
    def quality(self) -> Block:
        """How good the returns of each department were, year by year."""
        return quality(self.plan, self.source.returns, self.source.files, self.words)

    def _ledger(self, *where: tuple[str, str, str]) -> pd.DataFrame:
        """Rows of the sheets that the page is about, and what became of them."""
        rows = store.read(self.source.place, "ledger", [*where])
        sheets = pd.MultiIndex.from_frame(self.source.files[["file", "sheet"]])
        return rows[pd.MultiIndex.from_frame(rows[["file", "sheet"]]).isin(sheets)]

    @guarded
    def rejected(self) -> Block:
        """Rows to send back, each with its reason."""
        rows = self._ledger(("fate", "==", "rejected"))
        note, files = self.words("returns_back"), self.source.files
        id, none = "returns_rejected", "returns_rejected_none"
        return rows_with_reasons(self.plan, rows, files, self.words, id, none, note)

    @guarded
    def flagged(self) -> Block:
        """Accepted rows that deserve a look: shared, suspect, outside the period."""
        rows = self._ledger(("fate", "==", "accepted"), ("reason", "!=", ""))
        id, none = "returns_flagged", "returns_flagged_none"
        return rows_with_reasons(self.plan, rows, self.source.files, self.words, id, none)

    @guarded
    def by_file(self) -> Block:
        """Every file with the fates of its rows, and what is odd about it."""
        return by_file(self.plan, self.source.files, self.words)
