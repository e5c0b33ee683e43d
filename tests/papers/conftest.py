"""The papers of a demo's pack, made once for the tests that read them and those that print them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from yxq.papers import make
from yxq.report.pages import open_page

Made = tuple[Any, Path, dict[str, str]]


@pytest.fixture(scope="session")
def papers_of(demo_processed, tmp_path_factory) -> Callable[[tuple[str, str], str], Made]:
    """The page, the folder and what failed of the papers of two days in a language; only read."""
    kept: dict[tuple[tuple[str, str], str], Made] = {}

    def papers(days: tuple[str, str], language: str) -> Made:
        if (days, language) not in kept:
            place = tmp_path_factory.mktemp("papers")
            common = {"processed": str(demo_processed), "received_by": days[1]}
            page = open_page("city", 2013, days[0], language=language, **common)
            kept[days, language] = page, place, make.write(page, place)
        return kept[days, language]

    return papers
