"""What changed from one plan to the next: targets added and dropped, thresholds raised and lowered,
and the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pandas as pd

from yxq.plan.folder import Folder, Plan
from yxq.plan.load import load
from yxq.plan.period import moved
from yxq.plan.target import Target
from yxq.words.errors import PlanError

COLUMNS = ["target", "change", "what", "before", "after", "title"]
CHANGES = ["added", "dropped", "raised", "lowered", "redefined", "changed"]
# Where one of these is another, numbers of both years are not alike.
MEASURED = ("rule", "measure", "unit", "sampled")
FURTHER = ("title", "clause", "scope", "owner", "weight", "split", "lot", "assumptions", "note")
PARTS = ("sections", "assumptions", "returns", "bases", "scoring")


def differences(old: Plan, new: Plan) -> pd.DataFrame:
    """What changed in the targets, a row a difference, in the new plan's order and then what was
    dropped.

    Columns: target (its id, by which it is known), change, what (the part that is another), before
    and after (as text), title (the Chinese one). change: added, dropped; raised or lowered: harder
    or easier to attain (a task's date that stays, or moves on with the year, is no change);
    redefined: another rule, measure or unit, so that numbers of the two years cannot be compared;
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
        if before != after:
            redefined = what in MEASURED and _counted(was, what) != _counted(now, what)
            change = "redefined" if redefined else "changed"
            yield change, what, _text(before), _text(after)
    if was.threshold != now.threshold and (change := _bar(was, now, old, new)):
        yield change, "threshold", was.threshold or "", now.threshold or ""


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
    """A target's rule and threshold."""
    return f"{target.rule} {target.threshold or ''}".strip()


def _text(value: Any) -> str:
    """A part of a target as text: what is not set is left out."""
    if hasattr(value, "zh"):
        return f"{value.zh} / {value.en}"
    if hasattr(value, "model_dump_json"):
        return str(value.model_dump_json(exclude_defaults=True))
    return "" if value is None else str(value)


def _bar(was: Target, now: Target, old: Plan, new: Plan) -> str:
    """Whether a threshold is harder or easier to reach; nothing where a yearly date only moved on a
    year.
    """
    if was.rule != now.rule:
        return "changed"
    moves = _moves(was, now, old, new)
    harder, easier = any(move > 0 for move in moves), any(move < 0 for move in moves)
    if harder and easier:
        return "changed"
    return "raised" if harder else "lowered" if easier else ""


def _moves(was: Target, now: Target, old: Plan, new: Plan) -> list[Fraction | int]:
    """By how much each part of a threshold is stricter (positive) than it was."""
    match now.rule:
        case "rate_at_least":
            return [now.share - was.share]
        case "rank_within_front":
            return [was.share - now.share]
        case "count_at_least":
            return [now.bounds[0] - was.bounds[0]]
        case "count_at_most":
            return [was.bounds[1] - now.bounds[1]]
        case "count_between":
            return [now.bounds[0] - was.bounds[0], was.bounds[1] - now.bounds[1]]
        case _:
            return [(_due(was, old, new.year - old.year) - _due(now, new, 0)).days]


def _due(task: Target, plan: Plan, years: int) -> dt.date:
    """When a task is due, so many years on; without a date at the period's end, and never where it
    is open.
    """
    return dt.date.max if task.threshold == "open" else moved(task.due or plan.period.end, years)
