"""One target over time: month by month, and year by year where plans change."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from yxq.attainment import owed
from yxq.attainment.attain import attain, default_as_of
from yxq.plan.diff import differences
from yxq.plan.folder import Folder, Plan
from yxq.plan.target import Target

MONTHS = ["unit", "month", "numerator", "denominator", "value", "so_far", "of"]
YEARS = [
    "year",
    "plan",
    "standing",
    "unit",
    "target",
    "threshold",
    "numerator",
    "denominator",
    "value",
    "state",
    "as_of",
    "note",
]
STANDINGS = [
    "first plan",
    "unchanged",
    "raised",
    "lowered",
    "changed",
    "redefined",
    "added",
    "not in the plan",
    "no plan",
]


def months(plan: Plan, measures: pd.DataFrame, target: Target, as_of: dt.date) -> pd.DataFrame:
    """A target's counts month by month until a day, a row a unit and month with any, strata put
    together.

    Columns: unit, month (a return of several months counts in its last), numerator and denominator
    (of counts only the former), value (the rate of a rate rule), so_far and of (both added up since
    the period began). Annual values, tasks and comparisons have no months and no rows.
    """
    rows = measures[
        (measures["plan"] == plan.id)
        & (measures["year"] == plan.year)
        & (measures["target"] == target.id)
    ]
    assessed = [
        unit.name for unit in (*(plan.towns if target.scope != "city" else ()), plan.folder.city)
    ]
    rows = rows[
        rows["month"].notna()
        & rows["numerator"].notna()
        & (rows["date"] <= pd.Timestamp(as_of))
        & rows["unit"].isin(assessed)
    ]
    rows = rows.assign(month=rows["date"].dt.to_period("M"))
    sums = (
        rows.groupby(["unit", "month"], sort=True)[["numerator", "denominator"]]
        .sum(min_count=1)
        .astype("Int64")
    )
    added = sums.groupby("unit").cumsum()
    value = (
        (sums["numerator"] / sums["denominator"]).astype("Float64").where(sums["denominator"] > 0)
    )
    return sums.assign(
        value=value, so_far=added["numerator"], of=added["denominator"]
    ).reset_index()[MONTHS]


def years(
    folder: Folder, measures: pd.DataFrame, files: pd.DataFrame, id: str, as_of: dt.date
) -> pd.DataFrame:
    """A target's attainment in every year that has data or a plan, a row a year and unit, each as
    its own plan has it.

    Columns: see YEARS, and the others of `yxq.attainment.attain.attain`; files: what arrived. plan
    is whose definition the number follows. standing says what became of the target: first plan,
    unchanged, raised, lowered, changed, redefined (values before and after are not alike), added;
    and where no plan asks for it, `not in the plan` or `no plan`: then it is measured as the next
    plan that has it (else the last) defines it, without threshold or state. Years that begin after
    `as_of` are left out, and so are first years without a plan or a value.
    """
    parts: list[pd.DataFrame] = []
    having = [
        year
        for year in sorted(folder.periods)
        if any(t.id == id for t in folder.periods[year].targets)
    ]
    seen = measures.loc[measures["plan"].isin([folder.plan(y).id for y in having]), "year"]
    for year in range(min([*having, *seen]), max([*folder.periods, *seen]) + 1):
        source = year if year in having else next((y for y in having if y > year), having[-1])
        plan = folder.plan(source)
        moved = _in_year(plan, year, id)
        if moved.period.start > as_of and parts:
            break
        day = min(default_as_of(moved), as_of)
        own = measures[
            (measures["plan"] == plan.id) & (measures["target"].isin([id, *plan.period.bases]))
        ].assign(plan=moved.id)
        got = attain(moved, own, owed.status(moved, files, day), day)
        if year != source:
            known = got["state"] != "no data"  # what was not reported is no zero
            got[["numerator", "denominator", "value"]] = got[
                ["numerator", "denominator", "value"]
            ].where(known)
            got = got.assign(state=pd.NA, threshold="", note="")
        if parts or year in folder.periods or got["value"].notna().any():
            parts.append(got.assign(year=year, plan=plan.id, standing=_standing(folder, year, id)))
    found = pd.concat(parts, ignore_index=True)
    return found[
        [
            folder.plan(year).period.start <= as_of if year in folder.periods else True
            for year in found["year"]
        ]
    ]


def _in_year(plan: Plan, year: int, id: str) -> Plan:
    """One target of a plan as it would be in another year."""
    start, end = plan.span(year)
    targets = tuple(target for target in plan.targets if target.id == id)
    return plan.model_copy(
        update={
            "period": plan.period.model_copy(
                update={"year": year, "start": start, "end": end, "targets": targets}
            )
        }
    )


def _standing(folder: Folder, year: int, id: str) -> str:
    """What became of a target in the plan of a year."""
    if year not in folder.periods:
        return "no plan"
    if not any(target.id == id for target in folder.periods[year].targets):
        return "not in the plan"
    before = max((y for y in folder.periods if y < year), default=None)
    if before is None:
        return "first plan"
    found = differences(folder.plan(before), folder.plan(year))
    changes = set(
        found.loc[
            (found["target"] == id)
            & found["what"].isin(["target", "threshold", "rule", "measure", "unit", "sampled"]),
            "change",
        ]
    )
    return next(
        (
            standing
            for standing in ("added", "redefined", "raised", "lowered", "changed")
            if standing in changes
        ),
        "unchanged",
    )
