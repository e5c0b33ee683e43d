"""Sheets that yxq has made and that come back: their header, and rows that nobody has filled in."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from yxq.plan.forms import Form
from yxq.returns.alike import SIGN
from yxq.returns.marks import LISTS, Mark, version
from yxq.returns.read.sheet import Sheet, Unreadable
from yxq.returns.recognise import Header, recognise
from yxq.returns.sheet_read import Mended, Refusal
from yxq.words.catalogue import catalogue
from yxq.words.text import fold
from yxq.words.wording import LANGUAGES

OF_REGISTER = (
    "asked_of_it",
    "result_now",
    "state_now",
    "lacking_now",
    "answers_for_it",
    "standing_now",
)
BESIDE = ("measured_in", "last_sent", "wrong", "mend", "file", "sheet", "row", *OF_REGISTER)
"""Columns of made sheets that are no columns of a form: keys of their headings in words.yml."""
WHENCE = ("file", "sheet", "row")
MADE = "made_sheet"
"""The reason why a sheet is set aside in which yxq explains its form."""


def recognised(sheet: Sheet, mark: Mark, forms: dict[str, Form]) -> Header:
    """The header of a marked sheet: of its own form, wherever its columns now stand.

    Raises `Unreadable` where the plan has no such form, or where the form has changed since and the
    sheet is none of it any more.
    """
    if mark.form not in forms:
        raise Unreadable("mark_unknown", mark.form)
    form = forms[mark.form]
    try:
        header = recognise(sheet, {mark.form: form})
    except Unreadable:
        if mark.version != version(form):
            raise Unreadable("form_changed", form.title.zh) from None
        raise
    beside = {text for key in BESIDE for text in _headings(key)}
    unknown = tuple(text for text in header.unknown if fold(text.partition(SIGN)[0]) not in beside)
    return dataclasses.replace(header, unknown=unknown, mark=mark)


def not_filled(cells: pd.DataFrame, header: Header) -> np.ndarray:
    """Which rows of a made sheet nobody has filled in: nothing stands in them but what was given.

    cells: a tidy block.
    """
    if header.mark is None:
        return np.zeros(len(cells), bool)
    places = header.places.items()
    asked = [n for name, n in places if name not in header.mark.given and n in cells]
    below = cells.index.to_numpy() > header.rows[1]
    some = (cells != "").any(axis=1).to_numpy()
    return np.asarray(below & some & (cells[asked] == "").all(axis=1).to_numpy())


def mended(cells: pd.DataFrame, header: Header | Refusal, takes: pd.Index) -> list[Mended]:
    """The rows of a block that came back and are mended, with which they are, as stands beside
    them; takes: rows that were accepted or emptied.
    """
    if isinstance(header, Refusal) or header.mark is None or header.mark.kind != "mend":
        return []
    texts = [fold(text) for text in header.texts]
    places = [
        next((n for n, text in enumerate(texts) if text in _headings(key)), -1) for key in WHENCE
    ]
    if any(place not in cells for place in places):
        return []
    rows = cells.loc[cells.index > header.rows[1], places].astype("str")
    whence = rows[rows[places[-1]].str.fullmatch(r"[0-9]{1,9}")]
    return [
        Mended(own=own, file=file, sheet=sheet, row=int(row), takes=own in takes)
        for own, file, sheet, row in whence.itertuples(name=None)
    ]


def is_own(name: str) -> bool:
    """Whether a sheet of a made workbook says something to whoever fills it in."""
    keys = ("blank_how", "back_about", "back_rejected", "back_flagged")
    return name == LISTS or any(fold(name) in _headings(key) for key in keys)


def _headings(key: str) -> set[str]:
    """What a column beside a form's is headed, in either language."""
    return {fold(catalogue()["text"][key][language]) for language in LANGUAGES}
