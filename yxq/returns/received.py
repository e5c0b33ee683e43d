"""When each return was received: on the day that it states, else when ingest first saw the bytes of
its file, by a register that no later ingest changes.

The register cannot be made again from anything, so there are two of it, written one after the
other: a power cut takes one at most. A file under another name is the same file; one that is taken
away and comes back was received when it first came.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pandas as pd

from yxq.tables import contracts, seals, store
from yxq.tables.contracts import DAY

HOME, COPIES = ".received", ("register.csv", "register.copy.csv")
HEADING = "sha256,seen"


def seen(
    processed: Path, digests: set[str], today: dt.date
) -> tuple[dict[str, dt.date], list[str]]:
    """The day on which each file was first seen, by its digest, today for new ones; the copies of
    the register that were damaged and have been made again.
    """
    files = [processed / HOME / name for name in COPIES]
    known = {file: _days(file) for file in files if file.exists()}
    days: dict[str, dt.date] = {}
    for copy in filter(None, known.values()):
        days |= {digest: min(day, days.get(digest, day)) for digest, day in copy.items()}
    days |= dict.fromkeys(digests - days.keys(), today)
    for file in files:
        if known.get(file) != days:
            _write(file, days)
    lost = [file for file in files if known and known.get(file) is None]
    return days, [file.relative_to(processed).as_posix() for file in lost]


def _days(file: Path) -> dict[str, dt.date] | None:
    """What a copy says; None where it is not as it was written."""
    try:
        *lines, last = file.read_text(encoding="utf-8").splitlines()
        if last != _digest(lines):
            return None
        entries = (line.split(",") for line in lines[1:])
        return {digest: dt.date.fromisoformat(day) for digest, day in entries}
    except (OSError, ValueError):
        return None


def _write(file: Path, days: dict[str, dt.date]) -> None:
    """Put a copy in its place, on the disk, whole."""
    lines = sorted(f"{digest},{day}" for digest, day in days.items())
    lines = [HEADING, *lines]
    new = file.with_suffix(".new")
    new.parent.mkdir(parents=True, exist_ok=True)
    new.write_text("\n".join([*lines, _digest(lines), ""]), encoding="utf-8", newline="\n")
    seals.sync(new)
    store.move(new, file)
    seals.sync(file.parent)


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def identity(file: str, sha256: str) -> str:
    """By what a file is known in the register: its bytes, or its name where they cannot be read."""
    return sha256 or hashlib.sha256(file.encode()).hexdigest()


def table(files: pd.DataFrame, days: dict[str, dt.date]) -> pd.DataFrame:
    """When each sheet of `files` was received: on the day that it states, else when it was first
    seen. A day after it was seen is a slip, for it was there by then.
    """
    rows = files[["file", "sheet", "sha256", "sender", "form", "period_from", "period_to"]].copy()
    known = [identity(*names) for names in zip(files["file"], files["sha256"], strict=True)]
    first = pd.to_datetime(pd.Series(known, files.index).map(days)).astype(DAY)
    rows["stated"] = files["filed"].notna() & ~(files["filed"] > first)
    rows["received"] = files["filed"].where(rows["stated"], first)
    return contracts.check("received", rows[[*contracts.RECEIVED.columns]])
