"""What a number is asked to be: from the words around it to a requirement of the plan's grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from yxq.documents.deadlines import base_year
from yxq.documents.numbers import Number
from yxq.documents.phrases import Doubt, Sure, pattern, phrases, rules
from yxq.plan.requirement import quantity

NEAR = 160  # characters before a number that can say what is asked of it
YEARLY = re.compile(
    r"年均|每年|同比|比上年|较上年|比去年|较去年|逐年|年增|上年|annual|per year|each year|a year"
    r"|every year|year-on-year|per annum",
    re.IGNORECASE,
)
STRICT = re.compile(
    r"(?<!不)(?:超过|高于|大于)$|\b(?:more than|over|exceed\w*|above) ?$", re.IGNORECASE
)
GROWTH = re.compile(
    r"(?:增长|增速|增幅|增长率)[^,，。;；0-9]{0,6}$"
)  # said of a year where no other is named


@dataclass(frozen=True)
class Asked:
    """A requirement as it was understood, from where in the text, and what is doubtful about it."""

    require: str
    start: int
    """From where on the words say what is asked: what stands before is what is measured."""
    sure: Sure
    doubts: tuple[Doubt, ...] = ()
    asks: str = ""
    """The way of asking, as in `phrases.yml`."""

    @property
    def is_share(self) -> bool:
        """Whether a share is asked for."""
        return self.require.endswith(("%", "‰"))


PARTED = re.compile("[,，;；:：。]")
WITHIN = re.compile(r"^[^.;,]*\b(?:within|in(?: under| less than)?)\b[^.;,]*$", re.IGNORECASE)
LIKE = re.compile(r"\s*(?:以上|以下|以内|左右)?[、,，和及与/]?\s*(?:and|or)?\s*(?:分别|均)?\s*")


def asked(
    text: str, number: Number, begin: int, end: int, before: str, last: Asked | None = None
) -> Asked | None:
    """What is asked of a number between two others of its sentence; nothing of one that is none.

    `begin` is where the number before it ends, `end` where the next begins, `before` the reference
    of a change where the sentence names none, `last` what is asked of the number before it, which
    this one shares where nothing but a comma stands between them.
    """
    is_small = bool(re.match("[一二三四五六七八九十两]{1,2}(?!分)", number.words))
    if last and last.is_share and WITHIN.search(text[begin : number.start]):
        return None  # so many of them within so long is one thing
    if re.fullmatch(r"\s*(?:to|up to|到|至)\s*", text[begin : number.start]):
        begin = 0  # from so much to so much: the verb stands before the first
    left = text[max(begin, number.start - NEAR) : number.start]
    right = text[number.end : end]
    for rule in rules():
        found = rule.before.search(left) if rule.before else None
        if (rule.before and not found) or (rule.after and not rule.after.match(right)):
            continue
        if (
            rule.asks == "not"
            or (is_small and not number.unit)
            or (is_small and rule.sure != "sure")
        ):
            return None  # 四个行动, 一批企业: how many there are, and nothing that is asked
        start = number.start - len(left) + found.start() if found else number.start
        asks = "<=" if rule.neutral and _is_lower(number, left) else rule.asks
        return _written(text, number, asks, start, rule.sure, before)
    if last and LIKE.fullmatch(text[begin : number.start]):
        return _written(text, number, last.asks, number.start, last.sure, before)
    if number.written == "100%":
        return Asked(">= 100%", number.start, "likely", (), ">=")
    return _supposed(text, number, left) if not is_small else None


def _supposed(text: str, number: Number, left: str) -> Asked | None:
    """What a number is taken to be that counts something in a promise which does not say how."""
    if number.unit in phrases()["lasting"] or not number.unit:
        return None
    if not pattern("promising").search(text):
        return None
    asks = "<=" if _is_lower(number, PARTED.split(left)[-1]) else ">="
    if ".." in number.written or number.unit in ("倍", "pp"):
        return None
    return Asked(f"{asks} {number.written}", number.start, "guess", ("unsaid",), asks)


def _is_lower(number: Number, words: str) -> bool:
    """Whether less is better of what some words before a number name."""
    return "CO2" in number.unit or bool(re.search(phrases()["lower"], words, re.IGNORECASE))


def _written(
    text: str, number: Number, asks: str, start: int, sure: Sure, before: str
) -> Asked | None:
    written, doubts = number.written, list[Doubt]()
    if asks == "rank":
        return Asked(f"rank <= {written}", start, sure, (), asks)
    if asks in "+-":
        reference, doubt = _reference(text[: number.start], text[number.end :], before)
        doubts += [doubt] if doubt else []
        strict = bool(STRICT.search(text[start : number.start]))
        if not (require := _change(asks, number, reference, strict=strict)):
            return None
        return Asked(require, start, sure, tuple(doubts), asks)
    if ".." in written:
        return Asked(written, start, sure, (), asks)
    if number.unit in ("倍", "pp"):
        return None  # of what, nobody says
    if re.match(r"(?:左右|上下)", text[number.end :]) or re.search(
        r"(?:约|大约|about|around|approximately|roughly) ?$", text[: number.start]
    ):
        doubts.append("about")
    return Asked(f"{asks} {written}", start, sure, tuple(doubts), asks)


def _reference(left: str, right: str, before: str) -> tuple[str, Doubt | None]:
    """What a change is compared with, and what is doubtful about it."""
    if year := base_year(re.split("[;；。]", left)[-1]) or base_year(re.split("[;；。]", right)[0]):
        return f"y{year}", None
    if YEARLY.search(left[-NEAR:]) or GROWTH.search(left):
        return "last_year", None
    if year := base_year(left) or base_year(right):
        return f"y{year}", "base"  # named elsewhere in the sentence
    return before, "base"


def _change(asks: str, number: Number, reference: str, *, strict: bool) -> str:
    """So much more or less than a reference."""
    least = number.written.split("..")[0]
    operator = (">" if asks == "+" else "<") + "=" * (not strict)
    if least.endswith("pp"):
        return f"{operator} {reference} {asks} {least}"
    if number.unit == "倍":
        return f"{operator} {reference} * {decimal(100 + 100 * Fraction(least))}%" * (asks == "+")
    if least.endswith(("%", "‰")) or "/" in least:
        percent = 100 * quantity(least).value
        return f"{operator} {reference} * {decimal(100 + percent * (1 if asks == '+' else -1))}%"
    return f"{operator} {reference} {asks} {least}"


def decimal(value: Fraction) -> str:
    """A fraction as a decimal number, rounded to four places only where it has no end."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.4f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Said:
    """Words that ask something without a number."""

    require: str
    start: int
    end: int
    sure: Sure
    doubts: tuple[Doubt, ...] = ()


def said(text: str, begin: int, end: int, before: str) -> list[Said]:
    """What a part of a sentence without a number asks: all, none, better than others, more than
    before; `before` is the reference of a change where it names none.
    """
    part = text[begin:end]
    year = base_year(text[:end])
    named = f"y{year}" if year else ""
    for name, require, sure, doubts in _wordings(named or before, named or "last_year"):
        for found in pattern(name).finditer(part):
            near = part[: found.start()], part[found.end() :]
            if "direction" not in doubts or any(map(_is_measurable, near)):
                return [Said(require, begin + found.start(), begin + found.end(), sure, doubts)]
    return []


def _wordings(reference: str, level: str) -> tuple[tuple[str, str, Sure, tuple[Doubt, ...]], ...]:
    """Lists of `phrases.yml` with what they ask, how sure that is, and what is doubtful; the first
    that is found in a part is what it asks. A `level` is that of the year before where no other is
    named, though the plan be of many years.
    """
    return (
        ("double", f">= {reference} * 200%", "likely", ()),
        ("half", f"<= {reference} * 50%", "likely", ()),
        ("level", f">= {level}", "likely", ()),
        ("level_most", f"<= {level}", "likely", ()),
        ("ordered", "done", "likely", ()),
        ("zero", "<= 0", "sure", ()),
        ("all", ">= 100%", "sure", ("all",)),
        ("front", "rank <= 1/3", "likely", ("front",)),
        ("peers_less", "< peers", "sure", ()),
        ("peers", "> peers", "sure", ()),
        ("rising", "> last_year", "likely", ("direction",)),
        ("falling", "< last_year", "likely", ("direction",)),
    )


def _is_measurable(words: str) -> bool:
    """Whether some words name what can be measured."""
    return any(re.search(noun, words.strip(" ,，、")) for noun in phrases()["measurable"])
