"""The tables of a web page, which many systems save under the name of a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from yxq.returns.read.sheet import Area, Rows, Sheet, Unreadable, held

WIDEST = 1000  # columns or lines that one cell may cover


def web_page_sheets(path: Path, encoding: str) -> Iterator[Sheet]:
    """Each table of a web page as a sheet, named by its number where there are several."""
    from bs4 import BeautifulSoup  # late: few files are web pages

    try:
        page = BeautifulSoup(path.read_bytes().decode(encoding), "html5lib")
    except UnicodeError:
        raise Unreadable("unknown_encoding") from None
    tables = page.find_all("table")
    if not tables:
        raise Unreadable("web_page")
    for number, table in enumerate(tables, start=1):
        rows, merged = _laid_out(table)
        yield held(str(number) if len(tables) > 1 else "", rows, merged=merged)


def _laid_out(table: Any) -> tuple[Rows, tuple[Area, ...]]:
    """The rows of a table, spanned cells filled with their text, and areas of several cells."""
    inner = table.find_all("table")
    lines = [line for line in table.find_all("tr") if line.find_parent("table") is table]
    texts: dict[tuple[int, int], str] = {}
    merged = []
    for top, line in enumerate(lines):
        left = 0
        for box in line.find_all(["td", "th"], recursive=False):
            while (top, left) in texts:
                left += 1
            wide, high = _span(box, "colspan"), _span(box, "rowspan")
            area = product(range(top, min(top + high, len(lines))), range(left, left + wide))
            holds_table = any(box in table.parents for table in inner)
            texts |= dict.fromkeys(area, "" if holds_table else box.get_text().strip())
            if high * wide > 1:
                merged.append((top + 1, left, top + high, left + wide - 1))
    width = max((column + 1 for _, column in texts), default=0)
    rows = [[texts.get((row, n), "") for n in range(width)] for row in range(len(lines))]
    return rows, tuple(merged)


def _span(box: Any, key: str) -> int:
    """How many columns or lines a cell covers."""
    count = str(box.get(key))
    return min(int(count), WIDEST) if count.isdecimal() else 1
