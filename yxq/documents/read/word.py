"""A Word document's text as it stands once its tracked changes are accepted."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.oxml import parse_xml
from docx.oxml.ns import qn

from yxq.documents.read.document import Kind, Paragraph, Reading, row
from yxq.documents.read.numbering import Numbering, attribute, whole

W = qn("w:p").removesuffix("p")
MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
COMPATIBLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
DELETED = {W + "del", W + "moveFrom"}
INSERTED = {W + "ins", W + "moveTo"}
UNSAID = {
    W + name
    for name in ("pPr", "rPr", "instrText", "delText", "delInstrText", "rt", "tblPr", "sdtPr")
} | {COMPATIBLE + "Fallback"}
SIGNS = {W + "tab": "\t", W + "noBreakHyphen": "-", W + "ptab": "\t"}
BREAK = "\v"
BULLET = "• "
CONTENTS = re.compile(r"(?:toc|目录)\s*(?:\d|heading|标题)")
OFF = ("0", "false", "off")


def word_document(data: bytes, reading: Reading) -> None:
    """Add the paragraphs of a Word document."""
    part = docx.Document(io.BytesIO(data)).part
    _Walk(part, reading).document()


class _Styles:
    """What the styles of a document say of its paragraphs."""

    def __init__(self, root: Any) -> None:
        styles = [] if root is None else list(root.iterchildren(W + "style"))
        self.by_id = {style.get(W + "styleId"): style for style in styles}
        self.default = next(
            (
                style.get(W + "styleId")
                for style in styles
                if style.get(W + "default") in ("1", "true")
                and style.get(W + "type") == "paragraph"
            ),
            "",
        )
        self.lists = {
            key: number
            for key, style in self.by_id.items()
            if (number := attribute(style, "w:pPr/w:numPr/w:numId"))
        }

    def chain(self, key: str | None) -> Iterator[Any]:
        """A style and those that it is based on."""
        seen: set[str | None] = set()
        while key in self.by_id and key not in seen:
            seen.add(key)
            yield self.by_id[key]
            key = attribute(self.by_id[key], "w:basedOn")

    def names(self, key: str | None) -> list[str]:
        """What a style and those that it is based on are called."""
        return [(attribute(style, "w:name") or "").lower() for style in self.chain(key)]


class _Walk:
    """The parts of a document that are being read, and how far."""

    def __init__(self, part: Any, reading: Reading) -> None:
        self.part, self.reading = part, reading
        self.styles = _Styles(self._related(RELATION.STYLES))
        self.numbering = Numbering(self._related(RELATION.NUMBERING), self.styles.lists)
        self.notes = {
            kind: self._notes(relation, name)
            for kind, relation, name in (
                ("footnote", RELATION.FOOTNOTES, "w:footnote"),
                ("endnote", RELATION.ENDNOTES, "w:endnote"),
            )
        }
        self.paragraphs = self.tables = 0
        self.changes: Counter[str] = Counter()
        self.carried = ""
        self.boxes: list[Any] = []
        self.cited: list[tuple[str, str]] = []

    def document(self) -> None:
        """All that stands in the document's body."""
        for block in self._blocks(self.part.element.body):
            self._block(block)
        if self.carried:
            self.reading.add(Paragraph(self.carried, f"paragraph {self.paragraphs + 1}"))
        self._notes_of_what_is_left_out()

    def _related(self, relation: str) -> Any:
        """The root of a part that belongs to the document, or None."""
        try:
            part = self.part.part_related_by(relation)
        except KeyError:
            return None
        return part.element if hasattr(part, "element") else parse_xml(part.blob)

    def _notes(self, relation: str, name: str) -> dict[str, Any]:
        root = self._related(relation)
        notes = [] if root is None else root.iterchildren(qn(name))
        return {note.get(W + "id"): note for note in notes if note.get(W + "type") is None}

    def _blocks(self, parent: Any) -> Iterator[Any]:
        """Paragraphs and tables, those in frames of content or changes among them."""
        for child in parent.iterchildren():
            if child.tag in (W + "p", W + "tbl"):
                yield child
            elif child.tag in DELETED:
                self.changes["deleted"] += 1
            elif isinstance(child.tag, str) and child.tag not in UNSAID:
                yield from self._blocks(child)

    def _block(self, block: Any, within: str = "") -> None:
        if block.tag == W + "p":
            self._paragraph(block, within)
        elif _is_frame(block):
            for line in _rows(block):
                for cell in _children(line, W + "tc"):
                    for inner in self._blocks(cell):
                        self._block(inner, within)
        else:
            self._table(block)

    def _paragraph(self, element: Any, within: str) -> None:
        """A paragraph with its boxes and notes; one whose end is deleted goes on in the next."""
        text = self._text(element)
        mark = element.find(f"{W}pPr/{W}rPr")
        if mark is not None and mark.find(W + "del") is not None:
            self.changes["deleted"] += 1
            self.carried += text
            return
        text = self.carried + text
        self.carried = ""
        self.changes["inserted"] += mark is not None and mark.find(W + "ins") is not None
        label = self._label(element)
        if not text.strip() and label in ("", BULLET):
            self._after(within or f"paragraph {self.paragraphs + 1}")
            return
        self.paragraphs += not within
        place = within or f"paragraph {self.paragraphs}"
        names = self.styles.names(self._style(element))
        kind: Kind = "contents" if CONTENTS.match("".join(names[:1])) else "text"
        level = 0 if kind == "contents" else self._heading(element, names)
        for line in [line for line in text.split(BREAK) if line.strip()] or [""]:
            self.reading.add(Paragraph((label + line.strip()).strip(), place, level, kind=kind))
            label = ""
        self._after(place)

    def _after(self, place: str) -> None:
        """The boxes and notes that belong to the paragraph or row just read."""
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            for block in self._blocks(box):
                self._block(block, f"{place}, text box")
        cited, self.cited = self.cited, []
        for kind, key in cited:
            note = self.notes[kind].pop(key, None)
            for block in self._blocks(note) if note is not None else ():
                text = self._text(block).replace(BREAK, " ").strip() if block.tag == W + "p" else ""
                self.reading.add(Paragraph(text, f"{kind} {key}", kind="footnote"))

    def _text(self, element: Any) -> str:
        """The text of a paragraph or of what stands in one."""
        pieces: list[str] = []
        todo = list(reversed(element))
        while todo:
            child = todo.pop()
            tag = child.tag
            if tag in (W + "t", MATHS + "t"):
                pieces.append(child.text or "")
            elif tag in DELETED:
                self.changes["deleted"] += 1
            elif tag in SIGNS:
                pieces.append(SIGNS[tag])
            elif tag in (W + "br", W + "cr"):
                pieces.append(BREAK)
            elif tag == W + "sym":
                pieces.append(_symbol(child))
            elif tag in (W + "footnoteReference", W + "endnoteReference"):
                self.cited.append(
                    (tag.removeprefix(W).removesuffix("Reference"), child.get(W + "id"))
                )
            elif tag == W + "txbxContent":
                self.boxes.append(child)
            elif tag == W + "r" and _is_hidden(child):
                self.changes["hidden"] += 1
            elif isinstance(tag, str) and tag not in UNSAID:
                self.changes["inserted"] += tag in INSERTED
                todo += reversed(child)
        return "".join(pieces)

    def _style(self, element: Any) -> str | None:
        return attribute(element, "w:pPr/w:pStyle") or self.styles.default

    def _label(self, element: Any) -> str:
        """What Word prints before a paragraph of a list."""
        style = self._style(element)
        own = attribute(element, "w:pPr/w:numPr/w:numId")
        number = own or next(
            (n for s in self.styles.chain(style) if (n := attribute(s, "w:pPr/w:numPr/w:numId"))),
            None,
        )
        if number is None or number == "0":
            return ""
        depths = [attribute(element, "w:pPr/w:numPr/w:ilvl")]
        depths += (
            [attribute(s, "w:pPr/w:numPr/w:ilvl") for s in self.styles.chain(style)]
            if not own
            else []
        )
        said = next((depth for depth in depths if depth is not None), None)
        by_style = self.numbering.style_levels.get((number, style or ""), 0)
        return self.numbering.label(number, whole(said, by_style))

    def _heading(self, element: Any, names: list[str]) -> int:
        """1 to 6 of a heading, by its style or its level in the outline."""
        outline = [attribute(element, "w:pPr/w:outlineLvl")]
        outline += [
            attribute(s, "w:pPr/w:outlineLvl") for s in self.styles.chain(self._style(element))
        ]
        for name in names:
            if found := re.fullmatch(r"(?:heading|标题)\s*(\d)", name):
                return min(int(found[1]), 6)
            if name in ("title", "标题"):
                return 1
        level = whole(next((said for said in outline if said is not None), None), 9)
        return min(level + 1, 6) if level < 9 else 0

    def _table(self, table: Any) -> None:
        """The rows of a table, each cell in every place that it covers."""
        self.tables += 1
        number = self.tables
        above: dict[int, str] = {}
        for count, line in enumerate(_rows(table), start=1):
            if line.find(f"{W}trPr/{W}del") is not None:
                self.changes["deleted"] += 1
                continue
            self.changes["inserted"] += line.find(f"{W}trPr/{W}ins") is not None
            cells, begins = self._cells(line, above)
            self.reading.add(row(cells, begins, number, count))
            self._after(f"table {number}, row {count}")

    def _cells(self, line: Any, above: dict[int, str]) -> tuple[list[str], list[bool]]:
        """The cells of a row; `above`: the text over each column, for a merged one."""
        before = whole(attribute(line, "w:trPr/w:gridBefore"), 0)
        cells, begins = [""] * before, [True] * before
        for cell in _children(line, W + "tc"):
            wide = min(max(whole(attribute(cell, "w:tcPr/w:gridSpan"), 1), 1), 200)
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            goes_on = merged is not None and merged.get(W + "val") != "restart"
            text = above.get(len(cells), "") if goes_on else self._cell(cell)
            above |= dict.fromkeys(range(len(cells), len(cells) + wide), text)
            cells += [text] * wide
            begins += [True] + [False] * (wide - 1)
        return cells, begins

    def _cell(self, cell: Any) -> str:
        """The text of a cell, its paragraphs with a blank between them."""
        texts = []
        for paragraph in cell.iter(W + "p"):
            if not any(
                a.tag in (W + "txbxContent", COMPATIBLE + "Fallback")
                for a in paragraph.iterancestors()
            ):
                texts.append(self._label(paragraph) + self._text(paragraph).replace(BREAK, " "))
        return " ".join(" ".join(texts).split())

    def _notes_of_what_is_left_out(self) -> None:
        if n := self.changes["inserted"] + self.changes["deleted"]:
            self.reading.note(
                "tracked_changes", n=n, **{k: self.changes[k] for k in ("inserted", "deleted")}
            )
        if n := self.changes["hidden"]:
            self.reading.note("hidden_text", n=n)
        edges = [p.element for p in self.part.package.iter_parts() if hasattr(p, "element")]
        said = sum(
            any((text.text or "").strip() for text in root.iter(W + "t"))
            for root in edges
            if root.tag in (W + "hdr", W + "ftr")
        )
        if said:
            self.reading.note("headers_left_out", n=said)
        comments = self._related(RELATION.COMMENTS)
        if comments is not None and len(comments):
            self.reading.note("comments_left_out", n=len(comments))


def _is_hidden(run: Any) -> bool:
    """Whether a run of text is there but neither shown nor printed."""
    vanish = run.find(f"{W}rPr/{W}vanish")
    return vanish is not None and vanish.get(W + "val") not in OFF


def _symbol(element: Any) -> str:
    """A sign of a font of signs."""
    code = element.get(W + "char") or ""
    return chr(int(code, 16)) if re.fullmatch("[0-9A-Fa-f]{4}", code) else ""


def _children(element: Any, name: str) -> Iterator[Any]:
    """Cells of a row or rows of a table, those in frames of content among them."""
    for child in element.iterchildren():
        if child.tag == name:
            yield child
        elif child.tag in (W + "sdt", W + "sdtContent", W + "ins", W + "customXml"):
            yield from _children(child, name)


def _rows(table: Any) -> Iterator[Any]:
    yield from _children(table, W + "tr")


def _is_frame(table: Any) -> bool:
    """Whether a table has no two cells side by side, so that it only frames a text."""
    return all(len(list(_children(line, W + "tc"))) < 2 for line in _rows(table))
