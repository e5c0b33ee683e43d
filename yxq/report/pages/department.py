"""The page of a department: the targets that it answers for, in the city and in every unit, and the
returns that it owes.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pandas as pd

from yxq.attainment.register import unanswered
from yxq.report.blocks import Block
from yxq.report.pages.town_and_city import UnitResults
from yxq.report.sections.build import nothing
from yxq.report.sections.calendar import calendar
from yxq.report.sections.headline import (
    computed_shares,
    department_verdict,
    headline,
    state_counts,
    unsettled,
)
from yxq.report.sections.heatmap import heatmap
from yxq.report.sections.next_steps import with_needs
from yxq.report.sections.owners import units_short
from yxq.report.sections.remedies import remedies
from yxq.report.sections.reminders import reminders
from yxq.report.sections.returns import due_lines
from yxq.report.sections.targets import short, targets
from yxq.words.states import State


@dataclass
class DepartmentPage(UnitResults):
    """`department-<sender>.html`; `town` is the city."""

    sender: str

    @property
    def _only(self) -> None:
        """Nothing: it reads the rows of all."""

    @functools.cached_property
    def ids(self) -> list[str]:
        """The targets that the department answers for."""
        return [target.id for target in self.plan.targets if target.owner == self.sender]

    @functools.cached_property
    def owned(self) -> pd.DataFrame:
        """The attainment of its targets, of all units."""
        return self.attained[self.attained["target"].isin(self.ids)]

    @functools.cached_property
    def of_city(self) -> pd.DataFrame:
        """The city's results of its targets as text, with the units that fall short."""
        rows = self.numbered[self.numbered["id"].isin(self.ids)]
        missed = units_short(self.plan, self.owned, self.words)
        rows = rows.assign(
            missed_units=[missed.get(id, "") for id in rows["id"]], page="city#t-" + rows["id"]
        )
        return with_needs(rows)

    @functools.cached_property
    def returns(self) -> pd.DataFrame:
        """The returns that it owes: see `yxq.attainment.owed.status`."""
        returns = self.source.returns
        return returns[returns["sender"] == self.sender]

    def blocks(self) -> list[Block]:
        """The sections of the page, in order."""
        parts = self.headline(), self.short(), self.remedies(), self.targets(), self.units()
        return [part for part in (*parts, *self.sent()) if part.html]

    def headline(self) -> Block:
        """How the city stands with its targets, and how many of its returns are in."""
        words, days = self.words, self.source.days
        results = self.results[self.results["target"].isin(self.ids)]
        counts, name = state_counts(results["state"]), words.sender(self.sender)
        lines = [*computed_shares(results, words), *unsettled(counts, words)]
        lines += due_lines(self.plan, self.returns, *days, words)
        return headline(name, self.opening, department_verdict(name, counts, words), lines)

    def short(self) -> Block:
        """What the city misses or is behind at, and which units."""
        columns = "target required value state needs missed_units"
        return short(self.of_city, self.words, self.over, columns)

    def remedies(self) -> Block:
        """What is done about its targets in the city, and what is overdue of it in the units."""
        entries = self.entries_of(self.owned)
        entries = entries[entries["target"].isin(self.ids)]
        is_own = entries["unit"] == self.town
        city = self.owned[self.owned["unit"] == self.town]
        others = entries[~is_own] if self.plan.towns else None
        n = len(unanswered(city, entries[is_own]))
        own, page = entries[is_own], "city"
        return remedies(self.plan, own, n, self.words, others=others, page=page)

    def targets(self) -> Block:
        """All of its targets in the city."""
        return targets(self.of_city, self.words, "city_targets")

    def units(self) -> Block:
        """Every unit at its targets, where any is assessed by one."""
        towns = self.owned["unit"] != self.plan.folder.city.name
        if not (self.owned.loc[towns, "state"] != State.REPORTED).any():
            return nothing()
        return heatmap(self.plan, self.owned, self.words)

    def sent(self) -> list[Block]:
        """The returns that it owes: which are there, and what is still to come; of none nothing."""
        if self.returns.empty:
            return []
        files, days = self.source.files, self.source.days
        files = files[files["sender"] == self.sender]
        return [
            calendar(self.plan, self.returns, self.words),
            reminders(self.plan, self.returns, files, *days, self.words),
        ]
