"""What arrived, what was rejected, what is odd about it, and how much of what was due is in."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from yxq.attainment.owed import by_period, is_due
from yxq.plan.folder import Plan
from yxq.report.blocks import Block, table
from yxq.report.sections.build import empty, para, section
from yxq.tables.contracts import FATES
from yxq.words.states import Status
from yxq.words.wording import Words

ROWS_SHOWN = 200


def returns_as_text(plan: Plan, returns: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Expected returns as text: form, sender, period, due, status, filed; `code` is the status.

    returns: see `yxq.attainment.owed.status`; the index stays.
    """
    spans = zip(returns["period_from"], returns["period_to"], strict=True)
    return pd.DataFrame(
        {
            "form": [words.text(plan.folder.forms[form].title) for form in returns["form"]],
            "sender": returns["sender"].map(words.sender),
            "period": [
                words("period_span", low=words.date(first), high=words.date(last))
                for first, last in spans
            ],
            "due": returns["due"].map(words.date),
            "status": [words.entry("statuses", status) for status in returns["status"]],
            "filed": returns["filed"].map(words.date),
            "code": returns["status"],
        },
        index=returns.index,
    )


def due_returns(
    plan: Plan, returns: pd.DataFrame, as_of: dt.date, received_by: dt.date
) -> pd.DataFrame:
    """The returns of this year that must have been in hand: see `yxq.attainment.owed.is_due`."""
    return returns[(returns["year"] == plan.year) & is_due(returns, as_of, received_by)]


def due_counts(
    plan: Plan, returns: pd.DataFrame, as_of: dt.date, received_by: dt.date
) -> dict[str, int]:
    """How many returns of this year were `due`, how many of them `arrived` (`late` ones among them)
    and are `missing`, and how many of periods that are over are still to come (`outstanding`).
    """
    due = due_returns(plan, returns, as_of, received_by)
    late, missing = ((due["status"] == status).sum() for status in (Status.LATE, Status.MISSING))
    arrived = (due["status"] == Status.ARRIVED).sum() + late
    is_over = (returns["year"] == plan.year) & (returns["period_to"] <= pd.Timestamp(as_of))
    outstanding = (is_over & (returns["status"] == Status.NOT_DUE)).sum()
    counts = {"due": len(due), "arrived": arrived, "late": late, "missing": missing}
    return {name: int(n) for name, n in (counts | {"outstanding": outstanding}).items()}


def due_lines(
    plan: Plan, returns: pd.DataFrame, as_of: dt.date, received_by: dt.date, words: Words
) -> list[str]:
    """How many returns of this year were due and what became of them, in a sentence; in another how
    many of periods that are over are still to come. None of none.
    """
    counts = due_counts(plan, returns, as_of, received_by)
    said = [words("returns_due", received_by=words.date(received_by), **counts)]
    more = [words("returns_outstanding", n=counts["outstanding"])] if counts["outstanding"] else []
    return [*(said if counts["due"] else []), *more]


def fate_counts(files: pd.DataFrame) -> pd.Series:
    """Rows of some files, and how many of them had each fate."""
    return files[["rows", *FATES]].sum()


def arrived_lines(plan: Plan, files: pd.DataFrame, words: Words) -> tuple[str, list[str]]:
    """What arrived of this year in a sentence, and one more where some is of other years.

    files: the processed table, a row a sheet.
    """
    first, last = map(pd.Timestamp, plan.span())
    period = by_period(plan, files)["period_to"]
    of_year = period.isna() | period.between(first, last)
    mine = files[of_year]
    counts = {fate: int(n) for fate, n in fate_counts(mine).items()}
    verdict = words("returns_verdict", files=mine["file"].nunique(), **counts)
    n_files, n_rows = files["file"].nunique(), int(files["rows"].sum())
    every_year = words("returns_all", files=n_files, rows=n_rows)
    return verdict, [] if of_year.all() else [every_year]


def rows_with_reasons(
    plan: Plan,
    rows: pd.DataFrame,
    files: pd.DataFrame,
    words: Words,
    id: str,
    none: str,
    note: str = "",
) -> Block:
    """Rows of the ledger, each with where it stands and its reasons.

    id: the section's; none: the wording where there are no rows; note: what to do about them.
    """
    if rows.empty:
        return empty(words, id, none)
    shown = _this_year_first(plan, rows, files).head(ROWS_SHOWN)
    shown = shown.assign(
        reason=shown["reason"].map(words.reason),
        of_year=[words("of_year", year=year) for year in _year_of_files(plan, shown, files)],
    )
    lines = [note] if note else []
    if len(rows) > ROWS_SHOWN:
        lines.append(words("rows_left", total=len(rows), shown=ROWS_SHOWN))
    grid = table(words, id, shown, "file sheet row reason", by="of_year")
    return section(words, id, *map(para, lines), grid)


def by_file(plan: Plan, files: pd.DataFrame, words: Words) -> Block:
    """Every file with the fates of its rows, and what is odd about it."""
    titles = {name: words.text(form.title) for name, form in plan.folder.forms.items()}
    told = files[files["reason"] != "made_sheet"]  # its own explanations are nobody's return
    rows = _this_year_first(plan, told, files)
    rows = rows.assign(
        form=rows["form"].map(titles).fillna(""),
        remark=[_remark(file, words) for file in rows.itertuples()],
    )
    fates: dict[str, Any] = {fate: words.entry("fates", fate) for fate in FATES}
    grid = table(words, "returns_files", rows, "file sheet form remark rows", **fates)
    return section(words, "returns_files", grid)


def _year_of_files(plan: Plan, rows: pd.DataFrame, files: pd.DataFrame) -> pd.Series:
    """The plan's year that the file of each row is about; this one where it says no period."""
    files = by_period(plan, files.drop_duplicates("file"))
    ends = rows["file"].map(files.set_index("file")["period_to"])
    years = [plan.year if pd.isna(end) else plan.year_of(end) for end in ends]
    return pd.Series(years, ends.index, dtype="int64")


def _this_year_first(plan: Plan, rows: pd.DataFrame, files: pd.DataFrame) -> pd.DataFrame:
    """Rows of files, those of this year first, then by the period that their file is about."""
    files = by_period(plan, files.drop_duplicates("file"))
    period_to = files.set_index("file")["period_to"]
    first, last = map(pd.Timestamp, plan.span())
    when = rows["file"].map(period_to)
    keys = pd.DataFrame({"other": ~when.between(first, last), "when": when})
    return rows.loc[keys.sort_values(["other", "when"], kind="stable").index]


def _remark(file: Any, words: Words) -> str:
    """What is odd about a file."""
    remarks = [
        words.reason(file.reason) if file.reason else "",
        words("left_empty", n=file.left) if file.left else "",
        words("sheet_hidden") if file.hidden else "",
        words("columns_unknown", columns=file.unknown) if file.unknown else "",
        words("columns_absent", columns=file.absent) if file.absent else "",
    ]
    return words("comma").join(filter(None, remarks))
