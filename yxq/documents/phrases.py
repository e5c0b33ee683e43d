"""The words by which a plan says what it asks, as data: `phrases.yml`."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

Sure = Literal["sure", "likely", "guess"]
# Why somebody has to look at a draft, the gravest first; each is worded under `drafting`.
Doubt = Literal[
    "unread_number",
    "subject",
    "asked_before",
    "asked_otherwise",
    "guess",
    "unsaid",
    "base",
    "day",
    "matched",
    "direction",
    "front",
    "all",
    "about",
    "task",
    "several",
]
DOUBTS: tuple[Doubt, ...] = get_args(Doubt)
FILE = Path(__file__).parent / "phrases.yml"


@functools.cache
def phrases() -> dict[str, Any]:
    """The whole of `phrases.yml`."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return content


@functools.cache
def one_of(section: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of a section of units, Chinese and English; the unit is the group `unit`."""
    units = phrases()[section]
    chinese = "|".join(sorted(map(re.escape, units["zh"]), key=len, reverse=True))
    english = "|".join(sorted(units["en"], key=len, reverse=True))
    return (
        re.compile(rf" ?余?(?P<unit>{chinese})"),
        re.compile(rf"[ -]?(?P<unit>{english})(?![A-Za-z])", re.IGNORECASE),
    )


@functools.cache
def pattern(name: str) -> re.Pattern[str]:
    """One of some words, a list of `phrases.yml`, as a pattern."""
    return re.compile("|".join(phrases()[name]), re.IGNORECASE)


@dataclass(frozen=True)
class Rule:
    """How a number is asked for: what stands before and behind it, and what that means."""

    before: re.Pattern[str] | None
    after: re.Pattern[str] | None
    asks: str
    sure: Sure
    neutral: bool = False
    """Whether the words say only how much, and not whether more or less of it is better."""


@functools.cache
def rules() -> tuple[Rule, ...]:
    """The rules, the most telling first: the first that fits a number is taken."""

    def compiled(text: str | None, anchor: str) -> re.Pattern[str] | None:
        if text is None:
            return None
        text = text.replace("VERBS", "|".join(phrases()["verbs"]))
        begin, end = ("", r"\s*$") if anchor == "end" else (r"\s*", "")
        return re.compile(f"{begin}(?:{text}){end}", re.IGNORECASE)

    return tuple(
        Rule(
            compiled(rule.get("before"), "end"),
            compiled(rule.get("after"), "start"),
            rule["asks"],
            rule.get("sure", "sure"),
            rule.get("neutral", False),
        )
        for rule in phrases()["rules"]
    )
