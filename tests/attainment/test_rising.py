"""More than the year before."""

import pytest
from judged import CITY, MID, items, result, rows, sent


class TestRising:
    def annual(self, before, now, target="T09", unit=CITY):
        cells = [(2012, "2012-12-31", before), (2013, "2013-12-31", now)]
        return rows(
            *(
                {"target": target, "unit": unit, "year": y, "month": None, "date": d, "value": v}
                for y, d, v in cells
                if v is not None
            )
        )

    @pytest.mark.parametrize(
        ("before", "now", "state"),
        [(0.628, 0.641, "attained"), (0.034, 0.034, "not attained"), (2, 1, "not attained")],
    )
    def test_a_value_must_be_more(self, before, now, state):
        got = result("T09", self.annual(before, now), CITY)
        assert got["state"] == state and got["change"] == pytest.approx(now - before)

    def test_without_the_year_before_there_is_no_verdict_and_it_says_so(self):
        got = result("T09", self.annual(None, 0.6), CITY)
        assert (got["state"], got["note"]) == ("no data", "no_year_before")

    def test_a_value_that_did_not_come(self):
        gone = sent(without=frozenset({("annual", "住建局", 2013, 12)}))
        assert result("T09", self.annual(0.6, None), CITY, returns=gone)["state"] == "no data"

    def test_a_value_left_out_of_a_return_that_came(self):
        assert result("T72", self.annual(3, None, "T72", "丁蜀镇"))["state"] == "no data"

    def test_within_the_year_an_annual_value_is_pending(self):
        assert result("T09", self.annual(0.6, 0.7), CITY, as_of=MID)["state"] == "pending"

    def counted(self, before, now):
        return rows(*items("T24", now), *items("T24", before, year=2012, date="2012-05-05"))

    def test_counts_over_the_year(self):
        assert result("T24", self.counted(3, 4), CITY)["state"] == "attained"
        equal = result("T24", self.counted(4, 4), CITY)
        assert (equal["state"], equal["needed"], equal["previous"]) == ("not attained", 1, 4)

    def test_counts_keep_pace(self):
        """More than 10 are asked; of last year's 10 a half came by June. Where all had come by
        then, 9 are too few, for few are to come.
        """
        half = [*items("T24", 5, year=2012, date="2012-05-05")]
        half += items("T24", 5, year=2012, date="2012-09-05")
        got = [result("T24", rows(*items("T24", n), *half), CITY, as_of=MID) for n in (1, 3, 9, 10)]
        assert [row["state"] for row in got] == ["behind", "behind", "on track", "on track"]
        assert [row["probability"] >= 0.5 for row in got] == [False, False, True, True]
        assert result("T24", self.counted(10, 9), CITY, as_of=MID)["state"] == "behind"

    def test_a_year_before_with_a_return_missing_is_no_measure(self):
        gone = sent(without=frozenset({("registers", "质监局", 2012, 6)}))
        got = result("T24", self.counted(3, 9), CITY, returns=gone)
        assert (got["state"], got["note"]) == ("no data", "no_year_before")
