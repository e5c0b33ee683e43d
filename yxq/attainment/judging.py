"""The nine rules: how the cells of one kind of target stand on a date. Counts are compared as whole
numbers.

Each takes the cells of its rule as `yxq.attainment.attain` lays them out and gives them back with
state, value, gap, needed, note, and the rest of what attain promises; none reads or knows anything
else.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from yxq.attainment.quotas import OFFICIAL
from yxq.plan.folder import Plan
from yxq.stats import evidence, forecast
from yxq.words.reasons import reason


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

    @property
    def last_year_end(self) -> pd.Timestamp:
        """The last day of the period before."""
        return self.start - pd.Timedelta(days=1)

    def year_ago(self, day: pd.Timestamp) -> pd.Timestamp:
        """The same day a year before: of a month's last day that month's last, of the period's end
        that period's.
        """
        back = day - pd.DateOffset(years=1)
        return (
            self.last_year_end
            if day >= self.end
            else back + pd.offsets.MonthEnd(0)
            if day.is_month_end
            else back
        )


@dataclass(frozen=True)
class Known:
    """What is known on a date: the measures, and their sums by cell and stratum up to now, to the
    day a year before that this year's data of the cell reach (`same`), and over that whole year
    (`whole`).

    A cell is known by its `key`, one number for unit and target: sums and joins of many units are
    quick on it.
    """

    clock: Clock
    measures: pd.DataFrame
    now: pd.DataFrame
    same: pd.DataFrame
    whole: pd.DataFrame

    @classmethod
    def of(cls, plan: Plan, measures: pd.DataFrame, clock: Clock, cells: pd.DataFrame) -> Known:
        """Sum the measures of a plan (see `yxq.attainment.measures.measure`); cells: key and reach."""
        unit = pd.Index([unit.name for unit in (*plan.towns, plan.folder.city)]).get_indexer(
            measures["unit"]
        )
        target = pd.Index([target.id for target in plan.targets]).get_indexer(measures["target"])
        key = np.where((unit < 0) | (target < 0), -1, unit * len(plan.targets) + target)
        measures = measures.assign(key=key)
        counted = measures.loc[
            key >= 0, ["key", "stratum", "year", "date", "numerator", "denominator", "value"]
        ]
        counted["stratum"] = counted["stratum"].astype("category")

        def sums(rows: pd.DataFrame) -> pd.DataFrame:
            if not rows["date"].is_monotonic_increasing:
                rows = rows.sort_values("date", kind="stable")
            groups = rows.groupby(["key", "stratum"], observed=True)
            found = (
                groups[["numerator", "denominator"]].sum(min_count=1).join(groups[["value"]].last())
            )
            return found.set_index(
                found.index.set_levels(found.index.levels[1].astype("str"), level=1)
            )

        back = {day: clock.year_ago(day) for day in cells["reach"].unique()}
        until = counted["key"].map(cells.set_index("key")["reach"].map(back))
        now, before = counted["year"] == plan.year, counted["year"] == plan.year - 1
        return cls(
            clock,
            measures,
            sums(counted[now & (counted["date"] <= clock.as_of)]),
            sums(counted[before & (counted["date"] <= until)]),
            sums(counted[before]),
        )


def whole(found: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """The sums of each cell over its strata."""
    by = found.groupby(level="key")
    sums = by[["numerator", "denominator"]].sum(min_count=1).join(by[["value"]].last())
    return sums.reindex(cells["key"]).set_axis(cells.index)


def ratio(part: pd.Series, whole: pd.Series) -> pd.Series:
    """A share, missing where there is nothing to divide by."""
    return part / whole.where(whole > 0)


def told(code: str, where: pd.Series, *about: pd.Series) -> np.ndarray:
    """A reason for each row where there is one to give, else nothing."""
    out = np.full(len(where), "", dtype=object)
    out[where] = [reason(code, *row) for row in zip(*(part[where] for part in about), strict=True)]
    return out


def _absence(cells: pd.DataFrame, ended: bool) -> pd.Series:
    """The state of cells without a number: not applicable, no data, or pending while something can
    still come.
    """
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


def _share_cells(plan: Plan, cells: pd.DataFrame, known: Known) -> pd.DataFrame:
    """The cells of rate targets by stratum (one unnamed stratum where the target names none), with
    exact results.
    """
    shares = {t.id: t.share for t in plan.targets if t.rule == "rate_at_least"}
    strata = pd.DataFrame(
        [
            (t.id, stratum, t.lot or "", t.share.numerator, t.share.denominator)
            for t in plan.targets
            if t.id in shares
            for stratum in (t.measure.strata.values if t.measure.strata else [""])
        ],
        columns=["target", "stratum", "lot", "p", "q"],
    )
    wide = (
        cells[["unit", "target", "key", "city", "sampled", "gone", "reach"]]
        .assign(cell=cells.index)
        .merge(strata, on="target")
    )
    wide = wide.join(known.now[["numerator", "denominator"]], on=["key", "stratum"])
    lots = known.measures[
        (known.measures["year"] == plan.year) & (known.measures["date"] <= known.clock.as_of)
    ]
    lots = lots[lots["target"].isin(strata["lot"])]
    lots = lots.drop_duplicates(["unit", "target"], keep="last").set_index(["unit", "target"])[
        "value"
    ]
    wide["lot"] = wide[["unit", "lot"]].join(lots.astype("float64"), on=["unit", "lot"])["value"]
    wide["seen"] = wide["denominator"].notna()
    x, n = (wide[c].fillna(0).astype("int64") for c in ("numerator", "denominator"))
    wide["some"] = n > 0
    wide["have"], wide["asked"] = x * wide["q"], n * wide["p"]
    wide["fails"] = wide["some"] & (wide["have"] < wide["asked"])
    wide["short"] = np.maximum(-(-wide["asked"] // wide["q"]) - x, 0)
    wide["gap"] = (wide["have"] - wide["asked"]) / (n * wide["q"]).where(n > 0)
    share = wide["p"] / wide["q"]
    wide["low"], wide["high"] = _interval(x, n, wide["lot"])
    wide["evidence"] = evidence.demonstrated(x, n, share, wide["lot"])
    wide["further"] = evidence.further(x, n, share, wide["lot"])
    wide["probability"] = _chances(wide, known)
    return wide


def _interval(x: pd.Series, n: pd.Series, lot: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's interval, or the exact one of a lot that the sample is a good part of."""
    low, high = evidence.wilson(x, n)
    small = evidence.is_small(n, lot)
    if small.any():
        low[small], high[small] = evidence.lot_interval(
            x[small], n[small], lot[small].astype("int64")
        )
    return low, high


def _chances(wide: pd.DataFrame, known: Known) -> np.ndarray:
    """The chance that each rate ends at its threshold or above.

    How many samples are still to come, for those that came, is taken from what share of all units'
    had come by this day a year before (assumption `forecast`). A unit's prior is the spread of all
    units in that year, the city's is Jeffreys'.
    """
    same, whole = (
        wide[["key", "stratum"]]
        .join(found[["numerator", "denominator"]], on=["key", "stratum"])
        .fillna(0)
        for found in (known.same, known.whole)
    )
    by = [wide["target"], wide["stratum"], wide["reach"]]
    early, all_ = (
        sums["denominator"].astype("float64").groupby(by).transform("sum") for sums in (same, whole)
    )
    came = (early + wide["gone"] / known.clock.days) / (
        all_ + 1
    )  # even where all came early, one more may come
    came = came.where(came > 0).where(wide["reach"] < known.clock.end, 1.0)
    x, n = (wide[c].astype("float64") for c in ("numerator", "denominator"))
    a, b = np.tile(forecast.JEFFREYS_RATE, (len(wide), 1)).T.copy()
    for _, rows in whole[~wide["city"]].groupby([wide["target"], wide["stratum"]]):
        a[rows.index], b[rows.index] = forecast.prior_rate(rows["numerator"], rows["denominator"])
    return forecast.chance_share(x, n, n * (1 / came - 1), wide["p"], wide["q"], a, b)


def rate(plan: Plan, cells: pd.DataFrame, known: Known) -> pd.DataFrame:
    """x of n with x * q >= n * p; every named stratum must hold by itself, and one that was not
    reported is no data.

    have and asked are x * q and n * p of the weakest stratum, low and high its interval.
    """
    wide = _share_cells(plan, cells, known)
    by = wide.groupby("cell")
    fails, some, unseen = by["fails"].any(), by["some"].any(), ~by["seen"].all()
    cells = cells.assign(seen=by["seen"].any())
    gap_in_strata = cells["strata"] & unseen & by["seen"].any()
    states = np.select(
        [fails, gap_in_strata, some],
        ["not attained", "no data", "attained"],
        _absence(cells, known.clock.ended),
    )
    named = wide[wide["stratum"] != ""]
    notes = pd.Series("", cells.index, "str")
    for column, code in (("fails", "stratum_fails"), ("seen", "stratum_missing")):
        hit = named[
            named[column]
            if column == "fails"
            else ~named["seen"] & named["cell"].map(gap_in_strata)
        ]
        names = (
            hit.groupby("cell")["stratum"]
            .agg("、".join)
            .map(lambda strata, code=code: reason(code, strata))
        )
        notes = notes.add(names.reindex(cells.index).fillna("") + ";")
    over = (
        (wide["numerator"].notna() & (wide["denominator"] > wide["lot"]))
        .groupby(wide["cell"])
        .any()
    )
    notes = notes.add(pd.Series("lot_exceeded;", cells.index).where(over.reindex(cells.index), ""))
    weakest = (
        wide.sort_values("gap", kind="stable")
        .drop_duplicates("cell")
        .set_index("cell")
        .reindex(cells.index)
    )
    firm = wide["evidence"]
    firm = np.select(
        [
            ~cells["sampled"] & some,
            (firm == "refuted").groupby(wide["cell"]).any(),
            (firm == "demonstrated").groupby(wide["cell"]).all(),
            some,
        ],
        ["census", "refuted", "demonstrated", "not shown"],
        "",
    )
    drawn = cells["sampled"] & some
    return cells.assign(
        state=states,
        gap=by["gap"].min(),
        needed=by["short"].sum().where(some),
        note=notes,
        evidence=firm,
        low=weakest["low"].where(drawn),
        high=weakest["high"].where(drawn),
        further=by["further"].sum(min_count=1).where(drawn),
        have=weakest["have"].where(some),
        asked=weakest["asked"].where(some),
        probability=by["probability"].prod(min_count=1),
        value=ratio(cells["numerator"], cells["denominator"]),
    )


def count(plan: Plan, cells: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Distinct items against a least and a most; a shortfall with returns missing is no data, not a
    verdict.

    A unit is held to its quota; a quota of none asks nothing, and without quotas its number is
    shown without a verdict.
    """
    have, clock = _numbers(cells), known.clock
    bounds = {t.id: t.bounds for t in plan.targets if t.rule.startswith("count_")}
    at_most = cells["rule"] == "count_at_most"
    quota = cells["quota"].notna()
    at_least = (cells["rule"] == "count_at_least") | quota
    low = cells["target"].map({id: b[0] for id, b in bounds.items()})
    high = cells["target"].map({id: b[1] for id, b in bounds.items()})
    low = low.where(~at_most, 0).where(~quota, cells["quota"]).astype("int64")
    above = ~at_least & (have > high)
    blind = ~cells["arrived"] & (have == 0)
    gone, days = cells["gone"], clock.days
    due = (low * gone).where(
        ~quota, low * gone // days * days
    )  # of a unit's few whole items, in parts of a day
    pace = have * days >= due
    unsplit = ~quota & ~cells["city"] & ~at_most
    spared = quota & (low == 0)
    doubt = (
        at_most & ~above & (cells["rejected"] > 0)
    )  # what was rejected may be what must not have happened
    open_end = (clock.ended & (cells["outstanding"] > 0) | (cells["missing"] > 0)) & (
        ~at_least | (have < low)
    )
    states = np.select(
        [
            spared,
            unsplit & ~blind,
            above,
            doubt,
            (blind | open_end) & (cells["missing"] > 0),
            blind | open_end,
            at_least & (have >= low),
            clock.ended & (have >= low),
            clock.ended,
            pace,
        ],
        [
            "not applicable",
            "reported",
            "not attained",
            "no data",
            "no data",
            "pending",
            "attained",
            "attained",
            "not attained",
            "on track",
        ],
        "behind",
    )
    gap = (have - low).where(at_least | (have < low), (high - have).clip(upper=0))
    codes = {
        "quota_none": spared,
        "not_split": unsplit & ~cells["split"],
        "basis_missing": unsplit,
        "incident": above & at_most,
        "above_range": above,
        "quota_official": quota & (cells["basis"] == OFFICIAL),
        "quota_computed": quota,
    }
    notes = np.select([*codes.values()], [np.full(len(cells), code) for code in codes], "")
    notes = np.where(doubt, told("rejected_rows", doubt, cells["rejected"]), notes)
    judged = ~blind & ~unsplit & ~spared
    prior = _count_priors(cells)
    chance = forecast.chance_count(have, gone / days, low, np.where(at_least, np.inf, high), *prior)
    return cells.assign(
        state=states,
        gap=gap.where(judged),
        needed=(low - have).clip(lower=0).where(judged),
        numerator=have.where(~blind).astype("Int64"),
        value=have.where(~blind),
        note=notes,
        probability=np.where(judged & ~at_most, chance, np.nan),
        have=(have * days).where(judged & ~above),
        asked=due.where(judged & ~above & ~at_most),
        expected=(low * gone / days).where(judged & ~at_most),
        threshold=cells["threshold"].where(~quota, low.astype(str)).where(~unsplit, ""),
    )


def _count_priors(cells: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Gamma parameters a cell: the spread of all units in the year before by their size, and
    Jeffreys' for the city.
    """
    a, b = np.tile(forecast.JEFFREYS_COUNT, (len(cells), 1)).T.copy()
    sized = cells.assign(
        place=np.arange(len(cells)),
        size=cells["size"].fillna(1.0).where(lambda size: size > 0, 1.0),
    )
    for _, rows in sized[~cells["city"]].groupby("target"):
        shape, years = forecast.prior_count(rows["numerator_whole"].astype("float64"), rows["size"])
        a[rows["place"]], b[rows["place"]] = shape, years / rows["size"]
    return a, b


def rising(plan: Plan, cells: pd.DataFrame, known: Known) -> pd.DataFrame:
    """More than the whole year before; within the year a count keeps pace with its share of that."""
    counted = cells["kind"] == "distinct"
    now = cells["value"].where(
        ~counted, _numbers(cells).where(cells["arrived"] | cells["numerator"].notna())
    )
    before = cells["value_whole"]
    both = now.notna() & before.notna()
    clock, gone = known.clock, cells["gone"]
    have, asked = now * clock.days, before * gone
    pace = (have >= asked).fillna(False).astype(bool)
    above = (now > before).fillna(False).astype(bool)
    waiting = now.isna() & (cells["due"] == 0)
    open_end = (
        counted & (clock.ended & (cells["outstanding"] > 0) | (cells["missing"] > 0)) & ~above
    )
    states = np.select(
        [
            waiting | (open_end & (cells["missing"] == 0)),
            ~both | open_end,
            above & (counted | clock.ended),
            clock.ended,
            counted & pace,
            counted,
        ],
        ["pending", "no data", "attained", "not attained", "on track", "behind"],
        "pending",
    )
    notes = np.where(~waiting & now.notna() & before.isna(), "no_year_before", "")
    short = (before + 1 - now).clip(lower=0).where(counted & both)
    judged = counted & both
    chance = forecast.chance_count(
        now.astype("float64"),
        gone / clock.days,
        before.astype("float64") + 1,
        np.inf,
        *_count_priors(cells),
    )
    return cells.assign(
        state=states,
        gap=now - before,
        needed=short,
        value=now,
        note=notes,
        numerator=now.where(counted).astype("Int64"),
        have=have.where(counted, now),
        asked=asked.where(counted, before),
        expected=(before * gone / clock.days).where(judged),
        probability=np.where(judged, chance, np.nan),
    )


def peers(plan: Plan, cells: pd.DataFrame, known: Known) -> pd.DataFrame:
    """The city among its peers: above the mean of the others, or ranked within the front share,
    ties alike.
    """
    rows = known.measures[known.measures["target"].isin(cells["target"])]
    rows = rows[(rows["year"] == plan.year) & (rows["date"] <= known.clock.as_of)]
    out = []
    for cell in cells.to_dict("records"):
        values = rows[rows["target"] == cell["target"]].set_index("unit")["value"].dropna()
        exact = {name: Fraction(repr(float(value))) for name, value in values.items()}
        own = exact.pop(plan.folder.city.name, None)
        if own is None or not exact:
            state = "no data" if cell["due"] else "pending"
            out.append(
                cell
                | {"state": state, "note": "no_peers" if own is not None else "", "value": np.nan}
            )
        elif cell["rule"] == "above_peer_mean":
            mean = sum(exact.values()) / len(exact)
            out.append(
                cell
                | {
                    "state": "attained" if own > mean else "not attained",
                    "value": float(own),
                    "gap": float(own - mean),
                    "denominator": len(exact),
                    "have": float(own),
                    "asked": float(mean),
                    "note": reason("peer_mean", f"{float(mean):.4g}", len(exact)),
                }
            )
        else:
            rank, cities = 1 + sum(other > own for other in exact.values()), len(exact) + 1
            cut = math.ceil(plan.target(cell["target"]).share * cities)
            out.append(
                cell
                | {
                    "state": "attained" if rank <= cut else "not attained",
                    "value": rank,
                    "gap": cut - rank,
                    "needed": max(rank - cut, 0),
                    "numerator": rank,
                    "denominator": cities,
                    "note": reason("front", cut, cities),
                }
            )
    return pd.DataFrame(out, index=cells.index)


def milestone(plan: Plan, cells: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Done on or before its due date: the plan's, else the return's, else the period's end (an
    assumption).
    """
    clock, rows = known.clock, known.measures[known.measures["key"].isin(cells["key"])]
    rows = rows[rows["year"] == plan.year].drop_duplicates("key", keep="last")
    cells = cells.join(rows.set_index("key")[["due", "done"]].add_suffix("_said"), on="key")
    heard = cells["key"].isin(rows["key"])
    done = cells["done_said"].where(cells["done_said"] <= clock.as_of)
    shared = cells["city"] & (
        cells["scope"] == "town"
    )  # the city has done what all its towns have done
    towns = cells.assign(heard=heard, done=done)[~cells["city"]].groupby("target")
    last = towns["done"].max().where(towns["done"].count() == towns.size())
    done = done.where(~shared, last.reindex(cells["target"]).set_axis(cells.index))
    heard = heard.where(
        ~shared, towns["heard"].all().reindex(cells["target"]).set_axis(cells.index)
    ).astype(bool)
    own = cells["target"].map({t.id: t.due for t in plan.targets if t.rule == "milestone"})
    latest = towns["due_said"].max().reindex(cells["target"]).set_axis(cells.index)
    said = cells["due_said"].where(~shared, latest)
    due = own.astype("datetime64[us]").fillna(said).fillna(clock.end)
    unbound = cells["threshold"] == "open"
    is_done, late, ahead = done.notna(), (done > due) & ~unbound, unbound | (clock.as_of < due)
    states = np.select(
        [late, is_done, ahead, heard],
        ["not attained", "attained", "pending", "not attained"],
        "no data",
    )
    days = (due - done.fillna(clock.as_of)).dt.days.where(~unbound).astype("Int64")
    kinds: list[tuple[Any, ...]] = [
        ("done_late", late, -days, due.dt.date),
        ("done_on", is_done & ~late, done.dt.date, due.dt.date),
        ("due_on", pd.Series(states == "pending", cells.index) & ~unbound, due.dt.date),
        ("overdue", pd.Series(states == "not attained", cells.index) & ~late, -days, due.dt.date),
    ]
    notes = np.select(
        [where for _, where, *_ in kinds], [told(code, *about) for code, *about in kinds], ""
    )
    return cells.assign(
        state=states,
        gap=days.where(states != "no data"),
        needed=days.where(states == "pending"),
        note=notes,
        done=done,
        numerator=cells["target"].map(towns["done"].count()).where(shared),
        denominator=cells["target"].map(towns.size()).where(shared),
    )


def reported(plan: Plan, cells: pd.DataFrame, known: Known) -> pd.DataFrame:
    """What arrived is shown; no verdict is ever computed."""
    rows = known.measures[
        known.measures["key"].isin(cells["key"]) & (known.measures["year"] == plan.year)
    ]
    tasks = rows["key"].isin(cells.loc[cells["kind"] == "milestone", "key"])
    heard = cells["key"].isin(rows.loc[tasks | (rows["date"] <= known.clock.as_of), "key"])
    counted = cells["kind"] == "distinct"
    lists = (cells["absent"] == "none") & (cells["missing"] == 0)
    there = cells["arrived"] & (heard | lists)
    have = _numbers(cells).where(counted & there)
    return cells.assign(
        state=np.select([there, cells["due"] > 0], ["reported", "no data"], "pending"),
        numerator=have.astype("Int64"),
        value=have.where(counted, cells["value"]),
        note="",
    )


RULES: dict[str, Callable[[Plan, pd.DataFrame, Known], pd.DataFrame]] = {
    "rate_at_least": rate,
    "count_at_least": count,
    "count_between": count,
    "count_at_most": count,
    "rising": rising,
    "above_peer_mean": peers,
    "rank_within_front": peers,
    "milestone": milestone,
    "reported": reported,
}
