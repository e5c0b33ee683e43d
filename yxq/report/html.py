"""Executed notebooks as pages: one self-contained file each that asks nobody for anything."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
import threading
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from yxq.report import fonts, outputs
from yxq.report.blocks import TEMPLATES, css_text, templates
from yxq.report.sections.names import target_page
from yxq.words import colours
from yxq.words.text import visible
from yxq.words.wording import Words

LANG = {"zh": "zh-Hans", "en": "en"}
POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
# A link to another page of a pack; it leads nowhere outside of one.
PAGE_LINK = re.compile(r'<a data-page="([^"#]+)(#[^"]*)?"')
# Where a page may lead to that of a target, which not every pack has; and so it does.
TARGET_LINK = re.compile(r'(<a data-target="([^"]+)")[^>]*>[^<]*</a>')
# A table that readers can sort, whatever other attributes it has.
SORTED = re.compile(r"<table\b[^>]*\bdata-sort\b")
# Rules for printed pages.
PRINT_RULE = re.compile(r"@page[^{]*{(?:[^{}]|{[^{}]*})*}")
NAV = {"index.html": "to_index", "city.html": "city_page", "returns.html": "returns_page"}
# An output of ours in JupyterLab.
LAB_OUTPUT = ".jp-RenderedHTMLCommon.jp-RenderedHTML:has(>section[id],>header.headline)"
# Sections of a town and of the city that are printed only where that is asked for: on paper a page
# is what a meeting needs, and the rest stays where it can be searched.
ON_REQUEST = (
    "quotas",
    "evidence",
    "forecast",
    "funnel",
    "planning",
    "milestones",
    "change",
    "monthly",
    "failures",
    "missing",
    "sources",
)
_EXPORTERS = threading.local()  # one a thread: they keep what they are working on


@dataclass(frozen=True)
class Look:
    """What a page needs beside its notebook; one that is `alone` has no other pages to lead to, and
    `style` is a stylesheet of its own.
    """

    title: str
    language: str
    alone: bool = False
    style: str = ""


def page(notebook: Any, look: Look, name: str = "") -> str:
    """An executed notebook as a page without its font (which `yxq.report.fonts` puts in).

    `name` is the page's in a pack. A notebook that has shown no section of ours is shown cell by
    cell.
    """
    blocks = list(_shown_blocks(notebook))
    has_sections = any(block.id for block in blocks)
    context = _context(look, blocks if has_sections else [], name)
    text: str = _exporter().from_notebook_node(notebook, resources={"page": context})[0]
    return text if look.alone else _linked(text)


def of_blocks(blocks: Iterable[Any], look: Look, name: str) -> str:
    """A page that has no notebook, without its font (see `page`)."""
    context = _context(look, list(blocks), name)
    return _linked(templates().get_template("base.html").render(page=context))


def in_jupyter() -> str:
    """The look of a page for its sections in JupyterLab, and for nothing else there."""
    rules = PRINT_RULE.sub("", _css()).replace(":root{", "&{")
    return f"<style>{LAB_OUTPUT}{{{rules}}}</style>"


def _context(look: Look, blocks: list[Any], name: str) -> dict[str, Any]:
    """What base.html fills in."""
    words = Words(look.language)
    sorts = any(SORTED.search(block.html) for block in blocks)
    script = _read("table.js") if sorts else ""
    # A script is allowed only where a table is to be sorted, and then only ours, by its digest.
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    others = {} if look.alone or name == "index" else NAV
    return {
        "title": visible(look.title),
        "lang": LANG[look.language],
        "words": words,
        "blocks": blocks,
        "script": script,
        "policy": POLICY + (f"; script-src 'sha256-{digest}'" if script else ""),
        "css": _css() + (_read(look.style) if look.style else ""),
        "nav": [(file, words(title)) for file, title in others.items() if file != f"{name}.html"],
        "prints_less": any(block.id in ("targets", "city_targets") for block in blocks),
        "on_request": ", ".join(f"#{id}" for id in ON_REQUEST),
        "contents": [(block.id, block.title) for block in blocks if block.id],
    }


@functools.cache
def _read(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _css() -> str:
    return f"{colours.css()}\n{_read('page.css')}"


def _linked(text: str) -> str:
    """A page of a pack with its links to the other pages alive."""
    return PAGE_LINK.sub(r'<a href="\1.html\2"', text)


def with_targets(text: str, targets: Collection[str], words: Words) -> str:
    """A page of a pack leading to the pages of these targets, and to no other's."""

    def link(found: re.Match[str]) -> str:
        start, id = found.groups()
        if id not in targets:
            return f"{start}></a>"
        return f'{start} href="{target_page(id)}.html">{words("target_page", id=id)}</a>'

    return TARGET_LINK.sub(link, text)


def without_targets(text: str) -> str:
    """A page that leads to the page of no target."""
    return TARGET_LINK.sub(r"\1></a>", text)


def bare(text: str) -> str:
    """A page without what the other pages of its pack decide: its font, and links to targets."""
    return without_targets(fonts.bare(text))


def _shown_blocks(notebook: Any) -> Iterator[SimpleNamespace]:
    """The blocks that a notebook of ours has shown: html, id, title."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            html = output.get("data", {}).get("text/html")
            metadata = output.get("metadata", {}).get("text/html", {})
            if html and "yxq" not in metadata:  # which marks the look of `in_jupyter`
                id, title = metadata.get("id", ""), metadata.get("title", "")
                yield SimpleNamespace(html=html, id=id, title=title)


def _exporter() -> Any:
    """This thread's exporter; HTMLExporter would parse its result once more."""
    if not hasattr(_EXPORTERS, "html"):
        from jinja2 import FileSystemLoader
        from nbconvert.exporters.templateexporter import TemplateExporter

        loaders = [FileSystemLoader(TEMPLATES)]
        _EXPORTERS.html = TemplateExporter(
            template_file="notebook.html", extra_loaders=loaders, default_preprocessors=[]
        )
        _EXPORTERS.html.register_filter("markdown", _markdown)
        _EXPORTERS.html.register_filter("css_text", css_text)
        _EXPORTERS.html.register_filter("shown", _shown)
    return _EXPORTERS.html


def _shown(output: Any, words: Words) -> str:
    return outputs.shown(output, words, _markdown)


def _markdown(text: str) -> str:
    """Markdown as HTML, what is HTML in it shown as text."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=True, exclude_anchor_links=True)
    return str(MarkdownWithMath(renderer=renderer).render(text))
