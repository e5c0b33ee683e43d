"""Executed notebooks as pages: one self-contained file each that asks nobody for anything."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from yxq.report.blocks import TEMPLATES, css_text, templates
from yxq.words import colours
from yxq.words.text import visible
from yxq.words.wording import Words

LANG = {"zh": "zh-Hans", "en": "en"}
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"
LINK = re.compile(
    r'<a data-page="([^"#]+)(#[^"]*)?"'
)  # to another page of a pack; leads nowhere outside of one
NAV = {"index.html": "to_index", "city.html": "city_page", "returns.html": "returns_page"}
_EXPORTERS = threading.local()  # one a thread: they keep what they are working on


@dataclass(frozen=True)
class Look:
    """What a page needs beside its notebook; one that is `alone` has no other pages to lead to."""

    title: str
    language: str
    alone: bool = False


@functools.cache
def _read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _about(look: Look, blocks: Iterable[Any], name: str = "") -> dict[str, Any]:
    """What base.html fills in; a script is allowed only where a table is to be sorted, and then
    only ours, by its digest.
    """
    words, blocks = Words(look.language), list(blocks)
    script = _read("table.js") if any("<table data-sort" in block.html for block in blocks) else ""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return {
        "title": visible(look.title),
        "lang": LANG[look.language],
        "words": words,
        "blocks": blocks,
        "script": script,
        "policy": POLICY + (f"; script-src 'sha256-{digest}'" if script else ""),
        "css": f"{colours.css()}\n{_read('page.css')}",
        "nav": [(to, words(title)) for to, title in NAV.items() if to != f"{name}.html"]
        if not look.alone and name != "index"
        else [],
        "contents": [(block.id, block.title) for block in blocks if block.id],
    }


def _linked(text: str) -> str:
    """A page of a pack with its links to the other pages alive."""
    return LINK.sub(r'<a href="\1.html\2"', text)


def of_blocks(blocks: Iterable[Any], look: Look, name: str) -> str:
    """A page of the pack that has no notebook, without its font: see `yxq.report.fonts`."""
    return _linked(templates().get_template("base.html").render(page=_about(look, blocks, name)))


def page(notebook: Any, look: Look, name: str = "") -> str:
    """An executed notebook as a page without its font: see `yxq.report.fonts`."""
    if not hasattr(_EXPORTERS, "html"):
        from jinja2 import FileSystemLoader
        from nbconvert.exporters.templateexporter import (
            TemplateExporter,
        )  # HTMLExporter parses its result once more

        loader = FileSystemLoader(TEMPLATES)
        _EXPORTERS.html = TemplateExporter(
            template_file="notebook.html", extra_loaders=[loader], default_preprocessors=[]
        )
        _EXPORTERS.html.register_filter("markdown", _markdown)
        _EXPORTERS.html.register_filter("css_text", css_text)
    blocks = list(_blocks(notebook))
    about = _about(look, blocks if any(block.id for block in blocks) else [], name)
    text = _EXPORTERS.html.from_notebook_node(notebook, resources={"page": about})[0]
    return text if look.alone else _linked(text)


# an output of ours in JupyterLab
LAB = ".jp-RenderedHTMLCommon.jp-RenderedHTML:has(>section[id],>header.headline)"


def in_jupyter() -> str:
    """The look of a page for its sections in JupyterLab, and for nothing else there."""
    css = re.sub(
        r"@page[^{]*{(?:[^{}]|{[^{}]*})*}", "", f"{colours.css()}\n{_read('page.css')}"
    ).replace(":root{", "&{")
    return f"<style>{LAB}{{{css}}}</style>"


def _blocks(notebook: Any) -> Iterable[Any]:
    """The blocks that a notebook of ours has shown."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            told = output.get("metadata", {}).get("text/html", {})
            if (text := output.get("data", {}).get("text/html")) and "yxq" not in told:
                yield SimpleNamespace(html=text, id=told.get("id", ""), title=told.get("title", ""))


def _markdown(text: str) -> str:
    """Markdown as HTML, what is HTML in it shown as text."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    return str(
        MarkdownWithMath(renderer=IPythonRenderer(escape=True, exclude_anchor_links=True)).render(
            text
        )
    )
