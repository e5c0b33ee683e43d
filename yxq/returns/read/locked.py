"""Whether a workbook that cannot be opened has a password."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from yxq.returns.read.compound import stream

MANIFEST = "META-INF/manifest.xml"
PASSWORD, END = 0x2F, 0x0A  # records of an .xls


def is_locked(path: Path) -> bool:
    """Whether what the file holds is encrypted, in any of the formats of a workbook."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            return MANIFEST in book.namelist() and b"encryption-data" in book.read(MANIFEST)
    data = path.read_bytes()
    old = stream(data, ("Workbook", "Book"))
    return PASSWORD in _kinds(old) or stream(data, ("EncryptedPackage",)) != b""


def _kinds(data: bytes) -> Iterator[int]:
    """The kinds of the records before the first sheet."""
    at, kind = 0, -1
    while kind != END and at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        yield kind
        at += 4 + length
