"""Whose return a sheet is, for when, and what it calls itself: by title, footer, name or path."""

from __future__ import annotations

import datetime as dt
import re

from yxq.plan.folder import Folder
from yxq.plan.forms import Layout
from yxq.returns import calendars
from yxq.returns.marks import Mark
from yxq.returns.periods import apart, length, stated_period
from yxq.returns.read.sheet import Sheet
from yxq.returns.recognise import Header
from yxq.returns.row_kinds import FOOTER, marker
from yxq.returns.sheet_read import Context
from yxq.words.reasons import Reason
from yxq.words.text import Text, fold, seen

SENDER = r"填报单位(?:[（(][^）)]*[）)])?\s*[：:]\s*([^\s,，;；、]+)"
FILED = r"(?:填报日期|Date of this return)(?:[（(][^）)]*[）)])?\s*[：:]\s*([^\s,，;；]+)"


def edges(sheet: Sheet, header: Header | None, layout: Layout) -> tuple[str, str]:
    """What the rows above the header say, and what the footers say."""
    mark = marker(layout)
    above = sheet.head[: header.rows[0] - sheet.first] if header else []
    below = [row for row in sheet.tail if mark(next(filter(None, row), "")) == FOOTER]
    title, footer = (
        " ".join(" ".join(dict.fromkeys(filter(None, map(seen, row)))) for row in rows)
        for rows in (above, below)
    )
    return title, footer


def context(path: str, title: str, footer: str, folder: Folder) -> Context:
    """What a sheet's title and footer say of it, or else its file's name, or else its folder."""
    notes = f"{title} {footer}"
    stem = path.rpartition(".")[0] or path
    name = in_name(path)
    first, last = _period((title, name, stem))
    layout = folder.layout
    return Context(
        sender=_sender(notes, (title, stem), folder),
        period_from=first,
        period_to=last,
        filed=_filed(notes),
        synthetic=_says(layout.synthetic, path + notes),
        correction=_says(layout.corrections, title + name),
    )


def in_name(path: str) -> str:
    """The name of a file without its folders and kind."""
    stem = path.rpartition(".")[0] or path
    return stem.rpartition("/")[2]


def doubt(path: str, stated: Context, mark: Mark | None) -> Reason | None:
    """Why a sheet may be another return than it says, though its rows count: it was filed before
    its period or more than a year after, or the folder of one that yxq has made is that of another
    such period.
    """
    first, last, filed = stated.period_from, stated.period_to, stated.filed
    if first is None or last is None:
        return None
    if filed and (filed < first or filed >= _a_year_on(last)):
        return Reason.of("filed_far", first, last, filed)
    folder = stated_period(path.rpartition("/")[0]) if mark and mark.kind == "form" else None
    if folder and apart((first, last), folder) and length((first, last)) == length(folder):
        return Reason.of("folder_of_another_period", first, last, *folder)
    return None


def _a_year_on(day: dt.date) -> dt.date:
    return day.replace(year=day.year + 1, day=min(day.day, 28))


def in_title(lines: list[str], title: Text, folder: Folder) -> Context:
    """What the lines above a table say in so many words: who sends it, and in that which names the
    form, for when.
    """
    names = {fold(name) for name in (title.zh, title.en)}
    naming = [line for line in lines if any(name in fold(line) for name in names)]
    first, last = _period(tuple(naming))
    return Context(sender=_sender(" ".join(lines), (), folder), period_from=first, period_to=last)


def _sender(notes: str, texts: tuple[str, ...], folder: Folder) -> str | None:
    """The sender that the notes name as such, or else the longest name that a text holds."""
    names = {
        fold(alias): name
        for name, sender in folder.senders.items()
        for alias in (name, *sender.aliases)
    }
    stated = re.search(SENDER, notes)
    if stated and fold(stated[1]) in names:
        return names[fold(stated[1])]
    longest = sorted(names, key=len, reverse=True)
    return next((names[n] for text in map(fold, texts) for n in longest if n in text), None)


def _filed(notes: str) -> dt.date | None:
    stated = re.search(FILED, notes)
    try:
        return calendars.date(stated[1]) if stated else None
    except ValueError:
        return None


def _period(texts: tuple[str, ...]) -> tuple[dt.date | None, dt.date | None]:
    """First and last day: the year that is stated first, and of it the fewest months."""
    stated = [period for text in texts if (period := stated_period(text))]
    same_year = [period for period in stated if period[0].year == stated[0][0].year]
    # By months and not by days: the first quarter says no more than the second.
    return min(same_year, key=lambda ends: ends[1].month - ends[0].month, default=(None, None))


def _says(marks: tuple[str, ...], text: str) -> bool:
    return any(fold(mark) in fold(text) for mark in marks)
