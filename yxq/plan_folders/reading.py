"""Files of a plan folder through their models: YAML and CSV, and every mistake in them.

What has no mistake is read all the same, so that the rest of the folder can be checked with it.
"""

from __future__ import annotations

import copy
import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from yxq.plan.units import nearest
from yxq.plan_folders.findings import Finding

MOST_BYTES = 20 << 20
MOST_VALUES = 1_000_000  # that a file may come to, what stands in several places counted in each
GONE = object()
OWN = {  # how mistakes are told that a model finds by itself
    "value_error": "{}",
    "missing": "{}; write it",
}
DEEPEST = 20  # how many values may be within each other


class PlanLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML that refuses a key written twice, which the plain loader takes; in C where that is
    built.
    """


def _unique_keys(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen:
            problem = f"the key {key.value!r} is written twice"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
        seen.add(key.value)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


# The plain words of YAML 1.2, as editors read them: 015 is no octal number, 1:30 none at all, and a
# date stays as written. Each with the characters that it may begin with.
PLAIN_WORDS = {
    "null": ("~|null|Null|NULL|", ["~", "n", "N", ""]),
    "bool": ("true|True|TRUE|false|False|FALSE", list("tTfF")),
    "int": ("[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    "float": (r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?", list("-+.0123456789")),
}
PlanLoader.yaml_implicit_resolvers = {}
for _name, (_pattern, _first) in PLAIN_WORDS.items():
    _tag = f"tag:yaml.org,2002:{_name}"
    PlanLoader.add_implicit_resolver(_tag, re.compile(f"^(?:{_pattern})$"), _first)
PlanLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _unique_keys)


@dataclass
class Reading:
    """What a file holds as far as it is right (None: nothing is), the mistakes in it, and the names
    of what was left out because of them.
    """

    content: Any = None
    mistakes: list[Finding] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)

    def refuse(self, mistakes: Iterable[Finding], *others: Reading) -> None:
        """Add mistakes, but for those that only say that something left out is not there."""
        gone = set().union(self.left_out, *(other.left_out for other in others))
        self.mistakes += [mistake for mistake in mistakes if mistake.value not in gone]


def read_yaml(path: Path, model: type[BaseModel]) -> Reading:
    """A YAML file through a model."""
    found = content_of(path)
    return found if found.mistakes else validated(path, model, found.content)


def content_of(path: Path) -> Reading:
    """What a YAML file holds."""
    read = _text(path)
    if read.mistakes:
        return read
    where, mend = path.name, "mend it there"
    try:
        loader = PlanLoader(read.content)
        node = loader.get_single_node()
        return Reading(None if node is None else _constructed(loader, node))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where += f" line {mark.line + 1}" if mark else ""
        problem = " ".join(str(getattr(error, "problem", error)).split())
    except RecursionError:
        problem = f"values are within each other more than {DEEPEST} deep"
    except (ValueError, TypeError) as error:  # a date that is none, a list as a key
        problem = str(error)
    return Reading(mistakes=[Finding("", f"not valid YAML: {problem}", mend, file=where)])


def _constructed(loader: Any, node: yaml.Node) -> Any:
    """What the nodes stand for, if that is not more than can be read."""
    waiting, values = [(node, 1)], 0
    while waiting:
        at, depth = waiting.pop()
        values += 1
        if depth > DEEPEST:
            raise RecursionError
        if values > MOST_VALUES:
            raise ValueError(f"more than {MOST_VALUES:,} values")
        if isinstance(at, yaml.MappingNode):
            waiting += [(part, depth + 1) for pair in at.value for part in pair]
        elif isinstance(at, yaml.SequenceNode):
            waiting += [(part, depth + 1) for part in at.value]
    return loader.construct_document(node)


def validated(path: Path, model: type[BaseModel], content: Any) -> Reading:
    """What a file holds through a model."""
    read = Reading()
    # What is wrong is left out: members of a group such as `targets`, or else the whole group.
    for depth in (2, 1, 0):
        try:
            read.content = model.model_validate(content)
            break
        except ValidationError as error:
            # Later ones only miss what was left out, but for those of the file as a whole.
            told = [e for e in error.errors() if not (read.mistakes and e["loc"])]
            told_now = _mistakes(path.name, model, told, content)
            read.mistakes = [*dict.fromkeys([*read.mistakes, *told_now])]
            wrong = {tuple(each["loc"][:depth]) for each in error.errors()}
            content, names = _without(content, wrong)
            read.left_out |= names
    return read


def _without(content: Any, wrong: set[tuple[Any, ...]]) -> tuple[Any, set[str]]:
    """Content without some groups, or members of them, and what these members are called."""
    if not isinstance(content, dict):
        return content, set()
    names: set[str] = set()
    left: dict[str, Any] = {group: copy.copy(members) for group, members in content.items()}
    for group, *inner in filter(None, wrong):
        members = left.get(group)
        is_named = isinstance(members, dict) and bool(inner) and inner[0] in members
        if is_named or (isinstance(members, list) and inner):
            member = content[group][inner[0]]
            has_id = isinstance(member, dict) and "id" in member
            names.add(str(member["id"] if has_id else inner[0]))
            left[group][inner[0]] = GONE
        else:
            left.pop(group, None)
    for group, members in left.items():
        if isinstance(members, list):
            left[group] = [member for member in members if member is not GONE]
        elif isinstance(members, dict):
            left[group] = {key: member for key, member in members.items() if member is not GONE}
    return left, names


def read_csv(path: Path, model: type[BaseModel]) -> Reading:
    """The rows of a CSV file, each through a model."""
    read = _text(path)
    if read.mistakes:
        return read
    rows, table = [], csv.DictReader(read.content.splitlines())
    try:
        for line, row in enumerate(table, start=2):
            try:
                rows.append(model.model_validate(row))
            except ValidationError as error:
                found = _mistakes(path.name, model, error.errors(), row)
                read.mistakes += [replace(f, what=f"{f.what} in line {line}") for f in found]
                read.left_out.add(str(row.get("name")))
    except csv.Error as error:
        read.mistakes.append(
            Finding("", f"not valid CSV: {error}", "mend it there", file=path.name)
        )
    read.content = tuple(rows)
    return read


def _text(path: Path) -> Reading:
    """The text of a file."""
    try:
        if path.stat().st_size > MOST_BYTES:
            told = f"more than {MOST_BYTES >> 20} MB; a plan file has some hundred kB"
        else:
            return Reading(path.read_text(encoding="utf-8-sig"))
    except OSError:
        told = "there is no such file; a plan folder holds units.csv, forms.yml and <year>.yml"
    except UnicodeDecodeError:
        told = "not UTF-8; save the file as UTF-8"
    return Reading(mistakes=[replace(Finding.told(told), file=path.name)])


def _mistakes(
    file: str, model: type[BaseModel], errors: Iterable[Any], content: Any
) -> list[Finding]:
    """A model's mistakes; an item of a list is named by its id where it has one."""
    mistakes = []
    for error in errors:
        keys, given = _keys(error["loc"], content), error["input"]
        value = given if isinstance(given, str | int | float) else ""
        own = OWN.get(error["type"], "{}; change it").format(error["msg"])
        if error["type"] == "extra_forbidden":
            own = _no_such_key(model, error["loc"])
        for said in own.removeprefix("Value error, ").split("\n"):
            mistakes.append(replace(Finding.told(said, value).under(*keys), file=file))
    return mistakes


def _no_such_key(model: type[BaseModel], places: tuple[Any, ...]) -> str:
    """What is told of a key that no model knows: the nearest, and all that can stand there."""
    *outer, key = places
    known = _keys_of(model, outer)
    near = nearest(str(key), dict(zip(known, known, strict=True)), str)[:1]
    meant = "".join(f"{name}, or " for name in near)
    return f"no such key; write {meant}one of {', '.join(known)}, or take it away"


def _keys_of(model: type[BaseModel], places: Iterable[Any]) -> list[str]:
    """The keys that can stand at a place in a file that is read through a model."""
    models, is_name = {model}, False
    for place in places:
        fields = [field for one in models for field in one.model_fields.items()]
        found = [f.annotation for name, f in fields if place in (name, f.alias) and not is_name]
        models = set().union(*map(_models, found)) or models  # what is no field leads no further
        is_name = any(get_origin(annotation) is dict for annotation in found)
    return sorted({f.alias or name for one in models for name, f in one.model_fields.items()})


def _models(annotation: Any) -> set[type[BaseModel]]:
    """The models that a type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return set().union(*map(_models, get_args(annotation)))


def _keys(places: tuple[Any, ...], content: Any) -> list[str]:
    """The keys that lead to a place in a file's content."""
    keys: list[str] = []
    for part in (place for place in places if place != "[key]"):
        is_item = isinstance(content, list) and isinstance(part, int) and part < len(content)
        if isinstance(content, dict):
            content, name = content.get(part), part
        else:
            content, name = content[part] if is_item else None, part
            name = content.get("id", part) if isinstance(content, dict) else part
        keys.append(str(name))
    return keys
