"""Whether the returns that a plan asks for have arrived, and when: each edge by hand."""

import datetime as dt

import pandas as pd
import pytest

from yxq.attainment import owed
from yxq.plan.folder import Plan
from yxq.plan.period import Expected

QUARTERS = [  # of 2013, each due 15 days after its end
    ("2013-01-01", "2013-03-31", "2013-04-15"),
    ("2013-04-01", "2013-06-30", "2013-07-15"),
    ("2013-07-01", "2013-09-30", "2013-10-15"),
    ("2013-10-01", "2013-12-31", "2014-01-15"),
]
FIRST = {"period_from": "2013-01-01", "period_to": "2013-03-31"}


def owing(plan: Plan, *owed: tuple[str, str, str, int]) -> Plan:
    """The plan with other returns: form, sender, how often, days after the end."""
    names = ("form", "sender", "every", "due_days")
    made = tuple(Expected.model_validate(dict(zip(names, one, strict=True))) for one in owed)
    return plan.model_copy(update={"period": plan.period.model_copy(update={"returns": made})})


@pytest.fixture
def quarterly(plan2013) -> Plan:
    return owing(plan2013, ("inspections", "质监局", "quarter", 15))


def sent(*sheets: dict) -> pd.DataFrame:
    """Sheets as an ingest lists them: the bureau's inspections, one accepted row, unless said."""
    usual = {"file": "a.csv", "form": "inspections", "sender": "质监局", "filed": None}
    usual |= {"accepted": 1, "duplicate": 0, "rejected": 0, "excluded": 1} | FIRST
    frame = pd.DataFrame([usual | sheet for sheet in sheets], columns=[*usual])
    return frame.astype(dict.fromkeys(("filed", "period_from", "period_to"), "datetime64[us]"))


def plain(table: pd.DataFrame) -> pd.DataFrame:
    """Days as text, and None for what is missing."""

    def said(value: object) -> object:
        if pd.isna(value):
            return None
        return value.date().isoformat() if isinstance(value, pd.Timestamp) else value

    rows = [[said(value) for value in row] for row in table.itertuples(index=False, name=None)]
    return pd.DataFrame(rows, table.index, table.columns, dtype=object)


def of_2013(plan: Plan, files: pd.DataFrame, as_of: str) -> pd.DataFrame:
    table = owed.status(plan, files, dt.date.fromisoformat(as_of))
    return plain(table[table["year"] == 2013]).reset_index(drop=True)


def first(plan: Plan, files: pd.DataFrame, as_of: str = "2014-12-31") -> dict:
    """Status, day, files and counts of the first quarter's return."""
    table = of_2013(plan, files, as_of)
    assert table["period_from"].tolist() == [quarter[0] for quarter in QUARTERS]
    return table.iloc[0][["status", "filed", "files", "accepted", "rejected"]].to_dict()


NONE = {"status": "missing", "filed": None, "files": None, "accepted": None, "rejected": None}


def came(status: str = "arrived", **more: object) -> dict:
    return NONE | {"status": status, "files": "a.csv", "accepted": 1, "rejected": 0} | more


def test_what_is_asked_for_in_a_year(plan2013):
    plan = owing(
        plan2013,
        ("inspections", "质监局", "month", 10),
        ("coverage", "农林局", "quarter", 15),
        ("projects", "住建局", "half", 20),
        ("annual", "统计局", "year", 31),
    )
    table = owed.expected(plan, 2012)
    assert table.columns.tolist() == ["year", "form", "sender", "period_from", "period_to", "due"]
    months = [
        ("2012-01-01", "2012-01-31", "2012-02-10"),
        ("2012-02-01", "2012-02-29", "2012-03-10"),
        ("2012-03-01", "2012-03-31", "2012-04-10"),
        ("2012-04-01", "2012-04-30", "2012-05-10"),
        ("2012-05-01", "2012-05-31", "2012-06-10"),
        ("2012-06-01", "2012-06-30", "2012-07-10"),
        ("2012-07-01", "2012-07-31", "2012-08-10"),
        ("2012-08-01", "2012-08-31", "2012-09-10"),
        ("2012-09-01", "2012-09-30", "2012-10-10"),
        ("2012-10-01", "2012-10-31", "2012-11-10"),
        ("2012-11-01", "2012-11-30", "2012-12-10"),
        ("2012-12-01", "2012-12-31", "2013-01-10"),
    ]
    quarters = [
        ("2012-01-01", "2012-03-31", "2012-04-15"),
        ("2012-04-01", "2012-06-30", "2012-07-15"),
        ("2012-07-01", "2012-09-30", "2012-10-15"),
        ("2012-10-01", "2012-12-31", "2013-01-15"),
    ]
    halves = [
        ("2012-01-01", "2012-06-30", "2012-07-20"),
        ("2012-07-01", "2012-12-31", "2013-01-20"),
    ]
    years = [("2012-01-01", "2012-12-31", "2013-01-31")]
    whose = [("inspections", "质监局", months), ("coverage", "农林局", quarters)]
    whose += [("projects", "住建局", halves), ("annual", "统计局", years)]
    assert plain(table).to_numpy().tolist() == [
        [2012, form, sender, *days] for form, sender, periods in whose for days in periods
    ]


def test_a_period_that_is_no_calendar_year(plan2013):
    plan = owing(plan2013, ("inspections", "质监局", "half", 20))
    moved = {"start": dt.date(2013, 4, 1), "end": dt.date(2014, 3, 31)}
    plan = plan.model_copy(update={"period": plan.period.model_copy(update=moved)})
    assert plain(owed.expected(plan, 2013)).to_numpy().tolist() == [
        [2013, "inspections", "质监局", "2013-04-01", "2013-09-30", "2013-10-20"],
        [2013, "inspections", "质监局", "2013-10-01", "2014-03-31", "2014-04-20"],
    ]


def test_the_whole_table_of_this_year_and_the_year_before(quarterly):
    files = sent(
        {
            "file": "old.csv",
            "period_from": "2012-10-01",
            "period_to": "2012-12-31",
            "filed": "2013-01-16",
        },
        {"file": "one.csv", "filed": "2013-04-15", "accepted": 7, "rejected": 2, "duplicate": 3},
        {"file": "two.csv", "period_from": "2013-04-01", "period_to": "2013-06-30", "rejected": 4},
    )
    table = plain(owed.status(quarterly, files, dt.date(2013, 10, 15)))
    head = ["inspections", "质监局"]
    assert table.columns.tolist() == owed.COLUMNS
    assert set(table.pop("left_of").dropna()) == {""}
    assert table.to_numpy().tolist() == [
        [2012, *head, "2012-01-01", "2012-03-31", "2012-04-15", "missing", None, None, None, None],
        [2012, *head, "2012-04-01", "2012-06-30", "2012-07-15", "missing", None, None, None, None],
        [2012, *head, "2012-07-01", "2012-09-30", "2012-10-15", "missing", None, None, None, None],
        [
            2012,
            *head,
            "2012-10-01",
            "2012-12-31",
            "2013-01-15",
            "late",
            "2013-01-16",
            "old.csv",
            1,
            0,
        ],
        [2013, *head, *QUARTERS[0], "arrived", "2013-04-15", "one.csv", 7, 2],
        [2013, *head, *QUARTERS[1], "arrived", None, "two.csv", 1, 4],
        [2013, *head, *QUARTERS[2], "missing", None, None, None, None],
        [2013, *head, *QUARTERS[3], "not due", None, None, None, None],
    ]


@pytest.mark.parametrize(
    ("filed", "status"),
    {
        "2013-04-14": "arrived",
        "2013-04-15": "arrived",
        "2013-04-16": "late",
        "2014-04-15": "late",
    }.items(),
)
def test_filed_on_the_due_day_itself_is_not_late(quarterly, filed, status):
    assert first(quarterly, sent({"filed": filed})) == came(status, filed=filed)


@pytest.mark.parametrize(
    ("as_of", "status"),
    {"2013-04-14": "not due", "2013-04-15": "missing", "2013-04-16": "missing"}.items(),
)
def test_what_has_not_come_by_the_due_day_is_missing(quarterly, as_of, status):
    assert first(quarterly, sent().iloc[:0], as_of) == NONE | {"status": status}


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2013-01-01", "2013-01-31"),
        ("2013-03-01", "2013-03-31"),
        ("2013-01-01", "2013-02-28"),
        ("2013-02-01", "2013-03-31"),
        ("2012-10-01", "2013-02-28"),
        ("2013-02-01", "2013-12-31"),
        ("2012-01-01", "2012-12-31"),
        ("2013-04-01", "2013-06-30"),
    ],
)
def test_some_of_its_months_are_not_a_quarter(quarterly, since, until):
    assert first(quarterly, sent({"period_from": since, "period_to": until})) == NONE


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2013-01-01", "2013-03-31"),
        ("2013-01-01", "2013-06-30"),
        ("2013-01-01", "2013-12-31"),
        ("2012-12-01", "2013-03-31"),
        ("2012-01-01", "2013-12-31"),
    ],
)
def test_a_return_of_more_than_a_quarter_serves_it(quarterly, since, until):
    assert first(quarterly, sent({"period_from": since, "period_to": until})) == came()


def test_a_return_for_the_year_serves_each_quarter(quarterly):
    files = sent({"period_to": "2013-12-31", "filed": "2014-01-15", "accepted": 9})
    table = of_2013(quarterly, files, "2014-12-31")
    assert table["status"].tolist() == ["late", "late", "late", "arrived"]
    assert table["accepted"].tolist() == [9, 9, 9, 9]


def months(*numbers: int, **more: object) -> list[dict]:
    ends = {1: 31, 2: 28, 3: 31}
    return [
        {"file": f"{n}.csv", "period_from": f"2013-0{n}-01", "period_to": f"2013-0{n}-{ends[n]}"}
        | more
        for n in numbers
    ]


def test_three_returns_of_a_month_are_a_quarters(quarterly):
    one, two, three = months(1, 2, 3)
    files = sent(
        one | {"filed": "2013-02-01", "accepted": 2, "rejected": 1},
        two | {"filed": "2013-04-15", "accepted": 3, "rejected": 10},
        three | {"filed": "2013-04-02", "accepted": 5, "rejected": 100},
    )
    told = {"filed": "2013-04-15", "files": "1.csv、2.csv、3.csv", "accepted": 10, "rejected": 111}
    assert first(quarterly, files) == came(**told)


def test_the_last_of_three_returns_decides_whether_it_was_late(quarterly):
    one, two, three = months(1, 2, 3, filed="2013-03-01")
    files = sent(one | {"filed": "2013-04-16"}, two, three)
    told = {"filed": "2013-04-16", "files": "1.csv、2.csv、3.csv", "accepted": 3}
    assert first(quarterly, files) == came("late", **told)


def test_one_month_sent_three_times_is_not_a_quarter(quarterly):
    assert first(quarterly, sent(*months(1, 1, 1))) == NONE


def test_two_of_three_months_are_missing_one(quarterly):
    assert first(quarterly, sent(*months(1, 3))) == NONE


def test_months_that_overlap_are_a_quarter_together(quarterly):
    files = sent(
        {"file": "a.csv", "period_from": "2013-01-01", "period_to": "2013-02-28"},
        {"file": "b.csv", "period_from": "2013-02-01", "period_to": "2013-03-31"},
    )
    assert first(quarterly, files) == came(files="a.csv、b.csv", accepted=2)


def test_sheets_of_one_file_are_one_file_and_their_counts_are_added(quarterly):
    files = sent({"accepted": 2, "rejected": 1}, {"file": "b.csv"}, {"accepted": 5, "rejected": 3})
    assert first(quarterly, files) == came(files="a.csv、b.csv", accepted=8, rejected=4)


@pytest.mark.parametrize(
    ("counts", "status"),
    [
        ({"accepted": 0, "duplicate": 3, "rejected": 0}, "arrived"),  # duplicates alone: it came
        ({"accepted": 0, "duplicate": 1, "rejected": 5}, "arrived"),
        ({"accepted": 1, "duplicate": 0, "rejected": 5}, "arrived"),
        ({"accepted": 0, "duplicate": 0, "rejected": 0}, "arrived"),  # there was nothing to report
        ({"accepted": 0, "duplicate": 0, "rejected": 1}, "missing"),
        ({"accepted": 0, "duplicate": 0, "rejected": 5}, "missing"),
    ],
)
def test_what_rows_say_that_a_return_came(quarterly, counts, status):
    found = first(quarterly, sent(counts))
    accepted, rejected = counts["accepted"], counts["rejected"]
    assert found == (NONE if status == "missing" else came(accepted=accepted, rejected=rejected))


def test_a_second_file_that_was_all_refused_is_not_named_beside_a_good_one(quarterly):
    files = sent({}, {"file": "bad.csv", "accepted": 0, "rejected": 3, "filed": "2013-05-01"})
    assert first(quarterly, files) == came()


@pytest.mark.parametrize(
    "other",
    [
        {"form": "coverage"},
        {"form": None},
        {"sender": "农林局"},
        {"sender": None},
        {"period_to": None},
    ],
)
def test_what_is_another_return_or_none(quarterly, other):
    assert first(quarterly, sent(other)) == NONE


def test_each_sender_and_form_has_its_own(plan2013):
    plan = owing(
        plan2013,
        ("inspections", "质监局", "year", 0),
        ("inspections", "农林局", "year", 0),
        ("coverage", "质监局", "year", 0),
    )
    year = {"period_from": "2013-01-01", "period_to": "2013-12-31"}
    files = sent(
        year | {"sender": "农林局", "filed": "2013-12-31"},
        year | {"form": "coverage", "file": "c.csv"},
    )
    table = of_2013(plan, files, "2013-12-31")
    assert table[["form", "sender", "due", "status", "files"]].to_numpy().tolist() == [
        ["inspections", "质监局", "2013-12-31", "missing", None],
        ["inspections", "农林局", "2013-12-31", "arrived", "a.csv"],
        ["coverage", "质监局", "2013-12-31", "arrived", "c.csv"],
    ]


def test_a_plan_that_names_no_returns_has_none(plan2013):
    table = owed.status(owing(plan2013), sent({}), dt.date(2014, 1, 31))
    assert len(table) == 0
    assert table.columns.tolist() == owed.COLUMNS


def test_of_a_year_that_is_none_of_the_calendar_only_a_whole_years_return_is_moved(plan2013):
    spans = {
        ("2013-01-01", "2013-12-31"): ("2013-07-01", "2014-06-30"),
        ("2012-01-01", "2012-12-31"): ("2012-07-01", "2013-06-30"),
        ("2013-01-01", "2013-06-30"): ("2013-01-01", "2013-06-30"),
        ("2013-07-01", "2013-12-31"): ("2013-07-01", "2013-12-31"),
        ("2013-04-01", "2013-06-30"): ("2013-04-01", "2013-06-30"),
        ("2012-01-01", "2013-12-31"): ("2012-01-01", "2013-12-31"),
    }
    files = sent(*({"period_from": first, "period_to": last} for first, last in spans))
    assert owed.by_period(plan2013, files).equals(files)
    ends = {"start": dt.date(2013, 7, 1), "end": dt.date(2014, 6, 30)}
    july = plan2013.model_copy(update={"period": plan2013.period.model_copy(update=ends)})
    moved = owed.by_period(july, files)[["period_from", "period_to"]]
    assert [tuple(row) for row in plain(moved).to_numpy()] == [*spans.values()]
