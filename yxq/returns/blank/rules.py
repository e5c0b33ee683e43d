"""What a cell of a form takes: a drop-down, or a condition that the program checks as it is typed.

A condition is a formula over the cells of its row, so that it says exactly what ingest will ask.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from xlsxwriter.utility import xl_col_to_name

from yxq.plan.folder import Folder
from yxq.plan.forms import Check, Form
from yxq.returns.blank.given import span_of_months, units_of
from yxq.returns.blank.withdrawing import withdrawal
from yxq.returns.marks import LISTS
from yxq.words.wording import Words

EARLIEST, LATEST = dt.date(1950, 1, 1), dt.date(2199, 12, 31)
EXAMPLE = dt.date(2013, 4, 1)  # of a day, where the form's period is not known
MOST = 10**15 - 1  # the greatest whole number whose digits a spreadsheet keeps
TITLE, MESSAGE = 32, 255  # characters that a validation's title and message hold
OF_PERIOD = ("in_period", "by_period_end")  # laws by which a day is none after the period
HALF = "0.00051"  # a printed rate is that of its counts, to a tenth of a percent
Condition = tuple[str, str]  # a formula, and what it asks in words


@dataclass
class Lists:
    """The columns of the hidden sheet, each a list that a drop-down or a formula names."""

    columns: list[list[Any]] = field(default_factory=list)

    def add(self, values: Iterable[Any]) -> str:
        """The range of a list; the same list stands there once. The first row is the mark's."""
        kept = list(values)
        if kept not in self.columns:
            self.columns.append(kept)
        letter = xl_col_to_name(self.columns.index(kept))
        return f"{LISTS}!${letter}$2:${letter}${len(kept) + 1}"


@dataclass(frozen=True)
class Rules:
    """The rules of a form's columns for one return.

    letters: column of the form -> letter of the sheet; first, last: the rows, counted from 1; ends:
    the return's period; lists: gathers what drop-downs show.
    """

    folder: Folder
    form: Form
    letters: dict[str, str]
    first: int
    last: int
    ends: tuple[dt.date | None, dt.date | None]
    words: Words
    lists: Lists
    measured: str = ""

    def validation(self, name: str) -> dict[str, Any]:
        """The validation of a column, as xlsxwriter takes it; empty where anything goes."""
        column = self.form.columns[name]
        listed = self.choices(name)
        if listed:
            rule: dict[str, Any] = {"validate": "list", "source": f"={self.lists.add(listed)}"}
            asks = [self.words("takes_list")]
            if column.otherwise:  # any other word has a meaning too
                return rule | {"show_error": False}
        else:
            conditions = [*self._of_type(name), *self._of_laws(name)]
            if not conditions:
                return {}
            asks = [said for _, said in conditions]
            rule = {"validate": "custom", "value": self._or_withdrawn(name, conditions)}
        message = self.words("comma").join(dict.fromkeys(asks))[:MESSAGE]
        title = self.form.label(name)[:TITLE]
        told = {"input_title": title, "input_message": message}
        return rule | told | {"error_title": title, "error_message": message}

    def _or_withdrawn(self, name: str, conditions: list[Condition]) -> str:
        """A formula: all conditions, or where a number or a day stands the word that withdraws."""
        formula = f"AND({','.join(condition for condition, _ in conditions)})"
        word = withdrawal(self.folder, self.words)
        if word and self.form.key and self.form.columns[name].type in ("count", "number", "date"):
            either = f'=OR({self.here(name)}="{word}",{formula})'
            return either if len(either) <= MESSAGE else f"={formula}"
        return f"={formula}"

    def choices(self, name: str) -> list[Any]:
        """What a cell may say, where it is one of a few things."""
        column, (first, last) = self.form.columns[name], self.ends
        if column.type == "word":
            return [words[0] for words in column.words.values()]
        if column.type == "target":
            plans = self.folder.periods.values()
            return [*dict.fromkeys(target.id for plan in plans for target in plan.targets)]
        if first is None or last is None:
            return []
        if column.type == "unit":
            return [unit.name for unit in units_of(self.folder, self.form, first, last)]
        if column.type == "year":
            return [year - column.offset for year in range(first.year, last.year + 1)]
        if column.type == "months" and first.year == last.year:
            whole = span_of_months(first, last, self.words) if first.month != last.month else ""
            months = map(str, range(first.month, last.month + 1))
            return [*filter(None, [whole]), *months]
        return []

    def here(self, name: str) -> str:
        """The cell of a column in the first row; the others follow from it."""
        return f"${self.letters[name]}{self.first}"

    def _of_type(self, name: str) -> list[Condition]:
        kind, cell, words = self.form.columns[name].type, self.here(name), self.words
        if kind == "text":
            return self._of_text(name)
        if kind == "date":
            ends = self._days(name)
            days = [f"{cell}{sign}DATE({d.year},{d.month},{d.day})" for sign, d in ends]
            example = (self.ends[0] or EXAMPLE).isoformat()
            said = words("takes_day" if ends[-1][1] == LATEST else "takes_date", day=example)
            return [(",".join([f"ISNUMBER({cell})", *days]), said)]
        number = f"N({cell})"
        if kind == "count":
            whole = f"{number}>=0,{number}<={MOST},{number}=INT({number})"
            return [(f"ISNUMBER({cell}),{whole}", words("takes_count"))]
        if kind == "rate":
            return [(f"ISNUMBER({cell}),{number}>=0", words("takes_rate"))]
        if kind == "year":
            offset = self.form.columns[name].offset
            years = f"{number}>={1900 - offset},{number}<={2200 - offset}"
            return [(f"{years},{number}=INT({number})", words("takes_year"))]
        if kind != "number":
            return []
        unit = words("takes_number_in", units=self.measured) if self.measured else ""
        return [(f"ISNUMBER({cell})", unit or words("takes_number"))]

    def _days(self, name: str) -> list[tuple[str, dt.date]]:
        """The days that a date lies between: what comes after the period is no part of it; what
        comes before may be reported late, unless the form forbids it.
        """
        laws = [c for c in self.form.checks if c.rule in OF_PERIOD and c.column == name]
        first, last = self.ends if laws else (None, None)
        strict = any(law.rule == "in_period" and not law.flag for law in laws)
        low = first if strict else None
        return [(">=", low or EARLIEST), ("<=", last or LATEST)]

    def _of_text(self, name: str) -> list[Condition]:
        column, cell = self.form.columns[name], self.here(name)
        conditions: list[Condition] = []
        if column.required:
            missing = [mark for mark in self.folder.layout.missing if mark.strip()]
            no_mark = f",ISNA(MATCH(TRIM({cell}),{self.lists.add(missing)},0))" if missing else ""
            conditions.append((f"LEN(TRIM({cell}))>0{no_mark}", self.words("takes_text")))
        if self.form.key == (name,):
            letter = self.letters[name]
            column_cells = f"${letter}${self.first}:${letter}${self.last}"
            once = f"SUMPRODUCT(--({column_cells}={cell}))=1"
            conditions.append((once, self.words("takes_once")))
        return conditions

    def _of_laws(self, name: str) -> list[Condition]:
        """What the form's laws ask of a column, also of the one that another is compared with."""
        found = []
        for law in self.form.checks:
            named = {law.column, *law.of}
            # A rate is typed after its counts, and does not bind them.
            mine = {law.column} if law.rule == "printed_rate" else named
            if law.rule in LAWS and name in mine and named <= {*self.letters}:
                formula = LAWS[law.rule](self, law)
                found.append((self._where(law, formula), self._said(law, name)))
        return found

    def _said(self, law: Check, name: str) -> str:
        of = "、".join(self.form.label(other) for other in law.of)
        is_own = name == law.column
        code = SAID[law.rule][0 if is_own else 1]
        return self.words(code, of=of if is_own else self.form.label(law.column))

    def _where(self, law: Check, formula: str) -> str:
        """A law of some rows only."""
        others = []
        for column, meanings in law.where.items():
            known = self.form.columns[column].words
            written = [word for meaning in meanings for word in known.get(meaning, (meaning,))]
            others.append(f"ISNA(MATCH({self.here(column)},{self.lists.add(written)},0))")
        return f"OR({','.join([*others, formula])})" if others else formula

    def required(self, name: str, inputs: list[str]) -> str:
        """A formula: whether a cell is empty in a row that somebody has begun, or where a law needs
        it; empty where it never has to be there.
        """
        empty, needed = f'{self.here(name)}=""', []
        if self.form.columns[name].required and name in inputs:
            needed += [f'{self.here(other)}<>""' for other in inputs if other != name]
        for law in self.form.checks:
            if law.rule == "needed_with" and law.column == name and law.of[0] in self.letters:
                needed.append(f'{self.here(law.of[0])}<>""')
        return f"=AND({empty},OR({','.join(dict.fromkeys(needed))}))" if needed else ""


def _at_most(rules: Rules, law: Check) -> str:
    less, more = rules.here(law.column), rules.here(law.of[0])
    return f'OR({less}="",{more}="",{less}<={more})'


def _not_before(rules: Rules, law: Check) -> str:
    later, earlier = rules.here(law.column), rules.here(law.of[0])
    return f'OR({later}="",{earlier}="",{later}>={earlier})'


def _share(rules: Rules, law: Check) -> str:
    number = f"N({rules.here(law.column)})"
    return f"AND({number}>=0,{number}<=1)"


def _whole(rules: Rules, law: Check) -> str:
    number = f"N({rules.here(law.column)})"
    return f"AND({number}>=0,{number}=INT({number}))"


def _printed_rate(rules: Rules, law: Check) -> str:
    rate, part, whole = (f"N({rules.here(name)})" for name in (law.column, *law.of))
    return f"OR({whole}=0,ABS({rate}-{part}/MAX(1,{whole}))<{HALF})"


# How a law is said of its own column, and of the one that it is compared with.
SAID = {
    "at_most": ("takes_at_most", "takes_at_most_of"),
    "not_before": ("takes_not_before", "takes_not_before_of"),
    "share": ("takes_share",),
    "whole": ("takes_whole",),
    "printed_rate": ("takes_printed_rate",),
}
LAWS: dict[str, Callable[[Rules, Check], str]] = {
    "at_most": _at_most,
    "not_before": _not_before,
    "share": _share,
    "whole": _whole,
    "printed_rate": _printed_rate,
}
