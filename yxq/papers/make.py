"""All papers of a pack, made at once; what cannot be made harms nothing else, and is named."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yxq.papers.frames import Entry, Frames, frames
from yxq.papers.names import common, inert, of_department, units
from yxq.papers.safe import PaperError
from yxq.papers.shelf import TEMPLATES, Shelf
from yxq.papers.template import Picture
from yxq.report import figure_data
from yxq.report.pages import CityPage

DPI = 200
WIDTH = 160  # mm, of the leader's figure
TITLES = dict.fromkeys(("paper_notice_now", "paper_notice_year"), "paper_notice")
NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')


@dataclass(frozen=True)
class Paper:
    """A paper to be made: the name of its template, whose it is, and what only it may ask for."""

    template: str
    of: str = ""
    names: Entry = field(default_factory=dict)


def write(page: CityPage, out: Path) -> dict[str, str]:
    """Make all papers of the results that a page shows, under `out`; the names of those that could
    not be made, each with why in one line.
    """
    shown = frames(page)
    shelf = Shelf(page.plan.folder.path, page.words)
    by_unit = units(shown)
    names = inert(common(shown, by_unit)) | {"figure": _figure(shown)}
    failed = shelf.unknown()
    out.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for paper in papers(shown, by_unit):
        title = shelf.words(TITLES.get(paper.template, paper.template))
        file = _file(title, paper.of, TEMPLATES[paper.template], taken)
        template = shelf.file_of(paper.template)
        if template.name in failed:
            continue
        try:
            made = shelf.template(paper.template).filled(names | inert(paper.names))
        except PaperError as error:
            failed[template.name] = error.chinese if page.words.language == "zh" else f"{error}"
        else:
            (out / file).write_bytes(made)
    return failed


def papers(shown: Frames, by_unit: dict[str, Entry]) -> Iterator[Paper]:
    """The papers of a pack: the notice, the leader's page, slides and mail; one to each department
    that has something to do, to each unit, and to each sender that owes something.

    by_unit: see `yxq.papers.names.units`.
    """
    yield Paper("paper_notice_year" if shown.over else "paper_notice_now")
    yield Paper("paper_leader")
    yield Paper("paper_slides")
    yield Paper("paper_mail")
    for sender in shown.plan.folder.senders:
        about = of_department(shown, sender)
        if about["department"]["short"]:
            yield Paper("paper_assignment", about["department"]["name"], about)
        if about["department"]["owing"]:
            yield Paper("paper_reminder", about["department"]["name"], about)
    for unit in by_unit.values():
        yield Paper("paper_feedback", unit["name"], {"unit": unit})


def _file(title: str, of: str, kind: str, taken: set[str]) -> str:
    """What a paper is called, by whose it is; no two are called alike."""
    stem = "-".join(filter(None, [title, NOT_IN_NAMES.sub("_", of)[:60].strip("._")]))
    numbered = (f"{stem}-{n}{kind}" for n in itertools.count(2))
    names = itertools.chain([f"{stem}{kind}"], numbered)
    file = next(name for name in names if name.casefold() not in taken)
    taken.add(file.casefold())
    return file


def _figure(shown: Frames) -> Any:
    """The leader's figure; an empty text where there is nothing to draw."""
    drawing = figure_data.states(shown.league, shown.style)
    if drawing is None:
        return ""
    return Picture(drawing.png(DPI), WIDTH, f"{shown.words('figure_leader')}: {drawing!r}")
