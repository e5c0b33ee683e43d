"""What rows of one key are to each other, across files: duplicates, later states, shared rows,
conflicts.
"""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from yxq.plan.folder import Folder
from yxq.plan.forms import Form
from yxq.returns.texts import each
from yxq.words.reasons import reason
from yxq.words.text import fold


def key(records: pd.DataFrame, form: Form) -> pd.Series:
    """What tells one row from another; missing (nothing is ever a duplicate) for a form without a
    key.
    """
    if not form.key:
        return pd.Series(None, records.index, "str")
    year = records["to"].dt.year.astype("Int64")
    parts = [
        year if part == "year" and part not in form.columns else records[part] for part in form.key
    ]
    texts = [_typed(part.astype("str").fillna("")) for part in parts]
    joined = texts[0]
    for text in texts[1:]:
        joined = joined + "\x1f" + text
    return joined


def _typed(texts: pd.Series) -> pd.Series:
    """Texts that differ only in how they were typed made the same: full width, spaces, small
    letters.
    """
    if not texts.str.contains("[^!-`{-~]").any():  # visible ASCII without small letters
        return texts
    return each(texts, lambda text: fold(text).upper(), "str")


def things(records: pd.DataFrame, form: Form) -> np.ndarray:
    """A number for what each record is about: records of different numbers have nothing to do with
    each other.

    Records of one number may have: they have the same key but for its months, or without a key the
    same content. A file's rows of which no other has the number need not be reconciled, however
    many they are.
    """
    if not form.key:
        return np.asarray(pd.util.hash_pandas_object(records[list(form.columns)], index=False))
    texts = key(records, _without_months(form)).to_numpy(dtype=object)
    return np.asarray(pd.util.hash_array(texts, categorize=False))


def _without_months(form: Form) -> Form:
    return form.model_copy(update={"key": tuple(name for name in form.key if name != "months")})


class _Fates:
    """Fates that change as reconciling goes on; every reason names a file and row."""

    def __init__(self, records: pd.DataFrame) -> None:
        self.records = records
        self.table = pd.DataFrame({"fate": "accepted", "reason": ""}, records.index, dtype="str")

    def set(self, labels: pd.Index, others: pd.Index, code: str, fate: str = "accepted") -> None:
        """Give `labels` a fate, each with the place of its counterpart in `others`."""
        there = self.records.loc[others, ["file", "row"]]
        if "sheet" in self.records:
            sheet = self.records.loc[others, "sheet"].fillna("")
            there["file"] = there["file"] + sheet.where(sheet == "", "[" + sheet + "]")
        self.table.loc[labels, "fate"] = fate
        self.table.loc[labels, "reason"] = [
            reason(code, *place) for place in there.itertuples(index=False, name=None)
        ]

    @property
    def left(self) -> pd.DataFrame:
        """Records that are still accepted."""
        return self.records[self.table["fate"] == "accepted"]


def _first(groups: pd.Series) -> pd.Series:
    """The label of the first row of each row's group."""
    return pd.Series(groups.index, groups.index).groupby(groups).transform("first")


def _replace(fates: _Fates) -> None:
    """Of one thing in one unit only the latest period's rows stay."""
    records = fates.left
    thing = records["key"] + "\x1f" + records["unit"].fillna("")
    ends = records["period_to"].fillna(pd.Timestamp.min)
    newest = thing.map(pd.Series(ends.groupby(thing).idxmax()))
    old = records.index[ends < ends.reindex(newest).to_numpy()]
    fates.set(old, pd.Index(newest[old]), "replaced", "duplicate")


def _overlapping(fates: _Fates, form: Form) -> None:
    """Month ranges of one thing that overlap cannot be added up: both are refused."""
    left = fates.left
    thing = key(left, _without_months(form))
    order = left.assign(thing=thing).sort_values(["thing", "from", "to"], kind="stable")
    ends = (
        order.drop_duplicates("key").groupby("thing")["to"].cummax().groupby(order["thing"]).shift()
    )
    later = ends.index[order.loc[ends.index, "from"] <= ends]
    for _, rows in order[order["thing"].isin(order.loc[later, "thing"])].groupby(
        "thing", sort=False
    ):
        reach = rows.index[0]  # of the rows so far the one that reaches furthest
        for label in rows.index[1:]:
            if (
                rows.at[label, "key"] != rows.at[reach, "key"]
                and rows.at[label, "from"] <= rows.at[reach, "to"]
            ):
                for one, other in ((label, reach), (reach, label)):
                    same = rows.index[rows["key"] == rows.at[one, "key"]]
                    fates.set(same, pd.Index([other] * len(same)), "months_overlap", "rejected")
            reach = label if rows.at[label, "to"] > rows.at[reach, "to"] else reach


def _correct(fates: _Fates) -> None:
    """A row of a correction takes the place of rows of the same key that its sender has sent
    before.
    """
    records = fates.records
    marked = records[records["correction"].astype(bool)].sort_values(
        "filed", kind="stable", na_position="first"
    )
    whose = records["key"] + "\x1f" + records["sender"].astype("str").fillna("")
    last = pd.Series(marked.index, whose[marked.index]).groupby(level=0).last()
    newer = whose.map(last)
    old = records.index[newer.notna() & ~records["correction"].astype(bool)]
    fates.set(old, pd.Index(newer[old].astype("int64")), "corrected", "duplicate")


def reconcile(records: pd.DataFrame, form: Form, folder: Folder) -> pd.DataFrame:
    """Fate, reason and key of each record, and whether it counts for the city (`once`); indexed
    like `records`.

    The same content: the first counts, the others are duplicates. Two units that overlap may both
    report a row: both are credited (`shared`). A form with `repeat: latest` keeps a thing's latest
    state in each unit, and one name in units that do not overlap is two things. Anything else is a
    conflict: all its rows are rejected, each naming another. Without a key identical rows are only
    suspects.
    """
    records = records.assign(key=key(records, form))
    fates = _Fates(records)
    content = [
        name
        for name, column in form.columns.items()
        if name not in ("unit", *form.key) and column.type != "rate"
    ]
    same = pd.util.hash_pandas_object(records[content], index=False)
    unit = records["unit"].fillna("") if "unit" in records else pd.Series("", records.index)
    if not form.key:
        groups = same.astype("str") + unit
        again = records.index[groups.duplicated()]
        fates.set(again, pd.Index(_first(groups)[again]), "suspect")
        return fates.table.assign(key=records["key"], once=True)
    if form.again == "corrections" and "correction" in records:
        _correct(fates)
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
        if (
            form.repeat == "latest" and rows["unit"].is_unique
        ):  # one name: a thing of each town, or of allied towns
            heads = {
                town: next(t for t in towns if t == town or frozenset((t, town)) in overlaps)
                for town in towns
            }
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
    kept = records[fates.table["fate"] == "accepted"].sort_values("period_to", kind="stable")
    latest = kept.index[~keys[kept.index].duplicated(keep="last")]
    return fates.table.assign(key=keys, once=records.index.isin(latest))


def resubmitted(
    sheets: list[tuple[str, dict[str, Any]]], folder: Folder
) -> list[tuple[dict[str, Any], str]]:
    """The sheets that a later return of the same sender, form and period replaces, each with the
    reason.

    sheets: file, and what is kept of a sheet. Only where the form says `again: latest`. Which is
    later is told by its filing date, and where that does not tell by its calling itself a
    correction; when neither tells, both count and their rows are reconciled by key. A return of
    which no row was accepted replaces nothing.
    """
    groups: dict[tuple[Any, ...], list[tuple[str, dict[str, Any]]]] = {}
    for file, sheet in sheets:
        again = folder.forms[sheet["form"]].again if sheet["form"] else "add"
        whose = tuple(sheet[name] for name in ("form", "sender", "period_from", "period_to"))
        if again == "latest" and None not in whose and not sheet["refused"]:
            groups.setdefault(whose, []).append((file, sheet))

    def replaces(new: dict[str, Any], old: dict[str, Any]) -> bool:
        days = [sheet["filed"] for sheet in (new, old)]
        known = None not in days and days[0] != days[1]
        later = days[0] > days[1] if known else new["correction"] and not old["correction"]
        return bool(later and new["taken"] > 0)

    found = []
    for group in groups.values():
        for file, sheet in group:
            later = [(other, new) for other, new in group if other != file and replaces(new, sheet)]
            if later:
                last = next(
                    (other for other, new in later if not any(replaces(n, new) for _, n in later)),
                    later[0][0],
                )
                found.append((sheet, reason("resubmitted", last)))
    return found
