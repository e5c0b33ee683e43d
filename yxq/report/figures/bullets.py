"""Each sampled rate as a point on the span that its samples leave open, with its threshold."""

import numpy as np
import pandas as pd

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.layout import labelled_rows, numbers, upright_lines
from yxq.report.figures.style import Style, styled
from yxq.words.colours import BLUE, GREY, INK, RED


@styled()
def bullets(rates: pd.DataFrame, style: Style) -> Drawing:
    """Each sampled rate as a point on the span that its samples leave open, with its threshold.

    rates: title; value, low, high (missing of complete counts), threshold (shares); and short
    where it is not the rate alone that decides.
    """
    figure, axes, y = labelled_rows(rates["title"], 0.32)
    columns = ("value", "low", "high", "threshold")
    value, low, high, threshold = numbers(rates, *columns, scale=100)
    short = rates.get("short", pd.Series(value < threshold))
    axes.barh(y, high - low, left=low, height=0.34, color=GREY)
    axes.vlines(threshold, y - 0.36, y + 0.36, color=INK, linewidth=1.4)
    axes.scatter(value, y, s=34, color=np.where(short, RED, BLUE), zorder=4)
    axes.set_xlim(max(np.nanmin([low, value, threshold]) - 2, -1), 100.6)
    axes.xaxis.set_major_formatter("{x:g}%")
    upright_lines(axes)
    return style.marked(figure, rates)
