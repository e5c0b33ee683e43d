"""What adds up over the period, items and amounts, against a least and a most; a unit is held to
its share of the city's count.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pandas as pd

from yxq.attainment.cells import Clock, Known, YearBefore, first_state, over_strata, whole_counts
from yxq.attainment.judging.asked import add_lacking, asked
from yxq.attainment.quotas import OFFICIAL
from yxq.stats import forecast
from yxq.stats.ahead import Years, counts_ahead
from yxq.tables.reasons import Reasons
from yxq.words.reasons import Reason
from yxq.words.states import State


def judge(cells: pd.DataFrame, known: Known, notes: Reasons) -> pd.DataFrame:
    """A shortfall with returns missing is no data, not a verdict; have and asked are counts times
    the days of the span.
    """
    counts, clock = _counts(cells, known), known.clock
    have, low, high, pace = (counts[name] for name in ("have", "low", "high", "pace"))
    judged = ~counts[["unknown", "unsplit", "none_asked", "no_bound"]].any(axis=1)
    without = counts["no_bound"] & ~counts["unknown"]  # a number, and nothing to compare it with
    has_pace, above = judged & ~counts["at_most"], counts["above"]
    _add_notes(notes, cells, counts, known)
    chance = count_chances(cells, known, low, high)
    is_count, part = cells["number"] == "count", 10.0 ** cells["scale"]
    left = high - have  # of a most alone what may still come, in a range nought
    over = left.where(counts["at_most"], left.clip(upper=0))
    gap = (have - pace).where(counts["at_least"] | (have < low), over)
    bound = cells["bound"].where(~counts["quota"], low.astype(str))
    short = (low.where(is_count, pace) - have).clip(lower=0) / part
    return cells.assign(
        state=_state(cells, counts, clock),
        final=counts["above"] | (counts["at_least"] & (have >= low)),
        gap=(gap / part).where(judged),
        needed=short.where(cells["amounts"], np.ceil(short)).where(judged),
        numerator=have.where(~counts["unknown"] & is_count).astype("Int64"),
        value=(have / part).where(~counts["unknown"]),
        probability=np.where(judged & is_count, chance, np.nan),
        have=(have * cells["days"] / part).where((judged | without) & ~above),
        asked=(counts["due"] / part).where(has_pace & ~above),
        expected=(pace * cells["elapsed"] / cells["days"] / part).where(has_pace),
        bound=bound.where(~counts["unsplit"], ""),
    )


def _counts(cells: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Counts beside what is asked of them, a row a cell.

    Columns: have, low and high (the least and the most whole numbers that attain it; a unit's least
    is its share, and of a least alone the most is infinite), pace (the bound that the least comes
    from, which is one less where more than it is asked, and of amounts itself), due (how many by
    now, times the days of the span), and whether each is a least that stays reached (at_least), a
    most alone (at_most), or held to a share (quota), of none (none_asked) or not set, so that it is
    shown without a verdict (unsplit); whether nothing arrived (unknown), what it is compared with
    (against) is not known (no_bound), it is above the most, or a rejected row may be what must not
    have happened (doubtful).
    """
    bounds, quota = asked(cells, known), cells["quota"].notna()
    have, at_most = whole_counts(cells), cells["better"] == "less"
    at_least = (cells["better"] == "more") | quota
    low = _whole(bounds, cells["scale"], "low", math.ceil, 0)
    low = low.where(~quota, cells["quota"]).astype("int64")
    high = _whole(bounds, cells["scale"], "high", math.floor, np.inf).where(~at_least, np.inf)
    pace = low - (bounds["strict"] & ~quota).astype("int64")
    least = [float((b or 0) * 10**s) for b, s in zip(bounds["low"], cells["scale"], strict=True)]
    pace = pace.where(cells["number"] == "count", least)
    days, due = cells["days"], pace * cells["elapsed"]
    columns = {
        "have": have,
        "low": low,
        "high": high,
        "pace": pace,
        "due": due.where(~quota, due // days * days),  # a unit's few items are due one by one
        "at_least": at_least,
        "at_most": at_most,
        "quota": quota,
        "none_asked": quota & (low == 0),
        "unsplit": ~quota & ~cells["city"] & (cells["whom"] == "shared"),
        "unknown": ~cells["arrived"] & (have == 0),
        "no_bound": bounds["unknown"].astype(bool),
        "against": bounds["against"],
        "above": (have > high) & ~bounds["unknown"].astype(bool),
        "doubtful": at_most & (have <= high) & (cells["rejected"] > 0),
    }
    return pd.DataFrame(columns)


def _whole(
    bounds: pd.DataFrame,
    scale: pd.Series,
    end: str,
    rounded: Callable[[Fraction], int],
    none: float,
) -> pd.Series:
    """The first whole numbers, of so many decimals, within bounds; `none` where there is none."""
    inward, first = (1 if end == "low" else -1), list[float]()
    known: dict[tuple[int, bool, int], int] = {}  # most cells of a target are asked the same
    for bound, strict, decimals in zip(bounds[end], bounds["strict"], scale, strict=True):
        if bound is None:
            first.append(none)
            continue
        key = id(bound), bool(strict), int(decimals)
        if key not in known:
            parts = bound * 10**decimals
            whole = rounded(parts)
            known[key] = whole + inward if strict and whole == parts else whole
        first.append(known[key])
    return pd.Series(first, bounds.index)


def _state(cells: pd.DataFrame, counts: pd.DataFrame, clock: Clock) -> pd.Series:
    """First what is not judged at all, then what more returns cannot change, then what they can,
    and last what is all in.
    """
    late, reached = cells["missing"] > 0, counts["have"] >= counts["low"]
    may_rise = late | clock.ended & (cells["outstanding"] > 0)
    open_end = counts["unknown"] | may_rise & ~(counts["at_least"] & reached)
    return first_state(
        [
            (counts["none_asked"], State.NOT_APPLICABLE),
            (counts["unsplit"] & ~counts["unknown"], State.REPORTED),
            (counts["no_bound"] & ~counts["unknown"], State.NO_DATA),
            (counts["above"], State.NOT_ATTAINED),
            (counts["doubtful"] | open_end & late, State.NO_DATA),
            (open_end, State.PENDING),
            (reached & (counts["at_least"] | clock.ended), State.ATTAINED),
            (~reached & clock.ended, State.NOT_ATTAINED),
            (counts["have"] * cells["days"] >= counts["due"], State.ON_TRACK),
        ],
        State.BEHIND,
    )


def _add_notes(notes: Reasons, cells: pd.DataFrame, counts: pd.DataFrame, known: Known) -> None:
    """The first that holds: why nothing is asked, what went over, or where the number asked is
    from; and what makes it doubtful.
    """
    others = pd.Series(True, cells.index)
    scoring = known.plan.period.scoring
    vetoes = scoring.veto.targets if scoring and scoring.veto else ()
    for code, where in {
        "quota_none": counts["none_asked"],
        "not_split": counts["unsplit"] & ~cells["split"],
        "basis_missing": counts["unsplit"],
        "incident": counts["above"] & cells["target"].isin(vetoes),
        "above_limit": counts["above"] & counts["at_most"],
        "above_range": counts["above"],
        "quota_official": counts["quota"] & (cells["basis"] == OFFICIAL),
        "quota_computed": counts["quota"],
    }.items():
        notes.add(cells.index[others & where], Reason(code))
        others &= ~where
    add_lacking(notes, counts["no_bound"] & ~counts["unknown"], counts)
    notes.add_where(counts["doubtful"], "rejected_rows", cells["rejected"])


def count_chances(cells: pd.DataFrame, known: Known, low: pd.Series, high: pd.Series) -> np.ndarray:
    """The chance that each count ends between its ends; see `ahead`.

    Units of a target are forecast together, by their sizes where these are known, the city by
    itself. Of a most alone nothing is told where no earlier year is in.
    """
    have = whole_counts(cells).to_numpy("float64")
    gone = (cells["elapsed"] / cells["days"]).to_numpy()
    size = cells["size"].fillna(1.0).where(lambda size: size > 0, 1.0).to_numpy("float64")
    before = [
        [_sums_before(cells, year, part) for part in ("same", "whole")] for year in known.before
    ]
    same, whole = np.array(before).swapaxes(0, 1)
    rest, shape = np.full((2, len(cells)), np.nan)
    for units in cells.groupby(["target", "city"]).indices.values():
        years = Years(same[:, units], whole[:, units])
        rest[units], shape[units] = counts_ahead(
            have[units], float(gone[units].min()), years, size[units]
        )
    unknown = np.isnan(whole).all(axis=0) & (cells["better"] == "less")
    return np.where(unknown, np.nan, forecast.chance_count(have, rest, shape, low, high))


def _sums_before(cells: pd.DataFrame, year: YearBefore, part: str) -> pd.Series:
    """Counts of an earlier year, where all of its returns are in."""
    sums = over_strata(getattr(year, part), cells)["numerator"].astype("float64")
    complete = cells["key"].map(year.complete)
    return sums.fillna(0).where(complete.astype(bool))
