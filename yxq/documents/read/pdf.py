"""The text of a PDF: its lines without running heads, joined into paragraphs."""

from __future__ import annotations

import ctypes
import functools
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from importlib.resources import files
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium

from yxq.documents.read.document import LONGEST, Paragraph, Reading, TooLong, Unreadable
from yxq.documents.read.lines import Line, paragraphs

MOST_PAGES = 3000
RAGGED = 0.15  # letters of a page are of different widths
BROKEN = "\ufffe"  # what PDFium makes of a hyphen at the end of a line
LINE = 7  # points between two lines at least; an index stands less apart
MOST_JOINED = 3  # lines that PDFium can have made one
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
    pages = [_lines(text) for text in _pages(data)]
    characters = "\n".join("\n".join(lines) for lines in pages)
    if not characters.strip():
        raise Unreadable("document_scanned")
    if len(UNMAPPED.findall(characters)) * 5 > len(characters):
        raise Unreadable("document_unmapped")
    if empty := [str(n) for n, lines in enumerate(pages, start=1) if not lines]:
        reading.note("pages_without_text", pages=", ".join(empty[:20]) + ", …" * (len(empty) > 20))
    heads = _heads(pages)
    lines = [
        Line(text, f"page {number}")
        for number, page in enumerate(pages, start=1)
        for n, text in enumerate(page)
        if (number, n) not in heads
    ]
    by_place = defaultdict(list)
    for paragraph in paragraphs(lines, RAGGED, known=characters):
        by_place[paragraph.place].append(paragraph)
    for number, page in enumerate(pages, start=1):
        place = f"page {number}"
        edges = [n for n in range(len(page)) if (number, n) in heads]
        above = [n for n in edges if n < len(page) / 2 and n < EDGE]
        said = [Paragraph(page[n], place, kind="header") for n in edges]
        for paragraph in [*said[: len(above)], *by_place[place], *said[len(above) :]]:
            reading.add(paragraph)


@functools.cache
def _with_a_font() -> Any:
    """Let PDFium look for fonts among the project's own, and keep what it was told of them.

    It leaves out a lone character of a font that neither the file nor the machine has.
    """
    folder = ctypes.create_string_buffer(str(files("pylopdf_fonts_zh_cn")).encode())
    letter = ctypes.POINTER(ctypes.c_char)
    folders = (letter * 2)(ctypes.cast(folder, letter))  # the second is null, which ends them
    config = pdfium.raw.FPDF_LIBRARY_CONFIG(version=2)
    config.m_pUserFontPaths = ctypes.cast(folders, type(config.m_pUserFontPaths))
    pdfium.raw.FPDF_DestroyLibrary()
    pdfium.raw.FPDF_InitLibraryWithConfig(config)
    return folder, folders, config


def _pages(data: bytes) -> Iterator[str]:
    """The text of each page."""
    _with_a_font()
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = error.err_code in (pdfium.raw.FPDF_ERR_PASSWORD, pdfium.raw.FPDF_ERR_SECURITY)
        raise (Unreadable("document_locked") if locked else error) from None
    with closing(document):
        if len(document) > MOST_PAGES:
            raise Unreadable("document_too_many_pages", most=MOST_PAGES)
        characters = 0
        for number in range(len(document)):
            with closing(document[number]) as page, closing(page.get_textpage()) as text:
                characters += text.count_chars()
                if characters > LONGEST:
                    raise TooLong
                said = "\n".join(_on_their_lines(text))
                yield said.replace(BROKEN, "-\n")


def _on_their_lines(text: Any) -> Iterator[str]:
    """The lines of a page; PDFium makes one of two where the first is short and ends in a mark."""
    said = text.get_text_range()
    is_plain = len(said) == text.count_chars()  # so that places in it are those of the page
    for found in re.finditer(r"[^\r\n]+", said):
        start, end = found.span()
        starts = [start]
        if is_plain and not _level(text, start, end - 1):
            starts += [n for n in range(start + 1, end) if not _level(text, n - 1, n)]
        if len(starts) > MOST_JOINED:  # written downward
            starts = [start]
        yield from (said[a:b] for a, b in pairwise([*starts, end]))


def _level(text: Any, one: int, other: int) -> bool:
    """Whether two characters of a page stand on one line."""
    heights = []
    for place in (one, other):
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.raw.FPDFText_GetCharOrigin(text, place, x, y)
        heights.append(y.value)
    return abs(heights[0] - heights[1]) < LINE


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
