"""A commitment: what is measured, what is asked of the number, by when, and of whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated, Any, Literal, cast

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from yxq.plan.measure import Measure
from yxq.plan.model import DATE, Exact, Model, within_years
from yxq.plan.requirement import PATTERN, ByKind, Requirement, by_kind, parse
from yxq.plan.units import FilePart
from yxq.plan.worth import MONTH, Worth
from yxq.words.text import Text

Kind = Literal["share", "count", "amount", "level", "rank", "units", "task", "reported"]
OPEN = "open"  # in the place of a day: striven for, never late
FIRST_EDITION = {  # how its rules are written now
    "rate_at_least": "require: '>= {}'",
    "count_at_least": "require: '>= {}'",
    "count_between": "require: '{}'",
    "count_at_most": "require: '<= {}'",
    "rising": "require: '> last_year'",
    "above_peer_mean": "require: '> peers'",
    "rank_within_front": "require: 'rank <= {}'",
    "milestone": "require: done, by: {}",
    "reported": "no require",
}


def _required(value: Any) -> Any:
    """A requirement from its text; a bare number asks nothing."""
    if value is None:
        return None
    if isinstance(value, dict):
        return by_kind(value)
    if not isinstance(value, str):
        raise ValueError(f"a number alone asks nothing; write such as '>= {value}'")
    return parse(value)


def _by(value: Any) -> Any:
    """A day, or `open`."""
    if value in (None, OPEN):
        return value
    try:
        day = value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError("no day; write one such as 2014-12-31, or open") from None
    return within_years(day)


ASKED: dict[str, Any] = {"type": "string", "pattern": PATTERN}
BY_YEAR_OR_KIND: dict[str, Any] = {
    "type": "object",
    "patternProperties": {"^[0-9]{4}$": {**ASKED, "type": ["string", "null"]}, "^[^0-9]": ASKED},
    "additionalProperties": False,
}
Required = Annotated[
    Requirement,
    BeforeValidator(_required),
    PlainSerializer(str),
    WithJsonSchema({"anyOf": [ASKED, BY_YEAR_OR_KIND]}),
]
By = Annotated[
    dt.date | Literal["open"],
    BeforeValidator(_by),
    WithJsonSchema({"type": "string", "pattern": f"^({DATE}|{OPEN})$"}),
]


class Target(Model):
    """One commitment."""

    id: FilePart
    """Its own for good: the same commitment keeps it next year, and no other ever gets it."""
    clause: str
    """Where the plan says so; the longest section that begins it is its heading."""
    title: Text
    require: Required | None = None
    """What attained means, such as >= 95%, 1..2, > last_year, rank <= 1/3, or done of a task: see
    the README; {镇: ">= 90%"} of units of that kind, and of the city where that is a key; by year,
    where it is another in each: {2021: ">= 30%", 2022: ">= 50%"}. Nothing for what is only
    reported.
    """
    says: Text | None = None
    """The plan's own number or words for what is only reported, such as "5,000 m2 a head by 2020"
    or {zh: ..., en: ...}: shown where others have what is asked, and never judged.
    """
    by: By | None = None
    """The day by which a task is to be done, or open; without it the return's, or the period's end.
    Of a number a day after the period: until then it is on its way.
    """
    unit: Text
    """What is counted, such as {zh: 批次, en: batch/batches}; share for a value that is a share."""
    whom: Annotated[Literal["each", "both", "city", "shared"], Field(alias="for")]
    """each: every unit, and the city as all of them together; both: every unit, and the city by
    itself; city: the city alone; shared: the city, and every unit by its share of the city's count.
    """
    owner: str
    """The department that answers for it and sends its form; one of `senders` in forms.yml."""
    sampled: bool = False
    """Whether the numbers are a sample, which has an interval, or a complete count."""
    weight: Annotated[Exact, Field(gt=0)] = Fraction(1)
    points: Annotated[Exact, Field(ge=0)] | None = None
    """What it is worth on the office's score sheet, in place of a weight; all targets that are
    scored have points then, and 0 is an item that can only bring a bonus.
    """
    worth: Worth | None = None
    """How its points follow from its number; without it all of them when attained, else none."""
    none: Literal["drop", "full", "zero"] = "drop"
    """What counts where it does not apply: nothing of it, all of its points, or none of them."""
    key: bool = False
    """A key item: bands of the scoring may ask for all of them."""
    split: str | None = None
    """How the city's count is split among units where quotas.csv sets none: one of `bases`, or
    equal.
    """
    lot: str | None = None
    """The basis that says how large the lot is from which a sample is drawn."""
    measure: Measure
    assumptions: tuple[str, ...] = ()
    """What the plan does not say about it: names under `assumptions`."""
    note: str = ""

    @property
    def kind(self) -> Kind:
        """How it is judged: as a share, count or level, by rank, over units, as a task, or not."""
        if self.require is None:
            return "reported"
        kinds = {"done": "task", "rank": "rank", "units": "units", "gap": "units"}
        return cast(Kind, kinds.get(self.require.of, self.measure.number))

    def of_kind(self, kind: str) -> Target:
        """The target as it is asked of units of a kind; of a kind that is not asked reported."""
        if not isinstance(self.require, ByKind):
            return self
        return self.model_copy(update={"require": self.require.of_kind(kind)})

    @property
    def due(self) -> dt.date | None:
        """The day that the plan itself sets."""
        return self.by if isinstance(self.by, dt.date) else None

    def is_later(self, end: dt.date) -> bool:
        """Whether a number is asked for a day after a period, or striven for without one."""
        return self.kind != "task" and (self.is_open or (self.due is not None and self.due > end))

    @property
    def is_open(self) -> bool:
        """Whether it is striven for, and so never late."""
        return self.by == OPEN

    @property
    def bound(self) -> str:
        """What is asked where that is a constant, and the day of a task, as written."""
        if self.require is None or self.require.references:
            return ""
        if self.require.of == "done":
            return str(self.by or "")
        return "..".join(map(str, self.require.bounds))

    @property
    def constant(self) -> Fraction | None:
        """The number that is asked, of a range the least; nothing where it follows from others."""
        bounds = self.require.bounds if self.require else ()
        return next((value for bound in bounds if (value := bound.of()) is not None), None)

    @property
    def line(self) -> float:
        """The same as a number to draw a line at; NaN where there is none."""
        return float("nan") if self.constant is None else float(self.constant)

    @property
    def most(self) -> Fraction:
        """What it counts for: its points, else its weight."""
        return self.weight if self.points is None else self.points

    @property
    def is_scored(self) -> bool:
        """Whether it can earn points: it is judged, or its number, word or mark is worth some."""
        return self.require is not None or self.worth is not None

    @property
    def given(self) -> Measure | None:
        """The mark that people give: a column of the target's own rows, or as it is measured."""
        given = self.worth.given if self.worth else None
        if not isinstance(given, str):
            return given
        return Measure(form=self.measure.form, where=self.measure.where, value=given)

    @property
    def splittable(self) -> bool:
        """Whether it is a count that the city and its units share."""
        return self.whom == "shared"

    @property
    def better(self) -> Literal["more", "less", "within", ""]:
        """Which way its number is better; nothing of a rank, a task, or what is only reported."""
        asked = self.require
        return asked.better if asked and asked.of == "number" else ""

    @property
    def references(self) -> tuple[str, ...]:
        """What it is compared with beside constants."""
        return self.require.references if self.require else ()

    @property
    def on_last_year(self) -> bool:
        """Whether it is compared with the year before."""
        return "last_year" in self.references

    @model_validator(mode="before")
    @classmethod
    def as_of_this_edition(cls, given: Any) -> Any:
        """The keys of the first edition are refused with the line that says the same now."""
        if isinstance(given, dict) and "rule" in given:
            rule, scope = str(given["rule"]), str(given.get("scope"))
            line = FIRST_EDITION.get(rule, "require: '>= {}'").format(given.get("threshold"))
            both = {"milestone": "both", "count_at_least": "shared", "count_between": "shared"}
            whom = (
                both.get(rule, "each") if scope == "both" else {"city": "city"}.get(scope, "each")
            )
            line = line.replace(", by: None", "")
            raise ValueError(f"rule, threshold and scope are gone; write {line}, for: {whom}")
        return given

    def mistakes(self) -> Iterator[str]:
        """The requirement is one that can be asked of the measure."""
        if self.by is not None and self.kind == "reported":
            yield "by: what is only reported has no day; write what is asked by then"
        if isinstance(self.require, ByKind):
            if self.whom not in ("each", "both"):
                yield "for: kinds of units are asked each for themselves; write each"
            for _, asked in self.require.kinds:
                yield from self._asks(asked)
        elif self.require is not None:
            yield from self._asks(self.require)
        if self.says and self.require is not None:
            yield f"says: what is judged says {self.require}; take one of them away"
        if self.split and self.whom != "shared":
            yield "split: only a count that is shared can be split; write for: shared"
        low = self.require.low if self.require else None
        if self.whom == "shared" and (self.kind != "count" or low is None or low.reference):
            yield "for: only a count of at least so many can be shared; write each, both or city"
        if self.worth:
            yield from self._is_worth(self.worth)
        if self.measure.peer and self.whom != "city":
            yield "for: only the city is compared with its peers; write city"
        one_lot = self.measure.is_of_one_year and not self.measure.strata
        if self.lot and (not self.sampled or not one_lot or self.kind != "share"):
            drawn = "a sampled rate without strata"
            yield f"lot: only {drawn} has a lot that it is drawn from, in one year; take lot away"

    def _asks(self, asked: Requirement) -> Iterator[str]:
        """Why a requirement cannot be asked of the measure."""
        number = self.measure.number
        if number == "text":
            nothing = f"nothing in it is a number, of which {asked} could be asked"
            yield f"measure: {nothing}; write what it comes to, such as value: and its column"
            return
        if (asked.of == "done") != (number == "task"):
            mend = "write one that fits the measure"
            yield f"require: done is asked of a task, and of nothing else, here {asked}; {mend}"
        if (asked.of == "rank" or "peers" in asked.references) and not self.measure.peer:
            mend = "write which column of the form names the peers: measure: {peer: city}"
            yield f"require: {asked} compares with peers; {mend}"
        if asked.of in ("units", "gap") and self.whom != "city":
            yield f"for: {asked} is asked of all units together; write city"
        if asked.each and asked.each.references:
            yield f"require: {asked} compares units with a number; write one such as >= 90%"
        judged = asked.each or asked
        for constant in judged.ends if asked.of != "gap" else ():
            if constant is not None:
                yield from self._asks_constant(judged, constant)

    def _is_worth(self, worth: Worth) -> Iterator[str]:
        """Why a result cannot be worth points in such a way."""
        wanted = "rank" if self.kind == "rank" else "number"
        for rung in worth.steps:
            if isinstance(rung.when, str) != (self.measure.number == "text"):
                yield f"worth.steps: {rung.when} is not what the measure comes to"
            if isinstance(rung.when, Requirement) and rung.when.of != wanted:
                yield f"worth.steps: when: {rung.when} asks for another number"
        if (worth.each or worth.proportion or worth.bonus) and self.kind in ("reported", "rank"):
            yield "worth: what is short or beyond needs a bound; write it as require"
        if worth.each and worth.each.short == MONTH and self.kind != "task":
            yield "worth.each.short: only a task is months late; write a number"
        if (worth.bonus or worth.proportion) and self.better not in ("more", "less"):
            yield "worth: only a number with one bound has a bonus or a proportion"
        if worth.proportion and self.better != "more":
            yield "worth.proportion: of a most there is none; write each"

    def _asks_constant(self, asked: Requirement, constant: Fraction) -> Iterator[str]:
        """Why so much can never be, or is always so."""
        is_place = asked.of == "rank" and constant >= 1 and constant.denominator == 1
        if not is_place and (asked.of in ("rank", "units") or self.measure.number == "share"):
            least = asked.better == "more" and not asked.strict
            if not 0 <= constant <= 1 or (least and constant == 0):
                yield f"require: {asked} is no share between 0 and 100%; write such as >= 95%"
        elif self.measure.number == "count" and constant.denominator != 1:
            yield f"require: {asked} is no whole number of what is counted; write one"
