"""What a cell of a return says: text to dates, months, counts and numbers.

Every parser takes the cell's text and returns a value, or raises `ValueError`. A missing mark is
decided before any parser is called (`is_missing`), so none of them has to guess what an empty cell
means.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from decimal import Decimal, InvalidOperation

from yxq.words.numerals import chinese_number
from yxq.words.text import fold

FULL_WIDTH = {0x3000: " ", **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}}
EXCEL_EPOCH = dt.date(1899, 12, 30)
TIME_OF_DAY = r"(?<=[\d日号])(\s+|T)\d{1,2}[:：]\d\d([:：]\d\d(\.\d+)?)?\s*$"
NUMERAL = "[一二三四五六七八九十]+"
CHINESE_DATE = f"([〇○零一二三四五六七八九]{{4}})年({NUMERAL})月({NUMERAL})日"
RANGE = r"[-~至到—–]"
QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
NUMBER = r"[-+]?(\d{1,3}(,\d{3})+|\d+)?(\.\d+)?([eE]-\d+)?%?"
MOST = 2**53  # the greatest count that stays exact where it is divided
SPANS = {"上半年": (1, 6), "下半年": (7, 12), "全年": (1, 12), "年度": (1, 12)}


def date(text: str) -> dt.date:
    """One day, in any form that departments write it (2013-04-01, 2013.4.1, 20130401,
    二○一三年四月一日, 41365).

    >>> date("2013年4月1日") == date("二〇一三年四月一日") == date("41365") == date("20130401")
    True
    """
    plain = fold(re.sub(TIME_OF_DAY, "", text))
    if match := re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?", plain):
        return dt.date(*map(int, match.groups()))
    if re.fullmatch(r"(19|20)\d{6}", plain):
        return dt.date(int(plain[:4]), int(plain[4:6]), int(plain[6:]))
    if re.fullmatch(r"[345]\d{4}(\.\d+)?", plain):  # Excel counts days; 30000..59999 is 1982..2064
        return EXCEL_EPOCH + dt.timedelta(days=int(float(plain)))
    if match := re.fullmatch(CHINESE_DATE, plain):
        return dt.date(*map(chinese_number, match.groups()))
    raise ValueError(text)


def since_1904(text: str) -> str:
    """A day that is counted from 1904, as Excel on a Macintosh did, counted as others are.

    >>> date(since_1904("39903")) == date("2013-04-01") == date(since_1904("2013-04-01"))
    True
    """
    plain = fold(text)
    if not re.fullmatch(r"\d{1,5}(\.\d+)?", plain):
        return text
    return str(int(float(plain)) + (dt.date(1904, 1, 1) - EXCEL_EPOCH).days)


def months(text: str) -> tuple[int, int]:
    """First and last month: 4, 04, 4月, 四月, 3-4, 07~08, 三至四月, 第一季度, Q1, 上半年, 全年.

    >>> months("07~08"), months("第二季度"), months("十一月")
    ((7, 8), (4, 6), (11, 11))
    """
    spelt = rf"{NUMERAL}(?=月|[至到])"
    plain = re.sub(spelt, lambda numeral: str(chinese_number(numeral[0])), fold(text))
    if plain in SPANS:
        return SPANS[plain]
    if match := re.fullmatch(r"(?:第?([一二三四1-4])季度|[Qq]([1-4]))", plain):
        quarter = QUARTERS[match[1] or match[2]]
        return 3 * quarter - 2, 3 * quarter
    if match := re.fullmatch(rf"(\d{{1,2}})月?(?:{RANGE}(\d{{1,2}})月?)?(?:份)?", plain):
        first, last = int(match[1]), int(match[2] or match[1])
        if 1 <= first <= last <= 12:
            return first, last
    raise ValueError(text)


def span(year: int, first: int = 1, last: int = 12) -> tuple[dt.date, dt.date]:
    """First and last day of the months `first` to `last` of `year`."""
    return dt.date(year, first, 1), dt.date(year, last, calendar.monthrange(year, last)[1])


def period(text: str) -> tuple[dt.date, dt.date] | None:
    """The period that a title or a path states, None when it states none; a year may stand apart
    from its part.

    >>> period("质监局-2013年第二季度抽查结果")
    (datetime.date(2013, 4, 1), datetime.date(2013, 6, 30))
    >>> period("2013/上半年/质监局") == period("2013年1月至6月") == period("2013年度上半年")
    True
    """
    plain = fold(text)
    named = "第?[一二三四1-4]季度|[上下]半年"
    together = rf"((?:19|20)\d\d)年度?({named}|\d{{1,2}}月?(?:{RANGE}\d{{1,2}})?月)"
    if stated := re.search(together, plain):
        year, part = stated.groups()
    elif stated := re.search(r"(?<!\d)((?:19|20)\d\d)(?!\d)", plain):
        apart = re.search(rf"{named}|(?<!\d)\d{{1,2}}(?:{RANGE}\d{{1,2}})?月(?!\d)", plain)
        year, part = stated[1], apart[0] if apart else ""
    else:
        return None
    try:
        return span(int(year), *(months(part) if part else ()))
    except ValueError:  # 2013年13月: it states no period that there is
        return None


def year(text: str) -> int:
    """A year of four digits, or of two or three in a declared calendar; 年 and 年度 may follow."""
    match = re.fullmatch(r"(\d{2,4})(?:年度?)?", fold(text))
    if not match:
        raise ValueError(text)
    return int(match[1])


def _decimal(text: str) -> Decimal:
    """A number as it is written, to its last digit; a percent sign divides by 100."""
    plain = re.sub(r"\s", "", text.translate(FULL_WIDTH))  # and no more: 50① and 48² are no numbers
    if not re.fullmatch(NUMBER, plain) or not re.search(r"\d", plain):
        raise ValueError(text)
    try:
        value = Decimal(plain.rstrip("%").replace(",", ""))
    except InvalidOperation:
        raise ValueError(text) from None
    return value / 100 if plain.endswith("%") else value


def number(text: str) -> float:
    """A decimal number; thousands separators are dropped and a percent sign divides by 100.

    >>> number("1,215"), number("９６.２％")
    (1215.0, 0.962)
    """
    value = float(_decimal(text))
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def rate(text: str) -> str:
    """A printed rate, kept as it is printed: how it was rounded is part of what it says."""
    number(text)
    return fold(text)


def count(text: str) -> int:
    """A whole number of zero or more.

    >>> count("１,２１５")
    1215
    """
    value = _decimal(text)
    if not 0 <= value <= MOST or value != int(value) or re.match(r"0\d|.*%", fold(text)):
        raise ValueError(text)
    return int(value)
