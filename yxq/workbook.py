"""Workbooks: one sheet a view, numbers as numbers and text as text, ready to filter and to print."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from yxq import colours
from yxq.words import Words, visible

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
           "nan_inf_to_errors": False, "default_date_format": "yyyy-mm-dd"}  # fmt: skip
SHARES = {"probability", "missing_weight", "judged", "low", "high"}
RATES = {"value", "value_year_before", "gap"}  # shares where the target is one
POINTS = {"score": "0.0", "value": "#,##0.##", "value_year_before": "#,##0.##", "gap": "+#,##0.##;-#,##0.##;0"}
WIDTHS = {
    "remark": 100, "wrong": 40, "mend": 30, "cells": 60, "content": 16, "column": 16, "target": 34, "note": 40, "assumption": 90,
    "basis": 50, "failing": 26, "file": 46, "firm": 28, "item": 22, "unit": 16, "required": 18, "rows_used": 60, "owner": 14,
}  # fmt: skip
HEAD = 1  # the row of the headings, counted from zero: above them stands what the sheet is


def write(path: Path, sheets: dict[str, pd.DataFrame], words: Words, heading: str) -> None:
    """Write each frame as a sheet with heading, filter, frozen panes, colours of states and print settings.

    sheets: the sheet's title -> frame; column names are keys of the words file or plain titles. Nothing that comes
    from data becomes a formula or a link, and what would act and not show is written out.
    """
    book = xlsxwriter.Workbook(path, OPTIONS)
    book.set_properties({"title": heading, "created": dt.datetime(2013, 1, 1)})
    book.set_size(2400, 1600)
    for title, frame in sheets.items():
        _sheet(book, re.sub(r"[\[\]:*?/\\]", " ", title)[:31], frame, words, heading)
    book.close()


def _sheet(book: Any, title: str, frame: pd.DataFrame, words: Words, heading: str) -> None:
    sheet = book.add_worksheet(title)
    base = {"valign": "top", "text_wrap": True}
    plain = book.add_format(base)
    head = book.add_format(
        {"bg_color": colours.STATES["on track"], "bottom": 1, "text_wrap": True, "valign": "vcenter"}
    )
    sheet.write_string(0, 0, f"{heading}　{title}", book.add_format({"font_size": 12, "valign": "vcenter"}))
    sheet.set_row(0, 24)
    percents = frame["measured_in"] == words("share_unit") if "measured_in" in frame else pd.Series(False, frame.index)
    for place, name in enumerate(map(str, frame.columns)):
        sheet.write_string(HEAD, place, visible(words.title(name)), head)
        sheet.set_column(place, place, WIDTHS.get(name, 12), plain)
        number = book.add_format(base | {"num_format": POINTS.get(name, "General")})
        percent = book.add_format(base | {"num_format": "+0.00%;-0.00%;0.00%" if name == "gap" else "0.0%"})
        for row, (value, share) in enumerate(zip(frame.iloc[:, place], percents, strict=True), start=HEAD + 1):
            if pd.isna(value):
                continue
            if isinstance(value, str):
                sheet.write_string(row, place, visible(value), plain)
            elif isinstance(value, dt.date):
                sheet.write_datetime(row, place, pd.Timestamp(value).to_pydatetime())
            else:
                sheet.write_number(
                    row, place, float(value), percent if name in SHARES or (name in RATES and share) else number
                )
    last = HEAD + max(len(frame), 1)
    for state, colour in colours.STATES.items():
        rule = {
            "type": "cell",
            "criteria": "==",
            "value": f'"{words.state(state)}"',
            "format": book.add_format({"bg_color": colour}),
        }
        sheet.conditional_format(HEAD + 1, 0, last, len(frame.columns) - 1, rule)
    sheet.freeze_panes(HEAD + 1, 1)
    if len(frame):
        sheet.autofilter(HEAD, 0, HEAD + len(frame), len(frame.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1 if len(frame.columns) < 30 else 3, 0)
    sheet.repeat_rows(HEAD)
    sheet.repeat_columns(0)
    sheet.set_header("&L&9" + heading.replace("&", "&&"))
    sheet.set_footer("&C&P / &N")
