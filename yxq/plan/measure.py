"""What a target is computed from: a form, which of its rows, and how they become a number."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema, model_validator

from yxq.plan.model import Model

OPERATORS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
SPAN = re.compile(r"period|latest|since ([1-9][0-9]{3})|mean ([2-9]|[1-9][0-9])")
COMPARISON = re.compile(r"(>=|<=|>|<) *(-?[0-9]+(?:\.[0-9]+)?|[0-9]{4}-[0-9]{2}-[0-9]{2})")
# Numbers that rows come to, by the key that says so; with `over` they are a share or a ratio.
NUMBERS = {
    "passed": "share", "rows": "count", "distinct": "count", "sum": "amount", "value": "level",
    "done": "task", "word": "text",
}  # fmt: skip

Wanted = str | int | tuple[str | int, ...]


class Strata(Model):
    """Named strata of a target, each of which must hold. en: their English names, in order."""

    column: str
    values: tuple[str, ...]
    en: tuple[str, ...] = ()

    def mistakes(self) -> Iterator[str]:
        """English names are given for all strata or for none."""
        if self.en and len(self.en) != len(self.values):
            strata, names = len(self.values), len(self.en)
            yield f"en: {strata} strata need as many English names, not {names}"


class Measure(Model):
    """What a target is computed from: a form, its rows, and what they come to."""

    form: str
    where: dict[str, Wanted] = {}
    """Which rows: a word of a column, one of several, or a comparison such as ">= 100"."""
    passed: Annotated[dict[str, Wanted], Field(max_length=1)] = {}
    """The share of the rows that say so in a column."""
    rows: Literal[True] | None = None
    """How many rows there are."""
    distinct: tuple[str, ...] = ()
    """How many different ones there are, by these columns."""
    sum: str | None = None
    """What a column of numbers adds up to, or several: attendances - breaches."""
    value: str | None = None
    """A number as it is reported, the last one of the period."""
    word: str | None = None
    """A word as it is reported, the last one of the period."""
    done: str | None = None
    """The day on which a task was done."""
    over: str | None = None
    """What a sum is part of, a column that adds up with it: a share, or with `per` a ratio."""
    per: Annotated[int, Field(gt=0)] | None = None
    """A ratio that may be above one: so many for each `per` of what it is over."""
    span: Annotated[str, WithJsonSchema({"type": "string", "pattern": f"^({SPAN.pattern})$"})] = (
        "period"
    )
    """period: what is reported adds up; latest: the last report is the number; since 2011: it adds
    up from that year on; mean 5: of so many years that end with this one (a share of all of them
    together, else the mean of the yearly numbers).
    """
    peer: str | None = None
    due: str | None = None
    when: tuple[str, ...] = ()
    strata: Strata | None = None
    clusters: str | None = None
    """The column that says which samples come from one firm: several of one tell less than as many
    of different ones, and the interval of a sampled rate is widened by how alike they are.
    """

    @model_validator(mode="before")
    @classmethod
    def as_of_this_edition(cls, given: Any) -> Any:
        """Numerator and denominator are written otherwise now."""
        if isinstance(given, dict) and {"numerator", "denominator"} & set(given):
            line = f"sum: {given.get('numerator')}, over: {given.get('denominator')}"
            raise ValueError(f"numerator and denominator are gone; write {line}")
        return given

    def mistakes(self) -> Iterator[str]:
        """The rows come to one number, and what goes with it is there."""
        keys = [key for key in NUMBERS if getattr(self, key)]
        if len(keys) > 1:
            yield f"{' and '.join(keys)}: write one of them, for a measure has one number"
        if self.over and self.key != "sum":
            yield "over: only a sum is part of something; passed is of its rows already"
        if self.per and not self.over:
            yield "per: only what is over something is so many for each; write over, or no per"
        of_one_year = SPAN.fullmatch(self.span) is None or self.is_of_one_year
        if self.clusters and (self.key != "passed" or self.strata or not of_one_year):
            drawn = "samples of one year that pass or fail (passed), without strata,"
            yield f"clusters: only {drawn} come several to a firm; take clusters away"
        yield from self._span_mistakes()
        if self.peer and self.key != "value":
            yield "peer: peers are compared by a value; write value: and its column"
        if self.due and self.key != "done":
            yield "due: only a task (done) is due; write done: and its column, or no due"

    def _span_mistakes(self) -> Iterator[str]:
        """A span that the number cannot have."""
        if SPAN.fullmatch(self.span) is None:
            yield "span: write period, latest, since 2011, or mean 5"
        if self.span == "latest" and self.key != "sum":
            yield "span: only a sum can be the latest; a value is, and rows add up"
        if self.since and self.key in ("value", "done", ""):
            yield f"span: only what adds up can be {self.span}; write rows, sum or passed"
        if self.years > 1 and (self.peer or self.key in ("done", "")):
            yield f"span: only a number of one's own has a {self.span}; take it away"

    @property
    def since(self) -> int | None:
        """The year from which on it adds up; nothing where that is its own."""
        found = SPAN.fullmatch(self.span)
        return int(found[1]) if found and found[1] else None

    @property
    def years(self) -> int:
        """Of how many years it is the mean."""
        found = SPAN.fullmatch(self.span)
        return int(found[2]) if found and found[2] else 1

    @property
    def is_of_one_year(self) -> bool:
        """Whether nothing of the years before belongs to a year's number."""
        return self.since is None and self.years == 1

    def first_year(self, year: Any) -> Any:
        """The first year that belongs to the number of a year, or of each of some."""
        return year - self.years + 1 if self.since is None else self.since + 0 * year

    @property
    def is_stock(self) -> bool:
        """Whether the last report of a year is its number, and nothing adds up."""
        return self.span == "latest" or self.key == "value"

    @property
    def adds_up(self) -> bool:
        """Whether its rows add up to a number, so that no row of an arrived list is a zero."""
        return self.key in ("rows", "distinct", "sum") and not self.over and not self.is_stock

    @property
    def key(self) -> str:
        """Which of its keys says what rows come to; nothing where they are texts."""
        return next((key for key in NUMBERS if getattr(self, key)), "")

    @property
    def number(self) -> str:
        """What the rows come to: a share, a count, an amount, a level, a task, or text."""
        number = "share" if self.over else NUMBERS.get(self.key, "text")
        is_level = number != "share" and (self.span == "latest" or self.years > 1)
        return "level" if self.per or is_level else number

    @property
    def terms(self) -> list[tuple[int, str]]:
        """The columns of a sum, each with its sign."""
        parts = re.findall(r"([+-]?)\s*([^\s+-]+)", self.sum or "")
        return [(-1 if sign == "-" else 1, name) for sign, name in parts]

    @property
    def added(self) -> list[str]:
        """The columns that add up, once each."""
        names = [*(name for _, name in self.terms), *([self.over] if self.over else [])]
        return [*dict.fromkeys(names)]

    @property
    def is_single(self) -> bool:
        """Whether one row is all of it, so that two of a unit and day would conflict."""
        return self.key in ("value", "word", "done")

    @property
    def needs(self) -> list[tuple[str, ...]]:
        """What a row must say to count: of each of these sets of columns at least one."""
        single = [*self.added, *self.passed, self.value, self.word]
        single += [self.strata.column] if self.strata else []
        return [*((name,) for name in single if name), *([self.distinct] if self.distinct else [])]

    @property
    def tells_apart(self) -> set[str]:
        """The columns that choose rows, by their words, strata or peers."""
        strata = {self.strata.column} if self.strata else set()
        return {*self.where, *self.when, *strata, *filter(None, [self.peer])}

    @property
    def columns(self) -> set[str]:
        """Every column of the form that the measure names."""
        single = (self.value, self.word, self.peer, self.due, self.done, self.clusters)
        several = (*self.where, *self.passed, *self.distinct, *self.when, *self.added)
        strata = (self.strata.column,) if self.strata else ()
        return {name for name in (*single, *several, *strata) if name}


def comparison(wanted: Any) -> tuple[str, str] | None:
    """Operator and number (or day) of a condition such as `>= 100`; nothing of a plain word.

    >>> comparison(">= 100"), comparison("product")
    (('>=', '100'), None)
    """
    found = COMPARISON.fullmatch(wanted) if isinstance(wanted, str) else None
    return (found[1], found[2]) if found else None


def is_number(word: Any) -> bool:
    """Whether a word of a condition is a number, as a column of numbers has them.

    >>> is_number(2013), is_number("12.5"), is_number("二")
    (True, True, False)
    """
    return bool(re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", str(word)))
