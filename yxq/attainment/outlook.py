"""How the year may end: scores, ranks and grades by simulating what is still to come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from yxq.attainment.credits import deductions, scoring_of, vetoes
from yxq.attainment.ranks import INTERVAL, VETOED, places
from yxq.attainment.sheet import Grid, Sheet, sheet_of
from yxq.plan.folder import Plan
from yxq.words.states import JUDGED, SHORT

ENDS = ["end_low", "end_high", "end_grade", "end_chance", "all_met"]
COLUMNS = ["unit", "rank_low", "rank_high", *ENDS]
# How far the units of a city share what is still to come of a target, which no plan and no return
# says: an assumption, told where ranks are.
TOGETHER = 0.5
LEVELS = 25  # of what they share, from the worst to the best, each as likely

Draws = NDArray[np.float64]


@dataclass(frozen=True)
class Outcomes:
    """What a sheet's results become, units by targets: the chance of being met, what is earned and
    taken off then and if it is not, and what a miss brings besides.
    """

    chance: Grid
    """0 or 1 of what is final, or has no chance."""
    full: Grid
    missed: Grid
    cost: Grid
    marks: Grid
    """Three grids of what a miss brings: a veto, a key item missed, and that not all is met."""

    @property
    def is_open(self) -> Grid:
        """Of which results it is not known whether they will be met."""
        return np.asarray((self.chance > 0) & (self.chance < 1))


def outlook(plan: Plan, attained: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """How the year may end for every unit and the city, while the period runs; no rows afterwards.
    rows: `credits`.

    Columns: unit, rank_low to rank_high and end_low to end_high (of rank and score, in 90 of 100
    draws), end_grade (the likeliest) and end_chance (how likely it is), all_met (the chance that
    all that has a verdict now is met).

    In a draw each result is met by its chance, units together as far as `TOGETHER` says by what
    they share in a target (a one-factor copula, Li 2000, J. Fixed Income 9:43), so that every
    result keeps its own chance. What has none stays as it is; what is pending is left out. Seeded
    by the plan.
    """
    if not (pd.to_datetime(attained["as_of"]) < pd.Timestamp(plan.span()[1])).any():
        return pd.DataFrame(columns=COLUMNS)
    scoring = scoring_of(plan)
    sheet = sheet_of(plan, rows, rows["unit"].unique().tolist())
    rng = np.random.default_rng(scoring.seed)
    scores, marks = _drawn(plan, sheet, _outcomes(plan, attained, sheet), rng)
    vetoed, keys_missed, not_all_met = marks
    has_score = (sheet.applies @ sheet.points > 0).astype(bool)
    towns = has_score & np.array([unit != plan.city.name for unit in sheet.units])
    table = pd.DataFrame({"unit": sheet.units, "all_met": 1 - not_all_met.mean(axis=1)})
    ends = np.quantile(scores, INTERVAL, axis=1, method="inverted_cdf")
    table["end_low"], table["end_high"] = np.where(has_score, ends, np.nan)
    table = table.join(_places(scores - VETOED * vetoed, towns))
    table = table.join(_grades(plan, scores, vetoed, keys_missed).where(pd.Series(has_score)))
    table.loc[~has_score, "all_met"] = np.nan
    order = table.set_index("unit").loc[rows["unit"].unique()].reset_index()
    return order[COLUMNS].astype({"rank_low": "Int64", "rank_high": "Int64"})


def _outcomes(plan: Plan, attained: pd.DataFrame, sheet: Sheet) -> Outcomes:
    """What each result of a sheet may become."""
    is_open = attained["state"].isin(JUDGED) & attained["probability"].notna()
    is_open &= ~attained["final"].astype("boolean").fillna(False).astype(bool)
    # What has no verdict cannot be missed, whatever it earns.
    met = ~attained["state"].isin(SHORT)
    chance = attained["probability"].astype("float64").where(is_open, met)
    wide = attained.assign(chance=chance.astype("float64"))
    wide = wide.pivot(index="unit", columns="target", values="chance")
    told = wide.reindex(index=sheet.units, columns=sheet.targets).to_numpy("float64")
    told = np.where(sheet.applies, told, 1.0)
    held = (told == 0) | (told == 1)  # what it earns and costs stays
    scale, earned = float(sheet.scale), sheet.earned * sheet.applies.astype("float64")
    costs, keys = deductions(scoring_of(plan)), [target.id for target in plan.targets if target.key]
    brings = [np.isin(sheet.targets, names) for names in (vetoes(scoring_of(plan)), keys)]
    brings.append(np.ones(len(sheet.targets), dtype=bool))
    cost = np.array([float(costs.get(target, 0)) for target in sheet.targets])
    return Outcomes(
        chance=told,
        full=np.where(held, earned, np.maximum(sheet.points, earned)) / scale,
        missed=np.where(held | (earned < sheet.points), earned, 0.0) / scale,
        cost=np.where(held, sheet.deducted / scale, cost),
        marks=np.where(
            held, [sheet.vetoed, sheet.key_missed, told == 0], np.array(brings)[:, None, :]
        ),
    )


def _drawn(
    plan: Plan, sheet: Sheet, outcomes: Outcomes, rng: np.random.Generator
) -> tuple[Draws, Grid]:
    """Scores, units by draws, and of each of the three marks whether any miss brings it."""
    draws = scoring_of(plan).draws
    is_open, shape = outcomes.is_open, (len(sheet.units), draws)
    fixed = ~is_open
    earned = np.tile((outcomes.full * fixed).sum(axis=1)[:, None], draws)
    off = np.tile((outcomes.cost * fixed).sum(axis=1)[:, None], draws)
    marks = np.tile((outcomes.marks & fixed).any(axis=2, keepdims=True), draws)
    shared = np.sqrt(TOGETHER) * special.ndtri((np.arange(LEVELS) + 0.5) / LEVELS)
    for column in np.flatnonzero(is_open.any(axis=0)):
        open_here, chance = is_open[:, column, None], outcomes.chance[:, column]
        given = special.ndtr((special.ndtri(chance) - shared[:, None]) / np.sqrt(1 - TOGETHER))
        met = rng.random(shape, np.float32) < given[rng.integers(LEVELS, size=draws)].T
        missed = open_here & ~met
        full, part = outcomes.full[:, column, None], outcomes.missed[:, column, None]
        earned += np.where(missed, part, full * open_here)
        off += outcomes.cost[:, column, None] * missed
        marks |= outcomes.marks[:, :, column, None] & missed
    of = (sheet.applies @ sheet.points).astype("float64")[:, None] / sheet.scale
    of = np.where(of > 0, of, np.nan)
    scores = 100 * (earned - off) / of if sheet.has_points else 100 * earned / of - off
    return np.maximum(scores, 0).round(9).astype("float64"), marks


def _places(order: Draws, towns: Grid) -> pd.DataFrame:
    """Between which ranks those that are ranked lie in 90 of 100 draws."""
    ends = np.full((2, len(order)), np.nan)
    if towns.any():
        ranks = places(order[towns])
        ends[:, towns] = np.quantile(ranks, INTERVAL, axis=1, method="inverted_cdf")
    return pd.DataFrame(ends.T, columns=["rank_low", "rank_high"])


def _grades(plan: Plan, scores: Draws, vetoed: Grid, keys_missed: Grid) -> pd.DataFrame:
    """The likeliest grade of each unit, and how likely it is."""
    scoring = scoring_of(plan)
    if scoring.decimals is not None:  # halves up, as scores are
        unit = 10**scoring.decimals
        scores = np.floor((scores * unit).round(6) + 0.5) / unit
    least = np.array([float(band.least) for band in scoring.bands])
    asks_keys = np.array([band.keys for band in scoring.bands])
    reached = (scores[:, :, None] >= least) & ~(asks_keys & keys_missed[:, :, None])
    grades = [band.grade for band in scoring.bands]
    counts = pd.DataFrame(0.0, range(len(scores)), grades)
    first = reached.argmax(axis=2)
    for place, grade in enumerate(grades):
        counts[grade] += ((first == place) & ~vetoed).mean(axis=1)
    if scoring.veto:
        counts[scoring.veto.grade] += vetoed.mean(axis=1)
    return pd.DataFrame({"end_grade": counts.idxmax(axis=1), "end_chance": counts.max(axis=1)})
