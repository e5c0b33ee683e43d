"""What rows of one key are to each other, across files: duplicates, later states, shared rows, conflicts."""

from __future__ import annotations

from itertools import combinations

import pandas as pd

from yxq.plan import Folder, Form
from yxq.words import reason


def key(records: pd.DataFrame, form: Form) -> pd.Series:
    """What tells one row from another; missing (nothing is ever a duplicate) for a form without a key."""
    if not form.key:
        return pd.Series(None, records.index, "str")
    year = records["to"].dt.year.astype("Int64")
    parts = [year if part == "year" and part not in form.columns else records[part] for part in form.key]
    joined = parts[0].astype("str").fillna("")
    for part in parts[1:]:
        joined = joined + "\x1f" + part.astype("str").fillna("")
    return joined


class _Fates:
    """Fates that change as reconciling goes on; every reason names a file and row."""

    def __init__(self, records: pd.DataFrame) -> None:
        self.records = records
        self.table = pd.DataFrame({"fate": "accepted", "reason": ""}, records.index, dtype="str")

    def set(self, labels: pd.Index, others: pd.Index, code: str, fate: str = "accepted") -> None:
        """Give `labels` a fate, each with the place of its counterpart in `others`."""
        there = self.records.loc[others, ["file", "row"]]
        self.table.loc[labels, "fate"] = fate
        self.table.loc[labels, "reason"] = [reason(code, *place) for place in there.itertuples(index=False, name=None)]

    @property
    def left(self) -> pd.DataFrame:
        """Records that are still accepted."""
        return self.records[self.table["fate"] == "accepted"]


def _first(groups: pd.Series) -> pd.Series:
    """The label of the first row of each row's group."""
    return pd.Series(groups.index, groups.index).groupby(groups).transform("first")


def _replace(fates: _Fates) -> None:
    """Of one thing in one unit only the latest period's rows stay."""
    records = fates.records
    thing = records["key"] + "\x1f" + records["unit"].fillna("")
    ends = records["period_to"].fillna(pd.Timestamp.min)
    newest = thing.map(pd.Series(ends.groupby(thing).idxmax()))
    old = records.index[ends < ends.reindex(newest).to_numpy()]
    fates.set(old, pd.Index(newest[old]), "replaced", "duplicate")


def _overlapping(fates: _Fates, form: Form) -> None:
    """Month ranges of one thing that overlap cannot be added up: both are refused."""
    left = fates.left
    thing = key(left, form.model_copy(update={"key": tuple(k for k in form.key if k != "months")}))
    order = left.assign(thing=thing).drop_duplicates("key").sort_values(["thing", "from", "to"], kind="stable")
    latest = order.groupby("thing")["to"].cummax().groupby(order["thing"]).shift()
    later = order.index[order["from"] <= latest]
    before = pd.Series(order.index, order.index).groupby(order["thing"]).shift()
    for label in later:
        fates.set(pd.Index([label]), pd.Index([before[label]]), "months_overlap", "rejected")
        fates.set(pd.Index([before[label]]), pd.Index([label]), "months_overlap", "rejected")


def reconcile(records: pd.DataFrame, form: Form, folder: Folder) -> pd.DataFrame:
    """Fate, reason and key of each record; indexed like `records`, which has a column `key`.

    The same content: the first counts, the others are duplicates. Two units that overlap may both report a row: both
    are credited (`shared`). A form with `repeat: latest` keeps a thing's latest state in each unit, and one name in
    units that do not overlap is two things. Anything else is a conflict: all its rows are rejected, each naming
    another. Without a key identical rows are only suspects.
    """
    fates = _Fates(records)
    content = [column for column in form.columns if column != "unit"]
    same = pd.util.hash_pandas_object(records[content], index=False)
    unit = records["unit"].fillna("") if "unit" in records else pd.Series("", records.index)
    if not form.key:
        groups = same.astype("str") + unit
        again = records.index[groups.duplicated()]
        fates.set(again, pd.Index(_first(groups)[again]), "suspect")
        return fates.table.assign(key=records["key"])
    if form.repeat == "latest":
        _replace(fates)
    if "months" in form.key:
        _overlapping(fates, form)
    left = fates.left
    plain = same[left.index].groupby(left["key"]).transform("nunique").eq(1)
    plain &= unit[left.index].groupby(left["key"]).transform("nunique").eq(1)
    again = left.index[plain & left["key"].duplicated()]
    fates.set(again, pd.Index(_first(left["key"])[again]), "duplicate_of", "duplicate")
    keys = records["key"].copy()
    overlaps = {frozenset((u.name, other)) for u in folder.units for other in u.overlaps}
    for _, rows in left[~plain].groupby("key", sort=False):
        towns = sorted(unit[rows.index].unique())
        allied = all(frozenset(pair) in overlaps for pair in combinations(towns, 2))
        if form.repeat == "latest" and rows["unit"].is_unique:  # one name: a thing of each town, or of allied towns
            heads = {town: next(t for t in towns if t == town or frozenset((t, town)) in overlaps) for town in towns}
            keys[rows.index] += "\x1f" + unit[rows.index].map(heads)
            together = unit[rows.index].map(heads).duplicated(keep=False)
            fates.table.loc[rows.index[together], "reason"] = reason("shared", "、".join(towns))
        elif allied and same[rows.index].nunique() == 1:
            once = ~unit[rows.index].duplicated()
            fates.table.loc[rows.index[once], "reason"] = reason("shared", "、".join(towns))
            again = rows.index[~once]
            fates.set(again, rows.index[:1].repeat(len(again)), "duplicate_of", "duplicate")
        else:
            others = rows.index[:1].repeat(len(rows) - 1).insert(0, rows.index[1])
            fates.set(rows.index, others, "conflict", "rejected")
    return fates.table.assign(key=keys)
