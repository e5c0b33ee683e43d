"""From a result down to the records behind it, each with its file and row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

import pandas as pd

from yxq.attainment.cells import Clock
from yxq.attainment.measures import behind_measures, decimals
from yxq.plan.folder import Plan
from yxq.plan.measure import Measure
from yxq.plan.target import Target
from yxq.words.states import MET

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
REPEATED = ["firm", "unit", "failed", "total", "pass_rate", "first", "last", "item", "failing"]
PARTED = ["target", "item"]
PARTED += ["passed_before", "total_before", "passed", "total", "mix", "rate"]
BY = ["item", "firm", "unit", "month", "target"]
SOURCES = ["unit", "target", "file", "sheet", "row"]
ITEMS = ["product", "project", "stratum"]  # the first of these that a form has is what was tested
SEPARATORS = "[、，,；;]"


def behind(
    plan: Plan,
    targets: Iterable[Target],
    records: dict[str, pd.DataFrame],
    unit: str | None,
    as_of: dt.date,
) -> dict[str, pd.DataFrame]:
    """The records that a unit's results are computed from, by target; those of the city once each.

    Without a unit those of every town that is assessed, a record that two of them share standing
    for both. Columns: those of the form, and label (the period's year), day, month, stratum (of a
    form that has none itself), passed (of items that pass or fail).
    """
    measures = {target.id: target.measure for target in targets}
    units = [unit] if unit else [town.name for town in plan.towns]
    found = {}
    for target, rows in behind_measures(plan, measures, records, as_of):
        if unit == plan.city.name:
            rows = rows[rows["once"]] if len(rows) else rows
            rows = _that_count(measures[target], rows, [])
        else:
            rows = rows[rows["unit"].isin(units)] if "unit" in rows else pd.DataFrame()
            rows = _that_count(measures[target], rows, ["unit"])
        found[target] = _as_sent(rows, records.get(measures[target].form), "stratum")
    return found


def _as_sent(rows: pd.DataFrame, records: pd.DataFrame | None, column: str) -> pd.DataFrame:
    """Rows with a column of their form as it was sent, where a measure has one of that name."""
    if records is None or column not in records:
        return rows
    return rows.assign(**{column: records.loc[rows.index, column]})


def _that_count(measure: Measure, rows: pd.DataFrame, of: list[str]) -> pd.DataFrame:
    """The rows that a number comes from, by what it is a number `of`: of a stock those of the last
    day of each year.
    """
    if rows.empty or not measure.is_stock:
        return rows
    of = [*of, *filter(None, [measure.peer]), "stratum", "label"]
    return rows[rows["day"] == rows.groupby(of, dropna=False)["day"].transform("max")]


def sources(plan: Plan, records: dict[str, pd.DataFrame], as_of: dt.date) -> pd.DataFrame:
    """Every row that a result of the year comes from; columns: unit, target, file, sheet, row. The
    city has its own.
    """
    measures = {target.id: target.measure for target in plan.targets}
    towns = [unit.name for unit in plan.towns]
    parts = [pd.DataFrame(columns=SOURCES)]
    for target, rows in behind_measures(plan, measures, records, as_of):
        if rows.empty:
            continue
        rows, measure = rows.assign(target=target), measures[target]
        if "unit" in rows and plan.target(target).whom != "city":
            of_towns = rows[rows["unit"].isin(towns)]
            parts.append(_that_count(measure, of_towns, ["unit"])[SOURCES])
        of_city = _that_count(measure, rows[rows["once"]], [])
        parts.append(of_city.assign(unit=plan.city.name)[SOURCES])
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)


def cases(targets: Iterable[Target], records: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Every record behind the rate targets given, passed or not, the latest first; records: by
    target, as `behind` gives them.

    Columns: target, date, number (of the sample), unit, firm, item (the product, project or
    stratum), counts (what a row that states counts says), failing (the failing item; missing where
    it is not stated), named (whether the form names failing items), total and failed (counts; 1 and
    0 or 1 of a record that is one item), file, sheet, row. Two targets on one measure are listed
    once, under the first.
    """
    parts = [_cases(target, records[target.id]) for target in _rates(targets)]
    nothing = pd.DataFrame({name: [] for name in CASES})
    table = pd.concat([part for part in parts if len(part)] or [nothing]).astype(CASES)
    return table.sort_values("date", ascending=False, kind="stable", ignore_index=True)


def _rates(targets: Iterable[Target]) -> Iterator[Target]:
    """The rate targets, the first on each measure."""
    seen = set()
    for target in targets:
        basis = target.measure.model_dump_json()
        if target.kind == "share" and basis not in seen:
            seen.add(basis)
            yield target


def _cases(target: Target, rows: pd.DataFrame) -> pd.DataFrame:
    """The records of one target; see `cases`."""
    measure, blank = target.measure, pd.Series("", rows.index)
    # Parts of amounts are nothing that fails one by one.
    if rows.empty or any(decimals(rows[name]) for name in measure.added):
        return rows.iloc[:0]
    if measure.passed:
        passed, total = rows["passed"].astype("int64"), 1
        counts, failing = blank, rows.get("failing_item", blank)
    else:
        passed, total = _summed(measure, rows), rows[measure.over]
        both = zip(passed, total, strict=True)
        counts = pd.Series([f"{int(part):,} / {int(of):,}" for part, of in both], rows.index)
        failing = blank
    # Where less is better, what is counted is what must not be.
    failed = passed if target.better == "less" else total - passed
    columns = {
        "target": target.id,
        "date": rows["day"],
        "number": rows.get("sample_no", blank),
        "unit": rows["unit"],
        "firm": rows.get("firm", blank).fillna(""),
        "item": next((rows[name] for name in ITEMS if name in rows), blank).fillna(""),
        "counts": counts,
        "failing": failing.astype("str"),
        "named": "failing_item" in rows,
        "total": total,
        "failed": failed,
        "file": rows["file"],
        "sheet": rows["sheet"],
        "row": rows["row"],
    }
    return pd.DataFrame(columns)


def _summed(measure: Measure, rows: pd.DataFrame) -> pd.Series:
    """What each row adds to the number of a measure."""
    (sign, first), *more = measure.terms
    numbers: pd.Series = rows[first] * sign
    for sign, name in more:
        numbers = numbers + sign * rows[name]
    return numbers


def of_short(plan: Plan, found: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """Of some `cases` those that can have made a result short.

    An item that failed has failed, whatever the rate; a stock or a part of an amount lacks
    something only where the result of its unit, or of the city, falls short. results: unit, target,
    state of attainment.
    """
    short = results[~results["state"].isin(MET)]
    of_city = {*short.loc[short["unit"] == plan.city.name, "target"]}
    items = {target.id for target in plan.targets if _has_items(plan, target)}
    own = pd.MultiIndex.from_frame(found[["unit", "target"]])
    is_short = own.isin(pd.MultiIndex.from_frame(short[["unit", "target"]]))
    return found[found["target"].isin(items | of_city) | is_short].reset_index(drop=True)


def _has_items(plan: Plan, target: Target) -> bool:
    """Whether what a rate counts passes or fails one by one."""
    form = plan.folder.forms[target.measure.form]
    return not target.measure.is_stock and not form.adds_amounts(target.measure)


def failing(targets: Iterable[Target], records: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The `cases` that did not pass, the latest first."""
    found = cases(targets, records)
    return found[found["failed"] > 0].reset_index(drop=True)


def breakdown(found: pd.DataFrame, by: str) -> pd.DataFrame:
    """Where the failures of some `cases` lie, the most first, or month by month.

    Columns: what they are broken down `by` (item, firm, unit, month or target; empty where it is
    not stated), failed, total, pass_rate, share (of all failures), cumulative (share up to this
    row).
    """
    keys = found["date"].dt.to_period("M").astype("str") if by == "month" else found[by].fillna("")
    sums = found.groupby(keys.rename(by))[["failed", "total"]].sum().astype("int64").reset_index()
    if by != "month":
        sums = sums.sort_values("failed", ascending=False, kind="stable", ignore_index=True)
    return _with_shares(
        sums.assign(pass_rate=1 - sums["failed"] / sums["total"].where(sums["total"] > 0))
    )


def pareto(found: pd.DataFrame) -> pd.DataFrame:
    """How often each item failed, of `cases` whose form names failing items, the most frequent
    first.

    Columns: failing, failed, share (of all that is named), cumulative. A batch that names several
    (parted by a comma or a semicolon of either kind, or by 、) counts once for each.
    """
    named = found[found["named"].astype(bool) & (found["failed"] > 0)]
    items = named["failing"].fillna("").str.split(SEPARATORS).map(_distinct).explode()
    return _with_shares(items.value_counts().rename_axis("failing").rename("failed").reset_index())


def _distinct(items: list[str]) -> list[str]:
    """The items once each; an empty one where none is named."""
    return [*dict.fromkeys(filter(None, map(str.strip, items)))] or [""]


def repeated(found: pd.DataFrame, least: int = 2) -> pd.DataFrame:
    """Firms that failed `least` times or more, of some `cases`, the most often first.

    Columns: firm, unit (all of them), failed, total, pass_rate, first, last (day of a failure),
    item, failing (what failed). A firm is its name in a unit's return: two firms of one name are
    taken for one, a firm under two names for two.
    """
    named = found[found["firm"] != ""]
    failed = named[named["failed"] > 0].sort_values("date", kind="stable")
    firms = failed.groupby("firm").agg(
        unit=("unit", _listed),
        failed=("failed", "sum"),
        first=("date", "min"),
        last=("date", "max"),
        item=("item", _listed),
        failing=("failing", _listed),
    )
    firms = firms.join(named.groupby("firm")["total"].sum())
    firms = firms[firms["failed"] >= least].reset_index()
    firms = firms.assign(pass_rate=1 - firms["failed"] / firms["total"])
    firms = firms.astype({"failed": "int64", "total": "int64"})
    firms = firms.sort_values(["failed", "last"], ascending=False, kind="stable", ignore_index=True)
    return firms[REPEATED]


def _listed(values: pd.Series) -> str:
    """What is stated, once each, in one text."""
    return "、".join(dict.fromkeys(text for text in values.dropna().astype("str") if text))


def _with_shares(sums: pd.DataFrame) -> pd.DataFrame:
    """With each row's share of the failures, and the share up to it."""
    failures = sums["failed"].sum() or 1
    return sums.assign(
        share=sums["failed"] / failures, cumulative=sums["failed"].cumsum() / failures
    )


def parted(
    plan: Plan,
    targets: Iterable[Target],
    records: dict[str, pd.DataFrame],
    unit: str | None,
    as_of: dt.date,
) -> pd.DataFrame:
    """The change of each rate on the same days of the year before, parted by item into mix (what is
    counted became another) and rate (the item itself did); records: by form, of both years.

    Columns: target, item, passed_before, total_before, passed, total, mix = (w1 - w0) (r1 + r0) / 2
    and rate = (r1 - r0) (w1 + w0) / 2, w the item's share of all and r its rate (Kitagawa 1955, J.
    Am. Stat. Assoc. 50:1168). Added up they are the change. An item that only one of the years has
    is all mix. Rates that only one year has, or of one item, are left out.
    """
    start, end = plan.span(plan.year - 1)
    moved = {"year": plan.year - 1, "start": start, "end": end}
    before = plan.model_copy(update={"period": plan.period.model_copy(update=moved)})
    clock = Clock(*(pd.Timestamp(day) for day in (as_of, *plan.span(), as_of)))
    year_ago = clock.years_ago(clock.as_of).date()
    targets = [target for target in targets if target.kind == "share"]
    now, then = (
        _by_item(targets, cases(targets, behind(one, targets, records, unit, day)))
        for one, day in ((plan, as_of), (before, year_ago))
    )
    rows = now.join(then.add_suffix("_before"), how="outer").fillna(0).reset_index()
    sums = rows.groupby("target", sort=False)[["total", "total_before"]].transform("sum")
    several = rows.groupby("target")["item"].transform("size") > 1
    return _kitagawa(rows, sums)[(sums > 0).all(axis=1) & several][PARTED].reset_index(drop=True)


def _by_item(targets: list[Target], found: pd.DataFrame) -> pd.DataFrame:
    """What counts and all there is of each target and item."""
    less = {target.id for target in targets if target.better == "less"}
    passed = found["failed"].where(found["target"].isin(less), found["total"] - found["failed"])
    sums = found.assign(passed=passed).groupby(["target", "item"])[["passed", "total"]].sum()
    return sums.astype("float64")


def _kitagawa(rows: pd.DataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    """Items with the two parts of a change; an item's rate in a year without it is the other's."""
    r1, r0 = (rows[f"passed{when}"] / rows[f"total{when}"] for when in ("", "_before"))
    r1, r0 = r1.fillna(r0), r0.fillna(r1)
    w1, w0 = (rows[name] / sums[name] for name in ("total", "total_before"))
    mix, rate = (w1 - w0) * (r1 + r0) / 2, (r1 - r0) * (w1 + w0) / 2
    return rows.assign(mix=mix, rate=rate)
