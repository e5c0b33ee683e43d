"""The register of what falls short and what is done about it, as a workbook that an office fills in
and sends back as a return: what it has said before stands in it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.forms import Form, Register
from yxq.plan.units import Unit
from yxq.returns.blank import write
from yxq.returns.blank.asked import period_name
from yxq.returns.blank.sheet import FormSheet
from yxq.returns.blank.withdrawing import withdrawal
from yxq.returns.marked import OF_REGISTER
from yxq.returns.marks import Mark, version
from yxq.words.wording import Words

OPEN_ROWS = 10
ENTERED = ("cause", "measure", "person", "due", "said", "done")


def name(plan: Plan, kept: Register, words: Words) -> str:
    """What the workbook is called."""
    return f"{write.file_name(words.text(plan.folder.forms[kept.form].title))}.xlsx"


def save(
    place: Path,
    plan: Plan,
    kept: Register,
    entries: pd.DataFrame,
    as_of: dt.date,
    words: Words,
    synthetic: bool = False,
) -> None:
    """Write the register of a plan's year under `place`, in the language of `words`.

    entries: its rows: unit, target, what was said before (ENTERED), and what is only to be read
    (OF_REGISTER). Raises `OSError` where it cannot be written.
    """
    made = _sheet(plan, kept, entries, as_of, words, synthetic)
    told = [words("register_what", title=made.title), words("blank_open"), words("register_how")]
    if word := withdrawal(plan.folder, words):
        told.append(words("register_withdraw", due=made.form.label(kept.due), word=word))
    told += [words("register_mark"), words("blank_save")]
    write.save(place / name(plan, kept, words), made, [(words, told, "")])


def _sheet(
    plan: Plan, kept: Register, entries: pd.DataFrame, as_of: dt.date, words: Words, synthetic: bool
) -> FormSheet:
    """The register as of a day, up to which its period is: of two the later one's rows count."""
    folder = plan.folder
    form = folder.forms[kept.form]
    said = {"form": words.text(form.title), "sender": words.sender(kept.keeper)}
    said |= {"period": period_name(*plan.span(), words), "as_of": words.date(as_of)}
    marks = folder.layout.synthetic[:1] if synthetic else ()
    shown = _in_language(form, words)
    return FormSheet(
        folder=folder,
        form=shown,
        mark=Mark(
            kind="register",
            form=kept.form,
            sender=kept.keeper,
            first=plan.span()[0],
            last=as_of,
            given=kept.given,
            version=version(form),
        ),
        title=words("register_title", **said) + "".join(f"（{mark}）" for mark in marks),
        hint=words("register_hint"),
        rows=_rows(plan, kept, shown, entries, words),
        beside=entries[[*OF_REGISTER]].reset_index(drop=True),
        open_rows=OPEN_ROWS,
    )


def _in_language(form: Form, words: Words) -> Form:
    """The form with the headings and words of a language before those of others."""

    def sorted_(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(texts, key=lambda text: text.isascii() != (words.language == "en")))

    columns = {
        name: column.model_copy(
            update={
                "aliases": sorted_(column.aliases),
                "words": {code: sorted_(said) for code, said in column.words.items()},
            }
        )
        for name, column in form.columns.items()
    }
    return form.model_copy(update={"columns": columns})


def _rows(
    plan: Plan, kept: Register, form: Form, entries: pd.DataFrame, words: Words
) -> pd.DataFrame:
    """The rows as they are written: what is known, and what was said before."""
    units = {unit.name: _called(plan, unit, words) for unit in plan.folder.units}
    state = {code: said[0] for code, said in form.columns[kept.state].words.items()}
    year = plan.year - form.columns["year"].offset
    rows: list[dict[str, Any]] = [
        {
            kept.target: entry["target"],
            kept.title: words.text(plan.target(entry["target"]).title),
            "unit": units[entry["unit"]],
            "year": year,
            kept.cause: entry["cause"],
            kept.measure: entry["measure"],
            kept.person: entry["person"],
            kept.due: _day(entry["due"]),
            kept.state: state.get(entry["said"]),
            kept.done: _day(entry["done"]),
        }
        for entry in entries.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=[*form.columns], dtype=object)


def _called(plan: Plan, unit: Unit, words: Words) -> str:
    """A unit's name in the language, where it leads back to the unit."""
    called = words.unit(unit)
    return called if plan.folder.match(called) is unit else unit.name


def _day(day: Any) -> dt.date | None:
    return None if pd.isna(day) else day.date()
