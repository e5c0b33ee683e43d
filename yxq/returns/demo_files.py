"""Rows as departments send them: headings, styles of dates, layouts of files."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import xlsxwriter

from yxq.plan.forms import Form

MARK = "演示数据（合成，非真实填报）"
DATE_STYLES: list[Callable[[dt.date], str]] = [
    dt.date.isoformat,
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d:%Y%m%d}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: str((d - dt.date(1899, 12, 30)).days),
]
LAYOUTS = ["xlsx", "csv gb18030", "csv utf-8-sig bare", "tsv utf-8", "csv utf-8", "csv gbk"]


def laid_out(form: Form, rows: list[dict[str, Any]], style: int) -> list[list[Any]]:
    """Header and rows under a sender's names; dates are text but in a workbook (style 0)."""
    used = [
        name
        for name, column in form.columns.items()
        if column.required or any(row.get(name, "") != "" for row in rows)
    ]
    aliases = [form.columns[name].aliases for name in used]
    header = [names[style % 2 if len(names) > 1 else 0] for names in aliases]
    as_text = DATE_STYLES[style % len(DATE_STYLES)]

    def cell(value: Any) -> Any:
        return as_text(value) if isinstance(value, dt.date) and style else value

    return [header, *([cell(row.get(name, "")) for name in used] for row in rows)]


def sums(form: Form, header: list[str], rows: list[dict[str, Any]]) -> list[Any]:
    """A totals row below the columns of a header, of what the form adds up."""
    used = [next(n for n, c in form.columns.items() if name in c.aliases) for name in header]
    added = {name: sum(row[name] for row in rows) for name in form.totals}
    return ["合计", *(added.get(name, "") for name in used[1:])]


def write_file(path: Path, layout: str, lines: list[list[Any]]) -> None:
    """One return in one of the layouts that departments use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if layout == "xlsx":
        return _write_workbook(path, lines)
    kind, encoding = layout.split()[:2]
    text = io.StringIO(newline="")
    mark = "\t" if kind == "tsv" else ","
    csv.writer(text, delimiter=mark, lineterminator="\r\n").writerows(lines)
    path.write_bytes(text.getvalue().encode(encoding, errors="replace"))


def _write_workbook(path: Path, lines: list[list[Any]]) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(path, options | {"default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": dt.datetime(2014, 1, 1), "comments": MARK})
    sheet = book.add_worksheet("报表")
    for number, line in enumerate(lines):
        sheet.write_row(number, 0, line)
    sheet.set_column(0, max(map(len, lines)), 16)
    book.close()


def multiply(path: Path, table: list[list[Any]], times: int, rng: np.random.Generator) -> None:
    """A return with many times its rows, drawn from them under new numbers; CSV or Parquet."""
    head, *rows = table
    frame = pd.DataFrame(rows, columns=head).astype("str")
    drawn = frame.iloc[rng.integers(len(frame), size=(times - 1) * len(frame))].sort_index()
    again = pd.Series(np.arange(len(drawn)), drawn.index).astype("str").str.zfill(8)
    drawn[head[0]] = drawn[head[0]].str.slice(0, 7) + "X" + again
    whole = pa.Table.from_pandas(pd.concat([frame, drawn]), preserve_index=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(whole, path)
    else:
        with path.open("wb") as file:
            file.write((",".join(head) + "\n").encode())
            pacsv.write_csv(
                whole, file, pacsv.WriteOptions(include_header=False, quoting_style="none")
            )
