"""A city's count split among its units: official quotas first, else by a declared basis with
Sainte-Laguë's divisors.
"""

from __future__ import annotations

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.period import EQUAL
from yxq.plan.target import Target
from yxq.stats.apportionment import allocate
from yxq.words.reasons import parsed

COLUMNS = ["unit", "target", "quota", "basis", "source", "size"]
OFFICIAL = "official"

Row = tuple[str, str, int, str, str, float]


def quotas(plan: Plan, measures: pd.DataFrame) -> pd.DataFrame:
    """The share of each unit in the city's counts.

    Columns: unit, target, quota, basis (`official`, `equal`, or the plan's basis whose values of
    the year before, rows of measures, give the weights), source (of official shares), size (the
    unit's by the basis: 1 is the mean; of official shares 1). A target without official quotas and
    without a basis, or whose basis was not reported for every unit, has no rows. Of a range the
    lower end is split.
    """
    rows: list[Row] = []
    splits = {target.split for target in plan.targets if target.splittable and target.split}
    weights = {split: _weights(plan, split, measures) for split in splits}
    for target in plan.targets:
        if target.splittable:
            rows += _official(plan, target) or _computed(
                target, weights.get(target.split or "", {})
            )
    return pd.DataFrame(rows, columns=COLUMNS).astype({"quota": "int64", "size": "float64"})


def by_computed_share(note: str) -> bool:
    """Whether a result, by its note, is held to a share that nobody has set officially yet."""
    return any(reason.code == "quota_computed" for reason in parsed(note))


def _official(plan: Plan, target: Target) -> list[Row]:
    """The rows of quotas.csv."""
    return [
        (quota.unit, target.id, quota.quota, OFFICIAL, quota.source, 1.0)
        for quota in plan.quotas
        if quota.target == target.id
    ]


def _computed(target: Target, weights: dict[str, float]) -> list[Row]:
    """The least that is asked of the city, split by the target's basis."""
    if not weights:
        return []
    mean = sum(weights.values()) / len(weights) or 1.0
    return [
        (unit, target.id, quota, target.split or "", "", weights[unit] / mean)
        for unit, quota in allocate(weights, int(target.constant or 0)).items()
    ]


def _weights(plan: Plan, basis: str, measures: pd.DataFrame) -> dict[str, float]:
    """Each unit's value of a basis at the end of the year before the plan's; nothing where a unit's
    is missing (or negative).
    """
    units = [unit.name for unit in plan.towns]
    if basis == EQUAL:
        return dict.fromkeys(units, 1)
    rows = measures[(measures["target"] == basis) & (measures["year"] == plan.year - 1)]
    values = rows.drop_duplicates("unit", keep="last").set_index("unit")["value"].reindex(units)
    complete = values.notna().all() and (values >= 0).all()
    return {unit: float(value) for unit, value in values.items()} if complete else {}
