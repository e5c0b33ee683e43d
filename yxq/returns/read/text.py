"""Delimited text files, read in blocks, so that a file of any length needs the same memory."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv

from yxq.returns.read.encoding import bad_byte
from yxq.returns.read.guess import GUESSED, Guess
from yxq.returns.read.sheet import Rows, Sheet, Unreadable, framed, held, holds, numbered

DELIMITERS = "\t,;|"
BLOCK = 24 << 20  # bytes that are read at a time
EDGE = 1 << 16  # bytes at either end of a long file where titles, header and footers stand
GLANCE = 2 << 20  # bytes of the second piece, which shows how often texts come again
HELD = 1 << 20  # bytes of a file that is read at once


def text_sheet(path: Path, encoding: str) -> Sheet:
    """A delimited text file; a short one is held, a longer one is read when its blocks are."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = next(_chunks(file, encoding), b"")
        file.seek(max(0, size - EDGE))
        end = file.read().decode(encoding.removesuffix("-sig"), errors="ignore")
    if not start.strip():
        raise Unreadable("empty_file")
    lines = start[:EDGE].decode("utf-8", errors="ignore").splitlines()[:100]
    mark = delimiter(lines)
    holds(1, max(line.count(mark) for line in lines) + 1)

    def blocks() -> Iterator[pd.DataFrame]:
        with path.open("rb") as file:
            yield from _delimited(_chunks(file, encoding), mark)

    about: dict[str, Any] = {"delimited": True, "guessed": encoding == GUESSED}
    if size <= HELD:
        with path.open("rb") as file:
            rows, left = _strict(b"".join(_chunks(file, encoding)).decode(), mark, 1)
        if left:
            raise Unreadable("broken_text", 1 + len(rows))
        return held("", [[value.strip() for value in row] for row in rows], **about)
    head = start[:EDGE].decode("utf-8", errors="ignore").splitlines()[:-1]
    return Sheet("", _loose(head, mark), _loose(end.splitlines()[1:], mark), blocks, **about)


def delimiter(lines: list[str]) -> str:
    """The separator that most lines hold equally often."""

    def evenness(mark: str) -> int:
        often = Counter(n for line in lines if (n := line.count(mark)))
        return max((n * times for n, times in often.items()), default=0)

    return max(DELIMITERS, key=evenness)


def _loose(lines: list[str], mark: str) -> Rows:
    """Lines at an edge of a long file as rows, for what titles and footers say."""
    return [[value.strip() for value in row] for row in csv.reader(lines, delimiter=mark)]


def _chunks(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    """A text file as UTF-8 in pieces of whole lines."""
    decode = None if encoding == "utf-8-sig" else codecs.getincrementaldecoder(encoding)().decode
    rest, lengths, row, guess = b"", iter((EDGE, GLANCE)), 1, Guess(encoding)
    try:
        while data := file.read(next(lengths, BLOCK)):
            text = decode(data).encode() if decode else data
            guess.see(text)
            row += text.count(b"\n") if decode else 0
            data = rest + text
            cut = data.rfind(b"\n") + 1
            rest = data[cut:]
            if len(rest) > BLOCK:  # no line is as long as that
                raise Unreadable("endless_line", BLOCK >> 20)
            if cut:
                yield data[:cut].removeprefix(codecs.BOM_UTF8)
        if rest := rest + (decode(b"", True).encode() if decode else b""):
            yield rest.removeprefix(codecs.BOM_UTF8)
    except UnicodeError as error:
        raise bad_byte(error, row) from None
    guess.tell()


def _delimited(chunks: Iterator[bytes], mark: str) -> Iterator[pd.DataFrame]:
    """Blocks, by a fast reader where there is nothing to interpret, else by a strict one."""
    number, few, left = 1, None, ""
    for chunk in chunks:
        table = None if left else _plain(chunk, mark, few)
        if table is None:
            rows, left = _strict(left + chunk.decode(), mark, number)
            if len(left) > BLOCK:  # no cell is as long as that
                raise Unreadable("broken_text", number + len(rows))
            block = framed(rows, number)
        else:
            few = few or [
                name for name in table.column_names if len(table[name].unique()) < len(table) / 2
            ]
            block = numbered(table.to_pandas(), number)
        number += len(block)
        yield block
    if left:
        raise Unreadable("broken_text", number)


def _plain(data: bytes, mark: str, few: list[str] | None) -> pa.Table | None:
    """Lines all of one length, whose quotes (if any) enclose whole cells of one line; else None.

    `few`: columns with few distinct texts, which are read as categories.
    """
    if len(data) <= EDGE or data.count(b"\r") != data.count(b"\r\n") or not _enclosing(data, mark):
        return None
    width = data[: data.find(b"\n")].count(mark.encode()) + 1
    holds(1, width)
    types = dict.fromkeys(map(str, range(width)), pa.string())
    types |= dict.fromkeys(few or (), pa.dictionary(pa.int32(), pa.string()))
    names, quote = [str(n) for n in range(width)], '"' if b'"' in data else False
    reading = pacsv.ReadOptions(column_names=names, block_size=BLOCK // 4)
    parsing = pacsv.ParseOptions(delimiter=mark, quote_char=quote, ignore_empty_lines=False)
    converting = pacsv.ConvertOptions(
        column_types=types, strings_can_be_null=False, check_utf8=False
    )
    try:
        return pacsv.read_csv(pa.py_buffer(data), reading, parsing, converting)
    except pa.ArrowInvalid:
        return None


def _enclosing(data: bytes, mark: str) -> bool:
    """Whether every first quote begins a cell and every second one ends it in the same line."""
    if b'"' not in data:
        return True
    text = np.frombuffer(b"\n" + data + b"\n", "uint8")
    quotes = np.flatnonzero(text == ord('"'))
    if len(quotes) % 2:
        return False
    opening, closing = quotes[::2], quotes[1::2]
    lines = np.flatnonzero(text == ord("\n"))
    begins = np.isin(text[opening - 1], [ord(mark), ord("\n")]).all()
    ends = np.isin(text[closing + 1], [ord(mark), ord("\n"), ord("\r")]).all()
    same_line = np.searchsorted(lines, opening) == np.searchsorted(lines, closing)
    return bool(begins and ends and same_line.all())


def _strict(text: str, mark: str, first: int) -> tuple[Rows, str]:
    """Rows by the rules of quoting, and what is left of a text that ends inside a quoted cell.

    Quotes that hide rows are refused: a cell with line breaks and as many separators as a row has.
    """
    lines = list(io.StringIO(text, newline=""))
    reader = csv.reader(lines, delimiter=mark, strict=True)
    rows: Rows = []
    widest, taken = 0, 0
    try:
        for row in reader:
            widest, taken = max(widest, len(row)), reader.line_num
            holds(1, widest)
            rows.append(row)
            if any("\n" in value and value.count(mark) >= max(2, widest - 1) for value in row):
                raise csv.Error("two stray quotes have made many rows one cell")
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return rows, "".join(lines[taken:])
        raise Unreadable("broken_text", first + max(len(rows) - 1, 0)) from None
    return rows, ""
