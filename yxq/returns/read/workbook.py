"""The sheets of an Excel, WPS or OpenDocument workbook."""

from __future__ import annotations

import datetime as dt
import html
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from yxq.returns.read.sheet import Area, Progress, Rows, Sheet, Unreadable, held
from yxq.returns.read.untold import Untold, untold


def workbook_sheets(path: Path, progress: Progress) -> Iterator[Sheet]:
    """The sheets of a workbook; `progress` wraps the rows of each as they are read."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        hidden = _hidden_rows(path)
        from_1904, more = untold(path)
        for entry, beside in zip_longest(book.sheets_metadata, more):
            sheet = book.get_sheet_by_name(entry.name)
            areas = sheet.merged_cell_ranges or ()
            merged = [(*first, *last) for first, last in areas] or [*(beside or Untold()).merged]
            cells = progress(_cells(sheet), sheet.total_height, f"{path.name} {entry.name}")
            rows = beside.put_into([*cells]) if beside else cells
            yield held(
                entry.name,
                _filled(rows, merged),
                hidden=entry.visible != SheetVisibleEnum.Visible,
                hidden_rows=hidden.get(entry.name, frozenset()),
                merged=tuple((a[0] + 1, a[1], a[2] + 1, a[3]) for a in merged),
                from_1904=from_1904,
            )
    except PasswordError:
        raise Unreadable("password") from None
    except (CalamineError, zipfile.BadZipFile, zlib.error, KeyError):
        raise Unreadable("broken_workbook") from None


def cell(value: Any) -> str:
    """A workbook's cell as the text that a person sees: 3.0 is 3, a date is 2013-04-01.

    Excel keeps 15 digits; a longer number is written with its exponent, because its last digits are
    not the sender's.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < 1e15 else f"{value:.14E}"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return str(value).strip()


def _cells(sheet: CalamineSheet) -> Iterator[list[str]]:
    """A sheet's rows from its first line and column on, blank ones too."""
    left = [""] * (sheet.start or (0, 0))[1]
    for row in sheet.iter_rows():
        yield left + [cell(value) for value in row]


def _filled(rows: Iterable[list[str]], merged: list[Area]) -> Rows:
    """The rows with every cell of a merged area (counted from 0) holding its text."""
    filled = list(rows)
    for top, left, bottom, right in merged:
        text = filled[top][left] if top < len(filled) and left < len(filled[top]) else ""
        for row in filled[top : bottom + 1] if text else ():
            row += [""] * (right + 1 - len(row))
            row[left : right + 1] = [text] * (right + 1 - left)
    return filled


def _hidden_rows(path: Path) -> dict[str, frozenset[int]]:
    """The hidden rows of each sheet of an .xlsx; the other formats do not tell."""
    if not zipfile.is_zipfile(path):
        return {}
    hidden = {}
    with zipfile.ZipFile(path) as book:
        if "xl/workbook.xml" not in book.namelist():
            return {}
        relations = _tags(book, "xl/_rels/workbook.xml.rels", "Relationship")
        links = {relation["Id"]: relation["Target"] for relation in relations}
        for sheet in _tags(book, "xl/workbook.xml", "sheet"):
            part = "xl/" + links.get(sheet.get("r:id", ""), "").removeprefix("/xl/")
            rows = _tags(book, part, "row", b"hidden=")
            hidden[sheet["name"]] = frozenset(
                int(row["r"]) for row in rows if row["hidden"] in ("1", "true") and "r" in row
            )
    return hidden


def _tags(
    book: zipfile.ZipFile, part: str, name: str, holding: bytes = b""
) -> Iterator[dict[str, str]]:
    """The attributes of the tags of one name in a part of a workbook, those that hold some text."""
    xml = book.read(part) if part in book.namelist() else b""
    for tag in re.findall(rb"<(?:\w+:)?%s\b[^>]*>" % name.encode(), xml) if holding in xml else ():
        if holding in tag:
            pairs = re.findall(r"""([\w:]+)=["']([^"']*)""", tag.decode("utf-8", errors="replace"))
            yield {key: html.unescape(value) for key, value in pairs}
