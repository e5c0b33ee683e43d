"""All units at one target in one row."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.report import figure_data
from yxq.report.blocks import macro
from yxq.report.figures import Style
from yxq.report.sections.build import figure
from yxq.report.sections.headline import state_counts
from yxq.report.sections.names import target_name
from yxq.words.states import State
from yxq.words.wording import Words

LEAST = 3  # units that are worth a row


def spine(
    plan: Plan, target: Target, results: pd.DataFrame, shown: pd.DataFrame, style: Style
) -> list[Any]:
    """The row as a figure with its legend; nothing of hardly any units.

    results: attainment of the target, a row a unit; shown: the same as text.
    """
    words, rows = style.words, figure_data.in_a_row(plan, results, target)
    if len(rows) < LEAST:
        return []
    counts = {state: n for state, n in state_counts(rows["state"]).items() if n}
    told = words("list").join(
        words("state_units", state=words.entry("states", state), n=n) for state, n in counts.items()
    )
    drawing, reached = figure_data.spine(plan, target, rows, style)
    asked = "" if reached is None else words("spine_reached", n=reached)
    order = words("spine_order" if rows["gap"].notna().any() else "spine_order_value")
    ends = _ends(rows, shown, words)
    alt = words("spine_alt", title=target_name(target, words), order=order, list=told, ends=ends)
    caption = words("spine_note", order=order) + asked
    legend = [{"code": state, "label": words.state(state)} for state in State if state in counts]
    return [*figure(caption, alt + asked, drawing), macro("legend", legend)]


def _ends(rows: pd.DataFrame, shown: pd.DataFrame, words: Words) -> str:
    """The best and the worst of those with a number, and what it is."""
    known = rows[rows["gap" if rows["gap"].notna().any() else "value"].notna()]
    if known.empty:
        return ""
    text = shown["value"].where(shown["value"] != "", shown["gap"])
    best, worst = (f"{shown['unit'][n]} {text[n]}".strip() for n in known.index[[0, -1]])
    return words("spine_ends", best=best, worst=worst)
