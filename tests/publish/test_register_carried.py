"""The register of remedies from pack to pack through the months of a year."""

import datetime as dt
import re

import openpyxl
import pytest
import registered
from registered import FILE, fill, folder, read, rows, sent

from yxq.plan_folders.load import load
from yxq.publish.pack import build

pytestmark = pytest.mark.slow  # packs

A, B, CITY = ("A", "甲镇"), ("B", "甲镇"), ("B", "某市")
YI = ("B", "乙镇")
MAY, JULY = dt.date(2013, 5, 31), dt.date(2013, 7, 31)


def text(page) -> str:
    """What a reader sees of the section of remedies; empty without one."""
    section = re.search(r'<section id="remedies".*?</section>', page.read_text("utf-8"), re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", section[0]).split()) if section else ""


def first_screen(page) -> str:
    return re.search(r"<header class=\"headline\".*?</header>", page.read_text("utf-8"), re.S)[0]


def register_of(pack) -> dict[tuple[str, str], dict]:
    return {(row["目标编号"], row["整改单位"]): row for row in rows(pack / FILE)}


@pytest.fixture(scope="module")
def year(tmp_path_factory, plain_packs):
    """Packs of four days, each register filled in and sent back before the next."""
    place = tmp_path_factory.mktemp("year")
    plan = folder(place)
    sent(place)
    packs = {}

    def pack(name: str, as_of: str):
        read(place, plan)
        day = dt.date.fromisoformat(as_of)
        of_year, tables = load(plan).plan(2013), place / "processed"
        made, outcomes = build(of_year, place / name, tables, day)
        assert not any(outcome.error for outcome in outcomes)
        packs[name] = made

    def back(name: str, said: dict, filed: str):
        day = dt.date.fromisoformat(filed)
        fill(packs[name] / FILE, place / "raw" / f"{name}{FILE}", said, day)

    pack("march", "2013-03-31")
    told = {"原因": "夏季高温", "整改措施": "换供应商", "责任人": "张三", "整改状态": "整改中"}
    entries = {A: told | {"整改期限": MAY}, B: told | {"整改期限": JULY}}
    back("march", entries | {CITY: told | {"责任人": "李四", "整改期限": MAY}}, "2013-04-05")
    pack("june", "2013-06-30")
    closed = {"整改状态": "已整改", "整改完成日期": dt.date(2013, 7, 20)}
    back("june", {A: closed, YI: told | {"整改期限": JULY}}, "2013-07-05")
    sent(place, n=10)  # what was mended shows: 甲镇 has 10 of 10
    pack("september", "2013-09-30")
    back("september", {B: closed, CITY: {"整改期限": "撤回"}, YI: closed}, "2013-10-08")
    pack("december", "2013-12-31")
    return packs


def test_nothing_is_said_before_anybody_has_filled_it_in(year):
    pages = [*year["march"].glob("*.html")]
    assert len(pages) == 7
    said = {page.stem: text(page) for page in pages if text(page)}
    assert [*said] == ["index"]
    assert "整改台账还没有填报；未达成或进度落后的结果共5项" in said["index"]
    assert 'href="%E6%95%B4' in (year["march"] / "index.html").read_text("utf-8")
    assert [*register_of(year["march"])] == [A, B, YI, ("A", "某市"), CITY]


def test_what_was_filled_in_stands_on_the_pages_and_what_is_overdue_first(year):
    jia = year["june"] / "1-jia.html"
    assert "整改台账：整改中1项，已逾期1项，已销号0项，不再整改0项。" in text(jia)
    assert "未达成或进度落后的结果没有填" not in text(jia)
    row = "A 某项 ↓ 进度落后 夏季高温 换供应商 张三 2013年5月31日 已逾期 30"
    assert row in text(jia)
    assert "1项整改逾期，最长的已逾30天。" in first_screen(jia)
    assert text(year["june"] / "2-yi.html") == ""
    city = year["june"] / "city.html"
    assert "B 某项 ↓ 进度落后 夏季高温 换供应商 李四 2013年5月31日 已逾期 30" in text(city)
    assert "各单位的台账：整改中1项，已逾期1项" in text(city)
    assert "2项整改逾期" in first_screen(city)
    index = year["june"] / "index.html"
    assert "整改中1项，已逾期2项，已销号0项" in text(index) and FILE in text(index)
    assert "还有1项未达成或进度落后的结果没有填整改措施。" in text(index)
    assert "2项整改逾期，最长的已逾30天。" in first_screen(index)
    march = first_screen(year["march"] / "index.html")
    assert "逾期" not in march


def test_it_stands_on_the_page_of_the_department_that_answers_for_it(year):
    """Which is the same for both targets: the city's own and the units' that are overdue."""
    (page,) = year["june"].glob("department-*.html")
    said = text(page)
    assert "整改台账：整改中0项，已逾期1项，已销号0项，不再整改0项。" in said
    assert "B 某项 ↓ 进度落后 夏季高温 换供应商 李四 2013年5月31日 已逾期 30" in said
    assert "各单位的台账：整改中1项，已逾期1项" in said
    assert "A 某项 甲镇 ↓ 进度落后 夏季高温 换供应商 张三 2013年5月31日 已逾期 30" in said
    html = page.read_text("utf-8")
    assert 'href="city.html#s-A"' in html and 'href="#s-A"' not in html
    (former,) = year["march"].glob("department-*.html")
    assert text(former) == ""


def test_it_stands_in_the_next_register_and_is_at_odds_where_it_is(year):
    june = register_of(year["june"])
    assert june[A]["原因"] == "夏季高温" and june[A]["台账情况"] == "已逾期"
    assert june[YI]["原因"] is None and june[YI]["台账情况"] is None
    # In September 甲镇 has all: what goes on is not closed, and nothing else falls short but YI's.
    september = register_of(year["september"])
    assert [*september] == [B, YI, CITY]
    assert september[B]["目标状态"] == "↑ 进度正常" and september[B]["台账情况"] == "已逾期"


def test_three_rows_are_closed_and_one_is_withdrawn(year):
    index = text(year["december"] / "index.html")
    assert "整改中0项，已逾期0项，已销号3项，不再整改0项。" in index
    assert "逾期" not in first_screen(year["december"] / "index.html")
    jia = text(year["december"] / "1-jia.html")
    assert jia.count("已销号") == 3 and "状态不符" not in jia
    yi = text(year["december"] / "2-yi.html")
    assert "状态不符：台账已销号，目标仍未达成" in yi
    assert "某市" not in text(year["december"] / "city.html").partition("各单位")[0]
    december = register_of(year["december"])
    assert december[YI]["整改状态"] == "已整改" and A not in december


def test_the_workbook_of_the_pack_has_it_as_a_sheet(year):
    assert "整改台账" not in openpyxl.load_workbook(year["march"] / "attainment.xlsx").sheetnames
    sheet = openpyxl.load_workbook(year["june"] / "attainment.xlsx")["整改台账"]
    head, first, *others = sheet.iter_rows(min_row=2, values_only=True)
    row = dict(zip(head, first, strict=True))
    assert (row["目标"], row["原因"], row["整改状态"], row["已逾天数"]) == (
        "A 某项",
        "夏季高温",
        "已逾期",
        30,
    )
    assert (row["文件"], row["工作表"], row["行"]) == (f"march{FILE}", "整改台账", registered.FIRST)
    assert len(others) == 2
