"""A score sheet as grids of units by targets, points in whole parts of one scale: sums and scores
are exact, and a score is one division of them, so that equal scores are equal.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yxq.plan.folder import Plan
from yxq.plan.scoring import Scoring

WHOLE = ["earned", "deducted", "lacking"]
GRIDS = [*WHOLE, "applies", "missing", "pending", "vetoed", "key_missed"]

Grid = NDArray[Any]


@dataclass(frozen=True)
class Sheet:
    """The `credits` as grids of units by targets, points in whole parts of one `scale`; of a plan
    with weights these are the points.
    """

    units: list[str]
    targets: list[str]
    points: Grid
    scale: int
    has_points: bool
    """Whether it is the office's own sheet, of which what is deducted is taken off."""
    earned: Grid
    applies: Grid
    missing: Grid
    pending: Grid
    deducted: Grid
    vetoed: Grid
    key_missed: Grid
    lacking: Grid
    """Points whose returns are missing."""

    @property
    def is_open(self) -> Grid:
        """Of which results something is missing that could change them."""
        return np.asarray(self.lacking > 0)

    @property
    def vetoed_units(self) -> Grid:
        """Which units are vetoed."""
        return np.asarray(self.vetoed.any(axis=1))

    @property
    def keys_missed(self) -> Grid:
        """Which units miss a key item."""
        return np.asarray(self.key_missed.any(axis=1))

    @property
    def off(self) -> Grid:
        """Points taken off each unit."""
        return np.asarray(self.deducted.sum(axis=1))

    def parts(self) -> tuple[Grid, Grid, Grid]:
        """Points that are missing, that apply or are missing, and that are pending, a unit."""
        known = self.missing | self.applies
        return self.lacking.sum(axis=1), known @ self.points, self.pending @ self.points

    def sums(self) -> tuple[Grid, Grid]:
        """What each unit earned, and of how much that applies."""
        return (self.earned * self.applies).sum(axis=1), self.applies @ self.points

    def fraction(self, earned: Grid, of: Grid, off: Grid) -> tuple[Grid, Grid]:
        """Numerator and denominator of a score of 100."""
        if self.has_points:
            return 100 * (earned - off), of
        return 100 * earned * self.scale - off * of, of * self.scale

    def has_score(self, scoring: Scoring) -> Grid:
        """Which units get a score: something applies and little enough is missing, compared
        exactly.
        """
        missing, known, _ = self.parts()
        most = scoring.missing_at_most
        complete = missing * most.denominator <= known * most.numerator
        return np.asarray((self.applies @ self.points > 0) & complete, dtype=bool)

    def scores(self, scoring: Scoring) -> list[Fraction | None]:
        """Each unit's score, 0 to 100 and above where there was a bonus; None where it has none."""
        pairs = zip(self.all_scores(), self.has_score(scoring), strict=True)
        return [score if scored else None for score, scored in pairs]

    def all_scores(self) -> list[Fraction | None]:
        """The same, however much is missing; None where nothing applies."""
        pairs = zip(*self.fraction(*self.sums(), self.off), strict=True)
        return [max(Fraction(int(up), int(of)), Fraction(0)) if of else None for up, of in pairs]


def sheet_of(plan: Plan, rows: pd.DataFrame, units: Iterable[str]) -> Sheet:
    """The `credits` of some units as grids, units and targets in an order of their own, so that the
    order of rows cannot matter.
    """
    rows = rows[rows["unit"].isin(units)]
    units, targets = sorted(units), sorted(rows["target"].unique())
    points = [plan.target(target).most for target in targets]
    parts = {Fraction(part) for column in WHOLE for part in rows[column]} | {*points}
    scale = math.lcm(*(part.denominator for part in parts))
    whole = {part: int(part * scale) for part in parts}
    # Beyond what a machine's integers hold they are Python's own, exact and slower.
    largest = 100 * scale * max([1, *whole.values()]) * (1 + len(targets))
    kind: Any = np.int64 if largest * scale < 2**62 else object
    values = {column: [whole[Fraction(p)] for p in rows[column]] for column in WHOLE}
    values |= {column: rows[column].fillna(False).tolist() for column in GRIDS[len(WHOLE) :]}
    place = pd.Index(units).get_indexer(rows["unit"]), pd.Index(targets).get_indexer(rows["target"])

    def grid(column: str) -> Grid:
        made = np.zeros((len(units), len(targets)), dtype=kind if column in WHOLE else bool)
        made[place] = values[column]
        return made

    return Sheet(
        units,
        targets,
        points=np.array([whole[part] for part in points], dtype=kind),
        scale=scale,
        has_points=plan.period.has_points,
        **{column: grid(column) for column in GRIDS},
    )


def divided(numerator: Grid, denominator: Grid | int) -> Grid:
    """A quotient as floats, NaN where there is nothing to divide by."""
    denominator = np.asarray(denominator)
    whole = np.where(denominator == 0, 1, denominator)
    return np.where(denominator == 0, np.nan, numerator / whole).astype("float64")
