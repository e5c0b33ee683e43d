"""What `yxq attain` and `yxq score` print of a city's page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.report import display
from yxq.report.pages import CityPage
from yxq.tables import store
from yxq.words.errors import refusal
from yxq.words.states import State
from yxq.words.wording import LANGUAGES, Words

COLUMNS = ["unit", "id", "target", "required", "counts", "value", "state", "gap", "needed", "note"]
FURTHER = ["clause", "owner"]  # of a table to be read, where they are asked for
ROUNDED = ("score", "missing", "judged", "total", "score_low", "score_high", "points", "earned")


@dataclass(frozen=True)
class Choice:
    """The units, ids of targets and states that an answer is about; all of what is None."""

    units: frozenset[str] | None = None
    targets: frozenset[str] | None = None
    states: frozenset[str] | None = None


def chosen(
    page: CityPage,
    units: Sequence[str] = (),
    targets: Sequence[str] = (),
    owners: Sequence[str] = (),
    states: Sequence[str] = (),
) -> Choice:
    """What is asked for by names: of units and departments by any of theirs, of targets by id or
    title, of states in either language. Owners: only targets that they answer for.

    Raises `PlanError` for a name that there is not.
    """
    plan = page.plan
    ids = frozenset(plan.target(name).id for name in targets) if targets else None
    if owners:
        senders = {_owner(plan, name) for name in owners}
        owned = frozenset(target.id for target in plan.targets if target.owner in senders)
        ids = owned if ids is None else ids & owned
    return Choice(
        frozenset(plan.town(name).name for name in units) if units else None,
        ids,
        frozenset(_state(name) for name in states) if states else None,
    )


def _owner(plan: Plan, name: str) -> str:
    sender = plan.sender(name)
    if sender not in plan.owners:
        raise refusal("owns_nothing", name=sender, known="、".join(plan.owners))
    return sender


def _state(name: str) -> str:
    """The state of a name in either language, with its sign or without."""
    said = {language: Words(language) for language in LANGUAGES}
    for state in State:
        names = {state.value, *(words.entry("states", state) for words in said.values())}
        if name.removeprefix(state.sign).strip().casefold() in names:
            return state.value
    raise refusal("unknown_state", name=name, known=", ".join(State))


def _of(rows: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """The rows that are chosen by what they have columns of."""
    asked = {"unit": choice.units, "target": choice.targets, "state": choice.states}
    for column, wanted in asked.items():
        if wanted is not None and column in rows:
            rows = rows[rows[column].isin(wanted)]
    return rows


def attained(page: CityPage, choice: Choice, readable: bool) -> pd.DataFrame:
    """How far units have come with each target, a row a unit and target.

    Columns where it is to be `readable`: COLUMNS and FURTHER, as text. Else those of `yxq.attain`,
    as_of and received_by as ISO dates, title and note in the page's language.
    """
    rows = _of(page.attained, choice)
    if readable:
        shown = display.results(page.plan, rows, page.words)
        shown.insert(0, "unit", rows["unit"])
        owners = _of_targets(page, rows["target"], lambda target: target.owner)
        shown = shown.assign(clause=rows["clause"], owner=owners)
        return shown.reindex(columns=COLUMNS + FURTHER)  # of no rows nothing is shown
    days = {name: rows[name].dt.strftime("%Y-%m-%d") for name in ("as_of", "received_by")}
    rows = rows.assign(**days, note=rows["note"].map(page.words.reason))
    return _with_titles(page, rows)


def _with_titles(page: CityPage, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of targets with their title, in the page's language, and owner."""
    titles = _of_targets(page, rows["target"], lambda target: page.words.text(target.title))
    owners = _of_targets(page, rows["target"], lambda target: target.owner)
    rows = rows.copy()
    rows.insert(rows.columns.get_loc("target") + 1, "title", titles)
    return rows.assign(owner=owners)


def _of_targets(page: CityPage, ids: pd.Series, fact: Callable[[Target], str]) -> list[str]:
    facts = {target.id: fact(target) for target in page.plan.targets}
    return [facts[id] for id in ids]


def scored(page: CityPage, choice: Choice, readable: bool) -> pd.DataFrame:
    """Score, grade and rank of the units, with the columns of `yxq.score`; four decimals where it
    is to be `readable`.
    """
    return _rounded(_of(page.scores, choice), readable)


def credited(page: CityPage, choice: Choice, readable: bool) -> pd.DataFrame:
    """What each result is worth and why, with the columns of `yxq.score(by="credit")`, title and
    owner; four decimals where it is to be `readable`.
    """
    rows = page.source.table("credits")
    if choice.states is not None:
        in_state = _of(page.attained, choice)[["unit", "target"]]
        rows = rows.merge(in_state, on=["unit", "target"])
    rows = _of(rows, choice)
    why = [page.words.reason(why) if why else "" for why in rows["why"]]
    return _with_titles(page, _rounded(rows.assign(why=why), readable))


def _rounded(rows: pd.DataFrame, readable: bool) -> pd.DataFrame:
    return rows.round(dict.fromkeys(ROUNDED, 4)) if readable else rows


def with_columns(rows: pd.DataFrame, asked: Sequence[str], kind: str) -> pd.DataFrame:
    """The columns that are asked for, in that order; if none are, all, but of a table those of
    FURTHER. Raises `PlanError` for one that there is not.
    """
    for name in asked:
        if name not in rows:
            raise refusal("not_a_column", name=name, known=", ".join(rows.columns))
    if asked:
        return rows[[*dict.fromkeys(asked)]]
    return rows.drop(columns=FURTHER, errors="ignore") if kind == "table" else rows


def source(page: CityPage) -> str:
    """Of which plan, day and tables the numbers are, and whether they are synthetic, in the page's
    language.
    """
    found = store.locate(page.processed)
    said = page.source.described(page.words)
    return said + (f" ({found})" if found != Path(page.processed) else "")
