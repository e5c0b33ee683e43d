"""What a workbook says of its cells and the reader of workbooks does not tell: which hold an error,
which a formula that was never computed, which are shown as another text than their number, and from
which day its days are counted.
"""

from __future__ import annotations

import html
import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from yxq.returns.read import formats
from yxq.returns.read.archive import PIECE
from yxq.returns.read.compound import before_sheets, records, stream
from yxq.returns.read.formats import Cells, Formats, Record
from yxq.returns.read.opendocument import tables
from yxq.returns.read.sheet import NEVER, Area, Rows

ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?",
    0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip


@dataclass(frozen=True)
class Untold:
    """Of one sheet the cells (row and column, from 0) that hold an error, a formula that was never
    computed or a number that is shown as another text, as text; and merged areas, where the
    reader does not know them.
    """

    cells: Cells = field(default_factory=dict)
    merged: tuple[Area, ...] = ()

    def put_into(self, rows: Rows) -> Rows:
        """The rows with these cells in them."""
        for (row, column), text in self.cells.items():
            rows += [[] for _ in range(row + 1 - len(rows))]
            rows[row] += [""] * (column + 1 - len(rows[row]))
            rows[row][column] = text
        return rows


def untold(path: Path) -> tuple[bool, list[Untold]]:
    """Whether days are counted from 1904 (else from 1900), and what is untold of each sheet, in
    their order; fewer where nothing is known of the others.
    """
    if not zipfile.is_zipfile(path):
        return _of_binary(stream(path.read_bytes(), ("Workbook", "Book")))
    with zipfile.ZipFile(path) as book:
        names = {*book.namelist()}
        if "xl/workbook.xml" in names:
            return _of_xml(book)
        if "xl/workbook.bin" in names:
            return _of_binary_parts(book)
        if "content.xml" in names:
            from_1904, sheets = tables(book.read("content.xml"))
            return from_1904, [Untold(cells, merged) for cells, merged in sheets]
    return False, []


# --- .xlsx: parts of XML


TAG = rb"<(?:\w+:)?%s\b([^>]*)>"
FORMULA = re.compile(
    rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>([^<]*)</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\b[^>]*>([^<]+)<)?"
)
FORMULA_ENDS = (b">", b"/", b" ", b"\t", b"\r", b"\n")  # of the name in its tag
EMPTY = re.compile(rb"""\bt=["']str["']""")  # a formula that came to a text, be it an empty one
ERROR = re.compile(rb"""<(?:\w+:)?c\s([^>]*\bt=["']e["'][^>]*)>[^v]*?<(?:\w+:)?v\b[^>]*>([^<]+)<""")


def _of_xml(book: zipfile.ZipFile) -> tuple[bool, list[Untold]]:
    main = book.read("xl/workbook.xml")
    about = dict(_attributes(b"".join(re.findall(TAG % b"(?:workbookPr|calcPr)", main))))
    # Whoever wrote this has asked for all formulas to be computed when the workbook is opened: it
    # has not computed them itself.
    never = about.get("fullCalcOnLoad") in ("1", "true")
    links = dict(_links(book, "xl/_rels/workbook.xml.rels"))
    styles, sheets = formats.of_xml(_part(book, "xl/styles.xml")), []
    for tag in re.findall(TAG % b"sheet", main):
        part = links.get(dict(_attributes(tag)).get("id", ""), "")
        shown, cells = Cells(), Cells()
        for xml in _row_pieces(book, part):
            for place, value, code in formats.xml_numbers(xml, styles):
                shown |= formats.seen(_place(place), value, code)
            cells |= dict(_xml_cells(xml, never))
        sheets.append(Untold(shown | cells))
    return about.get("date1904") in ("1", "true"), sheets


def _part(book: zipfile.ZipFile, name: str) -> bytes:
    """A part of a workbook, where it is there."""
    return book.read(name) if name in book.namelist() else b""


def _row_pieces(book: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The XML of a sheet, where it is there, in pieces that end with a row."""
    rest = b""
    with book.open(part) if part in book.namelist() else io.BytesIO() as file:
        while data := file.read(max(PIECE, len(rest))):
            data = rest + data
            cut = data.rfind(b"</row>")
            cut = max(0, cut if cut >= 0 else data.rfind(b":row>"))
            rest = data[cut:]
            yield data[:cut]
    yield rest


def _xml_cells(xml: bytes, never: bool) -> Iterator[tuple[tuple[int, int], str]]:
    """The cells of a sheet; never: no formula of it was computed."""
    # A plain search for what is rare takes a tenth of the time of the expressions.
    if b't="e"' in xml or b"t='e'" in xml:
        for tag, text in ERROR.findall(xml):
            yield _place(tag), html.unescape(text.decode("utf-8", "replace"))
    marks = [mark for mark in (b"<f", b":f") if mark in xml]
    if any(mark + end in xml for mark in marks for end in FORMULA_ENDS):
        for tag, formula, value in FORMULA.findall(xml):
            if never or not (value or EMPTY.search(tag)):
                text = html.unescape(formula.decode("utf-8", "replace"))
                yield _place(tag), f"{NEVER} ={text}" if text else NEVER


def _place(tag: bytes) -> tuple[int, int]:
    """Row and column, from 0, of a cell by its name, such as AB12."""
    letters, digits = re.findall(r"([A-Z]+)(\d+)", dict(_attributes(tag))["r"])[0]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits) - 1, column - 1


def _attributes(tag: bytes) -> Iterator[tuple[str, str]]:
    for key, value in re.findall(r"""(\w+)=["']([^"']*)""", tag.decode("utf-8", "replace")):
        yield key, html.unescape(value)


def _links(book: zipfile.ZipFile, part: str) -> Iterator[tuple[str, str]]:
    """The parts of a workbook by the ids that it gives them."""
    for tag in re.findall(TAG % b"Relationship", book.read(part)):
        link = dict(_attributes(tag))
        yield link["Id"], "xl/" + link["Target"].lstrip("/").removeprefix("xl/")


# --- .xlsb: parts of records


BIN_SHEET, BIN_PROPERTIES, BIN_ROW, BIN_MERGED = 156, 153, 0, 176
BIN_ERRORS = {3: 8, 11: 8}  # a cell that is an error, by its value or by its formula's


def _of_binary_parts(book: zipfile.ZipFile) -> tuple[bool, list[Untold]]:
    links = dict(_links(book, "xl/_rels/workbook.bin.rels"))
    styles = formats.of_binary_parts(_records(_part(book, "xl/styles.bin")))
    from_1904, sheets = False, []
    for kind, data in _records(book.read("xl/workbook.bin")):
        if kind == BIN_PROPERTIES:
            from_1904 = bool(data[0] & 1)
        elif kind == BIN_SHEET:
            length = struct.unpack_from("<I", data, 8)[0]
            part = links.get(data[12 : 12 + 2 * length].decode("utf-16-le", "replace"), "")
            sheets.append(_binary_part(_part(book, part), styles))
    return from_1904, sheets


def _binary_part(data: bytes, styles: Formats) -> Untold:
    row, cells, merged = 0, Cells(), []
    for kind, record in _records(data):
        if kind == BIN_ROW:
            row = struct.unpack_from("<I", record)[0]
        elif kind in BIN_ERRORS:
            code = record[BIN_ERRORS[kind]]
            cells[row, struct.unpack_from("<I", record)[0]] = ERRORS.get(code, "#N/A")
        elif kind == BIN_MERGED:
            top, bottom, left, right = struct.unpack_from("<4I", record)
            merged.append((top, left, bottom, right))
        elif found := styles and formats.binary_number(kind, record):
            column, style, value = found
            if style in styles:
                cells |= formats.seen((row, column), value, styles[style])
    return Untold(cells, tuple(merged))


def _records(data: bytes) -> Iterator[Record]:
    """Kind and content of each record: both are preceded by numbers of seven bits a byte."""
    at = 0

    def number(most: int) -> int:
        nonlocal at
        found = 0
        for n in range(most):
            at += 1
            found |= (data[at - 1] & 0x7F) << (7 * n)
            if not data[at - 1] & 0x80:
                break
        return found

    while at < len(data):
        kind = data[at] if data[at] < 0x80 else (data[at] & 0x7F) | data[at + 1] << 7
        at += 1 if data[at] < 0x80 else 2
        length = number(4)
        yield kind, data[at : at + length]
        at += length


# --- .xls: one stream of records


XLS_SHEET, XLS_1904, XLS_COMPUTED = 0x85, 0x22, 0x1C1
# Found by what they look like: to walk through all records would take as long as to read them.
XLS_ERROR = re.compile(rb"\x05\x02\x08\x00(..)(..)..([\x00\x07\x0f\x17\x1d\x24\x2a\x2b])\x01", re.S)
XLS_FORMULA = re.compile(rb"\x06[\x00\x02\x04]..(..)(..)..([\x02\x03]).(.)...\xff\xff", re.S)


def _of_binary(data: bytes) -> tuple[bool, list[Untold]]:
    starts, from_1904, computed = [], False, False
    for kind, record in before_sheets(data):
        if kind == XLS_SHEET:
            starts.append(struct.unpack_from("<I", record)[0])
        elif kind == XLS_1904:
            from_1904 = record[:1] == b"\1"
        computed = computed or kind == XLS_COMPUTED
    styles = formats.of_records(before_sheets(data))
    ends = [min((end for end in starts if end > start), default=len(data)) for start in starts]
    return from_1904, [
        Untold(_seen(data[start:end], styles) | dict(_record_cells(data[start:end], computed)))
        for start, end in zip(starts, ends, strict=True)
    ]


def _seen(data: bytes, styles: Formats) -> Cells:
    """The cells of a sheet of which another text is seen; without odd styles none is looked for."""
    cells: Cells = {}
    for place, style, value in formats.record_numbers(records(data)) if styles else ():
        if style in styles:
            cells |= formats.seen(place, value, styles[style])
    return cells


def _record_cells(data: bytes, computed: bool) -> Iterator[tuple[tuple[int, int], str]]:
    """The cells of a sheet; computed: whether a formula that came to an empty text was computed,
    which only programs that compute say.
    """
    place: Callable[[bytes], int] = lambda two: struct.unpack("<H", two)[0]  # noqa: E731
    for row, column, code in XLS_ERROR.findall(data):
        yield (place(row), place(column)), ERRORS[code[0]]
    for row, column, kind, code in XLS_FORMULA.findall(data):
        if kind == b"\2" and code[0] in ERRORS:
            yield (place(row), place(column)), ERRORS[code[0]]
        elif kind == b"\3" and not computed:
            yield (place(row), place(column)), NEVER
