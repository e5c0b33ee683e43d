"""What a cell of a return says in numbers: text to counts, numbers and printed rates.

Every parser takes the cell's text and returns a value, or raises `ValueError`. A missing mark is
decided before any parser is called (`is_missing`), so none of them has to guess what an empty cell
means.
"""

from __future__ import annotations

import contextlib
import math
import re
from decimal import Decimal, InvalidOperation

from yxq.plan.written import Written
from yxq.words.text import fold

FULL_WIDTH = {0x3000: " ", **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}}
MOST = 2**53  # the greatest count that stays exact where it is divided
TYPED = r"[-+]?\d+(\.\d+)?([eE]-?\d+)?"  # how a number that is none of text is printed
PLAIN = Written()


def _marked(text: str, written: Written) -> Decimal:
    """A number with the declared marks; a percent sign divides by 100."""
    decimal = written.decimal or "."
    thousands = written.thousands or {".": ",", ",": "."}[decimal]
    part, mark = re.escape(thousands), re.escape(decimal)
    number = rf"[-+]?(\d{{1,3}}({part}\d{{3}})+|\d+)?({mark}\d+)?([eE]-\d+)?%?"
    plain = re.sub(r"\s", "", text.translate(FULL_WIDTH))  # and no more: 50① and 48² are no numbers
    plain = plain.replace("’", "'")
    if not re.fullmatch(number, plain) or not re.search(r"\d", plain):
        raise ValueError(text)
    try:
        value = Decimal(plain.rstrip("%").replace(thousands, "").replace(decimal, "."))
    except InvalidOperation:
        raise ValueError(text) from None
    return value / 100 if plain.endswith("%") else value


def _decimal(
    text: str, written: Written = PLAIN, typed: bool = False, made: bool = False
) -> Decimal:
    """A number as it is written, to its last digit.

    typed: whether the cell may have held a number, which a program has printed with a point; then
    1.234 is none where thousands are parted so. made: whether it is a cell of a form that yxq has
    made, which holds numbers; in text it is none where a publisher's marks make another of it.
    """
    is_number = typed and re.fullmatch(TYPED, text) is not None
    if not written.declared or not (made or is_number):
        return _marked(text, written)
    if made and is_number:
        return Decimal(text)
    values = {Decimal(text)} if is_number else set()
    for marks in (written, PLAIN) if made else (written,):
        with contextlib.suppress(ValueError):
            values.add(_marked(text, marks))
    if len(values) != 1:
        raise ValueError(text)
    return values.pop()


def number(text: str, written: Written = PLAIN, typed: bool = False, made: bool = False) -> float:
    """A decimal number; thousands separators are dropped and a percent sign divides by 100.

    >>> number("1,215"), number("９６.２％"), number("1.215,5", Written(decimal=","))
    (1215.0, 0.962, 1215.5)
    """
    value = float(_decimal(text, written, typed, made))
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def rate(text: str, written: Written = PLAIN, typed: bool = False, made: bool = False) -> str:
    """A printed rate, kept as it is printed but for its marks, a point for decimals: how it was
    rounded is part of what it says.
    """
    number(text, written, typed, made)
    plain = fold(text)
    if written.decimal == "," and not re.fullmatch(TYPED, plain):
        return plain.replace(written.thousands or ".", "").replace(",", ".")
    return plain


def count(text: str, written: Written = PLAIN, typed: bool = False, made: bool = False) -> int:
    """A whole number of zero or more.

    >>> count("１,２１５"), count("1.215", Written(decimal=","))
    (1215, 1215)
    """
    value, plain = _decimal(text, written, typed, made), fold(text)
    if not 0 <= value <= MOST or value != int(value) or re.match(r"0\d|.*%", plain):
        raise ValueError(text)
    if not written.decimal and re.fullmatch(r"\d{1,3}\.000", plain):  # or is it a thousand?
        raise ValueError(text)
    return int(value)
