"""The reasons of the rows of a frame: gathered while the rows are looked at, written once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from yxq.words.reasons import BETWEEN, Reason


class Reasons:
    """Reasons by row, in the order in which they are added; a row may have none, one or several.

    The index of the rows is unique. Millions of rows, mostly without a reason, cost an array.

    >>> reasons = Reasons(pd.RangeIndex(3))
    >>> reasons.add(pd.Index([1, 2]), Reason("late_row"))
    >>> reasons.add(pd.Index([2]), Reason.of("overdue", 3))
    >>> reasons.column().tolist()
    ['', 'late_row', 'late_row;overdue|3']
    """

    def __init__(self, index: pd.Index) -> None:
        """No row has a reason yet."""
        self._index = index
        self._gathered: list[tuple[np.ndarray, str | list[str]]] = []
        self.some = np.zeros(len(index), bool)
        """Whether a row has a reason, in the order of the index."""

    def add(self, rows: pd.Index, why: Reason | pd.Series) -> None:
        """One reason for some rows, or theirs of a column of reasons (or of written ones)."""
        if not len(rows):
            return
        positions = self._index.get_indexer(rows)
        self.some[positions] = True
        written = [*map(str, why[rows])] if isinstance(why, pd.Series) else str(why)
        self._gathered.append((positions, written))

    def add_where(self, where: pd.Series, code: str, *about: pd.Series) -> None:
        """A reason of one code for the rows where it holds, about the values of some columns."""
        rows = where.index[where.to_numpy(dtype=bool)]
        if not about:
            return self.add(rows, Reason(code))
        values = [*zip(*(column[rows] for column in about), strict=True)]
        written = {row: str(Reason.of(code, *row)) for row in {*values}}
        self.add(rows, pd.Series([written[row] for row in values], rows, dtype=object))

    @property
    def rows(self) -> pd.Index:
        """The rows that have a reason."""
        return self._index[self.some]

    def column(self) -> pd.Series:
        """What a table holds: text, empty where a row has no reason."""
        rows = np.flatnonzero(self.some)
        texts = np.full(len(rows) + 1, "", dtype=object)
        for positions, written in self._gathered:
            places = np.searchsorted(rows, positions)
            before, now = texts[places], np.asarray(written, dtype=object)
            texts[places] = np.where(before == "", now, before + BETWEEN + now)
        of_row = np.full(len(self._index), len(rows))  # the last, which is none
        of_row[rows] = np.arange(len(rows))
        return pd.Series(pd.array(texts, "str").take(of_row), self._index)
