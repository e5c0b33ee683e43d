"""How firm ranks are: the points varied, and the true rates behind samples drawn."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pandas as pd

from yxq.attainment.credits import scoring_of
from yxq.attainment.sheet import Grid, Sheet, sheet_of
from yxq.attainment.worth import points
from yxq.plan.folder import Plan
from yxq.plan.requirement import Requirement
from yxq.plan.scoring import Scoring
from yxq.plan.target import Target

INTERVAL = (0.05, 0.95)  # of the ranks drawn
VETOED = 10**6  # taken off for the order alone: a vetoed unit comes after all others
AT_ONCE = 4_000_000  # numbers drawn at a time


def places(scores: Grid) -> Grid:
    """Ranks along the first axis, the largest first; ties share the better one."""
    ranks = pd.DataFrame(-scores).rank(method="min").to_numpy().astype(np.int64)
    return np.asarray(ranks).reshape(scores.shape)


def rank_interval(
    plan: Plan, attained: pd.DataFrame, rows: pd.DataFrame, units: list[str]
) -> pd.DataFrame:
    """Between which ranks each unit lies in 90 of 100 draws: unit, rank_low, rank_high.

    A draw moves the points of each target by up to `vary` either way and redraws the true rate
    behind every sampled rate from its posterior (Jeffreys), judged by the same bound and worth.
    Seeded by the plan. rows: `credits`.
    """
    if not units:
        return pd.DataFrame({"unit": [], "rank_low": [], "rank_high": []})
    sheet = sheet_of(plan, rows, units)
    draws = [places(drawn) for drawn in _drawn_scores(plan, attained, sheet)]
    ranks = np.concatenate(draws, axis=1)
    low, high = np.quantile(ranks, INTERVAL, axis=1, method="inverted_cdf")
    return pd.DataFrame({"unit": sheet.units, "rank_low": low, "rank_high": high})


def _drawn_scores(plan: Plan, attained: pd.DataFrame, sheet: Sheet) -> Iterator[Grid]:
    """Scores for the order alone, units by draws, as many draws at a time as memory is given."""
    scoring = scoring_of(plan)
    rng = np.random.default_rng(scoring.seed)
    vary, at_once = float(scoring.vary), max(1, AT_ONCE // sheet.earned.size)
    most = sheet.points.astype("float64") / sheet.scale
    earned_of = (sheet.earned * sheet.applies).astype("float64") / sheet.scale
    off = sheet.off.astype("float64")[:, None] / sheet.scale
    samples = _samples(plan, attained, sheet)
    for first in range(0, scoring.draws, at_once):
        draws = min(at_once, scoring.draws - first)
        factors = rng.uniform(1 - vary, 1 + vary, (len(sheet.targets), draws))
        earned, of = earned_of @ factors, sheet.applies @ (most[:, None] * factors)
        for column, passed, failed, target in samples:
            rate = rng.beta(passed + 0.5, failed + 0.5, (len(sheet.units), draws))
            more = points_of_rates(scoring, target, rate) - earned_of[:, column, None]
            is_known = sheet.applies & ~sheet.is_open
            earned += more * is_known[:, column, None] * factors[column]
        scores = 100 * (earned - off) / of if sheet.has_points else 100 * earned / of - off
        yield np.round(np.maximum(scores, 0), 9) - VETOED * sheet.vetoed_units[:, None]


def _samples(
    plan: Plan, attained: pd.DataFrame, sheet: Sheet
) -> list[tuple[int, Grid, Grid, Target]]:
    """Of each sampled rate whose points follow from it its column in the sheet, how many passed and
    failed a unit, and the target.
    """
    counts = attained.set_index(["unit", "target"])[["numerator", "denominator"]].astype("float64")
    samples = []
    for target in plan.targets:
        drawn = target.kind == "share" and target.sampled and not target.measure.strata
        share = target.constant if drawn and target.better == "more" else None
        if share is not None and share < 1 and not target.given and target.id in sheet.targets:
            cells = counts.reindex([(unit, target.id) for unit in sheet.units]).fillna(0)
            x, n = cells.to_numpy().T[:, :, None]
            samples.append((sheet.targets.index(target.id), x, n - x, target))
    return samples


def points_of_rates(scoring: Scoring, target: Target, rates: Grid) -> Grid:
    """What rates are worth where at least a share is asked, and rungs are constants."""
    share, most, worth = float(target.constant or 0), float(target.most), target.worth
    if worth and worth.by_number:
        whens = [rung.when for rung in worth.steps if isinstance(rung.when, Requirement)]
        holds = [_within(when, rates) for when in whens]
        return points(worth, most, holds, rates, share - rates, rates - share)
    steps = sorted((step.reached, float(step.credit)) for step in scoring.partial)
    earned = np.zeros_like(rates)
    for reached, credit in [*steps, (Fraction(1), 1.0)]:
        earned[rates >= float(reached) * share] = credit * most
    if worth and worth.bonus:
        return np.where(
            rates >= share, points(worth, most, [], rates, share - rates, rates - share), earned
        )
    return earned


def _within(when: Requirement, rates: Grid) -> Grid:
    """Whether drawn rates lie within constants."""
    low, high = when.ends
    return np.asarray(
        (rates >= (-np.inf if low is None else float(low)))
        & (rates <= (np.inf if high is None else float(high)))
    )
