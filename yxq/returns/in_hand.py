"""The tables as they would be had some sheets not come: made of what was kept of the others, as
ingest makes those of all.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from yxq.plan.folder import Folder
from yxq.plan_folders.load import load
from yxq.returns.ingest import write
from yxq.returns.parts import Part, reading
from yxq.returns.received import identity
from yxq.returns.sheet_read import SheetRead
from yxq.tables import store
from yxq.tables.makers import Sheets
from yxq.words.errors import refusal


class _PartInHand(Part):
    """A file as it was read, without the sheets that came later."""

    later: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Another file, where it lacks some sheets."""
        return "\x1f".join([super().name, *sorted(self.later)])

    @cached_property
    def sheets(self) -> list[SheetRead]:
        """What each sheet is that had come."""
        return [sheet for sheet in super().sheets if sheet.sheet not in self.later]

    def holds(self, form: str) -> bool:
        """Whether there are records of a form."""
        return any(True for _ in self.records(form))

    def _blocks(self, name: str) -> Iterator[tuple[str, pa.Table]]:
        for block, table in super()._blocks(name):
            if table["sheet"][0].as_py() not in self.later:
                yield block, table


def make(plan: Path, processed: Path, later: Sheets, place: Path) -> None:
    """Write tables under `place`: those of `processed`, as they would be without the sheets that
    came `later`.

    plan: the plan folder. Raises `NotIngested` where the returns were read under another.
    """
    folder = load(plan)
    parts = [*_parts(folder, processed, later)]
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
    write(parts, folder, place, days)


def _parts(folder: Folder, processed: Path, later: Sheets) -> Iterator[Part]:
    """The files of which some sheet had come, in the order in which they were ingested."""
    by, files = reading(folder), store.read(processed, "files")
    for (file, sha256), sheets in files.groupby(["file", "sha256"], sort=False):
        came_later = frozenset(name for name in sheets["sheet"] if (file, name) in later)
        if len(came_later) < len(sheets):
            why = "" if sha256 else f" {sheets['reason'].iloc[0]}"
            part = _PartInHand(processed / ".parts", file, sha256, folder, f"{by}{why}")
            part.later = came_later
            yield part
