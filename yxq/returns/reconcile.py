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
from yxq.returns.sheet_read import SheetRead
from yxq.returns.texts import each
from yxq.tables.contracts import Fate
from yxq.tables.reasons import Reasons
from yxq.words.reasons import Reason
from yxq.words.text import fold

BETWEEN = "\x1f"


def key(records: pd.DataFrame, form: Form) -> pd.Series:
    """What tells one row from another; missing (so never a duplicate) in a form without a key."""
    if not form.key:
        return pd.Series(None, records.index, "str")
    year = records["to"].dt.year.astype("Int64")
    parts = [
        year if part == "year" and part not in form.columns else records[part] for part in form.key
    ]
    texts = [_typed(part.astype("str").fillna("")) for part in parts]
    joined = texts[0]
    for text in texts[1:]:
        joined = joined + BETWEEN + text
    return joined


def _typed(texts: pd.Series) -> pd.Series:
    """Texts that differ only in how they were typed (width, spaces, case) made the same."""
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
    return form.model_copy(update={"key": tuple(name for name in form.key if name != form.months)})


class _Fates:
    """Fates that change as reconciling goes on; every reason names a file and row."""

    def __init__(self, records: pd.DataFrame, form: Form) -> None:
        self.records = records.assign(key=key(records, form))
        self.keys = self.records["key"].copy()
        self.fate = pd.Series(Fate.ACCEPTED.value, records.index, dtype="str")
        self.reason = pd.Series(None, records.index, dtype=object)
        no_unit = pd.Series("", records.index)
        self.unit = records["unit"].fillna("") if "unit" in records else no_unit
        compared = [
            name
            for name, column in form.columns.items()
            if name not in ("unit", *form.key) and column.type != "rate"
        ]
        self.content = pd.util.hash_pandas_object(self.records[compared], index=False)

    def set(
        self, labels: pd.Index, others: pd.Index, code: str, fate: Fate = Fate.ACCEPTED
    ) -> None:
        """Give `labels` a fate, each with the file and row of its counterpart in `others`."""
        there = self.records.loc[others, ["file", "row"]]
        if "sheet" in self.records:
            sheet = self.records.loc[others, "sheet"].fillna("")
            there["file"] = there["file"] + sheet.where(sheet == "", "[" + sheet + "]")
        self.fate[labels] = fate.value
        rows = there.itertuples(index=False, name=None)
        self.reason[labels] = pd.Series(
            [Reason.of(code, *row) for row in rows], labels, dtype=object
        )

    def share(self, labels: pd.Index, units: list[str]) -> None:
        """Rows that several units report count for each of them."""
        if len(labels):
            self.reason[labels] = Reason.of("shared", "、".join(units))

    @property
    def left(self) -> pd.DataFrame:
        """Records that are still accepted."""
        return self.records[self.fate == Fate.ACCEPTED]

    def table(self, once: pd.Series | bool) -> pd.DataFrame:
        """What has become of each record."""
        reasons = Reasons(self.records.index)
        known = self.reason.dropna()
        reasons.add(known.index, known)
        columns = {"fate": self.fate, "reason": reasons.column(), "key": self.keys, "once": once}
        return pd.DataFrame(columns, self.records.index)


def _first(groups: pd.Series) -> pd.Series:
    """The label of the first row of each row's group."""
    return pd.Series(groups.index, groups.index).groupby(groups).transform("first")


def reconcile(records: pd.DataFrame, form: Form, folder: Folder) -> pd.DataFrame:
    """Fate, reason and key of each record, and whether it counts for the city (`once`); indexed
    like `records`.

    The same content: the first counts, the others are duplicates. Two units that overlap may both
    report a row: both are credited (`shared`). A form with `repeat: latest` keeps a thing's latest
    state in each unit, and one name in units that do not overlap is two things. Anything else is a
    conflict: all its rows are rejected, each naming another. Without a key identical rows are only
    suspects.
    """
    fates = _Fates(records, form)
    if not form.key:
        groups = fates.content.astype("str") + fates.unit
        again = records.index[groups.duplicated()]
        fates.set(again, pd.Index(_first(groups)[again]), "suspect")
        return fates.table(once=True)
    _correct(fates, form)
    if form.repeat == "latest":
        _replace(fates)
    if form.months in form.key:
        _overlapping(fates, form)
    left = fates.left
    plain = fates.content[left.index].groupby(left["key"]).transform("nunique").eq(1)
    plain &= fates.unit[left.index].groupby(left["key"]).transform("nunique").eq(1)
    again = left.index[plain & left["key"].duplicated()]
    fates.set(again, pd.Index(_first(left["key"])[again]), "duplicate_of", Fate.DUPLICATE)
    overlaps = {frozenset((u.name, other)) for u in folder.units for other in u.overlaps}
    for _, rows in left[~plain].groupby("key", sort=False):
        _differing(fates, rows.index, form, overlaps)
    kept = fates.left.sort_values("period_to", kind="stable")
    latest = kept.index[~fates.keys[kept.index].duplicated(keep="last")]
    return fates.table(once=records.index.isin(latest))


def _correct(fates: _Fates, form: Form) -> None:
    """A row of a correction replaces rows of the same key that its sender sent before: of any where
    the form has corrections, and of rows that came back and are mended in any form.
    """
    records = fates.records
    told = "correction" if form.again == "corrections" else "mends"
    if told not in records:
        return
    is_correction = records[told].astype(bool)
    marked = records[is_correction].sort_values("filed_on", kind="stable", na_position="first")
    whose = records["key"] + BETWEEN + records["sender"].astype("str").fillna("")
    last = pd.Series(marked.index, whose[marked.index]).groupby(level=0).last()
    newer = whose.map(last)
    old = records.index[newer.notna() & ~is_correction]
    fates.set(old, pd.Index(newer[old].astype("int64")), "corrected", Fate.DUPLICATE)


def _replace(fates: _Fates) -> None:
    """Of one thing in one unit only the latest period's rows stay."""
    records = fates.left
    thing = records["key"] + BETWEEN + records["unit"].fillna("")
    ends = records["period_to"].fillna(pd.Timestamp.min.as_unit("us"))
    newest = thing.map(pd.Series(ends.groupby(thing).idxmax()))
    old = records.index[ends < ends.reindex(newest).to_numpy()]
    fates.set(old, pd.Index(newest[old]), "replaced", Fate.DUPLICATE)


def _overlapping(fates: _Fates, form: Form) -> None:
    """Month ranges of one thing that overlap cannot be added up: both are refused."""
    left = fates.left.assign(thing=key(fates.left, _without_months(form)))
    order = left.sort_values(["thing", "from", "to"], kind="stable")
    firsts = order.drop_duplicates("key")
    ends = firsts.groupby("thing")["to"].cummax().groupby(order["thing"]).shift()
    later = ends.index[order.loc[ends.index, "from"] <= ends]
    doubtful = order[order["thing"].isin(order.loc[later, "thing"])]
    for _, rows in doubtful.groupby("thing", sort=False):
        reach = rows.index[0]  # of the rows so far the one that reaches furthest
        for label in rows.index[1:]:
            differ = rows.at[label, "key"] != rows.at[reach, "key"]
            if differ and rows.at[label, "from"] <= rows.at[reach, "to"]:
                for one, other in ((label, reach), (reach, label)):
                    same = rows.index[rows["key"] == rows.at[one, "key"]]
                    others = pd.Index([other] * len(same))
                    fates.set(same, others, "months_overlap", Fate.REJECTED)
            reach = label if rows.at[label, "to"] > rows.at[reach, "to"] else reach


def _differing(fates: _Fates, rows: pd.Index, form: Form, overlaps: set[frozenset[str]]) -> None:
    """Rows of one key that differ in content or unit."""
    unit = fates.unit[rows]
    units = sorted(unit.unique())
    allied = all(frozenset(pair) in overlaps for pair in combinations(units, 2))
    # A thing of each unit, or of allied units: one name in others is another thing.
    if form.repeat == "latest" and unit.is_unique:
        heads = {
            name: next(n for n in units if n == name or frozenset((n, name)) in overlaps)
            for name in units
        }
        head = unit.map(heads)
        fates.keys[rows] += BETWEEN + head
        for _, own in unit.groupby(head):
            if len(own) > 1:
                fates.share(own.index, sorted(own))
    elif allied and fates.content[rows].nunique() == 1:
        once = ~unit.duplicated()
        fates.share(rows[once], units)
        again = rows[~once]
        fates.set(again, rows[:1].repeat(len(again)), "duplicate_of", Fate.DUPLICATE)
    else:
        others = rows[:1].repeat(len(rows) - 1).insert(0, rows[1])
        fates.set(rows, others, "conflict", Fate.REJECTED)


def resubmitted(
    sheets: list[tuple[str, SheetRead]], folder: Folder
) -> list[tuple[SheetRead, Reason]]:
    """The sheets that a later return of the same sender, form and period replaces, each with the
    reason.

    sheets: file, and what is kept of a sheet. Only where the form says `again: latest`. Which is
    later is told by its filing date, and where that does not tell by its calling itself a
    correction; when neither tells, both count and their rows are reconciled by key. A return of
    which no row was accepted replaces nothing.
    """
    groups: dict[tuple[Any, ...], list[tuple[str, SheetRead]]] = {}
    for file, sheet in sheets:
        again = folder.forms[sheet.form].again if sheet.form else "add"
        of = sheet.context
        whose = (sheet.form, of.sender, of.period_from, of.period_to)
        if again == "latest" and None not in whose and not sheet.refused:
            groups.setdefault(whose, []).append((file, sheet))
    found = []
    for group in groups.values():
        for file, sheet in group:
            later = [(f, new) for f, new in group if f != file and _replaces(new, sheet)]
            if later:
                newest = (f for f, new in later if not any(_replaces(n, new) for _, n in later))
                found.append((sheet, Reason.of("resubmitted", next(newest, later[0][0]))))
    return found


def _replaces(new: SheetRead, old: SheetRead) -> bool:
    if new.mends:
        return False
    days = new.context.filed, old.context.filed
    if None not in days and days[0] != days[1]:
        later = bool(days[0] > days[1])  # type: ignore[operator]
    else:
        later = new.context.correction and not old.context.correction
    return later and new.taken > 0
