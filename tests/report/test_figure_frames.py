"""Whatever a figure is given, what it draws and writes lies in its frame; and the figures of plans
that the demo has nothing for, read off matplotlib.
"""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from yxq.report import figures
from yxq.words.colours import BLUE, GREY, RED
from yxq.words.wording import Words

STYLE = figures.Style(Words("en"), True)
NAMES = ["丁蜀镇", "和桥镇", "新街街道"]


def frame(**columns: list) -> pd.DataFrame:
    """A row a town."""
    return pd.DataFrame({"title": NAMES[: len(next(iter(columns.values())))], **columns})


def lengths(value: list, asked: list, share: bool = False) -> figures.Drawing:
    rows = frame(value=value, asked=asked)
    return figures.lengths(rows.assign(short=rows["value"] < rows["asked"]), share, STYLE)


def years(share: bool, **values: list) -> figures.Drawing:
    parts = [
        pd.DataFrame({"title": title, "year": range(2011, 2011 + len(value)), "value": value})
        for title, value in values.items()
    ]
    rows = pd.concat(parts, ignore_index=True)
    asked = pd.Series([np.nan, 0.6, 0.8], [2011, 2012, 2013])[sorted(set(rows["year"]))]
    return figures.years(rows, asked, "甲", share, STYLE)


def running(so_far: list, asked: float) -> figures.Drawing:
    months = pd.DataFrame({"numerator": np.diff(so_far, prepend=0), "so_far": so_far})
    return figures.running(months.set_axis(range(1, len(so_far) + 1)), asked, STYLE)


def rates(draw, value: list, other: list, threshold: list) -> figures.Drawing:
    rows = frame(value=value, previous=other, low=other, high=[1.0] * len(value))
    return draw(rows.assign(threshold=threshold, short=rows["value"] < threshold), STYLE)


def monthly(passed: list, total: list, threshold: float) -> figures.Drawing:
    months = pd.DataFrame({"numerator": passed, "denominator": total})
    return figures.monthly({"甲": months.set_axis(range(1, 13))}, {"甲": threshold}, STYLE)


def timeline(*days: tuple[str, str | None], as_of: str) -> figures.Drawing:
    due, done = (pd.to_datetime(pd.Series(each)) for each in zip(*days, strict=True))
    late = (done > due) | (done.isna() & (due < as_of))
    return figures.timeline(
        frame(due=due, done=done, late=late), dt.date.fromisoformat(as_of), STYLE
    )


def funnel(value: list, threshold: float, panels: int = 1) -> figures.Drawing:
    points = frame(denominator=[5, 20, 100], value=value, centre=0.9, beyond=["", "", "low"])
    points = points.assign(beyond_chance=["", "below", "low"])
    n = pd.Index(np.arange(1, 121))
    ends = {"low_95": 0.85, "high_95": 0.95, "low_998": 0.82, "high_998": 1.0}
    limits = pd.DataFrame({name: np.full(len(n), end) for name, end in ends.items()}, n)
    return figures.funnel([figures.Panel("合格率", points, limits, threshold)] * panels, STYLE)


def ranks(rank: list, low: list, high: list) -> figures.Drawing:
    return figures.ranks(frame(rank=rank, rank_low=low, rank_high=high), STYLE)


BUSY = [*range(1, 12), 90]
DRAWN = {
    "bars that reach what is asked": lambda: lengths([1.0, 40.0, 200.0], [50.0, 50.0, 60.0]),
    "bars far below what is asked": lambda: lengths([0.0, 1.0, np.nan], [500.0, np.nan, 500.0]),
    "bars of less than one": lambda: lengths([0.01, 0.02], [0.03, 0.03]),
    "bars of shares": lambda: lengths([0.31, 1.4], [0.95, 0.95], share=True),
    "years of shares": lambda: years(True, 甲=[0.1, 0.5, 0.9], 乙=[0.9, np.nan, 0.2]),
    "years of one value": lambda: years(False, 甲=[7.0, 7.0, 7.0]),
    "one year": lambda: years(False, 甲=[7.0], 乙=[1.0]),
    "a count above what is asked": lambda: running([1, 4, 90], 12.0),
    "a count below what is asked": lambda: running([0, 1, 1], 12.0),
    "a count of nothing": lambda: running([0, 0, 0], np.nan),
    "rates and intervals": lambda: rates(figures.bullets, [0.5, 1.0], [0.3, 0.9], [0.95, 0.4]),
    "rates of nought": lambda: rates(figures.bullets, [0.0, 0.0], [0.0, 0.0], [0.0, 0.95]),
    "rates that rose and fell": lambda: rates(figures.change, [0.5, 1.0], [1.0, 0.2], [0.9, 0.9]),
    "low rates of two years": lambda: rates(figures.change, [0.0, 0.1], [0.1, 0.0], [0.9, 0.0]),
    "months with and without": lambda: monthly([0, *BUSY[1:]], [3, *BUSY[1:]], 0.95),
    "months all failed": lambda: monthly([0] * 12, BUSY, 0.5),
    "tasks": lambda: timeline(
        ("2013-03-31", "2013-02-10"),
        ("2013-06-30", "2013-09-01"),
        ("2013-08-31", None),
        as_of="2014-01-31",
    ),
    "a task due later": lambda: timeline(("2016-12-31", None), as_of="2013-01-01"),
    "points within limits": lambda: funnel([1.0, 0.95, 0.85], 0.95),
    "points far below": lambda: funnel([0.2, 0.9, 0.05], 0.9),
    "a second row of panels": lambda: funnel([1.0, 0.95, 0.85], 0.95, 4),
    "ranks": lambda: ranks([1, 2, 3], [1, 1, 2], [2, 3, 3]),
    "one rank": lambda: ranks([1], [1], [1]),
    "failing items": lambda: figures.pareto(pd.Series({"菌落总数": 30, "铅": 1}), STYLE),
}


@pytest.mark.parametrize("drawing", DRAWN.values(), ids=DRAWN)
def test_what_is_drawn_lies_in_the_frame(drawing):
    drawing = drawing()
    shown = [axes for axes in drawing.axes if axes.get_visible()]
    assert shown
    for axes in shown:
        drawn, seen = axes.dataLim, axes.viewLim
        assert seen.x0 <= drawn.x0 and drawn.x1 <= seen.x1, (drawn, seen)
        assert seen.y0 <= drawn.y0 and drawn.y1 <= seen.y1, (drawn, seen)


@pytest.mark.parametrize("drawing", DRAWN.values(), ids=DRAWN)
def test_what_is_written_lies_in_the_figure(drawing):
    drawing = drawing()
    drawing.draw_without_rendering()
    paper = drawing.bbox.padded(1)
    for part in [*filter(Axes.get_visible, drawing.axes), *drawing.legends]:
        box = part.get_tightbbox()
        assert paper.x0 <= box.x0 and box.x1 <= paper.x1, part
        assert paper.y0 <= box.y0 and box.y1 <= paper.y1, part


def ends(collection) -> list:
    """Both ends of every line."""
    return [np.round(path, 9).tolist() for path in collection.get_segments()]


def test_a_bar_a_unit_and_a_mark_of_what_is_asked():
    (axes,) = lengths([0.31, 1.25], [0.95, np.nan], share=True).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == NAMES[:2]
    bars = [[bar.get_y() + bar.get_height() / 2, bar.get_width()] for bar in axes.patches]
    np.testing.assert_allclose(bars, [[1, 31], [0, 125]])
    assert [to_hex(bar.get_facecolor()) for bar in axes.patches] == [RED, BLUE]
    assert [text.get_text() for text in axes.texts] == ["31%", "125%"]
    assert ends(axes.collections[0])[0] == [[95, 0.6], [95, 1.4]]
    assert axes.get_xlim() == (0, 135) and axes.xaxis.get_major_formatter()(50) == "50%"


def test_numbers_on_the_axis_are_whole_where_all_values_are():
    for values, whole in ([3.0, 2.0], True), ([2.5, 1.0], False):
        ticks = lengths(values, [2.0, 2.0]).axes[0].get_xticks()
        assert all(tick == round(tick) for tick in ticks) is whole
        ticks = years(False, 甲=values[:1], 乙=values[1:]).axes[0].get_yticks()
        assert all(tick == round(tick) for tick in ticks) is whole


def test_a_line_a_unit_over_the_years_one_in_front():
    drawing = years(True, 甲=[0.1, np.nan, 0.9], 乙=[0.9, 0.8, 0.2], 丙=[0.4])
    (axes,) = drawing.axes
    drawn = {(line.get_label(), to_hex(line.get_color())): line for line in axes.lines}
    assert [*drawn] == [("甲", BLUE), ("other units", GREY)] and len(axes.lines) == 3
    assert axes.lines[0].get_xydata().tolist() == [[2011, 10], [2013, 90]]
    assert axes.lines[1].get_xydata().tolist() == [[2011, 90], [2012, 80], [2013, 20]]
    assert axes.lines[0].get_zorder() > axes.lines[1].get_zorder()
    assert ends(axes.collections[0]) == [[[2011.7, 60], [2012.3, 60]], [[2012.7, 80], [2013.3, 80]]]
    assert axes.get_xlim() == (2010.5, 2013.5) and [*axes.get_xticks()] == [2011, 2012, 2013]
    assert axes.yaxis.get_major_formatter()(50) == "50%"
    legend = [text.get_text() for text in drawing.legends[0].get_texts()]
    assert sorted(legend) == sorted(["甲", "other units", STYLE.words("asked")])
    assert years(False, 甲=[7.0, 7.0]).axes[0].get_ylim()[0] < 0.6  # what is asked is seen too
    assert years(False, 甲=[7.0]).axes[0].get_ylim() == (6, 8)


def test_a_count_month_by_month_and_added_up():
    drawing = running([1, 4, 4], 12.0)
    (axes,) = drawing.axes
    bars = [[bar.get_x(), bar.get_x() + bar.get_width(), bar.get_height()] for bar in axes.patches]
    np.testing.assert_allclose(bars, [[0.6, 1.4, 1], [1.6, 2.4, 3], [2.6, 3.4, 0]])
    so_far, asked = axes.lines
    assert so_far.get_xydata().tolist() == [[1, 1], [2, 4], [3, 4]]
    assert so_far.get_drawstyle() == "steps-post" and [*asked.get_ydata()] == [12, 12]
    np.testing.assert_allclose(axes.get_ylim(), (0, 13.8))
    names = [STYLE.words(name) for name in ("each_month", "so_far", "asked")]
    assert sorted(text.get_text() for text in drawing.legends[0].get_texts()) == sorted(names)
    (axes,) = running([0, 0], np.nan).axes
    assert len(axes.lines) == 1 and axes.get_ylim() == (0, 1.15)


@pytest.mark.parametrize(("panels", "grid"), [(1, 1), (2, 2), (3, 3), (4, 6), (7, 9)])
def test_panels_stand_three_in_a_row_and_no_empty_one_is_seen(panels, grid):
    axes = funnel([1.0, 0.95, 0.85], 0.95, panels).axes
    assert [each.get_visible() for each in axes] == [True] * panels + [False] * (grid - panels)
