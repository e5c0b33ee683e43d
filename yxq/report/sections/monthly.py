"""A unit's sampled rates month by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.report import figures
from yxq.report.blocks import Block, table
from yxq.report.figures import Style
from yxq.report.sections.build import empty, figure, section
from yxq.report.sections.control import unit_control
from yxq.words.wording import Words


def sampled_panels(targets: Iterable[Target], present: Collection[str]) -> list[Target]:
    """Sampled targets to draw, as far as they are present; two on one measure make one panel."""
    panels: dict[str, Target] = {}
    for target in targets:
        if target.sampled and target.measure.is_of_one_year and target.id in present:
            panels.setdefault(target.measure.model_dump_json(), target)
    return [*panels.values()]


def monthly(
    plan: Plan, targets: Iterable[Target], measures: pd.DataFrame, as_of: dt.date, style: Style
) -> Block:
    """Sampled rates as a figure and what they are made of as a table, month by month up to as_of.

    measures: the rows of the processed table of one unit, of any plan and year.
    """
    words, (first, last) = style.words, plan.span()
    rows = measures[(measures["plan"] == plan.id) & (measures["year"] == plan.year)]
    rows = rows[(rows["date"] <= pd.Timestamp(as_of)) & rows["month"].notna()]
    months = [day.month for day in pd.period_range(first, min(last, as_of), freq="M")]
    counts, thresholds = {}, {}
    panels = sampled_panels(targets, {*rows["target"]})
    for target in panels:
        title = words.text(target.title)
        by_month = rows[rows["target"] == target.id].groupby("month")
        sums = by_month[["numerator", "denominator"]].sum()
        counts[title] = sums.reindex(months, fill_value=0)
        thresholds[title] = target.line
    if not counts:
        return empty(words, "monthly", "monthly_none")
    caption = words("monthly_figure", title=words("list").join(counts))
    drawing = figures.monthly(counts, thresholds, style)
    heads: dict[str, Any] = {f"m{month}": words("month_name", n=month) for month in months}
    grid = table(words, "counts", _by_month(counts), "target", **heads)
    drawn = figure(caption, _alt(counts, thresholds, words), drawing)
    out = unit_control(plan, panels, measures, as_of, style)
    return section(words, "monthly", *drawn, grid, *out)


def _alt(counts: dict[str, pd.DataFrame], thresholds: dict[str, float], words: Words) -> str:
    sums = words("comma").join(
        words(
            "monthly_each",
            title=title,
            passed=f"{by_month['numerator'].sum():.0f}",
            total=f"{by_month['denominator'].sum():.0f}",
            threshold=f"{thresholds[title]:.0%}",
        )
        for title, by_month in counts.items()
    )
    return words("monthly_alt", list=sums)


def _by_month(counts: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A row a target, a column a month (`m1` ...): passed of all samples, or a dash."""
    return pd.DataFrame(
        [
            {"target": title}
            | {
                f"m{month}": f"{passed:.0f} / {total:.0f}" if total else "—"
                for month, passed, total in by_month.itertuples()
            }
            for title, by_month in counts.items()
        ]
    )
