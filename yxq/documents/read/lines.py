"""Lines of a text: which of them are one paragraph that was broken to a width."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from yxq.documents.read.document import Paragraph

NUMERALS = "[〇零一二三四五六七八九十百千0-9０-９]"
LABEL = re.compile(
    rf"第{NUMERALS}+[编编章节条部款项篇]|[一二三四五六七八九十百]+[、.．]"
    r"|[（(〔［[](?:[一二三四五六七八九十百]+|[0-9０-９]{1,3}|[a-zA-Z]|[ivxIVX]+)[）)〕］\]]"
    r"|[0-9０-９]{1,3}(?:[、)）]|[.．](?![0-9０-９]))|[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}\.?\s"
    r"|[a-zA-Z][)）]|[A-Z]\.\s|[①-⓿⑴-⒇㈠-㈩]"
    r"|[-–—*•·●◦○◆◇■□▪▶➢√✓✔\uf000-\uf0ff](?=\s|[^\W\d_])"
    r"|附(?:件|表|录)\s*[：:0-9一二三四五六七八九十]"
    r"|(?:chapter|part|goal|target|objective|action|priority|section|annex|appendix|pillar|theme"
    r"|strategy|outcome|measure|indicator|recommendation|commitment|table)\s+[0-9ivx]+",
    re.IGNORECASE,
)
LEADER = re.compile(  # of a line in a table of contents
    r"(?:[.．·•…_]\s*){3,}(?:\d{1,4}|[ivxlIVXL]{1,6}|[-–]\s*\d{1,4}\s*[-–])?$|…+\s*\d{1,4}$"
)
ENDED = re.compile(r"[。；;.:：！!？?][”’」』）)\"']?$")
# A row of a table that lost its ruling ends in values, and a page in its number.
VALUES = re.compile(r"(?:[0-9][0-9.,]*%?|N/?A|[-—]) +[$£€¥]?[0-9][0-9.,]*%?$")
PAGE = re.compile(r"[-–—] ?[0-9]{1,4} ?[-–—]")
OPEN = re.compile(r"[，、,（(《“「『〈]$")
GOES_ON = re.compile(r"[，。、；：！？）》”’」』〉,;:)\]%‰℃％]")
HYPHEN = re.compile(r"[^\W\d_][-\xad]$")
WORD = re.compile(r"[!-~\u00c0-\u024f]+|.")
SHORTEST, WIDEST = 30, 180  # columns that lines can be broken to
NARROW = 0.08  # a line of Chinese is full but for a mark or two
FEWEST = 3  # broken lines that make a text a broken one


@dataclass(frozen=True)
class Line:
    """A line that is not blank."""

    text: str
    place: str
    indent: int = 0
    after_blank: bool = False
    """Whether nothing can go on from the line before it."""


def columns(text: str) -> int:
    """How wide a text is; Chinese characters take two columns."""
    return len(text) + sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)


def is_wide(letter: str) -> bool:
    """Whether a character is written without blanks, as Chinese and its marks are."""
    return unicodedata.east_asian_width(letter) in "WF" or letter in "“”‘’…—·"


def glued(texts: Iterable[str]) -> str:
    """Pieces of one paragraph as one, with no blank at a joint in Chinese.

    >>> glued(["抽检合", "格率 95%", "of all"])
    '抽检合格率 95% of all'
    """
    whole = ""
    for text in texts:
        if whole and text:
            blank = not (is_wide(whole[-1]) or is_wide(text[0]) or HYPHEN.search(whole[-2:]))
            whole += " " if blank else ""
        whole += text
    return whole


def paragraphs(lines: Sequence[Line], slack: float, known: str = "") -> Iterator[Paragraph]:
    """Lines as paragraphs, those joined that were broken to a width.

    `slack`: the part of the width by which a broken line may be shorter; `known`: text that tells
    which words have a hyphen, of a document whose words are broken at one.
    """
    width = broken_width(lines, slack)
    together: list[Line] = []
    pages: list[Line] = []
    for line in lines:
        if PAGE.fullmatch(line.text):
            pages.append(line)
            continue
        if together and not _goes_on(together, line, width, slack):
            yield _paragraph(together, known)
            together = []
        if not together:
            yield from _numbers_of(pages)
            pages = []
        together.append(line)
    if together:
        yield _paragraph(together, known)
    yield from _numbers_of(pages)


def _numbers_of(pages: Iterable[Line]) -> Iterator[Paragraph]:
    """The numbers of pages, which stand between the lines of a paragraph that goes on overleaf."""
    return (Paragraph(line.text, line.place, kind="header") for line in pages)


def _paragraph(lines: Sequence[Line], known: str) -> Paragraph:
    texts = [line.text for line in lines]
    return Paragraph(_unbroken(texts, known) if known else glued(texts), lines[0].place)


def broken_width(lines: Sequence[Line], slack: float) -> int:
    """The width that the lines of a text are broken to; 0 where each is a paragraph.

    It is the width that most lines without an end come close to: a box of wider lines, or an
    address, does not hide it.
    """
    told = [line for line in lines if not LEADER.search(line.text)]
    widths = {id(line): columns(line.text) for line in told}
    told = [line for line in told if widths[id(line)] >= SHORTEST]
    open_widths = sorted(widths[id(line)] for line in told if not _is_ended(line.text))
    if len(told) < FEWEST or len(open_widths) < FEWEST:
        return 0

    def near(width: int) -> int:
        """How many open lines are as wide, or hardly less."""
        least = bisect_left(open_widths, width * (1 - slack))
        return bisect_right(open_widths, width) - least

    width = max(dict.fromkeys(open_widths), key=lambda width: (near(width), width))
    wide = sum(widths[id(line)] >= width * (1 - slack) for line in told)
    broken = near(width) >= FEWEST and near(width) * 3 > wide
    return width if broken and width <= WIDEST and wide * 4 >= len(told) else 0


def _is_ended(text: str) -> bool:
    """Whether a line ends a sentence, or is a row of a table."""
    return bool(ENDED.search(text) or VALUES.search(text))


def _is_full(line: str, following: str, width: int, slack: float) -> bool:
    """Whether the first word of the following line had no room on this one."""
    found = WORD.match(following)
    return columns(line) + (columns(found[0]) if found else 0) >= width * (1 - slack)


def _goes_on(together: Sequence[Line], line: Line, width: int, slack: float) -> bool:
    """Whether a line belongs to the paragraph that the lines before it have begun."""
    before = together[-1]
    if line.after_blank or LEADER.search(before.text):
        return False
    if HYPHEN.search(before.text) and line.text[0].islower():
        return True
    if GOES_ON.match(line.text) or (OPEN.search(before.text) and not LABEL.match(line.text)):
        return True
    if LABEL.match(line.text) or not width or _is_ended(before.text):
        return False
    hangs = len(together) == 1 and LABEL.match(before.text)
    deeper = line.indent > before.indent and not hangs
    return not deeper and _is_full(before.text, line.text, width, slack)


def _unbroken(texts: Sequence[str], known: str) -> str:
    """Pieces of a paragraph as one, words that were broken at a hyphen made whole."""
    whole = texts[0]
    for text in texts[1:]:
        begun, rest = re.search(r"([^\W\d_]+)[-\xad]$", whole[-40:]), re.match(r"[a-zà-ÿ]+", text)
        if begun and rest:
            with_hyphen = f"{begun[1]}-{rest[0]}"
            whole = whole.rstrip("\xad") if with_hyphen in known else whole[:-1]
            whole += text
        else:
            whole = glued((whole, text))
    return whole
