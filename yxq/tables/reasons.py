"""The reasons of the rows of a frame, gathered while the rows are looked at and written once, when all have been."""

from __future__ import annotations

import pandas as pd

from yxq.words.reasons import BETWEEN, Reason


class Reasons:
    """Reasons by row, in the order in which they are added; a row may have none, one or several.

    >>> found = Reasons(pd.RangeIndex(3))
    >>> found.add(pd.Index([1, 2]), Reason("late_row"))
    >>> found.add(pd.Index([2]), Reason.of("overdue", 3))
    >>> found.column().tolist()
    ['', 'late_row', 'late_row;overdue|3']
    """

    def __init__(self, index: pd.Index) -> None:
        """No row has a reason yet."""
        self._written = pd.Series("", index, dtype="str")

    def add(self, rows: pd.Index, why: Reason | pd.Series) -> None:
        """One reason for some rows, or of a column of reasons (or of texts that were written before) theirs."""
        if not len(rows):
            return
        said = why[rows].astype("str") if isinstance(why, pd.Series) else str(why)
        before = self._written[rows]
        self._written[rows] = (before + BETWEEN + said).where(before != "", said)

    def add_where(self, where: pd.Series, code: str, *about: pd.Series) -> None:
        """A reason of one code for the rows where it holds, about the values of some columns in those rows."""
        rows = where.index[where.to_numpy(dtype=bool)]
        values = (
            zip(*(column[rows] for column in about), strict=True) if about else [()] * len(rows)
        )
        self.add(rows, pd.Series([Reason.of(code, *row) for row in values], rows, dtype=object))

    @property
    def rows(self) -> pd.Index:
        """The rows that have a reason."""
        return self._written.index[(self._written != "").to_numpy()]

    def column(self) -> pd.Series:
        """What a table holds: text, empty where a row has no reason."""
        return self._written.copy()
