"""What a file is, told by its bytes and never by its name, and the reader that fits."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from yxq.returns.read.parquet import parquet_sheet
from yxq.returns.read.sheet import Progress, Sheet, Unreadable, silent
from yxq.returns.read.text import text_sheet
from yxq.returns.read.web_page import web_page_sheets
from yxq.returns.read.workbook import workbook_sheets

WORKBOOKS = {".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".et"}
SUFFIXES = WORKBOOKS | {".csv", ".tsv", ".txt", ".htm", ".html", ".parquet"}
CHUNK = 24 << 20  # bytes that are looked at at a time
ZIP, OLE, PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
MARKUP = ("<!doctype", "<html", "<table", "<meta", "<head", "<style", "<?xml")


def identify(path: Path) -> tuple[str, bool]:
    """sha256 of a file, and whether all of it is UTF-8."""
    digest, utf8, rest = hashlib.sha256(), True, b""
    with path.open("rb") as file, ThreadPoolExecutor(1) as beside:
        while data := file.read(CHUNK):
            hashing = beside.submit(digest.update, data)
            if utf8:
                text = rest + data
                cut = _last_character(text)
                utf8, rest = _is_utf8(memoryview(text)[:cut]), text[cut:]
            hashing.result()
    return digest.hexdigest(), utf8 and _is_utf8(rest)


def _last_character(text: bytes) -> int:
    """Where the last character begins, which may be cut in two."""
    ends = range(len(text) - 1, max(len(text) - 5, -1), -1)
    return next((n for n in ends if not 0x80 <= text[n] < 0xC0), len(text))


def _is_utf8(data: bytes | memoryview) -> bool:
    ends = pa.array([0, len(data)], pa.int64()).buffers()[1]
    binary = pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(data)])
    try:
        binary.cast(pa.large_string())
    except pa.ArrowInvalid:
        return False
    return True


def sheets(path: Path, utf8: bool, progress: Progress = silent) -> Iterator[Sheet]:
    """The sheets of a workbook, or the one sheet of a text, web or Parquet file.

    `utf8` is what `identify` found; `progress` wraps the rows of a workbook as they are read.
    Raises `Unreadable` for an empty file, a web page without a table, an encrypted or broken
    workbook, and anything not text, at once or when the block is read that cannot be.
    """
    with path.open("rb") as file:
        begin = file.read(4096)
    if begin.startswith((ZIP, OLE)):
        yield from workbook_sheets(path, progress)
    elif begin.startswith(PARQUET):
        yield parquet_sheet(path)
    elif not begin.strip() and not path.read_bytes().strip():
        raise Unreadable("empty_file")
    else:
        encoding = UTF16.get(begin[:2], "utf-8-sig" if utf8 else "gb18030")
        if b"\0" in begin and begin[:2] not in UTF16:
            raise Unreadable("not_text")
        start = begin.decode(encoding, errors="ignore").lstrip()[:1000].lower()
        if start.startswith(MARKUP):
            yield from web_page_sheets(path, encoding)
        else:
            yield text_sheet(path, encoding)
