"""Score, grade and rank of the units, how firm the rank is, and what moves it.

Every parameter stands under `scoring` in the plan file, because the plan gives none. Points are
whole numbers over a common denominator and a score is one division of them, so that equal scores
are equal and the edge of a band is met exactly.
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

from yxq.attainment.credits import credits, deductions, scoring_of, vetoes
from yxq.attainment.worth import points
from yxq.plan.folder import Plan
from yxq.plan.requirement import Requirement
from yxq.plan.scoring import Scoring
from yxq.plan.target import Target
from yxq.words.states import State

RANKS = ["rank", "rank_low", "rank_high"]
COLUMNS = [
    *("unit", "score", "grade", *RANKS, "vetoed", "deducted", "missing", "judged", "ranked"),
    *("total", "of"),
]
INTERVAL = (0.05, 0.95)  # of the ranks drawn
VETOED = 10**6  # taken off for the order alone: a vetoed unit comes after all others
WHOLE = ["earned", "deducted"]
GRIDS = [*WHOLE, "applies", "missing", "pending", "vetoed", "key_missed"]
AT_ONCE = 4_000_000  # numbers drawn at a time

Grid = NDArray[Any]


# What is not attained within the period is so for good: tasks, counts and amounts above a limit.
FINAL = ("task", "count", "amount")
OUT_OF_REACH = "(?:^|;)out_of_reach"


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

    @property
    def vetoed_units(self) -> Grid:
        """Which units are vetoed."""
        return np.asarray(self.vetoed.any(axis=1))

    @property
    def off(self) -> Grid:
        """Points taken off each unit."""
        return np.asarray(self.deducted.sum(axis=1))

    def parts(self) -> tuple[Grid, Grid, Grid]:
        """Points that are missing, that apply or are missing, and that are pending, a unit."""
        known = self.missing | self.applies
        return self.missing @ self.points, known @ self.points, self.pending @ self.points

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
        pairs = zip(*self.fraction(*self.sums(), self.off), strict=True)
        return [
            max(Fraction(int(up), int(down)), Fraction(0)) if scored else None
            for (up, down), scored in zip(pairs, self.has_score(scoring), strict=True)
        ]


def _divided(numerator: Grid, denominator: Grid | int) -> Grid:
    """A quotient as floats, NaN where there is nothing to divide by."""
    denominator = np.asarray(denominator)
    whole = np.where(denominator == 0, 1, denominator)
    return np.where(denominator == 0, np.nan, numerator / whole).astype("float64")


def _sheet(plan: Plan, rows: pd.DataFrame, units: Iterable[str]) -> Sheet:
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
    rows = rows.assign(**{column: [whole[Fraction(p)] for p in rows[column]] for column in WHOLE})

    def grid(column: str) -> Grid:
        wide = rows.pivot(index="unit", columns="target", values=column)
        wide = wide.reindex(index=units, columns=targets)
        return np.asarray(wide.fillna(0).to_numpy().astype(kind if column in WHOLE else bool))

    return Sheet(
        units,
        targets,
        points=np.array([whole[part] for part in points], dtype=kind),
        scale=scale,
        has_points=plan.period.has_points,
        **{column: grid(column) for column in GRIDS},
    )


def _ranks(scores: Grid) -> Grid:
    """Ranks along the first axis, the largest first; ties share the better one."""
    ranks = pd.DataFrame(-scores).rank(method="min").to_numpy().astype(np.int64)
    return np.asarray(ranks).reshape(scores.shape)


def score(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """Score, grade and rank of every unit and the city, which has no rank; attained: see `credits`.

    Columns: unit, score (of 100: what it earned of the points that apply, less deductions; above it
    where there was a bonus), grade (set by a veto), rank (a vetoed unit comes after all others),
    rank_low and rank_high (see `rank_interval`), vetoed, deducted (points), missing (the share of
    the points that was not reported; above `missing_at_most` there is neither score nor rank),
    judged (the share of all points, pending included, that the score rests on), ranked (how many
    units have a rank), total (the sheet's own: points earned, less deductions where targets have
    points) and of (points that apply).
    """
    scoring, rows = scoring_of(plan), credits(plan, attained)
    units = rows["unit"].unique().tolist()
    sheet = _sheet(plan, rows, units)
    exact = sheet.scores(scoring)
    scores = np.array([np.nan if score is None else float(score) for score in exact])
    missing, known, pending = sheet.parts()
    earned, of = sheet.sums()
    table = pd.DataFrame(
        {
            "unit": sheet.units,
            "score": scores,
            "grade": _grades(scoring, exact, sheet),
            "vetoed": sheet.vetoed_units,
            "deducted": _divided(sheet.off, sheet.scale),
            "missing": _divided(missing, known),
            "judged": _divided(known - missing, known + pending),
            "total": _divided(earned - sheet.off * sheet.has_points, sheet.scale),
            "of": _divided(of, sheet.scale),
        }
    )
    ranked = ~np.isnan(scores) & (table["unit"] != plan.city.name)
    table.loc[ranked, "rank"] = _ranks(scores[ranked] - VETOED * sheet.vetoed_units[ranked])
    interval = rank_interval(plan, attained, rows, table.loc[ranked, "unit"].tolist())
    table = _with_interval(table, interval).assign(ranked=ranked.sum())
    table = table.set_index("unit").loc[units].reset_index()
    return table[COLUMNS].astype(
        {"score": "Float64", "grade": "str"} | dict.fromkeys(RANKS, "Int64")
    )


def _with_interval(table: pd.DataFrame, interval: pd.DataFrame) -> pd.DataFrame:
    """The ranks with their intervals, of which a rank itself is one that may be."""
    table = table.merge(interval, on="unit", how="left")
    low = np.fmin(table["rank_low"], table["rank"])
    return table.assign(rank_low=low, rank_high=np.fmax(table["rank_high"], table["rank"]))


def _grades(scoring: Scoring, scores: list[Fraction | None], sheet: Sheet) -> list[str]:
    """The best band that each score reaches, with all key items where the band asks for them, or
    the veto's grade; empty without a score.
    """
    keys_missed, grades = np.asarray(sheet.key_missed.any(axis=1)), list[str]()
    for score, missed, vetoed in zip(scores, keys_missed, sheet.vetoed_units, strict=True):
        if vetoed and scoring.veto:
            grades.append(scoring.veto.grade)
        elif score is None:
            grades.append("")
        else:
            reached = _rounded(score, scoring.decimals)
            open_to = (band for band in scoring.bands if not (band.keys and missed))
            grades.append(next(band.grade for band in open_to if reached >= band.least))
    return grades


def _rounded(score: Fraction, decimals: int | None) -> Fraction:
    """A score with so many decimals, halves up; as it is where none are set."""
    if decimals is None:
        return score
    return Fraction(math.floor(score * 10**decimals + Fraction(1, 2)), 10**decimals)


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
    sheet = _sheet(plan, rows, units)
    draws = [_ranks(drawn) for drawn in _drawn_scores(plan, attained, sheet)]
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
            earned += more * sheet.applies[:, column, None] * factors[column]
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


def subscores(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """The score of each unit in each section, without deductions.

    Columns: unit, clause (the section's), score, missing (the share of its points without data).
    """
    rows = credits(plan, attained).assign(deducted=0)
    clauses = {target.id: plan.section(target).clause for target in plan.targets}
    parts = []
    for clause, part in rows.groupby(rows["target"].map(clauses), sort=False):
        sheet = _sheet(plan, part, part["unit"].unique().tolist())
        missing, known, _ = sheet.parts()
        exact = sheet.scores(scoring_of(plan))
        columns = {
            "unit": sheet.units,
            "clause": clause,
            "score": [np.nan if score is None else float(score) for score in exact],
            "missing": _divided(missing, known),
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True).astype({"score": "Float64"})


def movers(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """What each target does to a unit's score and rank: unit, target, points, places.

    Of a target that is missed: what full credit would add, and how many places up; of one that is
    met: what losing it would cost (negative), all else as it is. The largest move of a unit comes
    first; units without a score are left out, and so is while the period runs what is missed for
    good: a task that is overdue, a limit that is exceeded, a share that is out of reach.
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
    moved = moved[~_is_lost(plan, attained, moved)]
    order = moved.assign(by_places=-moved["places"].abs(), by_points=-moved["points"].abs())
    order = order.sort_values(["unit", "by_places", "by_points", "target"])
    return order[[*moved]].reset_index(drop=True)


def _is_lost(plan: Plan, attained: pd.DataFrame, moved: pd.DataFrame) -> pd.Series:
    """Whether a move is offered of what cannot come back any more in a period that still runs."""
    running = pd.to_datetime(attained["as_of"]) < pd.Timestamp(plan.span()[1])
    missed = running & (attained["state"] == State.NOT_ATTAINED)
    final = attained["kind"].isin(FINAL) | _has_note(attained, OUT_OF_REACH)
    lost = (missed & final).set_axis(pd.MultiIndex.from_frame(attained[["unit", "target"]]))
    cells = pd.MultiIndex.from_frame(moved[["unit", "target"]])
    return pd.Series(lost.reindex(cells).to_numpy(bool), moved.index) & (moved["points"] > 0)


def _has_note(attained: pd.DataFrame, pattern: str) -> pd.Series:
    """Which results say something of some pattern in their notes."""
    return attained["note"].astype("string").str.contains(pattern).fillna(False).astype(bool)


def _turned_scores(scoring: Scoring, sheet: Sheet) -> tuple[Grid, Grid]:
    """Each unit's score as it is, and with each target turned: given all its points, or if it has
    them none; what was taken off is given back, or incurred.
    """
    earned, of, off = (part[:, None] for part in (*sheet.sums(), sheet.off))
    turned = np.where(sheet.earned < sheet.points, sheet.points - sheet.earned, -sheet.earned)
    change = turned * sheet.applies
    costs = {id: int(points * sheet.scale) for id, points in deductions(scoring).items()}
    cost = np.array([costs.get(target, 0) for target in sheet.targets], sheet.points.dtype)
    back = np.where(change > 0, sheet.deducted, -cost * sheet.applies)
    now = _divided(*sheet.fraction(earned, of, off))
    then = _divided(*sheet.fraction(earned + change, of, off - back))
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
