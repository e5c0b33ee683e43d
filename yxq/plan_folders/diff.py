"""What changed from one plan to the next: targets added and dropped, requirements raised and
lowered, and the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pandas as pd

from yxq.plan.folder import Folder, Plan
from yxq.plan.period import moved
from yxq.plan.requirement import ByKind, Requirement
from yxq.plan.target import Target
from yxq.plan_folders.load import load
from yxq.words.errors import PlanError

COLUMNS = ["target", "change", "what", "before", "after", "title"]
CHANGES = ["added", "dropped", "raised", "lowered", "redefined", "changed"]
# Where one of these is another, numbers of both years are not alike.
MEASURED = ("measure", "unit", "sampled")
FURTHER = (
    "title",
    "clause",
    "says",
    "whom",
    "owner",
    "weight",
    "points",
    "worth",
    "none",
    "key",
    "split",
    "lot",
    "assumptions",
    "note",
)
NAMES = {"whom": "for"}  # as the plan file has it
PARTS = ("sections", "assumptions", "returns", "bases", "scoring")


def differences(old: Plan, new: Plan) -> pd.DataFrame:
    """What changed in the targets, a row a difference, in the new plan's order and then what was
    dropped.

    Columns: target (its id, by which it is known), change, what (the part that is another), before
    and after (as text), title (the Chinese one). change: added, dropped; raised or lowered: harder
    or easier to attain (a task's date that stays, or moves on with the year, is no change);
    redefined: another measure or unit, so that numbers of the two years cannot be compared;
    changed: anything else.
    """
    before, after = ({target.id: target for target in plan.targets} for plan in (old, new))
    rows: list[tuple[str, ...]] = []
    for id, target in after.items():
        title = target.title.zh
        if id not in before:
            rows.append((id, "added", "target", "", _asked(target), title))
            continue
        rows += [(id, *change, title) for change in _changes(before[id], target, old, new)]
    for id, target in before.items():
        if id not in after:
            rows.append((id, "dropped", "target", _asked(target), "", target.title.zh))
    return pd.DataFrame(rows, columns=COLUMNS)


def _changes(was: Target, now: Target, old: Plan, new: Plan) -> Iterator[tuple[str, str, str, str]]:
    """change, what, before and after of each part of a target that is another."""
    for what in (*MEASURED, *FURTHER):
        before, after = getattr(was, what), getattr(now, what)
        is_told = what == "says" and was.require != now.require  # below, as what is asked now
        if before != after and not is_told:
            redefined = what in MEASURED and _counted(was, what) != _counted(now, what)
            change = "redefined" if redefined else "changed"
            yield change, NAMES.get(what, what), _text(before), _text(after)
    if (was.require, was.by) != (now.require, now.by) and (change := _harder(was, now, old, new)):
        what = "by" if was.require == now.require else "require"
        yield change, what, _asked(was), _asked(now)


def others(old: Plan, new: Plan) -> list[str]:
    """Which other parts of the plan file are different, and whether other units are assessed."""
    parts = [] if old.span(new.year) == new.span() else ["period"]
    parts += [part for part in PARTS if getattr(old.period, part) != getattr(new.period, part)]
    units = ([unit.name for unit in plan.towns] for plan in (old, new))
    return parts if next(units) == next(units) else [*parts, "units"]


def compared(folder: Folder, year: int | None, against: str) -> tuple[Plan, Plan]:
    """The old and the new plan of a comparison: the plan of a year (the latest if none is named)
    `against` one of another year or plan folder, or where that is empty the one before.

    Raises `PlanError` where there is none.
    """
    new = folder.plan(year)
    if against.isdigit():
        return folder.plan(int(against)), new
    if against:
        return load(against).plan(), new
    earlier = [year for year in folder.periods if year < new.year]
    if not earlier:
        raise PlanError(f"{folder.name}: no plan before {new.year}; write --diff FOLDER")
    return folder.plan(max(earlier)), new


def summary(old: Plan, new: Plan, rows: pd.DataFrame) -> str:
    """What changed in a line: of the `differences` the number of targets a kind, and the rest."""
    counts = rows.drop_duplicates(["target", "change"])["change"].value_counts()
    changes = [f"{counts[change]} {change}" for change in CHANGES if change in counts]
    more = others(old, new)
    line = f"{new.id} against {old.id}: {', '.join(changes) or 'no target is different'}"
    return line + (f"; different too: {', '.join(more)}" if more else "")


def _counted(target: Target, what: str) -> Any:
    """A part of a target without its English wording, which changes no number."""
    value = getattr(target, what)
    if what == "measure" and value.strata:
        return value.model_copy(update={"strata": value.strata.model_copy(update={"en": ()})})
    return value.zh if what == "unit" else value


def _asked(target: Target) -> str:
    """What is asked of a target, as written; of one that is only reported what the plan says."""
    if target.says:
        return _text(target.says)
    return " ".join(str(part) for part in (target.require, target.by) if part)


def _text(value: Any) -> str:
    """A part of a target as text: what is not set is left out."""
    if hasattr(value, "zh"):
        return " / ".join(dict.fromkeys((value.zh, value.en)))
    if hasattr(value, "model_dump_json"):
        return str(value.model_dump_json(exclude_defaults=True))
    return "" if value is None else str(value)


def _harder(was: Target, now: Target, old: Plan, new: Plan) -> str:
    """Whether what is asked is harder or easier to reach; nothing where it is the same in other
    words, or a yearly date only moved on a year.
    """
    moves = _moves(was.require, now.require)
    if moves is None:
        return "changed"
    if now.kind == "task":
        years = new.year - old.year
        moves = [(_due(was, old, years) - _due(now, new, 0)).days]
    harder, easier = any(move > 0 for move in moves), any(move < 0 for move in moves)
    if harder and easier:
        return "changed"
    return "raised" if harder else "lowered" if easier else ""


def _moves(was: Requirement | None, now: Requirement | None) -> list[Fraction | int] | None:
    """By how much each part of a requirement is stricter (positive) than it was; nothing where the
    two cannot be compared.
    """
    if was is None or now is None or _shape(was) != _shape(now):
        return None if was or now else []
    if isinstance(was, ByKind) and isinstance(now, ByKind):
        of_kinds = [_moves(asked, now.of_kind(kind)) for kind, asked in was.kinds]
        return [move for moves in of_kinds for move in moves or ()]
    moves: list[Fraction | int] = [now.strict - was.strict]
    for before, after, sign in ((was.low, now.low, 1), (was.high, now.high, -1)):
        if before and after:
            moves.append(sign * (after.factor.value - before.factor.value))
            moves.append(sign * (after.difference.value - before.difference.value))
    if was.each and now.each:
        each = _moves(was.each, now.each)
        return None if each is None else [*moves, *each]
    return moves


def _shape(asked: Requirement) -> tuple[Any, ...]:
    """What two requirements must have in common to be compared."""
    kinds = {kind for kind, _ in asked.kinds} if isinstance(asked, ByKind) else None
    return asked.of, asked.better, asked.references, kinds


def _due(task: Target, plan: Plan, years: int) -> dt.date:
    """When a task is due, so many years on; without a date at the period's end, and never where it
    is open.
    """
    return dt.date.max if task.is_open else moved(task.due or plan.period.end, years)
