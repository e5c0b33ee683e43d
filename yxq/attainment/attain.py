"""How far each unit has come: one row per unit and target, for a date. Counts are compared as
integers.

`attain` lays out the grid of units and targets, sums the measures up to the date, hands all cells
of one rule to that rule's function (`yxq.attainment.judging`), and compares with the year before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np
import pandas as pd

from yxq.attainment.judging import RULES, Clock, Known, ratio, told, whole
from yxq.attainment.quotas import quotas
from yxq.plan.folder import Plan
from yxq.stats import evidence
from yxq.words.states import JUDGED

COLUMNS = [
    "unit",
    "target",
    "clause",
    "rule",
    "threshold",
    "numerator",
    "denominator",
    "value",
    "state",
    "evidence",
    "low",
    "high",
    "gap",
    "needed",
    "previous",
    "change",
    "probability",
    "as_of",
    "note",
]
FURTHER = [
    "further",
    "have",
    "asked",
    "expected",
    "done",
    "previous_numerator",
    "previous_denominator",
    "year_before",
    "change_low",
    "change_high",
    "trend",
]
DTYPES = (
    dict.fromkeys(
        (
            "numerator",
            "denominator",
            "needed",
            "further",
            "previous_numerator",
            "previous_denominator",
        ),
        "Int64",
    )
    | dict.fromkeys(
        (
            "value",
            "gap",
            "previous",
            "change",
            "low",
            "high",
            "probability",
            "have",
            "asked",
            "expected",
            "year_before",
            "change_low",
            "change_high",
        ),
        "Float64",
    )
    | {"done": "datetime64[us]"}
)
USED = [
    "year",
    "date",
    "unit",
    "target",
    "stratum",
    "numerator",
    "denominator",
    "value",
    "due",
    "done",
]
ARRIVALS = ["due", "missing", "arrived", "outstanding", "rejected"]


def default_as_of(plan: Plan) -> dt.date:
    """The day on which all returns of the period are due, or today when that is earlier.

    Only what lies in the period counts; the later day lets the last returns of the period be in.
    """
    days = max((owed.due_days for owed in plan.period.returns), default=0)
    return min(plan.period.end + dt.timedelta(days=days), dt.date.today())


def _grid(plan: Plan) -> pd.DataFrame:
    """Every unit with every target of its scope: the city has all, a town has those of scope town
    and both.
    """
    targets = pd.DataFrame(
        {
            "target": t.id,
            "clause": t.clause,
            "rule": t.rule,
            "threshold": t.threshold or "",
            "scope": t.scope,
            "form": t.measure.form,
            "owner": t.owner,
            "kind": t.measure.kind,
            "absent": plan.folder.forms[t.measure.form].absent,
            "strata": bool(t.measure.strata),
            "sampled": t.sampled,
            "split": bool(t.split),
            "lower": t.rule == "count_at_most",
        }
        for t in plan.targets
    )
    units = pd.DataFrame({"unit": [unit.name for unit in (*plan.towns, plan.folder.city)]})
    grid = units.merge(targets, how="cross")
    grid["key"] = np.arange(len(grid))
    grid["city"] = grid["unit"] == plan.folder.city.name
    return grid[grid["city"] | (grid["scope"] != "city")].reset_index(drop=True)


def _arrivals(
    plan: Plan,
    grid: pd.DataFrame,
    measures: pd.DataFrame,
    returns: pd.DataFrame,
    year: int,
    as_of: pd.Timestamp,
) -> pd.DataFrame:
    """Per cell: how many returns were due, how many of them are missing, whether any arrived, and
    how many of those whose period is over have not (outstanding: missing, or not due yet); and how
    many rows of them were rejected.

    reach: the last day before the first return that is not in, for what came in time must not be
    held against more time. A plan that names no returns has its data when any row of the form is
    there for the year.
    """
    if not plan.period.returns:
        forms = {t.id: t.measure.form for t in plan.targets}
        present = set(measures.loc[measures["year"] == year, "target"].map(forms))
        arrived = grid["form"].isin(present)
        missing = (~arrived).astype(int)
        return pd.DataFrame(
            {
                "due": 1,
                "missing": missing,
                "arrived": arrived,
                "outstanding": missing,
                "rejected": 0,
                "reach": as_of,
            },
            grid.index,
        )
    rows = returns[returns["year"] == year]
    here = rows["files"].notna()
    counts = rows.assign(
        due=rows["due"] <= as_of,
        missing=~here & (rows["due"] <= as_of),  # whatever day the status was asked for
        arrived=here & (rows["period_from"] <= as_of),
        outstanding=~here & (rows["period_to"] <= as_of),
    )
    by = ["form", "sender"]
    gaps = rows[~here & (rows["period_from"] <= as_of)].groupby(by)[
        "period_from"
    ].min() - pd.Timedelta(days=1)
    counts = counts.groupby(by)[ARRIVALS].sum().join(gaps.rename("reach"))
    found = (
        grid[["form", "owner"]]
        .merge(counts, left_on=["form", "owner"], right_index=True, how="left")
        .reindex(grid.index)
    )
    reach = found["reach"].fillna(as_of)
    found = found[ARRIVALS].fillna(0).astype(int)
    return found.assign(arrived=found["arrived"] > 0, reach=reach)


def _before(plan: Plan, cells: pd.DataFrame, known: Known, returns: pd.DataFrame) -> pd.DataFrame:
    """Counts and value of each cell a year before: up to the same day (`_same`), and for the whole
    year (`_whole`).

    A count is missing where a return of that year is, for the shortfall would look like a rise.
    """
    past = _arrivals(plan, cells, known.measures, returns, plan.year - 1, known.clock.as_of)
    complete = (past["arrived"] & (past["outstanding"] == 0)).to_numpy()
    rated, counted = cells["rule"] == "rate_at_least", cells["kind"] == "distinct"
    out: dict[str, pd.Series] = {}
    for name, sums in (("same", known.same), ("whole", known.whole)):
        found = whole(sums, cells)
        count = found["numerator"].astype("Float64").fillna(0).where(complete)
        value = (
            ratio(found["numerator"], found["denominator"])
            .where(rated, found["value"])
            .where(~counted, count)
        )
        out |= {
            f"numerator_{name}": found["numerator"].astype("Float64").where(~counted, count),
            f"denominator_{name}": found["denominator"],
            f"value_{name}": value,
        }
    return pd.DataFrame(out)


def _changes(cells: pd.DataFrame) -> pd.DataFrame:
    """Against the year before up to the same day, with an interval: how far chance reaches.

    Of sampled rates Newcombe's for the difference, of counts the exact one for the ratio; a
    complete count has none, and a count with a return missing is not compared. trend: better or
    worse where the interval leaves no change out, level where it holds it.
    """
    counted = cells["kind"] == "distinct"
    comparable = ~cells["rule"].isin(["milestone", "rank_within_front"]) & ~(
        counted & (cells["missing"] > 0)
    )
    for name in ("numerator", "denominator", "value"):
        cells[f"previous_{name}"] = cells[f"{name}_same"].where(comparable)
    cells["previous"], cells["year_before"] = (
        cells["previous_value"],
        cells["value_whole"].where(comparable),
    )
    cells["change"] = cells["value"].astype("Float64") - cells["previous"].astype("Float64")
    x1, n1, x0, n0 = (
        cells[c].astype("float64")
        for c in ("numerator", "denominator", "previous_numerator", "previous_denominator")
    )
    rated = (cells["rule"] == "rate_at_least") & cells["sampled"]
    paces = evidence.rate_ratio(x1, 1.0, x0, 1.0)
    nothing = np.where(counted, 1.0, 0.0)
    ends = [
        np.select([rated, counted], pair, np.nan)
        for pair in zip(evidence.newcombe(x1, n1, x0, n0), paces, strict=True)
    ]
    low, high = (pd.Series(end, cells.index).where(comparable) for end in ends)
    up, down = (low > nothing), (high < nothing)
    lower = cells["lower"].to_numpy()
    cells["change_low"], cells["change_high"] = low, high
    cells["trend"] = np.select(
        [np.where(lower, down, up), np.where(lower, up, down), low.notna()],
        ["better", "worse", "level"],
        "",
    )
    return cells


def attain(
    plan: Plan,
    measures: pd.DataFrame,
    returns: pd.DataFrame,
    as_of: dt.date,
    units: Iterable[str] | None = None,
) -> pd.DataFrame:
    """One row per unit and target: how it stands on a date.

    measures, returns: see `yxq.attainment.measures.measure` and `yxq.attainment.owed.status`.
    Columns as in COLUMNS. Shares are between 0 and 1; gap is in the target's own unit and negative
    when short; needed is how many more passes (of those sampled or listed), items or days; previous
    is the year before up to the same day (of the data in hand). evidence of sampled rates:
    demonstrated, not shown or refuted (one-sided, 5 %), with Wilson's 95 % interval low to high; of
    complete counts: census. probability: the chance that the target will be met at the end of the
    period, while it runs.

    Further columns: further (samples, all passing, that would demonstrate it), have and asked (the
    two numbers that were compared: asked of a count is its pace), expected (items by now), done (a
    milestone's day), previous_numerator and previous_denominator, year_before (the whole of it),
    change_low to change_high (of rates: points between 0 and 1; of counts: the ratio) and trend
    (better, worse, level). `units` keeps only some.
    """
    start, end = (pd.Timestamp(day) for day in plan.span())
    clock = Clock(pd.Timestamp(as_of), start, end)
    ours = measures["plan"].to_numpy() == plan.id
    last = [pd.Timestamp(day) for day in plan.span(plan.year - 1)]
    ours &= ((measures["year"] == plan.year - 1) & measures["date"].between(*last)) | (
        (measures["year"] == plan.year) & ((measures["date"] <= end) | measures["done"].notna())
    )
    measures = measures.loc[ours, USED]
    cells = _grid(plan)
    cells = cells.join(_arrivals(plan, cells, measures, returns, plan.year, clock.as_of))
    shares = quotas(plan, measures).set_index(["unit", "target"])[["quota", "basis", "size"]]
    cells = cells.join(shares, on=["unit", "target"])
    cells["gone"] = ((cells["reach"] - start).dt.days + 1).clip(0, clock.days)
    known = Known.of(plan, measures, clock, cells)
    cells = cells.join(whole(known.now, cells))
    cells["seen"] = cells["numerator"].notna() | cells["value"].notna()
    cells = cells.join(_before(plan, cells, known, returns))
    done = pd.concat([RULES[rule](plan, part, known) for rule, part in cells.groupby("rule")]).loc[
        cells.index
    ]
    if clock.as_of < start:  # nothing is on track, or missing, before it has begun
        done["state"] = "pending"
    lacking = (done["missing"] > 0) & (done["state"] != "pending")
    gaps = told("incomplete", lacking, done["missing"], done["due"])
    done["note"] = (
        (done["note"].astype("str") + ";" + gaps)
        .str.strip(";")
        .str.replace(";{2,}", ";", regex=True)
    )
    done["as_of"] = clock.as_of
    past = [
        f"{name}_{when}"
        for name in ("numerator", "denominator", "value")
        for when in ("same", "whole")
    ]
    done = _changes(
        done.astype(dict.fromkeys((*past, "numerator", "denominator", "value"), "Float64"))
    )
    done = done.reindex(columns=[*COLUMNS, *FURTHER]).astype(DTYPES)
    done["probability"] = done["probability"].where(
        done["state"].isin(JUDGED) & (clock.as_of < end)
    )
    done.loc[done["state"] == "no data", ["gap", "needed"]] = pd.NA
    texts = ["evidence", "trend"]  # a plan without rates has no evidence at all
    done[texts] = done[texts].astype("object").where(done[texts].notna(), "").astype("str")
    return done if units is None else done[done["unit"].isin(list(units))].reset_index(drop=True)
