"""One target over time: month by month, and year by year where plans change."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from yxq.attainment import owed
from yxq.attainment.attain import all_due, attain
from yxq.attainment.cells import scales
from yxq.attainment.measures import NUMBERS
from yxq.plan.folder import Folder, Plan
from yxq.plan.target import Target
from yxq.plan_folders.diff import differences
from yxq.words.states import State

MONTHS = ["unit", "month", *NUMBERS, "so_far", "of"]
YEARS = [
    "year",
    "plan",
    "standing",
    "unit",
    "target",
    "require",
    "bound",
    *NUMBERS,
    "state",
    "as_of",
    "received_by",
    "note",
]
CHANGED = ["raised", "lowered", "changed", "redefined", "added"]
STANDINGS = ["first plan", "unchanged", *CHANGED, "not in the plan", "no plan"]
# Of the changes of a plan the one that matters most to who compares two years, and in what.
TELLING = ["added", "redefined", "raised", "lowered", "changed"]
COMPARED = ["target", "require", "by", "measure", "unit", "sampled"]


def months(plan: Plan, measures: pd.DataFrame, target: Target, as_of: dt.date) -> pd.DataFrame:
    """A target's counts month by month until a day, a row a unit and month with any, strata put
    together.

    Columns: unit, month (a return of several months counts in its last), numerator and denominator
    (of counts only the former), value (the rate of a share), so_far and of (both added up since
    the period began); of a sum with decimals the amounts themselves. Levels, tasks and comparisons
    do not add up, and have no months and no rows.
    """
    adds_up = target.measure.number != "level" and target.measure.span == "period"
    towns = plan.towns if target.whom != "city" else []
    rows = measures[
        adds_up
        & (measures["plan"] == plan.id)
        & (measures["year"] == plan.year)
        & (measures["target"] == target.id)
        & measures["month"].notna()
        & measures["numerator"].notna()
        & (measures["date"] <= pd.Timestamp(as_of))
        & measures["unit"].isin([unit.name for unit in (*towns, plan.city)])
    ]
    by_month = rows.assign(month=rows["date"].dt.to_period("M")).groupby(["unit", "month"])
    sums = by_month[["numerator", "denominator"]].sum(min_count=1).astype("Int64")
    so_far = sums.groupby("unit").cumsum()
    if scale := scales(rows).get(target.id, 0):  # whole numbers of a decimal until they are added
        sums, so_far = (counts.astype("Float64") / 10**scale for counts in (sums, so_far))
    value = (sums["numerator"] / sums["denominator"]).astype("Float64")
    table = sums.assign(
        value=value.where(sums["denominator"] > 0),
        so_far=so_far["numerator"],
        of=so_far["denominator"],
    )
    return table.reset_index()[MONTHS]


def years(
    folder: Folder,
    measures: pd.DataFrame,
    files: pd.DataFrame,
    id: str,
    as_of: dt.date,
    received_by: dt.date | None = None,
) -> pd.DataFrame:
    """A target year by year, each as its own plan has it, with what became of it; files: what
    arrived by `received_by`, or by `as_of` if no day is named.

    Columns: year, plan (whose definition the number follows), standing, and those of a result:
    unit, target, require, bound, numerator, denominator, value, state, as_of, note and the others
    of `attain`. standing says what became of the target: first plan, unchanged, raised, lowered,
    changed, redefined (values before and after are not alike), added; and where no plan asks for
    it, `not in the plan` or `no plan`: then it is measured as the next plan that has it (else the
    last) defines it, without requirement or state. Years that begin after `as_of` are left out, and
    so are first years without a plan or a value.
    """
    defined = [year for year in sorted(folder.periods) if _has(folder, year, id)]
    plans = [folder.plan(year).id for year in defined]
    measured = measures.loc[measures["plan"].isin(plans), "year"]
    parts: list[pd.DataFrame] = []
    for year in range(min([*defined, *measured]), max([*folder.periods, *measured]) + 1):
        source = next((later for later in defined if later >= year), defined[-1])
        plan = folder.plan(source)
        moved = _in_year(plan, year, id)
        if moved.period.start > as_of and parts:
            break
        rows = _results(plan, moved, measures, files, as_of, received_by or as_of)
        if year != source:
            rows = _without_verdict(rows)
        if parts or year in folder.periods or rows["value"].notna().any():
            standing = _standing(folder, year, id)
            parts.append(rows.assign(year=year, plan=plan.id, standing=standing))
    table = pd.concat(parts, ignore_index=True)
    later = [year for year, period in folder.periods.items() if period.start > as_of]
    return table[~table["year"].isin(later)]


def _has(folder: Folder, year: int, id: str) -> bool:
    """Whether the plan of a year has a target."""
    return any(target.id == id for target in folder.periods[year].targets)


def _in_year(plan: Plan, year: int, id: str) -> Plan:
    """One target of a plan as it would be in another year."""
    start, end = plan.span(year)
    targets = tuple(target for target in plan.targets if target.id == id)
    moved = {"year": year, "start": start, "end": end, "targets": targets}
    return plan.model_copy(update={"period": plan.period.model_copy(update=moved)})


def _results(
    plan: Plan,
    moved: Plan,
    measures: pd.DataFrame,
    files: pd.DataFrame,
    as_of: dt.date,
    received_by: dt.date,
) -> pd.DataFrame:
    """How a plan's one target stands in the year that it is moved to, at its end at the latest."""
    used = [*(target.id for target in moved.targets), *plan.period.bases]
    rows = measures[(measures["plan"] == plan.id) & measures["target"].isin(used)]
    day = min(all_due(moved), as_of)
    returns = owed.status(moved, files, day, received_by)
    rows = rows.assign(plan=moved.id)
    return attain(moved, rows, returns, day, files=files, received_by=received_by)


def _without_verdict(rows: pd.DataFrame) -> pd.DataFrame:
    """Results of a year whose plan does not ask for them; what was not reported is no zero."""
    reported = rows["state"] != State.NO_DATA
    numbers = {name: rows[name].where(reported) for name in NUMBERS}
    return rows.assign(**numbers, state=pd.NA, require="", bound="", note="")


def _standing(folder: Folder, year: int, id: str) -> str:
    """What became of a target in the plan of a year."""
    if year not in folder.periods:
        return "no plan"
    if not _has(folder, year, id):
        return "not in the plan"
    before = max((earlier for earlier in folder.periods if earlier < year), default=None)
    if before is None:
        return "first plan"
    rows = differences(folder.plan(before), folder.plan(year))
    changes = set(rows.loc[(rows["target"] == id) & rows["what"].isin(COMPARED), "change"])
    return next((change for change in TELLING if change in changes), "unchanged")
