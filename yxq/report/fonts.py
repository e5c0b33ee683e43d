"""One font for pages and figures, cut down to the characters that a pack shows."""

from __future__ import annotations

import base64
import functools
import io
import re
from collections.abc import Iterable

import pylopdf_fonts_zh_cn

PLACE = re.compile(r"/\*font\*/.*?/\*end\*/", re.S)  # where the font stands in a page
ALWAYS = "0123456789 /"  # page numbers are in no text


def bare(text: str) -> str:
    """A page without its font."""
    return PLACE.sub("", text)


def rule(pages: Iterable[str]) -> str:
    """A `@font-face` rule with just the glyphs that the pages need, so that they look the same on
    every machine.
    """
    return _rule("".join(sorted(set(ALWAYS).union(*map(bare, pages)))))


def put(text: str, rule: str) -> str:
    """A page with the font in its place; one that has a font gets this one."""
    return PLACE.sub(lambda _: rule, text, count=1)


@functools.lru_cache(maxsize=8)
def _rule(characters: str) -> str:
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
    with subset.load_font(str(pylopdf_fonts_zh_cn.sans_path()), options) as whole:
        cutter = subset.Subsetter(options)
        cutter.populate(text=characters)
        cutter.subset(whole)
        whole.flavor = "woff2"
        whole.save(out)
    data = base64.b64encode(out.getvalue()).decode()
    face = f"@font-face{{font-family:'Noto Sans SC';src:url(data:font/woff2;base64,{data}) format('woff2')}}"
    return f"/*font*/{face}/*end*/"
