"""Returns as departments really send them: each file built here, with the fate of each of its rows
and the message.

A fate is written as its first letter (accepted, duplicate, rejected; x is excluded) and the reason
behind it.
"""

import os

import pandas as pd
import pytest
from corpus import CASES as ODD
from corpus import Q2, H, lines, row
from corpus_cells import MORE
from corpus_offices import OFFICES
from project import ingested

from yxq.plan_folders import load
from yxq.returns import returned
from yxq.words.wording import Words

FOLDER = load.load("yixing")
CASES = ODD | MORE | OFFICES
LETTERS = {"accepted": "a", "duplicate": "d", "rejected": "r", "excluded": "x"}


@pytest.mark.parametrize("name", CASES)
def test_the_fate_of_every_row(name, tmp_path):
    files, expected = CASES[name]
    (tmp_path / "raw").mkdir()
    for file, content in files.items():
        (tmp_path / "raw" / file).write_bytes(content)
    ledger = ingested(tmp_path / "raw", FOLDER, tmp_path / "processed").ledger
    found = [f"{LETTERS[row.fate]} {row.reason}".strip() for row in ledger.itertuples()]
    assert found == expected
    for language in ("zh", "en"):
        for text in ledger["reason"]:
            assert not {"{", "}"} & set(Words(language).reason(text))


def test_there_are_enough_of_them():
    assert len(CASES) == len(ODD) + len(MORE) + len(OFFICES)
    assert len(ODD) >= 60 and len(MORE) + len(OFFICES) >= 60


def back(tmp_path, files: dict[str, bytes]) -> dict[str, pd.DataFrame]:
    (tmp_path / "raw").mkdir()
    for file, content in files.items():
        (tmp_path / "raw" / file).write_bytes(content)
    ingested(tmp_path / "raw", FOLDER, tmp_path / "processed")
    return {
        f"{file.stem} {name}": rows
        for file in (tmp_path / "processed" / "returned").glob("*.xlsx")
        for name, rows in pd.read_excel(
            file, sheet_name=None, dtype=str, keep_default_na=False, engine="openpyxl", header=1
        ).items()
    }


def test_a_row_goes_back_with_what_is_wrong_and_how_to_mend_it(tmp_path):
    found = back(
        tmp_path,
        {f"{Q2}.csv": lines(H, row(date="四月", firm="=1+1"), row("C2", date="2013-03-01"))},
    )
    assert found["质监局 退回的行"].to_dict("records") == [
        {
            "文件": f"{Q2}.csv",
            "工作表": "",
            "行": "2",
            "列": "抽样日期",
            "填写的内容": "四月",
            "问题": "“抽样日期”写作“四月”，没有这一天或不是日期",
            "如何改": "请核对，格式如 2013-04-01",
            "期限": "2013年7月15日",
            "原行内容": "C1 | 四月 | 丁蜀镇 | =1+1 | 紫砂陶 | 产品 | 合格",
        }
    ]
    assert "质监局 请核对的行" not in found  # a row reported late needs nothing


def test_a_file_that_cannot_be_read_goes_back_too(tmp_path):
    found = back(tmp_path, {f"{Q2}.xlsx": b"PK\x03\x04", "a.csv": lines(H, row(town="x"))})
    assert found["质监局 退回的行"]["问题"].tolist() == ["工作簿已损坏，无法打开"]
    assert found["未署名 退回的行"]["填写的内容"].tolist() == ["x"]


def test_two_mistakes_are_two_lines_and_conflicts_show_the_row(tmp_path):
    found = back(
        tmp_path, {f"{Q2}.csv": lines(H, row("C9", "x", "y"), row(), row(result="不合格"))}
    )["质监局 退回的行"]
    assert found["行"].tolist() == ["2", "2", "3", "4"]
    assert found["原行内容"].tolist()[2:] == [
        f"C1 | 2013-04-02 | 丁蜀镇 | 样例厂 | 紫砂陶 | 产品 | {r}" for r in ("合格", "不合格")
    ]


def test_nothing_to_send_back_leaves_no_workbook(tmp_path):
    assert back(tmp_path, {f"{Q2}.csv": lines(H, row())}) == {}


def test_what_is_odd_about_a_sheet_is_kept(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / f"{Q2}.csv").write_bytes(
        lines(
            "样品编号,抽样日期,镇（街道、园区）,类别,检验结果,备注",
            "C1,2013-04-02,丁蜀镇,产品,合格,急",
        )
    )
    file = ingested(tmp_path / "raw", FOLDER, tmp_path / "processed").files.iloc[0]
    assert (file["unknown"], file["absent"], file["hidden"]) == (
        "备注",
        "受检单位、产品名称、不合格项目",
        False,
    )


def test_a_name_in_gbk_is_read_as_one(tmp_path):
    (tmp_path / "raw").mkdir()
    name = os.fsencode(tmp_path / "raw") + b"/" + f"{Q2}.csv".encode("gb18030")
    with open(name, "wb") as file:
        file.write(lines(H, row()))
    tables = ingested(tmp_path / "raw", FOLDER, tmp_path / "processed")
    assert tables.files["file"].tolist() == [f"{Q2}.csv"] and tables.files["sender"].tolist() == [
        "质监局"
    ]


def test_a_footer_says_whose_it_is(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.csv").write_bytes(
        lines("2013年第二季度", H, row(), "填报单位（盖章）：宜兴市农林局")
    )
    assert ingested(tmp_path / "raw", FOLDER, tmp_path / "processed").files["sender"].tolist() == [
        "农林局"
    ]


def test_flags_do_not_crowd_out_what_was_rejected_and_a_whole_sheet_is_one_line(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(returned, "MOST", 3)
    late = [row(f"D{n}", "2013-07-09") for n in range(9)]
    files = {
        f"{Q2}.csv": lines(H, *late, row("C1", "x")),
        "质监局b.csv": lines("样品编号,抽样日期", *["1,2"] * 50),
    }
    found = back(tmp_path, files)
    assert found["质监局 退回的行"]["列"].tolist()[:1] == ["抽样日期"]
    assert (
        found["质监局 退回的行"]["问题"].tolist()[1].startswith("不是已知的报表")
        and len(found["质监局 退回的行"]) == 3
    )


def test_a_table_that_was_deleted_is_made_again(tmp_path):
    files = {f"{Q2}.csv": lines(H, row(), row("C2", "x"))}
    back(tmp_path, files)
    for name in ("returned/质监局.xlsx", "records/inspections.parquet"):
        (tmp_path / "processed" / name).unlink()
        ingested(tmp_path / "raw", FOLDER, tmp_path / "processed")
        assert (tmp_path / "processed" / name).exists()
