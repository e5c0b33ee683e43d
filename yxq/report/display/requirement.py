"""What the plan asks, as text, and the unit that a target's numbers are in."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.plan.target import Target
from yxq.report.display.numbers import number, places
from yxq.words.wording import Words


def is_share(target: Target) -> bool:
    """Whether a target's value is a share, shown as a percentage."""
    return target.kind == "share" or target.unit.en == "share"


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
    if target.on_last_year and not pd.isna(year_before):
        return words.entry(
            "requirements", "above_last_year_of", before=amount(year_before, target, words)
        )
    low, _, high = target.bound.partition("..")
    high = high or low
    bound = words.date(target.due) if target.kind == "task" else places(low, high, words)
    unit = words.counted(target.unit, float(high) if target.kind == "count" and high else None)
    return words.entry("requirements", _wording(target), bound=bound, unit=unit)


def _quota(target: Target, words: Words, quota: str) -> str:
    key = {"": "not_split", "0": "quota_none"}.get(quota, "at_least")
    unit = words.counted(target.unit, float(quota or 0))
    return words.entry("requirements", key, bound=quota, unit=unit)


def _wording(target: Target) -> str:
    """The entry of `requirements` in words.yml."""
    asked = target.require
    match target.kind:
        case "reported":
            return "reported"
        case "task":
            return "done_open" if target.is_open else "done_by" if target.by else "done"
        case "rank":
            return "in_front"
    if asked is None or asked.references:
        return "above_peers" if asked and "peers" in asked.references else "above_last_year"
    if asked.constant == 1 and target.kind == "share":
        return "all"
    if asked.constant == 0 and target.less_is_better:
        return "none"
    if target.kind == "share":
        return "at_least_share"
    return {"more": "at_least", "less": "at_most", "within": "between"}[asked.better]
