"""Forms that yxq has made, in the ways in which a clerk changes them before they come back."""

from __future__ import annotations

import openpyxl
import pytest
import small
from project import ingested

from yxq.plan_folders.load import load
from yxq.returns.blank.asked import asked
from yxq.returns.blank.write import write

FIRST = 6  # the row of the first that is filled in
Q4 = "质监局-覆盖率统计-2013年第四季度.xlsx"


@pytest.fixture(scope="module")
def blanks(yixing, tmp_path_factory):
    """The blank forms of one department."""
    place, plan = tmp_path_factory.mktemp("blank"), yixing.plan(2013)
    write(place, plan, asked(plan, ["质监局"]), place / "none")
    return place


def counted(path, rows=None):
    """A blank of counts, 9 of 10 in some rows or all that are given."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    for row in range(FIRST, sheet.max_row + 1 if rows is None else FIRST + rows):
        if sheet.cell(row, 1).value:
            sheet.cell(row, 5).value, sheet.cell(row, 6).value = 10, 9
    return book


def bare(book, title):
    """Without its mark, as where the sheet is copied into a workbook of somebody else's."""
    for name in book.sheetnames[1:]:
        book.remove(book[name])
    sheet = book.worksheets[0]
    sheet["A1"], sheet["A4"] = title, None
    return book


def read(raw, folder, **books):
    """The tables of some workbooks, by their names without suffix."""
    raw.mkdir(exist_ok=True)
    for name, book in books.items():
        book.save(raw / f"{name}.xlsx")
    return ingested(raw, folder, raw.parent / "processed")


@pytest.mark.parametrize(
    ("name", "first"),
    [("质监局-覆盖率统计-2013年第四季度", "2013-10-01"), ("质监局-覆盖率统计", None)],
)
def test_the_day_by_which_a_form_is_due_is_no_period(blanks, yixing, tmp_path, name, first):
    book = bare(counted(blanks / Q4), "覆盖率统计")
    assert book.worksheets[0]["A3"].value.startswith("请在2014年1月15日前报送")
    tables = read(tmp_path / "raw", yixing, **{name: book})
    [row] = tables.files.to_dict("records")
    if first is None:
        assert (row["accepted"], row["rejected"]) == (0, 220)
        assert "no_period" in tables.ledger["reason"].iloc[-1]
    else:
        assert str(row["period_from"].date()) == first
        assert (row["accepted"], row["rejected"]) == (220, 0)
        assert set(tables.records["coverage"]["from"].astype(str)) == {"2013-10-01"}


def small_plan(place, **written):
    """A plan whose form has a number a unit, in a publisher's marks."""
    columns = {"unit": small.COLUMNS["unit"], "size": {"type": "number", "required": True}}
    made = small.form(key=["unit", "year"], written=written) | {"columns": columns}
    asks = small.target("T1", {"form": "things", "value": "size"}, ">= 1")
    return load(small.folder(place, {"things": made}, asks).as_posix())


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_numbers_of_a_made_form_are_not_read_by_the_marks_of_a_publisher(tmp_path, kind):
    folder = small_plan(tmp_path, decimal=",")
    plan = folder.plan()
    [path] = write(tmp_path / "blank", plan, asked(plan), tmp_path / "none")
    book, raw = openpyxl.load_workbook(path), tmp_path / "raw"
    raw.mkdir()
    sheet = book.worksheets[0]
    for row, value in enumerate((1.125, 1234.567, 1.5), FIRST):
        sheet.cell(row, 2).value = value
    if kind == "xlsx":
        book.save(raw / "a.xlsx")
    else:
        rows = (["" if v is None else str(v) for v in row] for row in sheet.values)
        text = "\n".join(",".join(f'"{v}"' for v in row) for row in rows)
        (raw / "a.csv").write_text(text, encoding="utf-8")
    tables = ingested(raw, folder, tmp_path / "processed")
    rejected = tables.ledger.query("fate == 'rejected'")["reason"].tolist()
    sizes = tables.records["things"]["size"].tolist()
    if kind == "xlsx":
        assert (sizes, rejected) == ([1.125, 1234.567, 1.5], [])
    else:  # 1.125 in text may be 1125
        assert (sizes, rejected) == ([1234.567, 1.5], ["bad_number|size|1.125"])
