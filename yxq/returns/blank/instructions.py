"""How a form is filled in, in plain words: a sheet in each language of the plan."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from wcwidth import wcswidth

from yxq.plan.forms import Column
from yxq.returns.blank.asked import Asked
from yxq.returns.blank.rules import Rules
from yxq.returns.blank.sheet import LINE, LOOK, FormSheet
from yxq.returns.blank.withdrawing import withdrawing
from yxq.tables.workbook import FONT
from yxq.words.wording import Words

WIDTHS = (26, 10, 86)
AGAIN = {
    "add": "blank_again_add",
    "corrections": "blank_again_corrections",
    "latest": "blank_again_latest",
}


def add(book: Any, made: FormSheet, told: Sequence[str], rules: Rules, words: Words) -> None:
    """Add the sheet: what to do, line by line, and what each column takes.

    rules: those of the form, in the language of `words`.
    """
    sheet = book.add_worksheet(words("blank_how"))
    large = book.add_format({"font_name": FONT, "font_size": 14, "bold": True})
    plain = book.add_format({"font_name": FONT, "font_size": 11})
    sheet.write_string(0, 0, words("blank_how"), large)
    for number, line in enumerate(told, start=1):
        sheet.write_string(number, 0, line, plain)
        row = number + 2
    cell = book.add_format(LOOK)
    head = book.add_format(LOOK | {"bold": True})
    for place, (key, width) in enumerate(
        zip(("column", "needed_in", "takes"), WIDTHS, strict=True)
    ):
        sheet.set_column(place, place, width)
        sheet.write_string(row, place, words(key), head)
    for number, (name, column) in enumerate(made.form.columns.items(), start=row + 1):
        texts = _of_column(made, name, column, rules, words)
        for place, text in enumerate(texts):
            sheet.write_string(number, place, text, cell)
        high = [wcswidth(text) * 1.1 / width for text, width in zip(texts, WIDTHS, strict=True)]
        sheet.set_row(number, LINE * math.ceil(max(1, *high)))
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.protect("")


def lines(made: FormSheet, one: Asked, words: Words) -> list[str]:
    """What to do with a return, line by line."""
    told = [words("blank_what", title=made.title)]
    told += [words("blank_due", due=words.date(one.due))] if one.due else []
    told += [words("blank_open")]
    told += [_left(made, one, words)] if made.mark.given else []
    told += [words("blank_nothing_left")] if not made.mark.given else []
    told += [words("blank_last_sent")] if "last_sent" in made.beside else []
    mark = next(iter(made.folder.layout.corrections), "")
    unmarked = made.form.again == "corrections" and not mark
    again = words("blank_again_back" if unmarked else AGAIN[made.form.again], mark=mark)
    told += [again]
    if (said := withdrawing(made.folder, made.form, words)) and mark:
        told += [said]
    return [*told, words("blank_mark"), words("blank_save")]


def _left(made: FormSheet, one: Asked, words: Words) -> str:
    """What a row that is left empty means, and of a list of tasks how one says that it goes on."""
    targets = made.folder.plan(one.year).targets
    days = [t.measure.done for t in targets if t.measure.form == one.form and t.measure.done]
    if not days:
        return words("blank_left")
    form, given = made.form, {*days, *made.mark.given}
    others = [form.label(n) for n, c in form.columns.items() if n not in given and c.type == "text"]
    return words("blank_left_task", done=form.label(days[0]), other=words("list").join(others))


def _of_column(
    made: FormSheet, name: str, column: Column, rules: Rules, words: Words
) -> tuple[str, str, str]:
    """A column's heading, whether it has to be there, and what it takes."""
    given = name in made.mark.given
    needed = words("given_in" if given else "must" if column.required else "may")
    choices = [str(choice) for choice in rules.choices(name)]
    said = words("list").join(choices) or rules.validation(name).get("input_message", "")
    return made.form.label(name), needed, "" if given else said
