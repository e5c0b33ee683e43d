"""Targets without a threshold: what arrived is shown, and no verdict is ever computed."""

from __future__ import annotations

import pandas as pd

from yxq.attainment.cells import Known, first_state, printed, whole_counts
from yxq.tables.reasons import Reasons
from yxq.words.states import State


def judge(cells: pd.DataFrame, known: Known, notes: Reasons) -> pd.DataFrame:
    """Reported where a number or a task of the year is in, or an arrived list has none."""
    tasks = known.measures["key"].isin(cells.loc[cells["number"] == "task", "key"])
    so_far = known.measures["date"] <= known.clock.as_of  # a task's date is no day of a report
    has_rows = cells["key"].isin(known.measures.loc[tasks | so_far, "key"])
    has_none = (cells["absent"] == "none") & (cells["missing"] == 0)
    there = cells["arrived"] & (has_rows | has_none) & ~cells["lacking"]
    counted = cells["number"].isin(["count", "amount"])
    count = whole_counts(cells).where(counted & there)
    due = cells["due"] > 0
    words = known.measures_so_far.dropna(subset="word").set_index("key")["word"]
    said = cells["key"].map(words[~words.index.duplicated(keep="last")])
    notes.add_where(said.notna(), "says", said)
    return cells.assign(
        state=first_state([(there, State.REPORTED), (due, State.NO_DATA)], State.PENDING),
        numerator=count.where(cells["number"] == "count").astype("Int64"),
        value=(count / 10.0 ** cells["scale"]).where(counted, printed(cells, cells)),
    )
