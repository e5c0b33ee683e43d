"""Numbers as the labels of lists print them; what they are called is as in Word's own files."""

from __future__ import annotations

from collections.abc import Callable, Sequence

DIGITS = "〇一二三四五六七八九"
LEGAL = "零壹贰叁肆伍陆柒捌玖"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"),
    (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


def numeral(number: int, kind: str) -> str:
    """A number as a list prints it; in decimals where the kind is unknown or has no sign.

    >>> [numeral(n, "chineseCounting") for n in (3, 10, 12, 20, 105)]
    ['三', '十', '十二', '二十', '一百零五']
    """
    if kind == "none":
        return ""
    made = KINDS[kind](number) if kind in KINDS and 0 < number < 10_000 else ""
    return made or str(number)


def _counting(digits: str, powers: Sequence[str]) -> Callable[[int], str]:
    def said(number: int) -> str:
        text, zero = "", False
        for place, digit in enumerate(f"{number:04}"):
            if digit == "0":
                zero = bool(text)
                continue
            text += (digits[0] if zero else "") + digits[int(digit)] + powers[place]
            zero = False
        return text

    return said


def _chinese(number: int) -> str:
    text = _counting("零" + DIGITS[1:], ("千", "百", "十", ""))(number)
    return text[1:] if text.startswith("一十") else text


def _roman(number: int) -> str:
    text = ""
    for value, sign in ROMAN:
        text += sign * (number // value)
        number %= value
    return text


def _letters(number: int) -> str:
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _signs(first: str, most: int) -> Callable[[int], str]:
    return lambda number: chr(ord(first) + number - 1) if number <= most else ""


def _one_of(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)]


COUNTED = (
    "chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand",
    "japaneseCounting",
)  # fmt: skip
KINDS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(COUNTED, _chinese),
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: "".join(chr(ord(digit) + 0xFEE0) for digit in str(number)),
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "decimalEnclosedCircle": _signs("①", 20),
    "decimalEnclosedCircleChinese": _signs("①", 20),
    "decimalEnclosedParen": _signs("⑴", 20),
    "decimalEnclosedFullstop": _signs("⒈", 20),
    "ideographEnclosedCircle": _signs("㊀", 10),
    "ideographTraditional": _one_of(STEMS),
    "ideographZodiac": _one_of(BRANCHES),
    "ideographDigital": lambda number: "".join(DIGITS[int(digit)] for digit in str(number)),
    "chineseLegalSimplified": _counting(LEGAL, ("仟", "佰", "拾", "")),
}
