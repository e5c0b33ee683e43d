"""The contract of a form's records: every column is what its type in forms.yml says."""

import pandas as pd
import pyarrow as pa
import pytest
from project import ingested

from yxq.plan.folder import Folder
from yxq.plan.forms import Form
from yxq.returns.records import form_contract
from yxq.tables import store
from yxq.tables.contracts import Broken, check_batch

COLUMNS = {
    "x": {"type": "count"},
    "value": {"type": "number"},
    "kind": {"type": "word", "words": {"share": ["比重"], "amount": ["资金"]}},
    "unit": {"type": "unit"},
}
ORIGIN = {"once": True, "synthetic": False, "file": "a.csv", "sheet": "", "row": 2}


def check(folder: Folder, *given: dict, columns: dict = COLUMNS) -> None:
    """Rows of a form, missing what is not given, held against its contract."""
    about = {"title": {"zh": "表", "en": "form"}, "absent": "none", "columns": columns}
    contract = form_contract(Form.model_validate(about), folder)
    rows = [dict.fromkeys(contract.columns) | ORIGIN | row for row in given]
    frame = pd.DataFrame(rows, dtype=object).astype(dict(contract.columns))
    check_batch("form", contract, pa.Table.from_pandas(frame, contract.arrow, preserve_index=False))


@pytest.mark.parametrize(
    ("column", "value"),
    [("x", -1), ("kind", "no such word"), ("unit", "no such town"), ("unit", "丁蜀")],
)
def test_a_column_that_is_not_what_its_type_says_is_an_error(yixing, column, value):
    with pytest.raises(Broken, match=column):
        check(yixing, {}, {column: value})


def test_columns_that_are_what_their_types_say(yixing):
    check(
        yixing,
        {"x": 0, "kind": "amount", "unit": "丁蜀镇"},
        {"kind": "share", "unit": "宜兴市"},
        {},
    )


def test_a_word_that_stands_for_any_other_is_one_of_the_columns_words(yixing):
    kind = {"type": "word", "words": {"share": ["比重"]}, "otherwise": "other"}
    check(yixing, {"kind": "other"}, columns=COLUMNS | {"kind": kind})


PROJECTS = "工程名称,镇（街道、园区）,规模,开工日期,验收日期,一次验收结果,是否受监,"
PROJECTS += "执行节能标准,是否备案"
PROJECT = "甲楼,丁蜀镇,大型,2013-01-04,2013-05-06,合格,是,是,"


def decided(tmp_path, folder: Folder, *returns: list[str]) -> list[tuple[str, str]]:
    """Fate and code of the reason of each project in returns of one half year."""
    (tmp_path / "raw").mkdir()
    for number, rows in enumerate(returns):
        path = tmp_path / "raw" / f"住建局-2013年上半年{number}.csv"
        path.write_text("\n".join([PROJECTS, *rows]), encoding="utf-8")
    ledger = ingested(tmp_path / "raw", folder, tmp_path / "processed").ledger
    told = ledger[~ledger["reason"].isin(["header", "footer"])]
    codes = told["reason"].str.split("|").str[0]
    return [*zip(told["fate"], codes, strict=True)]


def test_the_day_a_return_was_filed_is_no_content_of_its_rows(tmp_path, yixing):
    returns = [[PROJECT + "是", "", f"填报日期：2013年7月{day}日"] for day in (8, 9)]
    assert decided(tmp_path, yixing, *returns) == [("accepted", ""), ("duplicate", "duplicate_of")]


def test_a_column_of_the_form_that_is_called_filed_is_content(tmp_path, yixing):
    rows = [PROJECT + "是", PROJECT + "否"]
    assert decided(tmp_path, yixing, rows) == [("rejected", "conflict")] * 2


SAMPLES = "样品编号,抽样日期,镇（街道、园区）,受检单位,产品名称,类别,检验结果"
SAMPLE = "{},2013-04-02,{},样例厂,紫砂陶,产品,合格"


@pytest.mark.parametrize("together", [1, 2, 3, 100])
def test_how_many_rows_are_written_together_changes_no_table(
    tmp_path, monkeypatch, yixing, together
):
    (tmp_path / "raw").mkdir()
    # The second return shares a row with the first (units that overlap), the third repeats one and
    # contradicts another.
    returns = [
        [SAMPLE.format("C1", "新街街道"), SAMPLE.format("C2", "丁蜀镇")],
        [SAMPLE.format("C3", "新街街道"), SAMPLE.format("C1", "环科园")],
        [
            SAMPLE.format("C2", "丁蜀镇"),
            SAMPLE.format("C3", "和桥镇"),
            SAMPLE.format("C4", "和桥镇"),
        ],
    ]
    for number, rows in enumerate(returns):
        path = tmp_path / "raw" / f"质监局-2013年上半年{number}.csv"
        path.write_text("\n".join([SAMPLES, *rows]), encoding="utf-8")
    monkeypatch.setattr(store, "GROUP", together)
    tables = ingested(tmp_path / "raw", yixing, tmp_path / "processed")
    found = tables.records["inspections"][["sample_no", "unit", "key", "once", "row"]]
    assert found.to_numpy().tolist() == [
        ["C1", "新街街道", "C1", False, 2],
        ["C2", "丁蜀镇", "C2", True, 3],
        ["C1", "环科园", "C1", True, 3],
        ["C4", "和桥镇", "C4", True, 4],
    ]
