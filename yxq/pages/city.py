"""The page of the city: all units by all targets, then the city's own totals."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from yxq import figures
from yxq.attain import STATES
from yxq.blocks import Block, macro
from yxq.pages.town import TownPage
from yxq.plan import Plan
from yxq.words import Words

JUDGED = ["attained", "not attained"]


@dataclass
class CityPage(TownPage):
    """The city's page: all units by all targets, then the city's own totals."""

    def heatmap(self) -> Block:
        """Units by targets."""
        states = self.attained.pivot(index="unit", columns="target", values="state").loc[
            [u.name for u in self.plan.towns]
        ]
        judged = (states.notna() & (states != "reported")).any()
        states = states.loc[:, judged]
        targets = [{"id": t.id, "title": self.words.text(t.title)} for t in self.plan.targets if t.id in states]
        rows = []
        for unit in self.plan.towns:
            name = self.words.unit(unit)
            cells = []
            for target in targets:
                state = states.loc[unit.name, target["id"]]
                title = f"{name} {target['id']} {target['title']} {self.words.of('states', state)}"
                cells.append({"colour": figures.COLOURS[state], "sign": self.words.sign(state), "title": title})
            rows.append({"name": name, "cells": cells})
        legend = [
            {"colour": figures.COLOURS[s], "label": self.words.state(s)} for s in STATES if (states == s).any().any()
        ]
        grid = macro("heatmap", self.words("heatmap_note"), self.words("unit"), targets, rows, legend)
        return self._section("heatmap", grid)

    def towns(self) -> Block:
        """One row a unit: how many targets in each state."""
        rows = town_table(self.plan, self.attained, self.words)
        states = {state: self.words.state(state) for state in STATES if state in rows}
        grid = self._table("city_towns", rows, "unit share_attained", **states)
        return self._section("city_towns", macro("para", self.words("city_towns_note")), grid)

    def targets(self, title: str = "city_targets") -> Block:
        """The city's totals against the plan."""
        return super().targets(title)

    def milestones(self) -> Block:
        """Milestones of the city with dates."""
        rows = self._numbered[self.results["rule"].eq("milestone").to_numpy()]
        if rows.empty:
            return self._none("milestones", "milestones_none")
        return self._section(
            "milestones", self._table("milestones", rows, "target clause owner required counts state note")
        )


def town_table(plan: Plan, attained: pd.DataFrame, words: Words) -> pd.DataFrame:
    """One row a unit: name, share attained of those judged, and the number of targets in each state that occurs."""
    counts = pd.crosstab(attained["unit"], attained["state"]).reindex(columns=STATES, fill_value=0)
    counts = counts.reindex([unit.name for unit in plan.towns])
    judged = counts[JUDGED].sum(axis=1)
    ratio = counts["attained"] / judged.where(judged > 0)
    counts["share_attained"] = [f"{a} / {j}" for a, j in zip(counts["attained"], judged, strict=True)]
    counts["unit"] = [words.unit(unit) for unit in plan.towns]
    empty = [state for state in STATES if not counts[state].any()]
    return (
        counts.assign(ratio=ratio).sort_values("ratio", ascending=False, kind="stable").drop(columns=["ratio", *empty])
    )
