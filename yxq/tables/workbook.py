"""Workbooks: a sheet a view, numbers as numbers, text as text, ready to filter and to print."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from wcwidth import wcswidth
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
SHARES = {"probability", "end_chance", "missing_weight", "judged", "low", "high"}
RATES = {"value", "value_year_before", "gap"}  # shares where the target is one
WIDTHS = {"remark": 100, "assumption": 90, "cells": 60, "rows_used": 60, "basis": 50, "file": 46}
WIDTHS |= {"wrong": 40, "note": 40, "target": 34, "mend": 30, "firm": 28, "failing": 26, "item": 22}
WIDTHS |= {"required": 18, "content": 16, "column": 16, "unit": 16, "owner": 14}
NARROW, USUAL = 3.6, 12
FONT = "Microsoft YaHei"  # every Windows has it; elsewhere another that knows Chinese stands in
WIDE = 230  # characters above which a sheet prints on two pages side by side
A3, A4 = 8, 9  # as workbooks number sizes of paper
CELL, HEADER = 32_767, 120  # characters that a cell, and a printed header, hold for sure
HEAD = 1  # the row of the headings, counted from zero: above them stands what the sheet is
LINE, LINES = 14.25, 28  # points of a line of text, and how many a row can be high
LOOK = {"valign": "top", "text_wrap": True, "font_name": FONT, "font_size": 10}


@dataclass(frozen=True)
class Formula:
    """A cell that spreadsheets reckon anew, and what it comes to."""

    text: str
    value: float | str


def write(
    path: Path,
    sheets: dict[str, pd.DataFrame],
    words: Words,
    heading: str,
    further: Callable[[Any], None] | None = None,
) -> None:
    """Write each frame as a sheet with heading, filter, frozen panes, colours of states and print
    settings.

    sheets: the sheet's title -> frame; column names are keys of the words file or plain titles.
    Nothing that comes from data becomes a formula or a link: a `Formula` alone is one. What would
    act and not show is written out. further: adds sheets of its own to the open workbook.
    """
    heading = visible(heading)
    book = xlsxwriter.Workbook(path, OPTIONS)
    book.set_properties({"title": heading, "created": dt.datetime(2013, 1, 1)})
    book.set_size(2400, 1600)
    for title, frame in sheets.items():
        _sheet(book, re.sub(r"[\[\]:*?/\\]", " ", title)[:31], frame, words, heading)
    if further:
        further(book)
    try:
        book.close()
    except FileCreateError as error:  # no room, a name that is too long
        raise OSError(f"{path.name} could not be written: {error}") from None


def _sheet(book: Any, title: str, frame: pd.DataFrame, words: Words, heading: str) -> None:
    """A frame as a sheet; one of `signs` alone (frame.attrs) is narrow and has a legend."""
    sheet, signs = book.add_worksheet(title), bool(frame.attrs.get("signs"))
    legend = words("space").join(words.state(state) for state in State) if signs else ""
    top = words("space").join(filter(None, (heading, title, legend)))
    large = book.add_format({"font_name": FONT, "font_size": 12, "valign": "vcenter"})
    sheet.write_string(0, 0, top, large)
    sheet.set_row(0, 24)
    first = book.add_format(LOOK)
    plain = book.add_format(LOOK | ({"align": "center"} if signs else {}))
    head = LOOK | {"bg_color": State.ON_TRACK.colour, "bottom": 1, "valign": "vcenter"}
    upright = book.add_format(head | {"rotation": 90, "valign": "bottom", "align": "center"})
    head = book.add_format(head)
    widths = []
    for number, name in enumerate(map(str, frame.columns)):
        narrow, look = signs and number > 0, plain if number else first
        sheet.write_string(HEAD, number, visible(words.title(name)), upright if narrow else head)
        widths.append(NARROW if narrow else WIDTHS.get(name, USUAL))
        sheet.set_column(number, number, widths[-1], look)
        _column(book, sheet, frame, number, words, look)
    _colour_states(book, sheet, frame, words, signs)
    if signs:
        sheet.set_row(HEAD, 170)
    else:
        for row, lines in _lines(frame, widths).items():
            sheet.set_row(HEAD + 1 + row, LINE * lines + 3)
    sheet.freeze_panes(HEAD + 1, 1)
    if len(frame):
        sheet.autofilter(HEAD, 0, HEAD + len(frame), len(frame.columns) - 1)
    pages = 1 if sum(widths) < WIDE or signs else 2
    _print_settings(sheet, pages, heading, A3 if signs else A4)


def _lines(frame: pd.DataFrame, widths: list[float]) -> dict[int, int]:
    """How many lines the longest text of a row takes, of the rows that take more than one: programs
    that print without showing leave them at one.
    """
    lines: dict[int, int] = {}
    for number, width in enumerate(widths):
        for row, value in enumerate(frame.iloc[:, number]):
            if isinstance(value, str) and 2 * len(value) > width:
                several = math.ceil(wcswidth(visible(value)) / width)
                lines[row] = min(max(several, lines.get(row, 0)), LINES)
    return {row: several for row, several in lines.items() if several > 1}


def _column(
    book: Any, sheet: Any, frame: pd.DataFrame, number: int, words: Words, look: Any
) -> None:
    """The values of a column, each in the format of its kind; a missing one leaves a cell empty."""
    name = str(frame.columns[number])
    is_gap = name == "gap"
    whole, decimal, percent = (
        book.add_format(LOOK | {"num_format": code}) for code in _number_formats(is_gap, words)
    )
    units = frame.get("measured_in", pd.Series("", frame.index)) == words("share_unit")
    cells = zip(frame.iloc[:, number], units, strict=True)
    for row, (value, in_shares) in enumerate(cells, start=HEAD + 1):
        cell = row, number
        if isinstance(value, Formula):
            known = value.value
            kind = look if isinstance(known, str) else whole if known == int(known) else decimal
            sheet.write_formula(*cell, value.text, kind, known)
        elif pd.isna(value):
            continue
        elif isinstance(value, str):
            sheet.write_string(*cell, fitting(value), look)
        elif isinstance(value, dt.date):
            sheet.write_datetime(*cell, pd.Timestamp(value).to_pydatetime())
        else:
            is_rate = name in SHARES or (name in RATES and in_shares)
            value = float(value) * (100 if is_rate and is_gap else 1)  # a gap is in points
            kind = percent if is_rate else whole if value == int(value) else decimal
            sheet.write_number(*cell, value, kind)


def _number_formats(is_gap: bool, words: Words) -> tuple[str, str, str]:
    """Excel's codes of whole numbers, others, and rates; a gap shows its sign."""
    if not is_gap:
        return "#,##0", "#,##0.0#", "0.0%"
    points = f'"{words("share_points", value="")}"'
    rate = f"+0.00{points};-0.00{points};0.00{points}"
    return "+#,##0;-#,##0;0", "+#,##0.00;-#,##0.00;0", rate


def _colour_states(book: Any, sheet: Any, frame: pd.DataFrame, words: Words, signs: bool) -> None:
    """Colours of the cells that hold a state, by what they say."""
    last = HEAD + max(len(frame), 1)
    for state in State:
        text = words.sign(state) if signs else words.state(state)
        tint = book.add_format({"bg_color": state.colour})
        rule = {"type": "text", "criteria": "begins with", "value": text, "format": tint}
        sheet.conditional_format(HEAD + 1, 0, last, len(frame.columns) - 1, rule)


def _print_settings(sheet: Any, pages: int, heading: str, paper: int) -> None:
    """Across, so many pages side by side, the headings on each."""
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    sheet.fit_to_pages(pages, 0)
    sheet.repeat_rows(HEAD)
    sheet.repeat_columns(0)
    sheet.set_header("&L&9" + heading[-HEADER:].replace("&", "&&"))
    sheet.set_footer("&C&P / &N")


def fitting(text: str) -> str:
    """A text as a cell can hold it."""
    text = visible(text)
    return text if len(text) <= CELL else text[: CELL - 1] + "…"
