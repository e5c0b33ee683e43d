"""Executed notebooks as pages: one self-contained file each, with a font cut down to what the pages show."""

from __future__ import annotations

import base64
import functools
import io
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn

from yxq.words import Words

LANG = {"zh": "zh-Hans", "en": "en"}
TEMPLATES = Path(__file__).parent / "templates"
FONT = re.compile(r"/\*font\*/.*?/\*end\*/", re.S)  # where the font stands in a page
_EXPORTERS = threading.local()  # one a thread: they keep what they are working on


@dataclass(frozen=True)
class Look:
    """What a page needs beside its notebook."""

    title: str
    language: str


@functools.cache
def css() -> str:
    """The style of every page."""
    return (TEMPLATES / "page.css").read_text(encoding="utf-8")


def page(notebook: Any, look: Look) -> str:
    """An executed notebook as a page without its font: see `with_font`."""
    if not hasattr(_EXPORTERS, "html"):
        from nbconvert.exporters.templateexporter import TemplateExporter  # HTMLExporter parses its result once more

        _EXPORTERS.html = TemplateExporter(template_file=str(TEMPLATES / "notebook.html"), default_preprocessors=[])
        _EXPORTERS.html.register_filter("markdown", _markdown)
    about = {"title": look.title, "lang": LANG[look.language], "css": css(), "back": Words(look.language)("to_index")}
    return _EXPORTERS.html.from_notebook_node(notebook, resources={"yxq": about})[0]


def _markdown(text: str) -> str:
    """Markdown as HTML, what is HTML in it shown as text."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    return str(MarkdownWithMath(renderer=IPythonRenderer(escape=True, exclude_anchor_links=True)).render(text))


def bare(text: str) -> str:
    """A page without its font."""
    return FONT.sub("", text)


def font(pages: Iterable[str]) -> str:
    """A `@font-face` rule with just the glyphs that the pages need, so that they look the same on every machine."""
    return _font("".join(sorted(set("0123456789").union(*map(bare, pages)))))


@functools.lru_cache(maxsize=8)
def _font(characters: str) -> str:
    from fontTools import subset

    options = subset.Options(flavor="woff2", recalc_timestamp=False, hinting=False, name_IDs=[], layout_features=[])
    out = io.BytesIO()
    with subset.load_font(str(pylopdf_fonts_zh_cn.sans_path()), options) as whole:
        cutter = subset.Subsetter(options)
        cutter.populate(text=characters)
        cutter.subset(whole)
        whole.flavor = "woff2"
        whole.save(out)
    data = base64.b64encode(out.getvalue()).decode()
    rule = f"@font-face{{font-family:'Noto Sans SC';src:url(data:font/woff2;base64,{data}) format('woff2')}}"
    return f"/*font*/{rule}/*end*/"


def with_font(text: str, rule: str) -> str:
    """A page with the font in its place; one that has a font gets this one."""
    return FONT.sub(lambda _: rule, text, count=1)
