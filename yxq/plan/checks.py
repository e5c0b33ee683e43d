"""What a model of one file cannot know: every name that a plan folder uses is defined, and leads to
one thing.

Each function yields mistakes as `key: what is wrong; the mend`, in the order of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from yxq.plan.folder import Folder
from yxq.plan.forms import Column, Form, Forms
from yxq.plan.measure import Measure, comparison
from yxq.plan.period import EQUAL, Period, Quota
from yxq.plan.requirement import RESERVED, ByKind
from yxq.plan.target import Target
from yxq.plan.units import Unit, nearest
from yxq.words.text import fold


def _repeated(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def unit_mistakes(units: tuple[Unit, ...]) -> Iterator[str]:
    """One city; no name, alias or code (in its system) that leads to two units; overlaps that
    exist.
    """
    cities = [unit.name for unit in units if unit.kind == "city"]
    if len(cities) != 1:
        yield f"kind: exactly one unit is the city, here {cities or 'none'}"
    for name in _repeated(name for unit in units for name in set(map(fold, unit.names))):
        yield f"name, aliases: {name} leads to two units; keep it at one"
    for code in _repeated(f"{unit.code_system} {unit.code}" for unit in units):
        yield f"code: {code} is given to two units"
    for name in {name for unit in units for name in unit.overlaps} - {unit.name for unit in units}:
        yield f"overlaps: {name} is no unit's name"


def period_mistakes(period: Period, forms: Forms) -> Iterator[str]:
    """A period's bases, targets, returns and scoring."""
    yield from _basis_mistakes(period, forms)
    ids = [target.id for target in period.targets]
    for folded in _repeated(map(str.casefold, ids)):
        alike = dict.fromkeys(id for id in ids if id.casefold() == folded)
        yield f"targets: the id {' or '.join(alike)} is given twice"
    if "all" in map(str.casefold, ids):
        yield "targets: the id all means all of them; choose another"
    for target in period.targets:
        yield from (f"targets: {target.id}.{mistake}" for mistake in _target(target, period, forms))
    for number, expected in enumerate(period.returns):
        if expected.form not in forms.forms:
            yield f"returns[{number}].form: {expected.form!r} is not in forms.yml"
        if expected.sender not in forms.senders:
            yield f"returns[{number}].sender: {expected.sender!r} is not among the senders"
    yield from _scoring_mistakes(period)


def kind_mistakes(period: Period, units: tuple[Unit, ...]) -> Iterator[str]:
    """What is asked by kind of unit is asked of kinds that there are."""
    kinds = {fold(unit.kind): unit.kind for unit in units}
    for target in period.targets:
        asked = target.require.kinds if isinstance(target.require, ByKind) else ()
        for kind in (kind for kind, _ in asked if kind not in kinds.values()):
            near = nearest(kind, kinds, str) or [*kinds.values()]
            mend = f"write {' or '.join(near)}"
            yield f"targets: {target.id}.require: {kind!r} is no kind of units.csv; {mend}"


def _target(target: Target, period: Period, forms: Forms) -> Iterator[str]:
    yield from _measured(target.measure, forms)
    if target.given:
        yield from (f"worth.given: {mistake}" for mistake in _measured(target.given, forms))
    known = {*period.bases, *(other.id for other in period.targets)}
    if target.due and target.due < period.start:
        mend = f"write the day in {period.year} or later"
        yield f"by: {target.due} lies before the period begins; {mend}"
    elif target.due and target.kind != "task" and target.due <= period.end:
        mend = "leave it out, or write the later day"
        yield f"by: a number is asked for at the period's end, {period.end}; {mend}"
    first = target.measure.first_year(period.year)
    if first > period.year and not target.is_later(period.end):
        yield f"measure.span: {target.measure.span} begins after {period.year}; write a year before"
    if target.owner not in forms.senders:
        yield f"owner: {target.owner!r} is not among the senders of forms.yml"
    for name in sorted(set(target.assumptions) - set(period.assumptions)):
        yield f"assumptions: {name} is not under assumptions"
    if target.split and target.split not in {*period.bases, EQUAL}:
        yield f"split: {target.split!r} is not under bases (or write {EQUAL})"
    if target.lot and target.lot not in period.bases:
        yield f"lot: {target.lot!r} is not under bases"
    for name in target.references:
        if not (RESERVED.fullmatch(name) or name in known or target.measure.peer):
            said = "last_year, last, y2010, peers, a basis or a target"
            yield f"require: {name!r} is nothing to compare with; write {said}"
        elif name == target.id:
            yield "require: a target is not compared with itself; write last_year or a number"
    if not any(target.clause.startswith(section.clause) for section in period.sections):
        yield f"clause: no section begins {target.clause!r}; add one under sections"


def _basis_mistakes(period: Period, forms: Forms) -> Iterator[str]:
    """Bases are measured like targets, under names of their own."""
    taken = {EQUAL, *(target.id for target in period.targets)}
    for name, basis in period.bases.items():
        if name in taken:
            yield f"bases: {name}: the name is taken; choose another"
        yield from (f"bases: {name}.{mistake}" for mistake in _measured(basis.measure, forms))
        if basis.owner not in forms.senders:
            yield f"bases: {name}.owner: {basis.owner!r} is not among the senders of forms.yml"


def _measured(measure: Measure, forms: Forms) -> Iterator[str]:
    """The form is there, and has every column that the measure names."""
    form = forms.forms.get(measure.form)
    if form is None:
        yield f"measure.form: {measure.form!r} is not in forms.yml"
        return
    unknown = sorted(measure.columns - set(form.columns) - {"year"})
    for column in unknown:
        yield f"measure: {column} is no column of form {measure.form}"
    if not unknown:
        yield from (f"measure: {mistake}" for mistake in _column_mistakes(measure, form))


def _column_mistakes(measure: Measure, form: Form) -> Iterator[str]:
    """Values are in their column's vocabulary, and columns of the type that their part needs."""
    for name, wanted in (measure.where | measure.passed).items():
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
            yield f"{name} is a column of type {given}, and a {wanted} is needed"
    yield from _above_one(measure, form)


def _above_one(measure: Measure, form: Form) -> Iterator[str]:
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
            yield f"{name} could be more than {measure.over}; add to the form's checks: {law}"


def _condition(name: str, value: str | int, column: Column | None) -> Iterator[str]:
    """A word is one that the column can say, and only numbers and days are compared."""
    compared = comparison(value)
    if compared:
        if column and column.type not in ("count", "number", "rate", "date", "year"):
            yield f"{name} is a column of type {column.type}; {value!r} compares a number or a day"
        elif column and (column.type == "date") != ("-" in compared[1][1:]):
            yield f"{name} is a column of type {column.type}, and {value!r} is none"
    elif column and column.words and value not in {*column.words, column.otherwise} - {None}:
        known = ", ".join(sorted(filter(None, (*column.words, column.otherwise))))
        yield f"{name} never says {value!r}; it says {known}"


def _scoring_mistakes(period: Period) -> Iterator[str]:
    """What the scoring names are targets of the period."""
    if period.scoring is None:
        return
    deductions, veto = period.scoring.deductions, period.scoring.veto
    named = {"veto": veto.targets} if veto else {}
    named |= {f"deductions[{n}]": deduction.targets for n, deduction in enumerate(deductions)}
    known = {target.id for target in period.targets}
    for key, targets in named.items():
        for id in sorted(set(targets) - known):
            yield f"scoring.{key}.targets: {id!r} is no target"
    for id in _repeated(id for deduction in deductions for id in deduction.targets):
        yield f"scoring.deductions: {id} stands in two of them; keep it in one"


def quota_mistakes(folder: Folder) -> Iterator[str]:
    """Official quotas are of targets that can be split, one for every unit, and sum to the city's
    number.
    """
    for year, id in dict.fromkeys((quota.year, quota.target) for quota in folder.quotas):
        period = folder.periods.get(year)
        target = next((t for t in period.targets if t.id == id), None) if period else None
        if target is None or not target.splittable:
            what = "a count that units do not share" if target else "no such target or year"
            yield f"{year} {id}: {what}; take the rows away"
            continue
        rows = [quota for quota in folder.quotas if (quota.year, quota.target) == (year, id)]
        yield from (f"{year} {id}, {mistake}" for mistake in _quotas_of(target, year, rows, folder))


def _quotas_of(target: Target, year: int, rows: list[Quota], folder: Folder) -> Iterator[str]:
    units = [unit.name for unit in folder.plan(year).towns]
    given = [quota.unit for quota in rows]
    for unit in given:
        if unit not in units:
            near = "、".join(folder.nearest(unit))
            meant = f"; did you mean {near}?" if near else ""
            yield f"unit: {unit!r} is not assessed in {year}{meant}"
    if lacking := sorted(set(units) - set(given)):
        yield f"unit: {lacking[0]} is missing; give each unit one row, 0 where it has no share"
    for unit in _repeated(given):
        yield f"unit: {unit} stands there twice"
    total, number = sum(quota.quota for quota in rows), target.constant
    if total != number:
        yield f"quota: they sum to {total}, and the city's number is {number}"
