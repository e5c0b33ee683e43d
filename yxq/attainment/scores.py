"""Score, grade and rank of the units, how firm the rank is, and what moves it.

Every parameter stands under `scoring` in the plan file, because the plan gives none. Credits and
weights are whole numbers over a common denominator and a score is one division of them, so that
equal scores are equal and the edge of a band is met exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yxq.plan.folder import Plan
from yxq.plan.scoring import Scoring
from yxq.words.errors import refusal
from yxq.words.states import JUDGED, MET, SHORT, State

RANKS = ["rank", "rank_low", "rank_high"]
COLUMNS = ["unit", "score", "grade", *RANKS, "vetoed", "deducted", "missing", "judged", "ranked"]
INTERVAL = (0.05, 0.95)  # of the ranks drawn
VETOED = 1_000  # taken off for the order alone: a vetoed unit comes after all others
WHOLE = ["credit", "deducted"]
GRIDS = [*WHOLE, "applies", "missing", "pending", "vetoed"]
AT_ONCE = 4_000_000  # numbers drawn at a time

Grid = NDArray[Any]


@dataclass(frozen=True)
class Sheet:
    """The `credits` as grids of units by targets, credit in parts of `scale`; weight is a whole
    number a target.
    """

    units: list[str]
    targets: list[str]
    weight: Grid
    scale: int
    credit: Grid
    applies: Grid
    missing: Grid
    pending: Grid
    deducted: Grid
    vetoed: Grid

    @property
    def vetoed_units(self) -> Grid:
        """Which units are vetoed."""
        return np.asarray(self.vetoed.any(axis=1))

    @property
    def points(self) -> Grid:
        """Points taken off each unit."""
        return np.asarray(self.deducted.sum(axis=1))

    def weights(self) -> tuple[Grid, Grid, Grid]:
        """Weight that is missing, that applies or is missing, and that is pending, a unit."""
        known = self.missing | self.applies
        return self.missing @ self.weight, known @ self.weight, self.pending @ self.weight

    def fraction(self) -> tuple[Grid, Grid]:
        """Numerator and denominator of each unit's score."""
        denominator = (self.applies @ self.weight) * self.scale
        earned = (self.credit * self.applies) @ self.weight
        return 100 * earned - self.points * denominator, denominator

    def has_score(self, scoring: Scoring) -> Grid:
        """Which units get a score: something applies and little enough is missing, compared
        exactly.
        """
        missing, known, _ = self.weights()
        most = scoring.missing_at_most
        complete = missing * most.denominator <= known * most.numerator
        return np.asarray((self.applies @ self.weight > 0) & complete)

    def scores(self, scoring: Scoring) -> Grid:
        """Each unit's score, 0 to 100; NaN where it gets none."""
        return np.where(self.has_score(scoring), np.maximum(_divided(*self.fraction()), 0), np.nan)


def _divided(numerator: Grid, denominator: Grid) -> Grid:
    """A quotient, NaN where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(numerator / denominator)


def scoring_of(plan: Plan) -> Scoring:
    """How a plan scores; raises `PlanError` where it does not say."""
    if plan.period.scoring is None:
        raise refusal("no_scoring", plan=plan.id)
    return plan.period.scoring


def credits(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """What each result is worth; the index is that of `attained`.

    Columns: unit, target, kind, state, credit (0 to 1, an exact fraction), applies, missing,
    pending, deducted (points), vetoed. Attained or on track: 1. Missed or behind: what `partial`
    gives for the share reached (`have` of `asked`), or `late` for a milestone done late, else 0. No
    data is missing (but where no verdict is ever computed), and everything else does not apply.
    What is done late costs no points besides.
    """
    scoring = scoring_of(plan)
    rows = attained[["unit", "target", "kind", "state"]].copy()
    rows["credit"] = _credit(scoring, attained)
    rows["applies"] = rows["state"].isin(JUDGED)
    # What is never judged will never have a credit either: it is neither missing nor awaited.
    ever_judged = rows["kind"] != "reported"
    rows["missing"] = (rows["state"] == State.NO_DATA) & ever_judged
    rows["pending"] = (rows["state"] == State.PENDING) & ever_judged
    missed = rows["state"] == State.NOT_ATTAINED
    points = rows["target"].map(_points(scoring)).fillna(0).astype("int64")
    rows["deducted"] = points.where(missed & attained["done"].isna(), 0)
    rows["vetoed"] = missed & rows["target"].isin(_vetoes(scoring))
    return rows


def _credit(scoring: Scoring, attained: pd.DataFrame) -> Grid:
    """The credit of each result: the first step that it reaches, from the best down."""
    short = attained["state"].isin(SHORT)
    have, asked = (attained[name].astype("float64") for name in ("have", "asked"))
    steps = [(attained["state"].isin(MET), Fraction(1))]
    if late := scoring.late:
        soon_after = (attained["gap"] >= -late.days).fillna(False).astype(bool)
        done = (attained["kind"] == "task") & attained["done"].notna()
        steps.append((short & done & soon_after, late.credit))
    for step in scoring.partial:
        reached = have * step.reached.denominator >= asked * step.reached.numerator
        steps.append((short & (asked > 0) & reached, step.credit))
    conditions, worth = zip(*steps, strict=True)
    first = np.select(conditions, range(len(steps)), len(steps))
    return np.asarray(np.array([*worth, Fraction(0)], dtype=object)[first])


def _points(scoring: Scoring) -> dict[str, int]:
    """The points that each target may cost."""
    return {
        target: deduction.points for deduction in scoring.deductions for target in deduction.targets
    }


def _vetoes(scoring: Scoring) -> tuple[str, ...]:
    """The targets that veto."""
    return scoring.veto.targets if scoring.veto else ()


def _sheet(plan: Plan, rows: pd.DataFrame, units: Iterable[str]) -> Sheet:
    """The `credits` of some units as grids, units and targets in an order of their own, so that the
    order of rows cannot matter.
    """
    rows = rows[rows["unit"].isin(units)]
    units, targets = sorted(units), sorted(rows["target"].unique())
    weights = [plan.target(target).weight for target in targets]
    whole = math.lcm(*(weight.denominator for weight in weights))
    credits = [*scoring_of(plan).steps, Fraction(1)]
    scale = math.lcm(*(credit.denominator for credit in credits))
    credit = [credit.numerator * (scale // credit.denominator) for credit in rows["credit"]]
    rows = rows.assign(credit=credit)

    def grid(column: str) -> Grid:
        wide = rows.pivot(index="unit", columns="target", values=column)
        wide = wide.reindex(index=units, columns=targets)
        return np.asarray(wide.fillna(0).to_numpy().astype(np.int64 if column in WHOLE else bool))

    return Sheet(
        units,
        targets,
        weight=np.array([int(weight * whole) for weight in weights], dtype=np.int64),
        scale=scale,
        **{column: grid(column) for column in GRIDS},
    )


def _ranks(scores: Grid) -> Grid:
    """Ranks along the first axis, the largest first; ties share the better one."""
    ranks = pd.DataFrame(-scores).rank(method="min").to_numpy().astype(np.int64)
    return np.asarray(ranks).reshape(scores.shape)


def score(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """Score, grade and rank of every unit and the city, which has no rank; attained: see `credits`.

    Columns: unit, score (0 to 100: the weighted mean credit of what applies, less deductions),
    grade (set by a veto), rank (a vetoed unit comes after all others), rank_low and rank_high (see
    `rank_interval`), vetoed, deducted (points), missing (the share of the weight that was not
    reported; above `missing_at_most` there is neither score nor rank), judged (the share of all
    weight, pending included, that the score rests on), ranked (how many units have a rank).
    """
    scoring, rows = scoring_of(plan), credits(plan, attained)
    units = rows["unit"].unique().tolist()
    sheet = _sheet(plan, rows, units)
    scores = sheet.scores(scoring)
    missing, known, pending = sheet.weights()
    table = pd.DataFrame(
        {
            "unit": sheet.units,
            "score": scores,
            "grade": _grades(scoring, scores, sheet.vetoed_units),
            "vetoed": sheet.vetoed_units,
            "deducted": sheet.points,
            "missing": _divided(missing, known),
            "judged": _divided(known - missing, known + pending),
        }
    )
    ranked = ~np.isnan(scores) & (table["unit"] != plan.city.name)
    table.loc[ranked, "rank"] = _ranks(scores[ranked] - VETOED * sheet.vetoed_units[ranked])
    interval = rank_interval(plan, attained, rows, table.loc[ranked, "unit"].tolist())
    table = table.merge(interval, on="unit", how="left")
    # The rank itself is one of those that may be.
    table["rank_low"] = np.fmin(table["rank_low"], table["rank"])
    table["rank_high"] = np.fmax(table["rank_high"], table["rank"])
    table = table.assign(ranked=ranked.sum()).set_index("unit").loc[units].reset_index()
    return table[COLUMNS].astype(
        {"score": "Float64", "grade": "str"} | dict.fromkeys(RANKS, "Int64")
    )


def _grades(scoring: Scoring, scores: Grid, vetoed: Grid) -> Grid:
    """The best band that each score reaches, or the veto's grade; empty without a score."""
    reached = [scores >= band.least for band in scoring.bands]
    grades = np.select(reached, [band.grade for band in scoring.bands], "")
    return np.where(vetoed, scoring.veto.grade if scoring.veto else "", grades)


def rank_interval(
    plan: Plan, attained: pd.DataFrame, rows: pd.DataFrame, units: list[str]
) -> pd.DataFrame:
    """Between which ranks each unit lies in 90 of 100 draws: unit, rank_low, rank_high.

    A draw moves each weight by up to `vary` either way and redraws the true rate behind every
    sampled rate from its posterior (Jeffreys), judged by the same threshold and partial credits.
    Seeded by the plan. rows: `credits`.
    """
    if not units:
        return pd.DataFrame({"unit": [], "rank_low": [], "rank_high": []})
    sheet = _sheet(plan, rows, units)
    draws = [_ranks(drawn) for drawn in _drawn_scores(plan, attained, sheet)]
    ranks = np.concatenate(draws, axis=1)
    low, high = np.quantile(ranks, INTERVAL, axis=1, method="inverted_cdf")
    return pd.DataFrame({"unit": sheet.units, "rank_low": low, "rank_high": high})


def _drawn_scores(plan: Plan, attained: pd.DataFrame, sheet: Sheet) -> Iterator[Grid]:
    """Scores for the order alone, units by draws, as many draws at a time as memory is given."""
    scoring = scoring_of(plan)
    rng = np.random.default_rng(scoring.seed)
    vary, at_once = float(scoring.vary), max(1, AT_ONCE // sheet.credit.size)
    credit = sheet.credit * sheet.applies / sheet.scale
    samples = _samples(plan, attained, sheet)
    for first in range(0, scoring.draws, at_once):
        draws = min(at_once, scoring.draws - first)
        factors = rng.uniform(1 - vary, 1 + vary, (len(sheet.targets), draws))
        weight = sheet.weight[:, None] * factors
        earned = credit @ weight
        for column, passed, failed, share in samples:
            rate = rng.beta(passed + 0.5, failed + 0.5, (len(sheet.units), draws))
            more = _credit_of_rates(scoring, rate, share) - credit[:, column, None]
            earned += more * sheet.applies[:, column, None] * weight[column]
        scores = 100 * earned / (sheet.applies @ weight) - sheet.points[:, None]
        yield np.round(np.maximum(scores, 0), 9) - VETOED * sheet.vetoed_units[:, None]


def _samples(
    plan: Plan, attained: pd.DataFrame, sheet: Sheet
) -> list[tuple[int, Grid, Grid, Fraction]]:
    """Of each sampled rate its column in the sheet, how many passed and failed a unit, and the
    share asked.
    """
    counts = attained.set_index(["unit", "target"])[["numerator", "denominator"]].astype("float64")
    samples = []
    for target in plan.targets:
        drawn = target.kind == "share" and target.sampled and not target.measure.strata
        share = target.constant if drawn and target.better == "more" else None
        if share is not None and share < 1 and target.id in sheet.targets:
            cells = counts.reindex([(unit, target.id) for unit in sheet.units]).fillna(0)
            x, n = cells.to_numpy().T[:, :, None]
            samples.append((sheet.targets.index(target.id), x, n - x, share))
    return samples


def _credit_of_rates(scoring: Scoring, rates: Grid, share: Fraction) -> Grid:
    """What rates are worth where a share is asked."""
    steps = sorted((step.reached, float(step.credit)) for step in scoring.partial)
    credit = np.zeros_like(rates)
    for reached, worth in [*steps, (Fraction(1), 1.0)]:
        credit[rates >= float(share * reached)] = worth
    return credit


def subscores(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """The score of each unit in each section, without deductions.

    Columns: unit, clause (the section's), score, missing (the share of its weight without data).
    """
    rows = credits(plan, attained).assign(deducted=0)
    clauses = {target.id: plan.section(target).clause for target in plan.targets}
    parts = []
    for clause, part in rows.groupby(rows["target"].map(clauses), sort=False):
        sheet = _sheet(plan, part, part["unit"].unique().tolist())
        missing, known, _ = sheet.weights()
        columns = {
            "unit": sheet.units,
            "clause": clause,
            "score": sheet.scores(scoring_of(plan)),
            "missing": _divided(missing, known),
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True).astype({"score": "Float64"})


def movers(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """What each target does to a unit's score and rank: unit, target, points, places.

    Of a target that is missed: what full credit would add, and how many places up; of one that is
    met: what losing it would cost (negative), all else as it is. The largest move of a unit comes
    first; units without a score are left out.
    """
    scoring = scoring_of(plan)
    sheet = _sheet(plan, credits(plan, attained), [unit.name for unit in plan.towns])
    now, turned = _turned_scores(scoring, sheet)
    now_vetoed, turned_vetoed = _turned_vetoes(scoring, sheet)
    has_score = sheet.has_score(scoring)
    places = _places(now - VETOED * now_vetoed, turned - VETOED * turned_vetoed, has_score)
    moved = pd.DataFrame(
        {
            "unit": np.repeat(sheet.units, len(sheet.targets)),
            "target": np.tile(sheet.targets, len(sheet.units)),
            "points": (turned - now).ravel(),
            "places": places.ravel(),
        }
    )
    moved = moved[(sheet.applies & has_score[:, None]).ravel()]
    order = moved.assign(by_places=-moved["places"].abs(), by_points=-moved["points"].abs())
    order = order.sort_values(["unit", "by_places", "by_points", "target"])
    return order[[*moved]].reset_index(drop=True)


def _turned_scores(scoring: Scoring, sheet: Sheet) -> tuple[Grid, Grid]:
    """Each unit's score as it is, and with each target turned: given full credit, or if it has that
    none; points are given back, or incurred.
    """
    up, down = (part[:, None] for part in sheet.fraction())
    turned = np.where(sheet.credit < sheet.scale, sheet.scale - sheet.credit, -sheet.scale)
    change = turned * sheet.weight * sheet.applies
    costs = np.array([_points(scoring).get(target, 0) for target in sheet.targets])
    points = np.where(change > 0, sheet.deducted, -costs * sheet.applies)
    now, then = _divided(up, down), _divided(up + 100 * change + points * down, down)
    return np.maximum(now, 0), np.maximum(then, 0)


def _turned_vetoes(scoring: Scoring, sheet: Sheet) -> tuple[Grid, Grid]:
    """Whether each unit is vetoed, and whether it would be with each target turned."""
    now = sheet.vetoed_units[:, None]
    others = sheet.vetoed.sum(axis=1, keepdims=True) > sheet.vetoed
    may_veto = np.isin(sheet.targets, _vetoes(scoring))
    return now, np.where(may_veto, others | ~sheet.vetoed, now)


def _places(before: Grid, after: Grid, has_score: Grid) -> Grid:
    """How many places up each unit would go, among those that have a score."""
    order = np.sort(before[has_score, 0])
    ahead_before, ahead_after = (
        len(order) - np.searchsorted(order, scores, "right") for scores in (before, after)
    )
    return np.asarray(ahead_before - (ahead_after - (before > after)))  # not ahead of itself
