"""One target year by year: what each plan asks of it, and how every unit stood."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.plan.units import Unit
from yxq.report import display, figure_data
from yxq.report.blocks import Block, table
from yxq.report.figures import Style
from yxq.report.sections.build import figure, section
from yxq.report.sections.many_units import others
from yxq.report.sections.names import named
from yxq.report.sections.sparks import scale, spark
from yxq.words.states import State
from yxq.words.wording import Words


def target_years(
    plan: Plan, target: Target, by_year: pd.DataFrame, style: Style, shown: Sequence[Unit]
) -> Block:
    """The years of the city (where it has none, of the first unit) as figure and table, then all.

    by_year: see `yxq.attainment.history.years`; shown: of the units of the plan those that are
    drawn and listed.
    """
    words = style.words
    by_year, left_out = _of_shown(plan, by_year, shown, words)
    plans = {id: plan.folder.plan(int(id.rpartition("-")[2])) for id in by_year["plan"].unique()}
    years = _year_names(by_year, plans, words)
    rows = _as_text(by_year, plans, words)
    front = plan.folder.city
    if not (rows["unit"] == front.name).any():
        front = plan.towns[0]
    is_front = rows["unit"] == front.name
    in_front = _table_of_unit(rows[is_front].drop_duplicates("year"), plans, years, words)
    columns = "year definition standing_of required value"
    parts = [
        *_figure(plan, target, by_year, front, in_front, style),
        table(words, "plans_and_results", in_front, columns),
    ]
    if not is_front.all():
        others_by_year = rows[~is_front].assign(number=by_year["value"])
        parts += [*left_out, _table_of_others(plan, others_by_year, years, words)]
    return section(words, "over_years", *parts)


def _of_shown(
    plan: Plan, by_year: pd.DataFrame, shown: Sequence[Unit], words: Words
) -> tuple[pd.DataFrame, list[Any]]:
    """The years of what is shown, and how many units are not; what is no unit of the plan, such as
    another city, is shown.
    """
    towns, names = {unit.name for unit in plan.towns}, {unit.name for unit in shown}
    is_shown = by_year["unit"].isin(names) | ~by_year["unit"].isin(towns)
    n = by_year.loc[by_year["unit"].isin(towns), "unit"].nunique()
    n_shown = by_year.loc[by_year["unit"].isin(names), "unit"].nunique()
    return by_year[is_shown], others(n, n_shown, words, "units_worst")


def _year_names(by_year: pd.DataFrame, plans: dict[str, Plan], words: Words) -> dict[int, str]:
    """Each year as it is written; of one that is not over, up to which day."""
    names = {}
    for year, day, id in by_year[["year", "as_of", "plan"]].itertuples(index=False):
        over = day >= pd.Timestamp(plans[id].span(year)[1])
        so_far = words("year_so_far", year=year, day=words.date(day))
        names[year] = f"{year}" if over else so_far
    return names


def _as_text(by_year: pd.DataFrame, plans: dict[str, Plan], words: Words) -> pd.DataFrame:
    """The same rows with `required` and `value` (with its state in words: a sign between years
    would read as a rise or a fall) as text.

    A year that no plan asks for has no state; its value is shown like one that is reported.
    """
    with_state = by_year.fillna({"state": State.REPORTED}).groupby("plan", sort=False)
    shown = pd.concat([display.results(plans[str(id)], part, words) for id, part in with_state])
    shown = shown.loc[by_year.index]
    values = [
        _with_state(value, state, words)
        for value, state in zip(shown["value"], by_year["state"], strict=True)
    ]
    required = shown["required"].where(by_year["state"].notna(), "")
    return by_year.assign(value=values, required=required)


def _with_state(value: str, state: Any, words: Words) -> str:
    """A value with its state, as far as there are any."""
    if pd.isna(state):
        return value or "—"
    name = words.entry("states", state)
    return words("value_with_state", value=value, state=name) if value else name


def _table_of_unit(
    rows: pd.DataFrame, plans: dict[str, Plan], years: dict[int, str], words: Words
) -> pd.DataFrame:
    """One unit's years; rows: one a year, see `_as_text`."""
    return pd.DataFrame(
        {
            "year": rows["year"].map(years),
            "definition": [words.text(plans[id].period.document.title) for id in rows["plan"]],
            "standing_of": [words.entry("standings", code) for code in rows["standing"]],
            "required": rows["required"],
            "value": rows["value"],
            "label": rows["year"],
        }
    )


def _figure(
    plan: Plan,
    target: Target,
    by_year: pd.DataFrame,
    front: Unit,
    in_front: pd.DataFrame,
    style: Style,
) -> list[Any]:
    words = style.words
    values = words("list").join(
        words("year_value", year=year, value=value)
        for year, value in zip(in_front["label"], in_front["value"], strict=True)
    )
    caption = words("over_years_note", unit=words.unit(front))
    drawing = figure_data.years(plan, target, by_year, front, style)
    return figure(caption, words("over_years_alt", list=values), drawing)


def _table_of_others(plan: Plan, rows: pd.DataFrame, years: dict[int, str], words: Words) -> Any:
    """A row a unit, a column a year, and a line of them; rows: see `_as_text`, and `number`."""
    wide = rows.pivot(index="unit", columns="year", values="value")
    sparks = _sparks(rows, words)
    units = [unit.name for unit in plan.folder.units if unit.name in wide.index]
    heads: dict[str, Any] = {f"y{year}": years[year] for year in wide.columns}
    wide = wide.reindex(units).astype("object").fillna("—").set_axis([*heads], axis=1)
    wide = wide.assign(
        unit=named(plan, wide.index.to_series(), words),
        course=pd.Series(sparks, dtype="object").reindex(wide.index),
    )
    columns = "unit course" if any(sparks.values()) else "unit"
    return table(words, "units_by_year", wide, columns, **heads)


def _sparks(rows: pd.DataFrame, words: Words) -> dict[str, Any]:
    """The years of each unit as a line, all of one scale."""
    years = sorted({*rows["year"]})
    span, sparks = scale(rows["number"]), {}
    broken = [*rows.loc[rows["standing"] == "redefined", "year"].unique()]
    for unit, own in rows.groupby("unit", sort=False):
        told = [
            words("year_value", year=year, value=value)
            for year, value in zip(own["year"], own["value"], strict=True)
        ]
        values = dict(zip(own["year"], own["number"], strict=True))
        label = words("over_years_alt", list=words("list").join(told))
        sparks[str(unit)] = spark(values, years, span, label, broken)
    return sparks
