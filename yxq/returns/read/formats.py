"""The formats of a workbook's cells, as far as they show a number as something else, and the cells
that have them.
"""

from __future__ import annotations

import html
import re
import struct
from collections.abc import Iterator

from yxq.returns.read.cell_text import cell
from yxq.returns.read.shown import is_odd, shown

Cells = dict[tuple[int, int], str]
Formats = dict[int, str]  # by the number of a cell's style, those that are odd
Record = tuple[int, bytes]


def seen(place: tuple[int, int], value: float, code: str) -> Cells:
    """A cell of a format, where another text than its number's is seen; else nothing."""
    text = shown(value, cell(value), code)
    return {} if text is None else {place: text}


def odd(codes: dict[int, str], styles: list[int]) -> Formats:
    """Of the formats by their numbers, those that are odd, by the numbers of the styles."""
    found = {number for number, code in codes.items() if is_odd(code)}
    return {n: codes[number] for n, number in enumerate(styles) if number in found}


# --- .xlsx

FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s([^>]*)>")
STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.S)
STYLE = re.compile(rb"<(?:\w+:)?xf\s[^>]*?\bnumFmtId=[\"'](\d+)")
NUMBER = (
    rb"<(?:\w+:)?c\s(?=[^>]*\bs=[\"'](%s)[\"'])(?![^>]*\bt=[\"'][^n])([^>]*[^>/])>"
    rb"(?:\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v\b[^>]*>([^<]+)<"
)


def of_xml(styles: bytes) -> Formats:
    """The odd formats of an .xlsx by the styles of its cells."""
    codes = {}
    for tag in FORMAT.findall(styles):
        about = dict(re.findall(r"""(\w+)=["']([^"']*)""", tag.decode("utf-8", "replace")))
        codes[int(about["numFmtId"])] = html.unescape(about["formatCode"])
    cells = STYLES.search(styles)
    return odd(codes, [int(number) for number in STYLE.findall(cells[0] if cells else b"")])


def xml_numbers(xml: bytes, formats: Formats) -> Iterator[tuple[bytes, float, str]]:
    """The attributes, value and format of the cells of an .xlsx sheet that have an odd one."""
    if formats:
        styles = b"|".join(str(number).encode() for number in formats)
        for style, tag, value in re.findall(NUMBER % styles, xml):
            yield tag, float(value), formats[int(style)]


# --- .xlsb

BIN_FORMAT, BIN_STYLES, BIN_STYLE, BIN_STYLES_END = 44, 617, 47, 618
BIN_SMALL, BIN_NUMBER, BIN_FORMULA = 2, 5, 9


def of_binary_parts(records: Iterator[Record]) -> Formats:
    """The odd formats of an .xlsb by the styles of its cells."""
    codes, styles, is_inside = dict[int, str](), list[int](), False
    for kind, data in records:
        if kind == BIN_FORMAT:
            number, length = struct.unpack_from("<HI", data)
            codes[number] = data[6 : 6 + 2 * length].decode("utf-16-le", "replace")
        elif kind in (BIN_STYLES, BIN_STYLES_END):
            is_inside = kind == BIN_STYLES
        elif kind == BIN_STYLE and is_inside:
            styles.append(struct.unpack_from("<H", data, 2)[0])
    return odd(codes, styles)


def binary_number(kind: int, data: bytes) -> tuple[int, int, float] | None:
    """Column, style and value of a record of an .xlsb that is a number."""
    if kind not in (BIN_SMALL, BIN_NUMBER, BIN_FORMULA):
        return None
    column, style = struct.unpack_from("<II", data)
    value = small(data[8:12]) if kind == BIN_SMALL else struct.unpack_from("<d", data, 8)[0]
    return column, style & 0xFFFFFF, value


def small(data: bytes) -> float:
    """A number that is kept in four bytes: the first of eight, or whole, or a hundred times it."""
    code = struct.unpack("<i", data)[0]
    whole = struct.unpack("<d", bytes(4) + struct.pack("<i", code & ~3))[0]
    value = float(code >> 2) if code & 2 else whole
    return value / 100 if code & 1 else value


# --- .xls

XLS_BEGIN, XLS_FORMAT, XLS_STYLE = 0x809, 0x41E, 0xE0
XLS_NUMBER, XLS_SMALL, XLS_SMALLS, XLS_FORMULA = 0x203, 0x27E, 0xBD, 0x06


def of_records(records: Iterator[Record]) -> Formats:
    """The odd formats of an .xls by the styles of its cells."""
    codes, styles, is_old = dict[int, str](), list[int](), False
    for kind, data in records:
        if kind == XLS_BEGIN:
            is_old = data[:2] != b"\0\6"  # before 1997, when texts were bytes
        elif kind == XLS_FORMAT and is_old:
            codes[data[0] | data[1] << 8] = data[3 : 3 + data[2]].decode("gb18030", "replace")
        elif kind == XLS_FORMAT:
            number, length, wide = struct.unpack_from("<HHB", data)
            text = data[5 : 5 + length * (1 + (wide & 1))]
            codes[number] = text.decode("utf-16-le" if wide & 1 else "latin-1", "replace")
        elif kind == XLS_STYLE:
            styles.append(struct.unpack_from("<H", data, 2)[0])
    return odd(codes, styles)


def record_numbers(records: Iterator[Record]) -> Iterator[tuple[tuple[int, int], int, float]]:
    """Place, style and value of the numbers of a sheet of an .xls."""
    for kind, data in records:
        if kind in (XLS_NUMBER, XLS_SMALL, XLS_SMALLS, XLS_FORMULA):
            row, column, style = struct.unpack_from("<3H", data)
        if kind == XLS_NUMBER or (kind == XLS_FORMULA and data[12:14] != b"\xff\xff"):
            yield (row, column), style, struct.unpack_from("<d", data, 6)[0]
        elif kind == XLS_SMALL:
            yield (row, column), style, small(data[6:10])
        elif kind == XLS_SMALLS:
            for n in range((len(data) - 6) // 6):
                style = struct.unpack_from("<H", data, 4 + 6 * n)[0]
                yield (row, column + n), style, small(data[6 + 6 * n : 10 + 6 * n])
