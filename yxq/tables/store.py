"""The processed tables on disk: all of them are replaced together, or none.

A new set is written to `.new`, to the disk, and renaming that folder to `.next` is the moment it
counts; moving the files into place is repeatable, so whoever comes next after a crash finishes it.
A seal holds the digests of all files: one that is not as it was written is never read.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from yxq.tables import seals
from yxq.words.errors import Refused, refusal

GROUP = 250_000  # rows that are gathered before they are written
KEPT = ".results"  # what was computed from the set and kept beside it; it goes when a new set comes
NEXT, DONE = ".next", ".done"  # a set that is ready, and what is left of it
KINDS = ("*.parquet", "*.xlsx", "state.json")


class NotIngested(Refused, FileNotFoundError):
    """There are no processed tables where they were looked for."""


def locate(path: str | Path) -> Path:
    """A relative folder as seen from here, from a parent, or from the project (of notebooks)."""
    path = Path(path)
    homes = [Path.cwd(), *Path.cwd().parents, Path(__file__).parents[2]]
    return next((home / path for home in homes if (home / path).exists()), path)


class Set:
    """A new set of tables in the making."""

    def __init__(self, folder: Path) -> None:
        """Begin an empty set."""
        self.folder = folder
        self._waiting: dict[str, list[pa.Table]] = {}
        self._rows = Counter[str]()  # that are waiting
        self._writing: Future[None] | None = None
        self._hand = ThreadPoolExecutor(1)  # compresses while the next rows are made
        self._writers: dict[str, pq.ParquetWriter] = {}

    def file(self, name: str) -> Path:
        """Where a further file of the set is to be written."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def add(self, name: str, rows: pd.DataFrame | pa.Table) -> None:
        """Add rows to the table of a name (which may hold `/`); the first settle its columns."""
        is_frame = isinstance(rows, pd.DataFrame)
        table = pa.Table.from_pandas(rows, preserve_index=False) if is_frame else rows
        self._waiting.setdefault(name, []).append(table)
        self._rows[name] += len(table)
        if self._rows[name] >= GROUP:
            self._rows[name] = 0
            self._written()
            self._writing = self._hand.submit(self._write, name, self._waiting.pop(name))

    def _written(self) -> None:
        if self._writing:
            self._writing.result()

    def _write(self, name: str, tables: list[pa.Table]) -> None:
        table = pa.concat_tables(tables).unify_dictionaries()
        if name not in self._writers:
            self._writers[name] = _writer(self.file(f"{name}.parquet"), table.schema)
        self._writers[name].write_table(table)

    def close(self) -> None:
        """Close what is open, whether or not the set is whole."""
        self._hand.shutdown()
        for writer in self._writers.values():
            writer.close()
        self._writers = {}

    def end(self) -> None:
        """Write what is waiting."""
        self._written()
        for name, tables in self._waiting.items():
            self._write(name, tables)
        self.close()


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """Row numbers are written as differences, texts that come again as categories."""
    again = [field.name for field in schema if field.type != pa.string() and field.name != "row"]
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=again,
        column_encoding={"row": "DELTA_BINARY_PACKED"} if "row" in schema.names else None,
        store_schema=False,
    )


@contextlib.contextmanager
def replace(folder: Path) -> Iterator[Set]:
    """A set that replaces the one in `folder` when the block ends well, else leaves no trace."""
    finish(folder)
    new = folder / ".new"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir(parents=True)
    made = Set(new)
    try:
        yield made
        made.end()
    except BaseException:
        with contextlib.suppress(OSError):  # of a full disk: what it was is told by the first error
            made.close()
        shutil.rmtree(new, ignore_errors=True)
        raise
    names = sorted(file.relative_to(new).as_posix() for file in new.rglob("*") if file.is_file())
    seals.seal(new, names, durable=True)
    move(new, folder / NEXT)
    seals.sync(folder)
    _install(folder, names)


def move(old: Path, new: Path) -> None:
    """Rename; on Windows a scanner may hold a new file, and one open elsewhere cannot move."""
    for pause in (0.1, 0.3, 1, 2, 0):
        try:
            return os.replace(old, new)
        except PermissionError:
            if os.name != "nt":
                raise
            if not pause:
                name = new if new.is_file() else old
                message = f"{name} is open in another program; close it and run again"
                raise PermissionError(message) from None
            time.sleep(pause)


def _ours(folder: Path) -> Iterator[Path]:
    """The files of a set that are in place; folders beginning with a dot hold something else."""
    for file in (file for kind in KINDS for file in folder.rglob(kind)):
        if not any(part.startswith(".") for part in file.relative_to(folder).parts):
            yield file


def finish(folder: Path) -> None:
    """Move a complete new set into place; nothing to do when there is none."""
    shutil.rmtree(folder / DONE, ignore_errors=True)
    ready = folder / NEXT
    if not ready.is_dir():
        return
    digests = seals.sealed(ready)
    there = [name for name in digests if (ready / name).exists()]
    if digests and all(seals.whole(ready, name) for name in there):
        _install(folder, [*digests])
    else:  # a power cut took some of it: what it was made of is still there
        shutil.rmtree(ready)


def _install(folder: Path, names: list[str]) -> None:
    """Move the files of the new set into place, and take away those that are no more in it."""
    ready = folder / NEXT
    for name in names:
        if (ready / name).exists():  # else a run that was cut short has moved it already
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            move(ready / name, folder / name)
    wanted = {Path(name) for name in names}
    for file in list(_ours(folder)):
        if file.relative_to(folder) not in wanted:
            file.unlink()
    shutil.rmtree(folder / KEPT, ignore_errors=True)
    shutil.copy(ready / seals.SEAL, folder / f"{seals.SEAL}.new")
    seals.sync(folder / f"{seals.SEAL}.new")
    move(folder / f"{seals.SEAL}.new", folder / seals.SEAL)
    for place in {(folder / name).parent for name in (*names, seals.SEAL)}:
        seals.sync(place)
    move(ready, folder / DONE)
    shutil.rmtree(folder / DONE, ignore_errors=True)


def damaged(folder: Path) -> list[str]:
    """The files of the set that was written last that are no more as they were; none where there
    never was one.
    """
    begun = any((folder / name).exists() for name in ("state.json", seals.SEAL))
    return seals.broken(folder) if begun else []


def file(folder: str | Path, name: str) -> Path:
    """A file of the set; `NotIngested` says what to do when it is not there."""
    located = locate(folder)
    finish(located)
    if not (located / name).exists():
        raise refusal("not_ingested", NotIngested, folder=folder, table=name)
    if not seals.whole(located, name):
        raise refusal("table_damaged", NotIngested, folder=folder, table=name)
    return located / name


def read(folder: str | Path, name: str, where: list[Any] | None = None) -> pd.DataFrame:
    """One table, or the rows of it for which `where` holds (as pandas.read_parquet filters)."""
    return pd.read_parquet(file(folder, f"{name}.parquet"), filters=where)


def columns(folder: str | Path, name: str) -> list[str]:
    """The columns of a table."""
    names: list[str] = pq.read_schema(file(folder, f"{name}.parquet")).names
    return names
