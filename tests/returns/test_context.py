"""Whose return a sheet is, for when, and what it calls itself."""

import datetime as dt

import pytest
from rows_by_hand import SAMPLE, SAMPLES, sheet

from yxq.plan.folder import Folder
from yxq.returns.context import context, edges
from yxq.returns.recognise import recognise
from yxq.returns.sheet_read import Context


def test_texts_of_the_edges(yixing):
    rows = [
        ["2013年", "2013年", "抽查"],
        ["（演示数据）"],
        SAMPLES,
        SAMPLE,
        ["填报单位：质监局", "", "填报日期：2013年7月1日"],
    ]
    made = sheet(rows)
    header = recognise(made, yixing.forms)
    footer = "填报单位：质监局 填报日期：2013年7月1日"
    assert edges(made, header, yixing.layout) == ("2013年 抽查 （演示数据）", footer)
    assert edges(made, None, yixing.layout) == ("", footer)


def of(folder: Folder, path: str, title: str = "", footer: str = "") -> Context:
    return context(path, title, footer, folder)


@pytest.mark.parametrize(
    ("path", "title", "first", "last"),
    [
        ("2013年第二季度.csv", "", "2013-04-01", "2013-06-30"),
        (
            "质监局-2013年第二季度.csv",
            "2013年监督抽查",
            "2013-04-01",
            "2013-06-30",
        ),  # of one year what says most
        ("质监局-2013年.csv", "2013年第二季度监督抽查", "2013-04-01", "2013-06-30"),
        (
            "质监局-2012年第二季度.csv",
            "2013年监督抽查",
            "2013-01-01",
            "2013-12-31",
        ),  # the title's year
        ("质监局-2013年上半年.csv", "2013年第二季度监督抽查", "2013-04-01", "2013-06-30"),
        ("质监局-2013年第三季度.csv", "2013年第二季度监督抽查", "2013-04-01", "2013-06-30"),
        (
            "质监局-2013年第三季度.csv",
            "2013年第四季度监督抽查",
            "2013-10-01",
            "2013-12-31",
        ),  # as long: the title
        ("2013/第二季度/质监局.csv", "", "2013-04-01", "2013-06-30"),
        ("2012/质监局-2013年.csv", "", "2013-01-01", "2013-12-31"),
        ("2013/质监局-第二季度.csv", "", "2013-04-01", "2013-06-30"),
        ("质监局.2013", "", None, None),
        ("第二季度.csv", "监督抽查", None, None),
    ],
)
def test_the_period_that_title_file_and_folder_state(yixing, path, title, first, last):
    found = of(yixing, path, title)
    expected = tuple(day and dt.date.fromisoformat(day) for day in (first, last))
    assert (found.period_from, found.period_to) == expected


def test_of_two_quarters_the_title_s_counts_however_long_they_are(yixing):
    found = of(yixing, "质监局-2013年第一季度.csv", "2013年第二季度监督抽查")
    assert (found.period_from, found.period_to) == (dt.date(2013, 4, 1), dt.date(2013, 6, 30))


@pytest.mark.parametrize(
    ("path", "title", "footer", "sender"),
    [
        ("a.csv", "", "填报单位：质监局", "质监局"),
        ("a.csv", "", "填报单位（盖章）： 市质监局 填报人：某", "质监局"),
        ("农林局.csv", "食药监局抽查", "填报单位:宜兴质监局，某", "质监局"),
        ("农林局.csv", "食药监局抽查", "填报单位：某局", "食药监局"),
        ("农林局.csv", "食药监局抽查", "", "食药监局"),
        ("农林局.csv", "抽查", "", "农林局"),
        ("农林局/a.csv", "抽查", "", "农林局"),
        ("宜兴市质量技术监督局.csv", "", "", "质监局"),
        ("a.csv", "", "", None),
        ("a.质监局", "", "", None),
    ],
)
def test_the_sender_that_footer_title_and_file_name(yixing, path, title, footer, sender):
    assert of(yixing, path, title, footer).sender == sender


@pytest.mark.parametrize(
    ("notes", "filed"),
    {
        "填报日期：2013年7月9日": "2013-07-09",
        "填报日期（公历）: 2013-07-09，某": "2013-07-09",
        "填报日期：七月": None,
        "报送日期：2013年7月9日": None,
        "": None,
    }.items(),
)
def test_the_day_of_filing(yixing, notes, filed):
    day = filed and dt.date.fromisoformat(filed)
    assert of(yixing, "a.csv", notes).filed == day
    assert of(yixing, "a.csv", "", notes).filed == day


@pytest.mark.parametrize(
    ("path", "title", "footer", "synthetic", "correction"),
    [
        ("a.csv", "", "", False, False),
        ("a.csv", "（演示数据）", "", True, False),
        ("a.csv", "", "合成数据", True, False),
        ("SYNTHETIC/a.csv", "", "", True, False),
        ("a更正.csv", "", "", False, True),
        ("a.csv", "抽查结果（更正）", "", False, True),
        (
            "a.csv",
            "",
            "更正",
            False,
            False,
        ),  # a footer does not make a correction of it, nor does a folder
        ("更正/a.csv", "", "", False, False),
    ],
)
def test_synthetic_data_and_corrections(yixing, path, title, footer, synthetic, correction):
    found = of(yixing, path, title, footer)
    assert (found.synthetic, found.correction) == (synthetic, correction)
