"""Forms that yxq has made, in the ways in which a clerk changes them before they come back."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pandas as pd
import pytest
import small
from openpyxl.utils import column_index_from_string, get_column_letter
from project import ingested
from wcwidth import wcswidth

from yxq.attainment import owed
from yxq.attainment.attain import attain
from yxq.plan_folders.load import load
from yxq.report.sections.reminders import owing
from yxq.returns.blank.asked import asked
from yxq.returns.blank.write import write
from yxq.returns.ingest import ingest
from yxq.words.wording import Words

FIRST = 6  # the row of the first that is filled in
Q4 = "质监局-覆盖率统计-2013年第四季度.xlsx"


@pytest.fixture(scope="module")
def blanks(yixing, tmp_path_factory):
    """The blank forms of one department."""
    place, plan = tmp_path_factory.mktemp("blank"), yixing.plan(2013)
    write(place, plan, asked(plan, ["质监局"]), place / "none")
    return place


def counted(path, rows=None):
    """A blank of counts, 9 of 10 in some rows or all that are given."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row in range(FIRST, sheet.max_row + 1 if rows is None else FIRST + rows):
        if sheet.cell(row, 1).value:
            sheet.cell(row, 5).value, sheet.cell(row, 6).value = 10, 9
    return book


def bare(book, title):
    """Without its mark, as where the sheet is copied into a workbook of somebody else's."""
    for name in book.sheetnames[1:]:
        book.remove(book[name])
    sheet = book.worksheets[0]
    sheet["A1"], sheet["A4"] = title, None
    return book


def read(raw, folder, **books):
    """The tables of some workbooks, by their names without suffix."""
    raw.mkdir(exist_ok=True)
    for name, book in books.items():
        book.save(raw / f"{name}.xlsx")
    return ingested(raw, folder, raw.parent / "processed")


@pytest.mark.parametrize(
    ("name", "first"),
    [("质监局-覆盖率统计-2013年第四季度", "2013-10-01"), ("质监局-覆盖率统计", None)],
)
def test_the_day_by_which_a_form_is_due_is_no_period(blanks, yixing, tmp_path, name, first):
    book = bare(counted(blanks / Q4), "覆盖率统计")
    assert book.worksheets[0]["A3"].value.startswith("请在2014年1月15日前报送")
    tables = read(tmp_path / "raw", yixing, **{name: book})
    [row] = tables.files.to_dict("records")
    if first is None:
        assert (row["accepted"], row["rejected"]) == (0, 220)
        assert "no_period" in tables.ledger["reason"].iloc[-1]
    else:
        assert str(row["period_from"].date()) == first
        assert (row["accepted"], row["rejected"]) == (220, 0)
        assert set(tables.records["coverage"]["from"].astype(str)) == {"2013-10-01"}


def small_plan(place, **written):
    """A plan whose form has a number a unit, in a publisher's marks."""
    columns = {"unit": small.COLUMNS["unit"], "size": {"type": "number", "required": True}}
    made = small.form(key=["unit", "year"], written=written) | {"columns": columns}
    asks = small.target("T1", {"form": "things", "value": "size"}, ">= 1")
    return load(small.folder(place, {"things": made}, asks).as_posix())


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_numbers_of_a_made_form_are_not_read_by_the_marks_of_a_publisher(tmp_path, kind):
    folder = small_plan(tmp_path, decimal=",")
    plan = folder.plan()
    [path] = write(tmp_path / "blank", plan, asked(plan), tmp_path / "none")
    book, raw = openpyxl.load_workbook(path), tmp_path / "raw"
    raw.mkdir()
    sheet = book.worksheets[0]
    for row, value in enumerate((1.125, 1234.567, 1.5), FIRST):
        sheet.cell(row, 2).value = value
    if kind == "xlsx":
        book.save(raw / "a.xlsx")
    else:
        rows = (["" if v is None else str(v) for v in row] for row in sheet.values)
        text = "\n".join(",".join(f'"{v}"' for v in row) for row in rows)
        (raw / "a.csv").write_text(text, encoding="utf-8")
    tables = ingested(raw, folder, tmp_path / "processed")
    rejected = tables.ledger.query("fate == 'rejected'")["reason"].tolist()
    sizes = tables.records["things"]["size"].tolist()
    if kind == "xlsx":
        assert (sizes, rejected) == ([1.125, 1234.567, 1.5], [])
    else:  # 1.125 in text may be 1125
        assert (sizes, rejected) == ([1234.567, 1.5], ["bad_number|size|1.125"])


# Another return than the mark says


Q1, Q2 = (f"质监局-覆盖率统计-2013年第{n}季度" for n in "一二")


def paste(book, path, title):
    """A sheet of another blank copied in, filled in, without its mark."""
    other = openpyxl.load_workbook(path)
    sheet = book.create_sheet("名录")
    for row in other.worksheets[0].iter_rows(max_row=FIRST - 1, values_only=True):
        sheet.append(row)
    sheet["A1"], sheet["A4"] = title, None
    for n in range(3):
        sheet.append(["首席质量官", f"甲{n}", "厂", "丁蜀镇", "2013-02-01", "完成"])
    return book


def test_a_second_return_copied_into_a_made_workbook_is_read(blanks, yixing, tmp_path):
    listed = blanks / "质监局-名录登记-2013年第一季度.xlsx"
    book = paste(counted(blanks / f"{Q1}.xlsx"), listed, "2013年第一季度名录登记（质监局）")
    scratch = book.create_sheet("Sheet9")
    scratch.append(["a", "b", "c", "d"])
    nearly = book.create_sheet("Sheet10")
    nearly.append(["名录", "名称", "企业"])
    nearly.append(["首席质量官", "甲", "厂"])
    tables = read(tmp_path / "raw", yixing, a=book)
    files = tables.files.set_index("sheet")
    assert files["accepted"].to_dict() == {
        "覆盖率统计": 220,
        "填表说明": 0,
        "How to fill it in": 0,
        "yxq": 0,
        "名录": 3,
        "Sheet9": 0,
        "Sheet10": 0,
    }
    assert files.loc["Sheet9", "reason"] == "no_table"
    assert files.loc["Sheet10", "refused"] == "rejected"
    assert files.loc["Sheet10", "reason"].startswith("unknown_form|名录登记|")
    assert set(files.loc[["填表说明", "How to fill it in", "yxq"], "reason"]) == {"made_sheet"}


def test_a_sheet_of_the_same_form_without_its_mark_is_what_its_title_says(blanks, yixing, tmp_path):
    book = counted(blanks / f"{Q1}.xlsx")
    copied = book.copy_worksheet(book.worksheets[0])
    copied["A1"], copied["A4"] = "2013年第二季度覆盖率统计（质监局）", None
    for row in copied.iter_rows(min_row=FIRST):
        row[3].value = "4-6" if row[0].value else None
    tables = read(tmp_path / "raw", yixing, a=book)
    assert sorted(tables.files["accepted"])[-2:] == [220, 220]
    assert set(tables.records["coverage"]["months"]) == {"1-3", "4-6"}


def test_headings_that_are_gone_from_a_made_sheet_are_told(blanks, yixing, tmp_path):
    book = counted(blanks / f"{Q1}.xlsx")
    for cell in book.worksheets[0][FIRST - 1]:
        cell.value = None
    tables = read(tmp_path / "raw", yixing, a=book)
    [row] = tables.files[tables.files["sheet"] == "覆盖率统计"].to_dict("records")
    assert (row["refused"], row["reason"]) == ("rejected", "no_header")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (f"{Q2}-2", ""),
        (
            "质监局-覆盖率统计-2014年第二季度",
            "mark_of_another_name|2013-04-01|2013-06-30|2014-04-01|2014-06-30",
        ),
        (Q1, "mark_of_another_name|2013-04-01|2013-06-30|2013-01-01|2013-03-31"),
        ("覆盖率-2013年7月报送", ""),  # when it was sent, and no quarter
    ],
)
def test_a_file_named_after_another_period_is_refused(blanks, yixing, tmp_path, name, reason):
    tables = read(tmp_path / "raw", yixing, **{name: counted(blanks / f"{Q2}.xlsx")})
    [row] = tables.files[tables.files["form"].notna()].to_dict("records")
    assert (row["accepted"], row["reason"]) == (0 if reason else 220, reason)


@pytest.mark.parametrize(
    ("filed", "folder", "reason"),
    [
        ("2013-07-10", "2013年第二季度", ""),
        ("2014-06-27", "2014", ""),
        ("2014-06-28", "", "filed_far|2013-04-01|2013-06-30|2014-06-28"),
        ("2013-04-01", "", ""),
        ("2013-03-31", "", "filed_far|2013-04-01|2013-06-30|2013-03-31"),
        (
            "2013-07-10",
            "2013年第三季度",
            "folder_of_another_period|2013-04-01|2013-06-30|2013-07-01|2013-09-30",
        ),
    ],
)
def test_a_form_that_may_be_last_years_is_looked_at(
    blanks, yixing, tmp_path, filed, folder, reason
):
    book, raw = counted(blanks / f"{Q2}.xlsx"), tmp_path / "raw"
    book.worksheets[0]["E2"] = filed
    (raw / folder).mkdir(parents=True)
    book.save(raw / folder / "a.xlsx")
    tables = ingested(raw, yixing, tmp_path / "processed")
    [row] = tables.files[tables.files["form"].notna()].to_dict("records")
    assert (row["accepted"], row["refused"], row["reason"]) == (220, "", reason)
    back = tables.place / "returned" / "质监局.xlsx"
    assert back.exists() == bool(reason)
    if reason:
        listed = [*openpyxl.load_workbook(back)["请核对的行"].values][-1]
        assert listed[0].endswith("a.xlsx") and listed[2] is None and "核对" in listed[6]


@pytest.mark.parametrize(("title", "counts"), [("2014年第一季度", False), ("2013年第一季度", True)])
@pytest.mark.parametrize("marked", [True, False])
def test_two_returns_on_one_sheet_are_refused(blanks, yixing, tmp_path, title, counts, marked):
    book = counted(blanks / f"{Q1}.xlsx", rows=5)
    sheet = book.worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=FIRST + 5)]
    sheet.delete_rows(FIRST + 5, sheet.max_row)
    mark = rows[3][0].replace("2013-01-01 / 2013-03-31", "2014-01-01 / 2014-03-31")
    other = mark if not counts else rows[3][0]
    rows[0][0], rows[3][0] = (None, other) if marked else (f"{title}覆盖率统计", None)
    for row in rows:
        sheet.append(row)
    tables = read(tmp_path / "raw", yixing, a=book)
    [row] = tables.files[tables.files["form"].notna()].to_dict("records")
    assert row["accepted"] == (5 if counts else 0)
    assert row["reason"].partition("|")[0] == ("" if counts else "two_returns")


# Rows that are left empty


@pytest.fixture(scope="module")
def half_filled(blanks, yixing, tmp_path_factory):
    """The first quarter whole, 94 of 220 rows of the second."""
    books = {"a": counted(blanks / f"{Q1}.xlsx"), "b": counted(blanks / f"{Q2}.xlsx", rows=94)}
    return read(tmp_path_factory.mktemp("half") / "raw", yixing, **books)


def test_rows_that_are_left_empty_are_owed(half_filled, yixing):
    tables, plan = half_filled, yixing.plan(2013)
    files = tables.files[tables.files["form"].notna()].set_index("file")
    assert files["accepted"].to_dict() == {"a.xlsx": 220, "b.xlsx": 94}
    assert files["left"].to_dict() == {"a.xlsx": 0, "b.xlsx": 126}
    done = ingest(tables.place.parent / "raw", yixing, tables.place)
    said = [line for line in done.lines(Words("en")) if "empty" in line]
    assert said == [
        "look at: b.xlsx [覆盖率统计]: 126 of the rows that were asked are empty, and still owed"
    ]
    listed = [
        *openpyxl.load_workbook(tables.place / "returned" / "质监局.xlsx")["请核对的行"].values
    ]
    assert [row[0] for row in listed[2:]] == ["b.xlsx"] and "126" in listed[-1][5]
    day = dt.date(2013, 7, 31)
    lines = owing(plan, owed.status(plan, tables.files, day), tables.files, day, day, Words("zh"))
    mine = lines[(lines["sender"] == "质监局") & (lines["form"] == "覆盖率统计")]
    assert mine["owes"].tolist() == ["待补填126行"]


def test_what_is_asked_of_a_unit_and_was_left_empty_is_missing(half_filled, yixing):
    tables, plan, day = half_filled, yixing.plan(2013), dt.date(2013, 7, 31)
    returns = owed.status(plan, tables.files, day)
    table = attain(plan, tables.measures, returns, day, files=tables.files)
    missing = table.set_index(["unit", "target"])["missing"]
    left = tables.files["left_of"].max().split("\n")
    pairs = {tuple(reversed(line.split("\t"))) for line in left}
    targets = {target for _, target in pairs}
    # Six of the fifth indicator, twenty of two more, and of one in four strata.
    assert len(left) == len(pairs) == 6 + 20 + 20 + 20 and len(targets) == 4
    short = missing[missing.index.get_level_values("target").isin(targets)]
    city = plan.city.name
    expected = {(u, t): int((u, t) in pairs or u == city) for u, t in short.index}
    assert short.to_dict() == expected and 0 in expected.values()
    # On a day on which it was not due yet nothing is missing.
    before = attain(plan, tables.measures, returns, dt.date(2013, 7, 1), files=tables.files)
    assert not before.set_index(["unit", "target"])["missing"][[*pairs]].any()


def test_rows_that_come_in_another_return_are_owed_no_more(blanks, yixing, tmp_path, half_filled):
    late = counted(blanks / f"{Q2}.xlsx", rows=94)
    sheet = late.worksheets[0]
    for row in range(FIRST, FIRST + 94):
        sheet.cell(row, 5).value = sheet.cell(row, 6).value = None
    for row in range(FIRST + 94, FIRST + 219):  # all but the last
        sheet.cell(row, 5).value, sheet.cell(row, 6).value = 10, 9
    first = counted(blanks / f"{Q2}.xlsx", rows=94)
    tables = read(tmp_path / "raw", yixing, b=first, c=late)
    files = tables.files[tables.files["form"].notna()]
    assert (files["accepted"].sum(), files["left"].tolist()) == (219, [0, 1])


def test_a_form_that_comes_back_empty_is_missing(blanks, yixing, tmp_path):
    tables = read(tmp_path / "raw", yixing, a=openpyxl.load_workbook(blanks / f"{Q1}.xlsx"))
    day = dt.date(2013, 7, 31)
    returns = owed.status(yixing.plan(2013), tables.files, day)
    mine = (returns["form"] == "coverage") & (returns["period_to"] == pd.Timestamp(2013, 3, 31))
    [status] = returns.loc[mine, "status"]
    assert status == "missing"


# In which unit a number is written


def test_the_unit_of_a_number_stands_beside_it_and_in_the_help(yixing, tmp_path):
    plan = yixing.plan(2013)
    mine = asked(plan, ["财政局", "人民银行", "住建局"])
    write(tmp_path, plan, [one for one in mine if one.form == "annual"], tmp_path / "none")
    found = {}
    for path in tmp_path.glob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        assert sheet["E5"].value == "计量单位"
        cells = {row[4].value for row in sheet.iter_rows(FIRST) if row[0].value}
        [rule] = [r for r in sheet.data_validations.dataValidation if "D6" in r.sqref]
        said = [row[2] for row in book["填表说明"].values if row[0] == "数值"]
        assert said == [rule.prompt]
        found[path.name[:3]] = (cells, rule.prompt.partition("；计量单位：")[2].partition("；")[0])
    assert found["财政局"] == ({"万元"}, "万元（质量工作财政扶持）")
    assert found["人民银"] == ({"亿元"}, "亿元（质量提升信贷支持）")
    assert found["住建局"][0] == {"率"}


def test_the_unit_stands_beside_a_row_that_goes_back_and_is_no_column_of_it(yixing, tmp_path):
    plan = yixing.plan(2013)
    write(tmp_path / "b", plan, asked(plan, ["财政局"]), tmp_path / "none")
    [path] = (tmp_path / "b").iterdir()
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row in range(FIRST, sheet.max_row + 1):
        if sheet.cell(row, 1).value:
            sheet.cell(row, 4).value = 106
    sheet.cell(FIRST, 4).value = "106万元"
    tables = read(tmp_path / "raw", yixing, a=book)
    assert set(tables.files["unknown"]) == {""}
    sheet = openpyxl.load_workbook(tables.place / "returned" / "财政局.xlsx")["改正1 年度数值"]
    heads = [cell.value for cell in sheet[FIRST - 1]]
    assert sheet.cell(FIRST, heads.index("计量单位") + 1).value == "万元"


# What a form says of itself


def test_a_task_form_says_how_a_task_goes_on_and_takes_no_day_after_its_period(yixing, tmp_path):
    plan = yixing.plan(2013)
    made = write(tmp_path / "b", plan, asked(plan, ["质监局"], "H1"), tmp_path / "none")
    [path] = [path for path in made if "重点任务" in path.name]
    book = openpyxl.load_workbook(path)
    lines = [str(row[0]) for row in book["填表说明"].values]
    [said] = [line for line in lines if "整行不填" in line]
    assert "“完成日期”留空" in said and "进展情况" in said and "填 0" not in said
    takes = {row[0]: row[2] for row in book["填表说明"].values}
    assert takes["完成日期"].endswith("且不晚于本期")
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[FIRST - 1]]
    done = heads.index("完成日期") + 1
    sheet.cell(FIRST, done).value = dt.datetime(2013, 6, 30)
    sheet.cell(FIRST + 1, done).value = dt.datetime(2013, 7, 1)
    tables = read(tmp_path / "raw", yixing, a=book)
    rows = tables.ledger[tables.ledger["fate"] == "accepted"]
    assert rows[["row", "reason"]].to_numpy().tolist() == [
        [FIRST, ""],
        [FIRST + 1, "outside_period"],
    ]


def test_a_day_that_has_no_bound_does_not_say_that_it_has(blanks):
    book = openpyxl.load_workbook(blanks / "质监局-重点任务进展-2013年上半年.xlsx")
    takes = {row[0]: row[2] for row in book["填表说明"].values}
    assert takes["期限"] == "填日期，如 2013-01-01；须是有的日子" or takes["期限"] == ""


@pytest.mark.parametrize("word", ["合计：", "共计", "累计", "合 计:"])
def test_a_total_is_known_however_it_is_called(blanks, yixing, tmp_path, word):
    book = counted(blanks / f"{Q1}.xlsx")
    sheet = book.worksheets[0]
    last = max(row for row in range(FIRST, sheet.max_row + 1) if sheet.cell(row, 1).value)
    for column, value in ((1, word), (5, 2200), (6, 1980)):
        sheet.cell(last + 1, column).value = value
    tables = read(tmp_path / "raw", yixing, a=book)
    fates = tables.ledger[tables.ledger["row"] == last + 1]
    assert fates["reason"].iloc[0] == "total"


def test_what_stood_in_a_cell_that_says_nothing_is_shown(blanks, yixing, tmp_path):
    book = counted(blanks / f"{Q1}.xlsx")
    book.worksheets[0].cell(FIRST, 5).value = "/"
    tables = read(tmp_path / "raw", yixing, a=book)
    listed = openpyxl.load_workbook(tables.place / "returned" / "质监局.xlsx")["退回的行"]
    [row] = [row for row in listed.values if row[0] == "a.xlsx"]
    assert (row[3], row[4]) == ("应查数", "/")


def test_on_paper_a_narrow_form_has_all_that_stands_above_it(yixing, tmp_path):
    plan = yixing.plan(2013)
    write(tmp_path, plan, asked(plan, ["人民银行"]), tmp_path / "none")
    [path] = tmp_path.iterdir()
    sheet = openpyxl.load_workbook(path).worksheets[0]
    last = sheet.print_area.rpartition("$")[0].rpartition("$")[2]
    wide = [
        sheet.column_dimensions[get_column_letter(n)].width
        for n in range(1, column_index_from_string(last) + 1)
    ]
    assert column_index_from_string(last) >= 5
    assert sum(wide) >= wcswidth(sheet["A3"].value) > 80
    assert wide[0] > wcswidth(sheet["A2"].value)


@pytest.mark.parametrize(
    ("before", "now", "odd"),
    [
        (106, 1_060_000, True),
        (1_060_000, 106, True),
        (1, 1000, True),
        (1, 999.9, False),
        (0, 1000, False),
        (-2, 2000, True),
    ],
)
def test_a_value_that_is_a_thousand_times_the_one_before_is_looked_at(tmp_path, before, now, odd):
    columns = {n: small.COLUMNS[n] for n in ("unit", "year", "size")}
    made = small.form(key=["unit", "year"], when=["year"]) | {"columns": columns}
    asks = small.target("T1", {"form": "things", "value": "size"}, ">= 1")
    place = small.folder(tmp_path, {"things": made}, asks)
    old, new = f"甲镇,2012,{before}", f"甲镇,2013,{now}\n乙镇,2013,{now}"
    tables = small.read(tmp_path, place, **{"2013年": f"unit,year,size\n{new}\n{old}\n"})
    assert len(tables.records["things"]) == 3
    rows = tables.ledger[tables.ledger["fate"] == "accepted"].set_index("row")["reason"]
    assert rows.to_dict() == {
        2: f"jump|size|{float(before)}|{float(now)}" if odd else "",
        3: "",
        4: "",
    }
    assert set(tables.records["things"]["key"]) == {"甲镇\x1f2013", "甲镇\x1f2012", "乙镇\x1f2013"}
