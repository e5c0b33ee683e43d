"""All units by all targets: one sign a cell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.plan.units import Unit
from yxq.report.blocks import Block, macro
from yxq.report.sections.build import section
from yxq.report.sections.many_units import most_short, others, rows_of_map
from yxq.words.states import SHORT, State
from yxq.words.wording import Words


def heatmap(plan: Plan, attained: pd.DataFrame, words: Words, before: Sequence[Any] = ()) -> Block:
    """Units by targets, the city's own states and the number of units that miss a target below.

    attained: of all units. Shown are the targets by which any unit but the city is assessed; of
    many units those that miss most of these. before: what stands above it.
    """
    states = attained.pivot(index="unit", columns="target", values="state")
    towns = states.loc[[unit.name for unit in plan.towns]]
    assessed = (towns.notna() & (towns != State.REPORTED)).any()
    targets = [target for target in plan.targets if assessed.get(target.id, False)]
    columns = [target.id for target in targets]
    here = attained[attained["target"].isin(columns)]
    shown = most_short(plan, here, rows_of_map(len(targets)))
    all_told = len(shown) == len(plan.towns)
    rows = [_row(unit, targets, states.loc[unit.name], words, all_told) for unit in shown]
    # the city has targets that are no column here: a count of its misses would be of these alone
    city = _row(plan.folder.city, targets, states.loc[plan.folder.city.name], words)
    rows.append(city | {"page": None, "missed": "", "sum": True})
    rows.append(_missed_row(towns[columns].isin(SHORT).sum(), words))
    names = [unit.name for unit in shown]
    legend = [
        {"code": state, "label": words.state(state)}
        for state in State
        if (states.loc[[*names, plan.folder.city.name], columns] == state).any(axis=None)
    ]
    grid = macro(
        "heatmap",
        words("heatmap_note"),
        words("unit"),
        words("missed"),
        _sections(plan, targets, words),
        [{"id": target.id, "title": words.text(target.title)} for target in targets],
        rows,
        legend,
    )
    left_out = others(len(plan.towns), len(shown), words, "units_most_short", "by_town")
    return section(words, "heatmap", *before, *left_out, grid)


def _sections(plan: Plan, targets: Sequence[Target], words: Words) -> list[tuple[str, int]]:
    """The plan's headings above the targets, each with how many follow each other under it."""
    titles = (words.text(plan.section(target).title) for target in targets)
    return [(title, len([*run])) for title, run in groupby(titles)]


def _row(
    unit: Unit, targets: Sequence[Target], states: pd.Series, words: Words, titled: bool = True
) -> dict[str, Any]:
    """A unit's states; short are those that are counted as missed."""
    missed = sum(states[target.id] in SHORT for target in targets)
    return {
        "name": words.unit(unit),
        "page": unit.page,
        "cells": [_cell(unit, target, states[target.id], words, titled) for target in targets],
        "missed": missed or "",
        "sum": False,
    }


def _cell(unit: Unit, target: Target, state: str, words: Words, titled: bool) -> dict[str, Any]:
    """A cell; where it is `titled` what is short says whose and of what it is, for a pointer to
    show it (of every cell that would be most of a page, and so of those of the worst of many).
    """
    label, title = words.entry("states", state), ""
    if titled and state in SHORT:
        title = words(
            "cell_title",
            unit=words.unit(unit),
            id=target.id,
            target=words.text(target.title),
            state=label,
        )
    return {"code": state, "sign": words.sign(state), "label": label, "title": title}


def _missed_row(missed: pd.Series, words: Words) -> dict[str, Any]:
    """How many units miss each target."""
    cells = [
        {"code": "", "sign": int(n) or "", "label": words("units_missed", n=int(n)), "title": ""}
        for n in missed
    ]
    name, total = words("missed_units"), int(missed.sum())
    return {"name": name, "page": None, "cells": cells, "missed": total, "sum": True}
