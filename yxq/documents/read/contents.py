"""The table of contents of a document, told by its leaders and by the headings that come again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from yxq.documents.read.document import Paragraph
from yxq.documents.read.lines import ENDED, LABEL, LEADER
from yxq.words.text import fold

TITLE = re.compile(r"目[录錄次]|contents|tableofcontents", re.IGNORECASE)
PAGE = re.compile(r"(?:\s*\t\s*|\s{2,})(?:\d{1,4}|[ivxl]{1,6})$")
SURE = ("leader", "page", "label", "again")
SHORT = 80  # characters of a heading
FEWEST = 3  # lines that are a table of contents without its title


def with_contents(paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
    """The paragraphs, those of the table of contents marked as such."""
    last = {_heading(p.text): n for n, p in enumerate(paragraphs) if not p.cells}
    kinds = [_sign(p, n, last) for n, p in enumerate(paragraphs)]
    marked = {n for n, sign in enumerate(kinds) if sign == "leader"}
    n = 0
    while n < len(paragraphs):
        is_title = bool(TITLE.fullmatch(fold(paragraphs[n].text))) and paragraphs[n].kind == "text"
        end = n + is_title
        listed: set[str] = set()
        while end < len(paragraphs) and kinds[end] in (SURE + ("maybe",) * is_title):
            if _heading(paragraphs[end].text) in listed:
                break
            listed.add(_heading(paragraphs[end].text))
            end += 1
        signs = Counter(kinds[n:end])
        if (is_title and end > n + 1) or signs["page"] + signs["label"] >= FEWEST:
            marked |= set(range(n, end))
        n = max(end, n + 1)
    return [
        replace(p, kind="contents") if n in marked and p.kind == "text" else p
        for n, p in enumerate(paragraphs)
    ]


def _sign(paragraph: Paragraph, n: int, last: dict[str, int]) -> str:
    """What says that a line may be one of a table of contents; nothing where none does."""
    text = paragraph.text
    if paragraph.kind == "contents":
        return "leader"
    if paragraph.cells or paragraph.kind != "text" or len(text) > SHORT:
        return ""
    if LEADER.search(text):
        return "leader"
    again = last.get(_heading(text), n) > n
    if PAGE.search(text):
        return "page" if again else "maybe"
    if ENDED.search(text) or not again:
        return ""
    return "label" if LABEL.match(text) else "again"


def _heading(text: str) -> str:
    """A heading as it is compared, without leader and number of page."""
    return fold(PAGE.sub("", LEADER.sub("", text)))
