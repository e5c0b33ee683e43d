"""The row of all units: their order, on which side of the line each stands, where the mark is; and
the small lines of years.
"""

from types import SimpleNamespace

import pandas as pd
import pytest
from matplotlib.colors import to_hex

from yxq.plan.requirement import parse
from yxq.report import figure_data, figures
from yxq.report.sections.sparks import scale, spark
from yxq.words.states import State
from yxq.words.wording import Words

STYLE = figures.Style(Words("zh"), True)
STATES = ["attained", "on track", "not attained", "behind", "no data", "not applicable"]


def drawn(states: list[str], reached: int | None):
    rows = pd.DataFrame({"title": [f"甲{n}镇" for n in range(len(states))], "state": states})
    return figures.spine(rows, reached, STYLE)


def test_states_are_told_by_side_and_sign_and_colour():
    (axes,) = drawn(STATES, 2).axes
    blocks = {block.get_label(): block for block in axes.collections if block.get_label() in STATES}
    sides = {}
    for state, block in blocks.items():
        (path,) = block.get_paths()
        heights = [y for _, y in path.vertices]
        sides[state] = (round(min(heights), 6), round(max(heights), 6))
        assert to_hex(block.get_facecolor()[0]) == State(state).colour
        assert path.vertices[:, 0].mean() == pytest.approx(STATES.index(state) + 0.5, abs=0.15)
    assert sides == {
        "attained": (0, 1),
        "on track": (0, 1),
        "not attained": (-1, 0),
        "behind": (-1, 0),
        "no data": (-0.3, 0.3),
        "not applicable": (-0.3, 0.3),
    }
    signs = {text.get_text(): text.get_position()[0] for text in axes.texts}
    assert signs == {State(state).sign: n + 0.5 for n, state in enumerate(STATES)}
    marks = [c for c in axes.collections if c.get_label() not in STATES]
    assert [m.get_segments()[0][0][0] for m in marks] == [2]
    assert [label.get_text() for label in axes.get_xticklabels()] == [f"甲{n}镇" for n in range(6)]


def test_of_many_neither_names_nor_signs_and_no_mark_where_nothing_is_asked():
    (axes,) = drawn(["attained"] * 24 + ["behind"], None).axes
    assert len(axes.texts) == 25 and not axes.get_xticklabels()
    (axes,) = drawn(["attained"] * 60 + ["behind"], None).axes
    assert not axes.texts and {c.get_label() for c in axes.collections} == {"attained", "behind"}


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("宜兴经济开发区", "宜兴经济\n开发区"),
        ("Guanlin Town", "Guanlin\nTown"),
        ("Yicheng Subdistrict", "Yicheng\nSubdistr…"),
        ("A very long name of a unit indeed", "A very\nlong name\nof a uni…"),
    ],
)
def test_a_name_is_parted_into_short_lines(title, shown):
    rows = pd.DataFrame({"title": [title], "state": ["attained"]})
    (axes,) = figures.spine(rows, None, STYLE).axes
    assert [label.get_text() for label in axes.get_xticklabels()] == [shown]


def test_the_order_and_how_many_reach_what_is_asked(plan2013):
    target = plan2013.target("T01")
    names = [unit.name for unit in plan2013.towns[:6]]
    met, missed = "attained", "not attained"
    rows = pd.DataFrame(
        {
            "unit": [*names, plan2013.city.name],
            "gap": [-0.02, 0.0, 0.03, None, None, -0.3, 0.5],
            "value": [0.93, 0.95, 0.98, None, None, 0.65, 1.0],
            "state": [missed, met, met, "not applicable", "no data", missed, met],
        }
    )
    ordered = figure_data.in_a_row(plan2013, rows, target)
    assert [*ordered["unit"]] == [names[n] for n in (2, 1, 0, 5, 3, 4)]
    assert figure_data.spine(plan2013, target, ordered, STYLE)[1] == 2
    strict = SimpleNamespace(require=parse("> 95%"))
    assert figure_data.spine(plan2013, strict, ordered, STYLE)[1] == 1
    bare = rows.assign(gap=None)
    by_value = figure_data.in_a_row(plan2013, bare, target)
    assert [*by_value["unit"]] == [names[n] for n in (2, 1, 0, 5, 3, 4)]
    assert figure_data.spine(plan2013, target, by_value, STYLE)[1] is None


def test_a_line_is_broken_where_years_cannot_be_compared_and_left_out_of_one_year():
    span = scale(pd.Series([1, None, 3, 2], dtype="Float64"))
    assert span == (1.0, 3.0)
    whole = spark({2011: 1, 2012: 3, 2013: 2}, [2011, 2012, 2013], span, "甲<")
    assert 'points="3.0,17.0 40.0,3.0 77.0,10.0"' in whole and 'aria-label="甲&lt;"' in whole
    assert 'cx="77.0" cy="10.0"' in whole
    broken = spark({2011: 1, 2012: 3, 2013: 2}, [2011, 2012, 2013], span, "甲", [2012])
    assert 'points="40.0,3.0 77.0,10.0"' in broken and broken.count("<polyline") == 1
    gap = spark({2011: 1, 2012: pd.NA, 2013: 2}, [2011, 2012, 2013], span, "甲")
    assert "<polyline" not in gap and "<circle" in gap
    assert spark({2012: 1}, [2011, 2012], span, "甲") == ""
    assert 'points="3.0,10.0 77.0,10.0"' in spark({1: 5, 2: 5}, [1, 2], (5.0, 5.0), "甲")
