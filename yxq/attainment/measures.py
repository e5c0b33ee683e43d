"""From records to measures: the numbers that targets are computed from, additive over time by
construction.

City rows come from distinct records, never from adding units, because units overlap.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.measure import Measure

DTYPES = {
    "plan": "str",
    "year": "int64",
    "month": "Int64",
    "date": "datetime64[us]",
    "unit": "str",
    "target": "str",
    "stratum": "str",
    "numerator": "Int64",
    "denominator": "Int64",
    "value": "Float64",
    "due": "datetime64[us]",
    "done": "datetime64[us]",
    "records": "int64",
}
COLUMNS = [*DTYPES]
KEYS = COLUMNS[: COLUMNS.index("numerator")]
NUMBERS = ["numerator", "denominator", "value"]


def period_year(plan: Plan, days: pd.Series) -> pd.Series:
    """The label of the plan period that each day falls in (a period need not be a calendar year)."""
    start = plan.period.start
    months = (days.dt.year - start.year) * 12 + days.dt.month - start.month
    return (months // 12 + plan.year).astype("Int64")


def dated(plan: Plan, measure: Measure, rows: pd.DataFrame) -> pd.DataFrame:
    """Records of a form with `label` (period year) and `day`, those that fall in no year left out.

    A row is placed by its last day: a return for July and August counts from 31 August.
    """
    when = when_of(plan, measure)
    day = rows[when[0]] if when and rows[when[0]].dtype.kind == "M" else rows["to"]
    label = period_year(plan, day)
    if when == ("year",):  # an annual value belongs to the period of its name
        label, day = (
            rows["year"],
            rows["year"]
            .map(lambda year: pd.Timestamp(plan.span(int(year))[1]))
            .astype("datetime64[us]"),
        )
    rows = rows.assign(label=label, day=day, month=day.dt.month if when != ("year",) else pd.NA)
    return rows[rows["label"].notna()]


def when_of(plan: Plan, measure: Measure) -> tuple[str, ...]:
    """The columns that say when a record of a measure was."""
    return measure.when or plan.folder.forms[measure.form].when


def chosen(measure: Measure, rows: pd.DataFrame) -> pd.DataFrame:
    """Of the dated records of a form those that a measure is computed from, with `stratum`, and
    `passed` where it has one.
    """
    for column, wanted in measure.where.items():
        rows = rows[rows[column].isin(list(wanted) if isinstance(wanted, tuple) else [wanted])]
    if measure.strata:
        rows = rows[rows[measure.strata.column].isin(measure.strata.values)]
    rows = rows.assign(stratum=rows[measure.strata.column] if measure.strata else "")
    for column, word in measure.passed.items():
        rows["passed"] = rows[column] == word
    return rows


def _placed(plan: Plan, measure: Measure, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows once per unit that they count for; the city has its own, each record once."""
    city, kind = plan.folder.city.name, measure.kind
    if kind == "peers":
        own = {
            name
            for name in rows[measure.peer].unique()
            if plan.folder.match(name) == plan.folder.city
        }
        return rows.assign(unit=rows[measure.peer].where(lambda peer: ~peer.isin(own), city))
    if kind in ("value", "milestone"):
        return rows
    towns = rows[rows["unit"].notna() & (rows["unit"] != city)]
    both = pd.concat([towns, rows[rows["once"]].assign(unit=city)], ignore_index=True)
    if kind == "distinct":  # the first time in the period is when a firm or item counts
        both = both.sort_values("day", kind="stable").drop_duplicates(
            ["unit", "label", *measure.distinct]
        )
        both["records"] = 1
    return both


def _numbers(measure: Measure, rows: pd.DataFrame) -> pd.DataFrame:
    """Numerator and denominator, or value, or dates, of each row."""
    match measure.kind:
        case "items":
            return rows.assign(
                numerator=rows["records"] * rows["passed"], denominator=rows["records"]
            )
        case "counts":
            return rows.assign(
                numerator=rows[measure.numerator], denominator=rows[measure.denominator]
            )
        case "distinct":
            return rows.assign(numerator=1)
        case "milestone":
            return rows.assign(
                due=rows[measure.due] if measure.due else pd.NaT, done=rows[measure.done]
            )
        case _:
            return rows.assign(value=rows[measure.value])


def needed(plans: Iterable[Plan], form: str) -> set[str]:
    """The columns of a form that the targets and bases of some plans ask for."""
    named = {
        name
        for plan in plans
        for measure in plan.measured.values()
        if measure.form == form
        for name in measure.columns
    }
    return named | {"unit", *(name for plan in plans for name in plan.folder.forms[form].when)}


def condense(plans: Iterable[Plan], form: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Records of a form with the same of everything that a target asks for as one row, counts added
    up.

    Column `records` says how many. Parts of the records can be condensed one by one, put together
    and condensed again.
    """
    plans = list(plans)
    measures = [
        measure for plan in plans for measure in plan.measured.values() if measure.form == form
    ]
    added = sorted(
        {name for m in measures for name in (m.numerator, m.denominator) if name} & {*rows}
    )
    asked = needed(plans, form) | {"once", "to", "year"}
    by = [name for name in rows if name in asked and name not in added]
    grouped = rows.assign(records=rows.get("records", 1)).groupby(
        by, dropna=False, sort=False, observed=True
    )
    sums = grouped[[*added, "records"]].sum(min_count=1).reset_index()
    return sums.astype(
        {name: "str" for name in by if isinstance(sums[name].dtype, pd.CategoricalDtype)}
    )


def measure(plan: Plan, records: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Measures of every target and basis of a plan, for every year that the records (condensed or
    not) hold.

    Columns: plan, year (the period's label), month (missing for annual values), date (last day
    covered), unit (of a peer comparison: the peer city), target, stratum, numerator, denominator
    (counts), value, due, done (milestones), records (rows behind).
    """
    records = {
        name: rows if "records" in rows else condense([plan], name, rows)
        for name, rows in records.items()
    }
    parts = []
    placed: dict[Any, pd.DataFrame] = {}  # many targets are measured by one form
    for name, measured in plan.measured.items():
        if measured.form not in records or measured.kind == "text":
            continue
        key = measured.form, when_of(plan, measured)
        if key not in placed:
            placed[key] = dated(plan, measured, records[measured.form])
        rows = chosen(measured, placed[key])
        if not len(rows):
            continue
        rows = _numbers(measured, _placed(plan, measured, rows))
        rows = rows.assign(plan=plan.id, target=name, year=rows["label"], date=rows["day"])
        parts.append(rows.reindex(columns=COLUMNS).astype(DTYPES))
    if not parts:
        return pd.DataFrame(columns=COLUMNS).astype(DTYPES)
    keys = ["plan", "year", "month", "date", "unit", "target", "stratum"]
    grouped = pd.concat(parts).groupby(keys, dropna=False, sort=True)
    sums = grouped[["numerator", "denominator", "records"]].sum(min_count=1)
    singles = grouped[["value", "due", "done"]].first()
    return sums.join(singles).reset_index()[COLUMNS].astype(DTYPES)
