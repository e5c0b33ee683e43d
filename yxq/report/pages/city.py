"""The page of the city: all units by all targets, then the city's own totals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from yxq.attainment import comparison
from yxq.attainment.scores import scoring_of
from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.plan.units import Unit
from yxq.report import display, figures, plots
from yxq.report.blocks import Block, macro
from yxq.report.pages.town import TownPage
from yxq.words.states import State
from yxq.words.wording import Words

JUDGED, SHORT = ["attained", "not attained"], ["not attained", "behind"]
NAMED = 12  # units named beside a target
OWNED = {"met": ["attained", "on track"], "short": SHORT, "unknown": ["no data"]}


@dataclass
class CityPage(TownPage):
    """The city's page: all units by all targets, then the city's own totals."""

    @property
    def _only(self) -> None:
        """This page reads everything."""

    def _facts(self) -> list[tuple[str, str, str]]:
        """The city's score, and how many units have each grade."""
        if self.scores.empty:
            return []
        own = self.scores[self.scores["unit"] != self.plan.folder.city.name]
        counts = own.loc[own["score"].notna(), "grade"].value_counts().sort_index()
        told = self.words("space").join(
            self.words("grade_count", grade=grade, n=n) for grade, n in counts.items()
        )
        return [*super()._facts(), *([(self.words("grades"), told, "")] if told else [])]

    def heatmap(self) -> Block:
        """Units by targets, with the city's own states and the number of units that miss a target
        below.
        """
        words, city = self.words, self.plan.folder.city
        states = self.attained.pivot(index="unit", columns="target", values="state")
        towns = states.loc[[unit.name for unit in self.plan.towns]]
        here = [
            t
            for t in self.plan.targets
            if t.id in towns and (towns[t.id].notna() & (towns[t.id] != "reported")).any()
        ]
        targets = [{"id": t.id, "title": words.text(t.title)} for t in here]
        sections = pd.Series([words.text(self.plan.section(t).title) for t in here])
        runs = sections.groupby((sections != sections.shift()).cumsum())
        groups = [(part.iloc[0], len(part)) for _, part in runs]
        short = states.isin(SHORT)
        rows = [self._heat(unit, here, states.loc[unit.name]) for unit in [*self.plan.towns, city]]
        rows[-1] |= {
            "sum": True,
            "page": None,
            "missed": "",
        }  # the city has targets that are no column here
        missed = short.loc[towns.index, [t.id for t in here]].sum()
        counts = [
            {
                "code": "",
                "sign": int(n) or "",
                "label": words("units_missed", n=int(n)),
                "title": "",
            }
            for n in missed
        ]
        rows.append(
            {
                "name": words("missed_units"),
                "page": None,
                "cells": counts,
                "missed": int(missed.sum()),
                "sum": True,
            }
        )
        used = [
            {"code": s, "label": words.state(s)}
            for s in State
            if (states[[t.id for t in here]] == s).any(axis=None)
        ]
        grid = macro(
            "heatmap",
            words("heatmap_note"),
            words("unit"),
            words("missed"),
            groups,
            targets,
            rows,
            used,
        )
        return self._section("heatmap", grid)

    def _heat(self, unit: Unit, targets: list[Target], states: pd.Series) -> dict[str, Any]:
        """A row of the heat map; a miss says whose and of what, where there is a pointer to show
        it.
        """
        words, cells = self.words, []
        for target in targets:
            state = states[target.id]
            told = words.entry("states", state)
            title = (
                ""
                if state == "attained"
                else words(
                    "cell_title",
                    unit=words.unit(unit),
                    id=target.id,
                    target=words.text(target.title),
                    state=told,
                )
            )
            cells.append({"code": state, "sign": words.sign(state), "label": told, "title": title})
        missed = sum(states[target.id] in SHORT for target in targets)
        return {
            "name": words.unit(unit),
            "page": unit.page,
            "cells": cells,
            "missed": missed or "",
            "sum": False,
        }

    def towns(self) -> Block:
        """The league table: one row a unit with its rank, score, and how many targets are in each
        state.
        """
        rows = town_table(self.plan, self.attained, self.scores, self.words)
        states = {state: self.words.state(state) for state in State if state in rows}
        ranked = "" if self.scores.empty else "rank rank_interval score grade missing_weight "
        grid = self._table("city_towns", rows, f"unit {ranked}share_attained", sort=True, **states)
        note = self.words("city_towns_note" if self.scores.empty else "city_towns_ranked")
        return self._section("city_towns", macro("para", note), grid)

    def owners(self) -> Block:
        """The city's targets by the department that answers for them, with the units that fall
        short.
        """
        words = self.words
        order = {unit.name: words.unit(unit) for unit in self.plan.towns}
        short = self.attained[
            self.attained["state"].isin(SHORT) & self.attained["unit"].isin(order)
        ]
        names = short.groupby("target")["unit"].agg(
            lambda units: [name for unit, name in order.items() if unit in set(units)]
        )
        told = {
            target: words("list").join(found)
            if len(found) <= NAMED
            else words("names_more", list=words("list").join(found[:NAMED]), n=len(found))
            for target, found in names.items()
        }
        rows = self._numbered.assign(missed_units=self.shown["id"].map(told).fillna(""))
        senders = [
            name
            for name in self.plan.folder.senders
            if name in {t.owner for t in self.plan.targets}
        ]
        parts, jumps = [], []
        for place, sender in enumerate(senders, start=1):
            here = rows[[self.plan.target(id).owner == sender for id in rows["id"]]]
            counts, name = here["code"].value_counts(), words.sender(sender)
            heading = words(
                "owner_counts",
                owner=name,
                n=len(here),
                **{
                    key: int(sum(counts.get(state, 0) for state in states))
                    for key, states in OWNED.items()
                },
            )
            jumps.append((f"owner-{place}", words("owner_jump", owner=name, n=len(here))))
            parts.append(here.assign(group=heading, group_anchor=f"owner-{place}"))
        grid = self._table(
            "owners_note",
            pd.concat(parts),
            "target clause required value state missed_units",
            by="group",
        )
        return self._section("owners", macro("jumps", words("owners"), jumps), grid)

    def targets(self, title: str = "city_targets") -> Block:
        """The city's totals against the plan."""
        return super().targets(title)

    def ranking(self) -> Block:
        """Scores, grades and ranks of the units, with the places that chance and the choice of
        weights leave open.
        """
        if self.scores.empty:
            return self._none("ranking", "score_unset")
        words, scoring = self.words, scoring_of(self.plan)
        names = {unit.name: words.unit(unit) for unit in self.plan.folder.units}
        rows = self.scores[self.scores["unit"] != self.plan.folder.city.name].sort_values(
            "rank", kind="stable"
        )
        told = self.subscores.assign(
            score=[display.points(score, scoring) for score in self.subscores["score"]]
        )
        wide = told.pivot(index="unit", columns="clause", values="score").reindex(rows["unit"])
        wide = wide.fillna("").replace("", words("not_scored"))
        sections = {
            section.clause: words.text(section.title)
            for section in self.plan.period.sections
            if section.clause in wide and (wide[section.clause] != words("not_scored")).any()
        }
        shown = rows.assign(score=[display.points(score, scoring) for score in rows["score"]]).join(
            wide, on="unit"
        )
        shown, rows = (table.assign(unit=table["unit"].map(names)) for table in (shown, rows))
        ranked = rows[rows["rank"].notna()]
        parts = [
            macro(
                "para",
                words("ranking_method", draws=scoring.draws, vary=f"{float(scoring.vary):.0%}"),
            )
        ]
        if len(ranked):
            alt = (
                words("ranking_figure")
                + " "
                + words("list").join(
                    words("rank_each", unit=u, rank=r, range=display.places(a, b, words))
                    for u, r, a, b in ranked[["unit", "rank", "rank_low", "rank_high"]].itertuples(
                        index=False
                    )
                )
            )
            parts.append(
                macro(
                    "figure",
                    words("ranking_note"),
                    alt,
                    plots.ranks(self.plan, self.scores, self.style),
                )
            )
        parts.append(self._table("subscores", shown, "unit score", **sections))
        return self._section("ranking", *parts)

    def funnel(self) -> Block:
        """Units whose rates lie outside what chance allows around the city's."""
        words = self.words
        rows = comparison.funnel(self.plan, self.attained)
        if rows.empty:
            return self._none("funnel", "funnel_none")
        drawn, seen = [], set()
        for target in self.plan.targets:
            if (
                target.sampled
                and (basis := target.measure.model_dump_json()) not in seen
                and (rows["target"] == target.id).any()
            ):
                seen.add(basis)  # two thresholds on one measure make one panel
                drawn.append(target)
        picture = plots.funnel(self.plan, drawn, rows, self.style)
        names = {unit.name: words.unit(unit) for unit in self.plan.folder.units}
        rows = rows.assign(unit=rows["unit"].map(names))
        out = rows[rows["beyond"] != ""]
        parts = [
            macro(
                "para",
                words("funnel_method", n=len(rows), chance=f"{comparison.by_chance(rows):.1f}"),
            )
        ]
        if picture:
            alt = words(
                "funnel_figure",
                title=words("list").join(words.text(target.title) for target in drawn),
                out=words("list").join(out["unit"].unique()) or words("nobody"),
            )
            parts.append(macro("figure", words("funnel_note"), alt, picture))
        if out.empty:
            return self._section("funnel", *parts, macro("para", words("funnel_inside")))
        titles = {t.id: f"{t.id} {words.text(t.title)}" for t in self.plan.targets}
        shown = out.assign(
            target=out["target"].map(titles),
            counts=[
                f"{x} / {n}" for x, n in zip(out["numerator"], out["denominator"], strict=True)
            ],
            value=[f"{v:.1%}" for v in out["value"]],
            city_rate=[f"{v:.1%}" for v in out["centre"]],
            beyond=[words.entry("beyond", code) for code in out["beyond"]],
        )
        return self._section(
            "funnel",
            *parts,
            self._table("beyond_limits", shown, "target unit counts value city_rate beyond"),
        )

    def quotas(self) -> Block:
        """Every unit's share in the city's counts, and what it has of it."""
        shares = self.quotas_here
        if shares.empty:
            return self._none("quotas", "quotas_none")
        words, towns = self.words, self.plan.towns
        cells = self.attained.set_index(["unit", "target"])
        own = cells.loc[[*zip(shares["unit"], shares["target"], strict=True)]]
        told = [
            words("share_missing" if state == "no data" else "of_share", have=count, quota=quota)
            if quota
            else words("no_share_of", have=count)
            for count, quota, state in zip(
                own["numerator"], shares["quota"], own["state"], strict=True
            )
        ]
        wide = (
            shares.assign(told=told)
            .pivot(index="unit", columns="target", values="told")
            .reindex([u.name for u in towns])
        )
        wide.index = [words.unit(unit) for unit in towns]
        city = cells.loc[self.plan.folder.city.name].loc[wide.columns]
        wide.loc[words.unit(self.plan.folder.city)] = [
            words(
                "share_missing" if state == "no data" else "of_share",
                have=count,
                quota=self.plan.target(id).bounds[0],
            )
            for id, count, state in zip(city.index, city["numerator"], city["state"], strict=True)
        ]
        for name in dict.fromkeys(
            basis for basis in shares["basis"] if basis in self.plan.period.bases
        ):
            values = self.source.measures
            values = values[(values["target"] == name) & (values["year"] == self.plan.year - 1)]
            values = values.drop_duplicates("unit", keep="last").set_index("unit")["value"]
            wide.insert(
                0, name, [*(display.number(float(values[unit.name])) for unit in towns), ""]
            )
        bases = {name: words.text(basis.title) for name, basis in self.plan.period.bases.items()}
        heads = {
            id: bases[id] if id in bases else words.text(self.plan.target(id).title)
            for id in wide.columns
        }
        by = shares.drop_duplicates("target").groupby(["basis", "source"], sort=False)["target"]
        split = [
            words(
                "split_of",
                basis=self._basis(*basis),
                list=words("list").join(heads[id] for id in ids),
            )
            for basis, ids in by
        ]
        grid = self._table("quotas_have", wide.rename_axis("unit").reset_index(), "unit", **heads)
        return self._section(
            "quotas",
            macro("para", self.words("quotas_by", list=self.words("comma").join(split))),
            grid,
        )

    def milestones(self) -> Block:
        """Milestones of the city with dates."""
        rows = self._numbered[self.results["rule"].eq("milestone").to_numpy()]
        if rows.empty:
            return self._none("milestones", "milestones_none")
        results = self.results.loc[rows.index]
        days = pd.to_timedelta(results["gap"].astype("float64"), unit="D")
        tasks = pd.DataFrame(
            {
                "title": rows["target"],
                "due": results["done"].fillna(pd.Timestamp(self.as_of)) + days,
                "done": results["done"],
                "late": results["state"].isin(SHORT),
            }
        )
        tasks, parts = tasks[tasks["due"].notna()].sort_values(["due", "done"], kind="stable"), []
        if len(tasks):
            done = tasks["done"].notna()
            alt = self.words(
                "timeline_alt",
                in_time=int((done & ~tasks["late"]).sum()),
                late=int((done & tasks["late"]).sum()),
                overdue=int((~done & tasks["late"]).sum()),
                ahead=int((~done & ~tasks["late"]).sum()),
            )
            drawn = figures.timeline(tasks, self.as_of, self.style)
            parts.append(macro("figure", self.words("timeline_note"), alt, drawn))
        parts.append(
            self._table("milestones", rows, "target clause owner required counts state note")
        )
        return self._section("milestones", *parts)


def town_table(
    plan: Plan, attained: pd.DataFrame, scores: pd.DataFrame, words: Words
) -> pd.DataFrame:
    """One row a unit: name, rank, score, grade, share attained of those judged, and the targets in
    each state that occurs.

    Ordered by rank, and where the plan has no scoring by the share attained.
    """
    counts = pd.crosstab(attained["unit"], attained["state"]).reindex(
        columns=[*State], fill_value=0
    )
    counts = counts.reindex([unit.name for unit in plan.towns])
    judged = counts[JUDGED].sum(axis=1)
    ratio = counts["attained"] / judged.where(judged > 0)
    counts["share_attained"] = [
        f"{a} / {j}" for a, j in zip(counts["attained"], judged, strict=True)
    ]
    counts["unit"] = [words.unit(unit) for unit in plan.towns]
    counts["page"] = [unit.page for unit in plan.towns]
    counts = counts.drop(columns=[state for state in State if not counts[state].any()])
    if scores.empty:
        return (
            counts.assign(ratio=ratio)
            .sort_values("ratio", ascending=False, kind="stable")
            .drop(columns="ratio")
        )
    own = scores.set_index("unit").reindex(counts.index)
    counts = counts.assign(
        score=[display.points(score, scoring_of(plan)) for score in own["score"]],
        grade=own["grade"],
        rank=["" if pd.isna(rank) else str(rank) for rank in own["rank"]],
        order=own["rank"],
        rank_interval=[
            display.places(low, high, words)
            for low, high in zip(own["rank_low"], own["rank_high"], strict=True)
        ],
        missing_weight=[f"{m:.0%}" if m else "" for m in own["missing"].fillna(0)],
    )
    return counts.sort_values("order", kind="stable").drop(columns="order")
