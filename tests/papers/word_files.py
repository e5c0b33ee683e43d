"""Word files made and read back for the tests of papers."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
from docx.oxml.ns import qn


def made(place: Path, *paragraphs: str, name: str = "样.docx") -> Path:
    """A Word file with some paragraphs."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(str(place / name))
    return place / name


def with_parts(file: Path, changed: dict[str, bytes]) -> Path:
    """The same file with parts of it written anew, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            if name not in changed:
                new.writestr(name, old.read(name))
        for name, data in changed.items():
            new.writestr(name, data, zipfile.ZIP_DEFLATED)
    file.write_bytes(out.getvalue())
    return file


def part(file: Path, name: str) -> bytes:
    """A part of a Word file."""
    with zipfile.ZipFile(file) as packed:
        return packed.read(name)


def opened(data: bytes | Path) -> docx.document.Document:
    """A Word file, opened."""
    return docx.Document(io.BytesIO(data) if isinstance(data, bytes) else str(data))


def texts(document: docx.document.Document) -> list[str]:
    """All its paragraphs, those of tables among them, in their order."""
    return [
        "".join(t.text or "" for t in p.iter(qn("w:t"))) for p in document.element.iter(qn("w:p"))
    ]


def rows(table: docx.table.Table) -> list[list[str]]:
    """The cells of a table as text."""
    return [[cell.text for cell in row.cells] for row in table.rows]
