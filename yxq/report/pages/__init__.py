"""What notebooks and the pack show: a class a page, a method a section, each returning a `Block`.

A page holds the results, caches the frames that it reads of them, and hands these to the functions
of `yxq.report.sections`; it computes nothing. Notebooks open one by `open_page`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from yxq.attainment.results import Results, load_data
from yxq.plan.folder import Plan
from yxq.report.pages.base import Page
from yxq.report.pages.city import CityPage
from yxq.report.pages.department import DepartmentPage
from yxq.report.pages.front import FrontPage
from yxq.report.pages.returns import ReturnsPage
from yxq.report.pages.target import TargetPage
from yxq.report.pages.town import TownPage
from yxq.words.wording import Words

__all__ = [
    "CityPage",
    "DepartmentPage",
    "FrontPage",
    "Page",
    "ReturnsPage",
    "TargetPage",
    "TownPage",
    "open_page",
    "page_of",
]

COMMON = ("year", "as_of", "received_by", "plan", "processed", "language")
PARAMETERS = {
    "town": ("town", *COMMON, "since"),
    "target": ("target", *COMMON),
    "city": (*COMMON, "since"),
    "returns": COMMON,
}
"""What each notebook may set."""


def open_page(
    kind: str,
    year: int | None = None,
    as_of: str | dt.date | None = None,
    plan: str | Plan = "yixing",
    processed: str = "data/processed",
    language: str = "zh",
    town: str | None = None,
    target: str | None = None,
    received_by: str | dt.date | None = None,
    since: str | None = None,
) -> Any:
    """The page of a notebook, one of PARAMETERS, by what the notebook sets.

    since: the former pack that it is compared with, where a pack has kept that.

    Raises `PlanError` in one clear line where a parameter is wrong.
    """
    source = load_data(year, as_of, plan, processed, received_by)
    source.since = since or ""
    return page_of(kind, source, language, town, target)


def page_of(
    kind: str,
    source: Results,
    language: str = "zh",
    town: str | None = None,
    target: str | None = None,
) -> Any:
    """A page of results, one of PARAMETERS."""
    folder = source.plan.folder
    words = Words(language, folder.unit_word, source.plan.english)
    if kind == "returns":
        return ReturnsPage(source, words)
    if kind == "target":
        return TargetPage(source, words, source.plan.target(str(target or "")))
    if kind == "city":
        return CityPage(source, words, folder.city.name)
    return TownPage(source, words, source.plan.town(str(town or "")).name)
