"""The text of a PDF: its lines without running heads, joined into paragraphs."""

from __future__ import annotations

import io
import logging
import re
import unicodedata
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pypdf import PdfReader
from pypdf.errors import DependencyError, FileNotDecryptedError

from yxq.documents.read.document import LONGEST, Paragraph, Reading, TooLong, Unreadable
from yxq.documents.read.lines import Line, paragraphs

MOST_PAGES = 3000
RAGGED = 0.15  # letters of a page are of different widths
EDGE = 2  # lines at the top and the foot of a page that can be running heads
PAGE = re.compile(
    r"(?:第\s*|page\s+|p\.\s*)?[-–—―·•]*\s*(\d{1,4})\s*[-–—―·•]*(?:\s*页)?"
    r"(?:\s*(?:[,，]?\s*共\s*\d+\s*页|of\s+\d+|/\s*(?:共\s*)?\d+\s*页?))?",
    re.IGNORECASE,
)
UNMAPPED = re.compile("[\ufffd\ue000-\uf8ff]")
RADICALS = dict(  # which fonts show as the characters that they look like, and PDFs then name
    zip(
        "⺁⺎⺟⺠⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "厂兀母民虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
) | {chr(n): unicodedata.normalize("NFKC", chr(n)) for n in range(0x2F00, 0x2FD6)}
LIGATURES = dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True))
CONTROLS = {chr(n): " " for n in [*range(9), *range(11, 32), 127]}
SHOWN = str.maketrans(RADICALS | LIGATURES | CONTROLS)


def pdf_document(data: bytes, reading: Reading) -> None:
    """Add the paragraphs of a PDF; running heads and numbers of pages come as such."""
    with _quiet():
        pages = [_lines(text) for text in _pages(data)]
    characters = "".join("".join(lines) for lines in pages)
    if not characters:
        raise Unreadable("document_scanned")
    if len(UNMAPPED.findall(characters)) * 5 > len(characters):
        raise Unreadable("document_unmapped")
    if empty := [str(n) for n, lines in enumerate(pages, start=1) if not lines]:
        reading.note("pages_without_text", pages=", ".join(empty[:20]) + ", …" * (len(empty) > 20))
    heads = _heads(pages)
    lines: list[Line] = []
    for number, page in enumerate(pages, start=1):
        for n, text in enumerate(page):
            if (number, n) not in heads:
                lines.append(Line(text, f"page {number}"))
    told: dict[str, list[Paragraph]] = {line.place: [] for line in lines}
    for paragraph in paragraphs(lines, RAGGED, known=characters):
        told[paragraph.place].append(paragraph)
    for number, page in enumerate(pages, start=1):
        place = f"page {number}"
        edges = [
            (n, Paragraph(page[n], place, kind="header"))
            for n in range(len(page))
            if (number, n) in heads
        ]
        for n, head in edges:
            if n < EDGE:
                reading.add(head)
        for paragraph in told.get(place, ()):
            reading.add(paragraph)
        for n, head in edges:
            if n >= EDGE:
                reading.add(head)


def _pages(data: bytes) -> Iterator[str]:
    """The text of each page."""
    reader = PdfReader(io.BytesIO(data))
    try:
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("document_locked")
        if len(reader.pages) > MOST_PAGES:
            raise Unreadable("document_too_many_pages", most=MOST_PAGES)
        characters = 0
        for page in reader.pages:
            text = page.extract_text()
            characters += len(text)
            if characters > LONGEST:
                raise TooLong
            yield text
    except (DependencyError, FileNotDecryptedError):
        raise Unreadable("document_locked") from None


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what the library says of a file that it could read all the same."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _lines(text: str) -> list[str]:
    """The lines of a page that are not blank."""
    lines = (line.translate(SHOWN).strip() for line in text.splitlines())
    return [line for line in lines if line]


def _heads(pages: Sequence[Sequence[str]]) -> set[tuple[int, int]]:
    """Page and line of the running heads and of the numbers of pages."""
    edges = [
        (number, n, line) for number, page in enumerate(pages, start=1) for n, line in _edges(page)
    ]
    times = Counter(
        form
        for number, page in enumerate(pages, start=1)
        for form in {f for n, line in _edges(page) for f in _forms(line, number)}
    )
    offsets = Counter(
        int(found[1]) - number for number, _, line in edges if (found := PAGE.fullmatch(line))
    )
    heads = set()
    for number, n, line in edges:
        page = PAGE.fullmatch(line)
        is_number = page and (offsets[int(page[1]) - number] > 1 or page[1] != line)
        often = max(times[form] for form in _forms(line, number))
        if is_number or often >= max(3, len(pages) / 4):
            heads.add((number, n))
    return heads


def _edges(page: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The first and last lines of a page, with their places in it."""
    for n, line in enumerate(page):
        if n < EDGE or n >= len(page) - EDGE:
            yield n, line


def _forms(line: str, page: int) -> set[str]:
    """A running head as it is on all pages: as it stands, or its first or last number counted from
    that of the page.
    """
    forms = {line}
    numbers = list(re.finditer(r"\d{1,4}", line))
    for found in (numbers[0], numbers[-1]) if numbers else ():
        forms.add(f"{line[: found.start()]}#{int(found[0]) - page}{line[found.end() :]}")
    return forms
