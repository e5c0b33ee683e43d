"""How a text's cells are told apart."""

import pytest

from yxq.returns.read import text
from yxq.returns.read.text import delimiter, text_sheet


@pytest.mark.parametrize(
    ("lines", "mark"),
    [
        (["a,b,c", "1,2,3"], ","),
        (["a;b;c", "1,5;2;3", "1;2;3"], ";"),
        (["a\tb", "1\t2"], "\t"),
        (["title, long", "a|b|c", "1|2|3"], "|"),
    ],
)
def test_the_separator_is_what_most_lines_hold_equally_often(lines, mark):
    assert delimiter(lines) == mark


def test_of_a_long_file_the_edges_are_whole_lines_and_the_blocks_all_of_it(tmp_path, monkeypatch):
    """Lines of ten bytes, of which 35 bytes at either edge hold three."""
    rows = [[f"A{number:03}", f"{number:04}"] for number in range(40)]
    path = tmp_path / "a.csv"
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    monkeypatch.setattr(text, "EDGE", 35)
    for held in (400, 399):  # as long as what is held at once, and longer
        monkeypatch.setattr(text, "HELD", held)
        sheet = text_sheet(path, "utf-8")
        blocks = list(sheet.blocks())
        assert [row for block in blocks for row in block.to_numpy().tolist()] == rows
        assert [number for block in blocks for number in block.index] == [*range(1, 41)]
        assert sheet.delimited and sheet.first == 1
        edges = (rows, rows) if held == 400 else (rows[:2], rows[-3:])
        assert (sheet.head, sheet.tail) == edges
