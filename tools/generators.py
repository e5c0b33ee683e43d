"""Simulated years against which a forecast is judged: `python tools/generators.py` lists them.

Each generator makes three years of history and a fourth that is judged, of a city with 12 to 30
towns, and asks of each town and of the city a bound at the end of the fourth. How strong an effect
is, is drawn anew each time. A bound rests on the history and on chance, or was there before the
years began; never on how the judged year went: else a good forecast would look miscalibrated.

Written by one who had not read how the forecast is made. Half of the generators are held out: they
are for a last judgement, and nobody tunes a model by them. Which, a coin decided: see `held_out`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit

Floats: TypeAlias = NDArray[np.float64]
Integers: TypeAlias = NDArray[np.int64]

COIN = "2013-11-27"  # taken before the first draw, and not tried with any other
YEARS = np.arange(2010, 2014)
JUDGED = 3  # its place in YEARS
STARTS = (YEARS - 1970).astype("datetime64[Y]").astype("datetime64[D]")
DATES = STARTS[:, None] + np.arange(366)  # a row a year; all but 2012 go one day too far
LENGTHS = np.array([365, 365, 366, 365])
MONTH = DATES.astype("datetime64[M]").astype(np.int64) % 12
DAY = np.arange(366)
SPRING_FESTIVALS = np.array(["2010-02-13", "2011-02-02", "2012-01-22", "2013-02-09"], "M8[D]")
NAMES = pd.array([f"town {n:02d}" for n in range(1, 41)], dtype="str")
USUAL_PERCENTS = np.array([50, 60, 65, 70, 75, 80, 85, 88, 90, 92, 93, 94, 95, 96, 97, 98, 99])


@dataclass(frozen=True)
class Simulated:
    """Four years of rows, and what is asked of the units at the end of the last."""

    rows: pd.DataFrame
    asked: pd.DataFrame


Make: TypeAlias = Callable[[np.random.Generator], Simulated]


@dataclass(frozen=True)
class Generator:
    """A way in which the years of a city may go."""

    name: str
    kind: str
    why: str
    held_out: bool
    make: Make


@dataclass(frozen=True)
class Visits:
    """One element a visit or event: the year's place in YEARS, the town, the day from 0."""

    year: Integers
    town: Integers
    day: Integers

    def __len__(self) -> int:
        return len(self.year)

    def chosen(self, which: NDArray[Any]) -> Visits:
        """Some of the visits."""
        return Visits(self.year[which], self.town[which], self.day[which])

    def and_those(self, other: Visits) -> Visits:
        """These, and behind them the others."""
        return Visits(
            np.concatenate([self.year, other.year]),
            np.concatenate([self.town, other.town]),
            np.concatenate([self.day, other.day]),
        )


@dataclass(frozen=True)
class City:
    """What most generators of shares begin with: `sizes` sum to 1, `quality` and `towns` are
    logits, `expected` is the number of visits by year and town.
    """

    sizes: Floats
    quality: float
    towns: Floats
    expected: Floats

    def level(self) -> Floats:
        """The logit by year and town while nothing else happens."""
        return np.tile(self.quality + self.towns, (len(YEARS), 1))


def working_days() -> Floats:
    """How likely a day is to have a visit: weekends hardly, holidays never, a row a year."""
    weights = np.where(np.is_busday(DATES), 1.0, 0.05)
    weights[LENGTHS[:, None] <= DAY] = 0
    since = (DATES - SPRING_FESTIVALS[:, None]).astype(np.int64)
    weights[(since >= 0) & (since < 9)] = 0
    of_month = (DATES - DATES.astype("datetime64[M]")).astype(np.int64)
    weights[(MONTH == 9) & (of_month < 7)] = 0
    return weights


WORKING = working_days()


def town_sizes(rng: np.random.Generator) -> Floats:
    """Unequal parts of a city of 12 to 30 towns, which sum to 1."""
    sizes = rng.lognormal(0, rng.uniform(0.5, 1.0), rng.integers(12, 31))
    return np.asarray(sizes / sizes.sum())


def a_city(rng: np.random.Generator, spread: float = 0.3, visits: float = 25) -> City:
    """A city of usual quality, with about so many visits a town and year, by the town's size."""
    sizes = town_sizes(rng)
    budget = visits * np.clip(rng.lognormal(0, 0.5), 0.4, 2.5) * len(sizes)
    yearly = budget * rng.lognormal(0, 0.08, (len(YEARS), 1))
    quality = float(logit(rng.uniform(0.78, 0.96)))
    return City(
        sizes,
        quality,
        rng.normal(0, spread, len(sizes)),
        yearly * (0.3 * sizes.mean() + 0.7 * sizes),
    )


def spread_over(rng: np.random.Generator, number: Integers, weights: Floats) -> Visits:
    """So many visits by year and town, on days drawn by their weight, a row a year."""
    year, town = (np.repeat(index.ravel(), number.ravel()) for index in np.indices(number.shape))
    days = [
        rng.choice(366, size=size, p=weight / weight.sum())
        for size, weight in zip(number.sum(axis=1), weights, strict=True)
    ]
    return Visits(year, town, np.concatenate(days))


def visited(rng: np.random.Generator, expected: Floats, weights: Floats = WORKING) -> Visits:
    """Visits about as many as expected; at least one where any is."""
    number = np.maximum(rng.poisson(expected), expected > 0)
    return spread_over(rng, number, weights)


def bump(centre: float, width: float) -> Floats:
    """A season: 1 at its centre and none far from it, by day of the year."""
    return np.asarray(np.exp(-0.5 * ((DAY - centre) / width) ** 2))


def either_way(rng: np.random.Generator, low: float, high: float) -> float:
    """A size between these, up or down."""
    return float(rng.choice([-1, 1]) * rng.uniform(low, high))


def table(visits: Visits, firm: Integers | None = None, **numbers: Integers) -> pd.DataFrame:
    """Rows as a department returns them: one a visit where firms are known, else a town and day."""
    key = (visits.year * 366 + visits.day) * len(NAMES) + visits.town
    if firm is None:
        key, inverse = np.unique(key, return_inverse=True)
        numbers = {
            name: np.bincount(inverse, value, len(key)).astype(np.int64)
            for name, value in numbers.items()
        }
    else:
        order = np.lexsort((firm, key))
        key, firm = key[order], firm[order]
        numbers = {name: value[order] for name, value in numbers.items()}
    place, town = np.divmod(key, len(NAMES))
    year, day = np.divmod(place, 366)
    dates = DATES[year, day].astype("datetime64[ns]")
    rows = {"year": YEARS[year], "unit": NAMES.take(town), "day": dates, **numbers}
    if firm is not None:
        rows["firm"] = pd.array([f"firm {n}" for n in firm], dtype="str")
    return pd.DataFrame(rows)


def asks(bounds: dict[str, str], operator: str) -> pd.DataFrame:
    """What is asked, one row a unit."""
    columns = {"unit": list(bounds), "operator": operator, "bound": list(bounds.values())}
    return pd.DataFrame(columns)


def usual_bound(rng: np.random.Generator, share: float, spread: float = 0.45) -> str:
    """A share that an office might ask where this one is usual."""
    wanted = expit(logit(np.clip(share, 0.3, 0.992)) + rng.normal(0.05, spread))
    return str(Fraction(int(USUAL_PERCENTS[np.abs(USUAL_PERCENTS / 100 - wanted).argmin()]), 100))


def share_bounds(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """One share of all towns, or of each about its own of the past, by what the history shows."""
    past = rows[rows["year"] < YEARS[JUDGED]]
    pooled = past["passed"].sum() / past["samples"].sum()
    units = sorted(rows.loc[rows["year"] == YEARS[JUDGED], "unit"].unique())
    bounds = {"": usual_bound(rng, pooled, 0.3)}
    if rng.random() < 0.7:
        same = usual_bound(rng, pooled)
        return asks(bounds | dict.fromkeys(units, same), ">=")
    sums = past.groupby("unit")[["passed", "samples"]].sum().reindex(units, fill_value=0)
    own = (sums["passed"] + 10 * pooled) / (sums["samples"] + 10)
    points = np.clip(np.rint(100 * own + rng.integers(-4, 5, len(units))), 40, 100).astype(int)
    each = {unit: str(Fraction(int(n), 100)) for unit, n in zip(units, points, strict=True)}
    return asks(bounds | each, ">=")


def count_bounds(
    rng: np.random.Generator,
    rows: pd.DataFrame,
    towns: int,
    operator: str,
    about: tuple[float, float] = (0.75, 1.2),
) -> pd.DataFrame:
    """One number of all towns, or of each about its own of the past, by what the history shows."""
    past = rows[rows["year"] < YEARS[JUDGED]]
    names = NAMES[:towns]
    mean = past.groupby("unit")["count"].sum().reindex(names, fill_value=0) / JUDGED
    least = 1 if operator == ">=" else 0
    usual = np.full(towns, mean.median()) if rng.random() < 0.4 else mean.to_numpy()
    spread = (
        np.full(towns, rng.uniform(*about)) if rng.random() < 0.5 else rng.uniform(*about, towns)
    )
    each = np.maximum(np.rint(usual * spread), least).astype(int)
    whole = max(round(mean.sum() * rng.uniform(*about)), least)
    city = 5 * round(whole / 5) if whole > 25 else whole
    return asks({"": str(city)} | dict(zip(names, map(str, each), strict=True)), operator)


def sampled(
    rng: np.random.Generator,
    visits: Visits,
    logits: Floats,
    samples: Integers | None = None,
    firm: Integers | None = None,
) -> Simulated:
    """Each visit's samples pass by its logit; few samples a visit where none are given."""
    taken = 1 + rng.poisson(1.0, len(visits)) if samples is None else samples
    rows = table(visits, firm, samples=taken, passed=rng.binomial(taken, expit(logits)))
    return Simulated(rows, share_bounds(rng, rows))


def counted(
    rng: np.random.Generator,
    events: Visits,
    towns: int,
    operator: str,
    about: tuple[float, float] = (0.75, 1.2),
) -> Simulated:
    """Events as counts by town and day."""
    rows = table(events, count=np.ones(len(events), dtype=np.int64))
    return Simulated(rows, count_bounds(rng, rows, towns, operator, about))


def firms_of(rng: np.random.Generator, city: City, usual: float) -> tuple[Integers, Integers]:
    """How many firms each town has, more in a large one, and the number of its first."""
    number = 3 + rng.poisson(usual * city.sizes * len(city.sizes))
    return number, np.cumsum(number) - number


# Shares.


def plain_shares(rng: np.random.Generator) -> Simulated:
    """All towns alike and nothing happens: no more doubt than is due."""
    city = a_city(rng, spread=0)
    visits = visited(rng, city.expected)
    return sampled(rng, visits, city.level()[visits.year, visits.town])


def persistent_towns(rng: np.random.Generator) -> Simulated:
    """Towns are good or bad, year after year."""
    city = a_city(rng, spread=rng.uniform(0.6, 1.1))
    level = city.level() + rng.normal(0, 0.1, city.expected.shape)
    visits = visited(rng, city.expected)
    return sampled(rng, visits, level[visits.year, visits.town])


def shifted_city(rng: np.random.Generator) -> Simulated:
    """The whole city is better or worse in the judged year."""
    city = a_city(rng)
    level = city.level()
    level[JUDGED] += either_way(rng, 0.45, 1.0)
    visits = visited(rng, city.expected)
    return sampled(rng, visits, level[visits.year, visits.town])


def firm_clusters(rng: np.random.Generator) -> Simulated:
    """Many samples a visit, and a firm's are good or bad together."""
    city = a_city(rng, spread=0.2, visits=10)
    number, first = firms_of(rng, city, 8)
    visits = visited(rng, city.expected)
    firm = first[visits.town] + rng.integers(0, number[visits.town])
    lasting = rng.normal(0, rng.uniform(0.9, 1.5), number.sum())
    yearly = rng.normal(0, 0.5, (len(YEARS), number.sum()))
    logits = city.level()[visits.year, visits.town] + lasting[firm] + yearly[visits.year, firm]
    samples = 2 + rng.negative_binomial(1.5, 0.25, len(visits))
    return sampled(rng, visits, logits + 0.3, samples, firm)


def failing_batches(rng: np.random.Generator) -> Simulated:
    """Now and then a whole batch fails, at no firm in particular."""
    city = a_city(rng, visits=12)
    visits = visited(rng, city.expected)
    bad = rng.random(len(visits)) < rng.uniform(0.03, 0.08)
    logits = np.where(bad, -4.0, city.level()[visits.year, visits.town] + 0.7)
    return sampled(rng, visits, logits, 1 + rng.poisson(4.0, len(visits)))


def bad_summer(rng: np.random.Generator) -> Simulated:
    """A worse summer, this year as in all others."""
    city = a_city(rng)
    season = -rng.uniform(0.8, 1.6) * bump(rng.uniform(190, 225), rng.uniform(25, 40))
    visits = visited(rng, city.expected)
    return sampled(rng, visits, city.level()[visits.year, visits.town] + season[visits.day])


def town_seasons(rng: np.random.Generator) -> Simulated:
    """Each town has its own bad weeks, the same every year."""
    city = a_city(rng)
    centres = rng.integers(0, 365, len(city.sizes))
    depth = rng.uniform(0.5, 2.0, len(city.sizes))
    width = rng.uniform(25, 45)
    visits = visited(rng, city.expected)
    away = np.abs(visits.day - centres[visits.town])
    season = np.exp(-0.5 * (np.minimum(away, 365 - away) / width) ** 2)
    logits = city.level()[visits.year, visits.town] - depth[visits.town] * season
    return sampled(rng, visits, logits)


def one_off_season(rng: np.random.Generator) -> Simulated:
    """Some weeks that are worse or better, in the judged year only."""
    city = a_city(rng)
    season = np.zeros(DATES.shape)
    shape = bump(rng.uniform(60, 330), rng.uniform(20, 50))
    season[JUDGED] = either_way(rng, 0.9, 1.8) * shape
    visits = visited(rng, city.expected)
    logits = city.level()[visits.year, visits.town] + season[visits.year, visits.day]
    return sampled(rng, visits, logits)


def late_campaign(rng: np.random.Generator) -> Simulated:
    """Most samples come in the last quarter, after a campaign."""
    city = a_city(rng)
    always = rng.random() < 0.5
    begins = rng.integers(270, 310)
    late = (begins <= DAY) & np.array([always, always, always, True])[:, None]
    part = rng.uniform(0.6, 0.8)
    boost = part / (1 - part) * begins / (365 - begins)
    visits = visited(rng, city.expected, WORKING * np.where(late, boost, 1.0))
    gain = rng.uniform(0.0, 1.1) * late
    logits = city.level()[visits.year, visits.town] + gain[visits.year, visits.day]
    return sampled(rng, visits, logits)


def failure_chasing(rng: np.random.Generator) -> Simulated:
    """Who failed is sampled more: bad firms, and towns that have them."""
    city = a_city(rng, visits=12)
    number, first = firms_of(rng, city, 7)
    town = np.repeat(np.arange(len(number)), number)
    quality = city.quality + city.towns[town] + rng.normal(0, rng.uniform(0.8, 1.4), len(town))
    monthly = city.expected[:, town] / number[town] / 12
    firm_boost, town_boost = rng.uniform(1.0, 3.0), rng.uniform(0.0, 0.15)
    heat = np.zeros(len(town))
    taken, passed = (np.zeros((len(YEARS), 12, len(town)), dtype=np.int64) for _ in range(2))
    for year, month in np.ndindex(len(YEARS), 12):
        near = np.add.reduceat(heat, first)[town]
        wish = 1 + firm_boost * np.minimum(heat, 3) + town_boost * np.minimum(near, 10)
        came = rng.poisson(monthly[year] * wish)
        taken[year, month] = came + rng.binomial(came, 0.6)
        passed[year, month] = rng.binomial(taken[year, month], expit(quality))
        heat = 0.7 * heat + taken[year, month] - passed[year, month]
    year_of, month_of, firm = np.nonzero(taken)
    in_month = np.searchsorted(MONTH[0, :365], month_of) + rng.integers(0, 28, len(firm))
    visits = Visits(year_of, town[firm], in_month)
    which = (year_of, month_of, firm)
    rows = table(visits, firm, samples=taken[which], passed=passed[which])
    return Simulated(rows, share_bounds(rng, rows))


def two_kinds(rng: np.random.Generator) -> Simulated:
    """Towns of two kinds, far apart; a few change sides."""
    city = a_city(rng, spread=0.1)
    bad = np.tile(rng.random(len(city.sizes)) < rng.uniform(0.2, 0.5), (len(YEARS), 1))
    for year in range(1, len(YEARS)):  # a few change sides, and stay there
        bad[year] = bad[year - 1] ^ (rng.random(len(city.sizes)) < 0.06)
    level = np.where(bad, logit(rng.uniform(0.5, 0.75)), logit(rng.uniform(0.92, 0.98)))
    visits = visited(rng, city.expected)
    return sampled(rng, visits, (level + city.towns)[visits.year, visits.town])


def reacting_towns(rng: np.random.Generator) -> Simulated:
    """Who is behind at mid-year improves, who is ahead slackens."""
    city = a_city(rng, spread=0.5)
    bound = Fraction(usual_bound(rng, float(expit(city.quality + 0.2)), 0.2))
    visits = visited(rng, city.expected)
    taken = 1 + rng.poisson(1.0, len(visits))
    logits = city.level()[visits.year, visits.town]
    passed = rng.binomial(taken, expit(logits))
    early = visits.day < 181
    place = visits.year * len(city.sizes) + visits.town
    known, good = (
        np.bincount(place[early], number[early], city.expected.size) for number in (taken, passed)
    )
    behind = (good < float(bound) * known)[place]
    since = np.array([0 if rng.random() < 0.5 else JUDGED])  # always, or only since they are judged
    reacts = ~early & (visits.year >= since)
    change = np.where(behind, rng.uniform(0.9, 1.8), -rng.uniform(0.0, 0.5))
    again = rng.binomial(taken, expit(logits + change))
    rows = table(visits, samples=taken, passed=np.where(reacts, again, passed))
    units = sorted(rows["unit"].unique())
    return Simulated(rows, asks(dict.fromkeys(["", *units], str(bound)), ">="))


def drifting_years(rng: np.random.Generator) -> Simulated:
    """Better, or worse, year by year."""
    city = a_city(rng)
    steps = rng.normal(either_way(rng, 0.2, 0.45), 0.15, city.expected.shape)
    steps[0] = 0
    visits = visited(rng, city.expected)
    return sampled(rng, visits, (city.level() + steps.cumsum(axis=0))[visits.year, visits.town])


def changing_budget(rng: np.random.Generator) -> Simulated:
    """Many more or far fewer samples than in other years."""
    city = a_city(rng)
    budget = rng.lognormal(0, 0.6, (len(YEARS), 1))
    budget[JUDGED] = rng.choice([rng.uniform(0.25, 0.6), rng.uniform(1.8, 3.0)])
    level = city.level() + rng.uniform(0.0, 0.3) * np.log(budget)  # few go where it is bad
    visits = visited(rng, city.expected * budget)
    return sampled(rng, visits, level[visits.year, visits.town])


def product_rounds(rng: np.random.Generator) -> Simulated:
    """A few rounds a year, each of one product that some towns make."""
    city = a_city(rng, spread=0.2)
    classes, rounds = 8, int(rng.integers(9, 16))
    makes = rng.dirichlet(np.full(classes, 0.6), len(city.sizes)) + 0.02
    product = rng.integers(0, classes, (len(YEARS), rounds))
    starts = np.sort(rng.integers(5, 355, (len(YEARS), rounds)), axis=1)
    wish = city.expected[:, None] * makes.T[product] * classes / rounds
    most = wish.argmax(axis=1, keepdims=True)  # there each town is met at least once
    number = np.maximum(rng.poisson(wish), np.arange(rounds)[:, None] == most)
    year, turn, town = (np.repeat(n.ravel(), number.ravel()) for n in np.indices(number.shape))
    day = starts[year, turn] + rng.integers(0, 4, len(year))
    quality = rng.normal(0, rng.uniform(0.7, 1.2), classes)
    yearly = rng.normal(0, 0.3, (len(YEARS), rounds))
    logits = city.level()[year, town] + quality[product[year, turn]] + yearly[year, turn]
    return sampled(rng, Visits(year, town, day), logits)


def tightened_standard(rng: np.random.Generator) -> Simulated:
    """A standard is tightened, or relaxed, during the judged year."""
    city = a_city(rng)
    since = rng.integers(120, 305) <= DAY
    change = np.zeros(DATES.shape)
    change[JUDGED] = rng.choice([-1, -1, 1]) * rng.uniform(0.7, 1.5) * since
    visits = visited(rng, city.expected)
    logits = city.level()[visits.year, visits.town] + change[visits.year, visits.day]
    return sampled(rng, visits, logits)


def sampled_again(rng: np.random.Generator) -> Simulated:
    """What failed is sampled again weeks later, and mostly passes."""
    city = a_city(rng, visits=15)
    number, first = firms_of(rng, city, 12)
    visits = visited(rng, city.expected)
    firm = first[visits.town] + rng.integers(0, number[visits.town])
    lasting = rng.normal(-0.4, 0.8, number.sum())
    logits = city.level()[visits.year, visits.town] + lasting[firm]
    taken = 1 + rng.poisson(1.2, len(visits))
    passed = rng.binomial(taken, expit(logits))
    back = np.flatnonzero((passed < taken) & (rng.random(len(visits)) < rng.uniform(0.75, 1.0)))
    later = visits.day[back] + rng.integers(20, 61, len(back))
    over = later >= LENGTHS[visits.year[back]]  # then it falls in the next year
    day = later - np.where(over, LENGTHS[visits.year[back]], 0)
    again = Visits(visits.year[back] + over, visits.town[back], day)
    keep = again.year <= JUDGED
    more = (2 * (taken - passed)[back])[keep]
    mended = rng.binomial(more, expit(logits[back][keep] + rng.uniform(1.0, 2.5)))
    second = again.chosen(keep)
    whole = visits.and_those(second)
    firms = np.concatenate([firm, firm[back][keep]])
    sums = {"samples": np.concatenate([taken, more]), "passed": np.concatenate([passed, mended])}
    rows = table(whole, firms, **sums)
    return Simulated(rows, share_bounds(rng, rows))


def rare_failures(rng: np.random.Generator) -> Simulated:
    """Failures are so rare that one more decides."""
    city = a_city(rng, spread=0.6, visits=20)
    level = city.level() - city.quality + logit(rng.uniform(0.975, 0.994))
    visits = visited(rng, city.expected)
    taken = 1 + rng.poisson(1.0, len(visits))
    rows = table(
        visits, samples=taken, passed=rng.binomial(taken, expit(level[visits.year, visits.town]))
    )
    same, whole = (str(Fraction(int(n), 100)) for n in rng.choice([97, 98, 99, 100], 2))
    whole = "99/100" if whole == "1" else whole
    return Simulated(
        rows, asks({"": whole} | dict.fromkeys(sorted(rows["unit"].unique()), same), ">=")
    )


def merged_towns(rng: np.random.Generator) -> Simulated:
    """Towns merged and new ones founded: a past that is not their own."""
    city = a_city(rng, spread=0.6)
    order = rng.permutation(len(city.sizes))
    pairs, parks = int(rng.integers(1, 4)), int(rng.integers(1, 3))
    stays, goes, new = order[:pairs], order[pairs : 2 * pairs], order[-parks:]
    expected, level = city.expected.copy(), city.level()
    for a, b in zip(stays, goes, strict=True):
        level[JUDGED, a] = np.average(level[0, [a, b]], weights=city.sizes[[a, b]])
        expected[JUDGED, a] += expected[JUDGED, b]
    expected[JUDGED, goes] = 0
    expected[:JUDGED, new] = 0
    visits = visited(rng, expected)
    return sampled(rng, visits, level[visits.year, visits.town])


def collapsing_towns(rng: np.random.Generator) -> Simulated:
    """Most towns as ever, but each year one or two collapse or soar."""
    city = a_city(rng)
    shape = city.expected.shape
    jumps = rng.choice([-1, -1, 1], shape) * rng.uniform(1.2, 3.0, shape)
    happens = rng.random(shape) < rng.uniform(0.04, 0.12)
    visits = visited(rng, city.expected)
    return sampled(rng, visits, (city.level() + happens * jumps)[visits.year, visits.town])


# Counts.


def plain_counts(rng: np.random.Generator) -> Simulated:
    """Each town at its own pace and nothing happens."""
    sizes = town_sizes(rng)
    usual = rng.uniform(3, 12) * len(sizes) * sizes
    events = spread_over(rng, rng.poisson(usual, (len(YEARS), len(sizes))), WORKING)
    return counted(rng, events, len(sizes), str(rng.choice([">=", "<="])))


def december_awards(rng: np.random.Generator) -> Simulated:
    """Awards are announced on a few days, mostly in December."""
    sizes = town_sizes(rng)
    usual = rng.uniform(2, 7) * len(sizes) * sizes
    luck = rng.gamma(5, 1 / 5, (len(YEARS), len(sizes)))
    others = int(rng.integers(2, 5))
    days = np.append(rng.integers(60, 330, others), 350) + rng.integers(-6, 7, (len(YEARS), 1))
    part = rng.uniform(0.6, 0.85)
    weights = np.zeros(DATES.shape)
    for year, of_year in enumerate(days):
        weights[year, of_year] = [*rng.dirichlet(np.full(others, 2.0)) * (1 - part), part]
    events = spread_over(rng, rng.poisson(usual * luck), weights)
    return counted(rng, events, len(sizes), ">=")


def sparse_incidents(rng: np.random.Generator) -> Simulated:
    """None to two incidents a year, of which few are allowed."""
    sizes = town_sizes(rng)
    usual = rng.uniform(0.3, 1.2) * len(sizes) * (0.5 / len(sizes) + 0.5 * sizes)
    risk = usual * rng.gamma(3, 1 / 3, len(sizes))
    number = rng.poisson(risk, (len(YEARS), len(sizes)))
    events = spread_over(rng, number, (LENGTHS[:, None] > DAY).astype(np.float64))
    simulated = counted(rng, events, len(sizes), "<=", (0.7, 1.2))
    same = simulated.asked["bound"].where(
        simulated.asked["unit"] == "", str(rng.choice([0, 0, 1, 1, 2]))
    )
    return Simulated(simulated.rows, simulated.asked.assign(bound=same))


def moving_calendar(rng: np.random.Generator) -> Simulated:
    """The weeks in which most come move from year to year."""
    sizes = town_sizes(rng)
    usual = rng.uniform(3, 8) * len(sizes) * sizes
    centres = rng.permutation([75, 150, 230, 325]) + rng.integers(-20, 21, len(YEARS))
    lump = np.stack([bump(centre, rng.uniform(6, 18)) for centre in centres]) * WORKING
    part = rng.uniform(0.65, 0.9)
    flat = WORKING / WORKING.sum(axis=1, keepdims=True)
    weights = part * lump / lump.sum(axis=1, keepdims=True) + (1 - part) * flat
    luck = rng.gamma(8, 1 / 8, (len(YEARS), len(sizes)))
    return counted(rng, spread_over(rng, rng.poisson(usual * luck), weights), len(sizes), ">=")


def just_enough(rng: np.random.Generator) -> Simulated:
    """Who lacks some at autumn finds them, who has enough stops."""
    sizes = town_sizes(rng)
    quota = np.maximum(np.rint(rng.uniform(3, 9) * len(sizes) * sizes), 1).astype(np.int64)
    shape = (len(YEARS), len(sizes))
    early = rng.poisson(quota * rng.uniform(0.4, 0.9, len(sizes)), shape)
    lacking = np.maximum(quota - early, 0)
    able = rng.random(shape) < np.clip(rng.beta(3, 2, len(sizes)), 0.1, 0.95)
    last = np.where(
        able, lacking + (rng.random(shape) < 0.15), rng.binomial(lacking, rng.uniform(0.2, 0.6))
    )
    last = np.where(early >= quota, rng.poisson(0.1, shape), last)
    autumn = DAY >= 273
    before, after = (
        spread_over(rng, number, WORKING * weight)
        for number, weight in ((early, ~autumn), (last, autumn * np.maximum(DAY - 273, 1) ** 1.5))
    )
    events = before.and_those(after)
    rows = table(events, count=np.ones(len(events), dtype=np.int64))
    whole = str(round(int(quota.sum()) * rng.uniform(0.85, 1.05)))
    each = dict(zip(NAMES[: len(sizes)], map(str, quota), strict=True))
    return Simulated(rows, asks({"": whole} | each, ">="))


def city_quota(rng: np.random.Generator) -> Simulated:
    """A given number for the city: what one town wins, another does not."""
    sizes = town_sizes(rng)
    total = int(rng.integers(30, 110)) + rng.integers(-1, 2, len(YEARS))
    parts = rng.dirichlet(np.maximum(sizes * rng.uniform(30, 90), 0.3), len(YEARS))
    number = np.stack([rng.multinomial(n, p) for n, p in zip(total, parts, strict=True)])
    return counted(rng, spread_over(rng, number, WORKING), len(sizes), ">=", (0.8, 1.05))


def contagious_complaints(rng: np.random.Generator) -> Simulated:
    """One complaint brings the next, in bursts."""
    sizes = town_sizes(rng)
    usual = rng.uniform(5, 16) * len(sizes) * sizes
    more = rng.uniform(0.5, 0.8)  # each brings another one with this chance
    first = rng.poisson(usual * (1 - more) * len(YEARS))
    length = rng.geometric(1 - more, first.sum())
    town = np.repeat(np.repeat(np.arange(len(sizes)), first), length)
    rank = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    start = np.repeat(rng.uniform(0, LENGTHS.sum(), first.sum()), length)
    when = (start + rng.standard_gamma(rank) * rng.uniform(4, 14)).astype(np.int64)
    when, town = when[when < LENGTHS.sum()], town[when < LENGTHS.sum()]
    before = np.cumsum(LENGTHS) - LENGTHS
    year = np.searchsorted(before, when, side="right") - 1
    return counted(rng, Visits(year, town, when - before[year]), len(sizes), "<=", (0.8, 1.3))


def used_up_candidates(rng: np.random.Generator) -> Simulated:
    """Who could win has won: fewer are left each year."""
    sizes = town_sizes(rng)
    left = rng.poisson(rng.uniform(15, 40) * len(sizes) * sizes) + 2
    chance, fresh = rng.uniform(0.2, 0.4), rng.uniform(0.0, 0.08) * left
    number = np.zeros((len(YEARS), len(sizes)), dtype=np.int64)
    for year in range(len(YEARS)):
        number[year] = rng.binomial(left, chance)
        left = left - number[year] + rng.poisson(fresh)
    return counted(rng, spread_over(rng, number, WORKING), len(sizes), ">=", (0.3, 1.0))


def new_hotline(rng: np.random.Generator) -> Simulated:
    """Complaints rise for good once a hotline opens, in the judged year."""
    sizes = town_sizes(rng)
    usual = rng.uniform(4, 15) * len(sizes) * sizes
    weights = WORKING.copy()
    weights[JUDGED, rng.integers(0, 200) :] *= rng.uniform(1.5, 2.8)
    grows = weights.sum(axis=1) / WORKING.sum(axis=1)
    number = rng.poisson(grows[:, None] * usual)
    return counted(rng, spread_over(rng, number, weights), len(sizes), "<=", (0.9, 2.3))


def alternate_years(rng: np.random.Generator) -> Simulated:
    """Every other year has many."""
    sizes = town_sizes(rng)
    usual = rng.uniform(3, 10) * len(sizes) * sizes
    less = rng.uniform(0.25, 0.5)
    rhythm = np.array([1, less, 1, less] if rng.random() < 0.5 else [less, 1, less, 1])
    events = spread_over(rng, rng.poisson(rhythm[:, None] * usual), WORKING)
    return counted(rng, events, len(sizes), ">=", (0.4, 1.6))


def large_lots(rng: np.random.Generator) -> Simulated:
    """Few lots, of which each brings many at once."""
    sizes = town_sizes(rng)
    usual = rng.uniform(1.5, 4) * len(sizes) * sizes
    lots = spread_over(rng, rng.poisson(usual, (len(YEARS), len(sizes))), WORKING)
    lot = rng.geometric(1 / rng.uniform(3, 7), len(lots))
    events = lots.chosen(np.repeat(np.arange(len(lots)), lot))
    return counted(rng, events, len(sizes), str(rng.choice([">=", "<="])))


def shared_luck(rng: np.random.Generator) -> Simulated:
    """A good or a bad year for all towns together."""
    sizes = town_sizes(rng)
    usual = rng.uniform(4, 14) * len(sizes) * sizes
    shape = rng.uniform(4, 12)
    number = rng.poisson(rng.gamma(shape, 1 / shape, (len(YEARS), 1)) * usual)
    events = spread_over(rng, number, WORKING)
    return counted(rng, events, len(sizes), str(rng.choice([">=", "<="])))


# Which there are.

SHARES: tuple[Make, ...] = (
    plain_shares,
    persistent_towns,
    shifted_city,
    firm_clusters,
    failing_batches,
    bad_summer,
    town_seasons,
    one_off_season,
    late_campaign,
    failure_chasing,
    two_kinds,
    reacting_towns,
    drifting_years,
    changing_budget,
    product_rounds,
    tightened_standard,
    sampled_again,
    rare_failures,
    merged_towns,
    collapsing_towns,
)
COUNTS: tuple[Make, ...] = (
    plain_counts,
    december_awards,
    sparse_incidents,
    moving_calendar,
    just_enough,
    city_quota,
    contagious_complaints,
    used_up_candidates,
    new_hotline,
    alternate_years,
    large_lots,
    shared_luck,
)


def held_out(names: list[str]) -> set[str]:
    """Half of them by a coin: those whose names hash lowest with COIN, so that neither their order
    nor how hard they are has a say. It is thrown among shares and among counts: thrown among all,
    it took eight counts of eleven. No forecast had been made of any by then.
    """
    drawn = sorted(names, key=lambda name: sha256(f"{COIN} {name}".encode()).hexdigest())
    return set(drawn[: len(names) // 2])


def of_kind(kind: str, made: tuple[Make, ...]) -> tuple[Generator, ...]:
    """The generators of a kind; why there is each, its docstring says."""
    held = held_out([make.__name__ for make in made])
    return tuple(
        Generator(make.__name__, kind, make.__doc__ or "", make.__name__ in held, make)
        for make in made
    )


GENERATORS = of_kind("share", SHARES) + of_kind("count", COUNTS)


def attained(simulated: Simulated) -> pd.Series:
    """Whether each unit that is asked meets its bound at the end of the judged year."""
    year = simulated.rows[simulated.rows["year"] == YEARS[JUDGED]]
    columns = ["passed", "samples"] if "samples" in year else ["count"]
    by_unit = year.groupby("unit")[columns].sum()
    sums = dict(zip(by_unit.index, by_unit.to_numpy().tolist(), strict=True))
    sums[""] = by_unit.to_numpy().sum(axis=0).tolist()
    met = {}
    for unit, operator, bound in simulated.asked.itertuples(index=False):
        reached, *of = sums.get(unit, [0])
        left, right = reached, Fraction(bound) * (of[0] if of else 1)
        met[unit] = left >= right if operator == ">=" else left <= right
    return pd.Series(met, dtype=bool)


def listed(draws: int = 20) -> str:
    """The generators as a table, with the part of the units that attain."""
    lines = ["| name | kind | held out | attain |", "| --- | --- | --- | --- |"]
    for generator in GENERATORS:
        met = [attained(generator.make(np.random.default_rng(n))) for n in range(draws)]
        held = "yes" if generator.held_out else "no"
        part = f"{pd.concat(met).mean():.0%}"
        lines.append(f"| {generator.name} | {generator.kind} | {held} | {part} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(listed())
