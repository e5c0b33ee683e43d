"""More than the year before."""

from __future__ import annotations

import numpy as np
import pandas as pd

from yxq.attainment.cells import Known, first_state, whole_counts
from yxq.attainment.judging.counts import count_priors
from yxq.stats import forecast
from yxq.tables.reasons import Reasons
from yxq.words.states import State


def judge(cells: pd.DataFrame, known: Known, notes: Reasons) -> pd.DataFrame:
    """More than the whole year before; within the year a count keeps pace with its share of that,
    and a yearly value waits.
    """
    clock, elapsed = known.clock, cells["elapsed"]
    counted = cells["kind"] == "distinct"
    count = whole_counts(cells).where(cells["arrived"] | cells["numerator"].notna())
    now, before = cells["value"].where(~counted, count), cells["value_whole"]
    share_of_before = before * elapsed
    known_both = now.notna() & before.notna()
    above = (now > before).fillna(False).astype(bool)
    on_pace = (now * clock.days >= share_of_before).fillna(False).astype(bool)
    not_due = now.isna() & (cells["due"] == 0)
    late = cells["missing"] > 0
    may_rise = counted & (late | clock.ended & (cells["outstanding"] > 0)) & ~above
    # What is not in comes first: until it is, only a count that is above already can be judged.
    state = first_state(
        [
            (not_due | (may_rise & ~late), State.PENDING),
            (~known_both | may_rise, State.NO_DATA),
            (above & (counted | clock.ended), State.ATTAINED),
            (known_both & clock.ended, State.NOT_ATTAINED),
            (counted & on_pace, State.ON_TRACK),
            (counted, State.BEHIND),
        ],
        State.PENDING,
    )
    notes.add_where(~not_due & now.notna() & before.isna(), "no_year_before")
    asked = before.astype("float64") + 1
    chance = forecast.chance_count(
        now.astype("float64"), elapsed / clock.days, asked, np.inf, *count_priors(cells)
    )
    judged = counted & known_both
    return cells.assign(
        state=state,
        gap=now - before,
        needed=(before + 1 - now).clip(lower=0).where(judged),
        value=now,
        numerator=now.where(counted).astype("Int64"),
        have=(now * clock.days).where(counted, now),
        asked=share_of_before.where(counted, before),
        expected=(share_of_before / clock.days).where(judged),
        probability=np.where(judged, chance, np.nan),
    )
