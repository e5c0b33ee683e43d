"""Workbooks: one sheet a view, numbers as numbers and text as text, ready to filter and to print."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from yxq.words.states import State
from yxq.words.text import visible
from yxq.words.wording import Words

OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "in_memory": True,
    "default_date_format": "yyyy-mm-dd",
}
SHARES = {"probability", "missing_weight", "judged", "low", "high"}
RATES = {"value", "value_year_before", "gap"}  # shares where the target is one
WIDTHS = {
    "remark": 100,
    "wrong": 40,
    "mend": 30,
    "cells": 60,
    "content": 16,
    "column": 16,
    "target": 34,
    "note": 40,
    "assumption": 90,
    "basis": 50,
    "failing": 26,
    "file": 46,
    "firm": 28,
    "item": 22,
    "unit": 16,
    "required": 18,
    "rows_used": 60,
    "owner": 14,
}
FONT = "Microsoft YaHei"  # every Windows has it; elsewhere another that knows Chinese stands in
WIDE = 230  # characters above which a sheet prints on two pages side by side
CELL, HEADER = 32_767, 120  # characters that a cell, and a printed header, hold for sure
HEAD = 1  # the row of the headings, counted from zero: above them stands what the sheet is


def write(path: Path, sheets: dict[str, pd.DataFrame], words: Words, heading: str) -> None:
    """Write each frame as a sheet with heading, filter, frozen panes, colours of states and print
    settings.

    sheets: the sheet's title -> frame; column names are keys of the words file or plain titles.
    Nothing that comes from data becomes a formula or a link, and what would act and not show is
    written out.
    """
    heading = visible(heading)
    book = xlsxwriter.Workbook(path, OPTIONS)
    book.set_properties({"title": heading, "created": dt.datetime(2013, 1, 1)})
    book.set_size(2400, 1600)
    for title, frame in sheets.items():
        _sheet(book, re.sub(r"[\[\]:*?/\\]", " ", title)[:31], frame, words, heading)
    try:
        book.close()
    except FileCreateError as error:  # no room, a name that is too long
        raise OSError(f"{path.name} could not be written: {error}") from None


def _sheet(book: Any, title: str, frame: pd.DataFrame, words: Words, heading: str) -> None:
    """A frame as a sheet; one of `signs` alone (frame.attrs) is narrow, its headings stand upright,
    and a legend leads it.
    """
    sheet, signs = book.add_worksheet(title), bool(frame.attrs.get("signs"))
    look = {"valign": "top", "text_wrap": True, "font_name": FONT, "font_size": 10}
    plain = book.add_format(look | ({"align": "center"} if signs else {}))
    first = book.add_format(look)
    head = look | {"bg_color": State.ON_TRACK.colour, "bottom": 1, "valign": "vcenter"}
    upright = book.add_format(head | {"rotation": 90, "valign": "bottom", "align": "center"})
    head = book.add_format(head)
    legend = words("space").join(words.state(state) for state in State) if signs else ""
    top = "　".join(filter(None, (heading, title, legend)))
    sheet.write_string(
        0, 0, top, book.add_format({"font_name": FONT, "font_size": 12, "valign": "vcenter"})
    )
    sheet.set_row(0, 24)
    percents = (
        frame["measured_in"] == words("share_unit")
        if "measured_in" in frame
        else pd.Series(False, frame.index)
    )
    widths = []
    for place, name in enumerate(map(str, frame.columns)):
        narrow = signs and place
        sheet.write_string(HEAD, place, visible(words.title(name)), upright if narrow else head)
        widths.append(3.6 if narrow else WIDTHS.get(name, 12))
        sheet.set_column(place, place, widths[-1], plain if place else first)
        whole, broken = (
            ("+#,##0;-#,##0;0", "+#,##0.00;-#,##0.00;0") if name == "gap" else ("#,##0", "#,##0.0#")
        )
        number, decimal = (
            book.add_format(look | {"num_format": shape}) for shape in (whole, broken)
        )
        points = words("share_points", value="")
        percent = book.add_format(
            look
            | {
                "num_format": f'+0.00"{points}";-0.00"{points}";0.00"{points}"'
                if name == "gap"
                else "0.0%"
            }
        )
        for row, (value, share) in enumerate(
            zip(frame.iloc[:, place], percents, strict=True), start=HEAD + 1
        ):
            if pd.isna(value):
                continue
            if isinstance(value, str):
                sheet.write_string(row, place, _fitting(value), plain if place else first)
            elif isinstance(value, dt.date):
                sheet.write_datetime(row, place, pd.Timestamp(value).to_pydatetime())
            else:
                rate = name in SHARES or (name in RATES and share)
                value = float(value) * (100 if rate and name == "gap" else 1)
                sheet.write_number(
                    row,
                    place,
                    value,
                    percent if rate else number if value == int(value) else decimal,
                )
    last = HEAD + max(len(frame), 1)
    for state in State:
        text, tint = (
            words.sign(state) if signs else words.state(state),
            book.add_format({"bg_color": state.colour}),
        )
        rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": tint}
        sheet.conditional_format(HEAD + 1, 0, last, len(frame.columns) - 1, rule)
    if signs:
        sheet.set_row(HEAD, 170)
    sheet.freeze_panes(HEAD + 1, 1)
    if len(frame):
        sheet.autofilter(HEAD, 0, HEAD + len(frame), len(frame.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.fit_to_pages(1 if sum(widths) < WIDE or signs else 2, 0)
    sheet.repeat_rows(HEAD)
    sheet.repeat_columns(0)
    sheet.set_header("&L&9" + heading[-HEADER:].replace("&", "&&"))
    sheet.set_footer("&C&P / &N")


def _fitting(text: str) -> str:
    """A text as a cell can hold it."""
    text = visible(text)
    return text if len(text) <= CELL else text[: CELL - 1] + "…"
