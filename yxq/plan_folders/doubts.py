"""What can be meant in a plan folder and probably is not: what a careful colleague would ask about.

Nothing here is refused. Each function yields doubts; where they stand is told where they are
gathered.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import Any

from pydantic import BaseModel

from yxq.plan.folder import Folder, measured
from yxq.plan.measure import Measure
from yxq.plan.period import Period
from yxq.plan.requirement import RESERVED, Requirement
from yxq.plan.target import Target
from yxq.plan_folders.findings import Finding
from yxq.words.text import Text

# Files of a plan folder that are no plan: `yxq demo` reads the last.
COMMON = {"units.csv", "forms.yml", "quotas.csv", "demo.yml"}
MOST_SUMS = 5_000  # of credits that are looked through for one in a band
ENDLESS = Fraction(10**30)


def doubts(folder: Folder) -> list[Finding]:
    """All doubts about a plan folder without mistakes in its files, each once."""
    found = [
        *_of(_unread_files(folder), ""),
        *_of(_units(folder), "units.csv"),
        *_of(_forms(folder), "forms.yml"),
    ]
    for year, period in folder.periods.items():
        found += _of(_period(period, folder), folder.files[year])
    return [*dict.fromkeys(found)]


def _of(found: Iterator[Finding], file: str) -> Iterator[Finding]:
    return (replace(each, kind="doubt", file=file or each.file) for each in found)


def _unread_files(folder: Folder) -> Iterator[Finding]:
    """Files that look like a part of the plan, under a name that nobody reads."""
    read = COMMON | {*folder.files.values()}
    for file in sorted(folder.path.iterdir()):
        if file.suffix.lower() in (".yml", ".yaml", ".csv") and file.name not in read:
            mend = "call it units.csv, forms.yml, quotas.csv or <year>.yml, or take it away"
            yield Finding("", "is not read", mend, file=file.name)


def _units(folder: Folder) -> Iterator[Finding]:
    units = folder.units
    # One without an English name is called by its own in both.
    for unit in units if any(unit.name_en != unit.name for unit in units) else ():
        if unit.name_en == unit.name and not unit.name.isascii():
            what = f"{unit.name} has no English name, where others have one"
            yield Finding("name_en", what, "write it", unit.name)
    for name, count in Counter(unit.name_en for unit in units).items():
        if count > 1:
            yield Finding("name_en", f"{count} units are called so", "tell them apart", name)
    for unit in units:
        if unit.name in unit.overlaps:
            yield Finding("overlaps", f"{unit.name} overlaps itself", "take it away", unit.name)


def _forms(folder: Folder) -> Iterator[Finding]:
    """Forms and senders that nothing uses, and forms whose short sheets may be another's."""
    measures = [m for period in folder.periods.values() for m in measured(period).values()]
    used = {measure.form for measure in measures}
    used |= {folder.remedies.form} if folder.remedies else set()
    for name in folder.forms.keys() - used:
        yield Finding(f"forms.{name}", "no target uses it", "take it away, or write the target")
    periods = folder.periods.values()
    senders = {target.owner for period in periods for target in period.targets}
    senders |= {basis.owner for period in periods for basis in period.bases.values()}
    senders |= {expected.sender for period in periods for expected in period.returns}
    senders |= {folder.remedies.keeper} if folder.remedies else set()
    for name in folder.senders.keys() - senders:
        what = "it answers for no target and owes no return"
        yield Finding(f"senders.{name}", what, "take it away, or write what it owes")
    for (name, form), (other, second) in combinations(folder.forms.items(), 2):
        needed = [{n for n, c in f.columns.items() if c.required} for f in (form, second)]
        found = [form.found_in(second), second.found_in(form)]
        if all(needed) and all(need <= there for need, there in zip(needed, found, strict=True)):
            what = f"a sheet with the needed columns alone may as well be one of {name}"
            yield Finding(f"forms.{other}", what, "make a column required that only it has")
    yield from _one_language(folder.model_copy(update={"periods": {}}), ("forms",))
    yield from _levels(folder, measures)


def _levels(folder: Folder, measures: list[Measure]) -> Iterator[Finding]:
    """Values and tasks of a form whose rows nothing tells apart, as other things add up in it."""
    for name in dict.fromkeys(m.form for m in measures if m.is_single):
        if not folder.forms[name].key:
            what = "it has no key, so that of several values of one unit and day one would count"
            mend = "write by which columns rows are told apart: key: [unit, year]"
            yield Finding(f"forms.{name}.key", what, mend)


def _period(period: Period, folder: Folder) -> Iterator[Finding]:
    if period.draft:
        what = "every page says that it is a draft"
        yield Finding("draft", what, "take the line away when all has been compared", "true")
    yield from _unused(period)
    yield from _returns(period)
    yield from _scoring(period)
    yield from _one_language(period)
    for title, count in Counter(target.title.zh for target in period.targets).items():
        if count > 1:
            what, mend = f"{count} targets have this title", "tell them apart; ids do so already"
            yield Finding("targets", what, mend, title)
    for name, basis in period.bases.items():
        yield from (f.under("bases", name) for f in _measured(basis.measure, folder))
    for target in period.targets:
        yield from (f.under("targets", target.id) for f in _target(target, period, folder))


def _unused(period: Period) -> Iterator[Finding]:
    """What stands in the file and nothing refers to."""
    targets = period.targets
    assumed = {name for target in targets for name in target.assumptions}
    for name, assumption in period.assumptions.items():
        if name not in assumed and not assumption.general:
            mend = "name it at a target, or write general: true"
            yield Finding(f"assumptions.{name}", "no target names it, so no page says it", mend)
    named = {name for target in targets for name in (target.split, target.lot, *target.references)}
    for name in period.bases.keys() - named:
        yield Finding(f"bases.{name}", "nothing is split by it or compared with it", "take it away")
    for number, section in enumerate(period.sections):
        if not any(target.clause.startswith(section.clause) for target in targets):
            what = "no target stands under it"
            yield Finding(
                f"sections[{number}]", what, "mend its clause, or take it away", section.clause
            )


def _returns(period: Period) -> Iterator[Finding]:
    """Targets whose return nobody owes where others are owed, and returns that no target needs."""
    owed = {(expected.form, expected.sender) for expected in period.returns}
    asked = {t.id: (t.measure.form, t.owner) for t in period.targets}
    needed = {*asked.values(), *((b.measure.form, b.owner) for b in period.bases.values())}
    needed |= {(t.given.form, t.owner) for t in period.targets if t.given}
    for id, (form, sender) in asked.items() if owed else ():
        if (form, sender) not in owed:
            what = f"nobody owes form {form} of {sender}, where other returns are owed"
            mend = f"add {{form: {form}, sender: {sender}, every: ..., due_days: ...}} to returns"
            yield Finding(f"targets.{id}.owner", what, mend, sender)
    for number, expected in enumerate(period.returns):
        if (expected.form, expected.sender) not in needed:
            what = f"no target of {expected.sender} uses form {expected.form}"
            yield Finding(
                f"returns[{number}]",
                what,
                "take it away, or mend the target's owner",
                expected.form,
            )


def _scoring(period: Period) -> Iterator[Finding]:
    """Weights of no use, targets that nothing can come of, bands that no score reaches."""
    scoring, judged = period.scoring, [target for target in period.targets if target.is_scored]
    if scoring is None:
        for target in period.targets:
            if target.weight != 1:
                what, mend = "nothing is scored", "write scoring, or take the weight away"
                yield Finding(f"targets.{target.id}.weight", what, mend, str(target.weight))
        return
    if not judged:
        yield Finding("scoring", "no target is judged, so nothing is scored", "take it away")
    named = [id for deduction in scoring.deductions for id in deduction.targets]
    for id in (*named, *(scoring.veto.targets if scoring.veto else ())):
        if id not in {target.id for target in judged}:
            what = f"{id} is only reported, and never missed"
            yield Finding("scoring", what, "write what is asked of it, or another", id)
    credits = [Fraction(1), *(step.credit for step in scoring.partial)]
    credits += [scoring.late.credit] if scoring.late else []
    # What is worth points of its own may come to any number of them.
    plain = not period.has_points and not any(target.worth for target in judged)
    scores = _scores([target.weight for target in judged], credits) if plain else set()
    tops = [None, *(band.least for band in scoring.bands)]
    for band, top in zip(scoring.bands, tops, strict=False):
        off = {
            Fraction(0),
            *(n * d.points for d in scoring.deductions for n in range(len(d.targets) + 1)),
        }
        can_be = {max(score - points, Fraction(0)) for score in scores or () for points in off}
        if scores and not any(band.least <= s and (top is None or s < top) for s in can_be):
            what = f"no score reaches grade {band.grade}"
            yield Finding("scoring.bands", what, "change its least score", str(band.least))


def _scores(weights: list[Fraction], credits: list[Fraction]) -> set[Fraction]:
    """Every score out of 100 that some of the targets can come to; none where they are too many
    to go through.
    """
    sums = {(Fraction(0), Fraction(0))}
    for weight in weights:
        before = sums
        for credit in (Fraction(0), *credits):
            sums = sums | {(had + weight, got + weight * credit) for had, got in before}
        if len(sums) > MOST_SUMS:
            return set()
    return {100 * got / had for had, got in sums if had}


def _target(target: Target, period: Period, folder: Folder) -> Iterator[Finding]:
    measure, form = target.measure, folder.forms[target.measure.form]
    passed = next(iter(measure.passed), "")
    if target.sampled and passed and form.sampled is None:
        what = f"form {measure.form} would take a list of failures alone for the whole sample"
        mend = f"write under the form: sampled: {{column: {passed}, passed: ..., least: 5}}"
        yield Finding("sampled", what, mend, "true")
    if form.sampled and passed == form.sampled.column and not target.sampled:
        what = f"rows of form {measure.form} are samples, and it is taken for a complete count"
        yield Finding("sampled", what, "write sampled: true", "false")
    if target.require is not None:
        yield from _never(target.require, target)
        known = {*period.bases, *(other.id for other in period.targets)}
        for name in target.references:
            if measure.peer and not RESERVED.fullmatch(name) and name not in known:
                what = (
                    f"{name} is taken for a peer in column {measure.peer}, as it is written there"
                )
                yield Finding("require", what, "compare it with the returns", name)
    last = max(other.end for other in folder.periods.values())
    if target.due and target.kind != "task" and target.due > last:
        what = f"no plan of the folder reaches {target.due}, so that it is never judged"
        yield Finding("by", what, "add the plan of that year when it is there", str(target.due))
    yield from _measured(measure, folder)


def _measured(measure: Measure, folder: Folder) -> Iterator[Finding]:
    """Words that are looked for in a column of any text."""
    columns = folder.forms[measure.form].columns
    conditions = [*measure.where.items(), *measure.passed.items()]
    for name, wanted in conditions:
        if name in columns and columns[name].type == "text":
            what = f"{name} may say anything, so that the word cannot be compared with it here"
            mend = "give the column type word and its words, or look at what yxq ingest says"
            said = wanted if isinstance(wanted, tuple) else (wanted,)
            yield Finding("measure.where", what, mend, ", ".join(map(str, said)))


def _never(asked: Requirement, target: Target) -> Iterator[Finding]:
    """A requirement that every number meets, or none."""
    low, high = asked.ends
    least, most = _between(asked, target)
    for bound, end, sign in ((low, most, 1), (high, least, -1)):
        beyond = bound is not None and sign * (bound - end)
        if beyond is not False and (beyond > 0 or (beyond == 0 and asked.strict)):
            what, mend = f"no number can meet {asked}", "mend the number, or its sign"
            yield Finding("require", what, mend, str(asked))
            return
    has_constants = bool(asked.bounds) and not any(bound.reference for bound in asked.bounds)
    inside = (low is None or low < least or (low == least and not asked.strict)) and (
        high is None or high > most or (high == most and not asked.strict)
    )
    if has_constants and inside:
        what, mend = f"every number meets {asked}", "mend the number, or its sign"
        yield Finding("require", what, mend, str(asked))


def _between(asked: Requirement, target: Target) -> tuple[Fraction, Fraction]:
    """Between which ends the number lies that is asked for, whatever is reported."""
    measure = target.measure
    if asked.of == "rank":
        text = asked.bounds[0].difference.text
        is_share = "/" in text or text.endswith(("%", "‰"))
        return (1 / ENDLESS, Fraction(1)) if is_share else (Fraction(1), ENDLESS)
    is_share = asked.of == "units" or measure.number == "share"
    may_be_less = measure.number in ("level", "amount") and asked.of == "number"
    return (-ENDLESS if may_be_less else Fraction(0)), (Fraction(1) if is_share else ENDLESS)


def _one_language(model: Any, groups: tuple[str, ...] = ()) -> Iterator[Finding]:
    """Wordings that lack a language which others of their kind have."""
    texts = [*_texts(model, "")]
    texts = [(key, text) for key, text in texts if not groups or key.startswith(groups)]
    for language in ("zh", "en"):
        kinds = {key.rpartition(".")[2] for key, text in texts if getattr(text, language).strip()}
        for key, text in texts:
            if not getattr(text, language).strip() and key.rpartition(".")[2] in kinds:
                other = text.en if language == "zh" else text.zh
                what, mend = f"has no {language}, where others have one", "write it"
                yield Finding(f"{key}.{language}", what, mend, other)


def _texts(part: Any, key: str) -> Iterator[tuple[str, Text]]:
    """Every wording in a part of a plan, by its key."""
    inner: list[tuple[str, Any]] = []
    if isinstance(part, Text):
        yield key, part
    elif isinstance(part, BaseModel):
        inner = [(f"{key}.{name}".removeprefix("."), value) for name, value in part]
    elif isinstance(part, dict):
        inner = [(f"{key}.{name}", value) for name, value in part.items()]
    elif isinstance(part, tuple):
        called = ((getattr(value, "id", number), value) for number, value in enumerate(part))
        inner = [(f"{key}.{name}", value) for name, value in called]
    for name, value in inner:
        yield from _texts(value, name)
