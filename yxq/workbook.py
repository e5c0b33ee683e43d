"""attainment.xlsx: one sheet a view, text kept as text, ready to print."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pandas as pd
import xlsxwriter

from yxq.attain import STATES
from yxq.figures import COLOURS
from yxq.words import Words

RATES = ("value", "value_year_before")  # shares where the target is one
SHARES = ("probability", "missing_weight")
WIDTHS = {
    "remark": 100,
    "wrong": 40,
    "mend": 30,
    "cells": 60,
    "content": 16,
    "column": 16,
    "target": 34,
    "note": 34,
    "assumption": 60,
    "basis": 34,
    "failing": 26,
    "file": 46,
    "firm": 24,
    "item": 22,
}


def write(path: Path, sheets: dict[str, pd.DataFrame], words: Words, heading: str) -> None:
    """Write each frame as a sheet with header, filter, frozen panes, state colours and print settings.

    sheets: the sheet's title -> frame; column names are keys of the words file or plain titles. Nothing that comes
    from data becomes a formula or a link.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
               "nan_inf_to_errors": False, "default_date_format": "yyyy-mm-dd"}  # fmt: skip
    book = xlsxwriter.Workbook(path, options)
    book.set_properties({"title": heading, "created": dt.datetime(2013, 1, 1)})
    head = book.add_format({"bold": True, "bg_color": "#e8eef3", "border": 1, "text_wrap": True, "valign": "vcenter"})
    plain = book.add_format({"valign": "top", "text_wrap": True})
    tints = {state: book.add_format({"bg_color": COLOURS[state], "valign": "top"}) for state in STATES}
    percent = book.add_format({"valign": "top", "num_format": "0.0%"})
    labels = {words.state(state): state for state in STATES}
    for title, frame in sheets.items():
        sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\]", " ", title)[:31])
        for place, column in enumerate(frame.columns):
            sheet.write_string(0, place, words.title(str(column)), head)
            sheet.set_column(place, place, WIDTHS.get(str(column), 12), plain)
        unit_place = list(frame.columns).index("measured_in") if "measured_in" in frame else 0
        for number, row in enumerate(frame.itertuples(index=False, name=None), start=1):
            for place, value in enumerate(row):
                if pd.isna(value):
                    continue
                if isinstance(value, str):
                    sheet.write_string(number, place, value, tints.get(labels.get(value, ""), plain))
                elif isinstance(value, dt.date):
                    sheet.write_datetime(number, place, pd.Timestamp(value).to_pydatetime())
                else:
                    name = frame.columns[place]
                    share = name in SHARES or (name in RATES and row[unit_place] == words("share_unit"))
                    sheet.write_number(number, place, float(value), percent if share else plain)
        sheet.freeze_panes(1, 1)
        if len(frame):
            sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1 if len(frame.columns) < 30 else 3, 0)
        sheet.repeat_rows(0)
        sheet.set_header("&L&9" + heading.replace("&", "&&"))
        sheet.set_footer("&C&P / &N")
    book.close()
