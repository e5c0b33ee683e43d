"""A template of slides: a PowerPoint file that is read once, and filled as Word files are."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pptx
from lxml import etree

from yxq.papers.safe import SLIDES, checked, damaged
from yxq.papers.sandbox import Sandbox
from yxq.papers.stopped import BY_A_TEMPLATE, Stopped, place, read, refused
from yxq.papers.template import timeless, without_pictures

DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SHOWN = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
OPEN = re.compile(r"\{[{%#]")
MARK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
WHOLE = re.compile(r"\{%(p|tr) (.*?)%\}")
TYPED = str.maketrans("“”‘’\xa0", "\"\"'' ")  # what PowerPoint makes of quotes as they are typed
IS_FILLED = "filled"  # an attribute of tables that is gone when they are
LEFT, RIGHT = "\ue000", "\ue001"  # around the number of a mark, until the part is a text


class Deck:
    """A template that may be used; raises `PaperError` where it may not."""

    def __init__(self, file: Path) -> None:
        """Read and check it; nothing is filled yet."""
        self.name, self._sandbox = file.name, Sandbox()
        self._data = checked(read(file), self.name, SLIDES)
        try:
            shapes = [[*slide.shapes] for slide in pptx.Presentation(io.BytesIO(self._data)).slides]
            parts = dict(_parts(self._data))
            self._parts = {name: text for name, text in parts.items() if OPEN.search(text)}
        except Exception as error:  # of a library, on a damaged file
            raise damaged(self.name, type(error).__name__) from None
        if not any(shapes):
            raise damaged(self.name, "ppt/slides")

    def filled(self, context: Mapping[str, Any]) -> bytes:
        """The slides; raises `PaperError` where the template asks for what is not there, or what it
        leaves is no whole slide.
        """
        names, out = without_pictures(context), io.BytesIO()
        try:
            parts = {name: self._part(name, text, names) for name, text in self._parts.items()}
        except Stopped as stopped:
            raise refused(self.name, stopped, names) from None
        except Exception as error:  # of a library, on a template that is made to harm
            raise damaged(self.name, type(error).__name__) from None
        with zipfile.ZipFile(io.BytesIO(self._data)) as old, zipfile.ZipFile(out, "w") as new:
            for name in old.namelist():
                new.writestr(name, parts.get(name) or old.read(name))
        return timeless(out.getvalue())

    def _part(self, name: str, text: str, names: Mapping[str, Any]) -> bytes:
        """A part filled, each of whose tables and texts is whole; raises `Stopped`."""
        try:
            filled = self._sandbox.from_string(text).render(dict(names))
        except BY_A_TEMPLATE as error:
            raise Stopped(error, place(text, error)) from None
        try:
            root = etree.fromstring(filled.encode(), _parser())
        except etree.XMLSyntaxError as error:
            raise Stopped(error, name) from None
        for body in root.iter(f"{DRAWING}txBody", f"{SHOWN}txBody"):
            if body.find(f"{DRAWING}p") is None:  # without one PowerPoint finds the file damaged
                etree.SubElement(body, f"{DRAWING}p")
        for frame in [*root.iter(f"{SHOWN}graphicFrame")]:
            _set_table(frame)
        return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True)


def _parts(data: bytes) -> Iterator[tuple[str, str]]:
    """The parts that may have marks, as texts to be filled, a line a paragraph."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for name in packed.namelist():
            if SLIDES.text.fullmatch(name):
                yield name, _as_text(packed.read(name))


def _as_text(xml: bytes) -> str:
    """A part in which every mark is whole and in one run, and those of whole paragraphs and rows
    stand in their places.
    """
    root, marks = etree.fromstring(xml, _parser()), list[str]()
    for paragraph in [*root.iter(f"{DRAWING}p")]:
        texts = [*paragraph.iter(f"{DRAWING}t")]
        _make_whole(texts)
        said = "".join(text.text or "" for text in texts)
        if whole := WHOLE.fullmatch(said.strip()):
            marks.append(f"{{% {whole[2].translate(TYPED)}%}}")
            _replace(_meant(paragraph, whole[1]), marks)
            continue
        for text in texts:
            text.text = _numbered(text.text or "", marks)
    told = etree.tostring(root, encoding="unicode").replace("\n", " ")
    told = re.sub(r"<(\w+:)?p([ >/])", r"\n<\1p\2", told)
    told = re.sub(r"<\?mark (\d+)\?>", rf"{LEFT}\1{RIGHT}", told)
    return re.sub(f"{LEFT}(\\d+){RIGHT}", lambda found: marks[int(found[1])], told)


def _make_whole(texts: list[Any]) -> None:
    """Put marks that are torn apart into the run that they begin in."""
    whole = "".join(text.text or "" for text in texts)
    runs = [n for n, text in enumerate(texts) for _ in text.text or ""]
    for mark in MARK.finditer(whole):
        runs[mark.start() : mark.end()] = [runs[mark.start()]] * len(mark[0])
    for n, text in enumerate(texts):
        text.text = "".join(c for c, run in zip(whole, runs, strict=True) if run == n)


def _meant(paragraph: Any, what: str) -> Any:
    """What a mark stands for that has a paragraph of its own: this, or the row that it is in, whose
    table is known then to be one that is filled.
    """
    if what == "p" or next(paragraph.iterancestors(f"{DRAWING}tr"), None) is None:
        return paragraph
    next(paragraph.iterancestors(f"{DRAWING}tbl")).set(IS_FILLED, "1")
    return next(paragraph.iterancestors(f"{DRAWING}tr"))


def _replace(element: Any, marks: list[str]) -> None:
    """Put the last of the marks in the place of an element."""
    mark = etree.ProcessingInstruction("mark", f"{len(marks) - 1}")
    mark.tail = element.tail
    element.getparent().replace(element, mark)


def _numbered(text: str, marks: list[str]) -> str:
    """A text with the numbers of its marks in their place, which no XML touches."""

    def number(mark: re.Match[str]) -> str:
        marks.append(mark[0].translate(TYPED))
        return f"{LEFT}{len(marks) - 1}{RIGHT}"

    return MARK.sub(number, text.replace(LEFT, "").replace(RIGHT, ""))


def _set_table(frame: Any) -> None:
    """A table as high as its rows, which share no identity; one that is left with nothing but its
    head goes.
    """
    table, rows = next(frame.iter(f"{DRAWING}tbl"), None), [*frame.iter(f"{DRAWING}tr")]
    if table is None or not table.attrib.pop(IS_FILLED, ""):
        return
    if len(rows) < 2:
        frame.getparent().remove(frame)
        return
    for row in rows:
        for more in row.findall(f"{DRAWING}extLst"):
            row.remove(more)
    size = frame.find(f"{SHOWN}xfrm/{DRAWING}ext")
    if size is not None:
        size.set("cy", f"{sum(int(row.get('h', 0)) for row in rows)}")
