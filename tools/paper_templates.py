"""The shipped templates of papers, of tools/papers/*.yml: `python tools/paper_templates.py [DIR]`.

The layout of the official ones is that of GB/T 9704-2012: A4, a type area of 156 by 225 mm with 22
lines of 28 characters. The same bytes every time.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from pathlib import Path
from typing import Any

import docx
import yaml
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from project import ROOT
from slide_templates import Slides, mail

from yxq.papers.template import timeless

TEXTS, OUT = ROOT / "tools" / "papers", ROOT / "yxq" / "papers" / "templates"
TEXT_WIDTH = 156  # mm
LINE = 28.95  # points: 22 lines in 225 mm
TIGHT = -5  # twentieths of a point between characters: 28 of 16 points in 156 mm
FONTS = {
    "zh": {
        "body": "仿宋_GB2312",
        "title": "方正小标宋简体",
        "h1": "黑体",
        "h2": "楷体_GB2312",
        "page": "宋体",
        "latin": "Times New Roman",
    },
    "en": dict.fromkeys(("body", "title", "h1", "h2", "page", "latin"), "Times New Roman"),
}
INSTEAD = {"仿宋_GB2312": "仿宋", "楷体_GB2312": "楷体", "方正小标宋简体": "华文中宋"}
SIZES = {  # points: of the body and its lines, of titles
    "official": {"zh": (16, LINE, 22), "en": (12, 20, 16)},
    "leader": {"zh": (15, 23, 20), "en": (12.5, 18, 16)},
    "sheet": {"zh": (14, 23, 20), "en": (11, 16, 15)},
}
PAGE_NUMBER = 14
MARGINS = {  # mm: top, right, bottom, left
    "official": (37, 26, 35, 28),
    "leader": (18, 22, 15, 22),
    "sheet": (22, 26, 15, 28),
}
CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
BOTH, LEFT = WD_ALIGN_PARAGRAPH.JUSTIFY, WD_ALIGN_PARAGRAPH.LEFT
EVER = dt.datetime(2000, 1, 1)


class Builder:
    """One template in the making."""

    def __init__(self, language: str, layout: str, title: str) -> None:
        self.language, self.layout = language, layout
        self.fonts = FONTS[language]
        self.body, self.line, self.title = SIZES[layout][language]
        self.document = docx.Document()
        self.document._body.clear_content()
        self._properties(title)
        self._page()
        self._styles()
        if layout == "official":
            self._page_numbers()

    def _properties(self, title: str) -> None:
        about = self.document.core_properties
        about.author = about.comments = about.last_modified_by = ""
        about.title, about.language = title, "zh-CN" if self.language == "zh" else "en"
        about.created = about.modified = EVER
        about.revision = 1
        for part in self.document.part.package.iter_parts():
            if part.partname == "/word/fontTable.xml":
                fonts = "".join(
                    f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>'
                    for name, other in INSTEAD.items()
                )
                part._blob = f"<w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()

    def _page(self) -> None:
        section = self.document.sections[0]
        section.orientation = WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = Mm(210), Mm(297)
        top, right, bottom, left = map(Mm, MARGINS[self.layout])
        section.top_margin, section.right_margin = top, right
        section.bottom_margin, section.left_margin = bottom, left
        section.header_distance, section.footer_distance = Mm(15), Mm(24)
        if self.layout != "official":
            section.footer_distance = Mm(8)
        for grid in section._sectPr.findall(qn("w:docGrid")):
            section._sectPr.remove(grid)  # lines are set by the paragraphs

    def _styles(self) -> None:
        normal = self.document.styles["Normal"]
        self._font(normal, "body", self.body)
        self._lines(normal, self.line)
        normal.paragraph_format.space_after = normal.paragraph_format.space_before = Pt(0)
        normal.paragraph_format.widow_control = False
        small = min(self.body, 12)
        cell = (10.5 if self.layout == "official" else 11) if self.language == "zh" else 9
        self._style("Paper Draft", "h1", self.body if self.layout == "official" else small)
        self._style("Paper Organ", "title", 2 * self.body, CENTRE, line=60)
        self._style("Paper Title", "title", self.title, CENTRE, line=1.5 * self.title)
        self._style("Paper Heading 1", "h1", self.body, indent=2)
        self._style("Paper Body", "body", self.body, BOTH, indent=2)
        self._style("Paper To", "body", self.body)
        self._style("Paper Small", "body", small, line=18)
        self._style("Paper Annex", "h1", self.body)
        self._style("Paper Right", "body", self.body, RIGHT)
        self._style("Paper Head", "h1", cell, CENTRE, line=cell + 4)
        self._style("Paper Cell", "body", cell, CENTRE, line=cell + 4)
        self._style("Paper Imprint", "body", 14 if self.language == "zh" else 11, line=24)
        self.document.styles["Paper Organ"].font.color.rgb = RGBColor(0xFF, 0, 0)

    def _style(
        self, name: str, font: str, size: float, align: Any = None, indent: int = 0, line: float = 0
    ) -> None:
        style = self.document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = self.document.styles["Normal"]
        self._font(style, font, size)
        if align is not None:
            style.paragraph_format.alignment = align
        if line:
            self._lines(style, line)
        if indent and self.language == "zh":
            style.paragraph_format.first_line_indent = Pt(indent * size)
            indented = style.element.pPr.find(qn("w:ind"))
            indented.set(qn("w:firstLineChars"), str(100 * indent))
        elif self.language == "en":
            style.paragraph_format.space_after = Pt(
                0 if name in ("Paper Cell", "Paper Head") else 4
            )

    def _font(self, style: Any, font: str, size: float) -> None:
        style.font.size, style.font.name = Pt(size), self.fonts["latin"]
        if font in ("h1", "title") and self.language == "en":
            style.font.bold = True
        properties = style.element.get_or_add_rPr()
        fonts = properties.find(qn("w:rFonts"))
        for kind in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{kind}"), self.fonts["latin"])
        fonts.set(qn("w:eastAsia"), self.fonts[font])
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        if self.language == "zh":
            spacing = OxmlElement("w:spacing")
            spacing.set(qn("w:val"), str(TIGHT if size == 16 else 0))
            before = properties.find(qn("w:sz"))
            before.addprevious(spacing)

    def _lines(self, style: Any, points: float) -> None:
        style.paragraph_format.line_spacing_rule = WD_LINE_SPACING.EXACTLY
        style.paragraph_format.line_spacing = Pt(points)

    def _page_numbers(self) -> None:
        """— 1 — outside: right on odd pages, left on even ones, a character in."""
        self.document.settings.odd_and_even_pages_header_footer = True
        section = self.document.sections[0]
        for footer, align in ((section.footer, RIGHT), (section.even_page_footer, None)):
            footer.is_linked_to_previous = False
            paragraph = footer.paragraphs[0]
            paragraph.style = self.document.styles["Normal"]
            shape = paragraph.paragraph_format
            if align is None:
                shape.left_indent = Pt(PAGE_NUMBER)
            else:
                shape.alignment, shape.right_indent = align, Pt(PAGE_NUMBER)
            for kind in ("— ", "PAGE", " —"):
                run = paragraph.add_run("" if kind == "PAGE" else kind)
                run.font.size, run.font.name = Pt(PAGE_NUMBER), self.fonts["page"]
                run._element.rPr.rFonts.set(qn("w:eastAsia"), self.fonts["page"])
                if kind == "PAGE":
                    _field(run, "PAGE")

    def add(self, blocks: list[Any]) -> None:
        """The blocks of a paper."""
        for block in blocks:
            if isinstance(block, list):
                self.add(block)
            elif {"h2", "body"} <= set(block):  # a heading that its text goes on behind
                paragraph = self._paragraph("Paper Body", "")
                run = paragraph.add_run(block["h2"])
                run.font.name = self.fonts["latin"]
                run._element.rPr.rFonts.set(qn("w:eastAsia"), self.fonts["h2"])
                if self.language == "en":
                    run.font.italic = True
                    paragraph.add_run(" ")
                paragraph.add_run(block["body"])
            else:
                ((kind, value),) = block.items()
                getattr(self, f"add_{kind}")(value)

    def _paragraph(self, style: str, text: str) -> Any:
        return self.document.add_paragraph(text, style=style)

    def add_p(self, text: str) -> None:
        self._paragraph("Normal", text)

    def add_draft(self, text: str) -> None:
        self._paragraph("Paper Draft", text)

    def add_organ(self, text: str) -> None:
        self._paragraph("Paper Organ", text)

    def add_number(self, text: str) -> None:
        """The number of a document over a red line."""
        paragraph = self._paragraph("Normal", text)
        paragraph.alignment = CENTRE
        border = '<w:bottom w:val="single" w:sz="18" w:space="8" w:color="FF0000"/>'
        xml = f"<w:pBdr {nsdecls('w')}>{border}</w:pBdr>"
        paragraph._element.get_or_add_pPr().insert_element_before(parse_xml(xml), "w:jc")
        self._paragraph("Normal", "")

    def add_title(self, text: str) -> None:
        self._paragraph("Paper Title", text)
        if self.layout == "official":
            self._paragraph("Normal", "")

    def add_centred(self, text: str) -> None:
        self._paragraph("Paper Small", text).alignment = CENTRE

    def add_to(self, text: str) -> None:
        self._paragraph("Paper To", text)

    def add_body(self, text: str) -> None:
        self._paragraph("Paper Body", text)

    def add_kept(self, text: str) -> None:
        """A last paragraph, which stays with the signature."""
        self._paragraph("Paper Body", text).paragraph_format.keep_with_next = True

    def add_small(self, text: str) -> None:
        self._paragraph("Paper Small", text)

    def add_h1(self, text: str) -> None:
        self._paragraph("Paper Heading 1", text).paragraph_format.keep_with_next = True

    def add_space(self, _: str) -> None:
        self._paragraph("Normal", "").paragraph_format.keep_with_next = True

    def add_signed(self, text: str) -> None:
        paragraph = self._paragraph("Paper Right", text)
        paragraph.paragraph_format.keep_with_next = self.layout == "official"
        paragraph.paragraph_format.right_indent = Pt(2 * self.body)

    def add_annexes(self, lines: list[str]) -> None:
        """附件： and its list, the names below each other."""
        head, *names = lines
        for n, name in enumerate(names):
            paragraph = self._paragraph("Paper To", f"{head}{name}" if n == 0 else name)
            paragraph.paragraph_format.left_indent = Pt((2 if n == 0 else 5) * self.body)
            paragraph.paragraph_format.keep_with_next = True

    def add_annex(self, text: str) -> None:
        self._paragraph("Paper Annex", text).paragraph_format.page_break_before = True

    def add_pair(self, texts: list[str]) -> None:
        """Two texts on a line, the second from the middle on."""
        paragraph = self._paragraph("Paper To", "\t".join(texts))
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(100))

    def add_cut(self, text: str) -> None:
        """A line to cut along, and what is below it."""
        paragraph = self._paragraph("Paper Title", text)
        border = '<w:top w:val="dashed" w:sz="6" w:space="6" w:color="000000"/>'
        xml = f"<w:pBdr {nsdecls('w')}>{border}</w:pBdr>"
        paragraph._element.get_or_add_pPr().insert_element_before(
            parse_xml(xml), "w:spacing", "w:jc"
        )
        paragraph.paragraph_format.space_before = Pt(10)

    def add_figure(self, text: str) -> None:
        paragraph = self._paragraph("Normal", text)
        paragraph.alignment = CENTRE
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE

    def add_table(self, about: dict[str, Any]) -> None:
        """A table with a row for each of what it is of."""
        columns = about["columns"]
        table = self._table(4, [column[2] for column in columns])
        for cell, column in zip(table.rows[0].cells, columns, strict=True):
            self._fill(cell, column[0], "Paper Head")
        head = table.rows[0]._tr.get_or_add_trPr()
        head.append(OxmlElement("w:tblHeader"))
        self._fill(table.rows[1].cells[0], f"{{%tr for {about['of']} %}}", "Paper Cell")
        for cell, column in zip(table.rows[2].cells, columns, strict=True):
            paragraph = self._fill(cell, column[1], "Paper Cell")
            if column[3:] == ["left"]:
                paragraph.alignment = LEFT
        self._fill(table.rows[3].cells[0], "{%tr endfor %}", "Paper Cell")
        self._after_table()

    def add_form(self, rows: list[list[str]]) -> None:
        """Fields to be filled in by hand."""
        table = self._table(len(rows), [TEXT_WIDTH / 2] * 2)
        for row, texts in zip(table.rows, rows, strict=True):
            row.height = Mm(11)
            cells = row.cells if texts[1] else [row.cells[0].merge(row.cells[1])]
            for cell, text in zip(cells, texts, strict=False):
                self._fill(cell, text, "Paper Cell").alignment = LEFT
        self._after_table()

    def _after_table(self) -> None:
        """Word wants a paragraph behind a table; a small one takes no room."""
        paragraph = self._paragraph("Normal", "")
        paragraph.paragraph_format.line_spacing = Pt(6)

    def _table(self, rows: int, widths: list[float]) -> Any:
        table = self.document.add_table(rows, len(widths), style="Table Grid")
        table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        margins = "".join(f'<w:{side} w:w="57" w:type="dxa"/>' for side in ("left", "right"))
        inner = parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>")
        table._tbl.tblPr.insert_element_before(inner, "w:tblLook")
        scale = TEXT_WIDTH / sum(widths)
        for n, width in enumerate(widths):
            table.columns[n].width = Mm(width * scale)
            for cell in table.columns[n].cells:
                cell.width = Mm(width * scale)
        for row in table.rows:
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        return table

    def _fill(self, cell: Any, text: str, style: str) -> Any:
        paragraph = cell.paragraphs[0]
        paragraph.style = self.document.styles[style]
        paragraph.add_run(text)
        cell.vertical_alignment = 1
        return paragraph

    def add_imprint(self, lines: list[str]) -> None:
        """版记, between lines at the foot of the last page."""
        table = self.document.add_table(len(lines), 1)
        place = OxmlElement("w:tblpPr")
        for name, value in (
            ("vertAnchor", "margin"),
            ("horzAnchor", "margin"),
            ("tblpXSpec", "left"),
            ("tblpYSpec", "bottom"),
        ):
            place.set(qn(f"w:{name}"), value)
        before = ("w:tblOverlap", "w:bidiVisual", "w:tblW", "w:jc", "w:tblLayout", "w:tblLook")
        table._tbl.tblPr.insert_element_before(place, *before)
        sides = "".join(
            f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>'
            for side, size in (("top", 8), ("bottom", 8), ("insideH", 4))
        )
        borders = parse_xml(f"<w:tblBorders {nsdecls('w')}>{sides}</w:tblBorders>")
        table._tbl.tblPr.insert_element_before(borders, "w:tblLayout", "w:tblCellMar", "w:tblLook")
        for row, line in zip(table.rows, lines, strict=True):
            row.cells[0].width = Mm(TEXT_WIDTH)
            self._fill(row.cells[0], line, "Paper Imprint").paragraph_format.left_indent = Pt(14)
        self._after_table()

    def saved(self) -> bytes:
        out = io.BytesIO()
        self.document.save(out)
        return timeless(out.getvalue())


def _field(run: Any, instruction: str) -> None:
    for kind, text in (("begin", ""), ("", instruction), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)


def templates(language: str) -> dict[str, bytes]:
    """The templates of a language, by name."""
    told = yaml.safe_load((TEXTS / f"{language}.yml").read_text(encoding="utf-8"))
    made = {}
    for name, paper in told["papers"].items():
        builder = Builder(language, paper["layout"], paper["title"])
        builder.add(paper["blocks"])
        made[f"{name}.docx"] = builder.saved()
    for name, slides in told["slides"].items():
        made[f"{name}.pptx"] = Slides(language, slides, EVER).saved()
    return made | {f"{name}.txt": mail(about) for name, about in told["mails"].items()}


def main(out: Path = OUT) -> None:
    for language in FONTS:
        (out / language).mkdir(parents=True, exist_ok=True)
        for name, data in templates(language).items():
            (out / language / name).write_bytes(data)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
