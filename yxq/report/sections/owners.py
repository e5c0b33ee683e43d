"""The city's targets by the department that answers for them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from yxq.plan.folder import Plan
from yxq.report.blocks import Block, macro, table
from yxq.report.sections.build import section
from yxq.words.states import MET, SHORT, State
from yxq.words.wording import Words

UNITS_NAMED = 12  # beside a target
COUNTED = {"met": MET, "short": SHORT, "unknown": (State.NO_DATA,)}
OTHERS = [state for state in State if all(state not in group for group in COUNTED.values())]


def owners(plan: Plan, attained: pd.DataFrame, numbered: pd.DataFrame, words: Words) -> Block:
    """The city's targets under the department of each, with the units that fall short.

    attained: of all units; numbered: the city's results as text.
    """
    missed = units_short(plan, attained, words)
    rows = numbered.assign(missed_units=[missed.get(id, "") for id in numbered["id"]])
    owner = rows["id"].map({target.id: target.owner for target in plan.targets})
    groups, jumps = [], []
    for n, sender in enumerate(plan.owners, start=1):
        part, name, anchor = rows[owner == sender], words.sender(sender), f"owner-{n}"
        heading = words("owner_counts", owner=name, n=len(part), **_counts(part["code"], words))
        jumps.append((anchor, words("owner_jump", owner=name, n=len(part))))
        groups.append(part.assign(group=heading, group_anchor=anchor))
    note, columns = "owners_note_city", "target clause required value state"
    if plan.towns:
        note, columns = "owners_note", f"{columns} missed_units"
    grid = table(words, note, pd.concat(groups), columns, by="group")
    return section(words, "owners", macro("jumps", words("owners"), jumps), grid)


def _counts(states: pd.Series, words: Words) -> dict[str, object]:
    """How many are in each group of states, and in each other state that any is in."""
    counts = {name: int(states.isin(group).sum()) for name, group in COUNTED.items()}
    named = [(words.entry("states", state), int((states == state).sum())) for state in OTHERS]
    others = [words("owner_others", state=name, n=n) for name, n in named if n]
    return counts | {"others": "".join(others)}


def units_short(plan: Plan, attained: pd.DataFrame, words: Words) -> dict[str, str]:
    """The units that are missed or behind at a target, in the plan's order, by its id."""
    names = {unit.name: words.unit(unit) for unit in plan.towns}
    short = attained[attained["state"].isin(SHORT)].groupby("target")["unit"].agg(set)
    return {
        str(target): _listed([name for unit, name in names.items() if unit in units], words)
        for target, units in short.items()
    }


def _listed(names: Sequence[str], words: Words) -> str:
    if len(names) <= UNITS_NAMED:
        return words("list").join(names)
    return words("names_more", list=words("list").join(names[:UNITS_NAMED]), n=len(names))
