"""The first screen of a page: how it stands in a sentence, the numbers that matter, what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd

from yxq.attainment.quotas import by_computed_share
from yxq.plan.folder import Plan
from yxq.report.blocks import Block, macro
from yxq.report.figures import Style
from yxq.words.states import UNJUDGED, State
from yxq.words.wording import Words

Fact = tuple[str, str, str]
"""A term, its value and a remark."""


def opening(plan: Plan, as_of: dt.date, received_by: dt.date, style: Style) -> list[str]:
    """Of which plan and year, as of when and of the returns received by when; from when to when,
    where that is no calendar year; and that data are a supposition or synthetic, or the plan is a
    draft.
    """
    words, title = style.words, style.words.text(plan.period.document.title)
    days = {"as_of": words.date(as_of), "received_by": words.date(received_by)}
    subtitle = words("subtitle", plan=title, year=plan.year, **days)
    marks = {"synthetic": style.synthetic, "draft": plan.period.draft}
    low, high = map(words.date, plan.span())
    span = [] if plan.span() == plan.calendar_year else [words("plan_span", low=low, high=high)]
    said = words("comma").join(style.supposed)
    supposed = [words("supposed_page", said=said)] if said else []
    return [subtitle, *span, *supposed, *(words(mark) for mark, holds in marks.items() if holds)]


def headline(
    title: str,
    opening: Sequence[str],
    verdict: str,
    lines: Sequence[str] = (),
    facts: Sequence[Fact] = (),
    parts: Sequence[Any] = (),
    alert: Any = "",
) -> Block:
    """The first screen: title, opening, an alert if there is any, and verdict, then facts, lines of
    text, and other parts.
    """
    subtitle, mark = opening[0], "\n".join(opening[1:])
    shown = [line for line in lines if line]
    html = macro("headline", title, subtitle, mark, alert, verdict, [*facts], shown, [*parts])
    facts_as_text = [f"{term} {value} {remark}".strip() for term, value, remark in facts]
    return Block(html, "\n".join([title, subtitle, mark, verdict, *facts_as_text, *lines]))


def state_counts(states: pd.Series) -> dict[State, int]:
    """How many results are in each state, in the order of states."""
    counts = states.value_counts()
    return {state: int(counts.get(state, 0)) for state in State}


def final(counts: dict[State, int]) -> int:
    """How many results are final: attained or not, and no more to come."""
    return counts[State.ATTAINED] + counts[State.NOT_ATTAINED]


def computed_shares(results: pd.DataFrame, words: Words) -> list[str]:
    """How many of a unit's verdicts rest on a share that is only computed, in a sentence."""
    settled = results["state"].isin([State.ATTAINED, State.NOT_ATTAINED])
    n = sum(map(by_computed_share, results.loc[settled, "note"]))
    return [words("by_computed_shares", n=n)] if n else []


def unit_verdict(plan: Plan, unit: str, counts: dict[State, int], words: Words) -> str:
    """How a unit stands, in one sentence."""
    return words(
        "city_verdict" if unit == plan.folder.city.name else "verdict",
        name=words.unit(plan.town(unit)),
        total=sum(counts.values()),
        judged=final(counts),
        attained=counts[State.ATTAINED],
        missed=counts[State.NOT_ATTAINED],
    )


def department_verdict(name: str, counts: dict[State, int], words: Words) -> str:
    """How the city stands with the targets of a department, in one sentence."""
    return words(
        "department_verdict",
        name=name,
        total=sum(counts.values()),
        judged=final(counts),
        attained=counts[State.ATTAINED],
        missed=counts[State.NOT_ATTAINED],
    )


def target_verdict(towns: dict[State, int], city: pd.DataFrame, words: Words) -> str:
    """How units stand with a target, in one sentence; city: the city's result as text, if any."""
    n_towns = sum(towns.values())
    filled: dict[str, object] = {
        "n": n_towns,
        "judged": final(towns),
        "attained": towns[State.ATTAINED],
        "missed": towns[State.NOT_ATTAINED],
        "met": words.entry("states", State.ATTAINED),
        "unmet": words.entry("states", State.NOT_ATTAINED),
    }
    if city.empty:
        return words("target_verdict_units", **filled)
    value = city["value"].iloc[0]
    filled["state"] = words.entry("states", city["code"].iloc[0])
    filled["value"] = words("with_value", value=value) if value else ""
    return words("target_verdict" if n_towns else "target_verdict_city", **filled)


def unsettled(counts: dict[State, int], words: Words, wording: str = "state_count") -> list[str]:
    """What is still running, and what says nothing of how far it is, a sentence each.

    `wording` is the key for one state with its number, here of targets.
    """
    on_track, behind = counts[State.ON_TRACK], counts[State.BEHIND]
    others = words("list").join(
        words(wording, state=words.entry("states", state), n=counts[state])
        for state in UNJUDGED
        if counts[state]
    )
    return [
        words("running", on_track=on_track, behind=behind) if on_track + behind else "",
        words("others", list=others) if others else "",
    ]
