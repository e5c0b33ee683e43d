"""How likely a threshold is reached, by what is true: operating curves."""

import numpy as np
import pandas as pd

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.style import DASHED, DOTTED, LEGEND, WIDTH, Style, styled
from yxq.words.colours import BLUE, INK, LINE, MUTED, RED


@styled()
def operating(curves: pd.DataFrame, threshold: float, style: Style) -> Drawing:
    """The chance that a threshold is reached (upwards) by the true rate (across), a line a number
    of samples.

    curves: chances, indexed by true rate, a column a number of samples, three at the most.
    """
    figure = Drawing(figsize=(WIDTH, 3.0))
    axes = figure.add_axes((0.075, 0.3, 0.905, 0.6))
    looks = zip((MUTED, BLUE, RED), (DASHED, "solid", (0, (6, 1, 1, 1))), strict=True)
    for (n, chances), (colour, dashes) in zip(curves.items(), looks, strict=False):
        label = style.words("of_samples", n=n)
        line = 100 * chances.to_numpy()
        axes.plot(100 * curves.index, line, color=colour, linestyle=dashes, label=label)
    label = style.words("threshold")
    axes.axvline(100 * threshold, color=INK, linewidth=0.9, linestyle=DOTTED, label=label)
    axes.set(xlim=100 * np.array([curves.index.min(), curves.index.max()]), ylim=(0, 101))
    axes.set_xlabel(style.words("true_rate"))
    axes.set_title(style.words("chance_of_attaining"))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter("{x:g}%")
    axes.grid(color=LINE, linewidth=0.6)
    axes.tick_params(bottom=False, left=False)
    figure.legend(ncols=4, **LEGEND)
    return style.marked(figure, curves.reset_index())
