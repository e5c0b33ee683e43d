"""The city's tasks with their dates."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd

from yxq.report import figures
from yxq.report.blocks import Block
from yxq.report.figures import Style
from yxq.report.sections.build import figure, nothing, section
from yxq.words.states import SHORT


def milestones(
    results: pd.DataFrame, numbered: pd.DataFrame, as_of: dt.date, style: Style
) -> Block:
    """Tasks along the line of time; each of them stands among the targets. Nothing where none has a
    date.

    results: the city's attainment; numbered: the same as text, see `names.numbered`.
    """
    tasks = results[results["kind"] == "task"]
    drawn = _timeline(tasks, numbered.loc[tasks.index, "target"], as_of, style)
    return section(style.words, "milestones", *drawn) if drawn else nothing()


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
