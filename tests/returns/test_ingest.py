"""Every row that is read has one fate, the fates add up, and nothing is guessed or mended."""

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from project import Tables, examples, ingested

from yxq.attainment import measures
from yxq.plan_folders import load
from yxq.returns import calendars, cell_values, periods
from yxq.returns.ingest import ingest
from yxq.returns.read.identify import identify, sheets
from yxq.returns.read.sheet import Unreadable
from yxq.words.wording import Words

FOLDER = load.load("yixing")
HEAD = "样品编号,抽样日期,镇（街道、园区）,受检单位,产品名称,类别,检验结果,不合格项目"
ROW = "C1,2013-04-01,丁蜀镇,样例厂,紫砂陶,产品,合格,"


def take(tmp_path: Path, **files: str | bytes) -> Tables:
    """Ingest files given as name=text (UTF-8) or bytes; `__` in a name is a dot."""
    for name, content in files.items():
        path = tmp_path / "raw" / name.replace("__", ".")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return ingested(tmp_path / "raw", FOLDER, tmp_path / "processed")


def fates(tables: Tables) -> list[tuple[int, str, str]]:
    return list(tables.ledger[["row", "fate", "reason"]].itertuples(index=False, name=None))


def data_fates(tables: Tables) -> list[tuple[str, str]]:
    """Fates of the rows below the header."""
    kept = tables.ledger[~tables.ledger["reason"].isin(["header", "title", "footer"])]
    return list(kept[["fate", "reason"]].itertuples(index=False, name=None))


def test_a_return_with_all_its_trimmings(tmp_path):
    text = f"2013年第二季度监督抽查（演示数据）\n\n{HEAD}\n{ROW}\n合计,,,,,,1,\n"
    text += "\n填报单位：市质监局,,填报日期：2013年7月9日\n"
    tables = take(tmp_path, a__csv=text)
    assert fates(tables) == [
        (1, "excluded", "title"),
        (3, "excluded", "header"),
        (4, "accepted", ""),
        (5, "excluded", "total"),
        (7, "excluded", "footer"),
    ]
    about = tables.files.iloc[0]
    assert (about["form"], about["sender"], about["synthetic"]) == ("inspections", "质监局", True)
    assert (about["period_from"], about["period_to"], about["filed"]) == tuple(
        map(pd.Timestamp, ("2013-04-01", "2013-06-30", "2013-07-09"))
    )
    record = tables.records["inspections"].iloc[0]
    assert (record["unit"], record["class"], record["result"], record["row"], record["file"]) == (
        "丁蜀镇",
        "product",
        "pass",
        4,
        "a.csv",
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encodings_and_delimiters(tmp_path, encoding, delimiter):
    text = f"{HEAD}\n{ROW.replace('丁蜀镇', '湖㳇镇')}\n".replace(",", delimiter)
    tables = take(tmp_path, a__csv=text.encode(encoding))
    assert tables.records["inspections"]["unit"].tolist() == ["湖㳇镇"]


def test_a_gbk_export_turns_hufu_into_a_question_mark(tmp_path):
    tables = take(
        tmp_path, a__csv=f"{HEAD}\n{ROW.replace('丁蜀镇', '湖㳇镇')}".encode("gbk", "replace")
    )
    assert tables.records["inspections"]["unit"].tolist() == ["湖㳇镇"]


@pytest.mark.parametrize(
    ("column", "text", "reason"),
    [
        ("镇（街道、园区）", "丁属镇", "unknown_unit|镇（街道、园区）|丁属镇|丁蜀镇"),
        ("镇（街道、园区）", "XYZ", "unknown_unit_far|镇（街道、园区）|XYZ"),
        ("镇（街道、园区）", "—", "missing_value|镇（街道、园区）"),
        ("镇（街道、园区）", "阳羡旅游度假区", "unit_not_valid|阳羡旅游度假区|2022-10-31|"),
        ("抽样日期", "2013-02-30", "bad_date|抽样日期|2013-02-30"),
        ("抽样日期", "四月", "bad_date|抽样日期|四月"),
        ("检验结果", "基本合格", "not_in_vocabulary|检验结果|基本合格|合格、不合格"),
        ("样品编号", "", "missing_value|样品编号"),
    ],
)
def test_a_wrong_value_is_rejected_by_name(tmp_path, column, text, reason):
    cells = dict(zip(HEAD.split(","), ROW.split(","), strict=True)) | {column: text}
    tables = take(tmp_path, a__csv=f"{HEAD}\n{','.join(cells.values())}\n")
    assert data_fates(tables) == [("rejected", reason)]
    for language in ("zh", "en"):
        assert (
            (text in Words(language).reason(reason))
            or "missing" in reason
            or text in ("阳羡旅游度假区",)
        )


def test_two_mistakes_in_a_row_are_both_told(tmp_path):
    tables = take(tmp_path, a__csv=f"{HEAD}\nC1,四月,丁属镇,,,产品,合格,\n")
    assert data_fates(tables)[0][1].count(";") == 1


def test_text_cannot_forge_a_reason(tmp_path):
    tables = take(tmp_path, a__csv=f'{HEAD}\nC1,"a|b;c\nd",丁蜀镇,,,产品,合格,\n')
    assert data_fates(tables) == [("rejected", "bad_date|抽样日期|a｜b；c d")]


def test_a_sample_number_counts_once_within_and_across_files(tmp_path):
    tables = take(tmp_path, a__csv=f"{HEAD}\n{ROW}\n{ROW}\n", b__csv=f"{HEAD}\n{ROW}\n")
    assert data_fates(tables) == [
        ("accepted", ""),
        ("duplicate", "duplicate_of|a.csv|2"),
        ("duplicate", "duplicate_of|a.csv|2"),
    ]


def test_one_number_with_two_contents_is_a_conflict_of_both(tmp_path):
    tables = take(
        tmp_path, a__csv=f"{HEAD}\n{ROW}\n", b__csv=f"{HEAD}\n{ROW.replace(',合格', ',不合格')}\n"
    )
    assert data_fates(tables) == [
        ("rejected", "conflict|检验结果|b.csv|2"),
        ("rejected", "conflict|检验结果|a.csv|2"),
    ]
    assert "inspections" not in tables.records or tables.records["inspections"].empty


def test_a_park_and_its_town_may_both_report_a_sample(tmp_path):
    other = ROW.replace("丁蜀镇", "新街街道")
    tables = take(tmp_path, a__csv=f"{HEAD}\n{other}\n{other.replace('新街街道', '环科园')}\n")
    assert [fate for fate, _ in data_fates(tables)] == ["accepted", "accepted"]
    assert set(tables.records["inspections"]["unit"]) == {"新街街道", "环科园"}


def test_two_units_that_do_not_overlap_may_not(tmp_path):
    tables = take(tmp_path, a__csv=f"{HEAD}\n{ROW}\n{ROW.replace('丁蜀镇', '和桥镇')}\n")
    assert [fate for fate, _ in data_fates(tables)] == ["rejected", "rejected"]


PROJECTS = (
    "工程名称,镇（街道、园区）,规模,开工日期,验收日期,一次验收结果,是否受监,执行节能标准,是否备案"
)


def test_a_later_return_replaces_a_projects_earlier_state(tmp_path):
    first = f"{PROJECTS}\n甲楼,丁蜀镇,大型,2013-03-01,,,是,是,\n"
    later = f"{PROJECTS}\n甲楼,丁蜀镇,大型,2013-03-01,2013-11-01,合格,是,是,是\n"
    tables = take(tmp_path, **{"x2013年上半年__csv": first, "y2013年下半年__csv": later})
    assert data_fates(tables) == [("duplicate", "replaced|y2013年下半年.csv|2"), ("accepted", "")]


def test_an_accepted_project_needs_its_result(tmp_path):
    tables = take(
        tmp_path,
        **{"2013年__csv": f"{PROJECTS}\n甲楼,丁蜀镇,大型,2013-03-01,2013-11-01,,是,是,是\n"},
    )
    assert data_fates(tables) == [("rejected", "needed_with|一次验收结果|验收日期")]


COVERAGE = "指标,分类,镇（街道、园区）,月份,应查数,已达数,覆盖率"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("生产许可证证书覆盖率,,丁蜀镇,1-3,10,11,", "more_than|已达数|应查数"),
        ("生产许可证证书覆盖率,,丁蜀镇,1-3,-1,0,", "bad_count|应查数|-1;more_than"),
        ("生产许可证证书覆盖率,,丁蜀镇,13,10,10,", "bad_months|月份|13"),
        ("生产许可证证书覆盖率,,丁蜀镇,1-3,10.5,10,", "bad_count|应查数|10.5"),
    ],
)
def test_counts_that_cannot_be(tmp_path, row, reason):
    tables = take(tmp_path, **{"2013年第一季度__csv": f"{COVERAGE}\n{row}\n"})
    assert data_fates(tables)[0][0] == "rejected"
    assert data_fates(tables)[0][1].startswith(reason.split(";")[0])


def test_a_return_that_never_says_its_year(tmp_path):
    tables = take(tmp_path, a__csv=f"{COVERAGE}\n生产许可证证书覆盖率,,丁蜀镇,1-3,10,10,\n")
    assert data_fates(tables) == [("rejected", "no_period")]


def test_a_row_for_the_whole_city_in_a_return_of_towns_is_a_total(tmp_path):
    tables = take(
        tmp_path, **{"2013年第一季度__csv": f"{COVERAGE}\n生产许可证证书覆盖率,,全市,1-3,10,10,\n"}
    )
    assert data_fates(tables) == [("excluded", "total")]


def test_a_date_outside_the_returns_period_is_taken_and_flagged(tmp_path):
    tables = take(tmp_path, **{"2013年第一季度__csv": f"{HEAD}\n{ROW}\n"})
    assert data_fates(tables) == [("accepted", "outside_period")]


def test_one_name_in_two_towns_is_two_projects(tmp_path):
    """And a later state replaces only that of its own town."""
    first = f"{PROJECTS}\n幼儿园,丁蜀镇,大型,2013-03-01,2013-05-01,不合格,是,是,是\n"
    later = f"{PROJECTS}\n幼儿园,官林镇,大型,2013-03-01,2013-11-01,合格,是,是,是\n"
    tables = take(tmp_path, **{"x2013年上半年__csv": first, "y2013年下半年__csv": later})
    assert [fate for fate, _ in data_fates(tables)] == ["accepted", "accepted"]
    made = measures.measure(FOLDER.plan(2013), tables.records)
    sums = made[made["target"] == "T07"].groupby("unit")[["numerator", "denominator"]].sum()
    assert sums.T.to_dict("list") == {"丁蜀镇": [0, 1], "官林镇": [1, 1], "宜兴市": [1, 2]}


def test_a_project_of_the_park_and_its_town_counts_once_in_the_city(tmp_path):
    row = "甲楼,{},大型,2013-03-01,,,是,是,\n"
    first = f"{PROJECTS}\n" + row.format("新街街道") + row.format("环科园")
    later = f"{PROJECTS}\n甲楼,环科园,大型,2013-03-01,2013-11-01,合格,是,是,是\n"
    tables = take(tmp_path, **{"x2013年上半年__csv": first, "y2013年下半年__csv": later})
    made = measures.measure(FOLDER.plan(2013), tables.records)
    for target in ("T07", "T12"):
        assert (
            made[(made["target"] == target) & (made["unit"] == "宜兴市")]["denominator"].sum() == 1
        )


def test_a_sample_of_the_citys_own_counts_for_the_city_only(tmp_path):
    tables = take(tmp_path, a__csv=f"{HEAD}\n{ROW.replace('丁蜀镇', '市直')}\n")
    made = measures.measure(FOLDER.plan(2013), tables.records)
    assert made.set_index("unit")["denominator"].to_dict() == {"宜兴市": 1}


@pytest.mark.parametrize("quotes", ['"绝缘', '"绝缘\nC2,2013-04-01,丁蜀镇,a,b,产品,合格,"'])
def test_a_stray_quote_does_not_swallow_rows(tmp_path, quotes):
    text = f"{HEAD}\n{ROW}{quotes}\n" + "".join(f"{ROW.replace('C1', f'D{i}')}\n" for i in range(9))
    tables = take(tmp_path, a__csv=text)
    assert [(f, r.split("|")[0]) for _, f, r in fates(tables)] == [("rejected", "broken_text")]


def test_cells_beyond_the_header_are_refused(tmp_path):
    tables = take(
        tmp_path,
        **{"2013年__csv": "指标,镇（街道、园区）,年度,数值\n质量工作财政扶持,全市,2013,12,345\n"},
    )
    assert data_fates(tables) == [("rejected", "extra_cells|345")]


@pytest.mark.parametrize(
    ("year", "why"),
    {
        "13": "undeclared_year|年度|13|calendar: ROC / century: 2000",
        "102": "undeclared_year|年度|102|calendar: ROC",
        "1234": "bad_year|年度|1234",
        "9999": "bad_year|年度|9999",
    }.items(),
)
def test_a_year_that_cannot_be(tmp_path, year, why):
    tables = take(
        tmp_path,
        **{"2013年__csv": f"指标,镇（街道、园区）,年度,数值\n质量工作财政扶持,全市,{year},12\n"},
    )
    assert data_fates(tables) == [("rejected", why)]


def test_overlapping_months_cannot_be_added(tmp_path):
    row = "生产许可证证书覆盖率,,丁蜀镇,{},10,8,"
    text = "\n".join([COVERAGE, row.format("1-3"), row.format("1-6"), row.format("7-9")])
    tables = take(tmp_path, **{"2013年__csv": text})
    assert [(f, r.split("|")[0]) for f, r in data_fates(tables)] == [
        ("rejected", "months_overlap")
    ] * 2 + [("accepted", "")]


def test_a_stratum_that_the_plan_does_not_know(tmp_path):
    tables = take(
        tmp_path, **{"2013年第一季度__csv": f"{COVERAGE}\n免费检定覆盖率,村诊所,丁蜀镇,1-3,10,8,\n"}
    )
    assert data_fates(tables)[0][1].startswith("not_in_vocabulary|分类|村诊所")


@pytest.mark.parametrize(
    ("path", "period"),
    {
        "2013/质监局-第一季度": ("01-01", "03-31"),
        "质监局/2013年/上半年": ("01-01", "06-30"),
        "2013年1月至6月": ("01-01", "06-30"),
        "2013年度下半年": ("07-01", "12-31"),
        "2013年13月": None,
        "第一季度": None,
        "20130405": None,
    }.items(),
)
def test_the_period_that_a_path_states(path, period):
    assert periods.stated_period(path) == (
        period and tuple(dt.date.fromisoformat(f"2013-{day}") for day in period)
    )


def test_many_duplicates_are_no_work(tmp_path):
    """The same twenty thousand rows under two names: a law of fates, and no loop over them."""
    text = "\n".join([HEAD, *(ROW.replace("C1", f"C{i}") for i in range(20_000))])
    tables = take(tmp_path, a__csv=text, b__csv=text)
    assert tables.ledger["fate"].value_counts().to_dict() == {
        "accepted": 20_000,
        "duplicate": 20_000,
        "excluded": 2,
    }


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a__csv", b"", "empty_file"),
        ("a__xlsx", b"PK\x03\x04 not a workbook", "broken_workbook"),
        ("a__xls", b"\xd0\xcf\x11\xe0 nor this", "broken_workbook"),
        ("a__xls", b"<html><body>404</body></html>", "web_page"),
        ("a__csv", b"\x00\x01\x02\x03", "not_text"),
        ("a__csv", b"\xff\xff\xff\xff", "bad_byte|1|0xFF|GB18030"),
    ],
)
def test_a_file_that_cannot_be_read_has_one_ledger_row(tmp_path, name, content, code):
    tables = take(tmp_path, **{name: content})
    assert fates(tables) == [(0, "rejected", code)]
    assert "{" not in Words("zh").reason(code)


def test_a_document_is_set_aside(tmp_path):
    tables = take(tmp_path, a__pdf=b"%PDF", readme__txt="what this is")
    assert fates(tables) == [(0, "excluded", "not_a_table")] * 2


def test_a_table_of_no_known_form_says_what_the_nearest_lacks(tmp_path):
    tables = take(tmp_path, a__csv="样品编号,抽样日期,镇\nC1,2013-04-01,丁蜀镇\n")
    assert {(f, r) for _, f, r in fates(tables)} == {
        ("rejected", "unknown_form|监督抽查结果|镇（街道、园区）、类别、检验结果")
    }
    assert len(fates(tables)) == 2


def test_two_columns_of_one_name_are_an_error_that_names_both(tmp_path):
    tables = take(tmp_path, a__csv=f"{HEAD},判定\n{ROW},合格\n")
    assert fates(tables)[0][2] == "repeated_column|检验结果|检验结果 (7)、判定 (9)"


def test_an_empty_folder_is_one_clear_line(tmp_path):
    (tmp_path / "raw").mkdir()
    with pytest.raises(FileNotFoundError, match="no returns under"):
        ingest(tmp_path / "raw", FOLDER, tmp_path / "processed")


def test_real_dates_numbers_and_sheets_of_a_workbook(tmp_path):
    (tmp_path / "raw").mkdir()
    book = xlsxwriter.Workbook(
        tmp_path / "raw" / "a.xlsx",
        {"default_date_format": "yyyy/m/d", "strings_to_formulas": False},
    )
    for name, number in (("一", 1), ("二", 2)):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, HEAD.split(","))
        sheet.write_row(
            1, 0, [number, dt.date(2013, 4, 1), "丁蜀镇", "=1+1 厂", "紫砂陶", "产品", "合格"]
        )
    book.close()
    tables = take(tmp_path)
    got = tables.records["inspections"]
    assert got[["sheet", "sample_no", "row"]].values.tolist() == [["一", "1", 2], ["二", "2", 2]]
    assert got["date"].eq(pd.Timestamp("2013-04-01")).all()
    assert got["firm"].tolist() == ["=1+1 厂"] * 2


@pytest.mark.parametrize(
    "text",
    [
        "2013-04-01",
        "2013/4/1",
        "2013.4.1",
        "20130401",
        "2013年4月1日",
        "二○一三年四月一日",
        "二〇一三年四月一日",
        "２０１３－０４－０１",
        "41365",
        "2013-04-01 00:00:00",
    ],
)
def test_every_form_of_a_date(text):
    assert calendars.date(text) == dt.date(2013, 4, 1)


@pytest.mark.parametrize(
    "text", ["2013-13-01", "20131301", "4月1日", "2013年四月1日", "12", "1.5", "2013", ""]
)
def test_what_is_no_date(text):
    with pytest.raises(ValueError):
        calendars.date(text)


@pytest.mark.parametrize(
    ("text", "months"),
    {
        "4": (4, 4),
        "04": (4, 4),
        "3-4": (3, 4),
        "7~8": (7, 8),
        "07～08": (7, 8),
        "1—3月": (1, 3),
        "第四季度": (10, 12),
        "2季度": (4, 6),
        "上半年": (1, 6),
    }.items(),
)
def test_every_form_of_months(text, months):
    assert calendars.months(text) == months


@pytest.mark.parametrize("text", ["0", "13", "8-7", "四", "第五季度", ""])
def test_what_is_no_month(text):
    with pytest.raises(ValueError):
        calendars.months(text)


@pytest.mark.parametrize(
    ("text", "number"),
    {
        "1,215": 1215,
        "１２１５": 1215,
        "96.2%": 0.962,
        "96.20％": 0.962,
        "-3": -3,
        "1,215,000.5": 1215000.5,
    }.items(),
)
def test_every_form_of_a_number(text, number):
    assert cell_values.number(text) == number


@pytest.mark.parametrize("text", ["1,2", "12,15", "九", "1e999", "nan", "", "1 of 2"])
def test_what_is_no_number(text):
    with pytest.raises(ValueError):
        cell_values.number(text)


@settings(max_examples=examples(4, 8), deadline=None)
@given(
    st.lists(
        st.tuples(
            st.text("ABC123", min_size=1, max_size=3),
            st.dates(dt.date(2013, 1, 1), dt.date(2013, 12, 31)),
            st.sampled_from(["丁蜀镇", "湖父镇", "经开区", "不知道"]),
            st.sampled_from(["合格", "不合格", "?"]),
        ),
        max_size=12,
    ),
    st.sampled_from(["utf-8", "gb18030", "utf-8-sig"]),
    st.permutations(range(5)),
)
def test_whatever_the_rows_the_fates_add_up_and_order_of_columns_does_not_matter(
    tmp_path_factory, samples, encoding, order
):
    def text(order):
        head = ["样品编号", "抽样日期", "镇（街道、园区）", "检验结果", "类别"]
        lines = [head, *([s, d.isoformat(), u, r, "产品"] for s, d, u, r in samples)]
        return "\n".join(",".join(line[i] for i in order) for line in lines)

    one = take(tmp_path_factory.mktemp("a"), a__csv=text(order).encode(encoding))
    two = take(tmp_path_factory.mktemp("b"), a__csv=text(range(5)))
    assert fates(one) == fates(two)
    assert len(one.ledger) == len(samples) + 1


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_a_reason(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("bytes") / "a.csv"
    path.write_bytes(data)
    try:
        found = [block for sheet in sheets(path, identify(path)[1]) for block in sheet.blocks()]
    except Unreadable as error:
        assert error.reason.code
    else:
        assert all(
            isinstance(cell, str) for block in found for row in block.to_numpy() for cell in row
        )
