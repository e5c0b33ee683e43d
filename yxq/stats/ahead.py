"""What the rest of a year will bring, from the year so far and the years before: of counts by
gamma-Poisson, of rates by beta-binomial.

One idea serves both. A unit departs from its city by something that stays from year to year and by
something that does not; the city drifts from year to year, which this year shows in all its units
together; and a part of a year is not like the whole, as far as earlier years show the season or the
calendar. How much there is of each comes from the years before, blended with a cautious usual value
(linear credibility: Bühlmann and Straub 1970). With no year before, nothing is known but the year
so far (Jeffreys). `tools/calibration.py` says how often that is right.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from yxq.stats.evidence import Floats
from yxq.stats.forecast import LEAST_UNITS

# Fewer than LEAST_UNITS tell nothing about a spread: each is forecast by itself.
AS_UNITS, AS_YEARS = 4.0, 2.0  # how many a usual value counts for beside those that were found
STAYS, STAYS_VARIANCE = 0.5, 0.06  # what of the spread between units stays to the next year
LUMPS = 1.2  # variance of chance beside that of independent events, for some come together
# How far a part of a year is from the whole, in log odds: by chance, and by a season that returns.
PART, SEASON = 0.14, 0.2


@dataclass(frozen=True)
class Years:
    """Numbers of earlier years, a row a year (last year's is the last) and a column a unit: up to
    the same day, and of the whole; NaN where not all is in.
    """

    same: Floats
    whole: Floats

    def of_unit(self, unit: int) -> Years:
        """Those of one unit."""
        return Years(self.same[:, unit : unit + 1], self.whole[:, unit : unit + 1])

    def with_any(self) -> Years:
        """Those of the years in which there are any."""
        years = ~np.isnan(self.whole).all(axis=1)
        return Years(self.same[years], self.whole[years])

    @property
    def rest(self) -> Floats:
        """What came after the day."""
        return self.whole - self.same


@dataclass(frozen=True)
class Usual:
    """What is taken where earlier years say little: standard deviations of logarithms (of odds, for
    rates), of the city's drift from year to year, of that of a unit alone, between units; and how
    many events show the calendar as well as a year does.
    """

    drift: float
    alone: float
    spread: float
    calendar: float = np.inf

    def changes(self, units: int) -> float:
        """The variance from year to year of what so many units are together."""
        return (self.alone if units == 1 else self.drift) ** 2


COUNTS, SAMPLES = Usual(0.3, 0.4, 0.4, 60.0), Usual(0.4, 0.4, 0.4, 200.0)
RATES = Usual(0.15, 0.25, 0.25)


def counts_ahead(
    c: Floats, gone: float, before: Years, size: Floats | None = None, usual: Usual = COUNTS
) -> tuple[Floats, Floats]:
    """Mean and shape (gamma) of what is still to come to each unit, c having come in a share `gone`
    of the year's days.

    size: what counts go with, where it is known. NaN where nothing is known.
    """
    size = np.ones(len(c)) if size is None else size
    before = before.with_any()
    if not len(before.whole):
        return ((c + 0.5) * (1 / gone - 1) if gone > 0 else c * np.nan), c + 0.5
    if 1 < len(c) < LEAST_UNITS:
        return _each(
            lambda u: counts_ahead(c[u : u + 1], gone, before.of_unit(u), None, usual), len(c)
        )
    rest, shape = _counts_together(c, gone, before, size, usual)
    if usual is COUNTS and not np.nansum(before.whole):
        # Who has some where nobody had any is told by time alone: there is no level to depart from.
        alone = (c + 0.5) * (1 - gone) / (gone + len(before.whole))
        return np.where(c > 0, alone, rest), np.where(c > 0, c + 0.5, shape)
    return rest, shape


def _counts_together(
    c: Floats, gone: float, before: Years, size: Floats, usual: Usual
) -> tuple[Floats, Floats]:
    """The same of one unit, or of enough, with a year before; levels are told beside the city's."""
    in_all, there = np.nansum(before.whole, axis=1), ~np.isnan(before.whole)
    came, came_variance = _calendar(before, gone, usual.calendar)
    lumps = _lumps(*_counts_by_part(before))
    level = (in_all + 0.5) / (size * there).sum(axis=1)
    own_level = level[:, None] * size
    pace = own_level[-1] * came * (c.sum() / max(own_level[-1].sum() * came, 1e-9))
    departure, spread = _own(
        np.where(there, before.whole / own_level - 1, 0.0),
        there * own_level / lumps,
        _over(c, pace) - 1,
        pace / lumps,
        usual.spread**2,
    )
    factor = np.maximum(1 + departure, 0.05)
    drift = _drift(np.log(level), lumps / (in_all + 0.5), usual.changes(len(c)))
    expected = own_level[-1] * factor * came
    city = _by_calendar(drift, came, came_variance)
    now = _over(c, expected) - 1
    shift, variance = _updated(now, expected / lumps, spread / factor**2, *city)
    mean = np.maximum(1 + shift, 0.1)
    rest = own_level[-1] * factor * (1 - came) * mean
    return rest, 1 / np.maximum(variance / mean + (lumps - 1) / np.maximum(rest, 1e-9), 1e-9)


def rates_ahead(
    x: Floats, n: Floats, gone: float, passed: Years, drawn: Years, to_come: Floats
) -> tuple[Floats, Floats]:
    """Beta parameters of each unit's rate in the rest of the year, x of n having passed so far and
    about so many samples still to come.
    """
    years = np.nansum(drawn.whole, axis=1) > 0
    passed, drawn = (Years(part.same[years], part.whole[years]) for part in (passed, drawn))
    if not years.any():
        mean = (x + 0.5) / (n + 1)
        return _beta(mean, 1 / (n + 2) + 2 * PART**2 * mean * (1 - mean))
    if 1 < len(x) < LEAST_UNITS:

        def alone(u: int) -> tuple[Floats, Floats]:
            one = slice(u, u + 1)
            past = passed.of_unit(u), drawn.of_unit(u)
            return rates_ahead(x[one], n[one], gone, *past, to_come[one])

        return _each(alone, len(x))
    return _rates_together(x, n, gone, passed, drawn, to_come)


def _rates_together(
    x: Floats, n: Floats, gone: float, passed: Years, drawn: Years, to_come: Floats
) -> tuple[Floats, Floats]:
    """The same of one unit, or of enough, with a year before."""
    samples = drawn.whole.sum(axis=1)
    level = (passed.whole.sum(axis=1) + 0.5) / (samples + 1)
    one = level[-1] * (1 - level[-1])  # the variance of a sample
    lumps = _lumps(*_rates_by_part(passed, drawn, one))
    tells, tells_now = drawn.whole / one / lumps, n / one / lumps
    departure, spread = _own(
        np.where(drawn.whole > 0, _over(passed.whole, drawn.whole) - level[:, None], 0.0),
        tells,
        _over(x, n) - x.sum() / max(n.sum(), 1),
        tells_now,
        (RATES.spread * one) ** 2,
    )
    drift = one**2 * _drift(
        np.log(level / (1 - level)), lumps / (samples * one), RATES.changes(len(x))
    )
    season, unsure, part = _season(passed, drawn, one)
    came = (drawn.same.sum() + gone) / (samples.sum() + 1)
    least = 0.5 / (samples[-1] + 1)
    expected = np.clip(level[-1] + departure - (1 - came) * season, least, 1 - least)
    shift, variance = _updated(
        _over(x, n) - expected, tells_now, spread, drift + part, drift, drift + part + unsure
    )
    least = 0.25 / (samples[-1] + n + 1)
    mean = np.clip(expected + shift + season, least, 1 - least)
    return _beta(mean, variance / one + (lumps - 1) / np.maximum(to_come, 1))


def _each(ahead: Callable[[int], tuple[Floats, Floats]], units: int) -> tuple[Floats, Floats]:
    """The forecast of each unit by itself."""
    first, second = zip(*map(ahead, range(units)), strict=True)
    return np.concatenate(first), np.concatenate(second)


def _over(part: Floats, whole: Floats) -> Floats:
    parts: Floats = np.divide(part, whole, out=np.zeros_like(part, dtype=float), where=whole > 0)
    return parts


def _blend(found: float, weight: float, usual: float, usual_weight: float) -> float:
    return (max(found, 0.0) * weight + usual * usual_weight) / (weight + usual_weight)


def _beta(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Beta parameters; variance: as a share of that of one sample."""
    firmness = 1 / np.clip(variance, 1e-9, 2 / 3) - 1
    return mean * firmness, (1 - mean) * firmness


def _apart(departure: Floats, tells: Floats) -> tuple[float, float, float]:
    """How far units are apart in all years: the chi-square beside chance, its degrees of freedom,
    and by how much a variance of 1 between them raises it. tells: 1 by the variance of chance.
    """
    total = tells.sum(axis=1, keepdims=True)
    centre = _over((tells * departure).sum(axis=1, keepdims=True), total)
    free = np.maximum((tells > 0).sum(axis=1) - 1, 0).sum()
    room = total - _over((tells**2).sum(axis=1, keepdims=True), total)
    return float((tells * (departure - centre) ** 2).sum()), float(free), float(room.sum())


def _own(
    departure: Floats, tells: Floats, now: Floats, tells_now: Floats, usual: float
) -> tuple[Floats, Floats]:
    """What is expected of each unit beside its city by its own earlier years, and the variance that
    is left.

    What of the spread stays is told by the products of every two years, this one so far included.
    """
    if len(now) == 1:
        return np.zeros(1), np.zeros(1)
    chi, free, room = _apart(departure, tells)
    spread = _blend((chi - free) / room if room > 0 else 0.0, free, usual, AS_UNITS)
    years = [*zip(departure, tells, strict=True), (now, tells_now)]
    products = told = 0.0
    for (one, tells_one), (other, tells_other) in combinations(years, 2):
        weight = spread**2 * tells_one * tells_other
        weight /= (1 + spread * tells_one) * (1 + spread * tells_other)
        products += float((weight * one * other).sum()) / spread
        told += float(weight.sum())
    stays = np.clip((products + STAYS / STAYS_VARIANCE) / (told + 1 / STAYS_VARIANCE), 0, 1)
    in_all = tells.sum(axis=0)
    chance = _over(np.ones_like(in_all), in_all)
    passing = (1 - stays) * spread * _over((tells**2).sum(axis=0), in_all**2)
    own = np.where(in_all > 0, stays * spread, 0.0)
    weight = _over(own, own + chance + passing)
    return weight * _over((tells * departure).sum(axis=0), in_all), spread * (1 - weight * stays)


def _updated(
    now: Floats, tells: Floats, spread: Floats, first: float, both: float, second: float
) -> tuple[Floats, Floats]:
    """How far the rest of the year is expected from what was expected, and its variance.

    now: how far the year so far is; spread: the variance of each unit beside its city; first,
    second, both: variances of the city's part so far and of its rest, and their covariance.
    """
    seen = tells > 0
    weight = np.where(seen, 1 / (spread + 1 / np.where(seen, tells, 1)), 0.0)
    left = 1 / (1 / first + weight.sum())
    city = left * float((weight * now).sum())
    goes_on, own = both / first, spread * weight
    variance = spread * (1 - own) + (goes_on - own) ** 2 * left + max(second - goes_on * both, 0.0)
    return goes_on * city + own * (now - city), variance


def _drift(level: Floats, chance: Floats, usual: float) -> float:
    """The variance of this year's level about last year's, both logarithms; chance: the variance of
    what was seen of each year's.
    """
    found = np.diff(level) ** 2 - chance[1:] - chance[:-1]
    mean = float(found.mean()) if len(found) else 0.0
    return _blend(mean, len(found), usual, AS_YEARS) + float(chance[-1])


def _calendar(before: Years, gone: float, firm: float) -> tuple[float, float]:
    """What share of a year's events comes by a day, as in earlier years (the days count as one more
    event), and its variance.
    """
    same, whole = np.nansum(before.same, axis=1), np.nansum(before.whole, axis=1)
    share = float((same.sum() + gone) / (whole.sum() + 1))
    if not 0 < share < 1 or gone >= 1:
        return (1.0 if gone >= 1 else share), 0.0
    one, years = share * (1 - share), len(whole)
    apart = 1 / (firm + 1)
    if years > 1:
        by_year = (same + gone) / (whole + 1) - share
        found = float((by_year**2).sum()) / (years - 1) / one - float((1 / (whole + 1)).mean())
        apart = _blend(found, years - 1, apart, AS_YEARS)
    return share, one * (apart * (1 + 1 / years) + 1 / (whole.sum() + 1))


def _by_calendar(drift: float, came: float, variance: float) -> tuple[float, float, float]:
    """Variances of what came beside what was expected, of what is to come, and (between them) their
    covariance: where the calendar is early, the more came and the less is to come.
    """
    if not 0 < came < 1:
        return drift, drift, drift
    rest = 1 - came
    return drift + variance / came**2, drift - variance / came / rest, drift + variance / rest**2


def _season(passed: Years, drawn: Years, one: float) -> tuple[float, float, float]:
    """How much higher rates are after the day than up to it, as far as earlier years show it; the
    variance of that; and of a part of a year beside what is expected of it.
    """
    same, rest = drawn.same.sum(axis=1), drawn.rest.sum(axis=1)
    both = (same > 0) & (rest > 0)
    usual, returns = 2 * (PART * one) ** 2, 2 * (SEASON * one) ** 2
    if not both.any():
        return 0.0, returns, usual / 2
    same, rest = same[both], rest[both]
    found = passed.rest.sum(axis=1)[both] / rest - passed.same.sum(axis=1)[both] / same
    chance = one * (1 / same + 1 / rest)
    years = len(found)
    between = float(found.var(ddof=1) - chance.mean()) if years > 1 else 0.0
    between = _blend(between, years - 1, usual, AS_YEARS)
    weight = 1 / (between + chance)
    unsure = 1 / (float(weight.sum()) + 1 / returns)
    return unsure * float((weight * found).sum()), unsure, between / 2


def _lumps(departure: Floats, tells: Floats) -> float:
    """How much more the parts of a year differ than by chance alone: the variance beside it."""
    chi, free, _ = _apart(departure, tells)
    return max(_blend(chi / free if free else 0.0, free, LUMPS, AS_UNITS), 1.0)


def _counts_by_part(before: Years) -> tuple[Floats, Floats]:
    """Of each unit and year the share that had come by the day, and what it tells."""
    same, whole = np.nan_to_num(before.same), np.nan_to_num(before.whole)
    share = _over(same.sum(axis=1), whole.sum(axis=1))[:, None]
    return _over(same, whole) - share, _over(whole, share * (1 - share) + 0 * whole)


def _rates_by_part(passed: Years, drawn: Years, one: float) -> tuple[Floats, Floats]:
    """Of each unit and year how far the rate after the day is from that up to it, and what it
    tells.
    """
    apart = _over(passed.rest, drawn.rest) - _over(passed.same, drawn.same)
    return apart, _over(drawn.same * drawn.rest, drawn.whole) / one
