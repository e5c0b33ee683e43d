"""Figures under titles that stand alone, of one unit and target or of several side by side; each
has its numbers at hand (`.frame`) and saves both (`.save("a.png")`, `.save("a.xlsx")`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from itertools import product

import pandas as pd

from yxq.api import records, tables
from yxq.api.names import Names, assessed, listed, rate_of, targets_of, the_target, units_of
from yxq.attainment.results import Results
from yxq.plan.target import Target
from yxq.report import figure_data, figures
from yxq.report.figures import Drawing, Style, styled
from yxq.report.pages.base import style_of
from yxq.words.errors import refusal
from yxq.words.wording import Words

MOST = 24  # panels of a figure


def plot_units(
    data: Results, units: Names = None, targets: Names = None, language: str = "zh"
) -> Drawing | None:
    """All units (or some) at a target, the best on top; at several targets a panel each, the units
    in the plan's order.

    >>> drawing = yxq.plot_units(yxq.load_data(2013), targets="T01")
    >>> drawing.frame["title"].head(2).to_list()
    ['西渚镇', '周铁镇']
    """
    style = _style(data, language)
    found = targets_of(data, targets) if targets is not None else [the_target(data, None)]
    rows = tables.attain(data, units, found)
    if len(found) == 1:
        drawn = figure_data.units(data.plan, found[0], rows, style)
        return _under(drawn, data, found, [], style)
    _few(len(found))
    return _under(figure_data.units_at(data.plan, found, rows, style), data, [], [], style)


def plot_months(
    data: Results, units: Names = None, targets: Names = None, language: str = "zh"
) -> Drawing | None:
    """A target month by month, of the city if no unit is named; of several units or targets a panel
    each: the rate so far, or the number added up, against what is asked.

    >>> drawing = yxq.plot_months(yxq.load_data(2013), "丁蜀镇", "T01")
    """
    style = _style(data, language)
    pairs = [*_pairs(data, units, targets)]
    if len(pairs) == 1:
        name, target = pairs[0]
        result, rows = (of(data, name, target) for of in (tables.attain, tables.months))
        drawn = figure_data.months(data.plan, target, rows, result, style)
        return _under(drawn, data, [target], [name], style)
    months = tables.months(data, *_of_pairs(pairs))
    results = tables.attain(data, *_of_pairs(pairs))
    return _side_by_side(data, pairs, figure_data.so_far(data.plan, months, results), style)


def plot_years(
    data: Results, units: Names = None, targets: Names = None, language: str = "zh"
) -> Drawing | None:
    """A target over the years, one unit (the city if none is named) in front of all; several units
    or targets in a panel each.

    >>> drawing = yxq.plot_years(yxq.load_data(2013), targets="T01")
    """
    style = _style(data, language)
    pairs = [*_pairs(data, units, targets)]
    if len(pairs) == 1:
        name, target = pairs[0]
        rows = tables.years(data, None, target)
        drawn = figure_data.years(data.plan, target, rows, data.plan.town(name), style)
        return _under(drawn, data, [target], [name], style)
    years = tables.years(data, *_of_pairs(pairs))
    return _side_by_side(data, pairs, figure_data.by_year(data.plan, years), style)


def plot_pareto(
    data: Results, units: Names = None, targets: Names = None, language: str = "zh"
) -> Drawing | None:
    """Failing items by how often they failed, the first ten; none where none is named.

    >>> drawing = yxq.plot_pareto(yxq.load_data(2013), targets="T05")
    """
    style = _style(data, language)
    items = records.pareto(data, units, targets).set_index("failing")["failed"].head(10)
    if items.empty:
        return None
    asked = targets_of(data, targets) if targets is not None else []
    named = units_of(data, units)
    return _under(figures.pareto(items, style), data, asked, named, style, "failures")


def plot_ranks(data: Results, units: Names = None, language: str = "zh") -> Drawing | None:
    """Each unit's place, with the places that it may as well have.

    >>> drawing = yxq.plot_ranks(yxq.load_data(2013))
    """
    style = _style(data, language)
    scored = tables.score(data, units)
    return _under(figure_data.ranks(data.plan, scored, style), data, [], [], style, "rank")


def plot_funnel(
    data: Results, units: Names = None, targets: Names = None, language: str = "zh"
) -> Drawing | None:
    """Rates by number of samples, between the limits of chance around the city's, a panel a target;
    none where nobody has any. Units that are named alone are drawn.

    >>> drawing = yxq.plot_funnel(yxq.load_data(2013), targets="T01")
    """
    style = _style(data, language)
    if targets is None:
        the_target(data, None)
    found = [rate_of(data, target) for target in listed(targets)]
    rows = tables.funnel(data, units, found)
    drawn = figure_data.funnel(data.plan, found, rows, style)
    return _under(drawn, data, found if len(found) == 1 else [], [], style)


@contextlib.contextmanager
def chinese() -> Iterator[None]:
    """A context in which matplotlib's own figures are drawn with the font and in the look of ours:
    `with yxq.chinese(): plt.plot(...)`.

    >>> from matplotlib.figure import Figure
    >>> with yxq.chinese():
    ...     title = Figure().subplots().set_title("丁蜀镇")
    """
    with styled():
        yield


def _pairs(data: Results, units: Names, targets: Names) -> Iterator[tuple[str, Target]]:
    """Each unit (the city if none is named) with each target."""
    found = targets_of(data, targets) if targets is not None else [the_target(data, None)]
    names = units_of(data, units)
    _few(len(names) * len(found))
    for target, name in product(found, names):
        yield assessed(data, name, target), target


def _of_pairs(pairs: list[tuple[str, Target]]) -> tuple[list[str], list[Target]]:
    return [*dict.fromkeys(name for name, _ in pairs)], [*{t.id: t for _, t in pairs}.values()]


def _few(panels: int) -> None:
    if panels > MOST:
        raise refusal("too_many_panels", n=panels, most=MOST)


def _side_by_side(
    data: Results, pairs: list[tuple[str, Target]], rows: pd.DataFrame, style: Style
) -> Drawing | None:
    """A panel a pair, under what all have in common; rows: unit, target, at, value, asked."""
    names, found = _of_pairs(pairs)
    words = style.words
    panels = {}
    for name, target in pairs:
        mine = rows[(rows["unit"] == name) & (rows["target"] == target.id)]
        both = [words.unit(data.plan.town(name))] * (len(names) > 1)
        both += [words.text(target.title)] * (len(found) > 1 or not both)
        panels[words("space").join(both)] = mine.set_index("at")[["value", "asked"]]
    if not any(panel["value"].notna().any() for panel in panels.values()):
        return None
    shares = {target.kind == "share" for target in found}
    if len(shares) > 1:
        raise refusal("shares_and_counts")
    drawn = figures.lines(panels, shares == {True}, len(found) == 1, style)
    alone = (found if len(found) == 1 else [], names if len(names) == 1 else [])
    return _under(drawn, data, *alone, style)


def _under(
    drawn: Drawing | None,
    data: Results,
    targets: list[Target],
    units: list[str],
    style: Style,
    of: str = "",
) -> Drawing | None:
    """A figure under a title that says what it is of, and of when."""
    if drawn is None:
        return None
    words = style.words
    named = [words.unit(data.plan.town(name)) for name in units[:3]]
    parts = [words("list").join(named)] if named else []
    parts += [words.text(target.title) for target in targets[:2]]
    parts += [words(of)] if of else []
    when = words("figure_of", year=data.plan.year, as_of=words.date(data.as_of))
    return drawn.titled(words("space").join([*parts, when]))


def _style(data: Results, language: str) -> Style:
    return style_of(data, Words(language, data.plan.folder.unit_word, data.plan.english))
