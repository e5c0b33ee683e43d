"""What a sheet is: its form, its header, whose return it is and for when, and which of its rows are data."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from yxq import values
from yxq.plan import Folder, Form, Layout
from yxq.read import Rows, Sheet, Unreadable
from yxq.texts import each, is_plain
from yxq.values import fold
from yxq.words import reason

HEADER_ROWS = 15  # a header starts among so many first rows
KINDS = ["blank", "data", "total", "footer", "header", "title"]
BLANK, DATA, TOTAL, FOOTER, HEADER, TITLE = range(len(KINDS))


@dataclass(frozen=True)
class Header:
    """Where a sheet's header is and what it says.

    rows: numbers of its first and last row; places: column -> place; labels: column -> its heading in the sheet, or
    the form's own where the sheet has none; unknown: headings that the form does not know; absent: columns of the form
    that the sheet does not have.
    """

    form: str
    rows: tuple[int, int]
    texts: list[str]
    places: dict[str, int]
    labels: dict[str, str]
    unknown: tuple[str, ...]
    absent: tuple[str, ...]


def _headings(form: Form) -> dict[str, list[str]]:
    """Folded heading -> the columns that it fills (one heading may fill two)."""
    found: dict[str, list[str]] = {}
    for name, column in form.columns.items():
        for alias in {fold(name), *map(fold, column.aliases)}:
            found.setdefault(alias, []).append(name)
    return found


def _possible(rows: Rows) -> Iterator[tuple[int, int, list[tuple[str, ...]]]]:
    """Index of the first and last row of every possible header, with what each place may be called, likeliest first.

    A header of two rows has groups above: a place is called by both together, by the lower, or by the upper where
    the two were merged.
    """
    for index, row in enumerate(rows[:HEADER_ROWS]):
        yield index, index, [(fold(text),) for text in row]
        if index + 1 == len(rows):
            return
        under = rows[index + 1]
        group, names = "", []
        for place in range(max(len(row), len(under))):
            upper = fold(row[place]) if place < len(row) else ""
            lower = fold(under[place]) if place < len(under) else ""
            group = upper or group
            names.append((group + lower, lower) if lower else (upper,))
        yield index, index + 1, names


def recognise(sheet: Sheet, forms: dict[str, Form]) -> Header:
    """The form and header of a sheet.

    The form is the one with most columns found among those with all their required ones; a header of one row is
    preferred to one of two. Raises `Unreadable` when there is none (naming what the nearest form lacks) or when two
    headings claim one column.
    """
    best: tuple[int, str, int, int, dict[str, list[int]]] | None = None
    nearest: tuple[int, str, list[str]] = (0, "", [])
    known = {name: _headings(form) for name, form in forms.items()}
    for double in (False, True):
        for first, last, names in _possible(sheet.head):
            if (first < last) != double:
                continue
            for name, form in forms.items():
                places: dict[str, list[int]] = {}
                for place, called in enumerate(names):
                    columns = next((known[name][text] for text in called if text in known[name]), ())
                    for column in columns:
                        places.setdefault(column, []).append(place)
                lacking = [column for column, spec in form.columns.items() if spec.required and column not in places]
                if not lacking and (best is None or len(places) > best[0]):
                    best = len(places), name, first, last, places
                if len(places) > nearest[0]:
                    nearest = len(places), name, lacking
    if best is None:
        form = forms.get(nearest[1])
        if form is None or len(nearest[2]) == 0 or nearest[0] < 2:
            raise Unreadable("no_header")
        raise Unreadable(reason("unknown_form", form.title.zh, "、".join(form.label(name) for name in nearest[2])))
    _, name, first, last, places = best
    form = forms[name]
    upper, lower = sheet.head[first], sheet.head[last]
    texts = [re.sub(r"\s+", "", lower[p] if p < len(lower) and lower[p] else upper[p] if p < len(upper) else "")
             for p in range(max(len(upper), len(lower)))]  # fmt: skip
    while not texts[-1]:
        texts.pop()
    for column, found in places.items():
        if len(found) > 1:
            raise Unreadable(
                reason("repeated_column", form.label(column), "、".join(f"{texts[p]} ({p + 1})" for p in found))
            )
    used = {column: found[0] for column, found in places.items()}
    return Header(
        form=name,
        rows=(first + sheet.first, last + sheet.first),
        texts=texts,
        places=used,
        labels={column: texts[used[column]] if column in used else form.label(column) for column in form.columns},
        unknown=tuple(text for place, text in enumerate(texts) if text and place not in used.values()),
        absent=tuple(form.label(column) for column in form.columns if column not in used),
    )


def context(path: str, notes: str, folder: Folder) -> dict[str, Any]:
    """Who sent a sheet, for which period and when, whether it is synthetic, and whether it calls itself a correction.

    Its notes say so, or else its path.
    """
    names = {alias: name for name, sender in folder.senders.items() for alias in (name, *sender.aliases)}
    said = re.search(r"填报单位[：:]\s*([^\s,，;；、]+)", notes)
    stem = path.rpartition(".")[0] or path
    sender = names.get(said[1]) if said else None
    sender = sender or next((names[n] for n in sorted(names, key=len, reverse=True) if n in stem), None)
    filed = re.search(r"填报日期[：:]\s*([^\s,，;；]+)", notes)
    try:
        filed_on = values.date(filed[1]) if filed else None
    except ValueError:
        filed_on = None
    period = values.period(stem) or values.period(notes) or (None, None)

    def says(marks: tuple[str, ...]) -> bool:
        return any(fold(mark) in fold(path + notes) for mark in marks)

    layout = folder.layout
    return {"sender": sender, "period_from": period[0], "period_to": period[1], "filed": filed_on,
            "synthetic": says(layout.synthetic), "correction": says(layout.corrections)}  # fmt: skip


def _marker(layout: Layout) -> Callable[[str], int]:
    """What a row's first text says of the row."""
    totals, footers = tuple(map(fold, layout.totals)), tuple(map(fold, layout.footers))

    def mark(text: str) -> int:
        plain = fold(text)
        if not plain:
            return BLANK
        return TOTAL if totals and plain.endswith(totals) else FOOTER if footers and plain.startswith(footers) else DATA

    return mark


def _marks(texts: pd.Series, mark: Callable[[str], int], layout: Layout) -> np.ndarray:
    """The mark of each text; where nearly all of them differ and are plain they are not looked at one by one."""
    words = [word for word in map(fold, (*layout.totals, *layout.footers)) if word.isascii()]
    if is_plain(texts) and not words:
        return np.where(texts == "", BLANK, DATA)
    return each(texts, mark, "int8").to_numpy()


def kinds(cells: pd.DataFrame, header: Header, layout: Layout) -> np.ndarray:
    """The kind of each row of a block, as a position in KINDS: a row is what its first text says it is."""
    kind = np.full(len(cells), BLANK)
    mark = _marker(layout)
    left = np.ones(len(cells), bool)
    for place in cells.columns:
        if not left.any():
            break
        whole = left.all()
        kind[left] = _marks(cells[place] if whole else cells[place][left], mark, layout)
        left = kind == BLANK
    unit = header.places.get("unit")
    if unit in cells.columns and len(cells):
        kind[(kind == DATA) & (_marks(cells[unit], mark, layout) == TOTAL)] = TOTAL
    number = cells.index.to_numpy()
    kind[(kind != BLANK) & (number < header.rows[0])] = TITLE
    again = kind == DATA  # a header that is printed again on every page
    for place in list(header.places.values()):
        if not again.any():
            break
        again &= (cells[place] == header.texts[place]).to_numpy() if place in cells.columns else False
    kind[again] = HEADER
    kind[(kind != BLANK) & (number >= header.rows[0]) & (number <= header.rows[1])] = HEADER
    return kind


def notes(sheet: Sheet, header: Header | None, layout: Layout) -> str:
    """What the rows above the header and the footers say."""
    mark = _marker(layout)
    above = sheet.head[: header.rows[0] - sheet.first] if header else []
    said = [row for row in sheet.tail if mark(next(filter(None, row), "")) == FOOTER]
    return " ".join(text for row in (*above, *said) for text in dict.fromkeys(filter(None, row)))
