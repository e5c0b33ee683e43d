"""The sections about next year's samples: every cell, and where there is none."""

import city_oracle as oracle
import pytest
from city_oracle import CITY, END, LANGUAGES, MIDYEAR, TOWNS
from scipy.stats import binom

from yxq.report.pages import CityPage, TargetPage
from yxq.words.colours import BLUE, MUTED, RED

PASSING = {"T01": 0.95, "T04": 0.96, "T05": 0.96}
SIZES = {"T01": (361, 233), "T04": (452, 292), "T05": (452, 292)}  # by a search; see test_planning


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


def page_of(processed, day, language) -> CityPage:
    return CityPage(oracle.source(processed, day), oracle.wording(language), CITY)


def test_every_cell_of_the_citys_table(demo_processed, language):
    page = page_of(demo_processed, END, language)
    block, words = page.planning(), oracle.wording(language)
    (table,) = oracle.tables(block)
    assert oracle.paragraphs(block) == [words("planning_method")]
    assert (
        table.heads[2:5]
        == {
            "zh": ["抽样数中位数（最少～最多）", "错判风险", "漏判风险"],
            "en": ["Median samples (fewest–most)", "Producer's risk", "Consumer's risk"],
        }[language]
    )
    assert len(table.rows) == len(PASSING)
    for row, (target, share) in zip(table.rows, PASSING.items(), strict=True):
        of = page.attained[(page.attained["target"] == target) & (page.attained["unit"] != CITY)]
        n = sorted(int(value) for value in of["denominator"])
        median = int((n[9] + n[10]) / 2)
        failing = 1 - share
        at_most = int(failing * median + 1e-9)
        producer = f"{binom.sf(at_most, median, failing):.0%}"
        consumer = f"{binom.cdf(at_most, median, 2 * failing):.0%}"
        worse, better = f"{1 - 2 * failing:.1%}", f"{1 - failing / 2:.1%}"
        reached = int((of["numerator"] / of["denominator"] >= share - 1e-12).sum())
        truly = {"zh": "{}（真实{}）", "en": "{} (if truly {})"}[language].format
        ends = oracle.span(n[0], n[-1], language)
        assert row[0] == oracle.numbered(target, language) and len(n) == len(TOWNS) == 20
        assert row[2] == {"zh": f"{median}（{ends}）", "en": f"{median} ({ends})"}[language]
        assert row[3:5] == [producer, truly(consumer, worse)]
        assert row[5:7] == [truly(SIZES[target][0], better), truly(SIZES[target][1], worse)]
        assert f"{reached}" in row[7] and row[8].endswith("%")


def test_before_the_year_is_over_nothing_is_planned_from_it(demo_processed):
    assert page_of(demo_processed, MIDYEAR, "en").planning().html == ""
    source = oracle.source(demo_processed, MIDYEAR)
    page = TargetPage(source, oracle.wording("en"), source.plan.target("T01"))
    assert page.planning().html == ""


def test_a_targets_sizes_and_its_curves(demo_processed, language, monkeypatch):
    drawn = oracle.recorded(monkeypatch)
    source = oracle.source(demo_processed, END)
    block = TargetPage(source, oracle.wording(language), source.plan.target("T01")).planning()
    (table,) = oracle.tables(block)
    assert table.rows == [
        ["97.0%", "601", "21", "694"],
        ["98.0%", "234", "6", "286"],
        ["99.0%", "124", "2", "124"],
        ["100.0%", "59", "0", "59"],
    ]
    (axes,) = drawn[-1].axes
    labels = [line.get_label() for line in axes.lines]
    many = {"zh": "抽样{}", "en": "{} samples"}[language].format
    assert labels == [many(17), many(64), many(120), oracle.wording(language)("threshold")]
    assert [line.get_color() for line in axes.lines[:3]] == [MUTED, BLUE, RED]
    for line, n in zip(axes.lines, (17, 64, 120), strict=False):
        truth = line.get_xdata() / 100
        expected = binom.cdf(int(0.05 * n + 1e-9), n, 1 - truth)
        assert line.get_ydata() == pytest.approx(100 * expected)
    assert [*axes.lines[3].get_xdata()] == [95, 95]
    assert "17" in oracle.alts(block)[0] and "120" in oracle.alts(block)[0]


@pytest.mark.parametrize("target", ["T02", "T08", "T20"])
def test_what_is_no_sampled_rate_has_no_such_section(demo_processed, target):
    source = oracle.source(demo_processed, END)
    page = TargetPage(source, oracle.wording("en"), source.plan.target(target))
    assert page.planning().html == ""
