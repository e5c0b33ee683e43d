"""What each result is worth on the plan's score sheet, and why.

Every parameter stands under `scoring` in the plan file, or with the target. Points are exact
fractions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yxq.plan.folder import Plan
from yxq.plan.scoring import Scoring
from yxq.plan.target import Target
from yxq.plan.worth import Worth
from yxq.words.errors import refusal
from yxq.words.reasons import Reason, written
from yxq.words.states import JUDGED, MET, SHORT, State

COLUMNS = [
    *("unit", "target", "points", "earned", "why"),
    *("applies", "missing", "pending", "deducted", "vetoed", "lacking"),
]

Grid = NDArray[Any]


def scoring_of(plan: Plan) -> Scoring:
    """How a plan scores; raises `PlanError` where it does not say."""
    if plan.period.scoring is None:
        raise refusal("no_scoring", plan=plan.id)
    return plan.period.scoring


def credits(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """What each result is worth, and why; the index is that of `attained`.

    Columns: unit, target, points (what it counts for: those of the sheet, else the weight), earned
    (of them; more with a bonus), why (a reason), applies, missing, pending, deducted (points),
    vetoed, key_missed, lacking (points whose returns are missing: all of them without data, of what
    is judged but not final the share of the returns that are due); points, earned, deducted and
    lacking are exact fractions. By the target's own `worth` where it has one, and a mark that
    people give goes before the number. Else attained or on track: all. Missed or behind: what
    `partial` gives for the share reached (`have` of `asked`), or `late` for a task done late, else
    nothing; where the scoring is fair, the `fair` part. No data, or no mark, is missing; what is
    reported alone and what waits is left out; what does not apply is worth what the target's `none`
    says. What is done late costs no points besides.
    """
    scoring, rows = scoring_of(plan), attained[["unit", "target", "kind", "state"]].copy()
    targets = {target.id: target for target in plan.targets}
    rows["points"] = pd.Series(
        [targets[id].most for id in rows["target"]], rows.index, dtype=object
    )
    share, why = _by_state(scoring, attained)
    rows["earned"], rows["why"] = share * rows["points"], why
    scored = rows["target"].map({id: target.is_scored for id, target in targets.items()})
    rows["applies"] = rows["state"].isin(JUDGED)
    # What is never judged will never have points either: it is neither missing nor awaited.
    rows["missing"] = (rows["state"] == State.NO_DATA) & scored
    rows["pending"] = (rows["state"] == State.PENDING) & scored
    for target in plan.targets:
        if target.worth or target.none != "drop":
            _by_worth(target, rows, attained, plan.period.end)
    missed = rows["state"] == State.NOT_ATTAINED
    off = rows["target"].map(deductions(scoring)).fillna(0).astype(object)
    rows["deducted"] = off.where(missed & attained["done"].isna(), 0)
    rows["vetoed"] = missed & rows["target"].isin(vetoes(scoring))
    is_key = rows["target"].isin([target.id for target in plan.targets if target.key])
    rows["key_missed"] = is_key & rows["state"].isin([*SHORT, State.NO_DATA])
    rows["lacking"] = _lacking(rows, attained)
    return rows


def _lacking(rows: pd.DataFrame, attained: pd.DataFrame) -> pd.Series:
    """Points whose returns are missing, counted by returns."""
    lacking = rows["points"].where(rows["missing"], Fraction(0))
    part = rows["applies"] & ~attained["final"].astype(bool) & (attained["missing"] > 0)
    returns = attained.loc[part, ["missing", "due"]].astype(int)
    shares = [Fraction(missing, due) for missing, due in returns.itertuples(index=False)]
    lacking[part] = pd.Series(shares, returns.index, dtype=object) * rows.loc[part, "points"]
    return lacking


def _by_state(scoring: Scoring, attained: pd.DataFrame) -> tuple[Grid, Grid]:
    """The share of its points that each result earns, the first step that it reaches from the best
    down, and why.
    """
    short = attained["state"].isin(SHORT)
    have, asked = (attained[name].astype("float64") for name in ("have", "asked"))
    steps = [(attained["state"].isin(MET), Fraction(1), Reason("met"))]
    if late := scoring.late:
        soon_after = (attained["gap"] >= -late.days).fillna(False).astype(bool)
        done = (attained["kind"] == "task") & attained["done"].notna()
        steps.append((short & done & soon_after, late.credit, Reason.of("within", late.days)))
    for step in scoring.partial:
        reached = have * step.reached.denominator >= asked * step.reached.numerator
        why = Reason.of("reached", f"{float(step.reached * 100):.4g}%")
        steps.append((short & (asked > 0) & reached, step.credit, why))
    conditions, worth, whys = zip(*steps, strict=True)
    first = np.select(conditions, range(len(steps)), len(steps))
    shares = np.array([*worth, Fraction(0)], dtype=object)[first]
    reasons = np.array([*map(str, whys), ""], dtype=object)[first]
    reasons = np.where(short & (reasons == ""), "missed", reasons)
    is_fair = (attained["fair"].notna() & attained["state"].isin(JUDGED)).to_numpy()
    fair = attained.loc[is_fair, ["kind", "fair"]].astype({"fair": "float64"})
    thousandths = [round(part * 1000) for part in fair["fair"]]
    shares[is_fair] = [Fraction(part, 1000) for part in thousandths]
    reasons[is_fair] = [
        str(
            Reason.of("fair_rate", f"{part / 10:.1f}%") if kind == "share" else Reason("fair_years")
        )
        for kind, part in zip(fair["kind"], thousandths, strict=True)
    ]
    return shares, reasons


def _by_worth(target: Target, rows: pd.DataFrame, attained: pd.DataFrame, end: dt.date) -> None:
    """Put in the points of a target that is not all or nothing."""
    own = rows["target"] == target.id
    there = own & (attained["earned"].fillna("") != "")
    rows.loc[there, "earned"] = attained.loc[there, "earned"].map(Fraction)
    rows.loc[there, ["applies", "missing", "pending"]] = True, False, False
    rows.loc[there, "why"] = written(_rules(target.worth)) if target.worth else ""
    if target.given:
        _by_mark(target, own, rows, attained, end)
    none = own & (rows["state"] == State.NOT_APPLICABLE)
    if target.none != "drop":
        rows.loc[none, "applies"] = True
        rows.loc[none, "earned"] = target.most if target.none == "full" else Fraction(0)
        rows.loc[none, "why"] = "none_full" if target.none == "full" else "none_zero"


def _rules(worth: Worth) -> Iterator[Reason]:
    """By which rules of the sheet points follow from a number."""
    if worth.steps:
        steps = (f"{rung.when}: {float(rung.give):g}" for rung in worth.steps)
        yield Reason.of("by_steps", ", ".join(steps))
    if worth.each:
        yield Reason.of("by_each", worth.each.short, f"{float(worth.each.take):g}")
    if worth.proportion:
        yield Reason("by_proportion")
    if worth.bonus:
        bonus = worth.bonus
        numbers = (f"{float(number):g}" for number in (bonus.give, bonus.most))
        yield Reason.of("by_bonus", bonus.over, *numbers)


def _by_mark(
    target: Target, own: pd.Series, rows: pd.DataFrame, attained: pd.DataFrame, end: dt.date
) -> None:
    """A mark counts, and until it is there nothing does: it is missing once the period is over."""
    assert target.worth is not None
    bonus = target.worth.bonus.most if target.worth.bonus else 0
    marks = attained.loc[own, "mark"].fillna("").replace("", None).dropna().map(Fraction)
    fits = marks.map(lambda mark: 0 <= mark <= target.most + bonus).astype(bool)
    counts = own & (rows["state"] != State.NOT_APPLICABLE)
    over = attained["as_of"] >= pd.Timestamp(end)
    rows.loc[counts, "why"] = "no_mark"
    rows.loc[counts, "applies"], rows.loc[counts, "earned"] = False, Fraction(0)
    rows.loc[counts, "missing"], rows.loc[counts, "pending"] = over, ~over
    rows.loc[marks[~fits].index, "why"] = [
        str(Reason.of("mark_outside", float(mark), float(target.most))) for mark in marks[~fits]
    ]
    given = marks[fits].index
    rows.loc[given, "earned"] = marks[fits].astype(object)
    rows.loc[given, ["applies", "missing", "pending"]] = True, False, False
    rows.loc[given, "why"] = "marked"


def deductions(scoring: Scoring) -> dict[str, Fraction]:
    """The points that each target may cost."""
    return {
        target: deduction.points for deduction in scoring.deductions for target in deduction.targets
    }


def vetoes(scoring: Scoring) -> tuple[str, ...]:
    """The targets that veto."""
    return scoring.veto.targets if scoring.veto else ()
