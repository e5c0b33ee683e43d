"""A count month by month, and added up against what is asked."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.layout import month_axis, numbers
from yxq.report.figures.style import DASHED, LEGEND, WIDTH, Style, styled
from yxq.words.colours import BLUE, GREY, INK


@styled()
def running(by_month: pd.DataFrame, asked: float, style: Style) -> Drawing:
    """A count month by month, and added up against what is asked (NaN: nothing).

    by_month: indexed by month (1 to 12); numerator, so_far.
    """
    figure = Drawing(figsize=(WIDTH, 2.6))
    axes = figure.add_axes((0.05, 0.27, 0.93, 0.6))
    month = np.arange(1, len(by_month) + 1)
    count, so_far = numbers(by_month, "numerator", "so_far")
    axes.bar(month, count, width=0.8, color=GREY, label=style.words("each_month"))
    steps: dict[str, Any] = {"drawstyle": "steps-post", "label": style.words("so_far")}
    axes.plot(month, so_far, color=BLUE, marker="o", markersize=3, **steps)
    if not np.isnan(asked):
        label = style.words("asked")
        axes.axhline(asked, color=INK, linewidth=0.8, linestyle=DASHED, label=label)
    month_axis(axes, by_month, style)
    axes.set_ylim(0, np.nanmax([1, asked, *so_far]) * 1.15)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    figure.legend(ncols=3, **LEGEND)
    return style.marked(figure, by_month.reset_index())
