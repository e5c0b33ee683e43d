"""What a format shows of a number: another text is read as it is seen, another number is told."""

import csv
import io
import re
from pathlib import Path

import pytest
import workbooks
import xlsxwriter
from office import CSV, converted

from yxq.returns.read.identify import identify, sheets
from yxq.returns.read.sheet import SHOWN
from yxq.returns.read.shown import is_odd, shown

HIDDEN = "told"  # that the number is not what is seen
ACCOUNTS = '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"??_ ;_ @_ '
SEEN = [  # a number, its format, and what Excel shows where it is another text
    (-5, '0;"¥"', HIDDEN),  # only of nought a mark alone says so
    (123, "00000", "00123"),
    (12345678, "00000", None),
    (-5, "000", "-005"),
    (5, "000", "005"),
    (5.25, "00.00", "05.25"),
    (5551234, "000\\-0000", "555-1234"),
    (123, '0000"-"00', "0001-23"),
    (5, '"NO."0', "NO.5"),
    (5, '"C"000', "C005"),
    (5, "\\C0", "C5"),
    (5, "!C0", "C5"),
    (-5, '0"家"', "-5家"),
    (90, '0"%"', "90%"),
    (2013, '0"年"', "2013年"),
    (4, 'General"月"', "4月"),
    (4, 'G/通用格式"月"', "4月"),
    (1, '[=1]"是";[=0]"否"', "是"),
    (0, '[=1]"是";[=0]"否"', "否"),
    (2, '[=1]"是";[=0]"否"', HIDDEN),
    (100, '[>=100]"多";0', "多"),
    (99, '[>=100]"多";0', None),
    (99, '[<100]"少";[<>100]"多";0', "少"),
    (101, '[<100]"少";[<>100]"多";0', "多"),
    (100, '[<=100]"少";[>100]"多"', "少"),
    (12345, "0.0,", HIDDEN),
    (12345, "0!.0,", HIDDEN),
    (12345, '0.0,"千"', HIDDEN),
    (12345678, "#,##0,,", HIDDEN),
    (0, "0.0,", None),
    (5, ";;;", HIDDEN),
    (0, "0;-0;;@", HIDDEN),
    (0, "#", HIDDEN),
    (0, "#,###", HIDDEN),
    (0, "0;-0;无", "无"),
    (5, "0;-0;;@", None),
    (-5, "#,##0;[Red]#,##0", HIDDEN),
    (-5, "#,##0_);[Red]\\(#,##0\\)", None),
    (-5, "0.00_ ;[Red]\\-0.00\\ ", None),
    (0, ACCOUNTS, None),
    (5, ACCOUNTS, None),
    (-5, ACCOUNTS, None),
    (1234.5, "#,##0.00", None),
    (0.9, "0.0%", None),
    (0.9, '0.0%"达标"', HIDDEN),
    (0.5, "00.0%", None),
    (0.05, "00.0%", HIDDEN),
    (12.34, "0", None),
    (0.5, "#.00", None),
    (0.5, "# ?/?", None),
    (12, "0.00E+00", None),
    (5, "[$¥-804]#,##0.00", None),
    (5, '"¥"#,##0.00', None),
    (5, "[Red]0", None),
    (5, "@", None),
    (5, "General", None),
    (41366, 'yyyy"年"m"月"d"日"', None),
    (0.5, "[h]:mm", None),
    (0, "", None),
    (-5, "", None),
]


@pytest.mark.parametrize(("value", "code", "seen"), SEEN)
def test_what_a_format_shows(value, code, seen):
    told = f"{SHOWN} {value:g} {code}" if value < 1e6 else f"{SHOWN} {value} {code}"
    assert shown(float(value), f"{value}", code) == (told if seen == HIDDEN else seen)
    assert is_odd(code) or seen is None


def test_digits_that_were_lost_are_not_shown_as_others():
    assert shown(2e17, "2.00000000000000E+17", "00000") is None


@pytest.mark.parametrize(
    "code", ["General", "0", "0.00", "#,##0", "0%", ACCOUNTS, "yyyy-mm-dd", "[Red]0", "@", "# ?/?"]
)
def test_usual_formats_cost_nothing(code):
    assert not is_odd(code)


# In every format of workbook

NUMBERS = [123, 5, 0, 90.5, -7]
AS_SHOWN = [code for code in dict.fromkeys(code for _, code, _ in SEEN) if not {*"通!"} & {*code}]
CODES = ["00000", '"NO."0', "General", "0.0,", '0"家"', '[=5]"五";0']
ROWS = [  # of NUMBERS by each of CODES; a mark alone stands for what is told
    ["00123", "00005", "00000", "00090.5", "-00007"],
    ["NO.123", "NO.5", "NO.0", "NO.90.5", "-NO.7"],
    ["123", "5", "0", "90.5", "-7"],
    [SHOWN, SHOWN, "0", SHOWN, SHOWN],
    ["123家", "5家", "0家", "90.5家", "-7家"],
    ["123", "五", "0", "90.5", SHOWN],
]


def by_xlsxwriter(
    formulas: bool = False, codes: list[str] = CODES, numbers: list[float] = NUMBERS
) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for row, code in enumerate(codes):
        style = book.add_format({"num_format": code})
        for column, number in enumerate(numbers):
            if formulas and column % 2:
                sheet.write_formula(row, column, "=1", style, number)
            else:
                sheet.write_number(row, column, number, style)
    book.close()
    return out.getvalue()


def by_xlwt() -> bytes:
    xlwt = pytest.importorskip("xlwt")
    out, book = io.BytesIO(), xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("a")
    for row, code in enumerate(CODES):
        style = xlwt.easyxf(num_format_str=code)
        for column, number in enumerate(NUMBERS):
            sheet.write(row, column, number, style)
    book.save(out)
    return out.getvalue()


def xml_workbook() -> bytes:
    quoted = [code.replace('"', "&quot;") for code in CODES]
    styles = "".join(
        f'<Style ss:ID="s{n}"><NumberFormat ss:Format="{code}"/></Style>'
        for n, code in enumerate([*quoted, "Percent"])
    )
    cells = [
        "".join(
            f'<Cell ss:StyleID="s{n}"><Data ss:Type="Number">{number}</Data></Cell>'
            for number in NUMBERS
        )
        for n in range(len(CODES))
    ]
    rows = "".join(f"<Row>{row}</Row>" for row in cells)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}"><Styles>{styles}'
        f'</Styles><Worksheet ss:Name="S"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()


def read(path: Path) -> list[list[str]]:
    """The rows of the first sheet; of what is told the mark alone."""
    sheet = next(sheets(path, identify(path)[1]))
    return [[SHOWN if text.startswith(SHOWN) else text for text in row] for row in sheet.head]


@pytest.mark.parametrize("write", [by_xlsxwriter, by_xlwt, xml_workbook])
def test_a_workbook_is_read_as_it_is_seen(tmp_path, write):
    (tmp_path / "a.xls").write_bytes(write())
    assert read(tmp_path / "a.xls") == ROWS


def test_a_workbook_of_binary_parts_too(tmp_path):
    path = tmp_path / "a.xlsb"
    for code, row in zip(CODES, ROWS, strict=True):
        path.write_bytes(workbooks.binary_workbook([["甲"], NUMBERS], code=code))
        assert read(path) == [["甲", "", "", "", ""], row]


def test_and_one_of_libreoffice(tmp_path):
    """Of a number that it rounds to be padded, only what it shows is known."""
    (tmp_path / "a.xlsx").write_bytes(by_xlsxwriter(formulas=True))
    rounded = [["00123", "00005", "00000", "00091", "-00007"], *ROWS[1:5]]
    for kind in ("ods", "xls", "xlsx"):
        [made] = converted([tmp_path / "a.xlsx"], kind, tmp_path / kind)
        found = read(made)
        if kind == "ods":
            assert found[:5] == rounded
        else:
            assert found[:5] == ROWS[:5]
        assert found[5][:4] == ["123", "五", "0", "90.5"]


def plain(text: str) -> str:
    """A number without what makes no other of it; a text as it is."""
    bare = re.sub(r"[,\s¥]|\.0+(?=\D*$)", "", text)
    return re.sub(r"^\((\d+)\)$", r"-\1", bare) or (text and "0")  # .00


def test_libreoffice_shows_what_is_read(tmp_path):
    numbers = [-40123, -5, -1, 0, 1, 5, 100, 123, 12345, 5551234]
    (tmp_path / "a.xlsx").write_bytes(by_xlsxwriter(False, AS_SHOWN, numbers))
    [made] = converted([tmp_path / "a.xlsx"], CSV, tmp_path / "csv")
    seen = [*csv.reader(made.read_text(encoding="utf-8").splitlines())]
    same = told = 0
    for code, row, cells in zip(AS_SHOWN, read(tmp_path / "a.xlsx"), seen, strict=False):
        for number, text, cell in zip(numbers, row, cells, strict=True):
            told += text == SHOWN
            if text == SHOWN or any(mark in code for mark in ("yy", "mm", "E+", "%", "/")):
                # Where no section of a format holds, Excel shows ### and LibreOffice the number.
                is_none = text != SHOWN or "[=" in code
                assert is_none or plain(cell) != str(number), (number, code, cell)
                continue
            assert plain(cell) == plain(text) or (number, cell.strip()) == (0, "-"), (
                number,
                code,
                cell,
            )
            same += 1
    assert same > 250 and told > 50
