"""Which months of a series stand out: control charts of shares and of values, and two rules.

The rules are a point beyond three standard deviations, and eight in a row on one side (Western
Electric 1956, rules 1 and 4). More rules would find more, and more that is nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from yxq.stats.evidence import DUST, Floats, floats, funnel_limits

SIGMAS, RUN = 3, 8
FEWEST = 6  # points that limits are drawn from
MANY = 500  # samples a point, from which on points are spread by more than sampling
WITHIN_3_SIGMAS = float(1 - 2 * special.ndtr(-SIGMAS))
MOVING_RANGE = 1.128  # the mean distance of two points of a normal series, in its sigmas
RULES = ["", "below", "above", "run below", "run above"]


class Chart(NamedTuple):
    """A series with its centre, its limits at each point, and the side that each point is on (-1,
    0, 1), all NaN where there are too few points.
    """

    value: Floats
    centre: float
    low: Floats
    high: Floats
    side: Floats


def p_chart(x: ArrayLike, n: ArrayLike) -> Chart:
    """A chart of shares x of n, each with limits for its own number of samples.

    Limits are the binomial quantiles that three standard deviations stand for, since p +- 3 sqrt(p
    (1 - p) / n) would call every failure in a month of one sample a signal. With 500 samples a
    point or more they are p +- 3 sqrt(p (1 - p) / n) times the moving range of z over 1.128, where
    that is more than one (Laney 2002, Qual. Eng. 14:531). A point is on a side where it is beyond
    the binomial's median: with few samples most of a share near one lies above its mean. Points
    without samples have no value.
    """
    x, n = floats(x, n)
    known = n > 0
    total = n[known].sum()
    if known.sum() < FEWEST:
        return _unknown(np.where(known, x / np.where(known, n, 1), np.nan))
    value, centre = np.where(known, x / np.where(known, n, 1), np.nan), x[known].sum() / total
    low, high = funnel_limits(n, centre, WITHIN_3_SIGMAS)
    if np.median(n[known]) >= MANY and 0 < centre < 1:
        sigma = np.sqrt(centre * (1 - centre) / np.where(known, n, np.nan))
        z = ((value - centre) / sigma)[known]
        reach = SIGMAS * sigma * max(np.abs(np.diff(z)).mean() / MOVING_RANGE, 1.0)
        low, high = np.maximum(centre - reach, 0), np.minimum(centre + reach, 1)
    trials = np.where(known, n, 1)
    below = special.bdtr(np.maximum(x - 1, 0), trials.astype(np.int64), centre) * (x > 0)
    up_to = special.bdtr(x, trials.astype(np.int64), centre)
    # Beyond the median: half of all lie below, or at most half up to it.
    side = np.select([up_to < 0.5 - DUST, below > 0.5 + DUST], [-1.0, 1.0], 0.0)
    return Chart(value, float(centre), low, high, np.where(known, side, np.nan))


def xmr(values: ArrayLike) -> Chart:
    """A chart of values: mean +- 2.66 times the mean distance of one from the next (XmR; Wheeler
    and Chambers 1992). What is missing is left out.
    """
    (values,) = floats(values)
    known = values[~np.isnan(values)]
    if len(known) < FEWEST:
        return _unknown(values)
    centre, reach = known.mean(), SIGMAS / MOVING_RANGE * np.abs(np.diff(known)).mean()
    low, high = (np.full(values.shape, centre + way * reach) for way in (-1, 1))
    return Chart(values, float(centre), low, high, np.sign(values - centre))


def _unknown(value: Floats) -> Chart:
    """Points of which there are too few."""
    nothing = np.full(value.shape, np.nan)
    return Chart(value, float("nan"), nothing, nothing, nothing)


def signals(chart: Chart) -> NDArray[np.object_]:
    """The rule that each point breaks: `below` or `above` its limits, `run below` or `run above`
    where it is at least the eighth in a row on that side; else empty. What is missing neither
    breaks a run nor adds to it.
    """
    run, runs = 0.0, []
    for side in chart.side:
        if not np.isnan(side):
            run = side if side * run <= 0 else run + side
        runs.append(0.0 if np.isnan(side) else run)
    length = np.array(runs)
    rules = {
        "below": chart.value < chart.low - DUST,
        "above": chart.value > chart.high + DUST,
        "run below": length <= -RUN,
        "run above": length >= RUN,
    }
    return np.select([*rules.values()], [*rules], "").astype(object)
