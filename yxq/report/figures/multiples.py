"""Several units or targets side by side: small panels of one look and one scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from wcwidth import wcswidth

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.layout import fitted, numbers, together, upright_lines
from yxq.report.figures.style import DASHED, FONT_SIZE, LEGEND, WIDTH, Style, styled
from yxq.words.colours import BLUE, GREY, INK, LINE, RED

ACROSS = 4  # panels beside each other at the most
HIGH = 1.75  # inches of a panel of lines
ROW = 0.19  # inches of a unit


@styled()
def lines(panels: Mapping[str, pd.DataFrame], share: bool, alike: bool, style: Style) -> Drawing:
    """How a number went, a panel a title; where they are `alike` before the others in grey.

    panels: title -> value (may be missing) and asked (NaN: nothing), indexed by months or years,
    the same in all; `share`: they are shares, drawn as percent.
    """
    scale = 100 if share else 1
    figure, cells = _grid(len(panels), HIGH)
    values = {title: scale * panel["value"].astype("float64") for title, panel in panels.items()}
    asked = {title: scale * panel["asked"].astype("float64") for title, panel in panels.items()}
    ends = _ends([*values.values(), *asked.values()], share)
    for (title, value), axes in zip(values.items(), cells, strict=False):
        for other in values.values() if alike else ():
            axes.plot(range(len(other)), other, color=GREY, linewidth=0.8, zorder=1)
        axes.plot(range(len(value)), value, color=BLUE, marker="o", markersize=2.6, zorder=3)
        look: dict[str, Any] = {"color": INK, "linewidth": 0.9, "linestyle": DASHED, "zorder": 2}
        axes.plot(range(len(value)), asked[title], label=style.words("asked"), **look)
        axes.set_title(fitted(title, 30), fontsize=FONT_SIZE)
        axes.set_ylim(*ends)
        _across(axes, value.index)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5))
        axes.yaxis.set_major_formatter("{x:g}%" if share else "{x:g}")
        axes.grid(axis="y", color=LINE, linewidth=0.6)
    if any(line.notna().any() for line in asked.values()):
        figure.legend(handles=figure.axes[0].get_legend_handles_labels()[0], **LEGEND)
    frame = together({title: panel.rename_axis("month") for title, panel in panels.items()})
    return style.marked(figure, frame.astype({"month": "str"}))


@styled()
def rows(panels: Mapping[str, tuple[pd.DataFrame, bool]], style: Style) -> Drawing:
    """Units beside each other at several targets, a panel a target, the units in one order.

    panels: title -> title, value, asked (may be missing) and short of every unit, and whether the
    numbers are shares.
    """
    names = [fitted(title, 20) for title in next(iter(panels.values()))[0]["title"]]
    left = (0.15 + max(map(wcswidth, names)) * FONT_SIZE * 0.5 / 72) / WIDTH
    figure, cells = _grid(len(panels), ROW * len(names) + 0.65, left)
    for number, ((title, (panel, share)), axes) in enumerate(
        zip(panels.items(), cells, strict=False)
    ):
        value, asked = numbers(panel, "value", "asked", scale=100 if share else 1)
        y = np.arange(len(panel))[::-1]
        colours = np.where(panel["short"], RED, BLUE)
        if share:  # whose axis does not begin with nought
            axes.scatter(value, y, s=26, color=colours, zorder=3)
        else:
            axes.barh(y, value, height=0.6, color=colours)
        axes.vlines(asked, y - 0.42, y + 0.42, color=INK, linewidth=1.2)
        axes.set_yticks(y, names if number % _columns(len(panels)) == 0 else [""] * len(y))
        axes.tick_params(left=False, bottom=False, labelsize=8)
        if share:
            low = np.nanmin([*value, *asked, 100.0])
            axes.set_xlim(max(low - 6, 0), 101)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=4))
        axes.xaxis.set_major_formatter("{x:g}%" if share else "{x:g}")
        axes.set_title(fitted(title, 30), fontsize=FONT_SIZE)
        upright_lines(axes)
    frame = pd.concat({title: panel for title, (panel, _) in panels.items()}, names=["target", ""])
    return style.marked(figure, frame.reset_index("target").reset_index(drop=True))


def _columns(panels: int) -> int:
    """How many panels stand beside each other: as many in each row as can be."""
    rows = -(-panels // ACROSS)
    return -(-panels // rows)


def _grid(panels: int, high: float, left: float = 0.055) -> tuple[Drawing, Iterator[Axes]]:
    """A figure of so many panels, and these; `high`: inches of a row of them."""
    across = _columns(panels)
    down = -(-panels // across)
    height = down * high + 0.75
    figure = Drawing(figsize=(WIDTH, height))
    places = {"left": left, "right": 0.985, "wspace": 0.24, "hspace": 0.62 / max(high - 0.6, 0.5)}
    places |= {"top": 1 - 0.45 / height, "bottom": 0.55 / height}
    grid = figure.subplots(down, across, squeeze=False, gridspec_kw=places).ravel()
    for axes in grid[panels:]:
        axes.remove()
    return figure, iter(grid[:panels])


def _ends(drawn: list[pd.Series], share: bool) -> tuple[float, float]:
    """From where to where all panels reach: counts from nought, shares as far as they differ."""
    known = pd.concat(drawn).dropna()
    if known.empty:
        return 0.0, 1.0
    low, high = float(known.min()), float(known.max())
    room = max((high - low) * 0.12, 0.5 if share else 0.05 * (abs(high) or 1))
    return (max(low - room, 0), min(high + room, 100.8)) if share else (min(0, low), high + room)


def _across(axes: Axes, labels: pd.Index) -> None:
    """Months or years along the bottom, as many as have room."""
    step = -(-len(labels) // 6)
    shown = range(0, len(labels), step)
    axes.set_xticks(shown, [str(labels[n]) for n in shown])
    axes.set_xlim(-0.4, max(len(labels) - 0.6, 0.4))
    axes.tick_params(bottom=False, left=False, labelsize=7.5)
