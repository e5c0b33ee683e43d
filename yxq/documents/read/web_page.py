"""A web page's text: its blocks in their order, its tables as rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from yxq.documents.read.document import LONGEST, Reading, TooLong, row
from yxq.documents.read.lines import NARROW, Line, is_wide, paragraphs
from yxq.documents.read.list_labels import numeral

LEFT_OUT = {"script", "style", "noscript", "template", "svg", "iframe", "object", "select", "head"}
MENUS = {"nav"}
BLOCKS = {
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
}
KINDS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
ENDS = BLOCKS | {"br"}
WIDEST = 1000  # columns or rows that one cell may cover, as in browsers
BLANKS = re.compile(r"[ \t\r\n\f]+")


def web_page(text: str, reading: Reading) -> None:
    """Add the paragraphs of a web page; scripts, styles and menus are left out."""
    from bs4 import BeautifulSoup  # late: a library for each format

    page = BeautifulSoup(text, "html5lib")
    if menus := sum(len(menu.get_text().split()) > 0 for menu in page.find_all(MENUS)):
        reading.note("menus_left_out", n=menus)
    _Walk(reading).walk(page.body or page)


class _Walk:
    """The text so far of the paragraph that is being read."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.text: list[str] = []
        self.lines: list[Line] = []
        """Those before it that ended at a break within the same block."""
        self.is_after_blank = False
        self.label = ""
        self.level = self.tables = self.paragraphs = self.preformatted = 0

    def walk(self, root: Any) -> None:
        """All that stands within an element, without a call for each: pages nest deeply."""
        from bs4.element import NavigableString, PreformattedString, Tag

        todo: list[tuple[Any, str]] = [(root, "open")]
        while todo:
            node, step = todo.pop()
            if isinstance(node, Tag):
                if node.name in LEFT_OUT | MENUS:
                    continue
                if step == "open" and node.name == "table" and _is_data(node):
                    self.close()
                    self.table(node)
                    continue
                if node.name == "br":
                    if step == "open":
                        self.end_line()
                elif node.name in BLOCKS:
                    self.close()
                    self.begin(node, step)
                if step == "open":
                    todo.append((node, "close"))
                    todo += [(child, "open") for child in reversed(node.contents)]
            elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
                self.add(node)
        self.close()

    def begin(self, node: Any, step: str) -> None:
        """What a block says of the text in it."""
        if re.fullmatch("h[1-6]", node.name):
            self.level = int(node.name[1]) if step == "open" else 0
        elif node.name == "li" and step == "open":
            self.label = _label(node)
        elif node.name == "pre":
            self.preformatted += 1 if step == "open" else -1

    def add(self, text: str) -> None:
        """A piece of a paragraph, or lines that stand as they are."""
        first, *lines = text.split("\n") if self.preformatted else [text]
        self.text.append(first)
        for line in lines:
            self.close()
            self.text.append(line)

    def end_line(self) -> None:
        """End a line, which may be a paragraph or a piece of one that was broken to a width."""
        text = _said("".join(self.text))
        self.text.clear()
        if text:
            self.paragraphs += 1
            place = f"paragraph {self.paragraphs}"
            line = Line(self.label + text, place, after_blank=self.is_after_blank)
            self.lines.append(line)
            self.label = ""
        self.is_after_blank = not text

    def close(self) -> None:
        """End the block: its lines are paragraphs, or were broken to a width."""
        self.end_line()
        for paragraph in paragraphs(self.lines, NARROW):
            self.reading.add(replace(paragraph, level=self.level))
        self.lines.clear()
        self.is_after_blank = False

    def table(self, table: Any) -> None:
        """The rows of a table, each cell in every place that it covers."""
        for caption in table.find_all("caption"):
            self.text.append(caption.get_text())
            self.close()
        self.tables += 1
        for number, (cells, begins) in enumerate(_rows(table), start=1):
            self.reading.add(row(cells, begins, self.tables, number))


def _said(text: str) -> str:
    """The text as a browser shows it, with no blank where a line of Chinese was broken."""

    def blank(found: re.Match[str]) -> str:
        before, after = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        broken = "\n" in found[0] and before and after and is_wide(before) and is_wide(after)
        return "" if broken else " "

    return BLANKS.sub(blank, text).strip()


def _label(item: Any) -> str:
    """What stands before an item of a list."""
    above = item.find_parent(["ol", "ul", "menu"])
    if above is None or above.name != "ol":
        return "• "
    number = _whole(above.get("start"), 1)
    for before in above.find_all("li", recursive=False):
        number = _whole(before.get("value"), number)
        if before is item:
            break
        number += 1
    return f"{numeral(number, KINDS.get(str(above.get('type')), 'decimal'))}. "


def _whole(text: object, otherwise: int) -> int:
    return int(str(text)) if re.fullmatch(r"-?\d{1,6}", str(text)) else otherwise


def _is_data(table: Any) -> bool:
    """Whether it is a table of cells, not one that lays out the page or frames a text."""
    if table.find(["table", "h1", "h2", "h3", "h4", "h5", "h6"]) or table.get("role") in (
        "presentation",
        "none",
    ):
        return False
    rows = table.find_all("tr")
    return any(len(line.find_all(["td", "th"], recursive=False)) > 1 for line in rows)


def _cell(box: Any) -> str:
    """The text of a cell, its paragraphs with a blank between them."""
    pieces = [""]
    for node in box.descendants:
        if node.name in ENDS or getattr(node.previous_sibling, "name", None) in ENDS:
            pieces.append("")
        if node.name is None and node.parent.name not in LEFT_OUT:
            pieces[-1] += node
    return " ".join(filter(None, map(_said, pieces)))


def _rows(table: Any) -> Iterator[tuple[list[str], list[bool]]]:
    """The cells of each row, and whether each is another than the one to its left."""
    lines = table.find_all("tr")
    grid: dict[tuple[int, int], tuple[int, str]] = {}
    size = number = 0
    for top, line in enumerate(lines):
        left = 0
        for box in line.find_all(["td", "th"], recursive=False):
            while (top, left) in grid:
                left += 1
            wide, high = (
                min(max(_whole(box.get(key), 1), 1), WIDEST) for key in ("colspan", "rowspan")
            )
            text, number = _cell(box), number + 1
            area = list(product(range(top, min(top + high, len(lines))), range(left, left + wide)))
            size += len(area) * (1 + len(text))
            if size > 4 * LONGEST:
                raise TooLong
            grid |= dict.fromkeys(area, (number, text))
    width = max((column + 1 for _, column in grid), default=0)
    for top in range(len(lines)):
        cells = [grid.get((top, n), (-n - 1, "")) for n in range(width)]
        begins = [n == 0 or cells[n - 1][0] != cell[0] for n, cell in enumerate(cells)]
        yield [text for _, text in cells], begins
