"""The city among other cities."""

import pytest
from judged import CITY, result, rows


class TestPeers:
    def peers(self, target, own, others):
        cells = {CITY: own, **{f"城市{i}": v for i, v in enumerate(others)}}
        return rows(
            *(
                {"target": target, "unit": c, "month": None, "date": "2013-12-31", "value": v}
                for c, v in cells.items()
                if v is not None
            )
        )

    @pytest.mark.parametrize(
        ("own", "state"), [(79.1, "attained"), (79.0, "not attained"), (78.9, "not attained")]
    )
    def test_the_mean_of_the_others_must_be_exceeded(self, own, state):
        assert result("T16", self.peers("T16", own, [78, 79, 80]), CITY)["state"] == state

    @pytest.mark.parametrize(
        ("own", "others", "rank", "state"),
        [
            (5, [9, 8, 1, 1, 1], 3, "not attained"),  # a third of six cities is two
            (8, [9, 8, 8, 1, 1], 2, "attained"),  # ties share the better rank
            (5, [9, 8, 1, 1, 1, 1], 3, "attained"),  # a third of seven, rounded up, is three
            (1, [2], 2, "not attained"),
        ],
    )
    def test_the_front_third(self, own, others, rank, state):
        got = result("T06", self.peers("T06", own, others), CITY)
        assert (got["value"], got["denominator"], got["state"]) == (rank, len(others) + 1, state)

    def test_floating_point_does_not_decide(self):
        """0.1 + 0.2 is not 0.3 in binary; as decimals the mean of 0.1 and 0.2 is 0.15, which 0.15
        does not exceed.
        """
        assert result("T16", self.peers("T16", 0.15, [0.1, 0.2]), CITY)["state"] == "not attained"

    @pytest.mark.parametrize(("own", "others"), [(None, [1, 2]), (3, [])])
    def test_without_our_own_value_or_any_peer(self, own, others):
        assert result("T16", self.peers("T16", own, others), CITY)["state"] == "no data"
