"""The page of one target: across units, month by month, year by year, and what failed."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import pandas as pd

from yxq.attainment import drill, history
from yxq.plan.target import Target
from yxq.report import display, figures, plots
from yxq.report.blocks import Block, macro
from yxq.report.figures import Drawing
from yxq.report.pages.base import Page

FAILURES_SHOWN, MOST = 60, 15  # rows of a table


@dataclass
class TargetPage(Page):
    """The page of one target."""

    target: Target

    @functools.cached_property
    def results(self) -> pd.DataFrame:
        """Attainment of the target, a row a unit, the city last."""
        rows = self.source.table("attained")
        return rows[rows["target"] == self.target.id].reset_index(drop=True)

    @functools.cached_property
    def shown(self) -> pd.DataFrame:
        """Attainment as text, with the units' names."""
        return display.results(self.plan, self.results, self.words).assign(
            unit=self._names(self.results["unit"])
        )

    @functools.cached_property
    def cases(self) -> pd.DataFrame:
        """The records behind the target: see `yxq.attainment.drill.cases`; the city's, each once."""
        city = self.plan.folder.city.name
        return drill.cases(
            [self.target],
            drill.behind(
                self.plan,
                [self.target],
                self.source.records(forms=[self.target.measure.form]),
                city,
                self.as_of,
            ),
        )

    @functools.cached_property
    def _of_each(self) -> pd.DataFrame:
        """The cases of each unit by itself: what two of them share stands with both."""
        records = self.source.records(forms=[self.target.measure.form])
        return drill.cases(
            [self.target], drill.behind(self.plan, [self.target], records, None, self.as_of)
        )

    @functools.cached_property
    def by_year(self) -> pd.DataFrame:
        """The target over the years: see `yxq.attainment.history.years`."""
        return history.years(
            self.plan.folder, self.source.measures, self.source.files, self.target.id, self.as_of
        )

    @functools.cached_property
    def by_month(self) -> pd.DataFrame:
        """The target over the months: see `yxq.attainment.history.months`."""
        return history.months(self.plan, self.source.measures, self.target, self.as_of)

    @property
    def states(self) -> pd.Series:
        """How many units are in each state: the number that checks compare."""
        return pd.Series(self._counts(self.results), name=self.target.id)

    @property
    def _title(self) -> str:
        return f"{self.target.id} {self.words.text(self.target.title)}"

    def _names(self, units: pd.Series) -> list[str]:
        """Units as this language calls them; another city of a comparison stays as it is."""
        names = {unit.name: self.words.unit(unit) for unit in self.plan.folder.units}
        return [names.get(unit, unit) for unit in units.fillna("").astype("str")]

    def headline(self) -> Block:
        """How the city and the units stand with the target."""
        words, city = self.words, self.plan.folder.city.name
        towns = self.results[self.results["unit"] != city]
        counts, own = self._counts(towns), self.shown[self.results["unit"] == city]
        told: dict[str, Any] = {
            "n": len(towns),
            "judged": counts["attained"] + counts["not attained"],
            "attained": counts["attained"],
            "missed": counts["not attained"],
        }
        if len(own):
            value = own["value"].iloc[0]
            told |= {
                "state": words.entry("states", own["code"].iloc[0]),
                "value": words("with_value", value=value) if value else "",
            }
        key = (
            "target_verdict"
            if len(own) and len(towns)
            else "target_verdict_city"
            if len(own)
            else "target_verdict_units"
        )
        asks = display.required(self.target, words)
        facts = [
            (words("required"), asks, ""),
            (words("owner"), words.sender(self.target.owner), ""),
        ]
        return self._header(
            self._title,
            words(key, **told),
            self._others(counts, "state_units"),
            facts if asks else facts[1:],
        )

    def units(self) -> Block:
        """Every unit at the target."""
        rate = self.target.rule == "rate_at_least"
        grid = self._table(
            "unit_results",
            self.shown,
            "unit required counts value interval state gap needed note"
            if rate
            else "unit required value state gap needed note",
        )
        drawing = plots.units(self.plan, self.target, self.results, self.style)
        told = self.words("list").join(
            f"{u} {v}" for u, v in zip(self.shown["unit"], self.shown["value"], strict=True) if v
        )
        alt = self.words("across_figure", title=self._title) + " " + told
        note = self.words("across_rates" if rate else "across_counts")
        return self._section("across", *self._figure(note, alt, drawing), grid)

    def _figure(self, note: str, alt: str, drawing: Drawing | None) -> list[Any]:
        return [] if drawing is None else [macro("figure", note, alt, drawing)]

    def months(self) -> Block:
        """The city's months as a figure, every unit's as a table."""
        if self.by_month.empty:
            return self._none("monthly", "months_none")
        words, city, rate = self.words, self.plan.folder.city, self.target.rule == "rate_at_least"
        own, parts = self.by_month[self.by_month["unit"] == city.name], []
        result = self.results[self.results["unit"] == city.name]
        if len(own) and len(result):
            drawing = plots.months(self.plan, self.target, own, result, self.style)
            title = words("months_of", unit=words.unit(city))
            note = (
                words("monthly_figure", title=words.text(self.target.title))
                if rate
                else words("months_count")
            )
            parts = self._figure(note, f"{title} {words.text(self.target.title)}", drawing)
        owed = self.source.returns[self.source.returns["year"] == self.plan.year]
        owed = owed[
            (owed["form"] == self.target.measure.form)
            & (owed["sender"] == self.target.owner)
            & (owed["status"] == "missing")
        ]
        if len(owed):
            spans = zip(
                owed["period_from"].map(words.date), owed["period_to"].map(words.date), strict=True
            )
            parts.append(
                macro(
                    "para",
                    words(
                        "months_missing",
                        list=words("list").join(
                            words("period_span", low=a, high=b) for a, b in spans
                        ),
                    ),
                )
            )
        cells = [
            f"{n} / {d}" if rate else f"{n}"
            for n, d in self.by_month[["numerator", "denominator"]].itertuples(index=False)
        ]
        wide = self.by_month.assign(cell=cells).pivot(index="unit", columns="month", values="cell")
        order = [unit.name for unit in (*self.plan.towns, city) if unit.name in wide.index]
        span = pd.period_range(wide.columns.min(), wide.columns.max(), freq="M")
        wide = wide.reindex(index=order, columns=span).astype("object").fillna("—")
        heads = {
            f"m{n}": words("month_name", n=month.month) for n, month in enumerate(wide.columns)
        }
        wide.columns = [*heads]
        wide = wide.assign(unit=self._names(wide.index.to_series()))
        return self._section("monthly", *parts, self._table("by_month", wide, "unit", **heads))

    def years(self) -> Block:
        """The target year by year: what each plan asks of it, and how every unit stood."""
        words, rows, city = self.words, self.by_year, self.plan.folder.city
        plans = {
            id: self.plan.folder.plan(int(id.rpartition("-")[2])) for id in rows["plan"].unique()
        }
        shown = pd.concat(
            [
                display.results(plans[id], part, words)
                for id, part in rows.fillna({"state": "reported"}).groupby("plan", sort=False)
            ]
        )
        rows = rows.assign(
            told=shown["value"], asks=shown["required"].where(rows["state"].notna(), "")
        )
        rows["told"] = [
            f"{value or '—'}\u00a0{words.sign(state)}" if isinstance(state, str) else value or "—"
            for value, state in zip(rows["told"], rows["state"], strict=True)
        ]
        ends = {
            year: pd.Timestamp(plans[id].span(year)[1])
            for year, id in rows[["year", "plan"]].itertuples(index=False)
        }
        said = {
            year: f"{year}"
            if day >= ends[year]
            else words("year_so_far", year=year, day=words.date(day))
            for year, day in rows[["year", "as_of"]].drop_duplicates().itertuples(index=False)
        }
        front = city if (rows["unit"] == city.name).any() else self.plan.towns[0]
        each = rows[rows["unit"] == front.name].drop_duplicates("year")
        table = pd.DataFrame(
            {
                "year": each["year"].map(said),
                "definition": [words.text(plans[id].period.document.title) for id in each["plan"]],
                "standing_of": [words.entry("standings", code) for code in each["standing"]],
                "required": each["asks"],
                "value": each["told"],
            }
        )
        drawing = plots.years(self.plan, self.target, self.by_year, front, self.style)
        told = words("list").join(
            words("year_value", year=y, value=v)
            for y, v in zip(each["year"], each["told"], strict=True)
        )
        figure = self._figure(
            words("over_years_note", unit=words.unit(front)),
            words("over_years_alt", list=told),
            drawing,
        )
        wide = rows[rows["unit"] != front.name].pivot(index="unit", columns="year", values="told")
        order = [unit.name for unit in self.plan.folder.units if unit.name in wide.index]
        heads = {f"y{year}": said[year] for year in wide.columns}
        wide = wide.reindex(order).astype("object").fillna("—").set_axis([*heads], axis=1)
        wide = wide.assign(unit=self._names(wide.index.to_series()))
        parts = [self._table("units_by_year", wide, "unit", **heads)] if len(wide) else []
        return self._section(
            "over_years",
            *figure,
            self._table("plans_and_results", table, "year definition standing_of required value"),
            *parts,
        )

    def failures(self) -> Block:
        """Where the failures lie, who fails again and again, which items, and the records
        themselves.
        """
        words = self.words
        if self.target.rule != "rate_at_least":
            return self._none("failures", "not_a_rate_page")
        failing = self.cases[self.cases["failed"] > 0]
        if failing.empty:
            return self._none("failures", "failures_none")
        parts: list[Any] = []
        items = drill.pareto(self.cases)
        if len(items) and items["failed"].iloc[0] > 1:
            top = items.assign(failing=items["failing"].replace("", words("not_stated"))).head(10)
            drawing = figures.pareto(top.set_index("failing")["failed"], self.style)
            alt = (
                words("pareto_figure")
                + " "
                + words("list").join(
                    f"{k} {v}" for k, v in zip(top["failing"], top["failed"], strict=True)
                )
            )
            parts += self._figure(words("pareto_figure"), alt, drawing)
        whole = (self.cases["total"] == 1).all() and self.cases[
            "item"
        ].is_unique  # projects: each is its own
        for by, caption in ([] if whole else [("item", "by_item")]) + [("unit", "by_unit")]:
            parts.append(
                self._table(
                    caption,
                    self._broken_down(by),
                    f"{by} failed_count total_count value share_of_failures cumulative_share",
                )
            )
        again = drill.repeated(self.cases)
        if len(again):
            again = again.head(MOST).assign(
                unit=[
                    "、".join(self._names(pd.Series(names.split("、"))))
                    for names in again["unit"].head(MOST)
                ],
                failed_count=again["failed"],
                total_count=again["total"],
                first_failure=again["first"].map(words.date),
                last_failure=again["last"].map(words.date),
            )
            parts.append(
                self._table(
                    "repeated",
                    again,
                    "firm unit failed_count total_count first_failure last_failure item failing",
                )
            )
        else:
            parts.append(macro("para", words("repeated_none")))
        listed = failing.head(FAILURES_SHOWN)
        if len(failing) > FAILURES_SHOWN:
            parts.append(
                macro("para", words("rows_left", total=len(failing), shown=FAILURES_SHOWN))
            )
        listed = listed.assign(
            date=listed["date"].map(words.date),
            unit=self._names(listed["unit"]),
            item=listed["item"].map(words.sender),
            failing=listed["failing"].fillna(words("not_stated")).where(listed["counts"] == "", ""),
            source=[
                display.source(file, sheet, f"{row}", words)
                for file, sheet, row in listed[["file", "sheet", "row"]].itertuples(index=False)
            ],
        )
        parts.append(
            self._table("failing_records", listed, "date unit firm item counts failing source")
        )
        return self._section("failures", *parts)

    def _broken_down(self, by: str) -> pd.DataFrame:
        """The failures by item or unit as text, those without any left out."""
        rows = drill.breakdown(self._of_each if by == "unit" else self.cases, by)
        rows = rows[rows["failed"] > 0].head(MOST)
        names = (
            self._names(rows[by])
            if by == "unit"
            else [self.words.sender(text) or self.words("not_stated") for text in rows[by]]
        )
        return rows.assign(
            **{by: names},
            failed_count=rows["failed"],
            total_count=rows["total"],
            value=[f"{v:.1%}" for v in rows["rate"]],
            share_of_failures=[f"{v:.0%}" for v in rows["share"]],
            cumulative_share=[f"{v:.0%}" for v in rows["cumulative"]],
        )

    def sources(self) -> Block:
        """The clause, the department, the rule, and what the plan does not say."""
        words, target = self.words, self.target
        about = pd.DataFrame(
            [
                {
                    "target": self._title,
                    "clause": words.clause(target.clause),
                    "required": display.required(target, words),
                    "owner": words.sender(target.owner),
                    "form": words.text(self.plan.folder.forms[target.measure.form].title),
                }
            ]
        )
        grid = self._table("target", about, "target clause required owner form")
        return self._section(
            "target_sources", macro("list", self._document), grid, self._assumptions([target])
        )
