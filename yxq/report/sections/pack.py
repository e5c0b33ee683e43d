"""What the front page says of the pack as a whole: its data, its files, and the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.units import Unit
from yxq.report.blocks import Block, macro
from yxq.report.sections.build import section
from yxq.report.sections.headline import Fact
from yxq.report.sections.names import department_page, listed, target_names, target_page
from yxq.report.sections.sources import document_facts
from yxq.words.states import State, Status
from yxq.words.wording import Words

FILES = {
    "city.html": "city_page",
    "city.html#owners": "owners",
    "returns.html": "returns_page",
    "attainment.xlsx": "workbook",
    "archive/index.html": "archive_list",
}
PDFS = {"index": "index_pdf", "city": "city_pdf", "returns": "returns_pdf"}


def data_facts(
    plan: Plan,
    measures: pd.DataFrame,
    due: pd.DataFrame,
    no_data: int,
    as_of: dt.date,
    received_by: dt.date,
    words: Words,
) -> list[Fact]:
    """Until when data reach, how many of the returns due are in, and how many targets have none.

    measures: the processed table; due: see `returns.due_returns`; no_data: targets.
    """
    dates = measures.loc[measures["year"] == plan.year, "date"]
    reach = words.date(dates[dates <= pd.Timestamp(as_of)].max())
    by = words("data_now", received_by=words.date(received_by))
    facts = [(words("data_until"), reach, by)]
    if len(due):
        share = f"{int((due['status'] != Status.MISSING).sum())} / {len(due)}"
        facts.append((words("returns_in"), share, words("none_of", n=no_data)))
    return facts


def not_made(
    plan: Plan, made: Collection[Unit], targets_failed: Collection[str], words: Words
) -> list[Any]:
    """An alert that names the units, and targets by their ids, whose page could not be made, if
    there are any.
    """
    titles = target_names(plan, words)
    failed = [words.unit(unit) for unit in plan.towns if unit not in made]
    failed += [titles[id] for id in titles if id in targets_failed]
    return [macro("alert", words("not_made", list=listed(failed, words)))] if failed else []


def legend(counts: dict[State, int], words: Words) -> Any:
    """The states that occur, each with how many targets are in it."""
    states = [
        {"code": state, "label": words("state_of", state=words.state(state), n=n)}
        for state, n in counts.items()
        if n
    ]
    return macro("legend", states)


def links(printed: Collection[str], words: Words) -> Any:
    """Links to the other files of the pack; printed: the names of pages that are there as PDF."""
    pdfs = {f"pdf/{name}.pdf": title for name, title in PDFS.items() if name in printed}
    return macro("links", [(file, words(title)) for file, title in (FILES | pdfs).items()])


def office_papers(made: Collection[str], failed: dict[str, str], words: Words) -> list[Block]:
    """Links to the office's papers of the pack, and which could not be made, with why."""
    said = [
        macro("alert", words("office_papers_failed", list=words("comma").join(failed.values())))
    ]
    links = [macro("links", [(f"papers/{quote(name)}", name) for name in made])]
    parts = [*(said if failed else []), *(links if made else [])]
    return [section(words, "office_papers", *parts)] if parts else []


def papers(folder: Path, words: Words) -> list[Block]:
    """Links to the workbooks that go back to the departments, of the folder that has them."""
    names = sorted(file.name for file in folder.glob("*.xlsx"))
    items = [(f"returned/{quote(name)}", name) for name in names]
    return [section(words, "back_books", macro("links", items))] if items else []


def departments(plan: Plan, words: Words) -> Block:
    """Links to the pages of the departments that answer for targets."""
    items = [
        (f"{quote(department_page(sender))}.html", words.sender(sender)) for sender in plan.owners
    ]
    return section(words, "departments", macro("links", items))


def targets(plan: Plan, made: Collection[str], words: Words) -> list[Block]:
    """Links to the pages of targets, where there are any; made: the ids of those that have one."""
    titles = target_names(plan, words)
    items = [(f"{target_page(id)}.html", titles[id]) for id in titles if id in made]
    return [section(words, "target_pages", macro("links", items))] if items else []


def plan_facts(plan: Plan, words: Words) -> Block:
    """The plan as a document."""
    return section(words, "plan_facts", macro("list", document_facts(plan, words)))


def assumed(plan: Plan, words: Words) -> list[Block]:
    """What the plan does not say and every page rests on, if anything."""
    general = [words.text(a.text) for a in plan.period.assumptions.values() if a.general]
    return [section(words, "assumptions", macro("list", general))] if general else []
