"""A form as a sheet of a workbook, to be filled in or mended: what is asked is open, all else is
locked (without a password), and every cell says what it takes.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from wcwidth import wcswidth
from xlsxwriter.utility import xl_col_to_name

from yxq.plan.folder import Folder
from yxq.plan.forms import Form
from yxq.returns import calendars
from yxq.returns.blank.rules import Lists, Rules
from yxq.returns.marks import LISTS, Mark
from yxq.tables.workbook import A3, A4, FONT, fitting
from yxq.words.text import visible
from yxq.words.wording import Words

TITLE, SENDER, HINT, MARK, HEAD = range(5)  # rows above the first that is filled in
FIRST = HEAD + 1
FORMATS = {"date": "yyyy-mm-dd", "count": "0", "year": "0", "number": "General", "rate": "0.0%"}
TEXT = "@"  # as it is typed: no number loses digits, no range of months becomes a day
WIDTHS = {"text": 22, "unit": 18, "word": 20, "date": 13}
WIDE, USUAL, STANDARD = 34, 12, 8.43
FILED = 4  # the column in which the day of the return is written
NARROW = {"row", "measured_in"}  # columns beside a form's that need no more
NARROW |= {"asked_of_it", "result_now", "state_now", "answers_for_it", "standing_now"}
LINE = 15  # points that a line of text is high
ALLOWED = {"insert_rows": True, "sort": True, "format_columns": True, "format_rows": True}
GREY, PALE, YELLOW, RED = "#E7E6E6", "#F7F7F7", "#FFF2CC", "#C00000"
LOOK = {"font_name": FONT, "font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1}
LOOK |= {"border_color": "#BFBFBF"}


@dataclass(frozen=True)
class FormSheet:
    """What a sheet of a form holds.

    rows: columns of the form; beside: further columns, by keys of words.yml, that are only to be
    read; open_rows: empty ones below; wrong: row of `rows` and column of the form of each cell that
    is to be looked at; hint: what is said above the table; measured: in which units numbers are
    written.
    """

    folder: Folder
    form: Form
    mark: Mark
    title: str
    hint: str
    rows: pd.DataFrame
    beside: pd.DataFrame = field(default_factory=pd.DataFrame)
    open_rows: int = 0
    wrong: frozenset[tuple[int, str]] = frozenset()
    measured: str = ""

    @property
    def letters(self) -> dict[str, str]:
        """The letter of each column of the form."""
        return {name: xl_col_to_name(n) for n, name in enumerate(self.form.columns)}

    def said_of_sender(self, words: Words) -> str:
        """Whose form it is, in words."""
        sender = self.mark.sender
        return words("blank_sender", sender=words.sender(sender)) if sender else ""

    def widths(self, words: Words) -> list[float]:
        """How wide its columns are: the first holds whose form it is, too."""
        kinds = [column.type for column in self.form.columns.values()]
        first, *others = [WIDTHS.get(kind, USUAL) for kind in kinds]
        first = max(first, wcswidth(self.said_of_sender(words)) + 2)
        beside = [USUAL if key in NARROW else WIDE for key in self.beside]
        return [first, *others, *beside]

    @property
    def last(self) -> int:
        """The last row that can be filled in, counted from 0."""
        return FIRST + len(self.rows) + self.open_rows - 1


def add(book: Any, made: FormSheet, name: str, words: Words, lists: Lists) -> None:
    """Add a sheet to an open workbook; lists: what its drop-downs show, see `add_lists`."""
    sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", name)[:31])
    ends = made.mark.first, made.mark.last
    rules = Rules(
        made.folder,
        made.form,
        made.letters,
        FIRST + 1,
        made.last + 1,
        ends,
        words,
        lists,
        made.measured,
    )
    _head(book, sheet, made, words)
    for number, column in enumerate(made.form.columns):
        _column(book, sheet, made, number, column)
        if validation := rules.validation(column):
            sheet.data_validation(FIRST, number, made.last, number, validation)
    _beside(book, sheet, made, words)
    _set_heights(sheet, made)
    inputs = [column for column in made.form.columns if column not in made.mark.given]
    yellow = book.add_format({"bg_color": YELLOW})
    for number, column in enumerate(made.form.columns):
        if formula := rules.required(column, inputs):
            rule = {"type": "formula", "criteria": formula, "format": yellow}
            sheet.conditional_format(FIRST, number, made.last, number, rule)
    sheet.protect("", ALLOWED)
    sheet.freeze_panes(FIRST, 1)
    _print_settings(sheet, made, words)


def add_lists(book: Any, lists: Lists, mark: Mark) -> None:
    """The hidden sheet of lists, which says the mark again."""
    sheet = book.add_worksheet(LISTS)
    text = book.add_format({"num_format": TEXT})
    sheet.write_string(0, 0, str(mark), text)
    for number, values in enumerate(lists.columns):
        for row, value in enumerate(values, start=1):
            if isinstance(value, str):
                sheet.write_string(row, number, value, text)
            else:
                sheet.write_number(row, number, value)
    sheet.protect("")
    sheet.very_hidden()


def _head(book: Any, sheet: Any, made: FormSheet, words: Words) -> None:
    """Title, who fills it in and when, what is to be known, the mark, and the headings."""
    plain = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
    large = book.add_format(plain | {"font_size": 14, "bold": True})
    small = book.add_format(plain | {"font_size": 8, "font_color": "#7F7F7F"})
    sheet.write_string(TITLE, 0, visible(made.title), large)
    sheet.set_row(TITLE, 26)
    label = book.add_format(plain)
    open_ = book.add_format(plain | {"locked": False, "bottom": 1, "num_format": TEXT})
    day = book.add_format(plain | {"locked": False, "bottom": 1, "num_format": FORMATS["date"]})
    if made.mark.sender:
        sheet.write_string(SENDER, 0, made.said_of_sender(words), label)
    for place, key, look in ((1, "blank_by", open_), (3, "blank_filed", day)):
        sheet.write_string(SENDER, place, words(key), label)
        sheet.write_blank(SENDER, place + 1, None, look)
    rule = {"validate": "date", "criteria": ">=", "value": dt.date(1950, 1, 1)}
    said = words("takes_day", day=dt.date.isoformat(made.mark.last or dt.date(2013, 4, 1)))
    sheet.data_validation(SENDER, FILED, SENDER, FILED, rule | {"error_message": said})
    sheet.write_string(HINT, 0, visible(made.hint), label)
    sheet.write_string(MARK, 0, str(made.mark), small)
    head = LOOK | {"bold": True, "bg_color": GREY}
    for number, (name, column) in enumerate(made.form.columns.items()):
        look = book.add_format(head | ({"font_color": RED} if column.required else {}))
        sheet.write_string(HEAD, number, made.form.label(name), look)
        sheet.set_column(number, number, made.widths(words)[number])
    sheet.set_row(HEAD, 30)


def _column(book: Any, sheet: Any, made: FormSheet, number: int, name: str) -> None:
    """The cells of a column of the form, those that are given locked."""
    kind = made.form.columns[name].type
    look = LOOK | {"num_format": FORMATS.get(kind, TEXT)}
    locked, open_ = (
        book.add_format(look | more) for more in ({"bg_color": GREY}, {"locked": False})
    )
    wrong = book.add_format(look | {"locked": False, "bg_color": YELLOW, "font_color": RED})
    values = [*made.rows[name]] if name in made.rows else [None] * len(made.rows)
    for place, value in enumerate([*values, *[None] * made.open_rows]):
        known = name in made.form.key or not pd.isna(value)
        is_given = name in made.mark.given and place < len(values) and known
        cell = locked if is_given else wrong if (place, name) in made.wrong else open_
        _write(sheet, FIRST + place, number, _typed(value, kind), cell)


def _typed(value: Any, kind: str) -> Any:
    """A text as the number or day that it shows, where it shows it just so."""
    if not isinstance(value, str):
        return value
    if kind == "date" and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        try:
            return calendars.date(value)
        except ValueError:
            return value
    if kind in ("count", "year", "number") and re.fullmatch(r"0|[1-9]\d{0,14}", value):
        return int(value)
    return value


def _write(sheet: Any, row: int, column: int, value: Any, look: Any) -> None:
    if value is None or value != value or value == "":
        sheet.write_blank(row, column, None, look)
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, dt.datetime(value.year, value.month, value.day), look)
    elif isinstance(value, str):
        sheet.write_string(row, column, fitting(value), look)
    else:
        sheet.write_number(row, column, value, look)


def _beside(book: Any, sheet: Any, made: FormSheet, words: Words) -> None:
    """Columns that are only to be read, right of the form's."""
    head = book.add_format(LOOK | {"bg_color": PALE, "italic": True})
    cell = book.add_format(LOOK | {"bg_color": PALE, "font_color": "#595959"})
    for number, key in enumerate(made.beside, start=len(made.form.columns)):
        sheet.write_string(HEAD, number, words(str(key)), head)
        sheet.set_column(number, number, USUAL if key in NARROW else WIDE)
        for row, value in enumerate(made.beside[key], start=FIRST):
            _write(sheet, row, number, value, cell)


def _set_heights(sheet: Any, made: FormSheet) -> None:
    """Rows as high as their longest text is, for programs that do not see to it."""
    columns = made.form.columns.items()
    widths: dict[str, float] = {name: WIDTHS.get(c.type, USUAL) for name, c in columns}
    widths |= {str(key): USUAL if key in NARROW else WIDE for key in made.beside}
    cells = made.rows.join(made.beside)
    for row, values in enumerate(cells.to_dict("records"), start=FIRST):
        texts = {str(name): str(v) for name, v in values.items() if isinstance(v, str)}
        lines = [math.ceil(wcswidth(text) * 1.1 / widths[name]) for name, text in texts.items()]
        if max(lines, default=1) > 1:
            sheet.set_row(row, LINE * max(lines))


def _print_settings(sheet: Any, made: FormSheet, words: Words) -> None:
    """On paper all that stands above the table is there, be it wider than the table."""
    widths = made.widths(words)
    while len(widths) <= FILED or sum(widths) < wcswidth(made.hint):
        widths.append(STANDARD)
    sheet.set_landscape()
    sheet.set_paper(A3 if made.mark.kind == "register" else A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(HEAD)
    sheet.print_area(0, 0, made.last, len(widths) - 1)
    sheet.set_footer("&C&P / &N")
