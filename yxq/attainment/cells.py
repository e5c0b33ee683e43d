"""The cells that are judged: a unit and a target each, what arrived for them, and their sums."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yxq.attainment.measures import NUMBERS
from yxq.attainment.owed import by_period, is_due, rejected
from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.words.states import State

ARRIVALS = ["due", "missing", "arrived", "outstanding", "rejected"]
SUMMED = ["key", "stratum", "target", "year", "date", *NUMBERS]
BETWEEN = "\x1f"
COUNTED = [name for name in ARRIVALS if name != "arrived"]


@dataclass(frozen=True)
class Clock:
    """Where a date stands in the plan's period, and by when what is known of it had come."""

    as_of: pd.Timestamp
    start: pd.Timestamp
    end: pd.Timestamp
    received_by: pd.Timestamp

    @property
    def ended(self) -> bool:
        """Whether the period is over."""
        return bool(self.as_of >= self.end)

    def days(self, start: pd.Series) -> pd.Series:
        """How long the spans are that begin on some days and end with the period."""
        return ((self.end - start).dt.days + 1).clip(lower=1)

    def elapsed(self, start: pd.Series, until: pd.Series) -> pd.Series:
        """How many days of these spans lie up to some days, these included."""
        return ((until - start).dt.days + 1).clip(0, self.days(start))

    def years_ago(self, day: pd.Timestamp, years: int = 1) -> pd.Timestamp:
        """The same day some years before; of a month's last day that month's last, of the period's
        end that period's.
        """
        if day >= self.end:
            start = self.start - pd.DateOffset(years=years - 1)
            return start - pd.Timedelta(days=1)
        back = day - pd.DateOffset(years=years)
        return back + pd.offsets.MonthEnd(0) if day.is_month_end else back


@dataclass(frozen=True)
class YearBefore:
    """Sums of an earlier year by key and stratum: up to the same day, of the months alone that this
    year's returns are in for (same), and whole; complete: whether all returns of it are in, by key.
    """

    same: pd.DataFrame
    whole: pd.DataFrame
    complete: pd.Series


@dataclass(frozen=True)
class Known:
    """What is known of a plan on a date: the measures of its year, and sums of measures by the key
    of a cell (one number for unit and target) and stratum.

    now: up to the date; like: of that the months alone that this and last year's returns are in
    for, of the cells (unlike: their keys) where that is less; before: of earlier years, last year
    the last; each from the year on that the target's span begins with. past: the measures of
    earlier years, if something is compared with them.
    """

    plan: Plan
    clock: Clock
    measures: pd.DataFrame
    now: pd.DataFrame
    like: pd.DataFrame
    unlike: pd.Index
    before: tuple[YearBefore, ...]
    past: pd.DataFrame

    @classmethod
    def of(
        cls,
        plan: Plan,
        measures: pd.DataFrame,
        returns: pd.DataFrame,
        clock: Clock,
        cells: pd.DataFrame,
        arrived: dict[int, pd.DataFrame],
    ) -> Known:
        """Sum the measures of a plan's year and of earlier ones; arrived: their `arrivals`."""
        measures = measures.assign(key=keys(plan, measures["unit"], measures["target"]))
        in_cells = measures.loc[measures["key"] >= 0, SUMMED].sort_values("date", kind="stable")
        in_cells = in_cells.astype({"stratum": "category"})  # groups quicker
        lacking = {year: cells["key"][rows["lacking"]] for year, rows in arrived.items()}
        now = in_cells[_counts(plan, in_cells, plan.year, lacking[plan.year])]
        now = now[now["date"] <= clock.as_of]
        begun = returns[returns["period_from"] <= clock.as_of]
        gaps, gaps_before = (gap_months(begun, year) for year in (plan.year, plan.year - 1))
        is_like = ~_is_in(plan, now, cells, {*gaps, *gaps_before})
        unlike = now["key"].isin(now["key"][~is_like])
        before = []
        for year in sorted(set(arrived) - {plan.year}):
            rows = in_cells[_counts(plan, in_cells, year, lacking[year])]
            same_day = rows["key"].map(_same_days(clock, cells, plan.year - year))
            left_out = {*gaps, *(gaps_before if year == plan.year - 1 else ())}
            like = (rows["date"] <= same_day) & ~_is_in(plan, rows, cells, left_out)
            complete = arrived[year]["arrived"] & (arrived[year]["outstanding"] == 0)
            complete = complete.set_axis(cells["key"])
            before.append(YearBefore(_sums(plan, rows[like]), _sums(plan, rows), complete))
        return cls(
            plan,
            clock,
            measures[measures["year"] == plan.year],
            now=_sums(plan, now),
            like=_sums(plan, now[is_like & unlike]),
            unlike=pd.Index(now["key"][unlike].unique()),
            before=tuple(before),
            past=in_cells[in_cells["year"] < plan.year],
        )

    @functools.cached_property
    def measures_so_far(self) -> pd.DataFrame:
        """The measures of the year up to the date."""
        return self.measures[self.measures["date"] <= self.clock.as_of]

    def earlier(self, cells: pd.DataFrame, year: int | None) -> pd.DataFrame:
        """Numerator, denominator and value of some cells in a year before the plan's, or (where
        none is named) in the latest that has any; of a mean where each of its years has some.
        """
        latest = self.past.groupby("key")["year"].transform("max")
        rows = self.past[in_span(self.plan, self.past, latest if year is None else year)]
        found = over_strata(_sums(self.plan, rows), cells)
        years = cells["key"].map(rows.groupby("key")["year"].nunique())
        found[(cells["years"] > 1) & ~(years == cells["years"])] = pd.NA
        return found

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


def in_span(plan: Plan, measures: pd.DataFrame, year: int | pd.Series) -> pd.Series:
    """Which measures belong to the numbers of a year (or of one each): those of the year, and of
    the years before that a target's span begins with.
    """
    within = measures["year"] == year
    for target in plan.targets:
        if not target.measure.is_of_one_year:
            first = target.measure.first_year(year)
            of_span = (measures["year"] >= first) & (measures["year"] <= year)
            within = of_span.where(measures["target"] == target.id, within)
    return within


def _counts(plan: Plan, measures: pd.DataFrame, year: int, lacking: pd.Series) -> pd.Series:
    """Which measures count in a year: none of a mean that lacks one of its years; lacking: keys."""
    counts = in_span(plan, measures, year)
    return counts & ~measures["key"].isin(lacking) if len(lacking) else counts


def _same_days(clock: Clock, cells: pd.DataFrame, years: int) -> pd.Series:
    """The same day some years before, by key: of what adds up over years, of all of which returns
    may be missing, up to the first gap.
    """
    until = cells["reach"].where(cells["several"], clock.as_of)
    ago = {day: clock.years_ago(day, years) for day in until.unique()}
    return until.map(ago).set_axis(cells["key"])


def gap_months(returns: pd.DataFrame, year: int) -> set[tuple[str, int]]:
    """Form and sender, and the month (0 the year's first), of what did not arrive of a year."""
    rows = returns[returns["year"] == year]
    if rows["files"].notna().all():
        return set()
    first = _months(rows["period_from"]).min()
    gone = rows[rows["files"].isna()]
    spans = zip(_months(gone["period_from"]), _months(gone["period_to"]), strict=True)
    whose = gone["form"] + BETWEEN + gone["sender"]
    return {
        (who, month - first)
        for who, (start, end) in zip(whose, spans, strict=True)
        for month in range(start, end + 1)
    }


def _months(days: pd.Series) -> pd.Series:
    """Months counted through the years."""
    return days.dt.year * 12 + days.dt.month


def _is_in(
    plan: Plan, measures: pd.DataFrame, cells: pd.DataFrame, gaps: set[tuple[str, int]]
) -> pd.Series:
    """Which measures are of a month whose return did not arrive."""
    inside = pd.Series(False, measures.index)
    if not gaps:
        return inside
    whose = (cells["form"] + BETWEEN + cells["owner"]).set_axis(cells["key"])
    lacks = whose[whose.isin({who for who, _ in gaps})]
    some = measures[measures["key"].isin(lacks.index)]
    if len(some):
        starts = {year: plan.span(int(year))[0] for year in some["year"].unique()}
        month = _months(some["date"]) - _months(pd.to_datetime(some["year"].map(starts)))
        inside[some.index] = [
            cell in gaps for cell in zip(some["key"].map(lacks), month, strict=True)
        ]
    return inside


def grid(plan: Plan) -> pd.DataFrame:
    """A row a unit and target: the city has all, a town those that are not for the city alone."""
    units = (*plan.towns, plan.city)
    kinds = {kind: place for place, kind in enumerate(dict.fromkeys(unit.kind for unit in units))}
    asked = pd.DataFrame(_asked(plan, target, kind) for kind in kinds for target in plan.targets)
    # Of texts that come again in every unit objects are taken and compared sooner than strings.
    asked = asked.astype(dict.fromkeys(asked.select_dtypes("str"), object))
    rows = np.arange(len(asked)).reshape(len(kinds), -1)[[kinds[u.kind] for u in units]]
    cells = asked.take(rows.ravel()).reset_index(drop=True)
    names = np.array([unit.name for unit in units], object)
    cells.insert(0, "unit", names.repeat(len(plan.targets)))
    cells["key"] = keys(plan, cells["unit"], cells["target"])
    cells["city"] = cells["unit"] == plan.city.name
    return cells[cells["city"] | (cells["whom"] != "city")].reset_index(drop=True)


def _asked(plan: Plan, target: Target, kind: str) -> dict[str, object]:
    """A target as it is asked of units of a kind."""
    owed = {(returned.form, returned.sender) for returned in plan.period.returns}
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
        "owed": (target.measure.form, target.owner) in owed,
        "number": target.measure.number,
        "per": target.measure.per or 1,
        "years": target.measure.years,
        "several": not target.measure.is_of_one_year,
        "amounts": plan.folder.forms[target.measure.form].adds_amounts(target.measure),
        "adds_up": target.measure.adds_up,
        "stock": target.measure.is_stock,
        "start": pd.Timestamp(plan.span(target.measure.first_year(plan.year))[0]),
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
    return [unit.name for unit in (*plan.units, plan.city)]


def keys(plan: Plan, units: pd.Series, targets: pd.Series) -> np.ndarray:
    """One number for a unit and a target, -1 for those that are not the plan's."""
    unit = _positions(_units(plan), units)
    target = _positions([target.id for target in plan.targets], targets)
    return np.where((unit < 0) | (target < 0), -1, unit * len(plan.targets) + target)


def _positions(names: list[str], values: pd.Series) -> np.ndarray:
    """Where each value stands among some names, -1 for none; of millions only what is different is
    looked for.
    """
    codes, different = pd.factorize(values)
    places = pd.Index(names).get_indexer(pd.Index(different))
    return np.asarray(np.append(places, -1)[codes])  # the code of what is missing is the last, -1


def _sums(plan: Plan, measures: pd.DataFrame) -> pd.DataFrame:
    """Counts added up, and the last value, by key and stratum; of what reports a stock, the counts
    of the last day of each year alone. The measures are in the order of their days.
    """
    # A value that no mean is taken of has no numerator, and its last is the number anyway.
    of_span = (target for target in plan.targets if target.measure.span != "period")
    if stocks := [target.id for target in of_span if target.measure.is_stock]:
        is_stock = measures["target"].isin(stocks)
        by_year = measures.groupby(["key", "stratum", "year"], observed=True)["date"]
        measures = measures[~is_stock | (measures["date"] == by_year.transform("max"))]
    groups = measures.groupby(["key", "stratum"], observed=True)
    counts = groups[["numerator", "denominator"]].sum(min_count=1)
    sums = counts.assign(value=groups["value"].last())
    return sums.set_index(sums.index.set_levels(sums.index.levels[1].astype("str"), level=1))


def over_strata(sums: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Sums by key and stratum put together for each cell: numerator, denominator, value."""
    if not sums.index.get_level_values("key").has_duplicates:  # as where nothing has strata
        return sums.droplevel("stratum").reindex(cells["key"]).set_axis(cells.index)
    by_key = sums.groupby(level="key")
    counts = by_key[["numerator", "denominator"]].sum(min_count=1)
    sums = counts.assign(value=by_key["value"].last())
    return sums.reindex(cells["key"]).set_axis(cells.index)


def arrivals(
    plan: Plan,
    cells: pd.DataFrame,
    measures: pd.DataFrame,
    returns: pd.DataFrame,
    year: int,
    clock: Clock,
    files: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What arrived for each cell in a year, and in the years before that its span begins with.

    Columns: due and missing (how many returns), arrived (whether any did), outstanding (how many
    whose period is over did not arrive: missing, or not due yet), rejected (how many rows), reach
    (the last day before the first return that is not in, for what came in time must not be held
    against more time), lacking (whether a mean lacks one of its years). Where the plan asks nobody
    for the form, one return is due: it has arrived when any row of it is there for the year, or any
    file of it was sent for the year, be it empty.
    """
    arrived = _of_year(plan, cells, measures, returns, year, clock, files).assign(lacking=False)
    first = cells["target"].map({t.id: t.measure.first_year(year) for t in plan.targets})
    arrived["arrived"] &= first <= year
    several, due = cells[cells["several"]], arrived["due"].copy()
    for one in range(first[several.index].min(), year + 1) if len(several) else ():
        part = several[first[several.index] <= one]
        in_year = _of_year(plan, part, measures, returns, one, clock, files)
        arrived.loc[part.index, "lacking"] |= _lacking(plan, part, in_year, measures, one, clock)
        if one < year:
            arrived.loc[part.index, COUNTED] += in_year[COUNTED]
            arrived.loc[part.index, "arrived"] |= in_year["arrived"]
            reach = arrived.loc[part.index, "reach"]
            arrived.loc[part.index, "reach"] = reach.where(
                reach < in_year["reach"], in_year["reach"]
            )
    # What is only not due yet can still come.
    waits = cells["several"] & (arrived["missing"] == 0)
    arrived["due"] = arrived["due"].where(~waits, due.where(arrived["outstanding"] == 0, 0))
    return arrived


def _lacking(
    plan: Plan,
    cells: pd.DataFrame,
    arrived: pd.DataFrame,
    measures: pd.DataFrame,
    year: int,
    clock: Clock,
) -> pd.Series:
    """Which means lack a year: it has no row of them, and no return says that there was none."""
    rows = measures[(measures["year"] == year) & (measures["date"] <= clock.as_of)]
    seen = cells["key"].isin(keys(plan, rows["unit"], rows["target"]))
    is_over = pd.Timestamp(plan.span(year)[1]) <= clock.as_of
    is_short = arrived["outstanding" if is_over else "missing"] > 0
    has_none = arrived["arrived"] & (cells["absent"] == "none") & ~cells["stock"]
    lacks = (cells["adds_up"] & is_short) | (~seen & ~has_none)
    return lacks & (cells["years"] > 1)


def _of_year(
    plan: Plan,
    cells: pd.DataFrame,
    measures: pd.DataFrame,
    returns: pd.DataFrame,
    year: int,
    clock: Clock,
    files: pd.DataFrame | None,
) -> pd.DataFrame:
    """What arrived for each cell in one year; see `arrivals`."""
    arrived = _owed(cells, returns[returns["year"] == year], clock)
    unasked = ~cells["owed"]
    if unasked.any():
        forms = cells.loc[unasked, "form"]
        here = forms.isin(_came(plan, measures, year, files))
        missing = (~here).astype(int)
        came = {"due": 1, "missing": missing, "arrived": here, "outstanding": missing}
        lost = forms.map(_rejected(plan, year, files)).fillna(0).astype(int)
        arrived.loc[unasked, ARRIVALS] = pd.DataFrame(came | {"rejected": lost})
    return arrived


def _owed(cells: pd.DataFrame, rows: pd.DataFrame, clock: Clock) -> pd.DataFrame:
    """What arrived of the returns that a plan asks for, of one year; see `arrivals`."""
    here, begun = rows["files"].notna(), rows["period_from"] <= clock.as_of
    due = is_due(rows, clock.as_of, clock.received_by)
    rows = rows.assign(
        due=due,
        missing=~here & due,  # whatever day the status was asked for
        arrived=here & begun,
        outstanding=~here & (rows["period_to"] <= clock.as_of),
        gap=rows["period_from"].where(~here & begun),
    )
    groups = rows.groupby(rows["form"] + BETWEEN + rows["sender"])
    counts = groups[ARRIVALS].sum().assign(gap=groups["gap"].min())
    found = counts.reindex(cells["form"] + BETWEEN + cells["owner"]).set_axis(cells.index)
    reach = (pd.to_datetime(found["gap"]) - pd.Timedelta(days=1)).fillna(clock.as_of)
    counts = found[ARRIVALS].fillna(0).astype(int)
    ended = rows["period_to"] <= clock.as_of
    for name, over in (("missing", due), ("outstanding", ended)):
        counts[name] += _left_empty(cells, rows[here & over])
    return counts.assign(arrived=counts["arrived"] > 0, reach=reach)


def _left_empty(cells: pd.DataFrame, rows: pd.DataFrame) -> pd.Series:
    """Of how many returns that arrived the rows that each cell needs were left empty; the city
    needs those of all its units.
    """
    said = rows["left_of"].dropna() if "left_of" in rows else pd.Series(dtype="str")
    pairs = said.str.split("\n").explode()
    if (pairs := pairs[pairs != ""]).empty:
        return pd.Series(0, cells.index)
    some = (
        pairs.str.split("\t", expand=True)
        .set_axis(["target", "unit"], axis=1)
        .rename_axis("row")
        .reset_index()
    )
    each = some.drop_duplicates().groupby(["target", "unit"]).size()
    whole = some.drop_duplicates(["row", "target"]).groupby("target").size()
    own = pd.MultiIndex.from_frame(cells[["target", "unit"]])
    found = pd.Series(each.reindex(own).to_numpy(), cells.index)
    return found.where(~cells["city"], cells["target"].map(whole)).fillna(0).astype(int)


def _came(plan: Plan, measures: pd.DataFrame, year: int, files: pd.DataFrame | None) -> set[str]:
    """The forms of which anything came for a year: rows, or a file whose rows were not all
    rejected; one that does not say when is of the plan's own year.
    """
    forms = {target.id: target.measure.form for target in plan.targets}
    came = {*measures.loc[measures["year"] == year, "target"].map(forms).dropna()}
    if files is None:
        return came
    files = _about(plan, year, files)
    lost = (files["accepted"] + files["duplicate"] == 0) & (files["rejected"] > 0)
    return came | {*files.loc[~lost, "form"].dropna()}


def _rejected(plan: Plan, year: int, files: pd.DataFrame | None) -> dict[str, int]:
    """How many rejected rows of each form are wanted for a year."""
    if files is None:
        return {}
    files = _about(plan, year, files)
    return dict(rejected(files).groupby(files["form"]).sum())


def _about(plan: Plan, year: int, files: pd.DataFrame) -> pd.DataFrame:
    """The files that are about a year; one that does not say when is about the plan's own."""
    files = by_period(plan, files)
    start, end = (pd.Timestamp(day) for day in plan.span(year))
    within = (files["period_from"] <= end) & (files["period_to"] >= start)
    return files[within | (files["period_to"].isna() & (year == plan.year))]


def ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """A share, missing where there is nothing to divide by."""
    return part / whole.where(whole > 0)


def printed(cells: pd.DataFrame, sums: pd.DataFrame) -> pd.Series:
    """The number of each cell from its sums, to be shown and never compared; see `numbers`."""
    share = ratio(sums["numerator"] * cells["per"], sums["denominator"])
    added = sums["numerator"] / (10.0 ** cells["scale"] * cells["years"])
    added = added.where(sums["denominator"].isna())
    number = share.astype("Float64").fillna(sums["value"].astype("Float64"))
    return number.fillna(added.astype("Float64"))


def whole_counts(cells: pd.DataFrame) -> pd.Series:
    """Counts as plain integers; nothing in an arrived list of items is a true zero."""
    return cells["numerator"].fillna(0).astype("int64")


def first_state(steps: list[tuple[pd.Series, State]], otherwise: State | pd.Series) -> pd.Series:
    """In each row the state of the first condition that holds, so that their order is a law."""
    conditions, states = zip(*steps, strict=True)
    return pd.Series(np.select(conditions, states, otherwise), conditions[0].index)


def without_rows(cells: pd.DataFrame, seen: pd.Series, ended: bool) -> pd.Series:
    """The state of cells without a row: an arrived list of none, or something that is missing or
    can still come.
    """
    has_none = has_none_in_list(cells)
    all_in = (cells["outstanding"] == 0) & ended
    return first_state(
        [
            (seen | (has_none & all_in), State.NOT_APPLICABLE),
            (has_none, State.PENDING),
            (cells["due"] > 0, State.NO_DATA),
        ],
        State.PENDING,
    )


def has_none_in_list(cells: pd.DataFrame) -> pd.Series:
    """Whether what is not in the list of a cell is none: it is there and complete."""
    complete = (cells["missing"] == 0) & (cells["sampled"] | (cells["rejected"] == 0))
    return cells["arrived"] & (cells["absent"] == "none") & complete
