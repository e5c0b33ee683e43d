"""Results as figures: which numbers go into which picture, under which names.

Each takes results of a plan and gives a figure, None where there is nothing to draw.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import partial

import pandas as pd

from yxq.attainment import comparison
from yxq.plan.folder import Plan
from yxq.plan.requirement import parse
from yxq.plan.target import Target
from yxq.plan.units import Unit
from yxq.report import figures
from yxq.report.display import is_share
from yxq.report.figures import Drawing, Panel, Style, fitted
from yxq.words.states import JUDGED, SHORT, State
from yxq.words.wording import Words

NAME = 20  # letters of a unit's name beside its score


def units(plan: Plan, target: Target, attained: pd.DataFrame, style: Style) -> Drawing | None:
    """All units at a target, the best on top.

    Rates with what their samples leave open and the city last; anything else with what is asked of
    each and without the city, whose sum would make the others small. attained: rows of attainment.
    """
    rows = _titled(plan, attained[attained["value"].notna()], style.words)
    is_rate, of_city = target.kind == "share", rows["unit"] == plan.folder.city.name
    rows = rows.assign(of_city=of_city, order=rows["value"].astype("float64"))
    if not is_rate and not of_city.all():
        rows = rows[~of_city]
    if rows.empty:
        return None
    ascending = [True, target.better == "less"]
    rows = rows.sort_values(["of_city", "order"], ascending=ascending, kind="stable")
    rows["short"] = rows["state"].isin(SHORT)
    if is_rate:
        return figures.bullets(rows.assign(threshold=target.line), style)
    asked = rows["year_before"] if target.on_last_year else _asked(target, rows["bound"])
    asked = asked.astype("Float64").where(rows["state"] != State.NOT_APPLICABLE)
    return figures.lengths(rows.assign(asked=asked), is_share(target), style)


def units_at(
    plan: Plan, targets: Sequence[Target], attained: pd.DataFrame, style: Style
) -> Drawing | None:
    """Units at several targets, a panel a target; attained: rows of attainment."""
    order = [unit.name for unit in (*plan.towns, plan.city)]
    there = [name for name in order if (attained["unit"] == name).any()]
    panels = {}
    for target in targets:
        rows = attained[attained["target"] == target.id].assign(
            unit=lambda t: t["unit"].astype("str")
        )
        rows = rows.set_index("unit").reindex(there).reset_index()
        if target.kind != "share" and len(there) > 1:  # whose sum would make the others small
            rows.loc[rows["unit"] == plan.city.name, "value"] = pd.NA
        asked = _asked(target, rows["bound"].fillna(""))
        rows = _titled(plan, rows, style.words).assign(asked=asked, short=rows["state"].isin(SHORT))
        panel = rows[["title", "value", "asked", "short"]]
        panels[style.words.text(target.title)] = panel, is_share(target)
    drawn = any(panel["value"].notna().any() for panel, _ in panels.values())
    return figures.rows(panels, style) if drawn else None


def so_far(plan: Plan, by_month: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """Rates and counts added up month by month: unit, target, at (the month), value, asked.

    by_month, results: rows of months and of attainment.
    """
    first, last = plan.span()
    parts = []
    for (unit, id), result in results.groupby(["unit", "target"], observed=True):
        until = min(last, result["as_of"].iloc[0].date())
        target, months = plan.target(str(id)), pd.period_range(first, until, freq="M")
        mine = by_month[(by_month["unit"] == unit) & (by_month["target"] == id)]
        counts = mine.set_index("month")[["so_far", "of"]].reindex(months).ffill()
        value = counts["so_far"].astype("Float64")
        if target.kind == "share":
            value = value / counts["of"].astype("Float64")
        asked = target.line if target.kind == "share" else _asked(target, result["bound"]).iloc[0]
        columns = {"unit": str(unit), "target": target.id, "at": months.month, "value": value.array}
        parts.append(pd.DataFrame({**columns, "asked": asked}))
    return pd.concat(parts, ignore_index=True)


def by_year(plan: Plan, years: pd.DataFrame) -> pd.DataFrame:
    """The numbers of units year by year: unit, target, at (the year), value, asked; years: rows of
    `yxq.attainment.history.years`.
    """
    asked = [
        _line(plan.target(str(id)), bound)
        for id, bound in zip(years["target"], years["bound"].fillna(""), strict=True)
    ]
    rows = years.assign(unit=years["unit"].astype("str"), target=years["target"].astype("str"))
    return rows.assign(at=years["year"], asked=asked)[["unit", "target", "at", "value", "asked"]]


def in_a_row(plan: Plan, attained: pd.DataFrame, target: Target) -> pd.DataFrame:
    """The units at a target from the best to the worst: by how far each is from what is asked, or
    by the value where nothing is; then those of which neither is known.
    """
    rows = attained[attained["unit"] != plan.folder.city.name]
    by_gap = rows["gap"].notna().any()
    known = rows[rows["gap" if by_gap else "value"].notna()]
    worth = known["gap"] if by_gap else known["value"]
    is_up = not by_gap and target.better == "less"
    order = worth.astype("float64").sort_values(ascending=is_up, kind="stable").index
    rest = rows.drop(index=order)
    states = rest["state"].map([*State].index).sort_values(kind="stable").index
    return rows.loc[[*order, *states]]


def spine(
    plan: Plan, target: Target, rows: pd.DataFrame, style: Style
) -> tuple[Drawing, int | None]:
    """All units in one row, and how many of the first reach what is asked; rows: see `in_a_row`."""
    gaps, reached = rows["gap"].dropna(), None
    if len(gaps) and target.require:
        is_strict = target.require.strict
        reached = int((gaps > 0 if is_strict else gaps >= 0).sum())
    return figures.spine(_titled(plan, rows, style.words), reached, style), reached


def months(
    plan: Plan, target: Target, by_month: pd.DataFrame, result: pd.DataFrame, style: Style
) -> Drawing | None:
    """A unit's rate or count month by month, None where the target has no months.

    by_month: month, numerator, denominator; result: the unit's row of attainment.
    """
    if by_month.empty:
        return None
    first, last = plan.span()
    span = pd.period_range(first, min(last, result["as_of"].iloc[0].date()), freq="M")
    counts = by_month.set_index("month")[["numerator", "denominator"]].reindex(span, fill_value=0)
    counts.index = counts.index.month
    if target.kind == "share":
        title = style.words.text(target.title)
        return figures.monthly({title: counts}, {title: target.line}, style)
    asked = _asked(target, result["bound"]).iloc[0]
    return figures.running(counts.assign(so_far=counts["numerator"].cumsum()), asked, style)


def control(
    plan: Plan, charts: Sequence[tuple[Target, pd.DataFrame]], as_of: dt.date, style: Style
) -> Drawing | None:
    """Months between their control limits, a panel a target, all of them shares or none.

    charts: targets, each with the rows of `attainment.control.control` of one unit.
    """
    first, last = plan.span()
    span = pd.period_range(first, min(last, as_of), freq="M")
    series, asked = {}, {}
    for target, rows in charts:
        title = style.words.text(target.title)
        months = rows.set_index("month").reindex(span)
        series[title] = months.set_axis(months.index.month)
        asked[title] = target.line if target.kind == "share" else float("nan")
    shares = {target.kind == "share" for target, _ in charts}
    return figures.control(series, asked, shares == {True}, style) if series else None


def years(
    plan: Plan, target: Target, by_year: pd.DataFrame, unit: Unit, style: Style
) -> Drawing | None:
    """A target over the years, one unit in front of all, and what was asked of it.

    by_year: unit, year, value, bound. None where there is no value.
    """
    rows, city = by_year[by_year["value"].notna()], plan.folder.city.name
    if target.kind != "share":  # the sum of all would make the others flat
        rows = rows[(rows["unit"] == city) == (unit.name == city)]
    if rows.empty:
        return None
    of_unit = by_year[by_year["unit"] == unit.name].drop_duplicates("year").set_index("year")
    asked, title = _asked(target, of_unit["bound"]), style.words.unit(unit)
    rows = _titled(plan, rows, style.words)
    return figures.years(rows, asked, title, is_share(target), style)


def ranks(plan: Plan, scored: pd.DataFrame, style: Style) -> Drawing | None:
    """Each unit's rank with the ranks that it may as well have, the first on top.

    scored: unit, rank, rank_low, rank_high.
    """
    rows = scored[scored["rank"].notna()].sort_values("rank", kind="stable")
    return None if rows.empty else figures.ranks(_titled(plan, rows, style.words), style)


def states(league: pd.DataFrame, style: Style) -> Drawing | None:
    """How many targets of each unit are in each state, in the order of the rows.

    league: see `yxq.report.sections.league.league_rows`.
    """
    if league.empty:
        return None
    numbers = league.reindex(columns=[*JUDGED], fill_value=0)
    scores = league["score"] if "score" in league else pd.Series("", league.index)
    titles = [
        fitted(unit, NAME) + (f" ({score})" if score else "")
        for unit, score in zip(league["unit"], scores, strict=True)
    ]
    return figures.states(numbers.assign(title=titles), style)


def funnel(
    plan: Plan, targets: Iterable[Target], rows: pd.DataFrame, style: Style
) -> Drawing | None:
    """Rates by number of samples between their funnel limits, a panel a target.

    rows: target, unit, denominator, value, centre, tau, beyond, beyond_chance.
    """
    rows, panels = _titled(plan, rows, style.words), []
    for target in targets:
        points = rows[rows["target"] == target.id]
        if len(points):
            n = pd.Series(range(1, int(points["denominator"].max() * 1.1) + 2), dtype="float64")
            centre = pd.Series(points["centre"].iloc[0], n.index)
            tau = points["tau"].iloc[0]
            limits = comparison.limits(n, centre, tau).set_index(n)
            title = style.words.text(target.title)
            panels.append(Panel(title, points, limits, target.line))
    return figures.funnel(panels, style) if panels else None


def _titled(plan: Plan, rows: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Rows with the units' names as titles."""
    names = {unit.name: words.unit(unit) for unit in plan.folder.units}
    return rows.assign(title=rows["unit"].astype("str").map(names))


def _asked(target: Target, bounds: pd.Series) -> pd.Series:
    """Bounds as numbers to draw a line at; NaN where there is none, or not of the value."""
    return bounds.map(partial(_line, target)).astype("float64")


def _line(target: Target, bound: str) -> float:
    """The least that is asked, of a number that is drawn."""
    low = bound.partition("..")[0] if target.better else ""
    return float(parse(f">= {low}").ends[0] or 0) if low else float("nan")
