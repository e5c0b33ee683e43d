"""Sheets that yxq has made and that come back: their header, and rows that nobody has filled in."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from yxq.plan.forms import Form
from yxq.returns.marks import Mark, version
from yxq.returns.read.sheet import Sheet, Unreadable
from yxq.returns.recognise import Header, recognise
from yxq.words.catalogue import catalogue
from yxq.words.text import fold
from yxq.words.wording import LANGUAGES

BESIDE = ("last_sent", "wrong", "mend", "file", "row")
"""Columns of made sheets that are no columns of a form: keys of their headings in words.yml."""


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
    beside = {fold(catalogue()["text"][key][language]) for key in BESIDE for language in LANGUAGES}
    unknown = tuple(text for text in header.unknown if fold(text) not in beside)
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
