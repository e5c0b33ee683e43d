"""One font for pages and figures, cut down to the characters that a pack shows."""

from __future__ import annotations

import base64
import functools
import io
import re
from collections.abc import Iterable

import pylopdf_fonts_zh_cn

SLOT = re.compile(r"/\*font\*/.*?/\*end\*/", re.S)  # where the font stands in a page
ALWAYS = "0123456789 /"  # page numbers are in no text


def bare(text: str) -> str:
    """A page without its font."""
    return SLOT.sub("", text)


def rule(pages: Iterable[str]) -> str:
    """A `@font-face` rule with just the glyphs that the pages need, so that they look the same on
    every machine.
    """
    return _font_face("".join(sorted(set(ALWAYS).union(*map(bare, pages)))))


def put(text: str, rule: str) -> str:
    """A page with the font in its slot; one that has a font gets this one."""
    return SLOT.sub(lambda _: rule, text, count=1)


@functools.lru_cache(maxsize=8)
def _font_face(characters: str) -> str:
    data = base64.b64encode(_subset(characters)).decode()
    source = f"url(data:font/woff2;base64,{data}) format('woff2')"
    return f"/*font*/@font-face{{font-family:'Noto Sans SC';src:{source}}}/*end*/"


def _subset(characters: str) -> bytes:
    """The font with the glyphs of some characters alone, as WOFF2."""
    from fontTools import subset

    options = subset.Options(
        flavor="woff2",
        recalc_timestamp=False,
        hinting=False,
        desubroutinize=True,
        notdef_outline=True,
        name_IDs=[1, 2, 4, 6],
        layout_features=[],
    )
    out = io.BytesIO()
    with subset.load_font(str(pylopdf_fonts_zh_cn.sans_path()), options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        font.flavor = "woff2"
        font.save(out)
    return out.getvalue()
