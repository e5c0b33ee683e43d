"""What counts support: published values, other people's software over random counts, and laws."""

from fractions import Fraction
from math import ceil, comb

import calibration
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from yxq.stats.evidence import (
    demonstrated,
    funnel_limits,
    further,
    is_small,
    lot_interval,
    newcombe,
    rate_ratio,
    required,
    wilson,
)

LAW = settings(max_examples=100, deadline=None, derandomize=True)
SHARES = [(1, 3), (1, 2), (3, 5), (4, 5), (9, 10), (19, 20), (49, 50), (99, 100)]
ORDER = {"refuted": 0, "not shown": 1, "demonstrated": 2}
FUNNEL = [0.95, 0.998]
confidences = st.sampled_from([0.8, 0.9, 0.95, 0.99])
shares = st.sampled_from([p / q for p, q in SHARES])


def counts(seed: int, size: int, most: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Seeded x of n: nought and all of every n up to 50, the rest at random, often close to all."""
    rng = np.random.default_rng(seed)
    few = np.arange(1, 51)
    n = rng.integers(1, most, size)
    x = rng.binomial(n, rng.choice([0.02, 0.3, 0.6, 0.9, 0.95, 0.99], size))
    return np.concatenate([0 * few, few, x]), np.concatenate([few, few, n])


def strength(*args, **options) -> np.ndarray:
    return np.array([ORDER[word] for word in demonstrated(*args, **options)])


# Wilson's interval


@pytest.mark.parametrize(
    ("x", "n", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (98, 100, 0.9300, 0.9945),
    ],
)
def test_wilson_as_published_by_newcombe(x, n, low, high):
    assert np.round(wilson(x, n), 4).tolist() == [low, high]


def test_wilson_covers_95_percent_in_9659_of_10000_surveys_of_100():
    x = np.arange(101)
    low, high = wilson(x, 100)
    covers = (low <= 0.95) & (high >= 0.95)
    assert stats.binom.pmf(x, 100, 0.95)[covers].sum() == pytest.approx(0.9659, abs=5e-5)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
def test_wilson_agrees_with_statsmodels(confidence):
    x, n = counts(1, 4000, 5000)
    expected = proportion_confint(x, n, alpha=1 - confidence, method="wilson")
    np.testing.assert_allclose(wilson(x, n, confidence), expected, rtol=0, atol=1e-12)


def test_no_passes_reach_down_to_nought_and_all_passes_up_to_one_exactly():
    n = np.arange(1, 2000)
    assert (wilson(0, n)[0] == 0).all() and (wilson(n, n)[1] == 1).all()
    assert (wilson(0, n)[1] < 1).all() and (wilson(n, n)[0] > 0).all()


@LAW
@given(st.integers(1, 500), confidences)
def test_more_passes_never_lower_wilson(n, confidence):
    low, high = wilson(np.arange(n + 1), n, confidence)
    assert (np.diff(low) > 0).all() and (np.diff(high) > 0).all()


@LAW
@given(st.integers(1, 500), confidences)
def test_wilson_of_failures_mirrors_that_of_passes(n, confidence):
    x = np.arange(n + 1)
    (low, high), (fewest, most) = wilson(x, n, confidence), wilson(n - x, n, confidence)
    np.testing.assert_allclose([low, high], [1 - most, 1 - fewest], rtol=0, atol=1e-12)
    assert (low <= x / n).all() and (x / n <= high).all()


# The difference of two rates


@pytest.mark.parametrize(
    ("x1", "n1", "x0", "n0", "low", "high"),
    [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (6, 7, 2, 7, 0.0582, 0.8062),
        (5, 56, 0, 29, -0.0381, 0.1926),
        (0, 10, 0, 20, -0.1611, 0.2775),
        (10, 10, 0, 10, 0.6075, 1.0),
    ],
)
def test_differences_as_published_by_newcombe(x1, n1, x0, n0, low, high):
    assert np.round(newcombe(x1, n1, x0, n0), 4).tolist() == [low, high]


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_newcombe_agrees_with_statsmodels(confidence):
    x1, n1 = counts(2, 3000)
    order = np.random.default_rng(3).permutation(len(n1))
    x0, n0 = x1[order], n1[order]
    expected = confint_proportions_2indep(
        x1, n1, x0, n0, method="newcomb", compare="diff", alpha=1 - confidence
    )
    np.testing.assert_allclose(newcombe(x1, n1, x0, n0, confidence), expected, rtol=0, atol=1e-12)


@LAW
@given(st.integers(1, 60), st.integers(1, 60), confidences)
def test_swapping_the_years_turns_the_difference_round(n1, n0, confidence):
    x1, x0 = np.arange(n1 + 1)[:, None], np.arange(n0 + 1)
    (low, high), (least, most) = (
        newcombe(x1, n1, x0, n0, confidence),
        newcombe(x0, n0, x1, n1, confidence),
    )
    np.testing.assert_allclose([low, high], [-most, -least], rtol=0, atol=1e-12)
    assert (low >= -1 - 1e-12).all() and (high <= 1 + 1e-12).all()
    assert (low <= x1 / n1 - x0 / n0).all() and (x1 / n1 - x0 / n0 <= high).all()


# The ratio of two paces


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_rate_ratio_agrees_with_beta_quantiles(confidence):
    rng = np.random.default_rng(4)
    c1, c0 = (
        rng.poisson(rng.choice([0, 1, 5, 50], 3000)),
        rng.poisson(rng.choice([0, 1, 5, 50], 3000)),
    )
    t1, t0 = rng.uniform(0.01, 1, 3000), rng.uniform(0.5, 2, 3000)
    tail = (1 - confidence) / 2
    low = np.where(c1 > 0, stats.beta.ppf(tail, np.maximum(c1, 1), c0 + 1), 0)
    high = np.where(c0 > 0, stats.beta.ppf(1 - tail, c1 + 1, np.maximum(c0, 1)), 1)
    with np.errstate(divide="ignore"):
        expected = [share / (1 - share) * t0 / t1 for share in (low, high)]
    np.testing.assert_allclose(rate_ratio(c1, t1, c0, t0, confidence), expected, rtol=1e-9)


def test_rate_ratio_agrees_with_the_exact_binomial_interval():
    rng = np.random.default_rng(5)
    cells = [(c1, c0) for c1 in range(4) for c0 in range(4) if c1 + c0] + rng.integers(
        0, 60, (200, 2)
    ).tolist()
    for c1, c0 in cells:
        exact = stats.binomtest(c1, c1 + c0).proportion_ci(0.95, method="exact")
        low, high = rate_ratio(c1, 0.25, c0, 1)
        assert low == pytest.approx(exact.low / (1 - exact.low) * 4)
        assert high == (
            np.inf if exact.high == 1 else pytest.approx(exact.high / (1 - exact.high) * 4)
        )


def test_without_events_on_either_side_any_ratio_is_possible():
    assert [float(end) for end in rate_ratio(0, 0.5, 0, 1)] == [0, np.inf]
    assert [np.isinf(end) for end in rate_ratio(3, 0.5, 0, 1)] == [False, True]


@LAW
@given(st.integers(0, 80), st.integers(0, 80), st.floats(0.01, 1))
def test_rate_ratio_turned_round_is_its_inverse(c1, c0, elapsed):
    assume(c1 and c0)
    low, high = rate_ratio(c1, elapsed, c0, 1)
    least, most = rate_ratio(c0, 1, c1, elapsed)
    assert low == pytest.approx(1 / most) and high == pytest.approx(1 / least)
    assert low < c1 / elapsed / c0 < high


# Demonstrated, not shown, refuted


@pytest.mark.parametrize(("x", "n"), [(59, 59), (99, 100), (196, 200), (292, 300), (484, 500)])
def test_just_enough_passes_demonstrate_95_percent(x, n):
    assert demonstrated([x, x - 1], n, 0.95).tolist() == ["demonstrated", "not shown"]


@pytest.mark.parametrize(
    ("x", "n"), [(25, 30), (44, 50), (90, 100), (184, 200), (278, 300), (466, 500)]
)
def test_just_too_few_passes_refute_95_percent(x, n):
    assert demonstrated([x, x + 1], n, 0.95).tolist() == ["refuted", "not shown"]


def test_95_percent_of_100_is_reached_without_being_shown():
    assert demonstrated([95, 98], 100, 0.95).tolist() == ["not shown", "not shown"]


@pytest.mark.parametrize(
    ("confidence", "least"),
    [(0.95, [59, 93, 124, 153, 181, 208]), (0.90, [45, 77, 105, 132, 158, 184])],
)
def test_least_samples_that_demonstrate_95_percent_with_nought_to_five_failures(confidence, least):
    n, failures = np.array(least), np.arange(6)
    assert (demonstrated(n - failures, n, 0.95, confidence=confidence) == "demonstrated").all()
    assert (demonstrated(n - 1 - failures, n - 1, 0.95, confidence=confidence) == "not shown").all()
    assert (further(1, 1 + failures, 0.95, confidence=confidence) == n - 1 - failures).all()


def test_demonstrated_agrees_with_the_binomial_test():
    x, n = counts(6, 1200)
    share = np.random.default_rng(7).choice([p / q for p, q in SHARES], len(n))
    got = demonstrated(x, n, share)
    assert set(got) == set(ORDER)
    for a, b, p, word in zip(x, n, share, got, strict=True):
        more, fewer = (
            stats.binomtest(int(a), int(b), p, alternative=side).pvalue
            for side in ("greater", "less")
        )
        more, fewer = round(more, 12), round(fewer, 12)  # 0 of 1 at 95% has a chance of exactly 5%
        assert word == (
            "demonstrated" if more <= 0.05 else "refuted" if fewer <= 0.05 else "not shown"
        ), (a, b, p)


def chances(x: int, n: int, lot: int, passing: int) -> tuple[Fraction, Fraction]:
    """Exactly how likely x or more, and x or fewer, of n drawn from a lot pass when so many of the
    lot do.
    """
    ways = [comb(passing, k) * comb(lot - passing, n - k) for k in range(n + 1)]
    return Fraction(sum(ways[x:]), comb(lot, n)), Fraction(sum(ways[: x + 1]), comb(lot, n))


@pytest.mark.parametrize("confidence", [0.9, 0.95])
@pytest.mark.parametrize(("p", "q"), [(1, 2), (4, 5), (19, 20), (1, 1)])
def test_demonstrated_in_every_small_lot_is_exact(p, q, confidence):
    """Ties count, too: 9 of 9 from a lot of 10 come up in exactly a tenth of samplings if one of
    the ten fails.
    """
    cells = [
        (x, n, lot)
        for lot in range(1, 26)
        for n in range(lot // 10 + 1, lot + 1)
        for x in range(n + 1)
    ]
    alpha = 1 - Fraction(str(confidence))
    got = demonstrated(*np.array(cells).T[:2], p / q, np.array(cells).T[2], confidence=confidence)
    for (x, n, lot), word in zip(cells, got, strict=True):
        need = ceil(Fraction(p, q) * lot)
        more, fewer = chances(x, n, lot, need - 1)[0], chances(x, n, lot, need)[1]
        assert word == (
            "demonstrated" if more <= alpha else "refuted" if fewer <= alpha else "not shown"
        ), (x, n, lot)


def test_demonstrated_agrees_with_hypergeometric_tails():
    rng = np.random.default_rng(8)
    lot = rng.integers(1, 1500, 2500)
    n = np.maximum(np.ceil(rng.uniform(0.1001, 1, len(lot)) * lot), 1).astype(int)
    pairs = np.array(SHARES)[rng.integers(0, len(SHARES), len(lot))]
    near = np.clip(pairs[:, 0] / pairs[:, 1] + rng.uniform(-0.1, 0.1, len(lot)), 0, 1)
    x = rng.binomial(n, near)
    need = -(-pairs[:, 0] * lot // pairs[:, 1])
    more = 1 - stats.hypergeom.cdf(x - 1, lot, need - 1, n)
    fewer = stats.hypergeom.cdf(x, lot, need, n)
    expected = np.select([more <= 0.05, fewer <= 0.05], ["demonstrated", "refuted"], "not shown")
    got = demonstrated(x, n, pairs[:, 0] / pairs[:, 1], lot)
    tie = (np.abs(more - 0.05) < 1e-9) | (np.abs(fewer - 0.05) < 1e-9)
    assert set(got) == set(ORDER) and (got == expected)[~tie].all()


def test_a_lot_drawn_whole_leaves_nothing_not_shown():
    assert demonstrated([19, 18], 20, 0.95, 20).tolist() == ["demonstrated", "refuted"]
    assert demonstrated(20, 20, 1.0, 20) == "demonstrated"


def test_a_tenth_of_the_lot_is_judged_like_an_endless_one():
    assert is_small([10, 11, 100, 101, 0], 100).tolist() == [False, True, True, False, False]
    assert not is_small(10, np.nan)
    assert demonstrated(50, 50, 0.95, [np.nan, 500, 60]).tolist() == [
        "not shown",
        "not shown",
        "demonstrated",
    ]


def test_a_single_number_is_judged_as_in_an_array():
    assert demonstrated(59, 59, 0.95) == "demonstrated"
    assert demonstrated(5, 10, 0.9, 20) == "refuted"


@pytest.mark.parametrize(
    ("p", "q"), [*SHARES, (7, 25), (11, 20), (1, 1)]
)  # 0.28 * 25 and 0.55 * 100 are dusty
def test_required_passes_of_a_lot_are_exact(p, q):
    lots = range(1, 3000)
    assert required(p / q, lots).tolist() == [ceil(Fraction(p * lot, q)) for lot in lots]


@LAW
@given(st.integers(1, 400), shares, confidences)
def test_more_passes_never_weaken_the_evidence(n, share, confidence):
    assert (np.diff(strength(np.arange(n + 1), n, share, confidence=confidence)) >= 0).all()


@LAW
@given(st.integers(1, 300), st.data(), shares, confidences)
def test_more_passes_never_weaken_the_evidence_of_a_lot(lot, data, share, confidence):
    n = data.draw(st.integers(1, lot))
    assert (np.diff(strength(np.arange(n + 1), n, share, lot, confidence=confidence)) >= 0).all()


@LAW
@given(st.integers(1, 400), confidences)
def test_a_higher_share_is_never_easier_to_demonstrate(n, confidence):
    x = np.arange(n + 1)
    ranks = np.array([strength(x, n, p / q, confidence=confidence) for p, q in SHARES])
    assert (np.diff(ranks, axis=0) <= 0).all()


# The interval of a lot


@pytest.mark.parametrize("confidence", [0.9, 0.95])
def test_lot_interval_agrees_with_trying_every_lot(confidence):
    """The shares under which neither so many nor so few passes would be surprising."""
    cells = [(x, n, lot) for lot in range(1, 19) for n in range(1, lot + 1) for x in range(n + 1)]
    low, high = lot_interval(*np.array(cells).T, confidence=confidence)
    tail = (1 - Fraction(str(confidence))) / 2
    for (x, n, lot), least, most in zip(cells, low, high, strict=True):
        likely = [passing for passing in range(lot + 1) if min(chances(x, n, lot, passing)) > tail]
        assert (least, most) == (likely[0] / lot, likely[-1] / lot), (x, n, lot)


def test_lot_interval_agrees_with_scipy_in_larger_lots():
    rng = np.random.default_rng(9)
    for lot in rng.integers(20, 300, 150):
        n = rng.integers(1, lot + 1)
        x, passing = rng.integers(0, n + 1), np.arange(lot + 1)
        likely = (stats.hypergeom.sf(x - 1, lot, passing, n) > 0.025) & (
            stats.hypergeom.cdf(x, lot, passing, n) > 0.025
        )
        assert [float(end) for end in lot_interval(x, n, lot)] == [
            share / lot for share in passing[likely][[0, -1]]
        ]


@LAW
@given(st.integers(1, 120), st.data())
def test_more_passes_never_lower_the_lot_interval(lot, data):
    n = data.draw(st.integers(1, lot))
    x = np.arange(n + 1)
    low, high = lot_interval(x, n, lot)
    assert (np.diff(low) >= 0).all() and (np.diff(high) >= 0).all()
    assert (x / lot <= low).all() and (low <= high).all() and (high <= (lot - n + x) / lot).all()


def test_a_lot_drawn_whole_has_no_interval_left():
    x = np.arange(51)
    low, high = lot_interval(x, 50, 50)
    assert (low == x / 50).all() and (high == x / 50).all()


# How many more


def stepped(x, n, share, lot) -> np.ndarray:
    """further() by trying 0, 1, 2, ... more passes until the share is demonstrated or the lot is
    used up.
    """
    found, m = np.full(len(n), np.nan), 0
    todo = np.arange(len(n))
    while len(todo):
        shown = demonstrated(x[todo] + m, n[todo] + m, share[todo], lot[todo]) == "demonstrated"
        found[todo[shown]] = m
        m += 1
        todo = todo[~shown & ~(n[todo] + m > lot[todo])]
    return found


def test_further_agrees_with_stepping():
    rng = np.random.default_rng(10)
    n = rng.integers(1, 150, 2000)
    x, share = (
        n - np.minimum(n, rng.poisson(1.5, 2000)),
        rng.choice([1 / 3, 0.5, 0.8, 0.9, 0.95], 2000),
    )
    got = further(x, n, share)
    assert (got == stepped(x, n, share, np.full(2000, np.nan))).all()
    assert (got == 0).any() and (got > 50).any()


def test_further_agrees_with_stepping_in_a_lot():
    """A sample may start as less than a tenth of its lot and outgrow that, or never get there."""
    rng = np.random.default_rng(11)
    n = rng.integers(1, 40, 1500)
    lot = n + rng.integers(0, 250, 1500)
    x, share = (
        n - np.minimum(n, rng.poisson(0.7, 1500)),
        rng.choice([0.5, 0.8, 0.9, 0.95, 1.0], 1500),
    )
    got = further(x, n, share, lot)
    np.testing.assert_array_equal(got, stepped(x, n, share, lot))
    outgrown = ~is_small(n, lot) & is_small(n + np.nan_to_num(got), lot)
    assert outgrown.sum() > 50 and np.isnan(got).sum() > 50


def test_further_never_asks_for_more_than_the_lot_has():
    assert further(5, 5, 0.95, [np.nan, 1000, 50]).tolist() == [54, 54, 26]
    assert np.isnan(further(4, 5, 1.0, 50)) and np.isnan(further([1, 5], 5, 0.95, 5)).tolist() == [
        True,
        False,
    ]


def test_all_of_an_endless_lot_can_never_be_demonstrated():
    assert np.isnan(further([0, 50, 1000], [50, 50, 1000], 1.0)).all()


@LAW
@given(st.integers(1, 300), st.integers(0, 12), shares, confidences)
def test_so_many_further_passes_demonstrate_and_one_fewer_does_not(n, failures, share, confidence):
    x = max(n - failures, 0)
    m = int(further(x, n, share, confidence=confidence))
    assert demonstrated(x + m, n + m, share, confidence=confidence) == "demonstrated"
    assert (
        m == 0 or demonstrated(x + m - 1, n + m - 1, share, confidence=confidence) != "demonstrated"
    )


# Funnel limits

CENTRES = [0.01, 0.05, 0.3, 0.5, 0.8, 0.95, 0.99]


@pytest.mark.parametrize("centre", CENTRES)
def test_the_outer_funnel_encloses_the_inner_and_both_the_centre(centre):
    n = np.arange(1, 1500)
    (low, high), (least, most) = (funnel_limits(n, centre, coverage) for coverage in FUNNEL)
    assert (least >= 0).all() and (most <= 1).all()
    assert (
        (least <= low).all()
        and (low <= centre).all()
        and (centre <= high).all()
        and (high <= most).all()
    )
    assert (low[-1] > least[-1]) and (high[-1] < most[-1])


@pytest.mark.parametrize("coverage", FUNNEL)
@pytest.mark.parametrize("centre", CENTRES)
def test_the_funnel_narrows_as_samples_grow(centre, coverage):
    low, high = funnel_limits(np.arange(1, 1500), centre, coverage)
    assert (np.diff(low) >= -1e-12).all() and (np.diff(high) <= 1e-12).all()
    far = funnel_limits(10**6, centre, coverage)
    assert far == (pytest.approx(centre, abs=0.002), pytest.approx(centre, abs=0.002))


@pytest.mark.parametrize("coverage", FUNNEL)
@pytest.mark.parametrize("centre", CENTRES)
def test_beyond_each_funnel_limit_lie_only_outcomes_of_its_tail(centre, coverage):
    """20 of 20 is what every third sample gives at 95%: it must not lie above the limit."""
    tail = (1 - coverage) / 2
    for n in (1, 2, 5, 20, 100, 333):
        k, (low, high) = np.arange(n + 1), funnel_limits(n, centre, coverage)
        mass = stats.binom.pmf(k, n, centre)
        below, above = k / n < low - 1e-9, k / n > high + 1e-9
        assert mass[below].sum() <= tail and mass[above].sum() <= tail
        assert (
            mass[: below.sum() + 1].sum() > tail and mass[n - above.sum() :].sum() > tail
        )  # the next is no outlier


@pytest.mark.parametrize("coverage", FUNNEL)
def test_funnel_limits_agree_with_interpolated_binomial_quantiles(coverage):
    rng = np.random.default_rng(12)
    n = np.concatenate([np.arange(1, 51), rng.integers(1, 3000, 3000)])
    centre, tail = rng.beta(2, 1, len(n)), (1 - coverage) / 2
    ends = []
    for rate in (centre, 1 - centre):
        r = stats.binom.ppf(tail, n, rate)
        over = (stats.binom.cdf(r, n, rate) - tail) / stats.binom.pmf(r, n, rate)
        ends.append(np.clip((r - over) / n, 0, 1))
    np.testing.assert_allclose(
        funnel_limits(n, centre, coverage), [ends[0], 1 - ends[1]], rtol=0, atol=1e-9
    )


@LAW
@given(st.integers(1, 800), st.floats(0.001, 0.999), st.sampled_from(FUNNEL))
def test_the_funnel_of_failures_mirrors_that_of_passes(n, centre, coverage):
    (low, high), (least, most) = (
        funnel_limits(n, centre, coverage),
        funnel_limits(n, 1 - centre, coverage),
    )
    assert low == pytest.approx(1 - most, abs=1e-9) and high == pytest.approx(1 - least, abs=1e-9)


@pytest.mark.parametrize("coverage", FUNNEL)
@pytest.mark.parametrize("centre", [0.0, 1.0])
def test_a_centre_of_nought_or_one_has_limits_equal_to_it(centre, coverage):
    low, high = funnel_limits(np.arange(1, 200), centre, coverage)
    assert (low == centre).all() and (high == centre).all()


# Missing numbers

WHOLE = [
    (wilson, (9, 10)),
    (newcombe, (9, 10, 4, 8)),
    (rate_ratio, (9, 0.5, 4, 1.0)),
    (lot_interval, (9, 10, 40)),
    (lambda n, centre: funnel_limits(n, centre, 0.95), (10, 0.9)),
    (lambda *a: (further(*a),), (9, 10, 0.95)),
    (lambda *a: (further(*a, 40),), (9, 10, 0.95)),
]


@pytest.mark.parametrize(
    ("function", "args", "missing"),
    [(function, args, i) for function, args in WHOLE for i in range(len(args))],
)
def test_what_is_missing_stays_missing_and_leaves_the_rest_alone(function, args, missing):
    cells = [np.array([value, np.nan if i == missing else value]) for i, value in enumerate(args)]
    for end, alone in zip(function(*cells), function(*args), strict=True):
        assert end[0] == alone and np.isnan(end[1])


def test_without_samples_there_is_no_interval():
    for ends in (
        wilson(0, 0),
        newcombe(0, 0, 1, 2),
        newcombe(1, 2, 0, 0),
        lot_interval(0, 0, 10),
        lot_interval(0, 0, 0),
        rate_ratio(1, 0, 1, 1),
        rate_ratio(1, 1, 1, 0),
        funnel_limits(0, 0.9, 0.95),
        further([0, 0], 0, 0.95),
    ):
        assert np.isnan(ends).all()


@pytest.mark.parametrize("lot", [np.nan, 20])
def test_without_samples_nothing_is_said(lot):
    x, n, share = [0, np.nan, 9, 9, 9], [0, 10, np.nan, 10, 10], [0.95, 0.95, 0.95, np.nan, 0.5]
    assert demonstrated(x, n, share, lot).tolist() == ["", "", "", "", "demonstrated"]


@pytest.mark.slow
def test_the_interval_covers_what_it_says_on_average():
    """Exactly, over every outcome: n = 20..500, p = .90...99 (`make bench` prints it)."""
    assert 0.94 < calibration.coverage() < 0.97
