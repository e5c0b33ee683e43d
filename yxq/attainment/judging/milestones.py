"""Tasks: done on or before a date."""

from __future__ import annotations

import pandas as pd

from yxq.attainment.cells import Known, first_state
from yxq.plan.target import OPEN
from yxq.tables.reasons import Reasons
from yxq.words.states import State


def judge(cells: pd.DataFrame, known: Known, notes: Reasons) -> pd.DataFrame:
    """Done on or before its due date: the plan's, else the return's, else the period's end (an
    assumption). gap and needed are days.
    """
    as_of = known.clock.as_of
    tasks = _tasks(cells, known)
    done, due = tasks["done"], _due(cells, known, tasks["due"])
    unbound = cells["bound"] == OPEN
    late = (done > due) & ~unbound
    ahead = unbound | (as_of < due)
    # Done comes before the date: done is final, and only what is not done can still be waited for.
    state = first_state(
        [
            (late, State.NOT_ATTAINED),
            (done.notna(), State.ATTAINED),
            (ahead, State.PENDING),
            (tasks["heard"], State.NOT_ATTAINED),
        ],
        State.NO_DATA,
    )
    days = (due - done.fillna(as_of)).dt.days.where(~unbound).astype("Int64")
    due_day, done_day = due.dt.date, done.dt.date
    notes.add_where(late, "done_late", -days, due_day)
    notes.add_where(state == State.ATTAINED, "done_on", done_day, due_day)
    notes.add_where((state == State.PENDING) & ~unbound, "due_on", due_day)
    notes.add_where((state == State.NOT_ATTAINED) & ~late, "overdue", -days, due_day)
    by_itself = tasks["towns"].notna() & (cells["whom"] == "both")
    notes.add_where(by_itself, "city_by_itself", tasks["towns_done"], tasks["towns"])
    return cells.assign(
        state=state,
        gap=days.where(state != State.NO_DATA),
        needed=days.where(state == State.PENDING),
        final=True,  # it is done, or its day has passed
        done=done,
        due_on=due,
        numerator=tasks["towns_done"].where(~by_itself),
        denominator=tasks["towns"].where(~by_itself),
    )


def _tasks(cells: pd.DataFrame, known: Known) -> pd.DataFrame:
    """What returns say of each task: heard, done and due; of the city's rows towns_done and towns.

    Of what each town is asked the city has done what all of them have, on the last of their days.
    """
    rows = known.measures[known.measures["key"].isin(cells["key"])]
    rows = rows.drop_duplicates("key", keep="last").set_index("key")
    tasks = cells[["key", "target", "city", "whom"]].join(rows[["due", "done"]], on="key")
    tasks["heard"] = tasks["key"].isin(rows.index)
    tasks["done"] = tasks["done"].where(tasks["done"] <= known.clock.as_of)
    shared = tasks["city"] & (tasks["whom"] == "each")
    by_target = tasks[~tasks["city"]].groupby("target")
    towns = pd.DataFrame({"towns_done": by_target["done"].count(), "towns": by_target.size()})
    towns["done"] = by_target["done"].max().where(towns["towns_done"] == towns["towns"])
    towns["due"], towns["heard"] = by_target["due"].max(), by_target["heard"].all()
    of_towns = towns.reindex(tasks["target"]).set_axis(tasks.index)
    for name in ("done", "due", "heard"):
        tasks[name] = tasks[name].where(~shared, of_towns[name])
    counts = of_towns[["towns_done", "towns"]].where(tasks["city"]).astype("Int64")
    return tasks.astype({"heard": bool}).join(counts)


def _due(cells: pd.DataFrame, known: Known, returned: pd.Series) -> pd.Series:
    """The day on which each task is due."""
    planned = {t.id: t.due for t in known.plan.targets if t.kind == "task"}
    due = cells["target"].map(planned).astype("datetime64[us]")
    return due.fillna(returned).fillna(known.clock.end)
