"""What is added up for the city is of all its units, or says what it lacks."""

from __future__ import annotations

import pandas as pd

from yxq.tables.reasons import Reasons
from yxq.words.states import JUDGED, State

ADDED = ["share", "count", "amount"]


def hold_back(cells: pd.DataFrame, judged: pd.DataFrame, ended: bool, notes: Reasons) -> pd.Series:
    """The states of judged cells, no verdict where the city's sum lacks something that could change
    it; the notes say what.

    Lacking are units without a number, where a form's missing row means nothing that is known and
    other units have one, and rows that were rejected: of an account or a list, for a sample without
    them is a smaller sample. What is final, as a least that is reached, stays so.
    """
    state, adds_up = judged["state"], cells["number"].isin(ADDED)
    of_all = cells["city"] & adds_up & (cells["whom"] != "city")
    without = cells["target"].map(_units_without(cells, state)).where(of_all)
    rejected = adds_up & ~cells["sampled"] & (cells["rejected"] > 0)
    rows_lack = rejected & cells["city"]
    counted = cells["number"] != "share"
    open_end = state.isin(JUDGED) & (without.notna() | rows_lack) & ~judged["final"]
    notes.add_where(without.notna(), "without_units", without)
    notes.add_where(open_end & rows_lack, "rows_lacking", cells["rejected"])
    nothing = rejected & ~cells["city"] & ~counted & cells["numerator"].isna()
    notes.add_where(nothing & (state == State.NO_DATA), "rejected_rows", cells["rejected"])
    return state.mask(open_end, State.NO_DATA if ended else State.PENDING)


def _units_without(cells: pd.DataFrame, state: pd.Series) -> pd.Series:
    """The units that reported no number where others did, by target."""
    towns = cells[~cells["city"] & (cells["absent"] == "unknown") & cells["number"].isin(ADDED)]
    has_number, asked = towns["numerator"].notna(), state[towns.index] != State.NOT_APPLICABLE
    some = has_number.groupby(towns["target"]).transform("any")
    lacking = towns[some & ~has_number & asked & (towns["whom"] != "shared")]
    return lacking.groupby("target")["unit"].agg("、".join)
