"""The targets of a unit: all of them by section, and those that are short, with what each needs."""

from __future__ import annotations

import pandas as pd

from yxq.report.blocks import Block, table
from yxq.report.sections.build import empty, section
from yxq.words.states import SHORT
from yxq.words.wording import Words

COLUMNS = "target clause required counts value state gap needed note"


def targets(numbered: pd.DataFrame, words: Words, id: str = "targets") -> Block:
    """Every target by section: counts, threshold, state, gap and what is needed."""
    rows = numbered.assign(anchor="t-" + numbered["id"], own_page=numbered["id"])
    return section(words, id, table(words, id, rows, COLUMNS, by="section"))


def short_columns(has_gains: bool, over: bool) -> str:
    """What is shown of targets that are short: what they would bring where any would, and
    how likely they still are before the end.
    """
    gains = " points places" if has_gains else ""
    chance = "" if over else " probability"
    return f"target required counts value state needed{gains}{chance} note"


def short(numbered: pd.DataFrame, words: Words, over: bool, columns: str) -> Block:
    """Targets that are missed or behind, with what each still needs; `over`: the period is."""
    rows = numbered[numbered["code"].isin(SHORT)]
    if rows.empty:
        return empty(words, "short", "short_none")
    title = words("short_over" if over else "short")
    rows = rows.assign(own_page=rows["id"])
    grid = table(words, "short_over" if over else "short", rows, columns)
    return section(words, "short", grid, title=title)
