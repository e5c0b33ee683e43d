"""What to do next: the targets that cost most and could be won back."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.report import display
from yxq.words.states import State
from yxq.words.wording import Words

NEXT = 3  # targets named on the first screen
HOPELESS = 0.1  # a chance below which nothing is called a first step


def with_gains(numbered: pd.DataFrame, movers: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Results as text with `points` and `places` that each would bring if attained, all else
    unchanged; empty where it would bring none.

    movers: rows of `yxq.attainment.movers.movers` of the unit.
    """
    gains = movers.set_index("target").reindex(numbered["id"])
    return numbered.assign(
        points=["" if pd.isna(points) else f"+{points:.1f}" for points in gains["points"]],
        places=[
            "" if pd.isna(places) else f"+{places}" if places else words("unchanged")
            for places in gains["places"].astype("Int64")
        ],
    )


def with_needs(rows: pd.DataFrame) -> pd.DataFrame:
    """Results as text with `needs`: what is still needed, else the note on why."""
    return rows.assign(needs=rows["needed"].where(rows["needed"] != "", rows["note"]))


def next_steps(numbered: pd.DataFrame, movers: pd.DataFrame, words: Words, over: bool) -> list[str]:
    """The targets that cost most and could be won back, and what only lacks its data, each in a
    sentence.

    `over`: the period has ended, so that nothing of it can be won back any more.
    """
    lines = []
    # What brings most is done first: the points by the chance that they come, where there is one;
    # what next to no effort can still bring is not among the first.
    movers = movers[movers["chance"].isna() | (movers["chance"] >= HOPELESS)]
    brings = movers["points"] * movers["chance"].fillna(1.0)
    dearest = movers.loc[brings.sort_values(ascending=False, kind="stable").index].head(NEXT)
    if len(dearest):
        rows = with_needs(with_gains(numbered, movers, words)).set_index("id")
        steps = [_step(rows.loc[move.target], move.chance, words) for move in dearest.itertuples()]
        listed = words("comma").join(steps)
        lines.append(words("next_over" if over else "next", list=listed))
    no_data = list(numbered.loc[numbered["code"] == State.NO_DATA, "target"])
    if no_data:
        names = words("list").join(no_data)
        lines.append(words("next_missing", n=len(no_data), list=names))
    return lines


def _step(row: pd.Series, chance: Any, words: Words) -> str:
    """One of them: what it needs, what it would bring, and how likely that is, where it is open."""
    told = {"target": row["target"], "needs": row["needs"], "points": row["points"]}
    if pd.isna(chance):
        return words("next_step_sure", **told)
    return words("next_step", chance=display.chance(chance), **told)
