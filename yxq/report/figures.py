"""Matplotlib figures; they know the numbers, the numbers know nothing of them.

In a page text stays text (a page brings its font), colours hold in greyscale and for colour-blind
readers, and the bytes depend on nothing but the numbers. A figure of too many marks for that is a
picture, as all are in a notebook.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import io
import re
import textwrap
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
import pandas as pd
import pylopdf_fonts_zh_cn
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from tqdm.utils import disp_len

from yxq.words.colours import BLUE, GREY, INK, LINE, MUTED, RED
from yxq.words.text import visible
from yxq.words.wording import Words

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

font_manager.fontManager.addfont(pylopdf_fonts_zh_cn.sans_path())
STYLE: dict[RcKeyType, Any] = {
    "font.family": ["Noto Sans SC", "DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "axes.titlesize": 10,
    "svg.fonttype": "none",
    "text.parse_math": False,
    "svg.hashsalt": "yxq",
    "axes.titlelocation": "left",
    "figure.dpi": 96,
}
WIDTH = 9.6  # inches
MONTHLY = {"left": 0.035, "right": 0.955, "top": 0.85, "bottom": 0.25, "wspace": 0.36}
DENSE = 150_000  # bytes of an SVG above which a picture is smaller and quicker to draw
# what stands in where the font is not at hand
FAMILY = "'Noto Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
_ONE_AT_A_TIME = threading.RLock()
NUMBER = re.compile(r"\d+\.\d{3,}")


@contextlib.contextmanager
def _styled() -> Iterator[None]:
    """Our style, for one thread at a time: matplotlib's settings are the whole process's."""
    with _ONE_AT_A_TIME, matplotlib.rc_context(STYLE):
        yield


class Drawing(Figure):
    """A figure of ours: matplotlib's, to be changed and saved as any other, and with its Chinese
    wherever it is shown.
    """

    def __html__(self) -> str:
        """What a page takes: inline SVG whose ids are its own, or where it is dense a picture."""
        text = _slim(
            self._saved("svg", 72, Date=None, Creator=None, Format=None, Type=None).decode()
        )
        return (
            text
            if len(text) <= DENSE
            else f'<img alt="" src="data:image/png;base64,{self._png(96)}">'
        )

    def __repr__(self) -> str:
        """What is written in it, for those who do not see it."""
        said = (
            text.get_text().replace("\n", " ") for text in self.findobj(Text) if text.get_visible()
        )
        return "; ".join(dict.fromkeys(text for text in said if text))

    def _saved(self, kind: str, dpi: int, **told: None) -> bytes:
        out = io.BytesIO()
        with _styled():
            self.savefig(out, format=kind, dpi=dpi, metadata=told)
        return out.getvalue()

    def _png(self, dpi: int) -> str:
        return base64.b64encode(self._saved("png", dpi, Software=None)).decode()

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, str], dict[str, Any]]:
        """A notebook takes a picture, sharp on fine screens: what shows it need not have the font."""
        width, height = (round(96 * inches) for inches in self.get_size_inches())
        return {"image/png": self._png(192), "text/plain": repr(self)}, {
            "image/png": {"width": width, "height": height}
        }


@dataclass(frozen=True)
class Style:
    """What every figure is drawn with: the words of its language, and whether its data are synthetic."""

    words: Words
    synthetic: bool

    def marked(self, figure: Drawing) -> Drawing:
        """The figure with its mark where the data are synthetic."""
        if self.synthetic:
            mark = self.words("synthetic_figure")
            figure.suptitle(mark, x=0.995, ha="right", color=MUTED, fontsize=8)
        return figure


def _slim(text: str) -> str:
    """An SVG of matplotlib's without what a page says better or nobody looks up: half of it."""
    text = re.sub(
        r"<metadata>.*?</metadata>|<defs>\s*<style.*?</style>\s*</defs>",
        "",
        text[text.index("<svg") :],
        flags=re.S,
    )
    text = re.sub(r"font-family: [^;\"]+(; )?| transform=\"rotate\(-0 [^\"]*\"", "", text)
    used = set(re.findall(r'(?:xlink:href="#|url\(#)([^")]+)', text))
    text = re.sub(r' id="([^"]+)"', lambda found: found[0] if found[1] in used else "", text)
    text = re.sub(r">\s+<", "><", text)
    groups: list[bool] = []
    parts = re.split(r"(<[^>]+>)", text)
    for place, part in enumerate(parts):
        if (part == "</g>" and groups.pop()) or part == "<g>":
            parts[place] = ""
        elif part.startswith("<"):
            parts[place] = NUMBER.sub(
                lambda n: f"{float(n[0]):.1f}",
                " ".join(part.split()).replace(": ", ":").replace("; ", ";"),
            )
        if re.match(r"<g\b", part) and not part.endswith("/>"):
            groups.append(part == "<g>")
    text = "".join(parts)
    own = "f" + hashlib.sha256(text.encode()).hexdigest()[:8]
    text = re.sub(r'(\bid="|xlink:href="#|url\(#)', rf"\g<1>{own}-", text)
    look = f'<svg aria-hidden="true" style="stroke-linejoin:round;stroke-linecap:butt;font-family:{FAMILY}" '
    return text.replace("<svg ", look, 1)


def fitted(text: str, most: int = 44) -> str:
    """A name as a figure shows it: on one line, no wider than `most` Latin letters."""
    text = " ".join(visible(text).split())
    if disp_len(text) <= most:
        return text
    while disp_len(text) > most - 1:
        text = text[:-1]
    return text + "…"


def _rows(labels: list[str], each: float, axis: bool = True) -> tuple[Drawing, Axes]:
    """A figure with a row a label, the first on top; laid out by hand, for measuring labels costs
    more than drawing them.
    """
    labels = [fitted(text) for text in labels]
    height = 0.3 + each * len(labels) + (0.4 if axis else 0.1)
    figure = Drawing(figsize=(WIDTH, height))
    left = 0.15 + max(map(disp_len, labels)) * STYLE["font.size"] * 0.56 / 72
    bottom = (0.4 if axis else 0.1) / height
    axes = figure.add_axes((left / WIDTH, bottom, 0.985 - left / WIDTH, 1 - bottom - 0.3 / height))
    axes.set_yticks(range(len(labels))[::-1], labels)
    axes.set_ylim(-0.6, len(labels) - 0.4)
    axes.tick_params(bottom=False, left=False)
    return figure, axes


def _ruled(axes: Axes) -> None:
    """Thin upright lines behind the marks, to read a value by."""
    axes.grid(axis="x", color=LINE, linewidth=0.6)
    axes.set_axisbelow(True)


def _months(by_month: pd.DataFrame) -> list[str]:
    """The numbers of twelve months, beginning with the first of a frame that is indexed by them."""
    return [f"{(by_month.index[0] - 1 + n) % 12 + 1}" for n in range(12)]


def monthly(counts: dict[str, pd.DataFrame], thresholds: dict[str, float], style: Style) -> Drawing:
    """Batches passed and failed a month, and the cumulative rate against the threshold, a panel a
    target.

    counts: title -> frame indexed by month with columns numerator and denominator.
    """
    with _styled():
        figure = Drawing(
            figsize=(WIDTH, 2.9)
        )  # laid out by hand: measuring every label costs more than drawing them
        panels = figure.subplots(1, len(counts), squeeze=False, gridspec_kw=MONTHLY)[0]
        for axes, (title, by_month) in zip(panels, counts.items(), strict=True):
            month = np.arange(1, len(by_month) + 1)  # of the period
            passed = by_month["numerator"].to_numpy(dtype=int)
            total = by_month["denominator"].to_numpy(dtype=int)
            edges = np.sort(np.concatenate([month - 0.4, month + 0.4]))
            low, high = (
                np.insert(values.astype(float), range(1, len(values)), np.nan)
                for values in (passed, total)
            )
            axes.stairs(low, edges, fill=True, color=GREY, label=style.words("passed"))
            axes.stairs(
                high, edges, baseline=low, fill=True, color=RED, label=style.words("failed")
            )
            axes.set(xlim=(0.4, 12.6), ylim=(0, max(total.max(initial=1) * 1.9, 1)))
            axes.set_xticks(range(1, 13), _months(by_month))
            axes.set_title(title, y=1.0)
            axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
            axes.set_xlabel(style.words("month"))
            axes.tick_params(bottom=False, left=False, labelsize=8)
            rate = figure.add_axes(
                axes.get_position(), frameon=False, xlim=axes.get_xlim(), xticks=[]
            )
            rate.yaxis.tick_right()
            so_far = total.cumsum()
            cumulative = (
                100 * passed.cumsum() / np.where(so_far > 0, so_far, np.nan)
            )  # no rate before the first sample
            rate.plot(
                month,
                cumulative,
                color=BLUE,
                marker="o",
                markersize=3,
                label=style.words("cumulative"),
            )
            rate.axhline(
                100 * thresholds[title],
                color=INK,
                linewidth=0.8,
                linestyle=(0, (4, 3)),
                label=style.words("threshold"),
            )
            low = np.nanmin([100, 100 * thresholds[title], *cumulative])
            rate.set_ylim(low - (100.5 - low) * 1.3, 100.5)
            rate.set_yticks(
                [
                    tick
                    for tick in MaxNLocator(nbins=5, steps=[1, 2, 5, 10]).tick_values(low, 100)
                    if low - 3 <= tick <= 100
                ]
            )
            rate.yaxis.set_major_formatter("{x:g}%")
            rate.tick_params(right=False, labelsize=8)
        handles = [*axes.get_legend_handles_labels()[0], *rate.get_legend_handles_labels()[0]]
        labels = [handle.get_label() for handle in handles]
        figure.legend(handles, labels, loc="lower center", ncols=4, frameon=False, fontsize=8)
        return style.marked(figure)


def change(rates: pd.DataFrame, style: Style) -> Drawing:
    """Each rate from the year before to this year, with its threshold; rates: title, previous,
    value, threshold.
    """
    with _styled():
        figure, axes = _rows([*rates["title"]], 0.28)
        y = np.arange(len(rates))[::-1]
        now, before, aim = (
            100 * rates[c].to_numpy(dtype=float) for c in ("value", "previous", "threshold")
        )
        axes.hlines(y, np.minimum(now, before), np.maximum(now, before), color=GREY, linewidth=3)
        axes.scatter(before, y, s=28, facecolor="white", edgecolor=MUTED, zorder=3)
        axes.scatter(now, y, s=32, color=np.where(now >= aim, BLUE, RED), zorder=4)
        axes.vlines(aim, y - 0.36, y + 0.36, color=INK, linewidth=1.2)
        low = min(now.min(), before.min(), aim.min())
        axes.set_xlim(max(low - 3, -1), 101)
        axes.xaxis.set_major_formatter("{x:g}%")
        _ruled(axes)
        return style.marked(figure)


def pareto(items: pd.Series, style: Style) -> Drawing:
    """Failing items by how often they occur; items: name -> count, the most frequent first."""
    with _styled():
        figure, axes = _rows([*items.index], 0.26, axis=False)
        bars = axes.barh(range(len(items))[::-1], items.to_numpy(), color=RED, height=0.62)
        axes.bar_label(bars, padding=3, fontsize=8)
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
        return style.marked(figure)


def bullets(rates: pd.DataFrame, style: Style) -> Drawing:
    """Each sampled rate as a point on the span that its samples leave open, with its threshold.

    rates: title, value, low, high (missing of complete counts), threshold (shares), and short
    where it is not the rate alone that decides.
    """
    with _styled():
        figure, axes = _rows([*rates["title"]], 0.32)
        y = np.arange(len(rates))[::-1]
        value, low, high, aim = (
            100 * rates[c].to_numpy(dtype=float, na_value=np.nan)
            for c in ("value", "low", "high", "threshold")
        )
        axes.barh(y, high - low, left=low, height=0.34, color=GREY)
        axes.vlines(aim, y - 0.36, y + 0.36, color=INK, linewidth=1.4)
        axes.scatter(
            value,
            y,
            s=34,
            color=np.where(rates.get("short", pd.Series(value < aim)), RED, BLUE),
            zorder=4,
        )
        axes.set_xlim(max(np.nanmin([low, value, aim]) - 2, -1), 100.6)
        axes.xaxis.set_major_formatter("{x:g}%")
        _ruled(axes)
        return style.marked(figure)


def funnel(panels: dict[str, tuple[pd.DataFrame, pd.DataFrame, float]], style: Style) -> Drawing:
    """Rates by number of samples between their funnel limits, a panel a target.

    panels: title -> (points: title, denominator, value, centre, beyond; limits over a grid of
    denominators; threshold).
    """
    with _styled():
        figure = Drawing(figsize=(WIDTH, 3.6 * -(-len(panels) // 3)), layout="constrained")
        grid = figure.subplots(-(-len(panels) // 3), min(len(panels), 3), squeeze=False).ravel()
        for axes, (title, (points, ends, aim)) in zip(grid, panels.items(), strict=False):
            n = ends.index.to_numpy(dtype=float)
            for name, dashes, label in (
                ("95", (0, (4, 3)), style.words("limits_95")),
                ("998", "solid", style.words("limits_998")),
            ):
                axes.plot(
                    n,
                    100 * ends[f"low_{name}"],
                    color=MUTED,
                    linewidth=0.9,
                    linestyle=dashes,
                    label=label,
                )
                axes.plot(
                    n, 100 * ends[f"high_{name}"], color=MUTED, linewidth=0.9, linestyle=dashes
                )
            axes.axhline(
                100 * points["centre"].iloc[0],
                color=BLUE,
                linewidth=1,
                label=style.words("city_rate"),
            )
            axes.axhline(
                100 * aim,
                color=INK,
                linewidth=0.9,
                linestyle=(0, (1, 2)),
                label=style.words("threshold"),
            )
            out = points["beyond"] != ""
            for rows, colour, marker in ((points[~out], BLUE, "o"), (points[out], RED, "D")):
                axes.scatter(
                    rows["denominator"],
                    100 * rows["value"],
                    s=22,
                    color=colour,
                    marker=marker,
                    zorder=3,
                )
            for _, row in points[out].iterrows():
                axes.annotate(
                    fitted(row["title"], 20),
                    (row["denominator"], 100 * row["value"]),
                    (4, -10),
                    textcoords="offset points",
                    fontsize=8,
                    color=RED,
                )
            low = min(points["value"].min(), points["centre"].iloc[0], aim)
            axes.set_ylim(100 * low - 4, 100.8)
            axes.set_xlim(0, n.max())
            axes.set_title("\n".join(textwrap.wrap(fitted(title, 96), 32)))
            axes.set_xlabel(style.words("samples"))
            axes.yaxis.set_major_formatter("{x:g}%")
        for axes in grid[len(panels) :]:
            axes.set_visible(False)
        handles, labels = grid[0].get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=8
        )
        return style.marked(figure)


def ranks(scores: pd.DataFrame, style: Style) -> Drawing:
    """Each unit's place with the places that it may as well have, the first on top; scores: title,
    rank, rank_low, rank_high.
    """
    with _styled():
        figure, axes = _rows([*scores["title"]], 0.24)
        y = np.arange(len(scores))[::-1]
        place, low, high = (
            scores[c].to_numpy(dtype=float) for c in ("rank", "rank_low", "rank_high")
        )
        axes.hlines(y, low, high, color=GREY, linewidth=7)
        axes.scatter(place, y, s=34, color=BLUE, zorder=3)
        axes.set_xlim(0.5, max(high.max(), 2) + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=min(int(high.max()), 20)))
        axes.set_xlabel(style.words("rank"))
        _ruled(axes)
        return style.marked(figure)


def timeline(tasks: pd.DataFrame, as_of: dt.date, style: Style) -> Drawing:
    """Tasks between the days that they are due and done, a row each; tasks: title, due, done
    (missing: not done), late.

    A diamond is when it is due, a point when it was done, a cross the day of the page where it is
    overdue.
    """
    today = pd.Timestamp(as_of)
    with _styled():
        figure, axes = _rows([*tasks["title"]], 0.24)
        y = np.arange(len(tasks))[::-1]
        days = pd.concat([tasks["due"], tasks["done"], pd.Series([today])])
        first, last = (day.to_period("M") for day in (days.min(), days.max()))
        months = pd.period_range(first, last, freq="M")
        first, last = first.start_time, last.end_time.normalize()
        due, done, now = (
            (days - first) / pd.Timedelta(days=1) for days in (tasks["due"], tasks["done"], today)
        )
        late, open_ = tasks["late"].to_numpy(), done.isna().to_numpy()
        end = done.fillna(now).to_numpy(dtype=float)
        axes.hlines(y[late], due[late], end[late], color=RED, linewidth=3)
        axes.hlines(
            y[~late & ~open_], end[~late & ~open_], due[~late & ~open_], color=GREY, linewidth=3
        )
        axes.scatter(
            due, y, s=30, marker="D", facecolor="white", edgecolor=INK, linewidth=0.9, zorder=3
        )
        axes.scatter(
            end[~open_], y[~open_], s=32, color=np.where(late, RED, BLUE)[~open_], zorder=4
        )
        axes.scatter(
            end[late & open_], y[late & open_], s=36, marker="x", color=RED, linewidth=2, zorder=4
        )
        axes.axvline(now, color=MUTED, linewidth=0.9, linestyle=(0, (4, 3)))
        shown = months[
            : -1 if len(months) > 1 else None : 1 + len(months) // 14
        ]  # the last would be cut
        axes.set_xticks(
            [(month.start_time - first).days for month in shown],
            [style.words("month_of_year", y=month.year, m=month.month) for month in shown],
            ha="left",
            fontsize=8,
        )
        axes.set_xlim(-4, (last - first).days + 8)
        _ruled(axes)
        return style.marked(figure)


def lengths(rows: pd.DataFrame, share: bool, style: Style) -> Drawing:
    """Each unit's number as a bar, with what is asked of it as a mark; rows: title, value, asked
    (may be missing), short.
    """
    with _styled():
        figure, axes = _rows([*rows["title"]], 0.26)
        y = np.arange(len(rows))[::-1]
        scale, unit = (100, "%") if share else (1, "")
        value, asked = (
            scale * rows[c].to_numpy(dtype=float, na_value=np.nan) for c in ("value", "asked")
        )
        bars = axes.barh(y, value, height=0.56, color=np.where(rows["short"], RED, BLUE))
        axes.bar_label(
            bars, [f"{v:.6g}{unit}" if v == v else "" for v in value], padding=4, fontsize=8
        )
        axes.vlines(asked, y - 0.4, y + 0.4, color=INK, linewidth=1.4)
        axes.set_xlim(0, max(np.nanmax([*value, *asked, 1.0]) * 1.08, 1))
        if (value == np.round(value)).all():
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.xaxis.set_major_formatter(f"{{x:g}}{unit}")
        _ruled(axes)
        return style.marked(figure)


def running(by_month: pd.DataFrame, asked: float, style: Style) -> Drawing:
    """A count month by month, and added up against what is asked (NaN: nothing); by_month: indexed
    by month (1 to 12), numerator, so_far.
    """
    with _styled():
        figure = Drawing(figsize=(WIDTH, 2.6))
        axes = figure.add_axes((0.05, 0.27, 0.93, 0.6))
        month, each, so_far = (
            np.arange(1, len(by_month) + 1),
            *(by_month[c].to_numpy(dtype=float) for c in ("numerator", "so_far")),
        )
        axes.bar(month, each, width=0.8, color=GREY, label=style.words("each_month"))
        axes.plot(
            month,
            so_far,
            color=BLUE,
            marker="o",
            markersize=3,
            drawstyle="steps-post",
            label=style.words("so_far"),
        )
        if asked == asked:
            axes.axhline(
                asked, color=INK, linewidth=0.8, linestyle=(0, (4, 3)), label=style.words("asked")
            )
        axes.set_xticks(range(1, 13), _months(by_month))
        axes.set(xlim=(0.4, 12.6), ylim=(0, np.nanmax([1, asked, *so_far]) * 1.15))
        axes.set_xlabel(style.words("month"))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
        axes.tick_params(bottom=False, left=False, labelsize=8)
        figure.legend(loc="lower center", ncols=3, frameon=False, fontsize=8)
        return style.marked(figure)


def years(rows: pd.DataFrame, asked: pd.Series, main: str, share: bool, style: Style) -> Drawing:
    """A value of several units over the years, one of them (`main`) in front; rows: title, year,
    value; asked: by year.
    """
    with _styled():
        figure = Drawing(figsize=(WIDTH, 3.0))
        axes = figure.add_axes((0.06, 0.2, 0.92, 0.69))
        scale, known = 100 if share else 1, rows[rows["value"].notna()]
        for title, part in known.groupby("title", sort=False):
            front = title == main
            axes.plot(
                part["year"],
                scale * part["value"].to_numpy(dtype=float),
                color=BLUE if front else GREY,
                linewidth=2 if front else 1,
                marker="o",
                markersize=3.5,
                zorder=4 if front else 2,
                label=fitted(main, 30) if front else style.words("others_units"),
            )
        aims = asked.dropna()
        if len(aims):
            axes.hlines(
                scale * aims,
                aims.index - 0.3,
                aims.index + 0.3,
                color=INK,
                linewidth=1.4,
                zorder=5,
                label=style.words("asked"),
            )
        labels = dict(
            zip(*axes.get_legend_handles_labels()[::-1], strict=True)
        )  # one for all the others
        figure.legend(
            labels.values(), labels, loc="lower center", ncols=3, frameon=False, fontsize=8
        )
        span = sorted({*rows["year"]})
        axes.set(xlim=(span[0] - 0.5, span[-1] + 0.5), xticks=span)
        if share:
            axes.yaxis.set_major_formatter("{x:g}%")
        elif (known["value"] == known["value"].round()).all():
            axes.yaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        if known["value"].nunique() == 1:
            axes.set_ylim(
                scale * float(known["value"].iloc[0]) - 1, scale * float(known["value"].iloc[0]) + 1
            )
        axes.grid(axis="y", color=LINE, linewidth=0.6)
        axes.tick_params(bottom=False, left=False)
        return style.marked(figure)
