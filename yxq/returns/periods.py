"""The period that a title, or the name of a file, states."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from yxq.returns.calendars import NAMES, RANGE, months, span
from yxq.words.text import fold

Period = tuple[dt.date, dt.date]
YEAR = r"(?<!\d)((?:19|20)\d\d)(?!\d)"
PART = "第?[一二三四1-4]季度|[上下]半年"
NAME = rf"(?<![a-z])(?:{'|'.join(sorted(NAMES, key=len, reverse=True))})\.?(?![a-z])"
NAMED_MONTHS = rf"{NAME}(?:\s*{RANGE}\s*{NAME})?"
ORDINALS = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
ORDINALS |= {"1st": "1", "2nd": "2", "3rd": "3", "4th": "4"}
QUARTER = rf"(?<![a-z\d])({'|'.join(ORDINALS)})[-_\s]quarter"
HALF_OR_QUARTER = r"(?:(?<![a-z])(?:q[1-4]|h[12])|(?<![a-z\d])[1-4]q)(?![a-z\d])"
NEAR = r"[-\s_.,/()年]{0,3}"
DAY = rf"{YEAR}(?P<mark>[-_./])\d{{1,2}}(?P=mark)\d{{1,2}}(?!\d)"
CHINESE_DAY = rf"{YEAR}\s*年\s*(\d{{1,2}})\s*月\s*(\d{{1,2}})\s*[日号]"
DAYS = rf"{CHINESE_DAY}{RANGE}(?:{YEAR}年)?(\d{{1,2}})月(\d{{1,2}})[日号]"
NAMED_DAY = rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?{NEAR}{NAME}|{NAME}{NEAR}\d{{1,2}}(?!\d)"


def stated_period(text: str) -> Period | None:
    """The period that a title or a path states; None where it states none, or what may be one of
    several: 2013-7 (a month, or the seventh file), 2018-19. A year may stand apart from its part. A
    day alone, as that by which a return is due or on which it was filed, is no period.

    >>> stated_period("质监局-2013年第二季度抽查结果")
    (datetime.date(2013, 4, 1), datetime.date(2013, 6, 30))
    >>> stated_period("2013/上半年/质监局") == stated_period("2013年1月至6月")
    True
    >>> stated_period("checks 2022-04") == stated_period("checks April 2022")
    True
    """
    plain = fold(text)
    if stated := re.search(DAYS, plain):
        return _between(*stated.groups())
    plain = re.sub(CHINESE_DAY, " ", plain)
    together = rf"((?:19|20)\d\d)年度?({PART}|\d{{1,2}}月?(?:{RANGE}\d{{1,2}})?月)"
    if stated := re.search(together, plain):
        return _span(*stated.groups())
    spaced = unicodedata.normalize("NFKC", text).casefold()
    spaced = re.sub(QUARTER, lambda quarter: f" q{ORDINALS[quarter[1]]} ", spaced)
    spaced = re.sub(rf"{DAY}|{CHINESE_DAY}", " ", spaced)  # the day of a file is no period
    english = rf"{NAMED_MONTHS}|{HALF_OR_QUARTER}"
    for one in (rf"{YEAR}{NEAR}(?P<part>{english})", rf"(?P<part>{english}){NEAR}{YEAR}"):
        if stated := re.search(one, spaced):
            is_day = re.search(NAMED_DAY, spaced.replace(stated[0], stated["part"]))
            year = next(group for group in stated.groups() if group != stated["part"])
            return None if is_day else _span(year, stated["part"])
    numbered = re.search(rf"{YEAR}[-_.](\d\d?|(?:19|20)\d\d)(?![\d月号])", spaced)
    if numbered:
        return _numbered(int(numbered[1]), numbered[2])
    return _apart(spaced)


def apart(one: Period, other: Period) -> bool:
    """Whether two periods have no day in common."""
    return one[1] < other[0] or other[1] < one[0]


def length(period: Period) -> int:
    """How many months a period has, those that it begins among them."""
    first, last = period
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _between(year: str, month: str, day: str, to: str | None, *end: str) -> Period | None:
    try:
        first = dt.date(int(year), int(month), int(day))
        last = dt.date(int(to or year), *map(int, end))
    except ValueError:  # 2月30日
        return None
    return (first, last) if first <= last else None


def _span(year: str, part: str) -> Period | None:
    try:
        return span(int(year), *(months(part) if part else ()))
    except ValueError:  # 2013年13月: it states no period that there is
        return None


def _numbered(year: int, digits: str) -> Period | None:
    """The month of a year and what follows it in digits: 2022-04, but not 2011-12, which may be a
    year from one to another.
    """
    ends = int(digits) in (year + 1, (year + 1) % 100)
    if len(digits) == 2 and not ends and 1 <= int(digits) <= 12:
        return span(year, int(digits), int(digits))
    is_open = ends or len(digits) != 2
    return None if is_open else span(year)  # 2013-45 is the number of a document


def _apart(spaced: str) -> Period | None:
    """A year, and what else in the text says which part of it; the name of a month that stands
    apart may be a word.
    """
    year = re.search(YEAR, fold(spaced))
    if year is None or re.search(NAME, spaced):
        return None
    chinese = rf"{PART}|(?<!\d)\d{{1,2}}(?:{RANGE}\d{{1,2}})?月(?!\d)"
    part = re.search(chinese, fold(spaced)) or re.search(HALF_OR_QUARTER, spaced)
    return _span(year[1], part[0] if part else "")
