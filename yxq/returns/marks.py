"""What a sheet that yxq has made says of itself: its form, whose it is and for when, so that
nothing about it has to be told from names.

The mark is a line of text, because text is what every program and format keeps.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any, Literal

from pydantic import BaseModel

from yxq.plan.forms import Form
from yxq.returns.periods import Period, apart, length
from yxq.returns.read.sheet import Sheet
from yxq.returns.sheet_read import Context
from yxq.words.reasons import Reason

LISTS = "yxq"  # the hidden sheet of lists that drop-downs show; its first cell is the mark again
ROWS = 40  # rows from the top among which the mark is looked for
NONE = "?"
DAY = r"\?|\d{4}-\d\d-\d\d"
MARK = re.compile(
    r"yxq (?P<kind>form|mend|register) 1 / (?P<form>\S+) / (?P<sender>.+) / "
    rf"(?P<first>{DAY}) / (?P<last>{DAY}) / (?P<given>\S+) / (?P<version>[0-9a-f]{{8}})\b"
)


class Mark(BaseModel, frozen=True):
    """What a made sheet is.

    kind: form is a return to be filled in, mend are rows that came back to be mended, register is
    what an office keeps of a year up to a day, each anew in place of the one before. first, last:
    its period. given: columns of the form that are filled in already. version: of the form.
    """

    kind: Literal["form", "mend", "register"]
    form: str
    sender: str | None
    first: dt.date | None
    last: dt.date | None
    given: tuple[str, ...] = ()
    version: str

    def __str__(self) -> str:
        """The line that the sheet shows.

        >>> str(Mark(kind="form", form="a", sender="甲", first=None, last=None, version="0" * 8))
        'yxq form 1 / a / 甲 / ? / ? / - / 00000000'
        """
        given = "+".join(self.given) or "-"
        ends = (self.first or NONE, self.last or NONE)
        parts = (self.form, self.sender or NONE, *ends, given, self.version)
        return " / ".join((f"yxq {self.kind} 1", *map(str, parts)))

    def context(self, stated: Context) -> Context:
        """What a sheet says of itself beside its mark, with what the mark knows for certain."""
        return stated.model_copy(
            update={
                "sender": self.sender or stated.sender,
                "period_from": self.first or stated.period_from,
                "period_to": self.last or stated.period_to,
                "correction": stated.correction or self.kind in ("mend", "register"),
            }
        )

    def against(self, title: Context, named: Period | None = None) -> Reason | None:
        """Why a sheet cannot be what its mark says: its title has become that of another sender or
        period, or its file bears the name of another such period, as where last quarter's or last
        year's file is used again.
        """
        if None not in (title.sender, self.sender) and title.sender != self.sender:
            return Reason.of("mark_of_another", self.sender, title.sender)
        if self.first is None or self.last is None:
            return None
        ends = self.first, self.last
        if title.period_from and title.period_to:
            stated = title.period_from, title.period_to
            if apart(ends, stated):
                return Reason.of("mark_of_another_period", *ends, *stated)
        if named and self.kind == "form" and apart(ends, named) and length(ends) == length(named):
            return Reason.of("mark_of_another_name", *ends, *named)
        return None


def version(form: Form) -> str:
    """What changes when a form does: its headings, types, words and laws."""
    content = form.model_dump_json(include={"columns", "key", "when", "checks"})
    return hashlib.sha256(content.encode()).hexdigest()[:8]


def found(sheet: Sheet) -> Mark | None:
    """The mark of a sheet, wherever it stands at its top; None where it was not made by yxq."""
    texts = (text for row in sheet.head[:ROWS] for text in row)
    return next(filter(None, map(in_text, texts)), None)


def in_text(text: str) -> Mark | None:
    """The mark that a line of text is, if it is one."""
    match = MARK.search(re.sub(r"\s+", " ", text)) if "yxq " in text else None
    return _read(match) if match else None


def _read(match: re.Match[str]) -> Mark | None:
    known: dict[str, Any] = {k: None if v == NONE else v for k, v in match.groupdict().items()}
    known["given"] = tuple(known["given"].strip("-").split("+")) if known["given"] != "-" else ()
    try:
        return Mark.model_validate(known)
    except ValueError:  # a day that there is not: somebody has written into it
        return None
