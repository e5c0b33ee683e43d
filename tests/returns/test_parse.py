"""From a block of text to records: each row's fate and the exact reason, at the edges."""

import datetime as dt

import pandas as pd
import pytest
from rows_by_hand import COUNTS, OK, SAMPLES, Read, count, sample, total

from yxq.plan.folder import Folder
from yxq.plan.units import Unit
from yxq.returns.read.sheet import Rows

PROJECTS = [
    "工程名称",
    "镇（街道、园区）",
    "规模",
    "开工日期",
    "验收日期",
    "一次验收结果",
    "是否受监",
    "执行节能标准",
    "是否备案",
]
ANNUAL = ["指标", "镇（街道、园区）", "年度", "数值"]


def test_records_and_fates_of_a_whole_sheet(yixing):
    rows: Rows = [
        ["2013年第二季度"],
        [],
        SAMPLES,
        sample(),
        sample(no="C2", day="四月"),
        ["合计", "2"],
        ["填报人：某"],
    ]
    read = Read(yixing, *rows)
    assert read.fates.reset_index().to_numpy().tolist() == [
        [1, "excluded", "title", ""],
        [3, "excluded", "header", ""],
        [4, "accepted", "", ""],
        [
            5,
            "rejected",
            "bad_date|抽样日期|四月",
            "C2 | 四月 | 丁蜀镇 | 样例厂 | 紫砂陶 | 产品 | 合格",
        ],
        [6, "excluded", "total", ""],
        [7, "excluded", "footer", ""],
    ]
    assert read.records.index.tolist() == [4]
    day = pd.Timestamp("2013-04-02")
    record = read.records.iloc[0]
    assert record[:7].tolist() == ["C1", day, "丁蜀镇", "样例厂", "紫砂陶", "product", "pass"]
    assert record.index[7] == "failing_item" and pd.isna(record.iloc[7])
    assert record[8:].to_dict() == {"from": day, "to": day}


# The whole city


def test_a_row_of_the_whole_city_in_a_form_of_towns_is_its_total(yixing):
    read = Read(
        yixing,
        COUNTS,
        count("10", "5"),
        count("10", "5", town="宜兴市"),
        count("1", "1", town="市本级"),
    )
    assert read.data == [OK, ("excluded", "total"), OK]
    assert read.records["unit"].tolist() == ["丁蜀镇", "宜兴市"]
    assert Read(yixing, SAMPLES, sample(town="宜兴市")).data == [OK]


def test_a_total_breaks_no_law_of_rows(yixing):
    assert Read(yixing, COUNTS, count("10", "20", town="全市")).data == [("excluded", "total")]


# A unit that is not for ever


def lasting(folder: Folder, since: str | None, until: str | None) -> Folder:
    days = {"valid_from": since, "valid_to": until}
    about = {
        "code": "9",
        "code_system": "x",
        "name": "新镇",
        "name_en": "New",
        "kind": "镇",
        "slug": "x",
    }
    return folder.model_copy(update={"units": (*folder.units, Unit.model_validate(about | days))})


@pytest.fixture
def dissolved(yixing) -> Folder:
    made = lasting(yixing, "2013-04-10", "2013-06-15")
    made.model_post_init(None)
    return made


GONE = ("rejected", "unit_not_valid|新镇|2013-04-10|2013-06-15")


@pytest.mark.parametrize(
    ("day", "told"),
    {"2013-04-09": GONE, "2013-04-10": OK, "2013-06-15": OK, "2013-06-16": GONE}.items(),
)
def test_the_first_and_the_last_day_of_a_unit_are_its_own(dissolved, day, told):
    assert Read(dissolved, SAMPLES, sample(town="新镇", day=day)).data == [told]
    assert Read(dissolved, SAMPLES, sample(day=day)).data == [OK]


@pytest.mark.parametrize(
    ("months", "told"),
    {"3": GONE, "3-4": OK, "4": OK, "4-6": OK, "6": OK, "6-7": OK, "7": GONE, "1-12": OK}.items(),
)
def test_a_row_across_a_units_first_or_last_day_is_its_own(dissolved, months, told):
    read = Read(
        dissolved, COUNTS, count("2", "1", months=months, town="新镇"), path="质监局-2013年.csv"
    )
    assert read.data == [told]


@pytest.mark.parametrize(
    ("since", "until", "day", "why"),
    [
        ("2013-04-10", None, "2013-04-09", "unit_not_valid|新镇|2013-04-10|"),
        ("2013-04-10", None, "2013-06-30", ""),
        (None, "2013-06-15", "2013-06-16", "unit_not_valid|新镇||2013-06-15"),
        (None, "2013-06-15", "2013-04-01", ""),
    ],
)
def test_a_unit_that_is_open_at_one_end(yixing, since, until, day, why):
    folder = lasting(yixing, since, until)
    folder.model_post_init(None)
    fate = "rejected" if why else "accepted"
    assert Read(folder, SAMPLES, sample(town="新镇", day=day)).data == [(fate, why)]


# Days and periods


@pytest.mark.parametrize(
    ("day", "told"),
    {
        "2013-03-31": ("accepted", "late_row"),
        "2013-04-01": OK,
        "2013-06-30": OK,
        "2013-07-01": ("accepted", "outside_period"),
    }.items(),
)
def test_days_at_the_edges_of_the_returns_period(yixing, day, told):
    assert Read(yixing, SAMPLES, sample(day=day)).data == [told]


def test_days_of_months_years_and_states(yixing):
    read = Read(
        yixing, COUNTS, count("2", "1"), count("2", "1", months="2"), path="质监局-2012年.csv"
    )
    spans = read.records[["from", "to"]].map(lambda day: day.date().isoformat()).to_numpy().tolist()
    assert spans == [["2012-04-01", "2012-06-30"], ["2012-02-01", "2012-02-29"]]
    read = Read(
        yixing, ANNUAL, ["质量工作财政扶持", "全市", "2011", "12"], path="财政局-2013年.csv"
    )
    assert read.data == [("accepted", "late_row")]
    spans = read.records[["from", "to"]].map(lambda day: day.date().isoformat()).to_numpy().tolist()
    assert spans == [["2011-01-01", "2011-12-31"]]
    read = Read(yixing, PROJECTS, ["甲楼", "丁蜀镇", "大型", "2011-03-01", "", "", "是", "是", ""])
    spans = read.records[["from", "to"]].map(lambda day: day.date().isoformat()).to_numpy().tolist()
    assert spans == [["2013-04-01", "2013-06-30"]]


@pytest.mark.parametrize(
    ("head", "row"),
    [(COUNTS, count("2", "1")), (PROJECTS, ["甲楼", "丁蜀镇", "大型", "", "", "", "", "", ""])],
)
def test_a_row_of_which_nothing_says_the_year_is_refused(yixing, head, row):
    assert Read(yixing, head, row, path="质监局.csv").data == [("rejected", "no_period")]


def test_what_is_wrong_already_is_not_told_to_lack_its_period(yixing):
    assert Read(yixing, COUNTS, count("2", "1", months="13")).data == [
        ("rejected", "bad_months|月份|13")
    ]
    assert Read(yixing, COUNTS, count("2", "一"), path="质监局.csv").data == [
        ("rejected", "bad_count|已达数|一")
    ]
    assert Read(yixing, SAMPLES, sample(), path="质监局.csv").data == [OK]


# Laws and values in a row


@pytest.mark.parametrize(
    ("n", "x", "rate", "told"),
    [
        ("10", "9", "90.0%", OK),
        ("10", "9", "90.1%", ("accepted", "printed_rate|覆盖率|90.1%|9|10")),
        ("10", "9", "89.9%", ("accepted", "printed_rate|覆盖率|89.9%|9|10")),
        ("10", "9", "优", ("rejected", "bad_rate|覆盖率|优")),
        ("10", "10", "100%", OK),
        ("10", "11", "", ("rejected", "more_than|已达数|应查数")),
        ("10", "-1", "", ("rejected", "bad_count|已达数|-1")),
        ("", "9", "", ("rejected", "missing_value|应查数")),
        ("无", "—", "", ("rejected", "missing_value|应查数;missing_value|已达数")),
        ("9007199254740992", "9007199254740992", "", OK),
        ("9007199254740994", "1", "", ("rejected", "bad_count|应查数|9007199254740994")),
    ],
)
def test_counts_and_the_rate_printed_with_them(yixing, n, x, rate, told):
    assert Read(yixing, COUNTS, count(n, x, rate)).data == [told]


def test_a_large_count_is_kept_to_its_last_digit(yixing):
    read = Read(yixing, COUNTS, count("9007199254740991", "9007199254740990"))
    assert read.records[["denominator", "numerator"]].to_numpy().tolist() == [
        [2**53 - 1, 2**53 - 2]
    ]


def test_a_value_that_was_not_read_is_not_held_against_a_law_as_well(yixing):
    row = ["甲楼", "丁蜀镇", "大型", "2013-05-02", "五月", "合格", "是", "是", "是"]
    assert Read(yixing, PROJECTS, row).data == [("rejected", "bad_date|验收日期|五月")]
    row = ["甲楼", "丁蜀镇", "大型", "2013-05-02", "2013-05-01", "好", "是", "是", "是"]
    assert Read(yixing, PROJECTS, row).data == [
        ("rejected", "not_in_vocabulary|一次验收结果|好|合格、不合格;before|验收日期|开工日期")
    ]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({3: "2013-05-01", 4: "2013-05-01"}, ""),
        ({3: "2013-05-02", 4: "2013-05-01"}, "before|验收日期|开工日期"),
        (
            {4: "2013-05-01", 5: "", 8: ""},
            "needed_with|一次验收结果|验收日期;needed_with|是否备案|验收日期",
        ),
        ({4: "", 5: "", 8: ""}, ""),
        ({3: "", 4: "", 5: "", 6: "", 7: "", 8: ""}, ""),
        ({6: "", 7: ""}, "needed_with|是否受监|开工日期;needed_with|执行节能标准|开工日期"),
    ],
)
def test_what_a_project_must_say(yixing, changed, why):
    usual = ["甲楼", "丁蜀镇", "大型", "2013-03-01", "2013-05-01", "合格", "是", "是", "是"]
    row = [changed.get(place, text) for place, text in enumerate(usual)]
    assert Read(yixing, PROJECTS, row).data == [("rejected" if why else "accepted", why)]


@pytest.mark.parametrize(
    ("indicator", "value", "why"),
    [
        ("服务标准覆盖率", "100%", ""),
        ("服务标准覆盖率", "1", ""),
        ("服务标准覆盖率", "100.1%", "no_share|数值|1.001"),
        ("服务标准覆盖率", "-0.1%", "no_share|数值|-0.001"),
        ("服务标准覆盖率", "96.2", "no_share|数值|96.2"),
        ("规模以上工业企业数", "0", ""),
        ("规模以上工业企业数", "12.5", "no_count|数值|12.5"),
        ("规模以上工业企业数", "-1", "no_count|数值|-1.0"),
        ("质量工作财政扶持", "-12.5", ""),
    ],
)
def test_shares_whole_numbers_and_amounts(yixing, indicator, value, why):
    read = Read(yixing, ANNUAL, [indicator, "丁蜀镇", "2013", value], path="质监局-2013年.csv")
    assert read.data == [("rejected" if why else "accepted", why)]


@pytest.mark.parametrize(
    ("year", "fate"),
    {"1899": "rejected", "1900": "accepted", "2200": "accepted", "2201": "rejected"}.items(),
)
def test_years_that_there_may_be(yixing, year, fate):
    read = Read(yixing, ANNUAL, ["质量工作财政扶持", "全市", year, "12"], path="a.csv")
    assert read.data == [(fate, f"bad_year|年度|{year}" if fate == "rejected" else "")]


def test_a_calendar_that_the_form_declares(yixing):
    form = yixing.forms["annual"]
    offset = form.columns["year"].model_copy(update={"offset": 1911})
    form = form.model_copy(update={"columns": form.columns | {"year": offset}})
    folder = yixing.model_copy(update={"forms": yixing.forms | {"annual": form}})
    read = Read(folder, ANNUAL, ["质量工作财政扶持", "全市", "102年", "12"], path="2013年.csv")
    assert read.data == [OK]
    assert read.records["year"].tolist() == [2013]
    read = Read(folder, ANNUAL, ["质量工作财政扶持", "全市", "2013", "12"], path="2013年.csv")
    assert read.data == [("rejected", "bad_year_counted|年度|2013|102")]


@pytest.mark.parametrize(
    ("number", "told"),
    {
        "3.20282E+17": ("rejected", "digits_lost|样品编号|3.20282E+17"),
        "3E17": ("rejected", "digits_lost|样品编号|3E17"),
        "3.20282E-17": OK,
        "E+17": OK,
        "320282201304E+17": OK,
    }.items(),
)
def test_a_number_that_lost_its_digits_tells_nothing_apart(yixing, number, told):
    assert Read(yixing, SAMPLES, sample(no=number)).data == [told]
    # A name that is a number which lost its digits names no firm either.
    lost = ("rejected", f"digits_lost|受检单位|{number}")
    expected = lost if told != OK and "+" in number else OK
    assert Read(yixing, SAMPLES, sample(firm=number)).data == [expected]
    plain = [sample(no=f"D{n}") for n in range(3)]
    assert Read(yixing, SAMPLES, *plain, sample(no=number)).data == [OK, OK, OK, told]


def test_a_word_that_stands_for_any_other(yixing):
    form = yixing.forms["inspections"]
    kind = form.columns["result"].model_copy(update={"otherwise": "fail"})
    form = form.model_copy(update={"columns": form.columns | {"result": kind}})
    folder = yixing.model_copy(update={"forms": yixing.forms | {"inspections": form}})
    read = Read(
        folder,
        SAMPLES,
        sample(result="基本合格"),
        sample(no="C2", result="符 合"),
        sample(no="C3", result=""),
    )
    assert read.data == [OK, OK, ("rejected", "missing_value|检验结果")]
    assert read.records["result"].tolist() == ["fail", "pass"]


# Places


def test_cells_beyond_the_header_are_refused_in_a_text_and_pointed_out_in_a_workbook(yixing):
    rows = [SAMPLES, [*sample(), "甲"], [*sample(no="C2"), "", "乙"], sample(no="C3")]
    assert Read(yixing, *rows, delimited=True).data == [
        ("rejected", "extra_cells|甲"),
        ("rejected", "extra_cells|乙"),
        OK,
    ]
    assert Read(yixing, *rows).data == [("accepted", "beside|甲"), ("accepted", "beside|乙"), OK]


def test_a_cell_under_no_heading_is_pointed_out(yixing):
    head, row = [*SAMPLES[:2], "", *SAMPLES[2:]], [*sample()[:2], "甲", *sample()[2:]]
    assert Read(yixing, head, row, delimited=True).data == [("accepted", "beside|甲")]


def test_a_merged_count_is_one_number_and_a_merged_word_is_each_rows(yixing):
    rows = [
        COUNTS,
        count("10", "5", months="4"),
        count("10", "6", months="5"),
        count("10", "7", months="6"),
    ]
    merged = ((2, 4, 3, 4), (2, 2, 3, 2))  # 应查数 and the town of rows 2 and 3
    assert Read(yixing, *rows, merged=merged).told == [
        (2, *OK),
        (3, "rejected", "missing_value|应查数"),
        (4, *OK),
    ]
    across = ((2, 3, 2, 4),)  # from the months into 应查数: the number is not its own
    assert Read(yixing, *rows, merged=across).told[0] == (2, "rejected", "missing_value|应查数")


def test_hidden_rows_and_sheets_are_pointed_out(yixing):
    rows = [SAMPLES, sample(), sample(no="C2"), sample(no="C3", day="2013-07-01")]
    assert Read(yixing, *rows, hidden_rows=frozenset({3, 4})).data == [
        OK,
        ("accepted", "hidden_row"),
        ("accepted", "outside_period;hidden_row"),
    ]
    assert Read(yixing, *rows[:2], hidden=True).data == [("accepted", "hidden_sheet")]


# What only the whole of a sheet tells


def test_how_many_samples_were_judged_and_passed(yixing):
    rows = [
        SAMPLES,
        sample(),
        sample(no="C2", result="不合格"),
        sample(no="C3", result=""),
        sample(no="C4", day="四月"),
        sample(no="合计", result="合格"),
    ]
    for block in (1, 2, 1000):
        tally = Read(yixing, *rows, block=block).tally
        assert (tally.judged, tally.passed, tally.second) == (3, 2, 0)


def test_the_first_of_second_headers_is_told(yixing):
    rows = [SAMPLES, sample(), [*SAMPLES[:7], "备注"], sample(no="C2"), SAMPLES[::-1]]
    for block in (1, 2, 1000):
        read = Read(yixing, *rows, block=block)
        assert read.tally.second == 3
        assert read.fates["reason"].tolist() == ["header", "", "header", "", "header"]


def test_texts_of_rows_with_a_reason_only(yixing):
    read = Read(yixing, SAMPLES, sample(day="2013-07-01"), sample(no="C2"), total("", ""))
    assert read.fates["text"].tolist() == [
        "",
        "C1 | 2013-07-01 | 丁蜀镇 | 样例厂 | 紫砂陶 | 产品 | 合格",
        "",
        "",
    ]


def test_a_long_column_of_plain_numbers_is_read_as_the_short_one_is(yixing):
    days = [dt.date(2013, 4, 1) + dt.timedelta(n % 91) for n in range(200)]
    rows = [sample(no=f"C{n}", day=day.isoformat()) for n, day in enumerate(days)]
    read = Read(yixing, SAMPLES, *rows, sample(no=""), sample(no="-"))
    missing = ("rejected", "missing_value|样品编号")
    assert read.data == [OK] * 200 + [missing, missing]
    assert read.records["sample_no"].tolist() == [f"C{n}" for n in range(200)]
    assert read.records["date"].tolist() == [pd.Timestamp(day) for day in days]


@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("2E5", "digits_lost|样品编号|2E5"),
        ("3.2028225E14", "digits_lost|样品编号|3.2028225E14"),
        ("3.2028225e14", "digits_lost|样品编号|3.2028225e14"),
        ("3.2028225e+14", "digits_lost|样品编号|3.2028225e+14"),
        ("#DIV/0!", "cell_error|样品编号|#DIV/0!"),
        ("Err:502", "cell_error|样品编号|Err:502"),
        ("Err:50222222", "cell_error|样品编号|Err:50222222"),
        ("x" * 32_768, f"too_long_text|样品编号|{'x' * 60}…|32768|32767"),
        ("E5", ""),
        ("#7", ""),
    ],
)
def test_what_is_no_number_of_a_sample_is_none_among_many_plain_ones(yixing, number, why):
    rows = [sample(no=f"C2013{n:09d}") for n in range(200)]
    read = Read(yixing, SAMPLES, *rows, sample(no=number))
    assert read.data[-1] == (("rejected", why) if why else OK) and read.data[:-1] == [OK] * 200
