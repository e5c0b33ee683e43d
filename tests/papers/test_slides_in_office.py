"""Slides as an office program lays them out: nothing runs over, with short names and with long
ones, with 20 units and with 60.
"""

import itertools
import os

import pytest
from office import converted, program
from pypdf import PdfReader
from slide_files import PACKS, city_page, crowded, names_of
from test_papers_in_office import with_fonts

from yxq.papers.shelf import Shelf

POINTS = 72 / 25.4  # in a mm
WIDTH, HEIGHT, FOOT, NOTE = 338.667, 190.5, 178, 167  # mm
LONG = {
    "zh": "宜兴经济技术开发区（屺亭街道、新庄街道、芳桥街道代管区域）管理委员会办公室",
    "en": "Yixing Economic and Technological Development Zone with its Three Sub-districts",
}


@pytest.fixture(scope="module")
def pages(demo_processed, tmp_path_factory):
    """The lines of each slide, each with where it is in mm from the top."""
    program()
    place, files = tmp_path_factory.mktemp("office"), []
    for n, (days, language) in enumerate(PACKS):
        page = city_page(demo_processed, days, language)
        names = names_of(page)
        template = Shelf(page.plan.folder.path, page.words).template("paper_slides")
        for kind, filling in (("short", names), ("long", crowded(names, LONG[language]))):
            files.append(place / f"{n}-{kind}.pptx")
            files[-1].write_bytes(template.filled(filling))
    os.environ["FONTCONFIG_FILE"] = str(with_fonts(place))
    try:
        printed = converted(files, "pdf", place / "pdf")
    finally:
        del os.environ["FONTCONFIG_FILE"]
    return {file.stem: [seen(page) for page in PdfReader(file).pages] for file in printed}


def seen(page) -> list[tuple[float, float, str]]:
    found = []

    def look(text, _, matrix, *__):
        if text.strip():
            found.append((matrix[4] / POINTS, HEIGHT - matrix[5] / POINTS, text.strip()))

    page.extract_text(visitor_text=look)
    assert [round(float(side) / POINTS) for side in page.mediabox[2:]] == [339, 190]
    return found


def test_six_slides_each_with_text_inside(pages):
    assert len(pages) == 6 and {len(slides) for slides in pages.values()} == {6}
    for name, slides in pages.items():
        for n, found in enumerate(slides):
            assert len(found) > 4, (name, n)
            out = [at for at in found if not (10 < at[0] < WIDTH - 10 and 8 < at[1] < HEIGHT)]
            assert out == [], (name, n)


def test_nothing_runs_into_the_foot_or_the_notes(pages):
    for name, slides in pages.items():
        for n, found in enumerate(slides):
            foot = "".join(text for _, y, text in found if y > FOOT)
            first = {"zh": "代拟稿", "en": "Draft"}[PACKS[int(name[0])][1]]
            # the foot is one line, with the number of the slide at its end
            assert foot.startswith(first) and foot.endswith(f"{n + 1}"), (name, n, foot)
            below = [y for _, y, _ in found if y > FOOT]
            assert max(below) - min(below) < 2, (name, n, foot)
        for found in slides[2:4]:
            notes = [y for _, y, _ in found if NOTE < y < FOOT]
            assert notes and len({round(y) for y in notes}) <= 2, name
            begin = {"zh": ("共", "“达标", "全市"), "en": ("Of ", "Attained")}
            first = min((y, x, text) for x, y, text in found if NOTE < y < FOOT)[2]
            assert first.startswith((*begin["zh"], *begin["en"], "“")), (name, first)


def test_the_long_names_are_cut_and_the_rows_stay_as_high(pages):
    for name in ("0-long", "1-long", "2-long"):
        ranks = [(y, text) for x, y, text in pages[name][2] if x < 40 and text[:1].isdigit()]
        tops = sorted({round(y, 2) for y, _ in ranks if y < NOTE})
        assert len(tops) == 10
        steps = [below - above for above, below in itertools.pairwise(tops)]
        assert all(step == pytest.approx(12.5, abs=0.4) for step in steps), (name, steps)
