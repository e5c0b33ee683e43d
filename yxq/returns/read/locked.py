"""Whether a workbook that cannot be opened has a password."""

from __future__ import annotations

import zipfile
from pathlib import Path

from yxq.returns.read.compound import before_sheets, stream

MANIFEST = "META-INF/manifest.xml"
PASSWORD = 0x2F  # the record of an .xls that says so


def is_locked(path: Path) -> bool:
    """Whether what the file holds is encrypted, in any of the formats of a workbook."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as book:
            return MANIFEST in book.namelist() and b"encryption-data" in book.read(MANIFEST)
    data = path.read_bytes()
    old = stream(data, ("Workbook", "Book"))
    is_old = any(kind == PASSWORD for kind, _ in before_sheets(old))
    return is_old or stream(data, ("EncryptedPackage",)) != b""
