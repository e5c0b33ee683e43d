"""A workbook's cell is the text that a person sees."""

import datetime as dt

import pytest

from yxq.returns.read.cell_text import cell


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "TRUE"),
        (False, "FALSE"),
        (3.0, "3"),
        (-3.0, "-3"),
        (3.5, "3.5"),
        (0.0, "0"),
        (999999999999999.0, "999999999999999"),
        (1e15, "1.00000000000000E+15"),
        (-1e15, "-1.00000000000000E+15"),
        (dt.datetime(2013, 4, 1), "2013-04-01"),
        (dt.datetime(2013, 4, 1, 8, 30), "2013-04-01 08:30:00"),
        (dt.date(2013, 4, 1), "2013-04-01"),
        (" 甲 ", "甲"),
        ("", ""),
    ],
)
def test_a_cell_is_the_text_that_a_person_sees(value, text):
    assert cell(value) == text
