"""Lines of a text: which of them are one paragraph that was broken to a width."""

from __future__ import annotations

import re
import unicodedata
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
OPEN = re.compile(r"[，、,（(《“「『〈]$")
GOES_ON = re.compile(r"[，。、；：！？）》”’」』〉,;:)\]%‰℃％]")
HYPHEN = re.compile(r"[^\W\d_][-\xad]$")
WORD = re.compile(r"[!-~\u00c0-\u024f]+|.")
SHORTEST, WIDEST = 30, 180  # columns that lines can be broken to
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
    for line in lines:
        if together and not _goes_on(together, line, width, slack):
            yield _paragraph(together, known)
            together = []
        together.append(line)
    if together:
        yield _paragraph(together, known)


def _paragraph(lines: Sequence[Line], known: str) -> Paragraph:
    texts = [line.text for line in lines]
    return Paragraph(_unbroken(texts, known) if known else glued(texts), lines[0].place)


def broken_width(lines: Sequence[Line], slack: float) -> int:
    """The width that the lines of a text are broken to; 0 where each is a paragraph."""
    widths = sorted(
        w
        for line in lines
        if (w := columns(line.text)) >= SHORTEST and not LEADER.search(line.text)
    )
    if len(widths) < FEWEST:
        return 0
    width = widths[-1 - len(widths) // 20]  # but for the longest, which may be an address
    wide = [
        line
        for line in lines
        if _is_full(line.text, "", width, slack) and not LEADER.search(line.text)
    ]
    open_lines = [line for line in wide if not ENDED.search(line.text)]
    broken = len(open_lines) >= FEWEST and len(open_lines) * 3 > len(wide)
    return width if broken and width <= WIDEST and len(wide) * 4 >= len(widths) else 0


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
    if LABEL.match(line.text) or not width or ENDED.search(before.text):
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
