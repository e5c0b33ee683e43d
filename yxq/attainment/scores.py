"""Score, grade and rank of the units.

Every parameter stands under `scoring` in the plan file, because the plan gives none. The edge of a
band is met exactly.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd

from yxq.attainment.bounds import extremes, places_of
from yxq.attainment.credits import credits, scoring_of
from yxq.attainment.outlook import ENDS, outlook
from yxq.attainment.ranks import VETOED, rank_interval
from yxq.attainment.sheet import Grid, Sheet, divided, sheet_of
from yxq.plan.folder import Plan
from yxq.plan.scoring import Scoring

Score = Fraction | None
SCORES = ["score", "score_low", "score_high"]
RANKS = ["rank", "rank_low", "rank_high"]
PLACES = [*RANKS, "rank_best", "rank_worst"]
BOUNDS = ["score_low", "score_high", "grade_low", "grade_high", "rank_best", "rank_worst"]
COLUMNS = [
    *("unit", "score", "grade", *RANKS, "vetoed", "deducted", "missing", "judged", "ranked"),
    *("total", "of", *BOUNDS, *ENDS),
]


def score(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """Score, grade and rank of every unit and the city, which has no rank; attained: see `credits`.

    Columns: unit, score (of 100: what it earned of the points that apply, less deductions; above it
    where there was a bonus), grade (of the least score that it can become, or set by a veto), rank
    (by the least score that it can become; a vetoed unit comes after all others), rank_low and
    rank_high (see `rank_interval`), vetoed, deducted (points), missing (the share of the points
    whose returns are missing; above `missing_at_most` there is neither score nor rank, but of a
    vetoed unit the last), judged (the share of all points, pending included, that the score rests
    on), ranked (how many units have a rank), total (the sheet's own: points earned, less deductions
    where targets have points) and of (points that apply); score_low to score_high, grade_low to
    grade_high and rank_best to rank_worst (what they could become if what is missing fails, and if
    it passes); and while the period runs end_low to end_high, end_grade, end_chance and all_met,
    from which rank_low and rank_high are then, too: see `outlook`.
    """
    scoring, rows = scoring_of(plan), credits(plan, attained)
    units, ends = rows["unit"].unique().tolist(), extremes(plan, rows)
    sheet, worst, best = (sheet_of(plan, part, units) for part in (rows, *ends))
    table = _scored(scoring, sheet, worst, best)
    # Of a vetoed unit too much may be missing for a score, and for any other place than the last.
    ranked = (table["score"].notna() | table["vetoed"]) & table["score_low"].notna()
    ranked &= table["unit"] != plan.city.name
    low, high = (
        table.loc[ranked, f"score_{end}"] - VETOED * part.vetoed_units[ranked]
        for end, part in (("low", worst), ("high", best))
    )
    table = table.join(pd.DataFrame(places_of(low, high), index=low.index))
    table = _with_intervals(plan, attained, rows, ends[0], table).assign(ranked=ranked.sum())
    table = table.set_index("unit").loc[units].reset_index()
    numbers = [*SCORES, *(name for name in ENDS if name != "end_grade")]
    types = dict.fromkeys(numbers, "Float64") | dict.fromkeys(PLACES, "Int64")
    return table.reindex(columns=COLUMNS).astype(types | {"end_grade": "str"})


def _scored(scoring: Scoring, sheet: Sheet, worst: Sheet, best: Sheet) -> pd.DataFrame:
    """The columns of `score` that a unit's own results give: as they are, at worst and at best."""
    exact, (low, high) = sheet.scores(scoring), _between(sheet, worst, best)
    certain = [None if score is None else least for score, least in zip(exact, low, strict=True)]
    missing, known, pending = sheet.parts()
    earned, of = sheet.sums()
    columns = {
        "unit": sheet.units,
        "score": _floats(exact),
        "grade": _grades(scoring, certain, worst.keys_missed, sheet.vetoed_units),
        "vetoed": sheet.vetoed_units,
        "deducted": divided(sheet.off, sheet.scale),
        "missing": divided(missing, known),
        "judged": divided(known - missing, known + pending),
        "total": divided(earned - sheet.off * sheet.has_points, sheet.scale),
        "of": divided(of, sheet.scale),
        "score_low": _floats(low),
        "score_high": _floats(high),
        "grade_low": _grades(scoring, low, worst.keys_missed, worst.vetoed_units),
        "grade_high": _grades(scoring, high, best.keys_missed, best.vetoed_units),
    }
    return pd.DataFrame(columns)


def _with_intervals(
    plan: Plan, attained: pd.DataFrame, rows: pd.DataFrame, worst: pd.DataFrame, table: pd.DataFrame
) -> pd.DataFrame:
    """The ranks with their intervals: while the period runs of simulated ends, once it is over of
    draws about the rank itself, which is then one that may be.
    """
    has_rank, ahead = table["rank"].notna(), outlook(plan, attained, rows)
    if ahead.empty:
        drawn = rank_interval(plan, attained, worst, table.loc[has_rank, "unit"].tolist())
        table = table.merge(drawn, on="unit", how="left")
        low = np.fmin(table["rank_low"], table["rank"])
        return table.assign(rank_low=low, rank_high=np.fmax(table["rank_high"], table["rank"]))
    table = table.merge(ahead, on="unit", how="left")
    ends = ["rank_low", "rank_high"]
    return table.assign(**table[ends].where(has_rank))


def _between(sheet: Sheet, worst: Sheet, best: Sheet) -> tuple[list[Score], list[Score]]:
    """The least and the greatest score that each unit could come to; what is missing may also turn
    out not to apply.
    """
    all_three = zip(*(part.all_scores() for part in (sheet, worst, best)), strict=True)
    known = [[score for score in three if score is not None] for three in all_three]
    return [min(row, default=None) for row in known], [max(row, default=None) for row in known]


def _floats(scores: list[Score]) -> list[float]:
    return [math.nan if score is None else float(score) for score in scores]


def _grades(scoring: Scoring, scores: list[Score], keys_missed: Grid, vetoed: Grid) -> list[str]:
    """The best band that each score reaches, with all key items where the band asks for them, or
    the veto's grade; empty without a score.
    """
    grades = list[str]()
    for score, missed, is_vetoed in zip(scores, keys_missed, vetoed, strict=True):
        if is_vetoed and scoring.veto:
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


def subscores(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """The score of each unit in each section, without deductions.

    Columns: unit, clause (the section's), score, missing (the share of its points without data).
    """
    rows = credits(plan, attained).assign(deducted=0)
    clauses = {target.id: plan.section(target).clause for target in plan.targets}
    parts = []
    for clause, part in rows.groupby(rows["target"].map(clauses), sort=False):
        sheet = sheet_of(plan, part, part["unit"].unique().tolist())
        missing, known, _ = sheet.parts()
        exact = sheet.scores(scoring_of(plan))
        columns = {
            "unit": sheet.units,
            "clause": clause,
            "score": [np.nan if score is None else float(score) for score in exact],
            "missing": divided(missing, known),
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True).astype({"score": "Float64"})
