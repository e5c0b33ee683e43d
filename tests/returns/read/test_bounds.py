"""What a file may ask for is known before a library reads it, and what it is, by its bytes."""

import io
import os
import re
import zipfile

import openpyxl
import pytest
import xlsxwriter

from yxq.returns.read import archive, confined, text
from yxq.returns.read.archive import look
from yxq.returns.read.identify import identify, sheets
from yxq.returns.read.sheet import COLUMNS, Unreadable, holds

SHEET = "xl/worksheets/sheet1.xml"
ROWS = [["甲", "乙"], ["1", "2"]]


@pytest.fixture(autouse=True)
def no_reader_is_left():
    yield
    confined.READER.close()


def workbook(rows=ROWS, chart: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("表")
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    if chart:
        line = book.add_chart({"type": "line"})
        line.add_series({"values": "=表!$A$1:$A$2"})
        book.add_chartsheet("图").set_chart(line)
    book.close()
    return out.getvalue()


def changed(data: bytes, old: bytes, new: bytes, part: str = SHEET) -> bytes:
    """A workbook in whose part something is something else."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(out, "w", 8) as copy:
        for name in book.namelist():
            xml = book.read(name)
            assert name != part or old in xml
            copy.writestr(name, xml.replace(old, new, 1) if name == part else xml)
    return out.getvalue()


def read(tmp_path, name: str, data: bytes) -> list[list[list[str]]]:
    path = tmp_path / name
    path.write_bytes(data)
    found = [*sheets(path, identify(path)[1])]
    return [
        [row for block in sheet.blocks() for row in block.to_numpy().tolist()] for sheet in found
    ]


def refused(tmp_path, name: str, data: bytes) -> str:
    with pytest.raises(Unreadable) as error:
        read(tmp_path, name, data)
    return str(error.value.reason)


def cell(place: str, inside: str = "<v>1</v>") -> bytes:
    row = re.sub("[A-Z]", "", place)
    inner = f'<c r="{place}">{inside}</c>' if inside else f'<c r="{place}" s="1"/>'
    return f'<row r="{row}">{inner}</row></sheetData>'.encode()


END = b"</sheetData>"
ELSEWHERE = [(b"<c r=", b"<c  r="), (b'r="XFD', b'r="xfd'), (b"<c r=", b"<c\nr=")]


@pytest.mark.parametrize(
    ("place", "cells"),
    [("XFD1048576", 17_179_869_184), ("AC1048576", 30_408_704), ("XFD1832", 30_015_488)],
)
def test_a_stray_cell_far_away_is_refused_by_what_it_would_take(tmp_path, place, cells):
    data = changed(workbook(), END, cell(place))
    assert refused(tmp_path, "a.xlsx", data) == f"too_many_cells|{cells}|30000000"


def test_a_stray_cell_that_is_only_formatted_or_near_is_none(tmp_path):
    formatted = changed(workbook(), END, cell("XFD1048576", ""))
    assert read(tmp_path, "a.xlsx", formatted) == [ROWS]
    [rows] = read(tmp_path, "b.xlsx", changed(workbook(), END, cell("AB30")))
    assert (len(rows), len(rows[0]), rows[29][27], rows[1][:2]) == (30, 28, "1", ["1", "2"])


@pytest.mark.parametrize(("old", "new"), ELSEWHERE)
def test_cells_that_say_otherwise_where_they_are_are_read_elsewhere_and_bounded(
    tmp_path, monkeypatch, old, new
):
    far = cell("XFD1048576").replace(old, new)
    (tmp_path / "a.xlsx").write_bytes(changed(workbook(), END, far))
    assert not look(tmp_path / "a.xlsx").plain
    assert refused(tmp_path, "a.xlsx", changed(workbook(), END, far)) == "reader_stopped"
    assert read(tmp_path, "b.xlsx", workbook()) == [ROWS]


def test_what_all_programs_write_is_plain(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["甲", 1, 2.5])
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "b.xlsx").write_bytes(workbook([["甲"] * 60] * 3, chart=True))
    assert [look(tmp_path / f"{name}.xlsx").plain for name in "ab"] == [True, True]


def test_a_piece_may_end_anywhere(tmp_path, monkeypatch):
    (tmp_path / "a.xlsx").write_bytes(changed(workbook([["甲"] * 9] * 40), END, cell("AC1048576")))
    for size in (7_000, 977, 400):
        monkeypatch.setattr(archive, "PIECE", size)
        with pytest.raises(Unreadable, match="too_many_cells"):
            look(tmp_path / "a.xlsx")


def test_hidden_rows_are_told_by_sheet(tmp_path):
    data = changed(workbook(), b'<row r="2"', b'<row hidden="1" r="2"')
    (tmp_path / "a.xlsx").write_bytes(data)
    assert look(tmp_path / "a.xlsx").hidden == {"表": frozenset({2})}


def test_merged_cells_that_overlap_are_refused_and_wide_ones_end_with_the_table(tmp_path):
    merges = b'</sheetData><mergeCells><mergeCell ref="A1:XFD200"/></mergeCells>'
    wide = changed(workbook(), END, merges)
    assert read(tmp_path, "a.xlsx", wide) == [[["甲", "甲"], ["甲", "甲"]]]
    many = merges.replace(b'<mergeCell ref="A1:XFD200"/>', b'<mergeCell ref="A1:XFD200"/>' * 5000)
    assert refused(tmp_path, "b.xlsx", changed(workbook(), END, many)) == "merged_overlap"


def test_an_area_that_is_none_is_not_believed(tmp_path):
    data = changed(workbook(), b'<dimension ref="A1:B2"/>', b'<dimension ref="1:49"/>')
    assert read(tmp_path, "a.xlsx", data) == [ROWS]


def test_a_chart_holds_no_rows(tmp_path):
    assert read(tmp_path, "a.xlsx", workbook(chart=True)) == [ROWS]


@pytest.mark.parametrize("name", ["a.xls", "a.xlsb", "a.ods", "a.csv", "a.txt", "a.html", "a.xlsm"])
def test_what_a_file_is_is_told_by_its_bytes(tmp_path, name):
    assert read(tmp_path, name, workbook()) == [ROWS]


def test_an_archive_without_a_workbook_says_so(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("word/document.xml", "<a/>")
    assert refused(tmp_path, "a.xlsx", out.getvalue()) == "no_workbook"


def test_what_an_archive_says_of_itself_is_not_believed(tmp_path, monkeypatch):
    data = workbook()
    place = data.index(b"PK\1\2")
    names = bytearray(data.replace(b"xl/styles", b"xl/\xff\xfeyles"))
    names[names.rindex(b"xl/\xff") - 46 + 9] |= 8  # a name that says it is UTF-8
    assert refused(tmp_path, "a.xlsx", bytes(names)) == "broken_workbook"
    size = data[: place + 24] + b"\xff\xff\xff\xf0" + data[place + 28 :]
    assert refused(tmp_path, "b.xlsx", size).startswith("too_large|38")
    less = data[: place + 24] + b"\x01\0\0\0" + data[place + 28 :]
    assert refused(tmp_path, "c.xlsx", less) == "broken_workbook"
    monkeypatch.setattr(archive, "PARTS", 100)
    assert refused(tmp_path, "d.xlsx", data) == "broken_workbook"
    monkeypatch.setattr(archive, "WORKBOOK", 1 << 20)
    assert refused(tmp_path, "e.xlsx", b"PK\3\4" + bytes(1 << 20)) == "too_large|2|1"


# Other formats


def test_columns_of_a_text_are_counted_before_it_is_read(tmp_path):
    line = b"," * COLUMNS
    assert refused(tmp_path, "a.csv", line + b"\n") == f"too_many_columns|{COLUMNS + 1}|{COLUMNS}"
    lower = b"a,b\n" * 40_000 + line + b"\n" + b"a,b\n" * 40_000
    assert refused(tmp_path, "c.csv", lower).startswith("too_many_columns")


def test_a_line_that_does_not_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(text, "BLOCK", 3 << 20)
    assert refused(tmp_path, "a.csv", b"a" * (7 << 20)) == "endless_line|3"
    assert len(read(tmp_path, "b.csv", b"a,b\n" * (2 << 20))[0]) == 2 << 20


def test_a_rectangle_has_so_many_columns_and_cells():
    holds(1, COLUMNS)
    holds(5, 6, 30)
    for rows, columns in ((1, COLUMNS + 1), (31, 1), (1, 31)):
        with pytest.raises(Unreadable):
            holds(rows, columns, 30)


SPANS = "<table><tr>{}</tr>{}</table>"


def test_spans_of_a_web_page_are_laid_out_up_to_a_bound(tmp_path):
    wide = SPANS.format("<td colspan=1000 rowspan=1000>x</td>" * 6, "<tr></tr>" * 1000)
    assert refused(tmp_path, "a.html", wide.encode()) == "too_many_cells|3000000|2000000"
    across = SPANS.format("<td colspan=1000>x</td>" * 17, "")
    assert refused(tmp_path, "b.html", across.encode()) == "too_many_columns|17000|16384"
    [[row]] = read(tmp_path, "c.html", SPANS.format("<td colspan=3>x</td>", "").encode())
    assert row == ["x", "x", "x"]


XML = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
 <Worksheet ss:Name="一"><Table>
  <Row><Cell ss:MergeAcross="1" ss:MergeDown="1"><Data ss:Type="String">题</Data></Cell></Row>
  <Row ss:Index="4" ss:Hidden="1"><Cell ss:Index="2"><Data ss:Type="Number">3.0</Data></Cell>
   <Cell><Data ss:Type="DateTime">2013-04-01T00:00:00.000</Data></Cell>
   <Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>
 </Table></Worksheet>
 <Worksheet ss:Name="二"><Table><Row><Cell><Data ss:Type="String">b</Data></Cell></Row></Table>
  <x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>
</Workbook>"""


def test_an_xml_workbook_of_2003_is_read(tmp_path):
    (tmp_path / "a.xls").write_text(XML, encoding="utf-8")
    one, two = sheets(tmp_path / "a.xls", True)
    assert one.head == [
        ["题", "题", "", "", ""],
        ["题", "题", "", "", ""],
        ["", "", "", "", ""],
        ["", "3", "2013-04-01", "TRUE", "#N/A"],
    ]
    assert (one.name, one.hidden, one.hidden_rows, one.merged) == (
        "一",
        False,
        frozenset({4}),
        ((1, 0, 2, 1),),
    )
    assert (two.name, two.hidden, two.head) == ("二", True, [["b"]])
    far = XML.replace('ss:Index="4"', 'ss:Index="9999999"')
    assert refused(tmp_path, "b.xls", far.encode()) == "too_many_cells|49999995|30000000"
    wide = XML.replace('ss:MergeAcross="1"', 'ss:MergeAcross="16384"')
    assert refused(tmp_path, "c.xls", wide.encode()) == "too_many_columns|16385|16384"
    assert refused(tmp_path, "d.xls", XML[:-9].encode()) == "broken_workbook"


# A process of its own


def test_a_file_that_ends_its_reader_is_refused_and_the_next_is_read(tmp_path, monkeypatch):
    page = SPANS.format("<td>x</td>", "").encode()
    assert read(tmp_path, "a.html", page) == [[["x"]]]
    confined.READER._process.kill()
    assert refused(tmp_path, "b.html", page) == "reader_stopped"
    assert read(tmp_path, "c.html", page) == [[["x"]]]
    os.mkfifo(tmp_path / "pipe")  # from which nothing ever comes
    monkeypatch.setattr(confined, "_seconds", lambda path: 0.01)
    with pytest.raises(Unreadable, match="reader_stopped"):
        [*confined.confined(confined.WEB_PAGE, tmp_path / "pipe", "utf-8")]


def test_a_larger_file_may_take_longer(tmp_path):
    (tmp_path / "a").write_bytes(bytes(3 << 20))
    assert confined._seconds(str(tmp_path / "a")) == 20 + 15
    assert confined._seconds(str(tmp_path / "none")) == 20
