"""The views of attainment.xlsx, a frame a sheet: numbers as numbers, everything else as the pages
say it.
"""

from __future__ import annotations

import pandas as pd

from yxq.attainment import drill
from yxq.report import display
from yxq.report.pages.city import CityPage


def views(page: CityPage) -> dict[str, pd.DataFrame]:
    """The sheet's title -> frame: by town (signs alone, to be scanned), scores, all results,
    failures, milestones, sources, assumptions.
    """
    plan, words = page.plan, page.words
    units = [*plan.towns, plan.folder.city]
    names = {unit.name: words.unit(unit) for unit in units}
    order = {unit.name: place for place, unit in enumerate(units)}
    titles = {t.id: f"{t.id} {words.text(t.title)}" for t in plan.targets}
    attained = page.attained.sort_values(
        "unit", key=lambda column: column.map(order), kind="stable"
    )
    results = _results(page, attained, names, titles)
    told = attained[["unit", "target"]].assign(sign=attained["state"].map(words.sign))
    grid = told.pivot(index="unit", columns="target", values="sign").reindex(
        index=[*names], columns=[*titles]
    )
    grid = grid.rename(index=names, columns=titles).rename_axis("unit").reset_index()
    grid.attrs["signs"] = True
    milestones = results[attained["rule"].eq("milestone").to_numpy()]
    found = {
        "by_town": grid,
        "scores_sheet": _scores(page, names),
        "results": results,
        "failing_records": page.failing.drop(columns=["number", "named", "total", "failed"]),
        "milestones": milestones[
            ["unit", "target", "clause", "owner", "required", "state", "gap", "measured_in", "note"]
        ],
        "sources": _sources(page, names, titles, order),
        "assumptions_sheet": _assumptions(page),
    }
    kept = {words(title): frame for title, frame in found.items() if frame is not None}
    return {words("about_sheet"): _about(page, list(kept)), **kept}


def _results(
    page: CityPage, attained: pd.DataFrame, names: dict[str, str], titles: dict[str, str]
) -> pd.DataFrame:
    shown, words = display.results(page.plan, attained, page.words), page.words
    same = [
        "numerator",
        "denominator",
        "value",
        "gap",
        "needed",
        "low",
        "high",
        "further",
        "probability",
    ]
    return attained[same].assign(
        unit=attained["unit"].map(names),
        target=attained["target"].map(titles),
        value_year_before=attained["previous"],
        measured_in=[display.measured_in(page.plan.target(id), words) for id in attained["target"]],
        **shown[["clause", "owner", "required", "state", "trend", "evidence", "note"]],
    )[
        [
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
    ]


def _scores(page: CityPage, names: dict[str, str]) -> pd.DataFrame | None:
    """Scores and ranks; nothing where the plan has no scoring."""
    if page.scores.empty:
        return None
    rows = page.scores.assign(
        unit=page.scores["unit"].map(names), missing_weight=page.scores["missing"]
    )
    rows = rows.sort_values("rank", kind="stable", na_position="last")
    return rows[
        [
            "unit",
            "score",
            "grade",
            "rank",
            "rank_low",
            "rank_high",
            "deducted",
            "missing_weight",
            "judged",
            "ranked",
        ]
    ]


def _sources(
    page: CityPage, names: dict[str, str], titles: dict[str, str], order: dict[str, int]
) -> pd.DataFrame:
    """For every unit and target the files, sheets and rows that its number comes from."""
    words = page.words
    rows = drill.sources(page.plan, page.source.records(), page.as_of)
    grouped = rows.groupby(["unit", "target", "file", "sheet"], sort=True)["row"]
    found = grouped.agg(
        records="size", rows_used=lambda numbers: words("list").join(display.ranges(numbers, words))
    )
    found = found.reset_index().sort_values(
        "unit", key=lambda column: column.map(order), kind="stable"
    )
    return found.assign(unit=found["unit"].map(names), target=found["target"].map(titles))


def _about(page: CityPage, sheets: list[str]) -> pd.DataFrame:
    """What the workbook is, as of when, and which sheets it has."""
    words, document = page.words, page.plan.period.document
    told = [
        words(
            "subtitle",
            plan=words.text(document.title),
            year=page.plan.year,
            as_of=words.date(page.as_of),
        )
    ]
    told += [
        words(name)
        for name, holds in (("synthetic", page.synthetic), ("draft", page.plan.period.draft))
        if holds
    ]
    told += [page.verdict, words("sheets", list=words("list").join(sheets))]
    return pd.DataFrame({"remark": told})


def _assumptions(page: CityPage) -> pd.DataFrame:
    """What the numbers rest on that the plan does not say."""
    words = page.words
    rows = [
        (words.text(a.text), words.text(a.source)) for a in page.plan.period.assumptions.values()
    ]
    return pd.DataFrame(rows, columns=["assumption", "basis"])
