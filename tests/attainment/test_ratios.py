"""A ratio of which there is nothing, and what is left below a most."""

import pytest
import small

JIA, YI, BING, CITY = "甲镇", "乙镇", "丙街道", "某市"
YIELD = {"form": "fields", "sum": "tonnes", "over": "hectares", "per": 1}
FIELDS = "unit,on,tonnes,hectares\n甲镇,2013-05-01,8,2\n丙街道,2013-05-01,0,0\n"


def states(place, day, absent="none", sent=True, **files):
    fields = small.form("unit", "on", "tonnes", "hectares", when=["on"], absent=absent)
    levels = small.form("unit", "year", "value", when=["year"])
    plan = small.folder(
        place,
        {"fields": fields, "levels": levels},
        small.target("A", YIELD, ">= 3.5"),
        small.target("B", {"form": "levels", "value": "value"}, ">= 1"),
        returns=[{"form": "fields", "sender": "办公室", "every": "year", "due_days": 30}],
    )
    files = {"fields-2013": FIELDS} if sent else {"levels": "unit,year,value\n甲镇,2013,1\n"}
    tables = small.read(place, plan, **files)
    return small.results(plan, tables, day)["state"].unstack()


@pytest.mark.parametrize(
    ("day", "absent", "sent", "expected"),
    [
        ("2014-01-31", "none", True, ["attained", "not applicable", "not applicable", "attained"]),
        ("2014-01-31", "unknown", True, ["attained", "no data", "not applicable", "attained"]),
        ("2013-06-30", "none", True, ["pending", "pending", "not applicable", "pending"]),
        ("2014-01-31", "none", False, ["no data"] * 4),
        ("2014-01-15", "none", False, ["pending"] * 4),
    ],
)
def test_a_ratio_of_nothing_does_not_apply_where_the_list_is_in(
    tmp_path, day, absent, sent, expected
):
    got = states(tmp_path, day, absent, sent)
    assert [got.loc[unit, "A"] for unit in (JIA, YI, BING, CITY)] == expected
    assert got.loc[YI, "B"] == "no data"  # a level that nobody reported is no ratio of nothing


@pytest.mark.parametrize(
    ("require", "gaps"),
    [
        ("<= 3", [2, 1, -1]),  # one, two, four
        ("<= 2", [1, 0, -2]),
        ("2..3", [-1, 0, -1]),  # within a range there is no way to go
        (">= 2", [-1, 0, 2]),
    ],
)
def test_what_is_left_below_a_most(tmp_path, require, gaps):
    visits = small.form("unit", "on", when=["on"])
    target = small.target("A", {"form": "visits", "rows": True}, require)
    plan = small.folder(tmp_path, {"visits": visits}, target)
    rows = [
        f"{unit},2013-0{n + 1}-01" for unit, of in ((JIA, 1), (YI, 2), (BING, 4)) for n in range(of)
    ]
    tables = small.read(tmp_path, plan, visits="\n".join(["unit,on", *rows]) + "\n")
    got = small.results(plan, tables)["gap"]
    assert [got[unit, "A"] for unit in (JIA, YI, BING)] == gaps
