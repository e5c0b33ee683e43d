"""The model of forms.yml: the return forms with their columns and laws, the layout words, and the
senders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import Field

from yxq.plan.measure import Measure
from yxq.plan.model import Model, Name
from yxq.plan.named_files import NamedFile
from yxq.plan.written import SAYS, Written
from yxq.words.text import Text, fold

# Columns of any form's records, which tell whence a record is and what became of it.
TAKEN = {
    "correction", "fate", "file", "filed_on", "from", "key", "mends", "moved", "once",
    "period_from", "period_to", "reason", "records", "row", "sender", "sheet", "synthetic",
    "thing", "to",
}  # fmt: skip
OF_TYPE = {"unit": "unit", "year": "year"}  # what a column of such a name can only be
RENAME = "call it otherwise, and what it is called in returns an alias"


class Column(Written):
    """One column of a return form."""

    type: Literal[
        "text", "date", "year", "months", "count", "number", "rate", "unit", "target", "word"
    ]
    aliases: tuple[str, ...] = ()
    required: bool = False
    words: dict[str, tuple[str, ...]] = {}
    otherwise: str | None = None
    offset: int = 0
    """Added to the number of a year, for a calendar that `calendar` does not know."""

    def mistakes(self) -> Iterator[str]:
        """What is declared says something of the type: a vocabulary of `word`, which needs one and
        whose words have one meaning each, and years to count from of `year`.
        """
        yield from super().mistakes()
        for name in (name for name in self.declared if self.type not in SAYS[name]):
            kinds = " or ".join(sorted(SAYS[name]))
            yield f"{name}: says nothing of type {self.type}, only of {kinds}; take it away"
        if self.offset and self.type != "year":
            yield "offset: is of type year; write calendar: ROC for dates such as 102.04.29"
        if self.offset and self.calendar:
            yield "offset: calendar says it already; take one away"
        if (self.type == "word") != bool(self.words):
            yield f"words: type is {self.type}; give a vocabulary exactly where it is word"
        written = [word for words in self.words.values() for word in {*map(fold, words)}]
        for word in dict.fromkeys(word for word in written if written.count(word) > 1):
            yield f"words: {word} has two meanings; keep it at one"


# With how many columns each law compares.
CHECKS = {"at_most": 1, "not_before": 1, "needed_with": 1, "printed_rate": 2}
CHECKS |= {"share": 0, "whole": 0, "in_period": 0, "by_period_end": 0}


class Check(Model):
    """A law that the rows of a form keep; a row that breaks it is rejected, or with `flag` accepted
    and pointed out.

    at_most, not_before: `column` is no more (no earlier) than `of`. needed_with: it is there where
    `of` is. share: a value between 0 and 1, or a percentage. whole: a whole number of zero or more.
    in_period: the row's days lie in the return's period. by_period_end: a date is none after it.
    printed_rate: the rate that is printed is
    the one of the counts `of`. where: only rows whose columns say one of these.
    """

    rule: Literal[
        "at_most",
        "not_before",
        "needed_with",
        "share",
        "whole",
        "in_period",
        "by_period_end",
        "printed_rate",
    ]
    column: str
    of: tuple[str, ...] = ()
    where: dict[str, tuple[str, ...]] = {}
    flag: bool = False

    def mistakes(self) -> Iterator[str]:
        """Each rule compares with as many columns as it needs."""
        wanted, given = CHECKS[self.rule], len(self.of)
        if given != wanted:
            yield f"of: {self.rule} compares with {wanted} columns; here are {given}"


class Sampled(Model):
    """Where a form's rows are samples: a return of `least` rows or more of which none passed lists
    failures only.
    """

    column: str
    passed: str
    least: Annotated[int, Field(gt=0)]


# What the headings of a wide table can say.
SPREAD = ("unit", "year", "months", "word")


class Wide(Model):
    """A table of which several columns are one: under a heading for each unit or month stands what
    a long one has in a row for each.
    """

    headings: tuple[str, ...]
    """The columns that these headings say: [unit], [months], [year, months] where one says both."""
    values: tuple[str, ...]
    """The column that the cells below are; several where a second row of headings says which."""


class Form(Model):
    """A return form: its columns, what identifies a row, what a missing row means, and the laws of
    its rows.
    """

    title: Text
    absent: Literal["none", "unknown"]
    columns: dict[Name, Column]
    when: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    repeat: Literal["conflict", "latest"] = "conflict"
    again: Literal["add", "corrections", "latest"] = "add"
    city_rows: bool = False
    checks: tuple[Check, ...] = ()
    totals: tuple[str, ...] = ()
    sampled: Sampled | None = None
    wide: Wide | None = None
    written: Written = Written()
    """How its dates and numbers are written, where a column says nothing else."""

    def read_as(self, name: str) -> Written:
        """How the texts of a column are written."""
        column = self.columns[name]
        return column.within(self.written).only(column.type)

    def adds_amounts(self, measure: Measure) -> bool:
        """Whether what a measure adds up are amounts, of which any part can be, and no counts."""
        return any(self.columns[name].type == "number" for name in measure.added)

    def mistakes(self) -> Iterator[str]:
        """Columns are called so that they mean one thing, and what is named is one of them (`year`
        can also come from the period).
        """
        for name, column in self.columns.items():
            if name in TAKEN:
                yield f"columns.{name}: a table of records has a column {name} of its own; {RENAME}"
            elif column.type != OF_TYPE.get(name, column.type):
                yield f"columns.{name}: it is no column of type {column.type}; {RENAME}"
            elif column.type == "unit" and name != "unit":
                yield f"columns.{name}: the column that says whose a row is; call it unit"
        named = [*self.when, *self.totals, *(name for name in self.key if name != "to")]
        named += [self.sampled.column] if self.sampled else []
        named += [*self.wide.headings, *self.wide.values] if self.wide else []
        named += [name for check in self.checks for name in (check.column, *check.of, *check.where)]
        if unknown := sorted(set(named) - set(self.columns) - {"year"}):
            yield f"names columns that it does not have: {', '.join(unknown)}; add them, or mend it"
            return
        for check in self.checks:
            if check.rule == "by_period_end" and self.columns[check.column].type != "date":
                yield f"checks: by_period_end: {check.column} is no date; name a column that is"
        counts = {name for name, column in self.columns.items() if column.type == "count"}
        if counted := [name for name in self.totals if name not in counts]:
            yield f"totals: only columns of type count add up; take {', '.join(counted)} away"
        if self.months in self.when and "year" in self.columns and self.read_as("year").fiscal:
            what = "of a year that spans two, months are in one or the other"
            yield f"when: {what}; write year and month in one cell, the alias of both columns"
        for name in self.wide.headings if self.wide else ():
            if name not in self.columns or self.columns[name].type not in SPREAD:
                kinds = ", ".join(SPREAD)
                yield f"wide.headings: {name} is no column of type {kinds}; name one that is"
            elif self.wide and name in self.wide.values:
                yield f"wide: {name} is heading and value; take one away"
        for name in self.when:
            if name != "year" and self.columns[name].type not in ("date", "months"):
                yield f"when: {name} says no day; write a column of type date, year or months"

    @property
    def months(self) -> str:
        """The column that says of which months a row is, whatever it is called; empty without."""
        columns = self.columns.items()
        return next((name for name, column in columns if column.type == "months"), "")

    @property
    def headings(self) -> dict[str, list[str]]:
        """Heading, folded -> the columns that it fills (one heading may fill two)."""
        headings: dict[str, list[str]] = {}
        for name, column in self.columns.items():
            for called in {fold(name), *map(fold, column.aliases)}:
                headings.setdefault(called, []).append(name)
        return headings

    def found_in(self, other: Form) -> set[str]:
        """The columns of this form that a full sheet of another has as well."""
        return {name for text in other.headings for name in self.headings.get(text, ())}

    def told_from(self, other: Form) -> bool:
        """Whether one of the two forms has a column that the other has not."""
        pairs = ((self, other), (other, self))
        return any(form.found_in(second) != {*form.columns} for form, second in pairs)

    def label(self, column: str) -> str:
        """What the form calls a column: its first alias, or its name."""
        return next(iter(self.columns[column].aliases), column)


class Layout(Model):
    """Words by which rows that are not data are known, and marks of a missing value, synthetic data
    or a correction; withdrawn: of a correction's row that withdraws one.

    direct: names of the city that mean what is its own, and never the sum of its units.
    """

    totals: tuple[str, ...] = ()
    footers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    synthetic: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ("撤回", "作废", "withdrawn")
    direct: tuple[str, ...] = ()


class Sender(Model):
    """A department that sends returns and owns targets."""

    en: str = ""
    """Its English name; its own where there is none."""
    aliases: tuple[str, ...] = ()
    phone: str = ""
    """Whom the leadership office calls; papers name it where it is given."""


# What the columns of a register say, by their type.
ROLES: dict[str, tuple[str, ...]] = {"target": ("target",), "unit": ("unit",), "year": ("year",)}
ROLES |= {"text": ("title", "cause", "measure", "person"), "date": ("due", "done")}
ROLES |= {"word": ("state",)}


class Register(Model):
    """The form in which one office keeps what is done about every result that falls short
    (整改台账), a row a unit, target and year; its columns, each by what it says.
    """

    form: str
    keeper: str
    """The sender that keeps it."""
    target: str
    title: str
    """What the target is called, for whoever fills it in."""
    cause: str
    measure: str
    person: str
    due: str
    state: str
    done: str
    closed: tuple[str, ...]
    """The words of `state` by which it is mended; one that is left empty says that it goes on."""
    dropped: tuple[str, ...] = ()
    """Those by which nothing more is done about it."""

    @property
    def given(self) -> tuple[str, ...]:
        """The columns that are known before anybody fills it in."""
        return self.target, self.title, "unit", "year"

    def mistakes_in(self, form: Form) -> Iterator[str]:
        """Why a form cannot be kept as the register."""
        kinds = {role: kind for kind, roles in ROLES.items() for role in roles}
        called = {role: getattr(self, role, role) for role in kinds}
        for role, name in called.items():
            column = form.columns.get(name)
            if column is None or column.type != kinds[role]:
                yield f"{role}: form {self.form} has no column {name} of type {kinds[role]}; add it"
                return
        kept = form.repeat, form.again, form.city_rows
        if {*form.key} != {self.target, "unit", "year"} or kept != ("latest", "corrections", True):
            what = "a row of it does not take the place of the one before of its target and unit"
            mend = f"key: [{self.target}, unit, year], repeat: latest, again: corrections"
            yield f"form: {what}; write {mend}, city_rows: true"
        words = form.columns[self.state].words
        for role in ("closed", "dropped"):
            for word in sorted({*getattr(self, role)} - {*words}):
                yield f"{role}: {word} is no word of {self.state}; write one of {', '.join(words)}"


# A workbook goes back to a department under its name.
FileName = Annotated[str, Field(pattern=r'^[^\\/:*?"<>|\x00-\x1f]{1,60}$')]
# The records of a form have a file of its name.
FormName = Annotated[str, Field(pattern=r"^\w[\w-]{0,59}$")]


class Forms(Model):
    """forms.yml."""

    unit: Text
    layout: Layout = Layout()
    files: tuple[NamedFile, ...] = ()
    """What names of files say; of several the first whose pattern is found."""
    senders: dict[FileName, Sender]
    forms: dict[FormName, Form]
    remedies: Register | None = None

    def keyed(self, measures: Iterable[Measure]) -> Forms:
        """The same where a form without a key that holds nothing but values and tasks tells its
        rows apart by all that these are told apart by: two of them for one unit and time cannot
        both be right.
        """
        measures, forms = [*measures], {}
        for name, form in self.forms.items():
            own = [measure for measure in measures if measure.form == name and measure.key]
            if own and not form.key and all(m.is_single for m in own):
                by = {column for measure in own for column in measure.tells_apart}
                key = tuple(column for column in form.columns if column in by | {"unit"})
                form = form.model_copy(update={"key": (*key, "to")})
            forms[name] = form
        return self.model_copy(update={"forms": forms})
