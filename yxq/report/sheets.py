"""The views of attainment.xlsx, a frame a sheet: numbers as numbers, the rest as on the pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import pandas as pd

from yxq.attainment import drill
from yxq.plan.folder import Plan
from yxq.report import display
from yxq.report.pages.city import CityPage
from yxq.report.sections.league import WITHIN_YEAR, is_running
from yxq.report.sections.names import target_names, unit_names
from yxq.report.sections.reminders import owing
from yxq.tables.workbook import HEAD, Formula
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
SCORES = [
    "unit",
    "score",
    "grade",
    "end_grade",
    "end_chance",
    "rank",
    "rank_low",
    "rank_high",
    "score_low",
    "score_high",
    "deducted",
    "missing_weight",
    "judged",
    "ranked",
    "sheet_total",
    "sheet_of",
]
AT_END = ("end_grade", "end_chance")  # what is expected of the year's end before it
CREDITS = ["unit", "target", "points_of", "earned", "counted", "deducted", "why"]
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
        sheets["scores_sheet"] = _scores(plan, page.scores, len(credits), words)
        sheets["credits_sheet"] = _credits(plan, credits, words)
    sheets |= {
        "results": results,
        "failing_records": page.failing.drop(columns=UNSHOWN),
        "milestones": results.loc[attained["kind"] == "task", MILESTONES],
        "sources": _sources(plan, page.source.records(), page.as_of, words),
        "assumptions_sheet": _assumptions(plan, words),
    }
    source = page.source
    sheets["reminders"] = owing(plan, source.returns, source.files, *source.days, words)
    titled = {words(sheet): frame for sheet, frame in sheets.items()}
    return {words("about_sheet"): _about(page.opening, page.verdict, titled, words), **titled}


def _units(plan: Plan) -> list[str]:
    return [unit.name for unit in (*plan.towns, plan.folder.city)]


def _in_order(plan: Plan, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows by unit in the plan's order, the city last."""
    order = {unit: n for n, unit in enumerate(_units(plan))}
    return rows.sort_values("unit", key=lambda units: units.map(order), kind="stable")


def _about(
    opening: Sequence[str], verdict: str, sheets: Iterable[str], words: Words
) -> pd.DataFrame:
    """What the workbook is, as of when, how the city stands, and which sheets there are."""
    contents = words("sheets", list=words("list").join(sheets))
    return pd.DataFrame({"remark": [*opening, verdict, contents]})


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


def _scores(plan: Plan, scores: pd.DataFrame, items: int, words: Words) -> pd.DataFrame:
    """Scores by rank, those without one last; score and total as formulas over the items."""
    names = scores["unit"].map(unit_names(plan, words))
    rows = scores.assign(unit=names, missing_weight=scores["missing"])
    rows = rows.sort_values("rank", kind="stable", na_position="last")
    first, last = HEAD + 2, HEAD + 1 + items
    column = {
        name: f"'{words('credits_sheet')}'!${'ABCDEFG'[n]}${first}:${'ABCDEFG'[n]}${last}"
        for n, name in enumerate(CREDITS)
    }
    off = "SUMIFS({deducted},{unit},$A{row})"
    of = "SUMIFS({points_of},{unit},$A{row},{counted},1)"
    total = "SUMIFS({earned},{unit},$A{row},{counted},1)"
    if plan.period.has_points:
        total = f"{total}-{off}"
        score = f"MAX(0,100*({total})/{of})"
    else:
        score = f"MAX(0,100*{total}/{of}-{off})"
    formulas = {"score": score, "sheet_total": total, "sheet_of": of}
    values = {"score": rows["score"], "sheet_total": rows["total"], "sheet_of": rows["of"]}
    for name, text in formulas.items():
        numbered = enumerate(values[name], start=first)
        rows[name] = [
            value if pd.isna(value) else Formula("=" + text.format(row=row, **column), float(value))
            for row, value in numbered
        ]
    if is_running(scores):
        return rows[SCORES].rename(columns=WITHIN_YEAR)
    return rows[[name for name in SCORES if name not in AT_END]]


def _credits(plan: Plan, credits: pd.DataFrame, words: Words) -> pd.DataFrame:
    """What each result of each unit is worth, and why."""
    return credits.assign(
        unit=credits["unit"].map(unit_names(plan, words)),
        target=credits["target"].map(target_names(plan, words)),
        points_of=credits["points"],
        counted=credits["applies"].astype(int),
        why=[words.reason(why) if why else "" for why in credits["why"]],
    )[CREDITS]


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


def _assumptions(plan: Plan, words: Words) -> pd.DataFrame:
    """What the numbers rest on that the plan does not say."""
    assumptions = plan.period.assumptions.values()
    rows = [(words.text(one.text), words.text(one.source)) for one in assumptions]
    return pd.DataFrame(rows, columns=["assumption", "basis"])
