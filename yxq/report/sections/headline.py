"""The first screen of a page: the verdict, the numbers that matter, and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from yxq.plan.folder import Plan
from yxq.report.blocks import Block, macro
from yxq.report.figures import Style
from yxq.words.wording import Words

Fact = tuple[str, str, str]
"""A term, its value and a remark."""


def subtitle(plan: Plan, as_of: dt.date, words: Words) -> str:
    """Of which plan and year, as of when."""
    title = words.text(plan.period.document.title)
    return words("subtitle", plan=title, year=plan.year, as_of=words.date(as_of))


def marks(plan: Plan, style: Style) -> list[str]:
    """What must not be missed: that data are synthetic, that the plan is a draft."""
    holds = {"synthetic": style.synthetic, "draft": plan.period.draft}
    return [style.words(mark) for mark, there in holds.items() if there]


def headline(
    title: str,
    subtitle: str,
    marks: Sequence[str],
    verdict: str,
    *,
    lines: Sequence[str] = (),
    facts: Sequence[Fact] = (),
    parts: Sequence[Any] = (),
) -> Block:
    """The first screen: title and verdict, then facts, lines of text, and further parts."""
    mark = "\n".join(marks)
    facts_as_text = [f"{term} {value} {remark}".strip() for term, value, remark in facts]
    return Block(
        macro(
            "headline",
            title,
            subtitle,
            mark,
            verdict,
            list(facts),
            [line for line in lines if line],
            list(parts),
        ),
        "\n".join([title, subtitle, mark, verdict, *facts_as_text, *lines]),
    )
