"""The records of a form, of all parts: what they are to each other, and the table of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from yxq.attainment import measures
from yxq.plan.folder import Folder
from yxq.plan.forms import Form
from yxq.returns.parts import Part, completed
from yxq.returns.reconcile import key, reconcile
from yxq.returns.replaced import Mends, Where, mends
from yxq.returns.sheet_read import SheetRead
from yxq.returns.withdrawn import take_back
from yxq.tables import contracts, store
from yxq.tables.contracts import DAY, ORIGIN, TEXT, Contract, Fate
from yxq.words.reasons import Reason

AT_ONCE = 500_000  # rows that are reconciled or condensed at a time


def form_contract(form: Form, folder: Folder) -> Contract:
    """What the table of a form's records promises."""
    units = {unit.name for unit in folder.units}
    words = {
        name: units if column.type == "unit" else {*column.words, *filter(None, [column.otherwise])}
        for name, column in form.columns.items()
        if column.type in ("unit", "word")
    }
    kinds = {name: column.type for name, column in form.columns.items()}
    required = [name for name, column in form.columns.items() if column.required]
    return contracts.records(kinds, form.key, required, words)


@dataclass
class Changes:
    """What reconciling has changed, by file and sheet: fate, reason, key and once by row."""

    frames: dict[tuple[str, str], list[pd.DataFrame]] = field(default_factory=dict)
    conflicts: Counter[str] = field(default_factory=Counter)
    """How many rows contradict another in which columns."""

    def add(self, records: pd.DataFrame, fates: pd.DataFrame) -> None:
        """Keep the fates that are not simply accepted."""
        plain = (
            (fates["fate"] == Fate.ACCEPTED)
            & (fates["reason"] == "")
            & fates["once"]
            & (fates["key"].fillna("") == records["key"].fillna(""))
        )
        reasons = fates.loc[fates["fate"] == Fate.REJECTED, "reason"]
        contradicting = reasons.str.extract(r"^conflict\|([^|]*)")[0].dropna()
        self.conflicts.update(contradicting.value_counts().to_dict())
        changed = records.loc[~plain, ["file", "sheet", "row"]].join(fates)
        for sheet, rows in changed.groupby(["file", "sheet"], sort=False):
            frame = rows.set_index("row")[["fate", "reason", "key", "once"]]
            self.frames.setdefault(sheet, []).append(frame)

    def add_taken(self, mended: Mends) -> None:
        """Keep of rows whose place mended ones take, or that are withdrawn, that they are; and of
        rows that withdraw nothing.
        """
        for code, rows in (("corrected", mended.taken), ("withdrawn", mended.withdrawn)):
            for where, (file, sheet, own) in rows.items():
                if text := mended.keys.get(where):
                    place = f"{file}[{sheet}]" if sheet else file
                    self._add(where, Fate.DUPLICATE, Reason.of(code, place, own), text)
        for where in mended.useless:
            self._add(where, Fate.REJECTED, Reason("withdraws_nothing"), "")

    def flag(self, where: Where, why: Reason) -> None:
        """Keep of an accepted row of which nothing else is kept what is to be looked at."""
        self._add(where, Fate.ACCEPTED, why, None)

    def _add(self, where: Where, fate: Fate, why: Reason, text: str | None) -> None:
        line = {"fate": fate.value, "reason": str(why), "key": text, "once": True}
        frame = pd.DataFrame([line], pd.Index([where[2]], name="row"))
        self.frames.setdefault(where[:2], []).append(frame)

    def of(self, file: str, sheet: str, rows: pa.ChunkedArray) -> pd.DataFrame | None:
        """The changes of some rows of a sheet, a line a row (missing: none); None without any."""
        if (file, sheet) not in self.frames:
            return None
        found = pd.concat(self.frames[file, sheet]).reindex(rows.to_numpy())
        return found if found["fate"].notna().any() else None


def plain_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Categories as the texts that they stand for."""
    kinds = frame.dtypes.items()
    return frame.astype(
        {name: "str" for name, kind in kinds if isinstance(kind, pd.CategoricalDtype)}
    )


def batches(
    parts: list[Part], form: str, columns: list[str] | None = None
) -> Iterator[tuple[Part, SheetRead, pa.Table]]:
    """The records of a form, sheet by sheet, without those of sheets that are refused."""
    for part in parts:
        sheets = {sheet.sheet: sheet for sheet in part.sheets}
        for table in part.records(form, columns and ["sheet", *columns]):
            if len(table) and not (sheet := sheets[table["sheet"][0].as_py()]).refused:
                yield part, sheet, table


def _origin(part: Part, sheet: SheetRead) -> dict[str, Any]:
    """Whence the records of a sheet are, one value a column."""
    origin = sheet.context.model_dump() | {"file": part.file, "mends": sheet.mends}
    return origin | {"filed_on": origin.pop("filed")}  # a form may have a column `filed`


def reconciled(
    parts: list[Part], name: str, folder: Folder, days: Mapping[str, dt.date]
) -> Changes:
    """What records of a form are to each other, those that are about a thing named twice.

    days: when each file was first seen, by its digest: its day where it states none.
    """
    form, changes, mended = folder.forms[name], Changes(), mends(parts, name, folder.forms[name])
    again = _named_twice(parts, name)
    take_back(parts, name, folder, days, mended)
    if mended.replaced:
        changes.add_taken(mended)
    shares = len(again) // AT_ONCE + 1
    for share in range(shares if len(again) else 0):
        mine = np.unique(again[again % shares == share])
        records = _records_of(parts, name, mine, days, mended)
        if len(records):
            fates = reconcile(records, form, folder)
            changes.add(records.assign(key=key(records, form)), fates)
    return changes


def _named_twice(parts: list[Part], name: str) -> np.ndarray:
    """The numbers of things that several records are about, in order, once for each repeat."""
    numbers = [table["thing"].to_numpy() for _, _, table in batches(parts, name, ["thing"])]
    things = np.sort(np.concatenate(numbers)) if numbers else np.empty(0, "uint64")
    return np.asarray(things[1:][things[1:] == things[:-1]])


def _records_of(
    parts: list[Part], name: str, things: np.ndarray, days: Mapping[str, dt.date], mended: Mends
) -> pd.DataFrame:
    """The records that are about some things, with their origin, without those whose place others
    take; things: sorted.
    """
    frames = []
    for part, sheet, table in batches(parts, name):
        numbers = table["thing"].to_numpy()
        nearest = np.minimum(np.searchsorted(things, numbers), len(things) - 1)
        if (there := things[nearest] == numbers).any():
            frame = table.filter(pa.array(there)).drop_columns(["thing"]).to_pandas()
            origin = _origin(part, sheet)
            origin["filed_on"] = origin["filed_on"] or days.get(part.sha256)
            frames.append(_with_mends(plain_text(frame).assign(**origin), mended))
    days_of = dict.fromkeys(("period_from", "period_to", "filed_on"), DAY)
    return pd.concat(frames, ignore_index=True).astype(days_of)


def _with_mends(records: pd.DataFrame, mended: Mends) -> pd.DataFrame:
    """Records with how often each has come back, and whether it is about another thing than the row
    that it mends; without those whose place others take.
    """
    if not (mended.named or mended.withdrawn):
        return records.assign(mends=records["mends"].astype(int), moved=False)
    where = [*zip(records["file"], records["sheet"].astype(str), records["row"], strict=True)]
    left = [one not in mended.taken and one not in mended.withdrawn for one in where]
    least = records["mends"].astype(int)
    depth = [max(mended.depth(one), n) for one, n in zip(where, least, strict=True)]
    moved = [*map(mended.moved, where)]
    return records.assign(mends=depth, moved=moved)[left]


def kept(change: pd.DataFrame | None, rows: int) -> np.ndarray:
    """Which rows of a sheet still count after reconciling; change: see `Changes.of`."""
    if change is None:
        return np.ones(rows, bool)
    return np.asarray((change["fate"] == Fate.ACCEPTED) | change["fate"].isna())


def write_records(
    parts: list[Part], name: str, folder: Folder, changes: Changes, made: store.Set
) -> pd.DataFrame:
    """Write the accepted records of a form; the same condensed to what measures ask for."""
    form, table_name = folder.forms[name], f"records/{name}"
    contract = form_contract(form, folder)
    plans = [folder.plan(year) for year in sorted(folder.periods)]
    needed = measures.needed(plans, name)
    wanted = [column for column in form.columns if column in needed or column in form.key]
    condensed: list[pd.DataFrame] = []
    for some in _gathered(_counting(parts, name, changes)):
        frame = pa.concat_tables([one.rows.select([*wanted, "to"]) for one in some]).to_pandas()
        decided = _decided(frame, form, some)
        rows = pa.concat_tables(_with_origin(some, decided, contract))
        made.add(table_name, contracts.check_batch(table_name, contract, rows))
        condensed.append(measures.condense(plans, name, frame.join(decided)))
        if sum(map(len, condensed)) > AT_ONCE:
            condensed = [measures.condense(plans, name, pd.concat(condensed))]
    if not condensed:
        made.add(table_name, contract.arrow.empty_table())
        return pd.DataFrame()
    return measures.condense(plans, name, pd.concat(condensed))


@dataclass(frozen=True)
class _Counting:
    """Rows of a sheet that count, whence they are, and what reconciling has changed of them."""

    rows: pa.Table
    origin: dict[str, Any]
    change: pd.DataFrame | None


def _counting(parts: list[Part], name: str, changes: Changes) -> Iterator[_Counting]:
    """The records of a form that count, block by block."""
    for part, sheet, table in batches(parts, name):
        change = changes.of(part.file, sheet.sheet, table["row"])
        if change is not None:
            left = kept(change, len(table))
            table, change = table.filter(pa.array(left)), change[left]
        origin = {name: value for name, value in _origin(part, sheet).items() if name in ORIGIN}
        yield _Counting(table, origin, change)


def _gathered(blocks: Iterator[_Counting]) -> Iterator[list[_Counting]]:
    """Small blocks together: what is done to a frame takes its time, be it of a few rows."""
    some, rows = list[_Counting](), 0
    for block in blocks:
        some.append(block)
        rows += len(block.rows)
        if rows >= store.GROUP:
            yield some
            some, rows = [], 0
    if some:
        yield some


def _decided(frame: pd.DataFrame, form: Form, some: list[_Counting]) -> pd.DataFrame:
    """The key of each row, and whether it counts for the city, by what reconciling has changed."""
    decided = pd.DataFrame({"key": key(frame, form), "once": True}, frame.index)
    start = 0
    for one in some:
        if one.change is not None:
            there = np.flatnonzero(one.change["fate"].notna())
            decided.iloc[start + there] = one.change[["key", "once"]].iloc[there]
        start += len(one.rows)
    return decided


def _with_origin(
    some: list[_Counting], decided: pd.DataFrame, contract: Contract
) -> Iterator[pa.Table]:
    """The rows of each block with their origin, key and whether they count once."""
    keys, once = pa.array(decided["key"], TEXT, from_pandas=True), pa.array(decided["once"])
    start = 0
    for one in some:
        mine = {
            "key": keys[start : start + len(one.rows)],
            "once": once[start : start + len(one.rows)],
        }
        yield completed(one.rows, contract.arrow, mine | one.origin)
        start += len(one.rows)
