"""Which rows of a form a measure asks for, and what they must say to be counted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.measure import OPERATORS, Measure, Wanted, comparison


def of_form(plans: Iterable[Plan], form: str) -> list[Measure]:
    """The measures of some plans that are computed from a form."""
    both = (measure for plan in plans for measure in plan.measured.values())
    return [measure for measure in both if measure.form == form]


def about(measure: Measure, rows: pd.DataFrame) -> pd.Series:
    """Whether rows are among those that a measure asks for."""
    asked = pd.Series(True, rows.index)
    for column, wanted in measure.where.items():
        asked &= says(rows[column], wanted)
    return asked


def blank(measure: Measure, rows: pd.DataFrame) -> pd.DataFrame:
    """Whether rows lack what a measure needs: a column for each set of columns, by its number."""
    sets = [rows[[*needed]].isna().all(axis=1) for needed in measure.needs]
    return pd.DataFrame(dict(enumerate(sets)), rows.index)


def uncounted(measures: Iterable[Measure], rows: pd.DataFrame) -> dict[tuple[str, ...], pd.Series]:
    """Where rows of a form are blank and so not counted as they seem to be meant: by sets of
    columns (see `Measure.needs`) whether each row lacks them.

    A measure needs its columns together: where some of them are filled in, the others are lacking.
    Where none is, the row is about something else, if anything is there that some measure needs.
    """
    lacking: dict[tuple[str, ...], pd.Series] = {}
    says_some, parts = pd.Series(False, rows.index), []
    for measure in measures:
        there = rows[[name for name in measure.when if name in rows]].notna().all(axis=1)
        asked, lacks = about(measure, rows) & there, blank(measure, rows)
        if len(lacks.columns):
            says_some |= asked & ~lacks.all(axis=1)
            parts.append((measure, asked, lacks))
    for measure, asked, lacks in parts:
        told = asked & (~says_some | ~lacks.all(axis=1))
        for number, needed in enumerate(measure.needs):
            lacking[needed] = lacking.get(needed, False) | (told & lacks[number])
    return lacking


def says(values: pd.Series, wanted: Wanted) -> pd.Series:
    """Whether a column says a word (or one of several), or compares so with a number or a day; a
    word is compared as what the column holds.
    """
    compared = comparison(wanted)
    if compared:
        sign, limit = compared
        end = pd.Timestamp(limit) if values.dtype.kind == "M" else float(limit)
        return OPERATORS[sign](values, end).fillna(False).astype(bool)
    words = list(wanted) if isinstance(wanted, tuple) else [wanted]
    is_number = pd.api.types.is_numeric_dtype(values)
    known: list[Any] = [float(word) if is_number else str(word) for word in words]
    return values.isin(known)
