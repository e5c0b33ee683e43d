"""Where a number comes from, as text: file, sheet, rows."""

from __future__ import annotations

from collections.abc import Iterable

from yxq.report.display.numbers import places
from yxq.words.wording import Words


def ranges(rows: Iterable[int], words: Words) -> list[str]:
    """Row numbers with runs drawn together.

    >>> ranges([4, 5, 6, 9], Words("en"))
    ['4–6', '9']
    """
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return [places(first, last, words) for first, last in runs]


def source(file: str, sheet: str, rows: str, words: Words) -> str:
    """Where a number comes from: file, sheet where it has one, rows."""
    return words("source_of_sheet" if sheet else "source_of", file=file, sheet=sheet, rows=rows)
