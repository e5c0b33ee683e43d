"""What went back is mended in the workbook itself and sent back."""

import datetime as dt
import shutil

import openpyxl
import pytest
import small
from project import ingested, read_yaml, write_yaml

from yxq.plan_folders.load import load
from yxq.returns import ingest as ingest_module
from yxq.returns.ingest import ingest
from yxq.words.wording import Words

HEAD, FIRST = 5, 6
Q1 = "办公室-甲-2013年第一季度.csv"


def plan_of(place, **more):
    """A plan with one form, of counts by unit and thing."""
    columns = ("unit", "said", "n", "of")
    form = small.form(*columns, key=["unit", "said"], **more)
    form["checks"] = [{"rule": "at_most", "column": "n", "of": ["of"]}]
    form["columns"] = form["columns"] | {"said": {"type": "text", "required": True}}
    measure = {"form": "things", "sum": "n", "over": "of"}
    owed = [{"form": "things", "sender": "办公室", "every": "quarter", "due_days": 10}]
    target = small.target("T1", measure, ">= 50%")
    return load(small.folder(place, {"things": form}, target, returns=owed).as_posix())


def sent(place, folder, *rows: str, name=Q1, title=""):
    raw = place / "raw"
    raw.mkdir(exist_ok=True)
    text = "\n".join([*([title] if title else []), "unit,said,n,of", *rows]) + "\n"
    (raw / name).write_text(text, encoding="utf-8")
    return ingested(raw, folder, place / "processed")


def back(tables):
    return tables.place / "returned" / "办公室.xlsx"


def mend(tables, **changes):
    """The workbook that went back, some cells of its first form changed (R7: row 7 is emptied)."""
    book = openpyxl.load_workbook(back(tables))
    [sheet, *_] = [sheet for sheet in book if sheet.title.startswith("改正")]
    for cell, value in changes.items():
        if cell.startswith("R"):
            for column in "ABCD":
                sheet[f"{column}{cell[1:]}"].value = None
        else:
            sheet[cell].value = value
    raw = tables.place.parent / "raw"
    book.save(raw / "x.xlsx")
    return raw


def counted(tables):
    """What counts: unit, thing, n and of, by thing."""
    records = tables.records["things"].sort_values("said")
    return records[["unit", "said", "n", "of"]].astype(str).to_numpy().tolist()


def fates(tables, file):
    mine = tables.ledger[tables.ledger["file"] == file]
    return [f"{row.fate[0]} {row.reason.partition('|')[0]}".strip() for row in mine.itertuples()]


AGAIN = ("add", "corrections", "latest")


@pytest.mark.parametrize("again", AGAIN)
def test_a_mended_row_counts_beside_those_that_were_accepted(tmp_path, again):
    folder = plan_of(tmp_path, again=again)
    tables = sent(tmp_path, folder, "甲镇,a,1,2", "甲鎮x,b,1,2", "乙镇,c,3,2")
    assert counted(tables) == [["甲镇", "a", "1", "2"]]
    raw = mend(tables, A6="甲镇", C7=2)
    tables = ingested(raw, folder, tmp_path / "processed")
    assert counted(tables) == [
        ["甲镇", "a", "1", "2"],
        ["甲镇", "b", "1", "2"],
        ["乙镇", "c", "2", "2"],
    ]
    assert not back(tables).exists()
    [of_mend] = tables.files[tables.files["accepted"] == 2].to_dict("records")
    assert (of_mend["form"], of_mend["sender"], of_mend["correction"], of_mend["unknown"]) == (
        "things",
        "办公室",
        True,
        "",
    )
    assert str(of_mend["period_to"].date()) == "2013-03-31"


@pytest.mark.parametrize("again", AGAIN)
def test_of_two_that_contradict_each_other_the_right_one_is_kept(tmp_path, again):
    folder = plan_of(tmp_path, again=again)
    tables = sent(tmp_path, folder, "甲镇,a,1,2", "甲镇,a,1,3")
    assert counted(tables) == []
    listed = openpyxl.load_workbook(back(tables))["退回的行"]
    rows = [[cell.value for cell in row][2:5] for row in listed.iter_rows(min_row=3)]
    assert rows == [[2, "of", "2"], [3, "of", "3"]]
    tables = ingested(mend(tables, R6=None), folder, tmp_path / "processed")
    assert counted(tables) == [["甲镇", "a", "1", "3"]]
    assert fates(tables, Q1)[1:] == ["d corrected", "d corrected"]
    assert not back(tables).exists()


def test_what_is_still_wrong_goes_back_once_more_and_what_is_mended_does_not(tmp_path):
    folder = plan_of(tmp_path)
    tables = sent(tmp_path, folder, "甲鎮x,a,1,2", "乙镇,b,3,2")
    tables = ingested(mend(tables, A6="甲镇"), folder, tmp_path / "processed")
    assert counted(tables) == [["甲镇", "a", "1", "2"]]
    listed = openpyxl.load_workbook(back(tables))["退回的行"]
    rows = [[cell.value for cell in row] for row in listed.iter_rows(min_row=3)]
    assert [row[:4] for row in rows] == [["x.xlsx", "改正1 某项", 7, "n"]]
    assert rows[0][7] == "2013年4月10日"


def test_a_row_taken_out_of_the_workbook_is_still_owed(tmp_path):
    folder = plan_of(tmp_path)
    tables = sent(tmp_path, folder, "甲鎮x,a,1,2", "乙镇,b,3,2")
    book = openpyxl.load_workbook(back(tables))
    [sheet] = [sheet for sheet in book if sheet.title.startswith("改正")]
    sheet["A6"] = "甲镇"
    sheet.delete_rows(7)
    book.save(tmp_path / "raw" / "x.xlsx")
    tables = ingested(tmp_path / "raw", folder, tmp_path / "processed")
    listed = openpyxl.load_workbook(back(tables))["退回的行"]
    assert [[cell.value for cell in row][:3] for row in listed.iter_rows(min_row=3)] == [
        [Q1, "", 3]
    ]


def test_a_later_whole_return_takes_the_place_of_mended_rows(tmp_path):
    """Under `again: latest` a mended row belongs to the return that it mends."""
    folder = plan_of(tmp_path, again="latest")
    tables = sent(tmp_path, folder, "甲镇,a,1,2", "乙镇,b,3,2", title="填报日期：2013-04-02")
    mend(tables, C6=2)
    book = openpyxl.load_workbook(tmp_path / "raw" / "x.xlsx")
    sheet = book["改正1 某项"]
    sheet["E2"] = "2013-04-03"
    book.save(tmp_path / "raw" / "x.xlsx")
    tables = ingested(tmp_path / "raw", folder, tmp_path / "processed")
    assert counted(tables) == [["甲镇", "a", "1", "2"], ["乙镇", "b", "2", "2"]]
    title, name = "填报日期：2013-04-09", "办公室-甲-2013年第一季度-二.csv"
    tables = sent(tmp_path, folder, "甲镇,a,2,2", "乙镇,b,1,2", title=title, name=name)
    assert counted(tables) == [["甲镇", "a", "2", "2"], ["乙镇", "b", "1", "2"]]


def test_nothing_asks_for_a_whole_return_and_no_mark_is_empty(tmp_path):
    """Without `layout.corrections` there is no mark to put into a name."""
    tables = sent(tmp_path, plan_of(tmp_path, again="add"), "甲鎮x,a,1,2", "甲镇,b,1,2")
    cells = [
        str(cell.value)
        for sheet in openpyxl.load_workbook(back(tables))
        for row in sheet.iter_rows()
        for cell in row
        if cell.value
    ]
    assert len(cells) > 20
    assert not [text for text in cells if "“”" in text or "整份报表" in text or "{" in text]


def test_the_rows_stand_in_the_form_as_they_were_sent(tmp_path):
    tables = sent(tmp_path, plan_of(tmp_path), "甲 | 乙,b, 1 ,一")
    sheet = openpyxl.load_workbook(back(tables))["改正1 某项"]
    row = [cell.value for cell in sheet[FIRST]]
    assert row[:4] == ["甲 | 乙", "b", 1, "一"]
    assert row[6:] == [Q1, None, 2]
    yellow = [cell.column_letter for cell in sheet[FIRST] if cell.fill.fgColor.rgb == "FFFFF2CC"]
    assert yellow == ["A", "D"]
    assert [cell.value for cell in sheet[HEAD]][4:] == ["问题", "如何改", "文件", "工作表", "行"]


def test_this_periods_rows_stand_first(tmp_path):
    folder = plan_of(tmp_path)
    for quarter in "一三二":
        name = f"办公室-甲-2013年第{quarter}季度.csv"
        tables = sent(tmp_path, folder, f"甲鎮x,{quarter},1,2", name=name)
    listed = openpyxl.load_workbook(back(tables))["退回的行"]
    files = [row[0].value for row in listed.iter_rows(min_row=3)]
    assert [name[-7] for name in files] == ["三", "二", "一"]
    titles = [sheet["A1"].value for sheet in openpyxl.load_workbook(back(tables)).worksheets[2:5]]
    assert titles == [f"改正：2013年第{quarter}季度某项（办公室）" for quarter in "三二一"]


# Which row a mended one takes the place of


def correction(place, folder, name, *rows, day=None):
    title = f"更正 填报日期：{day}" if day else "更正"
    return sent(place, folder, *rows, name=f"办公室-2013年第一季度-{name}.csv", title=title)


def corrected_plan(place):
    """Its corrections are told by 更正."""
    folder = plan_of(place, again="corrections")
    forms = read_yaml(folder.path / "forms.yml")
    write_yaml(folder.path / "forms.yml", forms | {"layout": {"corrections": ["更正"]}})
    return load(folder.path.as_posix())


def test_a_correction_of_a_correction_counts_and_of_one_day_they_go_back_once(tmp_path):
    folder = corrected_plan(tmp_path)
    sent(tmp_path, folder, "甲镇,a,1,9", "乙镇,b,1,9")
    correction(tmp_path, folder, "更正", "甲镇,a,2,9", day="2013-05-01")
    tables = correction(tmp_path, folder, "更正2", "甲镇,a,3,9", day="2013-06-01")
    assert counted(tables) == [["甲镇", "a", "3", "9"], ["乙镇", "b", "1", "9"]]
    tables = correction(tmp_path, folder, "更正3", "甲镇,a,4,9", day="2013-06-01")
    assert counted(tables) == [["乙镇", "b", "1", "9"]]
    tables = ingested(mend(tables, C6=5, R7=None), folder, tmp_path / "processed")
    assert counted(tables) == [["甲镇", "a", "5", "9"], ["乙镇", "b", "1", "9"]]
    assert not back(tables).exists()


def test_one_of_two_corrections_is_mended_and_the_other_row_was_taken_out(tmp_path):
    """The mended row knows of both, and counts."""
    folder = corrected_plan(tmp_path)
    correction(tmp_path, folder, "更正2", "甲镇,a,3,9")
    tables = correction(tmp_path, folder, "更正3", "甲镇,a,4,9")
    book = openpyxl.load_workbook(back(tables))
    book["改正1 某项"].delete_rows(7)
    book.save(tmp_path / "raw" / "x.xlsx")
    tables = ingested(tmp_path / "raw", folder, tmp_path / "processed")
    assert counted(tables) == [["甲镇", "a", "3", "9"]]


@pytest.mark.parametrize("again", AGAIN)
def test_a_row_that_is_mended_into_another_does_not_touch_it(tmp_path, again):
    folder = plan_of(tmp_path, again=again)
    tables = sent(tmp_path, folder, "甲鎮x,a,1,2", "乙镇,a,2,2")
    tables = ingested(mend(tables, A6="乙镇"), folder, tmp_path / "processed")
    assert counted(tables) == [["乙镇", "a", "2", "2"]]
    assert fates(tables, Q1)[1:] == ["r unknown_unit", "a"]
    assert "mends_another|办公室-甲-2013年第一季度.csv|3" in set(tables.ledger["reason"])
    assert back(tables).exists()
    book = openpyxl.load_workbook(back(tables))
    assert book["改正1 某项"]["G6"].value == "x.xlsx"
    book["改正1 某项"]["A6"] = "甲镇"
    book.save(tmp_path / "raw" / "y.xlsx")
    tables = ingested(tmp_path / "raw", folder, tmp_path / "processed")
    assert counted(tables) == [["甲镇", "a", "1", "2"], ["乙镇", "a", "2", "2"]]
    assert not back(tables).exists()


@pytest.mark.parametrize("again", AGAIN)
def test_one_of_two_with_the_same_number_is_numbered_anew(tmp_path, again):
    folder = plan_of(tmp_path, again=again)
    tables = sent(tmp_path, folder, "甲镇,a,1,2", "甲镇,a,1,3")
    assert counted(tables) == []
    tables = ingested(mend(tables, B7="b"), folder, tmp_path / "processed")
    assert counted(tables) == [["甲镇", "a", "1", "2"], ["甲镇", "b", "1", "3"]]
    assert not back(tables).exists()


def test_a_mended_row_of_a_correction_corrects_what_that_was_to_correct(tmp_path):
    folder = corrected_plan(tmp_path)
    sent(tmp_path, folder, "甲镇,a,1,9")
    tables = correction(tmp_path, folder, "更正", "甲镇,a,10,9")
    assert counted(tables) == [["甲镇", "a", "1", "9"]]
    tables = ingested(mend(tables, C6=5), folder, tmp_path / "processed")
    assert counted(tables) == [["甲镇", "a", "5", "9"]]


def test_a_mended_row_whose_return_has_another_name_now_is_a_correction(tmp_path):
    folder = plan_of(tmp_path)
    tables = sent(tmp_path, folder, "甲镇,a,1,2", "甲镇,a,1,3")
    raw = mend(tables, R6=None)
    (raw / Q1).rename(raw / "办公室-乙-2013年第一季度.csv")
    tables = ingested(raw, folder, tmp_path / "processed")
    assert counted(tables) == [["甲镇", "a", "1", "3"]]


# Rounds, and files that are no more


def test_the_second_round_does_not_take_the_place_of_the_first(tmp_path):
    folder = plan_of(tmp_path)
    tables = sent(tmp_path, folder, "甲镇,a,3,2", "乙镇,b,1,2")
    raw = mend(tables, C6=2)
    (raw / "x.xlsx").rename(raw / "办公室.xlsx")  # as it is called
    tables = ingested(raw, folder, tmp_path / "processed")
    second = "办公室-二-2013年第二季度.csv"
    tables = sent(tmp_path, folder, "丙街道,c,3,2", name=second)
    [name] = [path.name for path in (tables.place / "returned").iterdir()]
    assert name == "办公室-2.xlsx"
    shutil.copy(tables.place / "returned" / name, raw / "办公室-2.XLSX".lower())
    tables = ingested(raw, folder, tmp_path / "processed")
    assert [path.name for path in (tables.place / "returned").iterdir()] == ["办公室-3.xlsx"]
    assert [row[1] for row in counted(tables)] == ["a", "b"]


def twice(tmp_path, monkeypatch, *rows, later=True, old=None, **changes):
    """What counts where the workbook that went back is mended and sent, and then, later or before,
    sent again as it went back (but for what is changed in the old one), and the tables.
    """
    folder = plan_of(tmp_path, again="corrections")
    tables = sent(tmp_path, folder, *rows)
    raw = mend(tables, **(old or {}))
    (raw / "x.xlsx").rename(tmp_path / "old.xlsx")
    days = [("x.xlsx", 2), ("old.xlsx", 3)]
    mend(tables, **changes)
    (raw / "x.xlsx").rename(tmp_path / "x.xlsx")
    for name, day in days if later else days[::-1]:
        shutil.copy(tmp_path / name, raw / name)
        monkeypatch.setattr(ingest_module, "today", lambda day=day: dt.date(2030, 1, day))
        tables = ingested(raw, folder, tmp_path / "processed")
    return tables


@pytest.mark.parametrize("later", [True, False])
def test_an_older_workbook_that_nobody_touched_undoes_nothing(tmp_path, monkeypatch, later):
    rows = "甲镇,a,1,2", "甲镇,b,1,2", "甲镇,b,2,2"
    tables = twice(tmp_path, monkeypatch, *rows, later=later, R7=None)
    assert counted(tables) == [["甲镇", "a", "1", "2"], ["甲镇", "b", "1", "2"]]
    assert fates(tables, Q1)[1:] == ["a", "d corrected", "d corrected"]
    assert not back(tables).exists()


def test_nor_where_the_newer_one_has_another_value(tmp_path, monkeypatch):
    rows = "甲镇,b,1,2", "甲镇,b,2,2"
    tables = twice(tmp_path, monkeypatch, *rows, C6=0, R7=None)
    assert counted(tables) == [["甲镇", "b", "0", "2"]]
    told = tables.ledger[tables.ledger["reason"].str.startswith("corrected")]
    assert {*told[told["file"] == "old.xlsx"]["reason"]} == {
        "corrected|x.xlsx[改正1 某项]|6",
        "corrected|x.xlsx[改正1 某项]|7",
    }


def test_an_older_workbook_that_is_mended_and_sent_later_counts(tmp_path, monkeypatch):
    rows = "甲镇,b,1,2", "甲镇,b,2,2"
    tables = twice(tmp_path, monkeypatch, *rows, old={"R6": None, "C7": 1, "D7": 1}, C6=0, R7=None)
    assert counted(tables) == [["甲镇", "b", "1", "1"]]


def test_a_file_that_is_no_more_is_told_once(tmp_path):
    folder, raw = plan_of(tmp_path), tmp_path / "raw"
    raw.mkdir()
    names = ["a", "b", "c", "d"]
    for n, name in enumerate(names):
        text = f"unit,said,n,of\n甲镇,{name},1,2\n乙镇,{name},1,{2 if n else 0}\n"
        (raw / f"办公室-2013年第一季度{name}.csv").write_text(text, encoding="utf-8")

    def said() -> list[str]:
        done = ingest(raw, folder, tmp_path / "processed")
        return [line for line in done.lines(Words("en")) if "count no more" in line]

    assert said() == []
    (raw / "办公室-2013年第一季度a.csv").unlink()
    (raw / "办公室-2013年第一季度b.csv").rename(raw / "办公室-2013年第一季度e.csv")
    (raw / "办公室-2013年第一季度c.csv").write_text("unit,said,n,of\n甲镇,c,1,3\n", "utf-8")
    gone, replaced = said()
    assert gone.startswith("gone since the last ingest: 办公室-2013年第一季度a.csv; its 1 rows")
    assert replaced.startswith("another file is called 办公室-2013年第一季度c.csv now: the 2 rows")
    assert said() == []


def test_a_return_of_which_no_row_counts_is_named(tmp_path):
    folder = plan_of(tmp_path)
    sent(tmp_path, folder, "甲镇,a,3,2", "乙镇,b,3,2", name="办公室-2013年第二季度.csv")
    sent(tmp_path, folder, "甲镇,c,3,2", "乙镇,d,1,2")
    done = ingest(tmp_path / "raw", folder, tmp_path / "processed")
    named = [line for line in done.lines(Words("en")) if "none of them counts" in line]
    assert named == [
        "look at: 办公室-2013年第二季度.csv: every row was rejected; none of them counts"
    ]


# What is withdrawn


@pytest.mark.parametrize("word", ["撤回", "作废", "Withdrawn"])
def test_a_row_is_withdrawn_by_a_correction(tmp_path, word):
    folder = corrected_plan(tmp_path)
    sent(tmp_path, folder, "甲镇,a,1,9", "乙镇,b,1,9")
    tables = correction(
        tmp_path, folder, "更正", f"甲镇,a,{word},", "丙街道,b,撤回,", "丙街道,c,1,9"
    )
    assert counted(tables) == [["乙镇", "b", "1", "9"], ["丙街道", "c", "1", "9"]]
    assert fates(tables, Q1)[1:] == ["d withdrawn", "a"]
    mine = fates(tables, "办公室-2013年第一季度-更正.csv")
    assert mine[2:] == ["e withdraws", "r withdraws;withdraws_nothing", "a"]
    listed = [*openpyxl.load_workbook(back(tables))["退回的行"].values][-1]
    assert (listed[2], listed[5]) == (4, "要撤回的行没有找到")


@pytest.mark.parametrize(
    ("withdrawn_on", "corrected_on", "left"),
    [
        ("2013-05-01", "2013-06-01", ["a", "b"]),  # a later correction brings it back
        ("2013-06-01", "2013-05-01", ["b"]),
        ("2013-06-01", "2013-06-01", ["b"]),
    ],
)
def test_what_was_withdrawn_can_be_corrected_later(tmp_path, withdrawn_on, corrected_on, left):
    folder = corrected_plan(tmp_path)
    sent(tmp_path, folder, "甲镇,a,1,9", "乙镇,b,1,9")
    correction(tmp_path, folder, "更正", "甲镇,a,撤回,", day=withdrawn_on)
    tables = correction(tmp_path, folder, "更正2", "甲镇,a,5,9", day=corrected_on)
    assert [row[1] for row in counted(tables)] == left


def test_only_a_correction_withdraws_and_only_for_its_sender(tmp_path):
    folder = corrected_plan(tmp_path)
    sent(tmp_path, folder, "甲镇,a,1,9")
    tables = sent(tmp_path, folder, "甲镇,a,撤回,", name="办公室-2013年第二季度.csv")
    assert counted(tables) == [["甲镇", "a", "1", "9"]]
    assert fates(tables, "办公室-2013年第二季度.csv")[1:] == ["r bad_count"]
    path = tmp_path / "raw" / "办公室-2013年第二季度.csv"
    path.rename(path.with_name("2013年第一季度-更正.csv"))  # of nobody that is known
    tables = ingested(tmp_path / "raw", folder, tmp_path / "processed")
    assert counted(tables) == [["甲镇", "a", "1", "9"]]


@pytest.mark.parametrize("again", AGAIN)
def test_in_a_workbook_that_went_back_a_row_is_withdrawn(tmp_path, again):
    """Its own, and in an empty row below any other."""
    folder = plan_of(tmp_path, again=again)
    tables = sent(tmp_path, folder, "甲镇,a,3,2", "乙镇,b,1,2", "丙街道,c,1,2")
    about = [row[0] for row in openpyxl.load_workbook(back(tables))["说明"].values]
    assert any("“撤回”" in str(line) for line in about)
    tables = ingested(
        mend(tables, C6="撤回", A7="乙镇", B7="b", C7="撤回"), folder, tmp_path / "processed"
    )
    assert counted(tables) == [["丙街道", "c", "1", "2"]]
    assert not back(tables).exists()


def test_a_row_whose_own_day_says_that_it_is_withdrawn_is_of_the_period(yixing, tmp_path):
    raw, place = tmp_path / "raw", tmp_path / "processed"
    raw.mkdir()
    heads = "名录,名称,企业,镇（街道、园区）,日期,状态\n"
    rows = (
        "首席质量官,张三,甲厂,丁蜀镇,2013-02-01,完成\n首席质量官,李四,甲厂,丁蜀镇,2013-02-01,完成\n"
    )
    (raw / "质监局-名录登记-2013年第一季度.csv").write_text(heads + rows, encoding="utf-8")
    row = "首席质量官,张三,甲厂,丁蜀镇,撤回,完成\n"
    (raw / "质监局-名录登记-2013年第一季度-更正.csv").write_text(heads + row, encoding="utf-8")
    tables = ingested(raw, yixing, place)
    assert tables.records["registers"]["item"].tolist() == ["李四"]
