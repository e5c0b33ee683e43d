"""The city among other cities: above the mean of the others, or ranked within the front share."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import pandas as pd

from yxq.attainment.cells import Known
from yxq.tables.reasons import Reasons
from yxq.words.reasons import Reason
from yxq.words.states import State

Result = dict[str, State | Reason | float]
RESULT = ["state", "value", "gap", "needed", "numerator", "denominator", "have", "asked", "note"]


def judge(cells: pd.DataFrame, known: Known, notes: Reasons) -> pd.DataFrame:
    """Values of the year as exact fractions, the last that each city reported."""
    rows = [_result(known, cell) for cell in cells.itertuples()]
    results = pd.DataFrame(rows, cells.index, RESULT)
    note = results.pop("note")
    notes.add(note.index[note.notna()], note)
    return cells.assign(**results)


def _result(known: Known, cell: Any) -> Result:
    """How the city stands in one cell: what RESULT names, as far as there is any of it."""
    others = _values(known, cell.target)
    own = others.pop(known.plan.city.name, None)
    if own is None:
        return {"state": State.NO_DATA if cell.due else State.PENDING}
    if not others:
        return {"state": State.NO_DATA if cell.due else State.PENDING, "note": Reason("no_peers")}
    if cell.kind == "level":
        return _above_mean(own, [*others.values()])
    return _within_front(own, [*others.values()], known.plan.target(cell.target).share)


def _values(known: Known, target: str) -> dict[str, Fraction]:
    """What each city reported of a target."""
    rows = known.measures_so_far
    rows = rows[(rows["target"] == target) & rows["value"].notna()]
    pairs = zip(rows["unit"], rows["value"], strict=True)
    return {unit: Fraction(repr(float(value))) for unit, value in pairs}


def _above_mean(own: Fraction, others: list[Fraction]) -> Result:
    """More than the mean of the others."""
    mean = sum(others) / len(others)
    return {
        "state": State.ATTAINED if own > mean else State.NOT_ATTAINED,
        "value": float(own),
        "gap": float(own - mean),
        "denominator": len(others),
        "have": float(own),
        "asked": float(mean),
        "note": Reason.of("peer_mean", f"{float(mean):.4g}", len(others)),
    }


def _within_front(own: Fraction, others: list[Fraction], share: Fraction) -> Result:
    """Among the first share of the cities, rounded up; ties share the better rank."""
    rank, cities = 1 + sum(other > own for other in others), len(others) + 1
    last = math.ceil(share * cities)
    return {
        "state": State.ATTAINED if rank <= last else State.NOT_ATTAINED,
        "value": rank,
        "gap": last - rank,
        "needed": max(rank - last, 0),
        "numerator": rank,
        "denominator": cities,
        "note": Reason.of("front", last, cities),
    }
