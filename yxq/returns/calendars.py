"""What a text says of time: a day, a year, months, or both year and months.

A text is read in every way that the form declares (`Written`) and in those that need no
declaration. It is a value only where that gives one alone; else `ValueError` is raised.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

from yxq.plan.model import YEARS
from yxq.plan.written import CALENDARS, Written, timezone
from yxq.words.numerals import chinese_number
from yxq.words.text import fold, seen

T = TypeVar("T")
Months = tuple[int, int]
PLAIN = Written()
EXCEL_EPOCH = dt.date(1899, 12, 30)
TIME_OF_DAY = (
    r"(?<=[\d日号])(?:\s+|T)(\d{1,2}):(\d\d)(?::\d\d(?:\.\d+)?)?\s*([AP]M)?"
    r"\s*(Z|UTC|[+-]\d\d:?\d\d)?\s*$"
)
NUMERAL = "[一二三四五六七八九十]+"
CHINESE_DATE = f"([〇○零一二三四五六七八九十百]{{2,6}})年({NUMERAL})月({NUMERAL})日"
ERA = "(?:中[华華])?民[国國]"
BETWEEN = r"\s*[-/.,年月\s]\s*"
RANGE = r"(?:[-~至到—–]|to)"
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
SPANS = {"上半年": (1, 6), "下半年": (7, 12), "全年": (1, 12), "年度": (1, 12)}
SPANS |= {"h1": (1, 6), "h2": (7, 12)}
MONTHS = "january february march april may june july august september october november december"
NAMES = {name[:length]: n for n, name in enumerate(MONTHS.split(), 1) for length in (3, None)}
NAMES |= {"sept": 9}
NAMED = "\ue000"  # stands before the number of a month that was written by name


def _one(found: Collection[T], text: str) -> T:
    """The only one of several readings."""
    if len(found) != 1:
        raise ValueError(text)
    return next(iter(found))


def _read(*readings: Callable[[], T]) -> set[T]:
    """What those of several readings give that give anything."""
    found = set()
    for reading in readings:
        try:
            found.add(reading())
        except ValueError:
            continue
    return found


def date(text: str, written: Written = PLAIN) -> dt.date:
    """One day: 2013-04-01, 2013.4.1, 20130401, 二○一三年四月一日, 41365, 1 April 2013,
    民国102年4月1日, and what is declared: 01/04/2013, 102.04.01, 1-Apr-13, 2013-03-31T16:00Z.

    >>> date("2013年4月1日") == date("二〇一三年四月一日") == date("41365") == date("20130401")
    True
    >>> date("102.4.1", Written(calendar="ROC")) == date("1/4/13", Written(dates="day first",
    ...     century=2000))
    True
    """
    said = seen(unicodedata.normalize("NFKC", text))
    time = re.search(TIME_OF_DAY, said, re.IGNORECASE)
    said = said[: time.start()] if time else said
    if era := re.match(ERA, said):
        said, written = said[era.end() :], written.model_copy(update={"calendar": "ROC"})
    day = _one(_read(*_days(said.strip(), written)), text)
    return _in_zone(day, time, written) if time and time[4] else day


def since_1904(text: str) -> str:
    """A day that is counted from 1904, as Excel on a Macintosh did, counted as others are.

    >>> date(since_1904("39903")) == date("2013-04-01") == date(since_1904("2013-04-01"))
    True
    """
    plain = fold(text)
    if not re.fullmatch(r"\d{1,5}(\.\d+)?", plain):
        return text
    return str(int(float(plain)) + (dt.date(1904, 1, 1) - EXCEL_EPOCH).days)


def _in_zone(day: dt.date, time: re.Match[str], written: Written) -> dt.date:
    """The day that it is in the declared zone at a time that says its own offset."""
    here, there = timezone(written.zone or ""), timezone(time[4].upper())
    if here is None:
        raise ValueError(time[0])
    hour, minute, half = int(time[1]), int(time[2]), (time[3] or "").upper()
    hour = hour % 12 + 12 * (half == "PM") if half else hour
    return (
        dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=there)
        .astimezone(here)
        .date()
    )


def _days(said: str, written: Written) -> Iterator[Callable[[], dt.date]]:
    """Every way to read a day."""
    if re.fullmatch(r"[345]\d{4}(\.\d+)?", said):  # Excel counts days; 30000..59999 is 1982..2064
        yield lambda: EXCEL_EPOCH + dt.timedelta(days=int(float(said)))
    elif re.fullmatch(r"\d{6,8}", said):
        yield from _packed(said, written)
    elif chinese := re.fullmatch(CHINESE_DATE, fold(said)):
        year, month, day = map(chinese_number, chinese.groups())
        yield lambda: dt.date(_year(str(year), written), month, day)
    else:
        yield lambda: _parted(said, written)


def _packed(digits: str, written: Written) -> Iterator[Callable[[], dt.date]]:
    """Days of digits alone: 20130401, and in the declared order 01042013, 130401, 1020401."""

    def day(*parts: str) -> dt.date:
        return _day(parts[0], parts[1], parts[2], written)

    if re.match(r"19|20", digits) and len(digits) == 8:
        yield lambda: day(digits[:4], digits[4:6], digits[6:])
    order = _order(written)
    if order == "year first" and len(digits) < 8:
        yield lambda: day(digits[:-4], digits[-4:-2], digits[-2:])
    elif len(digits) == 8 and int(digits[4:]) not in YEARS:
        return
    elif order == "day first":
        yield lambda: day(digits[4:], digits[2:4], digits[:2])
    elif order == "month first":
        yield lambda: day(digits[4:], digits[:2], digits[2:4])


def _order(written: Written) -> str | None:
    """What stands first in a date; years of ROC do, where nothing else is said."""
    return written.dates or ("year first" if written.calendar == "ROC" else None)


def _day(year: str, month: str, day: str, written: Written) -> dt.date:
    return dt.date(_year(year, written), int(month), int(day))


def _parted(said: str, written: Written) -> dt.date:
    """A day of three parts; a month by name may stand anywhere."""
    said = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b|[日号]$", "", said)
    parts, names = re.split(BETWEEN, said), _names(written)
    named = [n for n, part in enumerate(parts) if part.casefold() in names]
    digits = [part for n, part in enumerate(parts) if n not in named]
    if len(parts) != 3 or len(named) > 1 or not all(re.fullmatch(r"\d{1,4}", n) for n in digits):
        raise ValueError(said)
    order = _order(written)
    long = [n for n, part in enumerate(digits) if len(part) > 2]
    first = long == [0] or (not long and order == "year first")
    last = long == [len(digits) - 1] or (not long and order in ("day first", "month first"))
    if not first and not last:
        raise ValueError(said)
    year = digits.pop(0 if first else -1)
    if named:
        return _day(year, str(names[parts[named[0]].casefold()]), digits[0], written)
    if last and order not in ("day first", "month first"):
        raise ValueError(said)
    month, day = reversed(digits) if last and order == "day first" else digits
    return _day(year, month, day, written)


def _names(written: Written) -> dict[str, int]:
    """What months are called, in small letters -> their numbers."""
    declared = written.month_names.items()
    return NAMES | {name.casefold().rstrip("."): n for n, names in declared for name in names}


def _year(digits: str, written: Written) -> int:
    """A year of four digits; of others, and in another calendar, one that is declared."""
    number = int(digits)
    if len(digits) == 2 and written.century is not None:
        return written.century + number
    if written.calendar is None:
        if len(digits) != 4:
            raise ValueError(digits)
        return number
    meant = {number, number + CALENDARS[written.calendar]} & {*YEARS}
    return _one(meant, digits)


def year(text: str, written: Written = PLAIN) -> int:
    """A year of four digits, or of two or three in a declared calendar; 年 and 年度 may follow. Of
    one that spans two, 2018-19, the declared.

    >>> year("2018-19", Written(fiscal="last")), year("民国102年")
    (2019, 2013)
    """
    plain = fold(text)
    if era := re.match(ERA, plain):
        plain, written = plain[era.end() :], written.model_copy(update={"calendar": "ROC"})
    if two := re.fullmatch(r"(?:fy)?(\d{4})[-/–](\d\d|\d{4})(?:年度?)?", plain):
        first, last = int(two[1]), int(two[1]) + 1
        if not written.fiscal or two[2] not in (str(last), str(last)[2:]):
            raise ValueError(text)
        return first if written.fiscal == "first" else last
    match = re.fullmatch(r"(\d{2,4})(?:年度?)?", plain)
    if not match:
        raise ValueError(text)
    is_declared = written.calendar or (written.century and len(match[1]) == 2)
    return _year(match[1], written) if is_declared else int(match[1])


def months(text: str, written: Written = PLAIN) -> Months:
    """First and last month: 4, 04, 4月, 四月, 3-4, 07~08, 三至四月, April, Apr-Jun, 第一季度, Q1,
    上半年, 全年.

    >>> months("07~08"), months("第二季度"), months("十一月"), months("Apr - Jun")
    ((7, 8), (4, 6), (11, 11), (4, 6))
    """
    plain = fold(_numbered(unicodedata.normalize("NFKC", text).casefold(), written))
    spelt = rf"{NUMERAL}(?=月|[至到])"
    plain = re.sub(spelt, lambda numeral: str(chinese_number(numeral[0])), plain)
    if plain in SPANS:
        return SPANS[plain]
    if match := re.fullmatch(r"(?:第?([一二三四1-4])季度?|q([1-4])|([1-4])q)", plain):
        quarter = QUARTERS[match[1] or match[2] or match[3]]
        return 3 * quarter - 2, 3 * quarter
    one = rf"{NAMED}?(\d{{1,2}})月?"
    if match := re.fullmatch(rf"{one}(?:{RANGE}{one})?(?:份)?", plain):
        first, last = int(match[1]), int(match[2] or match[1])
        if 1 <= first <= last <= 12:
            return first, last
    raise ValueError(text)


def _numbered(text: str, written: Written) -> str:
    """A text with the names of months as their numbers."""
    names = _names(written)
    longest = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    one = rf"(?<![^\W\d_])({longest})\.?(?![^\W\d_])"
    return re.sub(one, lambda name: f"{NAMED}{names[name[1]]}月", text)


def year_and_months(text: str, written: Written = PLAIN) -> tuple[int, Months]:
    """A year and its months in one cell: 2014-04, 201404, 2014年4-6月, 2014 Q2, April 2018, the
    first day of a month, and what is declared: 106年7-9月, Apr-18.

    >>> year_and_months("April 2018"), year_and_months("106年7-9月", Written(calendar="ROC"))
    ((2018, (4, 4)), (2017, (7, 9)))
    """
    said = seen(unicodedata.normalize("NFKC", text))
    if era := re.match(ERA, said):
        said, written = said[era.end() :], written.model_copy(update={"calendar": "ROC"})
    if days := _read(lambda: date(said, written)):
        day = _one(days, text)
        if day.day != 1:  # a day says no month, but for the first of it, as Excel keeps a month
            raise ValueError(text)
        return day.year, (day.month, day.month)
    first, last = (_read(*_split(said, written, is_first)) for is_first in (True, False))
    order = _order(written)
    preferred = {"year first": first or last, None: first | last}.get(order, last or first)
    return _one(preferred, text)


def _split(
    said: str, written: Written, is_first: bool
) -> Iterator[Callable[[], tuple[int, Months]]]:
    """Every way to read a year at the beginning, or at the end, and its months in the rest."""
    heads = (r"(\d{%d})(?:年度(?=.)|年(?!度$)|(?!\d))[-/.\s]*(.+)", r"(\d{%d})(\d\d)")
    tails = (r"(?P<rest>.*\D)(\d{%d})年?",)
    for pattern in heads if is_first else tails:
        for length in (2, 3, 4):
            if not (match := re.fullmatch(pattern % length, said)):
                continue
            digits, rest = match.groups() if is_first else reversed(match.groups())

            def both(digits: str = digits, rest: str = rest) -> tuple[int, Months]:
                return _year(digits, written), months(rest.strip("-/.,' "), written)

            yield both


def span(year: int, first: int = 1, last: int = 12) -> tuple[dt.date, dt.date]:
    """First and last day of the months `first` to `last` of `year`."""
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])
