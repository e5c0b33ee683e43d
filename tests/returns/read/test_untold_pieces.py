"""What is untold of a workbook's cells is found wherever its XML is cut into pieces."""

import zipfile

import openpyxl
import pytest

from yxq.returns.read import untold

ROWS = 40


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    """Each row has a number shown as a percentage of the year, an error, a formula never computed
    and a text that holds what ends a row; every seventh is blank.
    """
    path = tmp_path_factory.mktemp("pieces") / "a.xlsx"
    book = openpyxl.Workbook()
    for row in range(1, ROWS + 1):
        if row % 7:
            book.active.append([f"第{row}行</row>:row>", row, "#N/A", f"=A{row}&1"])
            book.active.cell(row, 2).number_format = '0"成"'
        else:
            book.active.append([])
    book.save(path)
    return path


def prefixed(path, place):
    """The same with a prefix before the names of rows and cells, as some programs write them."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(place, "w") as copy:
        for name in book.namelist():
            data = book.read(name)
            if name == "xl/worksheets/sheet1.xml":
                for tag in (b"row", b"c", b"f", b"v"):
                    for end in (b" ", b">", b"/>"):
                        data = data.replace(b"<" + tag + end, b"<x:" + tag + end)
                    data = data.replace(b"</" + tag + b">", b"</x:" + tag + b">")
            copy.writestr(name, data)
    return place


def expected() -> dict[tuple[int, int], str]:
    cells = {}
    for row in range(1, ROWS + 1):
        if row % 7:
            cells[row - 1, 2] = "#N/A"
            cells[row - 1, 3] = f"{untold.NEVER} =A{row}&1"
    return cells


@pytest.mark.parametrize("piece", [1, 37, 400, 1 << 24])
@pytest.mark.parametrize("named", ["plain", "prefixed"])
def test_the_cells_are_the_same_however_small_the_pieces(
    workbook, tmp_path, monkeypatch, piece, named
):
    path = workbook if named == "plain" else prefixed(workbook, tmp_path / "b.xlsx")
    monkeypatch.setattr(untold, "PIECE", piece)
    _, (sheet,) = untold.untold(path)
    odd = {place: text for place, text in sheet.cells.items() if place[1] == 1}
    assert {*odd} == {(row, 1) for row, column in expected() if column == 2}
    assert {p: t for p, t in sheet.cells.items() if p[1] != 1} == expected()


@pytest.mark.parametrize("piece", [1, 37, 1 << 24])
def test_pieces_are_all_of_it_and_no_cell_is_cut(workbook, monkeypatch, piece):
    monkeypatch.setattr(untold, "PIECE", piece)
    with zipfile.ZipFile(workbook) as book:
        pieces = [*untold._row_pieces(book, "xl/worksheets/sheet1.xml")]
        assert b"".join(pieces) == book.read("xl/worksheets/sheet1.xml")
        assert [*untold._row_pieces(book, "xl/worksheets/none.xml")] == [b""]
    filled = [part for part in pieces if part]
    assert (len(filled) > 2) == (piece < 1 << 24)
    assert all(part.startswith(b"</row>") for part in filled[1:])
