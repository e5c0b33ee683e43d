"""From a result down to the records behind it, each with its file and row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pandas as pd

from yxq.measures import rows_of
from yxq.plan import Plan, Target

FAILING = ["target", "date", "unit", "firm", "item", "counts", "failing", "named", "file", "row"]


def behind(plan: Plan, target: Target, records: dict[str, pd.DataFrame], unit: str, as_of: dt.date) -> pd.DataFrame:
    """The records that a unit's result is computed from; those of the city once each. Columns: see `rows_of`."""
    rows = rows_of(plan, target.measure, records)
    if rows.empty:
        return rows
    rows = rows[(rows["label"] == plan.year) & (rows["day"] <= pd.Timestamp(as_of))]
    if unit == plan.folder.city.name:
        return rows[rows["once"]]
    return rows[rows["unit"] == unit] if "unit" in rows else rows.iloc[:0]


def failing(
    plan: Plan, targets: Iterable[Target], records: dict[str, pd.DataFrame], unit: str, as_of: dt.date
) -> pd.DataFrame:
    """Records that did not pass, of the rate targets given, the latest first.

    Columns: target (id), date, unit, firm, item, counts (of a row that states counts), failing (the failing item;
    missing where it is not stated), named (whether the form names failing items), file, row. Two targets on one measure are
    listed once.
    """
    parts: list[pd.DataFrame] = []
    seen = set()
    for target in targets:
        measure = target.measure
        if target.rule != "rate_at_least" or (basis := measure.model_dump_json()) in seen:
            continue
        seen.add(basis)
        rows = behind(plan, target, records, unit, as_of)
        if rows.empty:
            continue
        blank = pd.Series("", rows.index)
        if measure.passed:
            failed, what, counts = ~rows["passed"], rows.get("failing_item", blank), blank
        else:
            failed, what = rows[measure.numerator] < rows[measure.denominator], blank
            counts = rows[measure.numerator].astype(str) + " / " + rows[measure.denominator].astype(str)
        item = next((rows[name] for name in ("product", "project", "stratum") if name in rows), blank)
        found = {"target": target.id, "date": rows["day"], "unit": rows["unit"], "firm": rows.get("firm", blank).fillna(""),
                 "item": item.fillna(""), "counts": counts, "failing": what, "named": "failing_item" in rows,
                 "file": rows["file"], "row": rows["row"]}  # fmt: skip
        parts.append(pd.DataFrame(found)[failed])
    if not parts:
        return pd.DataFrame(columns=FAILING)
    return pd.concat(parts).sort_values("date", ascending=False, kind="stable").reset_index(drop=True)
