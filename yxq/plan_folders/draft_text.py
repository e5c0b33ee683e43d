"""The text of a plan file for another year: kept with its comments, and changed only where it
cannot stay as it is.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import yaml

from yxq.plan.model import DATE
from yxq.plan.period import moved
from yxq.plan_folders.places import Edit, applied, composed, place_of, values_of
from yxq.plan_folders.years import labels

HEADER = Path(__file__).parent / "new-plan.txt"
MODELINE = "# yaml-language-server:"
DRAFT = "draft: true  # take this line away when all is compared with the signed document"
YEAR = r"[0-9]{4}"
NAMED = rf"{YEAR}(?!/[0-9]{{2}}\b)"  # in a title; of 2013/14 the next is not told by a year more
NOTED = rf"# {YEAR}(?:-{YEAR})?: "  # how a line says what was so before
EMPTY = {"number": '""', "signed": "null", "facts": "[]"}


def years_on(said: str, year: int) -> str:
    """The years of a plan that begins in another year, and has as many.

    >>> years_on("2021-2025", 2026), years_on("2013", 2014)
    ('2026-2030', '2014')
    """
    last = year + len(labels(said)) - 1
    return f"{year}-{last}" if last > year else f"{year}"


def draft(file: Path, year: int, folder: str) -> str:
    """The text of a plan file for another year: the period moved, the document's facts emptied,
    requirements marked.

    A task's date within the old period, or before the new one, moves on as many years; a later one
    stays. Raises `PlanError` for a file in a style that cannot be changed in its places.
    """
    text = "\n".join(file.read_text(encoding="utf-8-sig").splitlines()) + "\n"
    if text.startswith(MODELINE):  # of a plan that was begun so itself
        text = re.sub(r"\A(?:#.*\n)+\n*", "", text)
    root = composed(file, text)
    top = values_of(root)
    document = values_of(top["document"])
    targets = [values_of(target) for target in top["targets"].value]
    written = [target[key] for target in targets for key in ("require", "by") if key in target]
    asked = [value for node in written for value in _parts(node)]
    facts = [document[name] for name in ("number", "signed") if name in document]
    noted = [node for node in (*facts, *asked) if node.value not in ("", "null", "done")]
    said = file.stem
    years = year - labels(said)[0]
    edits = [
        *_of_period(top, root, years_on(said, year), years),
        *_of_document(text, top["document"], said, years),
        *_of_tasks(asked, top, years),
        *_of_paths(written, said, years),
        *_notes(text, noted, said),
    ]
    text = applied(text, edits)
    header = HEADER.read_text(encoding="utf-8")
    name = years_on(said, year)
    return header.format(year=name, first=year, before=said, folder=folder) + "\n" + text


def _of_period(top: dict[str, Any], root: Any, said: str, years: int) -> list[Edit]:
    start, end = _span(top)
    end = moved(end + dt.timedelta(days=1), years) - dt.timedelta(days=1)
    begin = root.start_mark.index
    drafted = (place_of(top["draft"]), "true") if "draft" in top else ((begin, begin), f"{DRAFT}\n")
    return [
        (place_of(top["year"]), said),
        (place_of(top["start"]), moved(start, years).isoformat()),
        (place_of(top["end"]), end.isoformat()),
        drafted,
    ]


def _span(top: dict[str, Any]) -> tuple[dt.date, dt.date]:
    """First and last day of the plan, as the file says."""
    return dt.date.fromisoformat(top["start"].value), dt.date.fromisoformat(top["end"].value)


def _of_document(text: str, node: Any, said: str, years: int) -> list[Edit]:
    """Its title names the new years, where it names no other than the old; its facts are to be
    filled in.
    """
    edits = []
    for title in _parts(values_of(node)["title"]):
        if re.findall(NAMED, title.value) == re.findall(YEAR, said):
            renamed = re.sub(NAMED, lambda year: _on(year[0], years), title.value)
            edits.append((place_of(title), json.dumps(renamed, ensure_ascii=False)))
    for key, value in node.value:
        if key.value in EMPTY:
            colon = text.index(":", key.end_mark.index)
            edits.append(((colon + 1, place_of(value)[1]), f" {EMPTY[key.value]}"))
    return edits


def _on(year: str, years: int) -> str:
    """A year so many years on."""
    return str(int(year) + years)


def _of_tasks(asked: list[Any], top: dict[str, Any], years: int) -> list[Edit]:
    """Dates that lie within the old period, or before the new one, move on."""
    (start, end), edits = _span(top), []
    for node in asked:
        if re.fullmatch(DATE, node.value):
            due = dt.date.fromisoformat(node.value)
            if due <= end or due < moved(start, years):
                edits.append((place_of(node), moved(due, years).isoformat()))
    return edits


def _of_paths(written: list[Any], said: str, years: int) -> list[Edit]:
    """The years of what is asked year by year move on."""
    paths = (node for node in written if isinstance(node, yaml.MappingNode))
    keys = (key for node in paths for key, _ in node.value)
    old = set(map(str, labels(said)))
    return [(place_of(key), _on(key.value, years)) for key in keys if key.value in old]


def _parts(node: Any) -> list[Any]:
    """What is asked once, or of each year."""
    return [value for _, value in node.value] if isinstance(node, yaml.MappingNode) else [node]


def _notes(text: str, nodes: list[Any], said: str) -> list[Edit]:
    """What was so in some years, at the ends of the lines of some values, in the place of what was
    noted so before.
    """
    lines: dict[int, tuple[int, list[str]]] = {}  # by its end: where a note begins, and the values
    for node in nodes:
        after = place_of(node)[1]
        end = text.index("\n", after)
        earlier = re.search(rf"[ \t]+{NOTED}[^\n]*$", text[after:end])
        start = after + earlier.start() if earlier else end
        lines.setdefault(end, (start, []))[1].append(" ".join(node.value.split()))
    notes = ((start, end, ", ".join(values)) for end, (start, values) in lines.items())
    return [((start, end), f"  # {said}: {values}") for start, end, values in notes]
