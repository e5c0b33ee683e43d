"""Tasks between the days that they are due and done."""

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from yxq.report.figures.drawing import Drawing
from yxq.report.figures.layout import labelled_rows, upright_lines
from yxq.report.figures.style import DASHED, Style, styled
from yxq.words.colours import BLUE, GREY, INK, MUTED, RED


@styled()
def timeline(tasks: pd.DataFrame, as_of: dt.date, style: Style) -> Drawing:
    """Tasks between the days that they are due and done, a row each.

    tasks: title, due, done (missing: not done), late. A diamond is when it is due, a point when it
    was done, a cross the day of the page where it is overdue.
    """
    figure, axes, y = labelled_rows(tasks["title"], 0.24)
    today = pd.Timestamp(as_of)
    days = pd.concat([tasks["due"], tasks["done"], pd.Series([today])])
    months = pd.period_range(days.min(), days.max(), freq="M")
    first, day = months[0].start_time, pd.Timedelta(days=1)
    due, done, now = ((date - first) / day for date in (tasks["due"], tasks["done"], today))
    end = done.fillna(now).to_numpy(dtype=float)
    late, finished = tasks["late"].to_numpy(), done.notna().to_numpy()
    in_time, overdue = finished & ~late, late & ~finished
    colours = np.where(late, RED, BLUE)
    axes.hlines(y[late], due[late], end[late], color=RED, linewidth=3)
    axes.hlines(y[in_time], end[in_time], due[in_time], color=GREY, linewidth=3)
    hollow: dict[str, Any] = {"facecolor": "white", "edgecolor": INK, "linewidth": 0.9}
    axes.scatter(due, y, s=30, marker="D", zorder=3, **hollow)
    axes.scatter(end[finished], y[finished], s=32, color=colours[finished], zorder=4)
    axes.scatter(end[overdue], y[overdue], s=36, marker="x", color=RED, linewidth=2, zorder=4)
    axes.axvline(now, color=MUTED, linewidth=0.9, linestyle=DASHED)
    _month_axis(axes, months, style)
    upright_lines(axes)
    return style.marked(figure, tasks)


def _month_axis(axes: Axes, months: pd.PeriodIndex, style: Style) -> None:
    """Months along the bottom, at most 14 of them; x is in days since the first."""
    first, last = months[0].start_time, months[-1].end_time.normalize()
    shown = months[:-1] if len(months) > 1 else months  # the last would be cut
    shown = shown[:: 1 + len(months) // 14]
    axes.set_xticks(
        [(month.start_time - first).days for month in shown],
        [style.words("month_of_year", y=month.year, m=month.month) for month in shown],
        ha="left",
        fontsize=8,
    )
    axes.set_xlim(-4, (last - first).days + 8)
