"""Plans whose year is no calendar year, July to June: from files to results."""

import datetime as dt

import pandas as pd
import pytest
import small

from yxq.attainment import history, owed
from yxq.attainment.attain import attain
from yxq.plan_folders.load import load

pytestmark = pytest.mark.slow  # not part of `make quick`

JIA = "甲镇"
OWES = [
    {"form": "checks", "sender": "办公室", "every": "quarter", "due_days": 15},
    {"form": "values", "sender": "办公室", "every": "year", "due_days": 30},
]
FORMS = {
    "checks": small.form("unit", "n", "of", "on", when=["on"]),
    "values": small.form("unit", "year", "value", when=["year"], key=["unit", "year"]),
}
TARGETS = [
    small.target("C", {"form": "checks", "sum": "n"}, ">= 4"),
    small.target("R", {"form": "checks", "sum": "n", "over": "of"}, "> last_year"),
    small.target("V", {"form": "values", "value": "value"}, ">= last_year + 1"),
]
QUARTERS = {  # of the calendar, as the office calls its returns
    "2012年第三季度": ("2012-07-31", 9),
    "2013年第二季度": ("2013-06-30", 9),
    "2013年第三季度": ("2013-07-01", 1),
    "2013年第四季度": ("2013-12-31", 1),
    "2014年第一季度": ("2014-03-31", 1),
    "2014年第二季度": ("2014-06-30", 1),
    "2014年第三季度": ("2014-07-01", 9),
}
LABELS = {"by its first half": 2013, "by its second half": 2014}


@pytest.fixture(params=LABELS.values(), ids=LABELS)
def sent(request, tmp_path):
    """The plan of July 2013 to June 2014, under either name, and all returns."""
    year = request.param
    made = small.folder(
        tmp_path, FORMS, *TARGETS, year=year, start="2013-07-01", end="2014-06-30", returns=OWES
    )
    (made / "2013.yml").rename(made / f"{year}.yml")
    files = {
        f"checks-{name}": f"unit,n,of,on\n{JIA},{n},10,{day}\n"
        for name, (day, n) in QUARTERS.items()
    }
    for label, value in ((year - 1, 5), (year, 6)):
        files[f"values-{label}年"] = f"unit,year,value\n{JIA},{label},{value}\n"
    return load(made).plan(year), small.read(tmp_path, made, **files)


def judged(plan, tables, as_of: str) -> pd.DataFrame:

    day = dt.date.fromisoformat(as_of)
    returns = owed.status(plan, tables.files, day)
    rows = attain(plan, tables.measures, returns, day, files=tables.files)
    return rows[rows["unit"] == JIA].set_index("target")


def test_four_quarters_and_a_year_are_owed_from_july_on(sent):
    plan, tables = sent
    table = owed.status(plan, tables.files, dt.date(2014, 8, 1))
    table = table[table["year"] == plan.year]
    begun = table["period_from"].dt.strftime("%Y-%m").tolist()
    assert begun == ["2013-07", "2013-10", "2014-01", "2014-04", "2013-07"]
    assert table["due"].dt.strftime("%Y-%m-%d").tolist()[-2:] == ["2014-07-15", "2014-07-30"]
    assert set(table["status"]) == {"arrived"}


def test_its_year_and_the_year_before_are_from_july_to_june(sent):
    got = judged(*sent, "2014-08-01")
    assert got.loc["C", ["value", "state"]].tolist() == [4, "attained"]
    assert got.loc["R", ["numerator", "denominator", "state"]].tolist() == [4, 40, "not attained"]
    assert got.loc["R", "previous"] == pytest.approx(18 / 20)
    assert got.loc["V", ["value", "year_before", "state"]].tolist() == [6, 5, "attained"]


def test_within_the_year_it_is_compared_with_as_many_months_of_the_last(sent):
    got = judged(*sent, "2013-12-31")
    assert got.loc["C", ["value", "state"]].tolist() == [2, "behind"]  # 184 of 365 days: 2.02
    assert got.loc["C", "expected"] == pytest.approx(4 * 184 / 365)
    assert got.loc["R", "previous"] == pytest.approx(0.9)  # of July to December 2012
    assert got.loc["R", "previous_denominator"] == 10


def test_its_months_run_from_july(sent):
    plan, tables = sent
    target = plan.target("C")
    by_month = history.months(plan, tables.measures, target, dt.date(2014, 8, 1))
    by_month = by_month[by_month["unit"] == JIA]
    assert [str(month) for month in by_month["month"]] == [
        "2013-07",
        "2013-12",
        "2014-03",
        "2014-06",
    ]
    assert by_month["so_far"].tolist() == [1, 2, 3, 4]


def test_its_years_are_told_by_their_names(sent):
    plan, tables = sent
    table = history.years(plan.folder, tables.measures, tables.files, "C", dt.date(2014, 8, 1))
    table = table[table["unit"] == JIA].set_index("year")["value"]
    assert table.to_dict() == {plan.year - 1: 18, plan.year: 4, plan.year + 1: 9}


def test_a_list_of_a_year_without_rows_is_of_the_year_of_its_name(tmp_path):
    """Of a form that the plan asks nobody for: there was nothing in the year, and nothing is known
    of the next.
    """
    asked = small.target("C", {"form": "checks", "sum": "n"}, "<= 0")
    for year, state in ((2013, "attained"), (2012, "no data"), (2014, "no data")):
        place = tmp_path / str(year)
        made = small.folder(place, FORMS, asked, start="2013-07-01", end="2014-06-30")
        tables = small.read(place, made, **{f"checks-{year}年": "unit,n,of,on\n"})
        assert small.results(made, tables, "2014-08-01").loc[JIA, "C"]["state"] == state
