"""The next plan from the last: a folder in which all that the new document may change is marked, and an editor checks it.

The text of the last plan is kept, its comments too; only what cannot stay is changed, at its place.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from yxq.forms import Forms
from yxq.load import load
from yxq.model import DATE, PlanError
from yxq.plan import Folder, Period, Plan
from yxq.values import moved

HEADER = Path(__file__).parent / "templates" / "new-plan.txt"
MODELINE = "# yaml-language-server:"
SCHEMAS: dict[str, type[BaseModel]] = {"plan": Period, "forms": Forms}
DRAFT = "draft: true  # take this line away when all is compared with the signed document"
EMPTY = {"number": '""', "signed": "null", "facts": "[]"}
COMMON = ("units.csv", "forms.yml", "quotas.csv")


@dataclass
class Made:
    """What was written, and the lines of the new plan that still name the old year."""

    plan: Path
    files: list[Path]
    stale: list[int]


def scaffold(folder: Folder, year: int, out: Path) -> Made:
    """A plan for a year in `out`, begun from the last one before it; raises `PlanError` when there is one already.

    Copies units, forms, shares and the last plan where `out` has none, writes `<year>.yml` as a draft and `schema/` for
    editors, and loads what came of it. When that fails nothing is left behind.
    """
    before = max((y for y in folder.periods if y < year), default=None)
    if before is None:
        raise PlanError(
            f"{folder.name}: no plan before {year}; there are {', '.join(map(str, sorted(folder.periods)))}"
        )
    place, last = out / f"{year}.yml", folder.path / f"{before}.yml"
    if place.exists():
        raise PlanError(f"{place}: there is a plan for {year} already; change that one, or take it away")
    text = draft(last.read_text(encoding="utf-8-sig"), folder.plan(before), year, out.as_posix())
    wanted = {out / name: folder.path / name for name in (*COMMON, last.name)}
    copied = {to: source for to, source in wanted.items() if source.exists() and not to.exists()}
    written = {place: text} | {out / "schema" / f"{name}.json": schema(name) for name in SCHEMAS}
    new = [path for path in (*copied, *written) if not path.exists()]
    (out / "schema").mkdir(parents=True, exist_ok=True)
    try:
        for to, source in copied.items():
            shutil.copyfile(source, to)
        for path, content in written.items():
            path.write_text(content, encoding="utf-8", newline="\n")
        load(out)
    except BaseException:
        for path in new:
            path.unlink(missing_ok=True)
        raise
    lines = enumerate(text.splitlines(), 1)
    stale = [n for n, line in lines if str(before) in re.split(r"(?:^|\s)#", line)[0]]
    return Made(place, [*copied, *written], stale)


def schema(name: str) -> str:
    """The JSON Schema of a plan file or of forms.yml, written from the model."""
    made = SCHEMAS[name].model_json_schema() | {"$schema": "http://json-schema.org/draft-07/schema#"}
    return (
        json.dumps(made, ensure_ascii=False, indent=1)
        .replace("#/$defs/", "#/definitions/")
        .replace('"$defs"', '"definitions"')
        + "\n"
    )


def draft(text: str, last: Plan, year: int, folder: str) -> str:
    """The text of a plan file for another year: the period moved, the document's facts emptied, thresholds marked.

    A task's date within the old period moves on as many years, a later one stays; both are marked to be compared.
    """
    if text.startswith(MODELINE):  # of a plan that was begun so itself
        text = text.partition("\n\n")[2]
    top, before = _mapping(yaml.compose(text, yaml.SafeLoader)), last.year
    edits: list[tuple[Any, str]] = [(top["year"], f"{year}" if "draft" in top else f"{year}\n{DRAFT}")]
    edits += [(top["draft"], "true")] if "draft" in top else []
    edits += [(top[name], day.isoformat()) for name, day in zip(("start", "end"), last.span(year), strict=True)]
    document, told = _mapping(top["document"]), []
    edits += [
        (node, json.dumps(node.value.replace(f"{before}", f"{year}"), ensure_ascii=False))
        for node in _mapping(document["title"]).values()
    ]
    edits += [(document[name], empty) for name, empty in EMPTY.items() if name in document]
    told += [
        (document[name], document[name].value)
        for name in ("number", "signed")
        if name in document and document[name].value not in ("", "null")
    ]
    for node in top["targets"].value:
        if (threshold := _mapping(node).get("threshold")) is None:
            continue
        told.append((threshold, threshold.value))
        if re.fullmatch(DATE, threshold.value) and (due := dt.date.fromisoformat(threshold.value)) <= last.period.end:
            edits.append((threshold, moved(due, year - before).isoformat()))
    pieces = [(int(node.start_mark.index), _end(node), new) for node, new in edits] + _comments(text, told, before)
    for start, end, new in sorted(pieces, reverse=True):
        text = text[:start] + new + text[end:]
    return HEADER.read_text(encoding="utf-8").format(year=year, before=before, folder=folder) + "\n" + text


def _comments(text: str, told: list[tuple[Any, str]], year: int) -> list[tuple[int, int, str]]:
    """What was so in a year, at the ends of the lines of some values, in the place of what was noted so before."""
    ends: dict[int, tuple[int, list[str]]] = {}
    for node, value in told:
        eol = text.find("\n", _end(node))
        eol = len(text) if eol < 0 else eol
        noted = re.search(r"[ \t]+# \d{4}: [^\n]*$", text[_end(node) : eol])
        ends.setdefault(eol, (_end(node) + noted.start() if noted else eol, []))[1].append(value)
    return [(start, eol, f"  # {year}: {', '.join(values)}") for eol, (start, values) in ends.items()]


def _mapping(node: Any) -> dict[str, Any]:
    """The values of a mapping by their keys."""
    return {key.value: value for key, value in node.value}


def _end(node: Any) -> int:
    """Where a value ends in the text, without the blank lines and comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)
