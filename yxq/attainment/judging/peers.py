"""The city among other cities: above the mean of the others, or ranked within the front share."""

from __future__ import annotations

import math
from fractions import Fraction

import pandas as pd

from yxq.attainment.cells import Known
from yxq.tables.reasons import Reasons
from yxq.words.reasons import Reason
from yxq.words.states import State

Result = dict[str, State | float | None]
RESULT = ["state", "value", "gap", "needed", "numerator", "denominator", "have", "asked"]


def judge(cells: pd.DataFrame, known: Known, notes: Reasons) -> pd.DataFrame:
    """Values of the year as exact fractions, the last that each city reported."""
    results = []
    for cell in cells.itertuples():
        others = _values(known, cell.target)
        own = others.pop(known.plan.city.name, None)
        if own is None or not others:
            result: Result = {"state": State.NO_DATA if cell.due else State.PENDING}
            note = Reason("no_peers") if own is not None else None
        elif cell.rule == "above_peer_mean":
            result, note = _above_mean(own, list(others.values()))
        else:
            share = known.plan.target(cell.target).share
            result, note = _within_front(own, list(others.values()), share)
        results.append(result)
        if note:
            notes.add(pd.Index([cell.Index]), note)
    return cells.assign(**pd.DataFrame(results, cells.index, RESULT))


def _values(known: Known, target: str) -> dict[str, Fraction]:
    """What each city reported of a target."""
    rows = known.measures_so_far
    rows = rows[(rows["target"] == target) & rows["value"].notna()]
    pairs = zip(rows["unit"], rows["value"], strict=True)
    return {unit: Fraction(repr(float(value))) for unit, value in pairs}


def _above_mean(own: Fraction, others: list[Fraction]) -> tuple[Result, Reason]:
    """More than the mean of the others."""
    mean = sum(others) / len(others)
    result: Result = {
        "state": State.ATTAINED if own > mean else State.NOT_ATTAINED,
        "value": float(own),
        "gap": float(own - mean),
        "denominator": len(others),
        "have": float(own),
        "asked": float(mean),
    }
    return result, Reason.of("peer_mean", f"{float(mean):.4g}", len(others))


def _within_front(own: Fraction, others: list[Fraction], share: Fraction) -> tuple[Result, Reason]:
    """Among the first share of the cities, rounded up; ties share the better rank."""
    rank, cities = 1 + sum(other > own for other in others), len(others) + 1
    last = math.ceil(share * cities)
    result: Result = {
        "state": State.ATTAINED if rank <= last else State.NOT_ATTAINED,
        "value": rank,
        "gap": last - rank,
        "needed": max(rank - last, 0),
        "numerator": rank,
        "denominator": cities,
    }
    return result, Reason.of("front", last, cities)
