"""A compound file, in which an old workbook (.xls) keeps its parts: one part as bytes, and the
records that one is made of.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Iterator

END = 0xFFFFFFFA  # numbers from here on are no sectors
SMALL = 4096  # bytes of a part below which it stands in small sectors
ENTRY = 128  # bytes of a line of the directory
SHEETS = 0x0A  # the record before those of the first sheet


def stream(data: bytes, names: tuple[str, ...]) -> bytes:
    """The first part that is called so; nothing where there is none, or what it is damaged from."""
    try:
        return _stream(data, names)
    except (struct.error, IndexError):
        return b""


def _stream(data: bytes, names: tuple[str, ...]) -> bytes:
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    table = _table(data, size)
    directory = b"".join(_chain(data, size, table, struct.unpack_from("<I", data, 48)[0], size))
    entries = [directory[n : n + ENTRY] for n in range(0, len(directory) - ENTRY + 1, ENTRY)]
    named = {_name(entry): entry for entry in entries}
    entry = next((named[name] for name in names if name in named), None)
    if entry is None:
        return b""
    first, length = struct.unpack_from("<II", entry, 116)
    if length >= SMALL:
        return b"".join(_chain(data, size, table, first, size))[:length]
    root = struct.unpack_from("<I", entries[0], 116)[0]
    small = b"".join(_chain(data, size, table, root, size))
    links = b"".join(_chain(data, size, table, struct.unpack_from("<I", data, 60)[0], size))
    small_table = struct.unpack(f"<{len(links) // 4}I", links)
    return b"".join(_chain(small, 64, small_table, first, 0))[:length]


def _name(entry: bytes) -> str:
    length = max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)
    return entry[:length].decode("utf-16-le", "replace")


def _table(data: bytes, size: int) -> tuple[int, ...]:
    """Which sector follows each: the list of its own sectors begins in the header, and goes on in
    sectors whose last number says the next.
    """
    sectors = [*struct.unpack_from("<109I", data, 76)]
    more, seen = struct.unpack_from("<I", data, 68)[0], set[int]()
    while more < END and more not in seen:
        seen.add(more)
        *numbers, more = struct.unpack_from(f"<{size // 4}I", data, (more + 1) * size)
        sectors += numbers
    found = b"".join(data[(n + 1) * size : (n + 2) * size] for n in sectors if n < END)
    return struct.unpack(f"<{len(found) // 4}I", found[: len(found) // 4 * 4])


def _chain(
    data: bytes, size: int, table: tuple[int, ...], sector: int, head: int
) -> Iterator[bytes]:
    """The sectors of a part in their order; head: how many bytes stand before the first sector."""
    for _ in range(len(table)):  # a chain that is longer runs in a circle
        if sector >= END:
            return
        yield data[head + sector * size : head + (sector + 1) * size]
        sector = table[sector]


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of each record of an .xls."""
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + length]
        at += 4 + length


def before_sheets(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of an .xls that are of no sheet."""
    return itertools.takewhile(lambda record: record[0] != SHEETS, records(data))
