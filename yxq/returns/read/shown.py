"""What a person sees of a number whose cell has a format that shows it as another text: 123 as
00123, 5 as NO.5, 12345 as 12.3. How many decimals are shown, separators of thousands, percent
signs, currencies and dates make no other value of it.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable

from yxq.returns.read.sheet import SHOWN

TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<one>.)|_.|\*.|\[[^\]]*\]'
    r"|(?P<place>General|G/通用格式|[0#?])|(?P<dot>\.)|(?P<scale>,)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
SECTION = re.compile(r'(?:"[^"]*"?|[\\!_*].|\[[^\]]*\]|[^;])+|(?<=;)(?=;|$)|^(?=;)', re.DOTALL)
CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]")
HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq,
    "<>": operator.ne,
}  # fmt: skip
DAYS = {*"ymdhsgba@"}  # of a date or time, or a text
PLAIN = {*" \u3000\xa0()+-–—¥￥$€£'"}  # what may stand beside a number and is no part of its text
SIGNED = {"-", "(", "–"}
PROBES = (0.0, 1.0, -1.0, 12345.5)


def is_odd(code: str) -> bool:
    """Whether a format shows any number as something else."""
    return bool(CONDITION.search(code)) or any(shown(one, f"{one:g}", code) for one in PROBES)


def shown(value: float, text: str, code: str) -> str | None:
    """What is seen of a number, where it is other than its text; where that is another number, or
    nothing, the text behind `SHOWN` with the format.
    """
    code = code or "General"
    section = _section(value, SECTION.findall(code))
    tokens = [match for match in TOKEN.finditer(section) if match.lastgroup]
    others = {(token["other"] or "").lower() for token in tokens}
    if others & DAYS:
        return None
    places = [n for n, token in enumerate(tokens) if token["place"]]
    literal = "".join(map(_literal, tokens)).strip()
    if not places and value == 0 and literal and PLAIN.issuperset(literal):
        return None  # zero as a dash, as all books of accounts have it
    behind = tokens[places[-1] + 1 :][:1] if places else []
    is_scaled = value != 0 and any(token["scale"] for token in behind)
    is_blank = (value == 0 or not places) and all(tokens[n]["place"] in "#?" for n in places)
    unsigned = value < 0 and section != code and not SIGNED & {*literal}
    if unsigned or is_scaled or (is_blank and not literal):
        return f"{SHOWN} {text} {code}"
    if not places:
        return literal
    if "%" in others:
        text = f"{abs(value) * 100:.15g}"
    found = _written(text.lstrip("-"), tokens, places)
    if found is None or others & {"/", "e"} or "E" in text:
        return None
    if "%" in others:
        return f"{SHOWN} {value:.15g} {code}"
    return f"-{found}" if value < 0 and section == code else found


def _section(value: float, sections: list[str]) -> str:
    """The part of a format that a number is shown by."""
    usual = [value > 0 or (value == 0 and len(sections) < 3) or len(sections) == 1, value < 0]
    for section, holds in zip(sections, usual, strict=False):
        found = CONDITION.search(section)
        if HOLDS[found[1]](value, float(found[2])) if found else holds:
            return section
    last = sections[min(2, len(sections) - 1)] if sections else "General"
    return "" if CONDITION.search(last) else last


def _written(text: str, tokens: list[re.Match[str]], places: list[int]) -> str | None:
    """The digits of a number in their places, with what is written beside them and with all of its
    decimals; None where that is nothing but the number.
    """
    dot = next((n for n, token in enumerate(tokens) if token["dot"]), places[-1] + 1)
    whole, point, decimals = text.partition(".")
    left, core = whole, ""
    for n in range(dot - 1, min(places[0], dot) - 1, -1):
        if place := tokens[n]["place"]:
            digit = left[-1:] or "0" * (place == "0")
            left, core = left[:-1], digit + core
        else:
            core = _literal(tokens[n]) + core
    core = left + core if dot > places[0] else whole
    before = "".join(map(_literal, tokens[: places[0]]))
    after = "".join(map(_literal, tokens[max(places[-1], dot - 1) + 1 :]))
    if core == whole and PLAIN.issuperset(before + after):
        return None
    return f"{before}{core}{point}{decimals}{after}".strip()


def _literal(token: re.Match[str]) -> str:
    """What a piece of a format shows as it stands; a number is a number without its currency."""
    other = (token["other"] or "").replace("%", "")
    return token["quoted"] or token["one"] or other
