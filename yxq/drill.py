"""From a result down to the records behind it, each with its file and row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pandas as pd

from yxq.measures import chosen, dated, when_of
from yxq.plan import Plan, Target

FAILING = ["target", "date", "unit", "firm", "item", "counts", "failing", "named", "file", "row"]


def behind(
    plan: Plan, targets: Iterable[Target], records: dict[str, pd.DataFrame], unit: str, as_of: dt.date
) -> dict[str, pd.DataFrame]:
    """The records that a unit's results are computed from, by target; those of the city once each.

    Columns: those of the form, and label, day, stratum, passed (see `yxq.measures.chosen`).
    """
    placed: dict[object, pd.DataFrame] = {}
    found: dict[str, pd.DataFrame] = {}
    for target in targets:
        measure, city = target.measure, unit == plan.folder.city.name
        rows = records.get(measure.form)
        if rows is None or measure.kind == "text" or not (city or "unit" in rows):
            found[target.id] = pd.DataFrame()
            continue
        key = measure.form, when_of(plan, measure)
        if key not in placed:
            rows = dated(plan, measure, rows[rows["once"] if city else rows["unit"] == unit])
            placed[key] = rows[(rows["label"] == plan.year) & (rows["day"] <= pd.Timestamp(as_of))]
        found[target.id] = chosen(measure, placed[key])
    return found


def failing(targets: Iterable[Target], records: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Records that did not pass, of the rate targets given, the latest first; records: see `behind`.

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
        rows = records[target.id]
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
