"""Of a great many units those that a page has room for; the others are counted, and where they
stand is said.

No page grows with the number of units beyond what opens at once and can be read.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.units import Unit
from yxq.report.sections.build import para
from yxq.words.states import SHORT, State
from yxq.words.wording import Words

UNITS_SHOWN = 20  # rows of a table or figure of units; as many as there are where there are fewer
CELLS_SHOWN = 1_050  # cells of a table of units by targets
LEAST_SHOWN, MOST_SHOWN = 10, 50  # of its rows, however many or few targets there are
FIRST_SHOWN = 6  # of a table by rank; the rest of it are the last


def most_short(plan: Plan, results: pd.DataFrame, most: int = UNITS_SHOWN) -> list[Unit]:
    """The units that are shown: of more than `most` those that are missed or behind most often, the
    worst first; those that are so equally often in the plan's order.

    results: unit, state of attainment.
    """
    if len(plan.towns) <= most:
        return plan.towns
    times = results.loc[results["state"].isin(SHORT), "unit"].value_counts().to_dict()
    return sorted(plan.towns, key=lambda unit: -times.get(unit.name, 0))[:most]


def rows_of_map(n_targets: int) -> int:
    """How many units a table of units by targets has at most."""
    return max(LEAST_SHOWN, min(MOST_SHOWN, CELLS_SHOWN // max(1, n_targets)))


def worst_at(plan: Plan, results: pd.DataFrame) -> list[Unit]:
    """The same at one target: what is missed or behind by most first, then what has no data.

    results: unit, state and gap of attainment, a row a unit, and maybe the city's.
    """
    units = {unit.name: unit for unit in plan.towns}
    rows = results[results["unit"].isin(units)]
    if len(rows) > UNITS_SHOWN:
        order = {state: 0 for state in SHORT} | {State.NO_DATA: 1}
        rows = rows.assign(order=rows["state"].map(order).fillna(2))
        rows = rows.sort_values(["order", "gap"], kind="stable").head(UNITS_SHOWN)
    return [units[name] for name in rows["unit"]]


def both_ends(ranked: pd.DataFrame) -> pd.DataFrame:
    """Of too many rows by rank the first and the last."""
    if len(ranked) <= UNITS_SHOWN:
        return ranked
    return pd.concat([ranked.head(FIRST_SHOWN), ranked.tail(UNITS_SHOWN - FIRST_SHOWN)])


def others(n: int, shown: int, words: Words, key: str, sheet: str = "") -> list[Any]:
    """How many of n units are not shown, and in which sheet of the workbook they are; nothing where
    all are.

    key: one of the wordings units_most_short, units_both_ends, units_worst; sheet: another's key.
    """
    if n <= shown:
        return []
    first, last = FIRST_SHOWN, UNITS_SHOWN - FIRST_SHOWN
    said = words(key, shown=shown, n=n - shown, first=first, last=last)
    where = words("others_in_sheet", sheet=words(sheet)) if sheet else ""
    return [para(said + where)]
