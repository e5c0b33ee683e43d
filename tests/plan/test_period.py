"""The same day of another year."""

import datetime as dt

import pytest

from yxq.plan.period import moved


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        ("2012-02-29", 1, "2013-02-28"),
        ("2012-02-29", -1, "2011-02-28"),
        ("2013-02-28", 1, "2014-02-28"),
        ("2012-03-29", 1, "2013-03-29"),
        ("2012-01-29", 1, "2013-01-29"),
        ("2013-12-31", 1, "2014-12-31"),
    ],
)
def test_the_same_day_of_another_year(start, years, end):
    assert moved(dt.date.fromisoformat(start), years) == dt.date.fromisoformat(end)
