"""What a result is worth on the office's score sheet, where that is not all or nothing."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from yxq.plan.measure import Measure
from yxq.plan.model import Exact, Model
from yxq.plan.requirement import Quantity, Requirement, parse, quantity

MONTH = "month"  # in the place of a number: calendar months that a task is late
COMPARES = re.compile(r"[<>=]|\.\.|^done$")

Rounding = Literal["up", "down"]


def _when(value: Any) -> Any:
    """A requirement where it compares, else a word."""
    if isinstance(value, (bool, int, float)):
        raise ValueError(f"a number alone asks nothing; write such as '>= {value}'")
    return parse(value) if isinstance(value, str) and COMPARES.search(value) else value


def _size(value: Any) -> Any:
    """A number as plans write it, or a month."""
    if isinstance(value, Quantity) or value == MONTH:
        return value
    size = quantity(str(value))
    if size.value <= 0:
        raise ValueError(f"{value}: write a number above nought, such as 1, 1pp or {MONTH}")
    return size


When = Annotated[
    Requirement | str,
    BeforeValidator(_when),
    PlainSerializer(str),
    WithJsonSchema({"type": "string", "minLength": 1}),
]
Size = Annotated[
    Quantity | Literal["month"],
    BeforeValidator(_size),
    PlainSerializer(str),
    WithJsonSchema({"type": ["string", "number"]}),
]


class Rung(Model):
    """What a number, or a word, is worth that is such."""

    when: When
    """A requirement such as >= 10 or >= last_year, or a word of the measured column."""
    give: Exact


class Each(Model):
    """Points taken off for each so many that are short of what is asked, or too many."""

    short: Size
    """Of the target's own unit: 1, 1pp, 10000; month: calendar months late."""
    take: Annotated[Exact, Field(gt=0)]
    least: Exact = Fraction(0)
    """What is left at the least."""
    round: Rounding | None = None
    """Whether a part of so many counts as a whole (up) or not at all (down), else in proportion."""

    @model_validator(mode="after")
    def months_are_whole(self) -> Self:
        """Months have no parts."""
        if self.short == MONTH and self.round is None:
            raise ValueError("round: of months write whether one begun counts (up) or not (down)")
        return self


class Bonus(Model):
    """Points given for each so many beyond what is asked, up to a most."""

    over: Size
    give: Annotated[Exact, Field(gt=0)]
    most: Annotated[Exact, Field(gt=0)]
    round: Rounding | None = None

    @model_validator(mode="after")
    def not_of_months(self) -> Self:
        """What is early is worth no more."""
        if self.over == MONTH:
            raise ValueError("over: a task that is early has no bonus; write a number")
        return self


class Worth(Model):
    """How points follow from a number, a word or a mark; the first rung that holds is given, and
    where none does what `each` or `proportion` say, else nothing. Without any of these: all points
    when attained, else none. A bonus comes on top.
    """

    steps: tuple[Rung, ...] = ()
    each: Each | None = None
    proportion: bool = False
    """Of a least that is not reached the same share of the points as of what is asked."""
    bonus: Bonus | None = None
    given: str | Measure | None = None
    """The mark that people give and that counts: a column of the same form, or a measure of its
    own.
    """

    @model_validator(mode="after")
    def one_way(self) -> Self:
        """Something is said, and one thing of what is short."""
        if not (self.steps or self.each or self.proportion or self.bonus or self.given):
            raise ValueError("write one of steps, each, proportion, bonus, given")
        if self.each and self.proportion:
            raise ValueError("each, proportion: write one of them")
        return self

    @property
    def by_number(self) -> bool:
        """Whether what is short, or which word it is, decides, and not only what is attained."""
        return bool(self.steps or self.each or self.proportion)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that rungs ask for."""
        return tuple(rung.when for rung in self.steps if isinstance(rung.when, str))

    @property
    def gives(self) -> tuple[Fraction, ...]:
        """What the rungs give."""
        return tuple(rung.give for rung in self.steps)
