"""Every number of a text: where it stands, what it comes to, in which unit, and of what sort it is.

A number that names something (a date, a document, an article, a product) is told from one that
counts, for only the latter can be promised.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from yxq.documents.normalise import HAN
from yxq.documents.phrases import one_of, phrases
from yxq.words.numerals import chinese_number

Sort = Literal["quantity", "date", "document number", "name", "reference", "outline"]
HAN_NUMBER = "[零〇○一二两三四五六七八九十百千万]"
WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
)
ENGLISH = {word: n for n, word in enumerate(WORDS.split(" "))} | {
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "hundred": 100,
}
PARTS = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
ARABIC = r"(?:[0-9]{1,3}(?:[, ][0-9]{3})+(?![0-9])|[0-9]+)(?:\.[0-9]+)?"
YEAR = r"(?:19|20|21)[0-9]{2}"
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATES = re.compile(
    rf"{YEAR}年(?:[0-9]{{1,2}}月(?:[0-9]{{1,2}}日)?)?|[0-9]{{1,2}}月(?:[0-9]{{1,2}}日|份)?"
    rf"|(?<![0-9.]){YEAR}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,2}}(?![0-9])"
    rf"|[二一][零〇○一二三四五六七八九]{{3}}年(?:[一二三四五六七八九十]{{1,2}}月)"
    rf"?(?:[一二三四五六七八九十]{{1,3}}日)?"
    rf"|(?:[0-9]{{1,2}}(?:st|nd|rd|th)? )?(?:{MONTHS})(?: [0-9]{{1,2}}(?:st|nd|rd|th)?)?,? {YEAR}"
    rf"|(?:FY ?)?(?<![0-9.,/£$€]){YEAR}(?:[-–—~至/到]+(?:{YEAR}|[0-9]{{2}}))?(?![0-9.,%]*[0-9%‰])"
    rf"(?![个家只名人项件万亿元千吨亩套户处座])年?"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
)
NAMED = re.compile(
    r"[“‘][^“”‘’]{0,20}?[0-9一二三四五六七八九十百千万][^“”‘’]{0,20}?[”’](?!以上|以内)"
    r"|《[^》]*》|〈[^〉]*〉"
    r"|(?:https?://|www\.)\S+|\S+@\S+|(?:PM|pm) ?(?:2\.5|10)\b|(?:电话|传真|邮编|Tel|Phone)"
    r"[:. ]*[-+() 0-9]+"
    r"|[0-9]+(?:st|nd|rd|th)\b(?:[-–][0-9]+(?:st|nd|rd|th))?"
    r"|[A-Za-z][A-Za-z]*[-–/]?[0-9]+(?:[-:.][0-9]+)*(?![0-9%‰])|(?<![0-9.,])"
    r"(?:[0-9][A-Z](?![A-Za-z])|[0-9]{1,2}[a-h](?=[.)] ))|(?:3|12)·[0-9]+"
    r"|(?:十[一二三四五六]五|第?[一二三四五六七八九十]{1,3}五年?规划)|(?<![0-9])(?:123[0-9]{2}"
    r"|12345)(?![0-9])"
)
ISSUED = f"(?:(?![条款和与及按照根据依的由])[{HAN}]){{0,8}}"  # what an issuer's number begins with
DOCUMENTS = re.compile(
    rf"{ISSUED}[\[(【〔]{YEAR}[\])】〕][第]?[0-9]+号|(?:第|No\.? ?)[0-9]+[号期]"
    rf"|{YEAR}年第?[0-9]+[号期]"
)
REFERENCES = re.compile(
    r"第[0-9一二三四五六七八九十百]+[条章节款部分页届次]|(?:附件|附表|表|图|专栏)"
    r" ?[0-9一二三四五六七八九十]+"
    r"|\b(?:Articles?|Sections?|Figures?|Fig\.|Tables?|Annex|Appendix|Chapters?|Parts?|Pages?"
    r"|Box|Goals?|Targets?|Objectives?|Priority|"
    r"Actions?|Phase|Tier|Level|Regulation|Directive|Act|Notes?|Step|Stage|Scenario|Scope|Pillar"
    r"|Strategy|Ref\.?) "
    r"[0-9]+(?![0-9,.]* ?(?:%|‰|percent|per cent))(?:[./][0-9A-Za-z]+)*(?:\([a-z0-9]\))?"
    r"(?:(?:,| and| to|-|–) ?[0-9]+(?:\.[0-9]+)*)*"
    r"|\[[0-9]+(?:[,–-] ?[0-9]+)*\]"
)
SORTS: tuple[tuple[Sort, re.Pattern[str]], ...] = (  # the first that holds a number names it
    ("document number", DOCUMENTS),
    ("name", NAMED),
    ("reference", REFERENCES),
    ("date", DATES),
)

GRADES = ("级", "期", "等", "类")  # 三级医院, 二期工程: names, and no number of anything
FROM = re.compile(r"(?:from|\bor|由|从|自) ?$")
ALONE = re.compile(f"(?P<arabic>{ARABIC})")


@dataclass(frozen=True)
class Number:
    """A number of a text, from and to which character; of a date and a name there is no value."""

    start: int
    end: int
    """Behind its unit."""
    sort: Sort
    words: str
    value: Fraction | None = None
    written: str = ""
    """As a requirement writes it, with its percent but without another unit: 95%, 1/3, 15, 7..8."""
    unit: str = ""
    """As the text has it: %, pp for percentage points, 家, 亿元, hectares; may be nothing."""


@functools.cache
def _quantities() -> re.Pattern[str]:
    units = phrases()["units"]
    small = "|".join(sorted((re.escape(unit) for unit in units["zh"]), key=len, reverse=True))
    english = "|".join(f"{word}s?" if word not in ("half",) else "half|halves" for word in PARTS)
    numerals = "|".join(sorted(ENGLISH, key=len, reverse=True))
    return re.compile(
        rf"(?P<part>(?P<whole>{HAN_NUMBER}{{1,3}})分之(?P<of>{HAN_NUMBER}{{1,4}}))"
        rf"|(?P<low>{ARABIC})(?P<lowpercent>%|‰)? ?(?:[-–—~～至到]|\bto\b|(?<=[0-9%])\s?and\b)"
        rf"+ ?(?P<high>{ARABIC})"
        rf"|(?P<hanhalf>一半|半数)"
        rf"|(?P<hanlow>{HAN_NUMBER}{{1,3}})[至到](?P<hanhigh>{HAN_NUMBER}{{1,3}})(?={small})"
        rf"|(?P<fraction>(?<![0-9.,/])[1-9]/[1-9][0-9]?)(?![0-9./年])"
        rf"|(?P<arabic>(?<![0-9])[-−]?{ARABIC})"
        rf"|(?P<han>(?![万千百零]){HAN_NUMBER}{{1,6}})(?=余?(?:{small}))"
        rf"|\b(?P<count>{numerals})[ -](?P<english>{english})\b|\b(?P<one>a|an)"
        rf"[ -](?P<single>third|quarter|fifth|tenth)\b"
        rf"|\b(?P<alone>half)\b|(?<!\bno )\b(?P<numeral>{numerals})\b",
        re.IGNORECASE,
    )


def numbers(text: str, label: int = 0) -> list[Number]:
    """Every number of a normalised text, in order; `label` is how far its outline label reaches.

    A number within a date, a name, a document's number or a reference is that.
    """
    found: list[Number] = []
    taken = [(0, label)] if label else []
    if label and re.search(r"[0-9一二三四五六七八九十]", text[:label]):
        found.append(Number(0, label, "outline", text[:label].strip()))
    for sort, pattern in SORTS:
        for match in pattern.finditer(text):
            if _free(taken, *match.span()) and re.search(
                r"[0-9]|[〇○零一二三四五六七八九十百]", match[0]
            ):
                taken.append(match.span())
                found.append(Number(*match.span(), sort, match[0]))
    found += _counting(text, taken)
    return sorted(found, key=lambda number: number.start)


def _free(taken: list[tuple[int, int]], start: int, end: int) -> bool:
    return not any(start < other_end and other < end for other, other_end in taken)


def _counting(text: str, taken: list[tuple[int, int]]) -> Iterator[Number]:
    at, pattern = 0, _quantities()
    while match := pattern.search(text, at):
        if not _free(taken, *match.span()):
            at = match.start() + 1
            while at < len(text) and not _free(taken, at, at + 1):
                at += 1
            continue
        if match["low"] and FROM.search(text[: match.start()]):
            match = ALONE.match(text, match.start()) or match  # two numbers, and no range
        at = match.end()
        if number := _quantity(text, match):
            at = max(at, number.end)
            yield number


def _quantity(text: str, match: re.Match[str]) -> Number | None:
    """The number of a match with its unit; nothing of an article (一批) or a name (十二五)."""
    groups = match.groupdict()
    if groups.get("han") == "一" and not re.match("[^,，。;；]以上", text[match.end() :]):
        return None
    try:
        value, written = _value(match)
    except ValueError:
        return None
    end, unit = _unit(text, match.end())
    unit = unit or groups.get("lowpercent") or ""
    written, value = _scaled(written, value, unit)
    words = text[match.start() : end]
    if groups.get("han") and unit in GRADES and value < 10:
        return Number(match.start(), end, "name", words)
    return Number(match.start(), end, "quantity", words, value, written, unit)


def _value(match: re.Match[str]) -> tuple[Fraction, str]:
    """What a match comes to (of a range its least), and as a requirement writes it."""
    plain = {
        key: re.sub("[, ](?=[0-9]{3})", "", text) for key, text in match.groupdict().items() if text
    }
    if "part" in plain:
        whole, part = chinese_number(plain["whole"]), chinese_number(plain["of"])
        return Fraction(part, whole), f"{part}%" if whole == 100 else f"{part}/{whole}"
    if "low" in plain:
        return Fraction(plain["low"]), f"{plain['low']}..{plain['high']}"
    if "hanlow" in plain:
        low, high = chinese_number(plain["hanlow"]), chinese_number(plain["hanhigh"])
        return Fraction(low), f"{low}..{high}"
    if "fraction" in plain:
        return Fraction(plain["fraction"]), plain["fraction"]
    if "arabic" in plain:
        written = plain["arabic"].replace("−", "-")
        return Fraction(written), written
    if "han" in plain:
        return Fraction(chinese_number(plain["han"])), str(chinese_number(plain["han"]))
    if "count" in plain or "one" in plain:
        over = PARTS[plain.get("english", plain.get("single", "")).lower().rstrip("s")]
        part = ENGLISH[plain["count"].lower()] if "count" in plain else 1
        return Fraction(part, over), f"{part}/{over}"
    if "alone" in plain or "hanhalf" in plain:
        return Fraction(1, 2), "1/2"
    number = ENGLISH[plain["numeral"].lower()]
    return Fraction(number), str(number)


def _unit(text: str, at: int) -> tuple[int, str]:
    """Behind a number: where its unit ends, and what it is."""
    for pattern in one_of("units"):
        if found := pattern.match(text, at):
            unit = found["unit"].strip()
            return found.end(), "pp" if unit in phrases()["points"] else unit
    return at, ""


def _scaled(written: str, value: Fraction, unit: str) -> tuple[str, Fraction]:
    """With its percent or per mille, which are part of the number."""
    signs = {"%": "%", "‰": "‰", "pp": "pp"} | dict.fromkeys(phrases()["percent"], "%")
    sign = signs.get(unit, "")
    scale = {"%": 100, "pp": 100, "‰": 1000}.get(sign, 1)
    written = "..".join(part + sign for part in written.split("..")) if sign else written
    return written, value / scale
