"""From a result down to the records behind it, each with its file and row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import pandas as pd

from yxq.attainment.measures import chosen, dated, when_of
from yxq.plan.folder import Plan
from yxq.plan.target import Target

CASES = {
    "target": "str",
    "date": "datetime64[us]",
    "number": "str",
    "unit": "str",
    "firm": "str",
    "item": "str",
    "counts": "str",
    "failing": "str",
    "named": "bool",
    "total": "Int64",
    "failed": "Int64",
    "file": "str",
    "sheet": "str",
    "row": "int64",
}
REPEATED = ["firm", "unit", "failed", "total", "rate", "first", "last", "item", "failing"]
BY = ["item", "firm", "unit", "month", "target"]
SOURCES = ["unit", "target", "file", "sheet", "row"]


def _chosen(
    plan: Plan, targets: Iterable[Target], records: dict[str, pd.DataFrame], as_of: dt.date
) -> Iterator[tuple[Target, pd.DataFrame]]:
    """Each target with the records of the year that it is computed from, of all units; nothing
    where there are none.
    """
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
    plan: Plan,
    targets: Iterable[Target],
    records: dict[str, pd.DataFrame],
    unit: str | None,
    as_of: dt.date,
) -> dict[str, pd.DataFrame]:
    """The records that a unit's results are computed from, by target; those of the city once each.

    Without a unit those of every town that is assessed, a record that two of them share standing
    for both. Columns: those of the form, and label, day, stratum, passed (see
    `yxq.attainment.measures.chosen`).
    """
    city, found = unit == plan.folder.city.name, {}
    named = [unit] if unit else [town.name for town in plan.towns]
    for target, rows in _chosen(plan, targets, records, as_of):
        if city:
            found[target.id] = rows[rows["once"]] if len(rows) else rows
        else:
            found[target.id] = rows[rows["unit"].isin(named)] if "unit" in rows else pd.DataFrame()
    return found


def sources(plan: Plan, records: dict[str, pd.DataFrame], as_of: dt.date) -> pd.DataFrame:
    """Every row that a result of the year comes from; columns: unit, target, file, sheet, row. The
    city has its own.
    """
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


def cases(targets: Iterable[Target], records: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Every record behind the rate targets given, passed or not; records: see `behind`.

    Columns: see CASES. number is that of the sample; item is the product, project or stratum; total
    and failed are counts (1 and 0 or 1 of a record that is one item); counts is what a row that
    states counts says; failing is the failing item (missing where it is not stated); named: whether
    the form names failing items. Two targets on one measure are listed once, under the first.
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
            total, failed, what, counts = (
                1,
                (~rows["passed"]).astype("int64"),
                rows.get("failing_item", blank),
                blank,
            )
        else:
            total, failed, what = (
                rows[measure.denominator],
                rows[measure.denominator] - rows[measure.numerator],
                blank,
            )
            counts = (
                rows[measure.numerator].astype(str) + " / " + rows[measure.denominator].astype(str)
            )
        item = next(
            (rows[name] for name in ("product", "project", "stratum") if name in rows), blank
        )
        parts.append(
            pd.DataFrame(
                {
                    "target": target.id,
                    "date": rows["day"],
                    "number": rows.get("sample_no", blank),
                    "unit": rows["unit"],
                    "firm": rows.get("firm", blank).fillna(""),
                    "item": item.fillna(""),
                    "counts": counts,
                    "failing": what.astype("str"),
                    "named": "failing_item" in rows,
                    "total": total,
                    "failed": failed,
                    "file": rows["file"],
                    "sheet": rows["sheet"],
                    "row": rows["row"],
                }
            )
        )
    nothing = pd.DataFrame({name: [] for name in CASES})
    return (
        pd.concat(parts or [nothing])
        .astype(CASES)
        .sort_values("date", ascending=False, kind="stable")
        .reset_index(drop=True)
    )


def failing(targets: Iterable[Target], records: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The `cases` that did not pass, the latest first."""
    found = cases(targets, records)
    return found[found["failed"] > 0].reset_index(drop=True)


def breakdown(found: pd.DataFrame, by: str) -> pd.DataFrame:
    """Where the failures of some `cases` lie, the most first.

    Columns: what they are broken down `by` (item, firm, unit, month or target; empty where it is
    not stated), failed, total, rate (that passed), share (of all failures), cumulative (share up to
    this row).
    """
    keys = found["date"].dt.to_period("M").astype("str") if by == "month" else found[by].fillna("")
    sums = found.groupby(keys.rename(by))[["failed", "total"]].sum().astype("int64").reset_index()
    sums = sums.sort_values("failed", ascending=False, kind="stable", ignore_index=True)
    return _shared(sums.assign(rate=1 - sums["failed"] / sums["total"].where(sums["total"] > 0)))


def pareto(found: pd.DataFrame) -> pd.DataFrame:
    """How often each item failed, of `cases` whose form names failing items, the most frequent
    first.

    Columns: failing, failed, share (of all that is named), cumulative. A batch that names several
    (parted by a comma or a semicolon of either kind, or by 、) counts once for each.
    """
    named = found[found["named"].astype(bool) & (found["failed"] > 0)]
    several = named["failing"].fillna("").str.split("[、，,；;]")
    each = several.map(
        lambda items: [*dict.fromkeys(filter(None, map(str.strip, items)))] or [""]
    ).explode()
    return _shared(each.value_counts().rename_axis("failing").rename("failed").reset_index())


def repeated(found: pd.DataFrame, least: int = 2) -> pd.DataFrame:
    """Firms that failed `least` times or more, of some `cases`, the most often first.

    Columns: firm, unit (all of them), failed, total, rate, first, last (day of a failure), item,
    failing (what failed). A firm is its name in a unit's return: two firms of one name are taken
    for one, a firm under two names for two.
    """
    named = found[found["firm"] != ""]
    wrong = named[named["failed"] > 0]

    def each(values: pd.Series) -> str:
        return "、".join(dict.fromkeys(text for text in values.dropna().astype("str") if text))

    of = (
        wrong.sort_values("date", kind="stable")
        .groupby("firm")
        .agg(
            unit=("unit", each),
            failed=("failed", "sum"),
            first=("date", "min"),
            last=("date", "max"),
            item=("item", each),
            failing=("failing", each),
        )
    )
    of = of[of["failed"] >= least].join(named.groupby("firm")["total"].sum()).reset_index()
    of = of.assign(rate=1 - of["failed"] / of["total"]).astype(
        {"failed": "int64", "total": "int64"}
    )
    return of.sort_values(["failed", "last"], ascending=False, kind="stable", ignore_index=True)[
        REPEATED
    ]


def _shared(sums: pd.DataFrame) -> pd.DataFrame:
    """With each row's share of the failures, and the share up to it."""
    whole = sums["failed"].sum()
    share = sums["failed"] / (whole or 1)
    return sums.assign(share=share, cumulative=sums["failed"].cumsum() / (whole or 1))
