"""Numbers near zero keep their side of it, or are zero."""

from fractions import Fraction

import pandas as pd
import pytest

from yxq.plan.scoring import Band, Scoring
from yxq.report import display
from yxq.report.display.numbers import signed, unlike_zero

SCORING = Scoring(bands=[Band(grade="A", least=90), Band(grade="D", least=0)], seed=1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0001, "0.0001"),
        (0.00004, "0.00004"),  # four decimals would say 0
        (-0.00004, "-0.00004"),
        (0.0000006, "0.000001"),
        (4e-7, "0"),
        (-4e-7, "0"),  # not -0
        (-0.0, "0"),
        (0.99996, "1"),
        (-0.99996, "-1"),
        (10, "10"),
    ],
)
def test_a_number_near_zero_keeps_its_side_or_is_zero(value, text):
    assert display.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "+3"),
        (-3, "−3"),
        (0, "±0"),
        (0.00004, "+0.00004"),
        (-0.00004, "−0.00004"),
        (1e-9, "±0"),  # not +0
        (-1e-9, "±0"),
    ],
)
def test_a_difference_has_a_sign_only_where_it_shows_one(value, text):
    assert signed(value, display.number(abs(value))) == text


@pytest.mark.parametrize(
    ("points", "text"),
    [(1.376, "+1.38"), (0.004, "+0.004"), (-0.004, "−0.004"), (0, "±0.00"), (1e-9, "±0.00")],
)
def test_percentage_points_are_not_zero_where_there_is_a_gap(points, text):
    assert signed(points, unlike_zero(abs(points), 2)) == text


def test_a_share_beyond_six_decimals_is_rounded():
    assert display.share(Fraction(949999996, 1000000000), Fraction(95, 100)) == "95.0%"


@pytest.mark.parametrize(
    ("scores", "texts"),
    [
        ([91.66, 91.74], ["91.66", "91.74"]),
        ([93.75, 93.8125, 80.0], ["93.75", "93.81", "80.00"]),
        ([100.0, 92.6, 92.6], ["100.0", "92.6", "92.6"]),
        ([88.0, None], ["88.0", ""]),
        ([70.0001, 70.0002], ["70.000", "70.000"]),
        ([89.9996, 10.0], ["89.9996", "10.0"]),  # below a band, and so it reads
    ],
)
def test_scores_that_differ_look_different(scores, texts):
    assert display.points_apart(pd.Series(scores, dtype="Float64"), SCORING) == texts
