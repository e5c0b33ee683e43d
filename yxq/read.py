"""From a file's bytes to its sheets as rows of text; nothing is interpreted here."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from yxq.words import reason

TABLES = {".csv", ".tsv", ".txt", ".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".et"}
SWALLOWED = 4  # separators in a cell with line breaks: rows, not a remark
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


class Unreadable(ValueError):
    """A file that holds no table; `code` is the ledger's reason."""

    def __init__(self, code: str) -> None:
        """Keep the reason's code, which the words file puts into a sentence."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name ('' for text files) and its rows; row 1 is `rows[0]`, blank rows are kept."""

    name: str
    rows: list[list[str]]


def cell(value: Any) -> str:
    """A workbook's cell as the text that a person sees: 3.0 is 3, a date is 2013-04-01."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    return str(value).strip()


def decode(data: bytes) -> str:
    """Text by its byte-order mark, else strict UTF-8, else GB18030: the other order corrupts UTF-8 silently."""
    if b"\0" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("not_text")
    encodings = ["utf-16"] if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("unknown_encoding")


def delimiter(text: str) -> str:
    """The separator that the first lines hold most of."""
    head = text[:20_000]
    return max("\t,;", key=head.count)


def sheets(data: bytes) -> list[Sheet]:
    """The sheets of a workbook, or the one sheet of a delimited text file, known by their bytes.

    Raises `Unreadable` for an empty file, a web page, an encrypted or broken workbook, and anything not text.
    """
    if not data.strip():
        raise Unreadable("empty_file")
    if data.startswith((ZIP, OLE)):
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            return [
                Sheet(
                    name,
                    [[cell(v) for v in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)],
                )
                for name in book.sheet_names
            ]
        except PasswordError:
            raise Unreadable("password") from None
        except CalamineError:
            raise Unreadable("broken_workbook") from None
    text = decode(data)
    if text.lstrip()[:200].lower().startswith(("<!doctype", "<html", "<?xml")):
        raise Unreadable("web_page")
    mark = delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if any("\n" in value and value.count(mark) >= SWALLOWED for value in row):
                raise csv.Error  # two stray quotes have made many rows one cell
    except csv.Error:
        raise Unreadable(reason("broken_text", len(rows) or 1)) from None
    return [Sheet("", [[value.strip() for value in row] for row in rows])]
