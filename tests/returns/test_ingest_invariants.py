"""Laws of reading: whatever the format, encoding and layout the records are the same, and damage
loses no row.
"""

import csv
import datetime as dt
import io
import shutil
import subprocess
import sys
from pathlib import Path

import crash
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from project import DEMO, examples, ingested
from rows_by_hand import SAMPLES

from yxq import cli
from yxq.plan_folders import load
from yxq.returns import ingest, intake, records
from yxq.returns.ledger import write_ledger
from yxq.returns.parts import PACKAGE
from yxq.returns.read import identify
from yxq.returns.read import text as text_reader
from yxq.tables import store

FOLDER = load.load("yixing")
TOWNS = [unit.name for unit in FOLDER.units if unit.kind != "city" and not unit.valid_from]
TEXT = (
    st.text(st.sampled_from("样例厂ABC县 ,;\t\"'=|％（）㳇　<&"), max_size=12)
    .map(str.strip)
    .filter(lambda text: text not in FOLDER.layout.missing and text.strip() == text)
)
SAMPLE = st.tuples(
    st.integers(0, 10**6),
    st.dates(dt.date(2013, 1, 1), dt.date(2013, 12, 31)),
    st.sampled_from(TOWNS),
    TEXT,
    TEXT,
    st.sampled_from(["产品", "食品", "农产品"]),
    st.sampled_from(["合格", "不合格"]),
)
DAYS = [
    str,
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d:%Y%m%d}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: str((d - dt.date(1899, 12, 30)).days),
]


def text_file(rows: list[list[str]], mark: str, quoting: int, end: str, encoding: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark, quoting=quoting, lineterminator=end).writerows(rows)
    return out.getvalue().encode(encoding)


def workbook(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out,
        {
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "in_memory": True,
            "strings_to_urls": False,
        },
    )
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        for place, text in enumerate(row):
            sheet.write_string(number, place, text)
    book.close()
    return out.getvalue()


def web_page(rows: list[list[str]]) -> bytes:
    import html

    cells = "".join(
        "<tr>" + "".join(f"<td>{html.escape(c)}</td>" for c in row) + "</tr>" for row in rows
    )
    return f"<html><meta charset=gb18030><table>{cells}</table></html>".encode("gb18030")


def parquet(rows: list[list[str]]) -> bytes:
    out = io.BytesIO()
    head, *body = [row for row in rows if len([c for c in row if c]) > 4]
    pq.write_table(
        pa.table(
            {name: pa.array([row[n] for row in body], pa.string()) for n, name in enumerate(head)}
        ),
        out,
    )
    return out.getvalue()


@settings(max_examples=examples(8, 20), deadline=None)
@given(st.data())
def test_whatever_the_format_encoding_and_layout_the_records_are_the_same(tmp_path_factory, data):
    samples = data.draw(
        st.lists(SAMPLE, min_size=1, max_size=4, unique_by=lambda sample: sample[0])
    )
    day = data.draw(st.sampled_from(DAYS))
    order = data.draw(st.permutations(range(8)))
    body = [
        [f"C{no}", day(date), town, firm, what, kind, result, "铅" if result == "不合格" else ""]
        for no, date, town, firm, what, kind, result in samples
    ]
    table = [[row[place] for place in order] for row in [SAMPLES, *body]]
    if data.draw(st.booleans()):
        table = [["2013年度监督抽查结果"], [], *table, [], ["填报单位：质监局"]]
    kind = data.draw(st.sampled_from(["text", "xlsx", "html", "parquet"]))
    if kind == "text":
        mark, quoting = (
            data.draw(st.sampled_from(",\t;")),
            data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        )
        encoding = data.draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))
        written = text_file(
            table, mark, quoting, data.draw(st.sampled_from(["\n", "\r\n"])), encoding
        )
    else:
        written = {"xlsx": workbook, "html": web_page, "parquet": parquet}[kind](table)
    home = tmp_path_factory.mktemp("a")
    (home / "raw").mkdir()
    name = "质监局-2013年." + data.draw(
        st.sampled_from({"text": ["csv", "xls", "txt"], "html": ["xls", "csv"]}.get(kind, [kind]))
    )
    (home / "raw" / name).write_bytes(written)
    tables = ingested(home / "raw", FOLDER, home / "processed")
    assert (tables.ledger["fate"].isin(["accepted", "excluded"])).all(), tables.ledger[
        ["row", "fate", "reason"]
    ]
    found = tables.records["inspections"].fillna("")
    expected = {
        (f"C{no}", pd.Timestamp(date), town, firm, what, result == "合格")
        for no, date, town, firm, what, _, result in samples
    }
    columns = [found[name] for name in ("sample_no", "date", "unit", "firm", "product", "result")]
    assert {(*row[:5], row[5] == "pass") for row in zip(*columns, strict=True)} == expected


def long_text(rows: int, quoted: bool, odd: str = "") -> bytes:
    lines = [["2013年第二季度监督抽查"], SAMPLES]
    lines += [
        [
            f"C{n:07d}",
            "2013-04-02",
            TOWNS[n % 20],
            f"样例{n % 50}厂",
            "紫砂陶",
            "产品",
            "合格" if n % 9 else "不合格",
            "",
        ]
        for n in range(rows)
    ]
    if odd:
        lines[rows // 2][3] = odd
    lines += [["合计", "", "", "", "", "", str(rows), ""], ["填报单位：质监局"]]
    return text_file(lines, ",", csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL, "\r\n", "utf-8")


@pytest.mark.parametrize("quoted", [False, True])
@pytest.mark.parametrize("odd", ["", '甲"乙', "甲\n乙", "甲,乙", " 甲 "])
def test_the_fast_reader_and_the_strict_one_say_the_same(tmp_path, monkeypatch, quoted, odd):
    path = tmp_path / "a.csv"
    path.write_bytes(long_text(6_000, quoted, odd))
    for name in ("HELD", "GLANCE", "BLOCK"):  # read as a long file is, a piece at a time
        monkeypatch.setattr(text_reader, name, 80_000)

    def rows() -> list[list[str]]:
        blocks = next(identify.sheets(path, True)).blocks()
        return [
            [c for c in row if c != ""]
            for block in blocks
            for row in block.astype("str").to_numpy().tolist()
        ]

    fast = rows()
    monkeypatch.setattr(text_reader, "_plain", lambda *_: None)
    strict = rows()
    assert len(fast) == 6_004 and fast == strict


def test_many_processes_and_small_blocks_change_nothing(tmp_path, monkeypatch):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "2013年第二季度.csv").write_bytes(long_text(30_000, False))
    (tmp_path / "raw" / "x2013年第二季度.csv").write_bytes(long_text(2_000, True, "甲"))
    one = ingested(tmp_path / "raw", FOLDER, tmp_path / "one")
    monkeypatch.setattr(text_reader, "BLOCK", 500_000)
    monkeypatch.setattr(intake, "MUCH", 1)
    monkeypatch.setattr(ingest, "LONG", intake.A_FILE + 300_000)  # the short file is whole
    monkeypatch.setattr(records, "AT_ONCE", 300)
    many = ingested(tmp_path / "raw", FOLDER, tmp_path / "many")
    # The short file repeats 2,000 samples, one of them with another firm.
    fates = {"accepted": 29_999, "duplicate": 1999, "rejected": 2, "excluded": 8}
    assert one.ledger["fate"].value_counts().to_dict() == fates
    for name in ("ledger", "files", "measures"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(many, name))
    pd.testing.assert_frame_equal(one.records["inspections"], many.records["inspections"])


def test_killed_at_any_moment_it_ends_as_if_undisturbed(tmp_path):
    assert sum(crash.run(2, 3, tmp_path, "教育局*").values()) >= 2


# Only what has changed is read again


@pytest.fixture
def small(tmp_path) -> Path:
    for name in ("质监局-监督抽查结果-2013年第二季度.csv", "质监局-覆盖率统计-2013年第二季度.*"):
        [file] = (DEMO / "2013").glob(name)
        (tmp_path / "raw").mkdir(exist_ok=True)
        (tmp_path / "raw" / file.name).write_bytes(file.read_bytes())
    return tmp_path


def anew(place: Path) -> int:
    return ingest.ingest(place / "raw", FOLDER, place / "processed").read


def test_only_changed_files_are_read_again(small):
    small.joinpath("processed").mkdir()
    file = next((small / "raw").glob("*抽查*"))
    text = file.read_bytes()
    assert [anew(small), anew(small)] == [2, 0]
    before = (small / "processed" / "measures.parquet").read_bytes()
    encoding = "utf-8" if identify.identify(file)[1] else "gb18030"
    file.write_bytes(text.replace("不合格".encode(encoding), "合格".encode(encoding), 1))
    assert [anew(small), anew(small)] == [1, 0]
    file.write_bytes(text)
    assert anew(small) == 1 and (small / "processed" / "measures.parquet").read_bytes() == before
    file.rename(file.with_stem("新名-质监局-2013年第二季度"))
    assert anew(small) == 1
    assert set(store.read(small / "processed", "files")["file"]) == {
        p.name for p in (small / "raw").iterdir()
    }


def test_another_plan_folder_reads_all_again_and_keeps_no_part_of_the_old(small, tmp_path):
    small.joinpath("processed").mkdir()
    anew(small)
    mine = shutil.copytree(FOLDER.path, tmp_path / "plan")
    forms = (mine / "forms.yml").read_text(encoding="utf-8")
    (mine / "forms.yml").write_text(forms.replace("合格, 符合", "合格, 符合, 好"), encoding="utf-8")
    done = ingest.ingest(small / "raw", load.load(mine), small / "processed")
    assert done.read == 2 and len(list((small / "processed" / ".parts").iterdir())) == 2


def test_another_wording_is_written_into_what_goes_back(tmp_path):
    hidden = shutil.ignore_patterns("__pycache__")
    words = shutil.copytree(PACKAGE, tmp_path / "yxq", ignore=hidden) / "words" / "words.yml"
    back = tmp_path / "processed" / "returned" / "质监局.xlsx"
    (tmp_path / "raw").mkdir()
    (tmp_path / "processed").mkdir()
    wrong = ["C1", "四月", TOWNS[0], "", "", "产品", "合格", ""]
    text = text_file([SAMPLES, wrong], ",", csv.QUOTE_MINIMAL, "\n", "utf-8")
    (tmp_path / "raw" / "质监局-2013年第二季度.csv").write_bytes(text)
    command = [sys.executable, "-c", "from yxq.cli import main; main()", "ingest"]
    command += ["--raw", "raw", "--processed", "processed"]

    def titles() -> list[str]:
        # The package is the copy that is there; of the return no row counts, which is a failure.
        assert subprocess.run(command, cwd=tmp_path).returncode == 1
        return openpyxl.load_workbook(back).sheetnames[:2]  # and forms to mend them in

    assert titles() == ["说明", "退回的行"]
    said = words.read_text(encoding="utf-8")
    words.write_text(said.replace("退回的行", "退回"), encoding="utf-8")
    assert titles() == ["说明", "退回"]


@pytest.mark.parametrize("where", ["add", "_write", "file"])
def test_a_full_disk_leaves_the_tables_that_were(small, monkeypatch, where):
    small.joinpath("processed").mkdir()
    anew(small)
    before = crash.tables(small / "processed")
    next((small / "raw").glob("*抽查*")).unlink()

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(store.Set, where, full)
        with pytest.raises(OSError, match="No space left"):
            anew(small)
    assert (
        crash.tables(small / "processed") == before and not (small / "processed" / ".new").exists()
    )
    anew(small)
    assert crash.tables(small / "processed") != before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rejected": 1}, "yxq: rows read are not the sum of their fates in "),
        ({"refused": "perhaps"}, "yxq: files: "),
    ],
)
def test_tables_that_break_their_law_are_not_written_and_told_in_one_line(
    small, monkeypatch, capsys, change, told
):
    small.joinpath("processed").mkdir()
    anew(small)
    before = crash.tables(small / "processed")
    next((small / "raw").glob("*抽查*")).unlink()

    def wrong(*arguments: object) -> pd.DataFrame:
        return write_ledger(*arguments).assign(**change)

    monkeypatch.setattr(ingest, "write_ledger", wrong)
    command = ["yxq", "ingest", "--raw", small / "raw", "--processed", small / "processed"]
    monkeypatch.setattr(sys, "argv", [*map(str, command)])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    last = capsys.readouterr().err.splitlines()[-1]
    assert stop.value.code == 2 and last.startswith(told)
    assert crash.tables(small / "processed") == before


def test_later_replaces_earlier_where_the_plan_says_so(tmp_path):
    form = FOLDER.forms["inspections"].model_copy(update={"again": "latest"})
    folder = FOLDER.model_copy(update={"forms": FOLDER.forms | {"inspections": form}})
    (tmp_path / "raw").mkdir()
    for name, day, result in (("b", "2013年7月1日", "合格"), ("a", "2013年7月9日", "不合格")):
        rows = [
            SAMPLES,
            ["C1", "2013-04-02", "丁蜀镇", "", "", "产品", result, ""],
            [f"填报日期：{day}"],
        ]
        (tmp_path / "raw" / f"质监局-2013年第二季度{name}.csv").write_bytes(
            text_file(rows, ",", csv.QUOTE_MINIMAL, "\n", "utf-8")
        )
    tables = ingested(tmp_path / "raw", folder, tmp_path / "processed")
    told = tables.ledger[tables.ledger["row"] == 2]
    assert told[["fate", "reason"]].values.tolist() == [
        ["accepted", ""],
        ["duplicate", "resubmitted|质监局-2013年第二季度a.csv"],
    ]
    assert tables.records["inspections"]["result"].tolist() == ["fail"]
