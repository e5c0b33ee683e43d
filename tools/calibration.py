"""Do intervals and chances keep their word? `python tools/calibration.py` prints the tables of the
README.

Chances are told on six days of a judged year, and what of those that were given about the same came
true is set beside them: for generators that differ in kind (`generators.py`, half of them held
out), by one and by three years of history; and with `--chicago FILE`, the City of Chicago's
inspections, for its 50 wards. Beside each stands what a naive forecast gets: that this year ends as
last year did, and that it ends as it stands.

The interval's coverage is exact (summed over every outcome).
"""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path

import generators
import numpy as np
import pandas as pd
from scipy import stats

from yxq.stats import ahead, evidence, forecast
from yxq.stats.ahead import Years
from yxq.stats.evidence import Floats

DAYS = ["03-31", "04-30", "06-30", "07-31", "09-30", "10-31"]
THRESHOLDS = range(70, 90, 2)  # percent, of Chicago's wards
CITY = "the city"
LEAST = 100  # cases of a tenth that is looked at by itself
DRAWS = 60
Sums = tuple[Floats, ...]  # of each year, a row a year and a column a unit


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


def chance(same: Sums, whole: Sums, gone: float, least: bool, bounds: list[Fraction]) -> Floats:
    """What is told of each unit in the last of some years; same, whole: of shares what passed and
    what was drawn, of counts the one number.
    """
    now = [part[-1] for part in same]
    past = [Years(some[:-1], all_[:-1]) for some, all_ in zip(same, whole, strict=True)]
    p, q = np.array([(bound.numerator, bound.denominator) for bound in bounds], float).T
    if len(now) == 1:
        to_come = ahead.counts_ahead(now[0], gone, past[0])
        ends = (np.ceil(p / q), np.inf) if least else (0.0, np.floor(p / q))
        return forecast.chance_count(now[0], *to_come, *ends)
    x, n = now
    to_come = ahead.counts_ahead(n, gone, past[1], usual=ahead.SAMPLES)
    a, b = ahead.rates_ahead(x, n, gone, *past, to_come[0])
    if least:
        return forecast.chance_share(x, n, *to_come, p, q, a, b)
    return forecast.chance_share(n - x, n, *to_come, q - p, q, b, a)


def meets(sums: list[Floats], bounds: list[Fraction], least: bool) -> Floats:
    """1 where a number is on the right side of its bound, else 0."""
    p, q = np.array([(bound.numerator, bound.denominator) for bound in bounds], float).T
    left, right = sums[0] * q, p * (sums[1] if len(sums) > 1 else 1)
    return np.asarray(left >= right if least else left <= right, dtype=float)


def sums_by(rows: pd.DataFrame, units: list[str], years: list[int], until: str = "12-31") -> Sums:
    """Of some rows the sums of each year up to a day, a row a year and a column a unit."""
    names = ["passed", "samples"] if "samples" in rows else ["count"]
    sums = rows[rows["until"] <= until].groupby(["year", "unit"])[names].sum()
    wide = (sums[name].unstack("unit").reindex(index=years, columns=units) for name in names)
    return tuple(by.fillna(0).to_numpy(float) for by in wide)


def judged(rows: pd.DataFrame, asked: pd.DataFrame, years: list[int]) -> pd.DataFrame:
    """Cases of six days of the last of the years, of the units that are asked (one bound each), the
    city's by "": what was told, whether it held, and what naive forecasts say.

    Units are forecast together with those of which nothing is asked.
    """
    rows = rows.assign(until=rows["day"].dt.strftime("%m-%d"))
    asked = asked.assign(unit=asked["unit"].replace("", CITY))
    towns, cases = sorted({*rows["unit"], *asked["unit"]} - {CITY}), []
    for (is_city, operator), part in asked.groupby([asked["unit"] == CITY, "operator"]):
        of, units = (rows.assign(unit=CITY), [CITY]) if is_city else (rows, towns)
        asks = dict(zip(part["unit"], map(Fraction, part["bound"]), strict=True))
        bounds, least = [asks.get(unit, Fraction(1)) for unit in units], operator == ">="
        whole = sums_by(of, units, years)
        for day in DAYS:
            same = sums_by(of, units, years, day)
            gone = pd.Timestamp(f"{years[-1]}-{day}").day_of_year / 365
            pace = 1 / gone if len(same) == 1 else 1.0
            columns = {
                "told": chance(same, whole, gone, least, bounds),
                "held": meets([part[-1] for part in whole], bounds, least),
                "last": meets([part[-2] for part in whole], bounds, least),
                "so_far": meets([part[-1] * pace for part in same], bounds, least),
            }
            found = pd.DataFrame(columns, index=units).loc[[*asks]]
            cases.append(found.assign(day=day, city=is_city))
    return pd.concat(cases)


def in_tenths(cases: pd.DataFrame) -> pd.DataFrame:
    """Cases binned by what was told: how many, the mean told, the share that held, and the
    difference in points.
    """
    tenth = np.minimum((cases["told"] * 10).astype(int), 9)
    table = cases.groupby(tenth).agg(
        cases=("told", "size"), told=("told", "mean"), held=("held", "mean")
    )
    return table.assign(points=100 * (table["held"] - table["told"]))


def told_of(cases: pd.DataFrame) -> dict[str, float]:
    """How far what was told is from what came: the worst tenth with so many cases at least, the
    mean over cases, the bias (points), Brier's score, and the skill beside naive forecasts.
    """
    tenths = in_tenths(cases)
    off, weight = tenths["points"].abs(), tenths["cases"]
    brier = ((cases["told"] - cases["held"]) ** 2).mean()
    naive = {name: ((cases[name] - cases["held"]) ** 2).mean() for name in ("last", "so_far")}
    return {
        "cases": len(cases),
        "worst": off[weight >= LEAST].max(),
        "mean": (off * weight).sum() / weight.sum(),
        "bias": 100 * (cases["held"] - cases["told"]).mean(),
        "brier": brier,
        **naive,
        "skill": 1 - brier / min(naive.values()),
    }


def line(name: str, cases: pd.DataFrame) -> str:
    """A line of a table."""
    told = told_of(cases)
    numbers = " | ".join(f"{told[key]:.1f}" for key in ("worst", "mean"))
    scores = " | ".join(f"{told[key]:.3f}" for key in ("brier", "last", "so_far"))
    skill = f"{told['bias']:+.1f} | {scores} | {told['skill']:+.2f}"
    return f"| {name} | {told['cases']:,} | {numbers} | {skill} |"


HEAD = """| | cases | worst tenth | mean | bias | Brier | last year's | as it stands | skill |
|---|---|---|---|---|---|---|---|---|"""


def of_generators(held_out: bool, years: int, draws: int) -> None:
    """A line for each generator, towns and city apart."""
    print(
        f"\nGenerators, {years} years of history, {'held out' if held_out else 'tuned on'}\n{HEAD}"
    )
    every = []
    for generator in generators.GENERATORS:
        if generator.held_out == held_out:
            cases = []
            for draw in range(draws):
                made = generator.make(np.random.default_rng([2013, draw]))
                span = [int(year) for year in generators.YEARS[-1 - years :]]
                rows = made.rows[made.rows["year"].isin(span)]
                cases.append(judged(rows, made.asked, span))
            every.append(pd.concat(cases))
            print(line(f"{generator.name} ({generator.kind})", every[-1][~every[-1]["city"]]))
            if every[-1]["city"].any():
                print(line("- its city", every[-1][every[-1]["city"]]), flush=True)
    together = pd.concat(every)
    print(line("all towns", together[~together["city"]]))
    print(line("all cities", together[together["city"]]))


def chicago(file: Path) -> None:
    """The wards and the city: 2013 by 2012, 2014 by both years before."""
    rows = pd.read_csv(file, parse_dates=["Inspection_Date"])
    rows = rows[rows["WARD"].notna()]
    rows = pd.DataFrame(
        {
            "unit": rows["WARD"].astype(int).astype(str),
            "year": rows["Inspection_Date"].dt.year,
            "day": rows["Inspection_Date"],
            "passed": (rows["Results"] != "Fail").astype(int),
            "samples": 1,
        }
    )
    cases = []
    for years in ([2012, 2013], [2012, 2013, 2014]):
        for threshold in THRESHOLDS:
            units = [*sorted({*rows["unit"]}), ""]
            asked = pd.DataFrame({"unit": units, "operator": ">=", "bound": f"{threshold}/100"})
            cases.append(judged(rows, asked, years).assign(year=years[-1]))
    every = pd.concat(cases)
    wards = every[~every["city"]]
    print(f"\nChicago's 50 wards, 10 thresholds of 70 to 88 %, six days\n{HEAD}")
    print(line("2013 and 2014", wards))
    for year, part in wards.groupby("year"):
        print(line(f"{year}", part))
    for day, part in wards.groupby("day"):
        print(line(f"{day}", part))
    tenths = in_tenths(wards)
    print(" ".join(f"{t:.0%}:{h:.0%}" for t, h in zip(tenths["told"], tenths["held"], strict=True)))


def main(arguments: list[str] | None = None) -> None:
    """Print coverage and calibration."""
    options = argparse.ArgumentParser()
    options.add_argument("--chicago", type=Path)
    options.add_argument("--held-out", action="store_true")
    options.add_argument("--draws", type=int, default=DRAWS)
    given = options.parse_args(arguments)
    print(f"Wilson's 95 % interval, n = 20..500, p = .90...99: covers {coverage():.1%} on average")
    if given.chicago:
        chicago(given.chicago)
    for held_out in [False, True] if given.held_out else [False]:
        for years in (1, 3):
            of_generators(held_out, years, given.draws)


if __name__ == "__main__":
    main()
