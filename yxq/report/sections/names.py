"""Units and targets as readers know them: in their language, with number and links."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.words.states import SHORT
from yxq.words.wording import Words

NAMED = 12  # of a list within a sentence or a cell


def listed(names: Sequence[str], words: Words, most: int = NAMED) -> str:
    """Names in one text; of many the first, and how many there are."""
    if len(names) <= most:
        return words("list").join(names)
    return words("names_more", list=words("list").join(names[:most]), n=len(names))


def unit_names(plan: Plan, words: Words) -> dict[str, str]:
    """Every unit's name in the language of the page, by its own name."""
    return {unit.name: words.unit(unit) for unit in plan.folder.units}


def department_page(sender: str) -> str:
    """What the page of a department is called, without a suffix."""
    return f"department-{sender}"


def target_page(id: str) -> str:
    """What the page of a target is called, without a suffix."""
    return f"target-{id}"


def named(plan: Plan, units: pd.Series, words: Words) -> list[str]:
    """Units as this language calls them; another city of a comparison stays as it is."""
    names = unit_names(plan, words)
    return [names.get(unit, unit) for unit in units.fillna("").astype("str")]


def target_name(target: Target, words: Words) -> str:
    """A target's number and title."""
    return f"{target.id} {words.text(target.title)}"


def target_names(plan: Plan, words: Words) -> dict[str, str]:
    """Number and title of every target, by its id."""
    return {target.id: target_name(target, words) for target in plan.targets}


def numbered(shown: pd.DataFrame) -> pd.DataFrame:
    """Results as text, `target` with its number before its title, leading to its source rows.

    shown: see `yxq.report.display.results`; of its columns `target` is changed, `title` (without
    the number) and `to` (the anchor in the section of sources) are added.
    """
    title = shown["target"]
    return shown.assign(title=title, target=shown["id"] + " " + title, to="s-" + shown["id"])


def drawn_rates(plan: Plan, rates: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Results of rate targets with what figures draw: `title`, `threshold` (a share, NaN where it
    is no constant), and whether each is `short` of it.
    """
    targets = [plan.target(id) for id in rates["target"]]
    return rates.assign(
        title=[words.text(target.title) for target in targets],
        threshold=[target.line for target in targets],
        short=rates["state"].isin(SHORT),
    )
