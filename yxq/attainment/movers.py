"""What each target does to a unit's score and rank."""

from __future__ import annotations

import numpy as np
import pandas as pd

from yxq.attainment.bounds import extremes
from yxq.attainment.credits import credits, deductions, scoring_of, vetoes
from yxq.attainment.ranks import VETOED
from yxq.attainment.sheet import Grid, Sheet, divided, sheet_of
from yxq.plan.folder import Plan
from yxq.plan.scoring import Scoring
from yxq.words.states import State


def movers(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """What each target does to a unit's score and rank: unit, target, points, places, chance.

    Of a target that is missed: what full credit would add, how many places up, and the chance that
    it brings that (while the period runs, where there is one); of one that is met: what losing it
    would cost (negative), all else as it is. The largest move of a unit comes first; units without
    a score are left out, and so is while the period runs what is missed for good: then nothing else
    is called not attained.
    """
    scoring, rows = scoring_of(plan), credits(plan, attained)
    worst, _ = extremes(plan, rows)  # by which units are ranked
    towns = [unit.name for unit in plan.towns]
    sheet, certain = (sheet_of(plan, part, towns) for part in (rows, worst))
    now, turned = _turned_scores(scoring, sheet, sheet)
    ranked, ranked_turned = _turned_scores(scoring, certain, sheet)
    now_vetoed, turned_vetoed = _turned_vetoes(scoring, certain)
    has_score = sheet.has_score(scoring)
    before, after = ranked - VETOED * now_vetoed, ranked_turned - VETOED * turned_vetoed
    moved = pd.DataFrame(
        {
            "unit": np.repeat(sheet.units, len(sheet.targets)),
            "target": np.tile(sheet.targets, len(sheet.units)),
            "points": (turned - now).ravel(),
            "places": _places(before, after, has_score).ravel(),
        }
    )
    moved = moved[(sheet.applies & has_score[:, None]).ravel()]
    running = pd.to_datetime(attained["as_of"]) < pd.Timestamp(plan.span()[1])
    lost = running & (attained["state"] == State.NOT_ATTAINED)
    cells = attained[["unit", "target"]].assign(chance=attained["probability"], lost=lost)
    moved = moved.merge(cells, on=["unit", "target"], how="left")
    moved = moved[~(moved["lost"] & (moved["points"] > 0))].drop(columns="lost")
    order = moved.assign(by_places=-moved["places"].abs(), by_points=-moved["points"].abs())
    order = order.sort_values(["unit", "by_places", "by_points", "target"])
    return order[[*moved]].reset_index(drop=True)


def _turned_scores(scoring: Scoring, sheet: Sheet, known: Sheet) -> tuple[Grid, Grid]:
    """Each unit's score as it is, and with each target turned: given all its points, or if it has
    them none; what was taken off is given back, or incurred. known: what the results are, where
    those of the sheet are at their worst.
    """
    earned, of, off = (part[:, None] for part in (*sheet.sums(), sheet.off))
    gains = known.applies & (known.earned < known.points)
    change = np.where(gains, sheet.points - sheet.earned, -sheet.earned) * known.applies
    costs = {id: int(points * sheet.scale) for id, points in deductions(scoring).items()}
    cost = np.array([costs.get(target, 0) for target in sheet.targets], sheet.points.dtype)
    back = np.where(gains, sheet.deducted, -cost * known.applies)
    now = divided(*sheet.fraction(earned, of, off))
    then = divided(*sheet.fraction(earned + change, of, off - back))
    return np.maximum(now, 0), np.maximum(then, 0)


def _turned_vetoes(scoring: Scoring, sheet: Sheet) -> tuple[Grid, Grid]:
    """Whether each unit is vetoed, and whether it would be with each target turned."""
    now = sheet.vetoed_units[:, None]
    others = sheet.vetoed.sum(axis=1, keepdims=True) > sheet.vetoed
    may_veto = np.isin(sheet.targets, vetoes(scoring))
    return now, np.where(may_veto, others | ~sheet.vetoed, now)


def _places(before: Grid, after: Grid, has_score: Grid) -> Grid:
    """How many places up each unit would go, among those that have a score."""
    order = np.sort(before[has_score, 0])
    ahead_before, ahead_after = (
        len(order) - np.searchsorted(order, scores, "right") for scores in (before, after)
    )
    return np.asarray(ahead_before - (ahead_after - (before > after)))  # not ahead of itself
