"""What this year's samples say about the next year's: how many decide a rate, with what risks, and
which threshold is within reach.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.stats import forecast, sampling

COUNTS = ["numerator", "denominator"]
PLANNED = [
    "target",
    "units",
    "least",
    "median",
    "most",
    "better",
    "worse",
    "producer",
    "consumer",
    "demonstrates",
    "refutes",
    "reached",
    "expected",
    "realistic",
]
CONSUMER = 0.1  # the consumer's risk of sampling inspection, beside the producer's 5 %
TRUTHS = (0.4, 0.6, 0.8, 1.0)  # at a threshold of 95 %: 97, 98, 99 and 100 %
WITHIN_REACH = 0.8  # of the units
STEPS = np.arange(1, 201) / 200  # thresholds are set in half points


def can_be_planned(target: Target) -> bool:
    """Whether a target is a sampled rate of one year, without strata, with one number below 100 %
    that does not follow from others.
    """
    measure, bound = target.measure, target.constant
    whole = measure.is_of_one_year and not measure.strata and target.kind == "share"
    one_bound = target.better in ("more", "less") and bound is not None and 0 < bound < 1
    return target.sampled and whole and one_bound


def sizes(target: Target) -> pd.DataFrame:
    """How many samples demonstrate a sampled rate with 80 % power, by what is true; a row a true
    rate, from two fifths of the way between the threshold and all to all.

    Columns: truth (of what is counted), n, failures (that may be among them), power, settled (from
    which number on every larger one has the power); see `stats.sampling.sample_size`.
    """
    less = target.better == "less"
    share = 1 - target.line if less else target.line
    rows = []
    for step in TRUTHS:
        truth = share + step * (1 - share)
        if size := sampling.sample_size(share, truth):
            rows.append({"truth": 1 - truth if less else truth, **size._asdict()})
    return pd.DataFrame(rows, columns=["truth", *sampling.Size._fields])


def curves(plan: Plan, target: Target, results: pd.DataFrame) -> pd.DataFrame:
    """The chance that the plain word finds a sampled rate attained, by true rate (of what is
    counted), a column for the fewest, the median and the most samples of a unit; empty where the
    target cannot be planned or no unit has samples.
    """
    of_units = results[(results["unit"] != plan.city.name) & (results["denominator"] > 0)]
    if not can_be_planned(target) or of_units.empty:
        return pd.DataFrame()
    _, n, share = passing(target, of_units)
    truth = np.linspace(max(2 * truths(share)[1] - share, 0), 1, 201)
    several = dict.fromkeys(int(end) for end in (n.min(), np.median(n), n.max()))
    chances = {
        size: sampling.accepted(size, sampling.tolerated(size, share), truth) for size in several
    }
    return pd.DataFrame(chances, index=1 - truth if target.better == "less" else truth)


def passing(target: Target, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, float]:
    """Passes and samples of some results, and the share that is to pass: where less is better what
    is counted is what must not be.
    """
    x, n = (rows[name].to_numpy(dtype=float) for name in COUNTS)
    return (n - x, n, 1 - target.line) if target.better == "less" else (x, n, target.line)


def truths(share: float) -> tuple[float, float]:
    """Two true shares to plan with: with half the failures that a share allows, and with twice as
    many (or, where that is nearer, with halfway to all).
    """
    failing = 1 - share
    return 1 - failing / 2, 1 - min(2 * failing, (1 + failing) / 2)


def planning(plan: Plan, attained: pd.DataFrame) -> pd.DataFrame:
    """How many samples decide each sampled rate, and which threshold is within reach; a row a
    target, where units have any samples.

    attained: of a whole year. Columns: target, units (that have samples), least, median and most
    (samples of a unit), better and worse (two true rates, see `truths`), producer (the risk that a
    unit of the median number and truly at the threshold misses it), consumer (that one truly as bad
    as `worse` attains), demonstrates (samples that demonstrate the threshold with 80 % power if the
    truth is `better`), refutes (that refute it in 90 % if the truth is `worse`), reached (how many
    units attain this year), expected (how many would with as many samples in another year like
    this), realistic (the hardest threshold, in half points, that four in five would reach then; NaN
    of fewer units than show a spread). Rates are of what is counted.
    """
    of_units = attained[(attained["unit"] != plan.city.name) & (attained["denominator"] > 0)]
    return pd.DataFrame(_planned(plan, of_units), columns=PLANNED)


def _planned(plan: Plan, of_units: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for target in filter(can_be_planned, plan.targets):
        rows = of_units[of_units["target"] == target.id]
        if len(rows):
            x, n, share = passing(target, rows)
            sizes = _sizes(n, share) | {"realistic": _realistic(x, n)}
            if target.better == "less":
                sizes |= {name: 1 - sizes[name] for name in ("better", "worse", "realistic")}
            yield {
                "target": target.id,
                "units": len(rows),
                "reached": int((n - x <= sampling.tolerated(n, share)).sum()),
                "expected": float(sampling.reaching(x, n, share)),
                **sizes,
            }


def _sizes(n: np.ndarray, share: float) -> dict[str, Any]:
    """The samples of the units, the risks of the median one, and how many would decide."""
    better, worse = truths(share)
    median = int(np.median(n))
    tolerated = sampling.tolerated(median, share)
    at, below = sampling.accepted(median, tolerated, [share, worse])
    demonstrates = sampling.sample_size(share, better)
    refutes = sampling.sample_size(1 - share, 1 - worse, power=1 - CONSUMER)
    return {
        "least": int(n.min()),
        "median": median,
        "most": int(n.max()),
        "better": better,
        "worse": worse,
        "producer": 1 - at,
        "consumer": below,
        "demonstrates": demonstrates.n if demonstrates else np.nan,
        "refutes": refutes.n if refutes else np.nan,
    }


def _realistic(x: np.ndarray, n: np.ndarray) -> float:
    """The highest step that enough units would reach; NaN where there is none."""
    enough = STEPS[sampling.reaching(x, n, STEPS) >= WITHIN_REACH * len(n)]
    return float(enough.max()) if len(n) >= forecast.LEAST_UNITS and len(enough) else float("nan")
