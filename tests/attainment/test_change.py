"""How a result compares with the year before."""

import pandas as pd
import pytest
from judged import AFTER, CITY, MID, PLAN, pair, result, rows, sent
from scipy.stats import binomtest

from yxq.attainment.attain import attain
from yxq.attainment.comparison import worsening


class TestChange:
    def test_a_rates_change_has_newcombes_interval(self):
        got = result("T01", pair("T01", (56, 70), (48, 80)))
        assert (got["change_low"], got["change_high"], got["trend"]) == (
            pytest.approx(0.0524, abs=5e-5),
            pytest.approx(0.3339, abs=5e-5),
            "better",
        )
        assert got["change"] == pytest.approx(0.2) and (
            got["previous_numerator"],
            got["previous_denominator"],
        ) == (48, 80)

    def test_worse_beyond_chance_and_within_it(self):
        assert result("T01", pair("T01", (48, 80), (56, 70)))["trend"] == "worse"
        assert result("T01", pair("T01", (94, 100), (96, 100)))["trend"] == "level"

    def test_within_the_year_the_same_months_are_compared(self):
        """What came after 30 June 2012 counts for the whole of that year, and not against this
        June.
        """
        cells = pd.concat(
            [
                pair("T01", (90, 100), (80, 100)),
                rows(
                    {
                        "target": "T01",
                        "year": 2012,
                        "date": "2012-09-01",
                        "numerator": 100,
                        "denominator": 100,
                    }
                ),
            ]
        )
        got = result("T01", cells, as_of=MID)
        assert (got["previous"], got["year_before"]) == (pytest.approx(0.8), pytest.approx(0.9))
        assert result("T01", cells)["previous"] == pytest.approx(0.9)

    def test_a_counts_change_is_a_ratio(self):
        """30 against 10 is three times; its exact interval leaves one out. 3 against 1 is none."""
        for now, before, trend in ((30, 10, "better"), (3, 1, "level")):
            got = result("T24", pair("T24", (now, None), (before, None), unit=CITY), CITY)
            low, high = binomtest(now, now + before).proportion_ci(method="exact")
            assert (got["change_low"], got["change_high"]) == (
                pytest.approx(low / (1 - low)),
                pytest.approx(high / (1 - high)),
            )
            assert got["trend"] == trend

    def test_more_incidents_are_worse(self):
        got = result("T63", pair("T63", (9, None), (1, None), unit=CITY), CITY)
        assert (got["change"], got["trend"]) == (8, "worse")

    def test_the_list_of_what_is_missed_and_worse(self):
        cells = pd.concat(
            [
                pair("T01", (48, 80), (56, 70)),
                pair("T04", (90, 100), (91, 100)),
                pair("T05", (99, 100), (100, 100)),
            ]
        )
        listed = worsening(attain(PLAN, cells, sent(), AFTER, ["丁蜀镇"]))
        assert list(zip(listed["target"], listed["clear"], strict=True)) == [
            ("T01", True),
            ("T04", False),
        ]
