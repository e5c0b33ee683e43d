"""Rates by number of samples between their funnel limits."""

import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from wcwidth import wcswidth

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.layout import fitted
from yxq.report.figures.style import DASHED, DOTTED, LEGEND, WIDTH, Style, styled
from yxq.words.colours import BLUE, INK, MUTED, RED, WHITE

PANEL = 190.0, 185.0  # how wide and high a panel is, in points and about


class Panel(NamedTuple):
    """A panel of a target; two targets may have the same title. Rates are shares.

    points: title, denominator, value, centre, beyond, beyond_chance, a row a unit; limits: low_95,
    high_95, low_998, high_998, indexed by denominator.
    """

    title: str
    points: pd.DataFrame
    limits: pd.DataFrame
    threshold: float


@styled()
def funnel(panels: Sequence[Panel], style: Style) -> Drawing:
    """Rates by number of samples between their funnel limits, a panel a target, three in a row."""
    rows = -(-len(panels) // 3)
    figure = Drawing(figsize=(WIDTH, 3.6 * rows), layout="constrained")
    grid = figure.subplots(rows, min(len(panels), 3), squeeze=False).ravel()
    for axes, (title, points, limits, threshold) in zip(grid, panels, strict=False):
        _lines(axes, limits, points["centre"].iloc[0], threshold, style)
        outside = _points(axes, points)
        low = np.nanmin([points["value"].min(), points["centre"].iloc[0], threshold])
        axes.set_ylim(100 * low - 4, 100.8)
        axes.set_xlim(0, limits.index.max())
        _names(axes, outside)
        axes.set_title("\n".join(textwrap.wrap(fitted(title, 96), 32)))
        axes.set_xlabel(style.words("samples"))
        axes.yaxis.set_major_formatter("{x:g}%")
    for axes in grid[len(panels) :]:
        axes.set_visible(False)
    handles, labels = grid[0].get_legend_handles_labels()
    figure.legend(handles, labels, ncols=4, **LEGEND | {"loc": "outside lower center"})
    return style.marked(figure, pd.concat([panel.points for panel in panels]))


def _lines(axes: Axes, limits: pd.DataFrame, centre: float, threshold: float, style: Style) -> None:
    """The limits of chance around the city's rate, that rate, and the threshold."""
    words, n = style.words, limits.index.to_numpy(dtype=float)
    for key, dashes in (("limits_95", DASHED), ("limits_998", "solid")):
        look: dict[str, Any] = {"color": MUTED, "linewidth": 0.9, "linestyle": dashes}
        low, high = (100 * limits[key.replace("limits", end)] for end in ("low", "high"))
        axes.plot(n, low, label=words(key), **look)
        axes.plot(n, high, **look)
    axes.axhline(100 * centre, color=BLUE, linewidth=1, label=words("city_rate"))
    label = words("threshold")
    axes.axhline(100 * threshold, color=INK, linewidth=0.9, linestyle=DOTTED, label=label)


def _points(axes: Axes, points: pd.DataFrame) -> pd.DataFrame:
    """A point a unit; those beyond the limits by shape and colour, and given back; hollow those
    that are so of chance alone and lie within limits that the spread of the units has widened.
    """
    outside = points["beyond"] != ""
    hollow = ~outside & (points["beyond_chance"] != "")
    looks = [(~outside & ~hollow, BLUE, BLUE, "o"), (outside, RED, RED, "D")]
    if hollow.any():
        looks.append((hollow, BLUE, WHITE, "o"))
    for which, edge, face, marker in looks:
        n, rate = points.loc[which, "denominator"], 100 * points.loc[which, "value"]
        axes.scatter(n, rate, s=22, edgecolors=edge, facecolors=face, marker=marker, zorder=3)
    return points[outside]


def _names(axes: Axes, outside: pd.DataFrame) -> None:
    """The names of points, each on the first side of four where it lies upon no other; where all
    are taken there is none, for the table below has it. Limits are set before.
    """
    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    taken: list[tuple[float, float, float]] = []
    text: dict[str, Any] = {"textcoords": "offset points", "fontsize": 8, "color": RED}
    for _, row in outside.iterrows():
        name, point = fitted(row["title"], 20), (row["denominator"], 100 * row["value"])
        x = PANEL[0] * (point[0] - left) / (right - left)
        y = PANEL[1] * (point[1] - low) / (high - low)
        wide = 4.5 * wcswidth(name)  # a Latin letter is 0.56 em wide
        for dx, dy in ((4, -10), (4, 3), (-4, -10), (-4, 3)):
            start = x + dx if dx > 0 else x + dx - wide
            box = start, start + wide, y + dy
            if not any(_overlap(box, other) for other in taken) and start > 0:
                taken.append(box)
                axes.annotate(name, point, (dx, dy), ha="left" if dx > 0 else "right", **text)
                break


def _overlap(box: tuple[float, float, float], other: tuple[float, float, float]) -> bool:
    """Whether two lines of text (from, to, at what height; in points) lie upon each other."""
    return abs(box[2] - other[2]) < 10 and box[0] < other[1] and other[0] < box[1]
