"""From records to measures: every row of the table by hand, for a plan of one target or a few."""

import datetime as dt

import pandas as pd
import pytest

from yxq.attainment import measures
from yxq.plan.folder import Plan
from yxq.plan.measure import Measure

SAMPLE = {"unit": "丁蜀镇", "class": "product", "result": "pass", "date": "2013-04-02"}
COUNT = {
    "unit": "丁蜀镇",
    "indicator": "免费检定覆盖率",
    "stratum": "",
    "months": "4-6",
    "numerator": 8,
}
COUNT |= {"denominator": 10, "to": "2013-06-30"}
ENTRY = {
    "unit": "丁蜀镇",
    "register": "首席质量官",
    "item": "甲",
    "firm": "样例厂",
    "state": "done",
}
ENTRY |= {"date": "2013-04-02"}
PASSED = {"form": "inspections", "where": {"class": "product"}, "passed": {"result": "pass"}}
OFFICERS = {
    "form": "registers",
    "where": {"register": "首席质量官", "state": "done"},
    "distinct": ["item", "firm"],
}
COVERED = {"form": "coverage", "where": {"indicator": "免费检定覆盖率"}}
COVERED |= {"sum": "numerator", "over": "denominator"}


def measuring(plan: Plan, *asked: dict, **period: dt.date) -> Plan:
    """The plan with one target a measure, M1, M2..., and no bases."""
    usual = plan.targets[0]
    made = tuple(
        usual.model_copy(update={"id": f"M{number}", "measure": Measure.model_validate(one)})
        for number, one in enumerate(asked, start=1)
    )
    change = {"targets": made, "bases": {}} | period
    return plan.model_copy(update={"period": plan.period.model_copy(update=change)})


def frame(plan: Plan, form: str, usual: dict, *given: dict) -> pd.DataFrame:
    """Records of a form; its last day is its date and it counts for the city, unless said."""
    columns = plan.folder.forms[form].columns
    rows = []
    for row in given:
        said = dict.fromkeys(columns) | {"once": True} | usual | row
        rows.append({"to": said.get("date")} | said)
    days = {"to", *(name for name, column in columns.items() if column.type == "date")}
    counts = {name for name, column in columns.items() if column.type in ("count", "year")}
    numbers = {name for name, column in columns.items() if column.type == "number"}
    types = (
        dict.fromkeys(days, "datetime64[us]")
        | dict.fromkeys(counts, "Int64")
        | dict.fromkeys(numbers, "Float64")
    )
    texts = {name for name, column in columns.items() if name not in types and name != "once"}
    return pd.DataFrame(rows).astype(types | dict.fromkeys(texts, "str"))


def measured(plan: Plan, form: str, usual: dict, *given: dict) -> pd.DataFrame:
    table = measures.measure(plan, {form: frame(plan, form, usual, *given)})
    assert table.columns.tolist() == measures.COLUMNS
    assert {name: str(kind) for name, kind in table.dtypes.items()} == measures.DTYPES
    assert (table["plan"] == plan.id).all()
    return table


def numbers(table: pd.DataFrame) -> list[tuple]:
    """Year, month, last day, unit, counts and records of one target without strata."""
    assert table["stratum"].eq("").all()
    assert table["target"].nunique() == 1
    return cells(table, "year", "month", "date", "unit", "numerator", "denominator", "records")


def cells(table: pd.DataFrame, *names: str) -> list[tuple]:
    def plain(value: object) -> object:
        if pd.isna(value):
            return None
        return value.date().isoformat() if isinstance(value, pd.Timestamp) else value

    return [tuple(map(plain, row)) for row in table[[*names]].itertuples(index=False, name=None)]


# Which period a day falls in


@pytest.mark.parametrize(
    ("day", "year"),
    {
        "2012-12-31": 2012,
        "2013-01-01": 2013,
        "2013-12-31": 2013,
        "2014-01-01": 2014,
        "2011-06-30": 2011,
    }.items(),
)
def test_a_day_at_the_edge_of_a_calendar_year(plan2013, day, year):
    days = pd.Series([pd.Timestamp(day)])
    assert measures.period_year(plan2013, days).tolist() == [year]
    found = measured(measuring(plan2013, PASSED), "inspections", SAMPLE, {"date": day})
    month = int(day[5:7])
    assert numbers(found) == [
        (year, month, day, "丁蜀镇", 1, 1, 1),
        (year, month, day, "宜兴市", 1, 1, 1),
    ]


@pytest.mark.parametrize(
    ("day", "year"),
    {"2013-03-31": 2012, "2013-04-01": 2013, "2014-03-31": 2013, "2014-04-01": 2014}.items(),
)
def test_a_day_at_the_edge_of_a_period_from_april_to_march(plan2013, day, year):
    plan = measuring(plan2013, PASSED, start=dt.date(2013, 4, 1), end=dt.date(2014, 3, 31))
    found = measured(plan, "inspections", SAMPLE, {"date": day})
    assert cells(found, "year", "month", "date") == [(year, int(day[5:7]), day)] * 2


def test_a_row_counts_from_its_last_day(plan2013):
    found = measured(
        measuring(plan2013, COVERED), "coverage", COUNT, {"months": "12-1", "to": "2014-01-31"}
    )
    assert numbers(found) == [
        (2014, 1, "2014-01-31", "丁蜀镇", 8, 10, 1),
        (2014, 1, "2014-01-31", "宜兴市", 8, 10, 1),
    ]


def test_a_row_without_its_day_falls_in_no_year(plan2013):
    asked = {"form": "projects", "passed": {"first_time": "pass"}, "when": ["acceptance"]}
    usual = {"unit": "丁蜀镇", "first_time": "pass", "to": "2013-06-30"}
    given = [{"acceptance": "2013-05-01"}, {"acceptance": None}, {"acceptance": "2012-05-01"}]
    found = measured(measuring(plan2013, asked), "projects", usual, *given)
    assert numbers(found) == [
        (2012, 5, "2012-05-01", "丁蜀镇", 1, 1, 1),
        (2012, 5, "2012-05-01", "宜兴市", 1, 1, 1),
        (2013, 5, "2013-05-01", "丁蜀镇", 1, 1, 1),
        (2013, 5, "2013-05-01", "宜兴市", 1, 1, 1),
    ]


def test_a_value_of_a_year_belongs_to_the_period_of_its_name_and_to_no_month(plan2013):
    asked = {"form": "annual", "where": {"indicator": "工业化建造比重"}, "value": "value"}
    usual = {"indicator": "工业化建造比重", "to": "2013-06-30"}
    given = [
        {"unit": "宜兴市", "year": 2013, "value": 0.25},
        {"unit": "宜兴市", "year": 2012, "value": 0.2},
        {"unit": "丁蜀镇", "year": 2013, "value": 0.3},
        {"unit": "丁蜀镇", "year": 2013, "value": 9, "indicator": "服务标准覆盖率"},
    ]
    names = ("year", "month", "date", "unit", "value", "numerator", "denominator", "records")
    found = measured(measuring(plan2013, asked), "annual", usual, *given)
    assert cells(found, *names) == [
        (2012, None, "2012-12-31", "宜兴市", 0.2, None, None, 1),
        (2013, None, "2013-06-30", "丁蜀镇", 0.3, None, None, 1),
        (2013, None, "2013-06-30", "宜兴市", 0.25, None, None, 1),
    ]
    plan = measuring(plan2013, asked, start=dt.date(2013, 4, 1), end=dt.date(2014, 3, 31))
    found = measured(plan, "annual", usual, given[0], given[0] | {"to": "2013-12-31"})
    # What came within the year counts from then, else from the end of a year of the plan's.
    assert cells(found, "year", "month", "date") == [
        (2013, None, "2013-06-30"),
        (2013, None, "2014-03-31"),
    ]


# Samples and counts


def test_samples_that_passed_of_all_by_day_and_unit(plan2013):
    given = [
        {},
        {"result": "fail"},
        {"date": "2013-04-30"},
        {"unit": "和桥镇", "result": "fail"},
        {"class": "food"},
        {"unit": "宜兴市"},
        {"unit": None},
    ]
    found = measured(measuring(plan2013, PASSED), "inspections", SAMPLE, *given)
    assert numbers(found) == [
        (2013, 4, "2013-04-02", "丁蜀镇", 1, 2, 2),
        (2013, 4, "2013-04-02", "和桥镇", 0, 1, 1),
        (2013, 4, "2013-04-02", "宜兴市", 3, 5, 5),
        (2013, 4, "2013-04-30", "丁蜀镇", 1, 1, 1),
        (2013, 4, "2013-04-30", "宜兴市", 1, 1, 1),
    ]


def test_the_city_counts_a_shared_row_once_and_each_unit_counts_it(plan2013):
    given = [
        {"unit": "环科园", "once": False},
        {"unit": "新街街道"},
        {"unit": "新街街道", "result": "fail"},
    ]
    found = measured(measuring(plan2013, PASSED), "inspections", SAMPLE, *given)
    assert numbers(found) == [
        (2013, 4, "2013-04-02", "宜兴市", 1, 2, 2),
        (2013, 4, "2013-04-02", "新街街道", 1, 2, 2),
        (2013, 4, "2013-04-02", "环科园", 1, 1, 1),
    ]


def test_one_of_some_words(plan2013):
    asked = PASSED | {"where": {"class": ["product", "food"]}}
    given = [{}, {"class": "food", "result": "fail"}, {"class": "agricultural"}]
    found = measured(measuring(plan2013, asked), "inspections", SAMPLE, *given)
    assert numbers(found)[0] == (2013, 4, "2013-04-02", "丁蜀镇", 1, 2, 2)
    assert len(found) == 2


def test_every_condition_must_hold(plan2013):
    given = [
        {},
        {"state": "applied"},
        {"register": "质量奖"},
        {"state": "applied", "register": "质量奖"},
    ]
    found = measured(measuring(plan2013, OFFICERS), "registers", ENTRY, *given)
    assert numbers(found) == [
        (2013, 4, "2013-04-02", "丁蜀镇", 1, None, 1),
        (2013, 4, "2013-04-02", "宜兴市", 1, None, 1),
    ]


def test_counts_are_added_and_a_row_that_lacks_one_is_left_out(plan2013):
    given = [
        {},
        {"stratum": "集贸市场", "numerator": 3, "denominator": 7},
        {"unit": "和桥镇", "numerator": None},
        {"unit": "和桥镇", "numerator": None, "denominator": None},
        {"to": "2013-09-30", "months": "7-9", "numerator": 0, "denominator": 0},
    ]
    found = measured(measuring(plan2013, COVERED), "coverage", COUNT, *given)
    assert numbers(found) == [
        (2013, 6, "2013-06-30", "丁蜀镇", 11, 17, 2),
        (2013, 6, "2013-06-30", "宜兴市", 11, 17, 2),
        (2013, 9, "2013-09-30", "丁蜀镇", 0, 0, 1),
        (2013, 9, "2013-09-30", "宜兴市", 0, 0, 1),
    ]


def test_strata_are_kept_apart_and_a_row_of_no_stratum_counts_in_none(plan2013):
    asked = COVERED | {"strata": {"column": "stratum", "values": ["集贸市场", "村卫生室"]}}
    given = [
        {"stratum": "集贸市场"},
        {"stratum": "集贸市场", "numerator": 1, "denominator": 2, "unit": "和桥镇"},
        {"stratum": "村卫生室", "numerator": 4, "denominator": 5},
        {"stratum": "福利机构"},
        {"stratum": ""},
    ]
    found = measured(measuring(plan2013, asked), "coverage", COUNT, *given)
    assert cells(found, "unit", "stratum", "numerator", "denominator", "records") == [
        ("丁蜀镇", "村卫生室", 4, 5, 1),
        ("丁蜀镇", "集贸市场", 8, 10, 1),
        ("和桥镇", "集贸市场", 1, 2, 1),
        ("宜兴市", "村卫生室", 4, 5, 1),
        ("宜兴市", "集贸市场", 9, 12, 2),
    ]


# Distinct items: the first time in the period is when one counts


def test_an_item_counts_the_first_time_in_each_period(plan2013):
    given = [
        {"date": "2013-09-01"},
        {"date": "2013-04-02"},
        {"date": "2013-04-03"},
        {"date": "2012-12-31"},
        {"date": "2014-01-01"},
    ]
    found = measured(measuring(plan2013, OFFICERS), "registers", ENTRY, *given)
    days = [(2012, 12, "2012-12-31"), (2013, 4, "2013-04-02"), (2014, 1, "2014-01-01")]
    assert numbers(found) == [
        (*day, unit, 1, None, 1) for day in days for unit in ("丁蜀镇", "宜兴市")
    ]


def test_what_makes_two_items_is_what_the_measure_names(plan2013):
    given = [{}, {"firm": "另一厂"}, {"item": "乙"}, {"item": "乙"}]
    found = measured(measuring(plan2013, OFFICERS), "registers", ENTRY, *given)
    assert numbers(found) == [
        (2013, 4, "2013-04-02", "丁蜀镇", 3, None, 3),
        (2013, 4, "2013-04-02", "宜兴市", 3, None, 3),
    ]
    found = measured(
        measuring(plan2013, OFFICERS | {"distinct": ["firm"]}), "registers", ENTRY, *given
    )
    assert numbers(found) == [
        (2013, 4, "2013-04-02", "丁蜀镇", 2, None, 2),
        (2013, 4, "2013-04-02", "宜兴市", 2, None, 2),
    ]


def test_an_item_of_two_towns_counts_in_each_and_once_in_the_city_from_the_first_day(plan2013):
    given = [{"date": "2013-05-01"}, {"unit": "和桥镇"}, {"unit": "和桥镇", "date": "2013-06-01"}]
    found = measured(measuring(plan2013, OFFICERS), "registers", ENTRY, *given)
    assert numbers(found) == [
        (2013, 4, "2013-04-02", "和桥镇", 1, None, 1),
        (2013, 4, "2013-04-02", "宜兴市", 1, None, 1),
        (2013, 5, "2013-05-01", "丁蜀镇", 1, None, 1),
    ]


# Peers and tasks


def test_peers_stand_in_the_place_of_units_and_the_city_has_its_own_name(plan2013):
    asked = {
        "form": "benchmarks",
        "where": {"indicator": "顾客满意度指数"},
        "peer": "city",
        "value": "value",
    }
    usual = {"indicator": "顾客满意度指数", "year": 2013, "to": "2013-12-31"}
    given = [
        {"city": "江阴市", "value": 80.5},
        {"city": "宜兴", "value": 81.5},
        {"city": "江阴市", "value": 79.5, "year": 2012},
    ]
    plan = measuring(plan2013, asked)
    rows = frame(plan, "benchmarks", usual, *given)
    found = measures.measure(plan, {"benchmarks": rows.assign(unit=pd.NA)})
    assert cells(found, "year", "month", "date", "unit", "value", "records") == [
        (2012, None, "2012-12-31", "江阴市", 79.5, 1),
        (2013, None, "2013-12-31", "宜兴市", 81.5, 1),
        (2013, None, "2013-12-31", "江阴市", 80.5, 1),
    ]


def test_tasks_keep_their_days(plan2013):
    asked = {"form": "milestones", "where": {"task_no": 14}, "due": "due", "done": "done"}
    usual = {"task_no": 14, "unit": "丁蜀镇", "to": "2013-06-30", "due": "2013-12-31"}
    given = [{"done": "2013-05-01"}, {"unit": "宜兴市"}, {"task_no": 15, "done": "2013-01-01"}]
    found = measured(measuring(plan2013, asked), "milestones", usual, *given)
    assert cells(found, "date", "unit", "due", "done", "numerator", "records") == [
        ("2013-06-30", "丁蜀镇", "2013-12-31", "2013-05-01", None, 1),
        ("2013-06-30", "宜兴市", "2013-12-31", None, None, 1),
    ]
    undated = measured(measuring(plan2013, {**asked, "due": None}), "milestones", usual, *given)
    assert cells(undated, "due", "done") == [(None, "2013-05-01"), (None, None)]


# Many targets, and records put together


def test_each_target_has_its_own_rows(plan2013):
    food = PASSED | {"where": {"class": "food"}}
    plan = measuring(plan2013, PASSED, food, OFFICERS, {"form": "inspections"})
    given = [{}, {"class": "food", "result": "fail"}]
    found = measured(plan, "inspections", SAMPLE, *given)
    assert cells(found, "target", "unit", "numerator", "denominator") == [
        ("M1", "丁蜀镇", 1, 1),
        ("M2", "丁蜀镇", 0, 1),
        ("M1", "宜兴市", 1, 1),
        ("M2", "宜兴市", 0, 1),
    ]


def test_no_records_are_no_measures(plan2013):
    plan = measuring(plan2013, PASSED)
    for records in ({}, {"inspections": frame(plan, "inspections", SAMPLE, {"class": "food"})}):
        found = measures.measure(plan, records)
        assert found.columns.tolist() == measures.COLUMNS
        assert len(found) == 0


def test_records_of_the_same_are_condensed_to_one_row_that_says_how_many(plan2013):
    plan = measuring(plan2013, PASSED)
    rows = frame(
        plan,
        "inspections",
        SAMPLE,
        {},
        {"firm": "甲"},
        {"result": "fail"},
        {"once": False},
        {"unit": None},
    )
    condensed = measures.condense([plan], "inspections", rows)
    assert sorted(cells(condensed, "unit", "result", "once", "records"), key=str) == sorted(
        [
            ("丁蜀镇", "pass", True, 2),
            ("丁蜀镇", "fail", True, 1),
            ("丁蜀镇", "pass", False, 1),
            (None, "pass", True, 1),
        ],
        key=str,
    )
    again = measures.condense([plan], "inspections", pd.concat([condensed, condensed]))
    assert sorted(again["records"]) == [2, 2, 2, 4]
    pd.testing.assert_frame_equal(
        measures.measure(plan, {"inspections": condensed}),
        measures.measure(plan, {"inspections": rows}),
    )


def test_counts_are_condensed_by_adding_and_missing_ones_stay_missing(plan2013):
    plan = measuring(plan2013, COVERED)
    rows = frame(
        plan,
        "coverage",
        COUNT,
        {},
        {"numerator": 1},
        {"unit": "和桥镇", "numerator": None},
        {"months": "1-6"},
    )
    condensed = measures.condense([plan], "coverage", rows)
    assert sorted(
        cells(condensed, "unit", "months", "numerator", "denominator", "records"), key=str
    ) == [("丁蜀镇", "1-6", 8, 10, 1), ("丁蜀镇", "4-6", 9, 20, 2), ("和桥镇", "4-6", None, 10, 1)]


def test_of_rows_of_the_same_one_that_lacks_a_count_stays_apart(plan2013):
    """8 of 10 and, of another row, a number not known of 7: 8 of 10 are known, and not of 17."""
    plan = measuring(plan2013, COVERED)
    rows = frame(plan, "coverage", COUNT, {}, {"numerator": None, "denominator": 7})
    condensed = measures.condense([plan], "coverage", rows)
    assert {*cells(condensed, "numerator", "denominator")} == {(8, 10), (None, 7)}


def test_the_columns_that_the_targets_of_a_form_ask_for(plan2013):
    strata = COVERED | {"strata": {"column": "stratum", "values": ["集贸市场"]}}
    plan = measuring(plan2013, PASSED, strata, OFFICERS)
    assert measures.needed([plan], "inspections") == {"class", "result", "unit", "date"}
    coverage = {"indicator", "stratum", "numerator", "denominator", "unit", "months"}
    assert measures.needed([plan], "coverage") == coverage
    assert measures.needed([plan], "registers") == {
        "register",
        "state",
        "item",
        "firm",
        "unit",
        "date",
    }
    assert measures.needed([plan], "projects") == {"unit"}
