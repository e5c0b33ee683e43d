"""What has changed from one pack to another, and because of what: frames in, frames out."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yxq.tables.snapshots import Snapshot
from yxq.words.errors import refusal

NUMBERS = ["state", "value", "numerator", "denominator", "bound"]
OWED = ["due", "missing"]  # returns behind a result
SCORED = ["score", "rank", "grade"]
NEW, CORRECTED, WITHDRAWN, GONE = CHANGES = ("new", "corrected", "withdrawn", "gone")
PLAN, RETURNS, DAYS, RULE, OTHERS = ("plan", "returns", "days", "rule", "others")
CAUSES = (*CHANGES, PLAN, RETURNS, DAYS, RULE, OTHERS)
"""Rows that are new, corrected, withdrawn or gone; the plan; returns that came, or are owed; time
alone; another program; and what stands behind other results (other years, other units, shares).
"""
ROWS = ["change", "form", "unit", "key", "targets", "sender", "file", "sheet", "row"]
ROWS += ["file_before", "sheet_before", "row_before"]
PLACE = ["file", "sheet", "row"]
OF_UNITS = ("results", "scores", "rows")  # the frames of a comparison that have units


@dataclass(frozen=True)
class Comparison:
    """What has changed; each frame has no rows where nothing has.

    about: of both, a row each. results: unit, target, moved (which of NUMBERS, parted by `;`), each
    of NUMBERS `_before` and `_after`, causes (of CAUSES, parted by `;`), rows (how many). scores:
    unit, each of SCORED before and after, moved, causes (the targets of the unit that moved, then
    of CAUSES). rows: ROWS, where they are now and where they were. targets: target, change (added,
    dropped, redefined).
    """

    about: pd.DataFrame
    results: pd.DataFrame
    scores: pd.DataFrame
    rows: pd.DataFrame
    targets: pd.DataFrame

    @property
    def summary(self) -> dict[str, int]:
        """How many results and scores have moved, and rows changed, a kind each."""
        counts = self.rows["change"].value_counts()
        rows = {change: int(counts.get(change, 0)) for change in CHANGES}
        tables = {"results": self.results, "scores": self.scores, "targets": self.targets}
        return {name: len(table) for name, table in tables.items()} | rows

    @functools.cached_property
    def fed(self) -> pd.DataFrame:
        """The rows once a result that they feed, the city's by itself: unit, target, change, file,
        sheet, row; what was changed before what came.
        """
        fed = _fed(self.rows, self.about["city"].iloc[-1])
        return fed.sort_values("change", key=lambda change: change == NEW, kind="stable")

    def behind(self, unit: str, target: str) -> pd.DataFrame:
        """The rows that moved a result; those of all units that moved one of the city."""
        city = self.about["city"].iloc[-1]
        feeds = self.rows["targets"].str.split(";").map(lambda ids: target in ids)
        rows = self.rows[feeds.astype(bool)]
        return rows if unit == city else rows[rows["unit"] == unit]


def compare(before: Snapshot, after: Snapshot) -> Comparison:
    """What has changed from one to the other (see `yxq.attainment.snapshot`).

    Raises `PlanError` where they are of two plans or years.
    """
    about = pd.concat([before["about"], after["about"]], ignore_index=True)
    plans = [f"{plan}-{year}" for plan, year in zip(about["plan"], about["year"], strict=True)]
    if plans[0] != plans[1]:
        raise refusal("packs_of_two_plans", before=plans[0], after=plans[1])
    city, rows = about["city"].iloc[-1], _rows(before, after)
    targets = _targets(before["targets"], after["targets"])
    results = _results(before["attained"], after["attained"])
    results = _explained(results, rows, targets, about, city)
    scores = _scores(before["scores"], after["scores"], results, about)
    if len(targets):  # weights move no result
        scores["causes"] = scores["causes"].replace(OTHERS, PLAN)
    return Comparison(about, results, scores, rows, targets)


def _differs(before: pd.Series, after: pd.Series) -> pd.Series:
    """Where two columns differ; what is missing in both is the same."""
    both_missing = before.isna() & after.isna()
    return ~((before == after).fillna(False).astype(bool) | both_missing)


def _moved(frame: pd.DataFrame, names: list[str]) -> pd.Series:
    """Which of some columns have moved, parted by `;`."""
    moved = {name: _differs(frame[f"{name}_before"], frame[f"{name}_after"]) for name in names}
    parts = [np.where(moves, f"{name};", "") for name, moves in moved.items()]
    texts = pd.Series(np.add.reduce([part.astype(object) for part in parts]), frame.index)
    return texts.astype("str").str.rstrip(";")


def _beside(before: pd.DataFrame, after: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Two tables side by side, in the order of the later one."""
    return after.merge(before, on=by, how="outer", suffixes=("_after", "_before"), sort=False)


def _results(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The results that have moved, with the returns behind them."""
    columns = ["unit", "target", *NUMBERS, *OWED]
    both = _beside(before[columns], after[columns], ["unit", "target"])
    both["moved"] = _moved(both, NUMBERS)
    order = {id: n for n, id in enumerate(dict.fromkeys([*after["target"], *before["target"]]))}
    units = {unit: n for n, unit in enumerate(dict.fromkeys([*after["unit"], *before["unit"]]))}
    places = both["unit"].map(units) * len(order) + both["target"].map(order)
    return both.loc[places.sort_values().index][lambda rows: rows["moved"] != ""]


def _rows(before: Snapshot, after: Snapshot) -> pd.DataFrame:
    """The rows that are new, corrected, withdrawn or gone.

    A row is known by form, unit and key, one without a key by its values; of several that are alike
    the first is the first.
    """
    by = ["form", "unit", "key", "again"]
    both = _beside(_known(before["rows"]), _known(after["rows"]), by)
    lost, is_new = both["digest_after"].isna(), both["digest_before"].isna()
    kept = ~lost & ~is_new
    both = both[~kept | (both["digest_after"] != both["digest_before"])]
    lost, is_new = lost[both.index], is_new[both.index]
    thing = both["form"] + "\x1f" + both["key"]
    # A row that is now another unit's is corrected, in both.
    corrected = ~(lost | is_new) | (thing.isin(thing[lost]) & thing.isin(thing[is_new]))
    places = pd.MultiIndex.from_frame(both[[f"{name}_before" for name in PLACE]])
    taken_back = places.isin(pd.MultiIndex.from_frame(after["withdrawn"][PLACE]))
    change = np.select([corrected, is_new, taken_back], [CORRECTED, NEW, WITHDRAWN], GONE)
    names = [*PLACE, "targets", "sender"]
    before_or_now = [(both[f"{name}_after"], both[f"{name}_before"]) for name in names]
    columns = [now.astype("object").where(~lost, was) for now, was in before_or_now]
    now = dict(zip(names, columns, strict=True))
    both = both.assign(change=change, **now).astype({"row": "int64", "row_before": "Int64"})
    order = both["change"].map({change: n for n, change in enumerate(CHANGES)})
    both = both.assign(order=order).sort_values(["order", "form", *PLACE, "unit"], kind="stable")
    return both[ROWS].reset_index(drop=True)


def _known(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with what each is known by: its key, else its values; and the how many-th of that."""
    rows = rows.assign(key=rows["key"].where(rows["key"] != "", rows["digest"]))
    return rows.assign(again=rows.groupby(["form", "unit", "key"]).cumcount())


def _targets(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The targets that were added, dropped or defined anew."""
    both = _beside(before, after, ["target"])
    is_new, lost = both["definition_before"].isna(), both["definition_after"].isna()
    both["change"] = np.select([is_new, lost], ["added", "dropped"], "redefined")
    changed = both["definition_before"] != both["definition_after"]
    return both.loc[changed, ["target", "change"]].reset_index(drop=True)


def _fed(rows: pd.DataFrame, city: str) -> pd.DataFrame:
    """Rows once a result that they feed, the city's by itself."""
    fed = rows.assign(target=rows["targets"].str.split(";")).explode("target")
    fed = fed[["unit", "target", "change", *PLACE]]
    return pd.concat([fed[fed["unit"] != city], fed.assign(unit=city)], ignore_index=True)


def _explained(
    results: pd.DataFrame, rows: pd.DataFrame, targets: pd.DataFrame, about: pd.DataFrame, city: str
) -> pd.DataFrame:
    """The results that have moved with `causes`, and how many `rows` are behind."""
    fed = _fed(rows, city)
    counts = fed.groupby(["unit", "target", "change"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=[*CHANGES], fill_value=0)
    wanted = pd.MultiIndex.from_frame(results[["unit", "target"]])
    behind = counts.reindex(wanted, fill_value=0).set_axis(results.index)
    numbers = results["moved"].str.contains("value|numerator|denominator")
    due, missing = (_differs(results[f"{n}_before"], results[f"{n}_after"]) for n in OWED)
    found = {change: behind[change] > 0 for change in CHANGES}
    found[PLAN] = results["target"].isin(targets["target"])
    both = results["state_before"].notna() & results["state_after"].notna()
    by_rows = np.logical_or.reduce([*found.values()])
    # One more is due every month: that says something only where no row came with it.
    found[RETURNS] = both & (missing | (due & ~by_rows))
    known = by_rows | found[RETURNS]
    found[DAYS] = _of_time(about) & (~known | ~(numbers | found[PLAN]))
    known = known | found[DAYS]
    found[RULE] = ~known & bool(about["program"].nunique() > 1)
    found[OTHERS] = ~(known | found[RULE])
    return (
        _with_causes(results, found, [*CAUSES])
        .assign(rows=behind.sum(axis=1))[
            [
                "unit",
                "target",
                "moved",
                *(f"{name}_{when}" for name in NUMBERS for when in ("before", "after")),
                "causes",
                "rows",
            ]
        ]
        .reset_index(drop=True)
    )


def _of_time(about: pd.DataFrame) -> bool:
    """Whether one of both days is another."""
    return bool((about[["as_of", "received_by"]].nunique() > 1).any())


def _with_causes(
    frame: pd.DataFrame, found: dict[str, pd.Series], order: list[str]
) -> pd.DataFrame:
    """A frame with its causes in one text."""
    parts = [np.where(found[name], f"{name};", "").astype(object) for name in order]
    texts = pd.Series(np.add.reduce(parts), frame.index).astype("str")
    return frame.assign(causes=texts.str.rstrip(";"))


def _scores(
    before: pd.DataFrame, after: pd.DataFrame, results: pd.DataFrame, about: pd.DataFrame
) -> pd.DataFrame:
    """The scores, grades and ranks that have moved, with the unit's own results that have."""
    columns = ["unit", *SCORED]
    both = _beside(before[columns], after[columns], ["unit"])
    both["moved"] = _moved(both, SCORED)
    both = both[both["moved"] != ""].reset_index(drop=True)
    own = results.groupby("unit", sort=False)["target"].agg(";".join)
    causes = pd.Series([own.get(unit, "") for unit in both["unit"]], both.index, "str")
    if about["scoring"].nunique() > 1:
        causes = ("scoring;" + causes).str.rstrip(";")
    causes = causes.where(causes != "", OTHERS)
    names = [f"{name}_{when}" for name in SCORED for when in ("before", "after")]
    return both.assign(causes=causes)[["unit", "moved", *names, "causes"]]
