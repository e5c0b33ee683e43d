"""What a number is worth on the office's score sheet, where that is not all or nothing.

Exact: points are fractions, and what is short or beyond is worked out from whole numbers.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from yxq.attainment.cells import Known
from yxq.attainment.judging.asked import asked, bounds_of, exact, numbers
from yxq.plan.folder import marks_of
from yxq.plan.requirement import Requirement
from yxq.plan.target import Target
from yxq.plan.worth import MONTH, Rounding, Size, Worth
from yxq.words.states import JUDGED, MET, State

Numbers = NDArray[Any]  # of fractions, or of floats where they are drawn
ROUNDED = {"up": np.ceil, "down": np.floor}


def worth(cells: pd.DataFrame, known: Known) -> dict[str, pd.Series]:
    """Of judged cells the points by their number, and the mark that people gave.

    earned, mark: fractions as text, empty where the state alone decides or nothing is known.
    """
    earned, mark = (pd.Series("", cells.index, dtype=object) for _ in range(2))
    for target in known.plan.targets:
        if target.worth is None:
            continue
        part = cells[cells["target"] == target.id]
        by_number = _by_word if target.measure.number == "text" else _by_number
        earned.update(by_number(target, target.worth, part, known).map(str))
        if target.given:
            marks = known.so_far(marks_of(target.id), part["unit"])["value"].dropna()
            mark.update(marks.map(exact).map(str))
    return {"earned": earned, "mark": mark}


def _by_word(target: Target, worth: Worth, cells: pd.DataFrame, known: Known) -> pd.Series:
    """What the last word of each cell is worth; one that no rung asks for nothing."""
    rows = known.measures_so_far
    rows = rows[(rows["target"] == target.id) & rows["word"].notna()]
    last = rows.sort_values("date", kind="stable").drop_duplicates("unit", keep="last")
    said = cells["unit"].map(last.set_index("unit")["word"]).dropna()
    gives = {rung.when: rung.give for rung in reversed(worth.steps)}  # the first that holds
    return said.map(lambda word: gives.get(word, Fraction(0))).astype(object)


def _by_number(target: Target, worth: Worth, cells: pd.DataFrame, known: Known) -> pd.Series:
    """The points of the cells whose number is known and decides."""
    cells = cells[cells["state"].isin([*JUDGED, State.REPORTED])]
    if not worth.by_number:  # the state decides, but what is attained may have a bonus
        cells = cells[cells["state"].isin(MET) & (worth.bonus is not None)]
    number = _number(target, cells).dropna()
    cells = cells.loc[number.index]
    if cells.empty:
        return number
    holds = [
        _holds(rung.when, number, cells, known)
        for rung in worth.steps
        if isinstance(rung.when, Requirement)
    ]
    if target.kind == "task":
        short, beyond = _late(cells, worth, known.clock.as_of), number * 0
    else:
        short, beyond = _apart(target, number, cells, known)
    found = points(
        worth, target.most, holds, *(part.to_numpy() for part in (number, short, beyond))
    )
    return pd.Series(found, cells.index, dtype=object)


def _number(target: Target, cells: pd.DataFrame) -> pd.Series:
    """The number of each cell, exact: of a rank the place, of a task the days that it is late."""
    if target.kind == "task":
        return (-cells["gap"].astype("Float64")).astype(object).map(Fraction, na_action="ignore")
    if target.kind == "rank":
        return cells["numerator"].astype(object).map(Fraction, na_action="ignore")
    return numbers(cells, cells)


def _holds(
    requirement: Requirement, number: pd.Series, cells: pd.DataFrame, known: Known
) -> Numbers:
    """Whether each number is such as a rung asks; what is counted need not be more than its share
    of the period.
    """
    if requirement.of == "rank":
        places = [requirement.places(int(of)) for of in cells["denominator"]]
        return np.array([place <= last for place, last in zip(number, places, strict=True)])
    bounds = bounds_of(cells, known, requirement)
    if requirement.low:
        bounds["low"] = _paced(bounds["low"].fillna(np.nan), cells)
    rows = zip(number, bounds["low"], bounds["high"], bounds["unknown"], strict=True)
    return np.array([not lacks and requirement.met(own, *ends) for own, *ends, lacks in rows])


def _paced(low: pd.Series, cells: pd.DataFrame) -> pd.Series:
    """The least by now of what is counted over the period, of a level all of it; a unit's few items
    are due one by one.
    """
    adds_up = cells["number"].isin(["count", "amount"])
    elapsed = [
        Fraction(*map(int, pair)) for pair in zip(cells["elapsed"], cells["days"], strict=True)
    ]
    by_now = low * pd.Series(elapsed, cells.index, dtype=object)
    by_now = by_now.mask(cells["quota"].notna(), by_now.map(math.floor, na_action="ignore"))
    return low.where(~adds_up, by_now).astype(object)


def _apart(
    target: Target, number: pd.Series, cells: pd.DataFrame, known: Known
) -> tuple[pd.Series, pd.Series]:
    """How much each number is short of what is asked by now, on either side, and how much it is
    beyond what is asked in all.
    """
    if target.require is None or target.kind == "rank":
        return number * 0, number * 0
    bounds = asked(cells, known)[["low", "high"]].fillna(np.nan)  # from None nothing is taken away
    low = bounds["low"].where(cells["quota"].isna(), cells["quota"].map(_fraction))
    below, above = _paced(low, cells) - number, number - bounds["high"]
    short = below.where(above.isna() | (below > above), above)
    beyond = (number - low).fillna(bounds["high"] - number)
    return short.fillna(Fraction(0)).astype(object), beyond.fillna(Fraction(0)).astype(object)


def _fraction(value: Any) -> Any:
    return np.nan if pd.isna(value) else Fraction(int(value))


def _late(cells: pd.DataFrame, worth: Worth, as_of: pd.Timestamp) -> pd.Series:
    """How many days, or calendar months, each task is late so far."""
    if worth.each is None or worth.each.short != MONTH:
        return -cells["gap"].astype("int64").astype(object)
    until = cells["done"].fillna(as_of)
    pairs = zip(cells["due_on"], until, strict=True)
    months = [_months_late(due, done, worth.each.round == "up") for due, done in pairs]
    return pd.Series(months, cells.index, dtype=object)


def _months_late(due: pd.Timestamp, done: pd.Timestamp, begun: bool) -> int:
    """Calendar months from one day to a later one, whole ones or those begun; before it none."""
    months = (done.year - due.year) * 12 + done.month - due.month
    last = due + pd.DateOffset(months=months)
    whole = months if last <= done else months - 1
    if begun and due + pd.DateOffset(months=whole) < done:
        whole += 1
    return max(int(whole), 0)


def points(
    worth: Worth, most: Any, holds: list[Numbers], number: Numbers, short: Numbers, beyond: Numbers
) -> Numbers:
    """The points of some numbers, of which is known which rungs hold (an array a rung), and how
    much each is short of what is asked, or beyond it. Fractions in, fractions out; floats alike.
    """
    exactly = type(most)
    found = np.full_like(number, most)
    if worth.each:
        taken = exactly(worth.each.take) * _parts(short, worth.each.short, worth.each.round)
        found = np.where(short > 0, np.maximum(most - taken, exactly(worth.each.least)), found)
    elif worth.proportion:
        asked = np.where(short > 0, number + short, exactly(1))
        found = np.where(short > 0, np.maximum(most * number / asked, 0), found)
    elif worth.steps:
        found = found * 0
    for at, give in reversed([*zip(holds, worth.gives, strict=False)]):  # the first that holds
        found = np.where(at, exactly(give), found)
    if worth.bonus:
        more = exactly(worth.bonus.give) * _parts(beyond, worth.bonus.over, worth.bonus.round)
        found = found + np.where(beyond > 0, np.minimum(more, exactly(worth.bonus.most)), 0)
    return found


def _parts(amount: Numbers, size: Size, rounding: Rounding | None) -> Numbers:
    """How many of a size an amount is."""
    parts = amount if isinstance(size, str) else amount / type(amount.flat[0])(size.value)
    return ROUNDED[rounding](parts) if rounding else parts
