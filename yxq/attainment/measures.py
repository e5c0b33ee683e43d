"""From records to measures: the numbers that targets are computed from, additive over time by
construction.

City rows come from distinct records, never from adding units, because units overlap.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from yxq.plan.folder import Plan, clusters_of
from yxq.plan.measure import Measure
from yxq.plan.selection import about, blank, of_form, says
from yxq.plan.units import nearest
from yxq.tables.contracts import DAY, MEASURES
from yxq.words.text import fold

COLUMNS, DTYPES = [*MEASURES.columns], dict(MEASURES.columns)
KEYS = COLUMNS[: COLUMNS.index("numerator")]
NUMBERS = ["numerator", "denominator", "value"]
OF_A_MEASURE = [*NUMBERS, "word", "due", "done", "scale"]
MOST_DECIMALS = 9
COMMON = 1000  # words of a column among which the nearest is looked for


def period_year(plan: Plan, days: pd.Series) -> pd.Series:
    """The label of the period that each day falls in, which need not be a calendar year."""
    start = plan.period.start
    months = (days.dt.year - start.year) * 12 + days.dt.month - start.month
    return (months // 12 + plan.year).astype("Int64")


def dated(plan: Plan, measure: Measure, rows: pd.DataFrame) -> pd.DataFrame:
    """Records of a form with `label` (period year), `day` and `month`, those that fall in no year
    left out.

    A row is placed by its last day: a return for July and August counts from 31 August. An annual
    value belongs to the period of its name, and has no month: it counts from its return where that
    came within the year, else from the period's end.
    """
    when = when_of(plan, measure)
    if "year" not in rows:  # a form need not have the column: the return says it
        rows = rows.assign(year=rows["to"].dt.year.astype("Int64"))
    if when == ("year",):
        spans = [plan.span(int(year)) for year in rows["year"]]
        first, last = (pd.Series(days, rows.index, DAY) for days in zip(*spans, strict=True))
        early = rows["to"] < pd.to_datetime(rows["year"].astype("str") + "-12-31")
        day = rows["to"].where(early, last).clip(first, last)
        rows = rows.assign(label=rows["year"], day=day, month=pd.NA)
    else:
        has_day = when and rows[when[0]].dtype.kind == "M"
        day = rows[when[0]] if has_day else rows["to"]
        rows = rows.assign(label=period_year(plan, day), day=day, month=day.dt.month)
    return rows[rows["label"].notna()]


def when_of(plan: Plan, measure: Measure) -> tuple[str, ...]:
    """The columns that say when a record of a measure was."""
    return measure.when or plan.folder.forms[measure.form].when


def chosen(measure: Measure, rows: pd.DataFrame) -> pd.DataFrame:
    """Of the dated records of a form those that a measure is computed from, with `stratum`, and
    `passed` where it has one; those that lack what it needs are left out.
    """
    # What is blank says nothing: it is neither a failure nor a zero.
    rows = rows[about(measure, rows) & ~blank(measure, rows).any(axis=1)]
    if measure.strata:
        rows = rows[rows[measure.strata.column].isin(measure.strata.values)]
    rows = rows.assign(stratum=rows[measure.strata.column] if measure.strata else "")
    for column, wanted in measure.passed.items():
        rows["passed"] = says(rows[column], wanted)
    return rows


def behind_measures(
    plan: Plan,
    measures: Mapping[str, Measure],
    records: dict[str, pd.DataFrame],
    as_of: dt.date | None = None,
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each name with the records that its measure is computed from (see `chosen`), no rows where
    there are none; with `as_of` those of the plan's year up to that day.
    """
    dated_rows: dict[object, pd.DataFrame] = {}  # many targets are measured by one form
    none = pd.DataFrame()
    for name, measure in measures.items():
        if measure.form not in records or not measure.key:
            yield name, none
            continue
        first = measure.first_year(plan.year)
        key = measure.form, when_of(plan, measure), first
        if key not in dated_rows:
            rows = dated(plan, measure, records[measure.form])
            if as_of is not None:
                within = rows["label"].between(first, plan.year)
                rows = rows[within & (rows["day"] <= pd.Timestamp(as_of))]
            dated_rows[key] = rows
        yield name, chosen(measure, dated_rows[key])


def _by_unit(plan: Plan, measure: Measure, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows once per unit that they count for; the city has its own, each record once."""
    city = plan.city
    if measure.peer:
        peers = rows[measure.peer]
        own = [name for name in peers.unique() if plan.folder.match(name) == city]
        return rows.assign(unit=peers.where(~peers.isin(own), city.name))
    if measure.is_single:
        return rows
    if "unit" not in rows:  # a form that does not say whose a row is: all are the city's
        rows = rows.assign(unit=None)
    towns = rows[rows["unit"].notna() & (rows["unit"] != city.name)]
    both = pd.concat([towns, rows[rows["once"]].assign(unit=city.name)], ignore_index=True)
    if measure.key != "distinct":
        return both
    # The first time in the period, or since the year that it adds up from, is when a firm counts.
    if measure.since:
        both, label = both[both["label"] >= measure.since], []
    else:
        label = ["label"]
    first = ["unit", *label, *measure.distinct]
    return both.sort_values("day", kind="stable").drop_duplicates(first).assign(records=1)


def _numbers(measure: Measure, rows: pd.DataFrame) -> dict[str, Any]:
    """Numerator and denominator, or value, or dates, of each row; scale: the decimals of a sum,
    whose numbers are whole numbers of so many parts.
    """
    match measure.key:
        case "passed":
            return {"numerator": rows["records"] * rows["passed"], "denominator": rows["records"]}
        case "rows":
            return {"numerator": rows["records"]}
        case "distinct":
            return {"numerator": 1}
        case "sum":
            return _sums(measure, rows)
        case "value":
            return _values(measure, rows)
        case "word":
            return {"word": rows[measure.word]}
    return {name: rows[column] for name in ("due", "done") if (column := getattr(measure, name))}


def _values(measure: Measure, rows: pd.DataFrame) -> dict[str, Any]:
    """A value as it is reported; of which a mean is taken as whole numbers, like a sum."""
    values = rows[measure.value]
    if measure.years == 1:
        return {"value": values}
    scale = decimals(values)
    again = rows.duplicated(["unit", "label", "day", "stratum"]) | values.isna()
    return {"numerator": _whole(values, scale).mask(again), "scale": scale}


def _sums(measure: Measure, rows: pd.DataFrame) -> dict[str, Any]:
    """What columns add up to, exactly: whole numbers of the smallest decimal that any row has."""
    used = rows[measure.added]
    scale = max((decimals(used[name]) for name in used), default=0)
    # What is whole was added up when alike records were put together; decimals were kept apart.
    times = {name: rows["records"] if _is_float(used[name]) else 1 for name in used}
    parts = {name: _whole(used[name], scale) * times[name] for name in used}
    numerator = sum(sign * parts[name] for sign, name in measure.terms)
    numbers = {"numerator": numerator, "scale": scale}
    return numbers | ({"denominator": parts[measure.over]} if measure.over else {})


def decimals(values: pd.Series) -> int:
    """How many decimals the numbers of a column have, as they are written."""
    if not _is_float(values):
        return 0
    numbers = values.dropna().to_numpy("float64")
    for scale in range(MOST_DECIMALS):
        if (np.rint(numbers * 10**scale) / 10**scale == numbers).all():
            return scale
    return MOST_DECIMALS


def _is_float(values: pd.Series) -> bool:
    return bool(pd.api.types.is_float_dtype(values))


def _whole(values: pd.Series, scale: int) -> pd.Series:
    """A column as whole numbers of so many decimals."""
    if not _is_float(values):
        return values * 10**scale
    return (values.astype("Float64") * 10**scale).round().astype("Int64")


def unmatched(plans: Iterable[Plan], records: Mapping[str, pd.DataFrame]) -> list[tuple[str, ...]]:
    """Words of a condition on free text that no record says: target, form, column and word, and the
    nearest that are said.
    """
    found: list[tuple[str, ...]] = []
    for plan in plans:
        for name, measure in plan.measured.items():
            rows, columns = records.get(measure.form), plan.folder.forms[measure.form].columns
            for column, wanted in (measure.where | measure.passed).items():
                words = wanted if isinstance(wanted, tuple) else (wanted,)
                if rows is not None and column in columns and columns[column].type == "text":
                    lost = [word for word in words if not says(rows[column], word).any()]
                    near = ["、".join(_nearest(str(word), rows[column])) for word in lost]
                    about = (name, measure.form, column)
                    found += [(*about, *map(str, each)) for each in zip(lost, near, strict=True)]
    return [*dict.fromkeys(found)]


def _nearest(word: str, said: pd.Series) -> list[str]:
    """The commonest of the words of a column that are nearest to another."""
    common = said.astype("str").value_counts().index[:COMMON]
    return nearest(word, {fold(text): str(text) for text in common}, str)


def needed(plans: Iterable[Plan], form: str) -> set[str]:
    """The columns of a form that the targets and bases of some plans ask for."""
    plans = list(plans)
    named = {column for measure in of_form(plans, form) for column in measure.columns}
    return named | {"unit", *(column for plan in plans for column in plan.folder.forms[form].when)}


def condense(plans: Iterable[Plan], form: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Records of a form with the same of everything that a target asks for as one row, counts added
    up.

    Column `records` says how many. Parts of the records can be condensed one by one, put together
    and condensed again.
    """
    plans = list(plans)
    measures = of_form(plans, form)
    counts = {name for measure in measures for name in measure.added}
    # Numbers with decimals are kept apart, for a sum of binary fractions would be another number.
    added = sorted(name for name in counts if name in rows and not _is_float(rows[name]))
    asked = needed(plans, form) | {"once", "to", "year"}
    by = [name for name in rows if name in asked and name not in added]
    # A row that lacks one of its counts stays apart, or the others of it would count without it.
    blanks = {f"no {name}": rows[name].isna() for name in added if rows[name].isna().any()}
    rows = rows.assign(records=rows.get("records", 1), **blanks)
    groups = rows.groupby([*by, *blanks], dropna=False, sort=False, observed=True)
    sums = groups[[*added, "records"]].sum(min_count=1).reset_index().drop(columns=[*blanks])
    texts = [name for name in by if isinstance(sums[name].dtype, pd.CategoricalDtype)]
    return sums.astype(dict.fromkeys(texts, "str"))


def measure(plan: Plan, records: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Measures of every target and basis of a plan, for every year that the records (condensed or
    not) hold.

    Columns: plan, year (the period's label), month (missing for annual values), date (last day
    covered), unit (of a peer comparison: the peer city), target, stratum, numerator, denominator
    (counts; of a sum with decimals whole numbers of 10 ** -scale), value, word, due, done (tasks),
    records (rows behind), scale. Of a measure with clusters once more under `clusters_of`, the
    cluster in place of the stratum.
    """
    records = {
        form: rows if "records" in rows else condense([plan], form, rows)
        for form, rows in records.items()
    }
    parts = []
    for name, rows in behind_measures(plan, plan.measured, records):
        if len(rows):
            rows = _by_unit(plan, plan.measured[name], rows)
            numbers = _numbers(plan.measured[name], rows)
            # A form may have a column of such a name; it is no number of this measure.
            rows = rows.drop(columns=OF_A_MEASURE, errors="ignore").assign(**numbers)
            rows = rows.assign(plan=plan.id, target=name, year=rows["label"], date=rows["day"])
            parts.append(rows.reindex(columns=COLUMNS).astype(DTYPES))
            if cluster := plan.measured[name].clusters:
                rows = rows.assign(target=clusters_of(name), stratum=rows[cluster].fillna(""))
                parts.append(rows.reindex(columns=COLUMNS).astype(DTYPES))
    if not parts:
        return pd.DataFrame(columns=COLUMNS).astype(DTYPES)
    groups = pd.concat(parts).groupby(KEYS, dropna=False, sort=True)
    sums = groups[["numerator", "denominator", "records"]].sum(min_count=1)
    singles = groups[["value", "word", "due", "done", "scale"]].first()
    return sums.join(singles).reset_index()[COLUMNS].astype(DTYPES)
