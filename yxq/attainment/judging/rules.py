"""Which module judges the cells of which rule: a new rule has its line here."""

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
