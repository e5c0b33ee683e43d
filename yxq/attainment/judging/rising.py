"""More than the year before."""

from __future__ import annotations

import numpy as np
import pandas as pd

from yxq.attainment.cells import Clock, Known, first_state, whole_counts
from yxq.attainment.judging.counts import count_priors
from yxq.stats import forecast
from yxq.tables.reasons import Reasons
from yxq.words.states import State


def judge(cells: pd.DataFrame, known: Known, notes: Reasons) -> pd.DataFrame:
    """More than the whole year before; within the year a count keeps pace with its share of that,
    and a yearly value waits.
    """
    days, elapsed, before = known.clock.days, cells["elapsed"], cells["value_whole"]
    counted = cells["number"] == "count"
    count = whole_counts(cells).where(cells["arrived"] | cells["numerator"].notna())
    now = cells["value"].where(~counted, count)
    not_due = now.isna() & (cells["due"] == 0)
    notes.add_where(~not_due & now.notna() & before.isna(), "no_year_before")
    counts, asked = now.astype("float64"), before.astype("float64") + 1
    chance = forecast.chance_count(counts, elapsed / days, asked, np.inf, *count_priors(cells))
    judged = counted & now.notna() & before.notna()
    return cells.assign(
        state=_state(cells, known.clock, now),
        gap=now - before,
        needed=(before + 1 - now).clip(lower=0).where(judged),
        value=now,
        numerator=now.where(counted).astype("Int64"),
        have=(now * days).where(counted, now),
        asked=(before * elapsed).where(counted, before),
        expected=(before * elapsed / days).where(judged),
        probability=np.where(judged, chance, np.nan),
    )


def _state(cells: pd.DataFrame, clock: Clock, now: pd.Series) -> pd.Series:
    """What is not in comes first: until it is, only a count that is above already can be judged."""
    counted, before = cells["number"] == "count", cells["value_whole"]
    above = (now > before).fillna(False).astype(bool)
    on_pace = (now * clock.days >= before * cells["elapsed"]).fillna(False).astype(bool)
    unknown = now.isna() | before.isna()
    late, not_due = cells["missing"] > 0, now.isna() & (cells["due"] == 0)
    may_rise = counted & (late | clock.ended & (cells["outstanding"] > 0)) & ~above
    return first_state(
        [
            (not_due | (may_rise & ~late), State.PENDING),
            (unknown | may_rise, State.NO_DATA),
            (above & (counted | clock.ended), State.ATTAINED),
            (~above & clock.ended, State.NOT_ATTAINED),
            (counted & on_pace, State.ON_TRACK),
            (counted, State.BEHIND),
        ],
        State.PENDING,
    )
