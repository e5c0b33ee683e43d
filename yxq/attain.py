"""How far each unit has come: one row per unit and target, for a date. Counts are compared as integers.

`attain` lays out the grid of units and targets, sums the measures up to the date, and hands all cells of one rule
to that rule's function. The states and rules are those of the plan's model (`yxq.plan`).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from yxq.plan import Plan
from yxq.words import reason

COLUMNS = ["unit", "target", "clause", "rule", "threshold", "numerator", "denominator", "value", "state", "evidence",
           "low", "high", "gap", "needed", "previous", "change", "probability", "as_of", "note"]  # fmt: skip
ARRIVALS = ["due", "missing", "arrived", "outstanding", "rejected"]
STATES = ["attained", "not attained", "on track", "behind", "pending", "not applicable", "no data", "reported"]


@dataclass(frozen=True)
class Clock:
    """Where a date stands in the plan's period."""

    as_of: pd.Timestamp
    start: pd.Timestamp
    end: pd.Timestamp

    @property
    def ended(self) -> bool:
        """Whether the period is over."""
        return self.as_of >= self.end

    @property
    def elapsed(self) -> Fraction:
        """The share of the period that is over, in days, exactly."""
        days = (self.end - self.start).days + 1
        return Fraction(min(max((self.as_of - self.start).days + 1, 0), days), days)


def default_as_of(plan: Plan) -> dt.date:
    """The day on which all returns of the period are due, or today when that is earlier.

    Only what lies in the period counts; the later day lets the last returns of the period be in.
    """
    days = max((owed.due_days for owed in plan.period.returns), default=0)
    return min(plan.period.end + dt.timedelta(days=days), dt.date.today())


def _grid(plan: Plan) -> pd.DataFrame:
    """Every unit with every target of its scope: the city has all, a town has those of scope town and both."""
    targets = pd.DataFrame(
        {"target": t.id, "clause": t.clause, "rule": t.rule, "threshold": t.threshold or "", "scope": t.scope,
         "form": t.measure.form, "owner": t.owner, "kind": t.measure.kind,
         "absent": plan.folder.forms[t.measure.form].absent, "strata": bool(t.measure.strata)}
        for t in plan.targets
    )  # fmt: skip
    units = pd.DataFrame({"unit": [unit.name for unit in (*plan.towns, plan.folder.city)]})
    grid = units.merge(targets, how="cross")
    grid["city"] = grid["unit"] == plan.folder.city.name
    return grid[grid["city"] | (grid["scope"] != "city")].reset_index(drop=True)


def _arrivals(
    plan: Plan, grid: pd.DataFrame, measures: pd.DataFrame, returns: pd.DataFrame, year: int, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Per cell: how many returns were due, how many of them are missing, whether any arrived, and how many of those
    whose period is over have not (outstanding: missing, or not due yet); and how many rows of them were rejected.

    A plan that names no returns has its data when any row of the form is there for the year.
    """
    if not plan.period.returns:
        forms = {t.id: t.measure.form for t in plan.targets}
        present = set(measures.loc[measures["year"] == year, "target"].map(forms))
        arrived = grid["form"].isin(present)
        missing = (~arrived).astype(int)
        return pd.DataFrame(
            {"due": 1, "missing": missing, "arrived": arrived, "outstanding": missing, "rejected": 0}, grid.index
        )
    rows = returns[returns["year"] == year]
    here = rows["files"].notna()
    counts = rows.assign(
        due=rows["due"] <= as_of,
        missing=rows["status"] == "missing",
        arrived=here & (rows["period_from"] <= as_of),
        outstanding=~here & (rows["period_to"] <= as_of),
    )
    counts = counts.groupby(["form", "sender"])[ARRIVALS].sum()
    found = grid[["form", "owner"]].merge(counts, left_on=["form", "owner"], right_index=True, how="left")
    found = found.reindex(grid.index)[ARRIVALS].fillna(0).astype(int)
    return found.assign(arrived=found["arrived"] > 0)


def _sums(measures: pd.DataFrame, year: int, until: pd.Timestamp, by: list[str]) -> pd.DataFrame:
    """Sums of counts, and the last value, over the measures of a year up to a day."""
    rows = measures[(measures["year"] == year) & (measures["date"] <= until)].sort_values("date", kind="stable")
    groups = rows.groupby(by)
    return groups[["numerator", "denominator"]].sum(min_count=1).join(groups[["value"]].last())


def _before(
    plan: Plan, cells: pd.DataFrame, measures: pd.DataFrame, returns: pd.DataFrame, clock: Clock
) -> pd.DataFrame:
    """The value of each cell a year before: up to the same day, and for the whole year.

    A count is missing where a return of that year is, for the shortfall would look like a rise.
    """
    past = _arrivals(plan, cells, measures, returns, plan.year - 1, clock.as_of)
    end = pd.Timestamp(plan.span(plan.year - 1)[1])
    same = end if clock.ended else clock.as_of - pd.DateOffset(years=1)
    out = {}
    for name, until in (("same_days_before", same), ("whole_year_before", end)):
        sums = cells[["unit", "target"]].join(
            _sums(measures, plan.year - 1, until, ["unit", "target"]), on=["unit", "target"]
        )
        rate = sums["numerator"] / sums["denominator"].where(sums["denominator"] > 0)
        count = sums["numerator"].astype("Float64").fillna(0).where(past["arrived"] & (past["missing"] == 0))
        out[name] = rate.where(cells["rule"] == "rate_at_least", sums["value"]).where(
            cells["kind"] != "distinct", count
        )
    return pd.DataFrame(out)


def _told(code: str, *about: pd.Series) -> list[str]:
    """One reason per row."""
    return [reason(code, *row) for row in zip(*about, strict=True)]


def _absence(cells: pd.DataFrame, ended: bool) -> pd.Series:
    """The state of cells without a number: not applicable, no data, or pending while something can still come."""
    nothing = cells["arrived"] & (cells["absent"] == "none") & (cells["missing"] == 0)
    states = np.select(
        [cells["seen"] | (nothing & ended), nothing, cells["due"] > 0],
        ["not applicable", "pending", "no data"],
        "pending",
    )
    return pd.Series(states, cells.index)


def _numbers(cells: pd.DataFrame) -> pd.Series:
    """Counts as plain integers; nothing in an arrived list of items is a true zero."""
    return cells["numerator"].fillna(0).astype("int64")


def _share_cells(plan: Plan, cells: pd.DataFrame, measures: pd.DataFrame, clock: Clock) -> pd.DataFrame:
    """The cells of rate targets by stratum (one unnamed stratum where the target names none), with exact results."""
    shares = {t.id: t.share for t in plan.targets if t.rule == "rate_at_least"}
    strata = pd.DataFrame(
        [
            (t.id, s)
            for t in plan.targets
            if t.id in shares
            for s in (t.measure.strata.values if t.measure.strata else [""])
        ],
        columns=["target", "stratum"],
    )
    wide = cells[["unit", "target"]].assign(cell=cells.index).merge(strata, on="target")
    sums = _sums(measures, plan.year, clock.as_of, ["unit", "target", "stratum"])[["numerator", "denominator"]]
    wide = wide.join(sums, on=["unit", "target", "stratum"])
    wide["seen"] = wide["denominator"].notna()
    x, n = (wide[c].fillna(0).astype("int64") for c in ("numerator", "denominator"))
    p, q = (
        wide["target"].map({id: getattr(s, part) for id, s in shares.items()}) for part in ("numerator", "denominator")
    )
    wide["some"] = n > 0
    wide["fails"] = wide["some"] & (x * q < n * p)
    wide["short"] = np.maximum(-(-n * p // q) - x, 0)
    wide["gap"] = (x * q - n * p) / (n * q).where(n > 0)
    return wide


def _rate(plan: Plan, cells: pd.DataFrame, measures: pd.DataFrame, clock: Clock) -> pd.DataFrame:
    """x of n with x * q >= n * p; every named stratum must hold by itself, and one that was not reported is no data."""
    wide = _share_cells(plan, cells, measures, clock)
    by = wide.groupby("cell")
    fails, some, unseen = by["fails"].any(), by["some"].any(), ~by["seen"].all()
    cells = cells.assign(seen=by["seen"].any())
    gap_in_strata = cells["strata"] & unseen & by["seen"].any()
    states = np.select(
        [fails, gap_in_strata, some], ["not attained", "no data", "attained"], _absence(cells, clock.ended)
    )
    named = wide[wide["stratum"] != ""]
    notes = pd.Series("", cells.index, "str")
    for column, code in (("fails", "stratum_fails"), ("seen", "stratum_missing")):
        hit = named[named[column] if column == "fails" else ~named["seen"] & named["cell"].map(gap_in_strata)]
        told = hit.groupby("cell")["stratum"].agg("、".join).map(lambda names, code=code: reason(code, names))
        notes = notes.add(told.reindex(cells.index).fillna("") + ";")
    return cells.assign(state=states, gap=by["gap"].min(), needed=by["short"].sum().where(some), note=notes,
                        value=cells["numerator"] / cells["denominator"].where(cells["denominator"] > 0))  # fmt: skip


def _count(plan: Plan, cells: pd.DataFrame, clock: Clock) -> pd.DataFrame:
    """Distinct items against a least and a most; a shortfall with returns missing is no data, not a verdict."""
    have = _numbers(cells)
    bounds = {t.id: t.bounds for t in plan.targets if t.rule.startswith("count_")}
    low = cells["target"].map({id: b[0] for id, b in bounds.items()})
    high = cells["target"].map({id: b[1] for id, b in bounds.items()})
    at_least, at_most = cells["rule"] == "count_at_least", cells["rule"] == "count_at_most"
    low = low.where(~at_most, 0)
    above = ~at_least & (have > high)
    blind = ~cells["arrived"] & (have == 0)
    pace = have * clock.elapsed.denominator >= low * clock.elapsed.numerator
    unsplit = at_least & ~cells["city"]
    doubt = at_most & ~above & (cells["rejected"] > 0)  # what was rejected may be what must not have happened
    open_end = clock.ended & (cells["outstanding"] > 0) & (~at_least | (have < low))
    states = np.select(
        [unsplit & ~blind, above, doubt, (blind | open_end) & (cells["missing"] > 0), blind | open_end,
         at_least & (have >= low), clock.ended & (have >= low), clock.ended, pace],
        ["reported", "not attained", "no data", "no data", "pending", "attained", "attained", "not attained", "on track"],
        "behind",
    )  # fmt: skip
    gap = (have - low).where(at_least | (have < low), (high - have).clip(upper=0))
    notes = np.select([unsplit, above & at_most, above, doubt],
                      [*(np.full(len(cells), code) for code in ("not_split", "incident", "above_range")),
                       np.array(_told("rejected_rows", cells["rejected"]))], "")  # fmt: skip
    judged = ~blind
    return cells.assign(
        state=states, gap=gap.where(judged & ~unsplit), needed=(low - have).clip(lower=0).where(judged & ~unsplit),
        numerator=have.where(judged).astype("Int64"), value=have.where(judged), note=notes,
        threshold=cells["threshold"].where(~unsplit, ""),
    )  # fmt: skip


def _rising(plan: Plan, cells: pd.DataFrame, clock: Clock) -> pd.DataFrame:
    """More than the whole year before; within the year a count keeps pace with its share of that."""
    counted = cells["kind"] == "distinct"
    now = cells["value"].where(~counted, _numbers(cells).where(cells["arrived"] | cells["numerator"].notna()))
    before = cells["whole_year_before"]
    both = now.notna() & before.notna()
    pace = (now * clock.elapsed.denominator >= before * clock.elapsed.numerator).fillna(False).astype(bool)
    above = (now > before).fillna(False).astype(bool)
    waiting = now.isna() & (cells["due"] == 0)
    open_end = counted & clock.ended & (cells["outstanding"] > 0) & ~above
    states = np.select(
        [waiting | (open_end & (cells["missing"] == 0)), ~both | open_end, above & (counted | clock.ended), clock.ended,
         counted & pace, counted],
        ["pending", "no data", "attained", "not attained", "on track", "behind"],
        "pending",
    )  # fmt: skip
    notes = np.where(~waiting & now.notna() & before.isna(), "no_year_before", "")
    short = (before + 1 - now).clip(lower=0).where(counted & both)
    return cells.assign(state=states, gap=now - before, needed=short, value=now, note=notes,
                        numerator=now.where(counted).astype("Int64"))  # fmt: skip


def _peers(plan: Plan, cells: pd.DataFrame, measures: pd.DataFrame, clock: Clock) -> pd.DataFrame:
    """The city among its peers: above the mean of the others, or ranked within the front share, ties alike."""
    rows = measures[(measures["year"] == plan.year) & (measures["date"] <= clock.as_of)]
    out = []
    for cell in cells.to_dict("records"):
        values = rows[rows["target"] == cell["target"]].set_index("unit")["value"].dropna()
        exact = {name: Fraction(repr(float(value))) for name, value in values.items()}
        own = exact.pop(plan.folder.city.name, None)
        if own is None or not exact:
            state = "no data" if cell["due"] else "pending"
            out.append(cell | {"state": state, "note": "no_peers" if own is not None else "", "value": np.nan})
        elif cell["rule"] == "above_peer_mean":
            mean = sum(exact.values()) / len(exact)
            out.append(cell | {"state": "attained" if own > mean else "not attained", "value": float(own), "gap": float(own - mean),
                               "denominator": len(exact), "note": reason("peer_mean", f"{float(mean):.4g}", len(exact))})  # fmt: skip
        else:
            rank, cities = 1 + sum(other > own for other in exact.values()), len(exact) + 1
            cut = math.ceil(plan.target(cell["target"]).share * cities)
            out.append(cell | {"state": "attained" if rank <= cut else "not attained", "value": rank, "gap": cut - rank,
                               "needed": max(rank - cut, 0), "numerator": rank, "denominator": cities,
                               "note": reason("front", cut, cities)})  # fmt: skip
    return pd.DataFrame(out, index=cells.index)


def _milestone(plan: Plan, cells: pd.DataFrame, measures: pd.DataFrame, clock: Clock) -> pd.DataFrame:
    """Done on or before its due date: the plan's, else the return's, else the period's end (an assumption)."""
    rows = measures[measures["year"] == plan.year].drop_duplicates(["unit", "target"], keep="last")
    cells = cells.join(rows.assign(known=True).set_index(["unit", "target"])[["due", "done", "known"]].add_suffix("_said"),
                       on=["unit", "target"])  # fmt: skip
    known = cells["known_said"].eq(True)
    done = cells["done_said"].where(cells["done_said"] <= clock.as_of)
    shared = cells["city"] & (cells["scope"] == "town")  # the city has done what all its towns have done
    towns = cells.assign(known=known, done=done)[~cells["city"]].groupby("target")
    done = done.where(~shared, cells["target"].map(towns["done"].agg(lambda days: days.max(skipna=False))))
    known = known.where(~shared, cells["target"].map(towns["known"].all())).astype(bool)
    own = cells["target"].map({t.id: t.due for t in plan.targets if t.rule == "milestone"})
    due = own.astype("datetime64[us]").fillna(cells["due_said"]).fillna(clock.end)
    unbound = cells["threshold"] == "open"
    is_done, late, ahead = done.notna(), (done > due) & ~unbound, unbound | (clock.as_of < due)
    states = np.select(
        [late, is_done, ahead, known], ["not attained", "attained", "pending", "not attained"], "no data"
    )
    days = (due - done.fillna(clock.as_of)).dt.days.where(~unbound).astype("Int64")
    notes = np.select(
        [late, is_done, (states == "pending") & ~unbound, states == "not attained"],
        [_told("done_late", -days, due.dt.date), _told("done_on", done.dt.date, due.dt.date),
         _told("due_on", due.dt.date), _told("overdue", -days, due.dt.date)], "",
    )  # fmt: skip
    return cells.assign(
        state=states, gap=days.where(states != "no data"), needed=days.where(states == "pending"), note=notes,
        numerator=cells["target"].map(towns["done"].count()).where(shared), denominator=cells["target"].map(towns.size()).where(shared),
    )  # fmt: skip


def _reported(cells: pd.DataFrame, measures: pd.DataFrame, plan: Plan, as_of: pd.Timestamp) -> pd.DataFrame:
    """What arrived is shown; no verdict is ever computed."""
    dated = (measures["date"] <= as_of) | measures["target"].isin(cells.loc[cells["kind"] == "milestone", "target"])
    rows = measures[(measures["year"] == plan.year) & dated]
    heard = pd.MultiIndex.from_frame(cells[["unit", "target"]]).isin(rows.set_index(["unit", "target"]).index)
    counted = cells["kind"] == "distinct"
    lists = (cells["absent"] == "none") & (cells["missing"] == 0)
    there = cells["arrived"] & (heard | lists)
    have = _numbers(cells).where(counted & there)
    return cells.assign(
        state=np.select([there, cells["due"] > 0], ["reported", "no data"], "pending"),
        numerator=have.astype("Int64"), value=have.where(counted, cells["value"]), note="",
    )  # fmt: skip


def attain(
    plan: Plan, measures: pd.DataFrame, returns: pd.DataFrame, as_of: dt.date, units: Iterable[str] | None = None
) -> pd.DataFrame:
    """One row per unit and target: how it stands on a date.

    measures, returns: see `yxq.measures.measure` and `yxq.returns.status`. Columns as in COLUMNS. Shares are between 0
    and 1; gap is in the target's own unit and negative when short; needed is how many more passes (of those sampled
    or listed), items or days; previous is the year before up to the same day (the whole year for `rising`).
    evidence, low, high and probability are not computed yet and are missing. `units` keeps only some.
    """
    start, end = (pd.Timestamp(day) for day in plan.span())
    clock = Clock(pd.Timestamp(as_of), start, end)
    measures = measures[
        (measures["plan"] == plan.id)
        & ((measures["year"] != plan.year) | (measures["date"] <= end) | measures["done"].notna())
    ]
    cells = _grid(plan)
    cells = cells.join(_arrivals(plan, cells, measures, returns, plan.year, clock.as_of))
    cells = cells.join(_sums(measures, plan.year, clock.as_of, ["unit", "target"]), on=["unit", "target"])
    cells["seen"] = cells["numerator"].notna() | cells["value"].notna()
    cells = cells.join(_before(plan, cells, measures, returns, clock))
    rules: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
        "rate_at_least": lambda part: _rate(plan, part, measures, clock),
        "count_at_least": lambda part: _count(plan, part, clock),
        "count_between": lambda part: _count(plan, part, clock),
        "count_at_most": lambda part: _count(plan, part, clock),
        "rising": lambda part: _rising(plan, part, clock),
        "above_peer_mean": lambda part: _peers(plan, part, measures, clock),
        "rank_within_front": lambda part: _peers(plan, part, measures, clock),
        "milestone": lambda part: _milestone(plan, part, measures, clock),
        "reported": lambda part: _reported(part, measures, plan, clock.as_of),
    }
    done = pd.concat([rules[rule](part) for rule, part in cells.groupby("rule")]).loc[cells.index]
    lacking = (done["missing"] > 0) & (done["state"] != "pending")
    told = pd.Series(_told("incomplete", done["missing"], done["due"]), done.index).where(lacking, "")
    done["note"] = (done["note"].astype("str") + ";" + told).str.strip(";").str.replace(";{2,}", ";", regex=True)
    comparable = ~done["rule"].isin(["milestone", "rank_within_front"])
    done["previous"] = (
        done["whole_year_before"].where(done["rule"] == "rising", done["same_days_before"]).where(comparable)
    )
    done["change"] = done["value"].astype("Float64") - done["previous"].astype("Float64")
    done["as_of"] = clock.as_of
    done = done.reindex(columns=COLUMNS).astype(
        {"numerator": "Int64", "denominator": "Int64", "needed": "Int64", "evidence": "str"}
        | dict.fromkeys(("value", "gap", "previous", "change", "low", "high", "probability"), "Float64")
    )
    return done if units is None else done[done["unit"].isin(list(units))].reset_index(drop=True)
