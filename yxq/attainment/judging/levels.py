"""Levels, which are reported as they are, and places among those that reported one."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pandas as pd

from yxq.attainment.cells import Known, without_rows
from yxq.attainment.judging.asked import asked, lacking, numbers, values
from yxq.plan.requirement import Requirement, parse
from yxq.tables.reasons import Reasons
from yxq.words.reasons import Reason
from yxq.words.states import State

Result = dict[str, State | Reason | float]
RESULT = ["state", "value", "gap", "needed", "numerator", "denominator", "have", "asked", "note"]


def judge(cells: pd.DataFrame, known: Known, notes: Reasons) -> pd.DataFrame:
    """The last value of the year against its bounds, exactly; what can still change waits until the
    period is over, and peers are compared as soon as they have reported. A ratio of which an
    arrived list has nothing does not apply, as a share.
    """
    bounds = asked(cells[cells["kind"] == "level"], known)
    of_cell = {bound.Index: bound for bound in bounds.itertuples()}
    pairs = zip(cells.itertuples(), numbers(cells, cells), strict=True)
    rows = [_result(known, cell, own, of_cell.get(cell.Index)) for cell, own in pairs]
    results = pd.DataFrame(rows, cells.index, RESULT)
    per = {target.id for target in known.plan.targets if target.measure.per}
    of_none = cells["target"].isin(per) & results["value"].isna()
    nought = of_none & cells["denominator"].eq(0).fillna(False).astype(bool)
    without = without_rows(cells, nought, known.clock.ended)
    results["state"] = results["state"].mask(of_none, without)
    note = results.pop("note")
    notes.add(note.index[note.notna()], note)
    return cells.assign(**results)


def _result(known: Known, cell: Any, own: Fraction | None, bound: Any) -> Result:
    """How a unit stands in one cell: what RESULT names, as far as there is any of it."""
    target = known.plan.target(cell.target)
    reported = values(known, cell.target) if target.measure.peer else {}
    reported.pop(cell.unit, None)
    absent = State.NO_DATA if cell.due else State.PENDING
    if cell.kind == "rank":
        if own is None or not reported:
            nobody: Result = {} if own is None else {"note": Reason("no_peers")}
            return nobody | {"state": absent}
        assert target.require is not None
        places = target.require.places(len(reported) + 1)
        return _placed(own, [*reported.values()], places)
    of_peers = target.measure.peer is not None
    has_least = bound.low is not None and not (of_peers and own is None)
    least: Result = {"asked": float(bound.low)} if has_least else {}
    if own is None:
        return least | {"state": absent}
    number: Result = {"value": float(own)}
    if pd.notna(cell.denominator) and not cell.scale:
        number |= {"numerator": cell.numerator, "denominator": cell.denominator}
    if bound.unknown:
        if bound.against == "peers":  # nobody else has reported yet
            return {"state": absent, "note": lacking("peers")}
        note = lacking(bound.against)
        return number | {"state": State.NO_DATA, "have": float(own), "note": note}
    final = known.clock.ended or of_peers
    result = least | number | _compared(own, bound, parse(cell.require), final)
    if bound.against == "peers":
        mean = sum(reported.values()) / len(reported)
        said = Reason.of("peer_mean", f"{float(mean):.4g}", len(reported))
        result |= {"denominator": len(reported), "note": said}
    return result


def _compared(own: Fraction, bound: Any, asked: Requirement, final: bool) -> Result:
    """State, gap, and of a least the number that was compared."""
    low, high = bound.low, bound.high
    state = State.ATTAINED if asked.met(own, low, high) else State.NOT_ATTAINED
    gaps = [sign * (own - end) for sign, end in ((1, low), (-1, high)) if end is not None]
    result: Result = {"state": state if final else State.PENDING, "gap": float(min(gaps))}
    return result | ({} if low is None else {"have": float(own)})


def _placed(own: Fraction, others: list[Fraction], last: int) -> Result:
    """Among the first places; ties share the better rank."""
    rank, of = 1 + sum(other > own for other in others), len(others) + 1
    return {
        "state": State.ATTAINED if rank <= last else State.NOT_ATTAINED,
        "value": rank,
        "gap": last - rank,
        "needed": max(rank - last, 0),
        "numerator": rank,
        "denominator": of,
        "note": Reason.of("front", last, of),
    }
