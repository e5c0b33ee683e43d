"""A value over the years as a small line in a cell of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from yxq.report.blocks import macro

LEFT, RIGHT, TOP, BOTTOM = 3.0, 77.0, 3.0, 17.0  # of its box of 80 by 20


def scale(values: pd.Series) -> tuple[float, float]:
    """From where to where the lines of a table reach, so that they can be compared."""
    known = values.dropna().astype("float64")
    return (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)


def spark(
    values: Mapping[int, Any],
    years: Sequence[int],
    span: tuple[float, float],
    label: str,
    breaks: Sequence[int] = (),
) -> Any:
    """The line of a unit, or nothing where fewer than two years have a value.

    values: by year; years: of the table; span: see `scale`; label: what it says for those who do
    not see it; breaks: years that cannot be compared with those before, where the line is broken.
    """
    lines: list[list[str]] = [[]]
    for n, year in enumerate(years):
        value = values.get(year)
        if year in breaks or value is None or pd.isna(value):
            lines.append([])
        if value is not None and not pd.isna(value):
            x = LEFT + (RIGHT - LEFT) * n / max(1, len(years) - 1)
            lines[-1].append(f"{x:.1f},{_height(float(value), span):.1f}")
    points = [point for line in lines for point in line]
    if len(points) < 2:
        return ""
    drawn = [" ".join(line) for line in lines if len(line) > 1]
    return macro("spark", label, drawn, points[-1].split(","))


def _height(value: float, span: tuple[float, float]) -> float:
    low, high = span
    return BOTTOM - (BOTTOM - TOP) * ((value - low) / (high - low) if high > low else 0.5)
