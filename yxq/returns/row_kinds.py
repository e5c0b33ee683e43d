"""What each row of a sheet is: data, or one of the rows around them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from yxq.plan.forms import Layout
from yxq.returns.read.sheet import Area
from yxq.returns.recognise import Header
from yxq.returns.texts import coded, is_plain, of_row, which
from yxq.words.text import fold

BLANK, DATA, TOTAL, FOOTER, HEADER, TITLE, SECOND, SECTION = range(8)


def marker(layout: Layout) -> Callable[[str], int]:
    """What a row's first text says of the row."""
    totals, footers = tuple(map(fold, layout.totals)), tuple(map(fold, layout.footers))

    def mark(text: str) -> int:
        plain = fold(text)
        if not plain:
            return BLANK
        if totals and plain.rstrip(":").endswith(totals):
            return TOTAL
        return FOOTER if footers and plain.startswith(footers) else DATA

    return mark


def row_kinds(
    cells: pd.DataFrame, header: Header, layout: Layout, merged: tuple[Area, ...] = ()
) -> np.ndarray:
    """The kind of each row of a tidy block; merged: the sheet's merged areas."""
    number = cells.index.to_numpy()
    first, last = header.rows
    kind = _by_first_text(cells, layout)
    # A later line overrules an earlier one: what a row says, then where it stands.
    kind[(kind == DATA) & _names_a_total(cells, header, layout)] = TOTAL
    kind[(kind == DATA) & _is_one_cell(number, header, merged)] = SECTION
    kind[(kind != BLANK) & (number < first)] = TITLE
    below = (kind == DATA) & (number > last)
    _mark_headers(kind, below, cells, header)
    kind[(kind == DATA) & (number <= last + 2) & _are_column_numbers(cells, below, header)] = HEADER
    kind[(kind != BLANK) & (number >= first) & (number <= last)] = HEADER
    return kind


def _is_one_cell(number: np.ndarray, header: Header, merged: tuple[Area, ...]) -> np.ndarray:
    """Whether all columns of the form are one merged cell in a row: it says what follows."""
    one, first, last = np.zeros(len(number), bool), *_outermost(header)
    for top, left, bottom, right in merged:
        if left <= first < last <= right:
            one |= (number >= top) & (number <= bottom)
    return one


def _outermost(header: Header) -> tuple[int, int]:
    """The first and the last column of a sheet that the form knows."""
    known = {*header.places.values(), *header.spread}
    return min(known), max(known)


def _by_first_text(cells: pd.DataFrame, layout: Layout) -> np.ndarray:
    """A row is what its first text says it is."""
    kind = np.full(len(cells), BLANK)
    left = np.ones(len(cells), bool)
    for column in cells.columns:
        if not left.any():
            break
        texts = cells[column] if left.all() else cells[column][left]
        kind[left] = _marks(texts, layout)
        left = kind == BLANK
    return kind


def _marks(texts: pd.Series, layout: Layout) -> np.ndarray:
    """The mark of each text; plain ones that nearly all differ are not looked at one by one."""
    words = [word for word in map(fold, (*layout.totals, *layout.footers)) if word.isascii()]
    if is_plain(texts) and not words:
        return np.where(texts == "", BLANK, DATA)
    codes, distinct = coded(texts)
    return np.asarray(np.fromiter(map(marker(layout), distinct), int, len(distinct))[codes])


def _names_a_total(cells: pd.DataFrame, header: Header, layout: Layout) -> np.ndarray:
    """Whether a column that says whose a row is says a total instead."""
    totals, total = set(map(fold, layout.totals)), np.zeros(len(cells), bool)
    for name in header.naming:
        column = header.places.get(name)
        if column in cells.columns and not is_plain(cells[column]):
            total |= which(cells[column], lambda text: fold(text) in totals)
    unit = header.places.get("unit")
    if unit in cells.columns and len(cells):
        total |= _marks(cells[unit], layout) == TOTAL
    return total


def _mark_headers(kind: np.ndarray, below: np.ndarray, cells: pd.DataFrame, header: Header) -> None:
    """A header that is printed again, or another one."""
    headings = np.zeros(len(cells), int)
    for column in cells.columns:
        texts = cells[column]
        headings += (
            texts.isin(header.known).to_numpy()
            if is_plain(texts)
            else which(texts, lambda text: fold(text) in header.known)
        )
    for row in np.flatnonzero(below & (headings >= min(3, len(header.places)))):
        texts = [fold(text) for text in of_row(cells, int(row))]
        again = any(
            texts[: len(line)] == line and not any(texts[len(line) :]) for line in header.lines
        )
        kind[row] = HEADER if again else SECOND


def _are_column_numbers(cells: pd.DataFrame, below: np.ndarray, header: Header) -> np.ndarray:
    """Whether one of the two rows below the header counts its columns: 1, 2, 3 and so on."""
    counted = [str(n) for n in range(1, len(header.places) + 1)]
    are = np.zeros(len(cells), bool)
    near = below & (cells.index.to_numpy() <= header.rows[1] + 2)
    for row in np.flatnonzero(near) if len(counted) > 2 else ():
        are[row] = [*filter(None, of_row(cells, int(row)))][: len(counted)] == counted
    return are
