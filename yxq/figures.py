"""Matplotlib figures as SVG text; they know the numbers, the numbers know nothing of them.

Text stays text (a page brings its font), colours hold in greyscale and for colour-blind readers, and the bytes
depend on nothing but the numbers.
"""

from __future__ import annotations

import hashlib
import io
import re

import matplotlib
import numpy as np
import pandas as pd
import pylopdf_fonts_zh_cn
from matplotlib import font_manager
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from yxq.words import Words

font_manager.fontManager.addfont(pylopdf_fonts_zh_cn.sans_path())
STYLE = {
    "font.family": ["Noto Sans SC", "DejaVu Sans"], "font.size": 9,
    "axes.spines.top": False, "axes.spines.right": False, "axes.unicode_minus": True, "axes.titlesize": 10,
    "svg.fonttype": "none", "text.parse_math": False, "svg.hashsalt": "yxq", "axes.titlelocation": "left", "figure.dpi": 96,
}  # fmt: skip
INK, MUTED, BLUE, RED, GREY = "#222222", "#767676", "#2b6ca3", "#c2571a", "#c9d3dc"
COLOURS = {
    "attained": "#a8cbe6", "not attained": "#d9772e", "on track": "#d3e5f2", "behind": "#f0b98c",
    "pending": "#f4efe2", "not applicable": "#eeeeee", "no data": "#ffffff", "reported": "#f7f7f7",
}  # fmt: skip


def svg(figure: Figure, words: Words, synthetic: bool) -> str:
    """The figure as inline SVG whose ids are its own, with the synthetic mark where the data are synthetic."""
    if synthetic:
        figure.suptitle(words("synthetic_figure"), x=0.995, ha="right", color=MUTED, fontsize=8)
    out = io.StringIO()
    FigureCanvasSVG(figure).print_svg(out, metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = out.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>", "", text[text.index("<svg") :], flags=re.S)
    text = text.replace(
        "'DejaVu Sans'", "'Microsoft YaHei', 'PingFang SC'"
    )  # what stands in where the font is not at hand
    own = "f" + hashlib.sha256(text.encode()).hexdigest()[:8]
    text = re.sub(r'(\bid="|xlink:href="#|url\(#)', rf"\g<1>{own}-", text)
    return text.replace("<svg ", '<svg aria-hidden="true" ', 1)


def _figure(width: float, height: float) -> Figure:
    return Figure(figsize=(width, height), layout="constrained")


def monthly(counts: dict[str, pd.DataFrame], thresholds: dict[str, float], words: Words, synthetic: bool) -> str:
    """Batches passed and failed a month, and the cumulative rate against the threshold, a panel a target.

    counts: title -> frame indexed by month with columns numerator and denominator.
    """
    with matplotlib.rc_context(STYLE):
        figure = _figure(9.6, 2.9)
        for axes, (title, by_month) in zip(
            figure.subplots(1, len(counts), squeeze=False)[0], counts.items(), strict=True
        ):
            month = by_month.index.to_numpy()
            passed = by_month["numerator"].to_numpy(dtype=int)
            total = by_month["denominator"].to_numpy(dtype=int)
            axes.bar(month, passed, color=GREY, label=words("passed"))
            axes.bar(month, total - passed, bottom=passed, color=RED, label=words("failed"))
            axes.set(title=title, xlim=(0.4, 12.6), xticks=range(1, 13), ylim=(0, max(total.max(initial=1) * 1.9, 1)))
            axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
            axes.set_xlabel(words("month"))
            axes.tick_params(length=0, labelsize=8)
            rate = axes.twinx()
            cumulative = 100 * passed.cumsum() / np.maximum(total.cumsum(), 1)
            rate.plot(month, cumulative, color=BLUE, marker="o", markersize=3, label=words("cumulative"))
            rate.axhline(
                100 * thresholds[title], color=INK, linewidth=0.8, linestyle=(0, (4, 3)), label=words("threshold")
            )
            low = min(cumulative.min(initial=100), 100 * thresholds[title])
            rate.set_ylim(low - (100.5 - low) * 1.3, 100.5)
            rate.yaxis.set_major_formatter("{x:.0f}%")
            rate.tick_params(length=0, labelsize=8)
        handles = [*axes.get_legend_handles_labels()[0], *rate.get_legend_handles_labels()[0]]
        figure.legend(
            handles, [h.get_label() for h in handles], loc="outside lower center", ncols=4, frameon=False, fontsize=8
        )
        return svg(figure, words, synthetic)


def change(rates: pd.DataFrame, words: Words, synthetic: bool) -> str:
    """Each rate from the year before to this year, with its threshold; rates: title, previous, value, threshold."""
    with matplotlib.rc_context(STYLE):
        figure = _figure(9.6, 0.8 + 0.28 * len(rates))
        axes = figure.subplots()
        y = np.arange(len(rates))[::-1]
        now, before, aim = (100 * rates[c].to_numpy(dtype=float) for c in ("value", "previous", "threshold"))
        axes.hlines(y, np.minimum(now, before), np.maximum(now, before), color=GREY, linewidth=3)
        axes.scatter(before, y, s=28, facecolor="white", edgecolor=MUTED, zorder=3)
        axes.scatter(now, y, s=32, color=np.where(now >= aim, BLUE, RED), zorder=4)
        axes.vlines(aim, y - 0.36, y + 0.36, color=INK, linewidth=1.2)
        axes.set_yticks(y, rates["title"])
        low = min(now.min(), before.min(), aim.min())
        axes.set_xlim(max(low - 3, -1), 101)
        axes.xaxis.set_major_formatter("{x:.0f}%")
        axes.grid(axis="x", color="#e6e6e6", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.tick_params(length=0)
        return svg(figure, words, synthetic)


def pareto(items: pd.Series, words: Words, synthetic: bool) -> str:
    """Failing items by how often they occur; items: name -> count, the most frequent first."""
    with matplotlib.rc_context(STYLE):
        figure = _figure(9.6, 0.7 + 0.26 * len(items))
        axes = figure.subplots()
        names = [name if len(name) <= 28 else name[:27] + "…" for name in items.index]
        bars = axes.barh(range(len(items))[::-1], items.to_numpy(), color=RED, height=0.62)
        axes.bar_label(bars, padding=3, fontsize=8)
        axes.set_yticks(range(len(items))[::-1], names)
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(length=0)
        return svg(figure, words, synthetic)
