"""How a form declares that dates and numbers are written."""

import datetime as dt
from typing import Any

import pytest
from pydantic import ValidationError

from yxq.plan.forms import Column, Form
from yxq.plan.written import Written, timezone


def form(columns: dict[str, dict[str, Any]], **more: Any) -> Form:
    return Form(title="Checks", absent="none", columns=columns, **more)


def mistakes(model: type, **given: Any) -> str:
    with pytest.raises(ValidationError) as error:
        model(**given)
    return str(error.value)


def test_what_a_column_says_stands_before_what_its_form_says():
    columns = {
        "on": {"type": "date", "dates": "month first"},
        "by": {"type": "date"},
        "n": {"type": "count"},
        "firm": {"type": "text"},
    }
    made = form(columns, written={"dates": "day first", "century": 2000, "decimal": ","})
    assert made.read_as("on") == Written(dates="month first", century=2000)
    assert made.read_as("by") == Written(dates="day first", century=2000)
    assert made.read_as("n") == Written(decimal=",")
    assert made.read_as("firm") == Written()


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ({"type": "text", "dates": "day first"}, "dates: says nothing of type text"),
        ({"type": "date", "fiscal": "last"}, "fiscal: says nothing of type date, only of year"),
        ({"type": "year", "zone": "+08:00"}, "zone: says nothing of type year, only of date"),
        ({"type": "date", "decimal": ","}, "only of count or number or rate; take it away"),
        ({"type": "date", "offset": 1911}, "offset: is of type year; write calendar: ROC"),
        ({"type": "year", "offset": 1911, "calendar": "ROC"}, "offset: calendar says it already"),
        ({"type": "number", "thousands": "."}, "thousands: . parts the decimals already"),
        ({"type": "number", "decimal": ",", "thousands": ","}, "thousands: , parts the decimals"),
        ({"type": "date", "zone": "Shanghai"}, "'Shanghai' is no time zone"),
        ({"type": "date", "zone": "+25:00"}, "'+25:00' is no time zone"),
        ({"type": "date", "dates": "D/M/Y"}, "'year first', 'day first' or 'month first'"),
        ({"type": "date", "month_names": {13: ["x"]}}, "less than or equal to 12"),
    ],
)
def test_what_a_column_cannot_declare(column, told):
    assert told in mistakes(Column, **column)


def test_months_are_not_of_a_year_that_spans_two():
    columns = {"year": {"type": "year", "fiscal": "last"}, "months": {"type": "months"}}
    told = mistakes(form, columns=columns, when=["months"])
    assert "when: of a year that spans two" in told
    assert form(columns, when=["year"]).when == ("year",)


@pytest.mark.parametrize(
    ("name", "hours"), {"+08:00": 8, "-0530": -5.5, "Z": 0, "UTC": 0, "Asia/Shanghai": 8}.items()
)
def test_a_time_zone_by_name_or_offset(name, hours):
    zone = timezone(name)
    assert zone is not None
    assert dt.datetime(2013, 7, 1, tzinfo=zone).utcoffset() == dt.timedelta(hours=hours)


@pytest.mark.parametrize("name", ["", "+8", "+24:00", "+08:60", "Nowhere/City", "../etc/passwd"])
def test_what_is_no_time_zone(name):
    assert timezone(name) is None
