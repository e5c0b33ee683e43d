"""The page of one target: across units, month by month, year by year, and what failed."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pandas as pd

from yxq.attainment import drill, history
from yxq.attainment.register import unanswered
from yxq.plan.target import Target
from yxq.plan.units import Unit
from yxq.report import display
from yxq.report.blocks import Block
from yxq.report.pages.base import Page, guarded
from yxq.report.sections.build import nothing
from yxq.report.sections.headline import headline, state_counts, target_verdict, unsettled
from yxq.report.sections.many_units import worst_at
from yxq.report.sections.names import named, target_name
from yxq.report.sections.planning import target_planning
from yxq.report.sections.remedies import remedies
from yxq.report.sections.sources import target_sources
from yxq.report.sections.target_failures import target_failures
from yxq.report.sections.target_months import target_months
from yxq.report.sections.target_units import target_units
from yxq.report.sections.target_years import target_years


@dataclass
class TargetPage(Page):
    """The page of one target."""

    target: Target

    def __post_init__(self) -> None:
        """States are called as they are of its kind of target."""
        super().__post_init__()
        self.words = self.words.of_target(self.target.kind)

    @functools.cached_property
    def results(self) -> pd.DataFrame:
        """Attainment of the target, a row a unit, the city last."""
        rows = self.source.table("attained")
        return rows[rows["target"] == self.target.id].reset_index(drop=True)

    @functools.cached_property
    def shown(self) -> pd.DataFrame:
        """Attainment as text, with the units' names."""
        names = named(self.plan, self.results["unit"], self.words)
        return display.results(self.plan, self.results, self.words).assign(unit=names)

    @functools.cached_property
    def cases(self) -> pd.DataFrame:
        """The records behind the target, each once: see `yxq.attainment.drill.of_short`."""
        return self._cases(self.plan.folder.city.name)

    @functools.cached_property
    def cases_by_unit(self) -> pd.DataFrame:
        """The cases of each unit by itself: what two of them share stands with both."""
        return self._cases(None)

    def _cases(self, unit: str | None) -> pd.DataFrame:
        records = self.source.records(forms=[self.target.measure.form])
        behind = drill.behind(self.plan, [self.target], records, unit, self.as_of)
        return drill.of_short(self.plan, drill.cases([self.target], behind), self.results)

    @functools.cached_property
    def by_year(self) -> pd.DataFrame:
        """The target over the years: see `yxq.attainment.history.years`."""
        measures, files = self.source.measures, self.source.files
        return history.years(self.plan.folder, measures, files, self.target.id, *self.source.days)

    @functools.cached_property
    def by_month(self) -> pd.DataFrame:
        """The target over the months: see `yxq.attainment.history.months`."""
        return history.months(self.plan, self.source.measures, self.target, self.as_of)

    @functools.cached_property
    def worst(self) -> list[Unit]:
        """The units that are listed, where there are too many for a page those that are worst."""
        return worst_at(self.plan, self.results)

    @property
    def states(self) -> pd.Series:
        """How many units are in each state: the number that checks compare."""
        return pd.Series(state_counts(self.results["state"]), name=self.target.id)

    @guarded
    def headline(self) -> Block:
        """How the city and the units stand with the target."""
        words, is_city = self.words, self.results["unit"] == self.plan.folder.city.name
        counts = state_counts(self.results.loc[~is_city, "state"])
        required = display.required(self.target, words)
        facts = [
            (words("required"), required, ""),
            (words("owner"), words.sender(self.target.owner), ""),
        ]
        return headline(
            target_name(self.target, words),
            self.opening,
            target_verdict(counts, self.shown[is_city], words),
            unsettled(counts, words, "state_units"),
            facts if required else facts[1:],
        )

    @guarded
    def units(self) -> Block:
        """Every unit at the target."""
        return target_units(self.plan, self.target, self.results, self.shown, self.style)

    @guarded
    def remedies(self) -> Block:
        """What is done about it where it is missed, by unit, where anybody has said so."""
        entries = self.entries_of(self.results)
        mine = entries[entries["target"] == self.target.id]
        n = len(unanswered(self.results, mine))
        return remedies(self.plan, mine, n, self.words, by_unit=True)

    @guarded
    def months(self) -> Block:
        """The city's months as a figure, every unit's as a table."""
        by_month, results, returns = self.by_month, self.results, self.source.returns
        return target_months(
            self.plan, self.target, by_month, results, returns, self.style, self.worst
        )

    @guarded
    def years(self) -> Block:
        """The target year by year: what each plan asks of it, and how every unit stood."""
        return target_years(self.plan, self.target, self.by_year, self.style, self.worst)

    @guarded
    def planning(self) -> Block:
        """Once the year is over, of a sampled rate: how many samples decide it, with what risks."""
        if not self.over:
            return nothing()
        return target_planning(self.plan, self.target, self.results, self.style)

    @guarded
    def failures(self) -> Block:
        """Where the failures lie, who fails again, which items, and the records themselves."""
        cases, cases_by_unit = self.cases, self.cases_by_unit
        return target_failures(self.plan, self.target, cases, cases_by_unit, self.style)

    @guarded
    def sources(self) -> Block:
        """The clause, the department, what is asked, and what the plan does not say."""
        return target_sources(self.plan, self.target, self.words)
