"""What reading one file gave, kept until the file, the forms or the program change: only then is it
read again.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from yxq.plan.folder import Folder
from yxq.plan.forms import Form
from yxq.returns.laws import DTYPES

LIBRARIES = ("pandas", "pyarrow", "python-calamine", "pandera", "beautifulsoup4")
READING = ("words", "plan", "tables", "returns")  # the rooms that decide how a file is read
DAYS, TEXT, WORDS = pa.timestamp("us"), pa.string(), pa.dictionary(pa.int32(), pa.string())
TYPES = {"datetime64[us]": DAYS, "Int64": pa.int64(), "Float64": pa.float64()}
FATES = pa.schema(
    {"sheet": WORDS, "row": pa.int64(), "fate": WORDS, "reason": WORDS, "text": WORDS}
)


def column_types(form: Form) -> dict[str, pa.DataType]:
    """The type of each column of a form's records: what tells rows apart is text, the rest of it is
    categories.
    """
    kinds = {name: TYPES.get(DTYPES.get(column.type, "")) for name, column in form.columns.items()}
    key = {name for name in form.key if name in kinds and form.columns[name].type == "text"}
    return {name: kind or (TEXT if name in key else WORDS) for name, kind in kinds.items()} | {
        "from": DAYS,
        "to": DAYS,
    }


def record_types(form: Form) -> pa.Schema:
    """What a part keeps of a form's records."""
    return pa.schema(
        {"sheet": WORDS, "row": pa.int64(), **column_types(form), "thing": pa.uint64()}
    )


def constant(value: Any, length: int, kind: pa.DataType) -> pa.Array:
    """A column of one value."""
    if value is None or not pa.types.is_dictionary(kind):
        return (
            pa.repeat(pa.scalar(value, kind), length)
            if value is not None
            else pa.nulls(length, kind)
        )
    return pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), length), [value])


def arrow(frame: pd.DataFrame, schema: pa.Schema, **constants: Any) -> pa.Table:
    """A frame as a table of one schema: `row` is its index where it has no such column; `constants`
    are one value.
    """

    def column(name: str, kind: pa.DataType) -> pa.Array:
        if name in constants:
            return constant(constants[name], len(frame), kind)
        made = pa.array(frame.get(name, frame.index), from_pandas=True)
        made = made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made
        if pa.types.is_dictionary(kind):
            made = (
                made if pa.types.is_dictionary(made.type) else made.cast(TEXT).dictionary_encode()
            )
            return pa.DictionaryArray.from_arrays(
                made.indices.cast(pa.int32()), made.dictionary.cast(TEXT)
            )
        return made.cast(kind)

    return pa.table([column(name, schema.field(name).type) for name in schema.names], schema=schema)


@functools.cache
def program() -> str:
    """A digest of what decides how a file is read: the rooms and libraries that do it."""
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in LIBRARIES).encode())
    package = Path(__file__).parents[1]
    for room in READING:
        for file in sorted((package / room).rglob("*.py")):
            digest.update(file.read_bytes())
    return digest.hexdigest()


def forms_digest(folder: Folder) -> str:
    """A digest of what a plan folder says of returns and units."""
    files = (folder.path / "units.csv", folder.path / "forms.yml")
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


class Part:
    """One file as it was read: `sheets` (a dict a sheet), the fates of its rows, and its records
    per form.

    Made under another name and renamed when all of it is there, so that a part is whole or absent.
    """

    def __init__(self, home: Path, file: str, sha256: str, folder: Folder) -> None:
        """Where the part of a file is, or will be."""
        key = "\x1f".join((file, sha256, forms_digest(folder), program()))
        self.file, self.sha256, self.folder = file, sha256, folder
        self.place = home / hashlib.sha256(key.encode()).hexdigest()[:32]

    @property
    def there(self) -> bool:
        """Whether the file has been read before, as it is now."""
        return self.place.exists()

    @functools.cached_property
    def sheets(self) -> list[dict[str, Any]]:
        """What each sheet is: name, form, context, rows (those that are not blank) and more."""
        found: list[dict[str, Any]] = json.loads(
            (self.place / "sheets.json").read_text(encoding="utf-8")
        )
        for sheet in found:
            for name in ("period_from", "period_to", "filed"):
                sheet[name] = pd.Timestamp(sheet[name]) if sheet[name] else None
        return found

    def begin(self) -> None:
        """Make room for a new part; a process that was left over by a killed run may be making the
        same.
        """
        self.new = self.place.with_suffix(f".{os.getpid()}")
        shutil.rmtree(self.new, ignore_errors=True)
        self.new.mkdir(parents=True)

    def add(self, name: str, block: str, rows: pa.Table) -> None:
        """Add a block's rows to the fates or to the records of a form; blocks are in the order of
        their names.
        """
        with pa.ipc.new_stream(str(self.new / f"{name}.{block}.arrow"), rows.schema) as stream:
            stream.write_table(rows)

    def end(self, sheets: list[dict[str, Any]]) -> None:
        """Put the part in its place, whole."""
        (self.new / "sheets.json").write_text(
            json.dumps(sheets, ensure_ascii=False, default=str), encoding="utf-8"
        )
        try:
            os.rename(self.new, self.place)
        except OSError:
            if not self.there:
                raise
            shutil.rmtree(self.new)  # the other process was quicker

    def holds(self, name: str) -> bool:
        """Whether there are records of a form."""
        return any(self.place.glob(f"{name}.*.arrow"))

    def batches(self, name: str, columns: list[str] | None = None) -> Iterator[pa.Table]:
        """The fates or a form's records, a table a block."""
        for file in sorted(self.place.glob(f"{name}.*.arrow")):
            with pa.memory_map(str(file)) as source, pa.ipc.open_stream(source) as stream:
                table = stream.read_all()
                yield table.select(columns) if columns else table
