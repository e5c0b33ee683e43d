"""Which form a sheet is, and where its header stands."""

import pytest
from rows_by_hand import SAMPLE, SAMPLES, sheet

from yxq.returns.read.sheet import Unreadable
from yxq.returns.recognise import Header, recognise

COUNTS = ["指标", "镇（街道、园区）", "月份", "应查数", "已达数"]
NOTE = ["说明文字", "", "", ""]


def header_of(folder, *rows: list[str], first: int = 1) -> Header:
    return recognise(sheet([*rows], first), folder.forms)


def refused(folder, *rows: list[str]) -> str:
    with pytest.raises(Unreadable) as error:
        header_of(folder, *rows)
    return str(error.value.reason)


# Where a header may stand


@pytest.mark.parametrize("above", [0, 1, 13, 14])
def test_a_header_stands_in_the_first_fifteen_rows(yixing, above):
    found = header_of(yixing, *[NOTE] * above, SAMPLES, SAMPLE)
    assert (found.form, found.rows) == ("inspections", (above + 1, above + 1))


def test_a_header_in_row_sixteen_is_the_second_row_of_one_that_begins_in_row_fifteen(yixing):
    found = header_of(yixing, *[NOTE] * 15, SAMPLES, SAMPLE)
    assert (found.form, found.rows, found.texts) == ("inspections", (15, 16), SAMPLES)


@pytest.mark.parametrize("above", [16, 17, 40])
def test_a_header_beyond_row_sixteen_is_none(yixing, above):
    assert refused(yixing, *[NOTE] * above, SAMPLES, SAMPLE) == "no_header"


def two_rows(above: list[str], below: list[str], count: int) -> list[list[str]]:
    return [*[NOTE] * count, above, below, SAMPLE]


GROUPS = ["样品", "样品", "属地", "样品", "样品", "类别", "判定结论", "判定结论"]
UNDER = ["样品编号", "抽样日期", "", "企业名称", "品名", "", "检验结果", "不合格项"]


@pytest.mark.parametrize("above", [0, 13, 14])
def test_a_header_of_two_rows_begins_in_the_first_fifteen(yixing, above):
    found = header_of(yixing, *two_rows(GROUPS, UNDER, above))
    assert (found.form, found.rows) == ("inspections", (above + 1, above + 2))
    assert found.texts == [
        "样品编号",
        "抽样日期",
        "属地",
        "企业名称",
        "品名",
        "类别",
        "检验结果",
        "不合格项",
    ]


def test_a_header_of_two_rows_that_begins_in_row_sixteen_is_none(yixing):
    lacking = "unknown_form|监督抽查结果|样品编号、抽样日期、检验结果"  # what row 16 alone has not
    assert refused(yixing, *two_rows(GROUPS, UNDER, 15)) == lacking
    assert refused(yixing, *two_rows(GROUPS, UNDER, 16)) == "no_header"


def test_a_column_may_be_called_by_its_group_and_heading_together(yixing):
    above = ["抽样", "抽样", "属地", "产品", "检验"]
    below = ["编号", "日期", "", "类别", "结果"]
    found = header_of(yixing, above, below)
    assert found.places == {"sample_no": 0, "date": 1, "unit": 2, "class": 3, "result": 4}
    assert found.rows == (1, 2)


def test_a_group_reaches_over_the_blanks_to_its_right(yixing):
    above = ["抽样", "", "属地", "产品类别", "检验结果"]
    below = ["编号", "日期", "", "", ""]
    found = header_of(yixing, above, below)
    assert found.places == {"sample_no": 0, "date": 1, "unit": 2, "class": 3, "result": 4}


def test_a_header_of_one_row_is_preferred_to_one_of_two(yixing):
    assert header_of(yixing, ["2013年抽查结果"], SAMPLES, SAMPLE).rows == (2, 2)
    assert header_of(yixing, SAMPLES, SAMPLE).rows == (1, 1)
    assert header_of(yixing, SAMPLES, ["编号", "", "", "", "", "", "", ""]).rows == (1, 1)


def test_the_first_header_counts_and_what_stands_below_it_is_data(yixing):
    few = ["样品编号", "抽样日期", "属地", "类别", "检验结果"]
    found = header_of(yixing, few, SAMPLE[:5], SAMPLES, SAMPLE)
    assert (found.rows, len(found.places)) == ((1, 1), 5)


def test_the_form_with_most_columns_is_the_one(yixing):
    both = [*COUNTS, "年度", "数值"]  # annual values have four of these, coverage five
    assert header_of(yixing, both).form == "coverage"
    assert header_of(yixing, ["指标", "镇（街道、园区）", "年度", "数值"]).form == "annual"
    assert header_of(yixing, ["指标", "城市", "年度", "数值"]).form == "benchmarks"


def test_the_headings_of_parquet_are_row_nought(yixing):
    assert header_of(yixing, SAMPLES, first=0).rows == (0, 0)


def test_a_header_of_two_rows_is_taken_where_the_upper_one_names_a_further_column(yixing):
    above = ["", "", "", "", "", "受检单位"]
    found = header_of(yixing, above, ["样品编号", "抽样日期", "属地", "类别", "检验结果", ""])
    assert (found.rows, found.places["firm"], len(found.places)) == ((1, 2), 5, 6)


def test_of_two_forms_equally_near_the_first_is_told(yixing):
    assert (
        refused(yixing, ["指标", "镇（街道、园区）"])
        == "unknown_form|覆盖率统计|月份、应查数、已达数"
    )


# What a header says


def test_a_header_s_columns_labels_and_what_it_lacks_or_has_besides(yixing):
    found = header_of(
        yixing, ["序号", "编号", "报告编号 ", "日 期", "乡镇", "类别\n", "判定", "", ""]
    )
    assert found.texts == ["序号", "编号", "报告编号", "日期", "乡镇", "类别", "判定"]
    assert found.places == {"sample_no": 2, "date": 3, "unit": 4, "class": 5, "result": 6}
    assert found.labels == {
        "sample_no": "报告编号",
        "date": "日期",
        "unit": "乡镇",
        "firm": "受检单位",
        "product": "产品名称",
        "class": "类别",
        "result": "判定",
        "failing_item": "不合格项目",
    }
    assert found.unknown == ("序号", "编号")
    assert found.absent == ("受检单位", "产品名称", "不合格项目")
    assert found.naming == ("sample_no", "unit", "class", "result")
    assert found.lines[0] == ["序号", "编号", "报告编号", "日期", "乡镇", "类别", "判定"]


def test_a_unit_in_brackets_may_stand_behind_a_heading(yixing):
    found = header_of(yixing, ["指标", "镇（街道、园区）", "月份", "应查数（批）", "已达数(批)"])
    assert found.places == {
        "indicator": 0,
        "unit": 1,
        "months": 2,
        "denominator": 3,
        "numerator": 4,
    }
    assert found.labels["denominator"] == "应查数（批）"


@pytest.mark.parametrize("lost", range(5))
def test_one_heading_short_it_is_told_what_the_nearest_form_lacks(yixing, lost):
    wanted = ["样品编号", "抽样日期", "镇（街道、园区）", "类别", "检验结果"]
    row = [text for place, text in enumerate(SAMPLES) if text != wanted[lost]]
    assert refused(yixing, NOTE, row) == f"unknown_form|监督抽查结果|{wanted[lost]}"


def test_two_known_headings_have_a_nearest_form_and_one_has_none(yixing):
    assert (
        refused(yixing, ["样品编号", "检验结果", "甲"])
        == "unknown_form|监督抽查结果|抽样日期、镇（街道、园区）、类别"
    )
    assert refused(yixing, ["样品编号", "甲", "乙"]) == "no_header"
    assert refused(yixing, ["甲", "乙"]) == "no_header"
    assert refused(yixing) == "no_header"


def test_the_nearest_form_is_the_one_with_most_headings(yixing):
    row = ["指标", "应查数", "已达数", "样品编号", "检验结果"]
    assert refused(yixing, row) == "unknown_form|覆盖率统计|镇（街道、园区）、月份"


def test_two_headings_of_one_column_are_told_with_their_places(yixing):
    assert (
        refused(yixing, [*SAMPLES, "抽样编号"])
        == "repeated_column|样品编号|样品编号 (1)、抽样编号 (9)"
    )


@pytest.mark.parametrize("change", [str.upper, "\u200b{}\ufeff".format, "\xa0{}\xa0".format])
def test_headings_are_known_in_any_letters_and_with_marks_that_are_not_seen(yixing, change):
    columns = ["sample_no", "date", "unit", "class", "result"]
    found = header_of(yixing, [*map(change, columns)], SAMPLE[:5])
    assert (found.form, [*found.places]) == ("inspections", columns)


# Why a sheet is none


def test_headings_that_are_spelled_nearly_so_are_suggested_and_never_taken(yixing):
    row = ["样品编码", "抽检日期", "镇（街道、园区）", "类别", "检验结果"]
    assert refused(yixing, row) == (
        "unknown_form_alike|监督抽查结果|样品编号、抽样日期|样品编码≈样品编号、抽检日期≈抽样日期"
    )


def test_a_form_is_near_by_headings_that_are_spelled_nearly_so(yixing):
    told = refused(yixing, ["样品编码", "抽样日期", "甲", "乙"])
    assert told == (
        "unknown_form_alike|监督抽查结果|样品编号、镇（街道、园区）、类别、检验结果"
        "|样品编码≈样品编号"
    )


def test_a_column_that_is_not_used_may_be_one_that_is_absent(yixing):
    found = header_of(yixing, [*SAMPLES[:3], "受检单位名", *SAMPLES[4:], "备注"], SAMPLE)
    assert found.unknown == ("受检单位名≈受检单位", "备注")
    assert found.absent == ("受检单位",)


def test_two_forms_are_told_apart_by_the_column_that_one_of_them_has(yixing):
    form = yixing.forms["annual"]
    title = form.title.model_copy(update={"zh": "另表", "en": "Other"})
    extra = form.columns["year"].model_copy(
        update={"type": "text", "aliases": ("某栏",), "required": False, "offset": 0}
    )
    other = form.model_copy(update={"title": title, "columns": form.columns | {"extra": extra}})
    third = form.model_copy(
        update={
            "title": title,
            "columns": form.columns | {"more": extra.model_copy(update={"aliases": ("又栏",)})},
        }
    )
    folder = yixing.model_copy(update={"forms": {"a": other, "b": third}})
    told = refused(folder, ["指标", "镇（街道、园区）", "年度", "数值"])
    assert told == "several_forms_by|另表、另表|某栏 (另表)、又栏 (另表)"


def test_a_column_is_suggested_for_one_heading(yixing):
    found = header_of(yixing, [*SAMPLES[:3], "受检单位名", "受检单位称", *SAMPLES[5:]], SAMPLE)
    assert found.unknown == ("受检单位名≈受检单位", "受检单位称")
