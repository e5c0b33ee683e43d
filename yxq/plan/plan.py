"""The model of a plan folder: units, and one period's targets, assumptions and expected returns,
with forms and scoring.

Everything that people argue about is data in the folder; this module only says which shapes are
allowed. `yxq.plan.load` reads a folder into it.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from yxq.plan.forms import Form, Layout, Sender
from yxq.plan.model import DATE, SHARE, WHOLE, Exact, Model, Text, exact, fraction
from yxq.plan.scoring import Scoring
from yxq.returns.values import fold
from yxq.words.wording import refusal

Rule = Literal[
    "rate_at_least",
    "count_at_least",
    "count_between",
    "count_at_most",
    "rising",
    "above_peer_mean",
    "rank_within_front",
    "milestone",
    "reported",
]


FilePart = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]  # of the name of a page

EQUAL = "equal"  # what a count is split by where every unit is to have the same


def nearest(text: str, known: Mapping[str, Any], told: Callable[[Any], str]) -> list[str]:
    """Up to three of what is known by names near to one that is not, as it is told, nearest first.

    >>> nearest("丁属镇", {"丁蜀镇": 1, "和桥镇": 2}, str)
    ['1']
    """
    close = difflib.get_close_matches(fold(text).casefold(), known, n=6, cutoff=0.4)
    return list(dict.fromkeys(told(known[key]) for key in close))[:3]


class Unit(Model):
    """A town, sub-district or park, or the city itself (kind `city`)."""

    code: FilePart
    code_system: str
    name: str
    name_en: str
    kind: str
    slug: FilePart
    aliases: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    overlaps: tuple[str, ...] = ()
    note: str = ""

    @field_validator("aliases", "overlaps", mode="before")
    @classmethod
    def split(cls, value: Any) -> Any:
        """Lists are written with semicolons in the CSV file."""
        return (
            tuple(part.strip() for part in value.split(";") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("valid_from", "valid_to", mode="before")
    @classmethod
    def empty_is_open(cls, value: Any) -> Any:
        """An empty cell leaves the validity open."""
        return value or None

    @property
    def page(self) -> str:
        """Its page without the suffix: `<code>-<pinyin>`, and `city` for the city."""
        return "city" if self.kind == "city" else f"{self.code}-{self.slug}"

    def valid(self, start: dt.date, end: dt.date) -> bool:
        """Whether the unit exists at any time between two days."""
        return (self.valid_from or start) <= end and (self.valid_to or end) >= start


class Strata(Model):
    """Named strata of a target; each must hold by itself. `en`: their English names, in the same
    order.
    """

    column: str
    values: tuple[str, ...]
    en: tuple[str, ...] = ()

    @model_validator(mode="after")
    def named_all_or_none(self) -> Self:
        """English names are given for all strata or for none."""
        if self.en and len(self.en) != len(self.values):
            raise ValueError(
                f"en: {len(self.values)} strata need as many English names, not {len(self.en)}"
            )
        return self


class Measure(Model):
    """What a target is computed from: a form, its rows, and the columns that give the number."""

    form: str
    where: dict[str, str | int | tuple[str | int, ...]] = {}
    passed: Annotated[dict[str, str], Field(max_length=1)] = {}
    numerator: str | None = None
    denominator: str | None = None
    distinct: tuple[str, ...] = ()
    value: str | None = None
    peer: str | None = None
    due: str | None = None
    done: str | None = None
    when: tuple[str, ...] = ()
    strata: Strata | None = None

    @property
    def kind(self) -> str:
        """How rows become numbers: items, counts, distinct, value, peers or milestone."""
        return next(
            (
                kind
                for kind, given in (
                    ("items", self.passed),
                    ("counts", self.numerator),
                    ("distinct", self.distinct),
                    ("peers", self.peer),
                    ("value", self.value),
                    ("milestone", self.done),
                )
                if given
            ),
            "text",
        )

    @property
    def columns(self) -> set[str]:
        """Every column of the form that the measure names."""
        named = [
            self.numerator,
            self.denominator,
            self.value,
            self.peer,
            self.due,
            self.done,
            *self.where,
            *self.passed,
            *self.distinct,
            *self.when,
            self.strata and self.strata.column,
        ]
        return {name for name in named if name}


KINDS = {
    "rate_at_least": {"items", "counts"},
    "count_at_least": {"distinct"},
    "count_between": {"distinct"},
    "count_at_most": {"distinct"},
    "rising": {"distinct", "value"},
    "above_peer_mean": {"peers"},
    "rank_within_front": {"peers"},
    "milestone": {"milestone"},
    "reported": {"distinct", "value", "milestone", "text"},
}


NEEDS: dict[str, str] = {
    "rate_at_least": "share",
    "rank_within_front": "share",
    "count_at_least": "bounds",
    "count_between": "bounds",
    "count_at_most": "bounds",
    "milestone": "due",
}
SHAPES = {
    "share": (SHARE, "95% or 1/3"),
    "bounds": (WHOLE, "15 or 1..2"),
    "due": (f"{DATE}|open", "2014-12-31 or open"),
}


def _thresholds(schema: dict[str, Any]) -> None:
    """Say in the JSON Schema which threshold each rule takes, so that an editor knows before the
    plan is loaded.
    """
    schema["allOf"] = []
    for rule in KINDS:
        shape = NEEDS.get(rule, "")
        kinds = [
            "string",
            *(["integer"] if shape == "bounds" else []),
            *(["null"] if shape == "due" else []),
        ]
        fits = (
            {"type": kinds, "pattern": f"^({SHAPES[shape][0]})$", "minimum": 0}
            if shape
            else {"type": "null"}
        )
        then: dict[str, Any] = {"properties": {"threshold": fits}}
        then |= {"required": ["threshold"]} if shape in ("share", "bounds") else {}
        schema["allOf"].append(
            {"if": {"properties": {"rule": {"const": rule}}, "required": ["rule"]}, "then": then}
        )


class Target(Model):
    """One commitment with its rule."""

    model_config = ConfigDict(json_schema_extra=_thresholds)

    id: FilePart
    """Its own for good: the same commitment keeps it next year, and no other ever gets it."""
    clause: str
    """Where the plan says so; the longest section that begins it is its heading."""
    title: Text
    rule: Rule
    """What attained means: see the table of rules in the README."""
    threshold: Annotated[
        str | None, BeforeValidator(exact), WithJsonSchema({"type": ["string", "integer", "null"]})
    ] = None
    """Exact: 95% or 1/3 of rates and ranks, 15 or 1..2 of counts, a date or open of tasks; nothing
    for the other rules.
    """
    unit: Text
    """What is counted, such as {zh: 批次, en: batch/batches}; share for a value that is a share."""
    scope: Literal["town", "city", "both"]
    """Who is assessed by it: every town, the city alone, or both."""
    owner: str
    """The department that answers for it and sends its form; one of `senders` in forms.yml."""
    sampled: bool = False
    """Whether the numbers are a sample, which has an interval, or a complete count."""
    weight: Annotated[Exact, Field(gt=0)] = Fraction(1)
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
    def share(self) -> Fraction:
        """The threshold of a rate or rank rule as an exact fraction."""
        return fraction(self.threshold)

    @property
    def bounds(self) -> tuple[int, int]:
        """Least and most of a count rule; the same number twice where only one is given."""
        low, _, high = (self.threshold or "").partition("..")
        return int(low), int(high or low)

    @property
    def due(self) -> dt.date | None:
        """The date that the plan itself sets for a milestone."""
        return None if self.threshold in (None, "open") else dt.date.fromisoformat(self.threshold)

    @model_validator(mode="after")
    def rule_fits(self) -> Self:
        """The threshold and the measure are of the kind that the rule needs."""
        needs = NEEDS.get(self.rule, "")
        if needs in ("share", "bounds") and self.threshold is None:
            raise ValueError(f"threshold: {self.rule} needs one; write {SHAPES[needs][1]}")
        if (
            needs
            and self.threshold is not None
            and not re.fullmatch(SHAPES[needs][0], self.threshold)
        ):
            raise ValueError(
                f"threshold: {self.threshold!r} does not fit {self.rule}; write {SHAPES[needs][1]}"
            )
        try:
            value: Any = getattr(self, needs) if needs else None
        except (ValueError, ZeroDivisionError):
            raise ValueError(
                f"threshold: {self.threshold!r} does not fit {self.rule}; write {SHAPES[needs][1]}"
            ) from None
        if needs == "share" and not 0 < value <= 1:
            raise ValueError(f"threshold: {self.threshold!r} is not a share between 0 and 100%")
        if needs == "bounds" and not 0 <= value[0] <= value[1]:
            raise ValueError(f"threshold: {self.threshold!r} is not a range from low to high")
        if not needs and self.threshold is not None:
            raise ValueError(
                f"threshold: the rule {self.rule} takes none; remove {self.threshold!r}"
            )
        if self.measure.kind not in KINDS[self.rule]:
            raise ValueError(
                f"measure: {self.rule} needs {' or '.join(sorted(KINDS[self.rule]))}, this is {self.measure.kind}"
            )
        if self.split and not self.splittable:
            raise ValueError(
                "split: only a count that the city and its units share (scope both) can be split"
            )
        if self.lot and (not self.sampled or self.measure.strata):
            raise ValueError(
                "lot: only a sampled rate without strata has a lot that it is drawn from"
            )
        return self

    @property
    def splittable(self) -> bool:
        """Whether it is a count that the city and its units share."""
        return self.scope == "both" and self.rule in ("count_at_least", "count_between")


class Assumption(Model):
    """Something that the plan does not say; printed wherever it is used."""

    text: Text
    source: Text
    general: bool = False


class Basis(Model):
    """A value of each unit and year that counts are split by, or that samples are drawn from (a
    lot).
    """

    title: Text
    unit: Text
    owner: str
    measure: Measure

    @model_validator(mode="after")
    def is_value(self) -> Self:
        """One number a unit and year."""
        if self.measure.kind != "value":
            raise ValueError(f"measure: a basis needs a value, this is {self.measure.kind}")
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
    """A return that a sender owes: which form, how often, and how many days after the period's end."""

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
    signed: dt.date | None = None
    facts: tuple[Text, ...] = ()


class Period(Model):
    """<year>.yml: one plan for one period."""

    year: int
    draft: bool = False
    """Not yet compared with the signed document: every page says so."""
    start: dt.date
    end: dt.date
    document: Document
    sections: tuple[Section, ...]
    assumptions: dict[str, Assumption] = {}
    returns: tuple[Expected, ...] = ()
    bases: dict[str, Basis] = {}
    scoring: Scoring | None = None
    targets: tuple[Target, ...]

    @model_validator(mode="after")
    def period_fits(self) -> Self:
        """The period starts on the first of a month and lasts at most twelve months."""
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1
        if (
            self.start.day != 1
            or not 1 <= months <= 12
            or (self.end + dt.timedelta(days=1)).day != 1
        ):
            raise ValueError(
                "start, end: whole months, twelve at most, such as 2013-01-01 and 2013-12-31"
            )
        if self.year not in (self.start.year, self.end.year):
            raise ValueError(
                f"year: {self.year} is no year of the period from {self.start} to {self.end}"
            )
        return self


class Folder(Model):
    """A whole plan folder: what is common to its periods, and the periods."""

    path: Path
    given: str
    unit_word: Text
    units: tuple[Unit, ...]
    forms: dict[str, Form]
    senders: dict[str, Sender]
    layout: Layout
    periods: dict[int, Period]
    quotas: tuple[Quota, ...] = ()
    _names: dict[str, Unit] = PrivateAttr()

    def model_post_init(self, context: Any) -> None:
        """Names, aliases and their folded forms, each leading to one unit."""
        self._names = {key: unit for unit in self.units for key in (unit.name, *unit.aliases)}
        for unit in self.units:
            for key in (unit.name, *unit.aliases):
                self._names.setdefault(fold(key), unit)

    @property
    def name(self) -> str:
        """The folder's own name, such as `yixing`."""
        return self.path.name

    @property
    def city(self) -> Unit:
        """The unit of kind `city`."""
        return next(unit for unit in self.units if unit.kind == "city")

    def match(self, text: str) -> Unit | None:
        """The unit of a name or alias, exact or folded, never by guess."""
        return self._names.get(text) or self._names.get(fold(text))

    @property
    def _called(self) -> dict[str, Unit]:
        """What people call the units: beside names and aliases the codes and the English names."""
        found: dict[str, set[Unit]] = {}
        for unit in self.units:
            for key in {
                unit.code,
                unit.page,
                unit.slug,
                unit.slug.partition("-")[0],
                fold(unit.name_en),
            }:
                found.setdefault(key.casefold(), set()).add(unit)
        only = {
            key: next(iter(units)) for key, units in found.items() if len(units) == 1
        }  # a code may have two systems
        return only | {key.casefold(): unit for key, unit in self._names.items()}

    def nearest(self, text: str) -> list[str]:
        """Names that an unknown one may have meant, nearest first."""
        return nearest(text, self._names, lambda unit: unit.name)

    def unit(self, text: str) -> Unit:
        """The unit of a name, alias, code or English name; an unknown one raises `PlanError` with
        the nearest names.
        """
        found = self.match(text) or self._called.get(fold(text).casefold())
        if found is None:
            raise refusal(
                "unknown_unit", name=text, near=nearest(text, self._called, lambda unit: unit.name)
            )
        return found

    def plan(self, year: int | None = None) -> Plan:
        """The plan of one period year, the latest when none is named."""
        year = max(self.periods) if year is None else year
        if year not in self.periods:
            raise refusal(
                "no_plan",
                plan=self.name,
                year=year,
                known=", ".join(map(str, sorted(self.periods))),
            )
        return Plan(folder=self, period=self.periods[year])


class Plan(Model):
    """One period's plan together with its folder."""

    folder: Folder
    period: Period

    @property
    def year(self) -> int:
        """The period's label."""
        return self.period.year

    @property
    def id(self) -> str:
        """Folder and year, such as `yixing-2013`."""
        return f"{self.folder.name}-{self.year}"

    @property
    def targets(self) -> tuple[Target, ...]:
        """The period's targets in the plan's order."""
        return self.period.targets

    @property
    def quotas(self) -> list[Quota]:
        """The official shares of units in the city's counts, as far as they are set."""
        return [quota for quota in self.folder.quotas if quota.year == self.year]

    @property
    def towns(self) -> list[Unit]:
        """The units assessed in this period: those that are valid at its end, without the city."""
        end = self.period.end
        return [unit for unit in self.folder.units if unit.kind != "city" and unit.valid(end, end)]

    def town(self, text: str) -> Unit:
        """An assessed unit or the city by name, alias or code; one that is not valid in the period
        is refused.
        """
        unit = self.folder.unit(text)
        if unit.kind != "city" and unit not in self.towns:
            gone = unit.valid_to is not None and unit.valid_to < self.period.end
            raise refusal(
                "no_longer" if gone else "not_yet",
                name=unit.name,
                year=self.year,
                day=unit.valid_to if gone else unit.valid_from,
            )
        return unit

    @property
    def english(self) -> dict[str, str]:
        """The English names of units, senders and strata."""
        strata = [target.measure.strata for target in self.targets if target.measure.strata]
        named = {unit.name: unit.name_en for unit in self.folder.units}
        named |= {name: sender.en for name, sender in self.folder.senders.items()}
        return named | {
            name: en for each in strata for name, en in zip(each.values, each.en, strict=False)
        }

    @property
    def measured(self) -> dict[str, Measure]:
        """The measure of every target and basis, by its name."""
        both = {target.id: target.measure for target in self.targets}
        return both | {name: basis.measure for name, basis in self.period.bases.items()}

    def target(self, text: str) -> Target:
        """The target of an id or a title in either language; an unknown one raises `PlanError` with
        the nearest.
        """
        if (
            exact := next((target for target in self.targets if target.id == text), None)
        ) is not None:
            return exact
        named: dict[str, list[Target]] = {}
        for target in self.targets:
            short = (
                re.sub(r"(?<=\D)0+(?=\d)", "", target.id),
                re.sub(r"^\D+0*(?=\d)", "", target.id),
            )  # T1 and 1 of T01
            for key in {
                fold(name).casefold()
                for name in (target.id, *short, target.title.zh, target.title.en)
            }:
                named.setdefault(key, []).append(target)
        found = named.get(fold(text).casefold(), [])
        if len(found) != 1:
            ids = ", ".join(target.id for target in found)
            near = (
                []
                if found
                else nearest(text, named, lambda each: f"{each[0].id} {each[0].title.zh}")
            )
            raise refusal(
                "two_targets" if found else "unknown_target", name=text, known=ids, near=near
            )
        return found[0]

    def sender(self, text: str) -> str:
        """The department of a name, alias or English name; an unknown one raises `PlanError` with
        the nearest.
        """
        senders = self.folder.senders
        named = {
            fold(key).casefold(): name
            for name, each in senders.items()
            for key in (name, each.en, *each.aliases)
        }
        if (found := named.get(fold(text).casefold())) is None:
            raise refusal("unknown_sender", name=text, near=nearest(text, named, str) or [*senders])
        return found

    def section(self, target: Target) -> Section:
        """The heading that a target stands under."""
        return max(
            (s for s in self.period.sections if target.clause.startswith(s.clause)),
            key=lambda s: len(s.clause),
        )

    def span(self, year: int | None = None) -> tuple[dt.date, dt.date]:
        """First and last day of the period, moved to another year where one is named."""
        shift = (self.year if year is None else year) - self.year
        after = self.period.end + dt.timedelta(days=1)
        start = self.period.start.replace(year=self.period.start.year + shift)
        return start, after.replace(year=after.year + shift) - dt.timedelta(days=1)
