"""Plain text, whose lines are paragraphs or were broken to a width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from yxq.documents.read.document import Reading, row
from yxq.documents.read.lines import NARROW, Line, columns, paragraphs

BREAKS = re.compile(r"\r\n|\r|\n")
WITHIN = re.compile(r"[\v\f\x1c-\x1e\x85\u2028\u2029]")  # break a line that editors count as one


def plain_document(text: str, reading: Reading) -> None:
    """Add the paragraphs of a text; lines of cells between tabs are rows of a table."""
    lines = list(_lines(text))
    tables = 0
    for cells, group in groupby(lines, lambda line: line.text.count("\t")):
        together = list(group)
        if cells and len(together) > 1 and not any(_numbered(line) for line in together):
            tables += 1
            for number, line in enumerate(together, start=1):
                values = [cell.strip() for cell in line.text.split("\t")]
                reading.add(row(values, [True] * len(values), tables, number))
        else:
            for paragraph in paragraphs(together, NARROW):
                reading.add(paragraph)


def _numbered(line: Line) -> bool:
    """Whether it is a line of a table of contents."""
    return re.search(r"\t\s*\d{1,4}$", line.text) is not None and line.text.count("\t") == 1


def _lines(text: str) -> Iterator[Line]:
    """The lines that are not blank, with their numbers."""
    blank = False
    for number, whole in enumerate(BREAKS.split(text), start=1):
        for line in WITHIN.split(whole):
            stripped = line.strip()
            if not stripped:
                blank = True
                continue
            indent = columns(line[: len(line) - len(line.lstrip())])
            yield Line(stripped, f"line {number}", indent, blank)
            blank = False
