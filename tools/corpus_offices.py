"""Still more returns, by what offices do to cells and sheets: formats, rich text, comments, hidden
columns, copies of sheets, formulas, other days to count from.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import workbooks
import xlsxwriter
from corpus import COVER, PROJECT, Q2, H, cover, lines, row, split
from corpus_cells import Case, sample

DAY = "yyyy-mm-dd"
NOTE = "核对过"
INDICATORS = (
    "生产许可证证书覆盖率、3C认证证书覆盖率、质量信用评价完成率、省名牌产品采标率、"
    "企业产品标准现行有效率、到期企业标准复审率、免费检定覆盖率、能源计量审查完成率"
)
OF_WHICH = f"r not_in_vocabulary|指标|其中|{INDICATORS}"
BELOW = (  # each heading of the other form, and each of its cells, is told
    "r bad_date|抽样日期|{};unknown_unit_far|镇（街道、园区）|{};"
    "not_in_vocabulary|类别|{}|产品、农产品、食品;missing_value|检验结果"
)


@dataclass(frozen=True)
class Cell:
    """A value and how it is shown, with a comment, as text in pieces, or what a formula came to."""

    value: object
    code: str = "General"
    comment: str = ""
    pieces: tuple[str, ...] = ()
    formula: str = ""


def sheet(book: xlsxwriter.Workbook, rows: Sequence[Sequence[object]], name: str = "") -> object:
    """A sheet of values and cells."""
    made = book.add_worksheet(name or None)
    for number, values in enumerate(rows):
        for column, value in enumerate(values):
            cell = value if isinstance(value, Cell) else Cell(value)
            if cell.pieces:
                bold = book.add_format({"bold": True})
                first, *others = cell.pieces
                made.write_rich_string(
                    number, column, first, *(p for o in others for p in (bold, o))
                )
            elif cell.formula:
                made.write_formula(number, column, cell.formula, None, cell.value)
            elif cell.value not in (None, ""):
                style = book.add_format({"num_format": cell.code})
                made.write(number, column, cell.value, style)
            if cell.comment:
                made.write_comment(number, column, cell.comment)
    return made


def shown(*rows: Sequence[object], **options: object) -> bytes:
    """A workbook of one sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, **options})
    sheet(book, rows)
    book.close()
    return out.getvalue()


def changed(data: bytes, part: str, old: str, new: str) -> bytes:
    """A workbook in one of whose parts something else is written."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts: dict[str, str | bytes] = {name: book.read(name) for name in book.namelist()}
    text = bytes(parts[part]).decode()
    assert old in text, text
    return workbooks.archive(parts | {part: text.replace(old, new)})


def counts(**said: object) -> list[object]:
    """The cells of a row of counts, of whatever type."""
    names = ("indicator", "town", "months", "n", "x", "rate")
    usual: dict[str, object] = dict(zip(names, cover().split(","), strict=True))
    return [*(usual | {"n": 10, "x": 9, "rate": ""} | said).values()]


def _formats() -> dict[str, Case]:
    head, other = H.split(","), COVER.split(",")
    padded = {
        f"{Q2}.csv": lines(H, row("00123")),
        f"{Q2}b.xlsx": shown(head, sample(no=Cell(123, "00000"))),
    }
    plain = {**padded, f"{Q2}b.xlsx": shown(head, sample(no=Cell(123, "0")))}
    told = "r shown_otherwise"
    rounded = counts(n=655, x=532, rate=Cell(532 / 655, "0.0%"))
    hidden = counts(town="和桥镇", x=Cell(0, "#,###"))
    month = counts(months=Cell(4, '0"月"'), rate=Cell(0.9, "0%"))
    return {
        "a number with the zeros that its format shows": (
            padded,
            ["x header", "a", "x header", f"d duplicate_of|{Q2}.csv|2"],
        ),
        "a number without them": (plain, ["x header", "a", "x header", "a"]),
        "thousands left out, and a zero that is not seen": (
            {f"{Q2}.xlsx": shown(other, counts(n=Cell(12345, "0.0,")), hidden)},
            ["x header", f"{told}|应查数|12345|0.0,", f"{told}|已达数|0|#,###"],
        ),
        "percent and a month by their formats": (
            {f"{Q2}.xlsx": shown(other, month, [*rounded[:1], "和桥镇", *rounded[2:]])},
            ["x header", "a", "a"],
        ),
        "words by their formats": (
            {f"{Q2}.xlsx": shown(head, sample(result=Cell(1, '[=1]"合格";[=0]"不合格"')))},
            ["x header", "a"],
        ),
        "a red number that is negative": (
            {f"{Q2}.xlsx": shown(other, counts(x=Cell(-9, "0;[Red]0")))},
            ["x header", f"{told}|已达数|-9|0；[Red]0"],
        ),
        "negative in brackets, with an apostrophe, in ideographs": (
            {
                f"{Q2}.csv": lines(
                    COVER,
                    cover(x="(9)", rate=""),
                    cover(town="和桥镇", n="'10", rate=""),
                    cover(town="官林镇", months="４－６", n="１０", x="９", rate="９０％"),
                )
            },
            ["x header", "r bad_count|已达数|(9)", "r bad_count|应查数|'10", "a"],
        ),
    }


def _days() -> dict[str, Case]:
    head, day = H.split(","), dt.date(2013, 4, 2)
    files = {f"{Q2}.csv": lines(H, row())}
    same = ["x header", "a", "x header", f"d duplicate_of|{Q2}.csv|2"]
    dates = [Cell(day, code) for code in (DAY, 'm"月"d"日"', "d/m/yy", '[$-804]yyyy"年"m"月"')]
    cells = [sample(no=f"C{n}", date=date) for n, date in enumerate(dates)]
    rows = [row(f"C{n}") for n in range(4)]
    return {
        "days counted from 1904": (
            files | {f"{Q2}b.xlsx": shown(head, sample(date=Cell(day, DAY)), date_1904=True)},
            same,
        ),
        "days that are shown in four ways": (
            {f"{Q2}.csv": lines(H, *rows), f"{Q2}b.xlsx": shown(head, *cells)},
            [
                "x header",
                *"aaaa",
                "x header",
                *(f"d duplicate_of|{Q2}.csv|{n}" for n in range(2, 6)),
            ],
        ),
        "a day typed as a number": (
            files | {f"{Q2}b.xlsx": shown(head, sample(date=20130402))},
            same,
        ),
    }


def _texts() -> dict[str, Case]:
    head = H.split(",")
    files = {f"{Q2}.csv": lines(H, row())}
    same = ["x header", "a", "x header", f"d duplicate_of|{Q2}.csv|2"]
    rich = sample(town=Cell("", pieces=("丁", "蜀镇")), firm=Cell("", pieces=("样例", "厂")))
    noted = sample(no=Cell("C1", comment=NOTE), result=Cell("合格", comment="不合格"))
    spoken = changed(
        shown(head, sample()),
        "xl/sharedStrings.xml",
        "<t>丁蜀镇</t>",
        '<t>丁蜀镇</t><rPh sb="0" eb="1"><t>dīng</t></rPh>',
    )
    formula = sample(firm=Cell("样例厂", formula='="样例"&"厂"'))
    computed = changed(shown(head, formula), "xl/workbook.xml", ' fullCalcOnLoad="1"', "")
    cells = [head, row().split(",")]
    annotated = changed(
        workbooks.opendocument(cells),
        "content.xml",
        "<text:p>合格",
        f"<office:annotation><text:p>{NOTE}</text:p></office:annotation><text:p>合格",
    )
    return {
        "rich text": (files | {f"{Q2}b.xlsx": shown(head, rich)}, same),
        "comments": (files | {f"{Q2}b.xlsx": shown(head, noted)}, same),
        "a guide to how it is spoken": (files | {f"{Q2}b.xlsx": spoken}, same),
        "comments of LibreOffice": (files | {f"{Q2}b.ods": annotated}, same),
        "cells of LibreOffice's format that do not say what they hold": (
            files | {f"{Q2}b.ods": workbooks.opendocument(cells, "")},
            same,
        ),
        "formulas that came to texts": (files | {f"{Q2}b.xlsx": computed}, same),
        "line breaks in cells": (
            files | {f"{Q2}b.xlsx": shown(head, sample(town="丁蜀\n镇", result="合\r\n格"))},
            same,
        ),
        "a workbook of binary parts": (
            files | {f"{Q2}b.xlsb": workbooks.binary_workbook([head, row().split(",")])},
            same,
        ),
        "an error in a workbook of binary parts": (
            {f"{Q2}.xlsb": workbooks.binary_workbook([head, row().split(",")], {(1, 3): 0x2A})},
            ["x header", "r cell_error|受检单位|#N/A"],
        ),
        "utf-16 from the other end": (
            {f"{Q2}.csv": b"\xfe\xff" + lines(H, row(), encoding="utf-16-be")},
            ["x header", "a"],
        ),
        "truth for a word": (
            {
                "住建局-2013年上半年.xlsx": shown(
                    PROJECT.split(","),
                    ["甲楼", "丁蜀镇", "大型", "2013-03-01", "", "", True, "是", ""],
                )
            },
            ["x header", "r not_in_vocabulary|是否受监|TRUE|是、否"],
        ),
    }


def _sheets() -> dict[str, Case]:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name in ("表一", "表一 (2)"):
        sheet(book, split(H, row(), row("C2")), name)
    book.close()
    filtered = io.BytesIO()
    book = xlsxwriter.Workbook(filtered, {"in_memory": True})
    made = sheet(book, split(H, row(), row("C2", result="不合格"), row("C3")))
    made.autofilter(0, 0, 3, 7)
    made.filter_column(6, "x == 合格")
    made.set_row(2, options={"hidden": True})
    book.close()
    middle = [cover(), "合计,,,10,9,", cover(town="和桥镇"), "合计,,,20,18,"]
    return {
        "a sheet and its copy": (
            {f"{Q2}.xlsx": out.getvalue()},
            [
                "x header",
                "a",
                "a",
                "x header",
                *(f"d duplicate_of|{Q2}.xlsx[表一]|{n}" for n in (2, 3)),
            ],
        ),
        "rows that are filtered out": (
            {f"{Q2}.xlsx": filtered.getvalue()},
            ["x header", "a", "a hidden_row", "a"],
        ),
        "a total in the middle": (
            {f"{Q2}.csv": lines(COVER, *middle)},
            ["x header", "a", "x total", "a", "x total"],
        ),
        "notes with figures under the table": (
            {f"{Q2}.csv": lines(COVER, cover(), "注：应查10家中有停产3家", "其中,规上,4-6,6,5,")},
            ["x header", "a", "x footer", f"{OF_WHICH};unknown_unit_far|镇（街道、园区）|规上"],
        ),
        "another form below": (
            {f"{Q2}.csv": lines(H, row(), "", COVER, cover())},
            [
                "x header",
                "a",
                BELOW.format("镇（街道、园区）", "月份", "覆盖率"),
                BELOW.format("丁蜀镇", "4-6", "90.0%"),
            ],
        ),
        "another table beside": (
            {f"{Q2}.csv": lines(f"{H},,{COVER}", f"{row()},,{cover()}")},
            ["r repeated_column|镇（街道、园区）|镇（街道、园区） (3)、镇（街道、园区） (11)"] * 2,
        ),
    }


OFFICES = _formats() | _days() | _texts() | _sheets()
