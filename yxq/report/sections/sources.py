"""Where numbers come from: clauses, owners, files and rows, and what the plan does not say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.report import display
from yxq.report.blocks import Block, macro, table
from yxq.report.sections.build import para, section
from yxq.report.sections.names import target_name
from yxq.words.wording import Words

RANGES_SHOWN = 12  # of rows, a file


def unit_sources(
    plan: Plan,
    targets: Sequence[Target],
    numbered: pd.DataFrame,
    records: dict[str, pd.DataFrame],
    words: Words,
) -> Block:
    """Clause, owner, records and source rows of every target, and the assumptions used.

    numbered: a unit's results as text; records: see `yxq.attainment.drill.behind`.
    """
    behind = [records[target.id] for target in targets]
    rows = numbered.assign(
        records=[len(rows) for rows in behind],
        files=[_files(rows, words) for rows in behind],
        anchor="s-" + numbered["id"],
        to="t-" + numbered["id"],
    )
    return section(
        words,
        "sources",
        macro("list", document_facts(plan, words)),
        para(words("rows_all", sheet=words("sources"))),
        table(words, "sources_note", rows, "target clause owner records files"),
        assumptions(plan, targets, words),
    )


def target_sources(plan: Plan, target: Target, words: Words) -> Block:
    """The clause, the department, what is asked and the form of one target, and its assumptions."""
    row = {
        "target": target_name(target, words),
        "clause": words.clause(target.clause),
        "required": display.required(target, words),
        "owner": words.sender(target.owner),
        "form": words.text(plan.folder.forms[target.measure.form].title),
    }
    grid = table(words, "target", pd.DataFrame([row]), "target clause required owner form")
    facts = macro("list", document_facts(plan, words))
    return section(words, "target_sources", facts, grid, assumptions(plan, [target], words))


def document_facts(plan: Plan, words: Words) -> list[str]:
    """What is to be known of the plan as a document."""
    document = plan.period.document
    return [fact for fact in (document.number, *map(words.text, document.facts)) if fact]


def assumptions(plan: Plan, targets: Iterable[Target], words: Words) -> Any:
    """A table of what the plan does not say, in general and of some targets; else nothing."""
    used = {name for target in targets for name in target.assumptions}
    rows = [
        {"assumption": words.text(assumption.text), "basis": words.text(assumption.source)}
        for name, assumption in plan.period.assumptions.items()
        if assumption.general or name in used
    ]
    return table(words, "assumptions", pd.DataFrame(rows), "assumption basis") if rows else ""


def _files(records: pd.DataFrame, words: Words) -> str:
    """The files of some records by day, each with its sheet and the ranges of its rows."""
    if records.empty:
        return ""
    files = []
    by_sheet = records.sort_values("day", kind="stable").groupby(["file", "sheet"], sort=False)
    for (file, sheet), part in by_sheet:
        ranges = display.ranges(part["row"], words)
        rows = words("list").join(ranges[:RANGES_SHOWN])
        if len(ranges) > RANGES_SHOWN:
            rows += words("rows_more", n=len(part))
        files.append(display.source(file, sheet, rows, words))
    return words("comma").join(files)
