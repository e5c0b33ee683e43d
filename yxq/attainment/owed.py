"""Who should have sent what by when, and what arrived."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from yxq.plan.folder import Plan

COLUMNS = [
    "year",
    "form",
    "sender",
    "period_from",
    "period_to",
    "due",
    "status",
    "filed",
    "files",
    "accepted",
    "rejected",
]


def expected(plan: Plan, year: int) -> pd.DataFrame:
    """The returns that the plan asks for in one year: form, sender, period and due date."""
    start, end = (pd.Timestamp(day) for day in plan.span(year))
    rows = []
    for owed in plan.period.returns:
        first = start
        while first <= end:
            after = first + pd.DateOffset(months=owed.months)
            last = after - pd.Timedelta(days=1)
            rows.append(
                (year, owed.form, owed.sender, first, last, last + pd.Timedelta(days=owed.due_days))
            )
            first = after
    return pd.DataFrame(rows, columns=COLUMNS[:6])


def _month(days: pd.Series) -> pd.Series:
    """Months counted through the years."""
    days = days.astype("datetime64[us]")
    return days.dt.year * 12 + days.dt.month


def status(plan: Plan, files: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Expected returns of the plan's year and the year before, with what arrived for each.

    Status: arrived, late (filed after the due date), missing (due on or before `as_of`), not due.
    Files serve the months that they cover, one or several an expected period. A return without rows
    says that there was nothing; one whose rows were all rejected did not arrive. No rows when the
    plan names no returns.
    """
    table = pd.concat(
        [expected(plan, year) for year in (plan.year - 1, plan.year)], ignore_index=True
    )
    nothing = (files["accepted"] + files["duplicate"] == 0) & (files["rejected"] > 0)
    sent = files[files["form"].notna() & files["period_to"].notna() & ~nothing]
    fits = (
        table[COLUMNS[1:5]]
        .rename_axis("owed")
        .reset_index()
        .merge(sent, on=["form", "sender"], suffixes=("_due", ""))
    )
    fits = fits[
        (fits["period_from"] <= fits["period_to_due"])
        & (fits["period_to"] >= fits["period_from_due"])
    ]
    first, last = (
        _month(fits[name]).clip(_month(fits["period_from_due"]), _month(fits["period_to_due"]))
        for name in ("period_from", "period_to")
    )
    months = pd.DataFrame({"owed": fits["owed"], "month": map(range, first, last + 1)}).explode(
        "month"
    )
    asked = _month(table["period_to"]) - _month(table["period_from"]) + 1
    covered = months.drop_duplicates().groupby("owed").size().reindex(table.index, fill_value=0)
    came = fits[fits["owed"].map(covered == asked).astype(bool)].groupby("owed")
    came = came.agg(
        filed=("filed", "max"),
        files=("file", lambda names: "、".join(dict.fromkeys(names))),
        accepted=("accepted", "sum"),
        rejected=("rejected", "sum"),
    )
    table = table.join(came)
    table["filed"] = table["filed"].astype("datetime64[us]")
    here, due = table["files"].notna(), table["due"] <= pd.Timestamp(as_of)
    table["status"] = "not due"
    table.loc[~here & due, "status"] = "missing"
    table.loc[here, "status"] = "arrived"
    table.loc[here & (table["filed"] > table["due"]), "status"] = "late"
    table[["accepted", "rejected"]] = table[["accepted", "rejected"]].astype("Int64")
    return table[COLUMNS]
