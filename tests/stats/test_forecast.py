"""Chances that a target will be met: by hand, against scipy, and calibrated under their own
assumptions.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from yxq.stats.forecast import JEFFREYS_RATE, chance_count, chance_rate, chance_share, prior_rate

LAW = settings(max_examples=100, deadline=None, derandomize=True)
priors = st.tuples(st.floats(0.1, 60), st.floats(0.1, 60))
elapsed = st.floats(0.01, 1)
JEFFREYS_COUNT = (0.5, 0.0)


def seen(x, n, rest, need, a, b):
    """The chance after x of n, from a prior."""
    x, n = np.asarray(x, float), np.asarray(n, float)
    return chance_rate(x, rest, need, a + x, b + n - x)


def counted(c, gone, low, high, a, b):
    """The chance after c in a share of the year, from a prior; counts come evenly."""
    shape = a + np.asarray(c, float)
    return chance_count(c, shape * np.maximum(1 - gone, 0) / (b + gone), shape, low, high)


# Rates


@pytest.mark.parametrize(
    ("x", "n", "rest", "need", "chance"),
    [
        (0, 0, 1, 1, 1 / 2),  # nothing known, one to come
        (1, 1, 1, 2, 3 / 4),
        (1, 2, 1, 2, 1 / 2),
        (0, 1, 1, 1, 1 / 4),
        (1, 1, 2, 3, 3 / 4 * 5 / 6),
        (0, 0, 2, 1, 1 - 1 / 2 * 3 / 4),
    ],
)
def test_a_chance_by_hand_under_jeffreys(x, n, rest, need, chance):
    assert seen(x, n, rest, need, *JEFFREYS_RATE) == pytest.approx(chance)


def test_chance_rate_agrees_with_the_beta_binomial():
    rng = np.random.default_rng(1)
    size = 4000
    n, rest = rng.integers(0, 300, size), rng.integers(0, 300, size)
    n[:200], rest[200:400], n[400:500], rest[500:600] = 0, 0, 1, 1
    x = rng.binomial(n, rng.choice([0, 0.05, 0.5, 0.9, 0.99, 1], size))
    a, b = rng.uniform(0.5, 50, size), rng.uniform(0.5, 20, size)
    need = np.round((n + rest) * rng.choice([0, 0.9, 0.95, 1, 1.1], size))
    need[::2] = np.round(x + rest * (a + x) / (a + b + n) + rng.normal(0, 0.05, size) * rest)[::2]
    expected = stats.betabinom.sf(need - x - 1, rest, a + x, b + n - x)
    got = seen(x, n, rest, need, a, b)
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-9)
    assert ((got > 0.01) & (got < 0.99)).sum() > 1000


def test_tables_of_any_memory_order_give_the_same_chances():
    x = np.arange(12.0).reshape(3, 4)
    cells = [x, x * 0 + 20, x * 0 + 10, x * 0 + 15, x * 0 + 0.5, x * 0 + 0.5]
    plain = seen(*cells)
    assert (seen(*map(np.asfortranarray, cells)) == plain).all() and (
        (plain > 0) & (plain < 1)
    ).any()
    np.testing.assert_array_equal(seen(*(cell.T for cell in cells)), plain.T)


@LAW
@given(st.integers(0, 60), st.integers(0, 60), priors)
def test_more_passes_never_lower_the_chance(n, rest, prior):
    need = np.arange(n + rest + 2)[:, None]
    chances = seen(np.arange(n + 1), n, rest, need, *prior)
    assert ((chances >= 0) & (chances <= 1)).all()
    assert (np.diff(chances, axis=1) >= -1e-9).all() and (np.diff(chances, axis=0) <= 1e-9).all()
    assert (chances[0] == 1).all() and (chances[-1] == 0).all()


@LAW
@given(st.integers(0, 300), priors)
def test_with_nothing_to_come_the_chance_is_nought_or_one(n, prior):
    x, need = np.arange(n + 1), np.arange(n + 2)[:, None]
    assert (seen(x, n, 0, need, *prior) == (x >= need)).all()


@LAW
@given(st.integers(1, 40), st.integers(0, 40), priors, st.data())
def test_the_chance_expected_before_the_year_is_the_one_given_before_it(n, rest, prior, data):
    """What is seen on the way moves the chance up and down, but not on average."""
    need = data.draw(st.integers(0, n + rest))
    x = np.arange(n + 1)
    on_the_way = stats.betabinom.pmf(x, n, *prior) @ seen(x, n, rest, need, *prior)
    assert on_the_way == pytest.approx(float(seen(0, 0, n + rest, need, *prior)), abs=1e-9)


def calibrated(chances: np.ndarray, attained: np.ndarray) -> bool:
    """Whether of all cases given the same chance about as many attain: within four standard errors
    of that chance.
    """
    chance, group, size = np.unique(chances.round(9), return_inverse=True, return_counts=True)
    assert (size[(chance > 0.6) & (chance < 0.8)] > 500).any()
    met, doubt = np.bincount(group, attained), np.sqrt(size * chance * (1 - chance))
    return bool((np.abs(met - size * chance) <= 4 * doubt + 1)[size > 20].all())


def test_of_the_rates_given_70_percent_about_70_percent_attain():
    rng = np.random.default_rng(2)
    p = rng.beta(8, 2, 20_000)
    x, later = rng.binomial(30, p), rng.binomial(30, p)
    chances = seen(x, 30, 30, 48, 8, 2)
    assert calibrated(chances, x + later >= 48)
    assert not calibrated(chances, x + later >= 47)  # the check can fail


# Counts


@pytest.mark.parametrize(
    ("c", "gone", "low", "high", "chance"),
    [
        (1, 0.5, 2, np.inf, 1 - 0.5**1.5),  # none to come has 0.5 ** (c + 1/2)
        (0, 0.25, 1, np.inf, 1 - 0.25**0.5),
        (1, 0.5, 1, 1, 0.5**1.5),
        (1, 0.5, 2, 2, 1.5 * 0.5 * 0.5**1.5),
        (1, 0.5, 1, np.inf, 1.0),
        (2, 0.5, 0, 1, 0.0),
    ],
)
def test_a_chance_of_a_count_by_hand_under_jeffreys(c, gone, low, high, chance):
    assert counted(c, gone, low, high, *JEFFREYS_COUNT) == pytest.approx(chance)


@pytest.mark.parametrize("gone", [0.01, 0.25, 0.5, 0.9, 0.999])
def test_chance_count_agrees_with_the_negative_binomial(gone):
    rng = np.random.default_rng(3)
    size = 2000
    c, low = rng.poisson(rng.choice([0, 1, 10, 40], size)), rng.integers(0, 80, size)
    high = np.where(rng.random(size) < 0.3, np.inf, low + rng.integers(0, 30, size))
    a, b = rng.uniform(0.5, 30, size), rng.choice([0, 0.5, 3], size)
    rest = stats.nbinom(a + c, (b + gone) / (b + 1))
    expected = np.where(np.isinf(high), 1, rest.cdf(high - c)) - rest.cdf(low - c - 1)
    np.testing.assert_allclose(counted(c, gone, low, high, a, b), expected, rtol=0, atol=1e-9)


def test_before_the_year_the_chance_is_the_priors_alone():
    low = np.arange(30)
    expected = stats.nbinom.sf(low - 1, 10.0, 2 / 3)
    np.testing.assert_allclose(
        counted(0, 0.0, low, np.inf, 10.0, 2.0), expected, rtol=0, atol=1e-12
    )


@LAW
@given(elapsed, st.floats(0.5, 40), st.floats(0, 10))
def test_more_events_so_far_never_lower_the_chance(gone, a, b):
    low = np.arange(60)[:, None]
    chances = counted(np.arange(50), gone, low, np.inf, a, b)
    assert ((chances >= 0) & (chances <= 1)).all()
    assert (np.diff(chances, axis=1) >= -1e-12).all() and (np.diff(chances, axis=0) <= 1e-12).all()


@LAW
@given(
    st.integers(0, 60),
    elapsed,
    st.integers(0, 60),
    st.integers(0, 30),
    st.floats(0.5, 40),
    st.floats(0, 10),
)
def test_a_count_ends_below_within_or_above_its_range(c, gone, low, width, a, b):
    parts = counted(c, gone, [0, low, low + width + 1], [low - 1, low + width, np.inf], a, b)
    assert parts.sum() == pytest.approx(1) and (parts >= 0).all() and (parts <= 1).all()


@pytest.mark.parametrize("gone", [1.0, 1.2])
def test_at_the_years_end_a_count_is_in_its_range_or_not(gone):
    c = np.arange(10)
    assert (counted(c, gone, 3, 6, *JEFFREYS_COUNT) == ((c >= 3) & (c <= 6))).all()


def test_of_the_counts_given_70_percent_about_70_percent_attain():
    rng = np.random.default_rng(4)
    pace = rng.gamma(6, 1 / 0.5, 20_000)  # events a year
    c, later = rng.poisson(pace * 0.4), rng.poisson(pace * 0.6)
    chances = counted(c, 0.4, 12, np.inf, 6, 0.5)
    assert calibrated(chances, c + later >= 12)
    assert not calibrated(chances, c + later >= 11)


# Missing numbers


@pytest.mark.parametrize("missing", range(4))
@pytest.mark.parametrize("rest", [0, 5])
def test_a_rate_with_a_number_missing_has_no_chance(missing, rest):
    args = [9, 10, rest, 9 + rest]
    cells = [np.array([value, np.nan if i == missing else value]) for i, value in enumerate(args)]
    chances = seen(*cells, *JEFFREYS_RATE)
    assert chances[0] == seen(*args, *JEFFREYS_RATE) and np.isnan(chances[1])


@pytest.mark.parametrize("missing", range(3))
@pytest.mark.parametrize("gone", [0.0, 0.5, 1.0])
def test_a_count_with_a_number_missing_has_no_chance(missing, gone):
    args = [3, 2, 9]
    cells = [np.array([value, np.nan if i == missing else value]) for i, value in enumerate(args)]
    chances = counted(cells[0], gone, *cells[1:], 2.0, 1.0)
    assert chances[0] == counted(3, gone, 2, 9, 2.0, 1.0) > 0 and np.isnan(chances[1])


# Shares


@pytest.mark.parametrize(("x", "chance"), [(19, 1.0), (18, 0.0)])
def test_with_nothing_to_come_the_chance_is_what_has_come(x, chance):
    """One more sample would leave 19 of 20 in doubt."""
    assert chance_share(x, 20, 0, 25, 19, 20, x + 0.5, 20.5 - x) == chance


# Priors of rates


def test_fewer_than_five_units_tell_nothing_of_a_spread():
    few = 4
    assert prior_rate([90] * few, [100] * few) == prior_rate([], []) == JEFFREYS_RATE
    assert prior_rate([90] * few + [0, np.nan], [100] * few + [0, 10]) == JEFFREYS_RATE
    assert prior_rate([90] * 5, [100] * 5) != JEFFREYS_RATE


@pytest.mark.parametrize("n", [[100] * 10, [10, 20, 30, 40, 50], [10] * 20 + [400], [1000] * 5])
@pytest.mark.parametrize("tenths", [1, 5, 9])
def test_equal_rates_are_firmer_than_any_unit_but_not_than_all_together(n, tenths):
    n = np.array(n)
    a, b = prior_rate(n * tenths // 10, n)
    assert n.max() < a + b <= n.sum()


@pytest.mark.parametrize(
    "x", [[0, 0, 0, 100, 100, 100], [0, 20, 40, 60, 80, 100], [1, 99, 1, 99, 1, 99]]
)
def test_widely_spread_rates_make_a_weak_prior(x):
    assert 1 <= sum(prior_rate(x, [100] * 6)) < 4


def test_the_prior_of_rates_finds_the_spread_they_were_drawn_from():
    rng = np.random.default_rng(5)
    for a, b in ((8, 2), (45, 5), (190, 10)):
        n = rng.integers(50, 400, 1000)
        found = prior_rate(rng.binomial(n, rng.beta(a, b, 1000)), n)
        assert found[0] / sum(found) == pytest.approx(a / (a + b), abs=0.01)
        assert sum(found) == pytest.approx(a + b, rel=0.2)


units = st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@LAW
@given(st.lists(units, min_size=5, max_size=25))
def test_a_prior_of_rates_is_near_the_pooled_rate_and_within_bounds(cells):
    x, n = np.array(cells, dtype=float).T
    a, b = prior_rate(x, n)
    total = n.sum()
    assert np.isfinite([a, b]).all() and a > 0 and b > 0
    assert 1 - 1e-9 <= a + b <= max(total, 1) + 1e-9
    if (n > 0).sum() >= 5:
        assert a / (a + b) == pytest.approx(x.sum() / total, abs=1 / (total + 1))
    assert (a, b) == pytest.approx(prior_rate(x[::-1], n[::-1]))
    unknown = prior_rate([*x, 0, np.nan, 3, np.nan], [*n, 0, 50, np.nan, np.nan])
    assert unknown == (a, b)


@pytest.mark.parametrize("n", [[1] * 5, [50] * 8, [1, 1, 1, 1, 5000]])
def test_rates_of_nought_or_all_make_a_usable_prior(n):
    n = np.array(n)
    none, every = prior_rate(n * 0, n), prior_rate(n, n)
    assert none == pytest.approx(every[::-1]) and 0 < none[0] < none[1]
    assert 0 < seen(0, 0, 10, 10, *none) < seen(0, 0, 10, 10, *every) < 1


def test_rates_as_far_apart_as_can_be_say_as_much_as_one_sample():
    """Half of the units pass all, half none."""
    a, b = prior_rate([0, 100, 0, 100, 0, 100], [100] * 6)
    assert (a, b) == pytest.approx((0.5, 0.5))
