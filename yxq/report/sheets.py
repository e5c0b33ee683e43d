"""The views of attainment.xlsx, a frame a sheet: numbers as numbers, the rest as on the pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import pandas as pd

from yxq.attainment import drill
from yxq.plan.folder import Plan
from yxq.report import display
from yxq.report.pages.city import CityPage
from yxq.report.score_sheet import credits_sheet, scores_sheet
from yxq.report.sections import remedies, since
from yxq.report.sections.names import target_names, unit_names
from yxq.report.sections.reminders import owing
from yxq.words.wording import Words

RESULTS = [
    "unit",
    "target",
    "clause",
    "owner",
    "required",
    "numerator",
    "denominator",
    "value",
    "measured_in",
    "state",
    "gap",
    "needed",
    "value_year_before",
    "trend",
    "evidence",
    "low",
    "high",
    "further",
    "probability",
    "note",
]
MILESTONES = [
    "unit",
    "target",
    "clause",
    "owner",
    "required",
    "state",
    "gap",
    "measured_in",
    "note",
]
REMEDIES = ["unit", "target", "state", "cause", "remedy_measure", "remedy_person", "remedy_due"]
REMEDIES += ["remedy_state", "remedied_on", "days_over", "remark", "file", "sheet", "row"]
UNSHOWN = ["number", "named", "total", "failed"]  # of failing records


def views(page: CityPage) -> dict[str, pd.DataFrame]:
    """The sheets of the workbook of a city's page, by their titles in its language.

    What it is; by town (signs alone, to be scanned); scores, where the plan has any; all results;
    failures; milestones; sources; assumptions. Units stand in the plan's order, the city last.
    """
    plan, words = page.plan, page.words
    attained = _in_order(plan, page.attained)
    results = _results(plan, attained, words)
    sheets = {"by_town": _signs(plan, attained, words)}
    if not page.scores.empty:
        credits = _in_order(plan, page.source.table("credits"))
        items = credits_sheet(plan, credits, words)
        sheets["scores_sheet"] = scores_sheet(plan, page.scores, items, words)
        sheets["credits_sheet"] = items
    sheets |= {
        "results": results,
        "failing_records": page.failing.drop(columns=UNSHOWN),
        "milestones": results.loc[attained["kind"] == "task", MILESTONES],
        "sources": _sources(plan, page.source.records(), page.as_of, words),
        "assumptions_sheet": _assumptions(plan, words),
    }
    if page.comparison is not None:
        moved = since.shown(plan, page.comparison, words)
        sheets["since_sheet"] = moved[since.SHEET]
    if len(page.entries):
        sheets["remedies_sheet"] = _remedies(plan, page.entries, words)
    source = page.source
    sheets["reminders"] = owing(plan, source.returns, source.files, *source.days, words)
    titled = {words(sheet): frame for sheet, frame in sheets.items()}
    rules = _rules(plan, page.scores, words)
    about = _about([*page.opening, page.verdict, *rules], titled, words)
    return {words("about_sheet"): about, **titled}


def _units(plan: Plan) -> list[str]:
    return [unit.name for unit in (*plan.towns, plan.folder.city)]


def _in_order(plan: Plan, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows by unit in the plan's order, the city last."""
    order = {unit: n for n, unit in enumerate(_units(plan))}
    return rows.sort_values("unit", key=lambda units: units.map(order), kind="stable")


def _about(lines: Sequence[str], sheets: Iterable[str], words: Words) -> pd.DataFrame:
    """What the workbook is, as of when, how the city stands, and which sheets there are."""
    contents = words("sheets", list=words("list").join(sheets))
    return pd.DataFrame({"remark": [*lines, contents]})


def _rules(plan: Plan, scores: pd.DataFrame, words: Words) -> list[str]:
    """How scores come from the items, and what decides where they are the same; none of none."""
    if scores.empty:
        return []
    links = {"scores": words("scores_sheet"), "items": words("credits_sheet")}
    rules = [words("score_formulas", **links)]
    if any(t.on_last_year and t.require and t.require.strict for t in plan.targets):
        rules.append(words("score_zero"))
    return rules


def _signs(plan: Plan, attained: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Units by targets, the sign of each state alone."""
    signs = attained.assign(sign=attained["state"].map(words.sign))
    wide = signs.pivot(index="unit", columns="target", values="sign")
    titles = target_names(plan, words)
    wide = wide.reindex(index=_units(plan), columns=[*titles])
    wide = wide.rename(index=unit_names(plan, words), columns=titles)
    wide = wide.rename_axis("unit").reset_index()
    wide.attrs["signs"] = True
    return wide


def _results(plan: Plan, attained: pd.DataFrame, words: Words) -> pd.DataFrame:
    """All results."""
    shown = display.results(plan, attained, words)
    as_text = ["clause", "owner", "required", "state", "trend", "evidence", "note"]
    targets = [plan.target(id) for id in attained["target"]]
    return attained.assign(
        unit=attained["unit"].map(unit_names(plan, words)),
        target=attained["target"].map(target_names(plan, words)),
        value_year_before=attained["previous"],
        measured_in=[display.measured_in(target, words) for target in targets],
        **shown[as_text],
    )[RESULTS]


def _sources(
    plan: Plan, records: dict[str, pd.DataFrame], as_of: dt.date, words: Words
) -> pd.DataFrame:
    """For every unit and target the files, sheets and rows that its number comes from."""
    rows = drill.sources(plan, records, as_of)
    by_sheet = rows.groupby(["unit", "target", "file", "sheet"], sort=True)["row"]

    def ranges(numbers: Iterable[int]) -> str:
        return words("list").join(display.ranges(numbers, words))

    sources = _in_order(plan, by_sheet.agg(records="size", rows_used=ranges).reset_index())
    return sources.assign(
        unit=sources["unit"].map(unit_names(plan, words)),
        target=sources["target"].map(target_names(plan, words)),
    )


def _remedies(plan: Plan, entries: pd.DataFrame, words: Words) -> pd.DataFrame:
    """The register, with the rows that it was read from."""
    return remedies.shown(plan, entries, words).assign(
        remedy_due=entries["due"], remedied_on=entries["done"], days_over=entries["days_over"]
    )[REMEDIES]


def _assumptions(plan: Plan, words: Words) -> pd.DataFrame:
    """What the numbers rest on that the plan does not say."""
    assumptions = plan.period.assumptions.values()
    rows = [(words.text(one.text), words.text(one.source)) for one in assumptions]
    return pd.DataFrame(rows, columns=["assumption", "basis"])
