"""What a person sees in a cell is never another value in a record without a flag."""

import datetime as dt
import io
import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import workbooks
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import converted
from project import examples, ingested

from yxq.plan_folders import load
from yxq.words.text import fold

FOLDER = load.load("yixing")
HEAD = ["样品编号", "抽样日期", "镇（街道、园区）", "类别", "检验结果", "受检单位"]
NAME = "质监局-2013年第二季度"
NOT_A_VALUE = re.compile(r"#(N/A|DIV/0!|REF!|VALUE!|NAME\?|NUM!|NULL!)")
CONTENT = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(-1e20, 1e20).filter(lambda value: value == 0 or abs(value) > 1e-10),
    st.dates(dt.date(1950, 1, 1), dt.date(2090, 1, 1)),
    st.text("ab1 \u200b\ufeff\xa0\u202e氿㳇·%,;\"'=#+-", min_size=1, max_size=6),
    st.sampled_from(["#N/A", "#DIV/0!", "#REF!", "=1+1", "=NA()", "Err:502", "1E+17", "007"]),
)


def by_openpyxl(rows: list[list[object]]) -> dict[str, bytes]:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for cells in rows:
        book.active.append(cells)
    book.save(out)
    return {"a.xlsx": out.getvalue()}


def by_xlsxwriter(rows: list[list[object]]) -> dict[str, bytes]:
    made = {}
    for from_1904 in (False, True):
        out = io.BytesIO()
        options = {"default_date_format": "yyyy-mm-dd", "date_1904": from_1904}
        book = xlsxwriter.Workbook(out, options)
        sheet = book.add_worksheet()
        for n, cells in enumerate(rows):
            sheet.write_row(n, 0, cells)
        book.close()
        made[f"{from_1904}.xlsx"] = out.getvalue()
    return made


def by_xlwt(rows: list[list[object]]) -> dict[str, bytes]:
    xlwt = pytest.importorskip("xlwt")
    book, out = xlwt.Workbook(encoding="utf-8"), io.BytesIO()
    sheet, day = book.add_sheet("a"), xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for n, cells in enumerate(rows):
        for column, content in enumerate(cells):
            style = [day] if isinstance(content, dt.date) else []
            sheet.write(n, column, content, *style)
    book.save(out)
    return {"a.xls": out.getvalue()}


def by_libreoffice(rows: list[list[object]], place: Path) -> dict[str, bytes]:
    place.mkdir()
    source, options = place / "a.xlsx", {"default_date_format": "yyyy-mm-dd"}
    book = xlsxwriter.Workbook(source, options | {"strings_to_formulas": False})
    sheet = book.add_worksheet()
    for n, cells in enumerate(rows):
        sheet.write_row(n, 0, cells)
    book.close()
    kinds = ("xlsx", "xls", "ods")
    return {f"l.{kind}": converted([source], kind, place / kind)[0].read_bytes() for kind in kinds}


def by_pandas(rows: list[list[object]]) -> dict[str, bytes]:
    frame = pd.DataFrame(rows[1:], columns=rows[0])
    return {
        "a.csv": frame.to_csv(index=False).encode(),
        "b.csv": frame.to_csv(index=False).encode("utf-8-sig"),
        "c.csv": frame.to_csv(index=False, sep="\t").encode("gb18030"),
        "d.htm": f"<html>{frame.map(str).to_html(index=False)}</html>".encode(),
        "e.parquet": frame.astype({HEAD[5]: "str"}).to_parquet(index=False),
    }


def is_seen(content: object, recorded: str) -> bool:
    """Whether a record says what whoever looks at the cell sees."""
    if isinstance(content, bool):
        return fold(recorded) == fold(str(content))
    if isinstance(content, int | float):
        return float(recorded) == float(content) or abs(float(recorded) / content - 1) < 1e-14
    return fold(recorded) == fold(str(content))


def check(tmp, files: dict[str, bytes], contents: list[object], strict: bool) -> None:
    for name, data in files.items():
        place = tmp / name
        (place / "raw").mkdir(parents=True, exist_ok=True)
        (place / "raw" / f"{NAME}-{name}").write_bytes(data)
        tables = ingested(place / "raw", FOLDER, place / "processed")
        clean = tables.ledger[
            (tables.ledger["fate"] == "accepted") & (tables.ledger["reason"] == "")
        ]
        records = tables.records.get("inspections", pd.DataFrame(columns=["row"]))
        for record in records[records["row"].isin(clean["row"])].to_dict("records"):
            content = contents[int(record["sample_no"].removeprefix("R"))]
            firm = record["firm"]
            if pd.isna(firm):
                blank = content is None or fold(str(content)) in ("", "-", "--", "nan", "none")
                assert blank, (name, content)
            else:
                assert is_seen(content, firm), (name, content, firm)
                if strict and isinstance(content, str):
                    is_formula = content.startswith("=") and len(content) > 1
                    assert not NOT_A_VALUE.fullmatch(content) and not is_formula
                if strict and isinstance(content, float | int) and not isinstance(content, bool):
                    assert abs(content) < 1e15, (name, content, firm)


def rows_of(contents: list[object]) -> list[list[object]]:
    rows = [[f"R{n}", "2013-04-02", "丁蜀镇", "产品", "合格", c] for n, c in enumerate(contents)]
    return [HEAD, *rows]


@settings(max_examples=examples(2, 4), deadline=None)
@given(st.lists(CONTENT, min_size=30, max_size=30))
def test_what_is_seen_in_a_workbook_is_what_is_recorded(tmp_path_factory, contents):
    for write in (by_openpyxl, by_xlsxwriter):
        check(tmp_path_factory.mktemp("seen"), write(rows_of(contents)), contents, strict=True)


@settings(max_examples=examples(1, 2), deadline=None)
@given(st.lists(CONTENT, min_size=60, max_size=60))
def test_nor_in_those_of_other_programs(tmp_path_factory, contents):
    place, rows = tmp_path_factory.mktemp("seen"), rows_of(contents)
    check(place, by_xlwt(rows) | by_libreoffice(rows, place / "office"), contents, strict=False)


@settings(max_examples=examples(2, 4), deadline=None, suppress_health_check=[*HealthCheck])
@given(st.lists(CONTENT.filter(lambda c: not isinstance(c, dt.date | bool)), min_size=30))
def test_nor_in_binary_parts(tmp_path_factory, contents):
    made = {"a.xlsb": workbooks.binary_workbook(rows_of(contents))}
    check(tmp_path_factory.mktemp("seen"), made, contents, strict=False)


@settings(max_examples=examples(2, 4), deadline=None)
@given(st.lists(CONTENT, min_size=30, max_size=30))
def test_nor_is_it_another_in_text_pages_and_parquet(tmp_path_factory, contents):
    check(tmp_path_factory.mktemp("seen"), by_pandas(rows_of(contents)), contents, strict=False)
