"""One plan for one period: its targets, and what they are assessed by."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, WithJsonSchema, model_validator

from yxq.plan.measure import Measure
from yxq.plan.model import Day, Model
from yxq.plan.scoring import Scoring
from yxq.plan.target import Target
from yxq.words.text import Text

# `years` makes a plan a year of a file of several.
YEARS = {"type": ["integer", "string"], "pattern": "^[0-9]{4}(-[0-9]{4})?$"}
Year = Annotated[int, WithJsonSchema(YEARS)]
# A requirement may name it.
BasisName = Annotated[str, Field(pattern=r"^[^\W\d][\w-]{0,59}$")]
EQUAL = "equal"  # what a count is split by where every unit is to have the same


def moved(day: dt.date, years: int) -> dt.date:
    """The same day some years on; of 29 February the 28th.

    >>> moved(dt.date(2012, 2, 29), 1)
    datetime.date(2013, 2, 28)
    """
    leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + years, day=28 if leap_day else day.day)


class Assumption(Model):
    """Something that the plan does not say; printed wherever it is used."""

    text: Text
    source: Text
    general: bool = False


class Basis(Model):
    """A value of each unit and year that counts are split by, or a lot that is sampled."""

    title: Text
    unit: Text
    owner: str
    measure: Measure

    @model_validator(mode="after")
    def is_value(self) -> Self:
        """One number a unit and year."""
        if not self.measure.is_of_one_year:
            raise ValueError(
                f"measure.span: a basis is a value of one year, not {self.measure.span}"
            )
        if self.measure.key != "value":
            raise ValueError(
                f"measure: a basis needs a value, this is {self.measure.key or 'text'}"
            )
        return self


class Quota(Model):
    """One row of quotas.csv: a unit's official share in a count of the city."""

    year: int
    target: str
    unit: str
    quota: Annotated[int, Field(ge=0)]
    source: Annotated[str, Field(min_length=1)]


class Section(Model):
    """A heading of the plan; a target belongs to the longest clause that begins its own."""

    clause: str
    title: Text


class Expected(Model):
    """A return that a sender owes: which form, how often, and how many days after its end."""

    form: str
    sender: str
    every: Literal["month", "quarter", "half", "year"]
    due_days: int

    @property
    def months(self) -> int:
        """Length of the return's period."""
        return {"month": 1, "quarter": 3, "half": 6, "year": 12}[self.every]


class Document(Model):
    """Facts about the plan as a document."""

    title: Text
    number: str = ""
    signed: Day | None = None
    facts: tuple[Text, ...] = ()


class Period(Model):
    """<year>.yml: one plan for one period, or one year of a plan of several."""

    year: Year
    """What the file is called by: 2013, or of a plan of several years 2021-2025."""
    draft: bool = False
    """Not yet compared with the signed document: every page says so."""
    start: Day
    end: Day
    document: Document
    sections: tuple[Section, ...]
    assumptions: dict[str, Assumption] = {}
    returns: tuple[Expected, ...] = ()
    bases: dict[BasisName, Basis] = {}
    scoring: Scoring | None = None
    targets: tuple[Target, ...]

    @property
    def has_points(self) -> bool:
        """Whether targets have the points of the office's own sheet, in place of weights."""
        return any(target.points is not None for target in self.targets)

    @model_validator(mode="after")
    def points_or_weights(self) -> Self:
        """All that can be scored has points, or none has."""
        if self.has_points:
            scored = [target for target in self.targets if target.is_scored]
            lacking = [target.id for target in scored if target.points is None]
            if lacking:
                mend = "write points for each that is scored (0 where it only brings a bonus)"
                raise ValueError(
                    f"targets: {', '.join(lacking)}: no points, and others have; {mend}"
                )
            weighed = [target.id for target in self.targets if target.weight != 1]
            if weighed:
                raise ValueError(f"targets: {', '.join(weighed)}: points or weight, not both")
        return self

    @model_validator(mode="after")
    def period_fits(self) -> Self:
        """The period starts on the first of a month and lasts at most twelve months."""
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1
        whole = self.start.day == 1 and (self.end + dt.timedelta(days=1)).day == 1
        if not whole or not 1 <= months <= 12:
            example = "2013-01-01 and 2013-12-31"
            several = "a plan of several years says year: 2013-2015, and its file is called so"
            raise ValueError(
                f"start, end: whole months, twelve at most, such as {example}; {several}"
            )
        if self.year not in (self.start.year, self.end.year):
            period = f"the period from {self.start} to {self.end}"
            raise ValueError(f"year: {self.year} is no year of {period}")
        return self
