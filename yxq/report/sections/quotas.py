"""The city's counts split among its units: a unit's shares, and everybody's beside each other."""

from __future__ import annotations

from typing import Any

import pandas as pd

from yxq.attainment.quotas import OFFICIAL
from yxq.plan.folder import Plan
from yxq.plan.period import EQUAL
from yxq.report import display
from yxq.report.blocks import Block, table
from yxq.report.sections.build import empty, para, section
from yxq.report.sections.many_units import most_short, others
from yxq.report.sections.names import unit_names
from yxq.words.states import State
from yxq.words.wording import Words


def unit_quotas(plan: Plan, quotas: pd.DataFrame, numbered: pd.DataFrame, words: Words) -> Block:
    """A unit's shares in the city's counts, and what each was split by.

    quotas: its rows of `yxq.attainment.quotas.quotas`; numbered: its results as text.
    """
    if quotas.empty:
        return empty(words, "quotas", "quotas_none")
    shares = quotas.set_index("target")
    rows = numbered[numbered["id"].isin(shares.index)]
    shares = shares.loc[rows["id"]]
    rows = rows.assign(
        quota=shares["quota"].to_numpy(),
        city_number=[display.required(plan.target(id), words) for id in rows["id"]],
        split_by=[
            _basis(plan, basis, source, words)
            for basis, source in zip(shares["basis"], shares["source"], strict=True)
        ],
    )
    columns = "target city_number quota value state split_by"
    return section(words, "quotas", table(words, "quotas", rows, columns))


def city_quotas(
    plan: Plan, quotas: pd.DataFrame, attained: pd.DataFrame, measures: pd.DataFrame, words: Words
) -> Block:
    """Every unit's share in the city's counts, and what it has of it; the city's own last.

    quotas: see `yxq.attainment.quotas.quotas`; attained: of all units; measures: the processed
    table, which has the numbers that counts are split by.
    """
    if quotas.empty:
        return empty(words, "quotas", "quotas_none")
    shown = most_short(plan, attained[attained["target"].isin(quotas["target"])])
    bases = {name: words.text(basis.title) for name, basis in plan.period.bases.items()}
    wide = _had_of_shares(plan, quotas, attained, words)
    for basis in quotas["basis"].drop_duplicates():
        if basis in bases:
            wide.insert(0, basis, _sizes(plan, basis, measures))
    titles = {target.id: words.text(target.title) for target in plan.targets} | bases
    heads: dict[str, Any] = {column: titles[column] for column in wide.columns}
    split = quotas.drop_duplicates("target").groupby(["basis", "source"], sort=False)["target"]
    split_by = words("comma").join(
        words(
            "split_of",
            basis=_basis(plan, basis, source, words),
            list=words("list").join(heads[id] for id in ids),
        )
        for (basis, source), ids in split
    )
    wide = wide.loc[[*(unit.name for unit in shown), plan.folder.city.name]]
    rows = wide.rename(index=unit_names(plan, words)).rename_axis("unit").reset_index()
    grid = table(words, "quotas_have", rows, "unit", **heads)
    paragraphs = [para(words("quotas_by", list=split_by))]
    if (quotas["basis"] != OFFICIAL).any():
        paragraphs.append(para(words("quotas_ties")))
    paragraphs += others(len(plan.towns), len(shown), words, "units_most_short", "results")
    return section(words, "quotas", *paragraphs, grid)


def _basis(plan: Plan, basis: str, source: str, words: Words) -> str:
    """What a share was split by."""
    if basis == OFFICIAL:
        return words("basis_official", source=source)
    if basis == EQUAL:
        return words("basis_equal")
    return words.text(plan.period.bases[basis].title)


def _had_of_shares(
    plan: Plan, quotas: pd.DataFrame, attained: pd.DataFrame, words: Words
) -> pd.DataFrame:
    """Units by targets, the city last: how much of a share there is, in words."""
    cells = attained.set_index(["unit", "target"])[["numerator", "state"]]
    shares = quotas.join(cells, on=["unit", "target"])
    shares["had"] = [
        _had(count, quota, state, words) if quota else words("no_share_of", have=count)
        for count, quota, state in zip(
            shares["numerator"], shares["quota"], shares["state"], strict=True
        )
    ]
    wide = shares.pivot(index="unit", columns="target", values="had")
    wide = wide.reindex([unit.name for unit in plan.towns])
    city = plan.folder.city.name
    results = cells.loc[city].loc[wide.columns]
    wide.loc[city] = [
        _had(count, int(plan.target(id).constant or 0), state, words)
        for id, count, state in results.itertuples()
    ]
    return wide


def _had(count: Any, quota: int, state: str, words: Words) -> str:
    wording = "share_missing" if state == State.NO_DATA else "of_share"
    return words(wording, have=count, quota=quota)


def _sizes(plan: Plan, basis: str, measures: pd.DataFrame) -> list[str]:
    """What each unit has of a basis, such as firms of scale last year; of the city nothing."""
    rows = measures[(measures["target"] == basis) & (measures["year"] == plan.year - 1)]
    values = rows.drop_duplicates("unit", keep="last").set_index("unit")["value"]
    return [*(display.number(float(values[unit.name])) for unit in plan.towns), ""]
