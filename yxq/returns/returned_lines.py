"""Rows that go back as lines, one a reason: what is wrong, in which column, by when it was due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from yxq.attainment import owed
from yxq.plan.folder import Folder
from yxq.returns.sheet_read import SheetRead
from yxq.tables.contracts import Fate
from yxq.words.reasons import Reason, parsed
from yxq.words.text import fold
from yxq.words.wording import Words

Where = tuple[str, str, int]  # file, sheet, row
OWED = ["form", "sender", "first", "last"]


@dataclass(frozen=True)
class Rejected:
    """A rejected row that can be mended by itself, as it was sent: column of the form -> text."""

    read: SheetRead
    cells: dict[str, str]


def lines(
    rows: pd.DataFrame, rejected: Mapping[Where, Rejected], folder: Folder, words: Words
) -> pd.DataFrame:
    """A line for each reason that asks for something, in the order of the rows.

    rows: file, sheet, row (0 is the whole of it), fate, reason, text, form, sender, first, last.
    Besides these the lines have column, content, wrong, mend, due and cells; `why` is the reason.
    """
    named = {(_called(file, sheet), row): one for (file, sheet, row), one in rejected.items()}
    told = []
    for row in rows.rename(columns={"text": "cells"}).to_dict("records"):
        mine = rejected.get((row["file"], str(row["sheet"]), int(row["row"])))
        for reason in parsed(row["reason"]):
            [explained] = words.explained(str(reason))
            if mine and reason.code == "missing_value":  # "/" is seen, though it says nothing
                explained["content"] = _sent(mine, explained["column"])
            if mine and not explained["column"]:
                explained |= _differing(mine, reason, named)
            if explained["mend"] or row["fate"] == Fate.REJECTED:
                told.append(row | explained | {"why": str(reason)})
    table = pd.DataFrame(told)
    table["due"] = _due(table, folder).map(words.date)
    table["row"] = table["row"].mask(table["row"] == 0)  # 0 is a file or sheet as a whole
    return table


def _called(file: str, sheet: str) -> str:
    """What a reason calls a file and sheet."""
    return f"{file}[{sheet}]" if sheet else file


def _sent(mine: Rejected, label: str) -> str:
    """What was sent in a column."""
    named = {text: name for name, text in mine.read.labels.items()}
    return mine.cells.get(named.get(label, ""), "")


def _differing(
    mine: Rejected, reason: Reason, named: Mapping[tuple[str, int], Rejected]
) -> dict[str, Any]:
    """In which columns a row differs from the one of the same key that its reason names."""
    if reason.code != "conflict":
        return {}
    other = named.get((reason.arguments[1], int(reason.arguments[2])))
    if other is None:
        return {}
    differ = [
        name
        for name in mine.cells
        if fold(mine.cells[name]) != fold(other.cells.get(name, mine.cells[name]))
    ]
    return {
        "column": "、".join(mine.read.labels[name] for name in differ),
        "content": "、".join(mine.cells[name] for name in differ),
        "differ": differ,
    }


def _due(table: pd.DataFrame, folder: Folder) -> pd.Series:
    """By when the plan asked for the return that each line is of; missing where it does not say."""
    years = {int(year) for year in table["last"].dropna().dt.year} | {*folder.periods}
    asked = [owed.expected(folder.plan(nearest(year, folder)), year) for year in sorted(years)]
    ends = {"period_from": "first", "period_to": "last"}
    known = pd.concat(asked).rename(columns=ends)[[*OWED, "due"]].drop_duplicates(OWED)
    kinds = dict.fromkeys(("form", "sender"), object) | dict.fromkeys(OWED[2:], "datetime64[us]")
    days = table[OWED].astype(kinds).merge(known.astype(kinds), how="left", on=OWED)["due"]
    return days.set_axis(table.index)


def nearest(year: int, folder: Folder) -> int:
    """The plan year by which a year's returns are asked for."""
    return min(folder.periods, key=lambda of: (abs(of - year), of))
