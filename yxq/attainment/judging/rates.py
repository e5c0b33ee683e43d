"""Shares: x of n against p of q, each named stratum by itself."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from yxq.attainment.cells import (
    Known,
    YearBefore,
    first_state,
    has_none_in_list,
    ratio,
    without_rows,
)
from yxq.attainment.judging.asked import add_lacking, asked
from yxq.plan.folder import Plan, clusters_of
from yxq.stats import clusters, evidence, forecast
from yxq.stats.ahead import SAMPLES, Years, counts_ahead, rates_ahead
from yxq.tables.reasons import Reasons
from yxq.words.states import State

STRATUM = ["key", "stratum"]
COUNTS = ["numerator", "denominator"]
End = tuple[int | None, int | None, bool]
MANY = 10**9  # more than there are samples: one in so many is less than any difference of shares


def judge(cells: pd.DataFrame, known: Known, notes: Reasons) -> pd.DataFrame:
    """x of n with x * q >= n * p; every named stratum must hold by itself, and one that was not
    reported is no data, unless nothing in a list means none. have and asked are x * q and n * p of
    the weakest stratum, low and high its interval.

    At most p/q of n is at least the rest of it, of what is not x, and so is judged as that; of a
    range both ends must hold. More than p/q is the least share above it that so few can have.
    """
    strata, bounds = _strata(cells, known)
    by_cell = strata.groupby("cell")
    sampled, seen = by_cell["has_samples"].any(), by_cell["seen"].any()
    has_none = has_none_in_list(cells)
    incomplete = cells["strata"] & seen & ~by_cell["seen"].all() & ~has_none
    unknown = bounds["unknown"].astype(bool) & sampled
    # A stratum that fails decides, whatever the others are; one that is not in forbids the rest.
    state = first_state(
        [
            (unknown, State.NO_DATA),
            (by_cell["fails"].any(), State.NOT_ATTAINED),
            (incomplete, State.NO_DATA),
            (sampled, State.ATTAINED),
        ],
        without_rows(cells, seen, known.clock.ended),
    )
    _add_notes(notes, strata, seen, incomplete)
    notes.add_where((state == State.PENDING) & cells["arrived"], "none_so_far")
    notes.add_where(by_cell["lost"].any() & sampled & ~unknown, "out_of_reach")
    add_lacking(notes, unknown, bounds)
    return cells.assign(state=state, **_numbers(cells, strata, sampled, unknown))


def _numbers(
    cells: pd.DataFrame, strata: pd.DataFrame, sampled: pd.Series, unknown: pd.Series
) -> dict[str, Any]:
    """The other columns of a result, from the strata of each cell."""
    by_cell = strata.groupby("cell")
    weakest = strata.sort_values("gap", kind="stable").drop_duplicates("cell")
    weakest = weakest.set_index("cell").reindex(cells.index)
    drawn, lost = cells["sampled"] & sampled, by_cell["lost"].any()
    is_least = sampled & ~weakest["turned"].fillna(False).astype(bool)
    return dict(
        gap=by_cell["gap"].min(),
        final=lost,
        needed=by_cell["short"].sum(min_count=1).where(sampled & ~unknown & ~lost),
        evidence=_evidence(cells, strata, sampled),
        low=weakest["low"].where(drawn),
        high=weakest["high"].where(drawn),
        further=by_cell["further"].sum(min_count=1).where(drawn),
        have=weakest["have"].where(is_least),
        asked=weakest["asked"].where(is_least),
        probability=_together(strata),
        value=ratio(cells["numerator"], cells["denominator"]),
    )


def _strata(cells: pd.DataFrame, known: Known) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row a cell, stratum (one without a name where the target names none) and end of what is
    asked, with exact results and what they prove; and the bounds of the cells.
    """
    bounds = asked(cells, known)
    columns = ["unit", "target", "key", "city", "sampled", "amounts", "scale", "stock"]
    columns += ["elapsed", "days", "reach"]
    strata = cells[columns].assign(cell=cells.index).merge(_named_strata(known.plan), on="target")
    strata = strata.merge(_ends(bounds), on="cell", how="left")
    strata = strata.join(known.now[COUNTS], on=STRATUM)
    strata["lot"] = _lots(strata, known)
    strata["seen"] = strata["denominator"].notna()
    x, n = (strata[name].fillna(0).astype("int64") for name in COUNTS)
    p, q, lot, turned = (strata[name] for name in ("p", "q", "lot", "turned"))
    reached = (n - x).where(turned, x).astype(object)  # of whole numbers that may have any length
    have, least = reached * q, n.astype(object) * p
    strata["has_samples"], is_judged = n > 0, (n > 0) & p.notna()
    strata["have"], strata["asked"] = have.astype("float64"), least.astype("float64")
    strata["fails"] = is_judged & (have < least).fillna(False).astype(bool)
    strata["lost"], strata["short"] = _short(strata, least - have, known.clock.ended)
    strata["gap"] = ((have - least) / (n * q).where(is_judged)).astype("float64")
    strata["effect"] = effect = _design_effects(strata, known)
    lot = lot.where(effect == 1)
    strata["low"], strata["high"] = _interval(*clusters.effective(x, n, effect), lot)
    share = (p / q).astype("float64")
    gone = 1.0 if known.clock.ended else strata["elapsed"] / strata["days"]
    sure = evidence.confidence_at(gone)
    passes, samples = clusters.effective(reached.astype("int64"), n, effect)
    strata["evidence"] = evidence.demonstrated(passes, samples, share, lot, sure)
    further = np.ceil(evidence.further(passes, samples, share, lot) * effect - 1e-9)
    strata["further"] = further.where(strata["has_samples"])
    strata["probability"] = _chances(strata, known)
    return strata, bounds


def _short(strata: pd.DataFrame, lacks: pd.Series, ended: bool) -> tuple[pd.Series, pd.Series]:
    """What cannot be reached any more, and how many more passes each share takes.

    Of those that are all in so many in place of failures: the least k with x + k >= p n. While more
    come so many further ones that all pass: the least k with x + k >= p (n + k), which is
    (p n - x) / (1 - p) rounded up; where all are asked to pass none, once one did not. Of a stock
    the last report alone counts, in which what failed can pass.
    """
    more_come = ~strata["stock"] & (not ended)
    of = strata["q"].where(~more_come, strata["q"] - strata["p"])
    lost = more_come & strata["fails"] & (of == 0)
    of = of.where(of != 0)
    whole, part = -(-lacks // of), lacks / (of * 10 ** strata["scale"].astype(object))
    return lost, whole.where(~strata["amounts"], part).astype("float64").clip(lower=0)


def _ends(bounds: pd.DataFrame) -> pd.DataFrame:
    """A row a cell and end: p and q of the least share p/q of what is counted, and whether that is
    what did not pass (turned). A cell whose bound is not known has a row without p and q.
    """
    rows, known = [], dict[tuple[int, int, bool], list[End]]()
    for cell, low, high, strict in bounds[["low", "high", "strict"]].itertuples():
        # Most cells of a target are asked the same, which is one object: to hash fractions is slow.
        key = id(low), id(high), bool(strict)
        if key not in known:
            known[key] = _shares(low, high, bool(strict))
        rows += [(cell, *end) for end in known[key]]
    table = pd.DataFrame(rows, columns=["cell", "p", "q", "turned"])
    return table.astype({"p": object, "q": object, "turned": bool})


def _shares(low: Fraction | None, high: Fraction | None, strict: bool) -> list[End]:
    """p and q of each end, and whether it is turned."""
    ends = [(low, False), (None if high is None else 1 - high, True)]
    found: list[End] = []
    for share, turned in ends:
        if share is not None:
            more = share + Fraction(1, share.denominator * MANY) if strict else share
            found.append((more.numerator, more.denominator, turned))
    return found or [(None, None, False)]


def _named_strata(plan: Plan) -> pd.DataFrame:
    """Stratum and basis of the lot of each target."""
    rows = [
        (target.id, stratum, target.lot or "")
        for target in plan.targets
        if target.kind == "share"
        for stratum in (target.measure.strata.values if target.measure.strata else [""])
    ]
    return pd.DataFrame(rows, columns=["target", "stratum", "basis"])


def _lots(strata: pd.DataFrame, known: Known) -> pd.Series:
    """How large the lot is that each sample is drawn from, where the plan has a basis for it."""
    unit_and_basis = ["unit", "target"]
    rows = known.measures_so_far
    rows = rows[rows["target"].isin(strata["basis"].unique())]
    rows = rows.drop_duplicates(unit_and_basis, keep="last").set_index(unit_and_basis)
    return strata.join(rows["value"].astype("float64"), on=["unit", "basis"])["value"]


def _design_effects(strata: pd.DataFrame, known: Known) -> pd.Series:
    """By how much each sample tells less than as many of different clusters: 1 where the plan names
    none. How alike samples of a cluster are is estimated once a target, within its units.
    """
    names = {
        clusters_of(t.id): t.id for t in known.plan.targets if t.measure.clusters and t.sampled
    }
    effects = pd.Series(1.0, strata.index)
    rows = known.measures_so_far
    rows = rows[rows["target"].isin(names)]
    for name, of_target in rows.groupby("target"):
        sums = of_target.groupby(["unit", "stratum"])[COUNTS].sum().astype("float64").reset_index()
        named = sums[sums["stratum"] != ""]
        towns = named[named["unit"] != known.plan.city.name]
        towns = towns if len(towns) else named
        alike = clusters.intraclass(towns["numerator"], towns["denominator"], towns["unit"])
        for unit, of_unit in sums.groupby("unit"):
            blank = of_unit["stratum"] == ""  # nobody knows whose: each its own
            alone = np.ones(int(of_unit.loc[blank, "denominator"].sum()))
            sizes = np.concatenate([of_unit.loc[~blank, "denominator"], alone])
            here = (strata["unit"] == unit) & (strata["target"] == names[str(name)])
            effects[here] = clusters.design_effect(sizes, alike)
    return effects


def _interval(x: np.ndarray, n: np.ndarray, lot: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's interval, or the exact one of a lot that the sample is a good part of."""
    low, high = evidence.wilson(x, n)
    small = evidence.is_small(n, lot)
    if small.any():
        ends = evidence.lot_interval(x[small], n[small], lot[small].astype("int64"))
        low[small], high[small] = ends
    return low, high


def _chances(strata: pd.DataFrame, known: Known) -> np.ndarray:
    """The chance that each rate ends at its threshold or above; see `ahead`.

    Units of a target and stratum are forecast together, the city by itself.
    """
    rows = strata.drop_duplicates(["cell", "stratum"]).reset_index(drop=True)
    x, n = (rows[name].fillna(0).to_numpy("float64") for name in COUNTS)
    gone = np.where(rows["reach"] < known.clock.end, rows["elapsed"] / rows["days"], 1.0)
    before = [_sums_before(rows, year) for year in known.before]
    passed, drawn, whole = (np.array(part) for part in zip(*before, strict=True))
    found = np.full((4, len(rows)), np.nan)
    for units in rows.groupby(["target", "stratum", "city"]).indices.values():
        past_x, past_n, all_in = (
            Years(*part[:, :, units].swapaxes(0, 1)) for part in (passed, drawn, whole)
        )
        share, now = float(gone[units].min()), (x[units], n[units])
        to_come = counts_ahead(now[1], share, all_in, usual=SAMPLES)
        found[:, units] = *to_come, *rates_ahead(*now, share, past_x, past_n, to_come[0])
    cells = pd.MultiIndex.from_frame(rows[["cell", "stratum"]])
    of_end = cells.get_indexer(pd.MultiIndex.from_frame(strata[["cell", "stratum"]]))
    x, n, (rest, shape, a, b) = x[of_end], n[of_end], found[:, of_end]
    turned = strata["turned"].to_numpy()
    passes, a, b = np.where(turned, n - x, x), np.where(turned, b, a), np.where(turned, a, b)
    p, q = (strata[name].astype("float64") for name in ("p", "q"))
    return forecast.chance_share(passes, n, rest, shape, p, q, a, b)


def _sums_before(rows: pd.DataFrame, year: YearBefore) -> tuple[np.ndarray, ...]:
    """Of an earlier year, up to the same day and whole: what passed, what was drawn, and that again
    where all returns of the year are in, for else it does not tell when samples come.
    """
    parts = (year.same, year.whole)
    sums = [rows[STRATUM].join(part[COUNTS], on=STRATUM)[COUNTS].fillna(0) for part in parts]
    passed, drawn = (np.array([part[name] for part in sums], "float64") for name in COUNTS)
    return passed, drawn, np.where(rows["key"].map(year.complete), drawn, np.nan)


def _together(strata: pd.DataFrame) -> pd.Series:
    """The chance that every stratum of each cell holds: a range where neither end is missed."""
    ends = strata.groupby(["cell", "stratum"])["probability"]
    both = 1 - (ends.count() - ends.sum(min_count=1)).where(ends.count() > 0)
    return both.clip(lower=0).groupby(level="cell").prod(min_count=1)


def _evidence(cells: pd.DataFrame, strata: pd.DataFrame, sampled: pd.Series) -> np.ndarray:
    """What the samples of all strata prove: one that refutes is enough, all must demonstrate."""
    refuted = (strata["evidence"] == "refuted").groupby(strata["cell"]).any()
    none = ~strata["seen"] & strata["cell"].map(
        has_none_in_list(cells)
    )  # nothing of it is left open
    shown = (strata["evidence"] == "demonstrated") | none
    demonstrated = shown.groupby(strata["cell"]).all()
    return np.select(
        [~cells["sampled"] & sampled, refuted, demonstrated & sampled, sampled],
        ["census", "refuted", "demonstrated", "not shown"],
        "",
    )


def _add_notes(
    notes: Reasons, strata: pd.DataFrame, some: pd.Series, incomplete: pd.Series
) -> None:
    """Which strata fail, or are missing or none while others are in, and samples larger than their
    lot.
    """
    named = strata[strata["stratum"] != ""]
    none = ~named["seen"] & named["cell"].map(some & ~incomplete)
    missing = ~named["seen"] & named["cell"].map(incomplete)
    for code, rows in (
        ("stratum_fails", named[named["fails"]]),
        ("stratum_missing", named[missing]),
        ("stratum_none", named[none]),
    ):
        names = rows.drop_duplicates(STRATUM).groupby("cell")["stratum"].agg("、".join)
        notes.add_where(names.notna(), code, names)
    of_cell = strata.drop_duplicates("cell").set_index("cell")
    tells = (of_cell["denominator"].astype("float64") / of_cell["effect"]).map("{:.0f}".format)
    notes.add_where(of_cell["effect"] > 1, "clustered", tells)
    exceeded = strata["numerator"].notna() & (strata["denominator"] > strata["lot"])
    notes.add_where(exceeded.groupby(strata["cell"]).any(), "lot_exceeded")
