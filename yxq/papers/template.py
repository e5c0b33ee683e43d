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
from jinja2.exceptions import TemplateError
from jinja2.utils import missing

from yxq.papers.safe import PaperError, checked
from yxq.papers.sandbox import Sandbox, UnknownName
from yxq.plan.units import nearest
from yxq.words.errors import refusal

EPOCH = (1980, 1, 1, 0, 0, 0)  # the time of everything in a paper
PLACE = 40  # characters of a paragraph that are quoted


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
        try:
            data = file.read_bytes()
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise refusal("paper_damaged", PaperError, template=self.name, what=why) from None
        self._data, self._sandbox = checked(data, self.name), Sandbox()

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
        except _Stopped as stopped:
            raise _refused(self.name, stopped, context) from None
        except Exception as error:  # of a library, on a damaged file
            what = type(error).__name__
            raise refusal("paper_damaged", PaperError, template=self.name, what=what) from None
        out = io.BytesIO()
        document.docx.save(out)
        return timeless(out.getvalue())


class _Stopped(Exception):
    """Where filling a template came to an end, and why."""

    def __init__(self, error: Exception, place: str) -> None:
        super().__init__(place)
        self.error, self.place = error, place


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
        """A part filled; raises `_Stopped`."""
        try:
            filled = str(super().render_xml_part(src_xml, part, context, jinja_env))
        except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise _Stopped(error, _place(src_xml, error)) from None
        try:
            parse_xml(filled)
        except Exception as error:
            raise _Stopped(error, str(part.partname)) from None
        return filled

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """Its properties stay as they are in the template."""


@functools.lru_cache(maxsize=64)
def _patched(text: str) -> str:
    return str(DocxTemplate.patch_xml(None, text))


def _place(source: str, error: Exception) -> str:
    """The paragraph in which a template stopped, as its writer sees it."""
    line = getattr(error, "lineno", None)
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == "<template>":
            line = step.tb_lineno
        step = step.tb_next
    paragraphs = re.sub(r"<w:p([ >])", r"\n<w:p\1", source).split("\n")
    if not line or line > len(paragraphs):
        return ""
    text = re.sub(r"<[^>]+>", "", paragraphs[line - 1]).strip()
    return text if len(text) <= PLACE else _around(text, error)


def _around(text: str, error: Exception) -> str:
    """As much of a long paragraph as shows the place."""
    name = error.name if isinstance(error, UnknownName) else ""
    begin = max(text.find(name) - PLACE // 2, 0)
    end = begin + PLACE
    return f"{'…' if begin else ''}{text[begin:end]}{'…' if end < len(text) else ''}"


def _refused(template: str, stopped: _Stopped, context: Mapping[str, Any]) -> Exception:
    """Why a paper could not be made, with the names that may have been meant."""
    error, about = stopped.error, {"template": template, "place": stopped.place}
    if not isinstance(error, UnknownName):
        why = f"{error}".splitlines()[0] if f"{error}" else type(error).__name__
        return refusal("paper_broken", PaperError, **about, why=why)
    of = context if error.asked_of is missing else error.asked_of
    known = {str(name): name for name in of} if isinstance(of, Mapping) else {}
    near = nearest(error.name, known, str)
    return refusal("paper_unknown", PaperError, near=near, **about, name=error.name)


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
