"""Which numbers go into which figure."""

import pandas as pd

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
            "beyond": "",
        }
    )
    panels = figure_data.funnel(plan2013, [first, other], rates, STYLE).axes
    assert [panel.get_title(loc="left") for panel in panels] == [first.title.zh] * 2
    points = [panel.collections[0].get_offsets().data.tolist() for panel in panels]
    assert points == [[[40.0, 90.0]], [[60.0, 80.0]]]


def test_where_no_target_has_a_rate_there_is_no_funnel(plan2013):
    rates = pd.DataFrame(columns=["target", "unit", "denominator", "value", "centre", "beyond"])
    assert figure_data.funnel(plan2013, plan2013.targets, rates, STYLE) is None
