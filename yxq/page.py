"""What a notebook shows: a page object a notebook, with one method a section, each returning a `Block`.

Pages read the processed tables and call attain, display and figures; notebooks hold no logic, and neither does this
beyond choosing what to show.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from typing import Any

import pandas as pd

from yxq import display, drill, figures, returns, store
from yxq.attain import STATES, attain, default_as_of
from yxq.blocks import Block, macro, table
from yxq.ingest import FATES
from yxq.load import load
from yxq.plan import Plan, PlanError, Target
from yxq.words import Words

FAILURES_SHOWN, ROWS_SHOWN, RANGES_SHOWN = 60, 200, 8
JUDGED = ["attained", "not attained"]


@dataclass
class _Page:
    """What every page knows: the plan, the tables, the date, the language."""

    plan: Plan
    processed: str
    as_of: dt.date
    words: Words

    @functools.cached_property
    def measures(self) -> pd.DataFrame:
        """This plan's measures; tables that were made with another plan are refused."""
        made = store.read(self.processed, "measures")
        if len(made) and self.plan.id not in set(made["plan"]):
            there = ", ".join(sorted(set(made["plan"])))
            again = f"run `yxq ingest --plan {self.plan.folder.given}` into a folder of its own"
            raise store.NotIngested(f"the tables in {self.processed} are of {there}, not of {self.plan.id}: {again}")
        return made

    @functools.cached_property
    def files(self) -> pd.DataFrame:
        """What arrived, a row a sheet."""
        return store.read(self.processed, "files")

    @functools.cached_property
    def records(self) -> dict[str, pd.DataFrame]:
        """Accepted rows by form; a form that nobody used has none."""
        here = {name for name in self.files["form"].dropna().unique() if name in self.plan.folder.forms}
        return {name: store.read(self.processed, f"records/{name}") for name in sorted(here)}

    @functools.cached_property
    def returns(self) -> pd.DataFrame:
        """Expected returns and their status on the date."""
        return returns.status(self.plan, self.files, self.as_of)

    @functools.cached_property
    def attained(self) -> pd.DataFrame:
        """Attainment of every unit and target."""
        return attain(self.plan, self.measures, self.returns, self.as_of)

    @property
    def synthetic(self) -> bool:
        """Whether any return says that it is synthetic."""
        return bool(self.files["synthetic"].any())

    def _header(self, title: str, verdict: str, lines: list[str]) -> Block:
        subtitle = self.words("subtitle", plan=self.words.text(self.plan.period.document.title), year=self.plan.year,
                              as_of=self.words.date(self.as_of))  # fmt: skip
        mark = self.words("synthetic") if self.synthetic else ""
        return Block(macro("headline", title, subtitle, mark, verdict, [line for line in lines if line]),
                     "\n".join([title, subtitle, mark, verdict, *lines]))  # fmt: skip

    def _section(self, id: str, *parts: Any) -> Block:
        title = self.words(id)
        return Block(macro("section", id, title, list(parts)), f"[{title}]")

    def _none(self, id: str, why: str) -> Block:
        return self._section(id, macro("para", self.words(why)))

    def _table(self, caption: str, frame: pd.DataFrame, columns: str, **options: Any) -> Any:
        return table(self.words, caption, frame, columns, **options)

    def _counts(self, results: pd.DataFrame) -> dict[str, int]:
        found = results["state"].value_counts()
        return {state: int(found.get(state, 0)) for state in STATES}

    def _others(self, counts: dict[str, int]) -> list[str]:
        running = counts["on track"] + counts["behind"]
        rest = [self.words("state_count", state=self.words.of("states", state), n=counts[state])
                for state in ("pending", "not applicable", "no data", "reported") if counts[state]]  # fmt: skip
        return [
            self.words("running", on_track=counts["on track"], behind=counts["behind"]) if running else "",
            self.words("others", list=self.words("list").join(rest)) if rest else "",
        ]

    def _assumptions(self, targets: list[Target]) -> Any:
        used = {name for target in targets for name in target.assumptions}
        rows = pd.DataFrame(
            [(self.words.text(a.text), self.words.text(a.source))
             for name, a in self.plan.period.assumptions.items() if a.general or name in used],
            columns=["assumption", "basis"],
        )  # fmt: skip
        return self._table("assumptions", rows, "assumption basis") if len(rows) else ""


@dataclass
class TownPage(_Page):
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


def shown_returns(plan: Plan, table: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Expected returns as text: form, sender, period, due, status, filed."""
    senders = plan.folder.senders
    return pd.DataFrame({
        "form": [words.text(plan.folder.forms[f].title) for f in table["form"]],
        "sender": [s if words.language == "zh" else senders[s].en for s in table["sender"]],
        "period": [f"{words.date(a)}–{words.date(b)}" for a, b in zip(table["period_from"], table["period_to"], strict=True)],
        "due": table["due"].map(words.date), "status": [words.of("statuses", s) for s in table["status"]],
        "filed": table["filed"].map(words.date), "code": table["status"],
    }, index=table.index)  # fmt: skip


@dataclass
class ReturnsPage(_Page):
    """What arrived, what was rejected, who has not sent."""

    @property
    def fates(self) -> pd.Series:
        """Rows by fate: the number that checks compare."""
        return self.files[["rows", *FATES]].sum()

    def told(self) -> list[str]:
        """What arrived this year, what is missing, and what came of other years, a sentence each."""
        first, last = (pd.Timestamp(day) for day in self.plan.span())
        ours = self.files["period_to"].isna() | self.files["period_to"].between(first, last)
        mine = self.files[ours]
        sums = {k: int(v) for k, v in mine[["rows", *FATES]].sum().items()}
        rest = self.words("returns_all", files=self.files["file"].nunique(), rows=int(self.files["rows"].sum()))
        here = self.returns[self.returns["year"] == self.plan.year]
        counts = here["status"].value_counts()
        late, missing = int(counts.get("late", 0)), int(counts.get("missing", 0))
        due = self.words("returns_due", due=int((here["status"] != "not due").sum()), late=late, missing=missing,
                         arrived=int(counts.get("arrived", 0)) + late)  # fmt: skip
        verdict = self.words("returns_verdict", files=mine["file"].nunique(), **sums)
        return [verdict, *([due] if len(here) else []), *([] if ours.all() else [rest])]

    def headline(self) -> Block:
        """How much arrived and how much is missing."""
        verdict, *lines = self.told()
        return self._header(self.words("returns_title"), verdict, lines)

    def matrix(self) -> Block:
        """Senders and forms by period: what is there."""
        here = self.returns[self.returns["year"] == self.plan.year].fillna({"accepted": 0})
        if here.empty:
            return self._none("returns_matrix", "returns_matrix_none")
        words, span = self.words, self.plan.span()
        start = pd.Period(span[0], "M")
        months = pd.period_range(start, pd.Period(span[1], "M"))
        shown = shown_returns(self.plan, here, words)
        rows = []
        for (sender, form), owed in shown.groupby(["sender", "form"], sort=True):
            cells = []
            for label, line in owed.sort_index().iterrows():
                due = here.loc[label]
                accepted = words("rows_accepted", n=due["accepted"]) if due["accepted"] else ""
                first, last = (pd.Period(due[end], "M") for end in ("period_from", "period_to"))
                cells.append({
                    "code": due["status"], "months": (last - first).n + 1, "lines": [*filter(None, (line["filed"], accepted))],
                    "status": f"{words.of('statuses', due['status'], 'sign')} {line['status']}",
                    "title": f"{line['period']} {words('due')} {line['due']}",
                })  # fmt: skip
            rows.append({"sender": sender, "form": form, "cells": cells})
        names = [words("month_name", n=month.month) for month in months]
        grid = macro("calendar", words("returns_matrix_note"), [words("sender"), words("form")], names, rows)
        return self._section("returns_matrix", grid)

    def _reasons(self, rows: pd.DataFrame, id: str, none: str, note: str = "") -> Block:
        if rows.empty:
            return self._none(id, none)
        shown = rows.head(ROWS_SHOWN).assign(reason=rows["reason"].map(self.words.reason))
        more = self.words("failures_more", total=len(rows), shown=ROWS_SHOWN) if len(rows) > ROWS_SHOWN else ""
        lines = [macro("para", line) for line in (note, more) if line]
        return self._section(id, *lines, self._table(id, shown, "file sheet row reason"))

    def rejected(self) -> Block:
        """Rows to send back, each with its reason."""
        rows = store.read(self.processed, "ledger", [("fate", "==", "rejected")])
        return self._reasons(rows, "returns_rejected", "returns_rejected_none", self.words("returns_back"))

    def flagged(self) -> Block:
        """Accepted rows that deserve a look: shared, suspect, outside the period."""
        rows = store.read(self.processed, "ledger", [("fate", "==", "accepted"), ("reason", "!=", "")])
        return self._reasons(rows, "returns_flagged", "returns_flagged_none")

    def by_file(self) -> Block:
        """Every file with the fates of its rows, and what is odd about it."""
        words = self.words
        titles = {name: words.text(form.title) for name, form in self.plan.folder.forms.items()}

        def remark(file: Any) -> str:
            told = [words.reason(file.reason)] if file.reason else []
            told += [words("sheet_hidden")] if file.hidden else []
            told += [words("columns_unknown", columns=file.unknown)] if file.unknown else []
            told += [words("columns_absent", columns=file.absent)] if file.absent else []
            return words("comma").join(told)

        rows = self.files.assign(
            form=self.files["form"].map(titles).fillna(""), remark=[*map(remark, self.files.itertuples())]
        )
        fates = {fate: words.of("fates", fate) for fate in FATES}
        return self._section(
            "returns_files", self._table("returns_files", rows, "file sheet form remark rows", **fates)
        )


PAGES: dict[str, type[_Page]] = {"town": TownPage, "city": CityPage, "returns": ReturnsPage}


def open_page(kind: str, year: int | None = None, as_of: str | dt.date | None = None, plan: str = "yixing",
              processed: str = "data/processed", language: str = "zh", town: str | None = None) -> Any:  # fmt: skip
    """The page of a notebook, from its parameters; a wrong one raises `PlanError` or `ValueError` in one clear line."""
    found = load(store.locate(plan)).plan(None if year is None else int(year))
    try:
        day = (
            default_as_of(found)
            if as_of is None
            else as_of
            if isinstance(as_of, dt.date)
            else dt.date.fromisoformat(as_of)
        )
    except ValueError:
        raise PlanError(f"as_of {as_of!r} is no date; write 2013-06-30") from None
    common = (found, processed, day, Words(language, found.folder.unit_word))
    if kind == "returns":
        return ReturnsPage(*common)
    unit = found.folder.city if kind == "city" else found.town(town or "")
    return PAGES[kind](*common, unit.name)
