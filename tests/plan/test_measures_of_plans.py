"""What a plan can measure, through files: from a return to a verdict."""

import pandas as pd
import pytest
import small

from yxq.attainment import drill, history
from yxq.plan_folders.load import load
from yxq.report import display
from yxq.words.errors import PlanError
from yxq.words.wording import Words

pytestmark = pytest.mark.slow  # ingests

DAILY = {"when": ["on"]}
STRATA = {"column": "kind", "values": ["a", "b"]}


def monthly(column: str, *values: object, unit: str = "甲镇") -> str:
    """A return with a value a month."""
    rows = (f"{unit},2013-{month:02d}-28,{value}" for month, value in enumerate(values, 1))
    return "\n".join([f"unit,on,{column}", *rows]) + "\n"


def one(
    tmp_path, form: dict, measure: dict, require: str | None, text: str, **more
) -> pd.DataFrame:
    """The results of one target on one form and return."""
    plan = small.folder(
        tmp_path, {"f": form}, small.target("C", {"form": "f"} | measure, require, **more)
    )
    return small.results(plan, small.read(tmp_path, plan, f=text))


@pytest.mark.parametrize(("most", "state"), [(192, "attained"), (191, "not attained")])
def test_a_count_that_arrives_as_a_number_is_added_up(tmp_path, most, state):
    """P1: sixteen complaints a month are 192, and not one."""
    form = small.form("unit", "on", "n", **DAILY)
    got = one(tmp_path, form, {"sum": "n"}, f"<= {most}", monthly("n", *[16] * 12))
    assert got.loc[("甲镇", "C"), ["value", "state"]].tolist() == [192, state]
    assert got.loc[("某市", "C"), "value"] == 192
    assert got.loc[("乙镇", "C"), ["value", "state"]].tolist() == [0, "attained"]


@pytest.mark.parametrize(("least", "state"), [("0.3", "attained"), ("0.31", "not attained")])
def test_amounts_are_exact_decimals(tmp_path, least, state):
    """0.1 and 0.2 make 0.3, whatever binary fractions make."""
    form = small.form("unit", "on", "tonnes", **DAILY)
    text = monthly("tonnes", "0.1", "0.2")
    got = one(tmp_path, form, {"sum": "tonnes"}, f">= {least}", text)
    assert got.loc[("甲镇", "C"), ["value", "state", "kind"]].tolist() == [0.3, state, "amount"]
    assert got.loc[("某市", "C"), "state"] == state
    gap = {"0.3": 0.0, "0.31": -0.01}[least]
    assert got.loc[("甲镇", "C"), "gap"] == pytest.approx(gap, abs=1e-12)


def test_the_same_amount_twice_counts_twice(tmp_path):
    form = small.form("unit", "on", "kind", "tonnes", **DAILY, key=["unit", "on", "kind"])
    text = (
        "unit,on,kind,tonnes\n甲镇,2013-03-01,a,0.1\n甲镇,2013-03-01,b,0.1\n甲镇,2013-03-01,c,0.1\n"
    )
    got = one(tmp_path, form, {"sum": "tonnes"}, ">= 0.3", text)
    assert got.loc[("甲镇", "C"), ["value", "state"]].tolist() == [0.3, "attained"]


def test_a_difference_of_columns(tmp_path):
    """P19: failures are published, and what passed is the rest."""
    form = small.form("unit", "on", "n", "of", **DAILY)
    text = "unit,on,n,of\n甲镇,2013-03-01,5,100\n甲镇,2013-06-01,4,100\n"
    got = one(tmp_path, form, {"sum": "of - n", "over": "of"}, ">= 95.5%", text)
    row = got.loc[("甲镇", "C")]
    assert (row["numerator"], row["denominator"], row["state"]) == (191, 200, "attained")


@pytest.mark.parametrize(
    ("span", "value", "state"), [("latest", 0.52, "attained"), ("period", 0.46, "not attained")]
)
def test_a_level_that_is_reported_again_does_not_add_up(tmp_path, span, value, state):
    """P2: 40 of 100, then 52 of 100, are 52 of 100."""
    form = small.form("unit", "on", "n", "of", **DAILY)
    text = "unit,on,n,of\n甲镇,2013-03-31,40,100\n甲镇,2013-06-30,52,100\n"
    measure = {"sum": "n", "over": "of", "span": span}
    plan = small.folder(tmp_path, {"f": form}, small.target("C", {"form": "f"} | measure, ">= 50%"))
    tables = small.read(tmp_path, plan, f=text)
    row = small.results(plan, tables).loc[("甲镇", "C")]
    assert (row["value"], row["state"]) == (value, state)
    early = small.results(plan, tables, "2013-04-30").loc[("甲镇", "C")]
    assert early["value"] == 0.4


def test_a_stock_is_the_last_that_was_reported(tmp_path):
    form = small.form("unit", "on", "n", **DAILY)
    got = one(
        tmp_path, form, {"sum": "n", "span": "latest"}, ">= 30,000", monthly("n", 29_000, 30_000)
    )
    assert got.loc[("甲镇", "C"), ["value", "state", "kind"]].tolist() == [
        30_000,
        "attained",
        "level",
    ]


@pytest.mark.parametrize(("most", "state"), [("2.5", "attained"), ("2.4", "not attained")])
def test_so_many_for_each_ten_thousand(tmp_path, most, state):
    form = small.form("unit", "on", "n", "of", **DAILY)
    text = "unit,on,n,of\n甲镇,2013-03-31,1,4000\n甲镇,2013-06-30,1,4000\n"
    got = one(tmp_path, form, {"sum": "n", "over": "of", "per": 10_000}, f"<= {most}", text)
    assert got.loc[("甲镇", "C"), ["value", "state", "kind"]].tolist() == [2.5, state, "level"]


@pytest.mark.parametrize(("least", "state"), [("3.5", "attained"), ("3.51", "not attained")])
def test_a_ratio_of_two_amounts(tmp_path, least, state):
    """Tonnes a hectare, over all fields and not the mean of their means."""
    form = small.form("unit", "on", "tonnes", "hectares", **DAILY)
    text = "unit,on,tonnes,hectares\n甲镇,2013-03-31,10.5,2.5\n甲镇,2013-06-30,3.5,1.5\n"
    got = one(tmp_path, form, {"sum": "tonnes", "over": "hectares", "per": 1}, f">= {least}", text)
    assert got.loc[("甲镇", "C"), ["value", "state"]].tolist() == [3.5, state]


def test_rows_are_counted(tmp_path):
    form = small.form("unit", "on", "kind", **DAILY, key=["unit", "on", "kind"])
    text = "unit,on,kind\n甲镇,2013-03-31,fire\n甲镇,2013-03-31,road\n乙镇,2013-06-30,fire\n"
    got = one(tmp_path, form, {"rows": True}, "<= 1", text)
    assert got["value"].tolist() == [2, 1, 0, 3]
    assert got["state"].tolist() == ["not attained", "attained", "attained", "not attained"]


def test_each_unit_by_its_own_number(tmp_path):
    """P3: at least four visits each; towns with three and one have not made them."""
    form = small.form("unit", "on", "kind", **DAILY, key=["unit", "on", "kind"])
    visits = [("甲镇", month) for month in (1, 4, 7, 10)] + [("乙镇", 3)]
    text = "unit,on,kind\n" + "".join(
        f"{unit},2013-{month:02d}-11,visit\n" for unit, month in visits
    )
    got = one(tmp_path, form, {"rows": True}, ">= 4", text)
    assert got["state"].tolist()[:3] == ["attained", "not attained", "not attained"]


CONDITIONS = [
    ({"size": ">= 100"}, 2),
    ({"size": "> 100"}, 1),
    ({"size": "< 100"}, 1),
    ({"on": ">= 2013-06-01"}, 2),
    ({"on": "< 2013-06-01"}, 1),
    ({"kind": "a"}, 2),
    ({"kind": ["a", "b"]}, 3),
    ({"size": ">= 100", "kind": "b"}, 1),
]


@pytest.mark.parametrize(("where", "n"), CONDITIONS)
def test_which_rows(tmp_path, where, n):
    form = small.form("unit", "on", "kind", "size", **DAILY, key=["unit", "on", "kind"])
    rows = ("2013-03-31,a,99.9", "2013-06-30,a,100", "2013-07-31,b,250.5")
    text = "unit,on,kind,size\n" + "".join(f"甲镇,{row}\n" for row in rows)
    got = one(tmp_path, form, {"rows": True, "where": where}, ">= 1", text)
    assert got.loc[("甲镇", "C"), "value"] == n


def test_a_word_is_compared_as_what_the_column_holds(tmp_path):
    """P14: a number that stands for a word of a text column."""
    form = small.form("unit", "on", "kind", **DAILY, key=["unit", "on", "kind"])
    text = "unit,on,kind\n甲镇,2013-03-31,1\n甲镇,2013-06-30,2\n"
    got = one(tmp_path, form, {"rows": True, "where": {"kind": 1}}, ">= 1", text)
    assert got.loc[("甲镇", "C"), ["value", "state"]].tolist() == [1, "attained"]


def test_several_words_pass(tmp_path):
    form = small.form("unit", "on", "kind", **DAILY, key=["unit", "on", "kind"])
    text = "unit,on,kind\n" + "".join(
        f"甲镇,2013-0{n}-01,{kind}\n" for n, kind in enumerate("abcd", 1)
    )
    got = one(tmp_path, form, {"passed": {"kind": ["a", "b", "c"]}}, ">= 75%", text)
    assert got.loc[("甲镇", "C"), ["numerator", "denominator", "state"]].tolist() == [
        3,
        4,
        "attained",
    ]


def test_amounts_keep_pace_within_the_year(tmp_path):
    form = small.form("unit", "on", "tonnes", **DAILY)
    plan = small.folder(
        tmp_path, {"f": form}, small.target("C", {"form": "f", "sum": "tonnes"}, ">= 5,000.5")
    )
    tables = small.read(tmp_path, plan, f=monthly("tonnes", 1000, 1480, "0.25"))
    row = small.results(plan, tables, "2013-06-30").loc[("甲镇", "C")]
    assert (row["state"], row["value"]) == ("on track", 2480.25)
    assert row["expected"] == pytest.approx(5000.5 * 181 / 365)
    assert small.results(plan, tables, "2013-07-31").loc[("甲镇", "C"), "state"] == "behind"
    end = small.results(plan, tables).loc[("甲镇", "C")]
    assert (end["state"], end["gap"], end["needed"]) == ("not attained", -2520.25, 2520.25)
    assert pd.isna(row["probability"])  # nothing is known of how amounts come


def test_a_column_that_is_called_like_a_number_of_measures_is_none_of_them(tmp_path):
    form = small.form("unit", "on", "n", "value", **DAILY)
    form["columns"]["denominator"] = {"type": "count"}
    text = "unit,on,n,value,denominator\n甲镇,2013-03-31,4,85.5,7\n"
    got = one(tmp_path, form, {"sum": "n", "span": "latest"}, ">= 4", text)
    assert got.loc[("甲镇", "C"), ["value", "state"]].tolist() == [4, "attained"]


@pytest.mark.parametrize(
    ("veto", "note"), [({"targets": ["C"], "grade": "D"}, "incident"), (None, "above_limit")]
)
def test_only_what_vetoes_is_said_to(tmp_path, veto, note):
    form = small.form("unit", "on", "n", **DAILY)
    bands = [{"grade": "A", "least": 60}, {"grade": "D", "least": 0}]
    scoring = {"bands": bands, "seed": 1} | ({"veto": veto} if veto else {})
    asked = small.target("C", {"form": "f", "sum": "n"}, "<= 3")
    plan = small.folder(tmp_path, {"f": form}, asked, scoring=scoring)
    got = small.results(plan, small.read(tmp_path, plan, f=monthly("n", 4)))
    assert got.loc[("甲镇", "C"), "note"] == note


SHOWN = [  # measure, requirement, and what stands on the page: asked, counts, value, gap
    ({"sum": "tonnes"}, ">= 1,000.5", ["≥1,000.5吨", "", "10.5吨", "−990吨"]),
    ({"sum": "n"}, "> 5,000", ["＞5,000吨", "", "4吨", "−4,996吨"]),
    ({"sum": "n", "over": "of"}, "<= 4%", ["≤4%", "4 / 100", "4.0%", "±0.00个百分点"]),
    ({"sum": "n", "over": "of"}, "3%..5%", ["3%～5%", "4 / 100", "4.0%", "+1.00个百分点"]),
    ({"sum": "n", "over": "of", "per": 1000}, "<= 50", ["≤50吨", "", "40吨", "+10吨"]),
    ({"sum": "n", "span": "latest"}, "< 1/3", ["＜1/3吨", "", "4吨", "−3.67吨"]),
]


@pytest.mark.parametrize(("measure", "require", "told"), SHOWN)
def test_how_it_is_shown(tmp_path, measure, require, told):
    form = small.form("unit", "on", "n", "of", "tonnes", **DAILY)
    tonnes = {"unit": {"zh": "吨", "en": "t"}}
    plan = small.folder(
        tmp_path, {"f": form}, small.target("C", {"form": "f"} | measure, require, **tonnes)
    )
    tables = small.read(tmp_path, plan, f="unit,on,n,of,tonnes\n甲镇,2013-03-31,4,100,10.5\n")
    rows = small.results(plan, tables).reset_index()
    loaded = load(plan).plan(2013)
    shown = display.results(loaded, rows[rows["unit"] == "甲镇"], Words("zh")).iloc[0]
    assert shown[["required", "counts", "value", "gap"]].tolist() == told


@pytest.mark.parametrize(
    ("require", "told"),
    [
        ("units >= 80% of <= 4%", ["≥80%的单位≤4%", "1 / 2", "50.0%", "−30.00个百分点"]),
        ("gap <= 5pp", ["最好与最差相差≤5个百分点", "", "6.00%", "−1.00个百分点"]),
    ],
)
def test_how_what_is_asked_of_all_units_is_shown(tmp_path, require, told):
    form = small.form("unit", "on", "n", "of", **DAILY)
    asked = small.target("C", {"form": "f", "sum": "n", "over": "of"}, require, **{"for": "city"})
    plan = small.folder(tmp_path, {"f": form}, asked)
    text = "unit,on,n,of\n甲镇,2013-03-31,4,100\n乙镇,2013-03-31,10,100\n"
    rows = small.results(plan, small.read(tmp_path, plan, f=text)).reset_index()
    shown = display.results(load(plan).plan(2013), rows, Words("zh")).iloc[0]
    assert shown[["required", "counts", "value", "gap"]].tolist() == told


# What is blank


def test_what_is_blank_is_neither_failed_nor_zero(tmp_path):
    """P20: pass, blank, pass is two of two; 10 of 10 and a blank of 10 is ten of ten."""
    form = small.form("unit", "on", "kind", "result", **DAILY, key=["unit", "on", "kind"])
    text = (
        "unit,on,kind,result\n甲镇,2013-03-31,a,pass\n甲镇,2013-03-31,b,\n甲镇,2013-03-31,c,pass\n"
    )
    got = one(tmp_path, form, {"passed": {"result": "pass"}}, ">= 100%", text)
    row = got.loc[("甲镇", "C")]
    assert (row["numerator"], row["denominator"], row["state"]) == (2, 2, "attained")


@pytest.mark.parametrize("blank", [",10", "10,"])
def test_counts_that_belong_together_are_left_out_together(tmp_path, blank):
    form = small.form("unit", "on", "kind", "n", "of", **DAILY, key=["unit", "on", "kind"])
    rows = ["a,10,10", f"b,{blank}", "c,9,10"]
    text = "unit,on,kind,n,of\n" + "".join(f"甲镇,2013-03-31,{row}\n" for row in rows)
    row = one(tmp_path, form, {"sum": "n", "over": "of"}, ">= 95%", text).loc[("甲镇", "C")]
    assert (row["numerator"], row["denominator"], row["state"]) == (19, 20, "attained")


def test_a_share_above_one_cannot_be_written(tmp_path):
    """P9: the form must forbid it, and then the row goes back."""
    form = small.form("unit", "on", "n", "of", **DAILY)
    text = "unit,on,n,of\n甲镇,2013-03-31,12,10\n甲镇,2013-04-30,8,10\n"
    row = one(tmp_path, form, {"sum": "n", "over": "of"}, ">= 80%", text).loc[("甲镇", "C")]
    assert (row["numerator"], row["denominator"], row["state"]) == (8, 10, "attained")


@pytest.mark.parametrize(
    ("total", "laws", "told"),
    [
        ("n", [], r"n could be more than of; .* checks: {rule: at_most, column: n, of: \[of\]}"),
        ("of - n", [], "n could be more than of"),
        ("n", [{"rule": "at_most", "column": "of", "of": ["n"]}], "n could be more than of"),
        ("n", [{"rule": "at_most", "column": "n", "of": ["of"]}], None),
        ("of - n", [{"rule": "at_most", "column": "n", "of": ["of"]}], None),
    ],
)
def test_a_part_that_could_be_more_than_the_whole_is_refused(tmp_path, total, laws, told):
    form = small.form("unit", "on", "n", "of", **DAILY, checks=laws)
    asked = small.target("C", {"form": "f", "sum": total, "over": "of"}, ">= 95%")
    plan = small.folder(tmp_path, {"f": form}, asked)
    if told is None:
        assert load(plan)
    else:
        with pytest.raises(PlanError, match=told):
            load(plan)


# Amounts and stocks where counts are shown


def two_months(form: dict, measure: dict, require: str, tmp_path, *lines: str) -> tuple:
    """The plan, its tables, and the results of one target."""
    plan = small.folder(tmp_path, {"f": form}, small.target("C", {"form": "f"} | measure, require))
    text = "\n".join(["unit,on,n,of,tonnes,hectares", *(f"甲镇,{line}" for line in lines)])
    tables = small.read(tmp_path, plan, f=f"{text}\n")
    return load(plan).plan(2013), tables, small.results(plan, tables).loc[("甲镇", "C")]


PARTS = ("unit", "on", "n", "of", "tonnes", "hectares")
LINES = ("2013-01-31,1,10,0.25,0.5", "2013-02-28,3,10,0.5,1.75")


def parts() -> dict:
    laws = [("n", "of"), ("tonnes", "hectares")]
    checks = [{"rule": "at_most", "column": part, "of": [whole]} for part, whole in laws]
    return small.form(*PARTS, **DAILY, checks=checks)


def test_a_share_of_amounts_has_no_counts(tmp_path):
    measure = {"sum": "tonnes", "over": "hectares"}
    plan, tables, row = two_months(parts(), measure, ">= 50%", tmp_path, *LINES)
    assert row["state"] == "not attained" and row["value"] == pytest.approx(0.75 / 2.25)
    assert row[["numerator", "denominator"]].isna().all() and row["needed"] == 0.375
    shown = display.results(plan, row.to_frame().T.assign(unit="甲镇", target="C"), Words("zh"))
    assert shown[["counts", "value"]].values.tolist() == [["", "33.3%"]]
    behind = {"C": tables.records["f"].assign(day=pd.Timestamp("2013-01-31"))}
    assert drill.cases(plan.targets, behind).empty  # no part of an amount fails by itself


MONTHS = [  # measure, and for January and February: numerator, denominator, value, so far, of
    ({"sum": "tonnes"}, ">= 1", [[0.25, None, None, 0.25, None], [0.5, None, None, 0.75, None]]),
    (
        {"sum": "tonnes", "over": "hectares"},
        ">= 50%",
        [[0.25, 0.5, 0.5, 0.25, 0.5], [0.5, 1.75, 2 / 7, 0.75, 2.25]],
    ),
    ({"sum": "n", "over": "of"}, ">= 50%", [[1, 10, 0.1, 1, 10], [3, 10, 0.3, 4, 20]]),
    ({"sum": "n", "span": "latest"}, ">= 1", []),
    ({"sum": "n", "over": "of", "span": "latest"}, ">= 50%", []),
    ({"sum": "n", "over": "of", "per": 100}, ">= 50", []),
]


@pytest.mark.parametrize(("measure", "require", "told"), MONTHS)
def test_months_of_what_adds_up(tmp_path, measure, require, told):
    plan, tables, _ = two_months(parts(), measure, require, tmp_path, *LINES)
    found = history.months(plan, tables.measures, plan.target("C"), plan.period.end)
    found = found[found["unit"] == "甲镇"].drop(columns=["unit", "month"])
    got = [[None if pd.isna(cell) else cell for cell in row] for row in found.values.tolist()]
    assert len(got) == len(told)
    for row, wanted in zip(got, told, strict=True):
        assert row == [pytest.approx(cell) if cell is not None else None for cell in wanted]


@pytest.mark.parametrize(("require", "failed"), [("<= 15%", [3, 1]), (">= 15%", [7, 9])])
def test_where_less_is_better_what_is_counted_is_what_failed(tmp_path, require, failed):
    measure = {"sum": "n", "over": "of"}
    plan, tables, _ = two_months(parts(), measure, require, tmp_path, *LINES)
    behind = drill.behind(plan, plan.targets, tables.records, "甲镇", plan.period.end)
    found = drill.failing(plan.targets, behind)
    assert found["failed"].tolist() == failed and set(found["total"]) == {10}


@pytest.mark.parametrize(("require", "state"), [(">= S", "attained"), ("> S", "not attained")])
def test_another_target_counts_as_it_is_judged(tmp_path, require, state):
    """A stock that was reported twice is its last report here, too."""
    stock = {"form": "f", "sum": "n", "span": "latest"}
    targets = [small.target("S", stock), small.target("C", stock, require)]
    plan = small.folder(tmp_path, {"f": small.form("unit", "on", "n", **DAILY)}, *targets)
    tables = small.read(tmp_path, plan, f=monthly("n", 4, 5))
    assert small.results(plan, tables).loc[("甲镇", "C"), "state"] == state


def test_a_basis_may_be_called_like_no_year(tmp_path):
    form = small.form("unit", "year", "kind", "value", when=["year"], key=["unit", "year", "kind"])
    basis = {"title": small.TITLE, "unit": small.TITLE, "owner": "办公室"}
    basis |= {"measure": {"form": "f", "where": {"kind": "b"}, "value": "value"}}
    measure = {"form": "f", "where": {"kind": "a"}, "value": "value"}
    asked = small.target("C", measure, ">= y5")
    plan = small.folder(tmp_path, {"f": form}, asked, bases={"y5": basis})
    tables = small.read(tmp_path, plan, f="unit,year,kind,value\n甲镇,2013,a,7\n甲镇,2013,b,7\n")
    assert small.results(plan, tables).loc[("甲镇", "C"), "state"] == "attained"


# What arrived


@pytest.mark.parametrize(("name", "state"), [("2013年", "attained"), ("2012年", "no data")])
def test_a_list_without_rows_says_that_there_was_nothing_in_its_year(tmp_path, name, state):
    """P5: of a form that the plan asks nobody for."""
    form = small.form("unit", "on", "kind", **DAILY, key=["unit", "on", "kind"])
    asked = small.target("C", {"form": "f", "rows": True}, "<= 0")
    plan = small.folder(tmp_path, {"f": form}, asked)
    empty = small.read(tmp_path, plan, **{name: "unit,on,kind\n"})
    assert set(small.results(plan, empty)["state"]) == {state}


def test_what_nobody_is_asked_for_is_shown_where_others_are_asked(tmp_path):
    """P6: `returns` names one form; a value on another is no less there."""
    forms = {"f": small.form("unit", "on", "n", **DAILY)}
    forms["g"] = small.form("unit", "year", "value", when=["year"], absent="unknown")
    targets = [
        small.target("C", {"form": "f", "sum": "n"}, ">= 1"),
        small.target("V", {"form": "g", "value": "value"}),
    ]
    owed = [{"form": "f", "sender": "办公室", "every": "year", "due_days": 10}]
    plan = small.folder(tmp_path, forms, *targets, returns=owed)
    value = "unit,year,value\n甲镇,2013,5\n"
    tables = small.read(tmp_path, plan, **{"f": monthly("n", 1), "value": value})
    got = small.results(plan, tables)
    assert got.loc[("甲镇", "V"), ["value", "state"]].tolist() == [5, "reported"]


# A later day


@pytest.mark.parametrize(
    ("by", "n", "state"),
    [
        (None, 1, "not attained"),
        ("2015-12-31", 1, "pending"),
        ("2015-12-31", 2, "pending"),
        ("open", 1, "pending"),
    ],
)
def test_a_goal_of_a_later_year_is_never_missed_before(tmp_path, by, n, state):
    form = small.form("unit", "on", "n", **DAILY)
    more = {} if by is None else {"by": by}
    got = one(tmp_path, form, {"sum": "n", "span": "latest"}, ">= 2", monthly("n", n), **more)
    row = got.loc[("甲镇", "C")]
    assert (row["state"], row["value"]) == (state, n) and row["gap"] == n - 2
    assert row["note"] == ("due_on|2015-12-31" if by == "2015-12-31" else "")


@pytest.mark.parametrize("day", ["2013-06-30", "2013-12-31"])
def test_a_number_for_a_day_within_the_period_is_refused(tmp_path, day):
    form = small.form("unit", "on", "n", **DAILY)
    target = small.target("C", {"form": "f", "sum": "n"}, ">= 2", by=day)
    with pytest.raises(PlanError, match=r"C\.by: a number is asked for at the period's end"):
        load(small.folder(tmp_path, {"f": form}, target))


MISTAKES = [
    ({"sum": "n", "rows": True}, ">= 1", "rows and sum: write one of them"),
    ({"rows": True, "over": "of"}, ">= 1", "over: only a sum"),
    ({"sum": "n", "per": 100}, ">= 1", "per: only what is over"),
    ({"value": "value", "span": "latest"}, ">= 1", "span: only a sum"),
    ({"sum": "n", "peer": "kind"}, ">= 1", "peer: peers are compared by a value"),
    ({"rows": True, "due": "on"}, ">= 1", "due: only a task"),
    ({"numerator": "n", "denominator": "of"}, ">= 95%", "write sum: n, over: of"),
    ({"sum": "kind"}, ">= 1", "kind is a column of type text, and a count or number is needed"),
    ({"sum": "n - lost"}, ">= 1", "lost is no column of form f"),
    ({"rows": True, "where": {"kind": ">= 5"}}, ">= 1", "compares a number or a day"),
    ({"rows": True, "where": {"on": ">= 5"}}, ">= 1", "column of type date, and '>= 5' is none"),
    ({"rows": True, "where": {"size": "< 2013-01-01"}}, ">= 1", "column of type number, and"),
    ({"passed": {"result": ["pass", "poss"]}}, ">= 95%", "result never says 'poss'"),
    ({"passed": {"result": "pass"}, "where": {}}, ">= 950‰ ", None),
    ({"sum": "n"}, ">= 1.5", None),
    ({"rows": True}, ">= 1.5", "no whole number of what is counted"),
    ({"sum": "n", "over": "of"}, ">= 15", "no share between 0 and 100%"),
    ({"sum": "n", "over": "of", "per": 1}, ">= 15", None),
    ({"sum": "n", "span": "year"}, ">= 1", "span: write period, latest, since 2011, or mean 5"),
    ({"sum": "n", "span": "mean 1"}, ">= 1", "span: write period"),
    ({"sum": "n", "span": "since 11"}, ">= 1", "span: write period"),
    (
        {"sum": "n", "span": "since 2014"},
        ">= 1",
        "since 2014 begins after 2013; write a year before",
    ),
    ({"sum": "n", "span": "since 2013"}, ">= 1", None),
    ({"value": "value", "span": "since 2011"}, ">= 1", "span: only what adds up can be since 2011"),
    ({"done": "on", "span": "since 2011"}, "done", "span: only what adds up can be since 2011"),
    ({"done": "on", "span": "mean 2"}, "done", "span: only a number of one's own has a mean 2"),
    ({"value": "value", "peer": "kind", "span": "mean 2"}, "> peers", "of one's own has a mean 2"),
    ({"rows": True, "span": "mean 2"}, ">= 1.5", None),
    ({"rows": True, "span": "since 2012"}, ">= 1.5", "no whole number of what is counted"),
]


@pytest.mark.parametrize(("measure", "require", "told"), MISTAKES)
def test_what_can_only_be_a_mistake_is_refused(tmp_path, measure, require, told):
    columns = ("unit", "on", "kind", "result", "size", "n", "of", "value")
    form = small.form(*columns, **DAILY)
    plan = small.folder(tmp_path, {"f": form}, small.target("C", {"form": "f"} | measure, require))
    if told is None:
        assert load(plan).plan(2013).target("C").kind
    else:
        with pytest.raises(PlanError, match=told):
            load(plan)


def test_a_basis_and_a_lot_are_of_one_year(tmp_path):
    form = small.form("unit", "on", "kind", "result", "value", **DAILY)
    basis = {"title": small.TITLE, "unit": small.TITLE, "owner": "办公室"}
    value = {"form": "f", "value": "value"}
    rate = {"form": "f", "passed": {"result": "pass"}, "span": "mean 2"}
    sampled = small.target("C", rate, ">= 95%", sampled=True, lot="b")
    one = {"b": basis | {"measure": value}}
    mean = {"b": basis | {"measure": value | {"span": "mean 2"}}}
    plain = small.target("C", value, ">= 1")
    for name, target, bases, told in (
        ("lot", sampled, one, "lot: only a sampled rate .* in one year"),
        ("basis", plain, mean, "measure.span: a basis is a value of one year, not mean 2"),
    ):
        with pytest.raises(PlanError, match=told):
            load(small.folder(tmp_path / name, {"f": form}, target, bases=bases))


@pytest.mark.parametrize(
    ("measure", "require", "more", "stands"),
    [
        ({"passed": {"result": "pass"}}, ">= 95%", {"sampled": True}, True),
        ({"passed": {"result": "pass"}}, ">= 95%", {}, False),
        ({"passed": {"result": "pass"}, "strata": STRATA}, ">= 95%", {"sampled": True}, False),
        ({"rows": True}, ">= 5", {"sampled": True}, False),
    ],
)
def test_only_a_sampled_rate_without_strata_has_a_lot(tmp_path, measure, require, more, stands):
    form = small.form("unit", "on", "kind", "result", "value", **DAILY)
    basis = {"title": small.TITLE, "unit": small.TITLE, "owner": "办公室"}
    bases = {"b": basis | {"measure": {"form": "f", "value": "value"}}}
    target = small.target("C", {"form": "f"} | measure, require, lot="b", **more)
    plan = small.folder(tmp_path, {"f": form}, target, bases=bases)
    if stands:
        assert load(plan).plan(2013).target("C").lot == "b"
    else:
        with pytest.raises(PlanError, match="lot: only a sampled rate without strata"):
            load(plan)


def test_what_adds_up_from_a_later_year_may_be_asked_by_then(tmp_path):
    form = small.form("unit", "on", "n", **DAILY)
    measure = {"form": "f", "sum": "n", "span": "since 2014"}
    plan = small.folder(tmp_path, {"f": form}, small.target("C", measure, ">= 2", by="2015-12-31"))
    row = small.results(plan, small.read(tmp_path, plan, f=monthly("n", 4))).loc[("甲镇", "C")]
    assert row["state"] == "pending" and pd.isna(row["value"])
