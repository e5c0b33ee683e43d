"""The period that a title or the name of a file states."""

import calendar
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yxq.returns.periods import stated_period


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "1900年": ("1900-01-01", "1900-12-31"),
        "2099": ("2099-01-01", "2099-12-31"),
        "2013年度": ("2013-01-01", "2013-12-31"),
        "2013年1-3月": ("2013-01-01", "2013-03-31"),
        "2013年1月-3月": ("2013-01-01", "2013-03-31"),
        "2013年12月": ("2013-12-01", "2013-12-31"),
        "2012年2月": ("2012-02-01", "2012-02-29"),
        "2013年度第四季度": ("2013-10-01", "2013-12-31"),
        "第四季度 2013": ("2013-10-01", "2013-12-31"),
        "2013/7-8月": ("2013-07-01", "2013-08-31"),
        "第一季度 2013年第二季度": ("2013-04-01", "2013-06-30"),
        "2013/下半年/质监局": ("2013-07-01", "2013-12-31"),
        "2013年7月1日至2014年6月30日统计": ("2013-07-01", "2014-06-30"),
        "2013年1月1日-3月31日": ("2013-01-01", "2013-03-31"),
        "2013年第四季度 请在2014年1月15日前报送。": ("2013-10-01", "2013-12-31"),
        "填报日期：2014 年 7 月 5 日 2013年第二季度": ("2013-04-01", "2013-06-30"),
    }.items(),
)
def test_the_period_of_a_title_or_a_path(text, said):
    assert stated_period(text) == (day(said[0]), day(said[1]))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1899年",
        "2100年",
        "12013",
        "20130405",
        "第一季度",
        "12月",
        "2013年0月",
        "2013年6月至3月",
        "请在2014年1月15日前报送。覆盖率统计",  # the day on which it is due
        "填报日期：2013年7月5号",
        "Please send it by 2014-01-15.",
        "2013年6月30日至1月1日",
        "2013年2月1日至30日",
        "2013年2月1日至2月30日",
    ],
)
def test_a_text_that_states_no_period(text):
    assert stated_period(text) is None


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022-04", "2022-04-01", "2022-04-30"),
        ("returns_2022_04", "2022-04-01", "2022-04-30"),
        ("2022.04 returns", "2022-04-01", "2022-04-30"),
        ("2022 Q2", "2022-04-01", "2022-06-30"),
        ("2022Q2", "2022-04-01", "2022-06-30"),
        ("Q2-2022", "2022-04-01", "2022-06-30"),
        ("2022-2Q", "2022-04-01", "2022-06-30"),
        ("second quarter 2022", "2022-04-01", "2022-06-30"),
        ("2022 4th quarter", "2022-10-01", "2022-12-31"),
        ("H2 2022", "2022-07-01", "2022-12-31"),
        ("April 2022", "2022-04-01", "2022-04-30"),
        ("2022 Apr", "2022-04-01", "2022-04-30"),
        ("2022年April", "2022-04-01", "2022-04-30"),
        ("Jan to Mar 2022", "2022-01-01", "2022-03-31"),
        ("2022/office/Q3", "2022-07-01", "2022-09-30"),
        ("checks of 2022 (2022-07-05)", "2022-01-01", "2022-12-31"),
        ("2022-12号", "2022-01-01", "2022-12-31"),  # the number of a document
        ("2022-45", "2022-01-01", "2022-12-31"),
        ("2022-001", "2022-01-01", "2022-12-31"),
        ("2022 (2)", "2022-01-01", "2022-12-31"),
    ],
)
def test_the_month_or_quarter_of_a_file_s_name_is_never_the_whole_year(text, first, last):
    assert stated_period(text) == (day(first), day(last))


@pytest.mark.parametrize(
    "text",
    [
        "2022-7",  # July, or the seventh
        "2018-19",
        "2011-12",  # December, or a year of two
        "2018-2019",
        "2021-2025",
        "2022-04-05",
        "5 April 2022",
        "April 5, 2022",
        "2022 April 5",
        "cases that may fail, 2022",
        "Q2 Q5",
    ],
)
def test_a_period_that_is_left_open(text):
    assert stated_period(text) is None


@given(st.integers(1990, 2050), st.integers(1, 12))
def test_every_month_of_a_name_is_that_month_or_left_open(year, month):
    name, first = calendar.month_name[month], dt.date(year, month, 1)
    for text in (f"{name} {year}", f"{year}_{name[:3].upper()}", f"{year}年{month}月"):
        found = stated_period(text)
        assert found is not None and found[0] == first and found[1].month == month
    assert (stated_period(f"x {year}-{month:02}") or (first,))[0] == first
