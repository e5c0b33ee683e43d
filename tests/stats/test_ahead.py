"""What is to come, told by the year so far and the years before: against the exact conditional
normal, by hand, and what it finds in years that were drawn from known spreads.
"""

import math

import numpy as np
import pytest
from ahead_by_hand import one_count, one_rate
from hypothesis import given, settings
from hypothesis import strategies as st

from yxq.stats import ahead
from yxq.stats.ahead import SAMPLES, Years, counts_ahead, rates_ahead
from yxq.stats.forecast import chance_count, chance_rate

LAW = settings(max_examples=60, deadline=None, derandomize=True)
NONE = Years(np.zeros((0, 1)), np.zeros((0, 1)))


def years(same: list, whole: list) -> Years:
    return Years(np.array(same, float), np.array(whole, float))


# What is to come of a count


@pytest.mark.parametrize(
    ("c", "gone", "same", "whole"),
    [(3, 0.5, 3, 30), (0, 0.5, 50, 100), (4, 181 / 365, 4, 7), (20, 0.25, 8, 40)],
)
def test_a_count_of_a_unit_alone_by_hand(c, gone, same, whole):
    rest, shape = counts_ahead(np.array([float(c)]), gone, years([[same]], [[whole]]))
    assert (rest[0], shape[0]) == pytest.approx(one_count(c, gone, same, whole))


def test_awards_that_are_announced_in_december_are_not_told_by_the_days_gone():
    """A tenth of 30 had come by June last year, 3 have come now, 25 are asked: by the days that
    are gone it is lost, by last year's calendar more likely than not.
    """
    even = counts_ahead(np.array([3.0]), 0.5, NONE)
    told = counts_ahead(np.array([3.0]), 0.5, years([[3]], [[30]]))
    assert even[0][0] == pytest.approx(3.5)
    assert chance_count(3, *even, 25, np.inf)[0] < 0.01
    assert told[0][0] == pytest.approx(26.9, abs=0.3)
    assert 0.5 < chance_count(3, *told, 25, np.inf)[0] < 0.7


@pytest.mark.slow
def test_of_awards_of_december_what_is_told_is_what_comes():
    """8,000 cities with 10 to 60 awards a year, a tenth by June, give or take; what is asked is
    last year's number, give or take a quarter.
    """
    rng = np.random.default_rng(7)
    told, held, even = [], [], []
    for _ in range(8000):
        mean, drift = rng.uniform(10, 60), rng.lognormal(0, 0.25, 2)
        early = rng.beta(3, 27, 2)
        same, c = rng.poisson(mean * drift * early)
        whole = same + rng.poisson(mean * drift[0] * (1 - early[0]))
        need = round(whole * rng.uniform(0.75, 1.25))
        end = c + rng.poisson(mean * drift[1] * (1 - early[1]))
        for past, where in ((years([[same]], [[whole]]), told), (NONE, even)):
            ahead_ = counts_ahead(np.array([float(c)]), 0.5, past)
            where.append(float(chance_count(c, *ahead_, need, np.inf)[0]))
        held.append(end >= need)
    told, held, even = np.array(told), np.array(held), np.array(even)
    likely = (told > 0.55) & (told < 0.75)
    assert likely.sum() > 1000
    assert held[likely].mean() == pytest.approx(told[likely].mean(), abs=0.06)
    assert np.mean(even) < 0.2 < 0.45 < held.mean()
    assert ((told - held) ** 2).mean() < 0.24 < ((even - held) ** 2).mean()


def test_with_no_year_before_a_count_is_jeffreys():
    rest, shape = counts_ahead(
        np.array([0.0, 3, 9]), 0.25, years([], []).__class__(*np.zeros((2, 0, 3)))
    )
    assert shape.tolist() == [0.5, 3.5, 9.5] and rest == pytest.approx(shape * 3)
    assert np.isnan(counts_ahead(np.array([0.0]), 0.0, NONE)[0]).all()


def test_a_year_that_is_not_all_in_tells_nothing():
    gap = years([[np.nan]], [[np.nan]])
    assert counts_ahead(np.array([3.0]), 0.5, gap)[0] == counts_ahead(np.array([3.0]), 0.5, NONE)[0]


def test_when_the_year_is_gone_nothing_is_to_come():
    rest, _ = counts_ahead(np.arange(6.0), 1.0, years([[1] * 6], [[4] * 6]))
    assert (rest == 0).all()
    low = np.array([3])
    assert chance_count([2, 3], [0, 0], [9.0, 9.0], low, np.inf).tolist() == [0, 1]


def test_units_of_twice_the_size_are_expected_to_have_twice_as_much():
    size = np.array([1.0, 2, 1, 2, 1, 2])
    c = 3 * size
    rest, _ = counts_ahead(c, 0.5, years([3 * size], [6 * size]), size)
    assert rest == pytest.approx(rest[0] * size, rel=2e-3)
    by_itself, _ = counts_ahead(c, 0.5, years([3 * size], [6 * size]))
    assert by_itself[1] / by_itself[0] < 2


def test_a_city_that_has_more_than_last_year_moves_a_unit_that_has_not():
    """All others have twice as much as they had: more is expected of the one as well."""
    before = years([[5] * 8], [[10] * 8])
    level = counts_ahead(np.full(8, 5.0), 0.5, before)[0]
    risen = counts_ahead(np.array([5.0] + [10.0] * 7), 0.5, before)[0]
    assert risen[0] > 1.1 * level[0] and risen[1] > risen[0]


def test_what_stays_from_year_to_year_is_learnt_from_two_years():
    rng = np.random.default_rng(8)
    stays = rng.gamma(4, 5, 40)
    same_again = [rng.poisson(stays) for _ in range(3)]
    anew = [rng.poisson(rng.gamma(4, 5, 40)) for _ in range(3)]
    got = []
    for first, second, third in (same_again, anew):
        past = years([first // 2, second // 2], [first, second])
        now = np.full(40, 0.0) + third // 4
        got.append(counts_ahead(now, 0.25, past)[0])
    kept = np.corrcoef(got[0], np.add(*same_again[:2]))[0, 1]
    assert kept > 0.9 > 0.6 > np.corrcoef(got[1], np.add(*anew[:2]))[0, 1]


# What is to come of a rate


def test_with_no_year_before_a_rate_is_jeffreys_and_wider_as_parts_of_a_year_differ():
    x, n = np.array([0.0, 18, 95]), np.array([0.0, 20, 100])
    none = Years(*np.zeros((2, 0, 3)))
    a, b = rates_ahead(x, n, 0.5, none, none, n)
    assert a / (a + b) == pytest.approx((x + 0.5) / (n + 1))
    mean = (x + 0.5) / (n + 1)
    share = 1 / (n + 2) + 2 * 0.14**2 * mean * (1 - mean)  # of the variance of one sample
    assert a + b == pytest.approx(1 / share - 1) and (a + b < n + 1).all()


@pytest.mark.parametrize(
    "cell", [(95, 100, 0.5, 95, 100, 190, 200, 100.0), (19, 20, 0.25, 8, 10, 36, 40, 55.0)]
)
def test_a_rate_of_a_unit_alone_by_hand(cell):
    x, n, gone, x0, n0, x1, n1, to_come = cell
    of = (years([[x0]], [[x1]]), years([[n0]], [[n1]]))
    a, b = rates_ahead(*(np.array([float(v)]) for v in (x, n)), gone, *of, np.array([to_come]))
    assert (a[0], b[0]) == pytest.approx(one_rate(*cell))


def towns(p, n=100.0):
    p = np.asarray(p, float)
    return p * n, np.full(len(p), n)


def test_a_units_own_last_year_counts_and_so_does_the_citys_drift():
    p = np.array([0.95, 0.95, 0.9, 0.9, 0.85, 0.85, 0.9, 0.9])
    x0, n0 = towns(p)
    past = years([x0 / 2], [x0]), years([n0 / 2], [n0])
    few = np.full(8, 20.0)
    a, b = rates_ahead(0.9 * few, few, 0.5, *past, few)
    level = a / (a + b)
    assert level[0] > level[2] > level[4]
    a, b = rates_ahead(0.8 * few, few, 0.5, *past, few)
    assert (a / (a + b) < level - 0.03).all()
    x = np.array([18.0] + [15.0] * 7)  # all others fall: the one that did not is expected lower
    a, b = rates_ahead(x, few, 0.5, *past, few)
    assert a[0] / (a + b)[0] < level[0] - 0.02


def test_a_season_that_came_back_is_believed_more_than_one_seen_once():
    n = np.full(6, 200.0)
    worse = Years(np.array([0.95 * n / 2]), np.array([0.95 * n / 2 + 0.85 * n / 2]))
    twice = Years(worse.same.repeat(2, axis=0), worse.whole.repeat(2, axis=0))
    means = []
    for k, past in ((1, worse), (2, twice)):
        drawn = Years(np.array([n / 2] * k), np.array([n] * k))
        a, b = rates_ahead(0.95 * n / 2, n / 2, 0.5, past, drawn, n / 2)
        means.append(float((a / (a + b)).mean()))
    assert 0.85 < means[1] < means[0] - 0.005 < 0.94


def test_clusters_make_what_was_seen_tell_less():
    """Rates of parts of a year that differ more than by chance are seen less firmly."""
    rng = np.random.default_rng(9)
    n = np.full(30, 80.0)
    alike = rng.binomial(40, 0.9, (2, 30)).astype(float)
    lumpy = 10 * rng.binomial(4, 0.9, (2, 30)).astype(float)
    firm = []
    for first, second in (alike, lumpy):
        past = Years(first[None], (first + second)[None]), Years(n[None] / 2, n[None])
        a, b = rates_ahead(0.9 * n / 2, n / 2, 0.5, *past, n / 2)
        firm.append(float(np.median(a + b)))
    assert firm[1] < firm[0] / 2


@LAW
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=12),
    st.integers(0, 400),
    st.floats(0, 1),
)
def test_forecasts_are_numbers_whatever_came(cells, seed, gone):
    rng = np.random.default_rng(seed)
    x, more = np.array(cells, float).T
    n, k = x + more, len(cells)
    drawn = rng.integers(0, 50, (2, k)).astype(float)
    part = rng.binomial(drawn.astype(int), 0.5).astype(float)
    passed, early = rng.binomial(drawn.astype(int), 0.9), 0.0
    early = np.minimum(rng.binomial(part.astype(int), 0.9), passed).astype(float)
    rest, shape = counts_ahead(n, gone, Years(part, drawn), usual=SAMPLES)
    a, b = rates_ahead(x, n, gone, Years(early, passed.astype(float)), Years(part, drawn), rest)
    for found in (rest, shape, a, b):
        assert np.isfinite(found).all() and (found >= 0).all()
    assert ((a > 0) & (b > 0) & (shape > 0)).all()


# The two steps, against the exact conditional normal


def conditional(
    cov: np.ndarray, seen: list[int], values: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of the others, given some of a normal with mean 0."""
    others = [i for i in range(len(cov)) if i not in seen]
    gain = cov[np.ix_(others, seen)] @ np.linalg.inv(cov[np.ix_(seen, seen)])
    left = cov[np.ix_(others, others)] - gain @ cov[np.ix_(seen, others)]
    return gain @ values, left


def test_the_update_is_the_conditional_normal():
    rng = np.random.default_rng(10)
    k, first, both, second = 6, 0.5, 0.3, 0.7
    spread, chance = rng.uniform(0.05, 0.6, k), rng.uniform(0.05, 0.6, k)
    seen_cov = first + np.diag(spread + chance)
    rest_cov, across = second + np.diag(spread), both + np.diag(spread)
    cov = np.block([[seen_cov, across], [across.T, rest_cov]])
    now = rng.normal(0, 1, k)
    mean, left = conditional(cov, [*range(k)], now)
    shift, variance = ahead._updated(now, 1 / chance, spread, first, both, second)
    assert shift == pytest.approx(mean) and variance == pytest.approx(np.diag(left))


def test_a_unit_without_a_sample_is_told_by_the_others():
    now, tells = np.array([0.3, 0.5, 0.0]), np.array([10.0, 10.0, 0.0])
    cov = 0.4 + np.diag([0.1 + 0.1] * 2 + [0.1])
    mean, left = conditional(cov, [0, 1], now[:2])
    shift, variance = ahead._updated(now, tells, np.full(3, 0.1), 0.4, 0.4, 0.4)
    assert (shift[2], variance[2]) == pytest.approx((mean[0], left[0, 0]))


def test_what_a_unit_is_expected_is_the_conditional_normal():
    """Two years before, of which a half of the spread stays; nothing of this year yet."""
    chance = np.array([[0.2, 0.1, 0.3, 0.2, 0.1], [0.1, 0.2, 0.2, 0.3, 0.1]])
    departure = np.array([[0.5, -0.2, 0.1, -0.3, 0.1], [0.3, -0.4, 0.2, 0.1, -0.2]])
    own, left = ahead._own(departure, 1 / chance, np.zeros(5), np.zeros(5), 0.3)
    spread = (own * 0 + left)[0]
    chi, free, room = ahead._apart(departure, 1 / chance)
    spread = (max((chi - free) / room, 0) * free + 0.3 * 4) / (free + 4)
    tells = 1 / chance
    weight = spread**2 * tells[0] * tells[1] / (1 + spread * tells[0]) / (1 + spread * tells[1])
    product = (weight * departure[0] * departure[1]).sum() / spread
    stays = np.clip((product + 0.5 / 0.06) / (weight.sum() + 1 / 0.06), 0, 1)
    for u in range(5):
        # The mean of the years by what they tell, as the one thing that is seen of them.
        w = tells[:, u] / tells[:, u].sum()
        variance = stays * spread + (w**2 * ((1 - stays) * spread + chance[:, u])).sum()
        gain = stays * spread / variance
        assert own[u] == pytest.approx(gain * (w * departure[:, u]).sum())
        assert left[u] == pytest.approx(spread - gain * stays * spread)


def test_a_drift_is_what_years_differ_by_beyond_chance_and_what_is_unsure_of_the_last():
    one = ahead._drift(np.array([0.0, 0.5]), np.array([0.1, 0.05]), 0.04)
    assert one == pytest.approx((0.5**2 - 0.1 - 0.05 + 2 * 0.04) / 3 + 0.05)
    assert ahead._drift(np.array([0.7]), np.array([0.05]), 0.04) == pytest.approx(0.09)


@pytest.mark.parametrize("spread", [0.0, 0.04, 0.25])
def test_the_spread_is_found_that_units_were_drawn_from(spread):
    rng = np.random.default_rng(11)
    chance = rng.uniform(0.01, 0.3, (2, 2000))
    stays = rng.normal(0, math.sqrt(spread / 2), 2000)
    drawn = stays + rng.normal(0, math.sqrt(spread / 2), (2, 2000)) + rng.normal(0, np.sqrt(chance))
    chi, free, room = ahead._apart(drawn, 1 / chance)
    assert free == 3998 and (chi - free) / room == pytest.approx(spread, abs=0.012)


# Laws


@LAW
@given(st.integers(1, 30), st.floats(0.05, 0.95), st.integers(0, 20), st.integers(1, 60))
def test_of_a_unit_alone_more_so_far_never_lowers_the_chance(n, gone, same, more):
    past = years([[same]], [[same + more]])
    c = np.arange(40.0)
    ahead_ = [counts_ahead(c[i : i + 1], gone, past) for i in range(40)]
    rest, shape = (np.concatenate(part) for part in zip(*ahead_, strict=True))
    chances = chance_count(c, rest, shape, n, np.inf)
    assert (np.diff(chances) >= -1e-9).all() and (chances[c >= n] == 1).all()
    assert (chances[c < n] < 1).all() and (
        chance_count(c, rest, shape, n + 1, np.inf) <= chances
    ).all()


@LAW
@given(st.integers(1, 60), st.integers(0, 50), st.integers(1, 50), st.floats(0.05, 0.95))
def test_of_a_unit_alone_more_passes_never_lower_the_chance(n, half, more, gone):
    drawn, passed = years([[half]], [[half + more]]), years([[half // 2]], [[(half + more) // 2]])
    x = np.arange(n + 1.0)
    both = [
        rates_ahead(x[i : i + 1], np.array([float(n)]), gone, passed, drawn, np.array([30.0]))
        for i in range(n + 1)
    ]
    a, b = (np.concatenate(part) for part in zip(*both, strict=True))
    chances = chance_rate(x, 30, np.arange(n + 31)[:, None], a, b)
    assert (np.diff(chances, axis=1) >= -1e-9).all() and (np.diff(chances, axis=0) <= 1e-9).all()


def test_who_has_some_where_nobody_had_any_is_told_by_time():
    """Three in half a year, none in the whole of the year before: Jeffreys over a year and a half,
    whatever the others are.
    """
    for units in (1, 20):
        none = np.zeros((1, units))
        now = np.array([3.0, *[0.0] * (units - 1)])
        rest, shape = ahead.counts_ahead(now, 0.5, ahead.Years(none, none))
        assert (rest[0], shape[0]) == (pytest.approx(3.5 * 0.5 / 1.5), 3.5)
        assert len(rest) == units and (rest[1:] < 0.5 * 0.5 / 1.5).all()


def test_where_nothing_of_a_unit_stays_one_without_years_has_no_own_part():
    """Two years of sixty units that went opposite ways, and one more that has none."""
    year = np.append(np.tile([1.0, -1.0], 30), 0.0)
    tells = np.append(np.full(60, 50.0), 0.0)
    own, left = ahead._own(np.array([year, -year]), np.array([tells] * 2), year * 0, year * 0, 0.3)
    assert not own.any() and len(own) == 61
    assert left.min() == left.max() > 0
