"""The sheets of an Excel, WPS or OpenDocument workbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from yxq.returns.read.archive import Look, opened
from yxq.returns.read.cell_text import cell
from yxq.returns.read.locked import is_locked
from yxq.returns.read.sheet import Area, Progress, Rows, Sheet, Unreadable, held, silent
from yxq.returns.read.untold import Untold, untold


def workbook_sheets(path: Path, seen: Look, progress: Progress = silent) -> Iterator[Sheet]:
    """The sheets of a workbook, but charts; `progress` wraps the rows of each as they are read.

    seen: what a look into it found.
    """
    try:
        with opened(path, seen) as file:
            book = CalamineWorkbook.from_filelike(file)
        from_1904, more = untold(path)
        for entry, beside in zip_longest(book.sheets_metadata, more):
            if entry.typ == SheetTypeEnum.ChartSheet:
                continue
            sheet = book.get_sheet_by_name(entry.name)
            areas = sheet.merged_cell_ranges or ()
            merged = [(*first, *last) for first, last in areas] or [*(beside or Untold()).merged]
            cells = progress(_cells(sheet), sheet.total_height, f"{path.name} {entry.name}")
            rows = beside.put_into([*cells]) if beside else cells
            yield held(
                entry.name,
                _filled(rows, merged),
                hidden=entry.visible != SheetVisibleEnum.Visible,
                hidden_rows=seen.hidden.get(entry.name, frozenset()),
                merged=tuple((a[0] + 1, a[1], a[2] + 1, a[3]) for a in merged),
                from_1904=from_1904,
            )
    except CalamineError:
        raise Unreadable("password" if is_locked(path) else "broken_workbook") from None


def _cells(sheet: CalamineSheet) -> Iterator[list[str]]:
    """A sheet's rows from its first line and column on, blank ones too."""
    left = [""] * (sheet.start or (0, 0))[1]
    for row in sheet.iter_rows():
        yield left + [cell(value) for value in row]


def _filled(rows: Iterable[list[str]], merged: list[Area]) -> Rows:
    """The rows with every cell of a merged area (counted from 0) holding its text.

    Areas that overlap, as no program makes them, could be filled for ever: they are refused.
    """
    filled = list(rows)
    height, width = len(filled), max(map(len, filled), default=0)
    covered = 0
    for top, left, bottom, right in merged:
        bottom, right = min(bottom + 1, height), min(right + 1, width)
        covered += max(bottom - top, 0) * max(right - left, 0)
        if covered > height * width:
            raise Unreadable("merged_overlap")
        text = filled[top][left] if top < height and left < len(filled[top]) else ""
        for row in filled[top:bottom] if text else ():
            row += [""] * (right - len(row))
            row[left:right] = [text] * (right - left)
    return filled
