"""What a sheet is: its form, its header, whose return it is and for when, and which of its rows are
data.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from yxq.plan.folder import Folder
from yxq.plan.forms import Form, Layout
from yxq.returns import values
from yxq.returns.read import Rows, Sheet, Unreadable
from yxq.returns.texts import each, is_plain
from yxq.words.reasons import reason
from yxq.words.text import fold

HEADER_ROWS = 15  # a header starts among so many first rows
BLANK, DATA, TOTAL, FOOTER, HEADER, TITLE, SECOND = range(7)


@dataclass(frozen=True)
class Header:
    """Where a sheet's header is and what it says.

    rows: numbers of its first and last row; places: column -> place; labels: column -> its heading
    in the sheet, or the form's own where the sheet has none; unknown: headings that the form does
    not know; absent: columns of the form that the sheet does not have; lines: the header's rows,
    folded; known: all headings of the form; naming: columns that say whose a row is, where a totals
    row says so.
    """

    form: str
    rows: tuple[int, int]
    texts: list[str]
    places: dict[str, int]
    labels: dict[str, str]
    unknown: tuple[str, ...]
    absent: tuple[str, ...]
    lines: list[list[str]]
    known: frozenset[str]
    naming: tuple[str, ...]


def _headings(form: Form) -> dict[str, list[str]]:
    """Folded heading -> the columns that it fills (one heading may fill two)."""
    found: dict[str, list[str]] = {}
    for name, column in form.columns.items():
        for alias in {fold(name), *map(fold, column.aliases)}:
            found.setdefault(alias, []).append(name)
    return found


def _columns(known: dict[str, list[str]], called: tuple[str, ...]) -> list[str]:
    """The columns that a place's names stand for; a unit in brackets behind a heading may be left
    away.
    """
    bare = (re.sub(r"\([^()]*\)$", "", text) for text in called)
    return next((known[text] for text in (*called, *bare) if text in known), [])


def _possible(rows: Rows) -> Iterator[tuple[int, int, list[tuple[str, ...]]]]:
    """Index of the first and last row of every possible header, with what each place may be called,
    likeliest first.

    A header of two rows has groups above: a place is called by both together, by the lower, or by
    the upper where the two were merged.
    """
    for index, row in enumerate(rows[:HEADER_ROWS]):
        yield index, index, [(fold(text),) for text in row]
        if index + 1 == len(rows):
            return
        under = rows[index + 1]
        group = ""
        names: list[tuple[str, ...]] = []
        for place in range(max(len(row), len(under))):
            upper = fold(row[place]) if place < len(row) else ""
            lower = fold(under[place]) if place < len(under) else ""
            group = upper or group
            names.append((group + lower, lower) if lower else (upper,))
        yield index, index + 1, names


def recognise(sheet: Sheet, forms: dict[str, Form]) -> Header:
    """The form and header of a sheet.

    The header is the first that has all the required columns of a form, and the form the one with
    most columns found; a header of one row is preferred to one of two. Raises `Unreadable` when
    there is none (naming what the nearest form lacks) or when two headings claim one column.
    """
    best: tuple[int, str, int, int, dict[str, list[int]]] | None = None
    nearest: tuple[int, str, list[str]] = (0, "", [])
    known = {name: _headings(form) for name, form in forms.items()}
    for first, last, names in sorted(_possible(sheet.head), key=lambda one: (one[1], -one[0])):
        if best and last > best[3]:
            break  # the first header counts; what stands below it is data
        for name, form in forms.items():
            places: dict[str, list[int]] = {}
            for place, called in enumerate(names):
                for column in _columns(known[name], called):
                    places.setdefault(column, []).append(place)
            lacking = [
                column
                for column, spec in form.columns.items()
                if spec.required and column not in places
            ]
            if not lacking and (best is None or len(places) > best[0]):
                best = len(places), name, first, last, places
            if len(places) > nearest[0]:
                nearest = len(places), name, lacking
    if best is None:
        near = forms.get(nearest[1])
        if near is None or len(nearest[2]) == 0 or nearest[0] < 2:
            raise Unreadable("no_header")
        raise Unreadable(
            reason(
                "unknown_form", near.title.zh, "、".join(near.label(name) for name in nearest[2])
            )
        )
    _, name, first, last, places = best
    form = forms[name]
    upper, lower = sheet.head[first], sheet.head[last]
    texts = [
        re.sub(
            r"\s+",
            "",
            lower[p] if p < len(lower) and lower[p] else upper[p] if p < len(upper) else "",
        )
        for p in range(max(len(upper), len(lower)))
    ]
    while not texts[-1]:
        texts.pop()
    for column, found in places.items():
        if len(found) > 1:
            raise Unreadable(
                reason(
                    "repeated_column",
                    form.label(column),
                    "、".join(f"{texts[p]} ({p + 1})" for p in found),
                )
            )
    used = {column: found[0] for column, found in places.items()}
    return Header(
        form=name,
        rows=(first + sheet.first, last + sheet.first),
        texts=texts,
        places=used,
        labels={
            column: texts[used[column]] if column in used else form.label(column)
            for column in form.columns
        },
        unknown=tuple(
            text for place, text in enumerate(texts) if text and place not in used.values()
        ),
        absent=tuple(form.label(column) for column in form.columns if column not in used),
        lines=[_bare(row) for row in (upper, lower)],
        known=frozenset(known[name]),
        naming=tuple(
            c
            for c, spec in form.columns.items()
            if spec.type in ("unit", "word") or (c in form.key and spec.type == "text")
        ),
    )


def _bare(row: list[str]) -> list[str]:
    """A row folded, without blanks at its end."""
    texts = [*map(fold, row)]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def context(path: str, title: str, footer: str, folder: Folder) -> dict[str, Any]:
    """Who sent a sheet, for which period and when, whether it is synthetic, and whether it calls
    itself a correction.

    Its title and footer say so, or else its file's name, or else its folder.
    """
    notes = f"{title} {footer}"
    names = {
        alias: name for name, sender in folder.senders.items() for alias in (name, *sender.aliases)
    }
    said = re.search(r"填报单位(?:[（(][^）)]*[）)])?\s*[：:]\s*([^\s,，;；、]+)", notes)
    stem = path.rpartition(".")[0] or path
    sender = names.get(said[1]) if said else None
    longest = sorted(names, key=len, reverse=True)
    sender = sender or next(
        (names[n] for text in (title, stem) for n in longest if n in text), None
    )
    filed = re.search(r"填报日期(?:[（(][^）)]*[）)])?\s*[：:]\s*([^\s,，;；]+)", notes)
    try:
        filed_on = values.date(filed[1]) if filed else None
    except ValueError:
        filed_on = None
    file = stem.rpartition("/")[2]
    stated = [period for text in (title, file, stem) if (period := values.period(text))]
    same = [
        period for period in stated if period[0].year == stated[0][0].year
    ]  # of one year what says most
    since, until = min(same, key=lambda period: period[1] - period[0], default=(None, None))

    def says(marks: tuple[str, ...], text: str) -> bool:
        return any(fold(mark) in fold(text) for mark in marks)

    layout = folder.layout
    return {
        "sender": sender,
        "period_from": since,
        "period_to": until,
        "filed": filed_on,
        "synthetic": says(layout.synthetic, path + notes),
        "correction": says(layout.corrections, title + file),
    }


def _marker(layout: Layout) -> Callable[[str], int]:
    """What a row's first text says of the row."""
    totals, footers = tuple(map(fold, layout.totals)), tuple(map(fold, layout.footers))

    def mark(text: str) -> int:
        plain = fold(text)
        if not plain:
            return BLANK
        return (
            TOTAL
            if totals and plain.endswith(totals)
            else FOOTER
            if footers and plain.startswith(footers)
            else DATA
        )

    return mark


def _marks(texts: pd.Series, mark: Callable[[str], int], layout: Layout) -> np.ndarray:
    """The mark of each text; where nearly all of them differ and are plain they are not looked at
    one by one.
    """
    words = [word for word in map(fold, (*layout.totals, *layout.footers)) if word.isascii()]
    if is_plain(texts) and not words:
        return np.where(texts == "", BLANK, DATA)
    return np.asarray(each(texts, mark, "int8"))


def kinds(cells: pd.DataFrame, header: Header, layout: Layout) -> np.ndarray:
    """The kind of each row of a block: a row is what its first text says it is."""
    kind = np.full(len(cells), BLANK)
    mark = _marker(layout)
    left = np.ones(len(cells), bool)
    for place in cells.columns:
        if not left.any():
            break
        whole = left.all()
        kind[left] = _marks(cells[place] if whole else cells[place][left], mark, layout)
        left = kind == BLANK
    words = set(map(fold, layout.totals))
    for name in header.naming:
        place = header.places.get(name)
        if place in cells.columns and not is_plain(cells[place]):
            said = each(cells[place], lambda text: fold(text) in words, bool).to_numpy()
            kind[(kind == DATA) & said] = TOTAL
    unit = header.places.get("unit")
    if unit in cells.columns and len(cells):
        kind[(kind == DATA) & (_marks(cells[unit], mark, layout) == TOTAL)] = TOTAL
    number = cells.index.to_numpy()
    kind[(kind != BLANK) & (number < header.rows[0])] = TITLE
    count = np.zeros(len(cells), int)
    for place in cells.columns:  # a header that is printed again, or another one
        texts = cells[place]
        found = (
            texts.isin(header.known)
            if is_plain(texts)
            else each(texts, lambda text: fold(text) in header.known, bool)
        )
        count += found.to_numpy()
    for at in np.flatnonzero(
        (kind == DATA) & (number > header.rows[1]) & (count >= min(3, len(header.places)))
    ):
        row = [fold(str(text)) for text in cells.iloc[at]]
        again = any(row[: len(line)] == line and not any(row[len(line) :]) for line in header.lines)
        kind[at] = HEADER if again else SECOND
    counted = [str(n) for n in range(1, len(header.places) + 1)]
    for at in np.flatnonzero(
        (kind == DATA) & (number > header.rows[1]) & (number <= header.rows[1] + 2)
    ):
        if [text for text in map(str, cells.iloc[at]) if text][: len(counted)] == counted and len(
            counted
        ) > 2:
            kind[at] = HEADER  # the columns' numbers
    kind[(kind != BLANK) & (number >= header.rows[0]) & (number <= header.rows[1])] = HEADER
    return kind


def edges(sheet: Sheet, header: Header | None, layout: Layout) -> tuple[str, str]:
    """What the rows above the header say, and what the footers say."""
    mark = _marker(layout)
    above = sheet.head[: header.rows[0] - sheet.first] if header else []
    below = [row for row in sheet.tail if mark(next(filter(None, row), "")) == FOOTER]
    title, footer = (
        " ".join(" ".join(dict.fromkeys(filter(None, row))) for row in rows)
        for rows in (above, below)
    )
    return title, footer
