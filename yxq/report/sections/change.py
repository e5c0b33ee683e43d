"""Rates and counts against the year before."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from yxq.attainment import comparison
from yxq.plan.folder import Plan
from yxq.report import figures
from yxq.report.blocks import Block, table
from yxq.report.display import share_difference
from yxq.report.figures import Style
from yxq.report.sections.build import empty, figure, para, section
from yxq.report.sections.names import drawn_rates
from yxq.words.wording import Words


def change(
    plan: Plan, results: pd.DataFrame, numbered: pd.DataFrame, items: pd.DataFrame, style: Style
) -> Block:
    """What changed since the same months of the year before, and what is missed and got worse.

    results: attainment of a unit; numbered: the same as text, see `names.numbered`; items: its
    rates' changes by item, see `yxq.attainment.drill.parted`.
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
        *_mix_and_rate(results, numbered, items, words),
    ]
    worse = comparison.worsening(results)
    if len(worse):
        columns = "target required previous value change trend"
        parts.append(table(words, "worsening", numbered.loc[worse.index], columns))
        sampled = worse[worse["low"].notna()]
        if len(sampled):
            told = words("worsening_note", n=len(sampled), clear=sampled["clear"].sum())
            parts.append(para(told))
    return section(words, "change", *parts)


def _mix_and_rate(
    results: pd.DataFrame, numbered: pd.DataFrame, items: pd.DataFrame, words: Words
) -> list[Any]:
    """What of each rate's change is mix and what the items' own; nothing where the items do not add
    up to the change that is shown, for its months are others then.
    """
    sums = items.groupby("target")[["mix", "rate"]].sum().reindex(results["target"])
    sums = sums.set_axis(results.index)
    total = results["change"].astype("float64")
    rows = sums[np.isclose(sums["mix"] + sums["rate"], total, rtol=0, atol=1e-9)]
    if rows.empty:
        return []
    against = rows["rate"] * total[rows.index] < 0
    shown = numbered.loc[rows.index].assign(
        mix_part=[share_difference(value, words) for value in rows["mix"]],
        rate_part=[share_difference(value, words) for value in rows["rate"]],
        mix_note=["" if not turned else words("simpson") for turned in against],
    )
    columns = "target change mix_part rate_part" + (" mix_note" if against.any() else "")
    return [table(words, "mix_and_rate", shown, columns), para(words("mix_and_rate_method"))]


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
