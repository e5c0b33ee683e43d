"""What kind of document a file is, told by its bytes, and the reader that fits."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from yxq.documents.read.contents import with_contents
from yxq.documents.read.document import LONGEST, Document, Reading, TooLong, Unreadable
from yxq.documents.read.encoding import decoded
from yxq.documents.read.markdown import is_markdown, markdown_document
from yxq.documents.read.plain import plain_document
from yxq.words.errors import Refused

Given = TypeVar("Given", bytes, str)
FRAGMENT = 5  # marks of a page from which on a text is a fragment of one
LARGEST = 200 << 20  # bytes of a file, and of what a Word file unpacks to
PARTS = 10_000  # files that a Word file may hold
OTHERS = {
    b"\xd0\xcf\x11\xe0": "Word 97-2003 (.doc)",
    b"{\\rtf": "RTF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"BM": "BMP",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"RIFF": "WebP",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"PAR1": "Parquet",
}
PACKED = {
    "xl/workbook.xml": "Excel (.xlsx)",
    "xl/workbook.bin": "Excel (.xlsb)",
    "ppt/presentation.xml": "PowerPoint (.pptx)",
    "content.xml": "OpenDocument",
    "META-INF/container.xml": "EPUB",
}
MARKUP = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:(?:!doctype html|html|head|body|meta|title"
    r"|div|p|h[1-6]|table|ul|ol|span|section|article|center|font|br|style|script)\b"
    r"|a (?:name|href)=|b>|strong>|img )",
    re.IGNORECASE | re.DOTALL,
)
CLOSED = re.compile(r"</(?:li|p|td|tr|div|h[1-6])>", re.IGNORECASE)  # of a fragment of a page
WORD_XML = re.compile(r"\s*<\?xml[^>]*>.{0,500}<(?:w:wordDocument|pkg:package)\b", re.DOTALL)


def read(path: Path) -> Document:
    """A document's paragraphs in their order.

    Raises `PlanError` for what is no document with text: missing, empty, damaged, locked, scanned,
    too long, or of a format that is not read.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise Unreadable("document_too_large", most=LARGEST >> 20)
        return _document(path.name, path.read_bytes())
    except OSError as error:
        raise Unreadable("document_missing", why=error.strerror or "").refused(path.name) from None
    except Unreadable as error:
        raise error.refused(path.name) from None


def _document(name: str, data: bytes) -> Document:
    """The document that the bytes are."""
    reading, encoding = Reading(), ""
    if data.startswith(b"PK\x03\x04"):
        form = "docx"
        _check_packed(data)
        _guarded(_word, data, reading)
    elif b"%PDF-" in data[:1024]:
        form = "pdf"
        _guarded(_pdf, data, reading)
    else:
        form, encoding = _text(data, reading)
    if not reading.paragraphs:
        raise Unreadable("document_empty")
    return Document(
        name, form, encoding, tuple(with_contents(reading.paragraphs)), tuple(reading.notes)
    )


def _text(data: bytes, reading: Reading) -> tuple[str, str]:
    """The format and encoding of a text, which is read."""
    if kind := next((kind for magic, kind in OTHERS.items() if data.startswith(magic)), None):
        raise Unreadable("document_other_kind", what=kind)
    text, encoding = decoded(data, reading)
    if len(text) > 4 * LONGEST:  # a web page may be mostly mark-up
        raise TooLong
    if WORD_XML.match(text):
        raise Unreadable("document_other_kind", what="Word 2003 XML")
    if MARKUP.match(text) or len(CLOSED.findall(text)) > FRAGMENT:
        _guarded(_web_page, text, reading)
        return "html", encoding
    if len(text) > LONGEST:
        raise TooLong
    if is_markdown(text):
        _guarded(markdown_document, text, reading)
        return "markdown", encoding
    plain_document(text, reading)
    return "txt", encoding


def _check_packed(data: bytes) -> None:
    """Refuse what is no Word file, or unpacks to more than a document can be."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise Unreadable("document_damaged", what="ZIP") from None
    if len(members) > PARTS or sum(member.file_size for member in members) > LARGEST:
        raise Unreadable("document_too_large", most=LARGEST >> 20)
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable("document_locked")
    names = {member.filename for member in members}
    if not any(re.fullmatch(r"word/document\d*\.xml", name) for name in names):
        kind = next((kind for name, kind in PACKED.items() if name in names), "ZIP")
        raise Unreadable("document_other_kind", what=kind)


def _guarded(reader: Callable[[Given, Reading], None], given: Given, reading: Reading) -> None:
    """Read by a library, which may raise anything on a damaged file."""
    try:
        reader(given, reading)
    except (Unreadable, Refused):
        raise
    except Exception as error:
        raise Unreadable("document_damaged", what=type(error).__name__) from None


def _word(data: bytes, reading: Reading) -> None:
    from yxq.documents.read.word import word_document  # late: a library for each format

    word_document(data, reading)


def _pdf(data: bytes, reading: Reading) -> None:
    from yxq.documents.read.pdf import pdf_document

    pdf_document(data, reading)


def _web_page(text: str, reading: Reading) -> None:
    from yxq.documents.read.web_page import web_page

    web_page(text, reading)
