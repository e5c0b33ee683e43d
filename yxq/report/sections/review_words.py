"""How the review of a drafted plan words fates, places and targets, and marks its text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup, escape

from yxq.report.blocks import css_class
from yxq.report.html import LANG
from yxq.words.wording import Words

SENTENCE_FATES = ("look", "target", "reported", "context")
NUMBER_FATES = (
    "look",
    "target",
    "deadline",
    "past",
    "context",
    "date",
    "document number",
    "name",
    "reference",
    "outline",
)
PLACE = re.compile("(page|line|paragraph|table|row) ([0-9]+)")
BAR = " | "  # between the cells of a row

Span = tuple[int, int, str, str]
"""From and to which character, a class, and a title."""


def fate_name(fate: str, words: Words) -> str:
    """A fate of a sentence or a number."""
    return words.entry("drafting_fates", fate.replace(" ", "_"))


def place_as_text(place: str, words: Words) -> str:
    """Where something stands in the document, as a language says it."""
    if words.language == "en":
        return place
    parts = PLACE.findall(place)
    return "".join(words.entry("places", kind, n=n) for kind, n in parts) or place


def spoken(language: str, words: Words) -> str:
    """The language of the document's text where the page is in another, for those who listen."""
    return "" if language == words.language else LANG[language]


def target_as_text(target: Any, words: Words) -> dict[str, Any]:
    """A row of `review_data.targets_drafted` as readers see it; what it asks stays as written."""
    more = {
        "draft_unit": ("unit", target.unit),
        "draft_by": ("day", words.date(target.by)),
        "draft_owner": ("owner", target.owner),
    }
    said = [words(key, **{name: value}) for key, (name, value) in more.items() if value]
    return {
        "id": target.id,
        "require": target.require,
        "title": target.title,
        "more": words("comma").join(said + ([words("draft_open")] if target.open else [])),
    }


def marked(text: str, spans: Iterable[Span]) -> Markup:
    """A text with some of its places marked, each character once."""
    return Markup("").join(_pieces(text, spans))


def marked_cells(text: str, spans: Iterable[Span]) -> list[Markup]:
    """The cells of a row with some of its places marked; a bar in a mark parts none."""
    cells = [Markup("")]
    for piece in _pieces(text, spans):
        first, *others = [piece] if piece.startswith("<mark") else piece.split(BAR)
        cells[-1] += Markup(first)
        cells += map(Markup, others)
    return cells


def _pieces(text: str, spans: Iterable[Span]) -> list[Markup]:
    """A text in order, marked and unmarked parts by turns."""
    pieces, at = [], 0
    for start, end, kind, title in sorted(spans):
        start = max(start, at)
        if start >= end:
            continue  # within what is marked already
        pieces.append(escape(text[at:start]))
        look = Markup(' class="{}"').format(css_class(kind)) if kind else ""
        told = Markup(' title="{}"').format(title) if title else ""
        pieces.append(Markup("<mark{}{}>{}</mark>").format(look, told, text[start:end]))
        at = end
    return [*pieces, escape(text[at:])]
