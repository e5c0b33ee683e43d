"""A value of several units over the years, one of them in front."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.layout import fitted
from yxq.report.figures.style import LEGEND, WIDTH, Style, styled
from yxq.words.colours import BLUE, GREY, INK, LINE


@styled()
def years(rows: pd.DataFrame, asked: pd.Series, main: str, share: bool, style: Style) -> Drawing:
    """A value of several units over the years, one of them in front, with what is asked of it.

    rows: title, year, value (may be missing); asked: by year (may be missing); main: the title in
    front; `share`: they are shares, drawn as percent.
    """
    figure = Drawing(figsize=(WIDTH, 3.0))
    axes = figure.add_axes((0.06, 0.2, 0.92, 0.69))
    known = rows[rows["value"].notna()]
    percent = known.assign(value=(100 if share else 1) * known["value"].astype("float64"))
    for title, part in percent.groupby("title", sort=False):
        _line(axes, part, title == main, style)
    asked = (100 if share else 1) * asked.dropna()
    if len(asked):
        label = style.words("asked")
        ends = asked.index - 0.3, asked.index + 0.3
        axes.hlines(asked, *ends, color=INK, linewidth=1.4, zorder=5, label=label)
    handles, labels = axes.get_legend_handles_labels()
    by_label = dict(zip(labels, handles, strict=True))  # one for all the others
    figure.legend(by_label.values(), by_label, ncols=3, **LEGEND)
    span = sorted({*rows["year"]})
    axes.set(xlim=(span[0] - 0.5, span[-1] + 0.5), xticks=span)
    _value_axis(axes, pd.concat([percent["value"], asked]), share)
    return style.marked(figure, rows)


def _line(axes: Axes, part: pd.DataFrame, front: bool, style: Style) -> None:
    """One unit over the years: in front by name, else one of the others."""
    title = part["title"].iloc[0]
    label = fitted(title, 30) if front else style.words("others_units")
    color, linewidth, zorder = (BLUE, 2, 4) if front else (GREY, 1, 2)
    look: dict[str, Any] = {"color": color, "linewidth": linewidth, "zorder": zorder}
    axes.plot(part["year"], part["value"], marker="o", markersize=3.5, label=label, **look)


def _value_axis(axes: Axes, values: pd.Series, share: bool) -> None:
    """Percent or numbers on the left, whole where all that is drawn are; level lines to read a
    value by.
    """
    if share:
        axes.yaxis.set_major_formatter("{x:g}%")
    elif (values == values.round()).all():
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    if values.nunique() == 1:
        axes.set_ylim(values.iloc[0] - 1, values.iloc[0] + 1)
    axes.grid(axis="y", color=LINE, linewidth=0.6)
    axes.tick_params(bottom=False, left=False)
