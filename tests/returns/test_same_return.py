"""Two returns are the same by what they hold: the second is a duplicate, and is told."""

import pandas as pd
import pytest
from project import read_back

from yxq.plan_folders import load
from yxq.returns.ingest import ingest
from yxq.words.wording import Words

FOLDER = load.load("yixing")
HEAD = "样品编号,抽样日期,镇（街道、园区）,类别,检验结果"
ROWS = [
    "C1,2013-04-02,丁蜀镇,产品,合格",
    "C1,2013-04-02,丁蜀镇,产品,合格",
    "C2,2013-05-02,和桥镇,食品,不合格",
]
Q2 = "质监局-2013年第二季度"


def without_key(form: str):
    forms = FOLDER.forms | {form: FOLDER.forms[form].model_copy(update={"key": ()})}
    return FOLDER.model_copy(update={"forms": forms})


def text(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\n".join([HEAD, *rows, ""]).encode(encoding)


def taken(tmp_path, files: dict[str, bytes], folder=None):
    """Of each file how many rows were accepted and are duplicates; and what the command says."""
    (tmp_path / "raw").mkdir()
    for name, content in files.items():
        (tmp_path / "raw" / name).write_bytes(content)
    made = ingest(tmp_path / "raw", folder or without_key("inspections"), tmp_path / "processed")
    read_back(tmp_path / "processed")
    again = ingest(tmp_path / "raw", folder or without_key("inspections"), tmp_path / "processed")
    assert again.lines(Words("zh")) == [
        line.replace(f"({made.read} read anew)", "(0 read anew)")
        for line in made.lines(Words("zh"))
    ]
    said = made.lines(Words("zh"))
    counts = made.files[["accepted", "duplicate"]].itertuples(index=False, name=None)
    return dict(zip(made.files["file"], counts, strict=True)), said


SAME = {
    "the same bytes": text(*ROWS),
    "with a mark of its encoding": text(*ROWS, encoding="utf-8-sig"),
    "in another encoding": text(*ROWS, encoding="gb18030"),
    "in another order": text(*ROWS[::-1]),
    "with days written otherwise": text(*(row.replace("-", ".") for row in ROWS)),
}


@pytest.mark.parametrize("how", SAME)
def test_a_return_that_comes_again_counts_once_also_without_a_key(tmp_path, how):
    counts, said = taken(tmp_path, {f"{Q2}.csv": text(*ROWS), f"{Q2}（二）.csv": SAME[how]})
    assert counts == {f"{Q2}.csv": (3, 0), f"{Q2}（二）.csv": (0, 3)}
    assert f"not counted: {Q2}（二）.csv: 整份报表与 {Q2}.csv 完全相同，只计一次" in said


OTHERS = {
    "a row more": (f"{Q2}b.csv", text(*ROWS, ROWS[2])),
    "a row less": (f"{Q2}b.csv", text(*ROWS[:2])),
    "another result": (f"{Q2}b.csv", text(*ROWS[:2], ROWS[2].replace("不合格", "合格"))),
    "another sender": ("农林局-2013年第二季度.csv", text(*ROWS)),
}


@pytest.mark.parametrize("how", OTHERS)
def test_another_return_counts_though_rows_of_it_are_alike(tmp_path, how):
    name, content = OTHERS[how]
    counts, _ = taken(tmp_path, {f"{Q2}.csv": text(*ROWS), name: content})
    assert [duplicates for _, duplicates in counts.values()] == [0, 0]


def test_a_return_of_nobody_is_the_same_as_that_of_a_sender(tmp_path):
    counts, _ = taken(tmp_path, {f"{Q2}.csv": text(*ROWS), "x2013年第二季度.csv": text(*ROWS)})
    assert sorted(counts.values()) == [(0, 3), (3, 0)]


def test_rows_without_a_day_are_of_the_period_of_their_return(tmp_path):
    head, row = "指标,镇（街道、园区）,年度,数值", "质量工作财政扶持,全市,,12"
    files = {f"质监局-{year}年.csv": f"{head}\n{row}\n".encode() for year in (2013, 2014)}
    counts, _ = taken(tmp_path, files, without_key("annual"))
    assert not any(duplicates for _, duplicates in counts.values())


def test_where_rows_have_a_key_the_command_says_that_all_have_come_again(tmp_path):
    files = {f"{Q2}.csv": text(ROWS[0], ROWS[2]), f"{Q2}b.csv": text(ROWS[0], ROWS[2])}
    counts, said = taken(tmp_path, files, FOLDER)
    assert counts == {f"{Q2}.csv": (2, 0), f"{Q2}b.csv": (0, 2)}
    assert [line for line in said if f"{Q2}b.csv" in line] == [
        f"look at: {Q2}b.csv: 各行都与先报的行相同，没有一行另计"
    ]


@pytest.mark.parametrize(("pairs", "told"), [(11, True), (10, False)])
def test_a_key_that_tells_nothing_apart_is_said(tmp_path, pairs, told):
    rows = [f"C{n % pairs},2013-04-{n % 28 + 1:02},丁蜀镇,产品,合格" for n in range(2 * pairs)]
    _, said = taken(tmp_path, {f"{Q2}.csv": text(*rows)}, FOLDER)
    vague = [line for line in said if "分不清各行" in line]
    assert len(vague) == told
    for line in vague:
        assert "监督抽查结果：22行中有22行编号（样品编号）" in line and "抽样日期" in line
        back = pd.read_excel(
            tmp_path / "processed" / "returned" / "质监局.xlsx", sheet_name=None, engine="openpyxl"
        )
        assert max(map(len, back.values())) <= 203
