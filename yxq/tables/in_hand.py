"""The tables of what was in hand on a day of receipt, and of what is supposed to have been.

What came later may replace, repeat or contradict what came before, so that no choice of rows gives
what was known then. The tables are made anew of the returns that had come, by whoever makes those
of all, and are kept beside these until they change: of those that rest on a supposition the last
few.
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
from yxq.tables.makers import Make, Sheets
from yxq.tables.supposed import Supposed
from yxq.words.errors import refusal

LAST = dt.date(9999, 12, 31)
SUPPOSED = "what-if-"
MOST_SUPPOSED = 8  # sets of tables that are kept; whoever wants another has it made again


class NotMade(ValueError):
    """The tables of what was in hand on a day have not been made yet."""


def last_day(processed: str | Path) -> dt.date | None:
    """The day on which the last return in hand was received; none where there is none."""
    last = store.read(processed, "received")["received"].max()
    return None if pd.isna(last) else last.date()


def place(
    processed: str | Path,
    received_by: dt.date | None,
    plan: Path,
    make: Make,
    supposed: Supposed | None = None,
) -> Path:
    """Where the tables are of the returns that were received by a day (all, if none is named), with
    what is supposed of their rows; made if they are not there.

    plan: the plan folder. Raises `PlanError` where nothing had been received by the day.
    """
    located, supposed = store.locate(processed), supposed or Supposed()
    later = _later(processed, received_by, supposed)
    if not (later or supposed):
        return located
    found = _found(located, later, plan, supposed)
    if seals.broken(found, touched=True):
        _put(found, lambda new: make(plan, located, later, supposed, new))
        _keep_few(found.parent)
    return found


def check_made(processed: str | Path, received_by: dt.date | None, plan: Path) -> None:
    """Whether `place` would make nothing, where nothing is supposed; raises `NotMade` where it
    would.
    """
    later = _later(processed, received_by, Supposed())
    found = _found(store.locate(processed), later, plan, Supposed())
    if later and seals.broken(found, touched=True):
        raise NotMade(f"the tables of what was in hand by {received_by} are not made yet")


def _later(processed: str | Path, received_by: dt.date | None, supposed: Supposed) -> Sheets:
    """The sheets that came after a day; raises `PlanError` where all of them did and nothing is
    supposed.
    """
    sheets = store.read(processed, "received")
    came_later = sheets["received"] > pd.Timestamp(received_by or LAST)
    if came_later.any() and came_later.all() and not supposed:
        first = sheets["received"].min().date()
        raise refusal("nothing_received", day=received_by, first=first)
    return frozenset(sheets[came_later][["file", "sheet"]].itertuples(index=False, name=None))


def _found(located: Path, later: Sheets, plan: Path, supposed: Supposed) -> Path:
    """Where the tables are that these sheets are no part of, with what is supposed."""
    lines = ["\x1f".join(sheet) for sheet in sorted(later)] + [supposed.digest] * bool(supposed)
    parts = digests.of_tables(located), digests.program(), digests.of_folder(plan), *lines
    kind = SUPPOSED if supposed else "in-hand-"
    return located / store.KEPT / f"{kind}{digests.sha(*(part.encode() for part in parts))}"


def _keep_few(kept: Path) -> None:
    """Take away all but the last few tables that rest on a supposition."""
    made = sorted(kept.glob(f"{SUPPOSED}*"), key=lambda one: one.stat().st_mtime_ns)
    for old in made[:-MOST_SUPPOSED]:
        shutil.rmtree(old, ignore_errors=True)


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
