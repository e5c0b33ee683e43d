"""Distinct items against a least and a most; a unit is held to its share of the city's count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from yxq.attainment.cells import Clock, Known, first_state, whole_counts
from yxq.attainment.quotas import OFFICIAL
from yxq.stats import forecast
from yxq.tables.reasons import Reasons
from yxq.words.reasons import Reason
from yxq.words.states import State


@dataclass(frozen=True)
class _Counts:
    """Counts beside what is asked of them, a row a cell: the least, the most (infinite of a least),
    and how many by now, times the days of the period.
    """

    have: pd.Series
    low: pd.Series
    high: pd.Series
    due: pd.Series
    at_most: pd.Series
    quota: pd.Series  # whether it is held to a share
    unknown: pd.Series  # nothing arrived
    unsplit: pd.Series  # a unit whose share is not set: its number is shown without a verdict
    late: pd.Series  # a return is missing

    @classmethod
    def of(cls, cells: pd.DataFrame, known: Known) -> _Counts:
        """From the plan's bounds and the units' quotas."""
        bounds = {t.id: t.bounds for t in known.plan.targets if t.rule.startswith("count_")}
        low, high = (
            cells["target"].map({id: ends[end] for id, ends in bounds.items()}) for end in (0, 1)
        )
        at_most, quota = cells["rule"] == "count_at_most", cells["quota"].notna()
        have = whole_counts(cells)
        low = low.where(~at_most, 0).where(~quota, cells["quota"]).astype("int64")
        days, due = known.clock.days, low * cells["elapsed"]
        return cls(
            have=have,
            low=low,
            high=high.where((cells["rule"] != "count_at_least") & ~quota, np.inf),
            due=due.where(~quota, due // days * days),  # a unit's few items are due one by one
            at_most=at_most,
            quota=quota,
            unknown=~cells["arrived"] & (have == 0),
            unsplit=~quota & ~cells["city"] & ~at_most,
            late=cells["missing"] > 0,
        )

    @property
    def at_least(self) -> pd.Series:
        """There is no most: once reached it stays so."""
        return self.high == np.inf

    @property
    def none_asked(self) -> pd.Series:
        """A share of none."""
        return self.quota & (self.low == 0)

    @property
    def above(self) -> pd.Series:
        """More than the most."""
        return self.have > self.high

    @property
    def judged(self) -> pd.Series:
        """Whether a number is held against something."""
        return ~self.unknown & ~self.unsplit & ~self.none_asked


def judge(cells: pd.DataFrame, known: Known, notes: Reasons) -> pd.DataFrame:
    """A shortfall with returns missing is no data, not a verdict; have and asked are counts times
    the days of the period.
    """
    counts, clock = _Counts.of(cells, known), known.clock
    have, low, judged = counts.have, counts.low, counts.judged
    # What was rejected may be what must not have happened.
    doubtful = counts.at_most & ~counts.above & (cells["rejected"] > 0)
    _add_notes(notes, cells, counts)
    notes.add_where(doubtful, "rejected_rows", cells["rejected"])
    short_of_most = (counts.high - have).clip(upper=0)
    elapsed = cells["elapsed"] / clock.days
    chance = forecast.chance_count(have, elapsed, low, counts.high, *count_priors(cells))
    has_pace = judged & ~counts.at_most
    return cells.assign(
        state=_state(cells, counts, doubtful, clock),
        gap=(have - low).where(counts.at_least | (have < low), short_of_most).where(judged),
        needed=(low - have).clip(lower=0).where(judged),
        numerator=have.where(~counts.unknown).astype("Int64"),
        value=have.where(~counts.unknown),
        probability=np.where(has_pace, chance, np.nan),
        have=(have * clock.days).where(judged & ~counts.above),
        asked=counts.due.where(has_pace & ~counts.above),
        expected=(low * cells["elapsed"] / clock.days).where(has_pace),
        threshold=cells["threshold"]
        .where(~counts.quota, low.astype(str))
        .where(~counts.unsplit, ""),
    )


def _state(cells: pd.DataFrame, counts: _Counts, doubtful: pd.Series, clock: Clock) -> pd.Series:
    """First what is not judged at all, then what more returns cannot change, then what they can,
    and last what is all in.
    """
    reached = counts.have >= counts.low
    may_rise = counts.late | clock.ended & (cells["outstanding"] > 0)
    open_end = counts.unknown | may_rise & ~(counts.at_least & reached)
    ended = pd.Series(clock.ended, cells.index)
    return first_state(
        [
            (counts.none_asked, State.NOT_APPLICABLE),
            (counts.unsplit & ~counts.unknown, State.REPORTED),
            (counts.above, State.NOT_ATTAINED),
            (doubtful | open_end & counts.late, State.NO_DATA),
            (open_end, State.PENDING),
            (reached & (counts.at_least | clock.ended), State.ATTAINED),
            (ended, State.NOT_ATTAINED),
            (counts.have * clock.days >= counts.due, State.ON_TRACK),
        ],
        State.BEHIND,
    )


def _add_notes(notes: Reasons, cells: pd.DataFrame, counts: _Counts) -> None:
    """The first that holds: why nothing is asked, what went over, or where the number asked is
    from.
    """
    rows = pd.Series(True, cells.index)
    for code, where in {
        "quota_none": counts.none_asked,
        "not_split": counts.unsplit & ~cells["split"],
        "basis_missing": counts.unsplit,
        "incident": counts.above & counts.at_most,
        "above_range": counts.above,
        "quota_official": counts.quota & (cells["basis"] == OFFICIAL),
        "quota_computed": counts.quota,
    }.items():
        notes.add(cells.index[rows & where], Reason(code))
        rows &= ~where


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
