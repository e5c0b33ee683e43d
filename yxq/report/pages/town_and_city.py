"""What the pages of a town and of the city share: the results of one unit, and their sections."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import pandas as pd

from yxq.attainment import drill
from yxq.attainment.register import unanswered
from yxq.attainment.since import Comparison
from yxq.plan.target import Target
from yxq.report import display
from yxq.report.blocks import Block
from yxq.report.pages.base import Page, guarded
from yxq.report.sections.change import change
from yxq.report.sections.evidence import evidence
from yxq.report.sections.failures import failing_records, unit_failures
from yxq.report.sections.forecast import forecast
from yxq.report.sections.headline import (
    Fact,
    computed_shares,
    final,
    headline,
    state_counts,
    unit_verdict,
    unsettled,
)
from yxq.report.sections.missing import missing
from yxq.report.sections.monthly import monthly
from yxq.report.sections.names import numbered
from yxq.report.sections.next_steps import next_steps, with_gains
from yxq.report.sections.remedies import overdue_lines, remedies
from yxq.report.sections.since import since
from yxq.report.sections.sources import unit_sources
from yxq.report.sections.standing import score_facts, score_items, score_lines, standing, veto_ahead
from yxq.report.sections.targets import short, short_columns
from yxq.words.states import State


@dataclass
class UnitResults(Page):
    """A page of one unit's results: its frames, each read or computed when first asked for.

    It reads this unit's rows and no other's, so that it stays as it is when theirs change; a page
    of the city reads all.
    """

    town: str

    @property
    def _only(self) -> str | None:
        """The unit whose rows this page reads; nothing where it reads those of all."""
        return self.town

    @functools.cached_property
    def attained(self) -> pd.DataFrame:
        """Attainment of the units that this page reads."""
        return self.source.table("attained", self._only)

    @functools.cached_property
    def scores(self) -> pd.DataFrame:
        """Score, grade and rank of the same; empty where the plan has no scoring."""
        return self.source.table("scores", self._only)

    @functools.cached_property
    def subscores(self) -> pd.DataFrame:
        """The scores of the same, section by section."""
        return self.source.table("subscores", self._only)

    @functools.cached_property
    def shares(self) -> pd.DataFrame:
        """The shares of the same in the city's counts."""
        return self.source.table("quotas", self._only)

    @functools.cached_property
    def entries(self) -> pd.DataFrame:
        """What the register says of the units that this page reads."""
        return self.entries_of(self.attained, self._only)

    @functools.cached_property
    def unanswered(self) -> pd.DataFrame:
        """The results of the same that fall short and of which it says nothing."""
        return unanswered(self.attained, self.entries)

    @functools.cached_property
    def results(self) -> pd.DataFrame:
        """This unit's attainment."""
        return self.attained[self.attained["unit"] == self.town].reset_index(drop=True)

    @functools.cached_property
    def shown(self) -> pd.DataFrame:
        """This unit's attainment as text."""
        return display.results(self.plan, self.results, self.words)

    @functools.cached_property
    def numbered(self) -> pd.DataFrame:
        """The same, each target under its number and title."""
        return numbered(self.shown)

    @functools.cached_property
    def score(self) -> pd.Series | None:
        """This unit's score, grade and rank; none where the plan has no scoring."""
        return None if self.scores.empty else self.scores.set_index("unit").loc[self.town]

    @functools.cached_property
    def comparison(self) -> Comparison | None:
        """What has changed since the former pack: see `yxq.attainment.since.compare`."""
        return self.source.comparison(self._only)

    @property
    def counts(self) -> dict[State, int]:
        """How many targets are in each state."""
        return state_counts(self.results["state"])

    @property
    def states(self) -> pd.Series:
        """The same as a series: the number that checks compare."""
        return pd.Series(self.counts, name=self.town)

    @property
    def verdict(self) -> str:
        """How the unit stands, in one sentence."""
        return unit_verdict(self.plan, self.town, self.counts, self.words)


class UnitPage(UnitResults):
    """The sections that the pages of a town and of the city have in common."""

    @property
    def targets_here(self) -> list[Target]:
        """The targets that this unit is assessed by."""
        return [self.plan.target(id) for id in self.results["target"]]

    @functools.cached_property
    def behind(self) -> dict[str, pd.DataFrame]:
        """The records behind the results, by target: see `yxq.attainment.drill.behind`."""
        records = self.source.records(self._only)
        return drill.behind(self.plan, self.targets_here, records, self.town, self.as_of)

    @functools.cached_property
    def failing(self) -> pd.DataFrame:
        """Those that did not pass, those of missed targets first."""
        targets, records = self.targets_here, self.behind
        return failing_records(self.plan, targets, records, self.results, self.words)

    @functools.cached_property
    def parted(self) -> pd.DataFrame:
        """The changes of sampled rates by item: see `yxq.attainment.drill.parted`."""
        sampled = [target for target in self.targets_here if target.sampled]
        records = self.source.records(self._only)
        return drill.parted(self.plan, sampled, records, self.town, self.as_of)

    @functools.cached_property
    def movers(self) -> pd.DataFrame:
        """What would raise the score: see `yxq.attainment.movers.movers`."""
        movers = self.source.table("movers", self.town)
        return movers[movers["points"] > 0]

    @functools.cached_property
    def credits(self) -> pd.DataFrame:
        """What each result is worth: see `yxq.attainment.credits.credits`."""
        return self.source.table("credits", self.town)

    @property
    def _facts(self) -> list[Fact]:
        """The facts of the first screen but for how many targets are attained."""
        return score_facts(self.plan, self.score, self.words, self.over)

    @property
    def _alert(self) -> Any:
        """What stands above all else; of a unit nothing."""
        return ""

    @guarded
    def headline(self) -> Block:
        """How the unit stands, in a sentence, its score and rank, and what to do first."""
        plan, words, counts = self.plan, self.words, self.counts
        credits = self.source.table("credits", self._only)
        judged = words("of_judged", n=final(counts))
        attained = words.entry("states", State.ATTAINED), f"{counts[State.ATTAINED]}", judged
        return headline(
            words.unit(plan.town(self.town)),
            self.opening,
            self.verdict,
            [
                *computed_shares(self.results, words),
                *score_lines(plan, self.score, credits, words),
                *veto_ahead(plan, self.score, self.results, words),
                *overdue_lines(self.entries, words),
                *unsettled(counts, words),
                *next_steps(self.numbered, self.movers, words, self.over),
            ],
            [*self._facts, attained],
            alert=self._alert,
        )

    @guarded
    def short(self) -> Block:
        """Targets that are missed or behind, with what each still needs."""
        rows = with_gains(self.numbered, self.movers, self.words)
        columns = short_columns(len(self.movers) > 0, self.over)
        return short(rows, self.words, self.over, columns)

    @guarded
    def since(self) -> Block:
        """What has changed since the former pack, and because of which rows."""
        return since(self.plan, self.comparison, [self.town], self.words)

    @guarded
    def remedies(self) -> Block:
        """What is done about them, by when and by whom, where anybody has said so."""
        is_own = self.entries["unit"] == self.town
        others = None if is_own.all() else self.entries[~is_own]
        n = int((self.unanswered["unit"] == self.town).sum())
        return remedies(self.plan, self.entries[is_own], n, self.words, others=others)

    @guarded
    def standing(self) -> Block:
        """The subscores, and which targets move the rank most."""
        subscores = self.subscores[self.subscores["unit"] == self.town]
        items = score_items(self.plan, self.numbered, self.credits, self.words)
        lost = self.counts[State.NOT_ATTAINED] > 0
        return standing(self.plan, self.score, items, subscores, self.words, lost)

    @guarded
    def evidence(self) -> Block:
        """How firmly the sampled rates are known."""
        return evidence(self.plan, self.results, self.numbered, self.style, self.over)

    @guarded
    def forecast(self) -> Block:
        """Within the year: the chance that each target will be met."""
        alone = not self.plan.towns
        return forecast(self.results, self.numbered, self.words, self.over, alone)

    @guarded
    def change(self) -> Block:
        """Rates and counts against the year before."""
        return change(self.plan, self.results, self.numbered, self.parted, self.style)

    @guarded
    def monthly(self) -> Block:
        """Sampled rates month by month."""
        measures = self.source.table("measures", self.town)
        return monthly(self.plan, self.targets_here, measures, self.as_of, self.style)

    @guarded
    def failures(self) -> Block:
        """Which failures lie behind the missed rates."""
        return unit_failures(self.failing, self.style, self.town == self.plan.folder.city.name)

    @guarded
    def missing(self) -> Block:
        """Targets without data and the returns that are missing or late."""
        owed = self.source.table("owed", self.town)
        return missing(self.plan, self.numbered, owed, self.words)

    @guarded
    def sources(self) -> Block:
        """Clause, owner, records and source rows of every target, and the assumptions used."""
        targets, records = self.targets_here, self.behind
        return unit_sources(self.plan, targets, self.numbered, records, self.words)
