"""Days of a period and its year before, keys of cells, and the order of conditions."""

from typing import get_args

import pandas as pd
import pytest
from judged import NOTHING, sent

from yxq.attainment.cells import Clock, _left_empty, arrivals, first_state, grid
from yxq.attainment.judging.judges import JUDGES
from yxq.plan.target import Kind
from yxq.plan_folders.load import load
from yxq.words.states import State

PLAN = load("yixing").plan(2013)
NOBODY = sent().iloc[:0]  # returns that are owed: none


def clock(as_of: str, start: str = "2013-01-01", end: str = "2013-12-31") -> Clock:
    return Clock(*map(pd.Timestamp, (as_of, start, end, as_of)))


@pytest.mark.parametrize(
    ("day", "year_before"),
    [
        ("2013-05-17", "2012-05-17"),
        ("2013-02-28", "2012-02-29"),  # of a month's last day that month's last
        ("2013-06-30", "2012-06-30"),
        ("2013-12-31", "2012-12-31"),
        ("2014-01-20", "2012-12-31"),  # the period is over
    ],
)
def test_the_same_day_a_year_before(day, year_before):
    assert clock("2013-06-30").years_ago(pd.Timestamp(day)) == pd.Timestamp(year_before)


def test_a_period_across_two_years_ends_with_the_day_before_its_start():
    across = clock("2013-10-01", "2013-07-01", "2014-06-30")
    assert across.years_ago(pd.Timestamp("2014-06-30")) == pd.Timestamp("2013-06-30")
    starts = pd.Series(pd.to_datetime(["2013-07-01", "2012-07-01", "2015-01-01"]))
    assert across.days(starts).tolist() == [365, 730, 1] and not across.ended


def test_days_of_the_period_are_counted_with_both_ends_and_no_others():
    days = pd.Series(pd.to_datetime(["2012-12-01", "2013-01-01", "2013-12-31", "2014-03-01"]))
    starts = pd.Series(pd.Timestamp("2013-01-01"), days.index)
    assert clock("2013-06-30").elapsed(starts, days).tolist() == [0, 1, 365, 365]
    long_ago = pd.Series(pd.Timestamp("2012-01-01"), days.index)
    assert clock("2013-06-30").elapsed(long_ago, days).tolist() == [336, 367, 731, 731]


def test_a_period_is_over_on_its_last_day():
    assert not clock("2013-12-30").ended and clock("2013-12-31").ended


def test_the_first_condition_that_holds_gives_the_state():
    first, second = pd.Series([True, False, False]), pd.Series([True, True, False])
    steps = [(first, State.NO_DATA), (second, State.ATTAINED)]
    assert first_state(steps, State.BEHIND).tolist() == ["no data", "attained", "behind"]


def test_a_town_has_no_targets_of_the_city_alone_and_every_cell_its_own_key():
    cells = grid(PLAN)
    assert cells["key"].is_unique
    towns = cells[~cells["city"]]
    assert set(cells.loc[cells["city"], "target"]) == {target.id for target in PLAN.targets}
    assert set(towns["whom"]) <= {"each", "both", "shared"}
    assert towns["unit"].nunique() == len(PLAN.towns)


def test_every_kind_has_a_judge():
    assert [*JUDGES] == [*get_args(Kind)]


@pytest.mark.parametrize(
    ("first", "last", "counts", "came"),
    [
        ("2013-12-31", "2013-12-31", (0, 0, 0), True),
        ("2013-01-01", "2013-01-01", (0, 0, 0), True),
        ("2012-12-01", "2013-01-01", (0, 0, 0), True),
        ("2013-12-31", "2014-01-31", (0, 0, 0), True),
        ("2014-01-01", "2014-01-31", (0, 0, 0), False),
        ("2012-12-01", "2012-12-31", (0, 0, 0), False),
        (None, None, (0, 0, 0), True),  # it does not say when
        ("2013-01-01", "2013-12-31", (0, 0, 1), False),  # nothing of it could be read
        ("2013-01-01", "2013-12-31", (1, 0, 1), True),
        ("2013-01-01", "2013-12-31", (0, 1, 1), True),
    ],
)
def test_a_nil_return_of_a_form_that_nobody_owes(first, last, counts, came):
    period = PLAN.period.model_copy(update={"returns": ()})
    plan = PLAN.model_copy(update={"period": period})
    accepted, duplicate, rejected = counts
    days = {"period_from": pd.Timestamp(first), "period_to": pd.Timestamp(last)}
    about = {"form": "registers", "accepted": accepted, "duplicate": duplicate}
    sent = {"sender": "质监局", "refused": "", "correction": False, "rejected": rejected}
    files = pd.DataFrame([days | about | sent])
    files = files.astype({"period_from": "datetime64[us]", "period_to": "datetime64[us]"})
    cells = grid(plan)
    found = arrivals(plan, cells, NOTHING, NOBODY, 2013, clock("2014-01-31"), files)
    of_form = cells["form"] == "registers"
    assert set(found.loc[of_form, "arrived"]) == {came}
    assert set(found.loc[of_form, "missing"]) == {int(not came)}
    assert not found.loc[~of_form, "arrived"].any()


def test_returns_in_which_rows_were_left_empty_are_counted_once_each():
    """Of the city once a return, whoever's rows of it are empty; of a unit those of its own."""
    asked = [("A", "甲", False), ("A", "乙", False), ("B", "甲", False), ("A", "市", True)]
    asked.append(("B", "市", True))
    needs = pd.DataFrame(asked, columns=["target", "unit", "city"])
    left = ["A\t甲\nA\t乙\nA\t甲", "", None, "A\t甲\nC\t丙"]
    found = _left_empty(needs, pd.DataFrame({"left_of": left}))
    assert found.tolist() == [2, 1, 0, 2, 0]
    assert _left_empty(needs, pd.DataFrame({"left_of": ["", None]})).tolist() == [0] * 5
    assert _left_empty(needs, pd.DataFrame({"form": ["f"]})).tolist() == [0] * 5
