"""The failures behind a unit's rates, and how records are listed with where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from yxq.attainment import drill
from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.report import display, figures
from yxq.report.blocks import Block, table
from yxq.report.figures import Style
from yxq.report.sections.build import empty, figure, para, section
from yxq.report.sections.names import unit_names
from yxq.words.states import State
from yxq.words.wording import Words

FAILURES_SHOWN = 60  # rows of a table
ITEMS_DRAWN = 10


def failing_records(
    plan: Plan,
    targets: Sequence[Target],
    records: dict[str, pd.DataFrame],
    results: pd.DataFrame,
    words: Words,
) -> pd.DataFrame:
    """Records that did not pass, units and targets by their names, those of missed targets first;
    of stocks and amounts those that made the result short.

    records: see `yxq.attainment.drill.behind`; results: attainment of the unit. Columns: those of
    `drill.cases`; `failing` says so where the failing item is not stated.
    """
    missed = {*results.loc[results["state"] == State.NOT_ATTAINED, "target"]}
    order = {target.id: (target.id not in missed, n) for n, target in enumerate(targets)}
    # Of two targets on one measure the one that is missed is named.
    targets = sorted(targets, key=lambda target: order[target.id])
    rows = drill.of_short(plan, drill.failing(targets, records), results)
    rows = rows.sort_values("target", key=lambda ids: ids.map(order), kind="stable")
    return rows.assign(
        target=rows["target"].map({t.id: words.text(t.title) for t in targets}),
        unit=rows["unit"].map(unit_names(plan, words)),
        failing=failing_items(rows, words),
    )


def failing_items(cases: pd.DataFrame, words: Words) -> pd.Series:
    """What failed in each of some cases; nothing in a row that states counts alone."""
    return cases["failing"].fillna(words("not_stated")).where(cases["counts"] == "", "")


def unit_failures(
    failing: pd.DataFrame, style: Style, of_city: bool, worst: Sequence[Any] = ()
) -> Block:
    """Which failures lie behind the missed rates; failing: see `failing_records`; worst: what is
    told before they are listed.
    """
    words = style.words
    if failing.empty:
        return empty(words, "failures", "failures_none")
    items = drill.pareto(failing).set_index("failing")["failed"]
    parts = [*figure_of_items(items, style), *worst]
    if len(failing) > FAILURES_SHOWN:
        sheet = words("failing_records")
        more = words("failures_more", total=len(failing), shown=FAILURES_SHOWN, sheet=sheet)
        parts.append(para(more))
    rows = with_sources(failing.head(FAILURES_SHOWN), words)
    columns = f"date {'unit ' if of_city else ''}firm item counts failing source"
    return section(words, "failures", *parts, table(words, "failures", rows, columns, by="target"))


def figure_of_items(items: pd.Series, style: Style) -> list[Any]:
    """How often each item failed, the most frequent, as a figure; none where no item did twice.

    items: number of failures by item, the most frequent first.
    """
    if items.empty or items.iloc[0] <= 1:  # there is no pattern to draw
        return []
    words, items = style.words, items.head(ITEMS_DRAWN)
    counts = words("list").join(f"{item} {n}" for item, n in items.items())
    caption = words("pareto_figure")
    return figure(caption, f"{caption} {counts}", figures.pareto(items, style))


def with_sources(records: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Records with their date as text and their `source`: file, sheet and row."""
    places: Iterable[tuple[str, str, Any]] = zip(
        records["file"], records["sheet"], records["row"], strict=True
    )
    return records.assign(
        date=records["date"].map(words.date),
        source=[display.source(file, sheet, f"{row}", words) for file, sheet, row in places],
    )
