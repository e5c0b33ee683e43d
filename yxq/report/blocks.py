"""The pieces that pages are made of: escaped HTML from the macros of templates/blocks.html."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from yxq.words.states import State
from yxq.words.text import visible
from yxq.words.wording import Words

# Columns that hold numbers, and are set flush right.
NUMERIC = frozenset(
    [
        "counts",
        "owned",
        "met_count",
        "short_count",
        "unknown_count",
        "days_over",
        "value",
        "gap",
        "needed",
        "previous",
        "change",
        "records",
        "row",
        "rows",
        "share_attained",
        "further",
        "whole_year_before",
        "probability",
        "quota",
        "score",
        "score_now",
        "score_before",
        "rank_before",
        "value_before",
        "value_now",
        "rank",
        "rank_now",
        "rank_interval",
        "rank_interval_end",
        "score_bounds_column",
        "points",
        "points_of",
        "earned",
        "places",
        "missing_weight",
        "city_rate",
        "failed_count",
        "total_count",
        "share_of_failures",
        "cumulative_share",
        "shrunken",
        "mix_part",
        "rate_part",
        "samples_of_a_unit",
        "producer_risk",
        "consumer_risk",
        "to_demonstrate",
        "to_refute",
        "would_reach",
        "realistic",
        "samples_first",
        "may_fail",
        "samples_settled",
    ]
)
TEMPLATES = Path(__file__).parent / "templates"
CHINESE = re.compile("[\u4e00-\u9fff]")


@functools.cache
def templates() -> jinja2.Environment:
    """The package's templates; everything put into them is escaped."""
    loader = jinja2.FileSystemLoader(TEMPLATES)
    made = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    made.globals["ATTAINED"] = State.ATTAINED
    made.filters["css_text"] = css_text
    made.filters["css_class"] = css_class
    made.tests["chinese"] = lambda text: bool(CHINESE.search(str(text)))
    return made


def css_class(state: str) -> str:
    """The class that gives a state its colour (`yxq.words.colours.css`)."""
    return state.replace(" ", "-")


def css_text(text: str) -> str:
    """A text as a CSS string: nothing in it can end the string or the style.

    >>> print(css_text('a"</style>'))
    "a\\22 \\3c /style\\3e "
    """
    return '"' + re.sub(r'["\\<>\n\r\f]', lambda letter: f"\\{ord(letter[0]):x} ", text) + '"'


def macro(name: str, *arguments: Any) -> Any:
    """One of the macros of blocks.html, filled."""
    return getattr(templates().get_template("blocks.html").module, name)(*arguments)


class Framed(Markup):
    """A part of a section as HTML, with the frame of numbers or texts that it shows."""

    frame: pd.DataFrame

    @classmethod
    def of(cls, html: str, frame: pd.DataFrame) -> Framed:
        """HTML that shows a frame."""
        part = cls(html)
        part.frame = frame
        return part


class Block:
    """A piece of a page: HTML for readers, plain text elsewhere, and for analysts its frames.

    A section also has the id and title that the contents of its page lead to it by.
    """

    def __init__(
        self,
        html: str,
        text: str,
        id: str = "",
        title: str = "",
        frames: Sequence[pd.DataFrame] = (),
    ) -> None:
        """Keep both forms; characters that would act and not show are written out in both.

        frames: what its tables and figures show, in their order.
        """
        self.html, self.text = visible(str(html)), visible(text)
        self.id, self.title = id, visible(title)
        self.frames = [*frames]

    @property
    def frame(self) -> pd.DataFrame:
        """What its largest table or figure shows, to go on with; empty where it has none."""
        return max(self.frames, key=len, default=pd.DataFrame())

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        metadata = {"text/html": {"id": self.id, "title": self.title}} if self.id else {}
        return {"text/html": self.html, "text/plain": self.text}, metadata

    def __repr__(self) -> str:
        """The plain text."""
        return self.text


def table(
    words: Words,
    caption: str,
    frame: pd.DataFrame,
    columns: str,
    by: str | None = None,
    sort: bool = False,
    **extra: str,
) -> Framed:
    """A table of a frame.

    caption: a wording's key. columns: of the frame, parted by spaces, with their wordings as
    headings; extra: further columns of numbers, with headings of their own. by: a column whose
    values part the rows under headings (`group_anchor` is where links to them lead). sort: readers
    can sort it. Of the frame are also read: `code`, the state of a row, which gives it its look;
    `anchor`, where links to it lead; where its first cell leads, `to`, an anchor, or `page`, a page
    of the pack; and `own_page`, the target that may have a page in the pack beside that.
    """
    heads = [
        {"name": name, "title": words(name), "num": name in NUMERIC} for name in columns.split()
    ]
    heads += [{"name": name, "title": title, "num": True} for name, title in extra.items()]
    parts = [("", frame)] if by is None else frame.groupby(by, sort=False)
    rows = []
    for name, part in parts:
        anchor = part["group_anchor"].iloc[0] if by and "group_anchor" in part else ""
        rows.append((str(name), anchor, part.to_dict("records")))
    html = macro("table", words.language, words(caption), heads, rows, bool(extra), sort)
    return Framed.of(html, frame)
