"""The tables of what was in hand on a day of receipt.

What came later may replace, repeat or contradict what came before, so that no choice of rows gives
what was known then. The tables are made anew of the returns that had come, by whoever makes those
of all, and are kept beside these until they change.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from yxq.tables import digests, seals, store
from yxq.tables.makers import Make
from yxq.words.errors import refusal


def last_day(processed: str | Path) -> dt.date | None:
    """The day on which the last return in hand was received; none where there is none."""
    last = store.read(processed, "received")["received"].max()
    return None if pd.isna(last) else last.date()


def place(processed: str | Path, received_by: dt.date, plan: Path, make: Make) -> Path:
    """Where the tables are of the returns that were received by a day; made if they are not there.

    plan: the plan folder. Raises `PlanError` where nothing had been received by the day.
    """
    sheets, located = store.read(processed, "received"), store.locate(processed)
    came_later = sheets["received"] > pd.Timestamp(received_by)
    if not came_later.any():
        return located
    if came_later.all():
        first = sheets["received"].min().date()
        raise refusal("nothing_received", day=received_by, first=first)
    later = frozenset(sheets[came_later][["file", "sheet"]].itertuples(index=False, name=None))
    lines = ["\x1f".join(sheet) for sheet in sorted(later)]
    parts = digests.of_tables(processed), digests.program(), digests.of_folder(plan), *lines
    found = located / store.KEPT / f"in-hand-{digests.sha(*(part.encode() for part in parts))}"
    if seals.broken(found, touched=True):
        _put(found, lambda new: make(plan, located, later, new))
    return found


def _put(found: Path, write: Callable[[Path], None]) -> None:
    """Have tables written beside their place, and put them there whole; another process may be
    making the same.
    """
    found.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{found.name}.", dir=found.parent))
    try:
        write(new)
        if found.exists() and seals.broken(found):
            shutil.rmtree(found)
        with contextlib.suppress(OSError):  # the other was quicker
            os.rename(new, found)
    finally:
        shutil.rmtree(new, ignore_errors=True)
