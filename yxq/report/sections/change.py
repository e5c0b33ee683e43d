"""Rates and counts against the year before."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.attainment import comparison
from yxq.plan.folder import Plan
from yxq.report import figures
from yxq.report.blocks import Block, table
from yxq.report.figures import Style
from yxq.report.sections.build import empty, figure, section
from yxq.report.sections.names import drawn_rates


def change(plan: Plan, results: pd.DataFrame, numbered: pd.DataFrame, style: Style) -> Block:
    """What changed since the same months of the year before, and what is missed and got worse.

    results: attainment of a unit; numbered: the same as text, see `names.numbered`.
    """
    words = style.words
    known = results["previous"].notna() & results["value"].notna()
    if not known.any():
        return empty(words, "change", "change_none")
    rates = results[known & (results["kind"] == "share")]
    # nought after nought is no news
    news = known & ((results["previous"] != 0) | (results["value"] != 0))
    rows = numbered[news.fillna(False).astype(bool)]
    columns = "target previous value change change_interval trend"
    parts = [
        *_figure_of_rates(plan, rates, numbered.loc[rates.index], style),
        table(words, "change", rows, columns),
    ]
    worse = comparison.worsening(results)
    if len(worse):
        columns = "target required previous value change trend"
        parts.append(table(words, "worsening", numbered.loc[worse.index], columns))
    return section(words, "change", *parts)


def _figure_of_rates(
    plan: Plan, rates: pd.DataFrame, rows: pd.DataFrame, style: Style
) -> list[Any]:
    if rates.empty:
        return []
    words = style.words
    changes = words("comma").join(
        words("from_year_before", title=title, before=before, value=value)
        for title, before, value in zip(rows["title"], rows["previous"], rows["value"], strict=True)
    )
    drawing = figures.change(drawn_rates(plan, rates, words), style)
    return figure(words("change_note"), words("change_figure", list=changes), drawing)
