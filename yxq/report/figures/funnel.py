"""Rates by number of samples between their funnel limits."""

import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.layout import fitted
from yxq.report.figures.style import DASHED, DOTTED, LEGEND, WIDTH, Style, styled
from yxq.words.colours import BLUE, INK, MUTED, RED


class Panel(NamedTuple):
    """A panel of a target; two targets may have the same title. Rates are shares.

    points: title, denominator, value, centre, beyond, a row a unit; limits: low_95, high_95,
    low_998, high_998, indexed by denominator.
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
        _points(axes, points)
        low = np.nanmin([points["value"].min(), points["centre"].iloc[0], threshold])
        axes.set_ylim(100 * low - 4, 100.8)
        axes.set_xlim(0, limits.index.max())
        axes.set_title("\n".join(textwrap.wrap(fitted(title, 96), 32)))
        axes.set_xlabel(style.words("samples"))
        axes.yaxis.set_major_formatter("{x:g}%")
    for axes in grid[len(panels) :]:
        axes.set_visible(False)
    handles, labels = grid[0].get_legend_handles_labels()
    figure.legend(handles, labels, ncols=4, **LEGEND | {"loc": "outside lower center"})
    return style.marked(figure)


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


def _points(axes: Axes, points: pd.DataFrame) -> None:
    """A point a unit; those beyond the limits by shape, colour and name."""
    outside = points["beyond"] != ""
    for rows, colour, marker in ((points[~outside], BLUE, "o"), (points[outside], RED, "D")):
        n, rate = rows["denominator"], 100 * rows["value"]
        axes.scatter(n, rate, s=22, color=colour, marker=marker, zorder=3)
    text: dict[str, Any] = {"textcoords": "offset points", "fontsize": 8, "color": RED}
    for _, row in points[outside].iterrows():
        point = row["denominator"], 100 * row["value"]
        axes.annotate(fitted(row["title"], 20), point, (4, -10), **text)
