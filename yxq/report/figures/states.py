"""How many targets of each unit are in each state, in two columns of bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from wcwidth import wcswidth

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.style import Style, styled
from yxq.words.colours import INK
from yxq.words.states import JUDGED, SHORT, State

ONE_COLUMN = 8  # rows up to which one column is enough
IN_COLUMN = 12  # rows of a column at most; of more the first and the last are drawn
WIDTH, ROW = 6.5, 0.2  # inches, as printed
LETTER, FONT = 0.56, 8  # em, points: a Latin letter of a label


@styled()
def states(rows: pd.DataFrame, style: Style) -> Drawing:
    """A bar a unit, parted by state; how many are missed or behind stands in it.

    rows: title (of some 28 letters at most), and a column of numbers for each of JUDGED; the
    first on top.
    """
    columns = _columns(rows)
    height = ROW * max(map(len, columns)) + 0.55
    figure = Drawing(figsize=(WIDTH, height))
    most = max(int(rows[[*JUDGED]].sum(axis=1).max()), 1)
    width, shown = WIDTH / len(columns), [state for state in JUDGED if rows[state].any()]
    labels = 0.12 + max(map(wcswidth, rows["title"])) * LETTER * FONT / 72
    for n, part in enumerate(columns):
        left, bars = (n * width + labels) / WIDTH, (width - labels - 0.1) / WIDTH
        axes = figure.add_axes((left, 0.3 / height, bars, 1 - 0.55 / height))
        _bars(axes, part, shown, max(map(len, columns)), most)
    handles, drawn = figure.axes[0].get_legend_handles_labels()
    names = [style.words.entry("states", state) for state in drawn]
    figure.legend(handles, names, ncols=len(names), loc="lower center", frameon=False, fontsize=8)
    return style.marked(figure, rows)


def _columns(rows: pd.DataFrame) -> Sequence[pd.DataFrame]:
    """The rows in one column, or in two."""
    if len(rows) <= ONE_COLUMN:
        return [rows]
    half = min(-(-len(rows) // 2), IN_COLUMN)
    return [rows.head(half), rows.tail(min(len(rows) - half, half))]


def _bars(axes: Axes, rows: pd.DataFrame, shown: Sequence[State], slots: int, most: int) -> None:
    """A column of bars, parted by the states that are shown."""
    y, left = np.arange(slots)[::-1][: len(rows)], np.zeros(len(rows))
    for state in shown:
        n = rows[state].to_numpy(dtype=float)
        colour = State(state).colour
        bars = axes.barh(y, n, 0.7, left, color=colour, edgecolor=INK, linewidth=0.3, label=state)
        if state in SHORT:
            axes.bar_label(
                bars, [f"{k:.0f}" if k else "" for k in n], label_type="center", fontsize=7.5
            )
        left += n
    axes.set_yticks(y, rows["title"], fontsize=FONT)
    axes.set(xlim=(0, 1.03 * most), ylim=(-0.6, slots - 0.4), xticks=[])
    axes.tick_params(bottom=False, left=False)
    axes.spines["bottom"].set_visible(False)
