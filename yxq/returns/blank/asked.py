"""Which returns a plan asks for, of whom and for when, and what they are called."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from yxq.attainment import owed
from yxq.plan.folder import Folder, Plan
from yxq.returns import calendars
from yxq.returns.periods import length
from yxq.words.errors import refusal
from yxq.words.wording import Words

STATED = re.compile(r"((?:19|20)\d\d)\s*(?:[-/ 年]\s*)?(?:度\s*)?(.*)")

WHOLE = 1, 12
# How a period of so many months is worded, when it is one of those that a year has.
NAMED = {12: "period_year", 6: "period_half", 3: "period_quarter", 1: "period_month"}

CHINESE = {12: "", 6: "上下", 3: "一二三四", 1: ""}


@dataclass(frozen=True)
class Asked:
    """A return that is asked for: its form, whose, of which year, from when to when, by when."""

    form: str
    sender: str
    year: int
    first: dt.date
    last: dt.date
    due: dt.date | None = None


def asked(plan: Plan, senders: Iterable[str] = (), period: str | None = None) -> list[Asked]:
    """The returns of a plan's year, of some senders and one period where they are named.

    A plan that says nothing of returns asks each department for the forms of its targets, once a
    year. Raises `PlanError` for a sender or period that there is not, and where nothing is asked.
    """
    every = _every(plan)
    names = [plan.sender(name) for name in senders]
    mine = [one for one in every if one.sender in names or not names]
    if without := [name for name in names if not any(one.sender == name for one in mine)]:
        raise refusal("blank_no_form", name=without[0], year=plan.year)
    if not mine:
        raise refusal("blank_nothing", year=plan.year)
    if period is None:
        return mine
    of_period = [one for one in mine if _is_period(one, period)]
    if not of_period:
        words = Words("en")
        known = dict.fromkeys(period_name(one.first, one.last, words) for one in mine)
        raise refusal("blank_period", name=period, known=", ".join(known))
    return of_period


def _every(plan: Plan) -> list[Asked]:
    if plan.period.returns:
        rows = owed.expected(plan, plan.year).itertuples()
        return [
            Asked(
                row.form,
                row.sender,
                plan.year,
                row.period_from.date(),
                row.period_to.date(),
                row.due.date(),
            )
            for row in rows
        ]
    owners = [(target.measure.form, target.owner) for target in plan.targets]
    owners += [(basis.measure.form, basis.owner) for basis in plan.period.bases.values()]
    return [Asked(form, owner, plan.year, *plan.span()) for form, owner in dict.fromkeys(owners)]


def _is_period(one: Asked, text: str) -> bool:
    """Whether a return is of the period that a text states, with its year or without: 第二季度, Q2,
    2013Q2, 4-6, 2013-04.
    """
    stated = STATED.fullmatch(text.strip())
    year, part = (int(stated[1]), stated[2].strip()) if stated else (None, text)
    try:
        months = calendars.months(part) if part else WHOLE
    except ValueError:
        return False
    is_whole = length((one.first, one.last)) == 12
    own = WHOLE if is_whole else (one.first.month, one.last.month)
    return months == own and year in (None, one.year if is_whole else one.first.year)


def period_name(first: dt.date | None, last: dt.date | None, words: Words) -> str:
    """What a period is called: 2013年第二季度; nothing where it is not known."""
    if first is None or last is None:
        return ""
    months = length((first, last))
    part, is_later = divmod(first.month - 1, months)
    if months in NAMED and not is_later:
        number = f"{part + 1:02d}" if months == 1 else str(part + 1)
        if words.language == "zh":
            number = CHINESE[months][part : part + 1] or str(part + 1)
        return words(NAMED[months], y=first.year, n=number)
    return words("period_span", low=words.date(first), high=words.date(last))


def languages(folder: Folder) -> list[str]:
    """The languages of a plan, that of its departments first: Chinese where their names or the
    headings of their returns are.
    """
    labels = [form.label(name) for form in folder.forms.values() for name in form.columns]
    if all(map(str.isascii, (*labels, *folder.senders))):
        return ["en"]
    return ["zh", "en"] if folder.unit_word.en.isascii() else ["zh"]
