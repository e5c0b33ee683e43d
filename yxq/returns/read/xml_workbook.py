"""An XML workbook of 2003, which many systems save under the name of an .xls."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from yxq.returns.read.cell_text import cell as text_of
from yxq.returns.read.sheet import Area, Rows, Sheet, Unreadable, fits, held, holds
from yxq.returns.read.shown import is_odd, shown
from yxq.returns.read.web_page import PAGE

SPACE = "{urn:schemas-microsoft-com:office:spreadsheet}"
MIDNIGHT = "T00:00:00.000"
NAMED = re.compile(r"[A-Za-z /]*")  # Percent and others that say by name what they show


def xml_workbook_sheets(path: Path) -> Iterator[Sheet]:
    """Each sheet of an XML workbook."""
    fits(path.stat().st_size, PAGE)
    formats: dict[str, str] = {}
    try:
        for _, element in ET.iterparse(path):
            if element.tag == f"{SPACE}Styles":
                formats = dict(_odd(element))
            elif element.tag == f"{SPACE}Worksheet":
                yield _sheet(element, formats)
                element.clear()
    except ET.ParseError:
        raise Unreadable("broken_workbook") from None


def _odd(styles: ET.Element) -> Iterator[tuple[str, str]]:
    """The formats that show a number as something else, by the styles of cells."""
    for style in styles.iterfind(f"{SPACE}Style"):
        form = style.find(f"{SPACE}NumberFormat")
        code = "" if form is None else form.get(f"{SPACE}Format", "")
        if not NAMED.fullmatch(code) and is_odd(code):
            yield style.get(f"{SPACE}ID", ""), code


def _sheet(worksheet: ET.Element, formats: dict[str, str]) -> Sheet:
    """A sheet with merged cells filled with their text."""
    texts: dict[int, dict[int, str]] = {}
    merged: list[Area] = []
    hidden, number, covered = set[int](), 0, 0
    for row in worksheet.iterfind(f"{SPACE}Table/{SPACE}Row"):
        number = _whole(row, "Index", number + 1)
        hidden |= {number} if row.get(f"{SPACE}Hidden") == "1" else set()
        column = -1
        for cell in row.iterfind(f"{SPACE}Cell"):
            column = _whole(cell, "Index", column + 2) - 1
            right = column + _whole(cell, "MergeAcross", 0)
            bottom = number + _whole(cell, "MergeDown", 0)
            covered += (bottom - number + 1) * (right - column + 1)
            holds(1, right + 1)
            holds(covered, 1)
            for line in range(number, bottom + 1):
                texts.setdefault(line, {}).update(
                    dict.fromkeys(range(column, right + 1), _text(cell, formats))
                )
            if bottom > number or right > column:
                merged.append((number, column, bottom, right))
            column = right
        number += _whole(row, "Span", 0)
    name = worksheet.get(f"{SPACE}Name", "")
    unseen = worksheet.find(".//{urn:schemas-microsoft-com:office:excel}Visible") is not None
    return held(
        name, _rows(texts), hidden=unseen, hidden_rows=frozenset(hidden), merged=tuple(merged)
    )


def _rows(texts: dict[int, dict[int, str]]) -> Rows:
    """The cells by row and column, blank rows too."""
    height = max(texts, default=0)
    width = max((column + 1 for row in texts.values() for column in row), default=0)
    holds(height, width)
    return [[texts.get(row, {}).get(n, "") for n in range(width)] for row in range(1, height + 1)]


def _text(cell: ET.Element, formats: dict[str, str]) -> str:
    """What a person sees in a cell: a day without an hour is a day."""
    data = cell.find(f"{SPACE}Data")
    text = "" if data is None else "".join(data.itertext()).strip()
    kind = "" if data is None else data.get(f"{SPACE}Type")
    if kind == "DateTime":
        return text.removesuffix(MIDNIGHT).replace("T", " ").removesuffix(".000")
    if kind == "Boolean":
        return "TRUE" if text == "1" else "FALSE"
    if kind != "Number":
        return text
    text = text_of(float(text))
    code = formats.get(cell.get(f"{SPACE}StyleID", ""))
    return (code and shown(float(text), text, code)) or text


def _whole(element: ET.Element, name: str, otherwise: int) -> int:
    """A count that an element states."""
    stated = element.get(f"{SPACE}{name}", "")
    return min(int(stated), 1 << 24) if stated.isdecimal() else otherwise
