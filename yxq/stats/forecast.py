"""The chance that a year's target will be met, given what came and what is to come: beta-binomial
and negative binomial. What is to come is told by `ahead`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from yxq.stats.evidence import Floats, floats

JEFFREYS_RATE, LEAST_UNITS = (0.5, 0.5), 5  # fewer units tell nothing about a spread
STEPS = 9  # of how many samples are to come


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


def chance_rate(
    x: ArrayLike, rest: ArrayLike, need: ArrayLike, a: ArrayLike, b: ArrayLike
) -> Floats:
    """The chance that x passes so far and those among `rest` further samples make `need` in all;
    passes to come are beta-binomial with a and b.
    """
    x, rest, need, a, b = floats(x, rest, need, a, b)
    spare = x + rest - need  # failures that may still come
    out = np.where(spare < 0, 0.0, 1.0)
    open_end = np.flatnonzero(((spare >= 0) & (spare < rest)).ravel())
    if len(open_end):
        s, m, u, v = (part.ravel()[open_end] for part in (spare, rest, b, a))
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
    return np.where(np.isnan(x + rest + need + a + b), np.nan, out)


def chance_share(
    x: ArrayLike,
    n: ArrayLike,
    rest: ArrayLike,
    shape: ArrayLike,
    p: ArrayLike,
    q: ArrayLike,
    a: ArrayLike,
    b: ArrayLike,
) -> Floats:
    """The chance that a rate ends at p/q or above, x of n passing so far.

    How many samples come is not known: their number is spread around `rest` as a negative binomial
    of that shape, in nine steps of equal weight. Sure only where it is decided: with next to
    nothing to come, or where p/q can no longer be reached.
    """
    x, n, rest, shape, p, q = floats(x, n, rest, shape, p, q)
    spread = np.sqrt(rest + rest**2 / shape)
    chances = []
    for step in special.ndtri((np.arange(STEPS) + 0.5) / STEPS):
        more = np.maximum(np.round(rest + step * spread), 0)
        chances.append(chance_rate(x, more, -(-(n + more) * p // q), a, b))
    chance: Floats = np.mean(chances, axis=0)
    return chance


def chance_count(
    c: ArrayLike, rest: ArrayLike, shape: ArrayLike, low: ArrayLike, high: ArrayLike
) -> Floats:
    """The chance that c events so far, and about `rest` to come, end between low and high
    (infinity: no upper end).

    Events to come are negative binomial, of that shape. NaN where a number is not known.
    """
    c, rest, shape, low, high = floats(c, rest, shape, low, high)
    known = ~np.isnan(c + rest + shape + low) & ~np.isnan(high)
    none = np.where(known, shape / (shape + rest), 0.5)

    def at_most(k: Floats) -> Floats:
        held = special.betainc(np.where(known, shape, 1.0), np.maximum(k, 0) + 1, none)
        return np.where(k < 0, 0.0, np.where(np.isinf(k) | (rest <= 0), 1.0, held))

    with np.errstate(invalid="ignore"):
        return np.where(known, np.maximum(at_most(high - c) - at_most(low - c - 1), 0), np.nan)
