"""What samples prove within the year: held to more than at its end, by the time that is gone."""

import datetime as dt

import pytest
from judged import AFTER, END, result, rows


def found(x: int, n: int, as_of: dt.date) -> str:
    cell = {"target": "T01", "numerator": x, "denominator": n, "date": "2013-01-20"}
    return result("T01", rows(cell), as_of=as_of)["evidence"]


@pytest.mark.parametrize(
    ("x", "day", "word"),
    [
        (44, dt.date(2013, 6, 30), "not shown"),  # 3.8 %: "refuted" before
        (40, dt.date(2013, 6, 30), "not shown"),
        (39, dt.date(2013, 6, 30), "refuted"),  # .003 %, of which .004 % are spent
        (41, dt.date(2013, 9, 30), "not shown"),
        (40, dt.date(2013, 9, 30), "refuted"),
        (44, dt.date(2013, 12, 30), "not shown"),
        (42, dt.date(2013, 12, 30), "not shown"),
        (41, dt.date(2013, 12, 30), "refuted"),  # .076 %, of which .25 % are
        (44, END, "refuted"),
        (44, AFTER, "refuted"),
    ],
)
def test_fifty_samples_of_which_95_percent_should_pass(x, day, word):
    assert found(x, 50, day) == word


@pytest.mark.parametrize(
    ("n", "day", "word"),
    [
        (59, dt.date(2013, 6, 30), "not shown"),
        (200, dt.date(2013, 6, 30), "not shown"),
        (201, dt.date(2013, 6, 30), "demonstrated"),  # .95^201 = .0000333, .0000336 are spent
        (59, END, "demonstrated"),
        (58, END, "not shown"),
    ],
)
def test_none_failed(n, day, word):
    assert found(n, n, day) == word
