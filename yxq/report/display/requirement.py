"""What the plan asks, as text, and the unit that a target's numbers are in."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.plan.target import Target
from yxq.report.display.numbers import number, places
from yxq.words.wording import Words


def is_share(target: Target) -> bool:
    """Whether a target's value is a share, shown as a percentage."""
    return target.rule == "rate_at_least" or target.unit.en == "share"


def measured_in(target: Target, words: Words) -> str:
    """The unit of a target's value: a share, or what is counted."""
    return words("share_unit") if is_share(target) else words.counted(target.unit)


def amount(value: Any, target: Target, words: Words) -> str:
    """A number that is no rate of counts, with its unit."""
    if is_share(target):
        return f"{value:.2%}"
    return words("of_unit", value=number(value), unit=words.counted(target.unit, value))


def required(
    target: Target, words: Words, quota: str | None = None, year_before: Any = None
) -> str:
    """What is asked, such as `≥ 95%`.

    `quota`: of a unit that a count is split to, its part of it (empty: not set); `year_before`: of
    what has to rise, the value that it has to exceed.
    """
    if quota is not None:
        return _quota(target, words, quota)
    if target.rule == "rising" and not pd.isna(year_before):
        return words.entry("rules", "rising_from", before=amount(year_before, target, words))
    low, _, high = (target.threshold or "").partition("..")
    high = high or low
    is_task, is_count = target.rule == "milestone", target.rule.startswith("count_")
    threshold = words.date(target.due) if is_task else places(low, high, words)
    unit = words.counted(target.unit, float(high) if is_count else None)
    return words.entry("rules", _wording(target), threshold=threshold, unit=unit)


def _quota(target: Target, words: Words, quota: str) -> str:
    key = {"": "not_split", "0": "quota_none"}.get(quota, "count_at_least")
    unit = words.counted(target.unit, float(quota or 0))
    return words.entry("rules", key, threshold=quota, unit=unit)


def _wording(target: Target) -> str:
    """The entry of `rules` in words.yml: the rule, or what it comes to at the end of its scale."""
    match target.rule:
        case "rate_at_least" if target.share == 1:
            return "rate_all"
        case "count_at_most" if target.bounds == (0, 0):
            return "count_none"
        case "milestone" if target.threshold is None:
            return "milestone_unset"
        case "milestone" if target.threshold == "open":
            return "milestone_open"
    return target.rule
