"""What several figures are laid out by: rows with labels, months, grid lines, names that fit.

Laid out by hand: matplotlib's own layout measures every label, which costs more than drawing them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from wcwidth import wcswidth

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.style import FONT_SIZE, WIDTH, Style
from yxq.words.colours import LINE
from yxq.words.text import visible


def fitted(text: str, widest: int = 44) -> str:
    """A name as a figure shows it: on one line, no wider than `widest` Latin letters.

    >>> fitted("long names are cut", widest=10)
    'long name…'
    """
    text = " ".join(visible(text).split())
    if wcswidth(text) <= widest:
        return text
    while wcswidth(text) > widest - 1:
        text = text[:-1]
    return text + "…"


def labelled_rows(
    titles: Iterable[str], row_height: float, axis: bool = True
) -> tuple[Drawing, Axes, Any]:
    """A figure with a row a title, the first on top: figure, axes, and the height of each row.

    `row_height` is in inches; `axis` is whether there is room for numbers below.
    """
    labels = [fitted(title) for title in titles]
    below = 0.4 if axis else 0.1
    height = 0.3 + row_height * len(labels) + below
    letters = max(map(wcswidth, labels))
    left = (0.15 + letters * FONT_SIZE * 0.56 / 72) / WIDTH  # a Latin letter is 0.56 em wide
    figure = Drawing(figsize=(WIDTH, height))
    axes = figure.add_axes((left, below / height, 0.985 - left, 1 - below / height - 0.3 / height))
    y = np.arange(len(labels))[::-1]
    axes.set_yticks(y, labels)
    axes.set_ylim(-0.6, len(labels) - 0.4)
    axes.tick_params(bottom=False, left=False)
    return figure, axes, y


def month_axis(axes: Axes, by_month: pd.DataFrame, style: Style) -> None:
    """Twelve months along the bottom, beginning with the first of a frame indexed by month."""
    first = by_month.index[0]
    axes.set_xlim(0.4, 12.6)
    axes.set_xticks(range(1, 13), [f"{(first - 1 + n) % 12 + 1}" for n in range(12)])
    axes.set_xlabel(style.words("month"))
    axes.tick_params(bottom=False, left=False, labelsize=8)


def upright_lines(axes: Axes) -> None:
    """Thin upright lines behind the marks, to read a value by."""
    axes.grid(axis="x", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)


def together(series: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Frames of one panel each, indexed by month, as one with columns `title` and `month`."""
    return pd.concat(series, names=["title", "month"]).reset_index()


def numbers(frame: pd.DataFrame, *columns: str, scale: float = 1) -> list[Any]:
    """Columns as arrays of floats, NaN where nothing is; a `scale` of 100 makes shares percent."""
    return [scale * frame[name].to_numpy(dtype=float, na_value=np.nan) for name in columns]
