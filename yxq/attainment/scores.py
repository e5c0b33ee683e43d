"""Score, grade and rank of the units, how firm the rank is, and what moves it.

Every parameter stands under `scoring` in the plan file, because the plan gives none. Credits and
weights are whole numbers over a common denominator and a score is one division of them, so that
equal scores are equal and the edge of a band is met exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yxq.plan.folder import Plan
from yxq.plan.scoring import Scoring
from yxq.words.errors import refusal

COLUMNS = [
    "unit",
    "score",
    "grade",
    "rank",
    "rank_low",
    "rank_high",
    "vetoed",
    "deducted",
    "missing",
    "judged",
    "ranked",
]
FULL, SHORT = ["attained", "on track"], ["not attained", "behind"]
INTERVAL = (0.05, 0.95)  # of the ranks drawn
LAST = 1_000  # taken off for the order alone: a vetoed unit comes after all others
AT_ONCE = 4_000_000  # numbers drawn at a time

Grid = NDArray[Any]


@dataclass(frozen=True)
class _Sheet:
    """Units by targets: credit in parts of `scale`, whether it applies, whether it is missing;
    weights as whole numbers.
    """

    units: list[str]
    targets: list[str]
    credit: Grid
    applies: Grid
    missing: Grid
    pending: Grid
    deducted: Grid  # points a cell
    veto: Grid  # cells that veto
    weight: Grid
    scale: int

    @property
    def vetoed(self) -> Grid:
        """Which units are vetoed."""
        return np.asarray(self.veto.any(axis=1))

    def shares(self) -> tuple[Grid, Grid]:
        """Weight that is missing, and all weight that applies or is missing, a unit."""
        return self.missing @ self.weight, (self.missing | self.applies) @ self.weight

    def scored(self, scoring: Scoring) -> Grid:
        """Which units get a score: something applies and little enough is missing, compared
        exactly.
        """
        lacking, whole = self.shares()
        most = scoring.missing_at_most
        return (self.applies @ self.weight > 0) & (
            lacking * most.denominator <= whole * most.numerator
        )

    def numbers(self) -> tuple[Grid, Grid]:
        """Numerator and denominator of each unit's score."""
        base = (self.applies @ self.weight) * self.scale
        return 100 * ((self.credit * self.applies) @ self.weight) - self.deducted.sum(
            axis=1
        ) * base, base


def credits(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """What each result is worth: credit (0 to 1, an exact fraction), applies, missing, deducted
    (points), vetoed.

    Attained or on track: 1. Missed or behind: what `partial` gives for the share reached (`have` of
    `asked`, see `yxq.attainment.attain`), or `late` for a milestone done late, else 0. No data is
    missing (but where no verdict is ever computed), and everything else does not apply. What is
    done late costs no points besides. The index is that of `attained`.
    """
    scoring = scoring_of(plan)
    rows = attained[["unit", "target", "rule", "state"]].copy()
    short = rows["state"].isin(SHORT)
    have, asked = (attained[name].astype("float64") for name in ("have", "asked"))
    choices = [rows["state"].isin(FULL)]
    worth = [Fraction(1)]
    if scoring.late:
        in_time = attained["done"].notna() & (attained["gap"] >= -scoring.late.days).fillna(
            False
        ).astype(bool)
        choices.append(short & (rows["rule"] == "milestone") & in_time)
        worth.append(scoring.late.credit)
    for step in scoring.partial:
        share = step.reached
        choices.append(short & (asked > 0) & (have * share.denominator >= asked * share.numerator))
        worth.append(step.credit)
    place = np.select(choices, range(len(choices)), len(choices))
    rows["credit"] = np.array([*worth, Fraction(0)], dtype=object)[place]
    rows["applies"] = rows["state"].isin([*FULL, *SHORT])
    rows["missing"] = (rows["state"] == "no data") & (rows["rule"] != "reported")
    rows["pending"] = rows["state"] == "pending"
    missed = rows["state"] == "not attained"
    rows["deducted"] = (
        rows["target"]
        .map(_points(scoring))
        .fillna(0)
        .astype("int64")
        .where(missed & attained["done"].isna(), 0)
    )
    rows["vetoed"] = missed & rows["target"].isin(scoring.veto.targets if scoring.veto else ())
    return rows


def _points(scoring: Scoring) -> dict[str, int]:
    """The points that each target may cost."""
    return {
        target: deduction.points for deduction in scoring.deductions for target in deduction.targets
    }


def scoring_of(plan: Plan) -> Scoring:
    """How a plan scores; raises `PlanError` where it does not say."""
    if plan.period.scoring is None:
        raise refusal("no_scoring", plan=plan.id)
    return plan.period.scoring


def _sheet(plan: Plan, rows: pd.DataFrame, units: list[str]) -> _Sheet:
    """The cells as arrays, units and targets in an order of their own, so that the order of rows
    cannot matter.
    """
    rows = rows[rows["unit"].isin(units)]
    units, targets = sorted(units), sorted(rows["target"].unique())
    weights = [plan.target(target).weight for target in targets]
    parts = [*scoring_of(plan).steps, Fraction(1)]
    whole, scale = (math.lcm(*(part.denominator for part in values)) for values in (weights, parts))
    rows = rows.assign(
        credit=[part.numerator * (scale // part.denominator) for part in rows["credit"]]
    )

    def grid(name: str, kind: type) -> Grid:
        wide = rows.pivot(index="unit", columns="target", values=name).reindex(
            index=units, columns=targets
        )
        return np.asarray(wide.fillna(0).to_numpy().astype(kind))

    return _Sheet(
        units,
        targets,
        grid("credit", np.int64),
        grid("applies", bool),
        grid("missing", bool),
        grid("pending", bool),
        grid("deducted", np.int64),
        grid("vetoed", bool),
        np.array([int(weight * whole) for weight in weights], dtype=np.int64),
        scale,
    )


def _ranks(order: Grid) -> Grid:
    """Places, the largest first; ties share the better one."""
    return np.asarray(pd.DataFrame(-order).rank(method="min").to_numpy().astype(np.int64)).reshape(
        order.shape
    )


def score(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """Score, grade and rank of every unit and the city, which has no rank; columns: see COLUMNS.

    score is 0 to 100: the weighted mean credit of what applies, less deductions; missing is the
    share of the weight that was not reported, and above `missing_at_most` there is neither score
    nor rank; judged is the share of all weight, pending included, that the score rests on; ranked
    is how many units have a rank. A veto sets the grade and puts the unit after all others.
    rank_low to rank_high: see `rank_interval`. attained: see `yxq.attainment.attain.attain`.
    """
    scoring, rows = scoring_of(plan), credits(plan, attained)
    sheet = _sheet(plan, rows, rows["unit"].unique().tolist())
    some = sheet.scored(scoring)
    up, down = sheet.numbers()
    lacking, whole = sheet.shares()
    waiting = sheet.pending @ sheet.weight
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.where(some, np.maximum(up / down, 0), np.nan)
        missing, judged = lacking / whole, (whole - lacking) / (whole + waiting)
    grade = np.select(
        [score >= band.least for band in scoring.bands], [band.grade for band in scoring.bands], ""
    )
    grade = np.where(sheet.vetoed, scoring.veto.grade if scoring.veto else "", grade)
    table = pd.DataFrame(
        {
            "unit": sheet.units,
            "score": score,
            "grade": grade,
            "vetoed": sheet.vetoed,
            "deducted": sheet.deducted.sum(axis=1),
            "missing": missing,
            "judged": judged,
        }
    )
    ranked = some & (table["unit"] != plan.folder.city.name)
    table.loc[ranked, "rank"] = _ranks(score[ranked] - LAST * sheet.vetoed[ranked])
    table = table.reindex(columns=COLUMNS[:4] + COLUMNS[6:])
    table = table.merge(
        rank_interval(plan, attained, rows, table.loc[ranked, "unit"].tolist()),
        on="unit",
        how="left",
    )
    for name in ("rank_low", "rank_high"):  # the rank itself is one of those that may be
        outer = np.fmin if name == "rank_low" else np.fmax
        table[name] = outer(table[name], table["rank"])
    table["ranked"] = table["rank"].notna().sum()
    order = {unit: place for place, unit in enumerate(attained["unit"].unique())}
    table = table.sort_values("unit", key=lambda names: names.map(order)).reset_index(drop=True)
    return table[COLUMNS].astype(
        dict.fromkeys(("rank", "rank_low", "rank_high"), "Int64")
        | {"score": "Float64", "grade": "str"}
    )


def rank_interval(
    plan: Plan, attained: pd.DataFrame, rows: pd.DataFrame, units: list[str]
) -> pd.DataFrame:
    """Between which places a rank lies in 90 of 100 draws: unit, rank_low, rank_high.

    A draw moves each weight by up to `vary` either way and redraws the true rate behind every
    sampled rate from its posterior (Jeffreys), judged by the same threshold and partial credits.
    rows: see `credits`. Seeded by the plan.
    """
    scoring = scoring_of(plan)
    if not units:
        return pd.DataFrame({"unit": [], "rank_low": [], "rank_high": []})
    sheet = _sheet(plan, rows, units)
    rng = np.random.default_rng(scoring.seed)
    sampled = [
        t.id
        for t in plan.targets
        if t.rule == "rate_at_least"
        and t.sampled
        and t.share < 1
        and not t.measure.strata
        and t.id in sheet.targets
    ]
    cells = attained.set_index(["unit", "target"])[["numerator", "denominator"]].astype("float64")
    credit = sheet.credit * sheet.applies / sheet.scale
    steps = sorted((step.reached, float(step.credit)) for step in scoring.partial)
    vary, size = float(scoring.vary), max(1, AT_ONCE // credit.size)
    ranks = []
    for first in range(0, scoring.draws, size):
        n = min(size, scoring.draws - first)
        weight = sheet.weight[:, None] * rng.uniform(1 - vary, 1 + vary, (len(sheet.targets), n))
        points = credit @ weight
        for target in sampled:
            place = sheet.targets.index(target)
            x, of = cells.reindex([(unit, target) for unit in sheet.units]).fillna(0).to_numpy().T
            rate = rng.beta((x + 0.5)[:, None], (of - x + 0.5)[:, None], (len(units), n))
            share = plan.target(target).share
            drawn = np.zeros_like(rate)
            for reached, worth in [*steps, (Fraction(1), 1.0)]:
                drawn[rate >= float(share * reached)] = worth
            applies = sheet.applies[:, place, None]
            points += (drawn - credit[:, place, None]) * applies * weight[place]
        score = np.maximum(
            100 * points / (sheet.applies @ weight) - sheet.deducted.sum(axis=1)[:, None], 0
        )
        ranks.append(_ranks(np.round(score, 9) - LAST * sheet.vetoed[:, None]))
    low, high = np.quantile(np.concatenate(ranks, axis=1), INTERVAL, axis=1, method="inverted_cdf")
    return pd.DataFrame({"unit": sheet.units, "rank_low": low, "rank_high": high})


def subscores(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """The score of each unit in each section, without deductions: unit, clause (the section's),
    score, missing.
    """
    rows = credits(plan, attained)
    rows["clause"] = rows["target"].map(
        {target.id: plan.section(target).clause for target in plan.targets}
    )
    parts = []
    for clause, part in rows.groupby("clause", sort=False):
        sheet = _sheet(plan, part.assign(deducted=0), part["unit"].unique().tolist())
        some = sheet.scored(scoring_of(plan))
        up, down = sheet.numbers()
        lacking, whole = sheet.shares()
        with np.errstate(divide="ignore", invalid="ignore"):
            parts.append(
                pd.DataFrame(
                    {
                        "unit": sheet.units,
                        "clause": clause,
                        "score": np.where(some, up / down, np.nan),
                        "missing": lacking / whole,
                    }
                )
            )
    return pd.concat(parts, ignore_index=True).astype({"score": "Float64"})


def movers(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """What each target does to a unit's score and rank: unit, target, points, places.

    Of a target that is missed: what full credit would add, and how many places up; of one that is
    met: what losing it would cost (negative), all else as it is. The largest move of a unit comes
    first; units without a score are left out.
    """
    scoring, rows = scoring_of(plan), credits(plan, attained)
    sheet = _sheet(plan, rows, [unit.name for unit in plan.towns])
    some = sheet.scored(scoring)
    up, down = (part[:, None] for part in sheet.numbers())
    change = (
        np.where(sheet.credit < sheet.scale, sheet.scale - sheet.credit, -sheet.scale)
        * sheet.weight
        * sheet.applies
    )
    costs = np.array([_points(scoring).get(target, 0) for target in sheet.targets])
    points = np.where(change > 0, sheet.deducted, -costs * sheet.applies)  # given back, or incurred
    with np.errstate(divide="ignore", invalid="ignore"):
        before = plain = np.maximum(up / down, 0)
        after = then = np.maximum((up + 100 * change + points * down) / down, 0)
    turns = np.isin(
        sheet.targets, scoring.veto.targets if scoring.veto else []
    )  # a veto taken away, or incurred
    others_veto = sheet.veto.sum(axis=1, keepdims=True) > sheet.veto
    before = before - LAST * sheet.vetoed[:, None]
    after = after - LAST * np.where(turns, others_veto | ~sheet.veto, sheet.vetoed[:, None])
    others = np.sort(before[some, 0])
    ahead = [len(others) - np.searchsorted(others, order, "right") for order in (before, after)]
    ahead[1] = ahead[1] - (before > after)  # a unit is not ahead of itself
    moved = pd.DataFrame(
        {
            "unit": np.repeat(sheet.units, len(sheet.targets)),
            "target": np.tile(sheet.targets, len(sheet.units)),
            "points": (then - plain).ravel(),
            "places": (ahead[0] - ahead[1]).ravel(),
        }
    )[(sheet.applies & some[:, None]).ravel()]
    size = moved[["places", "points"]].abs()
    moved = moved.assign(a=size["places"], b=size["points"]).sort_values(
        ["unit", "a", "b", "target"], ascending=[True, False, False, True]
    )
    return moved.drop(columns=["a", "b"]).reset_index(drop=True)
