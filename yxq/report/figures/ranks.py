"""Each unit's rank with the ranks that it may as well have."""

import pandas as pd
from matplotlib.ticker import MaxNLocator

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.layout import labelled_rows, numbers, upright_lines
from yxq.report.figures.style import Style, styled
from yxq.words.colours import BLUE, GREY


@styled()
def ranks(scores: pd.DataFrame, style: Style) -> Drawing:
    """Each unit's rank with the ranks that it may as well have, the first on top.

    scores: title, rank, rank_low, rank_high.
    """
    figure, axes, y = labelled_rows(scores["title"], 0.24)
    rank, low, high = numbers(scores, "rank", "rank_low", "rank_high")
    axes.hlines(y, low, high, color=GREY, linewidth=7)
    axes.scatter(rank, y, s=34, color=BLUE, zorder=3)
    axes.set_xlim(0.5, max(high.max(), 2) + 0.5)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=min(int(high.max()), 20)))
    axes.set_xlabel(style.words("rank"))
    upright_lines(axes)
    return style.marked(figure, scores)
