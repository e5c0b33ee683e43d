"""What the name of a file says of it, by the patterns of the plan folder."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from dataclasses import dataclass, field

from yxq.plan.folder import Folder
from yxq.plan.forms import Form
from yxq.plan.model import YEARS
from yxq.plan.named_files import NamedFile
from yxq.plan.units import nearest
from yxq.plan.written import Written
from yxq.returns import calendars
from yxq.returns.read.sheet import Unreadable
from yxq.returns.sheet_read import Context
from yxq.words.reasons import Reason
from yxq.words.text import fold


@dataclass(frozen=True)
class Said:
    """What the name of a file says; empty where it says nothing, or no pattern fits.

    given: column of a form -> its text in all rows.
    """

    form: str = ""
    sender: str | None = None
    period: tuple[dt.date, dt.date] | None = None
    sheets: tuple[str, ...] = ()
    encoding: str = ""
    given: dict[str, str] = field(default_factory=dict)

    def among(self, forms: dict[str, Form]) -> dict[str, Form]:
        """The forms that the file can be."""
        return {self.form: forms[self.form]} if self.form else forms

    def refusing(self, reason: Reason) -> Reason:
        """Why a file is refused: of one whose encoding is declared, that it is not in that."""
        is_other = bool(self.encoding) and reason.code in ("unknown_encoding", "bad_byte")
        return Reason.of("not_in_encoding", self.encoding) if is_other else reason

    def within(self, context: Context) -> Context:
        """What a sheet says of itself, with what the name of its file says in its place."""
        first, last = self.period or (context.period_from, context.period_to)
        sender = self.sender or context.sender
        return context.model_copy(
            update={"sender": sender, "period_from": first, "period_to": last}
        )


def said_by_name(file: str, folder: Folder) -> Said:
    """What the path of a file below the returns' folder says.

    Raises `Unreadable` where a part of it is none of the forms, senders or units, or no period.
    """
    for named in folder.named_files:
        if found := re.search(named.name, file, re.IGNORECASE):
            groups = {part: text for part, text in found.groupdict().items() if text}
            return _said(named, {"form": named.form, "sender": named.sender} | groups, folder)
    return Said()


def _said(named: NamedFile, groups: dict[str, str], folder: Folder) -> Said:
    senders = {n: key for key, s in folder.senders.items() for n in (key, *s.aliases)}
    units = {name: unit.name for unit in folder.units for name in (*unit.names, unit.name_en)}
    unit = _known("name_unit", groups.get("unit", named.unit), units)
    period = _period(named, groups)
    given = {"unit": unit} if unit else {}
    if period:
        given |= {"year": str(period[0].year), "months": f"{period[0].month}-{period[1].month}"}
    return Said(
        form=_known("name_form", groups["form"], {name: name for name in folder.forms}),
        sender=_known("name_sender", groups["sender"], senders) or None,
        period=period,
        sheets=named.sheets,
        encoding=named.codec,
        given=given,
    )


def _known(code: str, text: str, names: dict[str, str]) -> str:
    """What a text is among names, however it is typed; `Unreadable` where it is none of them."""
    typed = {fold(name): meant for name, meant in names.items()}
    if text and fold(text) not in typed:
        near = nearest(text, typed, str) or [*dict.fromkeys(typed.values())]
        raise Unreadable(code, text, "、".join(near))
    return typed[fold(text)] if text else ""


def _period(named: NamedFile, groups: dict[str, str]) -> tuple[dt.date, dt.date] | None:
    """The period that a name says, in the calendar that is declared for it."""
    written, text = named.written, groups.get("period", named.period)
    try:
        if "year" in groups:
            text = " ".join(groups[part] for part in ("year", "months") if part in groups)
            ends = calendars.months(groups["months"], written) if "months" in groups else ()
            return calendars.span(_year(groups["year"], written), *ends)
        if not text:
            return None
        with contextlib.suppress(ValueError):
            year, ends = calendars.year_and_months(text, written)
            return calendars.span(year, *ends)
        return calendars.span(_year(text, written))
    except ValueError:
        raise Unreadable("name_period", text) from None


def _year(text: str, written: Written) -> int:
    year = calendars.year(text, written)
    if year not in YEARS:
        raise ValueError(text)
    return year
