"""What rows of one key are to each other: which counts, and the fate and reason of the others."""

import datetime as dt
import time

import pandas as pd
import pytest

from yxq.plan.folder import Folder
from yxq.returns.reconcile import key, reconcile, resubmitted, things
from yxq.returns.sheet_read import Context, Refusal, SheetRead
from yxq.tables.contracts import Fate
from yxq.words.reasons import Reason

DAYS = ("from", "to", "period_from", "period_to", "filed_on")
SAMPLE = {
    "sample_no": "C1",
    "date": "2013-04-01",
    "unit": "丁蜀镇",
    "class": "product",
    "result": "pass",
}
PROJECT = {"project": "甲楼", "unit": "丁蜀镇", "size": "large", "start": "2013-03-01"}
COUNTS = {"indicator": "3C认证证书覆盖率", "unit": "丁蜀镇", "numerator": 8, "denominator": 10}


def records(folder: Folder, form: str, usual: dict, *given: dict) -> pd.DataFrame:
    """Records of a form, numbered from 0, each from a file of its own: a.csv, b.csv..."""
    columns = folder.forms[form].columns
    about = {"sender": "质监局", "correction": False, "sheet": "", "row": 2, "filed_on": None}
    about |= {"period_from": "2013-04-01", "period_to": "2013-06-30"}
    rows = []
    for number, row in enumerate(given):
        said = dict.fromkeys(columns) | about | {"file": f"{chr(97 + number)}.csv"} | usual | row
        day = said.get("date") or said["period_to"]
        rows.append({"from": day, "to": day} | said)
    frame = pd.DataFrame(rows)
    days = [*DAYS, *(name for name, column in columns.items() if column.type == "date")]
    texts = [
        name
        for name, column in columns.items()
        if column.type in ("text", "unit", "word", "months")
    ]
    types = dict.fromkeys(texts, "str") | dict.fromkeys(days, "datetime64[us]")
    return frame.astype(types)


def decided(
    folder: Folder, form: str, usual: dict, *given: dict, **change: object
) -> list[tuple[str, str, bool]]:
    """Fate, reason and whether it counts for the city, of each record; `change` is of the form."""
    found = reconcile(
        records(folder, form, usual, *given), folder.forms[form].model_copy(update=change), folder
    )
    assert found.index.tolist() == list(range(len(given)))
    return list(found[["fate", "reason", "once"]].itertuples(index=False, name=None))


ONE = ("accepted", "", True)


# The same thing again


def test_rows_of_different_keys_have_nothing_to_do_with_each_other(yixing):
    assert decided(yixing, "inspections", SAMPLE, {}, {"sample_no": "C2"}) == [ONE, ONE]


def test_of_the_same_content_the_first_counts(yixing):
    assert decided(yixing, "inspections", SAMPLE, {}, {}, {}) == [
        ONE,
        ("duplicate", "duplicate_of|a.csv|2", False),
        ("duplicate", "duplicate_of|a.csv|2", False),
    ]


def test_the_row_and_sheet_of_the_first_are_told(yixing):
    given = [{"sheet": "表一", "row": 7, "file": "x.xlsx"}, {"row": 9}]
    assert decided(yixing, "inspections", SAMPLE, *given) == [
        ONE,
        ("duplicate", "duplicate_of|x.xlsx[表一]|7", False),
    ]


def test_a_key_typed_another_way_is_the_same_key(yixing):
    told = decided(yixing, "inspections", SAMPLE, {"sample_no": "AB-1"}, {"sample_no": "ａｂ -１"})
    assert [fate for fate, _, _ in told] == ["accepted", "duplicate"]


@pytest.mark.parametrize(
    ("other", "column"),
    [
        ({"result": "fail"}, "检验结果"),
        ({"date": "2013-04-02"}, "抽样日期"),
        ({"unit": "和桥镇"}, "镇（街道、园区）"),
        ({"firm": "样例厂"}, "受检单位"),
        ({"class": "food"}, "类别"),
        (
            {"class": "food", "unit": "和桥镇", "date": "2013-04-02"},
            "抽样日期、类别、镇（街道、园区）",
        ),
    ],
)
def test_two_contents_of_one_key_are_both_refused_and_name_each_other_and_the_column(
    yixing, other, column
):
    assert decided(yixing, "inspections", SAMPLE, {}, other) == [
        ("rejected", f"conflict|{column}|b.csv|2", False),
        ("rejected", f"conflict|{column}|a.csv|2", False),
    ]


@pytest.mark.parametrize(
    ("results", "others"),
    {
        "ppf": "cca",  # each names one that differs from it
        "pfp": "bab",
        "fpp": "baa",
        "ppff": "ccaa",
        "pfpf": "baba",
    }.items(),
)
def test_of_rows_that_are_in_part_alike_each_names_one_that_differs(yixing, results, others):
    given = [{"result": {"p": "pass", "f": "fail"}[letter]} for letter in results]
    told = decided(yixing, "inspections", SAMPLE, *given)
    assert [why for _, why, _ in told] == [f"conflict|检验结果|{other}.csv|2" for other in others]


def test_a_key_that_tells_nothing_apart_takes_no_time(yixing):
    days = [str(day.date()) for day in pd.date_range("1990-01-01", periods=6000)]
    given = [{"sample_no": day, "firm": str(n)} for day in days for n in range(2)]
    began = time.process_time()
    told = decided(yixing, "inspections", SAMPLE, *given)
    assert {(fate, why.split("|")[1]) for fate, why, _ in told} == {("rejected", "受检单位")}
    assert time.process_time() - began < 6  # one after the other they took a minute


def test_a_rate_printed_another_way_is_no_other_content(yixing):
    usual = COUNTS | {"months": "4-6", "from": "2013-04-01", "to": "2013-06-30"}
    assert decided(yixing, "coverage", usual, {"rate": "80%"}, {"rate": "80.0%"}) == [
        ONE,
        ("duplicate", "duplicate_of|a.csv|2", False),
    ]


def test_without_a_key_the_same_row_of_one_unit_is_only_suspect(yixing):
    given = [{}, {}, {"unit": "和桥镇"}, {"result": "fail"}]
    assert decided(yixing, "inspections", SAMPLE, *given, key=()) == [
        ONE,
        ("accepted", "suspect|a.csv|2", True),
        ONE,
        ONE,
    ]


# A town and its park


def test_two_units_that_overlap_are_both_credited_and_the_city_counts_the_last(yixing):
    shared = "shared|新街街道、环科园"
    given = [{"unit": "环科园"}, {"unit": "新街街道"}, {"unit": "环科园"}]
    assert decided(yixing, "inspections", SAMPLE, *given) == [
        ("accepted", shared, False),
        ("accepted", shared, True),
        ("duplicate", "duplicate_of|a.csv|2", False),
    ]


def test_two_units_that_overlap_with_two_contents_are_a_conflict(yixing):
    given = [{"unit": "环科园"}, {"unit": "新街街道", "result": "fail"}]
    assert decided(yixing, "inspections", SAMPLE, *given) == [
        ("rejected", "conflict|检验结果、镇（街道、园区）|b.csv|2", False),
        ("rejected", "conflict|检验结果、镇（街道、园区）|a.csv|2", False),
    ]


def test_two_towns_of_one_park_do_not_overlap_each_other(yixing):
    given = [{"unit": "环科园"}, {"unit": "新街街道"}, {"unit": "高塍镇"}]
    told = decided(yixing, "inspections", SAMPLE, *given)
    assert [fate for fate, _, _ in told] == ["rejected"] * 3


def test_the_citys_own_sample_and_a_towns_are_a_conflict(yixing):
    told = decided(yixing, "inspections", SAMPLE, {"unit": "宜兴市"}, {})
    assert [fate for fate, _, _ in told] == ["rejected"] * 2


# A later state of the same thing

EARLY = {"period_from": "2013-01-01", "period_to": "2013-06-30"}
LATE = {"period_from": "2013-07-01", "period_to": "2013-12-31", "acceptance": "2013-11-01"}


@pytest.mark.parametrize("order", [1, -1])
def test_only_the_latest_state_of_a_thing_stays_whichever_file_is_read_first(yixing, order):
    told = decided(yixing, "projects", PROJECT, *[EARLY, LATE][::order])
    other = "b.csv" if order == 1 else "a.csv"
    assert told[::order] == [("duplicate", f"replaced|{other}|2", False), ONE]


def test_a_state_of_no_period_is_the_earliest(yixing):
    none = {"period_from": None, "period_to": None, "from": None, "to": None}
    assert decided(yixing, "projects", PROJECT, LATE, none) == [
        ONE,
        ("duplicate", "replaced|a.csv|2", False),
    ]


def test_two_states_of_one_period_are_a_conflict(yixing):
    assert decided(
        yixing, "projects", PROJECT, LATE, LATE | {"acceptance": "2013-11-02"}, EARLY
    ) == [
        ("rejected", "conflict|验收日期|b.csv|2", False),
        ("rejected", "conflict|验收日期|a.csv|2", False),
        ("duplicate", "replaced|a.csv|2", False),
    ]


def test_one_name_in_two_towns_is_two_things_that_both_count_in_the_city(yixing):
    found = reconcile(
        records(yixing, "projects", PROJECT, EARLY, LATE | {"unit": "和桥镇"}),
        yixing.forms["projects"],
        yixing,
    )
    assert found["fate"].tolist() == ["accepted", "accepted"]
    assert found["reason"].tolist() == ["", ""]
    assert found["once"].tolist() == [True, True]
    assert found["key"].nunique() == 2


def test_one_name_in_a_town_and_its_park_is_one_thing_of_which_the_latest_counts_in_the_city(
    yixing,
):
    given = [LATE | {"unit": "环科园"}, EARLY | {"unit": "新街街道"}]
    shared = "shared|新街街道、环科园"
    assert decided(yixing, "projects", PROJECT, *given) == [
        ("accepted", shared, True),
        ("accepted", shared, False),
    ]


def test_a_third_towns_thing_of_the_same_name_counts_apart_from_theirs(yixing):
    given = [LATE | {"unit": "环科园"}, EARLY | {"unit": "新街街道"}, LATE]
    told = decided(yixing, "projects", PROJECT, *given)
    assert [(fate, once) for fate, _, once in told] == [
        ("accepted", True),
        ("accepted", False),
        ("accepted", True),
    ]
    assert told[2] == ONE


def test_a_shared_thing_names_only_the_units_that_share_it(yixing):
    given = [LATE | {"unit": "环科园"}, EARLY | {"unit": "新街街道"}, LATE]
    told = decided(yixing, "projects", PROJECT, *given)
    assert [reason for _, reason, _ in told] == [
        "shared|新街街道、环科园",
        "shared|新街街道、环科园",
        "",
    ]


# Months


def counted(*months: str) -> list[dict]:
    rows = []
    for said in months:
        first, _, last = said.partition("-")
        start = pd.Timestamp(2013, int(first), 1)
        end = pd.Timestamp(2013, int(last or first), 1) + pd.offsets.MonthEnd(0)
        rows.append({"months": f"{first}-{last or first}", "from": start, "to": end})
    return rows


def test_months_that_follow_each_other_are_added(yixing):
    assert decided(yixing, "coverage", COUNTS, *counted("1-3", "4-6", "7", "8-12")) == [ONE] * 4


def test_months_that_share_one_are_both_refused_and_each_names_the_other(yixing):
    assert decided(yixing, "coverage", COUNTS, *counted("4-6", "1-4", "7-9")) == [
        ("rejected", "months_overlap|b.csv|2", False),
        ("rejected", "months_overlap|a.csv|2", False),
        ONE,
    ]


def test_a_long_range_overlaps_all_that_lie_in_it(yixing):
    told = decided(yixing, "coverage", COUNTS, *counted("1-9", "2-3", "5", "10-12"))
    assert told[1:] == [
        ("rejected", "months_overlap|a.csv|2", False),
        ("rejected", "months_overlap|a.csv|2", False),
        ONE,
    ]
    assert told[0] == ("rejected", "months_overlap|c.csv|2", False)


def test_a_chain_of_overlaps_names_the_neighbour_that_reaches_furthest(yixing):
    told = decided(yixing, "coverage", COUNTS, *counted("1-3", "3-6", "6-9", "10"))
    assert told == [
        ("rejected", "months_overlap|b.csv|2", False),
        ("rejected", "months_overlap|c.csv|2", False),
        ("rejected", "months_overlap|b.csv|2", False),
        ONE,
    ]


def test_the_same_months_twice_are_duplicates_and_no_overlap(yixing):
    assert decided(yixing, "coverage", COUNTS, *counted("1-3", "1-3", "4-6")) == [
        ONE,
        ("duplicate", "duplicate_of|a.csv|2", False),
        ONE,
    ]


def test_every_copy_of_months_that_overlap_is_refused(yixing):
    told = decided(yixing, "coverage", COUNTS, *counted("1-3", "1-3", "3-6"))
    assert [fate for fate, _, _ in told] == ["rejected"] * 3
    assert [reason for _, reason, _ in told[:2]] == ["months_overlap|c.csv|2"] * 2


@pytest.mark.parametrize(
    "other", [{"unit": "和桥镇"}, {"indicator": "免费检定覆盖率"}, {"stratum": "集贸市场"}]
)
def test_months_of_another_thing_do_not_overlap(yixing, other):
    one, two = counted("1-3", "1-6")
    assert decided(yixing, "coverage", COUNTS, one, two | other) == [ONE, ONE]


def test_months_of_another_year_do_not_overlap(yixing):
    one, two = counted("1-3", "1-6")
    two |= {"from": pd.Timestamp("2012-01-01"), "to": pd.Timestamp("2012-06-30")}
    assert decided(yixing, "coverage", COUNTS, one, two) == [ONE, ONE]


# Corrections

CORRECTED = {"correction": True, "result": "fail"}


def test_a_correction_takes_the_place_of_what_its_sender_has_sent(yixing):
    assert decided(yixing, "inspections", SAMPLE, {}, CORRECTED, {"sample_no": "C2"}) == [
        ("duplicate", "corrected|b.csv|2", False),
        ONE,
        ONE,
    ]


def test_a_correction_of_another_sender_corrects_nothing(yixing):
    told = decided(yixing, "inspections", SAMPLE, {}, CORRECTED | {"sender": "农林局"})
    assert [(fate, reason) for fate, reason, _ in told] == [
        ("rejected", "conflict|检验结果|b.csv|2"),
        ("rejected", "conflict|检验结果|a.csv|2"),
    ]


def test_a_correction_names_the_one_that_was_filed_last(yixing):
    given = [
        CORRECTED | {"filed_on": "2013-07-09"},
        CORRECTED | {"filed_on": "2013-07-08"},
        CORRECTED,
        {},
    ]
    assert decided(yixing, "inspections", SAMPLE, *given) == [
        ONE,
        *[("duplicate", "corrected|a.csv|2", False)] * 3,
    ]


def test_two_corrections_that_differ_are_a_conflict(yixing):
    told = decided(
        yixing,
        "inspections",
        SAMPLE,
        {},
        CORRECTED,
        CORRECTED | {"result": "pass", "firm": "样例厂"},
    )
    assert [fate for fate, _, _ in told] == ["duplicate", "rejected", "rejected"]


@pytest.mark.parametrize(("one", "two"), [("2013-05-01", "2013-06-01"), (None, "2013-05-01")])
def test_a_later_correction_corrects_an_earlier_one(yixing, one, two):
    given = [
        CORRECTED | {"filed_on": two, "firm": "乙厂"},
        CORRECTED | {"filed_on": one, "firm": "甲厂"},
        {},
    ]
    assert decided(yixing, "inspections", SAMPLE, *given) == [
        ONE,
        *[("duplicate", "corrected|a.csv|2", False)] * 2,
    ]


def test_a_correction_that_corrects_nothing_counts(yixing):
    assert decided(yixing, "inspections", SAMPLE, {"sample_no": "C2"}, CORRECTED) == [ONE, ONE]


@pytest.mark.parametrize("again", ["add", "latest"])
def test_a_correction_is_one_only_where_the_form_says_so(yixing, again):
    told = decided(yixing, "inspections", SAMPLE, {}, CORRECTED, again=again)
    assert [fate for fate, _, _ in told] == ["rejected", "rejected"]


# Keys and things


def test_a_key_is_the_form_s_columns_and_the_year_that_its_days_say(yixing):
    frame = records(
        yixing, "coverage", COUNTS, *counted("1-3"), counted("1-3")[0] | {"to": "2012-03-31"}
    )
    found = key(frame, yixing.forms["coverage"])
    assert [text.split("\x1f") for text in found] == [
        ["3C认证证书覆盖率", "", "丁蜀镇", "2013", "1-3"],
        ["3C认证证书覆盖率", "", "丁蜀镇", "2012", "1-3"],
    ]


def test_a_form_without_a_key_has_none(yixing):
    form = yixing.forms["inspections"].model_copy(update={"key": ()})
    found = key(records(yixing, "inspections", SAMPLE, {}, {}), form)
    assert found.isna().all()
    assert len(found) == 2


def test_what_a_record_is_about_is_its_key_without_the_months(yixing):
    rows = [*counted("1-3", "4-6"), counted("1-3")[0] | {"unit": "和桥镇"}]
    one, two, three = things(records(yixing, "coverage", COUNTS, *rows), yixing.forms["coverage"])
    assert one == two
    assert one != three


def test_what_a_record_without_a_key_is_about_is_its_content(yixing):
    form = yixing.forms["inspections"].model_copy(update={"key": ()})
    frame = records(yixing, "inspections", SAMPLE, {}, {"row": 9}, {"result": "fail"})
    one, two, three = things(frame, form)
    assert one == two
    assert one != three


# Whole returns that come again


def returned(
    file: str, filed: str | None = None, taken: int = 1, **more: object
) -> tuple[str, SheetRead]:
    about = {"sender": "质监局", "filed": filed and dt.date.fromisoformat(filed)}
    about |= {"period_from": dt.date(2013, 4, 1), "period_to": dt.date(2013, 6, 30)}
    about |= {name: more.pop(name) for name in {*more} & {*Context.model_fields}}
    sheet = {"sheet": file, "form": "inspections", "rows": 9, "taken": taken} | more
    return file, SheetRead(context=Context(**about), **sheet)


def replaced(
    folder: Folder, *sheets: tuple[str, SheetRead], again: str = "latest"
) -> dict[str, str]:
    """The replaced sheets and their reasons."""
    form = folder.forms["inspections"].model_copy(update={"again": again})
    found = resubmitted(
        [*sheets], folder.model_copy(update={"forms": folder.forms | {"inspections": form}})
    )
    assert len({sheet.sheet for sheet, _ in found}) == len(found)
    return {sheet.sheet: str(reason) for sheet, reason in found}


def test_a_later_return_replaces_an_earlier_one(yixing):
    one, two = returned("a", "2013-07-01"), returned("b", "2013-07-02")
    assert replaced(yixing, one, two) == replaced(yixing, two, one) == {"a": "resubmitted|b"}


def test_an_empty_later_return_does_not_replace_a_good_one(yixing):
    one, two = returned("a", "2013-07-01"), returned("b", "2013-07-02", taken=0)
    assert replaced(yixing, one, two) == {}


def test_an_empty_return_is_replaced_by_a_later_one_with_a_row(yixing):
    one, two = returned("a", "2013-07-01", taken=0), returned("b", "2013-07-02", taken=1)
    assert replaced(yixing, one, two) == {"a": "resubmitted|b"}


def test_an_empty_correction_does_not_replace_a_good_return(yixing):
    assert replaced(yixing, returned("a"), returned("b", correction=True, taken=0)) == {}


@pytest.mark.parametrize(
    ("one", "two"),
    [(None, None), ("2013-07-01", None), (None, "2013-07-01"), ("2013-07-01", "2013-07-01")],
)
def test_where_the_days_do_not_tell_a_correction_is_later(yixing, one, two):
    assert replaced(yixing, returned("a", one), returned("b", two)) == {}
    assert replaced(yixing, returned("a", one), returned("b", two, correction=True)) == {
        "a": "resubmitted|b"
    }
    assert replaced(yixing, returned("a", one, correction=True), returned("b", two)) == {
        "b": "resubmitted|a"
    }
    both = returned("a", one, correction=True), returned("b", two, correction=True)
    assert replaced(yixing, *both) == {}


def test_where_the_days_tell_a_correction_that_was_filed_before_is_not_later(yixing):
    one, two = returned("a", "2013-07-01", correction=True), returned("b", "2013-07-02")
    assert replaced(yixing, one, two) == {"a": "resubmitted|b"}


def test_of_three_returns_the_last_replaces_both_others(yixing):
    three = returned("a", "2013-07-01"), returned("b", "2013-07-05"), returned("c", "2013-07-09")
    assert replaced(yixing, *three) == {"a": "resubmitted|c", "b": "resubmitted|c"}
    assert replaced(yixing, *three[::-1]) == {"a": "resubmitted|c", "b": "resubmitted|c"}


def test_of_three_returns_the_last_is_empty_and_the_second_counts(yixing):
    three = (
        returned("a", "2013-07-01"),
        returned("b", "2013-07-05"),
        returned("c", "2013-07-09", taken=0),
    )
    assert replaced(yixing, *three) == {"a": "resubmitted|b"}


@pytest.mark.parametrize(
    "other",
    [
        {"sender": "农林局"},
        {"sender": None},
        {"form": "coverage"},
        {"form": None},
        {"period_from": dt.date(2013, 1, 1)},
        {"period_to": dt.date(2013, 12, 31)},
        {"period_from": None},
        {"refused": Refusal(fate=Fate.REJECTED, reason=Reason.of("second_header", 9))},
    ],
)
def test_what_is_another_return_replaces_nothing(yixing, other):
    assert replaced(yixing, returned("a", "2013-07-01"), returned("b", "2013-07-02", **other)) == {}


def test_sheets_of_one_file_do_not_replace_each_other(yixing):
    one, two = returned("a", "2013-07-01"), returned("a", "2013-07-02", sheet="a2")
    assert replaced(yixing, one, two) == {}
    assert replaced(yixing, one, two, returned("b", "2013-07-03")) == {
        "a": "resubmitted|b",
        "a2": "resubmitted|b",
    }


@pytest.mark.parametrize("again", ["add", "corrections"])
def test_whole_returns_are_replaced_only_where_the_form_says_so(yixing, again):
    assert (
        replaced(yixing, returned("a", "2013-07-01"), returned("b", "2013-07-02"), again=again)
        == {}
    )
