"""Numbers in Chinese numerals."""

from __future__ import annotations

import re

DIGITS = {digit: n for n, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
POWERS = {"十": 10, "百": 100, "千": 1000}
_D = "[一二三四五六七八九两]"
_BELOW = f"(?:{_D}千)?零?(?:{_D}百)?零?(?:{_D}?十)?零?{_D}?"  # below ten thousand
_WHOLE = re.compile(f"(?:({_BELOW})亿)?(?:({_BELOW})万)?({_BELOW})")


def chinese_number(text: str) -> int:
    """A number in Chinese numerals, said or digit by digit; raises `ValueError` where it is none.

    >>> chinese_number("二十三"), chinese_number("十"), chinese_number("一百零五万")
    (23, 10, 1050000)
    >>> chinese_number("二○一三")
    2013
    """
    if text and all(letter in DIGITS for letter in text):
        return int("".join(str(DIGITS[letter]) for letter in text))
    parts = _WHOLE.fullmatch(text) if text else None
    if parts is None or any(part == "" and text != parts[3] for part in parts.groups()[:2]):
        raise ValueError(text)
    total = 0
    for part in parts.groups():
        total = total * 10_000 + _section(part or "")
    return total


def _section(text: str) -> int:
    """What a part below ten thousand comes to."""
    total, digit = 0, 0
    for letter in text:
        if letter in POWERS:
            total, digit = total + (digit or 1) * POWERS[letter], 0
        else:
            digit = DIGITS[letter]
    return total + digit
