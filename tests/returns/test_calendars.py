"""What a text says of time, at the edges of every form that a publisher may write it in."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yxq.plan.written import Written
from yxq.returns import calendars


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2013-1-1", "2013-01-01"),
        ("2013-12-31", "2013-12-31"),
        ("2013年12月31号", "2013-12-31"),
        ("2012-02-29", "2012-02-29"),
        ("2013-04-01 23:59", "2013-04-01"),
        ("2013-04-01T23:59:59", "2013-04-01"),
        ("2013-04-01 8:00:00.123", "2013-04-01"),
        ("2013年4月1日 08：30", "2013-04-01"),
        ("2013年4月1号 08:30", "2013-04-01"),
        ("19000101", "1900-01-01"),
        ("20991231", "2099-12-31"),
        ("30000", "1982-02-18"),
        ("59999", "2064-04-07"),
        ("41364", "2013-03-31"),
        ("41365.999", "2013-04-01"),
        ("四〇〇〇年一月一日", "4000-01-01"),
        ("二〇一三年十月十日", "2013-10-10"),
        ("二○一三年十二月三十一日", "2013-12-31"),
        ("二零一三年十一月二十日", "2013-11-20"),
    ],
)
def test_a_date_at_the_edges_of_its_forms(text, said):
    assert calendars.date(text) == day(said)


@pytest.mark.parametrize(
    "text",
    [
        "2013-02-29",
        "2013-00-10",
        "2013-12-32",
        "2013-11-31",
        "13-04-01",
        "18991231",
        "21000101",
        "2013041",
        "201304011",
        "29999",
        "60000",
        "410000",
        "41365.",
        "-41365",
        "二〇一三年十三月一日",
        "二〇一三年二月三十日",
        "二〇一三年〇月一日",
        "一三年四月一日",
        "2013-04-01 abc",
        "2013-04-01-02",
    ],
)
def test_a_date_that_there_is_not(text):
    with pytest.raises(ValueError):
        calendars.date(text)


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "1": (1, 1),
        "12": (12, 12),
        "1-12": (1, 12),
        "12-12": (12, 12),
        "1到3月": (1, 3),
        "1月-3月": (1, 3),
        "4–6": (4, 6),
        "4月份": (4, 4),
        "7至8月份": (7, 8),
        "十月": (10, 10),
        "十一月": (11, 11),
        "十二月": (12, 12),
        "三至四月": (3, 4),
        "十一至十二月": (11, 12),
        "第一季度": (1, 3),
        "二季度": (4, 6),
        "第三季度": (7, 9),
        "第4季度": (10, 12),
        "Q1": (1, 3),
        "q4": (10, 12),
        "上半年": (1, 6),
        "下半年": (7, 12),
        "全年": (1, 12),
        "年度": (1, 12),
    }.items(),
)
def test_first_and_last_month(text, said):
    assert calendars.months(text) == said


@pytest.mark.parametrize(
    "text",
    ["00", "0-3", "13", "10-13", "4-3", "十三月", "Q0", "Q5", "第五季度", "1-2-3", "123", "1.5"],
)
def test_months_that_there_are_not(text):
    with pytest.raises(ValueError):
        calendars.months(text)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ((2013,), "2013-01-01", "2013-12-31"),
        ((2012, 2, 2), "2012-02-01", "2012-02-29"),
        ((2013, 2, 2), "2013-02-01", "2013-02-28"),
        ((2013, 4, 6), "2013-04-01", "2013-06-30"),
        ((2013, 12), "2013-12-01", "2013-12-31"),
    ],
)
def test_the_days_of_some_months(asked, first, last):
    assert calendars.span(*asked) == (day(first), day(last))


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "13": 13,
        "102": 102,
        "2013": 2013,
        "2013年": 2013,
        "2013年度": 2013,
        "１０２年": 102,
        " 2013 ": 2013,
    }.items(),
)
def test_a_year(text, said):
    assert calendars.year(text) == said


@pytest.mark.parametrize("text", ["1", "20133", "2013年份", "2013.0", "", "年度", "-2013"])
def test_what_is_no_year(text):
    with pytest.raises(ValueError):
        calendars.year(text)


# Ways that a form declares

DAY_FIRST, MONTH_FIRST = Written(dates="day first"), Written(dates="month first")
ROC, SHANGHAI = Written(calendar="ROC"), Written(zone="Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "written", "said"),
    [
        ("03/04/2013", DAY_FIRST, "2013-04-03"),
        ("03/04/2013", MONTH_FIRST, "2013-03-04"),
        ("12/31/2013 11:59:59 PM", MONTH_FIRST, "2013-12-31"),
        ("01 5 2006 12:00AM", MONTH_FIRST, "2006-01-05"),
        ("31.12.2013", DAY_FIRST, "2013-12-31"),
        ("20042013", DAY_FIRST, "2013-04-20"),
        ("04202013", MONTH_FIRST, "2013-04-20"),
        ("2013-04-03", MONTH_FIRST, "2013-04-03"),  # as a workbook keeps a day
        ("41367", DAY_FIRST, "2013-04-03"),
        ("20130403", DAY_FIRST, "2013-04-03"),
        ("100年11月21日", ROC, "2011-11-21"),
        ("102.04.29", ROC, "2013-04-29"),
        ("1070207", ROC, "2018-02-07"),
        ("990207", ROC, "2010-02-07"),
        ("105/06/29", ROC, "2016-06-29"),
        ("99/06/29", ROC, "2010-06-29"),
        ("一百零二年四月二十九日", ROC, "2013-04-29"),
        ("2013-04-29", ROC, "2013-04-29"),
        ("民國102年4月29日", calendars.PLAIN, "2013-04-29"),
        ("中华民国102年4月29日", calendars.PLAIN, "2013-04-29"),
        ("29/04/102", Written(calendar="ROC", dates="day first"), "2013-04-29"),
        ("29/04/2556", Written(calendar="Buddhist", dates="day first"), "2013-04-29"),
        ("29-04-13", Written(dates="day first", century=2000), "2013-04-29"),
        ("13-04-29", Written(dates="year first", century=2000), "2013-04-29"),
        ("130429", Written(dates="year first", century=2000), "2013-04-29"),
        ("290499", Written(dates="day first", century=1900), "1999-04-29"),
        ("29-Apr-13", Written(dates="day first", century=2000), "2013-04-29"),
        ("13-Apr-29", Written(dates="year first", century=2000), "2013-04-29"),
        ("29 April 2013", calendars.PLAIN, "2013-04-29"),
        ("April 29th, 2013", calendars.PLAIN, "2013-04-29"),
        ("2013-Apr-29", calendars.PLAIN, "2013-04-29"),
        ("29 avr. 2013", Written(month_names={4: ("avr.",)}), "2013-04-29"),
        ("2013-07-01T00:00+08:00", SHANGHAI, "2013-07-01"),
        ("2013-06-30T16:00Z", SHANGHAI, "2013-07-01"),
        ("2013-06-30T15:59:59Z", SHANGHAI, "2013-06-30"),
        ("2013-07-01 12:30 AM +09:00", Written(zone="+08:00"), "2013-06-30"),
        ("2013-07-01 12:30 PM +09:00", Written(zone="+08:00"), "2013-07-01"),
        ("2013-06-30 19:30 -0500", Written(zone="+08:00"), "2013-07-01"),
        ("2013-07-01 00:00", SHANGHAI, "2013-07-01"),
    ],
)
def test_a_date_in_a_declared_way(text, written, said):
    assert calendars.date(text, written) == day(said)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("03/04/2013", calendars.PLAIN),
        ("25/04/2013", calendars.PLAIN),  # one order alone fits, and the form does not say it
        ("25/04/2013", MONTH_FIRST),
        ("04/25/2013", DAY_FIRST),
        ("03/04/2013", Written(dates="year first")),
        ("102.04.29", calendars.PLAIN),
        ("1070207", calendars.PLAIN),
        ("300.04.29", ROC),  # 2211
        ("29-04-13", DAY_FIRST),
        ("29-04-13", Written(century=2000)),
        ("29-Apr-13", calendars.PLAIN),
        ("Apr-13", Written(century=2000)),
        ("2013-04", calendars.PLAIN),
        ("31 February 2013", calendars.PLAIN),
        ("2013-07-01T00:00+08:00", calendars.PLAIN),
        ("2013-07-01T25:00+08:00", SHANGHAI),
        ("April April 2013", calendars.PLAIN),
        ("1 2 3 2013", DAY_FIRST),
    ],
)
def test_a_date_that_nothing_declares(text, written):
    with pytest.raises(ValueError):
        calendars.date(text, written)


NUMBER_WAYS = {
    "day first": (
        "{d.day}/{d.month}/{d.year}",
        "{d:%d.%m.%Y}",
        "{d:%d%m%Y}",
        "{d:%d/%m/%Y} 3:04 PM",
    ),
    "month first": ("{d.month}/{d.day}/{d.year}", "{d:%m-%d-%Y}", "{d:%m%d%Y}", "{d:%m %d %Y}"),
    "year first": (
        "{d:%Y-%m-%d}",
        "{d.year}年{d.month}月{d.day}日",
        "{d:%Y%m%d}",
        "{d:%Y/%m/%d} 8:00",
    ),
}


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)), st.sampled_from([*NUMBER_WAYS]))
def test_a_day_written_in_a_declared_order_is_that_day(d, order):
    for way in (*NUMBER_WAYS[order], *NUMBER_WAYS["year first"]):
        assert calendars.date(way.format(d=d), Written(dates=order)) == d


@given(st.dates(dt.date(1921, 1, 1), dt.date(2110, 12, 31)))
def test_a_day_in_years_of_roc_is_that_day(d):
    year = d.year - 1911
    for text in (
        f"{year}年{d.month}月{d.day}日",
        f"{year}.{d:%m.%d}",
        f"{year}/{d.month}/{d.day}",
        f"{year}{d:%m%d}",
        f"{d}",
        f"民国{year}年{d.month}月{d.day}日",
    ):
        assert calendars.date(text, ROC) == d


@given(st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)), st.sampled_from([*NUMBER_WAYS]))
def test_a_day_with_the_name_of_its_month_is_that_day(d, order):
    written = Written(dates=order, century=2000)
    short = {"day first": "%d-%b-%y", "month first": "%b %d, %y", "year first": "%y-%b-%d"}[order]
    for way in (short, "%d %B %Y", "%B %d, %Y", "%Y %b %d"):
        assert calendars.date(d.strftime(way), written) == d


@given(st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31)))
def test_without_a_declared_order_no_order_is_taken(d):
    with pytest.raises(ValueError):
        calendars.date(f"{d:%d/%m/%Y}")


@given(st.datetimes(dt.datetime(1950, 1, 2), dt.datetime(2090, 1, 1)), st.integers(-12, 14))
def test_a_time_with_its_offset_is_the_day_where_the_plan_is(moment, hours):
    there = dt.timezone(dt.timedelta(hours=hours))
    text = moment.replace(tzinfo=dt.UTC).astimezone(there).isoformat(timespec="seconds")
    wanted = (moment + dt.timedelta(hours=8)).date()
    assert calendars.date(text, Written(zone="+08:00")) == wanted


@pytest.mark.parametrize(
    ("text", "written", "said"),
    [
        ("2014-04", calendars.PLAIN, (2014, (4, 4))),
        ("2014/4", calendars.PLAIN, (2014, (4, 4))),
        ("04/2014", calendars.PLAIN, (2014, (4, 4))),
        ("201404", calendars.PLAIN, (2014, (4, 4))),
        ("2014年4月", calendars.PLAIN, (2014, (4, 4))),
        ("2014年4-6月", calendars.PLAIN, (2014, (4, 6))),
        ("2014年度", calendars.PLAIN, (2014, (1, 12))),
        ("2014年度上半年", calendars.PLAIN, (2014, (1, 6))),
        ("2014 Q2", calendars.PLAIN, (2014, (4, 6))),
        ("Q2 2014", calendars.PLAIN, (2014, (4, 6))),
        ("2014-2Q", calendars.PLAIN, (2014, (4, 6))),
        ("2014 H2", calendars.PLAIN, (2014, (7, 12))),
        ("April 2018", calendars.PLAIN, (2018, (4, 4))),
        ("Apr-Jun 2018", calendars.PLAIN, (2018, (4, 6))),
        ("2018 May", calendars.PLAIN, (2018, (5, 5))),
        ("2014-04-01", calendars.PLAIN, (2014, (4, 4))),  # as Excel keeps a month
        ("41365", calendars.PLAIN, (2013, (4, 4))),
        ("2001-04", Written(century=2000), (2001, (4, 4))),
        ("Apr-18", Written(century=2000), (2018, (4, 4))),
        ("18-Apr", Written(century=2000), (2018, (4, 4))),
        ("04-12", Written(century=2000, dates="year first"), (2004, (12, 12))),
        ("04-12", Written(century=2000, dates="day first"), (2012, (4, 4))),
        ("106年7-9月", ROC, (2017, (7, 9))),
        ("106年第3季", ROC, (2017, (7, 9))),
        ("10607", ROC, (2017, (7, 7))),
        ("民國106年7月", calendars.PLAIN, (2017, (7, 7))),
        ("avril 2018", Written(month_names={4: ("avril",)}), (2018, (4, 4))),
    ],
)
def test_a_year_and_its_months_in_one_cell(text, written, said):
    assert calendars.year_and_months(text, written) == said


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2014-04-06", calendars.PLAIN),  # a day, or three months
        ("2014-13", calendars.PLAIN),
        ("2018-19", calendars.PLAIN),
        ("Apr-18", calendars.PLAIN),
        ("04-12", Written(century=2000)),
        ("106年7-9月", calendars.PLAIN),
        ("2014", calendars.PLAIN),
        ("4月", calendars.PLAIN),
        ("2014年6-4月", calendars.PLAIN),
    ],
)
def test_a_cell_that_is_not_of_one_year_and_months(text, written):
    with pytest.raises(ValueError):
        calendars.year_and_months(text, written)


@pytest.mark.parametrize(
    ("text", "written", "said"),
    [
        ("102", ROC, 2013),
        ("102年度", ROC, 2013),
        ("99", ROC, 2010),
        ("2013", ROC, 2013),
        ("2556", Written(calendar="Buddhist"), 2013),
        ("13", Written(century=2000), 2013),
        ("99年", Written(century=1900), 1999),
        ("2018-19", Written(fiscal="first"), 2018),
        ("2018-2019", Written(fiscal="last"), 2019),
        ("FY2018–19", Written(fiscal="last"), 2019),
        ("1999-00", Written(fiscal="last"), 2000),
        ("民国102年", calendars.PLAIN, 2013),
    ],
)
def test_a_year_in_a_declared_way(text, written, said):
    assert calendars.year(text, written) == said


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2018-19", calendars.PLAIN),
        ("2018-20", Written(fiscal="first")),
        ("2018-2020", Written(fiscal="first")),
        ("2018-18", Written(fiscal="last")),
        ("300", ROC),
    ],
)
def test_a_year_that_nothing_declares(text, written):
    with pytest.raises(ValueError):
        calendars.year(text, written)


@pytest.mark.parametrize(
    ("text", "said"),
    {"April": (4, 4), "apr.": (4, 4), "Sept": (9, 9), "Jan to Mar": (1, 3), "2Q": (4, 6)}.items(),
)
def test_months_by_their_english_names(text, said):
    assert calendars.months(text) == said


@pytest.mark.parametrize("text", ["1 Feb", "Feb 1", "Aprils", "Mar-Jan", "5Q"])
def test_english_names_that_are_no_months(text):
    with pytest.raises(ValueError):
        calendars.months(text)
