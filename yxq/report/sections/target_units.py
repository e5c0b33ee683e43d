"""One target across all units."""

from __future__ import annotations

import pandas as pd

from yxq.attainment import comparison
from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.report import figure_data
from yxq.report.blocks import Block, table
from yxq.report.figures import Style
from yxq.report.sections.build import figure, para, section
from yxq.report.sections.names import target_name


def target_units(
    plan: Plan, target: Target, results: pd.DataFrame, shown: pd.DataFrame, style: Style
) -> Block:
    """Every unit at the target; of a plan of the city alone its result, and no figure.

    results: its attainment, a row a unit, the city last; shown: the same as text, with `unit`.
    """
    words = style.words
    is_rate = target.kind == "share"
    columns = "required value state gap needed note"
    if is_rate:
        columns = "required counts value interval state gap needed note"
    if not plan.towns:
        return section(words, "city_result", table(words, "city_result", shown, columns))
    values = words("list").join(
        f"{unit} {value}"
        for unit, value in zip(shown["unit"], shown["value"], strict=True)
        if value
    )
    alt = f"{words('across_figure', title=target_name(target, words))} {values}"
    caption = words("across_rates" if is_rate else "across_counts")
    drawing = figure_data.units(plan, target, results, style)
    parts = figure(caption, alt, drawing)
    if target.sampled and is_rate:
        rates, weighs = comparison.shrunken(plan, results)
        if rates.notna().any():
            shown = shown.assign(shrunken=["" if pd.isna(r) else f"{r:.1%}" for r in rates])
            columns = columns.replace("interval", "interval shrunken")
            parts.append(para(words("shrunken_note", n=f"{weighs:.0f}")))
    grid = table(words, "unit_results", shown, f"unit {columns}")
    return section(words, "across", *parts, grid)
