"""Rows that a made form asks for and that came back empty: they are owed until they come."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from yxq.plan.folder import Folder
from yxq.plan.selection import about
from yxq.returns.parse import values
from yxq.returns.parts import Part
from yxq.returns.read.sheet import Sheet
from yxq.returns.recognise import Header
from yxq.returns.reconcile import key
from yxq.returns.records import Changes, batches, kept
from yxq.returns.sheet_read import Context, Left, SheetRead
from yxq.words.reasons import Reason

OF_TARGET, OF_ROW = "\t", "\n"


def left_empty(
    cells: pd.DataFrame, sheet: Sheet, header: Header, context: Context, folder: Folder
) -> list[Left]:
    """The rows of a block that were asked and left empty; none of a sheet of mended rows."""
    mark = header.mark
    if mark is None or mark.kind != "form" or not mark.given or cells.empty:
        return []
    form = folder.forms[header.form]
    rows = values(cells, sheet, header, context, folder)
    targets = {
        target.id: about(target.measure, rows)
        for year in folder.periods
        for target in folder.plan(year).targets
        if target.measure.form == header.form and target.owner == mark.sender
    }
    keys = key(rows, form) if form.key else pd.Series("", rows.index)
    units = rows["unit"].astype(object) if "unit" in rows else pd.Series("", rows.index)
    return [
        Left(
            key=text,
            unit=unit if isinstance(unit, str) else "",
            targets=tuple(name for name, mine in targets.items() if mine[row]),
        )
        for row, text, unit in zip(rows.index, keys.fillna(""), units, strict=True)
    ]


def keep_unanswered(parts: list[Part], name: str, folder: Folder, changes: Changes | None) -> None:
    """Of a form's rows that were left empty keep those that came nowhere else, each once."""
    sheets = [sheet for part in parts for sheet in part.sheets if sheet.form == name]
    asked = {row.key for sheet in sheets for row in sheet.left if row.key}
    answered = {*_answered(parts, name, folder, changes)} if asked and changes else set()
    for sheet in reversed(sheets):
        rows = [] if sheet.refused else sheet.left
        sheet.left = [row for row in rows if not row.key or row.key not in answered]
        answered |= {row.key for row in sheet.left}


def _answered(parts: list[Part], name: str, folder: Folder, changes: Changes) -> Iterator[str]:
    """The keys of a form's records that count."""
    form = folder.forms[name]
    columns = ["row", "to", *(column for column in form.key if column in form.columns)]
    for part, sheet, table in batches(parts, name, [*dict.fromkeys(columns)]):
        counts = kept(changes.of(part.file, sheet.sheet, table["row"]), len(table))
        yield from key(table.to_pandas()[counts], form).dropna()


def told(sheet: SheetRead) -> Reason | None:
    """What there is to say of the rows that were left empty, if any."""
    return Reason.of("left_empty", len(sheet.left)) if sheet.left else None


def written(sheet: SheetRead) -> str:
    """Targets and units of the rows that were left empty, as the table of files has them."""
    pairs = (f"{target}{OF_TARGET}{row.unit}" for row in sheet.left for target in row.targets)
    return OF_ROW.join(dict.fromkeys(pairs))
