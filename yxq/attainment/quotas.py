"""A city's count split among its units: official quotas first, else by a declared basis with
Sainte-Laguë's divisors.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from yxq.plan.plan import EQUAL, Plan

COLUMNS = ["unit", "target", "quota", "basis", "source", "size"]
OFFICIAL = "official"


def allocate(weights: Mapping[str, float], seats: int) -> dict[str, int]:
    """Seats by weights, each going to the largest weight / (2 x seats held + 1) (Sainte-Laguë,
    Webster).

    They sum to `seats` exactly, and with more seats nobody gets fewer. Of equal claims the larger
    weight comes first, then the name. All weights zero count as equal. Raises `ValueError` for a
    weight that is negative or missing.

    >>> allocate({"a": 5117, "b": 4400, "c": 162, "d": 161, "e": 160}, 100)
    {'a': 51, 'b': 43, 'c': 2, 'd': 2, 'e': 2}
    """
    if seats < 0:
        raise ValueError(f"seats: a number of zero or more, not {seats}")
    for unit, weight in weights.items():
        if weight is None or not weight >= 0:
            raise ValueError(f"{unit}: a weight is a number of zero or more, not {weight}")
    exact = {
        unit: Fraction(weight) if isinstance(weight, int) else Fraction(repr(float(weight)))
        for unit, weight in weights.items()
    }
    if not any(exact.values()):
        exact = dict.fromkeys(exact, Fraction(1))
    claims = [(1 / weight, -weight, unit) for unit, weight in exact.items() if weight]
    heapq.heapify(claims)
    held = dict.fromkeys(exact, 0)
    for _ in range(seats if claims else 0):
        _, rank, unit = claims[0]
        held[unit] += 1
        heapq.heapreplace(claims, ((2 * held[unit] + 1) / exact[unit], rank, unit))
    return held


def _weights(plan: Plan, basis: str, measures: pd.DataFrame) -> dict[str, float]:
    """Each unit's value of a basis at the end of the year before the plan's; nothing where a unit's
    is missing (or negative).
    """
    names = [unit.name for unit in plan.towns]
    if basis == EQUAL:
        return dict.fromkeys(names, 1)
    rows = measures[(measures["target"] == basis) & (measures["year"] == plan.year - 1)]
    values = rows.drop_duplicates("unit", keep="last").set_index("unit")["value"].reindex(names)
    return (
        {}
        if values.isna().any() or (values < 0).any()
        else {unit: float(value) for unit, value in values.items()}
    )


def quotas(plan: Plan, measures: pd.DataFrame) -> pd.DataFrame:
    """The share of each unit in the city's counts: unit, target, quota, basis, of official ones the
    source, and the unit's size by the basis (1 is the mean; of official shares 1).

    Columns: see COLUMNS. basis: `official`, `equal`, or the plan's basis whose values of the year
    before give the weights (measures, see `yxq.attainment.measures.measure`). A target without
    official quotas and without a basis, or whose basis was not reported for every unit, has no
    rows. Of a range the lower end is split.
    """
    parts = []
    for target in (target for target in plan.targets if target.splittable):
        official = [quota for quota in plan.quotas if quota.target == target.id]
        if official:
            rows = [
                (quota.unit, target.id, quota.quota, OFFICIAL, quota.source, 1.0)
                for quota in official
            ]
        elif target.split and (weights := _weights(plan, target.split, measures)):
            held = allocate(weights, target.bounds[0])
            mean = sum(weights.values()) / len(weights) or 1.0
            rows = [
                (unit, target.id, quota, target.split, "", weights[unit] / mean)
                for unit, quota in held.items()
            ]
        else:
            continue
        parts += rows
    return pd.DataFrame(parts, columns=COLUMNS).astype({"quota": "int64", "size": "float64"})
