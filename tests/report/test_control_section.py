"""The sections of months where some stand out: figure, words and table."""

import city_oracle as oracle
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from city_oracle import CITY, END, LANGUAGES
from matplotlib.colors import to_hex

from yxq.report.figures import Style
from yxq.report.pages import TargetPage, TownPage
from yxq.report.sections.control import target_control, unit_control
from yxq.words.colours import RED

TOWN = "丁蜀镇"


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def spoiled(demo_processed):
    """The results with 18 of 20 passing every month at the town and in the city, 4 of 20 in May."""
    source = oracle.changed(demo_processed, END, lambda attained: None)
    rows = [
        {
            "plan": source.plan.id,
            "year": 2013,
            "target": "T01",
            "unit": unit,
            "month": month,
            "date": pd.Timestamp(2013, month, 28),
            "stratum": "",
            "numerator": 4 if month == 5 else 18,
            "denominator": 20,
            "scale": 0,
        }
        for unit in (TOWN, CITY)
        for month in range(1, 13)
    ]
    return source, pd.DataFrame(rows).astype({"numerator": "Int64", "denominator": "Int64"})


def shown(parts) -> BeautifulSoup:
    return BeautifulSoup("".join(map(str, parts)), "html.parser")


def test_a_towns_month_is_told_by_the_rule_it_breaks(spoiled, language, monkeypatch):
    source, measures = spoiled
    words, target = oracle.wording(language), source.plan.target("T01")
    drawn = oracle.recorded(monkeypatch)
    own = measures[measures["unit"] == TOWN]
    parts = unit_control(source.plan, [target], own, END, Style(words, True))
    title = oracle.title("T01", language)
    told = {
        "zh": f"控制图中值得追问的月份：{title}（5月低于控制限）",
        "en": f"Months that stand out in the control chart: {title} (month 5: below the control "
        "limits)",
    }[language]
    found = shown(parts)
    assert found.p.get_text() == told and told in found.figure.prettify()
    (axes,) = drawn[-1].axes
    (diamond,) = axes.collections
    assert diamond.get_offsets().data.tolist() == [[5, 20]]
    assert to_hex(diamond.get_facecolor()[0]) == RED
    lines = {line.get_label(): line.get_ydata() for line in axes.lines}
    assert [*lines[words("each_month")]] == pytest.approx([90] * 4 + [20] + [90] * 7)
    assert lines[words("control_centre")] == pytest.approx([100 * (11 * 18 + 4) / 240] * 12)
    assert [*lines[words("threshold")]] == [95, 95]


def test_a_targets_table_names_unit_month_counts_limits_and_rule(spoiled, language):
    source, measures = spoiled
    words, target = oracle.wording(language), source.plan.target("T01")
    by_month = measures.assign(month=measures["date"].dt.to_period("M"), value=pd.NA)
    parts = target_control(source.plan, target, by_month, END, Style(words, True))
    rows = [
        [cell.get_text() for cell in row.find_all(["td", "th"])]
        for row in shown(parts).find_all("tr")
    ]
    assert [row[0] for row in rows[1:]] == [
        oracle.unit_name(TOWN, language),
        oracle.unit_name(CITY, language),
    ]
    rule = {"zh": "低于控制限", "en": "below the control limits"}[language]
    month = {"zh": "5月", "en": "5"}[language]
    for row in rows[1:]:
        assert row[1:4] == [month, "4 / 20", "20.0%"] and row[5] == rule
        assert row[4].endswith("100.0%") and float(row[4].split("%")[0]) > 50


def test_too_few_months_say_nothing_and_months_that_are_even_one_sentence(spoiled):
    source, measures = spoiled
    words, target = oracle.wording("en"), source.plan.target("T01")
    own, style = measures[measures["unit"] == TOWN], Style(words, True)
    assert unit_control(source.plan, [target], own[own["month"] <= 4], END, style) == []
    even = own.assign(numerator=18).astype({"numerator": "Int64"})
    (one,) = unit_control(source.plan, [target], even, END, style)
    assert shown([one]).get_text().strip() == words("control_inside")
    assert target_control(source.plan, target, even.iloc[:0], END, style) == []


@pytest.mark.parametrize(("months", "told"), [(7, "control_inside_early"), (8, "control_inside")])
def test_of_runs_nothing_is_said_before_there_are_eight_months(spoiled, language, months, told):
    """Of several charts the longest one decides; a run is eight in a row."""
    source, measures = spoiled
    words, target = oracle.wording(language), source.plan.target("T01")
    even = measures.assign(numerator=18).astype({"numerator": "Int64"})
    longest = even[even["month"] <= months]
    style, day = Style(words, True), END
    own = longest[longest["unit"] == TOWN]
    (one,) = unit_control(source.plan, [target], own, day, style)
    assert shown([one]).get_text().strip() == words(told)
    other, shorter = source.plan.target("T04"), own[own["month"] <= 6].assign(target="T04")
    for targets in ([target, other], [other, target]):
        (one,) = unit_control(source.plan, targets, pd.concat([own, shorter]), day, style)
        assert shown([one]).get_text().strip() == words(told)
    by_month = longest.assign(month=longest["date"].dt.to_period("M"), value=pd.NA)
    by_month = by_month[(by_month["unit"] == TOWN) | (by_month["date"].dt.month <= 6)]
    *_, one = target_control(source.plan, target, by_month, day, style)
    assert shown([one]).get_text().strip() == words(told)


def test_the_demos_pages_say_that_nothing_stands_out(demo_processed, language):
    source, words = oracle.source(demo_processed, END), oracle.wording(language)
    town = TownPage(source, words, TOWN).monthly()
    target = TargetPage(source, words, source.plan.target("T01")).months()
    for block in (town, target):
        assert words("control_inside") in oracle.paragraphs(block)
