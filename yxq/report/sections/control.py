"""Months that stand out from the others of their unit: control charts and the rules they break."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

import pandas as pd

from yxq.attainment import history
from yxq.attainment.control import control
from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.report import figure_data
from yxq.report.blocks import table
from yxq.report.display import number
from yxq.report.figures import Style
from yxq.report.sections.build import figure, para
from yxq.report.sections.names import named
from yxq.stats.control import RUN
from yxq.words.wording import Words


def unit_control(
    plan: Plan, targets: Iterable[Target], measures: pd.DataFrame, as_of: dt.date, style: Style
) -> list[Any]:
    """Of one unit's sampled rates: those with months that stand out as control charts, with the
    rule that is broken in words; that none does in a sentence; nothing of too few months.

    measures: the rows of the processed table of one unit.
    """
    words = style.words
    several = [(t, control(t, history.months(plan, measures, t, as_of))) for t in targets]
    charts = [(target, rows) for target, rows in several if len(rows)]
    broken = [(target, rows) for target, rows in charts if (rows["rule"] != "").any()]
    if not charts:
        return []
    if not broken:
        return [para(_inside([rows for _, rows in charts], words))]
    told = _told(broken, words)
    drawing = figure_data.control(plan, broken, as_of, style)
    return [para(told), *figure(words("control_share"), told, drawing)]


def target_control(
    plan: Plan, target: Target, by_month: pd.DataFrame, as_of: dt.date, style: Style
) -> list[Any]:
    """Of one target: the city's months as a control chart, and the months of every unit that stand
    out; nothing of too few months.

    by_month: see `yxq.attainment.history.months`.
    """
    words, rows = style.words, control(target, by_month)
    if rows.empty:
        return []
    of_city, broken = rows[rows["unit"] == plan.city.name], rows[rows["rule"] != ""]
    parts: list[Any] = []
    if len(of_city):
        caption = words("control_share" if target.kind == "share" else "control_number")
        chart = [(target, of_city)]
        drawing = figure_data.control(plan, chart, as_of, style)
        parts = figure(caption, _told(chart, words), drawing)
    if broken.empty:
        return [*parts, para(_inside([rows], words))]
    columns = "unit month counts value control_limits rule"
    return [*parts, table(words, "months_out", _as_text(plan, target, broken, words), columns)]


def _inside(charts: Iterable[pd.DataFrame], words: Words) -> str:
    """That no month stands out; of runs nothing is said before there are months enough for one."""
    months = max(rows.groupby("unit").size().max() for rows in charts)
    return words("control_inside" if months >= RUN else "control_inside_early")


def _told(charts: Iterable[tuple[Target, pd.DataFrame]], words: Words) -> str:
    """Which months of which targets break which rule."""
    told = []
    for target, rows in charts:
        broken = rows[rows["rule"] != ""]
        months = [
            words("control_month", month=_month(month, words), rule=words.entry("signals", rule))
            for month, rule in zip(broken["month"], broken["rule"], strict=True)
        ]
        listed = words("list").join(months) or words("nobody")
        told.append(words("control_of", title=words.text(target.title), list=listed))
    return words("control_figure", list=words("list").join(told))


def _as_text(plan: Plan, target: Target, rows: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Months as a table shows them."""
    is_share = target.kind == "share"
    write = "{:.1%}".format if is_share else number
    counts = zip(rows["numerator"], rows["denominator"], strict=True)
    ends = zip(rows["low"], rows["high"], strict=True)
    return rows.assign(
        unit=named(plan, rows["unit"], words),
        month=[_month(month, words) for month in rows["month"]],
        counts=[f"{passed} / {total}" if is_share else "" for passed, total in counts],
        value=rows["value"].map(write),
        control_limits=[words("from_to", low=write(low), high=write(high)) for low, high in ends],
        rule=[words.entry("signals", rule) for rule in rows["rule"]],
    )


def _month(month: pd.Period, words: Words) -> str:
    return words("month_name", n=month.month)
