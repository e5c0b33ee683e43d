"""What a model of one file cannot know: every name that a plan folder uses is defined, and leads to
one thing.

Each function yields mistakes in the order of the file, which is told where they are gathered.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from itertools import combinations
from typing import TypeVar

from yxq.plan.folder import Folder
from yxq.plan.forms import Column, Form, Forms
from yxq.plan.measure import Measure, comparison, is_number
from yxq.plan.period import EQUAL, Period, Quota
from yxq.plan.requirement import RESERVED, ByKind
from yxq.plan.target import Target
from yxq.plan.units import Unit, nearest
from yxq.plan_folders.findings import Finding
from yxq.words.text import fold

T = TypeVar("T", bound=Hashable)
# Columns that rows get when they are measured.
OF_MEASURES = {"label", "day", "month"}
NUMBERS = ("count", "number", "rate", "year")


def _repeated(values: Iterable[T]) -> list[T]:
    return [value for value, count in Counter(values).items() if count > 1]


def unit_mistakes(units: tuple[Unit, ...]) -> Iterator[Finding]:
    """One city; no name, alias or code (in its system) that leads to two units; overlaps that
    exist.
    """
    cities = [unit.name for unit in units if unit.kind == "city"]
    if len(cities) != 1:
        what = f"exactly one unit is the city, here {cities or 'none'}"
        yield Finding("kind", what, "write city for one and another kind for the others")
    for name in _repeated(name for unit in units for name in set(map(fold, unit.names))):
        yield Finding("name, aliases", f"{name} leads to two units", "keep it at one", name)
    for code in _repeated(f"{unit.code_system} {unit.code}" for unit in units):
        yield Finding("code", f"{code} is given to two units", "keep it at one", code)
    yield from _on_one_tile(units)
    for name in {name for unit in units for name in unit.overlaps} - {unit.name for unit in units}:
        yield Finding("overlaps", f"{name} is no unit's name", "write it as under name", name)


def _on_one_tile(units: tuple[Unit, ...]) -> Iterator[Finding]:
    """No two units of one time stand on one tile of the map."""
    by_tile: dict[tuple[int, int], list[Unit]] = {}
    for unit in units:
        if unit.row and unit.column:
            by_tile.setdefault((unit.row, unit.column), []).append(unit)
    for (row, column), here in by_tile.items():
        for one, other in combinations(here, 2):
            if one.valid(other.valid_from or dt.date.min, other.valid_to or dt.date.max):
                what = f"{one.name} and {other.name} are both at row {row}, column {column}"
                yield Finding("row, column", what, "give each a tile of its own", other.name)


def forms_mistakes(forms: Forms) -> Iterator[Finding]:
    """Forms whose files cannot be told apart, by their columns or by what they are called; a
    register that is none.
    """
    for name in _repeated(map(str.casefold, forms.forms)):
        yield Finding("forms", f"two are called {name}", "give each a name of its own", name)
    for (name, form), (other, second) in combinations(forms.forms.items(), 2):
        titles = {form.title.zh, form.title.en} & {second.title.zh, second.title.en}
        if titles and not form.told_from(second):
            what = f"has the columns of form {name} and its title"
            mend = "give it a title of its own, which stands in the files' names or titles"
            yield Finding(f"forms.{other}.title", what, mend, titles.pop())
    if register := forms.remedies:
        found = [*_known_form(register.form, forms)]
        found += _known_sender("keeper", register.keeper, forms)
        if register.form in forms.forms:
            found += map(Finding.told, register.mistakes_in(forms.forms[register.form]))
        yield from (mistake.under("remedies") for mistake in found)


def file_mistakes(forms: Forms, units: tuple[Unit, ...]) -> Iterator[Finding]:
    """What the names of files say of all of them is a form, a sender and a unit."""
    called = {fold(name): unit.name for unit in units for name in unit.names}
    senders = {fold(n): key for key, s in forms.senders.items() for n in (key, *s.aliases)}
    known = {"form": {name: name for name in forms.forms}, "sender": senders, "unit": called}
    for number, file in enumerate(forms.files):
        for key, names in known.items():
            given = getattr(file, key)
            if given and (given if key == "form" else fold(given)) not in names:
                near = nearest(given, names, str) or [*dict.fromkeys(names.values())]
                mend = f"write {' or '.join(near)}"
                yield Finding(f"files[{number}].{key}", f"{given!r} is none", mend, given)


def period_mistakes(period: Period, forms: Forms) -> Iterator[Finding]:
    """A period's bases, targets, returns and scoring."""
    yield from _basis_mistakes(period, forms)
    ids = [target.id for target in period.targets]
    for folded in _repeated(map(str.casefold, ids)):
        alike = " or ".join(dict.fromkeys(id for id in ids if id.casefold() == folded))
        yield Finding("targets", f"the id {alike} is given twice", "choose another", alike)
    for target in period.targets:
        yield from (f.under("targets", target.id) for f in _target(target, period, forms))
    for number, expected in enumerate(period.returns):
        key = f"returns[{number}]"
        yield from (f.under(key) for f in _known_form(expected.form, forms))
        yield from (f.under(key) for f in _known_sender("sender", expected.sender, forms))
    for form, sender in _repeated((expected.form, expected.sender) for expected in period.returns):
        what = f"{sender} owes form {form} twice"
        yield Finding("returns", what, "keep the line that is meant", sender)
    yield from _scoring_mistakes(period)


def kind_mistakes(period: Period, units: tuple[Unit, ...]) -> Iterator[Finding]:
    """What is asked by kind of unit is asked of kinds that there are."""
    kinds = {fold(unit.kind): unit.kind for unit in units}
    for target in period.targets:
        asked = target.require.kinds if isinstance(target.require, ByKind) else ()
        for kind in (kind for kind, _ in asked if kind not in kinds.values()):
            near = nearest(kind, kinds, str) or [*kinds.values()]
            mend = f"write {' or '.join(near)}"
            key, what = f"targets.{target.id}.require", f"{kind!r} is no kind of units.csv"
            yield Finding(key, what, mend, kind)


def _known_form(name: str, forms: Forms) -> Iterator[Finding]:
    if name not in forms.forms:
        known = ", ".join(forms.forms)
        yield Finding("form", f"{name!r} is not in forms.yml", f"write one of {known}", name)


def _known_sender(key: str, name: str, forms: Forms) -> Iterator[Finding]:
    if name not in forms.senders:
        what = f"{name!r} is not among the senders of forms.yml"
        yield Finding(key, what, "write it as there, or add it", name)


def _target(target: Target, period: Period, forms: Forms) -> Iterator[Finding]:
    yield from _named_well(target.id, "id")
    yield from _measured(target.measure, forms)
    if target.given:
        yield from (f.under("worth.given") for f in _measured(target.given, forms))
    form = forms.forms.get(target.measure.form)
    if form and target.whom != "city" and "unit" not in form.columns:
        what = f"form {target.measure.form} has no column unit, which says whose a row is"
        yield Finding("for", what, "add the column to the form, or write city", target.whom)
    known = {*period.bases, *(other.id for other in period.targets)}
    if target.due and target.due < period.start:
        mend = f"write the day in {period.year} or later"
        yield Finding("by", f"{target.due} lies before the period begins", mend, str(target.due))
    elif target.due and target.kind != "task" and target.due <= period.end:
        what = f"a number is asked for at the period's end, {period.end}"
        yield Finding("by", what, "leave it out, or write the later day", str(target.due))
    first = target.measure.first_year(period.year)
    if first > period.year and not target.is_later(period.end):
        what = f"{target.measure.span} begins after {period.year}"
        yield Finding("measure.span", what, "write a year before", target.measure.span)
    yield from _known_sender("owner", target.owner, forms)
    for name in sorted(set(target.assumptions) - set(period.assumptions)):
        yield Finding("assumptions", f"{name} is not under assumptions", "add it there", name)
    if target.split and target.split not in {*period.bases, EQUAL}:
        what = f"{target.split!r} is not under bases (or write {EQUAL})"
        yield Finding("split", what, "add it there", target.split)
    if target.lot and target.lot not in period.bases:
        yield Finding("lot", f"{target.lot!r} is not under bases", "add it there", target.lot)
    for name in target.references:
        if not (RESERVED.fullmatch(name) or name in known or target.measure.peer):
            mend = "write last_year, last, y2010, peers, a basis or a target"
            yield Finding("require", f"{name!r} is nothing to compare with", mend, name)
        elif name == target.id:
            what = "a target is not compared with itself"
            yield Finding("require", what, "write last_year or a number", name)
    if not any(target.clause.startswith(section.clause) for section in period.sections):
        what = f"no section begins {target.clause!r}"
        yield Finding("clause", what, "add one under sections", target.clause)


def _named_well(name: str, key: str) -> Iterator[Finding]:
    """A target or basis that means nothing else where it is named."""
    if RESERVED.fullmatch(name) or name.casefold() == "all":
        meant = "all of them" if name.casefold() == "all" else "something else in a requirement"
        yield Finding(key, f"the id {name} means {meant}", "choose another", name)


def _basis_mistakes(period: Period, forms: Forms) -> Iterator[Finding]:
    """Bases are measured like targets, under names of their own."""
    taken = {EQUAL, *(target.id for target in period.targets)}
    for name, basis in period.bases.items():
        if name in taken:
            yield Finding(f"bases.{name}", "the name is taken", "choose another", name)
        yield from _named_well(name, f"bases.{name}")
        found = (*_measured(basis.measure, forms), *_known_sender("owner", basis.owner, forms))
        yield from (f.under("bases", name) for f in found)


def _measured(measure: Measure, forms: Forms) -> Iterator[Finding]:
    """The form is there, and has every column that the measure names."""
    form = forms.forms.get(measure.form)
    if form is None:
        yield from (f.under("measure") for f in _known_form(measure.form, forms))
        return
    unknown = sorted(measure.columns - set(form.columns) - {"year"})
    for column in unknown:
        what, known = f"{column} is no column of form {measure.form}", ", ".join(form.columns)
        yield Finding("measure", what, f"write one of {known}", column)
    by_stratum = measure.strata is not None and measure.strata.column == "stratum"
    late = set() if by_stratum else {"stratum"} & {*measure.distinct, measure.peer}
    for column in sorted(measure.columns & OF_MEASURES | late):
        mend = "call it otherwise in forms.yml, and what it is called in returns an alias"
        yield Finding("measure", f"{column} is a name that measures use themselves", mend, column)
    if not unknown:
        found = (*_column_mistakes(measure, form), *_above_one(measure, form))
        yield from (f.under("measure") for f in (*found, *_several(measure, form)))


def _column_mistakes(measure: Measure, form: Form) -> Iterator[Finding]:
    """Values are in their column's vocabulary, and columns of the type that their part needs."""
    conditions = [*measure.where.items(), *measure.passed.items()]
    conditions += [(measure.strata.column, measure.strata.values)] if measure.strata else []
    for name, wanted in conditions:
        for value in wanted if isinstance(wanted, tuple) else (wanted,):
            yield from _condition(name, value, form.columns.get(name))
    counts, dates = {"count", "number"}, {"date"}
    needed = dict.fromkeys(measure.added, counts)
    if measure.value:
        needed[measure.value] = {"count", "number", "rate"}
    needed |= {name: dates for name in (*measure.when, measure.due, measure.done) if name}
    for name, types in needed.items():
        if name in form.columns and form.columns[name].type not in types:
            given, wanted = form.columns[name].type, " or ".join(sorted(types))
            what = f"{name} is a column of type {given}, and a {wanted} is needed"
            yield Finding("", what, "name another, or mend its type in forms.yml", name)


def _several(measure: Measure, form: Form) -> Iterator[Finding]:
    """Columns by which a form tells rows apart and a value or task does not: it would be that of
    one of several rows.
    """
    if not measure.is_single:
        return
    strata = {measure.strata.column} if measure.strata else set()
    said = {name for name, word in measure.where.items() if not isinstance(word, tuple)}
    said -= {name for name, word in measure.where.items() if comparison(word)}
    days = {"unit", "year", "to", form.months, *form.when, *measure.when}
    for name in [name for name in form.key if name not in said | days | strata | {measure.peer}]:
        what = f"several rows of form {measure.form} can be of one unit and time, by {name}"
        mend = f"write which: where: {{{name}: ...}}, or take {name} out of the form's key"
        yield Finding("where", what, mend, name)


def _above_one(measure: Measure, form: Form) -> Iterator[Finding]:
    """A share whose part could be more than the whole, which no law of the form forbids."""
    if measure.number != "share" or not measure.over:
        return
    laws = {(law.column, name) for law in form.checks if law.rule == "at_most" for name in law.of}
    (_, first), *others = measure.terms
    if first == measure.over:  # of - failed: what is taken away must be no more than all
        parts = [name for sign, name in others if sign < 0]
    else:  # of several that are added no law says what they make together
        parts = [] if others else [first]
    for name in parts:
        if (name, measure.over) not in laws:
            law = f"{{rule: at_most, column: {name}, of: [{measure.over}]}}"
            what, mend = f"{name} could be more than {measure.over}", "add to the form's checks: "
            yield Finding("over", what, mend + law, name)


def _condition(name: str, value: str | int, column: Column | None) -> Iterator[Finding]:
    """A word is one that the column can say, and only numbers and days are compared."""
    is_ordered = column is None or column.type in ("count", "number", "rate", "date", "year")
    kind, compared = column.type if column else "year", comparison(value)
    is_kind, given = f"{name} is a column of type {kind}", str(value)
    if compared and not is_ordered:
        mend = f"{value!r} compares a number or a day, so write a word"
        yield Finding("", is_kind, mend, given)
    elif compared and (kind == "date") != ("-" in compared[1][1:]):
        mend = "compare days with a day, such as 2013-06-30, and numbers with a number"
        yield Finding("", f"{is_kind}, and {value!r} is none", mend, given)
    elif column and column.words and value not in {*column.words, column.otherwise} - {None}:
        known = ", ".join(sorted(filter(None, (*column.words, column.otherwise))))
        yield Finding("", f"{name} never says {value!r}", f"it says {known}", given)
    elif column and not compared and kind in NUMBERS and not is_number(value):
        yield Finding("", f"{is_kind}, and {value!r} is none", "write a number", given)


def _scoring_mistakes(period: Period) -> Iterator[Finding]:
    """What the scoring names are targets of the period."""
    if period.scoring is None:
        return
    deductions, veto = period.scoring.deductions, period.scoring.veto
    named = {"veto": veto.targets} if veto else {}
    named |= {f"deductions[{n}]": deduction.targets for n, deduction in enumerate(deductions)}
    known = {target.id for target in period.targets}
    for key, targets in named.items():
        for id in sorted(set(targets) - known):
            what, mend = f"{id!r} is no target", "write the id of one"
            yield Finding(f"scoring.{key}.targets", what, mend, id)
    for id in _repeated(id for deduction in deductions for id in deduction.targets):
        what = f"{id} stands in two of them"
        yield Finding("scoring.deductions", what, "keep it in one", id)


def quota_mistakes(folder: Folder) -> Iterator[Finding]:
    """Official quotas are of targets that can be split, one for every unit, and sum to the city's
    number.
    """
    for year, id in dict.fromkeys((quota.year, quota.target) for quota in folder.quotas):
        period = folder.periods.get(year)
        target = next((t for t in period.targets if t.id == id), None) if period else None
        key = f"{year} {id}"
        if target is None or not target.splittable:
            what = "a count that units do not share" if target else "no such target or year"
            yield Finding(key, what, "take the rows away", id)
            continue
        rows = [quota for quota in folder.quotas if (quota.year, quota.target) == (year, id)]
        found = _quotas_of(target, year, rows, folder)
        yield from (replace(f, key=f"{key}, {f.key}") for f in found)


def _quotas_of(target: Target, year: int, rows: list[Quota], folder: Folder) -> Iterator[Finding]:
    units = [unit.name for unit in folder.plan(year).towns]
    given = [quota.unit for quota in rows]
    for unit in given:
        if unit not in units:
            near = "、".join(folder.nearest(unit))
            mend = f"did you mean {near}?" if near else "take the row away"
            yield Finding("unit", f"{unit!r} is not assessed in {year}", mend, unit)
    for unit in sorted(set(units) - set(given)):
        mend = "give each unit one row, 0 where it has no share"
        yield Finding("unit", f"{unit} is missing", mend, unit)
    for unit in _repeated(given):
        yield Finding("unit", f"{unit} stands there twice", "keep one row", unit)
    total, number = sum(quota.quota for quota in rows), target.constant
    if total != number:
        what = f"they sum to {total}, and the city's number is {number}"
        yield Finding("quota", what, "change them so that they sum to it", str(total))
