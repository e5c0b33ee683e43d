"""What a target asks of a number: between which bounds it must lie, as plans write it.

A requirement is a text such as `>= 95%`, `7..8` or `>= last_year * 110%`. It says which number is
looked at (the unit's own; its rank; over the units their gap, or the share of them that reach
something) and its least and its most: a bound each, which is `reference * factor + difference`. A
constant is a bound without a reference. All numbers are exact fractions. Of a task is asked that it
is `done`, and no number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, NoReturn, cast, get_args

Of = Literal["number", "rank", "gap", "units", "done"]
SCALES = {  # the plain number last, for every text ends with nothing
    "%": Fraction(1, 100),
    "‰": Fraction(1, 1000),
    "pp": Fraction(1, 100),
    "万": Fraction(10_000),
    "亿": Fraction(100_000_000),
    "": Fraction(1),
}
BASE_YEAR = re.compile(r"y((?:19|20|21)[0-9]{2})")
RESERVED = re.compile(
    rf"last_year|last|peers|{BASE_YEAR.pattern}"
)  # what it can be compared with in any plan
DIGITS = 18  # that a number may have
EXAMPLES = ">= 95%, <= 0, > last_year, >= last_year * 110%, 1..2, rank <= 1/3, done"
# How an editor knows one; the loader says what is wrong.
PATTERN = r"^done$|^((units|gap|rank) *)?(>=|<=|>|<) *[^ <>=].*$|^-?[0-9].*\.\. *-?[0-9].*$"

_TOKEN = re.compile(
    r"\s*(?:(?P<operator>>=|<=|>|<|\.\.|\*|\+|-(?=\s*[0-9]))"
    r"|(?P<number>(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
    r"(?:/[1-9][0-9]*|%|‰|pp(?!\w)|万|亿)?(?![\w,]))"
    r"|(?P<name>[^\W\d][\w-]*))"
)


@dataclass(frozen=True)
class Quantity:
    """A number as it is written, and what it comes to: 95% is 19/20."""

    text: str
    value: Fraction

    def __str__(self) -> str:
        """As it is written, without separators of thousands."""
        return self.text


NOTHING, WHOLE = Quantity("0", Fraction(0)), Quantity("1", Fraction(1))


@dataclass(frozen=True)
class Bound:
    """`reference * factor + difference`, the least or the most that is asked."""

    reference: str
    """`last_year`, `last`, `y2010`, `peers`, a peer's name, a basis or a target; nothing for a
    constant.
    """
    factor: Quantity
    difference: Quantity

    def of(self, reference: Fraction | None = None) -> Fraction | None:
        """What it comes to where the reference is so much; nothing where that is not known."""
        if not self.reference:
            return self.difference.value
        return None if reference is None else reference * self.factor.value + self.difference.value

    def __str__(self) -> str:
        """As it is written."""
        if not self.reference:
            return str(self.difference)
        factor = "" if self.factor == WHOLE else f" * {self.factor}"
        if self.difference == NOTHING:
            return f"{self.reference}{factor}"
        sign = "-" if self.difference.value < 0 else "+"
        return f"{self.reference}{factor} {sign} {self.difference.text.removeprefix('-')}"


@dataclass(frozen=True)
class Requirement:
    """Between which bounds a number must lie."""

    of: Of
    """Which number: the unit's own; its rank; over the units the gap between the best and the
    worst, or the share of them that meet `each`; of a task none: it is to be done.
    """
    low: Bound | None = None
    high: Bound | None = None
    strict: bool = False
    """Whether the bound itself is not enough; only where there is one."""
    each: Requirement | None = None

    @property
    def better(self) -> Literal["more", "less", "within"]:
        """Which way is better: towards a least, away from a most, or neither."""
        return "within" if self.low and self.high else "more" if self.low else "less"

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """Its bounds, the least first."""
        return tuple(bound for bound in (self.low, self.high) if bound)

    @property
    def references(self) -> tuple[str, ...]:
        """What it is compared with beside constants, once each."""
        named = (bound.reference for bound in self.bounds if bound.reference)
        return tuple(dict.fromkeys((*named, *(self.each.references if self.each else ()))))

    @property
    def constant(self) -> Fraction | None:
        """Its one bound where that is a constant."""
        bounds = self.bounds
        return bounds[0].of() if len(bounds) == 1 and not bounds[0].reference else None

    @property
    def is_relative(self) -> bool:
        """Whether it asks for a gap in percent of the best."""
        return self.of == "gap" and self.bounds[0].difference.text.endswith("%")

    @property
    def ends(self) -> tuple[Fraction | None, Fraction | None]:
        """The least and the most, as far as they are constants."""
        low, high = self.low, self.high
        return (low.of() if low else None), (high.of() if high else None)

    def of_kind(self, kind: str) -> Requirement | None:
        """What is asked of units of a kind: the same of all."""
        return self

    def met(self, number: Fraction, low: Fraction | None, high: Fraction | None) -> bool:
        """Whether a number lies within what the bounds come to, exactly."""
        if self.strict:
            return (low is None or number > low) and (high is None or number < high)
        return (low is None or number >= low) and (high is None or number <= high)

    def places(self, of: int) -> int:
        """Which place among so many is the last that a rank asks for: a share of them is rounded
        up.
        """
        asked = self.bounds[0].difference
        is_share = asked.text.endswith("%") or "/" in asked.text
        return math.ceil(asked.value * of if is_share else asked.value) - self.strict

    def __str__(self) -> str:
        """As it is written; `parse` gives it back."""
        if self.of == "done":
            return "done"
        if self.low and self.high:
            reference = f" of {self.low.reference}" if self.low.reference else ""
            low, high = (b.factor if b.reference else b.difference for b in (self.low, self.high))
            return f"{low}..{high}{reference}"
        operator = (">" if self.low else "<") + ("" if self.strict else "=")
        of = "" if self.of == "number" else f"{self.of} "
        each = f" of {self.each}" if self.each else ""
        return f"{of}{operator} {self.bounds[0]}{each}"


@dataclass(frozen=True)
class ByKind(Requirement):
    """What is asked of each kind of units; of others nothing. Its own bounds are none."""

    kinds: tuple[tuple[str, Requirement], ...] = ()

    @property
    def better(self) -> Literal["more", "less", "within"]:
        """Which way is better, of all kinds alike."""
        return self.kinds[0][1].better

    @property
    def references(self) -> tuple[str, ...]:
        """What any kind is compared with, once each."""
        named = (name for _, asked in self.kinds for name in asked.references)
        return tuple(dict.fromkeys(named))

    def of_kind(self, kind: str) -> Requirement | None:
        """What is asked of units of a kind, if anything."""
        return dict(self.kinds).get(kind)

    def __str__(self) -> str:
        """As it is written, kind by kind."""
        return "; ".join(f"{kind}: {asked}" for kind, asked in self.kinds)


class _Words:
    """The words of a requirement, taken one after the other."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text.strip(), 0

    def take(self, *wanted: str) -> str:
        """The next word if it is of a kind (operator, number, name) or one of some words, else
        nothing.
        """
        found = _TOKEN.match(self.text, self.at)
        if found is None or not ({found.lastgroup, found[found.lastgroup or 0]} & {*wanted}):
            return ""
        self.at = found.end()
        return found[found.lastgroup or 0]

    def need(self, *wanted: str) -> str:
        """The next word, which must be one of these."""
        return self.take(*wanted) or self.refuse()

    def refuse(self) -> NoReturn:
        """Say what is wrong, and what could be written."""
        left = self.text[self.at :].strip()
        where = f" from {left!r} on" if left and self.at else ""
        raise ValueError(f"{self.text!r} is no requirement{where}; write such as {EXAMPLES}")


def base_year(reference: str) -> int | None:
    """The year of a reference such as `y2010`; nothing of any other.

    >>> base_year("y2010"), base_year("last_year")
    (2010, None)
    """
    found = BASE_YEAR.fullmatch(reference)
    return int(found[1]) if found else None


def parse(text: str) -> Requirement:
    """A requirement as a plan writes it; raises `ValueError` with what can be written.

    >>> parse(">= last_year * 110%").low.of(Fraction(40)), str(parse("<=5,000"))
    (Fraction(44, 1), '<= 5000')
    """
    words = _Words(text)
    of = cast(Of, words.take(*get_args(Of)[1:]) or "number")
    if of == "done":
        requirement = Requirement(of)
    elif of == "number":
        requirement = _one_sided(words, of) or _range(words)
    else:
        requirement = _one_sided(words, of) or words.refuse()
    if words.at < len(words.text):
        words.refuse()
    return requirement


def quantity(text: str) -> Quantity:
    """A number as a plan writes it; raises `ValueError` where it is none.

    >>> quantity("1pp").value
    Fraction(1, 100)
    """
    words = _Words(text)
    number = _quantity(words)
    return number if words.at == len(words.text) else words.refuse()


def by_kind(texts: Mapping[str, str]) -> ByKind:
    """What is asked of each kind of units, such as {街道: '>= 95%', 镇: '>= 90%'}; raises
    `ValueError` unless all ask the same kind of number and the same way.
    """
    if bare := [text for text in texts.values() if not isinstance(text, str)]:
        raise ValueError(f"a number alone asks nothing; write such as '>= {bare[0]}'")
    kinds = tuple((str(kind), parse(text)) for kind, text in texts.items())
    shapes = {(asked.of, asked.better) for _, asked in kinds}
    if len(shapes) != 1 or {asked.of for _, asked in kinds} != {"number"}:
        raise ValueError("kinds of units are asked alike, all at least or all at most a number")
    return ByKind("number", kinds=kinds)


def _one_sided(words: _Words, of: Of) -> Requirement | None:
    operator = words.take(">=", "<=", ">", "<")
    if not operator:
        return None
    bound, each = _bound(words), None
    if of != "number" and bound.reference:
        words.refuse()  # a rank, a gap and a share of units are compared with a number
    if of == "units":
        words.need("of")
        each = _one_sided(words, "number") or words.refuse()
    low, high = (bound, None) if operator[0] == ">" else (None, bound)
    return Requirement(of, low, high, strict=len(operator) == 1, each=each)


def _range(words: _Words) -> Requirement:
    low, _, high = _quantity(words), words.need(".."), _quantity(words)
    reference = words.need("name") if words.take("of") else ""
    if low.value > high.value:
        raise ValueError(f"{words.text!r} is not a range from low to high")
    if reference:
        least, most = (Bound(reference, end, NOTHING) for end in (low, high))
    else:
        least, most = (Bound("", WHOLE, end) for end in (low, high))
    return Requirement("number", least, most)


def _bound(words: _Words) -> Bound:
    reference = words.take("name")
    if not reference:
        return Bound("", WHOLE, _quantity(words))
    factor = _quantity(words) if words.take("*") else WHOLE
    more = words.take("+", "-")
    difference = _quantity(words) if more else NOTHING
    if more == "-" and difference.value:  # nought taken away is nought
        difference = Quantity(f"-{difference.text}", -difference.value)
    return Bound(reference, factor, difference)


def _quantity(words: _Words) -> Quantity:
    """A number as plans write it: 95%, 3‰, 1/3, 5,000, 2.5, 3万, -4."""
    sign, written = words.take("-"), words.need("number").replace(",", "")
    if sum(map(str.isdigit, written)) > DIGITS:
        raise ValueError(f"{written!r} has more than {DIGITS} digits")
    number = next(written.removesuffix(scale) for scale in SCALES if written.endswith(scale))
    value = Fraction(number) * SCALES[written.removeprefix(number)]
    return Quantity(sign + written, -value if sign else value)
