"""Each rate from the year before to this year, with its threshold."""

import numpy as np
import pandas as pd

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.layout import labelled_rows, numbers, upright_lines
from yxq.report.figures.style import Style, styled
from yxq.words.colours import BLUE, GREY, INK, MUTED, RED


@styled()
def change(rates: pd.DataFrame, style: Style) -> Drawing:
    """Each rate from the year before to this year, with its threshold.

    rates: title; previous, value, threshold (shares); and whether each is short of it.
    """
    figure, axes, y = labelled_rows(rates["title"], 0.28)
    now, before, threshold = numbers(rates, "value", "previous", "threshold", scale=100)
    axes.hlines(y, np.minimum(now, before), np.maximum(now, before), color=GREY, linewidth=3)
    axes.scatter(before, y, s=28, facecolor="white", edgecolor=MUTED, zorder=3)
    axes.scatter(now, y, s=32, color=np.where(rates["short"], RED, BLUE), zorder=4)
    axes.vlines(threshold, y - 0.36, y + 0.36, color=INK, linewidth=1.2)
    axes.set_xlim(max(np.nanmin([now, before, threshold]) - 3, -1), 101)
    axes.xaxis.set_major_formatter("{x:g}%")
    upright_lines(axes)
    return style.marked(figure, rates)
