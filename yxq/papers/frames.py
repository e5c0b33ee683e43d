"""The frames that papers are made of, the same that pages show, read once for all of a pack."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from typing import Any

import pandas as pd

from yxq.attainment.since import Comparison
from yxq.plan.folder import Plan
from yxq.report import display
from yxq.report.figures import Style
from yxq.report.pages import CityPage
from yxq.report.sections.leader import Leading, leading
from yxq.report.sections.league import league_rows
from yxq.report.sections.names import numbered, unit_names
from yxq.report.sections.next_steps import with_needs
from yxq.report.sections.reminders import owing
from yxq.report.sections.returns import due_counts
from yxq.words.states import SHORT
from yxq.words.wording import Words

Entry = dict[str, Any]
"""What a template gets: texts, numbers, lists and entries by their names."""


@dataclass(frozen=True)
class Frames:
    """Results as text, and what they are about.

    results: of all units, see `display.results`, with `unit` and `needs`, and `units`, a list of
    those that are missed or behind; league: a row a unit (`league_rows`); lines: who owes what
    (`owing`); returns: see `due_counts`; since: what has changed since the former pack, if any.
    """

    plan: Plan
    words: Words
    as_of: dt.date
    received_by: dt.date
    over: bool
    style: Style
    results: pd.DataFrame
    scores: pd.DataFrame
    league: pd.DataFrame
    lines: pd.DataFrame
    returns: dict[str, int]
    leading: Leading
    since: Comparison | None

    @functools.cached_property
    def by_unit(self) -> dict[str, list[dict[str, Any]]]:
        """The results of each unit and of the city, a dict a row."""
        found: dict[str, list[dict[str, Any]]] = {unit.name: [] for unit in self.plan.folder.units}
        for row in self.results.to_dict("records"):
            found[row["unit"]].append({str(name): value for name, value in row.items()})
        return found


def frames(page: CityPage) -> Frames:
    """What papers are made of, of the results that a page shows."""
    plan, words, source = page.plan, page.words, page.source
    results = shown(plan, page.attained, words)
    scores = page.scores
    lines = owing(plan, source.returns, source.files, *source.days, words)
    league = league_rows(plan, page.attained, scores, words) if plan.towns else pd.DataFrame()
    city = results[results["unit"] == plan.folder.city.name]
    return Frames(
        plan,
        words,
        *source.days,
        page.over,
        page.style,
        results,
        scores,
        league,
        lines,
        due_counts(plan, source.returns, *source.days),
        leading(plan, city, scores, page.shares, lines, words, page.over),
        page.comparison,
    )


def shown(plan: Plan, attained: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Results of all units as text, with `unit`, `needs`, and the `units` short of each target."""
    rows = with_needs(numbered(display.results(plan, attained, words)))
    names, own = unit_names(plan, words), [unit.name for unit in plan.towns]
    short = attained[attained["state"].isin(SHORT) & attained["unit"].isin(own)]
    units = short["unit"].groupby(short["target"]).agg(set)
    listed = {
        target: [names[name] for name in own if name in found] for target, found in units.items()
    }
    return rows.assign(
        unit=attained["unit"].astype("str"), units=[listed.get(id, []) for id in rows["id"]]
    )
