"""From a column of texts to a column of values, with the reason of each text that is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from yxq.plan.folder import Folder
from yxq.plan.forms import Column
from yxq.returns import cell_values
from yxq.returns.no_value import may_be_none, no_value, unquoted
from yxq.returns.texts import each, is_plain
from yxq.tables.contracts import DTYPES
from yxq.words.reasons import Reason
from yxq.words.text import fold

PARSERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "date": cell_values.date,
    "year": cell_values.year,
    "months": cell_values.months,
    "count": cell_values.count,
    "number": cell_values.number,
    "rate": cell_values.rate,
}
MOST_KNOWN = 100_000  # texts of a column that are remembered
Value = tuple[Any, Reason | None]


@dataclass
class ColumnReader:
    """How the texts of a column are read.

    label: its heading; is_key: whether it tells rows apart; known: what texts have been read to,
    which is added to and spares reading them again in the next block.
    """

    column: Column
    label: str
    is_key: bool
    folder: Folder
    known: dict[str, Value]

    def __post_init__(self) -> None:
        """Words as they are compared."""
        self._missing = {fold(mark) for mark in self.folder.layout.missing} | {""}
        meanings = self.column.words.items()
        self._words = {fold(word): meaning for meaning, words in meanings for word in words}

    def read(self, texts: pd.Series) -> tuple[pd.Series, pd.Series | None]:
        """The values, and the reason of each row whose text is none; None where all are."""
        if self.column.type == "text" and is_plain(texts):
            return self._plain(texts)
        if len(self.known) > MOST_KNOWN:
            self.known.clear()
        wrong = False

        def value(text: str) -> Any:
            nonlocal wrong
            if text not in self.known:
                self.known[text] = self.value(text)
            result, why = self.known[text]
            wrong = wrong or why is not None
            return result

        found = each(texts, value, DTYPES.get(self.column.type, "category"))
        if not wrong:
            return found, None
        rows = each(texts, lambda text: self.known[text][1] is not None, bool)
        return found, each(texts[rows], lambda text: self.known[text][1], object)

    def _plain(self, texts: pd.Series) -> tuple[pd.Series, pd.Series | None]:
        """Texts with nothing to strip or fold: only what may be no text is looked at."""
        odd = may_be_none(texts)
        short = texts.str.len() <= max(map(len, self._missing))
        odd[short] |= texts[short].map(fold).isin(self._missing)
        if not odd.any():
            return texts, None
        known, why = self.read(each(texts[odd], str))
        found = texts.astype(object)
        found[odd] = known.astype(object)
        return found.astype("str"), why

    def value(self, text: str) -> Value:
        """What one text says, or the reason why it is no value."""
        kind, label = self.column.type, self.label
        text = unquoted(text)
        if fold(text) in self._missing:
            return None, Reason.of("missing_value", label) if self.column.required else None
        if why := no_value(text, label, kind, self.is_key):
            return None, why
        if kind == "word":
            return self._word(text)
        if kind == "unit":
            return self._unit(text)
        try:
            value = PARSERS[kind](text)
            if kind == "year":
                value += self.column.offset
                # 13年 and 102 are years only in a calendar that the form declares
                if not 1900 <= value <= 2200:
                    raise ValueError(text)
            return "-".join(map(str, value)) if kind == "months" else value, None
        except (ValueError, OverflowError):
            if self.column.offset:  # as the form counts years
                example = max(self.folder.periods) - self.column.offset
                return None, Reason.of("bad_year_counted", label, text, example)
            return None, Reason.of(f"bad_{kind}", label, text)

    def proves(self, text: str) -> bool:
        """Whether a text is a word or unit of the plan in letters beyond ASCII, as none is that was
        read in a wrong encoding.
        """
        if text.isascii():
            return False
        if self.column.type == "unit":
            return self.folder.match(text) is not None
        return self.column.type == "word" and fold(text) in self._words

    def _word(self, text: str) -> Value:
        meaning = self._words.get(fold(text), self.column.otherwise)
        if meaning:
            return meaning, None
        words = "、".join(words[0] for words in self.column.words.values())
        return meaning, Reason.of("not_in_vocabulary", self.label, text, words)

    def _unit(self, text: str) -> Value:
        if unit := self.folder.match(text):
            return unit.name, None
        if near := self.folder.nearest(text):
            return None, Reason.of("unknown_unit", self.label, text, "、".join(near))
        return None, Reason.of("unknown_unit_far", self.label, text)
