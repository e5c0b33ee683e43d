"""Days by which something is to be done, and the years that it is compared with."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from yxq.documents.numbers import MONTHS, YEAR

MONTH = {name.lower(): n for n, name in enumerate(MONTHS.split("|"), start=1)}
FIVE_YEARS = {"十一五": 2010, "十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030}
BEFORE = "(?:之前|以前|前|止|为止)"
CHINESE = re.compile(
    rf"(?:(?P<until>到|至|在|于|截至|力争到?|确保到?)?(?P<year>{YEAR})年)?年?(?:"
    rf"(?P<month>[0-9]{{1,2}})月(?:(?P<day>[0-9]{{1,2}})日|(?:份|底|末)?)?(?P<mark>{BEFORE})"
    rf"|(?P<end>年?(?:底|末)){BEFORE}?|(?P<half>上半年)|第?(?P<quarter>[一二三四1-4])季度(?:末"
    rf"|底)?{BEFORE}?|(?P<bare>{BEFORE}))"
    rf"|(?P<till>到|至|力争到?)(?P<till_year>{YEAR})年(?!的|以来|相比)"
    rf"|(?:^|[,，。;；])(?P<start_year>{YEAR})年(?=[,，])"
    rf"|[“‘]?(?P<five>{'|'.join(FIVE_YEARS)})[”’]?(?:规划|计划|时期)?(?:末|期末|期间|时期)"
)
ENGLISH = re.compile(
    rf"\b(?:by|until|before|no later than|in|during|from (?:19|20)[0-9]{{2}} to|(?:19|20)"
    rf"[0-9]{{2}} and)\b(?: the)?(?: (?P<end>end|middle|start|beginning)(?: of)?(?: the)?)?"
    rf"(?: year)?[ -]?(?P<mid>mid-?)?(?:(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)? )"
    rf"?(?:(?P<month>{MONTHS})(?: (?P<day2>[0-9]{{1,2}}))?,? )?(?:FY ?)?(?P<year>{YEAR})"
    rf"(?:[-/](?P<to>{YEAR}|[0-9]{{2}}))?(?! levels?\b| baseline)",
    re.IGNORECASE,
)
QUARTER = re.compile(rf"\bQ(?P<quarter>[1-4]) (?P<year>{YEAR})\b")
BASE = re.compile(
    rf"(?:比|较|与|同)(?P<zh>{YEAR})年|(?:相比|相较)于?(?P<zh2>{YEAR})年|(?P<zh3>{YEAR})年(?:为)"
    rf"?(?:基数|基准|基础|的基础)"
    rf"|(?:compared (?:with|to)|relative to|against|from|on|over|below|above|than in|of|versus"
    rf"|vs\.?)(?: (?:an?|the|its|their|our))?(?: baseline of| level of)?(?: the)? (?P<en>{YEAR})"
    rf"(?:[-/][0-9]{{2,4}})?(?! to\b)(?: levels?| baseline| values?| figures?)?"
    rf"|(?P<en2>{YEAR})(?:[-/][0-9]{{2,4}})? (?:levels?|baseline|base year)",
    re.IGNORECASE,
)


def last_of(year: int, month: int = 12) -> dt.date:
    """The last day of a month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def deadline(text: str, year: int) -> tuple[dt.date, int, int] | None:
    """The last day that a text names as a day to be met, and from and to where it does; a day
    without a year is one of `year`.
    """
    found = [(_chinese(match, year), match) for match in CHINESE.finditer(text)]
    found += [(_english(match), match) for match in ENGLISH.finditer(text)]
    found += [
        (last_of(int(match["year"]), 3 * int(match["quarter"])), match)
        for match in QUARTER.finditer(text)
    ]
    days = [(day, match.start(), match.end()) for day, match in found if day]
    return max(days, key=lambda day: day[1], default=None)


def _chinese(match: re.Match[str], year: int) -> dt.date | None:
    named = match["year"] or match["till_year"] or match["start_year"]
    said = int(named) if named else year
    if match["five"]:
        return last_of(FIVE_YEARS[match["five"]])
    if match["month"]:
        month, day = int(match["month"]), int(match["day"] or 0)
        if not 1 <= month <= 12 or day > calendar.monthrange(said, month)[1]:
            return None
        return dt.date(said, month, day) if day else last_of(said, month)
    if match["half"]:
        return dt.date(said, 6, 30)
    if match["quarter"]:
        return (
            last_of(said, 3 * ("一二三四".find(match["quarter"]) % 4 + 1))
            if match["quarter"] in "一二三四"
            else last_of(said, 3 * int(match["quarter"]))
        )
    return last_of(said) if named or match["end"] else None


def _english(match: re.Match[str]) -> dt.date | None:
    year = int(match["year"])
    if match["to"]:
        year = int(match["to"]) if len(match["to"]) == 4 else year - year % 100 + int(match["to"])
    if match[0].lower().startswith("before ") and not match["month"]:
        return last_of(year - 1)
    if match["month"]:
        month, day = MONTH[match["month"].lower()], int(match["day"] or match["day2"] or 0)
        try:
            return dt.date(year, month, day) if day else last_of(year, month)
        except ValueError:
            return None
    return dt.date(year, 6, 30) if match["mid"] or match["end"] == "middle" else last_of(year)


def base_year(text: str) -> int | None:
    """The year that a text compares with, the last that it names."""
    years = [next(filter(None, match.groups())) for match in BASE.finditer(text)]
    return int(years[-1]) if years else None
