"""The processed tables on disk: all of them are replaced together, or none.

A new set is written to `.new`, and renaming that folder to `.next` is the moment it counts; moving the files
into place is repeatable, so whoever comes next after a crash finishes it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pandas as pd


class NotIngested(FileNotFoundError):
    """There are no processed tables where they were looked for."""


def locate(path: str | Path) -> Path:
    """A relative folder as seen from here, from a parent folder, or from the project: notebooks run anywhere."""
    path = Path(path)
    homes = [Path.cwd(), *Path.cwd().parents, Path(__file__).parents[1]]
    return next((home / path for home in homes if (home / path).exists()), path)


def save(folder: Path, tables: dict[str, pd.DataFrame]) -> None:
    """Write every table as `<name>.parquet` (names may hold `/`) and take away tables that are no longer there."""
    finish(folder)
    new = folder / ".new"
    shutil.rmtree(new, ignore_errors=True)
    for name, table in tables.items():
        file = new / f"{name}.parquet"
        file.parent.mkdir(parents=True, exist_ok=True)
        table.to_parquet(file, index=False, compression="zstd")
    (new / "names").write_text("\n".join(tables), encoding="utf-8")
    new.rename(folder / ".next")
    finish(folder)


def finish(folder: Path) -> None:
    """Move a complete new set into place; nothing to do when there is none."""
    ready = folder / ".next"
    if not ready.is_dir():
        return
    wanted = {Path(f"{name}.parquet") for name in (ready / "names").read_text(encoding="utf-8").split("\n")}
    for name in wanted:
        if (ready / name).exists():  # else a run that was cut short has moved it already
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(ready / name, folder / name)
    for file in folder.rglob("*.parquet"):
        if file.relative_to(folder) not in wanted:
            file.unlink()
    shutil.rmtree(ready)


def read(folder: str | Path, name: str) -> pd.DataFrame:
    """One table; `NotIngested` says what to do when it is not there."""
    place = locate(folder)
    finish(place)
    file = place / f"{name}.parquet"
    if not file.exists():
        raise NotIngested(f"no table {name!r} in {folder}: run `yxq ingest` first")
    return pd.read_parquet(file)
