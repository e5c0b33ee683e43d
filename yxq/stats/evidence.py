"""How firmly counts support a claim: intervals, tests and limits over whole arrays, from textbook
formulas.

Everything takes numbers or arrays that broadcast, and gives floats; nothing here knows of plans or
pages. A rate without a denominator has no interval (NaN), never 0 or 1.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]
Wholes = NDArray[np.int64]
Bools = NDArray[np.bool_]
Interval = tuple[Floats, Floats]
CONFIDENCE = 0.95
WITHIN_YEAR = 0.005  # risk of a word before the year is over, however often it is looked at
SMALL_LOT = 10  # a sample of more than a tenth of its lot is judged as drawn without replacement
FEWEST = 10  # units of which a tenth at either end can be drawn in
WINSORISED = 0.1  # of the units, at either end
DUST = 1e-12  # of floating point: a chance of exactly 5 % is at most 5 %


def floats(*values: ArrayLike) -> list[Floats]:
    """Numbers or arrays as arrays of one shape."""
    return list(np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in values)))


def wilson(x: ArrayLike, n: ArrayLike, confidence: float = CONFIDENCE) -> Interval:
    """The score interval of a proportion, x of n (Wilson 1927).

    >>> [round(float(end), 4) for end in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    x, n = floats(x, n)
    z = special.ndtri(0.5 + confidence / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = x / n
        centre, spread = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + (z / n) ** 2 / 4)
        low, high = (centre - spread) / (1 + z**2 / n), (centre + spread) / (1 + z**2 / n)
    low = np.where(x == 0, np.where(n > 0, 0.0, np.nan), low)
    return low, np.where((x == n) & (n > 0), 1.0, high)


def newcombe(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, confidence: float = CONFIDENCE
) -> Interval:
    """The interval of x1/n1 - x2/n2 from both Wilson intervals (Newcombe 1998, method 10)."""
    x1, n1, x2, n2 = floats(x1, n1, x2, n2)
    (l1, u1), (l2, u2) = wilson(x1, n1, confidence), wilson(x2, n2, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        p1, p2 = x1 / n1, x2 / n2
    return p1 - p2 - np.hypot(p1 - l1, u2 - p2), p1 - p2 + np.hypot(u1 - p1, p2 - l2)


def rate_ratio(
    c1: ArrayLike, t1: ArrayLike, c0: ArrayLike, t0: ArrayLike, confidence: float = CONFIDENCE
) -> Interval:
    """The exact interval of (c1/t1) / (c0/t0), c events in an exposure t (Clopper-Pearson on c1 of
    c1 + c0).

    Without events on either side nothing is known: 0 to infinity.
    """
    c1, t1, c0, t0 = floats(c1, t1, c0, t0)
    tail = (1 - confidence) / 2
    known = ~np.isnan(c1 + c0) & (t1 > 0) & (t0 > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(c1 > 0, special.betaincinv(np.maximum(c1, 1), c0 + 1, tail), 0.0)
        high = np.where(c0 > 0, special.betaincinv(c1 + 1, np.maximum(c0, 1), 1 - tail), 1.0)
        low, high = (share / (1 - share) * t0 / t1 for share in (low, high))
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _least(holds: Callable[[Wholes], Bools], low: ArrayLike, high: ArrayLike) -> Wholes:
    """For each cell the least whole number from low to high for which `holds` (which then stays
    so); high + 1 if none.
    """
    low, high = (np.array(end, dtype=np.int64) for end in np.broadcast_arrays(low, high))
    high = high + 1
    while (low < high).any():
        middle = (low + high) // 2
        true, open_ = holds(middle), low < high
        low = np.where(true | ~open_, low, middle + 1)
        high = np.where(true & open_, middle, high)
    return low


def _lot_tail(
    side: Literal["sf", "cdf"], x: ArrayLike, lot: ArrayLike, good: ArrayLike, n: ArrayLike
) -> Floats:
    """The hypergeometric chance of more than x (sf) or at most x (cdf) passes; lots are rare and
    the import is slow.
    """
    from scipy.stats import hypergeom

    tail: Floats = getattr(hypergeom, side)(x, lot, good, n)
    return tail


def lot_interval(
    x: ArrayLike, n: ArrayLike, lot: ArrayLike, confidence: float = CONFIDENCE
) -> Interval:
    """The exact interval of the share that passes in a lot, from x of n drawn without replacement
    (hypergeometric tails).
    """
    x, n, lot = floats(x, n, lot)
    known = (n > 0) & (n <= lot) & ~np.isnan(x)
    x, n, lot = (np.where(known, value, 1).astype(np.int64) for value in (x, n, lot))
    tail = (1 - confidence) / 2 + DUST

    def likely(good: Wholes) -> Bools:
        return _lot_tail("sf", x - 1, lot, np.clip(good, 0, lot), n) > tail

    def too_many(good: Wholes) -> Bools:
        return _lot_tail("cdf", x, lot, np.clip(good, 0, lot), n) <= tail

    most = lot - n + x
    low, above = _least(likely, x, most), _least(too_many, x, most)
    return np.where(known, low / lot, np.nan), np.where(known, (above - 1) / lot, np.nan)


def required(share: ArrayLike, lot: ArrayLike) -> Wholes:
    """How many of a lot must pass for a share; a product that is whole but for floating-point dust
    counts as whole.
    """
    return np.ceil(np.round(np.multiply(share, lot), 9)).astype(np.int64)


def is_small(n: ArrayLike, lot: ArrayLike) -> Bools:
    """Whether a sample is more than a tenth of its lot, so that drawing without replacement
    matters.
    """
    n, lot = floats(n, lot)
    return ~np.isnan(lot) & (n > 0) & (n * SMALL_LOT > lot) & (n <= lot)


def _tails(x: Floats, n: Floats, share: Floats, lot: Floats) -> Interval:
    """How likely x or more passes are where the share is just missed, and x or fewer where it is
    just reached.
    """
    # By the beta distribution, for numbers that are in effect no whole ones, too.
    known = n > 0
    trials, passes = np.where(known, n, 1), np.where(known, x, 0)
    failed = trials - passes
    more = special.betainc(np.maximum(passes, DUST), failed + 1, share)
    fewer = special.betaincc(passes + 1, np.maximum(failed, DUST), share)
    more, fewer = np.where(passes > 0, more, 1.0), np.where(failed > 0, fewer, 1.0)
    small = is_small(n, lot)
    if small.any():
        x, n, share, lot = (part[small].astype(float) for part in (x, n, share, lot))
        need = required(share, lot)
        more[small] = _lot_tail("sf", x - 1, lot, need - 1, n)
        fewer[small] = _lot_tail("cdf", x, lot, need, n)
    return more, fewer


def confidence_at(elapsed: ArrayLike) -> Floats:
    """How sure a word must be when so much of the year is gone, if every day may be looked at: at
    the end 95 %, before 1 - P(Z > c / sqrt(elapsed)), c = 2.807.

    The bound of O'Brien and Fleming 1979 as alpha spent by time (Lan and DeMets 1983, Biometrika
    70:659), looked at without end: by reflection a path crosses it before the end in .5 %. Whoever
    crosses it is mostly beyond 5 % at the end too, so that the end's own test stays what it is (as
    Haybittle's and Peto's) and both together are wrong in at most 5 %.

    >>> confidence_at([0.25, 0.5, 0.75, 1]).round(5).tolist()
    [1.0, 0.99996, 0.99941, 0.95]
    """
    (elapsed,) = floats(elapsed)
    with np.errstate(divide="ignore"):
        within = special.ndtr(special.ndtri(1 - WITHIN_YEAR / 2) / np.sqrt(elapsed))
    return np.where(elapsed < 1, within, CONFIDENCE)


def demonstrated(
    x: ArrayLike,
    n: ArrayLike,
    share: ArrayLike,
    lot: ArrayLike = np.nan,
    confidence: ArrayLike = CONFIDENCE,
) -> NDArray[np.object_]:
    """`demonstrated`, `refuted` or `not shown`: what x passes of n samples say of a share,
    one-sided and exact.

    Demonstrated: were the share just missed, so many passes would come up in at most 5 % of
    samplings; refuted: were it just reached, so few would. Binomial, or hypergeometric where the
    lot is known and the sample is more than a tenth of it. Empty text where nothing was sampled or
    a number is missing.

    >>> demonstrated([99, 98, 90], 100, 0.95).tolist()
    ['demonstrated', 'not shown', 'refuted']
    """
    x, n, share, lot = floats(x, n, share, lot)
    known = (n > 0) & ~np.isnan(x) & ~np.isnan(share)
    more, fewer = _tails(np.where(known, x, 0), np.where(known, n, 0), share, lot)
    alpha = 1 - np.asarray(confidence) + DUST
    return np.select(
        [~known, more <= alpha, fewer <= alpha], ["", "demonstrated", "refuted"], "not shown"
    ).astype(object)


def further(
    x: ArrayLike,
    n: ArrayLike,
    share: ArrayLike,
    lot: ArrayLike = np.nan,
    confidence: float = CONFIDENCE,
) -> Floats:
    """How many further samples, all passing, would demonstrate a share; NaN where no number would.

    None would where the share is all of an endless lot, or where a known lot has too few left.
    """
    x, n, share, lot = floats(x, n, share, lot)
    sampled = (n > 0) & ~np.isnan(x) & ~np.isnan(share)
    known = sampled & (share < 1)
    alpha = 1 - confidence + DUST
    with np.errstate(invalid="ignore"):
        total = special.bdtrin(np.where(known, n - x, 0), alpha, np.where(known, 1 - share, 0.5))
        more = np.where(known, np.maximum(np.ceil(total - 1e-9) - n, 0), np.nan)
    # Not enough before a tenth of the lot is drawn.
    small = sampled & (n <= lot) & ~((n + more) * SMALL_LOT <= lot)
    if small.any():
        more[small] = _further_of_lot(alpha, *(part[small] for part in (x, n, share, lot)))
    return more


def _further_of_lot(alpha: float, x: Floats, n: Floats, share: Floats, lot: Floats) -> Floats:
    """How many further samples of a lot, all passing, make the tail at most alpha; NaN for none."""
    need, rest = required(share, lot), (lot - n).astype(np.int64)

    def demonstrates(more: Wholes) -> Bools:
        more = np.minimum(more, rest)
        return _lot_tail("sf", x + more - 1, lot, need - 1, n + more) <= alpha

    least = _least(demonstrates, np.maximum(lot // SMALL_LOT + 1 - n, 0), rest)
    return np.where(least > rest, np.nan, least)


def overdispersion(x: ArrayLike, n: ArrayLike, centre: float) -> tuple[float, float]:
    """How far units differ by more than chance around a rate: phi, the mean of z^2 after a tenth at
    either end is drawn in, and tau, the standard deviation between their true rates (Spiegelhalter
    2005, Qual. Saf. Health Care 14:347: winsorised, additive, by moments).

    phi is about 1, or less for what was drawn in, where chance is all there is. tau is 0 unless phi
    exceeds 1 + 2 sqrt(2 / units); fewer than ten units, or a centre of 0 or 1, tell nothing: NaN
    and 0.
    """
    x, n = floats(x, n)
    x, n = x[n > 0], n[n > 0]
    units, variance = len(n), centre * (1 - centre)
    if units < FEWEST or not variance > 0:
        return float("nan"), 0.0
    z = (x / n - centre) / np.sqrt(variance / n)
    z = np.clip(z, *np.quantile(z, (WINSORISED, 1 - WINSORISED)))
    phi, weight = float((z**2).mean()), n / variance
    if phi <= 1 + 2 * np.sqrt(2 / units):
        return phi, 0.0
    room = weight.sum() - (weight**2).sum() / weight.sum()
    return phi, float(np.sqrt((units * phi - (units - 1)) / room))


def funnel_limits(
    n: ArrayLike, centre: ArrayLike, coverage: float, tau: ArrayLike = 0.0
) -> Interval:
    """Between which rates a sample of n lies with this probability if its true rate is `centre`, or
    is spread around it with a standard deviation of tau.

    By chance alone binomial quantiles, interpolated so that the limits are smooth in n
    (Spiegelhalter 2005); the upper limit of passes is the lower one of failures, and nothing varies
    around a centre of 0 or 1. With tau the normal ones of both variances together.
    """
    n, centre, tau = floats(n, centre, tau)
    tail = (1 - coverage) / 2
    ends = []
    trials = np.where(n > 0, n, 1).astype(np.int64)
    for rate in (centre, 1 - centre):

        def below(r: Floats, rate: Floats = rate) -> Floats:
            return np.where(r > 0, special.bdtr(np.maximum(r - 1, 0), trials, rate), 0.0)

        with np.errstate(divide="ignore", invalid="ignore"):
            r = np.maximum(np.ceil(special.bdtrik(tail, trials, rate)), 0)
            r = np.where(below(r) >= tail, r - 1, r)  # an inverse may be off by one
            at_most = special.bdtr(r, trials, rate)
            end = np.clip((r - (at_most - tail) / (at_most - below(r))) / n, 0, 1)
        ends.append(np.where(n > 0, np.where((rate == 0) | (rate == 1), rate, end), np.nan))
    low, high = ends[0], 1 - ends[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = special.ndtri(1 - tail) * np.sqrt(centre * (1 - centre) / n + tau**2)
    known = tau > 0
    low = np.where(known, np.maximum(centre - reach, 0), low)
    return low, np.where(known, np.minimum(centre + reach, 1), high)
