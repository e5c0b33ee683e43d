"""Blank forms into a folder: all of them, or none."""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from yxq.plan.folder import Plan
from yxq.returns.blank import instructions, sheet
from yxq.returns.blank.asked import Asked, languages, period_name
from yxq.returns.blank.given import given
from yxq.returns.blank.measured import named, unit_of
from yxq.returns.blank.rules import Lists, Rules
from yxq.returns.blank.sheet import FIRST, FormSheet
from yxq.returns.marks import Mark, version
from yxq.tables import store
from yxq.tables.workbook import OPTIONS
from yxq.words.errors import refusal
from yxq.words.wording import Words

OPEN_ROWS, MORE_ROWS = 300, 10  # empty rows of a form that lists what happened, and of another
CREATED = dt.datetime(2013, 1, 1)  # the same bytes whenever it is made


def write(out: Path, plan: Plan, asked: Iterable[Asked], processed: Path) -> list[Path]:
    """Write a workbook for each return that is asked for; what was written.

    processed: tables of returns read before, whose last values are shown; there may be none. A file
    that stands there already and is another is left alone. Raises `PlanError` then, and `OSError`
    where the folder cannot be written, before any file of it has changed.
    """
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".blank-", dir=out) as place:
        made = [_book(Path(place), plan, one, _records(processed, one.form)) for one in asked]
        for file in made:
            there = out / file.name
            if there.exists() and there.read_bytes() != file.read_bytes():
                raise refusal("blank_there", name=there.as_posix())
        for file in made:
            os.replace(file, out / file.name)
    return [out / file.name for file in made]


def _records(processed: Path, form: str) -> pd.DataFrame | None:
    """What has been read of a form, if anything."""
    there = (processed / "records" / f"{form}.parquet").exists()
    return store.read(processed, f"records/{form}") if there else None


def _book(place: Path, plan: Plan, one: Asked, records: pd.DataFrame | None) -> Path:
    """The workbook of one return."""
    folder, form = plan.folder, plan.folder.forms[one.form]
    all_words = [Words(name, folder.unit_word, plan.english) for name in languages(folder)]
    words = all_words[0]
    made = form_sheet(plan, one, records, words)
    path = place / f"{_file_name(words, one, words.text(form.title))}.xlsx"
    told = [
        (words, instructions.lines(made, one, words), named(plan, one.form, one.sender, words))
        for words in all_words
    ]
    save(path, made, told)
    return path


def save(path: Path, made: FormSheet, told: Sequence[tuple[Words, Sequence[str], str]]) -> None:
    """Write a form as a workbook.

    told: by language, the first of which is the form's, what to do, line by line, and in which
    units numbers are written. Raises `OSError` where it cannot be written.
    """
    words = told[0][0]
    title = words.text(made.form.title)
    book = xlsxwriter.Workbook(path, OPTIONS)
    book.set_properties({"title": made.title, "created": CREATED})
    book.set_custom_property("yxq", str(made.mark))
    lists, ends = Lists(), (made.mark.first, made.mark.last)
    sheet.add(book, made, title, words, lists)
    book.define_name("yxq_mark", f"='{book.worksheets()[0].name}'!$A${sheet.MARK + 1}")
    for other, lines, units in told:
        rows = FIRST + 1, made.last + 1
        rules = Rules(made.folder, made.form, made.letters, *rows, ends, other, lists, units)
        instructions.add(book, made, lines, rules, other)
    sheet.add_lists(book, lists, made.mark)
    try:
        book.close()
    except FileCreateError as error:  # no room, a name that is too long
        raise OSError(f"{path.name} could not be written: {error}") from None


def form_sheet(plan: Plan, one: Asked, records: pd.DataFrame | None, words: Words) -> FormSheet:
    """The form's sheet, with what is known beforehand."""
    form = plan.folder.forms[one.form]
    known = given(plan, one, records, words)
    ends = {"first": one.first, "last": one.last}
    mark = Mark(
        kind="form",
        form=one.form,
        sender=one.sender,
        given=known.columns,
        version=version(form),
        **ends,
    )
    titles = {"form": words.text(form.title), "sender": words.sender(one.sender)}
    period = period_name(one.first, one.last, words)
    due = words("blank_due", due=words.date(one.due)) if one.due else ""
    hint = words("after").join(filter(None, (due, words("blank_hint"))))
    units = [
        unit_of(row, plan, one.form, one.sender, words) for row in known.rows.to_dict("records")
    ]
    beside = {"measured_in": pd.Series(units, known.rows.index, object), "last_sent": known.last}
    beside = {name: column for name, column in beside.items() if column.notna().any()}
    return FormSheet(
        folder=plan.folder,
        form=form,
        mark=mark,
        title=words("blank_title", period=period, **titles),
        hint=hint,
        rows=known.rows,
        beside=pd.DataFrame(beside),
        measured=named(plan, one.form, one.sender, words),
        open_rows=MORE_ROWS if len(known.rows) else OPEN_ROWS,
    )


def _file_name(words: Words, one: Asked, title: str) -> str:
    parts = (words.sender(one.sender), title, period_name(one.first, one.last, words))
    return "-".join(map(file_name, parts))


def file_name(text: str) -> str:
    """A text as the name of a file can hold it."""
    return re.sub(r'[\\/:*?"<>|]', " ", text).strip()
