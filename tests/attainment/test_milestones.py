"""Tasks and their dates."""

import datetime as dt

import pandas as pd
import pytest
from judged import AFTER, CITY, END, MID, NOTHING, PLAN, result, rows


class TestMilestones:
    def one(self, target="T22", unit=CITY, due=None, done=None):
        return rows(
            {"target": target, "unit": unit, "due": due, "done": done, "date": "2013-12-31"}
        )

    @pytest.mark.parametrize(
        ("due", "done", "as_of", "state", "note"),
        [
            ("2013-06-30", "2013-06-30", AFTER, "attained", "done_on|2013-06-30|2013-06-30"),
            ("2013-06-30", "2013-07-03", AFTER, "not attained", "done_late|3|2013-06-30"),
            ("2013-06-30", None, dt.date(2013, 7, 10), "not attained", "overdue|10|2013-06-30"),
            (
                "2013-06-30",
                "2013-07-03",
                MID,
                "not attained",
                "overdue|0|2013-06-30",
            ),  # not done by the end of its day
            ("2013-06-30", None, dt.date(2013, 6, 29), "pending", "due_on|2013-06-30"),
            (
                None,
                "2013-12-31",
                AFTER,
                "attained",
                "done_on|2013-12-31|2013-12-31",
            ),  # no date: the period's end
            (None, "2014-01-02", AFTER, "not attained", "done_late|2|2013-12-31"),
            (None, None, MID, "pending", "due_on|2013-12-31"),
        ],
    )
    def test_done_on_or_before_its_date(self, due, done, as_of, state, note):
        got = result("T22", self.one(due=due, done=done), CITY, as_of=as_of)
        assert (got["state"], got["note"]) == (state, note)

    @pytest.mark.parametrize("as_of", [dt.date(2013, 1, 1), MID, END, AFTER])
    def test_the_centre_of_2014_is_pending_throughout_2013(self, as_of):
        assert (
            result("T47", self.one("T47", due="2013-06-30"), CITY, as_of=as_of)["state"]
            == "pending"
        )
        assert result("T47", NOTHING, CITY, as_of=as_of)["state"] == "pending"

    def test_the_centre_of_2014_is_missed_in_2015(self):
        assert (
            result("T47", self.one("T47"), CITY, as_of=dt.date(2015, 1, 1))["state"]
            == "not attained"
        )

    def test_what_is_striven_for_is_never_missed(self):
        assert result("T14", self.one("T14"), CITY, as_of=dt.date(2020, 1, 1))["state"] == "pending"
        assert result("T14", self.one("T14", done="2013-05-01"), CITY)["state"] == "attained"

    def test_nothing_reported_after_the_date_is_no_data(self):
        assert result("T22", NOTHING, CITY)["state"] == "no data"

    def test_the_city_has_done_what_all_towns_have_done(self):
        cells = [
            {"target": "T50", "unit": u.name, "done": "2013-05-01", "date": "2013-12-31"}
            for u in PLAN.towns
        ]
        got = result("T50", rows(*cells), CITY)
        assert (got["state"], got["numerator"], got["denominator"]) == ("attained", 20, 20)
        late = result("T50", rows(*cells[:-1], cells[-1] | {"done": "2014-01-05"}), CITY)
        assert (late["state"], late["note"]) == ("not attained", "done_late|5|2013-12-31")
        assert result("T50", rows(*cells[:-1]), CITY)["state"] == "no data"

    ROWS_OF_CITY = [
        (dt.date(2013, 6, 30), None, "pending", "due_on|2013-12-31"),
        (AFTER, "2013-05-01", "attained", "done_on|2013-05-01|2013-12-31"),
        (AFTER, "2014-01-05", "not attained", "done_late|5|2013-12-31"),
        (AFTER, None, "not attained", "overdue|31|2013-12-31"),
    ]

    @pytest.mark.parametrize("n", [0, 19, 20])
    @pytest.mark.parametrize(("as_of", "done", "state", "note"), ROWS_OF_CITY)
    def test_of_a_task_of_both_the_citys_own_row_decides(self, as_of, done, state, note, n):
        """However many units have done theirs, of which its note counts those."""
        own = {"target": "T30", "unit": CITY, "done": done, "date": "2013-12-31"}
        towns = [own | {"unit": u.name, "done": None} for u in PLAN.towns]
        did = [cell | {"done": "2013-03-01"} for cell in towns[:n]]
        got = result("T30", rows(own, *did, *towns[n:]), CITY, as_of=as_of)
        assert (got["state"], got["note"]) == (state, f"{note};city_by_itself|{n}|20")
        assert pd.isna(got["numerator"]) and pd.isna(got["denominator"])

    def test_of_a_task_of_both_a_city_without_a_row_has_no_data(self):
        cells = [
            {"target": "T30", "unit": u.name, "done": "2013-03-01", "date": "2013-12-31"}
            for u in PLAN.towns
        ]
        got = result("T30", rows(*cells), CITY)
        assert (got["state"], got["note"]) == ("no data", "city_by_itself|20|20")

    def test_a_unit_that_will_have_done_it_has_not_yet(self):
        """What a day after the page's says counts for nobody."""
        own = {"target": "T30", "unit": CITY, "done": None, "date": "2013-12-31"}
        later = own | {"unit": PLAN.towns[0].name, "done": "2013-07-01"}
        got = result("T30", rows(own, later), CITY, as_of=MID)
        assert got["note"] == "due_on|2013-12-31;city_by_itself|0|20"

    @pytest.mark.parametrize("unit", [PLAN.towns[0].name, PLAN.towns[-1].name])
    def test_a_unit_is_told_of_its_own_alone(self, unit):
        own = {"target": "T30", "done": "2013-05-01", "date": "2013-12-31"}
        got = result("T30", rows(own | {"unit": unit}, own | {"unit": CITY}), unit)
        assert got["note"] == "done_on|2013-05-01|2013-12-31" and pd.isna(got["denominator"])
