"""The page of the city: all units by all targets, then the city's own totals."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from yxq import compare, display, figures
from yxq.attain import STATES
from yxq.blocks import Block, macro
from yxq.pages.town import TownPage
from yxq.plan import Plan
from yxq.words import Words

JUDGED = ["attained", "not attained"]


@dataclass
class CityPage(TownPage):
    """The city's page: all units by all targets, then the city's own totals."""

    @property
    def _only(self) -> None:
        """This page reads everything."""

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
        rows = town_table(self.plan, self.attained, self.scores, self.words)
        states = {state: self.words.state(state) for state in STATES if state in rows}
        ranked = "" if self.scores.empty else "rank rank_interval score grade "
        grid = self._table("city_towns", rows, f"unit {ranked}share_attained", **states)
        note = self.words("city_towns_note" if self.scores.empty else "city_towns_ranked")
        return self._section("city_towns", macro("para", note), grid)

    def targets(self, title: str = "city_targets") -> Block:
        """The city's totals against the plan."""
        return super().targets(title)

    def ranking(self) -> Block:
        """Scores, grades and ranks of the units, with the places that chance and the choice of weights leave open."""
        if self.scores.empty:
            return self._none("ranking", "score_unset")
        words, scoring = self.words, self.plan.period.scoring
        names = {unit.name: words.unit(unit) for unit in self.plan.folder.units}
        rows = self.scores[self.scores["unit"] != self.plan.folder.city.name].sort_values("rank", kind="stable")
        rows = rows.assign(unit=rows["unit"].map(names))
        subs = self.subscores.assign(unit=self.subscores["unit"].map(names))
        wide = subs.assign(score=[display.points(s, scoring) for s in subs["score"]]).pivot(
            index="unit", columns="clause", values="score"
        )
        sections = {
            s.clause: words.text(s.title)
            for s in self.plan.period.sections
            if (wide.get(s.clause, pd.Series(dtype="str")).fillna("") != "").any()
        }
        shown = rows.assign(
            score=[display.points(s, scoring) for s in rows["score"]], rank=["" if pd.isna(r) else f"{r}" for r in rows["rank"]],
            rank_interval=[display.places(a, b) for a, b in zip(rows["rank_low"], rows["rank_high"], strict=True)],
            missing_weight=[f"{m:.0%}" if m else "" for m in rows["missing"].fillna(0)],
        ).join(wide, on="unit")  # fmt: skip
        ranked = rows[rows["rank"].notna()]
        parts = [macro("para", words("ranking_method", draws=scoring.draws, vary=f"{float(scoring.vary):.0%}"))]
        if len(ranked):
            alt = (
                words("ranking_figure")
                + " "
                + words("list").join(
                    f"{u} {r} ({a}–{b})"
                    for u, r, a, b in ranked[["unit", "rank", "rank_low", "rank_high"]].itertuples(index=False)
                )
            )
            parts.append(macro("figure", words("ranking_note"), alt, figures.ranks(ranked, words, self.synthetic)))
        parts.append(self._table("ranking", shown, "unit score grade rank rank_interval missing_weight"))
        parts.append(self._table("subscores", shown, "unit score", **sections))
        return self._section("ranking", *parts)

    def funnel(self) -> Block:
        """Units whose rates lie outside what chance allows around the city's."""
        words = self.words
        rows = compare.funnel(self.plan, self.attained)
        if rows.empty:
            return self._none("funnel", "funnel_none")
        names = {unit.name: words.unit(unit) for unit in self.plan.folder.units}
        rows = rows.assign(unit=rows["unit"].map(names))
        panels, seen = {}, set()
        for target in self.plan.targets:
            points, basis = rows[rows["target"] == target.id], target.measure.model_dump_json()
            if target.sampled and len(points) and basis not in seen:
                seen.add(basis)
                n = pd.Series(range(1, int(points["denominator"].max() * 1.1) + 2), dtype="float64")
                ends = compare.limits(n, pd.Series(points["centre"].iloc[0], n.index)).set_index(n)
                panels[words.text(target.title)] = (points, ends, float(target.share))
        out = rows[rows["beyond"] != ""]
        parts = [macro("para", words("funnel_method", n=len(rows), chance=f"{compare.by_chance(rows):.1f}"))]
        if panels:
            alt = words(
                "funnel_figure",
                title=words("list").join(panels),
                out=words("list").join(out["unit"].unique()) or words("nobody"),
            )
            parts.append(macro("figure", words("funnel_note"), alt, figures.funnel(panels, words, self.synthetic)))
        if out.empty:
            return self._section("funnel", *parts, macro("para", words("funnel_inside")))
        titles = {t.id: f"{t.id} {words.text(t.title)}" for t in self.plan.targets}
        shown = out.assign(
            target=out["target"].map(titles), counts=[f"{x} / {n}" for x, n in zip(out["numerator"], out["denominator"], strict=True)],
            value=[f"{v:.1%}" for v in out["value"]], city_rate=[f"{v:.1%}" for v in out["centre"]],
            beyond=[words.of("beyond", code) for code in out["beyond"]],
        )  # fmt: skip
        return self._section(
            "funnel", *parts, self._table("beyond_limits", shown, "target unit counts value city_rate beyond")
        )

    def quotas(self) -> Block:
        """Every unit's share in the city's counts, and what it has of it."""
        shares = self.quotas_here
        if shares.empty:
            return self._none("quotas", "quotas_none")
        words, towns = self.words, self.plan.towns
        cells = self.attained.set_index(["unit", "target"])
        own = cells.loc[[*zip(shares["unit"], shares["target"], strict=True)]]
        have = own["numerator"].astype("str").where(own["state"] != "no data", "?")
        told = [words("of_share", have=count, quota=quota) if quota else words("no_share_of", have=count)
                for count, quota in zip(have, shares["quota"], strict=True)]  # fmt: skip
        wide = (
            shares.assign(told=told)
            .pivot(index="unit", columns="target", values="told")
            .reindex([u.name for u in towns])
        )
        wide.index = [words.unit(unit) for unit in towns]
        city = cells.loc[self.plan.folder.city.name].loc[wide.columns]
        wide.loc[words.unit(self.plan.folder.city)] = [
            words("of_share", have="?" if state == "no data" else count, quota=self.plan.target(id).bounds[0])
            for id, count, state in zip(city.index, city["numerator"], city["state"], strict=True)
        ]
        for name in dict.fromkeys(basis for basis in shares["basis"] if basis in self.plan.period.bases):
            values = self.source.measures
            values = values[(values["target"] == name) & (values["year"] == self.plan.year - 1)]
            values = values.drop_duplicates("unit", keep="last").set_index("unit")["value"]
            wide.insert(0, name, [*(display.number(float(values[unit.name])) for unit in towns), ""])
        bases = {name: words.text(basis.title) for name, basis in self.plan.period.bases.items()}
        heads = {id: bases[id] if id in bases else words.text(self.plan.target(id).title) for id in wide.columns}
        by = shares.drop_duplicates("target").groupby(["basis", "source"], sort=False)["target"]
        split = [
            words("split_of", basis=self._basis(*basis), list=words("list").join(heads[id] for id in ids))
            for basis, ids in by
        ]
        grid = self._table("quotas_have", wide.rename_axis("unit").reset_index(), "unit", **heads)
        return self._section(
            "quotas", macro("para", self.words("quotas_by", list=self.words("comma").join(split))), grid
        )

    def milestones(self) -> Block:
        """Milestones of the city with dates."""
        rows = self._numbered[self.results["rule"].eq("milestone").to_numpy()]
        if rows.empty:
            return self._none("milestones", "milestones_none")
        return self._section(
            "milestones", self._table("milestones", rows, "target clause owner required counts state note")
        )


def town_table(plan: Plan, attained: pd.DataFrame, scores: pd.DataFrame, words: Words) -> pd.DataFrame:
    """One row a unit: name, rank, score, grade, share attained of those judged, and the targets in each state that occurs.

    Ordered by rank, and where the plan has no scoring by the share attained.
    """
    counts = pd.crosstab(attained["unit"], attained["state"]).reindex(columns=STATES, fill_value=0)
    counts = counts.reindex([unit.name for unit in plan.towns])
    judged = counts[JUDGED].sum(axis=1)
    ratio = counts["attained"] / judged.where(judged > 0)
    counts["share_attained"] = [f"{a} / {j}" for a, j in zip(counts["attained"], judged, strict=True)]
    counts["unit"] = [words.unit(unit) for unit in plan.towns]
    counts = counts.drop(columns=[state for state in STATES if not counts[state].any()])
    if scores.empty:
        return counts.assign(ratio=ratio).sort_values("ratio", ascending=False, kind="stable").drop(columns="ratio")
    own = scores.set_index("unit").reindex(counts.index)
    counts = counts.assign(
        score=[display.points(score, plan.period.scoring) for score in own["score"]], grade=own["grade"],
        rank=["" if pd.isna(rank) else str(rank) for rank in own["rank"]], order=own["rank"],
        rank_interval=[display.places(low, high) for low, high in zip(own["rank_low"], own["rank_high"], strict=True)],
    )  # fmt: skip
    return counts.sort_values("order", kind="stable").drop(columns="order")
