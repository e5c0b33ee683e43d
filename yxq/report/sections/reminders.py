"""Who owes what on a day: returns that have not come, and rows that are still to be mended."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from yxq.attainment import owed
from yxq.plan.folder import Plan
from yxq.report.blocks import Block, table
from yxq.report.sections.build import empty, section
from yxq.report.sections.returns import due_returns, returns_as_text
from yxq.words.states import Status
from yxq.words.wording import Words

OF_RETURN = ["form", "sender", "period_from", "period_to"]
COLUMNS = ["sender", "form", "period", "due", "days_over", "owes"]


def owing(
    plan: Plan,
    returns: pd.DataFrame,
    files: pd.DataFrame,
    as_of: dt.date,
    received_by: dt.date,
    words: Words,
) -> pd.DataFrame:
    """A line a return of this year that is missing (see `owed.is_due`), or of which rows were
    rejected and no correction has come, by sender: sender, form, period, due, days_over (by the day
    of receipt), owes.

    returns: see `yxq.attainment.owed.status`; files: the processed table, a row a sheet.
    """
    if returns.empty:  # nobody is asked for anything
        return pd.DataFrame(columns=COLUMNS)
    asked = due_returns(plan, returns, as_of, received_by)
    missing = asked[asked["status"] == Status.MISSING].assign(rows=0)
    rows = owed.by_period(plan, files).assign(rows=owed.rejected(files))
    to_mend = rows.groupby(OF_RETURN, as_index=False)["rows"].sum().query("rows > 0")
    kinds = {name: returns[name].dtype for name in OF_RETURN[2:]}
    mine = returns[returns["year"] == plan.year]
    incomplete = mine.merge(to_mend.astype(kinds), on=OF_RETURN)
    lines = pd.concat([missing, incomplete], ignore_index=True)
    lines = lines.sort_values(["sender", "period_to", "form", "rows"], ignore_index=True)
    over = (pd.Timestamp(received_by) - lines["due"]).dt.days
    text = returns_as_text(plan, lines, words)
    said = [words("owes_rows", n=n) if n else words("owes_return") for n in lines["rows"]]
    return text.assign(owes=said, days_over=over.clip(lower=0))[COLUMNS]


def reminders(
    plan: Plan,
    returns: pd.DataFrame,
    files: pd.DataFrame,
    as_of: dt.date,
    received_by: dt.date,
    words: Words,
) -> Block:
    """The same as a section."""
    lines = owing(plan, returns, files, as_of, received_by, words)
    if lines.empty:
        return empty(words, "reminders", "reminders_none")
    return section(words, "reminders", table(words, "reminders", lines, " ".join(COLUMNS)))
