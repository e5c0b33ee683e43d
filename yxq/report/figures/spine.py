"""All units in one row, from the best to the worst, with where what is asked is reached."""

from __future__ import annotations

import textwrap
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from wcwidth import wcswidth

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.layout import fitted
from yxq.report.figures.style import WIDTH, Style, styled
from yxq.words.colours import INK, MUTED
from yxq.words.states import MET, SHORT, State

NAMED, SIGNED = 24, 60  # units up to which each has its name below it, or its sign
CHINESE, LATIN, LINES = 4, 9, 3  # letters of a line of a name, and lines
ABOVE, BELOW, BETWEEN = (0.0, 1.0), (-1.0, 1.0), (-0.3, 0.6)  # where a block begins, and its height


@styled()
def spine(rows: pd.DataFrame, reached: int | None, style: Style) -> Drawing:
    """All units in one row: what is met stands above the line, what is short below it, the others
    on it, so that no colour is needed; a mark behind the last that reaches what is asked.

    rows: title and state, the best first; reached: how many of the first reach it, none where
    nothing is asked or it is not told.
    """
    has_names = len(rows) <= NAMED
    height = 1.6 if has_names else 1.1
    figure = Drawing(figsize=(WIDTH, height))
    axes = figure.add_axes((0.01, 0.62 / height if has_names else 0.1, 0.98, 0.7 / height))
    axes.set(xlim=(0, len(rows)), ylim=(-1.15, 1.15), xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.axhline(0, color=MUTED, linewidth=0.8, zorder=1)
    _blocks(axes, rows)
    if reached is not None:
        axes.vlines(reached, -1.15, 1.15, color=INK, linewidth=2.4, zorder=4, clip_on=False)
    if has_names:
        axes.set_xticks([n + 0.5 for n in range(len(rows))], [*map(_parted, rows["title"])])
        axes.tick_params(bottom=False, labelsize=6.5, pad=2)
    return style.marked(figure, rows)


def _blocks(axes: Axes, rows: pd.DataFrame) -> None:
    """A block a unit, those of a state in one piece, with their signs where there is room."""
    edge = 0.4 if len(rows) <= SIGNED else 0.0
    gap = 0.08 if len(rows) <= SIGNED else 0.0
    for state in State:
        places = [n for n, own in enumerate(rows["state"]) if own == state]
        if not places:
            continue
        start, height = ABOVE if state in MET else BELOW if state in SHORT else BETWEEN
        spans = [(n + gap / 2, 1 - gap) for n in places]
        look: dict[str, Any] = {
            "facecolor": state.colour,
            "edgecolor": INK,
            "linewidth": edge,
            "zorder": 2,
        }
        axes.broken_barh(spans, (start, height), label=state.value, **look)
        for n in places if len(rows) <= SIGNED else []:
            middle = start + height / 2
            axes.text(n + 0.5, middle, state.sign, ha="center", va="center", fontsize=8, zorder=3)


def _parted(title: str) -> str:
    """A name on some short lines."""
    title = fitted(title, 40)
    is_chinese = wcswidth(title) > len(title)
    widest = CHINESE if is_chinese else LATIN
    lines = textwrap.wrap(title, widest, break_long_words=is_chinese)
    if len(lines) > LINES:
        lines = [*lines[: LINES - 1], f"{lines[LINES - 1][:-1]}…"]
    return "\n".join(fitted(line, max(LATIN, 2 * CHINESE)) for line in lines)
