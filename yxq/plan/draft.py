"""The next plan from the last: a folder in which all that the new document may change is marked,
and an editor checks it.

The text of the last plan is kept, its comments too; only what cannot stay is changed, at its place.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from yxq.plan.folder import Folder, Plan
from yxq.plan.forms import Forms
from yxq.plan.load import load
from yxq.plan.model import DATE
from yxq.plan.period import Period, moved
from yxq.words.errors import PlanError

HEADER = Path(__file__).parent / "new-plan.txt"
STYLE = "write it as yxq/plan/shipped/yixing/2013.yml is written, a key a line, indented by spaces"
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
    """A plan for a year in `out`, begun from the last one before it; raises `PlanError` when there
    is one already.

    Copies units, forms, shares and the last plan where `out` has none, writes `<year>.yml` as a
    draft and `schema/` for editors, and loads what came of it. When that fails nothing is left
    behind.
    """
    before = max((y for y in folder.periods if y < year), default=None)
    if before is None:
        raise PlanError(
            f"{folder.name}: no plan before {year}; there are {', '.join(map(str, sorted(folder.periods)))}"
        )
    place, last = out / f"{year}.yml", folder.path / f"{before}.yml"
    if place.exists():
        raise PlanError(
            f"{place}: there is a plan for {year} already; change that one, or take it away"
        )
    text = draft(last, folder.plan(before), year, out.as_posix())
    wanted = {
        out / name: folder.path / name for name in (*COMMON, *(f"{y}.yml" for y in folder.periods))
    }
    for to, source in wanted.items():
        if to.exists() and (not source.exists() or to.read_bytes() != source.read_bytes()):
            raise PlanError(
                f"{to} is not that of {folder.name}: write --out a folder of its own, or --plan {out.as_posix()}"
            )
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
    except BaseException as error:
        for path in new:
            path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # somebody's, if it is not empty
            (out / "schema").rmdir()
        if isinstance(error, PlanError):
            raise PlanError(
                f"{last}: no draft of {year} can be made of it ({error}); {STYLE}"
            ) from None
        raise
    lines = enumerate(text.splitlines(), 1)
    ours = len(HEADER.read_text(encoding="utf-8").splitlines())
    stale = [
        n for n, line in lines if n > ours and str(before) in re.sub(r"# \d{4}: .*$", "", line)
    ]
    return Made(place, [*copied, *written], stale)


def schema(name: str) -> str:
    """The JSON Schema of a plan file or of forms.yml, written from the model."""
    made = SCHEMAS[name].model_json_schema() | {
        "$schema": "http://json-schema.org/draft-07/schema#"
    }
    return (
        json.dumps(made, ensure_ascii=False, indent=1)
        .replace("#/$defs/", "#/definitions/")
        .replace('"$defs"', '"definitions"')
        + "\n"
    )


def draft(file: Path, last: Plan, year: int, folder: str) -> str:
    """The text of a plan file for another year: the period moved, the document's facts emptied,
    thresholds marked.

    A task's date within the old period, or before the new one, moves on as many years; a later one
    stays. Raises `PlanError` for a file in a style that cannot be changed in its places.
    """
    text, before = "\n".join(file.read_text(encoding="utf-8-sig").splitlines()) + "\n", last.year
    if text.startswith(MODELINE):  # of a plan that was begun so itself
        text = text.partition("\n\n")[2]
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:  # which the loader, in C, takes
        raise PlanError(f"{file}: {' '.join(str(error).split())}; {STYLE}") from None
    if root is None or root.flow_style:  # type: ignore[attr-defined]
        raise PlanError(f"{file}: no draft can be made of one pair of braces; {STYLE}")
    top = _values(root)
    document, first = _values(top["document"]), last.span(year)[0]
    edits = [
        (_at(top["year"]), f"{year}"),
        (_at(top["start"]), first.isoformat()),
        (_at(top["end"]), last.span(year)[1].isoformat()),
    ]
    edits.append(
        (_at(top["draft"]), "true")
        if "draft" in top
        else ((root.start_mark.index,) * 2, f"{DRAFT}\n")
    )
    for node in _values(document["title"]).values():
        if re.findall(r"\d{4}", node.value) == [
            f"{before}"
        ]:  # of several years nobody can say which is which
            edits.append(
                (
                    _at(node),
                    json.dumps(node.value.replace(f"{before}", f"{year}"), ensure_ascii=False),
                )
            )
    for key, value in top["document"].value:
        if key.value in EMPTY:
            edits.append(
                ((text.index(":", key.end_mark.index) + 1, _at(value)[1]), f" {EMPTY[key.value]}")
            )
    told = [
        document[name]
        for name in ("number", "signed")
        if name in document and document[name].value not in ("", "null")
    ]
    for threshold in filter(
        None, (_values(target).get("threshold") for target in top["targets"].value)
    ):
        told.append(threshold)
        if re.fullmatch(DATE, threshold.value):
            due = dt.date.fromisoformat(threshold.value)
            if due <= last.period.end or due < first:
                edits.append((_at(threshold), moved(due, year - before).isoformat()))
    for (start, end), new in sorted(edits + _notes(text, told, before), reverse=True):
        text = text[:start] + new + text[end:]
    return (
        HEADER.read_text(encoding="utf-8").format(year=year, before=before, folder=folder)
        + "\n"
        + text
    )


def _notes(text: str, told: list[Any], year: int) -> list[tuple[tuple[int, int], str]]:
    """What was so in a year, at the ends of the lines of some values, in the place of what was
    noted so before.
    """
    ends: dict[int, tuple[int, list[str]]] = {}
    for node in told:
        after = _at(node)[1]
        eol = text.index("\n", after)
        noted = re.search(r"[ \t]+# \d{4}: [^\n]*$", text[after:eol])
        ends.setdefault(eol, (after + noted.start() if noted else eol, []))[1].append(
            " ".join(node.value.split())
        )
    return [
        ((start, eol), f"  # {year}: {', '.join(values)}") for eol, (start, values) in ends.items()
    ]


def _values(node: Any) -> dict[str, Any]:
    """The values of a mapping by their keys."""
    return {key.value: value for key, value in node.value}


def _at(node: Any) -> tuple[int, int]:
    """Where a value begins and ends in the text, without the blank lines and comments that follow
    it.
    """
    start, end = int(node.start_mark.index), int(node.end_mark.index)
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return start, _at(last[1] if isinstance(last, tuple) else last)[1]
    block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return start, start + len(
        node.start_mark.buffer[node.start_mark.pointer : node.end_mark.pointer].rstrip()
    ) if block else end
