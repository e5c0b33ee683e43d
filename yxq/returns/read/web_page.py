"""The tables of a web page, which many systems save under the name of a workbook."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

from yxq.returns.read.encoding import bad_byte
from yxq.returns.read.guess import GUESSED, Guess
from yxq.returns.read.sheet import Area, Rows, Sheet, Unreadable, fits, held, holds

HEAD = 4096  # bytes at the beginning in which a page says its encoding
# Names that are used for more than they mean.
MEANT = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950", "iso-8859-1": "cp1252"}
PAGE = 64 << 20  # bytes of a page
CELLS = 2_000_000  # that a table may lay out: a minute and more of reading
WIDEST = 1000  # columns or lines that one cell may cover


def web_page_sheets(path: Path, encoding: str) -> Iterator[Sheet]:
    """Each table of a web page as a sheet, named by its number where there are several."""
    from bs4 import BeautifulSoup  # late: few files are web pages

    fits(path.stat().st_size, PAGE)
    try:
        data = path.read_bytes()
        if encoding == GUESSED:
            encoding = declared(data) or GUESSED
        text = data.decode(encoding)
    except UnicodeError as error:
        raise bad_byte(error) from None
    guess = Guess(encoding)
    guess.see(text.encode())
    guess.tell()
    page = BeautifulSoup(text, "html5lib")
    tables = page.find_all("table")
    if not tables:
        raise Unreadable("web_page")
    for number, table in enumerate(tables, start=1):
        rows, merged = _laid_out(table)
        name = str(number) if len(tables) > 1 else ""
        yield held(name, rows, merged=merged, guessed=encoding == GUESSED)


def declared(data: bytes) -> str | None:
    """The encoding that a page says it is in, as a browser understands its name."""
    found = re.search(rb"""(?:charset|encoding)\s*=\s*["']?([\w-]+)""", data[:HEAD], re.IGNORECASE)
    name = found[1].decode().lower() if found else ""
    try:
        return codecs.lookup(MEANT.get(name, name)).name
    except LookupError:
        return None


def _laid_out(table: Any) -> tuple[Rows, tuple[Area, ...]]:
    """The rows of a table, spanned cells filled with their text, and areas of several cells."""
    lines = [line for line in table.find_all("tr") if line.find_parent("table") is table]
    texts: dict[tuple[int, int], str] = {}
    merged, laid = [], 0
    for top, line in enumerate(lines):
        left = 0
        for box in line.find_all(["td", "th"], recursive=False):
            while (top, left) in texts:
                left += 1
            wide, high = _span(box, "colspan"), _span(box, "rowspan")
            bottom = min(top + high, len(lines))
            laid += wide * (bottom - top)
            holds(1, left + wide)
            holds(laid, 1, CELLS)
            area = product(range(top, bottom), range(left, left + wide))
            holds_table = box.find("table") is not None
            texts |= dict.fromkeys(area, "" if holds_table else box.get_text().strip())
            if high * wide > 1:
                merged.append((top + 1, left, top + high, left + wide - 1))
    width = max((column + 1 for _, column in texts), default=0)
    holds(len(lines), width, CELLS)
    rows = [[texts.get((row, n), "") for n in range(width)] for row in range(len(lines))]
    return rows, tuple(merged)


def _span(box: Any, key: str) -> int:
    """How many columns or lines a cell covers."""
    count = str(box.get(key))
    return min(int(count), WIDEST) if count.isdecimal() else 1
