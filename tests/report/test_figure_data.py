"""Which numbers go into which figure."""

import pandas as pd
import pytest

from yxq.plan.requirement import parse
from yxq.report import figure_data
from yxq.report.figures import Style
from yxq.words.wording import Words

STYLE = Style(Words("zh"), synthetic=False)


def test_two_targets_of_one_title_have_a_panel_each(plan2013):
    first, other = (target for target in plan2013.targets if target.id in ("T01", "T02"))
    other = other.model_copy(update={"title": first.title, "require": parse(">= 80%")})
    rates = pd.DataFrame(
        {
            "target": [first.id, other.id],
            "unit": "丁蜀镇",
            "denominator": [40, 60],
            "value": [0.9, 0.8],
            "centre": [0.95, 0.85],
            "tau": 0.0,
            "beyond": "",
            "beyond_chance": "",
        }
    )
    panels = figure_data.funnel(plan2013, [first, other], rates, STYLE).axes
    assert [panel.get_title(loc="left") for panel in panels] == [first.title.zh] * 2
    points = [panel.collections[0].get_offsets().data.tolist() for panel in panels]
    assert points == [[[40.0, 90.0]], [[60.0, 80.0]]]


def test_where_no_target_has_a_rate_there_is_no_funnel(plan2013):
    rates = pd.DataFrame(columns=["target", "unit", "denominator", "value", "centre", "beyond"])
    assert figure_data.funnel(plan2013, plan2013.targets, rates, STYLE) is None


@pytest.mark.parametrize(
    ("id", "require", "bound", "line"),
    [
        ("T01", ">= 95%", "95%", 0.95),
        ("T20", ">= 15", "2", 2),  # a unit's share
        ("T29", "1..2", "1..2", 1),
        ("T63", "<= 0", "0", 0),
        ("T27", ">= 5,000.5", "5000.5", 5000.5),
        ("T27", "<= 2.5万", "2.5万", 25_000),
        ("T27", "> last_year", "", None),
        ("T06", "rank <= 1/3", "1/3", None),
        ("T47", "done", "2014-12-31", None),
    ],
)
def test_where_the_line_of_what_is_asked_stands(plan2013, id, require, bound, line):
    target = plan2013.target(id).model_copy(update={"require": parse(require)})
    (found,) = figure_data._asked(target, pd.Series([bound]))
    assert pd.isna(found) if line is None else found == line


@pytest.mark.parametrize(
    ("id", "unit", "lines"),
    [("T01", "宜兴市", 3), ("T01", "丁蜀镇", 3), ("T20", "宜兴市", 1), ("T20", "丁蜀镇", 2)],
)
def test_a_citys_sum_is_not_drawn_beside_its_towns_but_its_rate_is(plan2013, id, unit, lines):
    by_year = pd.DataFrame(
        [
            (name, year, 0.5, "15")
            for name in ("丁蜀镇", "和桥镇", "宜兴市")
            for year in (2012, 2013)
        ],
        columns=["unit", "year", "value", "bound"],
    )
    target, town = plan2013.target(id), plan2013.town(unit)
    (axes,) = figure_data.years(plan2013, target, by_year, town, STYLE).axes
    assert len(axes.lines) == lines
    front = [line for line in axes.lines if line.get_label() == town.name]
    assert len(front) == 1 and front[0].get_zorder() == max(line.zorder for line in axes.lines)
