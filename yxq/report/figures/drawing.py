"""A figure that shows itself: as SVG in a page, as a picture where it is dense or in a notebook.

In a page text stays text (a page brings its font), and the bytes depend on nothing but the numbers.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text

from yxq.report.figures.style import styled
from yxq.tables import workbook
from yxq.words.errors import refusal
from yxq.words.wording import Words

DENSE = 40_000  # bytes of an SVG above which a picture is smaller and quicker to draw
PIXELS = 192  # an inch of a saved picture
TITLE = 0.42  # inches of a title
# Pictures that can be saved, without the day on which they were.
PICTURES: dict[str, dict[str, None]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}
COLOURS = 64  # of such a picture: a third of the bytes, and no line looks another
# What stands in where the font is not at hand.
FONT_FAMILY = "'Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
SVG_STYLE = f"stroke-linejoin:round;stroke-linecap:butt;font-family:{FONT_FAMILY}"
LONG_DECIMAL = re.compile(r"\d+\.\d{3,}")
ID_REFERENCE = r'xlink:href="#|url\(#'


class Drawing(Figure):
    """A figure of ours: matplotlib's, to be changed as any other, and with its Chinese wherever it
    is shown or saved.

    frame: the numbers that it shows.
    """

    frame: pd.DataFrame
    words: Words
    heading = ""
    """What stands above it, and above its numbers: the title, and the mark where it needs one."""

    def savefig(self, *arguments: Any, **options: Any) -> None:
        """As matplotlib's, with its font."""
        with styled():
            super().savefig(*arguments, **options)

    def save(self, path: str | Path) -> Path:
        """Save the figure (.png, .svg, .pdf), or the numbers that it shows (.xlsx); where it is.

        Raises `PlanError` for another kind of file.
        """
        path = Path(path)
        if path.suffix.lower() == ".xlsx":
            workbook.write(path, {self.words("data"): self.frame}, self.words, self.heading)
        elif path.suffix.lower() in PICTURES:
            self.savefig(path, dpi=PIXELS, metadata=PICTURES[path.suffix.lower()])
        else:
            known = ", ".join([*PICTURES, ".xlsx"])
            raise refusal("unknown_picture", name=path.name, known=known)
        return path

    def titled(self, title: str) -> Drawing:
        """The figure under a title, by which it stands alone."""
        width, height = self.get_size_inches()
        left = height / (height + TITLE)
        engine = self.get_layout_engine()
        if isinstance(engine, ConstrainedLayoutEngine):
            engine.set(rect=(0, 0, 1, left))
        for axes in self.axes if engine is None else ():
            box = axes.get_position()
            axes.set_position((box.x0, box.y0 * left, box.width, box.height * left))
        self.set_size_inches(width, height + TITLE)
        self.heading = self.words("space").join(filter(None, [title, self.heading]))
        with styled():
            self.text(0.008, 1 - 0.13 / (height + TITLE), title, va="top", fontsize=12)
        return self

    def __html__(self) -> str:
        """What a page takes: inline SVG whose ids are its own, or where it is dense a picture."""
        svg = self._saved("svg", 72, Date=None, Creator=None, Format=None, Type=None).decode()
        slim = slimmed(svg)
        if len(slim) <= DENSE:
            return slim
        picture = base64.b64encode(_in_few_colours(self.png(96))).decode()
        return f'<img alt="" src="data:image/png;base64,{picture}">'

    def __repr__(self) -> str:
        """What is written in it, for those who do not see it."""
        texts = [text for text in self.findobj(Text) if text.get_visible()]
        lines = (text.get_text().replace("\n", " ") for text in texts)
        return "; ".join(dict.fromkeys(line for line in lines if line))

    def _saved(self, kind: str, dpi: int, **metadata: None) -> bytes:
        out = io.BytesIO()
        self.savefig(out, format=kind, dpi=dpi, metadata=metadata)
        return out.getvalue()

    def png(self, dpi: int) -> bytes:
        """A picture for a document, whose bytes depend on the numbers alone."""
        return self._saved("png", dpi, Software=None)

    def _png(self, dpi: int) -> str:
        return base64.b64encode(self.png(dpi)).decode()

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        """A picture, sharp on fine screens: what shows a notebook need not have the font."""
        width, height = (round(96 * inches) for inches in self.get_size_inches())
        data = {"image/png": self._png(192), "text/plain": repr(self)}
        return data, {"image/png": {"width": width, "height": height}}


def _in_few_colours(png: bytes) -> bytes:
    """A picture with a palette of its own."""
    from PIL import Image

    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").quantize(COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


def slimmed(svg: str) -> str:
    """An SVG of matplotlib's without what a page says better or nobody looks up: half of it."""
    svg = svg[svg.index("<svg") :]
    unused = r"<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>"
    svg = re.sub(unused, "", svg, flags=re.S)
    svg = re.sub(r"font-family: [^;\"]+(; )?| transform=\"rotate\(-0 [^\"]*\"", "", svg)
    referred = set(re.findall(rf'(?:{ID_REFERENCE})([^")]+)', svg))
    svg = re.sub(r' id="([^"]+)"', lambda id: id[0] if id[1] in referred else "", svg)
    svg = _shortened(re.sub(r">\s+<", "><", svg))
    prefix = "f" + hashlib.sha256(svg.encode()).hexdigest()[:8]  # ids of two figures in one page
    svg = re.sub(rf'(\bid="|{ID_REFERENCE})', rf"\g<1>{prefix}-", svg)
    return svg.replace("<svg ", f'<svg aria-hidden="true" style="{SVG_STYLE}" ', 1)


def _shortened(svg: str) -> str:
    """The SVG without groups that have no attribute, and with one decimal in place of many."""
    parts = re.split(r"(<[^>]+>)", svg)
    dropped: list[bool] = []  # of each group that is open
    for n, part in enumerate(parts):
        if (part == "</g>" and dropped.pop()) or part == "<g>":
            parts[n] = ""
        elif part.startswith("<"):
            plain = " ".join(part.split()).replace(": ", ":").replace("; ", ";")
            parts[n] = LONG_DECIMAL.sub(lambda number: f"{float(number[0]):.1f}", plain)
        if re.match(r"<g\b", part) and not part.endswith("/>"):
            dropped.append(part == "<g>")
    return "".join(parts)
