"""Failing items by how often they occur."""

import pandas as pd

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.layout import labelled_rows
from yxq.report.figures.style import Style, styled
from yxq.words.colours import RED


@styled()
def pareto(items: pd.Series, style: Style) -> Drawing:
    """Failing items by how often they occur; items: name -> count, the most frequent first."""
    figure, axes, y = labelled_rows(items.index, 0.26, axis=False)
    bars = axes.barh(y, items.to_numpy(), color=RED, height=0.62)
    axes.bar_label(bars, padding=3, fontsize=8)
    axes.xaxis.set_visible(False)
    axes.spines["bottom"].set_visible(False)
    return style.marked(figure, items.rename_axis("failing").rename("failed").reset_index())
