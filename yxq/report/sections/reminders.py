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
    rejected and no correction has come or were left empty, by sender: sender, form, period, due,
    days_over (by the day of receipt; in words on the day itself, empty before it), owes.

    returns: see `yxq.attainment.owed.status`; files: the processed table, a row a sheet.
    """
    if returns.empty:  # nobody is asked for anything
        return pd.DataFrame(columns=COLUMNS)
    asked = due_returns(plan, returns, as_of, received_by)
    rows = owed.by_period(plan, files).assign(rows=owed.rejected(files), left=owed.left(files))
    lacking = rows.groupby(OF_RETURN, as_index=False)[["rows", "left"]].sum()
    lacking = lacking[lacking[["rows", "left"]].any(axis=1)]
    kinds = {name: returns[name].dtype for name in OF_RETURN[2:]}
    mine = returns[returns["year"] == plan.year]
    incomplete = mine.merge(lacking.astype(kinds), on=OF_RETURN)
    missing = asked[asked["status"] == Status.MISSING].assign(rows=0, left=0)
    lines = pd.concat([incomplete, missing], ignore_index=True)
    lines = lines[~lines.duplicated(OF_RETURN)]  # one of which no row counts has come all the same
    lines = lines.sort_values(["sender", "period_to", "form", "rows"], ignore_index=True)
    days = (pd.Timestamp(received_by) - lines["due"]).dt.days
    over = days.astype("object").mask(days == 0, words("due_today")).mask(days < 0, "")
    text = returns_as_text(plan, lines, words)
    said = [_owes(n, left, words) for n, left in zip(lines["rows"], lines["left"], strict=True)]
    return text.assign(owes=said, days_over=over)[COLUMNS]


def _owes(rows: int, left: int, words: Words) -> str:
    """What is owed of a return."""
    said = [words("owes_rows", n=rows)] if rows else []
    said += [words("owes_left", n=left)] if left else []
    return words("comma").join(said) or words("owes_return")


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
