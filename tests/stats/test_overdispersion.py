"""Units that differ by more than chance: Chicago's wards, cities where it is all, and by hand."""

import csv
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from project import REAL
from scipy.stats import norm

from yxq.stats.evidence import funnel_limits, overdispersion

LAW = settings(max_examples=60, deadline=None, derandomize=True)
CHICAGO = REAL / "chicago_food_inspections" / "inspections.csv"


def wards(year: int) -> tuple[np.ndarray, np.ndarray]:
    """Passes (with conditions, too) and inspections of each ward in a year."""
    passed, total = Counter(), Counter()
    with CHICAGO.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["WARD"] and row["Inspection_Date"].startswith(str(year)):
                total[row["WARD"]] += 1
                passed[row["WARD"]] += row["Results"] != "Fail"
    names = sorted(total)
    return np.array([passed[name] for name in names]), np.array([total[name] for name in names])


def outside(x, n, centre: float, coverage: float, tau: float = 0.0) -> int:
    low, high = funnel_limits(n, centre, coverage, tau)
    return int(((x / n < low) | (x / n > high)).sum())


@pytest.mark.skipif(not CHICAGO.exists(), reason="the real data are not here")
@pytest.mark.parametrize(
    ("year", "raw", "tau", "before", "after"),
    [(2012, 6.1, 0.066, 11, 1), (2013, 4.7, 0.048, 7, 3), (2014, 4.8, 0.049, 5, 1)],
)
def test_the_wards_of_chicago(year, raw, tau, before, after):
    x, n = wards(year)
    assert len(n) == 50
    centre = x.sum() / n.sum()
    z = (x / n - centre) / np.sqrt(centre * (1 - centre) / n)
    assert (z**2).mean() == pytest.approx(raw, abs=0.06)
    phi, found = overdispersion(x, n, centre)
    assert found == pytest.approx(tau, abs=0.0006) and 3 < phi < raw
    assert outside(x, n, centre, 0.998) == before
    assert outside(x, n, centre, 0.998, found) == after


@pytest.mark.slow
@pytest.mark.parametrize(
    ("few", "many", "near"),
    [
        (2000, 20_000, 0.05),
        (30, 400, 0.04),  # whole numbers of passes never reach 5 % exactly, and lie within
    ],
)
def test_where_chance_is_all_two_in_1000_lie_outside_998_and_five_in_100_outside_95(
    few, many, near
):
    """500 cities of 50 units, numbers as unequal as towns': the limits are hardly ever widened."""
    rng = np.random.default_rng(19)
    found = np.zeros(3)
    for _ in range(500):
        n = rng.integers(few, many, 50)
        x = rng.binomial(n, 0.8)
        _, tau = overdispersion(x, n, 0.8)
        found += tau > 0, outside(x, n, 0.8, 0.998, tau), outside(x, n, 0.8, 0.95, tau)
    assert found[0] <= 10
    assert found[1:] / 25_000 == pytest.approx([0.002, near], abs=0.005)
    assert 0.001 < found[1] / 25_000 < 0.003


def test_rates_close_to_all_do_not_pass_for_spread():
    rng = np.random.default_rng(20)
    widened = 0
    for _ in range(500):
        n = rng.integers(15, 120, 20)
        widened += overdispersion(rng.binomial(n, 0.96), n, 0.96)[1] > 0
    assert widened <= 25


def test_where_units_truly_differ_the_spread_is_found_and_few_lie_outside():
    """True rates with a standard deviation of six points: tau comes near, and what lies outside the
    widened limits is a percent or two (winsorising draws the spread in a little).
    """
    rng = np.random.default_rng(21)
    taus, far, chance_far = [], 0, 0
    for _ in range(200):
        n = rng.integers(100, 600, 50)
        x = rng.binomial(n, np.clip(rng.normal(0.8, 0.06, 50), 0, 1))
        _, tau = overdispersion(x, n, 0.8)
        taus.append(tau)
        far += outside(x, n, 0.8, 0.998, tau)
        chance_far += outside(x, n, 0.8, 0.998)
    assert 0.045 < np.mean(taus) < 0.062
    assert far / 10_000 < 0.03 < 0.15 < chance_far / 10_000


# By hand


def test_phi_and_tau_by_hand():
    """Ten units of 100 around 50 %: s = .05. Five at 40 %, five at 60 %: each z is 2, phi 4, beyond
    1 + 2 sqrt(.2) = 1.894. w = 400, so tau^2 = (40 - 9) / (4000 - 400) = .008611.
    """
    phi, tau = overdispersion([40] * 5 + [60] * 5, [100] * 10, 0.5)
    assert phi == pytest.approx(4) and tau == pytest.approx(np.sqrt(31 / 3600))


def test_a_tenth_at_either_end_is_drawn_in_by_hand():
    """Of eleven the first and the last stand where the second and the last but one do."""
    x = [0, *[45, 55] * 4, 45, 100]
    phi, tau = overdispersion(x, [100] * 11, 0.5)
    assert phi == pytest.approx(1) and tau == 0
    assert overdispersion([45, *x[1:-1], 55], [100] * 11, 0.5) == (phi, tau)


def test_what_is_beyond_chance_begins_at_1_and_two_standard_deviations():
    """Ten units of 100: 1 + 2 sqrt(2 / 10) = 1.894; seven off is z = 1.4 and phi 1.96."""
    phi, tau = overdispersion([43, 57] * 5, [100] * 10, 0.5)
    assert phi == pytest.approx(1.96) and tau > 0
    phi, tau = overdispersion([1216, 1284] * 5, [2500] * 10, 0.5)  # 34 off, s = 25
    assert phi == pytest.approx(1.8496) and tau == 0


def test_limits_with_a_spread_by_hand():
    """s = .04, tau = .03: the root of both is .05."""
    low, high = funnel_limits(100, 0.8, 0.95, 0.03)
    assert (float(low), float(high)) == pytest.approx(
        (0.8 - 0.05 * 1.959964, 0.8 + 0.05 * 1.959964)
    )
    low, high = funnel_limits(100, 0.8, 0.998, 0.03)
    z = norm.ppf(0.999)
    assert (float(low), float(high)) == pytest.approx((0.8 - 0.05 * z, 0.8 + 0.05 * z))
    assert funnel_limits(4, 0.9, 0.998, 0.2)[1] == 1 and funnel_limits(4, 0.1, 0.998, 0.2)[0] == 0


@pytest.mark.parametrize(
    ("x", "n", "centre"),
    [
        ([1, 2, 3, 9] * 2 + [5], [10] * 9, 0.5),
        ([10] * 12, [10] * 12, 1.0),
        ([0] * 12, [10] * 12, 0.0),
    ],
)
def test_nine_units_or_a_centre_of_none_or_all_tell_nothing(x, n, centre):
    phi, tau = overdispersion(x, n, centre)
    assert np.isnan(phi) and tau == 0


def test_units_without_samples_are_left_out():
    x, n = [40] * 5 + [60] * 5, [100] * 10
    assert overdispersion([*x, 0], [*n, 0], 0.5) == overdispersion(x, n, 0.5)


# Laws


@LAW
@given(st.integers(10, 60), st.floats(0.05, 0.95), st.integers(0, 2**31))
def test_failures_differ_as_passes_do(units, centre, seed):
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 300, units)
    x = rng.binomial(n, rng.random(units))
    assert overdispersion(x, n, centre) == pytest.approx(overdispersion(n - x, n, 1 - centre))


@LAW
@given(st.integers(1, 500), st.floats(0.05, 0.95), st.floats(0.001, 0.2), st.floats(1.1, 3))
def test_the_wider_units_differ_the_wider_the_limits(n, centre, tau, times):
    low, high = funnel_limits(n, centre, 0.95, tau)
    wider = funnel_limits(n, centre, 0.95, tau * times)
    assert wider[0] <= low <= centre <= high <= wider[1]
