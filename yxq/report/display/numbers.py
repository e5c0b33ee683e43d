"""Numbers as text, spans of them, and where they come from; nothing where there is no number."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import pandas as pd

from yxq.plan.scoring import Scoring
from yxq.words.wording import Words

MOST_DECIMALS = 6


def share(value: Fraction, threshold: Fraction | None = None) -> str:
    """A share as a percentage, with as many decimals (one to six) as keep it on its side of the
    threshold.

    >>> share(Fraction(9496, 10000), Fraction(95, 100)), share(Fraction(95, 100), Fraction(95, 100))
    ('94.96%', '95.0%')
    """
    percentages = _rounded(float(value) * 100, 1)
    for text in percentages:
        if threshold is None or value == threshold:
            break
        if (Fraction(text) / 100 >= threshold) == (value >= threshold):
            return f"{text}%"
    return f"{percentages[0]}%"


def points(score: Any, scoring: Scoring) -> str:
    """A score with as many decimals (one to six) as keep it in its band; nothing where there is
    none.
    """
    if pd.isna(score):
        return ""
    for text in _rounded(score, 1):
        if all((float(text) >= band.least) == (score >= band.least) for band in scoring.bands):
            break
    return text


def points_apart(scores: pd.Series, scoring: Scoring) -> list[str]:
    """Scores beside each other, all with as many decimals (one to three) as tell those apart that
    are not the same.
    """
    known = scores.dropna().astype("float64").round(MOST_DECIMALS)
    for decimals in range(1, 4):
        if known.round(decimals).nunique() == known.nunique():
            break
    own = [points(score, scoring) for score in scores]
    return [
        text and max(text, f"{score:.{decimals}f}", key=len)
        for text, score in zip(own, scores, strict=True)
    ]


def number(value: float) -> str:
    """A number without a tail of zeros: 15, 79.4, 0.034.

    Two decimals, below one four, or up to six where it would read as nothing; what is nearer to
    nothing is 0, without a sign.

    >>> number(1234.5), number(-0.00004), number(-1e-9)
    ('1,234.5', '-0.00004', '0')
    """
    if pd.isna(value):
        return ""
    text = f"{value:,.2f}" if abs(value) >= 1 else unlike_zero(value, 4)
    return text.rstrip("0").rstrip(".")


def unlike_zero(value: float, fewest: int) -> str:
    """A value below one with as many decimals (`fewest` to six) as tell it from zero."""
    rounded = _rounded(value, fewest)
    return next((text for text in rounded if float(text)), rounded[0].removeprefix("-"))


def signed(value: float, size: str) -> str:
    """A difference with its sign before its size as text; ± where that is zero: +1.38, −3, ±0."""
    if not size.strip("0."):
        return f"±{size}"
    return f"{'+' if value > 0 else '−'}{size}"


def share_difference(value: float, words: Words) -> str:
    """A difference of shares in percentage points, with its sign."""
    return words("share_points", value=signed(value, unlike_zero(abs(value) * 100, 2)))


def places(low: Any, high: Any, words: Words) -> str:
    """From one whole number to another, such as 4–10, or one; nothing where there is none."""
    if pd.isna(low):
        return ""
    return words("from_to", low=low, high=high) if low != high else f"{low}"


def interval(low: Any, high: Any, words: Words) -> str:
    """A share's interval, such as 93.1%–98.0%; nothing where there is none."""
    return "" if pd.isna(low) else words("from_to", low=f"{low:.1%}", high=f"{high:.1%}")


def chance(probability: Any) -> str:
    """A probability in whole percent, never 0 % or 100 % of what is open: <1%, 73%, >99%."""
    if pd.isna(probability):
        return ""
    if 0.01 <= probability <= 0.99:
        return f"{probability:.0%}"
    return "<1%" if probability < 0.01 else ">99%"


def likely_grade(score: pd.Series) -> str:
    """The grade that a unit will more likely than not have at the end; empty where none is."""
    is_likely = pd.notna(score["end_chance"]) and score["end_chance"] >= 0.5
    return str(score["end_grade"]) if is_likely else ""


def ranges(rows: Iterable[int], words: Words) -> list[str]:
    """Row numbers with runs drawn together.

    >>> ranges([4, 5, 6, 9], Words("en"))
    ['4–6', '9']
    """
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    return [places(first, last, words) for first, last in runs]


def source(file: str, sheet: str, rows: str, words: Words) -> str:
    """Where a number comes from: file, sheet where it has one, rows."""
    return words("source_of_sheet" if sheet else "source_of", file=file, sheet=sheet, rows=rows)


def _rounded(value: float, fewest: int) -> list[str]:
    """A value with `fewest` to six decimals."""
    return [f"{value:.{decimals}f}" for decimals in range(fewest, MOST_DECIMALS + 1)]
