"""Results as they would be: with something else asked, or with other records."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import pandas as pd

from yxq.attainment.results import Results
from yxq.attainment.supposed import Said, Supposition
from yxq.plan.folder import Plan
from yxq.plan_folders.supposed import Asked
from yxq.plan_folders.supposed import supposed as plan_supposed
from yxq.returns import supposed
from yxq.returns.supposed import Frames
from yxq.tables.contracts import Fate
from yxq.tables.supposed import FILE, Come, Supposed
from yxq.words.errors import refusal
from yxq.words.text import Text

Rows: TypeAlias = pd.DataFrame | None


def what_if(
    data: Results,
    asked: Asked,
    added: Frames = None,
    changed: Rows = None,
    removed: Rows = None,
    arrived: Rows = None,
) -> Results:
    """The data with what is asked, and with records that were added, changed or removed, or returns
    that came and say that there was nothing; of data that suppose something already with both.

    See `yxq.returns.supposed` for the frames. Raises `PlanError` for what could not be.
    """
    rows, said = _rows(data, added, changed, removed, arrived)
    if not (asked or rows):
        raise refusal("supposed_nothing")
    said = [*_asked(data.plan, asked), *said]
    before = data.supposed or Supposition(data, Asked(), Supposed(), ())
    asked, rows = before.asked.and_then(asked), before.rows.and_then(rows)
    rows = replace(rows, day=data.received_by)
    real, told = before.real, replace(before, asked=asked, rows=rows, said=(*before.said, *said))
    plan = plan_supposed(real.plan, asked) if asked else real.plan
    made = Results(plan, real.processed, real.as_of, data.received_by, told)
    _ = made.place  # what could not be is refused now
    _refuse_later(data, made, rows)
    return made


def _refuse_later(data: Results, made: Results, rows: Supposed) -> None:
    """Refuse records that are new, of days that the data do not look at."""
    new = {one.sheet for one in rows.come} - {one.sheet for one in _come_before(data)}
    for name in {one.form for one in rows.come if one.sheet in new}:
        records = made.records(forms=[name])[name]
        mine = (records["file"] == FILE) & records["sheet"].isin(new)
        supposed.refuse_later(records[mine], _last_day(data, name))


def _last_day(data: Results, form: str) -> dt.date:
    """The last day of records of a form that the data look at: a task may be done late."""
    tasks = {target.measure.form for target in data.plan.targets if target.kind == "task"}
    return data.as_of if form in tasks else min(data.as_of, data.plan.span()[1])


def _come_before(data: Results) -> tuple[Come, ...]:
    return data.supposed.rows.come if data.supposed else ()


def _rows(
    data: Results, added: Frames, changed: Rows, removed: Rows, arrived: Rows
) -> tuple[Supposed, list[Said]]:
    """What is newly supposed of rows, and how that is said."""
    folder = data.plan.folder
    said: list[Said] = []
    records: dict[str, pd.DataFrame] = {} if changed is None and removed is None else data.records()
    more, nil = supposed.added(folder, added), supposed.arrived(data.returns, arrived)
    others = supposed.changed(folder, changed, records)
    less = supposed.removed(removed, records, functools.partial(_last_day, data))
    if both := others.gone & less.gone:
        raise refusal("supposed_twice", name=" ".join(filter(None, map(str, min(both)))))
    counts: Counter[str] = Counter()
    for one in more:
        counts[one.form] += len(one.rows)
    said += [("added", {"form": folder.forms[form].title, "n": n}) for form, n in counts.items()]
    for key, gone in (("changed", others.gone), ("removed", less.gone)):
        said += [(key, {"n": len(gone)})] if gone else []
    said += [("arrived", _return(data.plan, one)) for one in nil]
    gone = others.gone | less.gone
    if gone:
        ledger = data.table("ledger")
        gone = supposed.with_repeats(gone, ledger[ledger["fate"] == Fate.DUPLICATE])
    return Supposed(gone, (*more, *others.come, *nil)), said


def _return(plan: Plan, one: Come) -> dict[str, Any]:
    """What there is to tell of a return."""
    sender = plan.folder.senders[str(one.sender)]
    name = Text(zh=str(one.sender), en=sender.en or str(one.sender))
    form = plan.folder.forms[one.form].title
    return {"form": form, "sender": name, "first": one.first, "last": one.last}


def _asked(plan: Plan, asked: Asked) -> Iterator[Said]:
    """How it is said what is asked."""
    for id, keys in asked.targets.items():
        target = plan.target(id)
        named = {"id": id, "target": target.title}
        for key, value in keys.items():
            before = getattr(target, key)
            yield key, {**named, "before": "—" if before is None else before, "after": value}
    for id, shares in asked.quotas.items():
        text = "、".join(f"{unit} {share}" for unit, share in shares.items())
        yield "quotas", {"id": id, "target": plan.target(id).title, "shares": text}
    if asked.scoring:
        yield "scoring", {"keys": "、".join(asked.scoring)}
