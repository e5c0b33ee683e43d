"""The page of one unit: one method a section."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import pandas as pd

from yxq.attainment import comparison, drill, scores
from yxq.attainment.quotas import OFFICIAL
from yxq.plan.period import EQUAL
from yxq.plan.target import Target
from yxq.report import display, figures
from yxq.report.blocks import Block, macro
from yxq.report.pages.base import Page, shown_returns

FAILURES_SHOWN, RANGES_SHOWN, NEXT = 60, 12, 3


@dataclass
class TownPage(Page):
    """The page of one unit (the city's page builds on it)."""

    town: str

    @property
    def _only(self) -> str | None:
        """The unit whose rows this page reads: it must not change when another unit's do."""
        return self.town

    @functools.cached_property
    def attained(self) -> pd.DataFrame:
        """Attainment: of this unit, and on the city's page of all."""
        return self.source.table("attained", self._only)

    @functools.cached_property
    def scores(self) -> pd.DataFrame:
        """Score, grade and rank; empty where the plan has no scoring."""
        return self.source.table("scores", self._only)

    @functools.cached_property
    def subscores(self) -> pd.DataFrame:
        """The scores section by section."""
        return self.source.table("subscores", self._only)

    @functools.cached_property
    def quotas_here(self) -> pd.DataFrame:
        """Shares in the city's counts."""
        return self.source.table("quotas", self._only)

    @functools.cached_property
    def behind(self) -> dict[str, pd.DataFrame]:
        """The records behind the results, by target."""
        return drill.behind(
            self.plan, self.targets_here, self.source.records(self._only), self.town, self.as_of
        )

    @functools.cached_property
    def results(self) -> pd.DataFrame:
        """This unit's attainment."""
        return self.attained[self.attained["unit"] == self.town].reset_index(drop=True)

    @functools.cached_property
    def shown(self) -> pd.DataFrame:
        """This unit's attainment as text."""
        return display.results(self.plan, self.results, self.words)

    @property
    def states(self) -> pd.Series:
        """How many targets are in each state: the number that checks compare."""
        return pd.Series(self._counts(self.results), name=self.town)

    @property
    def targets_here(self) -> list[Target]:
        """The targets of this unit's scope."""
        return [self.plan.target(id) for id in self.results["target"]]

    def headline(self) -> Block:
        """How the unit stands, in a sentence, and what is short."""
        counts, name = self._counts(self.results), self.words.unit(self.plan.town(self.town))
        judged = self.words("of_judged", n=counts["attained"] + counts["not attained"])
        met = (self.words.entry("states", "attained"), f"{counts['attained']}", judged)
        lines = [*self._verdict_of_score(), *self._others(counts)]
        return self._header(name, self.verdict, lines, [*self._facts(), met], self._next())

    @property
    def verdict(self) -> str:
        """How the unit stands, in one sentence."""
        counts = self._counts(self.results)
        key, met, missed = (
            "city_verdict" if self._is_city else "verdict",
            counts["attained"],
            counts["not attained"],
        )
        name = self.words.unit(self.plan.town(self.town))
        return self.words(
            key,
            name=name,
            total=len(self.results),
            judged=met + missed,
            attained=met,
            missed=missed,
        )

    @property
    def _is_city(self) -> bool:
        return self.town == self.plan.folder.city.name

    @functools.cached_property
    def _own(self) -> pd.Series | None:
        """This unit's score, grade and rank; none where the plan has no scoring."""
        return None if self.scores.empty else self.scores.set_index("unit").loc[self.town]

    def _facts(self) -> list[tuple[str, str, str]]:
        """Score, grade and rank, as far as there are any."""
        own, words, found = self._own, self.words, []
        if own is not None and not pd.isna(own["score"]):
            score = display.points(own["score"], scores.scoring_of(self.plan))
            found.append((words("score"), score, words("of_grade", grade=own["grade"])))
        if own is not None and not pd.isna(own["rank"]):
            places = display.places(own["rank_low"], own["rank_high"], words)
            sure = own["rank_low"] == own["rank_high"]
            told = (
                words("of_ranked_sure", n=own["ranked"])
                if sure
                else words("of_ranked", n=own["ranked"], range=places)
            )
            found.append((words("rank"), f"{own['rank']}", told))
        return found

    def _verdict_of_score(self) -> list[str]:
        """Why there is no score, or what is to be known of the one that there is."""
        own, words = self._own, self.words
        if own is None:
            return []
        if pd.isna(own["score"]):
            most = f"{float(scores.scoring_of(self.plan).missing_at_most):.0%}"
            told = [
                words("score_none_yet")
                if pd.isna(own["missing"])
                else words("score_missing", missing=f"{own['missing']:.0%}", most=most)
            ]
        else:
            told = (
                [words("score_provisional", judged=f"{own['judged']:.0%}")]
                if own["judged"] < 1
                else []
            )
        return [*told, words("score_veto", grade=own["grade"])] if own["vetoed"] else told

    def _next(self) -> list[Any]:
        """The targets that cost most and could be won back, with what each needs, and what only
        lacks its data.
        """
        words, parts = self.words, []
        moves = self._moves.sort_values("points", ascending=False, kind="stable").head(NEXT)
        if len(moves):
            rows = self._targets_of(moves)
            needs = rows["needed"].where(rows["needed"] != "", rows["note"])
            key = "next_over" if self.as_of >= self.plan.span()[1] else "next"
            parts.append(
                self._table(
                    key, rows.assign(needs=needs), "target required value needs points places"
                )
            )
        if none := list(self._numbered.loc[self.shown["code"] == "no data", "target"]):
            parts.append(
                macro("para", words("next_missing", n=len(none), list=words("list").join(none)))
            )
        return parts

    @functools.cached_property
    def _moves(self) -> pd.DataFrame:
        """What would raise the score: see `scores.movers`."""
        moves = self.source.table("movers", self.town)
        return moves[moves["points"] > 0]

    def _targets_of(self, moves: pd.DataFrame) -> pd.DataFrame:
        """The results as text of the targets that move the score, with what they move."""
        rows = self._numbered.set_index("id", drop=False).loc[moves["target"]]
        return rows.assign(
            points=[f"+{p:.1f}" for p in moves["points"]],
            places=[f"+{p}" if p else self.words("unchanged") for p in moves["places"]],
        )

    def _sum_of_score(self) -> list[Any]:
        """How the score comes about, so that it can be checked by hand."""
        own = self.scores.set_index("unit").loc[self.town]
        if pd.isna(own["score"]):
            return []
        rows = scores.credits(self.plan, self.results)
        weight = rows["target"].map({target.id: target.weight for target in self.plan.targets})
        earned, whole = (
            (rows["credit"] * weight)[rows["applies"]].sum(),
            weight[rows["applies"]].sum(),
        )
        told = self.words(
            "score_sum",
            earned=display.number(float(earned)),
            weight=display.number(float(whole)),
            deducted=own["deducted"],
            score=display.points(own["score"], scores.scoring_of(self.plan)),
        )
        return [macro("para", told), *self._sum_of_rank()]

    def _sum_of_rank(self) -> list[Any]:
        """How firm the rank is."""
        own = self._own
        if own is None or pd.isna(own["rank"]):
            return []
        sure = own["rank_low"] == own["rank_high"]
        places = display.places(own["rank_low"], own["rank_high"], self.words)
        key = "rank_sure" if sure else "rank_line"
        return [
            macro(
                "para",
                self.words(
                    key, rank=own["rank"], n=own["ranked"], **({} if sure else {"range": places})
                ),
            )
        ]

    def standing(self) -> Block:
        """The subscores, and which targets move the rank most."""
        if self.scores.empty:
            return self._none("standing", "score_unset")
        words = self.words
        sections = {
            section.clause: words.text(section.title) for section in self.plan.period.sections
        }
        subs = self.subscores[self.subscores["unit"] == self.town]
        subs = subs[subs["score"].notna() | (subs["missing"] > 0)]
        shown = pd.DataFrame(
            {
                "section": subs["clause"].map(sections),
                "score": [display.points(s, scores.scoring_of(self.plan)) for s in subs["score"]],
                "missing_weight": [f"{m:.0%}" if m else "" for m in subs["missing"]],
            }
        )
        parts = [
            macro("para", words("score_method")),
            *self._sum_of_score(),
            self._table("subscores", shown, "section score missing_weight"),
        ]
        if len(self._moves):
            parts.append(
                self._table("movers", self._targets_of(self._moves), "target gap points places")
            )
        return self._section("standing", *parts)

    def evidence(self) -> Block:
        """How firmly the sampled rates are known."""
        words = self.words
        rows = self.results[self.results["low"].notna()]
        if rows.empty:
            return self._none("evidence", "evidence_none")
        targets = [self.plan.target(id) for id in rows["target"]]
        drawn = rows.assign(
            title=[words.text(t.title) for t in targets],
            threshold=[float(t.share) for t in targets],
        )
        shown = self._numbered.loc[rows.index]
        told = words("list").join(
            words("with_interval", title=t, value=v, interval=i)
            for t, v, i in zip(shown["target"], shown["value"], shown["interval"], strict=True)
        )
        figure = macro(
            "figure",
            words("evidence_note"),
            words("evidence_figure") + " " + told,
            figures.bullets(drawn, self.style),
        )
        grid = self._table(
            "evidence", shown, "target required counts value interval evidence further state"
        )
        return self._section("evidence", macro("para", words("evidence_method")), figure, grid)

    def forecast(self) -> Block:
        """Within the year: what is expected by now, what is still needed, and the chance that the
        target will be met.
        """
        if self.as_of >= self.plan.span()[1]:
            return self._none("forecast", "forecast_over")
        open_ = self.results["probability"].notna() & ~(
            (self.results["rule"] == "rising") & (self.results["state"] == "attained")
        )
        rows = (
            self._numbered[open_]
            .assign(order=self.results["probability"])
            .sort_values("order", kind="stable")
        )
        if rows.empty:
            return self._none("forecast", "forecast_none")
        grid = self._table(
            "forecast", rows, "target required counts value expected needed probability state"
        )
        return self._section("forecast", macro("para", self.words("forecast_note")), grid)

    def quotas(self) -> Block:
        """The unit's shares in the city's counts."""
        mine = self.quotas_here.set_index("target")
        if mine.empty:
            return self._none("quotas", "quotas_none")
        rows = self._numbered[self.shown["id"].isin(mine.index)]
        whole = {id: self.plan.target(id) for id in mine.index}
        rows = rows.assign(
            quota=rows["id"].map(mine["quota"]),
            city_number=[display.required(whole[id], self.words) for id in rows["id"]],
            split_by=[self._basis(*mine.loc[id, ["basis", "source"]]) for id in rows["id"]],
        )
        return self._section(
            "quotas", self._table("quotas", rows, "target city_number quota value state split_by")
        )

    def _basis(self, basis: str, source: str) -> str:
        """What a share was split by, in words."""
        if basis == OFFICIAL:
            return self.words("basis_official", source=source)
        return (
            self.words("basis_equal")
            if basis == EQUAL
            else self.words.text(self.plan.period.bases[basis].title)
        )

    def short(self) -> Block:
        """Targets that are missed or behind, with what each still needs."""
        rows = self.shown[self.shown["code"].isin(["not attained", "behind"])]
        if rows.empty:
            return self._none("short", "short_none")
        rows = self._numbered.loc[rows.index]
        return self._section(
            "short",
            self._table("short", rows, "target clause required counts value state gap needed note"),
        )

    def targets(self, title: str = "targets") -> Block:
        """Every target by section: counts, threshold, state, gap and what is needed."""
        columns = "target clause required counts value state gap needed note"
        rows = self._numbered.assign(anchor="t-" + self.shown["id"])
        return self._section(title, self._table(title, rows, columns, by="section"))

    @functools.cached_property
    def _numbered(self) -> pd.DataFrame:
        """Results as text, each under its number and title, which lead to its clause and source
        rows.
        """
        return self.shown.assign(
            target=self.shown["id"] + " " + self.shown["target"], to="s-" + self.shown["id"]
        )

    def change(self) -> Block:
        """Rates and counts against the year before."""
        known = self.results["previous"].notna() & self.results["value"].notna()
        if not known.any():
            return self._none("change", "change_none")
        rates = self.results[known & (self.results["rule"] == "rate_at_least")]
        parts = []
        if len(rates):
            rates = rates.assign(
                title=[self.words.text(self.plan.target(t).title) for t in rates["target"]],
                threshold=[float(self.plan.target(t).share) for t in rates["target"]],
            )
            drawn = figures.change(rates, self.style)
            each = self.shown.loc[rates.index, ["target", "previous", "value"]].itertuples(
                index=False
            )
            told = self.words("comma").join(
                self.words("from_year_before", title=t, before=b, value=v) for t, b, v in each
            )
            parts.append(
                macro(
                    "figure",
                    self.words("change_note"),
                    self.words("change_figure", list=told),
                    drawn,
                )
            )
        said = known & (
            (self.results["previous"] != 0) | (self.results["value"] != 0)
        )  # nought and nought is no news
        columns = "target previous value change change_interval trend"
        parts.append(
            self._table("change", self._numbered[said.fillna(False).astype(bool)], columns)
        )
        worse = comparison.worsening(self.results)
        if len(worse):
            parts.append(
                self._table(
                    "worsening",
                    self._numbered.loc[worse.index],
                    "target required previous value change trend",
                )
            )
        return self._section("change", *parts)

    def monthly(self) -> Block:
        """Sampled rates month by month."""
        rows = self.source.table("measures", self.town)
        rows = rows[
            (rows["plan"] == self.plan.id)
            & (rows["year"] == self.plan.year)
            & (rows["date"] <= pd.Timestamp(self.as_of))
        ]
        counts, aims, seen = {}, {}, set()
        first, last = self.plan.span()
        months = [day.month for day in pd.period_range(first, min(last, self.as_of), freq="M")]
        for target in self.targets_here:
            here = rows[(rows["target"] == target.id) & rows["month"].notna()]
            basis = target.measure.model_dump_json()
            if (
                target.sampled and len(here) and basis not in seen
            ):  # two thresholds on one measure make one panel
                title = self.words.text(target.title)
                counts[title] = (
                    here.groupby("month")[["numerator", "denominator"]]
                    .sum()
                    .reindex(months, fill_value=0)
                )
                aims[title] = float(target.share)
                seen.add(basis)
        if not counts:
            return self._none("monthly", "monthly_none")
        drawn = figures.monthly(counts, aims, self.style)
        told = [
            self.words(
                "monthly_each",
                title=title,
                passed=f"{by['numerator'].sum():.0f}",
                total=f"{by['denominator'].sum():.0f}",
                threshold=f"{aims[title]:.0%}",
            )
            for title, by in counts.items()
        ]
        alt = self.words("monthly_alt", list=self.words("comma").join(told))
        parts = [
            macro(
                "figure",
                self.words("monthly_figure", title=self.words("list").join(counts)),
                alt,
                drawn,
            )
        ]
        each = pd.concat(counts, names=["target", "month"]).reset_index()
        each["counts"] = [
            f"{n:.0f} / {d:.0f}" if d else "—"
            for n, d in zip(each["numerator"], each["denominator"], strict=True)
        ]
        each["month"] = [self.words("month_name", n=month) for month in each["month"]]
        order = [self.words("month_name", n=month) for month in months]
        wide = each.pivot(index="target", columns="month", values="counts").reindex(
            counts, columns=order
        )
        extra = {name: name for name in order}
        return self._section(
            "monthly", *parts, self._table("counts", wide.reset_index(), "target", **extra)
        )

    @functools.cached_property
    def failing(self) -> pd.DataFrame:
        """Records that did not pass (see `drill.failing`) under their targets' titles, those of
        missed targets first.
        """
        found = drill.failing(self.targets_here, self.behind)
        titles = {target.id: self.words.text(target.title) for target in self.targets_here}
        missed = set(self.results.loc[self.results["state"] == "not attained", "target"])
        names = {unit.name: self.words.unit(unit) for unit in self.plan.folder.units}
        order = {
            target.id: (target.id not in missed, place)
            for place, target in enumerate(self.targets_here)
        }
        first = found.sort_values("target", key=lambda ids: ids.map(order), kind="stable")
        failing = first["failing"].fillna(self.words("not_stated")).where(first["counts"] == "", "")
        return first.assign(
            target=first["target"].map(titles), unit=first["unit"].map(names), failing=failing
        )

    def failures(self) -> Block:
        """Which failures lie behind the missed rates."""
        if self.failing.empty:
            return self._none("failures", "failures_none")
        items, parts = drill.pareto(self.failing).set_index("failing")["failed"].head(10), []
        if (
            len(items) and items.iloc[0] > 1
        ):  # where each item failed once there is no pattern to draw
            drawn = figures.pareto(items, self.style)
            alt = (
                self.words("pareto_figure")
                + " "
                + self.words("list").join(f"{k} {v}" for k, v in items.items())
            )
            parts.append(macro("figure", self.words("pareto_figure"), alt, drawn))
        shown = self.failing.head(FAILURES_SHOWN)
        source = [
            display.source(file, sheet, row, self.words)
            for file, sheet, row in shown[["file", "sheet", "row"]].itertuples(index=False)
        ]
        shown = shown.assign(date=shown["date"].map(self.words.date), source=source)
        city = "unit " if self._is_city else ""
        parts.append(
            self._table(
                "failures", shown, f"date {city}firm item counts failing source", by="target"
            )
        )
        if len(self.failing) > FAILURES_SHOWN:
            told = {
                "total": len(self.failing),
                "shown": FAILURES_SHOWN,
                "sheet": self.words("failing_records"),
            }
            parts.insert(-1, macro("para", self.words("failures_more", **told)))
        return self._section("failures", *parts)

    def missing(self) -> Block:
        """Targets without data and the returns that are missing or late."""
        none = self._numbered[self.shown["code"] == "no data"]
        odd = self.source.table("owed", self.town)
        parts = []
        if len(none):
            parts.append(self._table("missing_targets", none, "target clause owner note"))
        if len(odd):
            shown = shown_returns(self.plan, odd, self.words)
            parts.append(
                self._table("missing_returns", shown, "form sender period due status filed")
            )
        return self._section("missing", *parts) if parts else self._none("missing", "missing_none")

    def _files(self, rows: pd.DataFrame) -> str:
        told = []
        for (file, sheet), part in (
            rows.sort_values("day", kind="stable").groupby(["file", "sheet"], sort=False)
            if len(rows)
            else []
        ):
            runs = display.ranges(part["row"], self.words)
            shown = self.words("list").join(runs[:RANGES_SHOWN])
            more = self.words("rows_more", n=len(part)) if len(runs) > RANGES_SHOWN else ""
            told.append(display.source(file, sheet, shown + more, self.words))
        return self.words("comma").join(told)

    def sources(self) -> Block:
        """Clause, owner, records and source rows of every target, and the assumptions used."""
        behind = [self.behind[target.id] for target in self.targets_here]
        found = self._numbered.assign(
            records=[len(rows) for rows in behind],
            files=[self._files(rows) for rows in behind],
            anchor="s-" + self.shown["id"],
            to="t-" + self.shown["id"],
        )
        parts = [
            macro("para", self.words("rows_all", sheet=self.words("sources"))),
            self._table("sources_note", found, "target clause owner records files"),
            self._assumptions(self.targets_here),
        ]
        return self._section("sources", macro("list", self._document), *parts)
