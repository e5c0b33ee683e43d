"""Wide tables: a column a unit or a month. Each such column is laid out as a sheet of its own,
whose rows have the row numbers of the table, so that every cell keeps its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pandas as pd

from yxq.plan.folder import Folder
from yxq.plan.forms import Layout
from yxq.returns.column_values import ColumnReader
from yxq.returns.parse import ASIDE
from yxq.returns.read.sheet import Area, Sheet
from yxq.returns.recognise import Header, Spread
from yxq.returns.row_kinds import BLANK, DATA, SECOND, TOTAL, row_kinds
from yxq.tables.contracts import Fate


class Headings:
    """What headings of wide tables say, by the forms of a plan folder."""

    def __init__(self, folder: Folder) -> None:
        """A reader of every column that headings can say."""
        self._readers: dict[str, list[ColumnReader]] = {}
        for form_name, form in folder.forms.items():
            names = form.wide.headings if form.wide else ()
            both = {"year", form.months} <= {*names}
            self._readers[form_name] = [
                ColumnReader(form, name, name, folder, {}, both and name in ("year", form.months))
                for name in names
            ]

    def __call__(self, form: str, text: str) -> tuple[Mapping[str, str], tuple[object, ...]] | None:
        """Column of the form -> the text that says it, and what each means; None where a text is no
        heading of the form's wide tables.
        """
        readers = self._readers[form]
        values = tuple(reader.value(text)[0] for reader in readers)
        if not values or any(value is None for value in values):
            return None
        return {reader.name: text for reader in readers}, values


def letters(number: int) -> str:
    """What a workbook calls a column, counted from 0.

    >>> letters(0), letters(25), letters(26), letters(701), letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    before, last = divmod(number, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)


def laid_out(sheet: Sheet, header: Header) -> Iterator[tuple[Sheet, Header]]:
    """A wide table as what is around its cells and a sheet for each heading; any other as it is."""
    yield sheet, header
    meant: dict[tuple[object, ...], dict[int, Spread]] = {}
    for number, one in header.spread.items():
        meant.setdefault(one.meant, {})[number] = one
    for columns in meant.values():
        first = next(iter(columns))
        name = "!".join(filter(None, (sheet.name, letters(first))))
        own = {one.column: number for number, one in columns.items()}
        given = {**header.given, **columns[first].said}
        labels = header.labels | {one.column: one.heading for one in columns.values()}
        yield (
            replace(sheet, name=name),
            replace(
                header,
                places=header.places | own,
                labels=labels | dict.fromkeys(columns[first].said, columns[first].heading),
                given=given,
                unknown=(),
                absent=(),
                spread=columns,
                is_cells=True,
            ),
        )


def around(
    cells: pd.DataFrame, header: Header, layout: Layout, merged: tuple[Area, ...]
) -> pd.DataFrame:
    """The fates of what is around the cells of a wide table, as `parse` gives them: no row of it is
    a record.
    """
    kinds = pd.Series(row_kinds(cells, header, layout, merged), cells.index)
    reasons = kinds.map(ASIDE).fillna("no_cells")[kinds != BLANK]
    told = {"fate": Fate.EXCLUDED.value, "reason": reasons, "text": ""}
    return pd.DataFrame(told, reasons.index, dtype="str")


def own_rows(
    cells: pd.DataFrame, header: Header, layout: Layout, merged: tuple[Area, ...] = ()
) -> pd.DataFrame:
    """The rows of a block that belong to a sheet as it was laid out: of a column those with a cell
    that is filled, of what is around them the others.
    """
    if not header.spread:
        return cells
    kinds = row_kinds(cells, header, layout, merged)
    there = [number for number in header.spread if number in cells]
    is_filled = (cells[there] != "").any(axis=1).to_numpy()
    is_row = pd.Series(kinds).isin([DATA, TOTAL]).to_numpy()
    of_column = (is_row & is_filled) | (kinds == SECOND)
    return cells[of_column if header.is_cells else ~(is_row & is_filled)]
