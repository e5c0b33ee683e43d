"""Rows that a measure leaves out are told of: a blank in it, no unit, no day."""

import datetime as dt

import openpyxl
import pytest
from small import folder, form, read, results, target

from yxq.attainment.results import Results
from yxq.plan_folders.load import load
from yxq.report.pages.returns import ReturnsPage
from yxq.words.wording import Words

SHARE = {"form": "f", "sum": "n", "over": "of"}
YIELD = {"form": "f", "sum": "tonnes", "over": "hectares", "per": 1}
PASSED = {"form": "f", "where": {"kind": "a"}, "passed": {"result": "pass"}}
MONTH = {"when": ["year", "month"]}


def told(tables) -> dict[int, tuple[str, str]]:
    """Fate and reason of each row that has a reason and is data, by its number."""
    rows = tables.ledger[tables.ledger["fate"] != "excluded"].set_index("row")
    found = {row: (fate, why) for row, fate, why in rows[["fate", "reason"]].itertuples()}
    return {row: pair for row, pair in found.items() if pair[1]}


def plan_of(place, columns, *measures, **more):
    """A plan of a form `f` of these columns and a target a measure, T1, T2..."""
    made = form(*columns, **MONTH | more)
    targets = [target(f"T{n}", one) for n, one in enumerate(measures, start=1)]
    return folder(place, {"f": made}, *targets)


def test_a_row_that_does_not_say_whether_it_passed_goes_back(tmp_path):
    plan = plan_of(tmp_path, ["unit", "year", "month", "kind", "result"], PASSED)
    rows = ["甲镇,2013,3,a,pass", "甲镇,2013,3,a,", "甲镇,2013,3,a,fail", "甲镇,2013,3,b,"]
    tables = read(tmp_path, plan, a="\n".join(["unit,year,month,kind,result", *rows]))
    # Of b nothing is measured, so its blank is nobody's concern.
    assert told(tables) == {3: ("accepted", "not_counted|result")}
    own = results(plan, tables).loc[("甲镇", "T1")]
    assert own["state"] == "reported"
    counts = tables.measures.set_index("unit")[["numerator", "denominator"]]
    assert counts.loc["甲镇"].tolist() == [1, 2]


def test_what_goes_back_and_the_page_of_returns_say_so_in_both_languages(tmp_path):
    plan = plan_of(tmp_path, ["unit", "year", "month", "n", "of"], SHARE)
    tables = read(tmp_path, plan, a="unit,year,month,n,of\n甲镇,2013,3,9,10\n乙镇,2013,3,,10\n")
    sheet = openpyxl.load_workbook(tables.place / "returned" / "办公室.xlsx")["请核对的行"]
    cells = [str(cell.value) for row in sheet for cell in row]
    assert "“n”为空，用到它的目标没有计入这一行" in cells and "请补填" in cells
    data = Results(load(plan).plan(2013), tables.place, dt.date(2013, 12, 31))
    said = {
        "zh": "“n”为空，用到它的目标没有计入这一行",
        "en": "&#34;n&#34; is empty; targets that need it leave the row out",
    }
    for language, wording in said.items():
        page = ReturnsPage(data, Words(language))
        assert wording in page.flagged().html and "办公室-a.csv" in page.flagged().html
        assert wording not in page.rejected().html


COUNTS = ["unit", "year", "month", "n", "of", "tonnes", "hectares"]


@pytest.mark.parametrize(
    ("cells", "lacking"),
    [
        ("9,10,4,2", []),
        ("9,10,,", []),  # about the share alone
        (",,4,2", []),
        ("9,,,", ["of"]),
        (",10,4,2", ["n"]),  # the other measure is whole, and this one is half
        ("9,,4,", ["of", "hectares"]),
        ("9,10,,2", ["tonnes"]),
        (",,,", ["n", "of", "tonnes", "hectares"]),  # of a row that says nothing everything
    ],
)
def test_columns_of_a_measure_are_needed_together_and_measures_not(tmp_path, cells, lacking):
    plan = plan_of(tmp_path, COUNTS, SHARE, YIELD)
    tables = read(tmp_path, plan, a=f"{','.join(COUNTS)}\n甲镇,2013,3,{cells}\n")
    reasons = ";".join(f"not_counted|{name}" for name in lacking)
    assert told(tables) == ({2: ("accepted", reasons)} if lacking else {})


def test_a_count_of_different_ones_needs_one_of_its_columns(tmp_path):
    columns, measure = ["unit", "year", "month", "kind", "result"], {"form": "f"}
    plan = plan_of(tmp_path, columns, measure | {"distinct": ["kind", "result"]})
    rows = ["甲镇,2013,3,a,", "甲镇,2013,3,,pass", "甲镇,2013,3,,", "甲镇,2013,4,,"]
    tables = read(tmp_path, plan, a="\n".join([",".join(columns), *rows]))
    why = ("accepted", "not_counted|kind、result")
    assert told(tables) == {4: why, 5: why}
    assert tables.measures.set_index("unit")["numerator"].groupby("unit").sum()["甲镇"] == 2


def test_a_row_of_no_stratum_is_told_of_and_one_of_another_is_not(tmp_path):
    strata = {"strata": {"column": "kind", "values": ["a", "b"]}}
    plan = plan_of(tmp_path, ["unit", "year", "month", "kind", "n", "of"], SHARE | strata)
    rows = ["甲镇,2013,3,a,9,10", "甲镇,2013,3,,9,10", "甲镇,2013,3,c,9,10"]
    tables = read(tmp_path, plan, a="\n".join(["unit,year,month,kind,n,of", *rows]))
    assert told(tables) == {3: ("accepted", "not_counted|kind")}


def test_a_column_that_the_sheet_lacks_is_told_of_the_sheet_and_not_of_each_row(tmp_path):
    plan = plan_of(tmp_path, COUNTS, SHARE, YIELD)
    tables = read(tmp_path, plan, a="unit,year,month,n,of\n甲镇,2013,3,9,10\n乙镇,2013,3,9,\n")
    assert told(tables) == {3: ("accepted", "not_counted|of")}
    assert tables.files["absent"].tolist() == ["tonnes、hectares"]
    (tmp_path / "raw" / "办公室-a.csv").write_text("unit,year,month,n\n甲镇,2013,3,\n")
    assert told(read(tmp_path, plan)) == {2: ("accepted", "not_counted|n")}


def test_what_another_kind_of_rows_needs_does_not_make_up_for_a_blank(tmp_path):
    columns = ["unit", "year", "month", "kind", "result", "n"]
    plan = plan_of(tmp_path, columns, PASSED, {"form": "f", "where": {"kind": "b"}, "sum": "n"})
    tables = read(tmp_path, plan, a=f"{','.join(columns)}\n甲镇,2013,3,a,,5\n")
    assert told(tables) == {2: ("accepted", "not_counted|result")}


def test_a_record_that_has_not_come_to_its_day_lacks_nothing_yet(tmp_path):
    columns = ["unit", "year", "month", "on", "result"]
    plan = plan_of(tmp_path, columns, {"form": "f", "passed": {"result": "pass"}, "when": ["on"]})
    rows = ["甲镇,2013,3,2013-03-04,pass", "甲镇,2013,3,,", "甲镇,2013,3,2013-03-05,"]
    tables = read(tmp_path, plan, a="\n".join([",".join(columns), *rows]))
    assert told(tables) == {4: ("accepted", "not_counted|result")}


def test_totals_and_what_is_rejected_are_told_of_once(tmp_path):
    plan = plan_of(tmp_path, ["unit", "year", "month", "n", "of"], SHARE, city_rows=False)
    rows = ["甲镇,2013,3,9,10", "乙镇,2013,3,x,", "某市,2013,3,9,"]
    tables = read(tmp_path, plan, a="\n".join(["unit,year,month,n,of", *rows]))
    assert told(tables) == {3: ("rejected", "bad_count|n|x")}


VALUE = {"form": "f", "value": "value"}
DONE = {"form": "f", "where": {"kind": "law"}, "done": "on"}
LEVELS, TASKS = ["unit", "year", "value"], ["unit", "year", "kind", "on"]


@pytest.mark.parametrize(
    ("columns", "measure", "cells"),
    [
        (LEVELS, VALUE, "2013,52"),
        (["unit", "year", "said"], {"form": "f", "word": "said"}, "2013,well"),
        (TASKS, DONE, "2013,law,2013-05-03"),
    ],
)
def test_a_value_a_word_or_a_task_of_nobody_is_rejected(tmp_path, columns, measure, cells):
    plan = plan_of(tmp_path, columns, measure, when=["year"])
    tables = read(tmp_path, plan, a=f"{','.join(columns)}\n,{cells}\n甲镇,{cells}\n")
    assert told(tables) == {2: ("rejected", "missing_value|unit")}
    assert tables.measures["unit"].tolist() == ["甲镇"]


def test_a_unit_that_nobody_knows_is_told_of_once(tmp_path):
    plan = plan_of(tmp_path, LEVELS, VALUE, when=["year"])
    (fate, why), *more = told(read(tmp_path, plan, a="unit,year,value\n别处,2013,52\n")).values()
    assert (fate, more) == ("rejected", []) and why.startswith("unknown_unit")
    assert "missing" not in why


def test_of_a_form_of_both_only_the_rows_of_values_need_a_unit(tmp_path):
    columns = ["unit", "year", "kind", "value", "tonnes"]
    value, tonnes = VALUE | {"where": {"kind": "v"}}, {"form": "f", "sum": "tonnes"}
    plan = plan_of(tmp_path, columns, value, tonnes | {"where": {"kind": "t"}}, when=["year"])
    tables = read(tmp_path, plan, a=f"{','.join(columns)}\n,2013,v,5,\n,2013,t,,7\n")
    assert told(tables) == {2: ("rejected", "missing_value|unit")}


def test_a_sheet_of_the_citys_own_form_without_units_is_the_citys(tmp_path):
    plan = plan_of(tmp_path, LEVELS, VALUE, when=["year"])
    tables = read(tmp_path, plan, a="year,value\n2013,52\n")
    assert told(tables) == {} and tables.measures["unit"].tolist() == ["某市"]
    assert results(plan, tables).loc[("某市", "T1"), "value"] == 52


def test_a_sheet_without_units_of_a_form_of_units_is_nobodys(tmp_path):
    plan = plan_of(tmp_path, LEVELS, VALUE, when=["year"], city_rows=False)
    tables = read(tmp_path, plan, a="year,value\n2013,52\n")
    assert told(tables) == {2: ("rejected", "missing_value|unit")}


def test_a_name_that_is_no_unit_is_not_taken_for_the_city(tmp_path):
    plan = plan_of(tmp_path, LEVELS, VALUE, when=["year"])
    (plan / "units.csv").write_text(
        "code,code_system,name,name_en,kind,slug,aliases,valid_from,valid_to,overlaps,note\n"
        "0,own,某市,Some City,city,city,,,,,\n",
        encoding="utf-8",
    )
    tables = read(tmp_path, plan, a="unit,year,value\n别处,2013,50\n,2013,52\n")
    assert [(row, fate) for row, (fate, _) in told(tables).items()] == [(2, "rejected")]
    assert tables.measures[["unit", "value"]].to_numpy().tolist() == [["某市", 52.0]]


def test_what_adds_up_of_nobody_counts_for_the_city(tmp_path):
    plan = plan_of(tmp_path, ["unit", "year", "month", "n", "of"], SHARE)
    tables = read(tmp_path, plan, a="unit,year,month,n,of\n,2013,3,9,10\n甲镇,2013,3,8,10\n")
    assert told(tables) == {}
    sums = tables.measures.set_index("unit")[["numerator", "denominator"]]
    assert sums.loc["某市"].tolist() == [17, 20] and sums.loc["甲镇"].tolist() == [8, 10]


def test_a_row_of_no_day_is_rejected_where_something_is_computed_from_it(tmp_path):
    columns, law = ["unit", "kind", "on"], {"form": "f", "where": {"kind": "law"}, "done": "on"}
    text = "unit,kind,on\n甲镇,law,2013-05-03\n"
    plan = plan_of(tmp_path / "one", columns, law, when=[])
    assert told(read(tmp_path / "one", plan, a=text)) == {2: ("rejected", "no_period")}
    plan = plan_of(tmp_path / "two", columns, law | {"when": ["on"]}, when=[])
    assert told(read(tmp_path / "two", plan, a=text)) == {}
    plan = plan_of(tmp_path / "three", columns, {"form": "f"}, when=[])  # no number of it
    assert told(read(tmp_path / "three", plan, a=text)) == {}
