"""From a file to its sheets as blocks of text; nothing is interpreted here.

What a file is, is told by its bytes and never by its name. Text files are read in blocks, so that a
file of any length needs the same memory; a workbook is as long as Excel lets it be.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import hashlib
import html
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
)

from yxq.words.reasons import reason

TABLES = {
    ".csv",
    ".tsv",
    ".txt",
    ".xls",
    ".xlsx",
    ".xlsm",
    ".xlsb",
    ".ods",
    ".et",
    ".htm",
    ".html",
    ".parquet",
}
DELIMITERS = "\t,;|"
BLOCK = 24 << 20  # bytes of text read at a time
BLOCK_ROWS = 250_000  # rows of a workbook or of Parquet at a time
GLANCE = (
    2 << 20
    # bytes of the second piece, which shows how often texts come again; titles and header are in the
    # first
)
HELD = 1 << 20  # bytes of a text file that is read at once
EDGE = 1 << 16  # bytes at either end of a long text file where titles and footers stand
GLANCE_ROWS = 20_000
WIDEST = 1000  # places or lines that one cell of a web page may cover
ZIP, OLE, PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"
UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
Rows = list[list[str]]
Progress = Callable[[Iterable[Any], int, str], Iterable[Any]]


class Unreadable(ValueError):
    """A file or sheet that holds no table; `code` is the ledger's reason."""

    def __init__(self, code: str) -> None:
        """Keep the reason's code, which the words file puts into a sentence."""
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name ('' for text files), its first and last rows, and all of its rows in
    blocks.

    blocks: frames of text, a column a place, indexed by row number; blank rows are kept. merged:
    first and last row and place of the merged areas, whose cells all hold the text of the first.
    first: the number of head's first row (0 for Parquet, whose headings are no row). delimited: a
    separator too many moves the cells after it.
    """

    name: str
    head: Rows
    tail: Rows
    blocks: Callable[[], Iterator[pd.DataFrame]]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    first: int = 1
    delimited: bool = False


def identify(path: Path) -> tuple[str, bool]:
    """sha256 of a file, and whether all of it is UTF-8."""
    digest, utf8, rest = hashlib.sha256(), True, b""
    with path.open("rb") as file, ThreadPoolExecutor(1) as beside:
        while data := file.read(BLOCK):
            hashing = beside.submit(digest.update, data)
            if utf8:
                whole = rest + data
                ends = range(
                    len(whole) - 1, max(len(whole) - 5, -1), -1
                )  # the last character may be cut in two
                cut = next((n for n in ends if not 0x80 <= whole[n] < 0xC0), len(whole))
                utf8, rest = _is_utf8(memoryview(whole)[:cut]), whole[cut:]
            hashing.result()
    return digest.hexdigest(), utf8 and _is_utf8(rest)


def _is_utf8(data: bytes | memoryview) -> bool:
    ends = pa.array([0, len(data)], pa.int64()).buffers()[1]
    try:
        pa.Array.from_buffers(pa.large_binary(), 1, [None, ends, pa.py_buffer(data)]).cast(
            pa.large_string()
        )
    except pa.ArrowInvalid:
        return False
    return True


def sheets(
    path: Path, utf8: bool, progress: Progress = lambda rows, total, name: rows
) -> Iterator[Sheet]:
    """The sheets of a workbook, or the one sheet of a text, web or Parquet file.

    `utf8` is what `identify` found; `progress` wraps the rows of a workbook as they are read.
    Raises `Unreadable` for an empty file, a web page without a table, an encrypted or broken
    workbook, and anything not text, at once or when the block is read that cannot be.
    """
    with path.open("rb") as file:
        begin = file.read(4096)
    if begin.startswith((ZIP, OLE)):
        yield from _workbook(path, progress)
    elif begin.startswith(PARQUET):
        yield _parquet(path)
    elif not begin.strip() and not path.read_bytes().strip():
        raise Unreadable("empty_file")
    else:
        encoding = UTF16.get(begin[:2], "utf-8-sig" if utf8 else "gb18030")
        if b"\0" in begin and begin[:2] not in UTF16:
            raise Unreadable("not_text")
        text = begin.decode(encoding, errors="ignore").lstrip()[:1000].lower()
        if text.startswith(("<!doctype", "<html", "<table", "<meta", "<head", "<style", "<?xml")):
            yield from _web_page(path, encoding)
        else:
            yield _text(path, encoding)


def framed(rows: Rows, first: int) -> pd.DataFrame:
    """Rows of text as a block: short rows are filled up, and the index counts from `first`."""
    width = max(map(len, rows), default=0)
    index = pd.RangeIndex(first, first + len(rows), name="row")
    return pd.DataFrame(
        [row + [""] * (width - len(row)) for row in rows], index, range(width), dtype="str"
    )


def _held(name: str, rows: Rows, **about: Any) -> Sheet:
    """A sheet whose rows are all at hand."""

    def blocks() -> Iterator[pd.DataFrame]:
        for start in range(0, len(rows), BLOCK_ROWS):
            yield framed(rows[start : start + BLOCK_ROWS], start + 1)

    return Sheet(name, rows, rows, blocks, **about)


# Workbooks


def cell(value: Any) -> str:
    """A workbook's cell as the text that a person sees: 3.0 is 3, a date is 2013-04-01.

    Excel keeps 15 digits; a longer number is written with its exponent, because its last digits are
    not the sender's.
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer():
        return str(int(value)) if abs(value) < 1e15 else f"{value:.14E}"
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    return str(value).strip()


def _workbook(path: Path, progress: Progress) -> Iterator[Sheet]:
    try:
        book = CalamineWorkbook.from_path(str(path))
        hidden = _hidden_rows(path)
        for about in book.sheets_metadata:
            sheet = book.get_sheet_by_name(about.name)
            merged = tuple((a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or ())
            rows = _filled(
                progress(_cells(sheet), sheet.total_height, f"{path.name} {about.name}"), merged
            )
            yield _held(
                about.name,
                rows,
                hidden=about.visible != SheetVisibleEnum.Visible,
                hidden_rows=hidden.get(about.name, frozenset()),
                merged=tuple(
                    (top + 1, left, bottom + 1, right) for top, left, bottom, right in merged
                ),
            )
    except PasswordError:
        raise Unreadable("password") from None
    except (CalamineError, zipfile.BadZipFile, zlib.error, KeyError):
        raise Unreadable("broken_workbook") from None


def _cells(sheet: CalamineSheet) -> Iterator[list[str]]:
    """A sheet's rows from its first line and column on, blank ones too."""
    left = [""] * (sheet.start or (0, 0))[1]
    for row in sheet.iter_rows():
        yield left + [cell(value) for value in row]


def _filled(rows: Iterable[list[str]], merged: tuple[tuple[int, int, int, int], ...]) -> Rows:
    """The rows with every cell of a merged area holding its text."""
    found = list(rows)
    for top, left, bottom, right in merged:
        text = found[top][left] if top < len(found) and left < len(found[top]) else ""
        for row in found[top : bottom + 1] if text else ():
            row += [""] * (right + 1 - len(row))
            row[left : right + 1] = [text] * (right + 1 - left)
    return found


def _hidden_rows(path: Path) -> dict[str, frozenset[int]]:
    """The hidden rows of each sheet of an .xlsx; the other formats do not tell."""
    if not zipfile.is_zipfile(path):
        return {}
    found = {}
    with zipfile.ZipFile(path) as book:
        if "xl/workbook.xml" not in book.namelist():
            return {}
        links = {
            link["Id"]: link["Target"]
            for link in _tags(book, "xl/_rels/workbook.xml.rels", "Relationship")
        }
        for sheet in _tags(book, "xl/workbook.xml", "sheet"):
            place = "xl/" + links.get(sheet.get("r:id", ""), "").removeprefix("/xl/")
            rows = _tags(book, place, "row", b"hidden=")
            found[sheet["name"]] = frozenset(
                int(r["r"]) for r in rows if r["hidden"] in ("1", "true") and "r" in r
            )
    return found


def _tags(
    book: zipfile.ZipFile, part: str, name: str, holding: bytes = b""
) -> Iterator[dict[str, str]]:
    """The attributes of the tags of one name in a part of a workbook, of those only that hold some
    text.
    """
    xml = book.read(part) if part in book.namelist() else b""
    for tag in re.findall(rb"<(?:\w+:)?%s\b[^>]*>" % name.encode(), xml) if holding in xml else ():
        if holding in tag:
            pairs = re.findall(r"""([\w:]+)=["']([^"']*)""", tag.decode("utf-8", errors="replace"))
            yield {key: html.unescape(value) for key, value in pairs}


# Text


def delimiter(lines: list[str]) -> str:
    """The separator that most lines hold equally often."""

    def evenness(mark: str) -> int:
        often = Counter(n for line in lines if (n := line.count(mark)))
        return max((n * times for n, times in often.items()), default=0)

    return max(DELIMITERS, key=evenness)


def _text(path: Path, encoding: str) -> Sheet:
    """A delimited text file; a short one is held, a longer one is read when its blocks are."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = next(_chunks(file, encoding), b"")
        file.seek(max(0, size - EDGE))
        end = file.read().decode(encoding.removesuffix("-sig"), errors="ignore")
    if not start.strip():
        raise Unreadable("empty_file")
    mark = delimiter(start[:EDGE].decode("utf-8", errors="ignore").splitlines()[:100])

    def blocks() -> Iterator[pd.DataFrame]:
        with path.open("rb") as file:
            yield from _delimited(_chunks(file, encoding), mark)

    if size <= HELD:
        return _held(
            "",
            [row for block in blocks() for row in block.map(str.strip).to_numpy().tolist()],
            delimited=True,
        )
    head = start[:EDGE].decode("utf-8", errors="ignore").splitlines()[:-1]
    return Sheet("", _loose(head, mark), _loose(end.splitlines()[1:], mark), blocks, delimited=True)


def _loose(lines: list[str], mark: str) -> Rows:
    """Lines at an edge of a long file as rows, for what titles and footers say."""
    return [[value.strip() for value in row] for row in csv.reader(lines, delimiter=mark)]


def _chunks(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    """A text file as UTF-8 in pieces of whole lines."""
    decode = None if encoding == "utf-8-sig" else codecs.getincrementaldecoder(encoding)().decode
    rest, lengths = b"", iter((EDGE, GLANCE))
    try:
        while data := file.read(next(lengths, BLOCK)):
            data = rest + (decode(data).encode() if decode else data)
            cut = data.rfind(b"\n") + 1
            rest = data[cut:]
            if cut:
                yield data[:cut].removeprefix(codecs.BOM_UTF8)
        if rest := rest + (decode(b"", True).encode() if decode else b""):
            yield rest.removeprefix(codecs.BOM_UTF8)
    except UnicodeError:
        raise Unreadable("unknown_encoding") from None


def _delimited(chunks: Iterator[bytes], mark: str) -> Iterator[pd.DataFrame]:
    """Blocks of a delimited text: a fast reader where there is nothing to interpret, a strict one
    everywhere else.
    """
    number, few, left = 1, None, ""
    for chunk in chunks:
        table = None if left else _plain(chunk, mark, few)
        if table is None:
            rows, left = _strict(left + chunk.decode(), mark, number)
            if len(left) > BLOCK:  # no cell is as long as that
                raise Unreadable(reason("broken_text", number + len(rows)))
            frame = framed(rows, number)
        else:
            few = few or [
                name for name in table.column_names if len(table[name].unique()) < len(table) / 2
            ]
            frame = table.to_pandas().set_axis(range(table.num_columns), axis=1)
            frame.index = pd.RangeIndex(number, number + len(frame), name="row")
        number += len(frame)
        yield frame
    if left:
        raise Unreadable(reason("broken_text", number))


def _plain(data: bytes, mark: str, few: list[str] | None) -> pa.Table | None:
    """Lines all of one length, whose quotes (if any) enclose whole cells of one line; None where
    they are not.

    `few`: columns with few distinct texts, which are read as categories.
    """
    if len(data) <= EDGE or data.count(b"\r") != data.count(b"\r\n") or not _enclosing(data, mark):
        return None
    width = data[: data.find(b"\n")].count(mark.encode()) + 1
    names = [str(place) for place in range(width)]
    kinds = {
        name: pa.dictionary(pa.int32(), pa.string()) if name in (few or ()) else pa.string()
        for name in names
    }
    try:
        return pacsv.read_csv(
            pa.py_buffer(data),
            pacsv.ReadOptions(column_names=names, block_size=BLOCK // 4),
            pacsv.ParseOptions(
                delimiter=mark, quote_char='"' if b'"' in data else False, ignore_empty_lines=False
            ),
            pacsv.ConvertOptions(column_types=kinds, strings_can_be_null=False, check_utf8=False),
        )
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
    return bool(
        begins
        and ends
        and (np.searchsorted(lines, opening) == np.searchsorted(lines, closing)).all()
    )


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
            rows.append(row)
            if any("\n" in value and value.count(mark) >= max(2, widest - 1) for value in row):
                raise csv.Error("two stray quotes have made many rows one cell")
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            return rows, "".join(lines[taken:])
        raise Unreadable(reason("broken_text", first + max(len(rows) - 1, 0))) from None
    return rows, ""


# Other formats


def _web_page(path: Path, encoding: str) -> Iterator[Sheet]:
    """The tables of a web page, which many systems save under the name of a workbook."""
    from bs4 import BeautifulSoup  # late: few files are web pages

    try:
        page = BeautifulSoup(path.read_bytes().decode(encoding), "html5lib")
    except UnicodeError:
        raise Unreadable("unknown_encoding") from None
    tables = page.find_all("table")
    if not tables:
        raise Unreadable("web_page")
    for number, table in enumerate(tables, start=1):
        inner = [*table.find_all("table")]
        lines = [line for line in table.find_all("tr") if line.find_parent("table") is table]
        texts: dict[tuple[int, int], str] = {}
        merged = []
        for top, line in enumerate(lines):
            place = 0
            for box in line.find_all(["td", "th"], recursive=False):
                while (top, place) in texts:
                    place += 1
                wide, high = (
                    min(int(n), WIDEST) if (n := str(box.get(key))).isdecimal() else 1
                    for key in ("colspan", "rowspan")
                )
                area = product(range(top, min(top + high, len(lines))), range(place, place + wide))
                said = (
                    "" if any(box in table.parents for table in inner) else box.get_text().strip()
                )
                texts |= dict.fromkeys(area, said)
                merged.append((top + 1, place, top + high, place + wide - 1))
        width = max((place + 1 for _, place in texts), default=0)
        rows = [
            [texts.get((top, place), "") for place in range(width)] for top in range(len(lines))
        ]
        yield _held(
            str(number) if len(tables) > 1 else "",
            rows,
            merged=tuple(m for m in merged if m[2] > m[0]),
        )


def _parquet(path: Path) -> Sheet:
    """A Parquet file: its columns are the headings, and its rows are counted from 1."""
    try:
        file = pq.ParquetFile(path)
        # what the metadata say of the columns is not looked at: in a damaged file that ends the
        # whole process
        if first := next(file.iter_batches(GLANCE_ROWS), None):
            first.validate(full=True)
        few = (
            [
                name
                for name in first.schema.names
                if first.schema.field(name).type in (pa.string(), pa.large_string())
                and len(first[name].unique()) < len(first) / 2
            ]
            if first
            else []
        )
        file = pq.ParquetFile(path, read_dictionary=few)
    except (pa.ArrowException, OSError, UnicodeDecodeError):
        raise Unreadable("broken_parquet") from None
    names = [name.strip() for name in file.schema_arrow.names]

    def blocks() -> Iterator[pd.DataFrame]:
        number = 1
        try:
            for batch in file.iter_batches(BLOCK_ROWS):
                batch.validate(full=True)  # text that is no UTF-8 would show itself much later
                columns = [
                    column
                    if pa.types.is_dictionary(column.type)
                    else pc.fill_null(pc.cast(column, pa.string()), "")
                    for column in batch.columns
                ]
                frame = pa.table(columns, [str(place) for place in range(len(columns))]).to_pandas()
                frame = frame.set_axis(range(len(columns)), axis=1)
                frame.index = pd.RangeIndex(number, number + len(frame), name="row")
                number += len(frame)
                yield frame
        except (pa.ArrowException, OSError, UnicodeDecodeError):
            raise Unreadable("broken_parquet") from None

    return Sheet("", [names], [], blocks, first=0)
