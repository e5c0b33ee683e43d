"""A look into an archive before a library opens it as a workbook: what it holds, and how far that
reaches.

The XML of every part is unpacked here in pieces, so that sizes are what they are and not what the
archive says. Where an .xlsx tells the place of each cell as nearly all programs write it, its
extent is known; one that does not is read in a process of its own.
"""

from __future__ import annotations

import errno
import html
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yxq.returns.read.sheet import CELLS, Unreadable, fits, holds

WORKBOOK = 512 << 20  # bytes of a workbook, packed
UNPACKED = 2 << 30  # bytes of its XML
PARTS = 8 << 20  # bytes of an archive's list of parts, for some 80,000
PIECE = 16 << 20  # bytes that are looked at at a time
KINDS = {"xl/workbook.xml": "xlsx", "xl/workbook.bin": "xlsb", "content.xml": "ods"}
PLACE = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
OTHERWISE = re.compile(rb'<c(?! r=")[\s/>]')
FILLED = re.compile(rb'<c r="([A-Z]+)(\d+)"(?:[^>]*[^/])?>')
DIMENSION = re.compile(rb"<dimension\b[^>]*>")
AREA = re.compile(rb'<dimension ref="[A-Z]+[1-9]\d*(:[A-Z]+[1-9]\d*)?"\s*/?>')


@dataclass
class Look:
    """What an archive holds.

    kind: of KINDS. plain: whether it says so of all its cells as nearly all programs do. hidden:
    the hidden rows of each sheet of an .xlsx. misstated: its parts whose area is none.
    """

    kind: str
    plain: bool = True
    hidden: dict[str, frozenset[int]] = field(default_factory=dict)
    misstated: list[str] = field(default_factory=list)


@dataclass
class _Reach:
    """The longest names of columns and rows of an .xlsx sheet, and whether all cells have them."""

    letters: int = 1
    digits: int = 1
    plain: bool = True

    def add(self, piece: bytes) -> None:
        """Look at a piece of a sheet's XML that ends where a tag begins."""
        if piece.count(b"<c") != piece.count(b'<c r="') and OTHERWISE.search(piece):
            self.plain = False
        start = 0
        while self.plain:
            far = rb'<c r="(?:[A-Z]{%d}|[A-Z]{1,%d}\d{%d}|[^A-Z])'
            longer = re.compile(far % (self.letters + 1, self.letters, self.digits + 1))
            found = longer.search(piece, start)
            if not found:
                return
            start = found.start()
            place = PLACE.match(piece, found.start())
            self.plain = place is not None
            self.letters = max(self.letters, len(place[1]) if place else 0)
            self.digits = max(self.digits, len(place[2]) if place else 0)

    @property
    def most(self) -> int:
        """How many cells the sheet's rectangle has at most."""
        columns = sum(int(26**n) for n in range(1, self.letters + 1))
        return columns * int(10**self.digits - 1)


def look(path: Path) -> Look:
    """What the archive holds; `Unreadable` for no workbook, a broken or too large one."""
    fits(path.stat().st_size, WORKBOOK)
    _list_fits(path)
    try:
        return _looked(path)
    except Unreadable:
        raise
    except Exception as error:  # of damaged names, places, methods, streams: each has its own
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise Unreadable("broken_workbook") from None


def _looked(path: Path) -> Look:
    with zipfile.ZipFile(path) as book:
        names = book.namelist()
        alike = {name.replace("\\", "/").lower() for name in names}
        kind = next((KINDS[name] for name in KINDS if name in alike), "")
        if not kind:
            raise Unreadable("no_workbook")
        parts = [part for part in book.infolist() if part.filename.endswith(".xml")]
        fits(sum(part.file_size for part in parts), UNPACKED)
        seen = Look(kind, plain=len(alike) == len(names) and bool(KINDS.keys() & {*names}))
        if kind == "xlsx":
            hidden = {part.filename: _sheet(book, part.filename, seen) for part in parts}
            _name_sheets(book, hidden, seen)
    return seen


def _list_fits(path: Path) -> None:
    """Refuse an archive of so many parts that the list of them takes the memory."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - (1 << 16) - 22))
        _, mark, end = file.read().rpartition(b"PK\5\6")
    if mark and int.from_bytes(end[8:12], "little") > PARTS:
        raise Unreadable("broken_workbook")


def _sheet(book: zipfile.ZipFile, part: str, seen: Look) -> set[int] | None:
    """Look through a part; its hidden rows, or None where it is no sheet."""
    reach, hidden, is_sheet = _Reach(), set[int](), None
    for piece in _pieces(book, part):
        if is_sheet is None:
            begin = piece[:2000]
            is_sheet = b"<worksheet" in begin
            seen.plain &= is_sheet or not re.search(rb":worksheet|\0", begin)
            found = DIMENSION.search(begin) if is_sheet else None
            if found and not AREA.fullmatch(found[0]):
                seen.misstated.append(part)
        if is_sheet:
            reach.add(piece)
            hidden |= _hidden(piece)
    seen.plain &= reach.plain
    if reach.plain and reach.most > CELLS:
        _rectangle(book, part)
    return hidden if is_sheet else None


def _pieces(book: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part's XML in pieces, each ended where a tag begins."""
    rest = b""
    with book.open(part) as file:
        while data := file.read(PIECE):
            data = rest + data
            cut = data.rfind(b"<")
            cut = cut if cut > 0 else len(data)
            rest = data[cut:]
            yield data[:cut]
            fits(len(rest), PIECE)
    yield rest


def _rectangle(book: zipfile.ZipFile, part: str) -> None:
    """Refuse a sheet whose last row and column that hold something make too large a rectangle."""
    last_row = last_column = 0
    for piece in _pieces(book, part):
        for name, row in FILLED.findall(piece):
            last_row = max(last_row, int(row))
            last_column = max(last_column, _number(name))
    holds(last_row, last_column)


def _number(name: bytes) -> int:
    """The number of a column: 28 is AB."""
    number = 0
    for letter in name:
        number = number * 26 + letter - 64
    return number


def _hidden(piece: bytes) -> set[int]:
    """The hidden rows of a piece."""
    rows = _tags(piece, "row") if b"hidden=" in piece else ()
    return {int(row["r"]) for row in rows if row.get("hidden") in ("1", "true") and "r" in row}


def _name_sheets(book: zipfile.ZipFile, hidden: dict[str, set[int] | None], seen: Look) -> None:
    """The hidden rows of each sheet by its name; where a sheet is not among the parts that were
    looked at, the workbook is not plain.
    """
    relations = [*_tags_of(book, "xl/_rels/workbook.xml.rels", "Relationship")]
    links = {one.get("Id"): one.get("Target", "") for one in relations}
    for sheet in _tags_of(book, "xl/workbook.xml", "sheet"):
        target = links.get(sheet.get("r:id", ""), "")
        rows = hidden.get(target.removeprefix("/") if target[:1] == "/" else f"xl/{target}")
        seen.plain &= rows is not None or not target.startswith(("worksheets", "/xl/worksheets"))
        seen.hidden[sheet.get("name", "")] = frozenset(rows or ())


def _tags_of(book: zipfile.ZipFile, part: str, name: str) -> Iterator[dict[str, str]]:
    """The tags of one name in a whole part, where there is one."""
    return _tags(book.read(part), name) if part in book.namelist() else iter(())


def _tags(xml: bytes, name: str) -> Iterator[dict[str, str]]:
    """The attributes of the tags of one name."""
    for tag in re.findall(rb"<(?:\w+:)?%s\b[^>]*>" % name.encode(), xml):
        pairs = re.findall(r"""([\w:]+)=["']([^"']*)""", tag.decode("utf-8", errors="replace"))
        yield {key: html.unescape(value) for key, value in pairs}


def opened(path: Path, seen: Look) -> Any:
    """The file to be opened as a workbook: a copy in memory without an area that is none."""
    if not seen.misstated:
        return path.open("rb")
    made = io.BytesIO()
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as copy:
        for part in book.infolist():
            data = book.read(part)
            if part.filename in seen.misstated:
                data = DIMENSION.sub(b"", data, 1)
            copy.writestr(part.filename, data)
    made.seek(0)
    return made
