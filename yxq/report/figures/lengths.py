"""Each unit's number as a bar, with what is asked of it as a mark."""

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.layout import labelled_rows, numbers, upright_lines
from yxq.report.figures.style import Style, styled
from yxq.words.colours import BLUE, INK, RED


@styled()
def lengths(rows: pd.DataFrame, share: bool, style: Style) -> Drawing:
    """Each unit's number as a bar, with what is asked of it as a mark.

    rows: title, value, asked (may be missing), short; `share`: they are shares, drawn as percent.
    """
    figure, axes, y = labelled_rows(rows["title"], 0.26)
    scale, unit = (100, "%") if share else (1, "")
    value, asked = numbers(rows, "value", "asked", scale=scale)
    bars = axes.barh(y, value, height=0.56, color=np.where(rows["short"], RED, BLUE))
    labels = ["" if np.isnan(number) else f"{number:.6g}{unit}" for number in value]
    axes.bar_label(bars, labels, padding=4, fontsize=8)
    axes.vlines(asked, y - 0.4, y + 0.4, color=INK, linewidth=1.4)
    axes.set_xlim(0, max(np.nanmax([*value, *asked, 1.0]) * 1.08, 1))
    if (value == np.round(value)).all():
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_formatter(f"{{x:g}}{unit}")
    upright_lines(axes)
    return style.marked(figure, rows)
