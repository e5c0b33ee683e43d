"""How each cell's number compares with the year before, and how far chance reaches."""

from __future__ import annotations

import numpy as np
import pandas as pd

from yxq.attainment.cells import Known, over_strata, printed
from yxq.attainment.measures import NUMBERS
from yxq.stats import evidence
from yxq.tables.reasons import Reasons

NOT_COMPARED = ["task", "rank", "units"]


def year_before(cells: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Numerator, denominator and value of each cell a year before: up to the same day (`_same`),
    and of the whole year (`_whole`); and of this year what is compared with it (`_like`).

    A count is missing where a return of it is, for the shortfall would look like a rise.
    """
    before = known.before[-1]
    complete = before.complete.set_axis(cells.index)
    columns = {}
    for when, sums in (("same", before.same), ("whole", before.whole)):
        number = over_strata(sums, cells)
        count = number["numerator"].astype("Float64").fillna(0).where(complete)
        number["numerator"] = count.where(cells["adds_up"], number["numerator"])
        columns[f"numerator_{when}"] = number["numerator"]
        columns[f"denominator_{when}"] = number["denominator"]
        columns[f"value_{when}"] = printed(cells, number)
    like = over_strata(known.like, cells)
    like["value"] = printed(cells, like)
    columns |= {f"{name}_like": like[name] for name in NUMBERS}
    columns["unlike"] = cells["key"].isin(known.unlike)
    return pd.DataFrame(columns)


def changes(cells: pd.DataFrame, notes: Reasons) -> pd.DataFrame:
    """The cells with what they were up to the same day a year before, and the change since.

    Columns: previous_numerator, previous_denominator, previous, year_before (the whole of it),
    change, change_low to change_high (how far chance reaches: of sampled rates Newcombe's interval
    of the difference, of counts the exact one of the ratio; a complete count has none), trend
    (better or worse where the interval leaves no change out, level where it holds it). A count with
    a return missing is not compared; a number of several years is with that of the year before.
    """
    counted = cells["number"] == "count"
    comparable = ~cells["kind"].isin(NOT_COMPARED) & ~(cells["adds_up"] & (cells["missing"] > 0))
    numerator, denominator, value = (cells[f"{name}_same"].where(comparable) for name in NUMBERS)
    now = cells[NUMBERS].astype("Float64")
    like = cells[[f"{name}_like" for name in NUMBERS]].set_axis(NUMBERS, axis=1)
    now = now.mask(cells["unlike"], like)
    notes.add_where(cells["unlike"] & value.notna(), "like_months")
    low, high = _interval(cells, now, numerator, denominator)
    # Spans of several years have years in common, so that no chance lies between them.
    low, high = (end.where(comparable & ~cells["several"]) for end in (low, high))
    no_change = np.where(counted, 1.0, 0.0)
    rises, falls = low > no_change, high < no_change
    less_is_better = cells["better"] == "less"
    better = rises.where(~less_is_better, falls)
    return cells.assign(
        previous_numerator=numerator,
        previous_denominator=denominator,
        previous=value,
        year_before=cells["value_whole"].where(comparable),
        change=now["value"] - value,
        change_low=low,
        change_high=high,
        trend=np.select([better, rises | falls, low.notna()], ["better", "worse", "level"], ""),
    )


def _interval(
    cells: pd.DataFrame, now: pd.DataFrame, numerator: pd.Series, denominator: pd.Series
) -> tuple[pd.Series, pd.Series]:
    """Of sampled rates of the difference, of counts of the ratio, else none."""
    x1, n1, x0, n0 = (
        column.astype("float64")
        for column in (now["numerator"], now["denominator"], numerator, denominator)
    )
    rated = (cells["kind"] == "share") & cells["sampled"]
    counted = cells["number"] == "count"
    differences, ratios = evidence.newcombe(x1, n1, x0, n0), evidence.rate_ratio(x1, 1.0, x0, 1.0)
    low, high = (
        pd.Series(np.select([rated, counted], ends, np.nan), cells.index)
        for ends in zip(differences, ratios, strict=True)
    )
    return low, high
