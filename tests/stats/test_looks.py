"""Looked at every day of a year a word is still wrong in at most 5 %."""

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import binom

from yxq.stats.evidence import confidence_at, demonstrated


def ever(n: int, share: float, word: str, came=None, end: float = 0.05) -> tuple[float, float]:
    """The exact chance that a word is said at all in a year of n samples whose true rate is the
    share, looked at after each of them: before the end, and at any time; came: what share of the
    year is gone when each sample comes.
    """
    came = np.arange(1, n + 1) / n if came is None else came
    open_, said = np.ones(1), np.zeros(1)
    for i, gone in enumerate(came, 1):
        open_, said = (np.convolve(part, [1 - share, share]) for part in (open_, said))
        x = np.arange(i + 1)
        tail = binom.cdf(x, i, share) if word == "refuted" else binom.sf(x - 1, i, share)
        before = said.sum()
        level = end if i == n else 1 - confidence_at(gone)
        hit = tail <= level + 1e-12
        said, open_ = said + np.where(hit, open_, 0), np.where(hit, 0, open_)
    return before, said.sum()


WORDS = ["refuted", "demonstrated"]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("share", [0.8, 0.9, 0.95, 0.98])
@pytest.mark.parametrize("n", [50, 89, 152, 203, 260])
def test_looked_at_after_every_sample_it_is_wrong_in_at_most_5_percent(n, share, word):
    """Of these numbers several come within a hundredth of a percent of 5 % at the end alone."""
    within, at_all = ever(n, share, word)
    assert within <= 0.005 and at_all <= 0.05


@pytest.mark.parametrize("word", WORDS)
def test_at_5_percent_each_month_it_would_be_wrong_in_one_of_ten(word):
    """What it was before: twelve looks."""
    rng = np.random.default_rng(10)
    passed = rng.binomial(20, 0.95, (20_000, 12)).cumsum(axis=1)
    n = 20 * np.arange(1, 13)
    words = demonstrated(passed, n, 0.95)
    assert 0.09 < (words == word).any(axis=1).mean() < 0.14
    gone = np.arange(1, 13) / 12
    strict = demonstrated(passed, n, 0.95, confidence=confidence_at(gone))
    assert (strict == word).any(axis=1).mean() < 0.05
    assert (strict[:, -1] == words[:, -1]).all()


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("power", [0.4, 2.5])
def test_it_holds_where_samples_come_early_or_late_in_the_year(word, power):
    """Four in five by the middle of the year, or one in three."""
    n = 120
    came = (np.arange(1, n + 1) / n) ** (1 / power)
    within, at_all = ever(n, 0.9, word, came)
    assert within <= 0.01 and at_all <= 0.05


@pytest.mark.parametrize(
    ("gone", "z"), [(0.25, 5.6141), (0.5, 3.9697), (0.75, 3.2413), (0.81, 3.1189)]
)
def test_the_bound_by_hand(gone, z):
    """2.80703 over the root of the time that is gone."""
    assert ndtri(confidence_at(gone)) == pytest.approx(z, abs=2e-4)


def test_at_the_end_it_is_95_percent_and_before_the_beginning_nothing_is_sure_enough():
    assert confidence_at([1, 1.2]).tolist() == [0.95, 0.95]
    assert confidence_at(0) == 1
    assert demonstrated(0, 5, 0.95, confidence=confidence_at(0.001)) == "not shown"


def test_the_more_of_the_year_is_gone_the_less_it_takes():
    sure = confidence_at(np.linspace(0.01, 1, 100))
    assert (np.diff(sure) <= 0).all() and (sure >= 0.95).all()


@pytest.mark.parametrize(
    ("x", "gone", "word"),
    [
        (44, 0.5, "not shown"),  # P(X <= 44; 50, .95) = .0378
        (40, 0.5, "not shown"),  # .000159 is more than .0000360
        (39, 0.5, "refuted"),  # .0000296
        (41, 0.75, "not shown"),  # .000756 is more than .000595
        (40, 0.75, "refuted"),
        (44, 1, "refuted"),
        (45, 1, "not shown"),  # .1036
    ],
)
def test_what_refutes_95_of_100_by_50_samples(x, gone, word):
    found = demonstrated(x, 50, 0.95, confidence=confidence_at(gone))
    assert found == word
