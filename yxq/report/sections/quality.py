"""How good the returns of each department were, year by year."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.attainment.owed import by_period
from yxq.plan.folder import Plan
from yxq.report.blocks import Block, table
from yxq.report.sections.build import empty, para, section
from yxq.tables.contracts import Fate
from yxq.words.states import Status
from yxq.words.wording import Words

COUNTS = {
    "returns": "quality_returns",
    "rows": "quality_rows",
    "rejected": "quality_rejected",
    "late": "quality_late",
    "missing": "quality_missing",
    "corrected": "quality_corrected",
}


def by_sender(plan: Plan, returns: pd.DataFrame, files: pd.DataFrame) -> pd.DataFrame:
    """By sender and year of the plan: how many returns came, the rows in them that are data, how
    many of these were rejected, how many returns came late, how many are missing, and how many were
    corrections.

    returns: see `yxq.attainment.owed.status`; files: the processed table, a row a sheet. Years are
    those of `returns`.
    """
    sheets = by_period(plan, files)
    frames = []
    for year in sorted(returns["year"].unique()):
        first, last = map(pd.Timestamp, plan.span(int(year)))
        mine = sheets[sheets["period_to"].between(first, last) & sheets["form"].notna()]
        rows = mine["rows"] - mine[Fate.EXCLUDED.value]
        corrected = mine["file"].where(mine["correction"].astype(bool))
        counted = mine.assign(rows=rows, corrected=corrected).groupby("sender", observed=True)
        found: pd.DataFrame = counted.agg(
            returns=("file", "nunique"),
            rows=("rows", "sum"),
            rejected=("rejected", "sum"),
            corrected=("corrected", "nunique"),
        )
        asked = returns[returns["year"] == year]
        senders = sorted({*found.index, *asked["sender"]})  # those that sent nothing as well
        found = found.reindex(senders, fill_value=0).rename_axis("sender")
        for name, status in (("late", Status.LATE), ("missing", Status.MISSING)):
            counts = asked[asked["status"] == status].groupby("sender").size()
            found[name] = counts.reindex(senders, fill_value=0)
        frames.append(found.reset_index().assign(year=int(year)))
    if not frames:
        return pd.DataFrame(columns=["sender", "year", *COUNTS])
    table = pd.concat(frames, ignore_index=True)
    order = ["sender", "year"]
    return table.sort_values(order, ascending=[True, False], ignore_index=True)[[*order, *COUNTS]]


def quality(plan: Plan, returns: pd.DataFrame, files: pd.DataFrame, words: Words) -> Block:
    """The same as a section."""
    lines = by_sender(plan, returns, files)
    if lines.empty:
        return empty(words, "returns_quality", "returns_matrix_none")
    shown = lines.assign(
        sender=lines["sender"].map(words.sender), plan_year=lines["year"].astype("str")
    )
    counts: dict[str, Any] = {name: words(key) for name, key in COUNTS.items()}
    grid = table(words, "returns_quality", shown, "sender plan_year", **counts)
    return section(words, "returns_quality", para(words("quality_note")), grid)
