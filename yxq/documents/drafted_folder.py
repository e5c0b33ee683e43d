"""The drafted plan folder: units, forms by kind of target, and the plan with what is doubtful
beside each target.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
import yaml

from yxq.documents.drafts import Drafted
from yxq.documents.fates import Target
from yxq.documents.normalise import HAN
from yxq.plan_folders.draft import SCHEMAS, schema
from yxq.plan_folders.load import load
from yxq.words.errors import PlanError
from yxq.words.text import fold
from yxq.words.wording import Words

TEMPLATES = Path(__file__).parent / "templates"
COUNTED = re.compile("[个家只名项件所座台套处条辆批次起例宗场支组种类]|批次")
MOST_ITEMS = 5000  # of more a list is not kept item by item
PLACE = re.compile(f"^(?:中共)?([{HAN}]{{2,8}}?(?:自治区|自治州|新区|省|市|县|区|州|旗|镇))")
KINDS = ("shares", "items", "values", "peers", "tasks")
SAID = 400  # characters of a sentence that a plan keeps


@dataclass(frozen=True)
class Written:
    """What was written, and the years of the plan."""

    plan: Path
    files: list[Path]
    years: str


@functools.cache
def _templates() -> jinja2.Environment:
    loader = jinja2.FileSystemLoader(TEMPLATES)
    made = jinja2.Environment(loader=loader, undefined=jinja2.StrictUndefined, autoescape=False)
    made.filters["q"] = lambda value: quoted(str(value))
    return made


@functools.cache
def _assumed() -> dict[str, dict[str, str]]:
    """What a draft assumes, by the doubt that it answers."""
    text = (TEMPLATES / "assumptions.yml").read_text(encoding="utf-8")
    assumed: dict[str, dict[str, str]] = yaml.safe_load(text)
    return assumed


def drafted_kinds(
    used: Mapping[str, str], names: Mapping[str, str] | None = None, more: str = "", zh: bool = True
) -> str:
    """The forms of some kinds of target, each with what its returns call the targets."""
    names = names or {kind: kind for kind in KINDS}
    return _templates().get_template("kinds.yml").render(zh=zh, used=used, names=names, more=more)


def write(found: Drafted, targets: Sequence[Target], out: Path, year: int = 0) -> Written:
    """A plan folder in `out` from what was drafted, loaded once so that it is known to hold.

    `year` is the first year of the plan where the document does not say. Raises `PlanError` where
    there is a plan already, where nothing was found, or where no year is known.
    """
    if not targets:
        raise PlanError(f"{found.document.name}: no commitment was found in it")
    first, last = planned_years(found, targets, year)
    years = f"{first}-{last}" if last > first else f"{first}"
    plan = out / f"{years}.yml"
    if out.exists() and any(out.iterdir()):
        raise PlanError(f"{out}: there is something in it already; write --out a new folder")
    draft = Texts(found, targets, first, last)
    texts = {
        out / "units.csv": draft.units(),
        out / "forms.yml": draft.forms(),
        plan: draft.plan(years),
        **{out / "schema" / f"{name}.json": schema(name) for name in SCHEMAS},
    }
    (out / "schema").mkdir(parents=True, exist_ok=True)
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    load(out)
    return Written(plan, [*texts], years)


def planned_years(found: Drafted, targets: Sequence[Target], year: int) -> tuple[int, int]:
    """The years that the plan has to cover: the document's, and those of its paths."""
    named = [int(y) for t in targets for y in re.findall("([0-9]{4}): ", t.draft.require)]
    first, last = found.facts.start, found.facts.end
    if year:
        first, last = year, max(year, last)
    if not first:
        name = found.document.name
        raise PlanError(f"{name}: it does not say for which year it plans; give --year")
    return min([first, *named]), max([last, *named])


@dataclass(frozen=True)
class Texts:
    """The texts of the folder, and the parts of them that another folder can be given."""

    found: Drafted
    targets: Sequence[Target]
    first: int
    last: int
    names: Mapping[str, str] = field(default_factory=lambda: {kind: kind for kind in KINDS})
    """The form of each kind of target."""
    more: str = ""
    """What is added to the titles of its forms, where there are others."""

    @property
    def zh(self) -> bool:
        """Whether the document is in Chinese."""
        return self.found.facts.language == "zh"

    @property
    def words(self) -> Words:
        """The wording in the document's language."""
        return Words(self.found.facts.language)

    @property
    def nobody(self) -> str:
        """Who answers for a target where the document names nobody."""
        return self.found.facts.issuer or ("待定" if self.zh else "to be named")

    def owner(self, target: Target) -> str:
        """The first that the document names."""
        return re.split("[、,，;；和及/]| and ", target.draft.owner)[0].strip()[:40] or self.nobody

    def units(self) -> str:
        """The city alone."""
        facts = self.found.facts
        place = PLACE.match(facts.issuer) or PLACE.match(facts.title)
        name = place[1] if place else ("全市" if self.zh else "The city")
        head = "code,code_system,name,kind,slug,aliases,valid_from,valid_to,overlaps,note"
        return f"{head}\n0,own,{name},city,city,{'全市' if name != '全市' else ''},,,,\n"

    def forms(self) -> str:
        """A form for each kind of target."""
        owners = dict.fromkeys(self.owner(target) for target in self.targets)
        template = _templates().get_template("forms.yml")
        return template.render(zh=self.zh, owners=owners, forms=self.kinds().rstrip()) + "\n"

    def kinds(self, but: Container[str] = ()) -> str:
        """The forms of the kinds of target that there are, `but` for some."""
        words = {kind: self.vocabulary(kind) for kind in KINDS if kind not in but}
        used = {
            kind: ", ".join(f"{id}: [{quoted(title)}]" for id, title in titles.items())
            for kind, titles in words.items()
            if titles
        }
        return drafted_kinds(used, self.names, self.more, zh=self.zh)

    def vocabulary(self, kind: str) -> dict[str, str]:
        """What returns call the targets of a kind, by their ids."""
        return {t.id: self.title(t) for t in self.targets if self.kind(t) == kind}

    def kind(self, target: Target) -> str:
        """Which form it is computed from."""
        draft = target.draft
        if draft.require in ("", "done"):
            return "tasks"
        if draft.require.startswith("rank") or "peers" in draft.require:
            return "peers"
        is_constant = not re.search("[a-z]", draft.require.replace("pp", ""))
        if is_constant and re.search("%|‰|[0-9]/[0-9]", draft.require):
            return "shares"
        number = re.search(r"(?<![0-9.])[0-9]+$", draft.require)
        is_count = number is not None and int(number[0]) <= MOST_ITEMS
        is_counted = COUNTED.fullmatch(draft.unit) or (not draft.unit and draft.require == "<= 0")
        return "items" if is_constant and is_count and is_counted else "values"

    def title(self, target: Target) -> str:
        """Its title, which a word of a form must be told apart by."""
        title = target.draft.title[:80].strip() or target.id
        same = [t.id for t in self.targets if fold(t.draft.title[:80]) == fold(title)]
        if same[:1] in ([], [target.id]):
            return title
        return f"{title}（{target.id}）" if self.zh else f"{title} ({target.id})"

    def plan(self, years: str) -> str:
        """The plan file."""
        return (
            _templates()
            .get_template("plan.yml")
            .render(
                zh=self.zh,
                source=self.found.document.name,
                years=years,
                first=self.first,
                last=self.last,
                facts=self.found.facts,
                said=self._said(),
                sections=self.sections(),
                assumptions=self.assumptions().rstrip(),
                returns=self.returns().rstrip(),
                targets=[self.target(target) for target in self.targets],
            )
        )

    def assumptions(self, but: Container[str] = ()) -> str:
        """What is assumed of forms, and of the doubts that a target has, `but` for some."""
        doubts = {doubt for target in self.targets for doubt in target.draft.doubts}
        language = self.found.facts.language
        assumed = {
            name: text[language]
            for name, text in _assumed().items()
            if name in doubts and f"drafted_{name}" not in but
        }
        return (
            _templates()
            .get_template("assumed.yml")
            .render(zh=self.zh, assumed=assumed, general="drafted_returns" not in but)
        )

    def returns(self, but: Container[tuple[str, str]] = ()) -> str:
        """Who sends which form, `but` for those that do so already."""
        used = dict.fromkeys((self.kind(t), self.owner(t)) for t in self.targets)
        used = {pair: None for pair in used if (self.names[pair[0]], pair[1]) not in but}
        return "".join(
            f"  - {{form: {self.names[form]}, sender: {quoted(sender)}"
            ", every: year, due_days: 31}\n"
            for form, sender in used
        )

    def _said(self) -> list[str]:
        facts = self.found.facts
        named = (("drafted_issuer", facts.issuer), ("drafted_addressees", facts.addressees))
        return [self.words(key, value=value) for key, value in named if value]

    def sections(self) -> list[tuple[str, str]]:
        """The clauses that have targets below them, by their headings."""
        clauses = {target.draft.sentence.clause for target in self.targets}
        headed = {
            s.clause: s.words[s.label :].strip(" 。.:：")
            for s in reversed(self.found.sentences)
            if s.is_heading and s.clause and any(c.startswith(s.clause) for c in clauses)
        }
        rest = [c for c in clauses if not any(c.startswith(clause) for clause in headed)]
        whole = [("", self.found.facts.title)] if rest or not headed else []
        return whole + [(clause, title or clause) for clause, title in reversed(headed.items())]

    def target(self, target: Target) -> str:
        """A target as it stands in the plan file, below what is said of it."""
        draft, kind = target.draft, self.kind(target)
        path = re.match("[0-9]{4}: ", draft.require)
        key = "task" if kind == "tasks" else "indicator"
        number = {
            "shares": "sum: numerator, over: denominator",
            "items": "rows: true",
            "values": "value: value",
            "peers": "peer: place, value: value",
            "tasks": "done: done",
        }[kind]
        others = re.split("[、,，;；和及/]| and ", draft.owner)[1:]
        return (
            _templates()
            .get_template("target.yml")
            .render(
                comments=self.comments(target),
                id=target.id,
                clause=draft.sentence.clause,
                title=self.title(target),
                path=written_path(draft.require) if path else "",
                require=draft.require,
                says=draft.words[:SAID],
                by=self.by(target),
                unit=self._unit(target, kind),
                owner=self.owner(target),
                measure=f"form: {self.names[kind]}, where: { {key: target.id} }".replace("'", "")
                + f", {number}",
                assumptions=[f"drafted_{doubt}" for doubt in _assumed() if doubt in draft.doubts],
                note=self.words("drafted_with", names="、".join(others)) if others else "",
            )
        )

    def by(self, target: Target) -> str:
        """By when it is to be attained, where that is not the end of the plan's only year."""
        draft = target.draft
        if not draft.require or re.match("[0-9]{4}: ", draft.require):
            return ""
        if draft.require != "done" and draft.by and draft.by.year == self.first == self.last:
            return ""  # a number is judged at the end of the plan's year
        if draft.open and draft.by is None:
            return "open" if draft.require == "done" else ""
        if draft.by:
            return draft.by.isoformat()
        yearly = "last_year" in draft.require
        return f"{self.last}-12-31" if self.last > self.first and not yearly else ""

    def _unit(self, target: Target, kind: str) -> str:
        draft = target.draft
        if kind == "tasks":
            return "项" if self.zh else "task/tasks"
        if kind == "shares":
            return "个" if self.zh else "item/items"
        is_share = not draft.unit and re.search("[0-9](?:pp|%)$", draft.require)
        if draft.unit in ("%", "‰", "pp") or is_share:
            return "share"
        return draft.unit or ("项" if self.zh else "item/items")

    def comments(self, target: Target) -> list[str]:
        """How sure it is, why, and the words that led to it."""
        draft = target.draft
        if target.is_reported:
            return [self.words("drafted_reported")]
        reasons = (self.words.entry("drafting", doubt) for doubt in draft.doubts)
        why = self.words("comma").join(reasons)
        sure = self.words.entry("sure", draft.sure)
        lines = [self.words("drafted_from", sure=sure, words=" ".join(draft.words[:120].split()))]
        return [*lines, self.words("drafted_doubts", why=why)] if why else lines


def quoted(text: str) -> str:
    """A text as YAML has it between quotes."""
    return json.dumps(text, ensure_ascii=False)


def written_path(require: str) -> str:
    """What is asked in each of some years, as a plan file has it."""
    steps = (step.partition(": ") for step in require.split("; "))
    return ", ".join(f'{year}: "{asked}"' for year, _, asked in steps)
