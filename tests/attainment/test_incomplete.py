"""P8: what is added up for the city is of all its units, or says what it lacks."""

import pytest
from small import folder, form, read, results, target

from yxq.words.wording import Words

pytestmark = pytest.mark.slow  # not part of `make quick`

COLUMNS = ["unit", "year", "month", "n", "of"]
SHARE = {"form": "f", "sum": "n", "over": "of"}
HEAD = ",".join(COLUMNS) + "\n"


def plan_of(place, measure=SHARE, require=">= 90%", columns=COLUMNS, absent="unknown", **more):
    """A plan of one target, T, of a form `f`."""
    made = form(*columns, when=["year", "month"], absent=absent)
    return folder(place, {"f": made}, target("T", measure, require, **more))


@pytest.mark.parametrize(("day", "state"), [("2014-01-31", "no data"), ("2013-06-30", "pending")])
@pytest.mark.parametrize("absent", ["none", "unknown"])
def test_a_goal_that_was_rejected_does_not_shrink_the_citys(tmp_path, absent, day, state):
    """Of goals of 9000 and 4500 the second is rejected: 9000 is not all of what is asked."""
    plan = plan_of(tmp_path, absent=absent)
    rows = HEAD + "甲镇,2013,3,9000,9000\n乙镇,2013,3,0,4500x\n丙街道,2013,3,0,0\n"
    got = results(plan, read(tmp_path, plan, a=rows), day)
    city = got.loc[("某市", "T")]
    assert (city["state"], city["numerator"], city["denominator"]) == (state, 9000, 9000)
    assert "rows_lacking|1" in city["note"].split(";")
    assert ("without_units|乙镇" in city["note"]) == (absent == "unknown")
    assert got.loc[("甲镇", "T"), "state"] == ("attained" if day > "2014" else "on track")
    own = got.loc[("乙镇", "T")]
    assert own["state"] == "no data" and own["note"] == "rejected_rows|1"
    assert got.loc[("丙街道", "T"), "state"] == "not applicable"


def test_a_unit_that_sent_nothing_is_named_and_once_it_has_the_city_is_judged(tmp_path):
    plan = plan_of(tmp_path)
    rows = HEAD + "甲镇,2013,3,9000,9000\n丙街道,2013,3,0,0\n"
    city = results(plan, read(tmp_path, plan, a=rows)).loc[("某市", "T")]
    assert (city["state"], city["note"]) == ("no data", "without_units|乙镇")
    said = Words("zh").reason(city["note"])
    assert said == "缺乙镇的数，全市的数不全"
    tables = read(tmp_path, plan, b=HEAD + "乙镇,2013,3,0,4500\n")
    city = results(plan, tables).loc[("某市", "T")]
    assert (city["state"], city["note"]) == ("not attained", "")
    assert (city["numerator"], city["denominator"]) == (9000, 13500)


def test_of_a_list_in_which_nothing_means_none_nobody_is_missing(tmp_path):
    plan = plan_of(tmp_path, absent="none")
    city = results(plan, read(tmp_path, plan, a=HEAD + "甲镇,2013,3,90,100\n")).loc[("某市", "T")]
    assert (city["state"], city["note"]) == ("attained", "")


def test_where_no_unit_reports_the_citys_own_row_is_whole(tmp_path):
    plan = plan_of(tmp_path)
    city = results(plan, read(tmp_path, plan, a=HEAD + "某市,2013,3,90,100\n")).loc[("某市", "T")]
    assert (city["state"], city["note"]) == ("attained", "")


@pytest.mark.parametrize("whom", ["city", "each"])
def test_what_is_asked_of_the_city_alone_expects_nobody(tmp_path, whom):
    plan = plan_of(tmp_path, **{"for": whom})
    city = results(plan, read(tmp_path, plan, a=HEAD + "甲镇,2013,3,90,100\n")).loc[("某市", "T")]
    assert (city["state"] == "attained") == (whom == "city")


AMOUNT = {"form": "f", "sum": "tonnes"}


@pytest.mark.parametrize(
    ("require", "tonnes", "state"),
    [
        (">= 100", 100, "attained"),  # reached, whatever the others have
        (">= 100", 99, "no data"),
        ("<= 100", 101, "not attained"),  # exceeded, whatever the others have
        ("<= 100", 100, "no data"),
        ("90..110", 100, "no data"),
    ],
)
def test_of_an_amount_what_can_no_longer_change_stands(tmp_path, require, tonnes, state):
    columns = ["unit", "year", "month", "tonnes"]
    plan = plan_of(tmp_path, AMOUNT, require, columns)
    rows = f"{','.join(columns)}\n甲镇,2013,3,{tonnes}\n丙街道,2013,3,0\n"
    city = results(plan, read(tmp_path, plan, a=rows)).loc[("某市", "T")]
    assert (city["state"], city["value"]) == (state, tonnes)
    assert "without_units|乙镇" in city["note"]


def test_a_sample_without_a_row_is_a_smaller_sample(tmp_path):
    columns = ["unit", "year", "month", "kind", "result"]
    passed = {"form": "f", "passed": {"result": "pass"}}
    rows = ",".join(columns) + "\n甲镇,2013,3,a,pass\n乙镇,2013,3,a,?\n"
    for sampled, state in ((True, "attained"), (False, "no data")):
        place = tmp_path / str(sampled)
        plan = plan_of(place, passed, ">= 90%", columns, "none", sampled=sampled)
        got = results(plan, read(place, plan, a=rows))
        assert got.loc[("某市", "T"), "state"] == state
        own = "not applicable" if sampled else "no data"
        assert got.loc[("乙镇", "T"), "state"] == own


def test_a_correction_settles_what_was_rejected(tmp_path):
    plan = plan_of(tmp_path)
    forms = (plan / "forms.yml").read_text(encoding="utf-8")
    layout = "layout: {corrections: [更正]}\n"
    (plan / "forms.yml").write_text(layout + forms, encoding="utf-8")
    rest = "丙街道,2013,3,0,0\n"
    first = {"f-2013年": HEAD + "甲镇,2013,3,90,90\n乙镇,2013,3,0,x\n" + rest}
    city = results(plan, read(tmp_path, plan, **first)).loc[("某市", "T")]
    assert (city["state"], city["note"]) == ("no data", "without_units|乙镇;rows_lacking|1")
    tables = read(tmp_path, plan, **{"f-2013年-更正": HEAD + "乙镇,2013,3,0,10\n"})
    city = results(plan, tables).loc[("某市", "T")]
    assert (city["state"], city["denominator"], city["note"]) == ("attained", 100, "")


STRATA = {"column": "kind", "values": ["a", "b"]}
BY_KIND = ["unit", "year", "month", "kind", "n", "of"]


@pytest.mark.parametrize(
    ("absent", "n", "state", "note"),
    [
        ("none", 9, "attained", "stratum_none|b"),
        ("none", 8, "not attained", "stratum_fails|a;stratum_none|b"),
        ("unknown", 9, "no data", "stratum_missing|b"),
        ("unknown", 8, "not attained", "stratum_fails|a;stratum_missing|b"),
    ],
)
def test_a_unit_that_has_none_of_one_kind_is_judged_by_the_others(tmp_path, absent, n, state, note):
    """P16: a list that arrived and has no b of the town says that there is none."""
    plan = plan_of(tmp_path, SHARE | {"strata": STRATA}, columns=BY_KIND, absent=absent)
    rows = f"{','.join(BY_KIND)}\n甲镇,2013,3,a,{n},10\n乙镇,2013,3,a,10,10\n乙镇,2013,3,b,10,10\n"
    own = results(plan, read(tmp_path, plan, a=rows)).loc[("甲镇", "T")]
    assert (own["state"], own["note"]) == (state, note)


def test_a_stratum_of_which_there_is_none_leaves_nothing_to_demonstrate(tmp_path):
    columns = ["unit", "year", "month", "kind", "n", "of"]
    measure = SHARE | {"strata": STRATA}
    plan = plan_of(tmp_path, measure, ">= 90%", columns, "none", sampled=True)
    rows = f"{','.join(columns)}\n甲镇,2013,3,a,100,100\n乙镇,2013,3,a,9,10\n"
    got = results(plan, read(tmp_path, plan, a=rows))
    first, second = got.loc[("甲镇", "T")], got.loc[("乙镇", "T")]
    assert (first["evidence"], first["further"], first["needed"]) == ("demonstrated", 0, 0)
    assert second["evidence"] == "not shown" and second["further"] > 0


def test_a_row_that_was_rejected_may_have_been_of_the_kind_that_is_lacking(tmp_path):
    plan = plan_of(tmp_path, SHARE | {"strata": STRATA}, columns=BY_KIND, absent="none")
    rows = f"{','.join(BY_KIND)}\n甲镇,2013,3,a,9,10\n甲镇,2013,3,b,x,10\n"
    own = results(plan, read(tmp_path, plan, a=rows)).loc[("甲镇", "T")]
    assert (own["state"], own["note"]) == ("no data", "stratum_missing|b")
