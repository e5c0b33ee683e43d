"""Planning next year from this year's samples: which targets, how many samples, which threshold."""

import numpy as np
import pandas as pd
import pytest
from judged import PLAN
from scipy.stats import binom

from yxq.attainment.planning import PLANNED, can_be_planned, curves, planning, sizes, truths

CITY = "宜兴市"
TOWNS = [unit.name for unit in PLAN.towns]


def asked(target: str, **more):
    """A target of the plan with other keys, and the plan that has it alone."""
    found = type(PLAN.target(target)).model_validate(
        PLAN.target(target).model_dump(by_alias=True) | more
    )
    period = PLAN.period.model_copy(update={"targets": (found,)})
    return found, PLAN.model_copy(update={"period": period})


def attained(target: str, *counts: tuple[int, int]) -> pd.DataFrame:
    """Results of the first towns, and the city's."""
    rows = [(target, unit, *each) for unit, each in zip(TOWNS, counts, strict=False)]
    rows.append((target, CITY, *(sum(part) for part in zip(*counts, strict=True))))
    return pd.DataFrame(rows, columns=["target", "unit", "numerator", "denominator"])


FIVE = [(19, 20), (38, 40), (57, 60), (79, 80), (85, 100)]


@pytest.fixture(scope="module")
def row():
    return planning(PLAN, attained("T01", *FIVE)).iloc[0]


def test_only_sampled_rates_with_one_number_below_all_are_planned():
    """T02 is asked to be 100 %, T08 is a complete count, T20 no rate."""
    found = [target.id for target in PLAN.targets if can_be_planned(target)]
    assert found == ["T01", "T04", "T05"]
    for more in ({"require": ">= 100%"}, {"require": "> last_year"}, {"sampled": False}):
        assert not can_be_planned(asked("T01", **more)[0])


def test_the_samples_of_units_the_city_left_out(row):
    assert [row[name] for name in ("target", "units", "least", "median", "most")] == [
        "T01",
        5,
        20,
        60,
        100,
    ]
    assert [*planning(PLAN, attained("T01", *FIVE)).columns] == PLANNED


def test_risks_at_the_median_number(row):
    """Of 60 three may fail at 95 %."""
    assert row["producer"] == pytest.approx(binom.sf(3, 60, 0.05))
    assert row["consumer"] == pytest.approx(binom.cdf(3, 60, 0.10))
    assert (row["better"], row["worse"]) == pytest.approx((0.975, 0.9))


def test_how_many_decide(row):
    """361 with 11 failures is the first in a search, 233 with 18 that fail, too."""
    assert (row["demonstrates"], row["refutes"]) == (361, 233)
    assert binom.cdf(11, 361, 0.05) <= 0.05 and binom.cdf(11, 361, 0.025) >= 0.8
    assert binom.sf(17, 233, 0.05) <= 0.05 and binom.sf(17, 233, 0.1) >= 0.9


def test_who_reaches_it_now_and_who_would(row):
    """19 of 20, 38 of 40 and 57 of 60 are 95 % to the dot."""
    assert row["reached"] == 4
    assert 2 < row["expected"] < 4 and 0.8 < row["realistic"] < 0.95
    assert (200 * row["realistic"]) % 1 == pytest.approx(0, abs=1e-9)


def test_four_units_show_no_spread_and_get_no_realistic_threshold():
    four = planning(PLAN, attained("T01", *FIVE[:4])).iloc[0]
    assert np.isnan(four["realistic"]) and four["units"] == 4
    assert planning(PLAN, attained("T01", (0, 0), (0, 0))).empty


def test_of_what_must_not_be_the_same_rates_from_the_other_side():
    target, plan = asked("T01", require="<= 5%")
    less = planning(plan, attained("T01", *[(n - x, n) for x, n in FIVE])).iloc[0]
    more = planning(PLAN, attained("T01", *FIVE)).iloc[0]
    same = [name for name in PLANNED if name not in ("better", "worse", "realistic")]
    assert less[same[1:]].tolist() == pytest.approx(more[same[1:]].tolist())
    turned = ["better", "worse", "realistic"]
    assert less[turned].tolist() == pytest.approx((1 - more[turned]).tolist())
    assert sizes(target)["truth"].tolist() == pytest.approx([0.03, 0.02, 0.01, 0])
    lines = curves(plan, target, attained("T01", *[(n - x, n) for x, n in FIVE]))
    assert lines[20].loc[lines.index[-1]] == 1 and lines.index[-1] == 0


@pytest.mark.parametrize(
    ("share", "better", "worse"),
    [(0.95, 0.975, 0.9), (0.99, 0.995, 0.98), (0.6, 0.8, 0.3), (0.8, 0.9, 0.6)],
)
def test_half_the_failures_and_twice_as_many_or_halfway_to_all(share, better, worse):
    assert truths(share) == pytest.approx((better, worse))


def test_sizes_of_a_target_by_what_is_true():
    found = sizes(PLAN.target("T01"))
    assert found["truth"].tolist() == pytest.approx([0.97, 0.98, 0.99, 1])
    assert found[["n", "failures", "settled"]].to_numpy().tolist() == [
        [601, 21, 694],
        [234, 6, 286],
        [124, 2, 124],
        [59, 0, 59],
    ]


def test_operating_curves_of_the_fewest_the_median_and_the_most():
    found = curves(PLAN, PLAN.target("T01"), attained("T01", *FIVE))
    assert [*found.columns] == [20, 60, 100] and len(found) == 201
    assert (found.index[0], found.index[-1]) == pytest.approx((0.85, 1.0))
    truth = found.index.to_numpy()
    for n, failures in ((20, 1), (60, 3), (100, 5)):
        assert found[n].to_numpy() == pytest.approx(binom.cdf(failures, n, 1 - truth))


def test_no_curves_of_what_cannot_be_planned_or_has_no_samples():
    assert curves(PLAN, PLAN.target("T08"), attained("T08", *FIVE)).empty
    assert curves(PLAN, PLAN.target("T01"), attained("T01", (0, 0))).empty
    alike = curves(PLAN, PLAN.target("T01"), attained("T01", (9, 10), (10, 10)))
    assert [*alike.columns] == [10]
