"""Do intervals and chances keep their word? `make bench` prints this; `python tools/calibration.py`
alone, in a minute.

The interval's coverage is exact (summed over every outcome). Chances are checked by simulated
years: towns' true rates are drawn from a spread like that between Chicago's wards in 2012 (or
narrower, about a threshold of 95 %), last year's samples make the prior and tell how many are still
to come, and of the cases given so much the share that attained is counted.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
from scipy import stats

from yxq.stats import evidence, forecast

# The spread between Chicago's 50 wards in 2012 (4,725 passes of 6,025), mean and firmness by
# `forecast.prior_rate`.
CHICAGO = (0.784, 20.8)
YEARS, TOWNS = 25_000, 20  # towns of one year share the error of its prior, so it takes many years
TENTHS = np.linspace(0, 1, 11)


def coverage() -> float:
    """Mean coverage of Wilson's 95 % interval over n = 20..500 and p = .90...99, exactly."""
    shares = np.linspace(0.90, 0.99, 91)
    covered = []
    for n in range(20, 501):
        x = np.arange(n + 1)
        low, high = evidence.wilson(x, n)
        inside = (low[:, None] <= shares) & (shares <= high[:, None])
        covered.append((stats.binom.pmf(x[:, None], n, shares) * inside).sum(axis=0))
    return float(np.mean(covered))


def rates(
    share: Fraction, mean: float, firmness: float, empirical: bool, seed: int = 2013
) -> pd.DataFrame:
    """Chances of reaching a share that were told at a random day of a year, and whether it was
    reached.
    """
    rng = np.random.default_rng(seed)
    told, held = [], []
    for _ in range(YEARS):
        size, past_size = (
            np.minimum(rng.poisson(rng.lognormal(np.log(60), 0.6, TOWNS)) + 5, 400)
            for _ in range(2)
        )
        past, now = rng.beta(mean * firmness, (1 - mean) * firmness, (2, TOWNS))
        prior = (
            forecast.prior_rate(rng.binomial(past_size, past), past_size)
            if empirical
            else forecast.JEFFREYS_RATE
        )
        came = rng.uniform(
            0.1, 0.9
        )  # by this day last year; this year towns are somewhat ahead of that or behind
        n = rng.binomial(size, np.clip(rng.normal(came, 0.05, TOWNS), 0.02, 0.98)).clip(1)
        x = rng.binomial(n, now)
        told.append(
            forecast.chance_share(
                x, n, n * (1 / came - 1), share.numerator, share.denominator, *prior
            )
        )
        held.append((x + rng.binomial(size - n, now)) * share.denominator >= size * share.numerator)
    return pd.DataFrame({"told": np.concatenate(told), "held": np.concatenate(held)})


def counts(empirical: bool, sized: bool, seed: int = 2013) -> pd.DataFrame:
    """The same of counts of 0.5 to 12 a year, whose yearly rates differ between towns, against
    numbers from 1 to twice that.

    sized: counts go with the towns' sizes, which are known, and so do the numbers asked (a city's
    count that was split).
    """
    rng = np.random.default_rng(seed)
    told, held = [], []
    for _ in range(YEARS):
        mean, shape = np.exp(rng.uniform(np.log(0.5), np.log(12))), rng.uniform(1, 8)
        size = rng.lognormal(0, 0.7, TOWNS) if sized else np.ones(TOWNS)
        past, now = rng.gamma(shape, mean / shape, (2, TOWNS)) * size
        a, b = (
            forecast.prior_count(rng.poisson(past), size) if empirical else forecast.JEFFREYS_COUNT
        )
        gone = rng.uniform(0.1, 0.9)
        need = (
            np.round(mean * size).clip(1)
            if sized
            else rng.integers(1, max(2, int(2 * mean)) + 1, TOWNS)
        )
        c = rng.poisson(now * gone)
        told.append(forecast.chance_count(c, gone, need, np.inf, a, b / size))
        held.append(c + rng.poisson(now * (1 - gone)) >= need)
    return pd.DataFrame({"told": np.concatenate(told), "held": np.concatenate(held)})


def in_tenths(cases: pd.DataFrame) -> pd.DataFrame:
    """Cases binned by what was told: how many, the mean told, the share that held, and the
    difference in points.
    """
    binned = cases.groupby(pd.cut(cases["told"], TENTHS, include_lowest=True), observed=True)
    table = binned.agg(cases=("told", "size"), told=("told", "mean"), held=("held", "mean"))
    return table.assign(points=100 * (table["held"] - table["told"]))


def main() -> None:
    """Print coverage and calibration."""
    print(f"Wilson's 95 % interval, n = 20..500, p = .90...99: covers {coverage():.1%} on average")
    both = ((False, "flat prior (Jeffreys)"), (True, "spread of last year (empirical Bayes)"))
    for empirical, name in both:
        settings = (
            ("80 %, spread of Chicago's wards", (Fraction(4, 5), *CHICAGO)),
            ("95 %, narrower", (Fraction(19, 20), 0.955, 150.0)),
        )
        found = [(f"rates against {what}", rates(*how, empirical)) for what, how in settings]
        found += [
            ("counts", counts(empirical, False)),
            ("counts split by size", counts(empirical, True)),
        ]
        for what, cases in found:
            table = in_tenths(cases)
            worst = table["points"].abs().max()
            bins = " ".join(
                f"{told:.0%}:{held:.0%}"
                for told, held in zip(table["told"], table["held"], strict=True)
            )
            print(
                f"{what}, {name}: farthest {worst:.1f} points"
                f" ({table['cases'].min():,} cases or more a tenth; told:held {bins})"
            )


if __name__ == "__main__":
    main()
