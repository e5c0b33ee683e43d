"""The section of remedies: its columns, how long its texts and lists are, and its counts."""

import re

import pandas as pd
import pytest
import registered

from yxq.attainment.register import CLOSED_SHORT, MET_OPEN, NO_RESULT, TYPES
from yxq.plan_folders.load import load
from yxq.report.sections.remedies import LONGEST, MOST, counted, of_pack, overdue_lines, remedies
from yxq.words.text import Text
from yxq.words.wording import Words

UNIT = Text(zh="单位", en="unit/units")
ZH, EN = Words("zh", UNIT), Words("en", UNIT)


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return load(registered.folder(tmp_path_factory.mktemp("plan"))).plan(2013)


def entries(*rows: dict) -> pd.DataFrame:
    """Entries of 甲镇 at A, open, where nothing else is said."""
    usual = {"unit": "甲镇", "target": "A", "result": "behind", "standing": "open", "against": ""}
    usual |= {"file": "a.xlsx", "sheet": "台账", "row": 6}
    return pd.DataFrame([usual | row for row in rows], columns=[*TYPES]).astype(TYPES)


OVER = {"standing": "overdue", "days_over": 3, "due": "2013-06-27"}


def cells(html: str) -> list[list[str]]:
    """The rows of all tables as a reader sees them."""
    found = re.findall(r"<tr.*?</tr>", html, re.S)
    told = (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in found)
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in told]


def test_only_columns_in_which_something_stands(plan):
    block = remedies(plan, entries({"cause": "高温"}, OVER | {"against": MET_OPEN}), 0, ZH)
    head, first, second = cells(block.html)
    assert head == ["目标", "状态", "原因", "整改期限", "整改状态", "已逾天数", "备注"]
    assert first == ["A 某项", "↓ 进度落后", "高温", "", "整改中", "", ""]
    odd = "状态不符：目标已达成，台账未销号"
    assert second == ["A 某项", "↓ 进度落后", "", "2013年6月27日", "已逾期", "3", odd]
    assert "整改台账：整改中1项，已逾期1项，已销号0项，不再整改0项。" in block.html
    assert "没有填整改措施" not in block.html and block.id == "remedies"


def test_of_no_entries_there_is_no_section(plan):
    assert remedies(plan, entries(), 7, ZH).html == ""
    assert remedies(plan, entries(), 7, ZH, others=entries()).html == ""
    assert overdue_lines(entries(), ZH) == []


def test_what_nobody_has_answered_is_counted(plan):
    html = remedies(plan, entries({}), 7, EN).html
    assert "Of 7 results that are missed or behind nothing is said yet." in html


def test_a_long_text_is_shortened_and_a_link_leads_to_results_alone(plan):
    long = {"cause": "原" * (LONGEST + 1), "measure": "措" * LONGEST}
    odd = {"result": None, "against": NO_RESULT, "target": "B"}
    html = remedies(plan, entries(long, odd), 0, ZH).html
    assert f"{'原' * LONGEST}…</td>" in html and "措" * LONGEST + "</td>" in html
    assert 'href="#s-A"' in html and 'href="#s-B"' not in html
    assert "状态不符：该单位没有这个目标的结果" in html


def test_of_one_target_units_stand_first_and_lead_nowhere(plan):
    html = remedies(plan, entries({}, {"unit": "某市"}), 0, ZH, by_unit=True).html
    assert [row[0] for row in cells(html)] == ["单位", "甲镇", "某市"] and "href" not in html


def test_of_other_units_those_are_listed_that_somebody_has_to_ask_about(plan):
    odd = {"standing": "closed", "against": CLOSED_SHORT, "target": "B"}
    others = entries({}, {"unit": "乙镇"} | OVER, odd, OVER | {"days_over": 30})
    html = remedies(plan, entries(), 0, ZH, others=others).html
    assert "各单位的台账：整改中1项，已逾期2项，已销号1项，不再整改0项。" in html
    _, *rows = cells(html)
    assert [row[:2] for row in rows] == [["A 某项", "甲镇"], ["A 某项", "乙镇"], ["B 某项", "甲镇"]]
    quiet = remedies(plan, entries(), 0, ZH, others=entries({})).html
    assert "<table" not in quiet and "整改中1项" in quiet


@pytest.mark.parametrize(("n", "more"), [(MOST, ""), (MOST + 2, "另有2项，见Excel汇总表。")])
def test_a_list_does_not_grow_with_the_units(plan, n, more):
    html = remedies(plan, entries(*[{"cause": "原" * 300}] * n), 0, ZH).html
    assert len(cells(html)) == MOST + 1 and (more in html) and ("另有" in html) == bool(more)
    assert len(html.encode()) < 200_000


def test_how_many_are_overdue_and_the_longest(plan):
    table = entries(OVER, OVER | {"days_over": 30}, {"standing": "dropped"}, {"standing": "closed"})
    assert counted(table) == {"open": 0, "overdue": 2, "closed": 1, "dropped": 1}
    assert overdue_lines(table, ZH) == ["2项整改逾期，最长的已逾30天。"]
    assert overdue_lines(table, EN) == ["Remedies overdue: 2, the longest by 30 days."]


def test_the_index_leads_to_the_register_and_says_what_is_in_it(plan):
    html = of_pack("整改 a.xlsx", entries(OVER), 2, ZH).html
    assert 'href="%E6%95%B4%E6%94%B9%20a.xlsx"' in html and ">整改 a.xlsx<" in html
    assert "已逾期1项" in html and "还有2项" in html
    assert "还没有填报；未达成或进度落后的结果共2项" in of_pack("a", entries(), 2, ZH).html
