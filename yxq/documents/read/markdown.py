"""Markdown, by markdown-it: headings, lists with their numbers, tables and paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from yxq.documents.read.document import Paragraph, Reading, row
from yxq.documents.read.lines import glued

if TYPE_CHECKING:
    from markdown_it.token import Token

SIGNS = re.compile(
    r"^#{1,6} +\S|^ {0,3}\|?(?: *:?-{3,}:? *\|)+(?: *:?-{3,}:? *)?$|^```", re.MULTILINE
)
BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def is_markdown(text: str) -> bool:
    """Whether a text has headings, tables or code as Markdown writes them."""
    return SIGNS.search(text) is not None


def markdown_document(text: str, reading: Reading) -> None:
    """Add the paragraphs of a text in Markdown."""
    from markdown_it import MarkdownIt  # late: few documents are Markdown

    parser = MarkdownIt("commonmark").enable("table").disable("code")  # Chinese is indented, too
    tokens = parser.parse(text)
    labels: list[str] = []
    tables = rows = level = 0
    cells: list[str] = []
    place = ""
    for n, token in enumerate(tokens):
        if token.map:
            place = f"line {token.map[0] + 1}"
        if token.type == "list_item_open":
            labels.append(f"{token.info}{token.markup} " if token.info else "• ")
        elif token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = 0
        elif token.type == "table_open":
            tables, rows = tables + 1, 0
        elif token.type == "tr_open":
            rows, cells = rows + 1, []
        elif token.type == "tr_close":
            reading.add(row(cells, [True] * len(cells), tables, rows))
        elif token.type == "inline" and tokens[n - 1].type in ("td_open", "th_open"):
            cells.append(" ".join(_pieces(token.children or ())))
        elif token.type in ("inline", "fence", "html_block"):
            for offset, piece in enumerate(_texts(token), start=1):
                if token.type == "fence" and token.map:
                    place = f"line {token.map[0] + 1 + offset}"
                reading.add(Paragraph("".join(labels) + piece, place, level))
                labels.clear()


def _texts(token: Token) -> Iterator[str]:
    """The paragraphs of a block."""
    if token.type == "inline":
        yield from _pieces(token.children or ())
    elif token.type == "fence":
        yield from token.content.splitlines()
    else:
        yield from re.sub(r"<[^>]*>", "\n", token.content).splitlines()


def _pieces(tokens: Sequence[Token]) -> Iterator[str]:
    """Text without its mark-up, parted where a line break is meant."""
    lines = [""]
    for token in tokens:
        if token.type == "hardbreak" or (
            token.type == "html_inline" and BREAK.match(token.content)
        ):
            yield glued(line.strip() for line in lines)
            lines = [""]
        elif token.type == "softbreak":
            lines.append("")
        elif token.type == "text":
            lines[-1] += token.content.replace("**", "")  # left where Chinese touches the mark
        elif token.type != "html_inline":
            lines[-1] += token.content
    yield glued(line.strip() for line in lines)
