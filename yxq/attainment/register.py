"""What is done about every result that falls short, as the register of the office says it, beside
how the result stands now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from yxq.plan.folder import Plan
from yxq.words.states import SHORT, Remedy, State

TYPES = {
    "unit": "str",
    "target": "str",
    "result": "str",
    **dict.fromkeys(("cause", "measure", "person"), "str"),
    "due": "datetime64[us]",
    "said": "str",
    "done": "datetime64[us]",
    "standing": "str",
    "days_over": "Int64",
    "against": "str",
    "file": "str",
    "sheet": "str",
    "row": "int64",
}
MET_OPEN, CLOSED_SHORT, NO_RESULT = "met, not closed", "closed, not met", "no result"


def register(
    plan: Plan, records: Mapping[str, pd.DataFrame], attained: pd.DataFrame, as_of: dt.date
) -> pd.DataFrame:
    """The entries of the plan's register of its year, in the plan's order of targets.

    records: accepted rows by form; attained: results of the units that are asked for. Columns:
    unit, target, result (its state now; missing where the unit has none), cause, measure, person,
    due, said (the word of its state), done, standing (a `Remedy`), days_over (how many days it is
    overdue as of the day), against (in what it contradicts the result), file, sheet, row. No rows
    where the plan has no register.
    """
    kept = plan.folder.remedies
    rows = records.get(kept.form, pd.DataFrame()) if kept else pd.DataFrame()
    rows = rows[rows["year"] == plan.year] if len(rows) else rows
    if kept is None or rows.empty:
        return pd.DataFrame(columns=[*TYPES]).astype(TYPES)
    own = {"cause": kept.cause, "measure": kept.measure, "person": kept.person}
    own |= {"due": kept.due, "said": kept.state, "done": kept.done, "target": kept.target}
    own |= {name: name for name in ("unit", "file", "sheet", "row")}
    table = pd.DataFrame({name: rows[column].to_numpy() for name, column in own.items()})
    states = attained.set_index(["unit", "target"])["state"]
    table["result"] = states.reindex(pd.MultiIndex.from_frame(table[["unit", "target"]])).to_numpy()
    today = pd.Timestamp(as_of)
    table["standing"] = _standing(table, kept.closed, kept.dropped, today)
    is_over = table["standing"] == Remedy.OVERDUE
    table["days_over"] = (today - pd.to_datetime(table["due"])).dt.days.astype("Int64")
    table["days_over"] = table["days_over"].where(is_over)
    table["against"] = _against(table)
    order = [target.id for target in plan.targets] + [u.name for u in (*plan.units, plan.city)]
    place = {name: n for n, name in enumerate(order)}
    table = table.sort_values(["target", "unit"], key=lambda names: names.map(place))
    return table[[*TYPES]].astype(TYPES).reset_index(drop=True)


def _standing(
    table: pd.DataFrame, closed: tuple[str, ...], dropped: tuple[str, ...], today: pd.Timestamp
) -> np.ndarray:
    """How each entry stands on a day; one that was mended later was still open."""
    said, due, done = (table[name] for name in ("said", "due", "done"))
    later = pd.to_datetime(done) > today
    is_closed = said.isin(closed) | (said.isna() & done.notna())
    return np.select(
        [said.isin(dropped), is_closed & ~later, pd.to_datetime(due) < today],
        [Remedy.DROPPED, Remedy.CLOSED, Remedy.OVERDUE],
        Remedy.OPEN,
    )


def _against(table: pd.DataFrame) -> np.ndarray:
    """In what each entry contradicts its result; empty where it does not."""
    result, standing = table["result"], table["standing"]
    goes_on = standing.isin([Remedy.OPEN, Remedy.OVERDUE])
    return np.select(
        [
            result.isna(),
            goes_on & (result == State.ATTAINED),
            (standing == Remedy.CLOSED) & result.isin(SHORT),
        ],
        [NO_RESULT, MET_OPEN, CLOSED_SHORT],
        "",
    )


def unanswered(attained: pd.DataFrame, entries: pd.DataFrame) -> pd.DataFrame:
    """The results that fall short and of which nobody has said what is done about them."""
    key = ["unit", "target"]
    short = attained[attained["state"].isin(SHORT)]
    answered = pd.MultiIndex.from_frame(entries[key])
    return short[~pd.MultiIndex.from_frame(short[key]).isin(answered)]
