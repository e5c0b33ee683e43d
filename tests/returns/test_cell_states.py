"""A cell has a value, is blank, is an error, a formula never computed, or a number that lost its
digits, and these five are never the same, in whatever format.
"""

import datetime as dt
import io

import office
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from project import ingested

from yxq.plan_folders import load
from yxq.returns.no_value import may_be_none
from yxq.words.wording import Words

FOLDER = load.load("yixing")
HEAD = ["工程名称", "镇（街道、园区）", "规模", "开工日期", "验收日期"]
HEAD += ["一次验收结果", "是否受监", "执行节能标准", "是否备案"]
BEGUN = ["工程", "丁蜀镇", "大型", "2012-01-05"]
BUILT = ["合格", "是", "是", "是"]
ERRORS = ["#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!"]


def projects(*accepted: object) -> list[list[object]]:
    """A project for each content of the cell that says when it was accepted."""
    rows = [[f"{BEGUN[0]}{n}", *BEGUN[1:], day, *BUILT] for n, day in enumerate(accepted, start=1)]
    return [HEAD, *rows]


def by_openpyxl(rows: list[list[object]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def by_xlsxwriter(rows: list[list[object]], **options: object) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd", **options})
    sheet = book.add_worksheet()
    for n, row in enumerate(rows):
        sheet.write_row(n, 0, row)
    book.close()
    return out.getvalue()


def by_office(suffix: str, content: bytes, place, named: str = "a.xlsx") -> bytes:
    """The same as LibreOffice saves it."""
    (place / named).write_bytes(content)
    [made] = office.converted([place / named], suffix, place / "made")
    return made.read_bytes()


def by_pandas(rows: list[list[object]], how: str) -> bytes:
    frame, out = pd.DataFrame(rows[1:], columns=rows[0]), io.BytesIO()
    getattr(frame, how)(out, index=False)
    return out.getvalue()


def fates(tmp_path, name: str, content: bytes) -> list[tuple[str, str]]:
    """Fate and reason of each row but the header."""
    name = f"质监局-2013年第二季度-{name}"
    (tmp_path / "raw").mkdir(exist_ok=True)
    (tmp_path / "raw" / name).write_bytes(content)
    ledger = ingested(tmp_path / "raw", FOLDER, tmp_path / "processed").ledger
    for text in ledger["reason"]:
        assert not {"{", "}"} & set(Words("zh").reason(text) + Words("en").reason(text))
    told = ledger[ledger["reason"] != "header"]
    return [*told[["fate", "reason"]].itertuples(index=False, name=None)]


def errors(label: str = "验收日期") -> list[tuple[str, str]]:
    return [("rejected", f"cell_error|{label}|{error}") for error in ERRORS]


def test_an_error_is_no_blank_in_a_workbook(tmp_path):
    assert fates(tmp_path, "a.xlsx", by_openpyxl(projects(*ERRORS))) == errors()


@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_nor_in_one_of_another_format(tmp_path, suffix):
    content = by_office(suffix, by_openpyxl(projects(*ERRORS)), tmp_path)
    assert fates(tmp_path, f"a.{suffix}", content) == errors()


def test_nor_in_text_or_parquet(tmp_path):
    for name, how in (("a.csv", "to_csv"), ("b.parquet", "to_parquet")):
        (tmp_path / name).mkdir()
        assert fates(tmp_path / name, name, by_pandas(projects(*ERRORS), how)) == errors()


def test_nor_where_everything_else_is_a_word(tmp_path):
    rows = projects("2013-04-01")
    rows[1][5] = "#N/A"
    found = fates(tmp_path, "a.xlsx", by_openpyxl(rows))
    assert found[0][1].startswith("cell_error|一次验收结果|#N/A")


FORMULA = "=DATE(2013,4,1)"


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter])
def test_a_formula_that_was_never_computed_says_so(tmp_path, write):
    found = fates(tmp_path, "a.xlsx", write(projects(FORMULA)))
    assert found == [("rejected", f"not_computed|验收日期|{FORMULA}")]


@pytest.mark.parametrize("suffix", ["xlsx:Calc MS Excel 2007 XML", "xls", "ods"])
def test_one_that_was_computed_has_its_value(tmp_path, suffix):
    content = by_office(suffix, by_openpyxl(projects(FORMULA, '=""')), tmp_path)
    name = f"a.{suffix.partition(':')[0]}"
    first, second = fates(tmp_path, name, content)
    assert first == ("accepted", "") and "not_computed" not in second[1]


def test_a_formula_is_a_value_where_it_is_a_text(tmp_path):
    rows = projects("2013-04-01")
    rows[1][0] = "=1+1"
    content = by_xlsxwriter(rows, strings_to_formulas=False)
    assert fates(tmp_path, "a.xlsx", content) == [("accepted", "")]


@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_days_that_are_counted_from_1904(tmp_path, suffix):
    rows = projects(39903, dt.date(2013, 4, 1), 39903)
    content = by_xlsxwriter(rows, date_1904=True)
    if suffix != "xlsx":
        content = by_office(suffix, content, tmp_path)
    assert fates(tmp_path, f"a.{suffix}", content) == [("accepted", "")] * 3
    records = pd.read_parquet(tmp_path / "processed" / "records" / "projects.parquet")
    assert {*records["acceptance"]} == {pd.Timestamp("2013-04-01")}


SAMPLES = ["样品编号", "抽样日期", "镇（街道、园区）", "类别", "检验结果"]
SAMPLE = ["2013-04-02", "丁蜀镇", "产品", "合格"]


@pytest.mark.parametrize("kind", ["float64", "float32", "int64"])
def test_numbers_of_samples_that_lost_their_digits(tmp_path, kind):
    numbers = pa.array([320282201304000123, 12], pa.int64()).cast(kind, safe=False)
    columns = [numbers, *([text] * 2 for text in SAMPLE)]
    out = io.BytesIO()
    pq.write_table(pa.table(columns, SAMPLES), out)
    first, second = fates(tmp_path, "a.parquet", out.getvalue())
    kept = kind == "int64"
    assert first[0] == ("accepted" if kept else "rejected") and second == ("accepted", "")
    assert kept or first[1].startswith("digits_lost|样品编号|3.202822")


def test_no_number_is_an_error_and_no_text(tmp_path):
    columns = [["C1", "C2"], *([text] * 2 for text in SAMPLE), pa.array([float("nan"), None])]
    out = io.BytesIO()
    pq.write_table(pa.table(columns, [*SAMPLES, "受检单位"]), out)
    found = fates(tmp_path, "a.parquet", out.getvalue())
    assert found == [("rejected", "cell_error|受检单位|#NUM!"), ("accepted", "")]


def test_a_number_that_is_kept_as_text_by_a_formula(tmp_path):
    lines = [",".join(SAMPLES), ",".join(['="007"', *SAMPLE])]
    assert fates(tmp_path, "a.csv", "\n".join(lines).encode()) == [("accepted", "")]
    records = pd.read_parquet(tmp_path / "processed" / "records" / "inspections.parquet")
    assert [*records["sample_no"]] == ["007"]


def test_of_many_texts_those_are_looked_at_that_may_be_none():
    texts = pd.Series(["a", "x" * 32_767, "x" * 32_768, "1E+5", "#N/A"], dtype="str")
    assert [*may_be_none(texts, texts.str.len())] == [False, False, True, True, True]
