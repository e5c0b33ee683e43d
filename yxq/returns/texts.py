"""Columns of text in which the same text stands many times: each distinct one is looked at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from yxq.words.text import seen

ODD = "[^!-~]"  # anything but visible ASCII: what may need stripping or folding


def is_plain(texts: pd.Series) -> bool:
    """Whether a column is kept text by text: nearly all differ, none needs stripping or folding."""
    return not isinstance(texts.dtype, pd.CategoricalDtype)


def tidy(cells: pd.DataFrame) -> pd.DataFrame:
    """Columns without what is not seen, as categories; one of visible ASCII is left as it is
    (`is_plain`).
    """
    return pd.DataFrame({name: _tidy(texts) for name, texts in cells.items()}, cells.index)


def _tidy(texts: pd.Series) -> pd.Series:
    if is_plain(texts):
        return each(texts, seen) if texts.str.contains(ODD).any() else texts
    known = texts.cat.categories
    clean = all(text == seen(text) for text in known) and not texts.hasnans
    return texts if clean else each(texts, seen)


def filled(cells: pd.DataFrame) -> int:
    """How many rows of tidy cells hold anything at all."""
    blank = np.ones(len(cells), bool)
    for name in cells.columns:
        blank &= (cells[name] == "").to_numpy()
        if not blank.any():
            break
    return int((~blank).sum())


def joined(cells: pd.DataFrame) -> list[str]:
    """Rows of cells as they were sent, each as one text."""
    rows = cells.astype("str").itertuples(index=False, name=None)
    return [" | ".join(row).rstrip(" |") for row in rows]


def each(texts: pd.Series, function: Callable[[str], Any], dtype: Any = "category") -> pd.Series:
    """`function` of every text, called once for each distinct one; a missing text is empty."""
    if isinstance(texts.dtype, pd.CategoricalDtype):
        codes, distinct = texts.cat.codes.to_numpy(), texts.cat.categories
    else:
        codes, distinct = pd.factorize(texts)
    found = [function(text) for text in distinct]
    if (codes < 0).any():
        codes = np.where(codes < 0, len(found), codes)
        found.append(function(""))
    if dtype != "category":
        return pd.Series(pd.array(found, dtype).take(codes), texts.index)
    kinds = [kind for kind in dict.fromkeys(found) if kind is not None]
    coded = pd.CategoricalDtype(pd.Index(kinds, dtype="str"))
    places = {kind: place for place, kind in enumerate(kinds)}
    codes = np.array([places.get(kind, -1) for kind in found], "int32")[codes]
    return pd.Series(pd.Categorical.from_codes(codes, dtype=coded, validate=False), texts.index)
