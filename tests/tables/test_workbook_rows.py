"""How high the rows of a workbook are: as high as their longest text asks, where it has several
lines; a program that prints without showing would cut it off.
"""

import openpyxl
import pandas as pd
import pytest

from yxq.tables import workbook
from yxq.words.wording import Words

ZH = Words("zh")
FIRST = workbook.HEAD + 2  # the first row below the headings, as workbooks count


def heights(path, frame: pd.DataFrame) -> list[float | None]:
    workbook.write(path, {"表": frame}, ZH, "题")
    sheet = openpyxl.load_workbook(path)["表"]
    return [sheet.row_dimensions[row].height for row in range(FIRST, FIRST + len(frame))]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("字" * 20, None),  # forty halves: all that the column of what is wrong holds
        ("字" * 20 + "a", 2),
        ("x" * 40, None),
        ("x" * 81, 3),
        ("字" * 2_000, 28),  # no row can be higher
        ("", None),
    ],
)
def test_a_row_is_as_high_as_its_text_has_lines(tmp_path, text, lines):
    frame = pd.DataFrame({"wrong": [text, "短"], "row": [1, 2]})
    assert heights(tmp_path / "a.xlsx", frame) == [lines and 14.25 * lines + 3, None]


def test_the_longest_of_its_texts_counts_and_a_number_has_one_line(tmp_path):
    frame = pd.DataFrame({"mend": ["字" * 50], "wrong": ["字" * 50], "row": [10**40 * 1.0]})
    assert heights(tmp_path / "a.xlsx", frame) == [14.25 * 4 + 3]  # of thirty and of forty halves
    turned = frame[["wrong", "mend", "row"]]
    assert heights(tmp_path / "b.xlsx", turned) == [14.25 * 4 + 3]


def test_a_sheet_of_signs_has_rows_of_one_line(tmp_path):
    frame = pd.DataFrame({"unit": ["字" * 50], "A": ["✓"]})
    frame.attrs["signs"] = True
    assert heights(tmp_path / "a.xlsx", frame) == [None]
