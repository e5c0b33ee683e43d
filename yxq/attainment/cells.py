"""The cells that are judged: a unit and a target each, what arrived for them, and their sums."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from yxq.attainment.owed import rejected
from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.words.states import State

ARRIVALS = ["due", "missing", "arrived", "outstanding", "rejected"]


@dataclass(frozen=True)
class Clock:
    """Where a date stands in the plan's period."""

    as_of: pd.Timestamp
    start: pd.Timestamp
    end: pd.Timestamp

    @property
    def ended(self) -> bool:
        """Whether the period is over."""
        return bool(self.as_of >= self.end)

    @property
    def days(self) -> int:
        """The length of the period."""
        return int((self.end - self.start).days) + 1

    def elapsed(self, until: pd.Series) -> pd.Series:
        """How many days of the period lie up to some days, these included."""
        return ((until - self.start).dt.days + 1).clip(0, self.days)

    def year_ago(self, day: pd.Timestamp) -> pd.Timestamp:
        """The same day a year before; of a month's last day that month's last, of the period's end
        that period's.
        """
        if day >= self.end:
            return self.start - pd.Timedelta(days=1)
        back = day - pd.DateOffset(years=1)
        return back + pd.offsets.MonthEnd(0) if day.is_month_end else back


@dataclass(frozen=True)
class Known:
    """What is known of a plan on a date: the measures of its year, and sums of measures by the key
    of a cell (one number for unit and target) and stratum.

    now: up to the date; same: up to the day a year before that this year's data of the cell reach;
    whole: over that whole year. past: the measures of earlier years, if something is compared with
    them.
    """

    plan: Plan
    clock: Clock
    measures: pd.DataFrame
    now: pd.DataFrame
    same: pd.DataFrame
    whole: pd.DataFrame
    past: pd.DataFrame

    @classmethod
    def of(cls, plan: Plan, measures: pd.DataFrame, clock: Clock, cells: pd.DataFrame) -> Known:
        """Sum the measures of a plan and of the year before; cells: key and reach."""
        measures = measures.assign(key=keys(plan, measures["unit"], measures["target"]))
        latest = _stocks(plan)
        in_cells = measures[measures["key"] >= 0].astype({"stratum": "category"})  # groups quicker
        this_year = in_cells["year"] == plan.year
        year_before = in_cells["year"] == plan.year - 1
        year_ago = {day: clock.year_ago(day) for day in cells["reach"].unique()}
        same_day = in_cells["key"].map(cells.set_index("key")["reach"].map(year_ago))
        return cls(
            plan,
            clock,
            measures[measures["year"] == plan.year],
            now=_sums(in_cells[this_year & (in_cells["date"] <= clock.as_of)], latest),
            same=_sums(in_cells[year_before & (in_cells["date"] <= same_day)], latest),
            whole=_sums(in_cells[year_before], latest),
            past=in_cells[in_cells["year"] < plan.year],
        )

    @property
    def measures_so_far(self) -> pd.DataFrame:
        """The measures of the year up to the date."""
        return self.measures[self.measures["date"] <= self.clock.as_of]

    def earlier(self, cells: pd.DataFrame, year: int | None) -> pd.DataFrame:
        """Numerator, denominator and value of some cells in a year before the plan's, or (where
        none is named) in the latest that has any.
        """
        latest = self.past.groupby("key")["year"].transform("max")
        rows = self.past[self.past["year"] == (latest if year is None else year)]
        return over_strata(_sums(rows, _stocks(self.plan)), cells)

    def so_far(self, name: str, units: pd.Series) -> pd.DataFrame:
        """Numerator, denominator and value of a target, a basis or what people gave up to the date,
        a row a unit.
        """
        if any(name == target.id for target in self.plan.targets):
            of_target = pd.Series(name, units.index)
            cells = pd.DataFrame({"key": keys(self.plan, units, of_target)}, units.index)
            return over_strata(self.now, cells)
        rows = self.measures_so_far
        rows = rows[rows["target"] == name].sort_values("date", kind="stable")
        last = rows.drop_duplicates("unit", keep="last").set_index("unit")
        return last[["numerator", "denominator", "value"]].reindex(units).set_axis(units.index)


def scales(measures: pd.DataFrame) -> pd.Series:
    """How many decimals the sums of each target and basis have."""
    return measures.groupby("target")["scale"].max().fillna(0).astype("int64")


def _stocks(plan: Plan) -> list[str]:
    """The targets whose last report is their number."""
    return [target.id for target in plan.targets if target.measure.span == "latest"]


def grid(plan: Plan) -> pd.DataFrame:
    """A row a unit and target: the city has all, a town those that are not for the city alone."""
    unit_kinds = {unit.name: unit.kind for unit in (*plan.towns, plan.city)}
    kinds = [*dict.fromkeys(unit_kinds.values())]
    asked = pd.DataFrame(_asked(plan, target, kind) for target in plan.targets for kind in kinds)
    units = pd.DataFrame(unit_kinds.items(), columns=["unit", "unit_kind"])
    cells = units.merge(asked, on="unit_kind", how="left", sort=False)
    cells["key"] = keys(plan, cells["unit"], cells["target"])
    cells["city"] = cells["unit"] == plan.city.name
    return cells[cells["city"] | (cells["whom"] != "city")].reset_index(drop=True)


def _asked(plan: Plan, target: Target, kind: str) -> dict[str, object]:
    """A target as it is asked of units of a kind."""
    own = target.of_kind(kind)
    return {
        "unit_kind": kind,
        "target": target.id,
        "clause": target.clause,
        "kind": own.kind,
        "require": str(own.require or ""),
        "bound": own.bound,
        "whom": target.whom,
        "form": target.measure.form,
        "owner": target.owner,
        "number": target.measure.number,
        "per": target.measure.per or 1,
        "absent": plan.folder.forms[target.measure.form].absent,
        "strata": bool(target.measure.strata),
        "sampled": target.sampled,
        "split": bool(target.split),
        "better": own.better,
        "by": str(target.due or ""),
        "later": own.is_later(plan.period.end),
        "not_asked": target.require is not None and own.require is None,
    }


def _units(plan: Plan) -> list[str]:
    return [unit.name for unit in (*plan.towns, plan.city)]


def keys(plan: Plan, units: pd.Series, targets: pd.Series) -> np.ndarray:
    """One number for a unit and a target, -1 for those that are not the plan's."""
    unit = pd.Index(_units(plan)).get_indexer(units)
    target = pd.Index([target.id for target in plan.targets]).get_indexer(targets)
    return np.where((unit < 0) | (target < 0), -1, unit * len(plan.targets) + target)


def _sums(measures: pd.DataFrame, latest: list[str]) -> pd.DataFrame:
    """Counts added up, and the last value, by key and stratum; of the `latest` targets, which
    report a stock, the counts of the last day alone.
    """
    if not measures["date"].is_monotonic_increasing:
        measures = measures.sort_values("date", kind="stable")
    if latest:
        last = measures.groupby(["key", "stratum"], observed=True)["date"].transform("max")
        measures = measures[~measures["target"].isin(latest) | (measures["date"] == last)]
    groups = measures.groupby(["key", "stratum"], observed=True)
    sums = groups[["numerator", "denominator"]].sum(min_count=1).join(groups[["value"]].last())
    return sums.set_index(sums.index.set_levels(sums.index.levels[1].astype("str"), level=1))


def over_strata(sums: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Sums by key and stratum put together for each cell: numerator, denominator, value."""
    by_key = sums.groupby(level="key")
    counts = by_key[["numerator", "denominator"]].sum(min_count=1)
    return counts.join(by_key[["value"]].last()).reindex(cells["key"]).set_axis(cells.index)


def arrivals(
    plan: Plan,
    cells: pd.DataFrame,
    measures: pd.DataFrame,
    returns: pd.DataFrame,
    year: int,
    as_of: pd.Timestamp,
    files: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What arrived for each cell in a year.

    Columns: due and missing (how many returns), arrived (whether any did), outstanding (how many
    whose period is over did not arrive: missing, or not due yet), rejected (how many rows), reach
    (the last day before the first return that is not in, for what came in time must not be held
    against more time). Where the plan asks nobody for the form, one return is due: it has arrived
    when any row of it is there for the year, or any file of it was sent for the year, be it empty.
    """
    arrived = _owed(cells, returns[returns["year"] == year], as_of)
    senders = pd.MultiIndex.from_frame(cells[["form", "owner"]])
    asked = senders.isin([(owed.form, owed.sender) for owed in plan.period.returns])
    if not asked.all():
        here = cells.loc[~asked, "form"].isin(_came(plan, measures, year, files))
        missing = (~here).astype(int)
        came = {"due": 1, "missing": missing, "arrived": here, "outstanding": missing}
        lost = cells.loc[~asked, "form"].map(_rejected(plan, year, files)).fillna(0).astype(int)
        arrived.loc[~asked, ARRIVALS] = pd.DataFrame(came | {"rejected": lost})
    return arrived


def _owed(cells: pd.DataFrame, rows: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """What arrived of the returns that a plan asks for, of one year; see `arrivals`."""
    here, begun = rows["files"].notna(), rows["period_from"] <= as_of
    rows = rows.assign(
        due=rows["due"] <= as_of,
        missing=~here & (rows["due"] <= as_of),  # whatever day the status was asked for
        arrived=here & begun,
        outstanding=~here & (rows["period_to"] <= as_of),
    )
    sender = ["form", "sender"]
    counts = rows.groupby(sender)[ARRIVALS].sum()
    gaps = rows[~here & begun].groupby(sender)["period_from"].min() - pd.Timedelta(days=1)
    found = cells[["form", "owner"]].join(counts.join(gaps.rename("reach")), on=["form", "owner"])
    counts = found[ARRIVALS].fillna(0).astype(int)
    reach = pd.to_datetime(found["reach"]).fillna(as_of)
    return counts.assign(arrived=counts["arrived"] > 0, reach=reach)


def _came(plan: Plan, measures: pd.DataFrame, year: int, files: pd.DataFrame | None) -> set[str]:
    """The forms of which anything came for a year: rows, or a file whose rows were not all
    rejected; one that does not say when is of the plan's own year.
    """
    forms = {target.id: target.measure.form for target in plan.targets}
    came = {*measures.loc[measures["year"] == year, "target"].map(forms).dropna()}
    if files is None:
        return came
    files = _of_year(plan, year, files)
    lost = (files["accepted"] + files["duplicate"] == 0) & (files["rejected"] > 0)
    return came | {*files.loc[~lost, "form"].dropna()}


def _rejected(plan: Plan, year: int, files: pd.DataFrame | None) -> dict[str, int]:
    """How many rejected rows of each form are wanted for a year."""
    if files is None:
        return {}
    files = _of_year(plan, year, files)
    return dict(rejected(files).groupby(files["form"]).sum())


def _of_year(plan: Plan, year: int, files: pd.DataFrame) -> pd.DataFrame:
    """The files that are about a year; one that does not say when is about the plan's own."""
    start, end = (pd.Timestamp(day) for day in plan.span(year))
    within = (files["period_from"] <= end) & (files["period_to"] >= start)
    return files[within | (files["period_to"].isna() & (year == plan.year))]


def ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """A share, missing where there is nothing to divide by."""
    return part / whole.where(whole > 0)


def whole_counts(cells: pd.DataFrame) -> pd.Series:
    """Counts as plain integers; nothing in an arrived list of items is a true zero."""
    return cells["numerator"].fillna(0).astype("int64")


def first_state(steps: list[tuple[pd.Series, State]], otherwise: State | pd.Series) -> pd.Series:
    """In each row the state of the first condition that holds, so that their order is a law."""
    conditions, states = zip(*steps, strict=True)
    return pd.Series(np.select(conditions, states, otherwise), conditions[0].index)
