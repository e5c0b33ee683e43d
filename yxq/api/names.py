"""What an analyst calls things: units by name, alias, code or English name, targets by id or title,
one, several or all of them; an unknown one raises `PlanError` with the nearest.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

import pandas as pd

from yxq.attainment import history
from yxq.attainment.results import Results
from yxq.plan.target import Kind, Target
from yxq.plan.units import Unit
from yxq.words.errors import PlanError, refusal
from yxq.words.states import State

Named = str | Unit | Target
Names = Named | Iterable[Named] | None
"""One, several, or all."""


def listed(names: Names) -> list[str]:
    """One name or several."""
    # A unit and a target are models, which can be iterated over.
    if isinstance(names, str | bytes | Unit | Target) or not isinstance(names, Iterable):
        return [_name(names)]
    return [_name(each) for each in names]


def _name(named: object) -> str:
    """What a unit or a target is asked for by: itself, or what it is called, a number too."""
    if isinstance(named, Unit):
        return named.name
    return named.id if isinstance(named, Target) else str(named)


def unit_of(data: Results, unit: object | None) -> str:
    """A unit's name, the city's if none is given; of a target's it is told in which order they
    come.
    """
    plan = data.plan
    if unit is None:
        return plan.city.name
    try:
        return plan.town(_name(unit)).name
    except PlanError:
        if _is_target(data, _name(unit)):
            raise refusal("target_for_unit", name=_name(unit)) from None
        raise


def units_of(data: Results, units: Names) -> list[str]:
    """The names of some units, of the city if none is named."""
    asked = [None] if units is None else listed(units)
    return [unit_of(data, name) for name in asked]


def target_of(data: Results, target: object) -> Target:
    """A target of the year; one of another year's plan is refused with the years that have it, and
    a unit with the order in which they come.
    """
    plan, asked = data.plan, _name(target)
    years = [
        f"{year}"
        for year, period in plan.folder.periods.items()
        if any(each.id == asked for each in period.targets)
    ]
    if years and f"{plan.year}" not in years:
        raise refusal("target_of_another_year", name=asked, year=plan.year, years=", ".join(years))
    try:
        return plan.target(asked)
    except PlanError:
        if plan.folder.match(asked):
            raise refusal("unit_for_target", name=asked) from None
        raise


def targets_of(data: Results, targets: Names) -> list[Target]:
    """Some targets, or all."""
    if targets is None:
        return [*data.plan.targets]
    return [target_of(data, name) for name in listed(targets)]


def the_target(data: Results, targets: Names) -> Target:
    """The one target that is asked for; where there is none, or several, it is said."""
    found = [] if targets is None else targets_of(data, targets)
    if len(found) != 1:
        raise refusal("one_target", n=len(found))
    return found[0]


def _is_target(data: Results, name: str) -> bool:
    try:
        return bool(data.plan.target(name))
    except PlanError:
        return False


def assessed(data: Results, unit: object | None, target: Target) -> str:
    """A unit's name, if the target is one of its own; else it is refused."""
    name = unit_of(data, unit)
    if target.whom == "city" and name != data.plan.city.name:
        raise refusal(
            "not_a_target_of_the_unit", target=f"{target.id} {target.title.zh}", unit=name
        )
    return name


def rate_of(data: Results, target: object) -> Target:
    """A target that is a rate of counts; any other is refused."""
    found = target_of(data, target)
    if found.kind != "share":
        raise refusal("not_a_rate", target=f"{found.id} {found.title.zh}", given=found.kind)
    return found


def chosen(data: Results, rows: pd.DataFrame, units: Names, targets: Names = None) -> pd.DataFrame:
    """The rows of some units and targets."""
    if units is not None:
        rows = rows[rows["unit"].isin(units_of(data, units))]
    if targets is not None:
        rows = rows[rows["target"].isin([target.id for target in targets_of(data, targets)])]
    return rows


def typed(data: Results, rows: pd.DataFrame) -> pd.DataFrame:
    """With what repeats a few names as categories in the plan's order, which tables and groups then
    keep.
    """
    plan = data.plan
    kinds = {
        "unit": [unit.name for unit in plan.folder.units],
        "target": [target.id for target in plan.targets],
        "state": [*State],
        "standing": history.STANDINGS,
        "kind": [*get_args(Kind)],
    }
    types = {
        name: pd.CategoricalDtype(kinds[name], ordered=name in ("target", "state"))
        for name in kinds
        if name in rows
    }
    return rows.astype(types).reset_index(drop=True)
