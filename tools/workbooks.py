"""One table in every format that is read, written by programs that are at hand, else by hand."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

Table = Sequence[Sequence[str]]
OFFICE = ("xlsx", "xls", "ods", "html")  # what LibreOffice is asked to save a table as
CONTENT_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
)


def by_xlsxwriter(table: Table) -> bytes:
    """With a title across the table, a hidden row, and a sheet that is a chart."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("表一")
    for number, row in enumerate(table):
        sheet.write_row(number + 1, 0, row)
    sheet.merge_range(0, 0, 0, len(table[0]) - 1, "监督抽查结果")
    sheet.set_row(5, None, None, {"hidden": True})
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=表一!$A$2:$A$9"})
    book.add_chartsheet("图").set_chart(chart)
    book.close()
    return out.getvalue()


def by_openpyxl(table: Table) -> bytes:
    """As it is, with strings that are shared."""
    out, book = io.BytesIO(), openpyxl.Workbook()
    for row in table:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def by_xlwt(table: Table) -> bytes:
    """An .xls of 2003."""
    import xlwt

    out, book = io.BytesIO(), xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("表一")
    for number, row in enumerate(table):
        for column, text in enumerate(row):
            sheet.write(number, column, text)
    book.save(out)
    return out.getvalue()


def by_libreoffice(table: Table) -> dict[str, bytes]:
    """By the end of its name what LibreOffice makes of the table; nothing where it is not there."""
    program = shutil.which("soffice")
    if program is None:
        return {}
    with TemporaryDirectory() as place:
        source = Path(place, "a.xlsx")
        source.write_bytes(by_openpyxl(table))
        settings = f"-env:UserInstallation={Path(place, 'settings').as_uri()}"
        for kind in OFFICE:
            made = ["--convert-to", kind, "--outdir", f"{place}/{kind}", str(source)]
            command = [program, settings, "--headless", *made]
            subprocess.run(command, check=True, capture_output=True, timeout=300)
        return {f".{kind}": Path(place, kind, f"a.{kind}").read_bytes() for kind in OFFICE}


def parquet(table: Table, compression: str = "snappy") -> bytes:
    """Every column of text, in groups of nine rows."""
    out = io.BytesIO()
    columns = [pa.array(column) for column in zip(*table[1:], strict=True)]
    made = pa.table(columns, list(table[0]))
    pq.write_table(made, out, compression=compression, row_group_size=9)
    return out.getvalue()


def opendocument(table: Table, kind: str = ' office:value-type="string"') -> bytes:
    """A workbook of LibreOffice's format, by hand; kind: what it says of each cell."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    cells = [
        "".join(
            f"<table:table-cell{kind}><text:p>{text}</text:p></table:table-cell>" for text in row
        )
        for row in table
    ]
    rows = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table'
        f':1.0" xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet><table:table '
        f'table:name="S">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": '<manifest xmlns="a"/>',
        }
    )


def xml_workbook(table: Table) -> bytes:
    """The XML of 2003."""
    cells = [
        "".join(f'<Cell><Data ss:Type="String">{text}</Data></Cell>' for text in row)
        for row in table
    ]
    rows = "".join(f"<Row>{row}</Row>" for row in cells)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="S"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()


def web_page(table: Table) -> bytes:
    """A page that is one table."""
    rows = ["".join(f"<td>{text}</td>" for text in row) for row in table]
    return f"<html><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table></html>".encode()


def text(table: Table, mark: str, encoding: str) -> bytes:
    """Delimited text."""
    return "".join(mark.join(row) + "\n" for row in table).encode(encoding)


# --- .xlsb by hand, as no program here writes it


def binary_workbook(
    table: Sequence[Sequence[str | float | None]],
    errors: dict[tuple[int, int], int] | None = None,
    merged: Sequence[tuple[int, int, int, int]] = (),
    from_1904: bool = False,
    code: str = "General",
) -> bytes:
    """A workbook of binary parts; errors: the code of each by its row and column, from 0; merged:
    first row, last row, first column, last column of each area; code: the format of all numbers.
    """
    wide = max(map(len, table))
    sheet = _record(129) + _record(148, struct.pack("<4I", 0, len(table) - 1, 0, wide - 1))
    sheet += _record(145)
    for number, row in enumerate(table):
        sheet += _record(0, struct.pack("<IIHHBI", number, 0, 300, 0, 0, 0))
        for column, value in enumerate(row):
            place = struct.pack("<II", column, 0)
            if (error := (errors or {}).get((number, column))) is not None:
                sheet += _record(3, place + bytes([error]))
            elif isinstance(value, str):
                sheet += _record(6, place + _wide(value))
            elif value is not None:
                sheet += _record(5, struct.pack("<IId", column, 1, value))
    sheet += _record(146) + b"".join(_record(176, struct.pack("<4I", *area)) for area in merged)
    book = _record(131) + _record(153, struct.pack("<IIi", int(from_1904), 0, -1))
    book += _record(143) + _record(156, struct.pack("<II", 0, 1) + _wide("rId1") + _wide("表一"))
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "xl/_rels/workbook.bin.rels": LINKS,
        "xl/workbook.bin": book + _record(144) + _record(132),
        "xl/styles.bin": _styles(code),
        "xl/worksheets/sheet1.bin": sheet + _record(130),
    }
    return archive(parts)


def _styles(code: str) -> bytes:
    """Two styles of cells: the usual one, and one of a format."""
    styles = b"".join(_record(47, struct.pack("<HH12x", 0, number)) for number in (0, 164))
    formats = _record(44, struct.pack("<H", 164) + _wide(code))
    formats = _record(615, struct.pack("<I", 1)) + formats + _record(616)
    cells = _record(617, struct.pack("<I", 2)) + styles + _record(618)
    return _record(278) + formats + cells + _record(279)


def _record(kind: int, content: bytes = b"") -> bytes:
    """Kind and length as numbers of seven bits a byte, then the content."""
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(content)
    while length > 0x7F:
        head += bytes([length & 0x7F | 0x80])
        length >>= 7
    return head + bytes([length]) + content


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def archive(parts: dict[str, str | bytes]) -> bytes:
    """An archive of parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return out.getvalue()


WAYS: dict[str, list[Callable[[Table], bytes]]] = {
    ".xlsx": [by_xlsxwriter, by_openpyxl],
    ".xlsm": [by_openpyxl],
    ".xlsb": [binary_workbook],
    ".xls": [by_xlwt, xml_workbook, web_page, by_xlsxwriter],
    ".ods": [opendocument],
    ".htm": [web_page],
    ".html": [web_page],
    ".parquet": [lambda t, c=kind: parquet(t, c) for kind in ("none", "snappy", "zstd")],
    ".csv": [lambda t, e=kind: text(t, ",", e) for kind in ("utf-8", "gb18030")],
    ".tsv": [lambda t: text(t, "\t", "utf-8-sig")],
    ".txt": [lambda t: text(t, "\t", "utf-16")],
}


def every(table: Table) -> list[tuple[str, bytes]]:
    """The table in every format: the end of a name, and the bytes."""
    made = [(suffix, write(table)) for suffix, ways in WAYS.items() for write in ways]
    return [*made, *by_libreoffice(table).items()]
