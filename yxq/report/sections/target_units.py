"""One target across all units."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.attainment import comparison
from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.report import figure_data
from yxq.report.blocks import Block, table
from yxq.report.figures import Style
from yxq.report.sections.build import figure, para, section
from yxq.report.sections.many_units import others, worst_at
from yxq.report.sections.names import target_name
from yxq.report.sections.spine import spine
from yxq.report.sections.tiles import target_tiles


def target_units(
    plan: Plan, target: Target, results: pd.DataFrame, shown: pd.DataFrame, style: Style
) -> Block:
    """Every unit at the target; of a plan of the city alone its result, and no figure.

    results: its attainment, a row a unit, the city last; shown: the same as text, with `unit`. Of
    many units those that fall short by most are listed.
    """
    words = style.words
    pages = {unit.name: unit.page for unit in plan.folder.units}
    shown = shown.assign(page=results["unit"].map(pages).fillna(""))
    is_rate = target.kind == "share"
    columns = "required value state gap needed note"
    if is_rate:
        columns = "required counts value interval state gap needed note"
    if not plan.towns:
        return section(words, "city_result", table(words, "city_result", shown, columns))
    parts: list[Any] = []
    if target.sampled and is_rate:
        rates, weighs = comparison.shrunken(plan, results)
        if rates.notna().any():
            shown = shown.assign(shrunken=["" if pd.isna(r) else f"{r:.1%}" for r in rates])
            columns = columns.replace("interval", "interval shrunken")
            parts.append(para(words("shrunken_note", n=f"{weighs:.0f}")))
    row = spine(plan, target, results, shown, style)
    row += target_tiles(plan, target, results, style)
    units = worst_at(plan, results)
    if left_out := others(_n_units(plan, results), len(units), words, "units_worst", "results"):
        rows = _rows_of(results, [*(unit.name for unit in units), plan.folder.city.name])
        results, shown = results.loc[rows], shown.loc[rows]
    parts = [*row, *left_out, *_figure(plan, target, results, shown, style), *parts]
    grid = table(words, "unit_results", shown, f"unit {columns}")
    return section(words, "across", *parts, grid)


def _figure(
    plan: Plan, target: Target, results: pd.DataFrame, shown: pd.DataFrame, style: Style
) -> list[Any]:
    words = style.words
    values = words("list").join(
        f"{unit} {value}"
        for unit, value in zip(shown["unit"], shown["value"], strict=True)
        if value
    )
    alt = f"{words('across_figure', title=target_name(target, words))} {values}"
    caption = words("across_rates" if target.kind == "share" else "across_counts")
    return figure(caption, alt, figure_data.units(plan, target, results, style))


def _n_units(plan: Plan, results: pd.DataFrame) -> int:
    """How many units but the city have a result."""
    return int((results["unit"] != plan.folder.city.name).sum())


def _rows_of(results: pd.DataFrame, units: list[str]) -> pd.Index:
    """The rows of some units, in their order, as far as they have one."""
    order = results["unit"].map({unit: n for n, unit in enumerate(units)}).dropna()
    return order.sort_values(kind="stable").index
