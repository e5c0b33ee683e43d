"""What a notebook shows: a page object a notebook, with one method a section, each returning a `Block`.

Pages read the processed tables and call attain, score, display and figures; notebooks hold no logic, and neither does
this beyond choosing what to show.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from yxq import store
from yxq.attainment import default_as_of
from yxq.load import load
from yxq.pages.base import Page
from yxq.pages.city import CityPage
from yxq.pages.front import FrontPage
from yxq.pages.returns import ReturnsPage
from yxq.pages.town import TownPage
from yxq.results import Results
from yxq.words import Words, refusal

__all__ = ["CityPage", "FrontPage", "Page", "ReturnsPage", "TownPage", "open_page"]

PAGES: dict[str, type[TownPage]] = {"town": TownPage, "city": CityPage}


def open_page(kind: str, year: int | None = None, as_of: str | dt.date | None = None, plan: str = "yixing",
              processed: str = "data/processed", language: str = "zh", town: str | None = None) -> Any:  # fmt: skip
    """The page of a notebook, from its parameters; a wrong one raises `PlanError` or `ValueError` in one clear line."""
    found = load(store.locate(plan)).plan(None if year is None else int(year))
    try:
        day = (
            default_as_of(found)
            if as_of is None
            else as_of
            if isinstance(as_of, dt.date)
            else dt.date.fromisoformat(as_of)
        )
    except ValueError:
        raise refusal("not_a_date", value=as_of) from None
    common = (Results(found, processed, day), Words(language, found.folder.unit_word, found.english))
    if kind == "returns":
        return ReturnsPage(*common)
    unit = found.folder.city if kind == "city" else found.town(town or "")
    return PAGES[kind](*common, unit.name)
