"""Papers as an office program lays them out: converted in one call, and their pages counted."""

import itertools
import os
import shutil
from pathlib import Path
from xml.sax.saxutils import escape

import pylopdf_fonts_zh_cn
import pytest
from office import converted, program
from project import ALL
from pypdf import PdfReader
from word_files import opened, texts

SERIF, SANS = "Noto Serif SC", "Noto Sans SC"
OF_SERIFS = ("仿宋_GB2312", "楷体_GB2312", "方正小标宋简体", "宋体", "Times New Roman")
STANDING_IN = dict.fromkeys(OF_SERIFS, SERIF) | {"黑体": SANS, "微软雅黑": SANS}
STANDING_IN |= {"Arial": "DejaVu Sans"}  # which is wider
PACKS = [
    (("2013-06-30", "2013-07-20"), "zh"),
    (("2013-12-31", "2014-02-20"), "zh"),
    (("2013-06-30", "2013-07-20"), "en"),
]


def with_fonts(place: Path) -> Path:
    """A configuration in which the fonts of papers are the product's own, as wide as they are."""
    fonts = Path(pylopdf_fonts_zh_cn.sans_path()).parent
    rules = "".join(
        f'<match target="pattern"><test name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{other}</string></edit>'
        "</match>"
        for name, other in STANDING_IN.items()
    )
    folders = "".join(f"<dir>{escape(str(f))}</dir>" for f in (fonts, "/usr/share/fonts"))
    cache = f"<cachedir>{escape(str(place / 'cache'))}</cachedir>"
    file = place / "fonts.conf"
    head = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
    file.write_text(f"{head}<fontconfig>{folders}{cache}{rules}</fontconfig>", encoding="utf-8")
    return file


def longest(place: Path) -> list[Path]:
    """Of each kind of paper the four that say most: where these are a page, all are."""
    said = {file: sum(map(len, texts(opened(file)))) for file in sorted(place.glob("*.docx"))}
    kinds: dict[str, list[Path]] = {}
    for file in sorted(said, key=said.__getitem__, reverse=True):
        kinds.setdefault(file.stem.partition("-")[0], []).append(file)
    return [file for files in kinds.values() for file in files[:4]]


@pytest.fixture(scope="module")
def pages(papers_of, tmp_path_factory):
    """How many pages each paper of each pack has, and the text of its first."""
    program()
    place, files = tmp_path_factory.mktemp("office"), []
    for n, (days, language) in enumerate(PACKS):
        _, made, failed = papers_of(days, language)
        assert failed == {}
        for file in sorted(made.glob("*.docx")) if ALL else longest(made):
            files.append(Path(shutil.copy(file, place / f"{n}-{file.name}")))
    os.environ["FONTCONFIG_FILE"] = str(with_fonts(place))
    try:
        printed = converted(files, "pdf", place / "pdf")
    finally:
        del os.environ["FONTCONFIG_FILE"]
    return {file.stem: PdfReader(file).pages for file in printed}


def test_one_page_each_but_the_notice(pages):
    counts = {name: len(shown) for name, shown in pages.items()}
    notices = [name for name in counts if name.partition("-")[2] in ("通报", "notice")]
    assert len(notices) == len(PACKS) and len(counts) > 30
    assert {name: n for name, n in counts.items() if n != 1 and name not in notices} == {}
    assert all(6 <= counts[name] <= 12 for name in notices)


def test_a_page_of_the_notice_has_22_lines(pages):
    (second,) = (shown[1] for name, shown in pages.items() if name == "0-通报")
    width, height = (float(side) / 72 * 25.4 for side in second.mediabox[2:])
    assert (round(width), round(height)) == (210, 297)
    lines: dict[int, str] = {}

    def seen(text, _, matrix, *__):
        if text.strip():
            lines[round(matrix[5])] = lines.get(round(matrix[5]), "") + text

    second.extract_text(visitor_text=seen)
    inside = {y: text for y, text in lines.items() if y > 35 / 25.4 * 72}
    assert len(inside) == 22
    tops = sorted(inside, reverse=True)
    pitch = [above - below for above, below in itertools.pairwise(tops)]
    assert all(abs(step - 28.95) <= 1 for step in pitch)
    assert any("2" in text and "—" in text for y, text in lines.items() if y < 35 / 25.4 * 72)
