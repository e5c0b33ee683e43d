"""How many samples decide: published sizes, searching through every number, and laws."""

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom, binom

from yxq.stats.evidence import demonstrated
from yxq.stats.forecast import prior_rate
from yxq.stats.sampling import accepted, allowed, reaching, sample_size, smallest, tolerated

LAW = settings(max_examples=60, deadline=None, derandomize=True)
shares = st.sampled_from([0.5, 0.6, 0.8, 0.9, 0.95, 0.98])
risks = st.sampled_from([0.01, 0.05, 0.1])


def by_search(share: float, truth: float, risk: float, power: float, most: int) -> tuple:
    """n, failures and settled, by trying every number of samples up to `most`."""
    n = np.arange(1, most + 1)
    failures = binom.ppf(risk + 1e-12, n, 1 - share)
    failures = np.where(binom.cdf(failures, n, 1 - share) > risk + 1e-12, failures - 1, failures)
    enough = np.where(failures >= 0, binom.cdf(failures, n, 1 - truth), 0) >= power - 1e-12
    first, last = int(n[enough][0]), int(n[~enough][-1]) if not enough.all() else 0
    return first, int(failures[first - 1]), max(first, last + 1)


# Published and worked by hand


@pytest.mark.parametrize(
    ("truth", "n", "failures"), [(0.97, 601, 21), (0.98, 234, 6), (0.99, 124, 2), (1, 59, 0)]
)
def test_the_first_number_that_has_the_power_as_tables_give_it(truth, n, failures):
    assert sample_size(0.95, truth)[:2] == (n, failures)


def test_a_power_that_is_reached_exactly_is_reached():
    """Five of five pass by chance in 1 of 32 at a half, and always where all are good."""
    assert sample_size(0.5, 1, power=1) == (5, 0, 1, 5)


@pytest.mark.parametrize(("truth", "settled"), [(0.97, 694), (0.98, 286), (0.99, 124), (1, 59)])
def test_from_where_on_every_larger_number_has_it(truth, settled):
    assert sample_size(0.95, truth).settled == settled


def test_between_the_first_and_the_settled_number_power_sinks_below_and_rises_again():
    n = np.arange(234, 1500)
    powers = accepted(n, allowed(n, 0.95), 0.98)
    assert powers[0] >= 0.8 > powers[:52].min()
    assert powers[51] < 0.8  # of 285
    assert (powers[52:] >= 0.8).all()


@pytest.mark.parametrize(
    ("risk", "sizes"), [(0.05, [59, 93, 124, 153, 181, 208]), (0.1, [45, 77, 105, 132, 158, 184])]
)
def test_the_smallest_samples_with_none_to_five_failures(risk, sizes):
    assert smallest(range(6), 0.95, risk).tolist() == sizes


@pytest.mark.parametrize(
    ("share", "n"),
    [
        (0.5, 5),  # 1/32 is at most 5 %, 1/16 is not
        (0.9, 29),  # .9^29 = .0471, .9^28 = .0523
        (0.8, 14),  # .8^14 = .0440, .8^13 = .0550
        (0.99, 299),  # .99^299 = .0495
    ],
)
def test_the_smallest_sample_without_failure_by_hand(share, n):
    assert smallest(0, share) == n and share**n <= 0.05 < share ** (n - 1)
    assert allowed([n - 1, n], share).tolist() == [-1, 0]


@pytest.mark.parametrize(
    ("n", "failures", "truth", "chance"),
    [
        (2, 0, 0.5, 0.25),
        (2, 1, 0.5, 0.75),
        (3, 1, 0.9, 0.972),  # .729 + 3 x .081
        (10, 0, 0.9, 0.3486784401),
        (4, 4, 0.3, 1.0),
        (4, -1, 0.999, 0.0),
        (5, 2, 1.0, 1.0),
        (5, 2, 0.0, 0.0),
    ],
)
def test_the_operating_curve_by_hand(n, failures, truth, chance):
    assert float(accepted(n, failures, truth)) == pytest.approx(chance, abs=1e-12)


@pytest.mark.parametrize(
    ("n", "share", "failures"),
    [
        (19, 0.95, 0),  # 18 of 19 are 94.7 %
        (20, 0.95, 1),
        (39, 0.95, 1),
        (40, 0.95, 2),
        (100, 0.98, 2),
        (3, 1 / 3, 2),
        (10, 1.0, 0),
    ],
)
def test_how_many_the_plain_word_lets_fail(n, share, failures):
    assert tolerated(n, share) == failures


def test_the_risks_of_the_plain_word_at_100_samples():
    """At 95 % five may fail: who has just 95 % is turned down in 38 of 100 years, who has 90 % is
    let pass in 6: sums of comb(100, k) p^(100-k) (1-p)^k for k = 0..5.
    """
    at, below = (
        sum(comb(100, k) * p ** (100 - k) * (1 - p) ** k for k in range(6)) for p in (0.95, 0.9)
    )
    found = accepted(100, tolerated(100, 0.95), [0.95, 0.9])
    assert found.tolist() == pytest.approx([at, below])
    assert np.round(1 - found[0], 4) == 0.3840 and np.round(found[1], 4) == 0.0576


def test_asked_for_failures_it_is_how_many_must_fail_to_refute():
    """Refute 95 % with 90 % power where the truth is 90 %: 233 samples, 18 of which fail."""
    n, passes, power, _ = sample_size(0.05, 0.1, power=0.9)
    assert (n, n - passes) == (233, 18)
    assert demonstrated([n - 18, n - 17], n, 0.95).tolist() == ["refuted", "not shown"]
    assert power == pytest.approx(binom.sf(17, n, 0.1)) and binom.sf(17, n, 0.05) <= 0.05


@pytest.mark.parametrize("truth", [0.9, 0.95, 1.01])
def test_what_is_no_better_than_the_share_is_never_demonstrated(truth):
    assert sample_size(0.95, truth) is None
    assert sample_size(1.0, 1.0) is None and sample_size(0, 0.5) is None


def test_a_difference_that_would_take_millions_has_no_number():
    assert sample_size(0.95, 0.95001) is None


# Against other software and by search


@LAW
@given(shares, st.integers(1, 19), risks, st.sampled_from([0.5, 0.8, 0.9]))
def test_the_number_is_that_of_a_search_through_all(share, step, risk, power):
    truth = share + (1 - share) * (step + 1) / 20
    found = sample_size(share, truth, risk, power)
    if found and found.settled < 3000:
        assert (*found[:2], found.settled) == by_search(share, truth, risk, power, 6000)
        assert found.power == pytest.approx(binom.cdf(found.failures, found.n, 1 - truth))


@LAW
@given(st.integers(1, 3000), shares)
def test_so_many_failures_are_demonstrated_and_one_more_is_not(n, share):
    most = int(allowed(n, share))
    words = demonstrated([n - most, n - most - 1], n, share).tolist()
    assert words[1] != "demonstrated" and (most < 0 or words[0] == "demonstrated")


@LAW
@given(st.integers(0, 300), shares, risks)
def test_one_sample_fewer_does_not_demonstrate(failures, share, risk):
    n = int(smallest(failures, share, risk))
    assert allowed([n - 1, n], share, risk).tolist() == [failures - 1, failures]


def test_the_operating_curve_agrees_with_scipy():
    rng = np.random.default_rng(19)
    n = rng.integers(1, 4000, 2000)
    failures, truth = rng.integers(0, n + 1), rng.random(2000)
    np.testing.assert_allclose(
        accepted(n, failures, truth), binom.cdf(failures, n, 1 - truth), rtol=1e-9, atol=1e-13
    )


@LAW
@given(st.integers(1, 500), st.integers(0, 20))
def test_the_better_the_truth_the_surer_it_is_accepted(n, failures):
    assert (np.diff(accepted(n, failures, np.linspace(0, 1, 101))) >= -1e-12).all()


# A realistic threshold


def test_units_that_reach_a_share_next_year_are_beta_binomial():
    x, n = np.array([19, 38, 50, 9, 57, 0]), np.array([20, 40, 50, 10, 60, 0])
    a, b = prior_rate(x[:5], n[:5])
    expected = [
        sum(
            betabinom(m, a + p, b + m - p).sf(np.ceil(np.round(share * m, 9)) - 1)
            for p, m in zip(x[:5], n[:5], strict=True)
        )
        for share in (0.8, 0.9, 0.95)
    ]
    assert reaching(x, n, [0.8, 0.9, 0.95]).tolist() == pytest.approx(expected)


def test_all_units_reach_nought_and_the_more_is_asked_the_fewer_do():
    x, n = np.array([19, 38, 50, 9, 57]), np.array([20, 40, 50, 10, 60])
    found = reaching(x, n, np.linspace(0, 1, 51))
    assert found[0] == 5 and (np.diff(found) <= 1e-12).all() and found[-1] < 2


def test_of_alike_units_as_many_reach_a_share_as_is_forecast():
    """200 cities of 20 units, drawn twice from the same true rates."""
    rng = np.random.default_rng(7)
    told = came = 0.0
    for _ in range(200):
        n = rng.integers(10, 120, 20)
        truth = rng.beta(60, 4, 20)
        told += reaching(rng.binomial(n, truth), n, [0.95])[0]
        came += (rng.binomial(n, truth) >= np.ceil(np.round(0.95 * n, 9))).sum()
    assert told / 4000 == pytest.approx(came / 4000, abs=0.02)


def test_a_unit_of_one_sample_counts_and_one_of_none_does_not():
    """By Jeffreys, as two show no spread: 3/4 of one that passed, 1/4 of one that did not."""
    assert reaching([1, 0, 0], [1, 1, 0], [0.5, 0.9]).tolist() == pytest.approx([1, 1])
    assert reaching([1, 0], [1, 0], [0.5]).tolist() == pytest.approx([0.75])
