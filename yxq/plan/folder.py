"""A whole plan folder, and the plan of one of its periods: what names lead to.

Everything that people argue about is data in the folder; `yxq.plan_folders.load` reads it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path
from typing import Any

from pydantic import PrivateAttr

from yxq.plan.forms import Form, Layout, Register, Sender
from yxq.plan.measure import Measure
from yxq.plan.model import Model
from yxq.plan.named_files import NamedFile
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
    named_files: tuple[NamedFile, ...] = ()
    files: dict[int, str] = {}
    """The plan file of each year, which may hold several."""
    quotas: tuple[Quota, ...] = ()
    remedies: Register | None = None
    _names: dict[str, Unit] = PrivateAttr()

    def model_post_init(self, context: Any) -> None:
        """Names, aliases and their folded forms, each leading to one unit; English names too, of
        one unit each.
        """
        self._names = {name: unit for unit in self.units for name in unit.names}
        for unit in self.units:
            for name in unit.names:
                self._names.setdefault(fold(name), unit)
        english = Counter(fold(unit.name_en) for unit in self.units)
        for unit in self.units:
            if english[fold(unit.name_en)] == 1:
                self._names.setdefault(fold(unit.name_en), unit)

    def with_units_named(self) -> Folder:
        """The folder with the official shares under the names of units.csv, whatever name the file
        uses.
        """
        units = ((quota, self.match(quota.unit)) for quota in self.quotas)
        named = (q.model_copy(update={"unit": unit.name}) if unit else q for q, unit in units)
        return self.model_copy(update={"quotas": tuple(named)})

    @property
    def name(self) -> str:
        """The folder's own name, such as `yixing`."""
        return self.path.name

    @property
    def city(self) -> Unit:
        """The unit of kind `city`."""
        return next(unit for unit in self.units if unit.kind == "city")

    def match(self, text: str) -> Unit | None:
        """The unit of a name, alias or English name, exact or folded, never by guess."""
        return self._names.get(text) or self._names.get(fold(text))

    @property
    def _called(self) -> dict[str, Unit]:
        """What people call the units: beside names and aliases the codes and the English names."""
        called: dict[str, set[Unit]] = {}
        for unit in self.units:
            pinyin = unit.slug.partition("-")[0]
            for name in (unit.code, unit.page, unit.slug, pinyin, fold(unit.name_en)):
                called.setdefault(name.casefold(), set()).add(unit)
        # A code may stand in two systems, and then leads to nobody.
        unique = {name: next(iter(units)) for name, units in called.items() if len(units) == 1}
        return unique | {name.casefold(): unit for name, unit in self._names.items()}

    def nearest(self, text: str) -> list[str]:
        """Names that an unknown one may have meant, nearest first."""
        return nearest(text, self._names, lambda unit: unit.name)

    def unit(self, text: str) -> Unit:
        """The unit of a name, alias, code or English name; raises `PlanError` with the nearest."""
        unit = self.match(text) or self._called.get(fold(text))
        if unit is None:
            near = nearest(text, self._called, lambda unit: unit.name)
            raise refusal("unknown_unit", name=text, near=near)
        return unit

    @property
    def _latest(self) -> int:
        last = max(self.periods)
        years = [year for year in self.periods if self.files.get(year) == self.files.get(last)]
        begun = [year for year in years if self.periods[year].start <= dt.date.today()]
        return max(begun, default=min(years)) if last in self.files else last

    def plan(self, year: int | None = None) -> Plan:
        """The plan of one period year, the latest when none is named; of a last file of several
        years the latest that has begun.
        """
        year = self._latest if year is None else year
        if year not in self.periods:
            known = ", ".join(map(str, sorted(self.periods)))
            raise refusal("no_plan", plan=self.name, year=year, known=known)
        return Plan(folder=self, period=self.periods[year])


def measured(period: Period) -> dict[str, Measure]:
    """The measure of every target and basis, by its name, and of the marks that people give."""
    measures = {target.id: target.measure for target in period.targets}
    measures |= {marks_of(target.id): t for target in period.targets if (t := target.given)}
    return measures | {name: basis.measure for name, basis in period.bases.items()}


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
    def city(self) -> Unit:
        """The city itself."""
        return self.folder.city

    @property
    def targets(self) -> tuple[Target, ...]:
        """The period's targets in the plan's order."""
        return self.period.targets

    @property
    def quotas(self) -> list[Quota]:
        """The official shares of units in the city's counts, as far as they are set."""
        return [quota for quota in self.folder.quotas if quota.year == self.year]

    @property
    def units(self) -> list[Unit]:
        """The units that are valid at the period's end, without the city."""
        end = self.period.end
        return [unit for unit in self.folder.units if unit.kind != "city" and unit.valid(end, end)]

    @property
    def towns(self) -> list[Unit]:
        """The units assessed in this period: none where every target is for the city alone."""
        return self.units if any(target.whom != "city" for target in self.targets) else []

    def town(self, text: str) -> Unit:
        """An assessed unit or the city, by any of its names; one that is not valid in the period is
        refused.
        """
        unit = self.folder.unit(text)
        if unit.kind == "city" or unit in self.towns:
            return unit
        if unit.valid_to is not None and unit.valid_to < self.period.end:
            raise refusal("no_longer", name=unit.name, year=self.year, day=unit.valid_to)
        if unit in self.units:
            raise refusal("city_alone", name=unit.name, year=self.year)
        raise refusal("not_yet", name=unit.name, year=self.year, day=unit.valid_from)

    @property
    def english(self) -> dict[str, str]:
        """The English names of units, senders and strata."""
        names = {unit.name: unit.name_en for unit in self.folder.units}
        names |= {name: sender.en or name for name, sender in self.folder.senders.items()}
        for target in self.targets:
            if strata := target.measure.strata:
                names |= dict(zip(strata.values, strata.en or strata.values, strict=True))
        return names

    @property
    def measured(self) -> dict[str, Measure]:
        """The measure of every target and basis, by its name, and of the marks that people give."""
        return measured(self.period)

    def target(self, text: str) -> Target:
        """The target of an id (T1 and 1 mean T01) or a title in either language; raises `PlanError`
        with the nearest.
        """
        for target in self.targets:
            if target.id == text:
                return target
        called: dict[str, list[Target]] = {}
        for target in self.targets:
            for name in {fold(name) for name in _names_of(target)}:
                called.setdefault(name, []).append(target)
        found = called.get(fold(text), [])
        if len(found) > 1:
            ids = ", ".join(target.id for target in found)
            raise refusal("two_targets", name=text, known=ids)
        if not found:
            near = nearest(text, called, lambda some: f"{some[0].id} {some[0].title.zh}")
            raise refusal("unknown_target", name=text, near=near)
        return found[0]

    def sender(self, text: str) -> str:
        """The department of a name, alias or English name; raises `PlanError` with the nearest."""
        called: dict[str, str] = {}
        for name, sender in self.folder.senders.items():
            names = filter(None, (name, sender.en, *sender.aliases))
            called |= {fold(key): name for key in names}
        department = called.get(fold(text))
        if department is None:
            near = nearest(text, called, str) or [*self.folder.senders]
            raise refusal("unknown_sender", name=text, near=near)
        return department

    def section(self, target: Target) -> Section:
        """The heading that a target stands under: the longest clause that begins its own."""
        sections = (s for s in self.period.sections if target.clause.startswith(s.clause))
        return max(sections, key=lambda section: len(section.clause))

    @property
    def owners(self) -> list[str]:
        """The departments that answer for targets, in the order of forms.yml."""
        owners = {target.owner for target in self.targets}
        return [sender for sender in self.folder.senders if sender in owners]

    @property
    def calendar_year(self) -> tuple[dt.date, dt.date]:
        """First and last day of the calendar year that the period is called by."""
        return dt.date(self.year, 1, 1), dt.date(self.year, 12, 31)

    def first_year(self, year: int) -> int:
        """The first year that any target's number of a year begins with, itself at the latest."""
        return min(year, *(int(target.measure.first_year(year)) for target in self.targets), year)

    def span(self, year: int | None = None) -> tuple[dt.date, dt.date]:
        """First and last day of the period, moved to another year where one is named."""
        shift = (self.year if year is None else year) - self.year
        after = self.period.end + dt.timedelta(days=1)
        start = self.period.start.replace(year=self.period.start.year + shift)
        return start, after.replace(year=after.year + shift) - dt.timedelta(days=1)

    def year_of(self, day: dt.date) -> int:
        """The year whose span a day lies in."""
        start, _ = self.span(day.year)
        ahead = start.year - day.year
        return day.year - ahead - ((day.month, day.day) < (start.month, start.day))


def clusters_of(id: str) -> str:
    """The name of what is measured of a target by cluster, the cluster in place of a stratum."""
    return f"{id} by cluster"


def marks_of(id: str) -> str:
    """Under which name the marks that people give of a target are measured."""
    return f"{id}.given"


def _names_of(target: Target) -> tuple[str, ...]:
    """What people call a target: T01, T1, 1, and its titles."""
    without_zeros = re.sub(r"(?<=\D)0+(?=\d)", "", target.id)
    number = re.sub(r"^\D+0*(?=\d)", "", target.id)
    return target.id, without_zeros, number, target.title.zh, target.title.en
