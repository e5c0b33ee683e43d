"""The next plan from its document and the last plan: targets that go on keep their ids, measures
and wording, and what changed of them is the document's.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from yxq.documents.drafted_folder import (
    KINDS,
    Texts,
    Written,
    drafted_kinds,
    planned_years,
    quoted,
    written_path,
)
from yxq.documents.drafts import Drafted
from yxq.documents.fates import Target
from yxq.documents.matching import Match, alike_titles, sort_of
from yxq.documents.phrases import Doubt
from yxq.plan.folder import Folder
from yxq.plan.forms import Column, Form
from yxq.plan.period import moved
from yxq.plan.requirement import parse
from yxq.plan.target import Target as Planned
from yxq.plan_folders.draft import SCHEMAS, copied, schema, write_all
from yxq.plan_folders.draft_text import draft, years_on
from yxq.plan_folders.places import Edit, applied, composed, place_of, values_of
from yxq.plan_folders.years import labels
from yxq.words.errors import PlanError
from yxq.words.text import fold

PREFIX, MORE = "drafted_", " +"  # of forms that are added, and of their titles


def kept_ids(
    drafted: Sequence[Target], matches: Mapping[str, Match], folder: Folder
) -> list[Target]:
    """Drafted targets with the ids of those that they go on with, and others with ids that the
    folder has not used, or has for just that title; what is not the same word for word is doubtful.

    Where no number was read and the old plan asked for one, that stays, as a doubt; where the old
    plan kept the same words without judging them, they are kept again.
    """
    used = {target.id for plan in folder.periods.values() for target in plan.targets}
    titled = {title: id for id, title in _vocabulary(folder) if id not in used}
    used |= {id for id, _ in _vocabulary(folder)}
    free = (id for n in itertools.count(1) if (id := f"N{n:02}") not in used)
    named = []
    for target in drafted:
        if match := matches.get(target.id):
            named.append(_going_on(target, match))
        else:
            known = titled.pop(fold(target.draft.title), "")
            named.append(Target(known or next(free), target.draft))
    return named


def _vocabulary(folder: Folder) -> Iterator[tuple[str, str]]:
    """The words of the columns that name targets: what each means, and a word of it."""
    for form in folder.forms.values():
        for name in form.columns.keys() & {"indicator", "task"}:
            for id, words in form.columns[name].words.items():
                yield from ((id, fold(word)) for word in words)


def _going_on(target: Target, match: Match) -> Target:
    """A target under its old id, with what has to be looked at."""
    before, draft = match.target, target.draft
    if before.says and fold(draft.words) in fold(before.says.zh):
        return Target(before.id, replace(draft, require=""))
    doubts = (*draft.doubts, *_doubts(target, match))
    return Target(
        before.id, replace(draft, doubts=doubts, require=draft.require or _written(before))
    )


def _doubts(target: Target, match: Match) -> list[Doubt]:
    """What has to be looked at where a target goes on."""
    doubts: list[Doubt] = [] if match.is_sure else ["matched"]
    if match.target.require and not target.draft.require:
        return [*doubts, "asked_before"]
    return doubts if _is_of_its_sort(target, match.target) else [*doubts, "asked_otherwise"]


def _is_of_its_sort(target: Target, before: Planned) -> bool:
    """Whether the number that was computed is the one that is asked for now."""
    return sort_of(target.draft.require) in ("", sort_of(_written(before)))


def _written(target: Planned) -> str:
    return str(target.require) if target.require else ""


def write_next(
    found: Drafted,
    targets: Sequence[Target],
    matches: Mapping[str, Match],
    folder: Folder,
    out: Path,
    year: int = 0,
) -> Written:
    """The next plan of a folder in `out`, with all that the last one had and what is new, loaded
    once so that it is known to hold; `matches` are by the ids that `targets` have now.

    Raises `PlanError` where there is no plan before it, or one of its year already.
    """
    first, last = planned_years(found, targets, year)
    before = max((y for y in folder.periods if y < first), default=None)
    if before is None or first in folder.periods:
        known = ", ".join(map(str, sorted(folder.periods)))
        raise PlanError(f"{folder.name}: {first} does not follow its plans ({known}); give --year")
    file = folder.path / folder.files[before]
    years = f"{first}-{last}" if last > first else f"{first}"
    anew = [target for target in targets if _is_drafted(target, matches)]
    texts = Texts(found, anew, first, last, _forms(folder.forms), MORE)
    next_plan = _NextPlan(texts, targets, matches, draft(file, first, out.as_posix()), file)
    plan = out / f"{years}.yml"
    forms = (folder.path / "forms.yml").read_text(encoding="utf-8-sig")
    text = next_plan.text(years, years_on(file.stem, first))
    written = {plan: text, out / "forms.yml": next_plan.forms(forms)}
    written |= {out / "schema" / f"{name}.json": schema(name) for name in SCHEMAS}
    others = {to: path for to, path in copied(folder, out).items() if to not in written}
    write_all(out, others, written)
    return Written(plan, [*others, *written], years)


def _is_drafted(target: Target, matches: Mapping[str, Match]) -> bool:
    """Whether it is written anew: what has no match, or asks in another way."""
    match = matches.get(target.id)
    return match is None or not _is_of_its_sort(target, match.target)


@dataclass(frozen=True)
class _NextPlan:
    """The files of the next plan, changed in the places where they have to be."""

    texts: Texts
    """Of the targets that are written anew."""
    targets: Sequence[Target]
    matches: Mapping[str, Match]
    last: str
    """The text of the last plan, moved to the new year."""
    file: Path

    def text(self, years: str, moved_years: str) -> str:
        """The plan file."""
        top = values_of(composed(self.file, self.last))
        edits = [
            *self._of_document(top["document"]),
            *_of_years(top, years, moved_years),
            (self._span(top["sections"]), self._sections(top["sections"])),
            (self._span(top["targets"]), self._targets(top["targets"])),
        ]
        if "scoring" in top:
            edits += self._of_scoring(top["scoring"], set(self._blocks(top["targets"])))
        known = values_of(top["assumptions"]) if "assumptions" in top else {}
        if self.texts.targets and (assumed := self.texts.assumptions(known)):
            edits.append(self._added(top, "assumptions", assumed))
        if returns := self.texts.returns(self._returned(top)):
            edits.append(self._added(top, "returns", returns))
        return applied(self.last, edits)

    def _of_document(self, node: Any) -> Iterator[Edit]:
        """Its title, number and day, as the new document says."""
        facts, values = self.texts.found.facts, values_of(node)
        yield place_of(values["title"]), quoted(facts.title)
        said = {"number": quoted(facts.number), "signed": str(facts.signed or "null")}
        for key, value in said.items():
            if key in values:
                yield place_of(values[key]), value

    def _span(self, node: Any) -> tuple[int, int]:
        """Where the lines of a list begin and end."""
        start, end = place_of(node)
        return self._line(start), self.last.index("\n", end - 1) + 1

    def _line(self, at: int) -> int:
        return self.last.rfind("\n", 0, at) + 1

    def _added(self, top: Mapping[str, Any], key: str, lines: str) -> Edit:
        """Lines at the end of a part of the plan file, which it may not have yet."""
        if key in top and top[key].value:
            end = self._span(top[key])[1]
            return (end, end), lines
        start = self._line(self.last.rindex("targets:", 0, place_of(top["targets"])[0]))
        return (start, start), f"{key}:\n{lines}"

    def _of_scoring(self, node: Any, before: set[str]) -> Iterator[Edit]:
        """What is scored otherwise, without the targets that are gone; as it was stands beside."""
        gone = before - {target.id for target in self.targets}
        for key, value in node.value:
            start, end = self._line(key.start_mark.index), place_of(value)[1]
            was = yaml.safe_load(self.last[start:end])
            left = _without(was, gone)
            if left != was:
                line = self.last.index("\n", end - 1)
                said = f"  # {' '.join(self.last[start:line].split())}"
                now = yaml.safe_dump(left[key.value], default_flow_style=True, allow_unicode=True)
                kept = f"  {key.value}: {' '.join(now.split())}" if left[key.value] else ""
                yield (start, line), f"{kept}{said}"

    def _sections(self, node: Any) -> str:
        """The new document's headings; one that the last plan had there keeps its wording."""
        before = {values_of(one)["clause"].value: one for one in node.value}
        lines = []
        for clause, title in replace(self.texts, targets=self.targets).sections():
            old = before.get(clause)
            start, end = place_of(old) if old else (0, 0)
            kept = old and alike_titles(self.last[start:end], title)
            new = f"{{clause: {quoted(clause)}, title: {quoted(title)}}}"
            lines.append(f"  - {self.last[start:end] if kept else new}\n")
        return "".join(lines)

    def _targets(self, node: Any) -> str:
        """The targets in the new document's order, and then those that it does not name."""
        blocks = self._blocks(node)
        drafted = {target.id for target in self.texts.targets}
        lines = [
            self.texts.target(target)
            if target.id in drafted
            else self._kept(target, *blocks[target.id])
            for target in self.targets
        ]
        named = {target.id for target in self.targets}
        gone = [text for id, (_, _, text) in blocks.items() if id not in named]
        if gone:
            lines.append(f"\n  # {self.texts.words('drafted_gone')}\n")
            lines += [f"  # {line}\n" for text in gone for line in text.splitlines()]
        return "".join(lines)

    def _blocks(self, node: Any) -> dict[str, tuple[Any, int, str]]:
        """The node of each target, where its text begins, and the text, by its id."""
        begins = [self._line(place_of(one)[0]) for one in node.value]
        ends = [*begins[1:], self._span(node)[1]]
        return {
            values_of(one)["id"].value: (one, start, self.last[start:end])
            for one, start, end in zip(node.value, begins, ends, strict=True)
        }

    def _kept(self, target: Target, node: Any, start: int, text: str) -> str:
        """A target that goes on, with what the new document says of it."""
        edits = [
            ((a - start, b - start), new) for (a, b), new in self._edits(target, values_of(node))
        ]
        match = self.matches[target.id]
        kept = self.texts.words("drafted_kept", id=target.id, likeness=f"{match.likeness:.0%}")
        said = "".join(f"  # {line}\n" for line in [kept, *self.texts.comments(target)])
        return said + applied(text, edits)

    def _edits(self, target: Target, values: Mapping[str, Any]) -> Iterator[Edit]:
        """What is another in the new document; of the rest the text stays as it was."""
        draft, before = target.draft, self.matches[target.id].target
        if draft.sentence.clause != before.clause:
            yield place_of(values["clause"]), quoted(draft.sentence.clause)
        said = fold(before.says.zh) if before.says else ""
        if "says" in values and not draft.require and fold(draft.words) not in said:
            yield place_of(values["says"]), quoted(draft.words)
        if (
            draft.require
            and "require" in values
            and not _is_asked(draft.require, values["require"])
        ):
            is_path = re.match("[0-9]{4}: ", draft.require)
            asked = f"{{{written_path(draft.require)}}}" if is_path else quoted(draft.require)
            yield place_of(values["require"]), asked
        if draft.require and "asked_before" not in draft.doubts:
            by = self.texts.by(target)
            if "by" in values:
                yield place_of(values["by"]), by or "null"
            elif by:
                end = place_of(values["require"])[1]
                yield (end, end), f"\n    by: {by}"

    def forms(self, text: str) -> str:
        """The forms of the last plan, and those that new targets are computed from."""
        if not self.texts.targets:
            return text
        top = values_of(composed(self.file.parent / "forms.yml", text))
        known = values_of(top["senders"])
        owners = dict.fromkeys(self.texts.owner(target) for target in self.texts.targets)
        new = "".join(f"  {quoted(name)}: {{}}\n" for name in owners if name not in known)
        ends = [text.index("\n", place_of(top[key])[1] - 1) + 1 for key in ("senders", "forms")]
        forms = values_of(top["forms"])
        own = [kind for kind in KINDS if self.texts.names[kind] in forms]
        added = zip(ends, (new, self.texts.kinds(own)), strict=True)
        edits = [((end, end), more) for end, more in added]
        for kind in own:
            if titles := self.texts.vocabulary(kind):
                edits.append(_more_words(forms[self.texts.names[kind]], titles))
        return applied(text, edits)

    def _returned(self, top: Mapping[str, Any]) -> set[tuple[str, str]]:
        """Which form somebody sends already."""
        nodes = [values_of(node) for node in top["returns"].value] if "returns" in top else []
        return {(values["form"].value, values["sender"].value) for values in nodes}


def _forms(forms: Mapping[str, Form]) -> dict[str, str]:
    """The form of each kind of target: one of the last plan's that has just these columns and this
    key, else one that is added.
    """
    kinds = yaml.safe_load(drafted_kinds(dict.fromkeys(KINDS, "x: [x]")))
    shapes = {name: (_types(form.columns), form.key) for name, form in forms.items()}
    names = {}
    for kind, drafted in kinds.items():
        shape = {key: column["type"] for key, column in drafted["columns"].items()}
        same = (name for name, known in shapes.items() if known == (shape, tuple(drafted["key"])))
        names[kind] = next(same, f"{PREFIX}{kind}")
    return names


def _types(columns: Mapping[str, Column]) -> dict[str, str]:
    return {name: column.type for name, column in columns.items()}


def _more_words(form: Any, titles: Mapping[str, str]) -> Edit:
    """More words at the end of the vocabulary of a form's targets."""
    columns = values_of(values_of(form)["columns"])
    words = values_of(columns["indicator" if "indicator" in columns else "task"])["words"]
    known = values_of(words)
    new = [f"{id}: [{quoted(title)}]" for id, title in titles.items() if id not in known]
    end = place_of(words)[1]
    if words.flow_style:
        return (end - 1, end - 1), "".join(f", {word}" for word in new)
    indent = " " * words.value[0][0].start_mark.column
    return (end, end), "".join(f"\n{indent}{word}" for word in new)


def _without(value: Any, gone: set[str]) -> Any:
    """A part of the scoring without some targets, and without what names no others."""
    if isinstance(value, dict):
        left = {key: _without(one, gone) for key, one in value.items()}
        return None if "targets" in left and not left["targets"] else left
    if isinstance(value, list):
        kept = (_without(one, gone) for one in value)
        return [
            one for one in kept if one is not None and not (isinstance(one, str) and one in gone)
        ]
    return value


def _of_years(top: Mapping[str, Any], years: str, moved_years: str) -> Iterator[Edit]:
    """The plan's years, where it has more or fewer than the last."""
    if years != moved_years:
        end = dt.date.fromisoformat(top["end"].value)
        more = labels(years)[-1] - labels(moved_years)[-1]
        yield place_of(top["year"]), years
        yield place_of(top["end"]), str(moved(end + dt.timedelta(1), more) - dt.timedelta(1))


def _is_asked(require: str, node: Any) -> bool:
    """Whether a value of the plan file asks just that; what is asked kind by kind stays."""
    if isinstance(node.value, str):
        return parse(node.value) == parse(require) if ":" not in require else False
    return not any(re.fullmatch("[0-9]{4}", key.value) for key, _ in node.value)
