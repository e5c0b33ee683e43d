"""What to do next: the targets that cost most and could be won back."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.report import display
from yxq.report.blocks import table
from yxq.report.sections.build import para
from yxq.words.states import State
from yxq.words.wording import Words

NEXT = 3  # targets named on the first screen
HOPELESS = 0.05  # a chance below which nothing is called a first step


def moved(numbered: pd.DataFrame, movers: pd.DataFrame, words: Words) -> pd.DataFrame:
    """The results as text of the targets that move the score, with the points and places gained.

    movers: rows of `yxq.attainment.movers.movers` of the unit.
    """
    rows = numbered.set_index("id", drop=False).loc[movers["target"]]
    return rows.assign(
        probability=[display.chance(chance) for chance in movers["chance"]],
        points=[f"+{points:.1f}" for points in movers["points"]],
        places=[f"+{places}" if places else words("unchanged") for places in movers["places"]],
    )


def with_needs(rows: pd.DataFrame) -> pd.DataFrame:
    """Results as text with `needs`: what is still needed, else the note on why."""
    return rows.assign(needs=rows["needed"].where(rows["needed"] != "", rows["note"]))


def next_steps(numbered: pd.DataFrame, movers: pd.DataFrame, words: Words, over: bool) -> list[Any]:
    """The targets that cost most and could be won back, and what only lacks its data, as parts.

    `over`: the period has ended, so that nothing of it can be won back any more.
    """
    parts = []
    # What brings most is done first: the points by the chance that they come, where there is one;
    # what next to no effort can still bring is not among the first.
    movers = movers[movers["chance"].isna() | (movers["chance"] >= HOPELESS)]
    brings = movers["points"] * movers["chance"].fillna(1.0)
    dearest = movers.loc[brings.sort_values(ascending=False, kind="stable").index].head(NEXT)
    if len(dearest):
        rows = with_needs(moved(numbered, dearest, words))
        chance = "" if over else " probability"
        columns = f"target required value needs points places{chance}"
        parts.append(table(words, "next_over" if over else "next", rows, columns))
    no_data = list(numbered.loc[numbered["code"] == State.NO_DATA, "target"])
    if no_data:
        names = words("list").join(no_data)
        parts.append(para(words("next_missing", n=len(no_data), list=names)))
    return parts
