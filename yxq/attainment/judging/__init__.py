"""How the cells of one kind of target stand on a date: a module a kind of rule, each with `judge`.

`judge(cells, known, notes)` takes the cells of its rules as `yxq.attainment.attain` lays them out,
gives them back with state, value, gap, needed and the rest of what `attain` promises, and adds its
reasons to the notes. Counts are compared as whole numbers. No module reads or knows anything else.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from yxq.attainment.cells import Known
from yxq.attainment.judging import counts, milestones, peers, rates, reported, rising
from yxq.tables.reasons import Reasons

Judge = Callable[[pd.DataFrame, Known, Reasons], pd.DataFrame]

JUDGES: dict[str, Judge] = {
    "rate_at_least": rates.judge,
    "count_at_least": counts.judge,
    "count_between": counts.judge,
    "count_at_most": counts.judge,
    "rising": rising.judge,
    "above_peer_mean": peers.judge,
    "rank_within_front": peers.judge,
    "milestone": milestones.judge,
    "reported": reported.judge,
}
