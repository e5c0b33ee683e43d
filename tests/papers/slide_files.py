"""PowerPoint files made and read back for the tests of papers."""

from __future__ import annotations

import functools
import io
from pathlib import Path
from typing import Any

import pptx
from pptx.util import Mm

from yxq.attainment.results import Results, load_data
from yxq.attainment.since import compare
from yxq.attainment.snapshot import snapshot
from yxq.papers import make
from yxq.report.pages import CityPage
from yxq.words.wording import Words

MAY = ("2013-05-31", "2013-06-20")
HALF, OVER = ("2013-06-30", "2013-07-20"), ("2013-12-31", "2014-02-20")
SINCE = {"as_of", "received_by", "up", "down", "otherwise", "units_up", "units_down"}
MOVED = {"n", "id", "title", "state_before", "state", "value_before", "value", "causes"}
PACKS = [(HALF, "zh"), (HALF, "en"), (OVER, "zh")]


@functools.cache
def results(processed: Path, days: tuple[str, str]) -> Results:
    """The demo's results of a day, the half-year's compared with those of May."""
    found = load_data(2013, days[0], "yixing", str(processed), days[1])
    if days == HALF:
        found.since = "of-may"
        found.keep_comparison(compare(snapshot(results(processed, MAY)), snapshot(found)))
    return found


def city_page(processed: Path, days: tuple[str, str], language: str) -> CityPage:
    """The page that the papers of a pack are made of."""
    found = results(processed, days)
    folder, english = found.plan.folder, found.plan.english
    return CityPage(found, Words(language, folder.unit_word, english), folder.city.name)


def deck(place: Path, *paragraphs: str, rows: list[list[str]] | None = None) -> Path:
    """A PowerPoint file of one slide: a text box with paragraphs, and a table with rows."""
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[6])
    box = slide.shapes.add_textbox(*map(Mm, (10, 10, 200, 100)))
    for n, text in enumerate(paragraphs):
        frame = box.text_frame
        paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
        paragraph.add_run().text = text
    if rows:
        size = map(Mm, (10, 120, 200, 20))
        table = slide.shapes.add_table(len(rows), len(rows[0]), *size).table
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text_frame.text = text
    made.save(str(place / "样.pptx"))
    return place / "样.pptx"


def slides(data: bytes | Path) -> list[Any]:
    """The slides of a PowerPoint file."""
    file = io.BytesIO(data) if isinstance(data, bytes) else str(data)
    return [*pptx.Presentation(file).slides]


def tables(slide: Any) -> list[list[list[str]]]:
    """The cells of the tables of a slide as text."""
    shapes = [shape for shape in slide.shapes if shape.has_table]
    return [[[cell.text for cell in row.cells] for row in s.table.rows] for s in shapes]


def lines(slide: Any) -> list[str]:
    """All paragraphs of the text boxes of a slide."""
    frames = [shape.text_frame for shape in slide.shapes if shape.has_text_frame]
    return [paragraph.text for frame in frames for paragraph in frame.paragraphs]


def names_of(page: Any) -> dict[str, Any]:
    """What the templates of slides and mails of a page may ask for."""
    about = make.frames(page)
    return dict(make.inert(make.common(about, make.units(about))))


def crowded(names: dict[str, Any], long: str) -> dict[str, Any]:
    """The same of sixty units with a long name, and with long and many texts everywhere."""
    units = [
        unit | {"name": f"{long}{n}", "rank": f"{n}", "rank_before": f"{61 - n}"}
        for n, unit in enumerate(names["units"] * 3, start=1)
    ]
    asked = [
        row | {"units": [unit["name"] for unit in units]} | {k: f"{row[k]} " * 9 for k in LONG}
        for row in names["lacking"]
    ]
    since = names["since"]
    if since:
        moved = {"up": since["up"], "down": since["up"]}
        since = since | moved | {"units_up": units[:9], "units_down": units[9:40]}
    owners = [{"owner": f"{long[:30]}{n}"} for n in range(30)]
    more = {"without_data": owners, "score_bounds": "70.1～88.2", "no_data": 30}
    owing = [{"sender": f"{long}{n}"} for n in range(30)]
    return names | {
        "units": units,
        "lacking": asked,
        "decisions": [f"{text} " * 4 for text in names["decisions"]] * 2,
        "calls": [f"{long}{n}" for n in range(12)],
        "assumptions": [f"{text} " * 5 for text in names["assumptions"]],
        "plan": names["plan"] | {"title": names["plan"]["title"] * 3, "draft": True},
        "city": names["city"] | more,
        "owing": owing,
        "since": since,
        "best": units[:5],
        "worst": units[-5:],
    }


LONG = ("title", "owner", "needs", "required", "value")
