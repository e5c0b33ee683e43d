"""A whole plan folder, and the plan of one of its periods: what names lead to.

Everything that people argue about is data in the folder; `yxq.plan.load` reads it.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

from pydantic import PrivateAttr

from yxq.plan.forms import Form, Layout, Sender
from yxq.plan.measure import Measure
from yxq.plan.model import Model
from yxq.plan.period import Period, Quota, Section
from yxq.plan.target import Target
from yxq.plan.units import Unit, nearest
from yxq.words.errors import refusal
from yxq.words.text import Text, fold


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
    def city(self) -> Unit:
        """The city itself."""
        return self.folder.city

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
