"""Rates of few samples, drawn towards what all units' are (empirical Bayes: Efron and Morris 1975,
J. Am. Stat. Assoc. 70:311).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from yxq.stats.evidence import Floats, floats


def chance_above(
    x: ArrayLike, n: ArrayLike, share: ArrayLike, a: ArrayLike, b: ArrayLike
) -> Floats:
    """The chance that the true rate behind x of n is `share` or more, from a prior Beta(a, b), such
    as the spread of all units (`forecast.prior_rate`).

    NaN without samples, and of a share of all, which no finite sample shows.
    """
    x, n, share, a, b = floats(x, n, share, a, b)
    told = special.betaincc(a + x, b + n - x, np.clip(share, 0, 1))
    return np.where((n > 0) & (share > 0) & (share < 1), told, np.nan)
