"""A city's count split among its units: official quotas first, else by a declared basis with
Sainte-Laguë's divisors.
"""

from __future__ import annotations

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.period import EQUAL
from yxq.stats.apportionment import allocate

COLUMNS = ["unit", "target", "quota", "basis", "source", "size"]
OFFICIAL = "official"


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
