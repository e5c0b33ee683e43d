"""What the plan asks, as text, and the unit that a target's numbers are in."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.plan.requirement import NOTHING, RESERVED, WHOLE, Bound, ByKind, Quantity, Requirement
from yxq.plan.target import Target
from yxq.report.display.numbers import number, places
from yxq.words.wording import Words


def is_share(target: Target) -> bool:
    """Whether a target's value is a share, shown as a percentage."""
    asked = target.require
    over_units = asked is not None and (asked.of == "units" or asked.is_relative)
    return target.measure.number == "share" or over_units or target.unit.en == "share"


def measured_in(target: Target, words: Words) -> str:
    """The unit of a target's value: a share, or what is counted."""
    return words("share_unit") if is_share(target) else words.counted(target.unit)


def amount(value: Any, target: Target, words: Words) -> str:
    """A number that is no rate of counts, with its unit."""
    if is_share(target):
        return f"{value:.2%}"
    return words("of_unit", value=number(value), unit=words.counted(target.unit, value))


def required(
    target: Target, words: Words, quota: str | None = None, year_before: Any = None, bound: str = ""
) -> str:
    """What is asked, such as `≥ 95%`, and of how many years where it is of several.

    `quota`: of a unit that a count is split to, its part of it (empty: not set); `year_before`: of
    what has to exceed the year before, its value; `bound`: of what follows from another number what
    it comes to, such as 12.3 or 12..14.
    """
    text, measure = _asked(target, words, quota, year_before, bound), target.measure
    if measure.is_of_one_year:
        return text
    key = "since" if measure.since else "mean"
    return words.entry("requirements", key, asked=text, year=measure.since, years=measure.years)


def _asked(target: Target, words: Words, quota: str | None, year_before: Any, bound: str) -> str:
    """What is asked of a year's number; see `required`."""
    if quota is not None:
        key = {"": "not_split", "0": "quota_none"}.get(quota, "at_least")
        unit = words.counted(target.unit, float(quota or 0))
        return words.entry("requirements", key, bound=quota, unit=unit)
    asked = target.require
    if isinstance(asked, ByKind):
        each = ((kind, required(target.of_kind(kind), words)) for kind, _ in asked.kinds)
        parts = (
            words.entry("requirements", "of_kind", kind=kind, asked=text) for kind, text in each
        )
        return words("comma").join(parts)
    if asked is None:
        reported = words.entry("requirements", "reported")
        return words.text(target.says) if target.says else reported
    if asked.of == "done":
        key = "done_open" if target.is_open else "done_by" if target.by else "done"
        return words.entry("requirements", key, bound=words.date(target.due))
    if target.on_last_year and str(asked) == "> last_year" and not pd.isna(year_before):
        before = amount(year_before, target, words)
        return words.entry("requirements", "above_last_year_of", before=before)
    text = _worded(asked, target, words)
    if bound and target.references:
        ends = [amount(float(end), target, words) for end in bound.split("..")]
        known = places(ends[0], ends[-1], words)
        text = words.entry("requirements", "comes_to", asked=text, bound=known)
    if target.due:
        return words.entry("requirements", "until", asked=text, day=words.date(target.due))
    return text


def _worded(asked: Requirement, target: Target, words: Words) -> str:
    """A requirement of a number; one that plans have a word for in that word."""
    usual = {"> last_year": "above_last_year", "> peers": "above_peers", "<= 0": "none"}
    key = "all" if target.kind == "share" and asked.constant == 1 else usual.get(str(asked))
    if key and asked.better != "within":
        return words.entry("requirements", key)
    bounds = [_bound(bound, target, words) for bound in asked.bounds]
    if asked.of == "rank":
        place = asked.bounds[0].difference
        key = "in_front" if place.value < 1 or "/" in place.text else "in_first"
        return words.entry("requirements", key, bound=bounds[0])
    if asked.of == "gap":
        return words.entry("requirements", "gap", bound=bounds[0])
    key = "between"
    if len(bounds) == 1:
        keys = {"more": ("at_least", "more_than"), "less": ("at_most", "less_than")}
        key = keys[asked.better][asked.strict]
    text = bounds[0] if bounds[0] == bounds[-1] else places(bounds[0], bounds[-1], words)
    plain = (
        target.kind in ("count", "amount", "level")
        and not is_share(target)
        and not asked.references
    )
    last = asked.bounds[-1].of() if plain and asked.of == "number" else None
    unit = words.counted(target.unit, float(last)) if last is not None else ""
    whole = words.entry("requirements", key, bound=text, unit=unit).strip()
    if asked.each:
        each = _worded(asked.each, target, words)
        return words.entry("requirements", "of_units", share=whole, each=each)
    return whole


def _bound(bound: Bound, target: Target, words: Words) -> str:
    """A bound as text: a number as the plan writes it, or what it is compared with."""
    if not bound.reference:
        return _quantity(bound.difference, words)
    text = _reference(bound.reference, target, words)
    if bound.factor != WHOLE:
        factor = _quantity(bound.factor, words)
        text = words.entry("requirements", "times", reference=text, factor=factor)
    if bound.difference != NOTHING:
        difference = _quantity(bound.difference, words)
        key = "minus" if bound.difference.value < 0 else "plus"
        size = difference.removeprefix("-")
        text = words.entry("requirements", key, reference=text, difference=size)
    return text


def _reference(name: str, target: Target, words: Words) -> str:
    if name in ("last_year", "last", "peers"):
        return words.entry("references", name)
    if RESERVED.fullmatch(name):
        return words.entry("references", "year", year=name[1:])
    return name


def _quantity(quantity: Quantity, words: Words) -> str:
    """A number as it is written, thousands parted, points in words."""
    text = quantity.text
    if text.endswith("pp"):
        return words("share_points", value=text.removesuffix("pp"))
    whole, point, decimals = text.partition(".")
    has_digits_only = (whole.lstrip("-") + decimals).isdigit()
    return f"{int(whole):,}{point}{decimals}" if has_digits_only else text
