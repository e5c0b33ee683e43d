"""What the figures of a town's page draw: bars, points, marks and labels, read off matplotlib."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgba
from town_by_hand import Town, least, share_of

from yxq.attainment.results import load_data
from yxq.plan_folders.load import SHIPPED
from yxq.report import figures
from yxq.report.figures import Style
from yxq.report.pages import TownPage
from yxq.words.colours import BLUE, GREY, RED
from yxq.words.wording import Words

FOLDER = SHIPPED / "yixing"
CASES = [("环科园", "2013-06-30", "zh"), ("官林镇", None, "en")]


@pytest.fixture(scope="module")
def page_of(demo_processed):
    """The page and the page by hand, the results of a day computed once."""
    kept, pages = {}, {}

    def opened(town, day, language):
        if day not in kept:
            kept[day] = load_data(2013, day, processed=demo_processed)
        if (town, day, language) not in pages:
            source = kept[day]
            words = Words(language, source.plan.folder.unit_word, source.plan.english)
            hand = Town(FOLDER, source, words, town)
            pages[town, day, language] = TownPage(source, words, town), hand
        return pages[town, day, language]

    return opened


@pytest.fixture
def drawn(monkeypatch):
    """The drawings that a section of a page asks for."""
    monkeypatch.setattr(figures.Drawing, "__html__", lambda self: "<svg></svg>")
    made = []

    def keeping(draw):
        def kept(*numbers):
            made.append(draw(*numbers))
            return made[-1]

        return kept

    for name in ("bullets", "change", "monthly", "pareto"):
        monkeypatch.setattr(figures, name, keeping(getattr(figures, name)))

    def of(section) -> figures.Drawing:
        made.clear()
        section()
        (drawing,) = made
        return drawing

    return of


# ---- what is seen of a figure ----------------------------------------------------------------


def near(values, digits: int = 9) -> list:
    return np.round(np.asarray(values, dtype=float), digits).tolist()


def points(scatter) -> list:
    return near(scatter.get_offsets())


def lines(collection) -> list:
    """Both ends of every line."""
    return [near(path) for path in collection.get_segments()]


def faces(collection) -> list:
    return [tuple(face) for face in collection.get_facecolors()]


def bars(axes) -> list:
    """Where each bar begins and ends, and around which row it lies."""
    found = []
    for bar in axes.patches:
        begin, length = bar.get_x(), bar.get_width()
        found.append(near([begin, begin + length, bar.get_y() + bar.get_height() / 2]))
    return found


def rows(axes) -> dict[str, float]:
    labels = [label.get_text() for label in axes.get_yticklabels()]
    return dict(zip(labels, near(axes.get_yticks()), strict=True))


def mark_of(drawing) -> str:
    return drawing.get_suptitle()


def coloured(good: list[bool]) -> list:
    return [to_rgba(BLUE if each else RED) for each in good]


def heights(n: int) -> list[float]:
    """The first row is on top."""
    return [float(n - 1 - place) for place in range(n)]


def fitted(title: str) -> str:
    """A title in its place: 44 Latin letters at most; no Chinese one is wider."""
    if title.isascii():
        return title if len(title) <= 44 else f"{title[:43]}…"
    assert len(title) <= 22
    return title


@pytest.mark.parametrize(("town", "day", "language"), CASES)
def test_evidence_draws_rate_interval_and_threshold(page_of, drawn, town, day, language):
    page, hand = page_of(town, day, language)
    drawing = drawn(page.evidence)
    (axes,) = drawing.axes
    found = [hand.by_id[id] for id in hand.sampled()]
    assert [row["target"] for row in found] == ["T01", "T04", "T05"]
    up = heights(3)
    titles = [fitted(hand.cells[row["target"]]["title"]) for row in found]
    assert rows(axes) == dict(zip(titles, up, strict=True))
    asked = [95, 96, 96]
    rate = [100 * row["numerator"] / row["denominator"] for row in found]
    ends = [(100 * row["low"], 100 * row["high"]) for row in found]
    spans = [near([*pair, y]) for pair, y in zip(ends, up, strict=True)]
    assert bars(axes) == spans
    marks, values = axes.collections
    ticks = zip(asked, up, strict=True)
    assert lines(marks) == [near([[a, y - 0.36], [a, y + 0.36]]) for a, y in ticks]
    assert points(values) == near(list(zip(rate, up, strict=True)))
    assert faces(values) == coloured([r >= a for r, a in zip(rate, asked, strict=True)])
    least = min([100 * row["low"] for row in found] + rate + asked)
    assert near(axes.get_xlim()) == near([least - 2, 100.6])
    assert mark_of(drawing) == ("演示数据（合成）" if language == "zh" else "synthetic data")


@pytest.mark.parametrize(("town", "day", "language"), CASES)
def test_change_draws_both_years_and_the_threshold(page_of, drawn, town, day, language):
    page, hand = page_of(town, day, language)
    drawing = drawn(page.change)
    (axes,) = drawing.axes
    found = [row for row in hand.compared() if row["kind"] == "share"]
    assert len(found) > 10
    up = heights(len(found))
    titles = [fitted(hand.cells[row["target"]]["title"]) for row in found]
    assert rows(axes) == dict(zip(titles, up, strict=True))
    now = [Fraction(row["numerator"], row["denominator"]) * 100 for row in found]
    past = [(row["previous_numerator"], row["previous_denominator"]) for row in found]
    before = [Fraction(*pair) * 100 for pair in past]
    asked = [100 * share_of(least(hand.targets[row["target"]])) for row in found]
    between, then, today, marks = axes.collections
    ends = zip(now, before, up, strict=True)
    assert lines(between) == [near([[min(a, b), y], [max(a, b), y]]) for a, b, y in ends]
    assert points(then) == near(list(zip(before, up, strict=True)))
    assert faces(then) == [to_rgba("white")]
    assert points(today) == near(list(zip(now, up, strict=True)))
    assert faces(today) == coloured([a >= b for a, b in zip(now, asked, strict=True)])
    ticks = zip(asked, up, strict=True)
    assert lines(marks) == [near([[a, y - 0.36], [a, y + 0.36]]) for a, y in ticks]
    assert near(axes.get_xlim()) == near([max(min(now + before + asked) - 3, -1), 101])
    assert mark_of(drawing) == ("演示数据（合成）" if language == "zh" else "synthetic data")


@pytest.mark.parametrize(("town", "day", "language"), CASES)
def test_months_draw_passed_and_failed_and_the_rate_so_far(page_of, drawn, town, day, language):
    page, hand = page_of(town, day, language)
    drawing = drawn(page.monthly)
    assert list(hand.by_month) == ["T01", "T04", "T05"]
    panels, rates = drawing.axes[:3], drawing.axes[3:]
    assert len(rates) == 3
    many = len(hand.months())
    for id, panel, rate in zip(hand.by_month, panels, rates, strict=True):
        good, all_ = (list(column) for column in zip(*hand.by_month[id], strict=True))
        assert sum(all_) > sum(good) - 1 > 0
        assert panel.get_title(loc="left") == hand.cells[id]["title"]
        low, high = panel.patches
        for steps, tops, base, colour in ((low, good, [0] * many, GREY), (high, all_, good, RED)):
            values, edges, begin = steps.get_data()
            assert near(values[::2]) == near(tops) and np.isnan(values[1::2]).all()
            begin = np.zeros(len(values)) if np.ndim(begin) == 0 else begin
            assert near(begin[::2]) == near(base)
            assert near(edges[::2]) == near([month - 0.4 for month in range(1, many + 1)])
            assert near(edges[1::2]) == near([month + 0.4 for month in range(1, many + 1)])
            assert steps.get_facecolor() == to_rgba(colour)
        assert panel.get_ylim() == (0, max(max(all_) * 1.9, 1))
        assert panel.get_xlim() == rate.get_xlim() == (0.4, 12.6)
        assert near(panel.get_xticks()) == list(range(1, 13))
        labels = [label.get_text() for label in panel.get_xticklabels()]
        assert labels == [f"{month}" for month in range(1, 13)]
        so_far, threshold = rate.lines
        sums = [(sum(good[:n]), sum(all_[:n])) for n in range(1, many + 1)]
        share = [100 * passed / total if total else np.nan for passed, total in sums]
        assert near(so_far.get_xdata()) == list(range(1, many + 1))
        np.testing.assert_allclose(so_far.get_ydata(), share)
        asked = float(100 * share_of(least(hand.targets[id])))
        assert near(threshold.get_ydata()) == near([asked, asked])
        lowest = np.nanmin([asked, *share])
        assert near(rate.get_ylim()) == near([lowest - (100.5 - lowest) * 1.3, 100.5])
        assert len(rate.get_yticks()) > 1 and min(rate.get_yticks()) >= lowest - 3
        assert max(rate.get_yticks()) <= 100
    names = [hand.w(name) for name in ("passed", "failed", "cumulative", "threshold")]
    (legend,) = drawing.legends
    assert [text.get_text() for text in legend.get_texts()] == names
    assert mark_of(drawing) == ("演示数据（合成）" if language == "zh" else "synthetic data")


def test_the_most_frequent_failing_items_are_the_longest_bars(page_of, drawn):
    page, hand = page_of("官林镇", None, "en")
    drawing = drawn(page.failures)
    (axes,) = drawing.axes
    items = hand.pareto
    assert len(items) == 10 and items[0][1] > items[-1][1]
    assert rows(axes) == {item: y for (item, _), y in zip(items, heights(len(items)), strict=True)}
    ups = zip(items, heights(10), strict=True)
    assert bars(axes) == [near([0, times, y]) for (_, times), y in ups]
    assert [text.get_text() for text in axes.texts] == [f"{times}" for _, times in items]
    assert not axes.xaxis.get_visible()


# ---- by hand ---------------------------------------------------------------------------------


def test_months_before_the_first_sample_have_no_rate():
    counts = {"numerator": [0, 3, 0, 4], "denominator": [0, 4, 0, 4]}
    months = pd.DataFrame(counts, index=[3, 4, 5, 6])
    drawing = figures.monthly({"甲": months}, {"甲": 0.9}, Style(Words("zh"), False))
    panel, rate = drawing.axes
    np.testing.assert_allclose(rate.lines[0].get_ydata(), [np.nan, 75, 75, 87.5])
    assert near(rate.lines[1].get_ydata()) == [90, 90]
    labels = [label.get_text() for label in panel.get_xticklabels()]
    assert labels == ["3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "1", "2"]
    assert panel.get_ylim() == (0, 7.6)
    assert near(rate.get_ylim()) == near([75 - 25.5 * 1.3, 100.5])
    assert mark_of(drawing) == ""


def test_a_rate_that_is_just_reached_is_blue_and_a_complete_count_has_no_bar():
    rates = pd.DataFrame({"title": ["甲", "乙", "丙"], "value": [0.95, 0.949, 1.0]})
    rates = rates.assign(low=[0.9, 0.8, None], high=[0.99, 0.97, None], threshold=[0.95, 0.95, 1])
    (axes,) = figures.bullets(rates, Style(Words("zh"), True)).axes
    assert faces(axes.collections[1]) == coloured([True, False, True])
    assert bars(axes)[:2] == [[90, 99, 2], [80, 97, 1]] and np.isnan(bars(axes)[2][:2]).all()
    told = rates.assign(short=[True, False, False])  # where it is not the rate alone that decides
    (axes,) = figures.bullets(told, Style(Words("zh"), True)).axes
    assert faces(axes.collections[1]) == coloured([False, True, True])


def test_a_rate_that_fell_to_the_threshold_is_blue():
    rates = pd.DataFrame({"title": ["甲", "乙"], "value": [0.95, 0.0], "previous": [1.0, 0.5]})
    rates["threshold"], rates["short"] = 0.95, [False, True]
    (axes,) = figures.change(rates, Style(Words("zh"), True)).axes
    between, then, today, marks = axes.collections
    assert lines(marks) == [[[95, 0.64], [95, 1.36]], [[95, -0.36], [95, 0.36]]]
    assert faces(today) == coloured([True, False])
    assert lines(between) == [[[95, 1], [100, 1]], [[0, 0], [50, 0]]]
    assert points(then) == [[100, 1], [50, 0]]
    assert near(axes.get_xlim()) == [-1, 101]  # a rate of nought is not cut
