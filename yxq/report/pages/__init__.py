"""What a notebook shows: a page object a notebook, with one method a section, each returning a
`Block`.

Pages read the processed tables and call attain, score, display and figures; notebooks hold no
logic, and neither does this beyond choosing what to show.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from yxq.attainment.results import load_data
from yxq.plan.folder import Plan
from yxq.report.pages.base import Page
from yxq.report.pages.city import CityPage
from yxq.report.pages.front import FrontPage
from yxq.report.pages.returns import ReturnsPage
from yxq.report.pages.target import TargetPage
from yxq.report.pages.town import TownPage
from yxq.words.wording import Words

__all__ = ["CityPage", "FrontPage", "Page", "ReturnsPage", "TargetPage", "TownPage", "open_page"]

COMMON = ("year", "as_of", "plan", "processed", "language")
PARAMETERS = {
    "town": ("town", *COMMON),
    "target": ("target", *COMMON),
    "city": COMMON,
    "returns": COMMON,
}


def open_page(
    kind: str,
    year: int | None = None,
    as_of: str | dt.date | None = None,
    plan: str | Plan = "yixing",
    processed: str = "data/processed",
    language: str = "zh",
    town: str | None = None,
    target: str | None = None,
) -> Any:
    """The page of a notebook, from its parameters; a wrong one raises `PlanError` in one clear
    line.
    """
    source = load_data(year, as_of, plan, processed)
    found = source.plan
    words = Words(language, found.folder.unit_word, found.english)
    if kind == "returns":
        return ReturnsPage(source, words)
    if kind == "target":
        return TargetPage(source, words, found.target(str(target or "")))
    if kind == "city":
        return CityPage(source, words, found.folder.city.name)
    return TownPage(source, words, found.town(str(town or "")).name)
