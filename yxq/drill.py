"""From a result down to the records behind it, each with its file and row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import pandas as pd

from yxq.measures import chosen, dated, when_of
from yxq.plan import Plan, Target

FAILING = ["target", "date", "unit", "firm", "item", "counts", "failing", "named", "file", "sheet", "row"]
SOURCES = ["unit", "target", "file", "sheet", "row"]


def _chosen(
    plan: Plan, targets: Iterable[Target], records: dict[str, pd.DataFrame], as_of: dt.date
) -> Iterator[tuple[Target, pd.DataFrame]]:
    """Each target with the records of the year that it is computed from, of all units; nothing where there are none."""
    placed: dict[object, pd.DataFrame] = {}
    for target in targets:
        measure = target.measure
        rows = records.get(measure.form)
        if rows is None or measure.kind == "text":
            yield target, pd.DataFrame()
            continue
        key = measure.form, when_of(plan, measure)
        if key not in placed:
            rows = dated(plan, measure, rows)
            placed[key] = rows[(rows["label"] == plan.year) & (rows["day"] <= pd.Timestamp(as_of))]
        yield target, chosen(measure, placed[key])


def behind(
    plan: Plan, targets: Iterable[Target], records: dict[str, pd.DataFrame], unit: str, as_of: dt.date
) -> dict[str, pd.DataFrame]:
    """The records that a unit's results are computed from, by target; those of the city once each.

    Columns: those of the form, and label, day, stratum, passed (see `yxq.measures.chosen`).
    """
    city, found = unit == plan.folder.city.name, {}
    for target, rows in _chosen(plan, targets, records, as_of):
        if city:
            found[target.id] = rows[rows["once"]] if len(rows) else rows
        else:
            found[target.id] = rows[rows["unit"] == unit] if "unit" in rows else pd.DataFrame()
    return found


def sources(plan: Plan, records: dict[str, pd.DataFrame], as_of: dt.date) -> pd.DataFrame:
    """Every row that a result of the year comes from; columns: unit, target, file, sheet, row. The city has its own."""
    parts = [pd.DataFrame(columns=SOURCES)]
    towns = {unit.name for unit in plan.towns}
    for target, rows in _chosen(plan, plan.targets, records, as_of):
        if rows.empty:
            continue
        rows = rows.assign(target=target.id)
        if "unit" in rows and target.scope != "city":
            parts.append(rows.loc[rows["unit"].isin(towns), SOURCES])
        parts.append(rows[rows["once"]].assign(unit=plan.folder.city.name)[SOURCES])
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)


def failing(targets: Iterable[Target], records: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Records that did not pass, of the rate targets given, the latest first; records: see `behind`.

    Columns: target (id), date, unit, firm, item, counts (of a row that states counts), failing (the failing item;
    missing where it is not stated), named (whether the form names failing items), file, sheet, row. Two targets on one measure are
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
                 "file": rows["file"], "sheet": rows["sheet"], "row": rows["row"]}  # fmt: skip
        parts.append(pd.DataFrame(found)[failed])
    if not parts:
        return pd.DataFrame(columns=FAILING)
    return pd.concat(parts).sort_values("date", ascending=False, kind="stable").reset_index(drop=True)
