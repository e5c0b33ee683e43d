"""The chance that every stratum of a target holds, by hand."""

import numpy as np
import pandas as pd
import pytest

from yxq.attainment.judging.rates import _together

ROWS = [
    (0, "", 0.9),  # two ends: neither is missed in 1 - .1 - .05
    (0, "", 0.95),
    (1, "甲", 0.9),  # two strata
    (1, "乙", 0.8),
    (2, "", 0.3),  # ends that are both likely missed leave nothing, and not less
    (2, "", 0.4),
    (3, "", np.nan),
    (4, "甲", 0.7),
    (4, "乙", np.nan),  # of which nothing is known
]


def test_the_chance_of_all_strata():
    strata = pd.DataFrame(ROWS, columns=["cell", "stratum", "probability"]).assign(q=0.5)
    found = _together(strata)
    assert found.to_dict() == pytest.approx(
        {0: 0.85, 1: 0.72, 2: 0.0, 3: np.nan, 4: 0.7}, nan_ok=True
    )
