"""What reading one file gave, kept until the file, the forms or the program change: only then is it
read again.
"""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter

from yxq.plan.folder import Folder
from yxq.plan.forms import Form
from yxq.returns.sheet_read import SheetRead
from yxq.returns.texts import joined
from yxq.tables import seals
from yxq.tables.contracts import TEXT, WORDS, record_types

LIBRARIES = ("pandas", "pyarrow", "python-calamine", "beautifulsoup4", "html5lib")
PACKAGE = Path(__file__).parents[1]
ROOMS = ("words", "plan", "tables", "returns")  # a test holds against what reading imports
FATES, RECORDS, CELLS = "fates", "records", "cells"
FATE_TYPES = pa.schema(
    {"sheet": WORDS, "row": pa.int64(), "fate": WORDS, "reason": WORDS, "text": WORDS}
)
SHEETS = TypeAdapter(list[SheetRead])


def form_types(form: Form) -> pa.Schema:
    """What a part keeps of a form's records; `thing`: see `reconcile.things`."""
    types = record_types({name: column.type for name, column in form.columns.items()}, form.key)
    return pa.schema({"sheet": WORDS, "row": pa.int64(), **types, "thing": pa.uint64()})


def constant(value: Any, length: int, kind: pa.DataType) -> pa.Array:
    """A column of one value."""
    if value is None:
        return pa.nulls(length, kind)
    if pa.types.is_dictionary(kind):
        zeros = pa.repeat(pa.scalar(0, pa.int32()), length)
        return pa.DictionaryArray.from_arrays(zeros, [value])
    return pa.repeat(pa.scalar(value).cast(kind), length)


def completed(rows: pa.Table, schema: pa.Schema, more: dict[str, Any]) -> pa.Table:
    """Rows with all columns of a schema; more: name -> an array, or the one value of a column."""

    def column(name: str, kind: pa.DataType) -> pa.Array:
        made = more[name] if name in more else rows[name]
        is_column = isinstance(made, pa.Array | pa.ChunkedArray)
        return made if is_column else constant(made, len(rows), kind)

    return pa.table([column(field.name, field.type) for field in schema], schema=schema)


def arrow(frame: pd.DataFrame, schema: pa.Schema, **constants: Any) -> pa.Table:
    """A frame as a table of one schema; `row` is its index, `constants` are one value each."""

    def column(name: str, kind: pa.DataType) -> pa.Array:
        if name in constants:
            return constant(constants[name], len(frame), kind)
        made = pa.array(frame.get(name, frame.index), from_pandas=True)
        made = made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made
        if not pa.types.is_dictionary(kind):
            return made.cast(kind)
        if not pa.types.is_dictionary(made.type):
            made = made.cast(TEXT).dictionary_encode()
        words = made.dictionary.cast(TEXT)
        return pa.DictionaryArray.from_arrays(made.indices.cast(pa.int32()), words)

    return pa.table([column(name, schema.field(name).type) for name in schema.names], schema=schema)


def program(package: Path = PACKAGE) -> str:
    """A digest of what decides how a file is read: all of its rooms, and the libraries."""
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in LIBRARIES).encode())
    for room in ROOMS:
        for file in sorted((package / room).rglob("*")):
            if file.is_file() and not {"__pycache__", "shipped"} & {*file.parts}:
                digest.update(file.relative_to(package).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()


running = functools.cache(program)  # what runs stays as it was loaded


def reading(folder: Folder) -> str:
    """A digest of all but the file that a part depends on: once a command, it takes a while."""
    files = (folder.path / "units.csv", folder.path / "forms.yml")
    forms = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()
    # A row is told of if what is computed from it needs more than it says.
    plans = [folder.plan(year) for year in folder.periods]
    measures = {m.model_dump_json() for plan in plans for m in plan.measured.values()}
    measured = hashlib.sha256("\n".join(sorted(measures)).encode()).hexdigest()
    return f"{forms} {measured} {running()}"


class Part:
    """One file as it was read: its `sheets`, the fates of its rows, its records per form, and the
    cells that they were read from.

    Made under another name, sealed, and renamed when all of it is there: after a crash a part is
    whole or absent, and after a power cut its seal says which.
    """

    def __init__(self, home: Path, file: str, sha256: str, folder: Folder, reading: str) -> None:
        """Where the part of a file is, or will be; reading: see the function of that name."""
        self.file, self.sha256, self.folder = file, sha256, folder
        key = "\x1f".join((file, sha256, reading))
        self.path = home / hashlib.sha256(key.encode()).hexdigest()[:32]

    def whole(self, touched: bool = False) -> bool:
        """Whether the file has been read before as it is now, and what was kept is as it was.

        touched: look only at what was written to since. What the disk did not give is asked for
        again.
        """
        if not self.path.is_dir() or seals.broken(self.path, touched):
            return False
        reasons = [sheet.refused.reason.code for sheet in self.sheets if sheet.refused]
        return "unreadable" not in reasons

    @functools.cached_property
    def sheets(self) -> list[SheetRead]:
        """What each sheet is."""
        return SHEETS.validate_json((self.path / "sheets.json").read_bytes())

    def begin(self) -> None:
        """Make room for a new part; another process may be making the same."""
        if self.path.exists() and not self.whole():
            shutil.rmtree(self.path)
        vars(self).pop("sheets", None)  # of what was there
        self.new = self.path.with_suffix(f".{os.getpid()}")
        shutil.rmtree(self.new, ignore_errors=True)
        self.new.mkdir(parents=True)

    def add(self, name: str, block: str, rows: pa.Table) -> None:
        """Add a block's rows to the fates, cells or records; blocks stand in the order of names."""
        with pa.ipc.new_stream(str(self.new / f"{name}.{block}.arrow"), rows.schema) as stream:
            stream.write_table(rows)

    def add_cells(self, block: str, cells: pd.DataFrame) -> None:
        """Add the cells of a block as they were sent."""
        columns = [pa.array(column, from_pandas=True) for _, column in cells.items()]
        names = ["row", *map(str, cells.columns)]
        self.add(CELLS, block, pa.table([pa.array(cells.index), *columns], names))

    def end(self, sheets: list[SheetRead]) -> None:
        """Put the part in its place, whole."""
        (self.new / "sheets.json").write_bytes(SHEETS.dump_json(sheets))
        seals.seal(self.new, [file.name for file in self.new.iterdir()])
        try:
            os.rename(self.new, self.path)
        except OSError:
            if not self.path.exists():
                raise
            shutil.rmtree(self.new)  # the other process was quicker

    @property
    def name(self) -> str:
        """What tells it from any other."""
        return self.path.name

    def holds(self, form: str) -> bool:
        """Whether there are records of a form."""
        return any(self.path.glob(f"{RECORDS}-{form}.*.arrow"))

    def records(self, form: str, columns: list[str] | None = None) -> Iterator[pa.Table]:
        """A form's records, a table a block."""
        for _, table in self._blocks(f"{RECORDS}-{form}"):
            yield table.select(columns) if columns else table

    def fates(self) -> Iterator[tuple[str, pa.Table]]:
        """The fates of the rows: the name of each block, and its table."""
        return self._blocks(FATES)

    def sent(self, block: str, rows: pd.Index) -> list[str]:
        """Rows of a block as they were sent, each as one text; rows: in the block's order."""
        return joined(self.cells(block, rows))

    def cells(self, block: str, rows: pd.Index) -> pd.DataFrame:
        """The cells of rows of a block as they were sent, columns counted from 0; rows: in the
        block's order.
        """
        table = _read(self.path / f"{CELLS}.{block}.arrow")
        wanted = table.filter(pc.is_in(table["row"], pa.array(rows, pa.int64())))
        frame = wanted.drop_columns(["row"]).to_pandas()
        return frame.set_axis(map(int, frame.columns), axis=1)

    def _blocks(self, name: str) -> Iterator[tuple[str, pa.Table]]:
        for file in sorted(self.path.glob(f"{name}.*.arrow")):
            yield file.name.removeprefix(f"{name}.").removesuffix(".arrow"), _read(file)


def _read(file: Path) -> pa.Table:
    with pa.memory_map(str(file)) as source, pa.ipc.open_stream(source) as stream:
        return stream.read_all()
