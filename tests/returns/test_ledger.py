"""A row that is decided in reconciling goes back exactly as it was sent."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from corpus import COVER, Q2, H, book, cover, lines, row, split
from project import ROOT, ingested

from yxq.plan.folder import Folder
from yxq.plan_folders import load
from yxq.returns.ingest import Ingested
from yxq.words.reasons import parsed
from yxq.words.wording import Words

FOLDER = load.load("yixing")


def ledger(tmp_path: Path, files: dict[str, bytes], folder: Folder = FOLDER) -> pd.DataFrame:
    """The ledger of some files, without headers."""
    (tmp_path / "raw").mkdir()
    for name, content in files.items():
        (tmp_path / "raw" / name).write_bytes(content)
    table = ingested(tmp_path / "raw", folder, tmp_path / "processed").ledger
    return table[table["reason"] != "header"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_dates_and_words_are_those_that_were_sent(tmp_path, suffix):
    said = row(date="40823", kind="工业产品", town="丁 蜀")
    content = lines(H, said, said) if suffix == "csv" else book({"rows": split(H, said, said)})
    found = ledger(tmp_path, {f"质监局-2011年第四季度.{suffix}": content})
    assert found["reason"].str.split("|").str[0].tolist() == ["", "duplicate_of"]
    assert found["text"].tolist() == ["", "C1 | 40823 | 丁 蜀 | 样例厂 | 紫砂陶 | 工业产品 | 合格"]


def test_a_conflict_shows_both_rows_with_what_the_form_does_not_know(tmp_path):
    files = {
        f"{Q2}.csv": lines("备注," + H, "急," + row(date="41366", kind="工业产品")),
        f"x{Q2}.csv": lines(H, row(date="2013年4月2日", result="不合格")),
    }
    found = ledger(tmp_path, files)
    told = found[found["reason"].str.startswith("conflict")]
    assert sorted(told["text"]) == [
        "C1 | 2013年4月2日 | 丁蜀镇 | 样例厂 | 紫砂陶 | 产品 | 不合格",
        "急 | C1 | 41366 | 丁蜀镇 | 样例厂 | 紫砂陶 | 工业产品 | 合格",
    ]
    again = pd.read_excel(
        tmp_path / "processed" / "returned" / "质监局.xlsx",
        sheet_name="退回的行",
        header=1,
        dtype=str,
        engine="openpyxl",
    )
    assert set(again["原行内容"]) == set(told["text"])


def test_a_unit_of_another_language_is_the_one_that_was_sent(tmp_path):
    plan = shutil.copytree(ROOT / "tests" / "plans" / "chicago", tmp_path / "plan")
    units = (plan / "units.csv").read_text(encoding="utf-8")
    units = units.replace("第1选区,Ward 1,ward,ward,1,", "曼哈顿,Manhattan,ward,ward,MANHATTAN,")
    (plan / "units.csv").write_text(units, encoding="utf-8")
    head = "Inspection_ID,Inspection_Date,WARD,License,Facility_Type,Inspection_Type,Results"
    said = "7,2017-04-02,MANHATTAN,12,Bakery,Canvass,Pass w/ Conditions"
    found = ledger(tmp_path, {"2017.csv": lines(head, said, said)}, load.load(plan))
    assert found["text"].tolist() == ["", said.replace(",", " | ")]


def test_what_reading_said_stays_in_front_of_what_reconciling_says(tmp_path):
    said = cover(rate="81%")
    found = ledger(tmp_path, {f"{Q2}.csv": lines(COVER, said, said)})
    codes = [[reason.code for reason in parsed(text)] for text in found["reason"]]
    assert codes == [["printed_rate"], ["printed_rate", "duplicate_of"]]
    assert found["text"].tolist() == ["生产许可证证书覆盖率 | 丁蜀镇 | 4-6 | 10 | 9 | 81%"] * 2


def test_an_ingest_says_what_it_did(tmp_path):
    (tmp_path / "returned").mkdir()
    (tmp_path / "returned" / "质监局.xlsx").touch()
    sums = {"rows": 3, "accepted": 1, "duplicate": 0, "rejected": 1, "excluded": 1}
    odd = {"sheet": "", "refused": "", "reason": "", "hidden": False, "unknown": ""} | sums
    odd |= {"form": None, "left": 0}
    files = pd.DataFrame(
        [
            odd | {"file": "a.csv"},
            odd | {"file": "b.xlsx", "sheet": "表1", "hidden": True, "unknown": "备注"},
            odd | {"file": "c.csv", "refused": "rejected", "reason": "password"},
        ]
    )
    done = Ingested(files, 2, tmp_path)
    assert done.refused == 1 and done.lines(Words("en")) == [
        "3 files (2 read anew), 9 rows read = 3 accepted + 0 duplicate + 3 rejected + 3 excluded",
        "look at: b.xlsx [表1]: the sheet is hidden; columns not used: 备注",
        "not read: c.csv: the workbook has a password: take it away",
        f"to send back, in {tmp_path / 'returned'}: 质监局.xlsx",
    ]
