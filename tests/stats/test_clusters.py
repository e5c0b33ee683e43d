"""Samples that come several to a firm: how alike they are, and what they tell, by hand and by
simulation.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yxq.stats.clusters import design_effect, effective, intraclass
from yxq.stats.evidence import demonstrated, wilson


def test_firms_that_pass_or_fail_as_one_are_wholly_alike():
    assert intraclass([4, 0, 4, 4, 0, 4], [4] * 6, ["甲"] * 6) == 1
    assert design_effect([4] * 6, 1) == 4


def test_firms_that_are_alike_among_each_other_have_none():
    """Each half: MSB is 0."""
    assert intraclass([2, 2, 2], [4, 4, 4], ["甲"] * 3) == 0


def test_the_correlation_by_hand():
    """Three firms of four, 4, 2 and 3 pass: mean .75, SSB = 4 (.0625 + .0625 + 0) = .5, MSB .25;
    SSW = 0 + 1 + .75 = 1.75 on 9, .19444; n0 = 4: (.25 - .19444) / (.25 + .58333) = .06667.
    """
    assert intraclass([4, 2, 3], [4] * 3, ["甲"] * 3) == pytest.approx(1 / 15)


def test_unequal_firms_by_hand():
    """2 of 2, 1 of 4: mean .5, SSB = 2 x .25 + 4 x .0625 = .75 on 1; SSW = .75 on 4, .1875; n0 = 6
    - 20 / 6 = 2.6667: .5625 / (.75 + 1.6667 x .1875) = .5294.
    """
    assert intraclass([2, 1], [2, 4], ["甲"] * 2) == pytest.approx(0.5625 / 1.0625)


def test_what_units_differ_by_is_no_likeness_of_firms():
    """In one unit all pass, in the other none."""
    assert intraclass([3, 3, 0, 0], [3] * 4, ["甲", "甲", "乙", "乙"]) == 0
    assert intraclass([3, 3, 0, 0], [3] * 4, ["甲"] * 4) > 0.9


@pytest.mark.parametrize(
    ("x", "n", "group"),
    [
        ([3], [4], ["甲"]),
        ([1, 0, 1], [1, 1, 1], ["甲"] * 3),
        ([], [], []),
        ([0, 0], [0, 0], ["甲"] * 2),
    ],
)
def test_where_nothing_shows_how_alike_they_are_there_is_none(x, n, group):
    assert intraclass(x, n, group) == 0


@pytest.mark.parametrize(
    ("sizes", "correlation", "effect"),
    [
        ([4, 4, 4], 0.3, 1.9),
        ([1] * 20, 0.9, 1.0),
        ([1, 3], 0.5, 1.75),  # the firm of a sample has 2.5
        ([10, 0], 0.1, 1.9),
        ([], 0.5, 1.0),
    ],
)
def test_the_design_effect_by_hand(sizes, correlation, effect):
    assert design_effect(sizes, correlation) == pytest.approx(effect)


def drawn(rng, share: float, alike: float, firms: int, each: int, years: int) -> np.ndarray:
    """Passes by firm: true rates of firms are beta with this correlation."""
    a, b = share * (1 / alike - 1), (1 - share) * (1 / alike - 1)
    return rng.binomial(each, rng.beta(a, b, (years, firms)))


def test_four_a_firm_and_alike_by_three_tenths_are_wrong_in_11_percent_and_then_in_5():
    """Asked 95 %, which is the truth, of 25 firms."""
    x = drawn(np.random.default_rng(30), 0.95, 0.3, 25, 4, 10_000).sum(axis=1)
    passed, samples = effective(x, 100, design_effect([4] * 25, 0.3))
    wrong, covered = [], []
    for passes, n in ((x, 100), (passed, samples)):
        words, (low, high) = demonstrated(passes, n, 0.95), wilson(passes, n)
        wrong.append([(words == word).mean() for word in ("demonstrated", "refuted")])
        covered.append(((low <= 0.95) & (high >= 0.95)).mean())
    assert wrong[0] == pytest.approx([0.108, 0.081], abs=0.01) and max(wrong[1]) < 0.04
    assert covered == pytest.approx([0.884, 0.951], abs=0.01)


@pytest.mark.parametrize("alike", [0.1, 0.3, 0.6])
def test_the_estimate_comes_near_to_the_truth(alike):
    rng = np.random.default_rng(31)
    x = drawn(rng, 0.9, alike, 400, 4, 40)
    found = [intraclass(each, [4] * 400, np.arange(400) % 20) for each in x]
    assert np.mean(found) == pytest.approx(alike, abs=0.02)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.integers(1, 9), min_size=2, max_size=30), st.integers(0, 2**31))
def test_likeness_is_between_none_and_all_and_of_failures_as_of_passes(sizes, seed):
    n = np.array(sizes)
    x = np.random.default_rng(seed).binomial(n, 0.7)
    group = np.arange(len(n)) % 2
    found = intraclass(x, n, group)
    assert 0 <= found <= 1 and found == pytest.approx(intraclass(n - x, n, group))
    assert 1 <= design_effect(n, found) <= n.max()


def test_without_an_effect_evidence_is_that_of_whole_numbers():
    n = np.repeat(np.arange(1, 60), 60)
    x = np.minimum(np.tile(np.arange(60), 59), n)
    passed, samples = effective(x, n, 1.0)
    assert (demonstrated(passed, samples, 0.9) == demonstrated(x, n, 0.9)).all()
