"""Units whose rates lie outside what chance allows around the city's."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.attainment import comparison
from yxq.plan.folder import Plan
from yxq.report import figure_data
from yxq.report.blocks import Block, table
from yxq.report.figures import Style
from yxq.report.sections.build import empty, figure, para, section
from yxq.report.sections.many_units import UNITS_SHOWN
from yxq.report.sections.monthly import sampled_panels
from yxq.report.sections.names import listed, target_names, unit_names
from yxq.words.wording import Words


def funnel(plan: Plan, attained: pd.DataFrame, style: Style) -> Block:
    """Rates by number of samples as a figure, and those beyond the limits as a table.

    attained: of all units.
    """
    words, rates = style.words, comparison.funnel(plan, attained)
    if rates.empty:
        return empty(words, "funnel", "funnel_none")
    beyond = rates[rates["beyond"] != ""]
    units = beyond["unit"].map(unit_names(plan, words))
    targets = sampled_panels(plan.targets, {*rates["target"]})
    alt = words(
        "funnel_figure",
        title=words("list").join(words.text(target.title) for target in targets),
        out=listed([*units.unique()], words) or words("nobody"),
    )
    chance = f"{comparison.by_chance(rates):.1f}"
    parts = [
        para(words("funnel_method", n=len(rates), chance=chance)),
        *_spread(plan, rates, words),
        *figure(words("funnel_note"), alt, figure_data.funnel(plan, targets, rates, style)),
    ]
    if beyond.empty:
        return section(words, "funnel", *parts, para(words("funnel_inside")))
    if len(beyond) > UNITS_SHOWN:
        told = words("beyond_more", n=len(beyond), shown=UNITS_SHOWN, sheet=words("results"))
        parts.append(para(told))
        order = beyond["beyond"].map([*comparison.BEYOND].index)
        beyond = beyond.loc[order.sort_values(kind="stable").index].head(UNITS_SHOWN)
    rows = _as_text(plan, beyond, words)
    columns = "target unit counts value city_rate beyond"
    return section(words, "funnel", *parts, table(words, "beyond_limits", rows, columns))


def _spread(plan: Plan, rates: pd.DataFrame, words: Words) -> list[Any]:
    """Which rates differ by more than chance, and what became of their limits; nothing of none."""
    names = target_names(plan, words)
    several = [
        words(
            "funnel_spread_of",
            target=names[row["target"]],
            phi=f"{row['phi']:.1f}",
            tau=f"{100 * row['tau']:.1f}",
            before=row["before"],
            after=row["after"],
        )
        for row in comparison.spread(rates).to_dict("records")
    ]
    return [para(words("funnel_spread", list=words("list").join(several)))] if several else []


def _as_text(plan: Plan, rates: pd.DataFrame, words: Words) -> pd.DataFrame:
    counts = zip(rates["numerator"], rates["denominator"], strict=True)
    return rates.assign(
        unit=rates["unit"].map(unit_names(plan, words)),
        target=rates["target"].map(target_names(plan, words)),
        counts=[f"{passed} / {total}" for passed, total in counts],
        value=[f"{value:.1%}" for value in rates["value"]],
        city_rate=[f"{rate:.1%}" for rate in rates["centre"]],
        beyond=[words.entry("beyond", code) for code in rates["beyond"]],
    )
