"""From a column of texts to a column of values, with the reason of each text that is none."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from yxq.plan.folder import Folder
from yxq.plan.forms import Form
from yxq.plan.model import YEARS
from yxq.plan.units import nearest
from yxq.plan.written import Written
from yxq.returns import calendars, cell_values
from yxq.returns.no_value import LONGEST, UNSIGNED, may_be_none, no_value, unquoted
from yxq.returns.texts import apart, coded, is_plain, only, taken
from yxq.returns.undeclared import undeclared
from yxq.tables.contracts import DTYPES
from yxq.words.reasons import Reason
from yxq.words.text import fold

Parser = Callable[[str, Written], Any]
PARSERS: dict[str, Parser] = {
    "text": lambda text, written: text,
    "date": calendars.date,
    "months": calendars.months,
}
NUMBERS = {"count": cell_values.count, "number": cell_values.number, "rate": cell_values.rate}
# Of a cell that says both.
OF_BOTH: dict[str, Parser] = {
    "year": lambda text, written: calendars.year_and_months(text, written)[0],
    "months": lambda text, written: calendars.year_and_months(text, written)[1],
}
UNDECLARED = {"date": "undeclared_date", "year": "undeclared_year", "months": "undeclared_months"}
MOST_KNOWN = 100_000  # texts of a column that are remembered
Value = tuple[Any, Reason | None]
NOTHING: Value = (None, None)


@dataclass
class ColumnReader:
    """How the texts of a column are read.

    label: its heading; known: what texts have been read to, which is added to and spares reading
    them again in the next block; says_both: whether its cells say both year and months; typed:
    whether they may have held numbers and not only text; made: whether yxq has made the form.
    """

    form: Form
    name: str
    label: str
    folder: Folder
    known: dict[str, Value]
    says_both: bool = False
    typed: bool = False
    made: bool = False

    def __post_init__(self) -> None:
        """Words as they are compared."""
        self.column, self.is_key = self.form.columns[self.name], self.name in self.form.key
        self._written = self.form.read_as(self.name)
        self._missing = {fold(mark) for mark in self.folder.layout.missing} | {""}
        self._shortest = 1 + max(map(len, self._missing))  # of texts that are no such mark
        meanings = self.column.words.items()
        self._words = {fold(word): meaning for meaning, words in meanings for word in words}
        kind = self.column.type
        if kind in NUMBERS:
            self._parser: Parser = functools.partial(
                NUMBERS[kind], typed=self.typed, made=self.made
            )
        elif kind == "year":
            self._parser = self._year
        elif kind in PARSERS:
            self._parser = (OF_BOTH if self.says_both else PARSERS)[kind]

    def read(self, texts: pd.Series) -> tuple[pd.Series, pd.Series | None]:
        """The values, and the reason of each row whose text is none; None where all are."""
        if self.column.type == "text":
            texts = apart(texts) if self.is_key else texts
            if is_plain(texts):
                return self._plain(texts)
        return self._one_by_one(texts)

    def _one_by_one(self, texts: pd.Series) -> tuple[pd.Series, pd.Series | None]:
        """The same, each distinct text looked at."""
        if len(self.known) > MOST_KNOWN:
            self.known.clear()
        codes, distinct = coded(texts)
        # A heading is no text of the rows; what a table's texts and words may be is kept whole.
        is_whole = self.column.type == "text" or self.column.otherwise
        asked = np.bincount(codes, minlength=len(distinct)) > (-1 if is_whole else 0)
        read = [
            self._once(text) if is_asked else NOTHING
            for text, is_asked in zip(distinct, asked, strict=True)
        ]
        values, reasons = [value for value, _ in read], [why for _, why in read]
        kind = DTYPES.get(self.column.type, "category")
        found = pd.Series(taken(values, codes, kind), texts.index)
        wrong = np.array([why is not None for why in reasons], bool)[codes]
        if not wrong.any():
            return found, None
        return found, pd.Series(
            [reasons[code] for code in codes[wrong]], texts.index[wrong], dtype=object
        )

    def _once(self, text: str) -> Value:
        """What a text says, read once."""
        if text not in self.known:
            self.known[text] = self.value(text)
        return self.known[text]

    def _plain(self, texts: pd.Series) -> tuple[pd.Series, pd.Series | None]:
        """Texts with nothing to strip or fold: only what may be no text is looked at."""
        lengths = texts.str.len()
        if only(texts, UNSIGNED) and lengths.between(self._shortest, LONGEST).all():
            return texts, None
        odd = may_be_none(texts, lengths, self.is_key)
        short = lengths < self._shortest
        odd[short] |= texts[short].map(fold).isin(self._missing)
        if not odd.any():
            return texts, None
        known, why = self._one_by_one(texts[odd])
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
        if kind == "target":
            return self._target(text)
        try:
            value = self._parser(text, self._written)
            return "-".join(map(str, value)) if kind == "months" else value, None
        except (ValueError, OverflowError):
            if self.column.offset:  # as the form counts years
                example = max(self.folder.periods) - self.column.offset
                return None, Reason.of("bad_year_counted", label, text, example)
            # No declaration makes a number of a program's 1.2e3; a form of yxq needs none.
            parser = NUMBERS.get(kind, self._parser)
            declarations = "" if self.made else undeclared(text, kind, self._written, parser)
            if declarations:
                code = UNDECLARED.get(kind, "undeclared_number")
                return None, Reason.of(code, label, text, declarations)
            code = "bad_year_and_months" if self.says_both else f"bad_{kind}"
            return None, Reason.of(code, label, text)

    def _year(self, text: str, written: Written) -> int:
        """A year; 13年 and 102 are years only in a calendar that the form declares."""
        parse = OF_BOTH["year"] if self.says_both else calendars.year
        value = int(parse(text, written)) + self.column.offset
        if value not in YEARS:
            raise ValueError(text)
        return value

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

    def _target(self, text: str) -> Value:
        """The id of a target, of the plan of any year."""
        plans = self.folder.periods.values()
        known = {fold(target.id): target.id for plan in plans for target in plan.targets}
        if fold(text) in known:
            return known[fold(text)], None
        near = nearest(text, known, str) or [*known.values()][:3]
        return None, Reason.of("unknown_target", self.label, text, "、".join(near))
