"""The tables of an OpenDocument sheet: what its reader does not tell of their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any
from xml.etree import ElementTree

from yxq.returns.read import cell_text
from yxq.returns.read.sheet import NEVER, SHOWN, Area
from yxq.returns.read.shown import PLAIN, SIGNED

Cells = dict[tuple[int, int], str]
ODD = re.compile(
    rb'value-type="(?:error|boolean)"|table:formula=|-spanned="|table:null-date'
    rb"|<table:table-cell\b(?![^>]*(?:value-type|/>))"
    rb'|min-integer-digits="([02-9]|\d\d)|<number:text>|display-factor|<style:map'
)
DIGITS = re.compile(r"\d+(?:\.\d+)?|(?<![^-(¥$])\.\d+")
POWER = re.compile(r"\dE[+-]?\d|\d/\d")  # or a fraction
ERROR = re.compile(r"#.*|Err:\d+")
MOST = 1000  # how often a row or cell that is repeated is repeated with something to tell


def tables(xml: bytes) -> tuple[bool, list[tuple[Cells, tuple[Area, ...]]]]:
    """Whether days are counted from 1904; and of each table its errors, formulas that were never
    computed, and merged areas (rows and columns from 0).
    """
    if not ODD.search(xml):
        return False, []
    root = ElementTree.fromstring(xml)
    null = next((element for element in root.iter() if _is(element, "null-date")), None)
    from_1904 = null is not None and _of(null, "date-value", "").startswith("1904")
    return from_1904, [_table(element) for element in root.iter() if _is(element, "table")]


def _table(table: Any) -> tuple[Cells, tuple[Area, ...]]:
    cells: Cells = {}
    merged: list[Area] = []
    top = 0
    for line in (element for element in table.iter() if _is(element, "table-row")):
        high = int(_of(line, "number-rows-repeated", "1"))
        for columns, cell in _placed(line):
            down, across = (int(_of(cell, f"number-{what}-spanned", "1")) for what in SPANS)
            if down * across > 1:
                merged += [(top, n, top + down - 1, n + across - 1) for n in columns]
            if text := _untold(cell) or _otherwise(cell):
                rows = range(top, top + min(high, MOST))
                cells |= dict.fromkeys(product(rows, columns), text)
        top += high
    return cells, tuple(merged)


SPANS = ("rows", "columns")


def _placed(line: Any) -> Iterator[tuple[range, Any]]:
    """The cells of a row, each with its columns."""
    left = 0
    for cell in line:
        times = int(_of(cell, "number-columns-repeated", "1"))
        yield range(left, left + min(times, MOST)), cell
        left += times


def _untold(cell: Any) -> str:
    """The error or the formula of a cell, where it has no value."""
    formula = _of(cell, "formula", "")
    if not formula and _of(cell, "value-type", "") != "error":
        return ""
    shown = _shown(cell)
    if ERROR.fullmatch(shown):
        return shown
    # One that came to an empty text has a paragraph without anything in it.
    computed = _of(cell, "value-type", "") or any(_is(inside, "p") for inside in cell)
    return "" if computed else f"{NEVER} ={formula.partition(':=')[2]}"


def _shown(cell: Any) -> str:
    """What is seen of a cell, without the notes beside it."""
    lines = ["".join(inside.itertext()) for inside in cell if _is(inside, "p")]
    return "\n".join(lines).strip()


def _otherwise(cell: Any) -> str:
    """What is seen of a number that is shown as another text, see `shown`, of a truth, and of a
    cell that does not say what it holds.
    """
    kind = _of(cell, "value-type", "")
    if kind in ("", "boolean"):
        return _shown(cell) if _is(cell, "table-cell") else ""
    if kind != "float":
        return ""
    value, seen = float(_of(cell, "value", "0")), _shown(cell).replace(",", "")
    text, numbers = cell_text.cell(value), DIGITS.findall(seen)
    if POWER.search(seen) or (value == 0 and seen == "-"):
        return ""
    is_other = len(numbers) == 1 and not _is_rounded(Decimal(text), Decimal(numbers[0]))
    if is_other or not seen or (value < 0 and not SIGNED & {*seen}):
        return f"{SHOWN} {text} {seen or ';;;'}"
    if any(re.match(r"0\d", number) for number in numbers):
        return seen
    beside = DIGITS.sub("", seen)
    return "" if PLAIN.issuperset(beside) else DIGITS.sub(text.lstrip("-"), seen)


def _is_rounded(value: Decimal, seen: Decimal) -> bool:
    """Whether a number is seen of which all digits are those of the value, but for its sign."""
    places = -int(seen.as_tuple().exponent)
    return abs(abs(value) - seen) * 2 <= Decimal(10) ** -places


def _is(element: Any, name: str) -> bool:
    return isinstance(element.tag, str) and element.tag.rpartition("}")[2] == name


def _of(element: Any, name: str, default: str) -> str:
    """An attribute, whatever its name space; the last of several."""
    found = [value for key, value in element.attrib.items() if key.endswith(f"}}{name}")]
    return found[-1] if found else default
