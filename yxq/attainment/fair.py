"""What units with few samples, or few items to bring, earn where the scoring asks for fair credit;
the verdict stays that of the plan's word.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from yxq.attainment.cells import Known, whole_counts
from yxq.plan.target import Target
from yxq.stats import forecast, shrinkage


def fair(rows: pd.DataFrame, known: Known) -> pd.Series:
    """The part of its points that each result earns, 0 to 1; missing where the plain rule holds.

    Of a sampled share of which at least so much is asked the chance that the true rate reaches it;
    of a small share of a count 1 where as many came over some years as so many shares are, else 0,
    once the period is over.
    """
    scoring, found = known.plan.period.scoring, pd.Series(np.nan, rows.index)
    if scoring is None or scoring.fair is None:
        return found
    if scoring.fair.rates:
        for target in filter(is_by_chance, known.plan.targets):
            part = rows[(rows["target"] == target.id) & (rows["denominator"] > 0)]
            found.update(_chances(part, float(target.constant or 0)))
    if scoring.fair.years and known.clock.ended:
        part = rows[(rows["quota"] > 0) & (rows["quota"] <= scoring.fair.small)]
        found.update(_over_years(part, known, scoring.fair.years))
    return found


def is_by_chance(target: Target) -> bool:
    """Whether a chance can be told that the true rate of a target reaches what is asked."""
    is_rate = target.kind == "share" and target.sampled and not target.measure.strata
    return is_rate and target.worth is None and target.better == "more" and bool(target.constant)


def _chances(rows: pd.DataFrame, share: float) -> pd.Series:
    """By the spread of all units this year; of the city, of which there is one, by Jeffreys."""
    x, n = (rows[name].astype("float64") for name in ("numerator", "denominator"))
    of_units = forecast.prior_rate(x[~rows["city"]], n[~rows["city"]])
    priors = np.where(rows["city"], *np.array([forecast.JEFFREYS_RATE, of_units])[:, :, None])
    return pd.Series(shrinkage.chance_above(x, n, share, *priors), rows.index)


def _over_years(rows: pd.DataFrame, known: Known, years: int) -> pd.Series:
    """Whether the counts of these years and those before reach as many shares; a year of which
    nobody reported anything is left out, and in one of which others did none came.
    """
    have, counted = whole_counts(rows), pd.Series(1, rows.index)
    for year in range(known.plan.year - years + 1, known.plan.year):
        came = known.earlier(rows, year)["numerator"].astype("Float64")
        is_known = came.notna().groupby(rows["target"]).transform("any")
        have, counted = have + came.fillna(0).astype("int64"), counted + is_known
    return (have >= counted * rows["quota"]).astype("float64")
