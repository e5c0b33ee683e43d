"""The shipped templates of slides and mail, of tools/papers/*.yml, for `paper_templates`.

Slides are 338.7 by 190.5 mm (16:9); lines have a pitch in points, so that a text takes the same
room in every font.
"""

from __future__ import annotations

import io
from codecs import BOM_UTF8
from typing import Any

import pptx
from lxml import etree
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Mm, Pt

from yxq.papers.template import timeless

WIDTH, HEIGHT, SIDE = 338.667, 190.5, 16.0  # mm
FOOT = 180  # mm from the top
FONTS = {"zh": "微软雅黑", "en": "Arial"}
BLUE, ORANGE, GREY, RED, LINE = "1F4E79", "C55A11", "5D6670", "C00000", "AAB4BE"
TONES = {"": BLUE, "short": ORANGE, "quiet": GREY}
NO_STYLE = "{2D5ABB26-0587-4C30-8999-92F81FD0307C}"  # of tables
UNWANTED = ("/thumbnail", "/printerSettings", "/extended-properties")  # of somebody's blank deck
ALIGN = {"left": PP_ALIGN.LEFT, "centre": PP_ALIGN.CENTER, "right": PP_ALIGN.RIGHT}


class Slides:
    """One template in the making."""

    def __init__(self, language: str, about: dict[str, Any], ever: Any) -> None:
        self.language, self.about = language, about
        self.deck = pptx.Presentation()
        self.deck.slide_width, self.deck.slide_height = Mm(WIDTH), Mm(HEIGHT)
        self.deck.element.find(qn("p:sldSz")).attrib.pop("type")  # which would be 4:3
        self._properties(ever)
        self._bare()
        for n, page in enumerate(about["pages"]):
            self._page(page, n)

    def _properties(self, ever: Any) -> None:
        about = self.deck.core_properties
        about.author = about.comments = about.last_modified_by = about.keywords = ""
        about.title, about.language = (
            self.about["title"],
            "zh-CN" if self.language == "zh" else "en",
        )
        about.created = about.modified = ever
        about.revision = 1

    def _bare(self) -> None:
        """Nothing but a blank layout, in our fonts."""
        for layout in [*self.deck.slide_layouts]:
            if layout.name != "Blank":
                self.deck.slide_layouts.remove(layout)
        for master in (self.deck.slide_master, *self.deck.slide_layouts):
            for shape in [*master.placeholders]:
                shape._element.getparent().remove(shape._element)
        package = self.deck.part.package
        for of in (package._rels, self.deck.part.rels):
            for id, relation in [*of.items()]:
                if relation.reltype.endswith(UNWANTED):
                    of.pop(id)
        for part in package.iter_parts():
            if "/theme/" in part.partname:
                part._blob = self._theme(part.blob)

    def _theme(self, xml: bytes) -> bytes:
        root = etree.fromstring(xml)
        space = {"a": root.nsmap["a"]}
        for fonts in root.iterfind(".//a:fontScheme/*", space):
            for kind in ("latin", "ea"):
                fonts.find(f"a:{kind}", space).set("typeface", FONTS[self.language])
            for font in fonts.findall("a:font[@script='Hans']", space):
                font.set("typeface", FONTS["zh"])
        return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))

    def _page(self, page: dict[str, Any], n: int) -> None:
        self.slide = self.deck.slides.add_slide(self.deck.slide_layouts[0])
        if title := page.get("title"):
            box = {"at": [SIDE, 11, WIDTH - 2 * SIDE, 13], "size": 26, "pitch": 32, "bold": True}
            self.add_text(box | {"lines": [title], "colour": BLUE})
            self._line(27, BLUE, 1.5)
        for part in page["parts"]:
            (kind,) = {"text", "table", "numbers"} & set(part)
            getattr(self, f"add_{kind}")(part | part[kind] if kind != "numbers" else part)
        foot = {"size": 10, "pitch": 13, "colour": GREY}
        self._line(FOOT - 2, LINE, 0.75)
        at = [SIDE, FOOT, WIDTH - 2 * SIDE - 20, 6]
        self.add_text(foot | {"at": at, "lines": [self.about["foot"]]})
        at = [WIDTH - SIDE - 20, FOOT, 20, 6]
        number = self.add_text(foot | {"at": at, "lines": [""], "align": "right"})
        run = number.text_frame.paragraphs[0]._p
        field = etree.SubElement(run, qn("a:fld"), id=f"{{00000000-0000-4000-8000-{n:012}}}")
        field.set("type", "slidenum")
        etree.SubElement(field, qn("a:rPr"), lang="en-US", sz="1000")
        etree.SubElement(field, qn("a:t")).text = f"{n + 1}"

    def _line(self, y: float, colour: str, points: float) -> None:
        line = self.slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, Mm(SIDE), Mm(y), Mm(WIDTH - 2 * SIDE), Pt(points)
        )
        line.fill.solid()
        line.fill.fore_color.rgb = RGBColor.from_string(colour)
        _flat(line)

    def add_text(self, box: dict[str, Any]) -> Any:
        """A text box of lines; one that is a head is bold and coloured."""
        shape = self.slide.shapes.add_textbox(*map(Mm, box["at"]))
        frame = shape.text_frame
        frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE if box.get("middle") else MSO_ANCHOR.TOP
        for n, line in enumerate(box["lines"]):
            paragraph = frame.paragraphs[0] if n == 0 else frame.add_paragraph()
            head = isinstance(line, dict)
            look = dict(box) | ({"bold": True, "colour": BLUE, "after": 2} if head else {})
            self._fill(paragraph, line["h"] if head else line, look)
        return shape

    def _fill(self, paragraph: Any, text: str, look: dict[str, Any]) -> None:
        paragraph.alignment = ALIGN[look.get("align", "left")]
        paragraph.line_spacing = Pt(look["pitch"])
        paragraph.space_before, paragraph.space_after = Pt(0), Pt(look.get("after", 0))
        if text:
            run = paragraph.add_run()
            run.text = text
            run.font.size, run.font.bold = Pt(look["size"]), bool(look.get("bold"))
            run.font.color.rgb = RGBColor.from_string(look.get("colour", "000000"))
            run._r.get_or_add_rPr().set("lang", "zh-CN" if self.language == "zh" else "en-GB")

    def add_numbers(self, part: dict[str, Any]) -> None:
        """Boxes beside each other, each a number over what it counts."""
        boxes, gap, top, high = part["numbers"], 5, 34, 32
        wide = (WIDTH - 2 * SIDE - gap * (len(boxes) - 1)) / len(boxes)
        for n, (label, value, tone) in enumerate(boxes):
            left = SIDE + n * (wide + gap)
            back = self.slide.shapes.add_shape(
                MSO_SHAPE.RECTANGLE, *map(Mm, (left, top, wide, high))
            )
            back.fill.solid()
            back.fill.fore_color.rgb = RGBColor(0xF4, 0xF6, 0xF8)
            _flat(back)
            look = {"align": "centre", "middle": True}
            at = [left, top + 2, wide, 16]
            number = {"lines": [value], "size": 32, "pitch": 38, "bold": True}
            self.add_text(look | number | {"at": at, "colour": TONES[tone]})
            at = [left + 1, top + 18, wide - 2, 13]
            self.add_text(look | {"at": at, "lines": [label], "size": 13, "pitch": 17})

    def add_table(self, part: dict[str, Any]) -> None:
        """A table with a row for each of what it is of, below a head."""
        columns, (left, top, wide) = part["columns"], part["at"]
        rows = self.slide.shapes.add_table(
            4, len(columns), *map(Mm, (left, top, wide, 9 + 3 * part["row"]))
        )
        table = rows.table
        table._tbl.tblPr.find(qn("a:tableStyleId")).text = NO_STYLE
        scale = wide / sum(column[2] for column in columns)
        for n, column in enumerate(columns):
            table.columns[n].width = Mm(column[2] * scale)
            align = column[3] if column[3:] else "centre"
            look = {"size": part["size"], "pitch": part["pitch"], "align": align}
            head = look | {
                "bold": True,
                "colour": "FFFFFF",
                "align": "centre",
                "size": part["size"] - 1,
            }
            self._cell(table.cell(0, n), column[0], head, BLUE)
            self._cell(table.cell(2, n), column[1], look)
        for n in (1, 3):
            look = {"size": part["size"], "pitch": part["pitch"]}
            mark = f"{{%tr for {part['of']} %}}" if n == 1 else "{%tr endfor %}"
            self._cell(table.cell(n, 0), mark, look)
        for n, row in enumerate(table.rows):
            row.height = Mm(part["row"] if n else 9)

    def _cell(self, cell: Any, text: str | list[str], look: dict[str, Any], fill: str = "") -> None:
        for n, line in enumerate([text] if isinstance(text, str) else text):
            frame = cell.text_frame
            self._fill(frame.add_paragraph() if n else frame.paragraphs[0], line, look)
        cell.vertical_anchor = MSO_ANCHOR.MIDDLE
        cell.margin_left = cell.margin_right = Mm(1)
        cell.margin_top = cell.margin_bottom = Mm(0.3)
        properties = cell._tc.get_or_add_tcPr()
        line = etree.SubElement(properties, qn("a:lnB"), w="6350")
        colour = etree.SubElement(etree.SubElement(line, qn("a:solidFill")), qn("a:srgbClr"))
        colour.set("val", LINE)
        if fill:
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string(fill)

    def saved(self) -> bytes:
        out = io.BytesIO()
        self.deck.save(out)
        return timeless(out.getvalue())


def _flat(shape: Any) -> None:
    """Without outline and shadow."""
    shape.line.fill.background()
    shape._element.remove(shape._element.find(qn("p:style")))


def mail(about: dict[str, Any]) -> bytes:
    """A mail as Notepad of every Windows opens it."""
    return BOM_UTF8 + about["text"].replace("\n", "\r\n").encode("utf-8")
