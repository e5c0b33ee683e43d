"""The pieces that pages are made of: escaped HTML from the macros of templates/blocks.html."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from yxq.words import Words

NUMBERS = {
    "counts", "value", "gap", "needed", "previous", "change", "records", "row", "rows", "share_attained",
    "further", "expected", "probability", "quota", "score", "rank", "rank_interval", "points", "places", "missing_weight", "city_rate",
}  # fmt: skip


@functools.cache
def templates() -> jinja2.Environment:
    """The package's templates; everything put into them is escaped."""
    folder = Path(__file__).parent / "templates"
    return jinja2.Environment(loader=jinja2.FileSystemLoader(folder), autoescape=True, undefined=jinja2.StrictUndefined)


def macro(name: str, *arguments: Any) -> Any:
    """One of the macros of blocks.html, filled."""
    return getattr(templates().get_template("blocks.html").module, name)(*arguments)


class Block:
    """A piece of a page: HTML for readers, plain text elsewhere."""

    def __init__(self, html: str, text: str) -> None:
        """Keep both forms."""
        self.html, self.text = str(html), text

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        """The plain text."""
        return self.text


def table(words: Words, caption: str, frame: pd.DataFrame, columns: str, by: str | None = None, **extra: str) -> Any:
    """A table of a frame: `columns` are its columns, parted by spaces, with their wordings as headings.

    `caption` is a wording's key; `by` is a column whose values part the rows under headings; `extra` are further
    columns of numbers with headings of their own. A column `code` gives each row the look of that state.
    """
    heads = [{"name": name, "title": words(name), "num": name in NUMBERS} for name in columns.split()]
    heads += [{"name": name, "title": title, "num": True} for name, title in extra.items()]
    groups = [("", frame)] if by is None else list(frame.groupby(by, sort=False))
    rows = [(str(name), part.to_dict("records")) for name, part in groups]
    return macro("table", words(caption), heads, rows, bool(extra))
