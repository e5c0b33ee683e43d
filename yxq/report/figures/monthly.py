"""Batches passed and failed a month, and the rate so far against the threshold."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.layout import month_axis, together
from yxq.report.figures.style import DASHED, LEGEND, WIDTH, Style, styled
from yxq.words.colours import BLUE, GREY, INK, RED

MARGINS = {"left": 0.035, "right": 0.955, "top": 0.85, "bottom": 0.25, "wspace": 0.36}


@styled()
def monthly(counts: dict[str, pd.DataFrame], thresholds: dict[str, float], style: Style) -> Drawing:
    """Batches passed and failed a month, and the rate so far against the threshold, a panel a
    target.

    counts: title -> frame indexed by month with columns numerator and denominator; thresholds:
    title -> share.
    """
    figure = Drawing(figsize=(WIDTH, 2.9))
    panels = figure.subplots(1, len(counts), squeeze=False, gridspec_kw=MARGINS)[0]
    for axes, (title, by_month) in zip(panels, counts.items(), strict=True):
        passed = by_month["numerator"].to_numpy(dtype=int)
        total = by_month["denominator"].to_numpy(dtype=int)
        axes.set_title(title, y=1.0)
        month_axis(axes, by_month, style)
        _bars(axes, passed, total, style)
        rates = figure.add_axes(axes.get_position(), frameon=False, xlim=axes.get_xlim(), xticks=[])
        _rate_so_far(rates, passed, total, 100 * thresholds[title], style)
    handles = [*axes.get_legend_handles_labels()[0], *rates.get_legend_handles_labels()[0]]
    figure.legend(handles=handles, ncols=4, **LEGEND)
    return style.marked(figure, together(counts))


def _bars(axes: Axes, passed: Any, total: Any, style: Style) -> None:
    """A bar a month: what passed, and upon it what failed."""
    month = np.arange(1, len(total) + 1)
    edges = np.sort(np.concatenate([month - 0.4, month + 0.4]))
    gaps = range(1, len(total))  # between two bars there is nothing
    top_of_passed = np.insert(passed.astype(float), gaps, np.nan)
    top = np.insert(total.astype(float), gaps, np.nan)
    axes.stairs(top_of_passed, edges, fill=True, color=GREY, label=style.words("passed"))
    axes.stairs(
        top, edges, baseline=top_of_passed, fill=True, color=RED, label=style.words("failed")
    )
    axes.set_ylim(0, max(total.max(initial=1) * 1.9, 1))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))


def _rate_so_far(axes: Axes, passed: Any, total: Any, threshold: float, style: Style) -> None:
    """The cumulative rate above the bars, on its own scale of percent at the right."""
    so_far = total.cumsum()
    rate = 100 * passed.cumsum() / np.where(so_far > 0, so_far, np.nan)  # none before a sample
    month, label = np.arange(1, len(total) + 1), style.words("cumulative")
    axes.plot(month, rate, color=BLUE, marker="o", markersize=3, label=label)
    label = style.words("threshold")
    axes.axhline(threshold, color=INK, linewidth=0.8, linestyle=DASHED, label=label)
    low = np.nanmin([100, threshold, *rate])
    axes.set_ylim(low - (100.5 - low) * 1.3, 100.5)
    ticks = MaxNLocator(nbins=5, steps=[1, 2, 5, 10]).tick_values(low, 100)
    axes.set_yticks([tick for tick in ticks if low - 3 <= tick <= 100])
    axes.yaxis.tick_right()
    axes.yaxis.set_major_formatter("{x:g}%")
    axes.tick_params(right=False, labelsize=8)
