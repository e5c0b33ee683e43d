"""What the note under "missed and worse than the year before" says, by simulation."""

import numpy as np
import pandas as pd

from yxq.attainment.comparison import worsening
from yxq.stats.evidence import newcombe


def test_most_missed_rates_lie_below_last_years_where_nothing_has_changed():
    """Towns with the same true rate in both years, 94 to 99 %, 20 to 120 samples, asked 95 %."""
    rng = np.random.default_rng(11)
    truth, n1, n0 = rng.uniform(0.94, 0.99, 40_000), *rng.integers(20, 121, (2, 40_000))
    x1, x0 = rng.binomial(n1, truth), rng.binomial(n0, truth)
    missed = x1 / n1 < 0.95
    below = x1[missed] / n1[missed] < x0[missed] / n0[missed]
    assert 0.75 < below.mean() < 0.9
    _, high = newcombe(x1, n1, x0, n0)
    beyond_chance = (high < 0)[missed]
    assert beyond_chance.mean() < 0.1 < below.mean() / 5


def test_those_beyond_chance_are_told_apart_and_come_first():
    rows = pd.DataFrame(
        {
            "require": ">= 95%",
            "state": "not attained",
            "change": [-0.01, -0.2, 0.1, -0.05],
            "trend": ["level", "worse", "level", "worse"],
        }
    )
    found = worsening(rows)
    assert [*found.index] == [1, 3, 0] and found["clear"].tolist() == [True, True, False]
