"""A template of a paper: a Word file that is read once and filled often, always alike."""

from __future__ import annotations

import functools
import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from docx.oxml import parse_xml
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage

from yxq.papers.safe import WORD, PaperError, checked, damaged
from yxq.papers.sandbox import Sandbox
from yxq.papers.stopped import BY_A_TEMPLATE, Stopped, place, read, refused

EPOCH = (1980, 1, 1, 0, 0, 0)  # the time of everything in a paper


@dataclass(frozen=True)
class Picture:
    """A picture that a template may ask for: PNG, how wide it is in mm, and what it shows."""

    png: bytes
    width: float
    alt: str


class Template:
    """A template that may be used; raises `PaperError` where it may not."""

    def __init__(self, file: Path) -> None:
        """Read and check it; nothing is filled yet."""
        self.name = file.name
        self._data, self._sandbox = checked(read(file), self.name, WORD), Sandbox()

    def filled(self, context: Mapping[str, Any]) -> bytes:
        """The paper; raises `PaperError` where the template asks for what is not there, or is no
        whole document.
        """
        document = _Filled(io.BytesIO(self._data))
        names = {name: document.shown(value) for name, value in context.items()}
        try:
            document.render(names, self._sandbox)
        except PaperError:
            raise
        except Stopped as stopped:
            raise refused(self.name, stopped, context) from None
        except Exception as error:  # of a library, on a damaged file
            raise damaged(self.name, type(error).__name__) from None
        out = io.BytesIO()
        document.docx.save(out)
        return timeless(out.getvalue())


class _Image(InlineImage):  # type: ignore[misc]
    """A picture in the text, with words for those who do not see it."""

    def __init__(self, document: DocxTemplate, picture: Picture) -> None:
        super().__init__(document, io.BytesIO(picture.png), width=Mm(picture.width))
        self._alt = escape(picture.alt)

    def __html__(self) -> str:
        return str(super().__html__()).replace("<wp:docPr ", f'<wp:docPr descr="{self._alt}" ', 1)


class _Filled(DocxTemplate):  # type: ignore[misc]
    """docxtpl's template, which says where it stopped and makes nothing that is no XML."""

    def shown(self, value: Any) -> Any:
        """A value as the text takes it."""
        return _Image(self, value) if isinstance(value, Picture) else value

    def patch_xml(self, src_xml: str) -> str:
        """The text with its marks whole, worked out once."""
        return _patched(src_xml)

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:
        """A part filled; raises `Stopped`."""
        try:
            filled = str(super().render_xml_part(src_xml, part, context, jinja_env))
        except BY_A_TEMPLATE as error:
            raise Stopped(error, place(_by_paragraph(src_xml), error)) from None
        try:
            parse_xml(filled)
        except Exception as error:
            raise Stopped(error, str(part.partname)) from None
        return filled

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """Its properties stay as they are in the template."""


@functools.lru_cache(maxsize=64)
def _patched(text: str) -> str:
    return str(DocxTemplate.patch_xml(None, text))


def _by_paragraph(text: str) -> str:
    """A part as it is filled, a line a paragraph."""
    return re.sub(r"<w:p([ >])", r"\n<w:p\1", text)


def without_pictures(names: Mapping[str, Any]) -> dict[str, Any]:
    """The names that templates of other files than Word's may ask for."""
    return {name: value for name, value in names.items() if not isinstance(value, Picture)}


def timeless(data: bytes) -> bytes:
    """The same file without a clock."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as made, zipfile.ZipFile(out, "w") as kept:
        for member in made.infolist():
            entry = zipfile.ZipInfo(member.filename, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            entry.create_system = 3  # told alike on every system
            kept.writestr(entry, made.read(member))
    return out.getvalue()
