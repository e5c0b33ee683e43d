"""The shipped templates: the layout of GB/T 9704-2012, and nothing but what a script makes."""

import datetime as dt
import io
import re
import zipfile
from codecs import BOM_UTF8

import docx
import paper_templates
import pptx
import pytest
import yaml
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from word_files import opened, part, texts

from yxq.papers.safe import SLIDES, checked
from yxq.papers.shelf import SHIPPED, TEMPLATES, file_name
from yxq.words.wording import LANGUAGES, Words

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
OFFICIAL = ("通报-年中", "通报-年度")


def drawn(name: str) -> str:
    return f"{{{DRAWING}}}{name}"


def styles(document) -> dict:
    """Of each style of ours: font, size, line pitch, from itself or what it is based on."""
    found = {}
    for style in document.styles:
        if style.name == "Normal" or style.name.startswith("Paper "):
            fonts = style.element.rPr.find(qn("w:rFonts"))
            base = style.base_style or style
            pitch = style.paragraph_format.line_spacing or base.paragraph_format.line_spacing
            found[style.name] = fonts.get(qn("w:eastAsia")), style.font.size.pt, pitch.pt
    return found


@pytest.mark.parametrize("name", OFFICIAL)
def test_type_area_lines_and_characters(name):
    document = docx.Document(str(SHIPPED / "zh" / f"{name}.docx"))
    (section,) = document.sections
    near = pytest.approx
    assert section.page_width.mm == near(210, abs=0.1) and section.page_height.mm == near(
        297, abs=0.1
    )
    assert section.top_margin.mm == near(37, abs=0.1) and section.left_margin.mm == near(
        28, abs=0.1
    )
    width = section.page_width - section.left_margin - section.right_margin
    height = section.page_height - section.top_margin - section.bottom_margin
    assert width / Mm(156) == near(1, abs=1e-3) and height / Mm(225) == near(1, abs=1e-3)
    normal = document.styles["Normal"]
    pitch = normal.paragraph_format.line_spacing
    assert height // pitch == 22
    assert normal.element.find(".//" + qn("w:spacing")).get(qn("w:lineRule")) == "exact"
    between = normal.element.rPr.find(qn("w:spacing")).get(qn("w:val"))
    character = Pt(16) + Pt(int(between) / 20)
    assert width // character == 28 and normal.font.size.pt == 16
    assert section.different_first_page_header_footer is False
    assert document.sections[0]._sectPr.find(qn("w:docGrid")) is None  # which would move the lines


@pytest.mark.parametrize("name", OFFICIAL)
def test_fonts_and_sizes(name):
    document = docx.Document(str(SHIPPED / "zh" / f"{name}.docx"))
    found = styles(document)
    assert found["Normal"] == found["Paper Body"] == ("仿宋_GB2312", 16, 28.95)
    assert found["Paper Title"][:2] == ("方正小标宋简体", 22)
    assert found["Paper Heading 1"] == ("黑体", 16, 28.95)
    runs = document.element.iter(qn("w:rFonts"))
    assert {run.get(qn("w:eastAsia")) for run in runs} == {"楷体_GB2312"}  # (一) in the paragraph
    body = document.styles["Paper Body"].element.pPr.find(qn("w:ind"))
    assert body.get(qn("w:firstLineChars")) == "200"


@pytest.mark.parametrize("name", OFFICIAL)
def test_page_numbers_outside_between_dashes(name):
    document = docx.Document(str(SHIPPED / "zh" / f"{name}.docx"))
    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, jc in ((section.footer, "right"), (section.even_page_footer, None)):
        (paragraph,) = footer.paragraphs
        xml = paragraph._element.xml
        assert re.findall(r"<w:(?:t|instrText)[^>]*>([^<]+)<", xml) == ["— ", "PAGE", " —"]
        assert set(re.findall(r'w:eastAsia="([^"]+)"', xml)) == {"宋体"}
        assert set(re.findall(r'<w:sz w:val="(\d+)"', xml)) == {"28"}
        side = paragraph._element.pPr.find(qn("w:jc"))
        assert (None if side is None else side.get(qn("w:val"))) == jc


def test_where_a_font_is_not_there_its_like_stands_in():
    with open(SHIPPED / "zh" / "通报-年中.docx", "rb") as file:
        document = opened(file.read())
    table = next(
        p for p in document.part.package.iter_parts() if p.partname == "/word/fontTable.xml"
    )
    pairs = re.findall(r'w:name="([^"]+)"><w:altName w:val="([^"]+)"', table.blob.decode())
    assert dict(pairs)["仿宋_GB2312"] == "仿宋" and dict(pairs)["楷体_GB2312"] == "楷体"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_makes_the_same_bytes_again(language):
    there = {file.name: file.read_bytes() for file in (SHIPPED / language).iterdir()}
    assert paper_templates.templates(language) == there
    assert set(there) == {file_name(key, Words(language)) for key in TEMPLATES}
    for name, data in there.items():
        if not name.endswith(".docx"):
            continue
        assert checked(data, name) == data and len(data) < 60_000
        about = docx.Document(io.BytesIO(data)).core_properties
        assert (about.author, about.last_modified_by, about.comments) == ("", "", "")


@pytest.mark.parametrize(("language", "font"), [("zh", "微软雅黑"), ("en", "Arial")])
def test_shipped_slides(language, font):
    """16:9, in a font that every Windows has, lines of a set pitch, and nobody's properties."""
    file = SHIPPED / language / file_name("paper_slides", Words(language))
    deck = pptx.Presentation(str(file))
    assert deck.slide_width / deck.slide_height == pytest.approx(16 / 9, abs=1e-4)
    assert len(deck.slides) == 6 and checked(file.read_bytes(), file.name, SLIDES)
    theme = part(file, "ppt/theme/theme1.xml").decode()
    fonts = re.findall(r'<a:(?:latin|ea) typeface="([^"]*)"', theme.split("</a:fontScheme>")[0])
    assert fonts == [font] * 4
    for slide in deck.slides:
        xml = slide.element.xml
        assert "typeface" not in xml and xml.count("<a:lnSpc>") == xml.count("<a:spcPts") / 3 > 3
        for paragraph in slide.element.iter(drawn("p")):
            sizes = [int(run.get("sz")) for run in paragraph.iter(drawn("rPr"))]
            pitch = paragraph.find(f"{drawn('pPr')}/{drawn('lnSpc')}/{drawn('spcPts')}")
            assert not sizes or pitch is not None  # a cell of a row that goes has none
            assert all(size < int(pitch.get("val")) < 1.7 * size for size in sizes)
    about = deck.core_properties
    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
    assert about.created == about.modified == dt.datetime(2000, 1, 1)
    with zipfile.ZipFile(file) as packed:
        assert not [name for name in packed.namelist() if "media" in name or "app.xml" in name]


def test_shipped_mails_are_texts_of_windows():
    for language in LANGUAGES:
        file = SHIPPED / language / file_name("paper_mail", Words(language))
        said = file.read_bytes()
        assert said.startswith(BOM_UTF8) and said.count(b"\n") == said.count(b"\r\n") > 20


def test_both_languages_ask_for_the_same_names():
    def asked(language: str, n: int) -> set[str]:
        told = yaml.safe_load(
            (paper_templates.TEXTS / f"{language}.yml").read_text(encoding="utf-8")
        )
        papers = [*told["papers"].values(), *told["slides"].values(), *told["mails"].values()]
        assert len(papers) == len(TEMPLATES)
        names = "city|unit|department|days|plan|returns|since|u|t|r|m"
        return set(re.findall(rf"\b(?:{names})\.\w+", str(papers[n])))

    for n in range(len(TEMPLATES)):
        both = asked("zh", n) ^ asked("en", n)
        assert both <= {"plan.unit_word"}, (n, both)


@pytest.mark.parametrize("language", LANGUAGES)
def test_within_the_year_nothing_is_said_to_be_final(language):
    """The words of the template itself, its places left out."""
    name = Words(language)("paper_notice_now")
    said = re.sub(
        r"\{[{%].*?[}%]\}",
        "",
        "".join(texts(docx.Document(str(SHIPPED / language / f"{name}.docx")))),
    )
    for word in {"zh": ("得分", "名次", "评"), "en": ("score", "rank", "grade")}[language]:
        assert word in said
    if language == "zh":
        assert said.count("达成") == said.count("达成项") + said.count("未达成") + said.count(
            "无法达成"
        )
        for provisional in ("暂列", "暂评", "暂计", "目前", "不作为年度考核结果"):
            assert provisional in said
        assert "列第" not in said.replace("暂列第", "") and "级" in said
