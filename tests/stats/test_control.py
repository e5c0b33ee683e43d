"""Control charts of shares and values, and their two rules: by hand, by laws, how often in vain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm

from yxq.stats.control import WITHIN_3_SIGMAS, Chart, p_chart, signals, xmr

LAW = settings(max_examples=60, deadline=None, derandomize=True)


# XmR


def test_limits_of_values_by_hand():
    """Mean 11, mean distance 2: 11 +- 2.66 x 2."""
    chart = xmr([10, 12, 10, 12, 10, 12])
    assert chart.centre == 11
    assert (chart.low[0], chart.high[0]) == pytest.approx((5.68, 16.32), abs=0.001)
    assert chart.side.tolist() == [-1, 1] * 3
    assert signals(chart).tolist() == [""] * 6


def test_a_value_far_off_is_a_signal_and_the_others_are_not():
    """Mean 12.5, distances 0 x 10 and 30: reach 2.66 x 30 / 11 = 7.25."""
    found = xmr([10] * 11 + [40])
    assert (found.low[0], found.high[0]) == pytest.approx((12.5 - 7.255, 12.5 + 7.255), abs=0.01)
    assert signals(found).tolist() == ["run below" if n >= 7 else "" for n in range(11)] + ["above"]
    assert signals(xmr([10] * 11 + [-40]))[-1] == "below"


def test_what_is_missing_has_no_part_in_means_and_distances():
    whole, gap = xmr([10, 12, 10, 12, 10, 12]), xmr([10, np.nan, 12, 10, 12, 10, 12])
    assert gap.centre == whole.centre and gap.low[0] == whole.low[0]
    assert np.isnan(gap.side[1])


# p


def test_a_p_chart_of_many_is_p_and_three_standard_deviations():
    """200 a month at 90 %: s = .0212, limits .836 to .964 but for whole numbers."""
    chart = p_chart([180, 184, 176, 182, 178, 180], [200] * 6)
    assert chart.centre == 0.9
    assert (chart.low[0], chart.high[0]) == pytest.approx((0.8364, 0.9636), abs=0.009)
    exact = binom.ppf([norm.cdf(-3), norm.cdf(3)], 200, 0.9) / 200
    assert (chart.low[0], chart.high[0]) == pytest.approx(tuple(exact), abs=0.005)


def test_three_standard_deviations_hold_99_73_percent():
    assert pytest.approx(0.9973, abs=1e-5) == WITHIN_3_SIGMAS


def test_a_failure_in_a_month_of_one_sample_is_no_signal():
    """p - 3 sqrt(p (1 - p)) would be .36 at 95 %."""
    x, n = [19, 20, 19, 20, 19, 0], [20, 20, 20, 20, 20, 1]
    assert signals(p_chart(x, n)).tolist() == [""] * 6


def test_a_month_far_below_is_a_signal():
    x, n = [38, 39, 38, 40, 39, 28], [40] * 6
    assert signals(p_chart(x, n)).tolist() == [""] * 5 + ["below"]
    assert signals(p_chart(np.subtract(n, x), n)).tolist() == [""] * 5 + ["above"]


def test_laneys_limits_by_hand():
    """At 50 % of 10,000 s = .005; z is +-4 in turn, its moving range 8, 8 / 1.128 = 7.092."""
    chart = p_chart([5200, 4800] * 3, [10_000] * 6)
    reach = 3 * 0.005 * 8 / 1.128
    assert (chart.low[0], chart.high[0]) == pytest.approx((0.5 - reach, 0.5 + reach))
    assert signals(chart).tolist() == [""] * 6


def test_laneys_limits_are_never_narrower_and_not_of_few():
    """With 10,000 a month that hardly move they are those of chance; with 400 as well."""
    still = p_chart([5001, 5000] * 3, [10_000] * 6)
    assert still.high[0] == pytest.approx(0.50005 + 0.015)
    few = p_chart([208, 192] * 3, [400] * 6)
    assert few.high[0] == pytest.approx(0.5 + 3 * 0.025, abs=0.003)
    turned = p_chart([250 + 60, 250 - 60] * 3, [500] * 6)
    assert turned.high[0] > 0.5 + 3 * np.sqrt(0.25 / 500) * 1.5


def test_which_side_of_a_share_near_one_is_told_by_its_median():
    """Of five at 96 % most months have five, which is the median and on no side."""
    x, n = [5] * 11 + [3], [5] * 12
    chart = p_chart(x, n)
    assert chart.side.tolist() == [0] * 11 + [-1]
    assert signals(chart).tolist() == [""] * 12


@pytest.mark.parametrize(
    ("n", "x", "side"),
    [(1, 0, 0), (1, 1, 0), (2, 0, -1), (2, 1, 0), (2, 2, 1), (4, 1, -1), (4, 2, 0), (4, 3, 1)],
)
def test_sides_of_a_half_by_hand(n, x, side):
    """Of four at 50 % 5 of 16 have less than two, 6 have two and 5 more; of one half have none."""
    rest = 300 + n // 2 - x if n > 1 else 300
    chart = p_chart([x, *[rest // 6] * 5, rest - 5 * (rest // 6)], [n, *[100] * 6])
    assert chart.centre == pytest.approx(0.5, abs=0.001) and chart.side[0] == side


def test_months_without_samples_have_no_value_and_no_limits():
    chart = p_chart([9, 0, 9, 9, 9, 9, 9], [10, 0, 10, 10, 10, 10, 10])
    assert np.isnan([chart.value[1], chart.low[1], chart.high[1], chart.side[1]]).all()
    assert chart.centre == 0.9


@pytest.mark.parametrize("points", [0, 1, 5])
def test_fewer_than_six_points_draw_no_limits(points):
    for chart in (p_chart([9] * points, [10] * points), xmr([9.0] * points)):
        assert np.isnan(chart.centre) and np.isnan(chart.low).all() and np.isnan(chart.side).all()
        assert signals(chart).tolist() == [""] * points
    assert p_chart([9] * 6, [10] * 6).centre == 0.9


# The rules


def ruled(*side: float) -> list[str]:
    """The rules that points within their limits break by their sides."""
    inside = np.zeros(len(side))
    return signals(Chart(inside, 0.0, inside - 1, inside + 1, np.array(side, float))).tolist()


def test_the_eighth_in_a_row_and_those_after_it():
    assert ruled(*[-1] * 9, *[1] * 9) == [
        *[""] * 7,
        *["run below"] * 2,
        *[""] * 7,
        *["run above"] * 2,
    ]


def test_a_value_on_the_centre_or_on_the_other_side_begins_anew():
    for between in (0, 1):
        assert ruled(*[-1] * 7, between, *[-1] * 7) == [""] * 15
        assert ruled(*[-1] * 7, between, *[-1] * 8) == [""] * 15 + ["run below"]


def test_a_point_outside_its_limits_is_told_as_that_within_a_run_too():
    one = np.full(8, 5.0)
    chart = Chart(one, 0.0, one - 9, np.append(one[:7] + 1, 4), np.ones(8))
    assert signals(chart).tolist() == [""] * 7 + ["above"]


def test_a_missing_month_neither_breaks_a_run_nor_adds_to_it():
    assert ruled(*[-1] * 4, np.nan, *[-1] * 4) == [""] * 8 + ["run below"]


@LAW
@given(st.lists(st.floats(0, 100), min_size=6, max_size=30))
def test_turned_over_values_break_the_same_rules_on_the_other_side(values):
    turned = {"": "", "below": "above", "above": "below", "run below": "run above"}
    turned["run above"] = "run below"
    chart = xmr(values)
    over = chart._replace(value=-chart.value, low=-chart.high, high=-chart.low, side=-chart.side)
    assert [turned[rule] for rule in signals(chart)] == signals(over).tolist()


@LAW
@given(st.integers(0, 2**31), st.integers(6, 24), st.sampled_from([0.5, 0.8, 0.96]))
def test_limits_hold_the_centre_between_them(seed, months, share):
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 1500, months)
    chart = p_chart(rng.binomial(n, share), n)
    assert (chart.low <= chart.centre + 1e-12).all() and (chart.high >= chart.centre - 1e-12).all()


@pytest.mark.parametrize(("few", "many"), [(1, 5), (20, 60), (600, 1500)])
@pytest.mark.parametrize("share", [0.8, 0.95, 0.98])
def test_where_nothing_changes_a_year_of_twelve_months_hardly_ever_has_a_signal(few, many, share):
    rng = np.random.default_rng(3)
    found = 0
    for _ in range(400):
        n = rng.integers(few, many, 12)
        found += (signals(p_chart(rng.binomial(n, share), n)) != "").any()
    assert found / 400 <= 0.04


def test_where_the_rate_falls_by_half_of_a_year_it_is_found():
    """90 % to June, then 80 %, of 100 a month: in a year more often than not."""
    rng, found = np.random.default_rng(4), 0
    for _ in range(200):
        x = rng.binomial(200, [0.92] * 12 + [0.78] * 12)
        found += (signals(p_chart(x, np.full(24, 200))) != "").any()
    assert found > 190
