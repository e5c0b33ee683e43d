"""Months between their control limits, a panel a series; those that break a rule stand out."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.layout import fitted, month_axis, together
from yxq.report.figures.style import DASHED, DOTTED, LEGEND, WIDTH, Style, styled
from yxq.words.colours import BLUE, INK, MUTED, RED


@styled()
def control(
    series: dict[str, pd.DataFrame], asked: dict[str, float], share: bool, style: Style
) -> Drawing:
    """Months between their control limits, a panel a title; `share`: they are shares, as percent.

    series: title -> value, centre, low, high, rule, indexed by month of the year in the period's
    order (a month that is missing has no value); asked: title -> threshold, NaN for none.
    """
    figure = Drawing(figsize=(WIDTH, 2.7))
    places = {"left": 0.05, "right": 0.985, "top": 0.86, "bottom": 0.29, "wspace": 0.2}
    panels = figure.subplots(1, len(series), squeeze=False, gridspec_kw=places)[0]
    for axes, (title, rows) in zip(panels, series.items(), strict=True):
        _panel(axes, rows, asked[title], share, style)
        axes.set_title(fitted(title, 96 // len(series)))
    handles: dict[str, Any] = {}
    for axes in panels:  # what one lacks another may have
        handles |= dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
    figure.legend(handles.values(), handles, ncols=5, **LEGEND)
    return style.marked(figure, together(series))


def _panel(axes: Axes, rows: pd.DataFrame, asked: float, share: bool, style: Style) -> None:
    """One series: its months, its centre and limits, the threshold, and what breaks a rule."""
    words, scale = style.words, 100 if share else 1
    month = range(1, len(rows) + 1)
    value, centre, low, high = (
        scale * rows[name].astype("float64") for name in ("value", "centre", "low", "high")
    )
    limits: dict[str, Any] = {"color": MUTED, "linewidth": 0.9, "linestyle": DASHED}
    axes.step(month, low, where="mid", label=words("control_limits"), **limits)
    axes.step(month, high, where="mid", **limits)
    axes.plot(month, centre, color=MUTED, linewidth=0.9, label=words("control_centre"))
    if asked == asked:
        look: dict[str, Any] = {"color": INK, "linewidth": 0.9, "linestyle": DOTTED}
        axes.axhline(scale * asked, label=words("threshold"), **look)
    axes.plot(month, value, color=BLUE, marker="o", markersize=3.5, label=words("each_month"))
    broken = rows["rule"].fillna("").to_numpy() != ""
    if broken.any():
        at = [n for n, breaks in zip(month, broken, strict=True) if breaks]
        label = words("breaks_rule")
        axes.scatter(at, value[broken], s=34, color=RED, marker="D", zorder=4, label=label)
    month_axis(axes, rows, style)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6))
    if share:
        axes.yaxis.set_major_formatter("{x:g}%")
