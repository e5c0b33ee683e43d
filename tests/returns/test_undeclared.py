"""What a form could declare so that a text can be read."""

import pytest

from yxq.plan.written import Written
from yxq.returns import calendars, cell_values
from yxq.returns.undeclared import undeclared

PARSE = {"date": calendars.date, "year": calendars.year, "number": cell_values.number}


@pytest.mark.parametrize(
    ("kind", "text", "declarations"),
    [
        ("date", "03/04/2013", "dates: day first / dates: month first"),
        ("date", "25/04/2013", "dates: day first"),
        ("date", "04/25/2013", "dates: month first"),
        ("date", "102.04.29", "calendar: ROC"),
        ("date", "1070207", "calendar: ROC"),
        ("date", "2013-07-01T00:00+08:00", 'zone: "+08:00"'),
        (
            "date",
            "25-Apr-13",
            "calendar: ROC / dates: day first, century: 2000"
            " / dates: month first, century: 2000 / dates: year first, century: 2000",
        ),
        ("date", "2013-02-30", ""),
        ("date", "soon", ""),
        ("year", "2018-19", "fiscal: first / fiscal: last"),
        ("year", "102", "calendar: ROC"),
        ("number", "1.215,5", 'decimal: ","'),
        ("number", "12 pieces", ""),
        ("number", "1" * 50 + ",5", ""),
    ],
)
def test_the_fewest_declarations_by_which_a_text_is_a_value(kind, text, declarations):
    def parse(text, written):
        found = PARSE[kind](text, written)
        if kind == "year" and found < 1900:
            raise ValueError(text)
        return found

    assert undeclared(text, kind, Written(), parse) == declarations


def test_what_is_declared_is_not_offered_again():
    written = Written(dates="day first")
    assert undeclared("04/25/2013", "date", written, calendars.date) == ""
    assert (
        undeclared("25/04/13", "date", written, calendars.date) == "calendar: ROC / century: 2000"
    )
