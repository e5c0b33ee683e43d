"""What is asked by kind of unit: each kind its own, others nothing, the city where it is named."""

import json

import pytest
from small import folder, form, read, results, target

from yxq.plan.listing import listed
from yxq.plan.period import Period
from yxq.plan.requirement import by_kind
from yxq.plan_folders.diff import differences
from yxq.plan_folders.load import load
from yxq.report import display
from yxq.words.errors import PlanError
from yxq.words.wording import Words

COLUMNS = ["unit", "year", "month", "n", "of"]
SHARE = {"form": "f", "sum": "n", "over": "of"}
KINDS = {"街道": ">= 95%", "镇": "> 90%"}
ROWS = ",".join(COLUMNS) + "\n甲镇,2013,3,91,100\n乙镇,2013,3,90,100\n丙街道,2013,3,94,100\n"


def plan_of(place, require, **more):
    made = form(*COLUMNS, when=["year", "month"])
    return folder(place, {"f": made}, target("T", SHARE, require, **more))


@pytest.mark.parametrize(
    ("require", "states", "bounds"),
    [
        (
            KINDS | {"city": ">= 92%"},  # 275 of 300
            ["attained", "not attained", "not attained", "not attained"],
            ["90%", "90%", "95%", "92%"],
        ),
        (
            {"镇": "> 90%"},
            ["attained", "not attained", "not applicable", "not applicable"],
            ["90%", "90%", "", ""],
        ),
        (
            {"街道": ">= 94%", "city": ">= 275/300"},
            ["not applicable", "not applicable", "attained", "attained"],
            ["", "", "94%", "275/300"],
        ),
    ],
)
def test_each_unit_is_asked_what_its_kind_is(tmp_path, require, states, bounds):
    plan = plan_of(tmp_path, require)
    got = results(plan, read(tmp_path, plan, a=ROWS)).reset_index()
    assert got["unit"].tolist() == ["甲镇", "乙镇", "丙街道", "某市"]
    assert got["state"].tolist() == states and got["bound"].tolist() == bounds
    own = {"甲镇": "镇", "乙镇": "镇", "丙街道": "街道", "某市": "city"}
    assert got["require"].tolist() == [require.get(own[unit], "") for unit in got["unit"]]
    not_asked = [not bound for bound in bounds]
    assert (got["note"] == "kind_not_asked").tolist() == not_asked
    assert got["value"].tolist() == [0.91, 0.9, 0.94, 275 / 300]


def test_levels_and_amounts_too(tmp_path):
    columns = ["unit", "year", "month", "tonnes", "value"]
    made = form(*columns, when=["year", "month"])
    level, amount = {"form": "f", "value": "value"}, {"form": "f", "sum": "tonnes"}
    plan = folder(
        tmp_path,
        {"f": made},
        target("L", level, {"镇": "<= 5", "街道": "<= 7"}),
        target("A", amount, {"镇": ">= 0.3", "街道": ">= last_year"}),
    )
    rows = "甲镇,2013,3,0.3,6\n丙街道,2013,3,1,6\n丙街道,2012,3,2,6\n"
    got = results(plan, read(tmp_path, plan, a=f"{','.join(columns)}\n{rows}"))["state"]
    assert got[[("甲镇", "L"), ("丙街道", "L")]].tolist() == ["not attained", "attained"]
    assert got[[("甲镇", "A"), ("丙街道", "A")]].tolist() == ["attained", "not attained"]


def test_pages_and_lists_word_it(tmp_path):
    plan = plan_of(tmp_path, KINDS)
    loaded = load(plan).plan(2013)
    zh, en = Words("zh"), Words("en")
    assert display.required(loaded.target("T"), zh) == "街道≥95%；镇＞90%"
    assert display.required(loaded.target("T"), en) == "街道 ≥ 95%; 镇 > 90%"
    assert listed(loaded, zh, full=False)["require"].tolist() == ["街道: >= 95%; 镇: > 90%"]
    attained = results(plan, read(tmp_path, plan, a=ROWS)).reset_index()
    shown = display.results(loaded, attained, zh)["required"]
    assert shown.tolist()[:3] == ["＞90%", "＞90%", "≥95%"]


def test_what_changed_between_two_plans_is_told(tmp_path):
    asked = [KINDS, KINDS | {"镇": "> 91%"}, KINDS | {"街道": ">= 94%"}, {"镇": "> 90%"}, ">= 95%"]
    plans = [load(plan_of(tmp_path / str(n), one)).plan(2013) for n, one in enumerate(asked)]
    changes = [differences(plans[0], plan)["change"].tolist() for plan in plans]
    assert changes == [[], ["raised"], ["lowered"], ["changed"], ["changed"]]


@pytest.mark.parametrize(
    ("require", "more", "said"),
    [
        ({"街": ">= 95%"}, {}, "T.require: '街' is no kind of units.csv; write 街道"),
        ({"2012": ">= 95%"}, {}, "T.require: 2012 is no year of the plan"),
        ({"镇": ">= 95%", "街道": "<= 3%"}, {}, "asked alike"),
        ({"镇": "rank <= 3"}, {}, "asked alike"),
        ({}, {}, "asked alike"),
        ({"镇": 95}, {}, "a number alone asks nothing; write such as '>= 95'"),
        ({"镇": ">= 95%"}, {"for": "city"}, "kinds of units are asked each for themselves"),
        ({"镇": ">= 195%"}, {}, "is no share between 0 and 100%"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path, require, more, said):
    with pytest.raises(PlanError) as refused:
        load(plan_of(tmp_path, require, **more))
    assert said in str(refused.value)


def test_of_no_kind_it_is_not_met_and_the_schema_knows_it():
    asked = by_kind(KINDS)
    assert asked.of_kind("园区") is None and str(asked.of_kind("镇")) == "> 90%"
    schema = json.dumps(Period.model_json_schema(), ensure_ascii=False)
    assert '"^[^0-9]": {"pattern": "^done' in schema
    assert asked.bounds == () and asked.constant is None
