"""Samples that come several to a cluster, such as a firm, tell less than as many of different ones.

The intraclass correlation says how alike samples of one cluster are, and the design effect 1 + (m -
1) ICC how many of them tell as much as one alone (Kish 1965; Donner and Klar 2000).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from yxq.stats.evidence import Floats


def intraclass(x: ArrayLike, n: ArrayLike, group: ArrayLike) -> float:
    """The intraclass correlation of x passes of n samples a cluster, by analysis of variance within
    groups (units), whose own levels are no likeness of clusters; never below nothing.

    With MSB and MSW the mean squares between and within clusters and n0 their mean size, (MSB -
    MSW) / (MSB + (n0 - 1) MSW). 0 where no group has two clusters or no cluster two samples.
    """
    rows = pd.DataFrame({"x": x, "n": n, "group": group}).astype({"x": float, "n": float})
    rows = rows[rows["n"] > 0]
    rate, of = rows["x"] / rows["n"], rows.groupby("group")[["x", "n"]]
    sums, groups = of.transform("sum"), rows["group"].nunique()
    free, within_free = len(rows) - groups, rows["n"].sum() - len(rows)
    if not (free > 0 and within_free > 0):
        return 0.0
    between = (rows["n"] * (rate - sums["x"] / sums["n"]) ** 2).sum() / free
    within = (rows["n"] * rate * (1 - rate)).sum() / within_free
    size = (rows["n"].sum() - (rows["n"] ** 2 / sums["n"]).sum()) / free
    total = between + (size - 1) * within
    return max(float((between - within) / total), 0.0) if total > 0 else 0.0


def design_effect(sizes: ArrayLike, correlation: float) -> float:
    """1 + (m - 1) ICC of a sample with so many in each cluster, m the mean size of the cluster that
    a sample is in.

    >>> design_effect([4, 4, 4], 0.3)
    1.9
    """
    sizes = np.asarray(sizes, dtype=float)
    mean = float((sizes**2).sum() / sizes.sum()) if sizes.sum() > 0 else 1.0
    return 1 + max(mean - 1, 0) * correlation


def effective(x: ArrayLike, n: ArrayLike, effect: ArrayLike) -> tuple[Floats, Floats]:
    """Passes and samples that tell as much, each of another cluster (Korn and Graubard 1998)."""
    x, n, effect = (np.asarray(part, dtype=float) for part in (x, n, effect))
    return x / effect, n / effect
