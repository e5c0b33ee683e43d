"""The register of remedies filled in and sent back: known by its mark, one row for each unit and
target, the later in place of the earlier; a damaged one harms itself alone.
"""

from __future__ import annotations

import datetime as dt
import zipfile

import office
import openpyxl
import pandas as pd
import pytest
import registered
from registered import FILE, FIRST, fill, folder, page, read, rows, sent, written

from yxq.attainment.results import Results
from yxq.plan_folders.load import load
from yxq.report.pages import open_page
from yxq.returns.blank.asked import asked
from yxq.tables import store
from yxq.words.wording import Words

JUNE, SEPTEMBER = dt.date(2013, 6, 30), dt.date(2013, 9, 30)
A, B = ("A", "甲镇"), ("B", "甲镇")
SAID = {
    "原因": "夏季高温",
    "整改措施": "换供应商",
    "责任人": "张三",
    "整改期限": JUNE,
    "整改状态": "整改中",
}


@pytest.fixture
def office_of(tmp_path):
    """A place with a plan, returns that are ingested, and the register of June as it is written."""
    plan = folder(tmp_path)
    sent(tmp_path)
    read(tmp_path, plan)
    return tmp_path, plan, written(tmp_path / "june", page(tmp_path, plan, "2013-06-30"))


def kept(place) -> pd.DataFrame:
    """The records of the register, by target and unit."""
    table = store.read(place / "processed", "records/followed")
    return table.set_index(["target", "unit"]).sort_index()


def fates(place, file: str) -> dict[str, int]:
    files = store.read(place / "processed", "files")
    mine = files[(files["file"] == file) & files["form"].notna()]
    return mine[["accepted", "duplicate", "rejected"]].sum().to_dict()


def test_a_row_for_what_falls_short_with_what_is_asked_beside_it(office_of):
    *_, june = office_of
    head, *others = rows(june)
    said = {"目标编号": "A", "考核目标": "某项", "整改单位": "甲镇", "考核年度": 2013}
    said |= {"考核要求": "≥80%", "目前结果": "50.0%", "目标状态": "↓ 进度落后"}
    said |= {"目前还需": "还需再有15件且全部合格", "目标责任部门": "办公室"}
    empty = ("原因", "整改措施", "责任人", "整改期限", "整改状态", "整改完成日期", "台账情况")
    assert head == said | dict.fromkeys(empty) | {"n": FIRST}
    pairs = [(row["目标编号"], row["整改单位"]) for row in others]
    assert pairs == [("B", "甲镇"), ("B", "乙镇"), ("B", "某市")]


def test_what_is_known_is_locked_and_what_is_asked_open(office_of):
    sheet = openpyxl.load_workbook(office_of[2]).worksheets[0]
    locked = [cell.protection.locked for cell in sheet[FIRST]]
    assert locked == [True] * 4 + [False] * 6 + [True] * 6 and sheet.protection.sheet
    lists = {
        str(rule.sqref): rule.formula1
        for rule in sheet.data_validations.dataValidation
        if rule.type == "list"
    }
    hidden = openpyxl.load_workbook(office_of[2])["yxq"]
    assert sorted(cells[0] for cells in lists) == ["A", "C", "D", "I"]
    words = [hidden[f"D{n}"].value for n in (2, 3, 4)]
    assert lists["I6:I19"] == "yxq!$D$2:$D$4" and words == ["整改中", "已整改", "不再整改"]


def test_the_same_register_is_the_same_bytes(office_of, tmp_path):
    place, plan, june = office_of
    again = written(tmp_path / "again", page(place, plan, "2013-06-30"))
    assert again.read_bytes() == june.read_bytes() and again.name == FILE


def test_it_is_said_that_its_data_are_synthetic(tmp_path):
    plan = folder(tmp_path)
    raw = sent(tmp_path)
    text = (raw / "办公室-报表.csv").read_text(encoding="utf-8")
    (raw / "办公室-报表.csv").write_text(f"演示数据\n{text}", encoding="utf-8")
    read(tmp_path, plan)
    one = page(tmp_path, plan, "2013-06-30")
    made = written(tmp_path / "june", one)
    assert one.synthetic
    assert openpyxl.load_workbook(made).worksheets[0]["A1"].value.endswith("（演示数据）")


def test_in_english_the_headings_and_words_are_too_and_it_is_read_all_the_same(office_of):
    place, plan, _ = office_of
    made = written(place / "en", page(place, plan, "2013-06-30", "en"))
    assert made.name == "Register of remedies.xlsx"
    book = openpyxl.load_workbook(made)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[FIRST - 1]][:10]
    assert heads == [
        registered.FORM["columns"][name]["aliases"][1] for name in registered.FORM["columns"]
    ]
    assert [cell.value for cell in sheet[FIRST]][:4] == ["A", "Thing", "Jia Town", 2013]
    sheet["E6"], sheet["I6"] = "heat", "remedied"
    book.save(place / "raw" / "r.xlsx")
    read(place, plan)
    [row] = kept(place).reset_index().to_dict("records")
    assert (row["target"], row["unit"], row["why"], row["state"]) == (*A, "heat", "done")


def test_rows_that_nobody_filled_in_are_no_records_and_owed_by_nobody(office_of):
    place, plan, june = office_of
    before = Results(load(plan).plan(2013), place / "processed", JUNE)
    owing = before.returns
    fill(june, place / "raw" / FILE, {A: SAID})
    read(place, plan)
    after = Results(load(plan).plan(2013), place / "processed", JUNE)
    assert fates(place, FILE) == {"accepted": 1, "duplicate": 0, "rejected": 0}
    assert store.read(place / "processed", "files")["left"].sum() == 0
    assert not (place / "processed" / "returned").exists()
    pd.testing.assert_frame_equal(after.returns, owing)
    same = ["unit", "target", "state", "value", "note"]
    pd.testing.assert_frame_equal(after.attained[same], before.attained[same])
    assert "followed" not in {one.form for one in asked(after.plan)}


def test_the_later_register_replaces_row_by_row_whichever_is_read_first(office_of):
    place, plan, june = office_of
    fill(june, place / "raw" / "1月.xlsx", {A: SAID, B: SAID}, dt.date(2013, 7, 5))
    read(place, plan)
    september = written(place / "september", page(place, plan, "2013-09-30"))
    more = {"整改状态": "已整改", "整改完成日期": SEPTEMBER}
    fill(september, place / "raw" / "0月.xlsx", {A: more}, dt.date(2013, 10, 8))
    read(place, plan)
    table = kept(place)
    assert table.loc[A, "state"] == "done" and table.loc[A, "file"] == "0月.xlsx"
    assert table.loc[A, "measure"] == "换供应商"  # it stood in the later one
    assert len(table) == 2
    assert fates(place, "1月.xlsx") == {"accepted": 0, "duplicate": 2, "rejected": 0}
    assert fates(place, "0月.xlsx") == {"accepted": 2, "duplicate": 0, "rejected": 0}


def test_without_days_that_they_state_the_register_of_the_later_day_counts(office_of):
    place, plan, june = office_of
    september = written(place / "september", page(place, plan, "2013-09-30"))
    fill(september, place / "raw" / "a.xlsx", {A: SAID | {"责任人": "李四"}})
    fill(june, place / "raw" / "b.xlsx", {A: SAID})
    read(place, plan)
    assert kept(place).loc[A, "person"] == "李四"
    assert fates(place, "b.xlsx") == {"accepted": 0, "duplicate": 1, "rejected": 0}


def test_two_that_contradict_each_other_on_one_day_are_both_sent_back(office_of):
    place, plan, june = office_of
    fill(june, place / "raw" / "a.xlsx", {A: SAID, B: SAID}, JUNE)
    fill(june, place / "raw" / "b.xlsx", {A: SAID | {"责任人": "李四"}, B: SAID}, JUNE)
    read(place, plan)
    assert [*kept(place).index] == [B]
    ledger = store.read(place / "processed", "ledger")
    [why] = {*ledger.loc[ledger["fate"] == "rejected", "reason"].str.split("|").str[:2].map(tuple)}
    assert why == ("conflict", "责任人")


def test_a_row_that_is_withdrawn_is_no_more(office_of):
    place, plan, june = office_of
    fill(june, place / "raw" / "a.xlsx", {A: SAID, B: SAID}, JUNE)
    read(place, plan)
    assert len(kept(place)) == 2
    fill(june, place / "raw" / "b.xlsx", {A: {"整改期限": "撤回"}}, SEPTEMBER)
    read(place, plan)
    assert [*kept(place).index] == [B]
    one = page(place, plan, "2013-09-30")
    assert [*one.entries["target"]] == ["B"]
    again = {(row["目标编号"], row["整改单位"]): row for row in rows(written(place / "s", one))}
    assert again[A]["原因"] is None and again[B]["原因"] == "夏季高温"


def test_what_came_later_is_not_shown_before(tmp_path, monkeypatch):
    place, plan = tmp_path, folder(tmp_path)
    sent(place)
    read(place, plan, dt.date(2013, 7, 1), monkeypatch)
    june = written(place / "june", page(place, plan, "2013-06-30"))
    seen = {"on": dt.date(2013, 7, 20), "monkeypatch": monkeypatch}
    fill(june, place / "raw" / "a.xlsx", {A: SAID}, dt.date(2013, 7, 5))
    fill(june, place / "raw" / "b.xlsx", {B: SAID})  # received when it was first seen
    read(place, plan, **seen)

    def told(by: str) -> list[str]:
        return [*page(place, plan, "2013-06-30", received_by=by).entries["target"]]

    assert told("2013-07-04") == []
    assert told("2013-07-05") == told("2013-07-19") == ["A"]
    assert told("2013-07-20") == ["A", "B"]
    opened = open_page(
        "target",
        target="A",
        as_of="2013-07-31",
        received_by="2013-07-04",
        plan=load(plan).plan(2013),
        processed=str(place / "processed"),
    )
    assert opened.remedies().html == ""


HOSTILE = '<script>alert(1)</script> =HYPERLINK("http://a")'


def damaged(june, to) -> None:
    """A register in which rows are wrong, each in another way, and one is right."""
    said = {A: {"原因": "LONG"}, B: {"整改状态": "差不多"}}
    said |= {("B", "乙镇"): SAID | {"原因": HOSTILE}, ("B", "某市"): {"原因": "=cmd|' /C calc'!A0"}}
    fill(june, to, said, JUNE)
    book = openpyxl.load_workbook(to)
    sheet = book.worksheets[0]
    for row, cells in (
        (10, ("Z9", "甲镇", 2013, "x", None)),
        (11, ("A", "丁镇", 2013, "x", None)),
        (12, ("A", "乙镇", 2012, "x", None)),
        (13, ("A", "乙镇", 2013, "x", "明天")),
    ):
        for letter, value in zip("ACDEH", cells, strict=True):
            sheet[f"{letter}{row}"] = value
    book.save(to)
    with zipfile.ZipFile(to) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in parts.items():
            opened.writestr(name, data.replace(b">LONG<", b">" + b"x" * 1_000_000 + b"<"))


WRONG = [
    (6, "原因", "“原因”有1000000个字，最多32767个", "请写简要"),
    (7, "整改状态", "“整改状态”写作“差不多”", "只能填：整改中、已整改、不再整改"),
    (9, "原因", "“原因”为公式，文件中没有它的计算结果：=cmd", None),
    (10, "目标编号", "“目标编号”写作“Z9”，计划中没有这个目标", "请填目标编号，如 A、B"),
    (11, "整改单位", "“整改单位”写作“丁镇”，不在计划的单位之中", "是否为：甲镇、乙镇"),
    (12, "目标编号", "“目标编号”写作“A”，2012年的计划没有这个目标", "请核对编号和年度"),
    (13, "整改期限", "“整改期限”写作“明天”，没有这一天或不是日期", "请核对，格式如 2013-04-01"),
]


def test_a_damaged_or_hostile_register_harms_itself_alone(office_of):
    place, plan, june = office_of
    before = store.read(place / "processed", "records/checks")
    damaged(june, place / "raw" / FILE)
    read(place, plan)
    pd.testing.assert_frame_equal(store.read(place / "processed", "records/checks"), before)
    assert [*kept(place).index] == [("B", "乙镇")]
    assert fates(place, FILE) == {"accepted": 1, "duplicate": 0, "rejected": 7}
    back = openpyxl.load_workbook(place / "processed" / "returned" / "办公室.xlsx")
    lines = [*back["退回的行"].iter_rows(min_row=3, values_only=True)]
    named = [(line[0], line[1], *line[2:4], line[5], line[6]) for line in lines]
    assert len(named) == len(WRONG)
    for (file, sheet, row, column, wrong, mend), expected in zip(named, WRONG, strict=True):
        assert (file, sheet) == (FILE, "整改台账")
        assert (row, column) == expected[:2] and wrong.startswith(expected[2])
        assert mend == expected[3] or expected[3] is None
    one = page(place, plan, "2013-09-30")
    html = one.remedies().html
    assert "<script" not in html and "&lt;script&gt;" in html
    again = openpyxl.load_workbook(written(place / "s", one)).worksheets[0]
    said = [cell for row in again.iter_rows(min_row=FIRST) for cell in row if cell.value == HOSTILE]
    assert [cell.data_type for cell in said] == ["s"]  # a text, and no formula


def test_a_register_that_cannot_be_opened_is_named(office_of):
    place, plan, june = office_of
    (place / "raw" / FILE).write_bytes(june.read_bytes()[:3000])
    lines = read(place, plan).lines(Words("zh"))
    assert any(FILE in line and "损坏" in line for line in lines), lines
    assert page(place, plan, "2013-06-30").entries.empty


def test_rows_that_were_sent_back_come_back_as_corrections(office_of):
    place, plan, june = office_of
    fill(june, place / "raw" / FILE, {A: SAID | {"整改状态": "差不多"}}, JUNE)
    read(place, plan)
    assert page(place, plan, "2013-06-30").entries.empty
    book = openpyxl.load_workbook(place / "processed" / "returned" / "办公室.xlsx")
    sheet = book.worksheets[-2]
    [head] = [row for row in sheet.iter_rows(max_row=8) if row[0].value == "目标编号"]
    column = next(cell.column for cell in head if cell.value == "整改状态")
    sheet.cell(head[0].row + 1, column).value = "整改中"
    book.save(place / "raw" / "改正.xlsx")
    read(place, plan)
    assert kept(place).loc[A, "state"] == "open"
    assert not [*(place / "processed" / "returned").glob("*.xlsx")]


@pytest.mark.parametrize("kind", ["xlsx", "ods", office.CSV])
def test_it_is_known_and_accepted_as_libreoffice_saves_it(office_of, kind):
    place, plan, june = office_of
    filled = fill(
        june, place / "filled" / "r.xlsx", {A: SAID, B: SAID | {"整改期限": "撤回"}}, JUNE
    )
    fill(june, place / "raw" / "first.xlsx", {B: SAID}, dt.date(2013, 6, 1))
    office.converted([filled], kind, place / "raw")
    read(place, plan)
    [row] = kept(place).reset_index().to_dict("records")
    assert (row["target"], row["unit"]) == A and row["file"].startswith("r.")
    assert (row["why"], row["measure"], row["person"]) == ("夏季高温", "换供应商", "张三")
    assert (row["due"], row["state"]) == (pd.Timestamp(JUNE), "open")


def test_what_goes_on_stays_in_it_though_its_target_is_met(office_of):
    place, plan, june = office_of
    said = SAID | {"整改期限": dt.date(2014, 6, 1)}
    fill(
        june,
        place / "raw" / "a.xlsx",
        {A: said, ("B", "乙镇"): said | {"整改状态": "不再整改"}},
        JUNE,
    )
    sent(place, n=10)
    read(place, plan)
    one = page(place, plan, "2014-01-31")
    assert one.attained.set_index(["target", "unit"]).loc[A, "state"] == "attained"
    found = {(row["目标编号"], row["整改单位"]): row for row in rows(written(place / "s", one))}
    assert [*found] == [A, ("B", "乙镇")]  # what is dropped, and missed, is told as such
    assert found[A]["台账情况"] == "整改中" and found[("B", "乙镇")]["整改状态"] == "不再整改"


@pytest.mark.parametrize(("n", "fate"), [(32_767, "accepted"), (32_768, "rejected")])
def test_a_text_is_as_long_as_a_cell_holds(office_of, n, fate):
    place, plan, _ = office_of
    heads = "目标编号,整改单位,考核年度,原因\n"
    text = f"{heads}ａ,甲镇,2013,{'x' * n}\n"
    (place / "raw" / "办公室-整改台账.csv").write_text(text, encoding="utf-8")
    read(place, plan)
    assert fates(place, "办公室-整改台账.csv")[fate] == 1
    if fate == "accepted":  # written by hand, it is read as well
        assert [*kept(place).index] == [A]
        made = openpyxl.load_workbook(written(place / "s", page(place, plan, "2013-06-30")))
        assert len(made.worksheets[0]["E6"].value) == n
