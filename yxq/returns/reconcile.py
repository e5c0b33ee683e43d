"""What rows of one key are to each other, across files: duplicates, later states, shared rows,
conflicts.
"""

from __future__ import annotations

from itertools import combinations
from string import ascii_lowercase
from typing import Any

import numpy as np
import pandas as pd

from yxq.plan.folder import Folder
from yxq.plan.forms import Form
from yxq.returns.sheet_read import SheetRead
from yxq.returns.texts import VISIBLE, each, numbered, only
from yxq.tables.contracts import Fate
from yxq.tables.reasons import Reasons
from yxq.tables.supposed import FILE
from yxq.words.reasons import Reason
from yxq.words.text import fold

BETWEEN = "\x1f"
# Visible ASCII without small letters: nothing in it can have been typed in another way.
LIKE_ITSELF = VISIBLE.translate(None, ascii_lowercase.encode())


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
    if only(texts, LIKE_ITSELF):
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
    return numbered(key(records, _without_months(form)))


def held(records: pd.DataFrame, form: Form) -> int:
    """A number for what some records hold together, in whatever order; those of several blocks add
    up to that of all.
    """
    columns = records[[*form.columns, "from", "to"]]
    rows = pd.util.hash_pandas_object(columns, index=False).to_numpy()
    return int(rows.sum(dtype="uint64"))


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
        self.compared = [
            name
            for name, column in form.columns.items()
            if name not in ("unit", *form.key) and column.type != "rate"
        ]
        self.content = pd.util.hash_pandas_object(self.records[self.compared], index=False)

    def set(
        self,
        labels: pd.Index,
        others: pd.Index,
        code: str,
        fate: Fate = Fate.ACCEPTED,
        about: pd.Series | None = None,
    ) -> None:
        """Give `labels` a fate, each with the file and row of its counterpart in `others`; about:
        what else there is to tell of each, before these.
        """
        there = self.records.loc[others, ["file", "row"]]
        if "sheet" in self.records:
            sheet = self.records.loc[others, "sheet"].fillna("")
            there["file"] = there["file"] + sheet.where(sheet == "", "[" + sheet + "]")
        self.fate[labels] = fate.value
        if about is not None:
            there.insert(0, "about", about.to_numpy())
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
    _of_one_key(fates, form, folder)
    kept = fates.left.sort_values("period_to", kind="stable")
    latest = kept.index[~fates.keys[kept.index].duplicated(keep="last")]
    return fates.table(once=records.index.isin(latest))


def _correct(fates: _Fates, form: Form) -> None:
    """A row of a correction replaces rows of the same key that its sender sent before: of any where
    the form has corrections, and of rows that came back and are mended in any form. Of several the
    latest replaces the others, and of one day the one that came back more often.
    """
    records = fates.records
    told = "correction" if form.again == "corrections" else "mends"
    if told not in records:
        return
    depth = records.get("mends", pd.Series(0, records.index))
    moved = records.get("moved", pd.Series(False, records.index))
    is_correction = records[told].astype(bool) & ~moved
    when = records["filed_on"].rank(method="dense").fillna(0) * (depth.max() + 1) + depth
    marked = when[is_correction].sort_values(kind="stable")
    whose = records["key"] + BETWEEN + records["sender"].astype("str").fillna("")
    last = pd.Series(marked.index, whose[marked.index]).groupby(level=0).last()
    newer = whose.map(last)
    older = when < when.reindex(newer).to_numpy()
    old = records.index[newer.notna() & (older | ~(is_correction | moved))]
    fates.set(old, pd.Index(newer[old].astype("int64")), "corrected", Fate.DUPLICATE)
    _refuse_moved(fates, moved)


def _refuse_moved(fates: _Fates, moved: pd.Series) -> None:
    """A mended row that has become one of another key does not touch the row that has it."""
    left = fates.left
    by = left["key"][~moved[left.index]]
    others = left["key"][moved[left.index]].map(_first(by).groupby(by).first()).dropna()
    others = others.astype("int64")
    what = fates.content.astype("str") + fates.unit
    differ = others.index[what[others.index].to_numpy() != what[others].to_numpy()]
    fates.set(differ, pd.Index(others[differ]), "mends_another", Fate.REJECTED)


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
    other: dict[str, int] = {}  # by key
    for _, rows in doubtful.drop_duplicates("key").groupby("thing", sort=False):
        reach = None  # of the rows so far the one that reaches furthest
        for row in rows[["key", "from", "to"]].itertuples():
            if reach and row[2] <= reach[3]:
                other |= {row.key: reach.Index, reach.key: row.Index}
            if reach is None or row.to > reach.to:
                reach = row
    others = doubtful["key"].map(other).dropna().astype("int64")
    fates.set(others.index, pd.Index(others), "months_overlap", Fate.REJECTED)


def _of_one_key(fates: _Fates, form: Form, folder: Folder) -> None:
    """Rows of one key that are still accepted: the same again, of several units, or in conflict."""
    overlaps = {frozenset((u.name, other)) for u in folder.units for other in u.overlaps}
    left = fates.left
    by, unit = left["key"], fates.unit[left.index]
    contents = fates.content[left.index].groupby(by).transform("nunique")
    units = unit.groupby(by).transform("nunique")
    again = left.index[(contents == 1) & (units == 1) & by.duplicated()]
    fates.set(again, pd.Index(_first(by)[again]), "duplicate_of", Fate.DUPLICATE)
    # A thing of each unit, or of allied units: one name in others is another thing.
    is_own = (units > 1) & (units == by.map(by.value_counts()))
    is_own &= form.repeat == "latest"
    _own(fates, by[is_own], overlaps)
    may_be_shared = by[(units > 1) & (contents == 1) & ~is_own]
    allied = [
        rows for _, rows in may_be_shared.groupby(by) if _are_allied(unit[rows.index], overlaps)
    ]
    for rows in allied:
        _share(fates, rows.index)
    is_shared = by.index.isin(pd.Index([]).append([rows.index for rows in allied]))
    _conflict(fates, by[((contents > 1) | (units > 1)) & ~is_own & ~is_shared], form)


def _are_allied(unit: pd.Series, overlaps: set[frozenset[str]]) -> bool:
    return all(frozenset(pair) in overlaps for pair in combinations(unit.unique(), 2))


def _own(fates: _Fates, by: pd.Series, overlaps: set[frozenset[str]]) -> None:
    """Rows of one key of which each unit has one: each is another, but of units that overlap."""
    unit = fates.unit[by.index]
    fates.keys[by.index] += BETWEEN + unit
    overlapping = unit.isin({name for pair in overlaps for name in pair})
    several = overlapping.groupby(by).transform("sum") > 1
    for _, rows in by[several].groupby(by):
        own = unit[rows.index]
        units = sorted(own)
        heads = {
            name: next(n for n in units if n == name or frozenset((n, name)) in overlaps)
            for name in units
        }
        head = own.map(heads)
        fates.keys[rows.index] = rows + BETWEEN + head
        for _, one in own.groupby(head):
            if len(one) > 1:
                fates.share(one.index, sorted(one))


def _share(fates: _Fates, rows: pd.Index) -> None:
    """Rows that units which overlap have reported alike: each is credited once."""
    unit = fates.unit[rows]
    once = ~unit.duplicated()
    fates.share(rows[once], sorted(unit.unique()))
    again = rows[~once]
    fates.set(again, rows[:1].repeat(len(again)), "duplicate_of", Fate.DUPLICATE)


def _conflict(fates: _Fates, by: pd.Series, form: Form) -> None:
    """Rows of one key that contradict each other: each names the first of its key that differs from
    it, and the columns in which they differ.
    """
    what = fates.content[by.index].astype("str") + fates.unit[by.index]
    first = _first(by)
    differs = what.ne(what[first].to_numpy())
    second = by.map(pd.Series(by.index[differs], by[differs]).groupby(level=0).first())
    others = pd.Index(first.where(differs, second).astype("int64"))
    columns = pd.Series("", by.index)
    for name in (*fates.compared, *(["unit"] if "unit" in form.columns else [])):
        texts = fates.records[name].astype("str").fillna("")
        another = texts[by.index].to_numpy() != texts[others].to_numpy()
        columns += np.where(another, "、" + form.label(name), "")
    fates.set(by.index, others, "conflict", Fate.REJECTED, columns.str.removeprefix("、"))


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
        # What is supposed to have come beside a return replaces none, and none replaces it.
        if again == "latest" and None not in whose and not sheet.refused and file != FILE:
            groups.setdefault(whose, []).append((file, sheet))
    found = []
    for group in groups.values():
        for file, sheet in group:
            later = [(f, new) for f, new in group if f != file and _replaces(new, sheet)]
            if later:
                newest = (f for f, new in later if not any(_replaces(n, new) for _, n in later))
                found.append((sheet, Reason.of("resubmitted", next(newest, later[0][0]))))
    return found


def come_again(
    sheets: list[tuple[str, SheetRead]], folder: Folder
) -> list[tuple[SheetRead, Reason]]:
    """The sheets of a form without a key that hold the very rows of an earlier one, each with the
    reason.

    A row may well stand twice there, but not a whole return, be it under another name. Returns of
    two senders that are known may say the same of themselves.
    """
    firsts: dict[tuple[str | None, str], list[tuple[str, SheetRead]]] = {}
    found = []
    for file, sheet in sheets:
        if not sheet.holds or sheet.refused:
            continue
        same = firsts.setdefault((sheet.form, sheet.holds), [])
        first = next((one for one in same if _may_be_of_one(one[1], sheet)), None)
        if first is None:
            same.append((file, sheet))
        else:
            name, of = first
            place = f"{name}[{of.sheet}]" if of.sheet else name
            found.append((sheet, Reason.of("same_return", place)))
    return found


def _may_be_of_one(one: SheetRead, other: SheetRead) -> bool:
    """Whether two sheets may be of one sender."""
    return len({one.context.sender, other.context.sender} - {None}) < 2


def _replaces(new: SheetRead, old: SheetRead) -> bool:
    if new.mends:
        return False
    days = new.context.filed, old.context.filed
    if None not in days and days[0] != days[1]:
        later = bool(days[0] > days[1])  # type: ignore[operator]
    else:
        later = new.context.correction and not old.context.correction
    return later and new.taken > 0
