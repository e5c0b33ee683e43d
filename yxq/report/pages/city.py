"""The page of the city: all units by all targets, then the city's own totals."""

from __future__ import annotations

from typing import Any

from yxq.attainment import drill
from yxq.report.blocks import Block
from yxq.report.pages.base import among_units, guarded
from yxq.report.pages.town_and_city import UnitPage
from yxq.report.sections.build import nothing
from yxq.report.sections.failures import unit_failures
from yxq.report.sections.funnel import funnel
from yxq.report.sections.headline import Fact
from yxq.report.sections.heatmap import heatmap
from yxq.report.sections.league import league
from yxq.report.sections.milestones import milestones
from yxq.report.sections.owners import owners
from yxq.report.sections.planning import city_planning
from yxq.report.sections.quotas import city_quotas
from yxq.report.sections.ranking import ranking
from yxq.report.sections.since import since
from yxq.report.sections.standing import grade_facts, veto_alert
from yxq.report.sections.target_failures import worst_of_city
from yxq.report.sections.targets import targets
from yxq.report.sections.tiles import missed_tiles


class CityPage(UnitPage):
    """The page of the city, which reads the rows of all units."""

    @property
    def _only(self) -> None:
        """Nothing: it reads the rows of all."""

    @property
    def _facts(self) -> list[Fact]:
        """The city's score, and how many units have each grade."""
        return [*super()._facts, *grade_facts(self.plan, self.scores, self.words, self.over)]

    @property
    def _alert(self) -> Any:
        """The units that a veto has befallen."""
        return veto_alert(self.plan, self.source.table("credits"), self.words)

    @guarded
    def since(self) -> Block:
        """What has changed since the former pack, in the city and in every unit."""
        units = [self.town, *(unit.name for unit in self.plan.towns)]
        return since(self.plan, self.comparison, units, self.words)

    @guarded
    @among_units
    def heatmap(self) -> Block:
        """Units by targets, and the number of units that miss a target."""
        tiles = missed_tiles(self.plan, self.attained, self.style)
        return heatmap(self.plan, self.attained, self.words, tiles)

    @guarded
    @among_units
    def ranking(self) -> Block:
        """Scores, grades and ranks, with the places that chance and weights leave open."""
        return ranking(self.plan, self.scores, self.subscores, self.style)

    @guarded
    @among_units
    def towns(self) -> Block:
        """A row a unit: rank, score, and how many targets are in each state."""
        return league(self.plan, self.attained, self.scores, self.words)

    @guarded
    def targets(self) -> Block:
        """The city's totals against the plan."""
        return targets(self.numbered, self.words, "city_targets")

    @guarded
    def owners(self) -> Block:
        """The city's targets by the department that answers for them."""
        return owners(self.plan, self.numbered, self.words)

    @guarded
    @among_units
    def quotas(self) -> Block:
        """Every unit's share in the city's counts, and what it has of it."""
        measures = self.source.plan_measures
        return city_quotas(self.plan, self.shares, self.attained, measures, self.words)

    @guarded
    @among_units
    def funnel(self) -> Block:
        """Units whose rates lie outside what chance allows around the city's."""
        return funnel(self.plan, self.attained, self.style)

    @guarded
    @among_units
    def planning(self) -> Block:
        """Once the year is over: how many samples decide, and which thresholds are within reach."""
        return city_planning(self.plan, self.attained, self.words) if self.over else nothing()

    @guarded
    def failures(self) -> Block:
        """Which products fail most, which firms again and again, and the failures themselves."""
        cases = drill.cases(self.targets_here, self.behind)
        cases = drill.of_short(self.plan, cases, self.results)
        worst = worst_of_city(self.plan, cases, self.words)
        return unit_failures(self.failing, self.style, True, worst)

    @guarded
    def milestones(self) -> Block:
        """Tasks of the city with dates."""
        return milestones(self.results, self.numbered, self.as_of, self.style)
