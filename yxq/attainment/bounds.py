"""What returns that are missing could still change: scores, grades and ranks if all of it fails,
and if all of it passes (Manski 2003, Partial identification of probability distributions).

Nothing is assumed of what is missing. Units are ranked by what is certain, so that silence never
pays: to hold a return back can only lower a unit's place.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd

from yxq.attainment.credits import deductions, scoring_of, vetoes
from yxq.attainment.ranks import places
from yxq.attainment.sheet import Grid
from yxq.plan.folder import Plan
from yxq.plan.target import Target

OPEN = ["unit", "target", "points", "lacking", "earned", "earned_low", "earned_high"]


def extremes(plan: Plan, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The `credits` as they are if all that is missing fails, and if all of it passes."""
    is_open = rows["lacking"] > 0
    open_rows, asked = rows[is_open], {target.id: _ends(target) for target in plan.targets}
    of, off, may_veto = open_rows["target"], deductions(scoring_of(plan)), vetoes(scoring_of(plan))
    keys = {target.id for target in plan.targets if target.key}
    worst = {
        "earned": [asked[id][0] for id in of],
        "deducted": [off.get(id, Fraction(0)) for id in of],
        "vetoed": [id in may_veto for id in of],
        "key_missed": [id in keys for id in of],
    }
    best = {"earned": [asked[id][1] for id in of], "deducted": Fraction(0)}
    best |= {"vetoed": False, "key_missed": False}
    found = []
    for columns in (worst, best):
        table = rows.assign(applies=rows["applies"] | is_open)
        table.update(pd.DataFrame(columns, open_rows.index, dtype=object))
        found.append(table.astype(rows.dtypes))
    return found[0], found[1]


def _ends(target: Target) -> tuple[Fraction, Fraction]:
    """The least and the most points that a target can earn."""
    worth = target.worth
    if worth is None:
        return Fraction(0), target.most
    gives = [Fraction(0), target.most, *(rung.give for rung in worth.steps)]
    least = min([*gives, *([worth.each.least] if worth.each else [])])
    return least, max(gives) + (worth.bonus.most if worth.bonus else 0)


def places_of(low: pd.Series, high: pd.Series) -> dict[str, Grid]:
    """rank, rank_best and rank_worst of units whose scores lie between low and high: by the least
    score, and the best and the worst place, whatever the others' scores are between theirs.
    """
    lows, highs = np.sort(low), np.sort(high)
    better = len(highs) - np.searchsorted(highs, low, "right")  # and itself, where it may be better
    return {
        "rank": places(low.to_numpy()),
        "rank_best": 1 + len(lows) - np.searchsorted(lows, high, "right"),
        "rank_worst": np.where(high > low, better, better + 1),
    }


def open_results(plan: Plan, rows: pd.DataFrame) -> pd.DataFrame:
    """The results whose points missing returns could still change, all else as it is.

    rows: `credits`. Columns: unit, target, points, lacking (of them, whose returns are missing),
    earned (as it stands), earned_low and earned_high (if all that is missing fails, and passes).
    """
    worst, best = extremes(plan, rows)
    ends = rows.assign(earned_low=worst["earned"], earned_high=best["earned"])
    found = ends[rows["lacking"] > 0][OPEN]
    return found.astype(dict.fromkeys(OPEN[2:], "float64")).reset_index(drop=True)
