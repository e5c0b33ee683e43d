"""The laws of forms at their edge and one step beyond: which rows break them, and what is told."""

import pandas as pd
import pytest

from yxq.plan.forms import Check, Form
from yxq.returns import laws
from yxq.words.reasons import Reason

LABELS = {
    "x": "已达数",
    "n": "应查数",
    "rate": "覆盖率",
    "start": "开工日期",
    "end": "验收日期",
    "kind": "指标",
}
LABELS |= {"value": "数值"}
COLUMNS = {
    "x": {"type": "count"},
    "n": {"type": "count"},
    "rate": {"type": "rate"},
    "value": {"type": "number"},
    "start": {"type": "date"},
    "end": {"type": "date"},
    "kind": {"type": "word", "words": {"share": ["比重"], "amount": ["资金"]}},
    "unit": {"type": "unit"},
}
TYPES = {
    "x": "Int64",
    "n": "Int64",
    "value": "Float64",
    "rate": "category",
    "kind": "category",
    "unit": "category",
}
DAYS = ("start", "end", "from", "to", "period_from", "period_to")


def form(*laws: dict) -> Form:
    return Form.model_validate(
        {"title": {"zh": "表", "en": "form"}, "absent": "none", "columns": COLUMNS, "checks": laws}
    )


def rows(*given: dict) -> pd.DataFrame:
    """Rows of the form; what is not given is missing. They are numbered from 11."""
    blank = dict.fromkeys([*COLUMNS, *DAYS])
    frame = pd.DataFrame([blank | row for row in given], range(11, 11 + len(given)), dtype=object)
    types = TYPES | dict.fromkeys(DAYS, "datetime64[us]")
    return frame.apply(lambda column: column.astype(types[column.name]))


def broken(law: dict, *given: dict) -> list[tuple[int, str]]:
    """The number and the reason of each row that breaks a law."""
    frame = rows(*given)
    found = laws.broken(frame, form(law))
    assert len(found) <= 1
    told = []
    for check, index in found:
        assert check == Check.model_validate(law)
        why = laws.why(check, frame.loc[index], LABELS)
        reasons = [why] * len(index) if isinstance(why, Reason) else why[index]
        told += zip(index, map(str, reasons), strict=True)
    return told


def test_a_part_is_at_most_its_whole():
    law = {"rule": "at_most", "column": "x", "of": ["n"]}
    given = [
        {"x": 9, "n": 10},
        {"x": 10, "n": 10},
        {"x": 11, "n": 10},
        {"x": 0, "n": 0},
        {"x": 1, "n": 0},
    ]
    given += [{"x": 5}, {"n": 5}, {}]
    told = "more_than|已达数|应查数"
    assert broken(law, *given) == [(13, told), (15, told)]


def test_an_end_is_not_before_its_start():
    law = {"rule": "not_before", "column": "end", "of": ["start"]}
    given = [
        {"start": "2013-04-01", "end": "2013-04-01"},
        {"start": "2013-04-01", "end": "2013-03-31"},
        {"start": "2013-04-01", "end": "2013-04-02"},
        {"start": "2013-04-01"},
        {"end": "2013-03-31"},
    ]
    assert broken(law, *given) == [(12, "before|验收日期|开工日期")]


def test_a_result_is_needed_with_its_day():
    law = {"rule": "needed_with", "column": "kind", "of": ["end"]}
    given = [{"end": "2013-04-01"}, {"end": "2013-04-01", "kind": "share"}, {"kind": "share"}, {}]
    assert broken(law, *given) == [(11, "needed_with|指标|验收日期")]


def test_a_share_lies_between_nothing_and_all():
    law = {"rule": "share", "column": "value"}
    given = [{"value": v} for v in (0.0, 1.0, -0.001, 1.001, 0.5, None, 96.2)]
    assert broken(law, *given) == [
        (13, "no_share|数值|-0.001"),
        (14, "no_share|数值|1.001"),
        (17, "no_share|数值|96.2"),
    ]


def test_a_whole_number_is_none_or_more_without_a_fraction():
    law = {"rule": "whole", "column": "value"}
    given = [{"value": v} for v in (0.0, 1.0, -1.0, 0.5, 1.999, None, -0.5)]
    assert broken(law, *given) == [
        (13, "no_count|数值|-1.0"),
        (14, "no_count|数值|0.5"),
        (15, "no_count|数值|1.999"),
        (17, "no_count|数值|-0.5"),
    ]


def test_a_law_holds_only_where_it_is_said_to():
    law = {"rule": "share", "column": "value", "where": {"kind": ["share"]}}
    given = [{"value": 2.0, "kind": "share"}, {"value": 2.0, "kind": "amount"}, {"value": 2.0}]
    assert broken(law, *given) == [(11, "no_share|数值|2.0")]


def test_days_lie_in_the_period_of_their_return():
    law = {"rule": "in_period", "column": "start"}
    quarter = {"period_from": "2013-04-01", "period_to": "2013-06-30"}
    days = [
        ("2013-04-01", "2013-04-01"),
        ("2013-06-30", "2013-06-30"),
        ("2013-03-31", "2013-03-31"),
        ("2013-07-01", "2013-07-01"),
        ("2013-04-01", "2013-06-30"),
        ("2013-01-01", "2013-04-01"),
        ("2013-01-01", "2013-03-31"),
        ("2013-06-01", "2013-07-31"),
        (None, None),
    ]
    given = [{"from": since, "to": until} | quarter for since, until in days]
    given += [{"from": "2013-03-31", "to": "2013-07-01"}]  # a return that states no period
    assert broken(law, *given) == [
        (13, "late_row"),
        (14, "outside_period"),
        (16, "outside_period"),
        (17, "late_row"),
        (18, "outside_period"),
    ]


@pytest.mark.parametrize(
    ("text", "bounds"),
    {
        "95.0%": [(0.945, 0.955)],
        "95.10%": [(0.9505, 0.9515)],
        "95%": [(0.945, 0.955)],
        "9.5%": [(0.0945, 0.0955)],
        "0%": [(-0.005, 0.005)],
        "100%": [(0.995, 1.005)],
        "0.95": [(0.00945, 0.00955), (0.945, 0.955)],
        "95": [(0.945, 0.955), (94.5, 95.5)],
        "1": [(0.005, 0.015), (0.5, 1.5)],
        "９５．０％": [(0.945, 0.955)],
        "1,000%": [(9.995, 10.005)],
    }.items(),
)
def test_what_share_a_printed_rate_stands_for(text, bounds):
    assert laws.stands_for(text) == bounds


@pytest.mark.parametrize(
    ("x", "n", "printed"),
    [
        (9, 10, "90.0%"),
        (9, 10, "90%"),
        (9, 10, "90"),
        (9, 10, "0.9"),
        (9, 10, "0.90"),
        (1, 3, "33.3%"),
        (1, 3, "33.33%"),
        (2, 3, "66.7%"),
        (2, 3, "67"),
        (1, 8, "12%"),  # halves may go up or down
        (1, 8, "13%"),
        (1, 8, "0.12"),
        (0, 10, "0%"),
        (10, 10, "100.0%"),
        (1, 100, "1"),
        (1, 1, "1"),
        (0, 0, "100%"),  # there is no rate to compare with
        (5, 0, "100%"),
        (None, 10, "3%"),
        (9, None, "3%"),
        (9, 10, None),
    ],
)
def test_a_printed_rate_that_its_counts_bear_out(x, n, printed):
    law = {"rule": "printed_rate", "column": "rate", "of": ["x", "n"]}
    assert broken(law, {"x": x, "n": n, "rate": printed}) == []


@pytest.mark.parametrize(
    ("x", "n", "printed"),
    [
        (9, 10, "90.1%"),
        (9, 10, "89.9%"),
        (9, 10, "91%"),
        (9, 10, "0.91"),
        (9, 10, "0.9%"),
        (1, 3, "33.2%"),
        (1, 3, "33.4%"),
        (2, 3, "66.6%"),
        (2, 3, "66.66%"),
        (1, 8, "11%"),
        (1, 8, "14%"),
        (10, 10, "99%"),
        (0, 10, "1%"),
        (99, 100, "1%"),
        (1, 1, "2"),
    ],
)
def test_a_printed_rate_that_is_off_by_one_last_digit_is_told_with_its_counts(x, n, printed):
    law = {"rule": "printed_rate", "column": "rate", "of": ["x", "n"]}
    good = {"x": 1, "n": 2, "rate": "50%"}
    told = f"printed_rate|覆盖率|{printed}|{x}|{n}"
    assert broken(law, good, {"x": x, "n": n, "rate": printed}, good) == [(12, told)]


@pytest.mark.parametrize(
    ("rate", "breaks"),
    [
        ("14.80%", 0),
        ("14.8%", 0),
        ("15.00%", 0),
        ("0.1500", 0),
        ("14.70%", 1),
        ("14.81%", 0),
        ("14.810%", 0),
        ("14.820%", 1),
        ("10%", 1),
        ("10.0%", 1),
    ],
)
def test_trailing_zeros_of_a_printed_rate_are_format(rate, breaks):
    law = {"rule": "printed_rate", "column": "rate", "of": ["x", "n"]}
    assert len(broken(law, {"x": 4, "n": 27, "rate": rate})) == breaks


def test_every_broken_law_is_told_with_its_own_rows():
    given_laws = [
        {"rule": "at_most", "column": "x", "of": ["n"]},
        {"rule": "share", "column": "value"},
        {"rule": "not_before", "column": "end", "of": ["start"], "flag": True},
    ]
    given = [
        {"x": 2, "n": 1, "value": 1.0, "start": "2013-04-02", "end": "2013-04-01"},
        {"x": 1, "n": 1, "value": 1.0},
        {"x": 2, "n": 1, "value": 1.0},
        {"x": 1, "n": 1, "start": "2013-04-02", "end": "2013-04-01"},
    ]
    found = laws.broken(rows(*given), form(*given_laws))
    assert [(law.rule, law.flag, index.tolist()) for law, index in found] == [
        ("at_most", False, [11, 13]),
        ("not_before", True, [11, 14]),
    ]


def test_no_rows_break_no_law():
    frame = rows({"x": 2, "n": 1}).iloc[:0]
    assert laws.broken(frame, form({"rule": "at_most", "column": "x", "of": ["n"]})) == []


Q2 = {"period_from": "2013-04-01", "period_to": "2013-06-30"}


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2012-03-31", "year_back"),
        ("2012-04-01", "year_back"),  # the same day of this year is in the period
        ("2012-06-30", "year_back"),
        ("2012-07-01", "late_row"),
        ("2013-03-31", "late_row"),
        ("1905-03-14", "year_back"),
        ("2013-07-01", "outside_period"),
    ],
)
def test_a_day_whose_year_may_be_a_slip_is_looked_at(day, code):
    law = {"rule": "in_period", "column": "start", "flag": True}
    assert broken(law, Q2 | {"start": day, "from": day, "to": day}) == [(11, code)]


def test_a_day_after_the_period_is_none_of_it():
    law = {"rule": "by_period_end", "column": "end", "flag": True}
    ends = [{"end": day} | Q2 for day in ("2013-06-30", "2013-07-01", "2011-01-01", None)]
    assert broken(law, *ends, {"end": "2014-01-01"}) == [(12, "outside_period")]
    with pytest.raises(ValueError, match="by_period_end: n is no date"):
        form(law | {"column": "n"})
