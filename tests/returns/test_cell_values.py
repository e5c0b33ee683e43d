"""What a cell says, at the edges of every form that a department may write it in."""

import datetime as dt

import pytest

from yxq.returns import cell_values


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
    assert cell_values.date(text) == day(said)


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
        cell_values.date(text)


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
    assert cell_values.months(text) == said


@pytest.mark.parametrize(
    "text",
    ["00", "0-3", "13", "10-13", "4-3", "十三月", "Q0", "Q5", "第五季度", "1-2-3", "123", "1.5"],
)
def test_months_that_there_are_not(text):
    with pytest.raises(ValueError):
        cell_values.months(text)


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
    assert cell_values.span(*asked) == (day(first), day(last))


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
    }.items(),
)
def test_the_period_of_a_title_or_a_path(text, said):
    assert cell_values.period(text) == (day(said[0]), day(said[1]))


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
    ],
)
def test_a_text_that_states_no_period(text):
    assert cell_values.period(text) is None


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
    assert cell_values.year(text) == said


@pytest.mark.parametrize("text", ["1", "20133", "2013年份", "2013.0", "", "年度", "-2013"])
def test_what_is_no_year(text):
    with pytest.raises(ValueError):
        cell_values.year(text)


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "0": 0.0,
        "+3": 3.0,
        "-0.5": -0.5,
        ".5": 0.5,
        "1e-3": 0.001,
        "999,999": 999999.0,
        "1,000,000": 1000000.0,
        "1 215": 1215.0,
        "１，２１５．５": 1215.5,
        "0%": 0.0,
        "100%": 1.0,
        "100.00%": 1.0,
        "-3%": -0.03,
        "0.96200": 0.962,
    }.items(),
)
def test_a_number_at_the_edges_of_its_forms(text, said):
    assert cell_values.number(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "5.",
        "%",
        "-",
        "1e3",
        "1,2",
        "1234,567",
        "1,2345",
        "50①",
        "48²",
        "5%%",
        "1.2.3",
        "0x1",
        "inf",
        "十",
    ],
)
def test_what_is_no_number(text):
    with pytest.raises(ValueError):
        cell_values.number(text)


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "95.0%": "95.0%",
        "９５．０％": "95.0%",
        " 95.00 ": "95.00",
        "0.950": "0.950",
        "1,000%": "1,000%",
    }.items(),
)
def test_a_rate_is_kept_as_it_is_printed_with_its_trailing_zeros(text, said):
    assert cell_values.rate(text) == said


@pytest.mark.parametrize("text", ["优", "", "95..0%"])
def test_what_is_no_rate(text):
    with pytest.raises(ValueError):
        cell_values.rate(text)


@pytest.mark.parametrize(
    ("text", "said"),
    {
        "0": 0,
        "0.0": 0,
        "3.0": 3,
        "10": 10,
        "１,２１５": 1215,
        "9007199254740991": 2**53 - 1,
        "9007199254740992": 2**53,
    }.items(),
)
def test_a_count(text, said):
    found = cell_values.count(text)
    assert found == said
    assert type(found) is int


@pytest.mark.parametrize(
    "text",
    ["-1", "0.5", "3.5", "007", "00", "100%", "0%", "9007199254740994", "1e999", "三", "10①"],
)
def test_what_is_no_count(text):
    with pytest.raises(ValueError):
        cell_values.count(text)


def test_the_first_count_that_a_float_cannot_hold_is_no_count():
    with pytest.raises(ValueError):
        cell_values.count("9007199254740993")
