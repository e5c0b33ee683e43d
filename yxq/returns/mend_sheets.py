"""Rejected rows as forms, in which they are mended and sent back: what was sent stands in the cells
of the form, what is wrong beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from yxq.plan.folder import Folder
from yxq.returns.blank import sheet
from yxq.returns.blank.asked import period_name
from yxq.returns.blank.measured import named, unit_of
from yxq.returns.blank.rules import Lists
from yxq.returns.blank.sheet import FormSheet
from yxq.returns.marks import Mark, version
from yxq.returns.returned_lines import Rejected, Where, nearest
from yxq.words.wording import Words

MOST = 1_000  # rows of a sheet; more are mended where they came from
OPEN_ROWS = 10
Rows = dict[Where, list[dict[str, Any]]]  # what is said of each row that is mended


def sheets(
    folder: Folder,
    sender: str,
    lines: pd.DataFrame,
    rejected: Mapping[Where, Rejected],
    words: Words,
) -> list[FormSheet]:
    """A sheet for each form and period of the rows that can be mended by themselves.

    lines: see `yxq.returns.returned_lines.lines`.
    """
    groups: dict[tuple[Any, ...], Rows] = {}
    for line in lines[lines["row"].notna()].to_dict("records"):
        where = (line["file"], str(line["sheet"]), int(line["row"]))
        if where in rejected:
            of = rejected[where].read
            period = of.context.period_from, of.context.period_to
            groups.setdefault((of.form, *period), {}).setdefault(where, []).append(line)
    return [
        _sheet(folder, sender, key, rows, rejected, words)
        for key, rows in groups.items()
        if len(rows) <= MOST
    ]


def _sheet(
    folder: Folder,
    sender: str,
    key: tuple[Any, ...],
    rows: Rows,
    rejected: Mapping[Where, Rejected],
    words: Words,
) -> FormSheet:
    """The rows of one form and period (`key`) that can be mended, with what is wrong with each."""
    name, first, last = key
    form, beside = folder.forms[name], _beside(rows, words)
    plan = folder.plan(nearest(last.year, folder)) if last else folder.plan()
    cells = [rejected[where].cells for where in rows]
    units = [unit_of(one, plan, name, sender or None, words) for one in cells]
    if any(units):
        beside = [{"measured_in": unit} | one for unit, one in zip(units, beside, strict=True)]
    synthetic = any(rejected[where].read.context.synthetic for where in rows)
    period = period_name(first, last, words)
    titles = {"form": words.text(form.title), "period": period, "sender": words.sender(sender)}
    title = words("back_form", **titles)
    title += "".join(f"（{mark}）" for mark in folder.layout.synthetic[:1] if synthetic)
    ends = {"first": first, "last": last}
    return FormSheet(
        folder=folder,
        form=form,
        mark=Mark(kind="mend", form=name, sender=sender or None, version=version(form), **ends),
        title=title,
        hint=words("back_hint"),
        rows=pd.DataFrame(cells, columns=[*form.columns]),
        beside=pd.DataFrame(beside),
        open_rows=OPEN_ROWS,
        wrong=_wrong(rows, rejected),
        measured=named(plan, name, sender or None, words),
    )


def _beside(rows: Rows, words: Words) -> list[dict[str, Any]]:
    """What stands beside each row: what is wrong and how it is mended, and where it came from."""
    between = words("comma")
    return [
        {
            "wrong": between.join(line["wrong"] for line in lines),
            "mend": between.join(dict.fromkeys(line["mend"] for line in lines if line["mend"])),
            "file": where[0],
            "sheet": where[1],
            "row": where[2],
        }
        for where, lines in rows.items()
    ]


def _wrong(rows: Rows, rejected: Mapping[Where, Rejected]) -> frozenset[tuple[int, str]]:
    """The cells that are wrong, each by its row's number and its column."""
    wrong = set()
    for place, (where, lines) in enumerate(rows.items()):
        columns = {label: n for n, label in rejected[where].read.labels.items()}
        for line in lines:
            differ = line.get("differ")
            at = differ if isinstance(differ, list) else [columns.get(line["column"], "")]
            wrong |= {(place, column) for column in at if column}
    return frozenset(wrong)


def add(made: list[FormSheet], words: Words, book: Any) -> None:
    """Add the sheets to a workbook, and the lists of their drop-downs."""
    lists = Lists()
    for number, one in enumerate(made, start=1):
        name = words("back_sheet", n=number, form=words.text(one.form.title))
        sheet.add(book, one, name, words, lists)
    sheet.add_lists(book, lists, made[0].mark)
