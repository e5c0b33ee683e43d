"""What a document says of itself: title, number, days, issuer, addressees, and for which years it
plans.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from yxq.documents.deadlines import FIVE_YEARS
from yxq.documents.normalise import HAN, is_chinese, normalise
from yxq.documents.numbers import DOCUMENTS, MONTHS, YEAR
from yxq.documents.outline import Sentence
from yxq.documents.read import Paragraph
from yxq.words.numerals import chinese_number

HEAD = 40  # paragraphs in which a document says what it is
KINDS = "计划|规划|纲要|方案|意见|报告|决定|办法|目标|要点|行动|实施细则|白皮书"
ENGLISH_KINDS = (
    r"\b(?:plan|strategy|programme|program|framework|vision|roadmap|agenda|targets|goals|policy"
    r"|report|action)\b"
)
SPAN = re.compile(rf"({YEAR})年?\s*(?:[-–—~至到/]+|\bto\b)\s*({YEAR}|[0-9]{{2}}(?![0-9]))")
ONE = re.compile(rf"(?<![0-9])({YEAR})(?![0-9])")
HAN_DATE = re.compile(
    r"([二一][零〇○一二三四五六七八九]{3})年([一二三四五六七八九十]{1,2})"
    r"月([一二三四五六七八九十]{1,3})日"
)
DATE = re.compile(rf"({YEAR})[年/.-]([0-9]{{1,2}})[月/.-]([0-9]{{1,2}})日?")


@dataclass(frozen=True)
class Facts:
    """What a document says of itself; nothing where it does not."""

    title: str
    number: str
    signed: dt.date | None
    issuer: str
    addressees: str
    language: str
    """zh or en."""
    start: int
    """The first year that it plans for."""
    end: int

    @property
    def is_dated(self) -> bool:
        """Whether its own day or title says when it begins."""
        return self.signed is not None or str(self.start) in self.title


def facts(paragraphs: Sequence[Paragraph], sentences: Sequence[Sentence]) -> Facts:
    """The facts of a document, from its head and its text."""
    whole = " ".join(p.text for p in paragraphs[: HEAD * 5])
    language = "zh" if is_chinese(whole) else "en"
    head = [(p, normalise(p.text).text.strip()) for p in paragraphs[:HEAD]]
    title = _title(head, language)
    number = next(
        (
            found[0].removeprefix("文号")
            for _, text in head
            if (found := DOCUMENTS.search(text)) and "号" in found[0]
        ),
        "",
    )
    signed = _signed([text for _, text in head] + [normalise(p.text).text for p in paragraphs[-6:]])
    addressees = next((t for _, t in head if t.endswith((":", "：")) and "各" in t[:2]), "").rstrip(
        ":："
    )
    start, end = _years(title, [s.words for s in sentences], signed)
    return Facts(title, number, signed, _issuer(head), addressees, language, start, end)


def _title(head: Sequence[tuple[Paragraph, str]], language: str) -> str:
    """What it is called: of the lines that read like a title the last before the text begins, for
    a notice comes before the plan that it sends.
    """
    kinds = re.compile(
        f"(?:{KINDS})(?:\\([^)]*\\))?$" if language == "zh" else ENGLISH_KINDS, re.IGNORECASE
    )
    likely = [
        text
        for _, text in head[:25]
        if 4 <= len(text) <= 90
        and kinds.search(text)
        and not re.search("[。;；]$|^[一二三四五六七八九十0-9]+[、.]", text)
    ]
    for text in likely:
        if ONE.search(text) or any(f"“{n}”" in text or n in text for n in FIVE_YEARS):
            return text
    quoted = [
        found[1] for _, t in head for found in re.finditer(f"《([^》]*(?:{KINDS})[^》]*)》", t)
    ]
    first = next((p.text.strip() for p, _ in head if p.level == 1), "")
    texts = [*likely, *quoted, first, *(text for _, text in head if text)]
    return next((text for text in texts if text), "")


def _signed(texts: Sequence[str]) -> dt.date | None:
    """The day that stands by itself in Chinese characters, else by itself in digits."""
    for text in texts:
        if found := HAN_DATE.fullmatch(text.strip()):
            return _day(*(chinese_number(part) for part in found.groups()))
    for text in texts:
        if found := DATE.fullmatch(text.strip()):
            return _day(*map(int, found.groups()))
    english = re.compile(rf"(?:([0-9]{{1,2}}) )?({MONTHS})(?: ([0-9]{{1,2}}),)? ({YEAR})")
    for text in texts:
        if (found := english.fullmatch(text.strip())) and (day := found[1] or found[3]):
            return _day(int(found[4]), MONTHS.split("|").index(found[2]) + 1, int(day))
    return None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _issuer(head: Sequence[tuple[Paragraph, str]]) -> str:
    """The office that stands by itself, or before what it announces."""
    office = rf"[{HAN}]{{2,20}}(?:人民政府|办公室|办公厅|委员会|局|厅|部|国务院)"
    for _, text in head:
        if re.fullmatch(office, text):
            return text
    for _, text in head:
        if found := re.match(rf"({office})关于", text):
            return found[1]
    return ""


def _years(title: str, texts: Sequence[str], signed: dt.date | None) -> tuple[int, int]:
    """For which years it plans: those of its title, else from when it was signed to the last year
    that it names as a goal.
    """
    if found := SPAN.search(title):
        first = int(found[1])
        last = int(found[2]) if len(found[2]) == 4 else first - first % 100 + int(found[2])
        if first <= last <= first + 50:
            return first, last
    for name, last in FIVE_YEARS.items():
        if name in title:
            return last - 4, last
    named = [int(year) for year in ONE.findall(title)]
    if len(named) == 1:
        year, this = named[0], signed.year if signed else 0
        if this and this < year - 1 and f"{year}年" not in title:
            return this, year  # until 2030, from when it was signed
        if this or re.search(f"{year}(?:年|-[0-9]{{2}}\\b)", title):
            return year, year
    body = " ".join(texts)
    name = max(FIVE_YEARS, key=body.count)
    if body.count(name) >= 3 and not signed:
        return FIVE_YEARS[name] - 4, FIVE_YEARS[name]
    goals = Counter(int(y) for y in re.findall(rf"(?:到|至|\bby (?:the end of )?)({YEAR})", body))
    named_any = [int(year) for year in ONE.findall(body)]
    first = signed.year if signed else min(goals, default=max(named_any, default=0))
    last = max((year for year in goals if first <= year < first + 50), default=first)
    return (first or last, max(first, last))
