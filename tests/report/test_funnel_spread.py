"""The section of funnels where units differ by more than chance, and its figure."""

import city_oracle as oracle
import numpy as np
import pandas as pd
import pytest
from city_oracle import CITY, END, LANGUAGES, TOWNS
from matplotlib.colors import to_hex

from yxq.report.pages import CityPage
from yxq.words.colours import BLUE, RED, WHITE

NAMES = [unit["name"] for unit in TOWNS]
# 18 units of 100 that are three standard deviations above or below 80 %, one far off, one between.
PASSED = [92, 68] * 9 + [40, 80]


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def page(demo_processed, language):
    of = ["numerator", "denominator", "value"]

    def edit(attained):
        for unit, passed in zip(NAMES, PASSED, strict=True):
            attained.loc[oracle.cell(attained, unit, "T01"), of] = [passed, 100, passed / 100]
        attained.loc[oracle.cell(attained, CITY, "T01"), of] = [1600, 2000, 0.8]

    source = oracle.changed(demo_processed, END, edit)
    return CityPage(source, oracle.wording(language), CITY)


def test_it_says_by_how_much_and_what_became_of_the_limits(page, language):
    """s = .04: z is 3 of all but two; drawing in a tenth leaves 40 % at 68 %. phi = 19 x 9 / 20 =
    8.55, tau^2 = (171 - 19) / (20 w - w), w = 625: .0128, so tau is 11.3 points. Of chance alone
    66.3 to 91.9 % are the limits: 92 and 40 % lie outside, ten units, and 40 % of the widened.
    """
    paragraph = oracle.paragraphs(page.funnel())[1]
    told = {
        "zh": f"{oracle.numbered('T01', language)}（离散度φ=8.6，单位间差异τ=11.3个百分点，"
        "99.8%界限之外由10个变为1个）",
        "en": f"{oracle.numbered('T01', language)} (dispersion φ = 8.6; spread between units "
        "τ = 11.3 points; outside 99.8%: 10, now 1)",
    }
    assert told[language] in paragraph
    rows = [row for row in oracle.tables(page.funnel())[0].rows if row[0].startswith("T01")]
    assert [row[1] for row in rows] == [oracle.unit_name(NAMES[18], language)]


def test_points_that_only_chance_would_call_out_are_hollow(page, monkeypatch):
    drawn = oracle.recorded(monkeypatch)
    page.funnel()
    axes = drawn[-1].axes[0]
    found = {}
    for points in axes.collections:
        face, edge = to_hex(points.get_facecolor()[0]), to_hex(points.get_edgecolor()[0])
        found[face, edge] = sorted(points.get_offsets().data[:, 1].round(6).tolist())
    assert found == {
        (BLUE, BLUE): [80.0],
        (WHITE, BLUE): [68.0] * 9 + [92.0] * 9,
        (RED, RED): [40.0],
    }
    low = axes.lines[0].get_ydata()[99]
    s = np.hypot(0.04, np.sqrt(152 / 19 / 625))
    assert low == pytest.approx(100 * (0.8 - 1.959964 * s))


def test_where_chance_is_all_nothing_is_said_of_a_spread(demo_processed, language):
    page = CityPage(oracle.source(demo_processed, END), oracle.wording(language), CITY)
    assert len(oracle.paragraphs(page.funnel())) == 1


def test_names_of_points_that_lie_upon_each_other_do_not():
    from yxq.report import figures
    from yxq.words.wording import Words

    points = pd.DataFrame({"title": [f"第{n}镇" for n in range(6)], "denominator": 50.0})
    points = points.assign(value=0.5, centre=0.9, beyond="far below", beyond_chance="far below")
    n = pd.Index(np.arange(1.0, 121))
    ends = {"low_95": 0.85, "high_95": 0.95, "low_998": 0.82, "high_998": 1.0}
    limits = pd.DataFrame({name: np.full(len(n), end) for name, end in ends.items()}, n)
    style = figures.Style(Words("zh"), False)
    figure = figures.funnel([figures.Panel("合格率", points, limits, 0.95)], style)
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(boxes) == 4  # on either side, above and below
    upon = [a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i]]
    assert len(upon) == 6 and not any(upon)
