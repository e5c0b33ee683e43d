"""What a notebook shows: a page object a notebook, with one method a section, each returning a `Block`.

Pages read the processed tables and call attain, display and figures; notebooks hold no logic, and neither does this
beyond choosing what to show.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from yxq import display, figures, returns, store
from yxq.attain import STATES, attain, default_as_of
from yxq.measures import rows_of
from yxq.plan import Plan, PlanError, Target, load
from yxq.words import Words

FAILURES_SHOWN, RANGES_SHOWN = 60, 8
JUDGED = ["attained", "not attained"]
RUNNING = ["on track", "behind"]


@functools.cache
def templates() -> jinja2.Environment:
    """The package's templates; everything put into them is escaped."""
    folder = Path(__file__).parent / "templates"
    return jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined)


def macro(name: str, *arguments: Any) -> Any:
    """One of the macros of blocks.html, filled."""
    return getattr(templates().get_template("blocks.html").module, name)(*arguments)


class Block:
    """A piece of a page: HTML for readers, plain text elsewhere."""

    def __init__(self, html: str, text: str) -> None:
        """Keep both forms."""
        self.html, self.text = str(html), text

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        """The plain text."""
        return self.text


def heads(words: Words, *names: str, num: str = "") -> list[dict[str, Any]]:
    """Column headings: names of columns, each with its wording; those named in `num` are set right."""
    titles = {"id": "target", "code": "state"}
    return [{"name": n, "title": words(titles.get(n, n)), "num": n in num.split()} for n in names]


def grouped(frame: pd.DataFrame, by: str | None = None) -> list[tuple[str, list[dict[str, Any]]]]:
    """Rows for the table macro, in groups with a heading or in one without."""
    if by is None:
        return [("", frame.to_dict("records"))]
    return [(str(name), part.to_dict("records")) for name, part in frame.groupby(by, sort=False)]


@dataclass
class _Page:
    """What every page knows: the plan, the tables, the date, the language."""

    plan: Plan
    processed: str
    as_of: dt.date
    words: Words

    @functools.cached_property
    def measures(self) -> pd.DataFrame:
        """This plan's measures."""
        return store.read(self.processed, "measures")

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
        rows = [{"assumption": self.words.text(a.text), "basis": self.words.text(a.source)}
                for name, a in self.plan.period.assumptions.items() if a.general or name in used]  # fmt: skip
        if not rows:
            return ""
        return macro("table", self.words("assumptions"), heads(self.words, "assumption", "basis"), [("", rows)])


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
            return self._section("short", macro("para", self.words("short_none")))
        table = macro("table", self.words("short"), heads(self.words, "target", "required", "counts", "value", "state", "gap", "needed",
                      "note", num="counts value gap needed"), grouped(rows))  # fmt: skip
        return self._section("short", table)

    def targets(self) -> Block:
        """Every target by section: counts, threshold, state, gap and what is needed."""
        columns = heads(self.words, "target", "clause", "required", "counts", "value", "state", "gap", "needed", "note",
                        num="counts value gap needed")  # fmt: skip
        rows = self.shown.assign(target=self.shown["id"] + " " + self.shown["target"])
        return self._section("targets", macro("table", self.words("targets"), columns, grouped(rows, "section")))

    def change(self) -> Block:
        """Rates and counts against the year before."""
        known = self.results["previous"].notna() & self.results["value"].notna()
        if not known.any():
            return self._section("change", macro("para", self.words("change_none")))
        rates = self.results[known & (self.results["rule"] == "rate_at_least")]
        parts = []
        if len(rates):
            rates = rates.assign(title=[self.words.text(self.plan.target(t).title) for t in rates["target"]],
                                 threshold=[float(self.plan.target(t).share) for t in rates["target"]])  # fmt: skip
            svg = figures.change(rates, self.words, self.synthetic)
            parts.append(macro("figure", self.words("change_note"), self.words("change_figure"), svg))
        columns = heads(self.words, "target", "previous", "value", "change_by", num="previous value change_by")
        rows = self.shown[known].assign(change_by=self.shown["change"])
        parts.append(macro("table", self.words("change"), columns, grouped(rows)))
        return self._section("change", *parts)

    def monthly(self) -> Block:
        """Sampled rates month by month."""
        rows = self.measures[(self.measures["plan"] == self.plan.id) & (self.measures["year"] == self.plan.year)
                             & (self.measures["unit"] == self.town) & (self.measures["date"] <= pd.Timestamp(self.as_of))]  # fmt: skip
        counts, aims, seen = {}, {}, set()
        for target in self.targets_here:
            here = rows[(rows["target"] == target.id) & rows["month"].notna()]
            basis = target.measure.model_dump_json()
            if target.sampled and len(here) and basis not in seen:  # two thresholds on one measure make one panel
                title = self.words.text(target.title)
                counts[title] = here.groupby("month")[["numerator", "denominator"]].sum()
                aims[title] = float(target.share)
                seen.add(basis)
        if not counts:
            return self._section("monthly", macro("para", self.words("monthly_none")))
        svg = figures.monthly(counts, aims, self.words, self.synthetic)
        titles = self.words("list").join(counts)
        parts = [
            macro("figure", self.words("monthly_figure", title=titles), self.words("monthly_figure", title=titles), svg)
        ]
        table = pd.concat(counts, names=["target", "month"]).reset_index()
        table["counts"] = [f"{n} / {d}" for n, d in zip(table["numerator"], table["denominator"], strict=True)]
        wide = table.pivot(index="target", columns="month", values="counts").reindex(counts).fillna("—").reset_index()
        columns = heads(self.words, "target") + [
            {"name": m, "title": f"{m}{self.words('month')}" if self.words.language == "zh" else str(m), "num": True}
            for m in wide.columns[1:]
        ]
        return self._section("monthly", *parts, macro("table", self.words("counts"), columns, grouped(wide)))

    def _rows(self, target: Target) -> pd.DataFrame:
        """The records behind a result of this unit; the city's once each."""
        rows = rows_of(self.plan, target, self.records)
        if rows.empty:
            return rows
        rows = rows[(rows["label"] == self.plan.year) & (rows["day"] <= pd.Timestamp(self.as_of))]
        if self.town == self.plan.folder.city.name:
            return rows[rows["key"].isna() | ~rows["key"].duplicated()]
        return rows[rows["unit"] == self.town] if "unit" in rows else rows.iloc[:0]

    @functools.cached_property
    def failing(self) -> pd.DataFrame:
        """Records that did not pass, of every rate target: target, date, firm, item, failing, source; latest first."""
        parts, seen = [], set()
        for target in self.targets_here:
            rows, measure = self._rows(target), target.measure
            basis = measure.model_dump_json()
            if rows.empty or target.rule != "rate_at_least" or basis in seen:
                continue
            seen.add(basis)
            bad = (
                rows[~rows["passed"]]
                if measure.kind == "items"
                else rows[rows[measure.numerator] < rows[measure.denominator]]
            )
            blank = pd.Series("", bad.index)
            item = next((bad[c] for c in ("product", "project", "stratum") if c in bad), blank)
            counts = (
                (bad[measure.numerator].astype(str) + " / " + bad[measure.denominator].astype(str))
                if measure.numerator
                else blank
            )
            parts.append(pd.DataFrame({
                "target": self.words.text(target.title), "day": bad["day"], "unit": bad["unit"],
                "firm": bad.get("firm", blank).fillna(""), "item": item.fillna(""),
                "failing": bad.get("failing_item", counts).fillna(self.words("not_stated")),
                "named": "failing_item" in bad, "file": bad["file"], "row": bad["row"],
            }))  # fmt: skip
        if not parts:
            return pd.DataFrame(columns=["target", "day", "unit", "firm", "item", "failing", "named", "file", "row"])
        return pd.concat(parts).sort_values("day", ascending=False, kind="stable").reset_index(drop=True)

    def failures(self) -> Block:
        """Which failures lie behind the missed rates."""
        if self.failing.empty:
            return self._section("failures", macro("para", self.words("failures_none")))
        items = self.failing.loc[self.failing["named"].astype(bool), "failing"].value_counts().head(10)
        parts = []
        if len(items):
            svg = figures.pareto(items, self.words, self.synthetic)
            alt = self.words("pareto_figure") + " " + self.words("list").join(f"{k} {v}" for k, v in items.items())
            parts.append(macro("figure", self.words("pareto_figure"), alt, svg))
        shown = self.failing.head(FAILURES_SHOWN)
        rows = shown.assign(
            date=shown["day"].map(self.words.date),
            source=[f"{f}：{r}" for f, r in zip(shown["file"], shown["row"], strict=True)],
        )
        columns = heads(self.words, "date", "target", "firm", "item", "failing", "source")
        parts.append(macro("table", self.words("failures"), columns, grouped(rows)))
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
            parts.append(
                macro(
                    "table",
                    self.words("missing_targets"),
                    heads(self.words, "target", "clause", "owner", "note"),
                    grouped(none),
                )
            )
        if len(odd):
            parts.append(macro("table", self.words("missing_returns"), heads(self.words, "form", "sender", "period", "due", "status", "filed"),
                               grouped(shown_returns(self.plan, odd, self.words))))  # fmt: skip
        return self._section("missing", *(parts or [macro("para", self.words("missing_none"))]))

    def sources(self) -> Block:
        """Clause, owner, records and source rows of every target, and the assumptions used."""
        found = []
        for target, shown in zip(self.targets_here, self.shown.to_dict("records"), strict=True):
            rows = self._rows(target)
            told = []
            for file, part in rows.groupby("file", sort=True) if len(rows) else []:
                runs = display.ranges(part["row"]).split(", ")
                text = (
                    ", ".join(runs)
                    if len(runs) <= RANGES_SHOWN
                    else ", ".join(runs[:3]) + self.words("rows_more", n=len(part))
                )
                told.append(f"{file}：{text}")
            found.append(
                shown
                | {
                    "target": f"{shown['id']} {shown['target']}",
                    "records": len(rows),
                    "files": self.words("comma").join(told),
                }
            )
        columns = heads(self.words, "target", "clause", "owner", "records", "files", num="records")
        table = macro("table", self.words("sources_note"), columns, grouped(pd.DataFrame(found)))
        facts = [self.plan.period.document.number, *(self.words.text(f) for f in self.plan.period.document.facts)]
        return self._section(
            "sources", macro("list", [f for f in facts if f]), table, self._assumptions(self.targets_here)
        )


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
        table = macro("heatmap", self.words("heatmap_note"), self.words("unit"), targets, rows, legend)
        return self._section("heatmap", table)

    def towns(self) -> Block:
        """One row a unit: how many targets in each state."""
        table = town_table(self.plan, self.attained, self.words)
        columns = heads(self.words, "unit", "share_attained", num="share_attained")
        columns += [{"name": s, "title": self.words.state(s), "num": True} for s in STATES if s in table]
        return self._section("city_towns", macro("para", self.words("city_towns_note")),
                             macro("table", self.words("city_towns"), columns, grouped(table)))  # fmt: skip

    def targets(self) -> Block:
        """The city's totals against the plan."""
        block = super().targets()
        return Block(
            block.html.replace(self.words("targets"), self.words("city_targets")), f"[{self.words('city_targets')}]"
        )

    def milestones(self) -> Block:
        """Milestones of the city with dates."""
        rules = self.results["rule"].eq("milestone")
        if not rules.any():
            return self._section("milestones", macro("para", self.words("milestones_none")))
        rows = self.shown[rules.to_numpy()].assign(target=self.shown["id"] + " " + self.shown["target"])
        columns = heads(self.words, "target", "clause", "owner", "required", "counts", "state", "note", num="counts")
        return self._section("milestones", macro("table", self.words("milestones"), columns, grouped(rows)))


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

    @functools.cached_property
    def ledger(self) -> pd.DataFrame:
        """The fate of every row."""
        return store.read(self.processed, "ledger")

    @property
    def fates(self) -> pd.Series:
        """Rows by fate: the number that checks compare."""
        return self.files[["rows", "accepted", "duplicate", "rejected", "excluded"]].sum()

    def headline(self) -> Block:
        """How much arrived and how much is missing."""
        sums = {k: int(v) for k, v in self.fates.items()}
        here = self.returns[self.returns["year"] == self.plan.year]
        counts = here["status"].value_counts()
        late, missing = int(counts.get("late", 0)), int(counts.get("missing", 0))
        due = self.words("returns_due", due=int((here["status"] != "not due").sum()), late=late, missing=missing,
                         arrived=int(counts.get("arrived", 0)) + late)  # fmt: skip
        verdict = self.words("returns_verdict", files=self.files["file"].nunique(), **sums)
        return self._header(self.words("returns_title"), verdict, [due if len(here) else ""])

    def matrix(self) -> Block:
        """Senders and forms by period: what is there."""
        here = self.returns[self.returns["year"] == self.plan.year]
        if here.empty:
            return self._section("returns_matrix", macro("para", self.words("returns_matrix_none")))
        shown = shown_returns(self.plan, here, self.words)
        columns = heads(self.words, "sender", "form", "period", "due", "status", "filed")
        order = shown.sort_values(["sender", "form"], kind="stable")
        return self._section("returns_matrix", macro("table", self.words("returns_matrix"), columns, grouped(order)))

    def _rows(self, rows: pd.DataFrame, id: str) -> Any:
        shown = rows.assign(reason=rows["reason"].map(self.words.reason))
        return macro(
            "table", self.words(id), heads(self.words, "file", "sheet", "row", "reason", num="row"), grouped(shown)
        )

    def rejected(self) -> Block:
        """Rows to send back, each with its reason."""
        rows = self.ledger[self.ledger["fate"] == "rejected"]
        if rows.empty:
            return self._section("returns_rejected", macro("para", self.words("returns_rejected_none")))
        return self._section("returns_rejected", self._rows(rows.head(200), "returns_rejected"))

    def flagged(self) -> Block:
        """Accepted rows that deserve a look: shared, suspect, outside the period."""
        rows = self.ledger[(self.ledger["fate"] == "accepted") & (self.ledger["reason"] != "")]
        return self._section("returns_flagged", self._rows(rows.head(200), "returns_flagged"))

    def by_file(self) -> Block:
        """Every file with the fates of its rows."""
        rows = self.files.assign(
            form=[
                self.words.text(self.plan.folder.forms[f].title) if isinstance(f, str) else ""
                for f in self.files["form"]
            ]
        )
        fates = ["accepted", "duplicate", "rejected", "excluded"]
        columns = heads(self.words, "file", "sheet", "form", "rows", num="rows")
        columns += [{"name": f, "title": self.words.of("fates", f), "num": True} for f in fates]
        return self._section("returns_files", macro("table", self.words("returns_files"), columns, grouped(rows)))


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
