"""What is to come to several units with years before, written out unit by unit in plain loops, the
update as the exact conditional normal.
"""

import math
from itertools import combinations

import numpy as np

Rows = list[list[float]]  # a row a year, a column a unit


def blend(found: float, weight: float, usual: float, usual_weight: float) -> float:
    return (max(found, 0) * weight + usual * usual_weight) / (weight + usual_weight)


def apart(departure: Rows, tells: Rows) -> tuple[float, float, float]:
    chi = free = room = 0.0
    for gone_from, told in zip(departure, tells, strict=True):
        total = sum(told)
        if total > 0:
            centre = sum(t * d for t, d in zip(told, gone_from, strict=True)) / total
            chi += sum(t * (d - centre) ** 2 for t, d in zip(told, gone_from, strict=True))
            free += sum(t > 0 for t in told) - 1
            room += total - sum(t * t for t in told) / total
    return chi, free, room


def lumps_of(departure: Rows, tells: Rows) -> float:
    chi, free, _ = apart(departure, tells)
    return max(blend(chi / free, free, 1.2, 4), 1)


def own(
    departure: Rows, tells: Rows, now: list[float], tells_now: list[float], usual: float
) -> tuple[list[float], list[float]]:
    chi, free, room = apart(departure, tells)
    spread = blend((chi - free) / room, free, usual, 4)
    products, told = 0.5 / 0.06, 1 / 0.06
    pairs = [*zip(departure, tells, strict=True), (now, tells_now)]
    for (d_one, t_one), (d_two, t_two) in combinations(pairs, 2):
        for d, t, e, s in zip(d_one, t_one, d_two, t_two, strict=True):
            weight = (spread * t / (1 + spread * t)) * (spread * s / (1 + spread * s))
            products += weight * d * e / spread
            told += weight
    stays = min(max(products / told, 0), 1)
    expected, left = [], []
    for d, t in zip(zip(*departure, strict=True), zip(*tells, strict=True), strict=True):
        total, kept = sum(t), stays * spread
        if total:
            passing = (1 - stays) * spread * sum(v * v for v in t) / total**2
            weight = kept / (kept + 1 / total + passing)
            mean = sum(v * w for v, w in zip(t, d, strict=True)) / total
        else:
            weight = mean = 0.0
        expected.append(weight * mean)
        left.append(spread * (1 - weight * stays))
    return expected, left


def updated(
    now: list[float], tells: list[float], spread: list[float], city: tuple[float, float, float]
) -> tuple[np.ndarray, np.ndarray]:
    """The mean and variance of the rest of each, given those of which anything was seen."""
    first, both, second = city
    seen = [unit for unit, told in enumerate(tells) if told > 0]
    noise = np.diag([spread[unit] + 1 / tells[unit] for unit in seen])
    across = both + np.diag(spread)[:, seen]
    gain = across @ np.linalg.inv(first + noise)
    return gain @ np.array([now[unit] for unit in seen]), np.diag(
        second + np.diag(spread) - gain @ across.T
    )


def drift_of(levels: list[float], chance: list[float], usual: float) -> float:
    steps = [
        (levels[i + 1] - levels[i]) ** 2 - chance[i] - chance[i + 1] for i in range(len(levels) - 1)
    ]
    mean = sum(steps) / len(steps) if steps else 0.0
    return blend(mean, len(steps), usual, 2) + chance[-1]


def calendar(same: Rows, whole: Rows, gone: float, firm: float) -> tuple[float, float]:
    sames, wholes = [sum(row) for row in same], [sum(row) for row in whole]
    years, share = len(wholes), (sum(sames) + gone) / (sum(wholes) + 1)
    one, spread = share * (1 - share), 1 / (firm + 1)
    if years > 1:
        found = sum(
            ((s + gone) / (w + 1) - share) ** 2 for s, w in zip(sames, wholes, strict=True)
        ) / ((years - 1) * one)
        found -= sum(1 / (w + 1) for w in wholes) / years
        spread = blend(found, years - 1, spread, 2)
    return share, one * (spread * (1 + 1 / years) + 1 / (sum(wholes) + 1))


def counts(
    c: list[float], gone: float, same: Rows, whole: Rows, size: list[float], there: Rows
) -> tuple[list[float], list[float]]:
    """Mean and shape of what is to come; what is not `there` is 0 in same and whole."""
    units, years = range(len(c)), range(len(whole))
    in_all = [sum(row) for row in whole]
    level = [(in_all[y] + 0.5) / sum(size[u] * there[y][u] for u in units) for y in years]
    came, came_variance = calendar(same, whole, gone, 60)
    early = [sum(same[y]) / in_all[y] for y in years]
    lumps = lumps_of(
        [[same[y][u] / whole[y][u] - early[y] if whole[y][u] else 0 for u in units] for y in years],
        [[whole[y][u] / early[y] / (1 - early[y]) for u in units] for y in years],
    )
    of_all = sum(c) / sum(size)  # this year's pace, by size
    expected, spread = own(
        [
            [whole[y][u] / (level[y] * size[u]) - 1 if there[y][u] else 0 for u in units]
            for y in years
        ],
        [[there[y][u] * level[y] * size[u] / lumps for u in units] for y in years],
        [c[u] / (of_all * size[u]) - 1 if of_all else -1 for u in units],
        [of_all * size[u] / lumps for u in units],
        0.4**2,
    )
    factor = [max(1 + part, 0.05) for part in expected]
    drift = drift_of([math.log(v) for v in level], [lumps / (v + 0.5) for v in in_all], 0.3**2)
    rest = 1 - came
    city = (
        drift + came_variance / came**2,
        drift - came_variance / (came * rest),
        drift + came_variance / rest**2,
    )
    by_now = [level[-1] * size[u] * factor[u] * came for u in units]
    shift, variance = updated(
        [c[u] / by_now[u] - 1 for u in units],
        [v / lumps for v in by_now],
        [spread[u] / factor[u] ** 2 for u in units],
        city,
    )
    mean = [max(1 + v, 0.1) for v in shift]
    to_come = [level[-1] * size[u] * factor[u] * rest * mean[u] for u in units]
    shapes = [1 / (variance[u] / mean[u] + (lumps - 1) / to_come[u]) for u in units]
    return to_come, shapes


def season_of(passed: tuple[Rows, Rows], drawn: tuple[Rows, Rows], one: float) -> tuple[float, ...]:
    usual, returns = 2 * (0.14 * one) ** 2, 2 * (0.2 * one) ** 2
    found, chance = [], []
    for x0, x1, n0, n1 in zip(*passed, *drawn, strict=True):
        early, late = sum(n0), sum(n1) - sum(n0)
        if early and late:
            found.append((sum(x1) - sum(x0)) / late - sum(x0) / early)
            chance.append(one * (1 / early + 1 / late))
    if not found:
        return 0.0, returns, usual / 2
    between = 0.0
    if len(found) > 1:
        mean = sum(found) / len(found)
        between = sum((v - mean) ** 2 for v in found) / (len(found) - 1)
        between -= sum(chance) / len(chance)
    between = blend(between, len(found) - 1, usual, 2)
    weights = [1 / (between + v) for v in chance]
    unsure = 1 / (sum(weights) + 1 / returns)
    season = unsure * sum(w * v for w, v in zip(weights, found, strict=True))
    return season, unsure, between / 2


def rates(
    x: list[float],
    n: list[float],
    gone: float,
    passed: tuple[Rows, Rows],
    drawn: tuple[Rows, Rows],
    to_come: list[float],
) -> tuple[list[float], list[float]]:
    """Beta parameters of the rates of the rest; passed and drawn up to the day, and in all."""
    (x0, x1), (n0, n1) = passed, drawn
    units, years = range(len(x)), range(len(n1))
    samples = [sum(row) for row in n1]
    level = [(sum(x1[y]) + 0.5) / (samples[y] + 1) for y in years]
    one = level[-1] * (1 - level[-1])
    parts = [[(n0[y][u], n1[y][u] - n0[y][u]) for u in units] for y in years]
    lumps = lumps_of(
        [
            [
                (x1[y][u] - x0[y][u]) / late - x0[y][u] / early if early and late else 0
                for u, (early, late) in enumerate(parts[y])
            ]
            for y in years
        ],
        [[a * b / (a + b) / one if a + b else 0 for a, b in parts[y]] for y in years],
    )
    of_all = sum(x) / sum(n)
    rate = [x[u] / n[u] if n[u] else 0 for u in units]
    tells_now = [n[u] / one / lumps for u in units]
    beside, spread = own(
        [[x1[y][u] / n1[y][u] - level[y] if n1[y][u] else 0 for u in units] for y in years],
        [[n1[y][u] / one / lumps for u in units] for y in years],
        [v - of_all for v in rate],
        tells_now,
        (0.25 * one) ** 2,
    )
    odds = [math.log(v / (1 - v)) for v in level]
    drift = one**2 * drift_of(odds, [lumps / (v * one) for v in samples], 0.15**2)
    season, unsure, part = season_of(passed, drawn, one)
    came = (sum(map(sum, n0)) + gone) / (sum(samples) + 1)
    least = 0.5 / (samples[-1] + 1)
    before = [min(max(level[-1] + v - (1 - came) * season, least), 1 - least) for v in beside]
    shift, variance = updated(
        [rate[u] - before[u] for u in units],
        tells_now,
        spread,
        (drift + part, drift, drift + part + unsure),
    )
    a, b = [], []
    for u in units:
        least = 0.25 / (samples[-1] + n[u] + 1)
        mean = min(max(before[u] + shift[u] + season, least), 1 - least)
        share = variance[u] / one + (lumps - 1) / max(to_come[u], 1)
        firmness = 1 / min(max(share, 1e-9), 2 / 3) - 1
        a.append(mean * firmness)
        b.append((1 - mean) * firmness)
    return a, b
