"""What every page has: the results that it shows, its language, and a guard."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pandas as pd

from yxq.attainment.register import register
from yxq.attainment.results import Results
from yxq.plan.folder import Plan
from yxq.report.blocks import Block
from yxq.report.figures import Style
from yxq.report.sections.build import nothing
from yxq.report.sections.headline import opening
from yxq.words.wording import Words

P = TypeVar("P", bound="Page")


def style_of(source: Results, words: Words) -> Style:
    """What figures of these results are drawn with."""
    supposed = source.supposed.told(words) if source.supposed else ()
    return Style(words, source.synthetic, tuple(supposed))


@dataclass
class Page:
    """A page: it reads the results and hands frames to sections, a method a section."""

    source: Results
    words: Words

    def __post_init__(self) -> None:
        """A notebook sets a guard, which raises where its parameters are no longer the page's."""
        self.guard: Callable[[], None] | None = None

    @property
    def plan(self) -> Plan:
        """The plan of the year."""
        return self.source.plan

    @property
    def processed(self) -> str:
        """Where the tables are."""
        return self.source.processed

    @property
    def as_of(self) -> dt.date:
        """The day."""
        return self.source.as_of

    @property
    def received_by(self) -> dt.date:
        """The day by which the returns that it shows had come."""
        return self.source.received_by

    @property
    def over(self) -> bool:
        """Whether the period has ended by the day of the page."""
        return self.as_of >= self.plan.span()[1]

    @property
    def synthetic(self) -> bool:
        """Whether any return says that it is synthetic."""
        return self.source.synthetic

    def entries_of(self, attained: pd.DataFrame, unit: str | None = None) -> pd.DataFrame:
        """What the register says of these results: see `yxq.attainment.register.register`."""
        kept = self.plan.folder.remedies
        records = self.source.records(unit, [kept.form]) if kept else {}
        return register(self.plan, records, attained, self.as_of)

    @property
    def style(self) -> Style:
        """What its figures are drawn with."""
        return style_of(self.source, self.words)

    @property
    def opening(self) -> list[str]:
        """What stands under the title: of which plan, as of which days, and what must not be
        missed.
        """
        return opening(self.plan, *self.source.days, self.style)


def guarded(method: Callable[[P], Block]) -> Callable[[P], Block]:
    """A section of a page, which is shown only if the page's guard, where it has one, lets it."""

    @functools.wraps(method)
    def section(page: P) -> Block:
        if page.guard is not None:
            page.guard()
        return method(page)

    return section


def among_units(method: Callable[[P], Block]) -> Callable[[P], Block]:
    """A section of units beside each other, which a plan of the city alone has none of."""

    @functools.wraps(method)
    def section(page: P) -> Block:
        return method(page) if page.plan.towns else nothing()

    return section
