"""Results as figures: which numbers go into which picture, under which names. None where there is
nothing to draw.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import pandas as pd

from yxq.attainment import comparison
from yxq.plan.folder import Plan
from yxq.plan.model import fraction
from yxq.plan.target import Target
from yxq.plan.units import Unit
from yxq.report import figures
from yxq.report.figures import Drawing, Style
from yxq.words.wording import Words


def _named(plan: Plan, rows: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Rows with the units' names as titles."""
    names = {unit.name: words.unit(unit) for unit in plan.folder.units}
    return rows.assign(title=rows["unit"].astype("str").map(names))


def units(plan: Plan, target: Target, attained: pd.DataFrame, style: Style) -> Drawing | None:
    """All units at a target, the best on top: rates with what their samples leave open and the city
    last, anything else with what is asked of each and without the city, whose sum would make the
    others small.
    """
    rows = _named(plan, attained[attained["value"].notna()], style.words)
    rows = rows.assign(
        city=rows["unit"] == plan.folder.city.name, order=rows["value"].astype("float64")
    )
    rows = rows.sort_values(
        ["city", "order"], ascending=[True, target.rule == "count_at_most"], kind="stable"
    )
    if target.rule != "rate_at_least" and not rows["city"].all():
        rows = rows[~rows["city"]]
    if rows.empty:
        return None
    short = rows["state"].isin(["not attained", "behind"])
    if target.rule == "rate_at_least":
        return figures.bullets(rows.assign(short=short, threshold=float(target.share)), style)
    asked = (
        rows["year_before"]
        if target.rule == "rising"
        else rows["threshold"].map(partial(_asked, target))
    )
    asked = asked.astype("Float64").where(rows["state"] != "not applicable")
    return figures.lengths(rows.assign(short=short, asked=asked), target.unit.en == "share", style)


def months(
    plan: Plan, target: Target, by_month: pd.DataFrame, result: pd.DataFrame, style: Style
) -> Drawing | None:
    """A unit's rate or count month by month; by_month: see `yxq.attainment.history.months`; result:
    its row of attainment.

    None where the target has no months.
    """
    if by_month.empty:
        return None
    first, last = plan.span()
    span = pd.period_range(first, min(last, result["as_of"].iloc[0].date()), freq="M")
    each = by_month.set_index("month")[["numerator", "denominator"]].reindex(span, fill_value=0)
    each.index = each.index.month
    if target.rule == "rate_at_least":
        return figures.monthly(
            {style.words.text(target.title): each},
            {style.words.text(target.title): float(target.share)},
            style,
        )
    asked = _asked(target, result["threshold"].iloc[0])
    each = each.assign(so_far=each["numerator"].cumsum())
    return figures.running(each, asked, style)


def years(
    plan: Plan, target: Target, by_year: pd.DataFrame, unit: Unit, style: Style
) -> Drawing | None:
    """A target over the years, one unit in front of all, and what was asked of it; by_year: see
    `yxq.attainment.history.years`.

    None where there is no value.
    """
    rows, city = by_year[by_year["value"].notna()], plan.folder.city.name
    if (
        target.rule != "rate_at_least" and unit.name == city
    ):  # the sum of all would make the others flat
        rows = rows[rows["unit"] == city]
    elif target.rule != "rate_at_least":
        rows = rows[rows["unit"] != city]
    if rows.empty:
        return None
    own = by_year[by_year["unit"] == unit.name].drop_duplicates("year").set_index("year")
    asked = own["threshold"].map(partial(_asked, target)).astype("float64")
    share = target.rule == "rate_at_least" or target.unit.en == "share"
    return figures.years(
        _named(plan, rows, style.words), asked, style.words.unit(unit), share, style
    )


def ranks(plan: Plan, scored: pd.DataFrame, style: Style) -> Drawing | None:
    """Each unit's place with the places that it may as well have, the first on top; scored: see
    `yxq.attainment.scores.score`.
    """
    rows = scored[scored["rank"].notna()].sort_values("rank", kind="stable")
    return None if rows.empty else figures.ranks(_named(plan, rows, style.words), style)


def funnel(
    plan: Plan, targets: Iterable[Target], rows: pd.DataFrame, style: Style
) -> Drawing | None:
    """Rates by number of samples between their funnel limits, a panel a target; rows: see
    `yxq.attainment.comparison.funnel`.
    """
    rows, panels = _named(plan, rows, style.words), {}
    for target in targets:
        points = rows[rows["target"] == target.id]
        if len(points):
            n = pd.Series(range(1, int(points["denominator"].max() * 1.1) + 2), dtype="float64")
            ends = comparison.limits(n, pd.Series(points["centre"].iloc[0], n.index)).set_index(n)
            panels[style.words.text(target.title)] = (points, ends, float(target.share))
    return figures.funnel(panels, style) if panels else None


def _asked(target: Target, threshold: str) -> float:
    """A threshold as a number to draw a line at; NaN where it is none, or not of the target's own
    value.
    """
    if not threshold or not target.rule.startswith(("rate_", "count_")):
        return float("nan")
    return float(fraction(threshold.partition("..")[0]))
