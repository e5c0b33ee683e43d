"""What the city's figures draw: every point, limit, bar and mark, read from matplotlib."""

import datetime as dt

import city_oracle as oracle
import numpy as np
import pandas as pd
import pytest
from city_oracle import CITY, DAYS, END, LANGUAGES, MIDYEAR, TOWNS
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import same_color
from project import posed
from scipy.stats import binom

from yxq.plan.requirement import parse
from yxq.report.pages import CityPage
from yxq.words.colours import BLUE, GREY, RED
from yxq.words.text import Text

NAMES = [unit["name"] for unit in TOWNS]
WHEN = [(day, language) for day in DAYS for language in LANGUAGES]
CASES = pytest.mark.parametrize(("day", "language"), WHEN, ids=lambda each: str(each))


@pytest.fixture
def drawn(monkeypatch, demo_processed):
    """Open a section of the city's page and get the one figure that it draws."""
    figures = oracle.recorded(monkeypatch)

    def draw(section: str, day, language: str = "en", source=None):
        source = source or oracle.source(demo_processed, day)
        page = CityPage(source, oracle.wording(language), CITY)
        getattr(page, section)()
        (figure,) = figures
        figures.clear()
        return figure

    return draw


def points(axes, colour: str | None = None) -> list[tuple[float, float]]:
    """Scattered points, all or those of one colour."""
    found = []
    for each in axes.collections:
        if not isinstance(each, PathCollection):
            continue
        colours = each.get_facecolor()
        if not len(colours):
            colours = each.get_edgecolor()
        for place, (x, y) in enumerate(each.get_offsets()):
            own = colours[place if len(colours) > 1 else 0]
            if colour is None or same_color(own, colour):
                found.append((float(x), float(y)))
    return found


def bars(axes, colour: str) -> dict[float, tuple[float, float]]:
    """Level lines of a colour by their height: from where to where."""
    found = {}
    for each in axes.collections:
        if isinstance(each, LineCollection) and same_color(each.get_color()[0], colour):
            for (low, y), (high, _) in each.get_segments():
                found[float(y)] = (float(low), float(high))
    return found


def rows_by_label(axes) -> dict[str, float]:
    """The height of every row by its label."""
    labels = [label.get_text() for label in axes.get_yticklabels()]
    return dict(zip(labels, map(float, axes.get_yticks()), strict=True))


def fits(label: str, name: str) -> bool:
    """A label is the name, or its beginning where it is long."""
    cut = label.endswith("…") and len(label) > 15
    return label == name or (cut and name.startswith(label[:-1]))


# Ranks.


@CASES
def test_ranks_and_their_intervals(drawn, demo_processed, day, language):
    (axes,) = drawn("ranking", day, language).axes
    scores = oracle.source(demo_processed, day).scores
    placed = scores["rank"].notna() & (scores["unit"] != CITY)
    ranked = scores[placed].sort_values("rank", kind="stable")
    labels = rows_by_label(axes)
    assert len(labels) == len(ranked) == 20
    top = sorted(labels, key=lambda label: -labels[label])
    for label, unit in zip(top, ranked["unit"], strict=True):
        assert fits(label, oracle.unit_name(unit, language))
    heights = [labels[label] for label in top]
    ranks = [(int(row.rank), y) for row, y in zip(ranked.itertuples(), heights, strict=True)]
    assert points(axes) == ranks
    ends = zip(ranked["rank_low"], ranked["rank_high"], strict=True)
    spans = dict(zip(heights, ends, strict=True))
    assert bars(axes, GREY) == spans
    low, high = axes.get_xlim()
    assert low < 1 and high > ranked["rank_high"].max()


def test_a_unit_without_rank_is_not_drawn(drawn, demo_processed):
    scores = oracle.source(demo_processed, END).scores.copy()
    lost = scores["unit"] == "新庄街道"
    scores.loc[lost, ["rank", "rank_low", "rank_high"]] = pd.NA
    source = oracle.changed(demo_processed, END, lambda attained: None, scores)
    (axes,) = drawn("ranking", END, "zh", source).axes
    assert {*rows_by_label(axes)} == {*NAMES} - {"新庄街道"} and len(points(axes)) == 19


# The funnel.


def limits(n: int, rate: float, coverage: float) -> tuple[float, float]:
    """Binomial quantiles around a rate, interpolated (Spiegelhalter), by their definition."""
    tail, ends = (1 - coverage) / 2, []
    for each in (rate, 1 - rate):
        so_far, x = binom.pmf(0, n, each), 0
        while so_far < tail:
            x += 1
            so_far += binom.pmf(x, n, each)
        at = x - (so_far - tail) / binom.pmf(x, n, each)
        ends.append(min(max(at / n, 0), 1))
    return ends[0], 1 - ends[1]


def by_unit(attained: pd.DataFrame, target: str) -> dict[str, tuple[int, int]]:
    rows = attained[(attained["target"] == target) & (attained["denominator"] > 0)]
    counts = zip(rows["numerator"], rows["denominator"], strict=True)
    return {unit: (int(x), int(n)) for unit, (x, n) in zip(rows["unit"], counts, strict=True)}


@CASES
def test_rates_between_their_limits(drawn, demo_processed, day, language):
    panels = drawn("funnel", day, language).axes
    attained = oracle.source(demo_processed, day).attained
    assert len(panels) == 3
    outside = 0
    for axes, target in zip(panels, ("T01", "T04", "T05"), strict=True):
        assert axes.get_title(loc="left").replace("\n", " ") == oracle.title(target, language)
        counts = by_unit(attained, target)
        passed, whole = counts.pop(CITY)
        centre = passed / whole
        grid = range(1, int(max(n for _, n in counts.values()) * 1.1) + 2)
        lines = [(line.get_xdata(), line.get_ydata(), line.get_linestyle()) for line in axes.lines]
        near = np.array([limits(n, centre, 0.95) for n in grid])
        far = np.array([limits(n, centre, 0.998) for n in grid])
        expected = [near[:, 0], near[:, 1], far[:, 0], far[:, 1]]
        assert len(lines) == 6
        for (x, y, _), values in zip(lines[:4], expected, strict=True):
            assert [*x] == [*grid] and y == pytest.approx(100 * values)
        assert [style for *_, style in lines[:4]] == ["--", "--", "-", "-"]
        city, asked = lines[4:]
        assert same_color(axes.lines[4].get_color(), BLUE)
        assert [*city[1]] == pytest.approx([100 * centre] * 2)
        assert [*asked[1]] == pytest.approx([100 * float(oracle.least(target))] * 2)
        inside, out = [], {}
        for unit, (x, n) in counts.items():
            low, high = limits(n, centre, 0.95)
            if low <= x / n <= high:
                inside.append((n, 100 * x / n))
            else:
                out[unit] = (n, 100 * x / n)
        assert np.array(points(axes, BLUE)) == pytest.approx(np.array(inside))
        assert np.ravel(points(axes, RED)) == pytest.approx(np.ravel([*out.values()]))
        assert len(points(axes)) == len(inside) + len(out) > 15
        named = [each for each in axes.texts if each.get_text()]
        assert np.ravel([each.xy for each in named]) == pytest.approx(np.ravel([*out.values()]))
        for each, unit in zip(named, out, strict=True):
            assert fits(each.get_text(), oracle.unit_name(unit, language))
        assert axes.get_xlim() == (0, len(grid))
        low, high = axes.get_ylim()
        lowest = min(100 * x / n for x, n in counts.values())
        assert low < min(lowest, asked[1][0]) and high > 100
        outside += len(out)
    assert outside


def test_the_funnels_legend_tells_which_line_is_which(drawn):
    figure = drawn("funnel", END, "en")
    (legend,) = figure.legends
    labels = [each.get_text() for each in legend.get_texts()]
    said = dict(zip(labels, legend.get_lines(), strict=True))
    assert [*said] == ["95% limits", "99.8% limits", "City", "threshold"]
    assert [line.get_linestyle() for line in said.values()][:2] == ["--", "-"]
    assert same_color(said["City"].get_color(), BLUE)


def test_a_second_target_on_the_same_samples_has_no_panel_of_its_own(drawn, demo_processed):
    """A copy of T05 with another name that asks for more."""
    known = oracle.source(demo_processed, END)
    changes = {"id": "T05b", "title": Text(zh="另一项", en="Another"), "require": parse(">= 99%")}
    twin = known.plan.target("T05").model_copy(update=changes)
    period = known.plan.period.model_copy(update={"targets": (*known.plan.targets, twin)})
    plan = known.plan.model_copy(update={"period": period})
    other = oracle.Results(plan, demo_processed, END)
    again = known.attained[known.attained["target"] == "T05"]
    again = again.assign(target="T05b", require=">= 99%", bound="99%")
    posed(other, attained=pd.concat([known.attained, again], ignore_index=True))
    assert len(drawn("funnel", END, "en", other).axes) == 3


# The time line.


class Line:
    """A time line with its days instead of places: labels stand at the first of a month."""

    def __init__(self, figure, language: str) -> None:
        (self.axes,) = figure.axes
        pattern = "%Y-%m" if language == "en" else "%Y年%m月"
        labels = [
            (float(x), each.get_text())
            for x, each in zip(self.axes.get_xticks(), self.axes.get_xticklabels(), strict=True)
        ]
        self.months = [(x, dt.datetime.strptime(text, pattern).date()) for x, text in labels]
        self.zero = self.months[0][1] - dt.timedelta(days=self.months[0][0])
        self.rows = {y: label for label, y in rows_by_label(self.axes).items()}

    def day(self, x: float) -> dt.date:
        return self.zero + dt.timedelta(days=x)

    def marks(self, number: int) -> dict[float, dt.date]:
        """The days of one kind of marks by their height: 0 due, 1 done, 2 overdue."""
        kinds = [each for each in self.axes.collections if isinstance(each, PathCollection)]
        assert len(kinds) == 3
        return {float(y): self.day(float(x)) for x, y in kinds[number].get_offsets()}

    def bars(self, colour: str) -> dict[float, tuple[dt.date, dt.date]]:
        return {y: (self.day(a), self.day(b)) for y, (a, b) in bars(self.axes, colour).items()}


def tasks(attained: pd.DataFrame, day: dt.date, language: str) -> list[dict]:
    """Tasks that have a day, by that day and the day when they were done."""
    found = []
    for row in oracle.results_of(attained, CITY):
        if oracle.require(row.target) != "done" or pd.isna(row.note) or not row.note:
            continue
        due = dt.date.fromisoformat(row.note.split(";")[0].split("|")[-1])
        done = None if pd.isna(row.done) else row.done.date()
        late = (done or day) > due
        title = oracle.numbered(row.target, language)
        found.append({"title": title, "due": due, "done": done, "late": late})
    return sorted(found, key=lambda task: (task["due"], task["done"] or dt.date.max))


def check_timeline(figure, attained, day, language) -> list[dict]:
    line = Line(figure, language)
    expected = tasks(attained, day, language)
    heights = sorted(line.rows, reverse=True)
    assert len(heights) == len(expected)
    for y, task in zip(heights, expected, strict=True):
        assert fits(line.rows[y], task["title"]), (line.rows[y], task)
    each = [*zip(heights, expected, strict=True)]
    assert line.marks(0) == {y: task["due"] for y, task in each}
    assert line.marks(1) == {y: task["done"] for y, task in each if task["done"]}
    assert line.marks(2) == {y: day for y, task in each if task["late"] and not task["done"]}
    late = [(y, task) for y, task in each if task["late"]]
    early = [(y, task) for y, task in each if task["done"] and not task["late"]]
    assert line.bars(RED) == {y: (task["due"], task["done"] or day) for y, task in late}
    assert line.bars(GREY) == {y: (task["done"], task["due"]) for y, task in early}
    done = [task for _, task in each if task["done"]]
    done_late = {y for y, task in late if task["done"]}
    in_time = {y for y, task in early}
    (marks,) = [kind for kind in line.axes.collections if isinstance(kind, PathCollection)][1:2]
    colours = marks.get_facecolor()
    assert len(colours) == len(done)
    ys = [float(y) for _, y in marks.get_offsets()]
    coloured = [*zip(ys, colours, strict=True)]
    assert {y for y, colour in coloured if same_color(colour, RED)} == done_late
    assert {y for y, colour in coloured if same_color(colour, BLUE)} == in_time
    (today,) = line.axes.lines
    assert [line.day(x) for x in today.get_xdata()] == [day, day]
    days = [task["due"] for task in expected] + [task["done"] for task in done] + [day]
    assert line.months[0][1] == min(days).replace(day=1)
    assert [line.day(x) for x, _ in line.months] == [first for _, first in line.months]
    low, high = line.axes.get_xlim()
    assert low < 0 and line.day(high) > max(days)
    return expected


@CASES
def test_the_time_line_of_tasks(drawn, demo_processed, day, language):
    attained = oracle.source(demo_processed, day).attained
    expected = check_timeline(drawn("milestones", day, language), attained, day, language)
    done = sum(task["done"] is not None for task in expected)
    late = sum(task["late"] for task in expected)
    assert (len(expected), done, late) == {MIDYEAR: (19, 8, 0), END: (19, 16, 3)}[day]


def test_a_task_done_on_its_day_is_in_time_and_a_day_after_late(drawn, demo_processed):
    def edit(attained):
        for target, done, gap, state, note in [
            ("T22", "2013-11-30", 0, "attained", "done_on|2013-11-30|2013-11-30"),
            ("T30", "2014-01-01", -1, "not attained", "done_late|1|2013-12-31"),
            ("T48", None, -1, "behind", "overdue|1|2014-01-30"),
        ]:
            place = oracle.cell(attained, CITY, target)
            attained.loc[place, ["gap", "state", "note"]] = [gap, state, note]
            attained.loc[place, "done"] = pd.Timestamp(done) if done else pd.NaT

    source = oracle.changed(demo_processed, END, edit)
    expected = check_timeline(drawn("milestones", END, "en", source), source.attained, END, "en")
    late = {task["title"][:3]: task["late"] for task in expected}
    assert (late["T22"], late["T30"], late["T48"]) == (False, True, True)


# The year before.


@CASES
def test_rates_of_the_year_before_and_of_this_year(drawn, demo_processed, day, language):
    (axes,) = drawn("change", day, language).axes
    attained = oracle.source(demo_processed, day).attained
    rows = [
        row
        for row in oracle.results_of(attained, CITY)
        if row.kind == "share" and not pd.isna(row.previous + row.value)
    ]
    labels = rows_by_label(axes)
    heights = sorted(labels.values(), reverse=True)
    assert len(heights) == len(rows) > 10
    for label, row in zip(sorted(labels, key=lambda each: -labels[each]), rows, strict=True):
        assert fits(label, oracle.title(row.target, language))
    now = [100 * row.numerator / row.denominator for row in rows]
    before = [100 * row.previous_numerator / row.previous_denominator for row in rows]
    aims = [100 * float(oracle.least(row.target)) for row in rows]
    hollow, solid = (each for each in axes.collections if isinstance(each, PathCollection))
    assert np.asarray(hollow.get_offsets()) == pytest.approx(np.column_stack([before, heights]))
    assert np.asarray(solid.get_offsets()) == pytest.approx(np.column_stack([now, heights]))
    colours = [RED if n < aim else BLUE for n, aim in zip(now, aims, strict=True)]
    assert all(same_color(a, b) for a, b in zip(solid.get_facecolor(), colours, strict=True))
    spans = {y: (min(a, b), max(a, b)) for y, a, b in zip(heights, now, before, strict=True)}
    found = bars(axes, GREY)
    assert {*found} == {*spans} and all(found[y] == pytest.approx(spans[y]) for y in spans)
    _, marks = (each for each in axes.collections if isinstance(each, LineCollection))
    ticks = marks.get_segments()
    assert np.array([tick[:, 0] for tick in ticks]) == pytest.approx(np.array([aims, aims]).T)
    assert [tick[:, 1].mean() for tick in ticks] == pytest.approx(heights)
