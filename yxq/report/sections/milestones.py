"""The city's tasks with their dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from yxq.report import figures
from yxq.report.blocks import Block, table
from yxq.report.figures import Style
from yxq.report.sections.build import empty, figure, section
from yxq.words.states import SHORT


def milestones(
    results: pd.DataFrame, numbered: pd.DataFrame, as_of: dt.date, style: Style
) -> Block:
    """Tasks along the line of time and as a table.

    results: the city's attainment; numbered: the same as text, see `names.numbered`.
    """
    words, results = style.words, results[results["kind"] == "task"]
    if results.empty:
        return empty(words, "milestones", "milestones_none")
    rows = numbered.loc[results.index]
    columns = "target clause owner required counts state note"
    grid = table(words, "milestones", rows, columns)
    return section(words, "milestones", *_timeline(results, rows["target"], as_of, style), grid)


def _timeline(results: pd.DataFrame, titles: pd.Series, as_of: dt.date, style: Style) -> list[Any]:
    """Tasks that have a date as a figure: its gap is the days from being done, or now, to it."""
    days_left = pd.to_timedelta(results["gap"].astype("float64"), unit="D")
    tasks = pd.DataFrame(
        {
            "title": titles,
            "due": results["done"].fillna(pd.Timestamp(as_of)) + days_left,
            "done": results["done"],
            "late": results["state"].isin(SHORT),
        }
    )
    tasks = tasks[tasks["due"].notna()].sort_values(["due", "done"], kind="stable")
    if tasks.empty:
        return []
    done, late, words = tasks["done"].notna(), tasks["late"], style.words
    alt = words(
        "timeline_alt",
        in_time=int((done & ~late).sum()),
        late=int((done & late).sum()),
        overdue=int((~done & late).sum()),
        ahead=int((~done & ~late).sum()),
    )
    return figure(words("timeline_note"), alt, figures.timeline(tasks, as_of, style))
