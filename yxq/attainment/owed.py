"""Who should have sent what by when, and what arrived."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd

from yxq.plan.folder import Plan
from yxq.words.states import Status

EXPECTED = ["year", "form", "sender", "period_from", "period_to", "due"]
ENDS = ["period_from", "period_to"]
COLUMNS = [*EXPECTED, "status", "filed", "files", "accepted", "rejected", "left_of"]


def expected(plan: Plan, year: int) -> pd.DataFrame:
    """The returns that the plan asks for in one year: year, form, sender, period_from, period_to,
    due.
    """
    start, end = (pd.Timestamp(day) for day in plan.span(year))
    rows = []
    for owed in plan.period.returns:
        first = start
        while first <= end:
            after = first + pd.DateOffset(months=owed.months)
            last = after - pd.Timedelta(days=1)
            due = last + pd.Timedelta(days=owed.due_days)
            rows.append((year, owed.form, owed.sender, first, last, due))
            first = after
    return pd.DataFrame(rows, columns=EXPECTED)


def is_due(returns: pd.DataFrame, as_of: dt.date, received_by: dt.date) -> pd.Series:
    """Which returns must have been in hand by `received_by`: those that are due by then, of periods
    that were over by `as_of`; what happened later is not looked at.
    """
    is_over = returns["period_to"] <= pd.Timestamp(as_of)
    return is_over & (returns["due"] <= pd.Timestamp(received_by))


def status(
    plan: Plan, files: pd.DataFrame, as_of: dt.date, received_by: dt.date | None = None
) -> pd.DataFrame:
    """Expected returns of the plan's year and the year before, and of the years that a target's
    number of them begins with, with what arrived for each.

    Columns: year, form, sender, period_from, period_to, due, status (arrived; late: filed after the
    due date; missing: see `is_due`, by `as_of` if no day is named; not due), filed (the last day),
    files (names), accepted and rejected (rows), left_of (targets and units of which rows were left
    empty). Files serve the months that they cover, one or several an expected period. A return
    without rows says that there was nothing; one whose rows were all rejected or left empty did not
    arrive; of a period that had not begun by `as_of` none has. No rows
    when the plan names no returns.
    """
    first = plan.first_year(plan.year - 1)
    years = [expected(plan, year) for year in range(first, plan.year + 1)]
    table = pd.concat(years, ignore_index=True)
    begun = table["period_from"] <= pd.Timestamp(as_of)
    table = table.join(_arrived(table[begun], by_period(plan, files)))
    table["filed"] = table["filed"].astype("datetime64[us]")
    here, due = table["files"].notna(), is_due(table, as_of, received_by or as_of)
    table["status"] = np.select(
        [here & (table["filed"] > table["due"]), here, due],
        [Status.LATE, Status.ARRIVED, Status.MISSING],
        Status.NOT_DUE,
    )
    return table[COLUMNS].astype({"accepted": "Int64", "rejected": "Int64"})


def rejected(files: pd.DataFrame) -> pd.Series:
    """How many rows of each file were rejected and are still wanted: none where a correction of the
    same sender, form and period has come, or another return stands in its place.
    """
    columns = files[["form", "sender", "period_from", "period_to"]]
    whose = pd.Series([str(row) for row in columns.itertuples(index=False)], files.index, "str")
    is_correction = files["correction"].astype(bool)
    settled = whose.isin(whose[is_correction]) & ~is_correction
    return files["rejected"].mask(settled | (files["refused"] == "duplicate"), 0)


def left(files: pd.DataFrame) -> pd.Series:
    """How many rows that a form asks for were left empty in each sheet and came nowhere else."""
    return files.get("left", pd.Series(0, files.index))


def by_period(plan: Plan, files: pd.DataFrame) -> pd.DataFrame:
    """What arrived, a return of a year being of the plan's period of that name, which need not be a
    calendar year.
    """
    first, last = (files[name].astype("datetime64[us]") for name in ENDS)
    is_year = first.dt.is_year_start & last.dt.is_year_end & (first.dt.year == last.dt.year)
    if not is_year.any() or plan.span() == plan.calendar_year:
        return files
    spans = [plan.span(year) for year in first[is_year].dt.year]
    moved = files.copy()
    moved.loc[is_year, ENDS] = pd.DataFrame(spans, moved.index[is_year], ENDS).astype(first.dtype)
    return moved


def _arrived(table: pd.DataFrame, files: pd.DataFrame) -> pd.DataFrame:
    """Of the expected returns whose every month is covered: filed, files, accepted, rejected."""
    lacking = files["rejected"] + left(files)
    useless = (files["accepted"] + files["duplicate"] == 0) & (lacking > 0)
    files = files.assign(left_of=files.get("left_of", ""))
    sent = files[files["form"].notna() & files["period_to"].notna() & ~useless]
    # A return is one of few files, which are looked at sooner one by one than joined.
    by_sender: dict[tuple[str, str], list[Any]] = {}
    for file in _with_months(sent, "period_from", "period_to").itertuples():
        by_sender.setdefault((file.form, file.sender), []).append(file)
    found = {}
    for owed in _with_months(table, "period_from", "period_to").itertuples():
        of_sender = by_sender.get((owed.form, owed.sender), ())
        here = [
            file
            for file in of_sender
            if file.period_from <= owed.period_to and file.period_to >= owed.period_from
        ]
        covered = {
            month
            for file in here
            for month in range(max(file.first, owed.first), min(file.last, owed.last) + 1)
        }
        if len(covered) == owed.last - owed.first + 1:
            found[owed.Index] = _together(here)
    columns = ["filed", "files", "accepted", "rejected", "left_of"]
    arrived = pd.DataFrame.from_dict(found, orient="index", columns=columns)
    return arrived.astype({"files": "str", "left_of": "str"})


def _with_months(rows: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    return rows.assign(first=_month(rows[first]), last=_month(rows[last]))


def _together(files: list[Any]) -> tuple[Any, ...]:
    """What the files of a return come to: filed, files, accepted, rejected, left_of."""
    return (
        max((file.filed for file in files if pd.notna(file.filed)), default=pd.NaT),
        "、".join(dict.fromkeys(file.file for file in files)),
        sum(file.accepted for file in files),
        sum(file.rejected for file in files),
        "\n".join(filter(None, (file.left_of for file in files))),
    )


def _month(days: pd.Series) -> pd.Series:
    """Months counted through the years."""
    days = days.astype("datetime64[us]")
    return days.dt.year * 12 + days.dt.month
