"""Reading a plan folder: `units.csv`, `forms.yml` and a `<year>.yml` a period, with every mistake
named.

A message says the file, the key, the value and the mend.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from yxq.plan.folder import Folder
from yxq.plan.forms import Form, Forms
from yxq.plan.measure import Measure
from yxq.plan.period import EQUAL, Period, Quota
from yxq.plan.units import Unit
from yxq.words.errors import PlanError
from yxq.words.text import fold

SHIPPED = Path(__file__).parent / "shipped"


class _UniqueKeys(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML that refuses a key written twice, which the plain loader takes silently; read in C where
    that is built.
    """


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen:
            raise yaml.MarkedYAMLError(
                problem=f"the key {key.value!r} is written twice", problem_mark=key.start_mark
            )
        seen.add(key.value)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


# The plain words of YAML 1.2, as editors read them: 015 is no octal number, 1:30 none at all, and a
# date stays as written.
_UniqueKeys.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", "~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", "true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", "[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
):
    _UniqueKeys.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), _first
    )
_UniqueKeys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _told(path: Path, error: ValidationError, content: Any = None) -> PlanError:
    """The first mistake of a model, as file, key (an item of a list by its id, where it has one),
    value and mend.
    """
    first = error.errors()[0]
    keys = []
    for part in first["loc"]:
        inside = (
            content
            if isinstance(content, dict)
            else dict(enumerate(content))
            if isinstance(content, list)
            else {}
        )
        content = inside.get(part)
        keys.append(
            f"{content['id']}"
            if isinstance(part, int) and isinstance(content, dict) and "id" in content
            else f"{part}"
        )
    given = first["input"]
    value = f" (value {given!r})" if isinstance(given, str | int | float) else ""
    more = f"; and {error.error_count() - 1} more" if error.error_count() > 1 else ""
    return PlanError(
        f"{': '.join([path.name, *(['.'.join(keys)] if keys else [])])}: {first['msg'].removeprefix('Value error, ')}{value}{more}"
    )


def _text(path: Path) -> str:
    """The text of one of the folder's files."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError:
        holds = "a plan folder holds units.csv, forms.yml and <year>.yml"
        raise PlanError(f"{path}: there is no such file; {holds}") from None
    except UnicodeDecodeError:
        raise PlanError(f"{path.name}: not UTF-8; save the file as UTF-8") from None


def _read(path: Path, model: type[Any]) -> Any:
    """One YAML file through its model."""
    content = None
    try:
        content = yaml.load(_text(path), _UniqueKeys)
        return model.model_validate(content)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark else ""
        raise PlanError(
            f"{path.name}{where}: not valid YAML: {' '.join(str(getattr(error, 'problem', error)).split())}"
        ) from None
    except ValidationError as error:
        raise _told(path, error, content) from None
    except (ValueError, TypeError) as error:  # a date that is none, a list as a key
        raise PlanError(f"{path.name}: not valid YAML: {error}") from None


def _rows(path: Path, model: type[Any]) -> tuple[Any, ...]:
    """A CSV file, each row through its model."""
    found = []
    for line, row in enumerate(csv.DictReader(_text(path).splitlines()), start=2):
        try:
            found.append(model.model_validate(row))
        except ValidationError as error:
            raise PlanError(f"{_told(path, error)} in line {line}") from None
    return tuple(found)


def _twice(values: Iterable[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def _refuse(path: Path, mistakes: Iterable[str]) -> None:
    """Raise the first mistake, if there is one."""
    for mistake in mistakes:
        raise PlanError(f"{path.name}: {mistake}")


def _unit_mistakes(units: tuple[Unit, ...]) -> Iterator[str]:
    """One city; no name, alias or code (in its system) that leads to two units; overlaps that
    exist.
    """
    cities = [unit.name for unit in units if unit.kind == "city"]
    if len(cities) != 1:
        yield f"kind: exactly one unit is the city, here {cities or 'none'}"
    for name in _twice(
        name for unit in units for name in {fold(n) for n in (unit.name, *unit.aliases)}
    ):
        yield f"name, aliases: {name} leads to two units; keep it at one"
    for code in _twice(f"{unit.code_system} {unit.code}" for unit in units):
        yield f"code: {code} is given to two units"
    for name in {name for unit in units for name in unit.overlaps} - {unit.name for unit in units}:
        yield f"overlaps: {name} is no unit's name"


def _measure_mistakes(measure: Measure, form: Form) -> Iterator[str]:
    """Values are in the vocabulary of their column, and columns are of the type that their part
    needs.
    """
    for name, said in (measure.where | measure.passed).items():
        column = form.columns.get(name)
        known = {*column.words, column.otherwise} if column and column.words else None
        for value in said if isinstance(said, tuple) else (said,):
            if known is not None and value not in known:
                yield f"{name} never says {value!r}; it says {', '.join(sorted(filter(None, known)))}"
    needs = {
        "count": (measure.numerator, measure.denominator),
        "date": (*measure.when, measure.due, measure.done),
    }
    for type, names in needs.items():
        for name in filter(None, names):
            if form.columns[name].type != type:
                yield f"{name} is a column of type {form.columns[name].type}, and a {type} is needed"


def _period_mistakes(path: Path, period: Period, forms: Forms) -> Iterator[str]:
    """Every name that a period uses is defined: forms, columns, senders, sections, assumptions."""
    if path.stem != str(period.year):
        yield f"year: {period.year} does not fit the file's name; call it {period.year}.yml"
    for id in _twice(target.id.casefold() for target in period.targets):
        twice = [target.id for target in period.targets if target.id.casefold() == id]
        yield f"targets: the id {' or '.join(dict.fromkeys(twice))} is given twice"
    if any(target.id.casefold() == "all" for target in period.targets):
        yield "targets: the id all means all of them; choose another"
    for target in period.targets:
        at, measure = f"targets: {target.id}", target.measure
        if measure.form not in forms.forms:
            yield f"{at}.measure.form: {measure.form!r} is not in forms.yml"
            return
        for column in sorted(measure.columns - set(forms.forms[measure.form].columns) - {"year"}):
            yield f"{at}.measure: {column} is no column of form {measure.form}"
        yield from (
            f"{at}.measure: {mistake}"
            for mistake in _measure_mistakes(measure, forms.forms[measure.form])
        )
        if target.rule == "milestone" and target.due and target.due < period.start:
            yield f"{at}.threshold: {target.threshold} lies before the period begins; write the day in {period.year} or later"
        if target.owner not in forms.senders:
            yield f"{at}.owner: {target.owner!r} is not among the senders of forms.yml"
        for name in sorted(set(target.assumptions) - set(period.assumptions)):
            yield f"{at}.assumptions: {name} is not under assumptions"
        for key, basis in (("split", target.split), ("lot", target.lot)):
            if basis and basis not in period.bases and (key, basis) != ("split", EQUAL):
                yield f"{at}.{key}: {basis!r} is not under bases" + (
                    f" (or write {EQUAL})" if key == "split" else ""
                )
        if not any(target.clause.startswith(section.clause) for section in period.sections):
            yield f"{at}.clause: no section begins {target.clause!r}; add one under sections"
    for number, owed in enumerate(period.returns):
        if owed.form not in forms.forms:
            yield f"returns[{number}].form: {owed.form!r} is not in forms.yml"
        if owed.sender not in forms.senders:
            yield f"returns[{number}].sender: {owed.sender!r} is not among the senders"


def _basis_mistakes(period: Period, forms: Forms) -> Iterator[str]:
    """Bases are measured like targets, under names of their own."""
    for name, basis in period.bases.items():
        at = f"bases: {name}"
        if name == EQUAL or name in {target.id for target in period.targets}:
            yield f"{at}: the name is taken; choose another"
        if basis.measure.form not in forms.forms:
            yield f"{at}.measure.form: {basis.measure.form!r} is not in forms.yml"
            return
        for column in sorted(
            basis.measure.columns - set(forms.forms[basis.measure.form].columns) - {"year"}
        ):
            yield f"{at}.measure: {column} is no column of form {basis.measure.form}"
        yield from (
            f"{at}.measure: {wrong}"
            for wrong in _measure_mistakes(basis.measure, forms.forms[basis.measure.form])
        )
        if basis.owner not in forms.senders:
            yield f"{at}.owner: {basis.owner!r} is not among the senders of forms.yml"


def _scoring_mistakes(period: Period) -> Iterator[str]:
    """What the scoring names are targets of the period."""
    if period.scoring is None:
        return
    named = [("veto", period.scoring.veto.targets)] if period.scoring.veto else []
    named += [
        (f"deductions[{n}]", deduction.targets)
        for n, deduction in enumerate(period.scoring.deductions)
    ]
    known = {target.id for target in period.targets}
    for key, targets in named:
        for id in sorted(set(targets) - known):
            yield f"scoring.{key}.targets: {id!r} is no target"
    for id in _twice(id for deduction in period.scoring.deductions for id in deduction.targets):
        yield f"scoring.deductions: {id} stands in two of them; keep it in one"


def _quota_mistakes(folder: Folder) -> Iterator[str]:
    """Official quotas are of targets that can be split, one for every unit, and sum to the city's
    number.
    """
    for year, id in dict.fromkeys((quota.year, quota.target) for quota in folder.quotas):
        at, plan = f"{year} {id}", folder.periods.get(year)
        target = next((t for t in plan.targets if t.id == id), None) if plan else None
        if target is None or not target.splittable:
            yield f"{at}: {'a count that units do not share' if target else 'no such target or year'}; take the rows away"
            return
        rows = [quota for quota in folder.quotas if (quota.year, quota.target) == (year, id)]
        units = [unit.name for unit in folder.plan(year).towns]
        for quota in rows:
            if quota.unit not in units:
                near = "、".join(folder.nearest(quota.unit))
                yield f"{at}, unit: {quota.unit!r} is not assessed in {year}" + (
                    f"; did you mean {near}?" if near else ""
                )
        if lacking := sorted(set(units) - {quota.unit for quota in rows}):
            yield f"{at}, unit: {lacking[0]} is missing; give each unit one row, 0 where it has no share"
        for unit in _twice(quota.unit for quota in rows):
            yield f"{at}, unit: {unit} stands there twice"
        if (total := sum(quota.quota for quota in rows)) != target.bounds[0]:
            yield f"{at}, quota: they sum to {total}, and the city's number is {target.bounds[0]}"


def load(folder: str | Path = "yixing") -> Folder:
    """Read and check a plan folder: a path, or the name of one that is shipped.

    Raises `PlanError` naming the file, the key, the value and the mend.
    """
    path = Path(folder) if Path(folder).is_dir() else SHIPPED / folder
    if not path.is_dir():
        shipped = ", ".join(sorted(p.name for p in SHIPPED.iterdir() if p.is_dir()))
        raise PlanError(f"no plan folder {str(folder)!r}; shipped with yxq: {shipped}")
    units: tuple[Unit, ...] = _rows(path / "units.csv", Unit)
    _refuse(path / "units.csv", _unit_mistakes(units))
    forms: Forms = _read(path / "forms.yml", Forms)
    periods: dict[int, Period] = {}
    for file in sorted(path.glob("[0-9][0-9][0-9][0-9].yml")):
        period: Period = _read(file, Period)
        _refuse(file, _basis_mistakes(period, forms))
        _refuse(file, _period_mistakes(file, period, forms))
        _refuse(file, _scoring_mistakes(period))
        periods[period.year] = period
    if not periods:
        raise PlanError(f"{path.name}: holds no <year>.yml, so no plan")
    found = Folder(
        path=path.resolve(),
        given=Path(folder).as_posix(),
        unit_word=forms.unit,
        units=units,
        forms=forms.forms,
        senders=forms.senders,
        layout=forms.layout,
        periods=periods,
        quotas=_rows(path / "quotas.csv", Quota) if (path / "quotas.csv").exists() else (),
    )
    named = [
        quota.model_copy(update={"unit": unit.name}) if (unit := found.match(quota.unit)) else quota
        for quota in found.quotas
    ]
    found = found.model_copy(update={"quotas": tuple(named)})  # under the names of units.csv
    _refuse(path / "quotas.csv", _quota_mistakes(found))
    return found
