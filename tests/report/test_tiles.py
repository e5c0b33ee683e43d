"""The tile map: who stands where, what colour and sign say, and that nobody is left out unsaid."""

import re

import city_oracle as oracle
import pandas as pd
import pytest

from yxq.plan.folder import Plan
from yxq.report.blocks import Block
from yxq.report.figures import Style
from yxq.report.sections import tiles
from yxq.report.sections.tiles import missed_tiles, target_tiles
from yxq.words.states import State
from yxq.words.wording import Words


def placed(plan: Plan, places: dict[str, tuple[int, int]]) -> Plan:
    """The plan with some units on the map."""
    units = [
        unit.model_copy(update=dict(zip(("row", "column"), places[unit.name], strict=True)))
        if unit.name in places
        else unit
        for unit in plan.folder.units
    ]
    return plan.model_copy(
        update={"folder": plan.folder.model_copy(update={"units": tuple(units)})}
    )


PLACES = {"丁蜀镇": (3, 4), "官林镇": (3, 6), "湖㳇镇": (5, 5)}


@pytest.fixture
def plan(plan2013):
    return placed(plan2013, PLACES)


@pytest.fixture
def style(plan):
    return Style(Words("zh", plan.folder.unit_word, plan.english), True)


def drawn(parts):
    """The figure: its picture, name and caption."""
    (figure,) = parts
    page = oracle.soup(Block(str(figure), ""))
    return page.svg, page.find(role="img")["aria-label"], oracle.text(page.figcaption)


def tiles_of(svg) -> dict[str, tuple]:
    """Of each unit its tile: column and row from the first, colour, sign."""
    found = {}
    for group in svg.find_all("g"):
        x, y = map(int, re.findall(r"-?\d+", group["transform"]))
        sign, name = (text.get_text() for text in group.find_all("text"))
        found[name] = ((x - 1) / 62, (y - 13) / 40, group.rect["fill"], sign)
    return found


def attained(**missed: int) -> pd.DataFrame:
    rows = [
        (unit, f"T{n:02}", "behind" if n % 2 else "not attained")
        for unit, times in missed.items()
        for n in range(times)
    ]
    rows += [("丁蜀镇", "T70", "attained"), ("宜兴市", "T70", "not attained")]
    return pd.DataFrame(rows, columns=["unit", "target", "state"])


def test_how_many_each_unit_misses(plan, style):
    svg, alt, caption = drawn(missed_tiles(plan, attained(官林镇=5, 湖㳇镇=3), style))
    assert tiles_of(svg) == {
        "丁蜀镇": (0, 0, State.ATTAINED.colour, "0"),
        "官林镇": (2, 0, State.NOT_ATTAINED.colour, "5"),
        "湖㳇镇": (1, 2, State.BEHIND.colour, "3"),
    }
    assert svg["viewbox"] == "0 0 188 134"  # three by three
    assert alt.startswith("各单位未达成或落后的项数：官林镇5项、湖㳇镇3项、")
    assert "0项、1～3项、3项以上。另有17个单位没有给出位置。" in caption
    assert svg.find(class_="mark").get_text() == "演示数据（合成）"
    assert svg["aria-hidden"] == "true"
    svg, _, caption = drawn(missed_tiles(plan, attained(官林镇=4, 湖㳇镇=3), style))
    assert "0项、1～2项、2项以上" in caption
    assert {tiles_of(svg)[name][2] for name in ("官林镇", "湖㳇镇")} == {State.NOT_ATTAINED.colour}


def test_how_units_stand_with_a_target(plan, style):
    rows = [("丁蜀镇", "attained"), ("官林镇", "behind"), ("宜兴市", "not attained")]
    results = pd.DataFrame(rows, columns=["unit", "state"])
    svg, alt, caption = drawn(target_tiles(plan, plan.target("T01"), results, style))
    assert tiles_of(svg) == {
        "丁蜀镇": (0, 0, State.ATTAINED.colour, "✓"),
        "官林镇": (2, 0, State.BEHIND.colour, "↓"),
    }
    assert alt == "T01 产品质量监督抽查合格率：未达成或落后的单位：官林镇"
    assert "没有给出位置" not in caption  # both that are asked are there


def test_without_places_there_is_no_map(plan2013, style):
    assert missed_tiles(plan2013, attained(官林镇=5), style) == []
    results = pd.DataFrame({"unit": ["官林镇"], "state": ["behind"]})
    assert target_tiles(plan2013, plan2013.target("T01"), results, style) == []


def test_of_a_great_many_each_look_is_one_piece(plan, style, monkeypatch):
    monkeypatch.setattr(tiles, "NAMED", 2)
    svg, _, caption = drawn(missed_tiles(plan, attained(官林镇=5, 湖㳇镇=3), style))
    pieces = {path["fill"]: path["d"] for path in svg.find_all("path")}
    assert pieces == {
        State.ATTAINED.colour: "M0 0h1v1h-1z",
        State.NOT_ATTAINED.colour: "M2 0h1v1h-1z",
        State.BEHIND.colour: "M1 2h1v1h-1z",
    }
    signs = [(t["x"], t["y"], t.get_text()) for t in svg.find_all("text", class_=False)]
    assert sorted(signs) == [("0.5", "0.7", "✓"), ("1.5", "2.7", "↓"), ("2.5", "0.7", "×")]
    assert "↓为1～3项，×为3项以上" in caption
