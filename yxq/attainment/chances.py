"""How likely it is that a unit meets all of some targets."""

from __future__ import annotations

import pandas as pd

from yxq.words.states import JUDGED, MET

COLUMNS = ["unit", "targets", "met", "missed", "open", "without", "chance"]


def chances(attained: pd.DataFrame) -> pd.DataFrame:
    """The chance of each unit to meet all of its targets among some results, a row a unit.

    attained: those results. Columns: unit, targets (how many), met and missed (for good), open
    (that may go either way: each has a chance), without (that have no verdict or no chance, and are
    left out), chance (missing where all are). The chances of one unit are multiplied: given what is
    known now its targets are taken to go independently of each other, as in the simulated ends of
    the year, where units share what is to come and targets do not.
    """
    judged = attained["state"].isin(JUDGED)
    is_final = attained["final"].astype("boolean").fillna(False).astype(bool)
    known = attained["probability"].astype("float64")
    is_met = judged & is_final & attained["state"].isin(MET)
    is_open = judged & ~is_final & known.notna()
    chance = known.where(is_open, is_met.astype("float64"))
    counted = is_open | (judged & is_final)
    rows = pd.DataFrame(
        {
            "unit": attained["unit"],
            "targets": 1,
            "met": is_met,
            "missed": judged & is_final & ~is_met,
            "open": is_open,
            "without": ~counted,
            "chance": chance.where(counted),
        }
    )
    by_unit = rows.groupby("unit", sort=False, observed=True)
    sums = by_unit[COLUMNS[1:-1]].sum().astype("int64")
    product = by_unit["chance"].prod(min_count=1).astype("Float64")
    return sums.assign(chance=product).reset_index()[COLUMNS]
