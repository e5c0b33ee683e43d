"""The pieces that pages are made of: escaped HTML from the macros of templates/blocks.html."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from yxq.words.text import visible
from yxq.words.wording import Words

NUMBERS = {
    "counts",
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
    "expected",
    "probability",
    "quota",
    "score",
    "rank",
    "rank_interval",
    "points",
    "places",
    "missing_weight",
    "city_rate",
    "failed_count",
    "total_count",
    "share_of_failures",
    "cumulative_share",
}
TEMPLATES = Path(__file__).parent / "templates"
CHINESE = re.compile("[\u4e00-\u9fff]")


@functools.cache
def templates() -> jinja2.Environment:
    """The package's templates; everything put into them is escaped."""
    loader = jinja2.FileSystemLoader(TEMPLATES)
    made = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    made.filters["css_text"] = css_text
    made.tests["chinese"] = lambda text: bool(CHINESE.search(str(text)))
    return made


def css_text(text: str) -> str:
    """A text as a CSS string: nothing in it can end the string or the style.

    >>> print(css_text('a"</style>'))
    "a\\22 \\3c /style\\3e "
    """
    return '"' + re.sub(r'["\\<>\n\r\f]', lambda found: f"\\{ord(found[0]):x} ", text) + '"'


def macro(name: str, *arguments: Any) -> Any:
    """One of the macros of blocks.html, filled."""
    return getattr(templates().get_template("blocks.html").module, name)(*arguments)


class Block:
    """A piece of a page: HTML for readers, plain text elsewhere; a section also tells its id and
    title for the contents.
    """

    def __init__(self, html: str, text: str, id: str = "", title: str = "") -> None:
        """Keep both forms; characters that would act and not show are written out in both."""
        self.html, self.text, self.id, self.title = (
            visible(str(html)),
            visible(text),
            id,
            visible(title),
        )

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        about = {"id": self.id, "title": self.title} if self.id else {}
        return {"text/html": self.html, "text/plain": self.text}, {
            "text/html": about
        } if about else {}

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
) -> Any:
    """A table of a frame: `columns` are its columns, parted by spaces, with their wordings as
    headings.

    `caption` is a wording's key; `by` is a column whose values part the rows under headings (a
    column `group_anchor` is where links to them lead); `sort` lets readers sort it; `extra` are
    further columns of numbers with headings of their own. A column `code` gives the state of each
    row its look, `anchor` is where links to a row lead, and what its first cell leads to is `to`,
    an anchor, or `page`, a page of the pack.
    """
    heads = [
        {"name": name, "title": words(name), "num": name in NUMBERS} for name in columns.split()
    ]
    heads += [{"name": name, "title": title, "num": True} for name, title in extra.items()]
    groups = [("", frame)] if by is None else list(frame.groupby(by, sort=False))
    anchors = [
        part["group_anchor"].iloc[0] if by and "group_anchor" in part else "" for _, part in groups
    ]
    rows = [
        (str(name), anchor, part.to_dict("records"))
        for (name, part), anchor in zip(groups, anchors, strict=True)
    ]
    return macro("table", words.language, words(caption), heads, rows, bool(extra), sort)
