"""How many samples decide a rate, and how often they decide wrongly: operating curves and risks.

The terms are those of sampling inspection (GB/T 2828.4, ISO 2859-4). A share is claimed; the
producer's risk is that a population that has it is turned down, the consumer's that one which has
clearly less is let pass. All tails are exact binomial ones, as those of `evidence.demonstrated`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from yxq.stats.evidence import DUST, Floats, floats, required
from yxq.stats.forecast import chance_rate, prior_rate

RISK, POWER = 0.05, 0.8
MOST_FAILURES = 2**17  # beyond, nobody samples: at 95 % over two million


class Size(NamedTuple):
    """How many samples decide: n, of which so many may fail, with what power; and `settled`, from
    which number on every larger one has the power too.
    """

    n: int
    failures: int
    power: float
    settled: int


def accepted(n: ArrayLike, failures: ArrayLike, truth: ArrayLike) -> Floats:
    """The operating curve: the chance that at most so many of n samples fail where the share that
    passes is truly `truth`.

    Nothing is accepted where fewer than none may fail.

    >>> float(accepted(59, 0, 0.95).round(4))
    0.0485
    """
    n, failures, truth = floats(n, failures, truth)
    chance = special.bdtr(np.clip(failures, 0, n), n.astype(np.int64), 1 - truth)
    curve: Floats = np.where(failures < 0, 0.0, chance)
    return curve


def tolerated(n: ArrayLike, share: ArrayLike) -> Floats:
    """How many of n samples may fail where the plain word counts: x of n at least the share."""
    n, share = floats(n, share)
    return np.asarray(n - required(share, n))


def smallest(failures: ArrayLike, share: ArrayLike, risk: float = RISK) -> Floats:
    """The fewest samples that demonstrate a share although so many of them fail: the least n with
    P(at most so many failures; n, share) <= risk.

    >>> smallest([0, 1, 2, 3, 4, 5], 0.95).astype(int).tolist()
    [59, 93, 124, 153, 181, 208]
    """
    failures, share = floats(failures, share)
    n = np.ceil(special.bdtrin(failures, risk + DUST, 1 - share) - 1e-9)
    # An inverse may be off by one.
    return np.asarray(np.where(accepted(n, failures, share) > risk + DUST, n + 1, n))


def allowed(n: ArrayLike, share: ArrayLike, risk: float = RISK) -> Floats:
    """The most failures with which n samples still demonstrate a share; -1 where n is too few.

    >>> allowed([58, 59, 100, 601], 0.95).astype(int).tolist()
    [-1, 0, 1, 21]
    """
    n, share = floats(n, share)
    trials = np.maximum(n, 1).astype(np.int64)
    most = np.floor(np.maximum(special.bdtrik(risk + DUST, trials, 1 - share), -1))
    most = np.where(accepted(n, most, share) > risk + DUST, most - 1, most)
    most = np.where(accepted(n, most + 1, share) <= risk + DUST, most + 1, most)
    return np.asarray(most)


def sample_size(
    share: float, truth: float, risk: float = RISK, power: float = POWER
) -> Size | None:
    """The fewest samples that demonstrate a share with a power if it is truly `truth`; None where
    no number would.

    Power does not rise evenly with n: it leaps where one more failure is allowed and sinks until
    the next (the saw teeth of exact tests; Chernick and Liu 2002, Am. Stat. 56:149). n is the first
    that has it, as tables give it; from `settled` on all have. To have a population that is truly
    worse refuted, ask for failures: `sample_size(1 - share, 1 - worse)`, n - failures of the answer
    being how many must fail.

    >>> sample_size(0.95, 0.98)[:2], sample_size(0.95, 0.98).settled
    ((234, 6), 286)
    """
    if not 0 < share < truth <= 1:
        return None
    many = 64
    while many <= MOST_FAILURES:
        starts = smallest(np.arange(many + 1), share, risk)
        failures, ends = np.arange(many), starts[1:] - 1
        # With so many failures allowed power is highest at the first n, and lowest at the last.
        highest, lowest = (accepted(n, failures, truth) for n in (starts[:-1], ends))
        enough, lacking = highest >= power - DUST, np.flatnonzero(lowest < power - DUST)
        settled = lacking[-1] + 1 if len(lacking) else 0
        if enough.any() and settled < many // 2:
            first = int(enough.argmax())
            n, last = int(starts[first]), int(starts[settled])
            return Size(n, first, float(highest[first]), max(n, last))
        many *= 4
    return None


def reaching(x: ArrayLike, n: ArrayLike, shares: ArrayLike) -> Floats:
    """How many units reach each of some shares in another year like this one, with as many samples
    each, from x of n of each this year.

    A unit's true rate is its posterior under the spread of all (`forecast.prior_rate`), its passes
    are beta-binomial; that a year as such may be better or worse is not in it.
    """
    x, n = floats(x, n)
    x, n = x[n > 0], n[n > 0]
    a, b = prior_rate(x, n)
    (shares,) = floats(shares)
    need = required(shares[..., None], n)
    return np.asarray(chance_rate(0, n, need, a + x, b + n - x).sum(axis=-1))
