"""Within the year: what is expected by its end."""

from __future__ import annotations

import pandas as pd

from yxq.report.blocks import Block, table
from yxq.report.sections.build import empty, nothing, para, section
from yxq.words.states import State
from yxq.words.wording import Words


def forecast(
    results: pd.DataFrame, numbered: pd.DataFrame, words: Words, over: bool, alone: bool = False
) -> Block:
    """The chance that each open target will be met, what it takes, and the year before beside it.

    results: attainment of a unit; numbered: the same as text; `over`: the period has ended,
    and there is nothing to say; alone: the city has no units.
    """
    if over:
        return nothing()
    # What is settled is no matter of chance any more.
    has_risen = results["require"].str.contains("last_year") & (results["state"] == State.ATTAINED)
    still_open = results["probability"].notna() & ~has_risen & ~results["final"].astype(bool)
    if not still_open.any():
        return empty(words, "forecast", "forecast_none")
    order = results.loc[still_open, "probability"].sort_values(kind="stable").index
    columns = "target required counts value previous whole_year_before needed probability state"
    grid = table(words, "forecast", numbered.loc[order], columns)
    note = words("forecast_note_city" if alone else "forecast_note")
    return section(words, "forecast", para(note), grid)
