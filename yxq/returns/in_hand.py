"""The tables as they would be had some sheets not come, or with rows that are supposed: made of
what was kept of the returns, as ingest makes those of all.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from yxq.plan.folder import Folder
from yxq.plan_folders.load import load
from yxq.returns.ingest import write
from yxq.returns.parts import FATES, Part, reading
from yxq.returns.received import identity
from yxq.returns.sheet_read import SheetRead
from yxq.returns.supposed import as_part, refuse
from yxq.tables import store
from yxq.tables.contracts import Fate
from yxq.tables.makers import Sheets
from yxq.tables.supposed import Supposed
from yxq.words.errors import refusal

Gone = Mapping[str, frozenset[int]]
"""Rows by the name of their sheet."""


class _PartInHand(Part):
    """A file as it was read, without the sheets that came later and the rows that are supposed to
    be gone.
    """

    later: frozenset[str] = frozenset()
    gone: Gone = {}

    @property
    def name(self) -> str:
        """Another file, where it lacks some sheets or rows."""
        rows = [f"{sheet}\x1f{sorted(rows)}" for sheet, rows in sorted(self.gone.items())]
        return "\x1f".join([super().name, *sorted(self.later), *rows])

    @cached_property
    def sheets(self) -> list[SheetRead]:
        """What each sheet is that had come."""
        read = super().sheets
        had_come = [sheet for sheet in read if sheet.sheet not in self.later]
        return [
            self._without(sheet, self.gone[sheet.sheet]) if sheet.sheet in self.gone else sheet
            for sheet in had_come
        ]

    def _without(self, sheet: SheetRead, rows: frozenset[int]) -> SheetRead:
        """A sheet without some rows; to others it is the return that it was."""
        blocks = super()._blocks(FATES)
        lost = [
            fate
            for _, table in blocks
            if table["sheet"][0].as_py() == sheet.sheet
            for fate in _of(table, rows)["fate"].to_pylist()
        ]
        left = {"rows": sheet.rows - len(lost), "taken": sheet.taken - lost.count(Fate.ACCEPTED)}
        named = {
            name: [row for row in getattr(sheet, name) if row.own not in rows]
            for name in ("mended", "withdrawn")
        }
        return sheet.model_copy(update=left | named)

    def holds(self, form: str) -> bool:
        """Whether there are records of a form."""
        return any(True for _ in self.records(form))

    def _blocks(self, name: str) -> Iterator[tuple[str, pa.Table]]:
        for block, table in super()._blocks(name):
            sheet = table["sheet"][0].as_py()
            if sheet not in self.later:
                rows = self.gone.get(sheet)
                left = _of(table, rows, are_gone=False) if rows else table
                if len(left):
                    yield block, left


def _of(table: pa.Table, rows: frozenset[int], are_gone: bool = True) -> pa.Table:
    """The rows of a block that are some of those, or that are none of them."""
    some = pc.is_in(table["row"], pa.array(sorted(rows), pa.int64()))
    return table.filter(some if are_gone else pc.invert(some))


def make(plan: Path, processed: Path, later: Sheets, supposed: Supposed, place: Path) -> None:
    """Write tables under `place`: those of `processed`, as they would be without the sheets that
    came `later`, and with what is `supposed` of rows.

    plan: the plan folder. Raises `NotIngested` where the returns were read under another, and
    `PlanError` where a row that is supposed to have come would not count.
    """
    folder = load(plan)
    parts: list[Part] = [*_parts(folder, processed, later, supposed)]
    if not all(part.whole(touched=True) for part in parts):
        raise refusal("read_otherwise", store.NotIngested, folder=processed)
    received = store.read(processed, "received")
    days = {
        identity(file, sha256): seen.date()
        for file, sha256, seen, is_stated in received[
            ["file", "sha256", "received", "stated"]
        ].itertuples(index=False, name=None)
        if not is_stated
    }
    with tempfile.TemporaryDirectory() as home:
        if supposed.come:
            part = as_part(supposed, folder, Path(home))
            parts.append(part)
            days[identity(part.file, part.sha256)] = supposed.day or dt.date.today()
        write(parts, folder, place, days)
    refuse(supposed, place, folder)


def _parts(
    folder: Folder, processed: Path, later: Sheets, supposed: Supposed
) -> Iterator[_PartInHand]:
    """The files of which some sheet had come, in the order in which they were ingested."""
    by, files = reading(folder), store.read(processed, "files")
    gone: dict[str, dict[str, frozenset[int]]] = defaultdict(dict)
    for where in supposed.gone:
        known = gone[where.file].get(where.sheet, frozenset())
        gone[where.file][where.sheet] = known | {where.row}
    for (file, sha256), sheets in files.groupby(["file", "sha256"], sort=False):
        came_later = frozenset(name for name in sheets["sheet"] if (file, name) in later)
        if len(came_later) < len(sheets):
            why = "" if sha256 else f" {sheets['reason'].iloc[0]}"
            part = _PartInHand(processed / ".parts", file, sha256, folder, f"{by}{why}")
            part.later, part.gone = came_later, gone.get(file, {})
            yield part
