"""One font for pages and figures, cut down to the characters that a pack shows."""

from __future__ import annotations

import base64
import functools
import io
import re
from collections import Counter
from collections.abc import Iterable

import pylopdf_fonts_zh_cn

START, END = "/*font*/", "/*end*/"
SLOT = re.compile(r"/\*font\*/.*?/\*end\*/", re.S)  # where the font stands in a page
FONT = str(pylopdf_fonts_zh_cn.sans_path())
ALWAYS = "0123456789 /"  # page numbers are in no text
TOGETHER = 1_200  # characters of which every page takes the font of all
COMMON = 0.1  # the part of the pages that has a character which then all of them take


def bare(text: str) -> str:
    """A page without its font."""
    return SLOT.sub("", text)


def rule(pages: Iterable[str]) -> str:
    """A `@font-face` rule with just the glyphs that the pages need, so that they look the same on
    every machine.
    """
    face = _font_face("".join(sorted(set(ALWAYS).union(*map(bare, pages)))))
    return f"{START}{face}{END}"


def rules(pages: dict[str, str]) -> dict[str, str]:
    """The same for each page of a pack by its name: one for all, which is made once.

    Of a great many units the names would make that font larger than a page may be. What hardly any
    page shows is then a second font of the pages that do.
    """
    shown = {name: set(bare(text)) for name, text in pages.items()}
    counts = Counter(character for own in shown.values() for character in own)
    if len(counts) <= TOGETHER:
        return dict.fromkeys(pages, rule(pages.values()))
    common = {character for character, n in counts.items() if n > COMMON * len(pages)}
    common |= set(ALWAYS)
    font = _subset("".join(sorted(counts)), FONT, None)  # which is read in a tenth of the time
    of_all = _font_face("".join(sorted(common)))
    own = {name: "".join(sorted(of_page - common)) for name, of_page in shown.items()}
    # a browser looks for a character in the last font first
    return {
        name: f"{START}{of_all}{_face(_subset(some, font)) if some else ''}{END}"
        for name, some in own.items()
    }


def put(text: str, rule: str) -> str:
    """A page with the font in its slot; one that has a font gets this one."""
    return SLOT.sub(lambda _: rule, text, count=1)


@functools.lru_cache(maxsize=8)
def _font_face(characters: str) -> str:
    return _face(_subset(characters, FONT))


def _face(font: bytes) -> str:
    source = f"url(data:font/woff2;base64,{base64.b64encode(font).decode()}) format('woff2')"
    return f"@font-face{{font-family:'Noto Sans SC';src:{source}}}"


def _subset(characters: str, of: str | bytes, flavor: str | None = "woff2") -> bytes:
    """A font with the glyphs of some characters alone; without a flavor one to be cut down again.

    of: where a font is, or what it holds.
    """
    from fontTools import subset

    options = subset.Options(
        flavor=flavor,
        recalc_timestamp=False,
        hinting=False,
        desubroutinize=True,
        notdef_outline=True,
        name_IDs=[1, 2, 4, 6],
        layout_features=[],
    )
    out = io.BytesIO()
    with subset.load_font(io.BytesIO(of) if isinstance(of, bytes) else of, options) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        font.flavor = flavor
        font.save(out)
    return out.getvalue()
