"""The chance that a year's target will be met, from what is known part of the way: beta-binomial
and negative binomial.

A prior says what was known before the year's first number: Jeffreys' where nothing was, else the
spread of all units in the year before (empirical Bayes). `make bench` checks by simulation that of
the cases given 70 % about 70 % attain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from yxq.stats.evidence import Floats, floats

JEFFREYS_RATE, JEFFREYS_COUNT = (0.5, 0.5), (0.5, 0.0)
LEAST_UNITS = 5  # fewer tell nothing about a spread
# Of the samples to come: how far their number may be off, and in how many steps.
NUMBER_UNSURE, STEPS = 0.2, 9


def prior_rate(x: ArrayLike, n: ArrayLike) -> tuple[float, float]:
    """Beta parameters of the units' true rates, from x of n of each in another year, by moments
    (Kleinman 1973).

    At least as wide as one sample says and never firmer than all the samples together; Jeffreys'
    with fewer than five units.
    """
    x, n = floats(x, n)
    known = (n > 0) & ~np.isnan(x)
    x, n = x[known], n[known]
    if len(n) < LEAST_UNITS:
        return JEFFREYS_RATE
    total, k = n.sum(), len(n)
    mean = (x.sum() + 0.5) / (total + 1)
    spread = (n * (x / n - mean) ** 2).sum() / (mean * (1 - mean))
    room = total - (n**2).sum() / total - (k - 1)
    # Between units, as a share of mean * (1 - mean); and of the mean, which is an estimate, too.
    between = max((spread - (k - 1)) / room, 0.0) if room > 0 else 0.0
    unsure = (1 - between) / total + between * (n**2).sum() / total**2
    firmness = max(1 / (between + unsure) - 1, 1.0)
    return mean * firmness, (1 - mean) * firmness


def prior_count(counts: ArrayLike, size: ArrayLike = 1.0) -> tuple[float, float]:
    """Gamma parameters (shape; rate a year) of the yearly number of a unit of size 1, from another
    whole year, by moments.

    Counts go with the units' sizes. Never firmer than half of all units together; Jeffreys' with
    fewer than five units.
    """
    counts, size = floats(counts, size)
    known = ~np.isnan(counts) & (size > 0)
    counts, size = counts[known], size[known]
    k = len(counts)
    if k < LEAST_UNITS:
        return JEFFREYS_COUNT
    mean = (counts.sum() + 0.5) / size.sum()
    level = size * counts.sum() / size.sum()
    beyond_chance = ((counts - level) ** 2).sum() * k / (k - 1) - (size * mean).sum()
    between = max(beyond_chance / (size**2).sum(), 0.0)
    # Mean and spread are estimates, too.
    unsure = 2 * (between * (size**2).sum() / size.sum() ** 2 + mean / size.sum())
    years = float(mean / (between + unsure))
    return mean * years, years


def chance_rate(
    x: ArrayLike, n: ArrayLike, rest: ArrayLike, need: ArrayLike, a: ArrayLike, b: ArrayLike
) -> Floats:
    """The chance that x passes of n so far and those among `rest` further samples make `need`
    passes in all.

    Passes to come are beta-binomial with a + x and b + n - x.
    """
    x, n, rest, need, a, b = floats(x, n, rest, need, a, b)
    spare = n + rest - need - (n - x)  # failures that may still come
    alpha, beta = b + n - x, a + x  # of failures
    out = np.where(spare < 0, 0.0, 1.0)
    open_end = np.flatnonzero(((spare >= 0) & (spare < rest)).ravel())
    if len(open_end):
        s, m, u, v = (part.ravel()[open_end] for part in (spare, rest, alpha, beta))
        upper = s >= m / 2  # sum the shorter tail
        terms = np.where(upper, m - s, s + 1).astype(np.int64)
        starts = np.concatenate([[0], np.cumsum(terms)[:-1]])
        first = np.where(upper, s + 1, 0)
        k = np.arange(terms.sum()) - np.repeat(starts, terms) + np.repeat(first, terms)
        m, u, v = (np.repeat(part, terms) for part in (m, u, v))
        ways = -np.log1p(m) - special.betaln(m - k + 1, k + 1)
        mass = np.exp(ways + special.betaln(k + u, m - k + v) - special.betaln(u, v))
        sums = np.add.reduceat(mass, starts)
        out.flat[open_end] = np.clip(np.where(upper, 1 - sums, sums), 0, 1)
    return np.where(np.isnan(x + n + rest + need), np.nan, out)


def chance_share(
    x: ArrayLike,
    n: ArrayLike,
    rest: ArrayLike,
    p: ArrayLike,
    q: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
) -> Floats:
    """The chance that a rate ends at p/q or above, x of n passing so far and about `rest` samples
    still to come.

    How many come is not known: their number is spread around `rest` by chance (Poisson) and by a
    fifth, in nine steps of equal weight. Sure only where it is decided: with next to nothing to
    come, or where p/q can no longer be reached.
    """
    x, n, rest, p, q = floats(x, n, rest, p, q)
    spread = np.sqrt(rest + (NUMBER_UNSURE * rest) ** 2)
    steps = special.ndtri((np.arange(STEPS) + 0.5) / STEPS)
    chances = []
    for step in steps:
        more = np.maximum(np.round(rest + step * spread), 0)
        chances.append(chance_rate(x, n, more, -(-(n + more) * p // q), a, b))
    chance: Floats = np.mean(chances, axis=0)
    return chance


def chance_count(
    c: ArrayLike, elapsed: ArrayLike, low: ArrayLike, high: ArrayLike, a: ArrayLike, b: ArrayLike
) -> Floats:
    """The chance that c events in the elapsed share of the year end between low and high (infinity:
    no upper end).

    Events to come are negative binomial: gamma posterior a + c and b + elapsed, over the rest of
    the year. NaN where nothing is known (no prior and no time gone).
    """
    c, gone, low, high, a, b = floats(c, elapsed, low, high, a, b)
    known = (b + gone > 0) & ~np.isnan(c) & ~np.isnan(low) & ~np.isnan(high)
    share = np.where(known, np.minimum((b + gone) / (b + 1), 1), 0.5)

    def at_most(k: Floats) -> Floats:
        held = special.betainc(a + c, np.maximum(k, 0) + 1, share)
        return np.where(k < 0, 0.0, np.where(np.isinf(k) | (gone >= 1), 1.0, held))

    with np.errstate(invalid="ignore"):
        return np.where(known, np.maximum(at_most(high - c) - at_most(low - c - 1), 0), np.nan)
