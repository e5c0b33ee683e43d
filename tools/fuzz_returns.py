"""Damaged files of every format: `python tools/fuzz_returns.py --files 20000 --seed 18`, or those
that are only read to their last row, with `--read`. Also used, with few files, by the tests.

Valid files are made of each format, by the programs that are at hand, and damaged: bytes changed,
cut, doubled, moved; parts of an archive damaged and packed again, lost, or said to be of another
size; far cells, wide merges, spans. Some hundreds at a time are read, in a process whose memory is
bounded, beside a whole file. Whatever the damage, nothing ends but the file: no traceback, no
abort; the rows read are the sum of their fates, and all rows of the whole file are accepted.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from fuzz import damaged
from project import ingested

from yxq.plan_folders import load
from yxq.returns.read.confined import READER
from yxq.returns.read.identify import identify, sheets
from yxq.returns.read.sheet import Unreadable

NAMES = "样品编号,抽样日期,镇（街道、园区）,受检单位,产品名称,类别,检验结果,不合格项目"
HEADINGS = NAMES.split(",")
ROWS = [
    [f"C{n}", f"2013-04-{n:02d}", "丁蜀镇", f"样例厂{n}", "紫砂陶", "产品", "合格", ""]
    for n in range(1, 29)
]
WHOLE = "质监局-2013年第二季度.csv"
MEMORY = 6 << 30  # of the address space of the process that ingests
SHEET = "xl/worksheets/sheet1.xml"
FAR = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
ODD = [  # what a valid sheet is changed to
    (b"</sheetData>", FAR),
    (b"</sheetData>", FAR.replace(b"<c r", b"<c  r")),
    (b"</sheetData>", FAR.replace(b"t=", b"s='0' t=").replace(b'r="XFD', b'r="xfd')),
    (b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    (b'<dimension ref="A1', b'<dimension ref="1:49'),
    (b'<dimension ref="A1', b'<dimension ref="XFD9999999'),
    (b'<c r="A2"', b'<c r="A99999999999"'),
    (b"<v>", b"<v>999999999"),
    (b"<sheetData>", b"<sheetData>" * 2000),
    (b'<row r="2"', b'<row r="0"'),
]
PAGES = [(b"<td>", b"<td colspan=1000 rowspan=1000>"), (b"<td>", b"<td><table><tr><td>")]


def table() -> list[list[str]]:
    """The rows of a whole return."""
    return [HEADINGS, *ROWS]


def by_xlsxwriter() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("表一")
    for number, row in enumerate(table()):
        sheet.write_row(number + 1, 0, row)
    sheet.merge_range(0, 0, 0, 7, "监督抽查结果")
    sheet.set_row(5, None, None, {"hidden": True})
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=表一!$A$2:$A$9"})
    book.add_chartsheet("图").set_chart(chart)
    book.close()
    return out.getvalue()


def by_openpyxl() -> bytes:
    out, book = io.BytesIO(), openpyxl.Workbook()
    for row in table():
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def parquet(compression: str) -> bytes:
    out = io.BytesIO()
    columns = [pa.array(column) for column in zip(*ROWS, strict=True)]
    pq.write_table(pa.table(columns, HEADINGS), out, compression=compression, row_group_size=9)
    return out.getvalue()


def opendocument() -> bytes:
    """A workbook of LibreOffice's format, by hand."""
    office = "urn:oasis:names:tc:opendocument:xmlns"
    cells = [
        "".join(f"<table:table-cell><text:p>{text}</text:p></table:table-cell>" for text in row)
        for row in table()
    ]
    rows = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    content = (
        f'<office:document-content xmlns:office="{office}:office:1.0" xmlns:table="{office}:table'
        f':1.0" xmlns:text="{office}:text:1.0"><office:body><office:spreadsheet><table:table '
        f'table:name="S">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
        book.writestr("META-INF/manifest.xml", '<manifest xmlns="a"/>')
    return out.getvalue()


def xml_workbook() -> bytes:
    cells = [
        "".join(f'<Cell><Data ss:Type="String">{text}</Data></Cell>' for text in row)
        for row in table()
    ]
    rows = "".join(f"<Row>{row}</Row>" for row in cells)
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="S"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()


def web_page() -> bytes:
    rows = ["".join(f"<td>{text}</td>" for text in row) for row in table()]
    return f"<html><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table></html>".encode()


def text(mark: str, encoding: str) -> bytes:
    return "".join(mark.join(row) + "\n" for row in table()).encode(encoding)


def seeds(real: Path | None) -> list[tuple[str, bytes]]:
    """Whole files of every format, and those of a folder: a name's end, and the bytes."""
    workbooks = by_xlsxwriter(), by_openpyxl()
    made = [(suffix, data) for suffix in (".xlsx", ".xls", ".xlsm") for data in workbooks]
    made += [(".ods", opendocument()), (".xls", xml_workbook()), (".xls", web_page())]
    made += [(".parquet", parquet(kind)) for kind in ("none", "snappy", "zstd")]
    made += [(".csv", text(",", "utf-8")), (".csv", text(",", "gb18030"))]
    made += [(".tsv", text("\t", "utf-8-sig")), (".txt", text("\t", "utf-16"))]
    found = sorted(real.rglob("*")) if real else []
    made += [(f.suffix, f.read_bytes()) for f in found if f.is_file() and f.stat().st_size]
    return made


def repacked(data: bytes, rng: random.Random) -> bytes:
    """An archive with one part damaged, lost, twice there, of odd content, or of a wrong size."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(out, "w", 8) as copy:
            names = book.namelist()
            chosen, how = rng.choice(names), rng.randrange(4)
            old, new = rng.choice(ODD)
            for name in names:
                part = book.read(name)
                if name == SHEET and how == 0:
                    part = part.replace(old, new, 1)
                elif name == chosen and how == 1:
                    part = damaged(part, rng)
                if name != chosen or how != 2:
                    copy.writestr(name, part)
    except zipfile.BadZipFile:
        return damaged(data, rng)
    made = bytearray(out.getvalue())
    if how == 3 and (places := [m.start() for m in re.finditer(b"PK\x01\x02", made)]):
        at = rng.choice(places) + rng.choice((10, 16, 20, 24, 28, 42))
        made[at : at + 2] = rng.randbytes(2)
    return bytes(made)


def spoiled(data: bytes, rng: random.Random) -> bytes:
    """A file damaged in a way that fits its format, or in any."""
    if data.startswith(b"PK") and rng.random() < 0.6:
        return repacked(data, rng)
    if data.startswith(b"<html") and rng.random() < 0.1:
        old, new = rng.choice(PAGES)
        return data.replace(old, new, rng.choice((1, 5, 200)))
    if rng.random() < 0.05:
        return data[: rng.randrange(len(data))] + bytes(rng.randrange(4096))
    return damaged(data, rng)


def batch(raw: Path, processed: Path) -> dict[str, int]:
    """Ingest a folder; how many rows had which fate, and how many files which reason."""
    tables = ingested(raw, load.load("yixing"), processed)
    mine = tables.ledger[tables.ledger["file"] == WHOLE]
    expected = [["excluded", "header"], *[["accepted", ""]] * len(ROWS)]
    assert mine[["fate", "reason"]].to_numpy().tolist() == expected
    whole = tables.files[tables.files["rows"] == 1]
    reasons = whole["reason"].str.partition("|")[0].value_counts().to_dict()
    return {**tables.ledger["fate"].value_counts().to_dict(), **reasons, "peak MB": peak()}


def read_only(files: int, seed: int, home: Path, real: Path | None = None) -> Counter[str]:
    """Damage so many files and read each to its last row, in this process; how many had which end.

    After each hundred the whole file is read, and has all its rows.
    """
    rng, kinds, ends = random.Random(seed), seeds(real), Counter[str]()
    whole = home / "whole.xlsx"
    whole.write_bytes(by_openpyxl())
    for number in range(files):
        suffix, data = rng.choice(kinds)
        path = home / f"damaged{suffix}"
        path.write_bytes(spoiled(data, rng))
        ends[ended(path)] += 1
        if number % 100 == 99:
            [sheet] = sheets(whole, False)
            assert sheet.head == table(), number
        if number % 2000 == 1999:
            print(number + 1, dict(ends), f"peak {peak()} MB", file=sys.stderr, flush=True)
    READER.close()
    return ends


def ended(path: Path) -> str:
    """How the reading of a file ends: read, or the code of the reason why not."""
    try:
        for sheet in sheets(path, identify(path)[1]):
            for _ in sheet.blocks():
                pass
    except Unreadable as error:
        return error.reason.code
    return "read"


def peak() -> int:
    """Megabytes that this process, or one that it began, has held at most."""
    return max(resource.getrusage(whose).ru_maxrss for whose in (0, -1)) >> 10


def run(files: int, seed: int, home: Path, at_once: int = 100, real: Path | None = None) -> dict:
    """Damage so many files and read them; sums of fates, and of the reasons of whole files."""
    rng, kinds, sums, most = random.Random(seed), seeds(real), Counter[str](), 0
    for start in range(0, files, at_once):
        raw = home / "raw"
        shutil.rmtree(raw, ignore_errors=True)
        raw.mkdir(parents=True)
        for number in range(start, min(start + at_once, files)):
            suffix, data = rng.choice(kinds)
            (raw / f"{number:06d}{suffix}").write_bytes(spoiled(data, rng))
        rows = [[f"W{row[0]}", *row[1:]] for row in ROWS]
        whole = "".join(",".join(row) + "\n" for row in [HEADINGS, *rows])
        (raw / WHOLE).write_text(whole, encoding="utf-8")
        command = [sys.executable, __file__, "--batch", str(raw), str(home / "processed")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            why = f"exit {done.returncode}: {done.stderr[-3000:]}"
            raise AssertionError(f"from file {start}, {why}")
        found = json.loads(done.stdout)
        most = max(most, found.pop("peak MB"))
        sums.update(found)
        print(start + at_once, dict(sums), f"peak {most} MB", file=sys.stderr)
    return {**sums, "peak MB": most}


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--files", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=18)
    options.add_argument("--read", action="store_true", help="read them, and no more")
    options.add_argument("--at-once", type=int, default=500)
    options.add_argument("--real", type=Path, help="a folder of workbooks to damage besides")
    options.add_argument("--batch", type=Path, nargs=2, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.batch:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        print(json.dumps(batch(*given.batch)))
    else:
        with tempfile.TemporaryDirectory() as place:
            home = Path(place)
            if given.read:
                resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
                print(dict(read_only(given.files, given.seed, home, given.real)), peak(), "MB")
            else:
                print(run(given.files, given.seed, home, given.at_once, given.real))
