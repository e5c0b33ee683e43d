"""What is asked of all units together: the share of them that reach something, or how far the best
and the worst are apart.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd

from yxq.attainment.cells import Known
from yxq.attainment.judging.asked import numbers
from yxq.plan.requirement import Requirement
from yxq.plan.target import Target
from yxq.tables.reasons import Reasons
from yxq.words.states import State

RESULT = ["state", "value", "gap", "numerator", "denominator"]


def judge(cells: pd.DataFrame, known: Known, notes: Reasons) -> pd.DataFrame:
    """The city's cells from the numbers of its units, exactly; pending until the period is over.
    Units without a number are not counted, and the notes say how many they are.
    """
    rows, lacking = [], []
    for cell in cells.itertuples():
        target = known.plan.target(str(cell.target))
        found = _units(cell, target, known)
        there = found.dropna()
        lacking.append(len(found) - len(there) if len(there) else 0)
        rows.append(_result(cell, target, [*there], known.clock.ended))
    results = pd.DataFrame(rows, cells.index, RESULT)
    missing = pd.Series(lacking, cells.index)
    notes.add_where(missing > 0, "units_missing", missing)
    return cells.assign(**results)


def _units(cell: Any, target: Target, known: Known) -> pd.Series:
    """The number of every unit; nothing in a list that arrived is a true zero."""
    units = pd.Series([unit.name for unit in known.plan.units])
    about = pd.DataFrame({"scale": cell.scale, "per": cell.per, "years": cell.years}, units.index)
    found = numbers(about, known.so_far(target.id, units))
    if target.measure.number in ("count", "amount") and cell.arrived and cell.absent == "none":
        found = found.map(lambda value: Fraction(0) if value is None else value)
    return found


def _result(cell: Any, target: Target, found: list[Fraction], ended: bool) -> dict[str, Any]:
    asked = target.require
    assert asked is not None and target.constant is not None
    if not found:
        return {"state": State.NO_DATA if cell.due else State.PENDING}
    if asked.each:
        number, counts = _reaching(asked.each, found)
    else:
        number, counts = _apart(found, asked.is_relative), {}
    state = State.ATTAINED if asked.met(number, *asked.ends) else State.NOT_ATTAINED
    gap = number - target.constant if asked.better == "more" else target.constant - number
    told = {"value": float(number), "gap": float(gap), **counts}
    return told | {"state": state if ended else State.PENDING}


def _reaching(each: Requirement, found: list[Fraction]) -> tuple[Fraction, dict[str, int]]:
    """The share of the units that reach what is asked of each."""
    count = sum(each.met(number, *each.ends) for number in found)
    return Fraction(count, len(found)), {"numerator": count, "denominator": len(found)}


def _apart(found: list[Fraction], relative: bool) -> Fraction:
    """How far the greatest and the least are apart; in percent, of the greatest."""
    apart = max(found) - min(found)
    return apart / max(found) if relative and max(found) else apart
