"""Distinct items against a least and a most; a unit is held to its share of the city's count."""

from __future__ import annotations

import numpy as np
import pandas as pd

from yxq.attainment.cells import Clock, Known, first_state, whole_counts
from yxq.attainment.quotas import OFFICIAL
from yxq.stats import forecast
from yxq.tables.reasons import Reasons
from yxq.words.reasons import Reason
from yxq.words.states import State


def judge(cells: pd.DataFrame, known: Known, notes: Reasons) -> pd.DataFrame:
    """A shortfall with returns missing is no data, not a verdict; have and asked are counts times
    the days of the period.
    """
    counts, clock = _counts(cells, known), known.clock
    have, low, high = counts["have"], counts["low"], counts["high"]
    judged = ~counts["unknown"] & ~counts["unsplit"] & ~counts["none_asked"]
    has_pace, above = judged & ~counts["at_most"], counts["above"]
    _add_notes(notes, cells, counts)
    chance = forecast.chance_count(
        have, cells["elapsed"] / clock.days, low, high, *count_priors(cells)
    )
    gap = (have - low).where(counts["at_least"] | (have < low), (high - have).clip(upper=0))
    bound = cells["bound"].where(~counts["quota"], low.astype(str))
    return cells.assign(
        state=_state(cells, counts, clock),
        gap=gap.where(judged),
        needed=(low - have).clip(lower=0).where(judged),
        numerator=have.where(~counts["unknown"]).astype("Int64"),
        value=have.where(~counts["unknown"]),
        probability=np.where(has_pace, chance, np.nan),
        have=(have * clock.days).where(judged & ~above),
        asked=counts["due"].where(has_pace & ~above),
        expected=(low * cells["elapsed"] / clock.days).where(has_pace),
        bound=bound.where(~counts["unsplit"], ""),
    )


def _counts(cells: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Counts beside what is asked of them, a row a cell.

    Columns: have, low and high (the least and the most; a unit's least is its share, and of a least
    alone the most is infinite), due (how many by now, times the days of the period), and whether
    each is a least that stays reached (at_least), a most alone (at_most), or held to a share
    (quota), of none (none_asked) or not set, so that it is shown without a verdict (unsplit);
    whether nothing arrived (unknown), it is above the most, or a rejected row may be what must not
    have happened (doubtful).
    """
    targets = {id: known.plan.target(id) for id in cells["target"].unique()}
    bounds = cells["target"].map({id: target.bounds for id, target in targets.items()})
    quota, have, at_most = cells["quota"].notna(), whole_counts(cells), cells["better"] == "less"
    at_least = (cells["better"] == "more") | quota
    low, high = (bounds.str[end] for end in (0, 1))
    low = low.where(~at_most, 0).where(~quota, cells["quota"]).astype("int64")
    high = high.where(~at_least, np.inf)
    days, due = known.clock.days, low * cells["elapsed"]
    columns = {
        "have": have,
        "low": low,
        "high": high,
        "due": due.where(~quota, due // days * days),  # a unit's few items are due one by one
        "at_least": at_least,
        "at_most": at_most,
        "quota": quota,
        "none_asked": quota & (low == 0),
        "unsplit": ~quota & ~cells["city"] & ~at_most,
        "unknown": ~cells["arrived"] & (have == 0),
        "above": have > high,
        "doubtful": at_most & (have <= high) & (cells["rejected"] > 0),
    }
    return pd.DataFrame(columns)


def _state(cells: pd.DataFrame, counts: pd.DataFrame, clock: Clock) -> pd.Series:
    """First what is not judged at all, then what more returns cannot change, then what they can,
    and last what is all in.
    """
    late, reached = cells["missing"] > 0, counts["have"] >= counts["low"]
    may_rise = late | clock.ended & (cells["outstanding"] > 0)
    open_end = counts["unknown"] | may_rise & ~(counts["at_least"] & reached)
    return first_state(
        [
            (counts["none_asked"], State.NOT_APPLICABLE),
            (counts["unsplit"] & ~counts["unknown"], State.REPORTED),
            (counts["above"], State.NOT_ATTAINED),
            (counts["doubtful"] | open_end & late, State.NO_DATA),
            (open_end, State.PENDING),
            (reached & (counts["at_least"] | clock.ended), State.ATTAINED),
            (~reached & clock.ended, State.NOT_ATTAINED),
            (counts["have"] * clock.days >= counts["due"], State.ON_TRACK),
        ],
        State.BEHIND,
    )


def _add_notes(notes: Reasons, cells: pd.DataFrame, counts: pd.DataFrame) -> None:
    """The first that holds: why nothing is asked, what went over, or where the number asked is
    from; and what makes it doubtful.
    """
    others = pd.Series(True, cells.index)
    for code, where in {
        "quota_none": counts["none_asked"],
        "not_split": counts["unsplit"] & ~cells["split"],
        "basis_missing": counts["unsplit"],
        "incident": counts["above"] & counts["at_most"],
        "above_range": counts["above"],
        "quota_official": counts["quota"] & (cells["basis"] == OFFICIAL),
        "quota_computed": counts["quota"],
    }.items():
        notes.add(cells.index[others & where], Reason(code))
        others &= ~where
    notes.add_where(counts["doubtful"], "rejected_rows", cells["rejected"])


def count_priors(cells: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Gamma parameters a cell: the spread of all units in the year before by their size, and
    Jeffreys' for the city.
    """
    a, b = np.tile(forecast.JEFFREYS_COUNT, (len(cells), 1)).T.copy()
    size = cells["size"].fillna(1.0).where(lambda size: size > 0, 1.0)
    sized = cells.assign(position=np.arange(len(cells)), size=size)
    for _, rows in sized[~cells["city"]].groupby("target"):
        shape, years = forecast.prior_count(rows["numerator_whole"].astype("float64"), rows["size"])
        a[rows["position"]], b[rows["position"]] = shape, years / rows["size"]
    return a, b
