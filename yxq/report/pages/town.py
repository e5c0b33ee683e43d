"""The page of a town."""

from __future__ import annotations

from yxq.report.blocks import Block
from yxq.report.pages.base import guarded
from yxq.report.pages.town_and_city import UnitPage
from yxq.report.sections.quotas import unit_quotas
from yxq.report.sections.targets import targets


class TownPage(UnitPage):
    """The page of a town, which reads this town's rows and no other's."""

    @guarded
    def targets(self) -> Block:
        """Every target by section: counts, threshold, state, gap and what is needed."""
        return targets(self.numbered, self.words)

    @guarded
    def quotas(self) -> Block:
        """The town's shares in the city's counts."""
        return unit_quotas(self.plan, self.shares, self.numbered, self.words)
