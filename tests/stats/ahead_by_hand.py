"""What is to come to a unit alone that has one year before, and the chances of it, written out as
`docs` have it, with scipy's distributions.
"""

import math
from fractions import Fraction

from scipy.stats import betabinom, nbinom, norm

EVEN, DRAWN = (0.4, 60), (0.4, 200)  # drift and firmness of the calendar: of counts, of samples


def one_count(
    c: float, gone: float, same: float, whole: float, usual: tuple[float, float] = EVEN
) -> tuple[float, float]:
    """Mean and shape of what is to come."""
    if c and not whole and usual == EVEN:
        return (c + 0.5) * (1 - gone) / (gone + 1), c + 0.5
    level, came = whole + 0.5, (same + gone) / (whole + 1)
    left = 1 - came
    timing = came * left * (2 / (usual[1] + 1) + 1 / (whole + 1))
    drift = usual[0] ** 2 + 1.2 / level
    first, both = drift + timing / came**2, drift - timing / came / left
    rest = drift + timing / left**2
    expected = level * came
    now, chance = c / expected - 1, 1.2 / expected
    factor = 1 + both / (first + chance) * now
    to_come = level * left * factor
    variance = rest - both**2 / (first + chance)
    return to_come, 1 / (variance / factor + 0.2 / to_come)


def one_rate(
    x: float, n: float, gone: float, x0: float, n0: float, x1: float, n1: float, to_come: float
) -> tuple[float, float]:
    """Beta parameters of the rate in the rest of the year; a year before x0 of n0 had passed by the
    day, x1 of n1 in all; none at all if there was none.
    """
    if not n1:
        mean = (x + 0.5) / (n + 1)
        firmness = 1 / (1 / (n + 2) + 2 * 0.14**2 * mean * (1 - mean)) - 1
        return mean * firmness, (1 - mean) * firmness
    level = (x1 + 0.5) / (n1 + 1)
    one = level * (1 - level)
    usual, returns = 2 * (0.14 * one) ** 2, 2 * (0.2 * one) ** 2
    season, unsure = 0.0, returns
    if 0 < n0 < n1:
        chance = one * (1 / n0 + 1 / (n1 - n0))
        unsure = 1 / (1 / (usual + chance) + 1 / returns)
        season = unsure / (usual + chance) * ((x1 - x0) / (n1 - n0) - x0 / n0)
    came = (n0 + gone) / (n1 + 1)
    least = 0.5 / (n1 + 1)
    before = min(max(level - (1 - came) * season, least), 1 - least)
    drift, part = (0.25 * one) ** 2 + 1.2 * one / n1, usual / 2
    goes_on = drift / (drift + part + 1.2 * one / n)
    least = 0.25 / (n1 + n + 1)
    mean = min(max(before + season + goes_on * (x / n - before), least), 1 - least)
    variance = drift + part + unsure - goes_on * drift
    firmness = 1 / (variance / one + 0.2 / max(to_come, 1)) - 1
    return mean * firmness, (1 - mean) * firmness


def chance_of_count(c: int, low: int, ahead: tuple[float, float]) -> float:
    """That so many at least there are in the end."""
    rest, shape = ahead
    return float(nbinom(shape, shape / (shape + rest)).sf(low - c - 1))


def chance_of_rate(
    x: int, n: int, share: Fraction, to_come: tuple[float, float], rate: tuple[float, float]
) -> float:
    """The mean of nine beta-binomials of as many samples as may come."""
    (rest, shape), chances = to_come, []
    for step in range(9):
        spread = math.sqrt(rest + rest**2 / shape)
        more = round(max(rest + norm.ppf((step + 0.5) / 9) * spread, 0))
        need = math.ceil(share * (n + more))
        chances.append(betabinom(more, *rate).sf(need - x - 1) if more else float(x >= need))
    return sum(chances) / 9


def alone(
    x: int, n: int, share: Fraction, gone: float, x0: int = 0, n0: int = 0, x1: int = 0, n1: int = 0
) -> float:
    """The chance of a rate of a unit alone."""
    to_come = one_count(n, gone, n0, n1, DRAWN)
    return chance_of_rate(x, n, share, to_come, one_rate(x, n, gone, x0, n0, x1, n1, to_come[0]))
