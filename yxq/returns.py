"""Who should have sent what by when, and what arrived."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from yxq.plan import Plan

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
            rows.append((year, owed.form, owed.sender, first, last, last + pd.Timedelta(days=owed.due_days)))
            first = after
    return pd.DataFrame(rows, columns=COLUMNS[:6])


def status(plan: Plan, files: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Expected returns of the plan's year and the year before, with what arrived for each.

    Status: arrived, late (filed after the due date), missing (due on or before `as_of`), not due. A file serves every
    expected period that its own covers; a return without rows says that there was nothing. No rows when the plan
    names no returns.
    """
    wanted = pd.concat([expected(plan, year) for year in (plan.year - 1, plan.year)], ignore_index=True)
    wanted["id"] = wanted.index
    sent = files[
        files["form"].notna()
        & files["period_to"].notna()
        & (files["accepted"] + files["duplicate"] + files["excluded"] > 0)
    ]
    pairs = wanted.merge(sent, on=["form", "sender"], suffixes=("", "_sent"))
    pairs = pairs[(pairs["period_from_sent"] <= pairs["period_from"]) & (pairs["period_to_sent"] >= pairs["period_to"])]
    came = pairs.groupby("id").agg(
        filed=("filed", "max"), files=("file", "、".join), accepted=("accepted", "sum"), rejected=("rejected", "sum")
    )
    table = wanted.merge(came, on="id", how="left").drop(columns="id")
    here, due = table["files"].notna(), table["due"] <= pd.Timestamp(as_of)
    table["status"] = "not due"
    table.loc[~here & due, "status"] = "missing"
    table.loc[here, "status"] = "arrived"
    table.loc[here & (table["filed"] > table["due"]), "status"] = "late"
    table[["accepted", "rejected"]] = table[["accepted", "rejected"]].astype("Int64")
    return table[COLUMNS]
