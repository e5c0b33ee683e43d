"""In which unit the numbers of a form are written: that of the target or basis they are for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from yxq.plan.folder import Plan
from yxq.plan.measure import Measure
from yxq.words.text import Text, fold
from yxq.words.wording import Words

SHARE = "share"  # the English unit of a target whose value is one


def measured(plan: Plan, form: str, sender: str | None) -> Iterator[tuple[Measure, Text]]:
    """The measures that take a number as it is written, with its unit; of one sender, or of all."""
    targets = [(t.owner, t.measure, t.unit) for t in plan.targets]
    bases = [(b.owner, b.measure, b.unit) for b in plan.period.bases.values()]
    for owner, measure, unit in (*targets, *bases):
        if measure.form == form and measure.key == "value" and sender in (None, owner):
            yield measure, unit


def unit_of(
    row: Mapping[Any, Any], plan: Plan, form: str, sender: str | None, words: Words
) -> str | None:
    """In which unit the number of a row is written, where it is known; row: column -> text."""
    columns = plan.folder.forms[form].columns
    for measure, unit in measured(plan, form, sender):
        said = measure.where.items()
        if all(_means(row.get(name), columns[name].words, word) for name, word in said):
            return _worded(unit, words)
    return None


def _means(text: Any, known: Mapping[str, Iterable[str]], wanted: Any) -> bool:
    """Whether a text is a word that means what is wanted."""
    meant = wanted if isinstance(wanted, tuple) else (wanted,)
    written = {fold(str(word)) for one in meant for word in (one, *known.get(str(one), ()))}
    return isinstance(text, str) and fold(text) in written


def named(plan: Plan, form: str, sender: str | None, words: Words) -> str:
    """Each unit with what is measured in it, in words; empty where nothing is."""
    found = {
        words("of_indicator", unit=_worded(unit, words), name=words("list").join(_names(measure)))
        if measure.where
        else _worded(unit, words)
        for measure, unit in measured(plan, form, sender)
    }
    return words("list").join(sorted(found))


def _names(measure: Measure) -> list[str]:
    return ["/".join(map(str, w if isinstance(w, tuple) else (w,))) for w in measure.where.values()]


def _worded(unit: Text, words: Words) -> str:
    return words("share_unit") if unit.en == SHARE else words.counted(unit)
