"""How far each unit has come: one row per unit and target, for a date.

`attain` lays out the cells (`cells`), hands all of one kind to its judge (`judging`), and compares
with the year before (`change`).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable

import pandas as pd

from yxq.attainment import measures as measured
from yxq.attainment.cells import Clock, Known, arrivals, grid, keys, over_strata, scales
from yxq.attainment.change import changes, year_before
from yxq.attainment.fair import fair
from yxq.attainment.incomplete import hold_back
from yxq.attainment.judging.asked import written
from yxq.attainment.judging.judges import JUDGES
from yxq.attainment.quotas import quotas
from yxq.attainment.worth import worth
from yxq.plan.folder import Plan
from yxq.plan.requirement import base_year
from yxq.tables.reasons import Reasons
from yxq.words.states import JUDGED, MET, State

COLUMNS = {
    "unit": "str", "target": "str", "clause": "str", "kind": "str", "require": "str",
    "bound": "str", "numerator": "Int64", "denominator": "Int64", "value": "Float64",
    "state": "str", "evidence": "str", "low": "Float64", "high": "Float64", "gap": "Float64",
    "needed": "Float64", "previous": "Float64", "change": "Float64", "probability": "Float64",
    "as_of": "datetime64[s]", "received_by": "datetime64[s]", "note": "str",
}  # fmt: skip
FURTHER = {
    "further": "Int64", "have": "Float64", "asked": "Float64", "expected": "Float64",
    "done": "datetime64[us]", "previous_numerator": "Int64", "previous_denominator": "Int64",
    "year_before": "Float64", "change_low": "Float64", "change_high": "Float64", "trend": "str",
    "earned": "str", "mark": "str", "fair": "Float64", "final": "boolean", "due": "Int64",
    "missing": "Int64",
}  # fmt: skip
USED = [name for name in measured.COLUMNS if name not in ("plan", "month", "records")]


PARTS = ["numerator", "denominator"]
EVEN = 0.5  # from this chance on it is more likely than not
MOST_YEARS = 5  # before the plan's, that its chances are told by


def all_due(plan: Plan) -> dt.date:
    """The day on which all returns of the period are due.

    Only what lies in the period counts; the later day lets the last returns of the period be in.
    """
    days = max((owed.due_days for owed in plan.period.returns), default=0)
    return plan.period.end + dt.timedelta(days=days)


def default_as_of(plan: Plan) -> dt.date:
    """The day on which all returns of the period are due, or today when that is earlier."""
    return min(all_due(plan), dt.date.today())


def attain(
    plan: Plan,
    measures: pd.DataFrame,
    returns: pd.DataFrame,
    as_of: dt.date,
    units: Iterable[str] | None = None,
    files: pd.DataFrame | None = None,
    received_by: dt.date | None = None,
) -> pd.DataFrame:
    """One row per unit and target: how it stands on a date.

    measures, returns: tables of `measures.measure` and `owed.status`; `units` keeps only some;
    files: what arrived, by which a nil return that nobody owes is known; received_by: the day by
    which all of this had come and what else was due had not, `as_of` if none is named.

    Columns: unit, target, clause, kind (share, count, level, rank, task or reported), require (as
    the plan writes it), bound (what that comes to: of a unit with a share its share; empty where
    nothing is asked, and of > last_year and > peers), numerator, denominator, value (shares between
    0 and 1), state, evidence (of sampled rates: demonstrated, not shown or refuted, one-sided at 5
    %, before the period's end so that this holds however often one looks; of complete counts:
    census), low and high (its 95 % interval), gap (in the target's own unit, negative when short),
    needed (passes: while the period runs further ones that all pass, then of those sampled or
    listed; items, of an amount so much, or days), previous (the year before up to the same day of
    the data in hand), change, probability (that the target will be met at the period's end, while
    it runs), as_of, received_by, note (reasons).

    Then further (samples, all passing, that would demonstrate it), have and asked (the two numbers
    that were compared: asked of a count is its pace), expected (items by now), done (a milestone's
    day), previous_numerator and previous_denominator, year_before (the whole of it), change_low to
    change_high (of rates: points between 0 and 1; of counts: the ratio), trend (better, worse,
    level), earned and mark (of a target that is not all or nothing: the points by its number, and
    the mark that people gave; exact, as text), fair (where the scoring asks for it: the part of its
    points that it earns, see `plan.scoring.Fair`), final (whether nothing that may still come or
    is missing changes it), due and missing (how many returns were due, and did not come).
    """
    clock = Clock(*(pd.Timestamp(day) for day in (as_of, *plan.span(), received_by or as_of)))
    cells, known = _laid_out(plan, _comparable(plan, measures, as_of), returns, clock, files)
    cells = cells.assign(bound=written(cells, known), probability=math.nan, final=False)
    notes = Reasons(cells.index)
    judged = [JUDGES[kind](part, known, notes) for kind, part in cells.groupby("kind")]
    rows = _settled(cells, pd.concat(judged).loc[cells.index], clock, notes)
    lacks = (rows["missing"] > 0) & (rows["state"] != State.PENDING)
    notes.add_where(lacks, "incomplete", rows["missing"], rows["due"])
    rows = rows.assign(**worth(rows, known), fair=fair(rows, known))
    rows = changes(_as_numbers(rows), notes)
    days = {"as_of": clock.as_of, "received_by": clock.received_by}
    rows = rows.assign(**days, note=notes.column())
    table = _table(rows, running=clock.as_of < clock.end)
    return table if units is None else table[table["unit"].isin([*units])].reset_index(drop=True)


def _settled(cells: pd.DataFrame, rows: pd.DataFrame, clock: Clock, notes: Reasons) -> pd.DataFrame:
    """The results with the states that do not follow from their own number: not asked of the kind,
    held back for what is missing, not begun, or asked for a later day.
    """
    not_asked = cells["not_asked"]
    rows.loc[not_asked, "state"] = State.NOT_APPLICABLE
    notes.add_where(not_asked, "kind_not_asked")
    rows["state"] = hold_back(cells, rows, clock.ended, notes)
    rows["state"] = _while_open(cells, rows, clock)
    if clock.as_of < clock.start:  # nothing is on track, or missing, before it has begun
        rows["state"] = State.PENDING
    # What is asked for a later day, or for none, is on its way and never missed before.
    later = rows["later"] & rows["state"].isin(JUDGED)
    rows.loc[later, "state"] = State.PENDING
    notes.add_where(later & (rows["by"] != ""), "due_on", rows["by"])
    return rows


def _while_open(cells: pd.DataFrame, rows: pd.DataFrame, clock: Clock) -> pd.Series:
    """The states where nothing that can still change is attained or not, but what cannot be undone.

    While the period runs it is on track where it is more likely than not to hold at the end, or
    without a chance where it holds so far. Once it is over what waits for a return that is not due
    yet is pending; of one that is overdue the notes tell, and the bounds of the score.
    """
    open_end = rows["state"].isin(JUDGED) & ~rows["final"]
    if clock.ended:
        waits = (cells["outstanding"] > 0) & (cells["missing"] == 0)
        return rows["state"].mask(open_end & waits, State.PENDING)
    chance = rows["probability"].where(~rows["several"])
    holds = rows["state"].isin(MET)
    likely = (chance >= EVEN).where(chance.notna(), holds).astype(bool)
    on_track = pd.Series(State.ON_TRACK, rows.index).where(likely, State.BEHIND)
    return rows["state"].mask(open_end, on_track)


def _table(rows: pd.DataFrame, running: bool) -> pd.DataFrame:
    """The columns of `attain` in their types, without what a state leaves no meaning to."""
    # Whole numbers of a decimal are no counts that anybody knows.
    whole = rows[[*PARTS, *(f"previous_{name}" for name in PARTS)]]
    rows = rows.assign(**whole.where(rows["scale"] == 0))
    # Last year's number is a prior of what comes within a year, and part of one of several.
    has_chance = rows["state"].isin(JUDGED) & running & ~rows["several"]
    all_in = (rows["outstanding"] == 0) & (rows["missing"] == 0) & (not running)
    rows["final"] = rows["state"].isin(JUDGED) & (rows["final"] | all_in)
    rows = rows.reindex(columns=[*COLUMNS, *FURTHER])
    rows["probability"] = rows["probability"].where(has_chance)
    rows.loc[rows["state"] == State.NO_DATA, ["gap", "needed"]] = pd.NA
    rows["evidence"] = rows["evidence"].astype("object").fillna("")  # rates alone have any
    return rows.astype(COLUMNS | FURTHER)


def _comparable(plan: Plan, measures: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """The measures of the plan's period up to a day, of that a year before, and of the years that
    something is compared with. What is said of a task later tells when it was done, if by the day;
    it may be done after its period.
    """
    year, date = measures["year"], measures["date"]
    end = pd.Timestamp(plan.period.end)
    is_task = measures["target"].isin([t.id for t in plan.targets if t.measure.number == "task"])
    told = is_task & ((date <= end) | measures["done"].notna())
    this_year = (year == plan.year) & (told | (date <= min(end, pd.Timestamp(as_of))))
    references = {name for target in plan.targets for name in target.references}
    bases = {base for name in references if (base := base_year(name))}
    earlier = (year < plan.year) & ("last" in references)
    forecast = {target.id for target in plan.targets if target.kind in ("share", "count")}
    of_chances = year.between(plan.year - MOST_YEARS, plan.year - 1)
    earlier |= of_chances & measures["target"].isin(forecast)
    rolling = plan.period.scoring.fair if plan.period.scoring else None
    before = range(plan.year - (rolling.years if rolling and rolling.years else 2) + 1, plan.year)
    for base in {*before, *bases}:
        earlier |= year.between(plan.first_year(base), base)
    for other in year[earlier].unique():  # a year of a file's title ends with the plan's own period
        first, last = (pd.Timestamp(day) for day in plan.span(int(other)))
        earlier &= (year != other) | date.between(first, last)
    chosen = (measures["plan"] == plan.id) & (this_year | earlier)
    return _without_decimals(measures.loc[chosen, USED])


def _without_decimals(measures: pd.DataFrame) -> pd.DataFrame:
    """The measures, those of a target that has no decimals in any of these as counts: decimals of a
    later day are not known yet.
    """
    factor = 10 ** measures["scale"].fillna(0).astype("int64")
    parts = measures[PARTS]
    has_decimals = (parts.mod(factor, axis=0).fillna(0) != 0).any(axis=1)
    is_whole = (factor > 1) & ~has_decimals.groupby(measures["target"]).transform("any")
    if not is_whole.any():
        return measures
    whole = parts.floordiv(factor, axis=0)
    scale = measures["scale"].where(~is_whole, 0)
    return measures.assign(**parts.where(~is_whole, whole), scale=scale)


def _laid_out(
    plan: Plan,
    measures: pd.DataFrame,
    returns: pd.DataFrame,
    clock: Clock,
    files: pd.DataFrame | None,
) -> tuple[pd.DataFrame, Known]:
    """The cells with what arrived, their shares and their sums, and what is known of them."""
    cells = grid(plan)
    arrived = {
        year: arrivals(plan, cells, measures, returns, year, clock, files)
        for year in (plan.year, plan.year - 1)
    }
    whose = cells.groupby(["form", "owner"], sort=False)
    one = cells[whose.cumcount() == 0].assign(several=False)  # of each return
    for year in {*_known_years(plan, measures)} - {*arrived}:
        rows = arrivals(plan, one, measures, returns, year, clock, files)
        arrived[year] = rows.iloc[whose.ngroup()].set_axis(cells.index)
    cells = cells.join(arrived[plan.year])
    shares = quotas(plan, measures)
    shares = shares.set_axis(keys(plan, shares["unit"], shares["target"]))
    cells = cells.join(shares[["quota", "basis", "size"]], on="key")
    cells["scale"] = cells["target"].map(scales(measures)).fillna(0).astype("int64")
    cells["days"] = clock.days(cells["start"])
    cells["elapsed"] = clock.elapsed(cells["start"], cells["reach"])
    known = Known.of(plan, measures, returns, clock, cells, arrived)
    cells = cells.join(over_strata(known.now, cells))
    none = cells["adds_up"] & (cells["years"] > 1) & cells["arrived"] & (cells["absent"] == "none")
    none &= ~cells["lacking"] & cells["numerator"].isna()
    cells["numerator"] = cells["numerator"].mask(none, 0)
    return cells.join(year_before(cells, known)), known


def _known_years(plan: Plan, measures: pd.DataFrame) -> list[int]:
    """The earlier years that chances are told by: those with a share or a count."""
    kinds = {target.id for target in plan.targets if target.kind in ("share", "count")}
    years = measures["year"][measures["target"].isin(kinds)].unique()
    return [int(year) for year in years if plan.year - MOST_YEARS <= year < plan.year]


def _as_numbers(cells: pd.DataFrame) -> pd.DataFrame:
    """The numbers of this year and the last in one type, whatever kinds they came from."""
    names = [f"{name}{when}" for name in measured.NUMBERS for when in ("", "_same", "_whole")]
    return cells.assign(**cells[names].astype("Float64"))  # not by a dict, which copies all columns
