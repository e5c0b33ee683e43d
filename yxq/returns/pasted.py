"""A second return below the first on one sheet, pasted there with its title."""

from __future__ import annotations

import pandas as pd

from yxq.returns.marks import in_text
from yxq.returns.periods import Period, apart, stated_period
from yxq.returns.recognise import Header
from yxq.returns.sheet_read import Context

ABOVE = 6  # rows above headings among which a title stands


def pasted(cells: pd.DataFrame, header: Header, context: Context) -> int:
    """The row where a return of another period begins, as its title or mark says above headings
    that come again; 0 where none does.

    cells: a tidy block.
    """
    first, last = context.period_from, context.period_to
    if first is None or last is None:
        return 0
    again = _headings_again(cells, header)
    above = again.repeat(ABOVE) - [n for _ in again for n in range(ABOVE)]
    for row in cells.index[cells.index.isin(above) & (cells.index > header.rows[1])]:
        texts = {text for text in cells.loc[row] if text}
        stated = _stated(texts.pop()) if len(texts) == 1 else None
        if stated and apart(stated, (first, last)):
            return int(row)
    return 0


def _headings_again(cells: pd.DataFrame, header: Header) -> pd.Index:
    """The rows below the headings that are the same once more."""
    again = cells.index.to_numpy() > header.rows[1]
    for place in header.places.values():
        if place in cells and again.any():
            again &= (cells[place] == header.texts[place]).to_numpy()
    return cells.index[again]


def _stated(text: str) -> Period | None:
    """The period that a mark or a title states."""
    mark = in_text(text)
    if mark is None:
        return stated_period(text)
    return (mark.first, mark.last) if mark.first and mark.last else None
