"""A whole number split by weights: Sainte-Laguë's divisors."""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from fractions import Fraction


def allocate(weights: Mapping[str, float], seats: int) -> dict[str, int]:
    """Seats by weights, each going to the largest weight / (2 x seats held + 1) (Sainte-Laguë,
    Webster).

    They sum to `seats` exactly, and with more seats nobody gets fewer. Of equal claims the larger
    weight comes first, then the name. All weights zero count as equal. Raises `ValueError` for a
    weight that is negative or missing.

    >>> allocate({"a": 5117, "b": 4400, "c": 162, "d": 161, "e": 160}, 100)
    {'a': 51, 'b': 43, 'c': 2, 'd': 2, 'e': 2}
    """
    if seats < 0:
        raise ValueError(f"seats: a number of zero or more, not {seats}")
    for unit, weight in weights.items():
        if weight is None or not weight >= 0:
            raise ValueError(f"{unit}: a weight is a number of zero or more, not {weight}")
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    held = dict.fromkeys(weights, 0)
    # Nobody has a seat before all of larger weight have one, so that only so many can get any.
    units = (unit for unit, weight in weights.items() if weight)
    first = heapq.nsmallest(seats, units, lambda unit: (-weights[unit], unit))
    exact = {unit: Fraction(str(weights[unit])) for unit in first}  # 0.1 is a tenth
    claims = [(1 / weight, -weight, unit) for unit, weight in exact.items()]  # in order: a heap
    for _ in range(seats if claims else 0):
        _, rank, unit = claims[0]
        held[unit] += 1
        heapq.heapreplace(claims, ((2 * held[unit] + 1) / exact[unit], rank, unit))
    return held
