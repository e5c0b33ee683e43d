"""The page of one unit: one method a section."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pandas as pd

from yxq import display, drill, figures
from yxq.blocks import Block, macro
from yxq.pages.base import Page, shown_returns
from yxq.plan import Target

FAILURES_SHOWN, RANGES_SHOWN = 60, 8


@dataclass
class TownPage(Page):
    """The page of one unit (the city's page builds on it)."""

    town: str

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
        counts = self._counts(self.results)
        name = self.words.unit(self.plan.town(self.town))
        key = "city_verdict" if self.town == self.plan.folder.city.name else "verdict"
        verdict = self.words(key, name=name, total=len(self.results), judged=counts["attained"] + counts["not attained"],
                             attained=counts["attained"], missed=counts["not attained"])  # fmt: skip
        return self._header(name, verdict, self._others(counts))

    def short(self) -> Block:
        """Targets that are missed or behind, with what each still needs."""
        rows = self.shown[self.shown["code"].isin(["not attained", "behind"])]
        if rows.empty:
            return self._none("short", "short_none")
        columns = "target required counts value state gap needed note"
        return self._section("short", self._table("short", rows, columns))

    def targets(self, title: str = "targets") -> Block:
        """Every target by section: counts, threshold, state, gap and what is needed."""
        columns = "target clause required counts value state gap needed note"
        return self._section(title, self._table(title, self._numbered, columns, by="section"))

    @property
    def _numbered(self) -> pd.DataFrame:
        return self.shown.assign(target=self.shown["id"] + " " + self.shown["target"])

    def change(self) -> Block:
        """Rates and counts against the year before."""
        known = self.results["previous"].notna() & self.results["value"].notna()
        if not known.any():
            return self._none("change", "change_none")
        rates = self.results[known & (self.results["rule"] == "rate_at_least")]
        parts = []
        if len(rates):
            rates = rates.assign(title=[self.words.text(self.plan.target(t).title) for t in rates["target"]],
                                 threshold=[float(self.plan.target(t).share) for t in rates["target"]])  # fmt: skip
            svg = figures.change(rates, self.words, self.synthetic)
            parts.append(macro("figure", self.words("change_note"), self.words("change_figure"), svg))
        said = known & ((self.results["previous"] != 0) | (self.results["value"] != 0))  # nought and nought is no news
        parts.append(self._table("change", self.shown[said.fillna(False).astype(bool)], "target previous value change"))
        return self._section("change", *parts)

    def monthly(self) -> Block:
        """Sampled rates month by month."""
        rows = self.measures[(self.measures["plan"] == self.plan.id) & (self.measures["year"] == self.plan.year)
                             & (self.measures["unit"] == self.town) & (self.measures["date"] <= pd.Timestamp(self.as_of))]  # fmt: skip
        counts, aims, seen = {}, {}, set()
        first, last = self.plan.span()
        months = [day.month for day in pd.period_range(first, min(last, self.as_of), freq="M")]
        for target in self.targets_here:
            here = rows[(rows["target"] == target.id) & rows["month"].notna()]
            basis = target.measure.model_dump_json()
            if target.sampled and len(here) and basis not in seen:  # two thresholds on one measure make one panel
                title = self.words.text(target.title)
                counts[title] = here.groupby("month")[["numerator", "denominator"]].sum().reindex(months, fill_value=0)
                aims[title] = float(target.share)
                seen.add(basis)
        if not counts:
            return self._none("monthly", "monthly_none")
        svg = figures.monthly(counts, aims, self.words, self.synthetic)
        titles = self.words("list").join(counts)
        parts = [
            macro("figure", self.words("monthly_figure", title=titles), self.words("monthly_figure", title=titles), svg)
        ]
        each = pd.concat(counts, names=["target", "month"]).reset_index()
        each["counts"] = [f"{n} / {d}" for n, d in zip(each["numerator"], each["denominator"], strict=True)]
        each["month"] = [self.words("month_name", n=month) for month in each["month"]]
        order = [self.words("month_name", n=month) for month in months]
        wide = each.pivot(index="target", columns="month", values="counts").reindex(counts, columns=order)
        extra = {name: name for name in order}
        return self._section("monthly", *parts, self._table("counts", wide.reset_index(), "target", **extra))

    @functools.cached_property
    def failing(self) -> pd.DataFrame:
        """Records that did not pass (see `drill.failing`) under their targets' titles, those of missed targets first."""
        found = drill.failing(self.plan, self.targets_here, self.records, self.town, self.as_of)
        titles = {target.id: self.words.text(target.title) for target in self.targets_here}
        missed = set(self.results.loc[self.results["state"] == "not attained", "target"])
        names = {unit.name: self.words.unit(unit) for unit in self.plan.folder.units}
        first = (
            found.assign(order=~found["target"].isin(missed)).sort_values("order", kind="stable").drop(columns="order")
        )
        failing = first["failing"].fillna(self.words("not_stated")).where(first["counts"] == "", "")
        return first.assign(target=first["target"].map(titles), unit=first["unit"].map(names), failing=failing)

    def failures(self) -> Block:
        """Which failures lie behind the missed rates."""
        if self.failing.empty:
            return self._none("failures", "failures_none")
        items = self.failing.loc[self.failing["named"].astype(bool), "failing"].value_counts().head(10)
        parts = []
        if len(items) and items.iloc[0] > 1:  # where each item failed once there is no pattern to draw
            svg = figures.pareto(items, self.words, self.synthetic)
            alt = self.words("pareto_figure") + " " + self.words("list").join(f"{k} {v}" for k, v in items.items())
            parts.append(macro("figure", self.words("pareto_figure"), alt, svg))
        shown = self.failing.head(FAILURES_SHOWN)
        source = [f"{file}：{row}" for file, row in zip(shown["file"], shown["row"], strict=True)]
        shown = shown.assign(date=shown["date"].map(self.words.date), source=source)
        city = "unit " if self.town == self.plan.folder.city.name else ""
        parts.append(self._table("failures", shown, f"date {city}target firm item counts failing source"))
        if len(self.failing) > FAILURES_SHOWN:
            parts.append(macro("para", self.words("failures_more", total=len(self.failing), shown=FAILURES_SHOWN)))
        return self._section("failures", *parts)

    def missing(self) -> Block:
        """Targets without data and the returns that are missing or late."""
        none = self.shown[self.shown["code"] == "no data"]
        pairs = {(t.measure.form, t.owner) for t in self.targets_here}
        odd = self.returns[(self.returns["year"] == self.plan.year) & self.returns["status"].isin(["missing", "late"])]
        odd = odd[[pair in pairs for pair in zip(odd["form"], odd["sender"], strict=True)]]
        parts = []
        if len(none):
            parts.append(self._table("missing_targets", none, "target clause owner note"))
        if len(odd):
            shown = shown_returns(self.plan, odd, self.words)
            parts.append(self._table("missing_returns", shown, "form sender period due status filed"))
        return self._section("missing", *parts) if parts else self._none("missing", "missing_none")

    def _files(self, rows: pd.DataFrame) -> str:
        told = []
        for file, part in rows.groupby("file", sort=True) if len(rows) else []:
            runs = display.ranges(part["row"]).split(", ")
            more = self.words("rows_more", n=len(part)) if len(runs) > RANGES_SHOWN else ""
            told.append(f"{file}：{', '.join(runs[:3] if more else runs)}{more}")
        return self.words("comma").join(told)

    def sources(self) -> Block:
        """Clause, owner, records and source rows of every target, and the assumptions used."""
        behind = [drill.behind(self.plan, t, self.records, self.town, self.as_of) for t in self.targets_here]
        found = self._numbered.assign(
            records=[len(rows) for rows in behind], files=[self._files(rows) for rows in behind]
        )
        facts = [self.plan.period.document.number, *(self.words.text(f) for f in self.plan.period.document.facts)]
        parts = [
            self._table("sources_note", found, "target clause owner records files"),
            self._assumptions(self.targets_here),
        ]
        return self._section("sources", macro("list", [f for f in facts if f]), *parts)
