"""What a leader is to know at first sight: who is in front and behind, what is to be decided, and
whom to call.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from yxq.attainment.quotas import OFFICIAL
from yxq.plan.folder import Plan
from yxq.report.blocks import Block, macro
from yxq.report.sections.build import section
from yxq.report.sections.names import unit_names
from yxq.words.states import State
from yxq.words.wording import Words

NAMED = 3  # units named in front and behind


@dataclass(frozen=True)
class Leading:
    """The same as sentences; `call` by the sender's own name."""

    decisions: list[str]
    best: list[str]
    worst: list[str]
    call: dict[str, str]


def best_and_worst(scores: pd.DataFrame) -> tuple[list[str], list[str]]:
    """The units that are ranked first and last, three each and who is level with the third; none
    where that would be half of them or more.

    scores: see `yxq.attainment.scores.score`; the city has no rank.
    """
    if scores.empty:
        return [], []
    ranked = scores[scores["rank"].notna()].sort_values("rank", kind="stable")
    if len(ranked) < NAMED:
        return [], []
    rank = ranked["rank"]
    best = ranked[rank <= rank.iloc[NAMED - 1]]
    worst = ranked[rank >= rank.iloc[-NAMED]]
    if set(best["unit"]) & set(worst["unit"]):
        return [], []
    return [*best["unit"]], [*worst["unit"]]


def leading(
    plan: Plan,
    numbered: pd.DataFrame,
    scores: pd.DataFrame,
    shares: pd.DataFrame,
    lines: pd.DataFrame,
    words: Words,
    over: bool,
) -> Leading:
    """What a leader is to know; numbered: the city's results as text; scores, shares: of all units;
    lines: see `yxq.report.sections.reminders.owing`.
    """
    names = unit_names(plan, words)
    best, worst = ([names[unit] for unit in units] for units in best_and_worst(scores))
    decisions = [
        *_vetoes(plan, scores, words),
        *_by_owner(
            numbered, State.NOT_ATTAINED, "decide_missed_over" if over else "decide_missed", words
        ),
        *_by_owner(numbered, State.BEHIND, "decide_behind", words),
        *_by_owner(numbered, State.NO_DATA, "decide_no_data", words),
        *_worst(plan, scores, words, over),
        *_shares(plan, shares, words),
    ]
    return Leading(decisions, best, worst, _calls(plan, lines, words))


def _vetoes(plan: Plan, scores: pd.DataFrame, words: Words) -> list[str]:
    """Units that a veto has befallen."""
    if scores.empty:
        return []
    names = unit_names(plan, words)
    units = scores.loc[scores["vetoed"] & (scores["unit"] != plan.folder.city.name), "unit"]
    listed = words("list").join(names[unit] for unit in units)
    return [words("decide_veto", list=listed)] if listed else []


def _by_owner(numbered: pd.DataFrame, state: State, key: str, words: Words) -> list[str]:
    """How many of the city's targets are in a state, and whose they are."""
    owners = numbered.loc[numbered["code"] == state, "owner"].value_counts(sort=False)
    owners = owners.sort_values(ascending=False, kind="stable")
    each = words("list").join(words("decide_each", owner=o, n=n) for o, n in owners.items())
    return [words(key, n=int(owners.sum()), list=each)] if each else []


def _worst(plan: Plan, scores: pd.DataFrame, words: Words, over: bool) -> list[str]:
    """Who is to be called in: those of the last of whom chance alone does not leave open whether
    they belong to the latter half; that it does of all is said, too.
    """
    last = best_and_worst(scores)[1]
    if not last:
        return []
    ranked = scores[scores["rank"].notna()]
    behind = ranked.loc[ranked["rank_low"] > len(ranked) / 2, "unit"]
    names = unit_names(plan, words)
    clear = [names[unit] for unit in last if unit in set(behind)]
    if not clear:
        return [words("decide_worst_unclear")]
    key = "decide_worst_over" if over else "decide_worst"
    return [words(key, list=words("list").join(clear))]


def _shares(plan: Plan, shares: pd.DataFrame, words: Words) -> list[str]:
    """Of how many counts of the city the units' shares are not set officially."""
    n = shares.loc[shares["basis"] != OFFICIAL, "target"].nunique()
    return [words("decide_shares", n=n)] if n else []


def _calls(plan: Plan, lines: pd.DataFrame, words: Words) -> dict[str, str]:
    """Who owes returns or mends, how many, and the phone that the plan has of them."""
    called = {}
    for name, sender in plan.folder.senders.items():
        n = int((lines["sender"] == words.sender(name)).sum())
        if n:
            said = words("call_each", owner=words.sender(name), n=n)
            phone = words("call_phone", phone=sender.phone) if sender.phone else ""
            called[name] = said + phone
    return called


def leader(about: Leading, words: Words, over: bool) -> list[Block]:
    """The same as a section of the front page; none where there is nothing to say."""
    keys = ("best_over", "worst_over") if over else ("best_now", "worst_now")
    ends = zip(keys, (about.best, about.worst), strict=True)
    said = [words(key, list=words("list").join(units)) for key, units in ends if units]
    calls = [words("call", list=words("list").join(about.call.values()))] if about.call else []
    items = [*said, *about.decisions, *calls]
    return [section(words, "leader", macro("list", items))] if items else []
