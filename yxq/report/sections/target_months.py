"""One target month by month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.plan.units import Unit
from yxq.report import figure_data
from yxq.report.blocks import Block, table
from yxq.report.figures import Style
from yxq.report.sections.build import empty, figure, para, section
from yxq.report.sections.control import target_control
from yxq.report.sections.many_units import others
from yxq.report.sections.names import named
from yxq.words.states import Status
from yxq.words.wording import Words


def target_months(
    plan: Plan,
    target: Target,
    by_month: pd.DataFrame,
    results: pd.DataFrame,
    returns: pd.DataFrame,
    style: Style,
    shown: Sequence[Unit],
) -> Block:
    """The city's months as a figure, what was not reported, and every unit's months as a table.

    by_month: see `yxq.attainment.history.months`; results: attainment of the target, a row a unit;
    returns: see `yxq.attainment.owed.status`; shown: the units whose months are listed.
    """
    words = style.words
    if by_month.empty:
        return empty(words, "monthly", "months_none")
    parts = _figure_of_city(plan, target, by_month, results, style)
    if not_reported := _not_reported(plan, target, returns, words):
        parts.append(para(words("months_missing", list=words("list").join(not_reported))))
    as_of = results["as_of"].iloc[0].date()
    parts += target_control(plan, target, by_month, as_of, style)
    units = [unit.name for unit in (*shown, plan.folder.city)]
    of_units = by_month.loc[by_month["unit"].isin(units)]
    city = plan.folder.city.name
    n = by_month.loc[by_month["unit"] != city, "unit"].nunique()
    n_shown = of_units.loc[of_units["unit"] != city, "unit"].nunique()
    parts += others(n, n_shown, words, "units_worst")
    return section(words, "monthly", *parts, _table_of_units(plan, target, of_units, words))


def _figure_of_city(
    plan: Plan, target: Target, by_month: pd.DataFrame, results: pd.DataFrame, style: Style
) -> list[Any]:
    words, city = style.words, plan.folder.city
    months, result = (rows[rows["unit"] == city.name] for rows in (by_month, results))
    if months.empty or result.empty:
        return []
    title = words.text(target.title)
    is_rate = target.kind == "share"
    caption = words("monthly_figure", title=title) if is_rate else words("months_count")
    alt = f"{words('months_of', unit=words.unit(city))} {title}"
    return figure(caption, alt, figure_data.months(plan, target, months, result, style))


def _not_reported(plan: Plan, target: Target, returns: pd.DataFrame, words: Words) -> list[str]:
    """The periods of this year of which the department has sent no return of the form."""
    missing = returns[
        (returns["year"] == plan.year)
        & (returns["form"] == target.measure.form)
        & (returns["sender"] == target.owner)
        & (returns["status"] == Status.MISSING)
    ]
    return [
        words("period_span", low=words.date(first), high=words.date(last))
        for first, last in zip(missing["period_from"], missing["period_to"], strict=True)
    ]


def _table_of_units(plan: Plan, target: Target, by_month: pd.DataFrame, words: Words) -> Any:
    """A row a unit, a column a month, from the first that was reported to the last."""
    is_rate = target.kind == "share"
    counts = zip(by_month["numerator"], by_month["denominator"], strict=True)
    cells = [f"{passed} / {total}" if is_rate else f"{passed}" for passed, total in counts]
    wide = by_month.assign(cell=cells).pivot(index="unit", columns="month", values="cell")
    months = pd.period_range(wide.columns.min(), wide.columns.max(), freq="M")
    units = [u.name for u in (*plan.towns, plan.folder.city) if u.name in wide.index]
    wide = wide.reindex(index=units, columns=months).astype("object").fillna("—")
    heads: dict[str, Any] = {
        f"m{n}": words("month_name", n=month.month) for n, month in enumerate(months)
    }
    wide = wide.set_axis([*heads], axis=1)
    wide = wide.assign(unit=named(plan, wide.index.to_series(), words))
    return table(words, "by_month", wide, "unit", **heads)
