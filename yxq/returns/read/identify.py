"""What a file is, told by its bytes and never by its name, and the reader that fits."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd

from yxq.returns.read.archive import Look, look
from yxq.returns.read.confined import WEB_PAGE, WORKBOOK, XML_WORKBOOK, confined
from yxq.returns.read.encoding import encoding_of, is_utf8, last_character
from yxq.returns.read.parquet import parquet_sheet
from yxq.returns.read.sheet import Progress, Sheet, Unreadable, guarded, silent
from yxq.returns.read.text import text_sheet
from yxq.returns.read.workbook import workbook_sheets

WORKBOOKS = {".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".et"}
SUFFIXES = WORKBOOKS | {".csv", ".tsv", ".txt", ".htm", ".html", ".parquet"}
CHUNK = 24 << 20  # bytes that are looked at at a time
ZIP, OLE, PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
MARKUP = ("<!doctype", "<html", "<table", "<meta", "<head", "<style", "<?xml")
EXCEL_2003 = "urn:schemas-microsoft-com:office:spreadsheet"


def identify(path: Path) -> tuple[str, bool]:
    """sha256 of a file, and whether all of it is UTF-8."""
    digest, utf8, rest = hashlib.sha256(), True, b""
    with path.open("rb") as file, ThreadPoolExecutor(1) as beside:
        while data := file.read(CHUNK):
            hashing = beside.submit(digest.update, data)
            if utf8:
                text = rest + data
                cut = last_character(text)
                utf8, rest = is_utf8(memoryview(text)[:cut]), text[cut:]
            hashing.result()
    return digest.hexdigest(), utf8 and is_utf8(rest)


def sheets(
    path: Path, utf8: bool, progress: Progress = silent, declared: str = ""
) -> Iterator[Sheet]:
    """The sheets of a workbook, or the one sheet of a text, web or Parquet file.

    `utf8` is what `identify` found; `progress` wraps the rows of a workbook as they are read;
    `declared` is the encoding of text, where the plan folder says which.
    Raises `Unreadable` for an empty file, a web page without a table, an encrypted or broken
    workbook, anything not text, and what is larger than is read, at once or when the block is read
    that cannot be.
    """
    for sheet in guarded(_sheets(path, utf8, progress, declared)):
        yield replace(sheet, blocks=functools.partial(_guarded, sheet))


def _guarded(sheet: Sheet) -> Iterator[pd.DataFrame]:
    return guarded(sheet.blocks())


def _sheets(path: Path, utf8: bool, progress: Progress, declared: str) -> Iterator[Sheet]:
    """The sheets by the reader that fits; what may harm more than its file is read by itself."""
    with path.open("rb") as file:
        begin = file.read(4096)
    if begin.startswith(ZIP):
        seen = look(path)
        here = seen.kind == "xlsx" and seen.plain
        yield from workbook_sheets(path, seen, progress) if here else confined(WORKBOOK, path, seen)
    elif begin.startswith(OLE):
        yield from confined(WORKBOOK, path, Look("xls"))
    elif begin.startswith(PARQUET):
        yield parquet_sheet(path)
    elif not begin.strip() and not path.read_bytes().strip():
        raise Unreadable("empty_file")
    else:
        encoding = encoding_of(begin, utf8, declared)
        start = begin.decode(encoding, errors="ignore").lstrip()[:1000].lower()
        if not start.startswith(MARKUP):
            yield text_sheet(path, encoding)
        elif EXCEL_2003 in start:
            yield from confined(XML_WORKBOOK, path)
        else:
            yield from confined(WEB_PAGE, path, encoding)
