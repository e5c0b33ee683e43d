"""The model of forms.yml: the return forms with their columns and laws, the layout words, and the
senders.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from yxq.plan.model import Model
from yxq.words.text import Text


class Column(Model):
    """One column of a return form."""

    type: Literal["text", "date", "year", "months", "count", "number", "rate", "unit", "word"]
    aliases: tuple[str, ...] = ()
    required: bool = False
    words: dict[str, tuple[str, ...]] = {}
    otherwise: str | None = None
    offset: int = 0

    @model_validator(mode="after")
    def words_for_words(self) -> Self:
        """A vocabulary belongs to the type `word`, and that type needs one."""
        if (self.type == "word") != bool(self.words):
            raise ValueError("words: give a vocabulary exactly where type is word")
        return self


# With how many columns each law compares.
CHECKS = {"at_most": 1, "not_before": 1, "needed_with": 1, "printed_rate": 2}
CHECKS |= {"share": 0, "whole": 0, "in_period": 0}


class Check(Model):
    """A law that the rows of a form keep; a row that breaks it is rejected, or with `flag` accepted
    and pointed out.

    at_most, not_before: `column` is no more (no earlier) than `of`. needed_with: it is there where
    `of` is. share: a value between 0 and 1, or a percentage. whole: a whole number of zero or more.
    in_period: the row's days lie in the return's period. printed_rate: the rate that is printed is
    the one of the counts `of`. where: only rows whose columns say one of these.
    """

    rule: Literal[
        "at_most", "not_before", "needed_with", "share", "whole", "in_period", "printed_rate"
    ]
    column: str
    of: tuple[str, ...] = ()
    where: dict[str, tuple[str, ...]] = {}
    flag: bool = False

    @model_validator(mode="after")
    def of_fits(self) -> Self:
        """Each rule compares with as many columns as it needs."""
        wanted, given = CHECKS[self.rule], len(self.of)
        if given != wanted:
            raise ValueError(f"of: {self.rule} compares with {wanted} columns, here {given}")
        return self


class Sampled(Model):
    """Where a form's rows are samples: a return of `least` rows or more of which none passed lists
    failures only.
    """

    column: str
    passed: str
    least: Annotated[int, Field(gt=0)]


class Form(Model):
    """A return form: its columns, what identifies a row, what a missing row means, and the laws of
    its rows.
    """

    title: Text
    absent: Literal["none", "unknown"]
    columns: dict[str, Column]
    when: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    repeat: Literal["conflict", "latest"] = "conflict"
    again: Literal["add", "corrections", "latest"] = "add"
    city_rows: bool = False
    checks: tuple[Check, ...] = ()
    totals: tuple[str, ...] = ()
    sampled: Sampled | None = None

    @model_validator(mode="after")
    def columns_exist(self) -> Self:
        """Whatever names a column names one of this form (`year` can also come from the period)."""
        named = [*self.when, *self.key, *self.totals]
        named += [self.sampled.column] if self.sampled else []
        named += [name for check in self.checks for name in (check.column, *check.of, *check.where)]
        if unknown := set(named) - set(self.columns) - {"year"}:
            raise ValueError(f"names columns that it does not have: {', '.join(sorted(unknown))}")
        if counted := [name for name in self.totals if self.columns[name].type != "count"]:
            raise ValueError(f"totals: only columns of type count add up, not {', '.join(counted)}")
        return self

    @property
    def months(self) -> str:
        """The column that says of which months a row is, whatever it is called; empty without."""
        columns = self.columns.items()
        return next((name for name, column in columns if column.type == "months"), "")

    def label(self, column: str) -> str:
        """What the form calls a column: its first alias, or its name."""
        return next(iter(self.columns[column].aliases), column)


class Layout(Model):
    """Words by which rows that are not data are known, and marks of a missing value, synthetic data
    or a correction.

    direct: names of the city that mean what is its own, and never the sum of its units.
    """

    totals: tuple[str, ...] = ()
    footers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    synthetic: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()


class Sender(Model):
    """A department that sends returns and owns targets."""

    en: str = ""
    """Its English name; its own where there is none."""
    aliases: tuple[str, ...] = ()


# A workbook goes back to a department under its name.
FileName = Annotated[str, Field(pattern=r'^[^\\/:*?"<>|\x00-\x1f]{1,60}$')]


class Forms(Model):
    """forms.yml."""

    unit: Text
    layout: Layout = Layout()
    senders: dict[FileName, Sender]
    forms: dict[str, Form]
