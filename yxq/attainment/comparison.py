"""Units beside each other, fairly: funnel limits for rates of unequal numbers, and what is missed
and getting worse.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from yxq.attainment.measures import NUMBERS
from yxq.plan.folder import Plan
from yxq.plan.requirement import parse
from yxq.stats import evidence, forecast
from yxq.words.states import SHORT

LIMITS = {"95": 0.95, "998": 0.998}  # Spiegelhalter's pair
RATES = ["target", "unit", *NUMBERS]
FUNNEL = [
    *RATES,
    "centre",
    "phi",
    "tau",
    *(f"{end}_{name}" for name in LIMITS for end in ("low", "high")),
    "beyond",
    "beyond_chance",
]
BEYOND = ["far below", "below", "above", "far above"]


def limits(n: pd.Series, centre: pd.Series, tau: pd.Series | float = 0.0) -> pd.DataFrame:
    """Funnel limits at 95 and 99.8 %: low_95, high_95, low_998, high_998, a row a number of
    samples; of chance alone, or with a spread of tau between units.
    """
    ends = {}
    for name, coverage in LIMITS.items():
        low, high = evidence.funnel_limits(n, centre, coverage, tau)
        ends[f"low_{name}"], ends[f"high_{name}"] = low, high
    return pd.DataFrame(ends, index=n.index)


def funnel(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """Each unit's rate against what chance allows around the city's, a row a rate target and unit.

    Columns: target, unit, numerator, denominator, value, centre (the city's pooled rate, of
    distinct records), phi and tau (by how much units differ beyond chance; see
    `stats.evidence.overdispersion`), low_95, high_95, low_998, high_998 (limits at 95 and 99.8 %,
    widened by tau), beyond (outside them: `below` or `above` those at 95 %, `far below` or `far
    above` those at 99.8 %, else empty), beyond_chance (the same of the limits of chance alone). Of
    many units some lie outside the 95 % limits by chance alone.
    """
    rates = attained[(attained["kind"] == "share") & (attained["denominator"] > 0)]
    is_city = rates["unit"] == plan.city.name
    centres = rates[is_city].set_index("target")["value"]
    rows = rates.loc[~is_city & rates["target"].isin(centres.index), RATES].reset_index(drop=True)
    value = rows["value"].astype("float64")
    rows = rows.assign(value=value, centre=rows["target"].map(centres).astype("float64"))
    rows[["phi", "tau"]] = np.nan, 0.0
    for _, part in rows.groupby("target"):
        x, n = (part[name].to_numpy(dtype=float) for name in ("numerator", "denominator"))
        found = evidence.overdispersion(x, n, float(part["centre"].iloc[0]))
        rows.loc[part.index, ["phi", "tau"]] = found
    samples, centre = rows["denominator"].astype("float64"), rows["centre"]
    chance, widened = limits(samples, centre), limits(samples, centre, rows["tau"])
    rows = rows.join(widened)
    return rows.assign(beyond=_beyond(value, widened), beyond_chance=_beyond(value, chance))[FUNNEL]


def _beyond(value: pd.Series, ends: pd.DataFrame) -> np.ndarray:
    """Where each rate lies outside its limits; empty where it lies inside."""
    far_below, below, above, far_above = BEYOND
    # The wider limits first, for what lies outside them lies outside the others, too.
    outside = {
        far_below: value < ends["low_998"],
        far_above: value > ends["high_998"],
        below: value < ends["low_95"],
        above: value > ends["high_95"],
    }
    return np.select([*outside.values()], [*outside], "")


def spread(rows: pd.DataFrame) -> pd.DataFrame:
    """The targets of a `funnel` whose units differ by more than chance, in its order.

    Columns: target, phi, tau, before and after (how many units lie outside the 99.8 % limits of
    chance alone, and outside the widened ones).
    """
    wide = rows[rows["tau"] > 0]
    far = {"before": wide["beyond_chance"], "after": wide["beyond"]}
    far = {name: beyond.str.startswith("far") for name, beyond in far.items()}
    counts = {"phi": "first", "tau": "first", "before": "sum", "after": "sum"}
    return wide.assign(**far).groupby("target", sort=False).agg(counts).reset_index()


def shrunken(plan: Plan, results: pd.DataFrame) -> tuple[pd.Series, float]:
    """The rates of a target's units drawn towards all units' level, where a unit has fewer samples
    than that level weighs; and how many samples it weighs.

    Empirical Bayes: (a + x) / (a + b + n), a and b by moments from the units themselves (Kleinman
    1973, J. Am. Stat. Assoc. 68:46; `stats.forecast.prior_rate`), weighing a + b. NaN for the
    others, for the city, and with fewer units than show a spread. results: of one target that is a
    sampled rate, a row a unit.
    """
    x, n = (results[name].astype("float64") for name in ("numerator", "denominator"))
    sampled = (n > 0) & (results["unit"] != plan.city.name)
    if sampled.sum() < forecast.LEAST_UNITS:
        return pd.Series(np.nan, results.index), 0.0
    a, b = forecast.prior_rate(x[sampled], n[sampled])
    return ((a + x) / (a + b + n)).where(sampled & (n < a + b)), a + b


def by_chance(rows: pd.DataFrame) -> float:
    """How many of a funnel's rates would lie outside the 95 % limits if every unit were like the
    city (exact tails).
    """
    columns = ("denominator", "centre", "low_95", "high_95")
    n, centre, low, high = (rows[name].to_numpy(dtype=float) for name in columns)
    trials, least = n.astype(np.int64), np.ceil(low * n) - 1
    below = np.where(least >= 0, special.bdtr(np.maximum(least, 0), trials, centre), 0.0)
    return float((below + special.bdtrc(np.floor(high * n), trials, centre)).sum())


def worsening(attained: pd.DataFrame) -> pd.DataFrame:
    """Results that are missed (or behind) and worse than the year before, those beyond chance
    first.

    Worse: a lower value, or more of what must not happen. Columns: those of `attain`, and clear
    (whether the fall is beyond chance).
    """
    ways = {text: parse(text).better for text in attained["require"].unique() if text}
    less_is_better = attained["require"].map(ways) == "less"
    better = attained["change"].where(~less_is_better, -attained["change"])
    worse = (better < 0).fillna(False).astype(bool)
    rows = attained[attained["state"].isin(SHORT) & worse]
    rows = rows.assign(clear=rows["trend"] == "worse")
    return rows.sort_values("clear", ascending=False, kind="stable")
