"""Units beside each other, fairly: funnel limits for rates of unequal numbers, and what is missed
and getting worse.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from yxq.plan.folder import Plan
from yxq.stats import evidence

FUNNEL = [
    "target",
    "unit",
    "numerator",
    "denominator",
    "value",
    "centre",
    "low_95",
    "high_95",
    "low_998",
    "high_998",
    "beyond",
]
BEYOND = ["far below", "below", "above", "far above"]
LIMITS = {"95": 0.95, "998": 0.998}  # Spiegelhalter's pair


def limits(n: pd.Series, centre: pd.Series) -> pd.DataFrame:
    """Funnel limits at 95 and 99.8 %: low_95, high_95, low_998, high_998, a row a number of
    samples.
    """
    ends = {}
    for name, coverage in LIMITS.items():
        ends[f"low_{name}"], ends[f"high_{name}"] = evidence.funnel_limits(n, centre, coverage)
    return pd.DataFrame(ends, index=n.index)


def funnel(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """Each unit's rate against what chance allows around the city's, a row a rate target and unit;
    columns: see FUNNEL.

    centre is the city's pooled rate (of distinct records). beyond: outside the limits at 95 %
    (`below`, `above`) or at 99.8 % (`far below`, `far above`), else empty. Of many units some lie
    outside the 95 % limits by chance alone.
    """
    rates = attained[(attained["rule"] == "rate_at_least") & (attained["denominator"] > 0)]
    city = rates[rates["unit"] == plan.folder.city.name].set_index("target")
    rows = rates.loc[rates["unit"] != plan.folder.city.name, FUNNEL[:5]]
    rows = rows[rows["target"].isin(city.index)].reset_index(drop=True).astype({"value": "float64"})
    rows["centre"] = rows["target"].map(city["value"]).astype("float64")
    rows = rows.join(limits(rows["denominator"].astype("float64"), rows["centre"]))
    value = rows["value"]
    outside = [
        value < rows["low_998"],
        value < rows["low_95"],
        value > rows["high_998"],
        value > rows["high_95"],
    ]
    rows["beyond"] = np.select(outside, [BEYOND[0], BEYOND[1], BEYOND[3], BEYOND[2]], "")
    return rows[FUNNEL]


def by_chance(rows: pd.DataFrame) -> float:
    """How many of a funnel's rates would lie outside the 95 % limits if every unit were like the
    city (exact tails).
    """
    n, low, high = (
        rows[name].to_numpy(dtype=float) for name in ("denominator", "low_95", "high_95")
    )
    least, whole, centre = np.ceil(low * n) - 1, n.astype(np.int64), rows["centre"].to_numpy()
    below = np.where(least >= 0, special.bdtr(np.maximum(least, 0), whole, centre), 0.0)
    return float((below + special.bdtrc(np.floor(high * n), whole, centre)).sum())


def worsening(attained: pd.DataFrame) -> pd.DataFrame:
    """Results that are missed (or behind) and worse than the year before, those beyond chance
    first.

    Worse: a lower value, or more of what must not happen. `clear` says whether the fall is beyond
    chance.
    """
    down = attained["change"].where(attained["rule"] != "count_at_most", -attained["change"]) < 0
    rows = attained[
        attained["state"].isin(["not attained", "behind"]) & down.fillna(False).astype(bool)
    ]
    rows = rows.assign(clear=rows["trend"] == "worse")
    return rows.sort_values("clear", ascending=False, kind="stable")
