"""Which module judges the cells of which kind: a new kind has its line here."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from yxq.attainment.cells import Known
from yxq.attainment.judging import counts, levels, milestones, over_units, rates, reported
from yxq.tables.reasons import Reasons

Judge = Callable[[pd.DataFrame, Known, Reasons], pd.DataFrame]

JUDGES: dict[str, Judge] = {
    "share": rates.judge,
    "count": counts.judge,
    "amount": counts.judge,
    "level": levels.judge,
    "rank": levels.judge,
    "units": over_units.judge,
    "task": milestones.judge,
    "reported": reported.judge,
}
