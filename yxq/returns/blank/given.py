"""What is known of a return before it is filled in: whose rows it has, and what was sent last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import pandas as pd

from yxq.plan.folder import Folder, Plan
from yxq.plan.forms import Form
from yxq.plan.measure import Measure, comparison
from yxq.plan.target import Target
from yxq.plan.units import Unit
from yxq.returns.blank.asked import Asked
from yxq.words.text import Text
from yxq.words.wording import Words

TIMES = ("year", "months")


@dataclass(frozen=True)
class Given:
    """The rows that a return is known to have, as they are written.

    rows: columns of the form, a cell that is to be filled in being missing. columns: those that are
    given in some rows. last: what was sent last of each row, as text; missing where nothing was.
    """

    rows: pd.DataFrame
    columns: tuple[str, ...] = ()
    last: pd.Series = field(default_factory=lambda: pd.Series(dtype=object))


def given(plan: Plan, one: Asked, records: pd.DataFrame | None, words: Words) -> Given:
    """The rows of a form whose key the plan fixes: indicators, strata, tasks, units and the period.
    None of a form that lists what happened.

    records: those of the form that were accepted, or None where nothing has been read.
    """
    form = plan.folder.forms[one.form]
    measures = [*_measures(plan, one)]
    before = _before(records, one)
    rows = [row for target, m in measures for row in _rows(plan, one, target, m, before, words)]
    if not rows:
        return Given(pd.DataFrame(columns=[*form.columns]))
    by = [name for name in form.columns if name in form.key]
    frame = pd.DataFrame(rows, columns=[*form.columns], dtype=object)
    frame = frame.drop_duplicates(by, ignore_index=True)
    some = [name for name in frame if name in form.key or frame[name].notna().any()]
    whole = tuple(map(str, some))
    singles = any(measure.is_single for _, measure in measures)
    last = _last(form, frame, whole, before) if singles else pd.Series(dtype=object)
    return Given(frame, whole, last)


def _measures(plan: Plan, one: Asked) -> Iterator[tuple[Target | None, Measure]]:
    """What is computed of the form and answered for by its sender; a basis has no target."""
    for target in plan.targets:
        for measure in (target.measure, target.given):
            if measure and measure.form == one.form and target.owner == one.sender:
                yield target, measure
    for basis in plan.period.bases.values():
        if basis.measure.form == one.form and basis.owner == one.sender:
            yield None, basis.measure


def _rows(
    plan: Plan,
    one: Asked,
    target: Target | None,
    measure: Measure,
    before: pd.DataFrame,
    words: Words,
) -> list[dict[str, Any]]:
    """The rows that a measure asks for; none where it does not fix all that tells them apart."""
    form = plan.folder.forms[one.form]
    if any(comparison(word) for word in measure.where.values()):
        return []
    values: dict[str, list[Any]] = {
        name: [_written(form, name, word) for word in _several(wanted)]
        for name, wanted in measure.where.items()
    }
    if measure.strata:
        strata = measure.strata
        values[strata.column] = [_written(form, strata.column, word) for word in strata.values]
    if measure.peer:
        peers = before[measure.peer].dropna().unique() if measure.peer in before else []
        values[measure.peer] = [*dict.fromkeys([plan.city.name, *peers])]
    if "unit" in form.columns:
        values["unit"] = [unit.name for unit in _units(plan, target, form, one)]
    values |= _times(form, one, words)
    needed = {name for name, column in form.columns.items() if column.required}
    if not form.key or {*form.key} & needed - {*values}:
        return []
    fixed = _texts(form, target, measure, words) if target else {}
    return [dict(zip(values, row, strict=True)) | fixed for row in product(*values.values())]


def _several(wanted: Any) -> tuple[Any, ...]:
    return wanted if isinstance(wanted, tuple) else (wanted,)


def _written(form: Form, name: str, word: Any) -> Any:
    """A word as a return writes it: the first that means it."""
    words = form.columns[name].words.get(str(word))
    return words[0] if words else word


def span_of_months(first: dt.date, last: dt.date, words: Words) -> str:
    """The months from one to another as a form has them, so that no program makes a day of them."""
    if first.month == last.month:
        return str(first.month)
    return words("months_span", low=first.month, high=last.month)


def _times(form: Form, one: Asked, words: Words) -> dict[str, list[Any]]:
    """Year and months of a return, as the form wants them."""
    times: dict[str, list[Any]] = {}
    for name, column in form.columns.items():
        if column.type == "year":
            times[name] = [one.year - column.offset]
        elif column.type == "months":
            times[name] = [span_of_months(one.first, one.last, words)]
    return times


def _units(plan: Plan, target: Target | None, form: Form, one: Asked) -> list[Unit]:
    """Whose rows a target needs: of the city itself only where the form can have them."""
    every = units_of(plan.folder, form, one.first, one.last)
    own = [unit for unit in every if unit.kind == "city"]
    towns = [unit for unit in every if unit.kind != "city"]
    whom = target.whom if target else "each"
    if whom == "city":
        return own or towns
    return every if whom == "both" else towns or own


def units_of(folder: Folder, form: Form, first: dt.date, last: dt.date) -> list[Unit]:
    """Whose rows a form can have in a period: the city's own where it has such, and where there is
    nobody else.
    """
    towns = [unit for unit in folder.units if unit.kind != "city" and unit.valid(first, last)]
    return [*([folder.city] if form.city_rows or not towns else []), *towns]


def _texts(form: Form, target: Target, measure: Measure, words: Words) -> dict[str, Any]:
    """What a task is called, where the form asks for it, and by when it is due."""
    if measure.key != "done":
        return {}
    columns = form.columns.items()
    names = (n for n, c in columns if c.type == "text" and c.required and n not in form.key)
    name = next(names, None)
    title: Text = target.title
    called = {name: words.text(title)} if name else {}
    due = {measure.due: target.by} if measure.due and isinstance(target.by, dt.date) else {}
    return called | due


def _before(records: pd.DataFrame | None, one: Asked) -> pd.DataFrame:
    """Records of the sender from before the period, the latest of each row last."""
    if records is None or records.empty:
        return pd.DataFrame()
    mine = records[(records["sender"].astype("str") == one.sender) & records["to"].notna()]
    earlier = mine[mine["to"] < pd.Timestamp(one.first)]
    return earlier.sort_values("to", kind="stable")


def _last(
    form: Form, rows: pd.DataFrame, given: tuple[str, ...], before: pd.DataFrame
) -> pd.Series:
    """What was sent last of each row, in the columns that are not given, as text."""
    by = [
        name for name in form.key if name in form.columns and form.columns[name].type not in TIMES
    ]
    asked = [name for name in form.columns if name not in given]
    if before.empty or not by or not {*by, *asked} <= {*before}:  # of another form of that name
        return pd.Series(None, rows.index, dtype=object)
    said = {
        _key(form, row, by): "；".join(filter(None, (_shown(form, n, row[n]) for n in asked)))
        for row in before[[*by, *asked]].astype(object).to_dict("records")
    }
    keys = [_key(form, row, by) for row in rows.to_dict("records")]
    return pd.Series([said.get(key) or None for key in keys], rows.index, dtype=object)


def _key(form: Form, row: dict[Any, Any], by: list[str]) -> tuple[str, ...]:
    return tuple(_shown(form, name, row[name]) for name in by)


def _shown(form: Form, name: str, value: Any) -> str:
    """A value of a record as its return writes it; nothing of a missing one."""
    if pd.isna(value):
        return ""
    if isinstance(value, dt.date):
        return value.strftime("%Y-%m-%d")
    if form.columns[name].type == "number":
        return f"{float(value):.15g}"
    return str(_written(form, name, value))
