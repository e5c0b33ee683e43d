"""What is done about the results that fall short, as the register of the office says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import pandas as pd

from yxq.plan.folder import Plan
from yxq.report.blocks import Block, macro, table
from yxq.report.sections.build import nothing, para, section
from yxq.report.sections.names import target_names, unit_names
from yxq.words.states import Remedy
from yxq.words.wording import Words

COLUMNS = "state cause remedy_measure remedy_person remedy_due remedy_state days_over remark"
SAID = {"cause": "cause", "measure": "remedy_measure", "person": "remedy_person"}
LONGEST = 200  # characters of what somebody has written that a page shows; the workbook has all
MOST = 100  # entries that are listed


def shown(plan: Plan, entries: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Entries of the register as text.

    entries: see `yxq.attainment.register.register`; of its columns target and unit are names, and
    code (the state of the result), to (where the target leads) and those of COLUMNS are added.
    """
    over = entries["days_over"].astype("string").fillna("")
    return entries.assign(
        to=("s-" + entries["target"]).where(entries["result"].notna(), ""),
        target=entries["target"].map(target_names(plan, words)),
        unit=entries["unit"].map(unit_names(plan, words)),
        code=entries["result"].fillna(""),
        state=[words.state(state) if state else "" for state in entries["result"].fillna("")],
        remedy_due=entries["due"].map(words.date),
        remedy_state=[words.entry("remedies", one) for one in entries["standing"]],
        remark=[words.entry("contradictions", one) if one else "" for one in entries["against"]],
        days_over=over,
        **{new: entries[name].fillna("") for name, new in SAID.items()},
    )


def counted(entries: pd.DataFrame) -> dict[str, int]:
    """How many entries stand how."""
    counts = entries["standing"].value_counts()
    return {remedy.value: int(counts.get(remedy.value, 0)) for remedy in Remedy}


def overdue_lines(entries: pd.DataFrame, words: Words) -> list[str]:
    """How many remedies are overdue, in a sentence for the first screen; none where none is."""
    n = counted(entries)[Remedy.OVERDUE]
    return [words("remedies_overdue", n=n, days=int(entries["days_over"].max()))] if n else []


def remedies(
    plan: Plan,
    entries: pd.DataFrame,
    unanswered: int,
    words: Words,
    by_unit: bool = False,
    others: pd.DataFrame | None = None,
    page: str = "",
) -> Block:
    """The entries beside their results, and of how many results nothing is said yet; no section
    where the register says nothing at all.

    by_unit: they are those of one target; others: the entries of other units, of which those are
    listed that are overdue or at odds with their results; page: on which targets are told of, where
    that is another.
    """
    if entries.empty and (others is None or others.empty):
        return nothing()
    parts: list[Any] = []
    if len(entries):
        columns = f"unit {COLUMNS}" if by_unit else f"target {COLUMNS}"
        listed = _listed(plan, entries, words, columns, page=page)
        parts += [*_told(entries, unanswered, words), *listed]
    if others is not None and len(others):
        parts += _of_others(plan, others, words, page)
    return section(words, "remedies", *parts)


def _of_others(plan: Plan, others: pd.DataFrame, words: Words, page: str) -> list[Any]:
    """How many entries of other units stand how, and those that somebody has to ask about."""
    asks = others[(others["standing"] == Remedy.OVERDUE) | (others["against"] != "")]
    asks = asks.sort_values("days_over", ascending=False, kind="stable")
    grid = _listed(plan, asks, words, f"target unit {COLUMNS}", "remedies_asked", page)
    return [para(words("remedies_of_units", **counted(others))), *grid]


def _told(entries: pd.DataFrame, unanswered: int, words: Words) -> list[Any]:
    """How many entries stand how, and of how many results nothing is said."""
    lines = [words("remedies_counted", **counted(entries))]
    lines += [words("remedies_unanswered", n=unanswered)] if unanswered else []
    return [para(line) for line in lines]


def _listed(
    plan: Plan,
    entries: pd.DataFrame,
    words: Words,
    columns: str,
    caption: str = "remedies",
    page: str = "",
) -> list[Any]:
    """Entries as a table, and how many more there are; nothing of none."""
    if entries.empty:
        return []
    rows = shown(plan, entries.head(MOST), words)
    if not columns.startswith("target"):
        rows = rows.drop(columns="to")
    elif page:
        links = (f"{page}#" + rows["to"]).where(rows["to"] != "", "")
        rows = rows.assign(page=links).drop(columns="to")
    for name in SAID.values():
        rows[name] = [_clipped(text) for text in rows[name]]
    more = len(entries) - len(rows)
    grid = table(words, caption, rows, _filled(rows, columns.split()))
    return [grid, *([para(words("remedies_more", n=more))] if more else [])]


def _filled(rows: pd.DataFrame, columns: Sequence[str]) -> str:
    """The columns in which anything stands; nobody needs one that is empty."""
    return " ".join(name for name in columns if (rows[name] != "").any())


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def of_pack(file: str, entries: pd.DataFrame, unanswered: int, words: Words) -> Block:
    """What the front page says of the register: how many entries stand how, and its workbook."""
    told = _told(entries, unanswered, words) if len(entries) else []
    told = told or [para(words("remedies_none", n=unanswered))]
    return section(words, "remedies", *told, macro("links", [(quote(file), file)]))
