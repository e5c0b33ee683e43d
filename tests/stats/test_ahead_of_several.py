"""What is to come to several units with years before, against the same in plain loops."""

import ahead_of_several as by_hand
import numpy as np
import pytest

from yxq.stats.ahead import Years, counts_ahead, rates_ahead

CASES = [(seed, years) for seed in (1, 2, 3, 4) for years in (1, 2, 3)]


@pytest.mark.parametrize(("seed", "years"), CASES)
@pytest.mark.parametrize("gap", [False, True])
def test_counts_of_several_units(seed, years, gap):
    rng = np.random.default_rng(seed)
    size = rng.integers(1, 6, 7).astype(float)
    level = rng.gamma(4, 3, 7) * size
    whole = rng.poisson(level, (years, 7)).astype(float)
    same = rng.binomial(whole.astype(int), rng.beta(4, 6, (years, 1))).astype(float)
    c = rng.poisson(level * 0.4).astype(float)
    c[0] = 0
    there = np.ones((years, 7))
    if gap:
        there[0, 2] = 0
    past = Years(np.where(there > 0, same, np.nan), np.where(there > 0, whole, np.nan))
    got = counts_ahead(c, 0.45, past, size)
    parts = (part.tolist() for part in (same * there, whole * there, size, there))
    expected = by_hand.counts(c.tolist(), 0.45, *parts)
    assert got[0] == pytest.approx(expected[0]) and got[1] == pytest.approx(expected[1])


@pytest.mark.parametrize("some", [0, 1])
def test_counts_that_have_nearly_stopped(some):
    """In a city that halves and doubles next to none came: a tenth is expected at the least."""
    level = np.array([[500.0, 450, 550, 600, 400, 500]])
    size, whole = np.ones(6), np.concatenate([level, 3 * level, level])
    c = np.array([some, 0.0, 0, 0, 0, 0])
    got = counts_ahead(c, 0.5, Years(whole / 2, whole), size)
    rows = ((whole / 2).tolist(), whole.tolist(), size.tolist(), np.ones((3, 6)).tolist())
    expected = by_hand.counts(c.tolist(), 0.5, *rows)
    assert got[0] == pytest.approx(expected[0]) and got[1] == pytest.approx(expected[1])
    assert got[0].mean() == pytest.approx(25, rel=0.05)


@pytest.mark.parametrize("turned", [False, True])
def test_rates_that_come_near_to_none_or_all(turned):
    """A mean stays as far from none and all as a quarter of a sample says: last year 2 % passed up
    to the day and none after it, this year none did.
    """
    n1, n = np.full((1, 6), 4000.0), np.array([500.0, 900, 0, 700, 400, 1200])
    x0, x = 0.02 * n1 / 2, 0 * n
    x1 = x0
    if turned:
        x0, x1, x = n1 / 2 - x0, n1 - x1, n - x
    got = rates_ahead(x, n, 0.5, Years(x0, x1), Years(n1 / 2, n1), n)
    rows = [part.tolist() for part in (x0, x1, n1 / 2, n1)]
    cells = (x.tolist(), n.tolist(), 0.5, (rows[0], rows[1]), (rows[2], rows[3]))
    expected = by_hand.rates(*cells, n.tolist())
    assert got[0] == pytest.approx(expected[0]) and got[1] == pytest.approx(expected[1])
    least = np.minimum(*got) / np.add(*got)
    assert np.isclose(least, 0.25 / (24_000 + n + 1), rtol=1e-9).any()


@pytest.mark.parametrize(("seed", "years"), CASES)
def test_rates_of_several_units(seed, years):
    rng = np.random.default_rng(seed)
    n1 = rng.integers(5, 120, (years, 7))
    n1[0, 3] = 0 if years > 1 else 9
    n0 = rng.binomial(n1, 0.4)
    true = rng.beta(18, 4, (years, 7))
    x0 = rng.binomial(n0, true)
    x1 = x0 + rng.binomial(n1 - n0, true * 0.9)
    n = rng.integers(1, 60, 7)
    n[5] = 0
    x, to_come = rng.binomial(n, 0.8), rng.integers(0, 60, 7).astype(float)
    floats = [np.asarray(part, float) for part in (x0, x1, n0, n1)]
    past = Years(*floats[:2]), Years(*floats[2:])
    got = rates_ahead(x.astype(float), n.astype(float), 0.45, *past, to_come)
    rows = [part.tolist() for part in floats]
    cells = (x.tolist(), n.tolist(), 0.45, (rows[0], rows[1]), (rows[2], rows[3]))
    expected = by_hand.rates(*cells, to_come.tolist())
    assert got[0] == pytest.approx(expected[0]) and got[1] == pytest.approx(expected[1])
