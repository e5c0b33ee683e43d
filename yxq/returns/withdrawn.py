"""Rows of a correction that say of a row that was sent that it is withdrawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from yxq.plan.folder import Folder
from yxq.returns.parse import values
from yxq.returns.parts import Part
from yxq.returns.read.sheet import Sheet
from yxq.returns.recognise import Header
from yxq.returns.reconcile import key
from yxq.returns.replaced import Mends, Where
from yxq.returns.sheet_read import Context, SheetRead, Withdrawn
from yxq.returns.texts import which
from yxq.words.text import fold


def says_so(cells: pd.DataFrame, header: Header, context: Context, folder: Folder) -> np.ndarray:
    """Which rows of a block withdraw something: of a correction those of which a cell is one of the
    words for it.
    """
    some = np.zeros(len(cells), bool)
    words = set(map(fold, folder.layout.withdrawn))
    if context.correction and folder.forms[header.form].key:
        below = cells.index.to_numpy() > header.rows[1]
        for column in cells.columns:
            some |= which(cells[column], lambda text: fold(text) in words) & below
    return some


def withdrawn(
    cells: pd.DataFrame, sheet: Sheet, header: Header, context: Context, folder: Folder
) -> list[Withdrawn]:
    """The keys of rows that withdraw something; where a day is not said it is in the return's
    period.
    """
    if cells.empty:
        return []
    rows = values(cells, sheet, header, context, folder)
    rows["to"] = rows["to"].fillna(pd.Timestamp(context.period_to))
    keys = key(rows, folder.forms[header.form]).fillna("")
    return [Withdrawn(own=int(row), key=text) for row, text in keys.items()]


def take_back(
    parts: list[Part], name: str, folder: Folder, days: Mapping[str, dt.date], mended: Mends
) -> None:
    """Add to the mended rows of a form those that are withdrawn: of the same key and sender, but
    for corrections of a later day; and what withdraws nothing.
    """
    saying = {
        (sheet.context.sender, row.key): (
            _day(part, sheet, days),
            (part.file, sheet.sheet, row.own),
        )
        for part in parts
        for sheet in part.sheets
        if sheet.form == name and not sheet.refused
        for row in sheet.withdrawn
    }
    if not saying:
        return
    for part, sheet, where, text in _records(parts, name, folder):
        day, own = saying.get((sheet.context.sender, text), (None, None))
        later = sheet.context.correction and day and (_day(part, sheet, days) or day) > day
        if own and not later and where not in mended.taken:
            mended.withdrawn[where] = own
            mended.keys[where] = text
    used = {*mended.withdrawn.values()}
    mended.useless.extend(own for _, own in saying.values() if own not in used)


def _day(part: Part, sheet: SheetRead, days: Mapping[str, dt.date]) -> dt.date | None:
    return sheet.context.filed or days.get(part.sha256)


def _records(
    parts: list[Part], name: str, folder: Folder
) -> Iterator[tuple[Part, SheetRead, Where, str]]:
    """The records of a form with their keys, of sheets that are not refused."""
    form = folder.forms[name]
    columns = ["sheet", "row", "to", *(column for column in form.key if column in form.columns)]
    for part in parts:
        sheets = {sheet.sheet: sheet for sheet in part.sheets if not sheet.refused}
        for table in part.records(name, [*dict.fromkeys(columns)]):
            frame = table.to_pandas()
            named = zip(frame["sheet"], frame["row"], key(frame, form).fillna(""), strict=True)
            for of, row, text in named:
                if of in sheets:
                    yield part, sheets[of], (part.file, str(of), int(row)), str(text)
