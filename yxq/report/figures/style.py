"""How figures look: font, sizes, dashes, matplotlib's settings, the mark of synthetic data."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib
import pylopdf_fonts_zh_cn
from matplotlib import font_manager

from yxq.words.colours import MUTED
from yxq.words.wording import Words

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.typing import RcKeyType

    from yxq.report.figures.drawing import Drawing

font_manager.fontManager.addfont(pylopdf_fonts_zh_cn.sans_path())
FONT_SIZE = 9  # points
STYLE: dict[RcKeyType, Any] = {
    "font.family": ["Noto Sans SC", "DejaVu Sans"],
    "font.size": FONT_SIZE,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "figure.dpi": 96,
    "svg.fonttype": "none",  # text stays text, in the font that a page brings
    "svg.hashsalt": "yxq",  # the same bytes for the same numbers
    "text.parse_math": False,
}
WIDTH = 9.6  # inches, of every figure
DASHED, DOTTED = (0, (4, 3)), (0, (1, 2))
LEGEND: dict[str, Any] = {"loc": "lower center", "frameon": False, "fontsize": 8}
_ONE_AT_A_TIME = threading.RLock()


@contextlib.contextmanager
def styled() -> Iterator[None]:
    """Draw in our style, one thread at a time: matplotlib's settings are the whole process's.

    A context, or a decorator of what draws.
    """
    with _ONE_AT_A_TIME, matplotlib.rc_context(STYLE):
        yield


@dataclass(frozen=True)
class Style:
    """What a figure is drawn with: words of its language, whether its data are synthetic, and what
    they suppose, a phrase each.
    """

    words: Words
    synthetic: bool
    supposed: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """What must stand on it: that its data are synthetic, or a supposition."""
        marks = {"supposed_figure": bool(self.supposed), "synthetic_figure": self.synthetic}
        return self.words("comma").join(self.words(mark) for mark, holds in marks.items() if holds)

    def marked(self, figure: Drawing, frame: pd.DataFrame) -> Drawing:
        """The figure with its mark where it needs one, and with the numbers that it shows."""
        figure.frame, figure.words, figure.heading = frame, self.words, self.mark
        if mark := self.mark:
            figure.suptitle(mark, x=0.995, ha="right", color=MUTED, fontsize=8)
        return figure
