"""Results as the text that readers see: every number with its unit, no rate rounded across its threshold."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pandas as pd

from yxq.plan import Plan, Target
from yxq.words import Words


def share(value: Fraction, threshold: Fraction | None = None) -> str:
    """A share as a percentage, with as many decimals (one to six) as keep it on its side of the threshold.

    >>> share(Fraction(9496, 10000), Fraction(95, 100)), share(Fraction(95, 100), Fraction(95, 100))
    ('94.96%', '95.0%')
    """
    for digits in range(1, 7):
        text = f"{float(value) * 100:.{digits}f}"
        if threshold is None or value == threshold or (Fraction(text) / 100 >= threshold) == (value >= threshold):
            return f"{text}%"
    return f"{float(value) * 100:.1f}%"


def number(value: float) -> str:
    """A number without a tail of zeros: 15, 79.4, 0.034."""
    return f"{value:,.4f}".rstrip("0").rstrip(".") if value == value else ""


def ranges(numbers: Iterable[int]) -> str:
    """Row numbers with runs drawn together.

    >>> ranges([4, 5, 6, 9])
    '4-6, 9'
    """
    runs: list[list[int]] = []
    for n in sorted(numbers):
        if runs and n == runs[-1][1] + 1:
            runs[-1][1] = n
        else:
            runs.append([n, n])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def measured_in(target: Target, words: Words) -> str:
    """The unit of a target's value: a share, or what is counted."""
    return words("share_unit") if _is_share(target) else words.text(target.unit)


def required(target: Target, words: Words, split: bool = True) -> str:
    """What the plan asks, such as `≥ 95%`."""
    key = target.rule if split else "not_split"
    if target.rule == "milestone":
        key = {None: "milestone_unset", "open": "milestone_open"}.get(target.threshold, "milestone")
    return words.of("rules", key, threshold=(target.threshold or "").replace("..", "–"), unit=words.text(target.unit))


def _is_share(target: Target) -> bool:
    return target.rule == "rate_at_least" or target.unit.en == "share"


def _value(row: dict[str, Any], target: Target) -> str:
    if pd.isna(row["value"]):
        return ""
    if target.rule == "rate_at_least":
        return share(Fraction(int(row["numerator"]), int(row["denominator"])), target.share)
    return f"{row['value']:.2%}" if _is_share(target) else number(row["value"])


def _previous(value: Any, target: Target) -> str:
    if pd.isna(value):
        return ""
    if target.rule == "rate_at_least":
        return share(Fraction(value).limit_denominator(1_000_000), target.share)
    return f"{value:.2%}" if _is_share(target) else number(value)


def _difference(value: float, target: Target, words: Words, days: bool = False) -> str:
    if pd.isna(value):
        return ""
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    if _is_share(target):
        return words("points", value=f"{sign}{abs(value) * 100:.2f}")
    if target.rule == "milestone":
        return words("days", value=f"{sign}{abs(int(value))}")
    unit = "" if target.rule == "rank_within_front" else words.text(target.unit)
    return words("of_unit", value=f"{sign}{number(abs(value))}", unit=unit).strip()


def results(plan: Plan, attained: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Attainment as text, a row a result: clause, target, required, counts, value, state, gap, needed, note and more.

    `code` is the state as the contract spells it, `section` the plan's heading; the index is that of `attained`.
    """
    shown = []
    for row in attained.to_dict("records"):
        target = plan.target(row["target"])
        counts = [str(int(row[c])) for c in ("numerator", "denominator") if not pd.isna(row[c])]
        rate = target.rule in ("rate_at_least", "milestone", "rank_within_front")
        needed = row["needed"]
        shown.append({
            "section": words.text(plan.section(target).title), "clause": row["clause"], "id": row["target"],
            "target": words.text(target.title), "required": required(target, words, "not_split" not in row["note"]),
            "counts": " / ".join(counts) if rate or len(counts) == 1 else "", "value": _value(row, target),
            "code": row["state"], "state": words.state(row["state"]), "gap": _difference(row["gap"], target, words),
            "needed": "" if pd.isna(needed) or needed == 0 or target.rule == "milestone" else words("days" if target.rule == "milestone" else "of_unit",
                                                                      value=int(needed), unit=words.text(target.unit)),
            "note": words.reason(row["note"]), "owner": target.owner if words.language == "zh" else plan.folder.senders[target.owner].en,
            "previous": _previous(row["previous"], target),
            "change": _difference(row["change"], target, words),
        })  # fmt: skip
    return pd.DataFrame(shown, index=attained.index)
