"""Rows that are supposed to be gone, or to have come, in place of what was returned."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import NamedTuple

import pandas as pd

from yxq.tables import digests

FILE = "what_if"
"""What the file of the rows that are supposed to have come is called."""


class Where(NamedTuple):
    """A row of a return."""

    file: str
    sheet: str
    row: int


@dataclass(frozen=True, eq=False)
class Come:
    """Rows of a form that are supposed to have come together, as a sheet of a return would.

    first, last: the period of the return, if it says one. rows: texts by column of the form,
    indexed by row number (from 2: headings are the first); none of a return that says that there
    was nothing. sheet: its number among all, once it has one.
    """

    form: str
    sender: str | None
    first: dt.date | None
    last: dt.date | None
    rows: pd.DataFrame
    sheet: str = ""


@dataclass(frozen=True, eq=False)
class Supposed:
    """Rows that are gone and sheets that have come, in hand on a day; falsy where there is none."""

    gone: frozenset[Where] = frozenset()
    come: tuple[Come, ...] = ()
    day: dt.date | None = None

    def __bool__(self) -> bool:
        """Whether anything is supposed of rows."""
        return bool(self.gone or self.come)

    def and_then(self, later: Supposed) -> Supposed:
        """Both, one after the other: a row that had only been supposed is simply no more, and new
        sheets are numbered on.
        """
        kept = [
            replace(one, rows=one.rows.drop(index=_own(later.gone, one.sheet))) for one in self.come
        ]
        come = [one for one, was in zip(kept, self.come, strict=True) if _is_left(one, was)]
        last = max((int(one.sheet) for one in self.come), default=0)
        come += [replace(one, sheet=f"{n}") for n, one in enumerate(later.come, start=last + 1)]
        gone = frozenset(where for where in later.gone if where.file != FILE)
        return Supposed(self.gone | gone, tuple(come), later.day)

    @property
    def digest(self) -> str:
        """What tells it from another."""
        lines = [f"{self.day}", *("\x1f".join(map(str, where)) for where in sorted(self.gone))]
        for one in self.come:
            lines += ["\x1f".join(map(str, (one.sheet, one.form, one.sender, one.first, one.last)))]
            lines += [one.rows.to_csv()]
        return digests.sha(*(line.encode() for line in lines))


def _own(gone: frozenset[Where], sheet: str) -> list[int]:
    """The rows of a supposed sheet that are gone."""
    return [where.row for where in gone if where[:2] == (FILE, sheet)]


def _is_left(one: Come, was: Come) -> bool:
    """Whether a supposed sheet still is one: without rows only where it never had any."""
    return len(one.rows) > 0 or was.rows.empty
