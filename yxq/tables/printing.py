"""A table as text for standard output: in columns, as CSV or as JSON."""

from __future__ import annotations

from typing import Any

import pandas as pd
from wcwidth import width

FORMATS = ("table", "csv", "json")
FORMULAS = ("=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠")
"""What formulas, and cells that are none but become some, begin with in Excel, LibreOffice, WPS."""


def formatted(frame: pd.DataFrame, kind: str) -> str:
    """A frame as text of one of FORMATS, each line ended; the index is left out.

    In CSV no text is a formula to the program that opens it: one that begins as formulas do has an
    apostrophe before it.

    >>> frame = pd.DataFrame({"unit": ["丁蜀镇", "Yicheng"], "n": [1, 20]})
    >>> print(formatted(frame, "table"), end="")
    unit     n
    丁蜀镇   1
    Yicheng  20
    """
    if kind == "json":
        return (
            f"{frame.to_json(orient='records', force_ascii=False, indent=1, date_format='iso')}\n"
        )
    if kind == "csv":
        words = frame.select_dtypes(exclude=["number", "bool", "datetime"])
        inert = frame.assign(**{name: words[name].map(_inert) for name in words})
        return str(inert.to_csv(index=False, lineterminator="\n"))
    return "".join(f"{line}\n" for line in _aligned(frame))


def _inert(value: Any) -> Any:
    """A value that is no formula; numbers, which may be negative, stay as they are."""
    if not isinstance(value, str):
        return value
    # A carriage return would stand unquoted, and end the row for who reads it.
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.lstrip(" \xa0\u3000").startswith(FORMULAS) else text


def _aligned(frame: pd.DataFrame) -> list[str]:
    """Lines in which the columns stand below each other, on screens where 镇 takes two places."""
    rows = [[str(column) for column in frame.columns]]
    for values in frame.itertuples(index=False):
        rows.append(["" if pd.isna(value) else str(value) for value in values])
    widths = [[width(cell) for cell in row] for row in rows]
    widest = [max(column) for column in zip(*widths, strict=True)]
    lines = []
    for row, taken in zip(rows, widths, strict=True):
        places = zip(row, taken, widest, strict=True)
        lines.append("  ".join(cell + " " * (most - own) for cell, own, most in places).rstrip())
    return lines
