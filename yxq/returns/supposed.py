"""Rows that are supposed: an analyst's frames as sheets of a return, which is then read as any."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from yxq.plan.folder import Folder
from yxq.plan.forms import Column, Form
from yxq.returns.file_names import Said
from yxq.returns.intake import read_sheet
from yxq.returns.marked import recognised
from yxq.returns.marks import Mark, version
from yxq.returns.parts import Part
from yxq.returns.read.sheet import Sheet
from yxq.tables import store
from yxq.tables.contracts import Fate
from yxq.tables.supposed import FILE, Come, Supposed, Where
from yxq.words.errors import PlanError, refusal
from yxq.words.reasons import Reason, parsed
from yxq.words.text import Text, fold
from yxq.words.wording import LANGUAGES, Words

RETURN = ["sender", "period_from", "period_to"]  # which return a row would have come in
WHENCE = ["file", "sheet", "row"]
BESIDE = {*RETURN, *WHENCE, "from", "to", "key", "once", "synthetic", "target", "label", "day"}
BESIDE |= {"month", "year", "stratum", "passed"}
"""Columns of records, and of what is behind a result, that no form needs to have."""
# Reasons of rows that would count, were another not there.
YIELDS = ("duplicate_of", "corrected", "replaced")
FIRST = 2  # the row of the first record: headings are the first

Frames: TypeAlias = pd.DataFrame | Mapping[str, pd.DataFrame] | None
Records = Mapping[str, pd.DataFrame]


def added(folder: Folder, frames: Frames) -> list[Come]:
    """Frames in the columns of a form as sheets of a return, one for each return.

    frames: one whose columns tell its form, or several by form or its title. Columns are called as
    in forms.yml or as in a return; beside them may stand sender, period_from and period_to, and
    what records have. Raises `PlanError` for a column that no form knows.
    """
    if isinstance(frames, pd.DataFrame):
        frames = {_form_of(folder, frames): frames} if len(frames) else {}
    come: list[Come] = []
    for name, frame in (frames or {}).items():
        form = _form(folder, name)
        texts = _texts(folder.forms[form], frame)
        come += _sheets(form, texts, _returns(frame))
    return come


def changed(folder: Folder, frame: pd.DataFrame | None, records: Records) -> Supposed:
    """Records as they are supposed to be, in the place of those of the same file, sheet and row.

    frame: file, sheet, row, and columns of their form; those that it does not have stay. Raises
    `PlanError` where there is no such record, a column that their form does not know, a record
    twice, or one that stays as it is.
    """
    if frame is None or frame.empty:
        return Supposed()
    wanted, come = _keys(frame), []
    if again := [where for where in {*wanted} if wanted.count(where) > 1]:
        raise refusal("supposed_twice", name=_told(again[0]))
    places = {where: n for n, where in enumerate(wanted)}
    for name, rows in _among(records, wanted):
        form, mine = folder.forms[name], [places[where] for where in _keys(rows)]
        as_supposed = _overlaid(form, rows, frame.iloc[mine].set_axis(rows.index))
        texts, was = (_texts(form, each) for each in (as_supposed, rows.astype(object)))
        returns = _returns(as_supposed)
        same = (texts == was).all(axis=1) & returns.isna().eq(_returns(rows).isna()).all(axis=1)
        same &= (returns.fillna("") == _returns(rows).fillna("")).all(axis=1)
        if same.any():
            where = _keys(rows)[int(same.to_numpy().argmax())]
            raise refusal("supposed_unchanged", name=_told(where), known=_known_of(form))
        come += _sheets(name, texts, returns)
    return Supposed(frozenset(wanted), tuple(come))


def removed(
    frame: pd.DataFrame | None, records: Records, until: Callable[[str], dt.date]
) -> Supposed:
    """Records that are supposed not to be there; frame: has file, sheet and row; until: the last
    day of records of a form that is looked at.

    Raises `PlanError` where there is no such record, or one is of a later day.
    """
    if frame is None or frame.empty:
        return Supposed()
    gone = _keys(frame)
    for form, rows in _among(records, gone):
        refuse_later(rows, until(form))
    return Supposed(frozenset(gone))


def with_repeats(gone: frozenset[Where], ledger: pd.DataFrame) -> frozenset[Where]:
    """Rows that are gone with those that did not count because of them, which would take their
    place: the same again, and what they had corrected or replaced. ledger: the rows that are
    duplicates.
    """
    by: dict[str, list[Where]] = {}
    named = ledger[ledger["reason"].str.contains("|", regex=False)]
    for where, reason in zip(_keys(named), named["reason"], strict=True):
        for one in parsed(reason):
            if one.code in YIELDS:
                by.setdefault("|".join(one.arguments[-2:]), []).append(where)
    found, waiting = set(gone), [*gone]
    while waiting:
        file, sheet, row = waiting.pop()
        place = Reason.of("", f"{file}[{sheet}]" if sheet else file, row).arguments
        for where in by.get("|".join(place), ()):
            if where not in found:
                found.add(where)
                waiting.append(where)
    return frozenset(found)


def refuse_later(rows: pd.DataFrame, until: dt.date) -> None:
    """Refuse records of days after the last one that is looked at, which would change nothing."""
    late = rows[rows["to"] > pd.Timestamp(until)]
    if len(late):
        day = late["to"].iloc[0].date()
        raise refusal("supposed_later", n=len(late), day=day, until=until)


def arrived(owed: pd.DataFrame, frame: pd.DataFrame | None) -> list[Come]:
    """Returns that are supposed to have come and to say that there was nothing, a sheet each.

    owed: the returns that are expected; frame: form, sender, period_from and period_to of some.
    Raises `PlanError` for one that nobody owes.
    """
    if frame is None or frame.empty:
        return []
    by = ["form", *RETURN]
    if lacking := sorted({*by} - {*frame.columns}):
        raise refusal("supposed_lacks", lacking=", ".join(lacking), known=", ".join(by))
    expected = {*owed[by].itertuples(index=False, name=None)}
    come = []
    for one in frame[by].itertuples(index=False, name=None):
        if one not in expected:
            name = " ".join(str(part).removesuffix(" 00:00:00") for part in one)
            missing = owed[owed["status"] == "missing"][by].head(3).astype("str")
            near = [" ".join(row) for row in missing.itertuples(index=False, name=None)]
            raise refusal("supposed_not_owed", name=name, near=near)
        form, sender, first, last = one
        come.append(Come(form, sender, first.date(), last.date(), pd.DataFrame(dtype="str")))
    return come


def as_part(supposed: Supposed, folder: Folder, home: Path) -> Part:
    """What is supposed to have come, as a file that has been read."""
    sha256 = hashlib.sha256(supposed.digest.encode()).hexdigest()
    part = Part(home, FILE, sha256, folder, "")
    part.begin()
    read = []
    for number, one in enumerate(supposed.come):
        sheet, form = _sheet(one, folder.forms[one.form]), folder.forms[one.form]
        mark = Mark(
            kind="form",
            form=one.form,
            sender=one.sender,
            first=one.first,
            last=one.last,
            version=version(form),
        )
        header = recognised(sheet, mark, folder.forms)
        as_read = read_sheet(part, number, sheet, header, Said(), None)
        as_read.holds = ""  # rows that are alike are meant
        read.append(as_read)
    part.end(read)
    return part


def refuse(supposed: Supposed, place: Path, folder: Folder) -> None:
    """Refuse what is supposed, where one of its rows does not count as it is; place: the tables."""
    ledger = store.read(place, "ledger", [("file", "==", FILE)])
    ledger = ledger[ledger["row"] >= FIRST]
    if blank := sum(len(one.rows) for one in supposed.come) - len(ledger):
        raise refusal("supposed_blank", n=blank)
    wrong = ledger[ledger["fate"] != Fate.ACCEPTED]
    if wrong.empty:
        return
    first, files = wrong.iloc[0], store.read(place, "files", [("file", "==", FILE)])
    form = folder.forms[files.set_index("sheet").loc[first["sheet"], "form"]]
    why = Text(**{language: Words(language).reason(first["reason"]) for language in LANGUAGES})
    row = first["text"] or first["row"] - FIRST
    raise refusal("supposed_refused", form=form.title, row=row, n=len(wrong), why=why)


def _sheet(one: Come, form: Form) -> Sheet:
    """A sheet whose first row are the names of the columns."""
    names = [*(one.rows.columns if len(one.rows.columns) else form.columns)]
    cells = one.rows.set_axis(range(len(names)), axis=1) if len(one.rows) else pd.DataFrame()
    headings = pd.DataFrame([names], [FIRST - 1])
    block = pd.concat([headings, cells]).astype("str")
    block.index.name = "row"
    return Sheet(one.sheet, [names], [], lambda: iter([block]))


def _sheets(form: str, texts: pd.DataFrame, returns: pd.DataFrame) -> list[Come]:
    """Rows as sheets, one for each return that they would have come in."""
    come = []
    whose = returns.groupby(RETURN, dropna=False, sort=False).indices
    for (sender, first, last), places in whose.items():
        rows = texts.iloc[np.sort(places)]
        rows = rows.set_axis(pd.RangeIndex(FIRST, FIRST + len(rows)))
        begin, end = (None if pd.isna(day) else pd.Timestamp(day).date() for day in (first, last))
        known = None if pd.isna(sender) else str(sender)
        come.append(Come(form, known, begin, end, rows))
    return come


def _returns(frame: pd.DataFrame) -> pd.DataFrame:
    """Which return each row would have come in, as far as that is said."""
    return frame.reindex(columns=RETURN).reset_index(drop=True).astype(object)


def _form(folder: Folder, name: str) -> str:
    """A form by its name or title."""
    called = {fold(title): key for key, form in folder.forms.items() for title in _titles(form)}
    called |= {fold(key): key for key in folder.forms}
    if fold(name) not in called:
        raise refusal("supposed_no_form", name=name, known=", ".join(folder.forms))
    return called[fold(name)]


def _titles(form: Form) -> tuple[str, str]:
    return form.title.zh, form.title.en


def _form_of(folder: Folder, frame: pd.DataFrame) -> str:
    """The one form that has all columns of a frame and lacks none that it needs; where there is
    none the nearest, for which the frame is refused.
    """
    found = {name: _places(form, frame) for name, form in folder.forms.items()}
    fits = [
        name
        for name, (places, unknown) in found.items()
        if not unknown and not _lacking(folder.forms[name], places)
    ]
    if len(fits) > 1:
        columns = ", ".join(map(str, frame.columns))
        raise refusal("supposed_which_form", columns=columns, known=", ".join(fits))
    return fits[0] if fits else max(found, key=lambda name: len(found[name][0]))


def _lacking(form: Form, places: Mapping[str, Any]) -> list[str]:
    return [name for name, column in form.columns.items() if column.required and name not in places]


def _places(form: Form, frame: pd.DataFrame) -> tuple[dict[str, Any], list[str]]:
    """Columns of a form -> those of a frame; and those that it does not know."""
    places: dict[str, Any] = {}
    unknown = []
    for given in frame.columns:
        names = [str(given)] if given in form.columns else form.headings.get(fold(str(given)), [])
        places |= dict.fromkeys(names, given)
        if not names and given not in BESIDE:
            unknown.append(str(given))
    return places, unknown


def _texts(form: Form, frame: pd.DataFrame) -> pd.DataFrame:
    """What a return would say in the place of values; columns of the form, rows from 0."""
    places, unknown = _places(form, frame)
    for given in unknown:
        raise refusal("supposed_no_column", name=given, form=form.title, known=_known_of(form))
    if lacking := _lacking(form, places):
        said = {"lacking": ", ".join(lacking), "known": _known_of(form)}
        raise refusal("supposed_form_lacks", PlanError, (), form=form.title, **said)
    return pd.DataFrame(
        {
            name: [_text(value, form.columns[name]) for value in frame[given]]
            for name, given in places.items()
        },
        dtype="str",
    )


def _known_of(form: Form) -> str:
    return ", ".join([*form.columns, *RETURN])


def _text(value: Any, column: Column) -> str:
    """What a cell would say for a value."""
    if value is None or pd.isna(value):
        return ""
    if column.type == "word":
        words = column.words.get(str(value))
        return words[0] if words else str(value)
    if isinstance(value, dt.date):  # a time is one, too
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def _overlaid(form: Form, rows: pd.DataFrame, given: pd.DataFrame) -> pd.DataFrame:
    """Records with what a frame says of their form's columns in their place."""
    places, unknown = _places(form, given.dropna(axis=1, how="all"))
    for name in unknown:
        raise refusal("supposed_no_column", name=name, form=form.title, known=_known_of(form))
    said = {name: given[column] for name, column in places.items()}
    return rows.astype(object).assign(**said)[[*form.columns, *WHENCE, *RETURN]]


def _keys(rows: pd.DataFrame) -> list[Where]:
    """Where each record is from."""
    if lacking := sorted({*WHENCE} - {*rows.columns}):
        raise refusal("supposed_lacks", lacking=", ".join(lacking), known=", ".join(WHENCE))
    return [
        Where(str(file), "" if pd.isna(sheet) else str(sheet), int(row))
        for file, sheet, row in rows[WHENCE].itertuples(index=False, name=None)
    ]


def _among(records: Records, wanted: list[Where]) -> list[tuple[str, pd.DataFrame]]:
    """The records that stand in some rows, by form; rows that are none are refused, with those of
    the same sheet that are nearest.
    """
    files, found, near = {where.file for where in wanted}, [], []
    left = {*wanted}
    for name, rows in records.items():
        here = rows[rows["file"].isin(files)]
        keys = _keys(here)
        near += keys
        if some := [where in left for where in keys]:
            found.append((name, here[some]))
    for where in left - {*near}:
        there = [one for one in near if one[:2] == where[:2]]
        there = sorted(there, key=lambda one: (abs(one.row - where.row), one.row))[:3]
        raise refusal("supposed_no_row", name=_told(where), near=[*map(_told, there)])
    return [(name, rows) for name, rows in found if len(rows)]


def _told(where: Where) -> str:
    return " ".join(filter(None, map(str, where)))
