"""Columns of text in which the same text stands many times: each distinct one is looked at once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from yxq.words.text import seen

VISIBLE = bytes(range(0x21, 0x7F))
"""Visible ASCII; anything else may need stripping or folding."""
FEW = 100  # texts of a column whose categories are remembered
FACTOR = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no two numbers have the same product
FIRST = np.array([(1 << 8 * n) - 1 for n in range(9)], "uint64")  # the first n bytes of eight


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
        return texts if only(texts, VISIBLE) else each(texts, seen)
    known = texts.cat.categories
    clean = all(text == seen(text) for text in known) and not texts.hasnans
    return texts if clean else each(texts, seen)


def apart(texts: pd.Series) -> pd.Series:
    """A column of which nearly all texts differ text by text, where they are of visible ASCII."""
    if is_plain(texts) or 2 * len(texts.cat.categories) < len(texts):
        return texts
    plain = texts.astype("str")
    return plain if only(plain, VISIBLE) else texts


def only(texts: pd.Series, characters: bytes) -> bool:
    """Whether the texts of a plain column are made of some characters of ASCII only."""
    return not any(
        data.tobytes().translate(None, delete=characters) for data, _ in map(_bytes, _chunks(texts))
    )


def _chunks(texts: pd.Series) -> list[pa.Array]:
    found = pa.array(texts, pa.large_string(), from_pandas=True)
    return found.chunks if isinstance(found, pa.ChunkedArray) else [found]


def _bytes(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """The UTF-8 of texts, one behind the other, and where each begins and the last ends."""
    _, offsets, data = texts.buffers()
    if data is None:
        return np.empty(0, "uint8"), np.zeros(len(texts) + 1, "int64")
    ends = np.frombuffer(offsets, "int64")[texts.offset : texts.offset + len(texts) + 1]
    return np.frombuffer(data, "uint8")[ends[0] : ends[-1]], ends - ends[0]


def numbered(texts: pd.Series) -> np.ndarray:
    """A number for each text, the same for the same text, and hardly ever for another."""
    found = [_numbered(*_bytes(chunk)) for chunk in _chunks(texts)]
    return np.concatenate(found) if found else np.empty(0, "uint64")


def _numbered(data: np.ndarray, ends: np.ndarray) -> np.ndarray:
    lengths = np.diff(ends)
    numbers = lengths.astype("uint64") * FACTOR
    # Eight bytes as a number, from any byte on.
    eight = np.ndarray(len(data) + 1, "<u8", data.tobytes() + bytes(8), strides=(1,))
    for at in range(0, int(lengths.max(initial=0)), 8):
        rows = np.flatnonzero(lengths > at)
        part = eight[ends[rows] + at] & FIRST[np.minimum(lengths[rows] - at, 8)]
        mixed = (numbers[rows] ^ part) * FACTOR
        numbers[rows] = mixed ^ (mixed >> np.uint64(29))
    return numbers


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
    if cells.empty:
        return [""] * len(cells)
    columns = [texts.astype("str").tolist() for _, texts in cells.items()]
    return [" | ".join(row).rstrip(" |") for row in zip(*columns, strict=True)]


def of_row(cells: pd.DataFrame, place: int) -> list[str]:
    """The texts of one row, by its place in the block."""
    return [str(texts.array[place]) for _, texts in cells.items()]


def coded(texts: pd.Series) -> tuple[np.ndarray, list[str]]:
    """The number of each row's text among the distinct ones, and these; a missing text is empty."""
    values = texts.array
    if isinstance(values, pd.Categorical):
        codes, distinct = values.codes, values.categories.tolist()
    else:
        codes, known = pd.factorize(values)
        distinct = known.tolist()
    if (codes < 0).any():
        codes = np.where(codes < 0, len(distinct), codes)
        distinct.append("")
    return codes, distinct


def which(texts: pd.Series, holds: Callable[[str], bool]) -> np.ndarray:
    """Of which rows the text is such a one; `holds` is asked once for each distinct text."""
    codes, distinct = coded(texts)
    found = np.fromiter(map(holds, distinct), bool, len(distinct))
    return np.asarray(found[codes]) if found.any() else np.zeros(len(codes), bool)


def each(texts: pd.Series, function: Callable[[str], Any], dtype: Any = "category") -> pd.Series:
    """`function` of every text, called once for each distinct one; a missing text is empty."""
    codes, distinct = coded(texts)
    return pd.Series(taken([function(text) for text in distinct], codes, dtype), texts.index)


def taken(values: list[Any], codes: np.ndarray, dtype: Any = "category") -> ExtensionArray:
    """The value of each number; as categories those that are the same are one."""
    if dtype != "category":
        return pd.array(values, dtype).take(codes)
    kinds = tuple(kind for kind in dict.fromkeys(values) if kind is not None)
    places = {kind: place for place, kind in enumerate(kinds)}
    numbers = np.array([places.get(value, -1) for value in values], "int32")
    categories = _few(kinds) if len(kinds) < FEW else _categories(kinds)
    return pd.Categorical.from_codes(numbers[codes], dtype=categories, validate=False)


def _categories(kinds: tuple[str, ...]) -> pd.CategoricalDtype:
    return pd.CategoricalDtype(pd.Index(kinds, dtype="str"))


_few = functools.lru_cache(1000)(_categories)  # of small files, which are much alike
