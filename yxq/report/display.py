"""Results as the text that readers see: every number with its unit, no rate rounded across its
threshold.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.scoring import Scoring
from yxq.plan.target import Target
from yxq.words.wording import Words


def share(value: Fraction, threshold: Fraction | None = None) -> str:
    """A share as a percentage, with as many decimals (one to six) as keep it on its side of the
    threshold.

    >>> share(Fraction(9496, 10000), Fraction(95, 100)), share(Fraction(95, 100), Fraction(95, 100))
    ('94.96%', '95.0%')
    """
    for digits in range(1, 7):
        text = f"{float(value) * 100:.{digits}f}"
        if (
            threshold is None
            or value == threshold
            or (Fraction(text) / 100 >= threshold) == (value >= threshold)
        ):
            return f"{text}%"
    return f"{float(value) * 100:.1f}%"


def number(value: float) -> str:
    """A number without a tail of zeros: 15, 79.4, 0.034."""
    return (
        f"{value:,.{4 if abs(value) < 1 else 2}f}".rstrip("0").rstrip(".") if value == value else ""
    )


def ranges(numbers: Iterable[int], words: Words) -> list[str]:
    """Row numbers with runs drawn together.

    >>> ranges([4, 5, 6, 9], Words("en"))
    ['4–6', '9']
    """
    runs: list[list[int]] = []
    for n in sorted(numbers):
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return [places(a, b, words) for a, b in runs]


def source(file: str, sheet: str, rows: str, words: Words) -> str:
    """Where a number comes from: file, sheet where it has one, rows."""
    return words("source_of_sheet" if sheet else "source_of", file=file, sheet=sheet, rows=rows)


def measured_in(target: Target, words: Words) -> str:
    """The unit of a target's value: a share, or what is counted."""
    return words("share_unit") if _is_share(target) else words.counted(target.unit)


def required(target: Target, words: Words, quota: str | None = None) -> str:
    """What the plan asks, such as `≥ 95%`; of a unit that a count is split to, its quota (empty:
    not set).
    """
    if quota is not None:
        key = "quota_none" if quota == "0" else "count_at_least" if quota else "not_split"
        return words.entry(
            "rules", key, threshold=quota, unit=words.counted(target.unit, float(quota or 0))
        )
    key = target.rule
    if target.rule == "rate_at_least" and target.share == 1:
        key = "rate_all"
    if target.rule == "count_at_most" and target.bounds == (0, 0):
        key = "count_none"
    if target.rule == "milestone":
        key = {None: "milestone_unset", "open": "milestone_open"}.get(target.threshold, "milestone")
    low, _, high = (target.threshold or "").partition("..")
    threshold = words.date(target.due) if key == "milestone" else places(low, high or low, words)
    many = float(high or low) if target.rule.startswith("count_") else None
    return words.entry("rules", key, threshold=threshold, unit=words.counted(target.unit, many))


def _is_share(target: Target) -> bool:
    return target.rule == "rate_at_least" or target.unit.en == "share"


def _value(row: dict[str, Any], target: Target, words: Words) -> str:
    if pd.isna(row["value"]):
        return ""
    if target.rule == "rank_within_front":
        return words("nth", n=number(row["value"]))
    if target.rule == "rate_at_least":
        return share(Fraction(int(row["numerator"]), int(row["denominator"])), target.share)
    return _amount(row["value"], target, words)


def _amount(value: Any, target: Target, words: Words) -> str:
    """A number that is no rate of counts, with its unit."""
    if _is_share(target):
        return f"{value:.2%}"
    return words("of_unit", value=number(value), unit=words.counted(target.unit, value))


def _previous(value: Any, target: Target, words: Words) -> str:
    if pd.isna(value):
        return ""
    if target.rule == "rate_at_least":
        return share(Fraction(value).limit_denominator(1_000_000), target.share)
    return _amount(value, target, words)


def _needs(row: dict[str, Any], target: Target, words: Words) -> str:
    """How much more it takes: passes, items; of what has to rise and has not, the value that it has
    to exceed.
    """
    needed = row["needed"]
    if target.rule == "milestone" or row["state"] not in ("not attained", "behind"):
        return ""
    if not pd.isna(needed) and needed:
        return words("still_short", value=int(needed), unit=words.counted(target.unit, needed))
    if target.rule == "rising" and not pd.isna(row["year_before"]):
        return words("must_rise", before=_amount(row["year_before"], target, words))
    return ""


def _difference(value: float, target: Target, words: Words) -> str:
    if pd.isna(value):
        return ""
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    if _is_share(target):
        return words("share_points", value=f"{sign}{abs(value) * 100:.2f}")
    unit = "" if target.rule == "rank_within_front" else words.counted(target.unit, value)
    return words("of_unit", value=f"{sign}{number(abs(value))}", unit=unit).strip()


def points(value: Any, scoring: Scoring) -> str:
    """A score with as many decimals (one to six) as keep it in its band; nothing where there is
    none.
    """
    if pd.isna(value):
        return ""
    for digits in range(1, 7):
        text = f"{value:.{digits}f}"
        if all((float(text) >= band.least) == (value >= band.least) for band in scoring.bands):
            return text
    return f"{value:.6f}"


def places(low: Any, high: Any, words: Words) -> str:
    """From one whole number to another, such as 4–10, or one; nothing where there is none."""
    return "" if pd.isna(low) else words("from_to", low=low, high=high) if low != high else f"{low}"


def interval(low: Any, high: Any, words: Words) -> str:
    """A share's interval, such as 93.1%–98.0%; nothing where there is none."""
    return "" if pd.isna(low) else words("from_to", low=f"{low:.1%}", high=f"{high:.1%}")


def chance(value: Any) -> str:
    """A probability in whole percent, never 0 % or 100 % of what is open: <1%, 73%, >99%."""
    if pd.isna(value):
        return ""
    return "<1%" if value < 0.01 else ">99%" if value > 0.99 else f"{value:.0%}"


FEW = 10  # items of both years together, below which a ratio says nothing


def _few(row: dict[str, Any], target: Target) -> bool:
    """Whether a count is too small for a ratio of two years to say anything."""
    return (
        target.rule != "rate_at_least"
        and not pd.isna(row["change_low"])
        and row["numerator"] + row["previous_numerator"] < FEW
    )


def _changed(row: dict[str, Any], target: Target, words: Words) -> str:
    """How far chance reaches around a change: of rates in points, of counts as a ratio."""
    low, high = row["change_low"], row["change_high"]
    if pd.isna(low):
        return ""
    if target.rule == "rate_at_least":
        return words(
            "points_range",
            low=f"{100 * low:+.1f}".replace("-", "−"),
            high=f"{100 * high:+.1f}".replace("-", "−"),
        )
    if _few(row, target):
        return words("too_few")
    return words("times_range", low=f"{low:.1f}", high="∞" if np.isinf(high) else f"{high:.1f}")


def results(plan: Plan, attained: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Attainment as text, a row a result: clause, target, required, counts, value, state, gap,
    needed, note and more.

    `code` is the state as the contract spells it, `section` the plan's heading; the index is that
    of `attained`.
    """
    shown = []
    for row in attained.to_dict("records"):
        target = plan.target(row["target"])
        counts = [str(int(row[c])) for c in ("numerator", "denominator") if not pd.isna(row[c])]
        rate = target.rule in ("rate_at_least", "milestone", "rank_within_front")
        own = target.splittable and row["unit"] != plan.folder.city.name
        asks = required(target, words, row["threshold"] if own else None)
        if target.rule == "rising" and not pd.isna(row["year_before"]):
            asks = words.entry(
                "rules", "rising_from", before=_amount(row["year_before"], target, words)
            )
        shown.append(
            {
                "section": words.text(plan.section(target).title),
                "clause": words.clause(row["clause"]),
                "id": row["target"],
                "target": words.text(target.title),
                "required": asks,
                "counts": " / ".join(counts) if rate and len(counts) == 2 else "",
                "value": _value(row, target, words),
                "code": row["state"],
                "state": words.state(row["state"]),
                "gap": _difference(row["gap"], target, words),
                "needed": _needs(row, target, words),
                "note": words.reason(row["note"]),
                "owner": words.sender(target.owner),
                "previous": _previous(row["previous"], target, words),
                "change": _difference(row["change"], target, words),
                "change_interval": _changed(row, target, words),
                "trend": words.entry("trends", row["trend"])
                if row["trend"] and not _few(row, target)
                else "",
                "evidence": words.entry("evidence", row["evidence"]) if row["evidence"] else "",
                "interval": interval(row["low"], row["high"], words),
                "further": "" if pd.isna(row["further"]) else str(int(row["further"])),
                "probability": chance(row["probability"]),
                "expected": "" if pd.isna(row["expected"]) else f"{row['expected']:.1f}",
            }
        )
    return pd.DataFrame(shown, index=attained.index)
