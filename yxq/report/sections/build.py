"""What every section is built with: a heading with parts under it, or why there is nothing."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from yxq.report.blocks import Block, Framed, macro
from yxq.report.figures import Drawing
from yxq.words.wording import Words


def section(words: Words, id: str, *parts: Any, title: str = "") -> Block:
    """A section; `id` is its anchor, and the key of its heading in words.yml but for a `title`."""
    title = title or words(id)
    frames = [part.frame for part in parts if isinstance(part, Framed)]
    return Block(macro("section", id, title, list(parts)), f"[{title}]", id, title, frames)


def empty(words: Words, id: str, why: str) -> Block:
    """A section that says in one sentence, the wording `why`, that there is nothing to show."""
    return section(words, id, para(words(why)))


def nothing() -> Block:
    """No section at all, where there is nothing that it could be about."""
    return Block("", "")


def para(text: str) -> Any:
    """A paragraph."""
    return macro("para", text)


def figure(caption: str, alt: str, drawing: Drawing | Markup | None) -> list[Any]:
    """A figure as parts of a section, `alt` for those who do not see it; none of no drawing."""
    if drawing is None:
        return []
    part = macro("figure", caption, alt, drawing)
    return [Framed.of(part, drawing.frame) if isinstance(drawing, Drawing) else part]
