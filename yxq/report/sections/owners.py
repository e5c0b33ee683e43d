"""The city's targets by the department that answers for them."""

from __future__ import annotations

from urllib.parse import quote

import pandas as pd

from yxq.plan.folder import Plan
from yxq.report.blocks import Block, table
from yxq.report.sections.build import section
from yxq.report.sections.many_units import UNITS_SHOWN
from yxq.report.sections.names import NAMED, department_page, listed
from yxq.words.states import MET, SHORT, State
from yxq.words.wording import Words

FEW = 3  # units named of a target where there are a great many
COUNTED = {"met": MET, "short": SHORT, "unknown": (State.NO_DATA,)}
OTHERS = [state for state in State if all(state not in group for group in COUNTED.values())]


def owners(plan: Plan, numbered: pd.DataFrame, words: Words) -> Block:
    """How many of the city's targets each department answers for, and how these stand; which they
    are has its page.

    numbered: the city's results as text.
    """
    owner = numbered["id"].map({target.id: target.owner for target in plan.targets})
    rows = []
    for sender in plan.owners:
        states = numbered.loc[owner == sender, "code"]
        row = {"owner": words.sender(sender), "page": quote(department_page(sender))}
        rows.append(row | {"owned": len(states)} | _counts(states, words))
    columns = "owner owned met_count short_count unknown_count others_count"
    shown = pd.DataFrame(rows)
    if (shown["others_count"] == "").all():
        columns = columns.removesuffix(" others_count")
    return section(words, "owners", table(words, "owners_note", shown, columns))


def _counts(states: pd.Series, words: Words) -> dict[str, object]:
    """How many are in each group of states, and in each other state that any is in."""
    counts = {f"{name}_count": int(states.isin(group).sum()) for name, group in COUNTED.items()}
    named = [(words.entry("states", state), int((states == state).sum())) for state in OTHERS]
    others = [words("state_count", state=name, n=n) for name, n in named if n]
    return counts | {"others_count": words("list").join(others)}


def units_short(plan: Plan, attained: pd.DataFrame, words: Words) -> dict[str, str]:
    """The units that are missed or behind at a target, in the plan's order, by its id."""
    names = {unit.name: words.unit(unit) for unit in plan.towns}
    short = attained[attained["state"].isin(SHORT)].groupby("target")["unit"].agg(set)
    most = NAMED if len(names) <= UNITS_SHOWN else FEW
    return {
        str(target): listed([name for unit, name in names.items() if unit in units], words, most)
        for target, units in short.items()
    }
