"""A Parquet file: its columns are the headings, and its rows are counted from 1."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from yxq.returns.read.sheet import BLOCK_ROWS, Sheet, Unreadable, numbered

GLANCE_ROWS = 20_000  # first rows, which show how often texts come again
EXACT = 1e15  # Excel shows no more digits, and above it floats do not hold the last
NO_NUMBER = "#NUM!"
BROKEN = (pa.ArrowException, OSError, UnicodeDecodeError)


def parquet_sheet(path: Path) -> Sheet:
    """The one sheet of a Parquet file; its blocks are read when they are asked for."""
    try:
        file = pq.ParquetFile(path, read_dictionary=_repetitive(pq.ParquetFile(path)))
    except BROKEN:
        raise Unreadable("broken_parquet") from None
    names = [name.strip() for name in file.schema_arrow.names]

    def blocks() -> Iterator[pd.DataFrame]:
        number = 1
        try:
            for batch in file.iter_batches(BLOCK_ROWS):
                batch.validate(full=True)  # text that is no UTF-8 would show itself much later
                columns = [*map(_texts, batch.columns)]
                block = pa.table(columns, [str(n) for n in range(len(columns))]).to_pandas()
                yield numbered(block, number)
                number += len(block)
        except BROKEN:
            raise Unreadable("broken_parquet") from None

    return Sheet("", [names], [], blocks, first=0)


def _repetitive(file: pq.ParquetFile) -> list[str]:
    """Columns of few distinct texts, which are read as categories."""
    # What the metadata say of the columns is not looked at: in a damaged file that ends the whole
    # process.
    first = next(file.iter_batches(GLANCE_ROWS), None)
    if not first:
        return []
    first.validate(full=True)
    return [
        field.name
        for field in first.schema
        if field.type in (pa.string(), pa.large_string())
        and len(first[field.name].unique()) < len(first) / 2
    ]


def _texts(column: pa.Array) -> pa.Array:
    """A column as text, without missing values; numbers as a workbook's."""
    if pa.types.is_dictionary(column.type):
        return column
    if pa.types.is_floating(column.type):
        return _numbers(column)
    return pc.fill_null(pc.cast(column, pa.string()), "")


def _numbers(column: pa.Array) -> pa.Array:
    """Floats as text: whole ones as such, as far as all of their digits are kept."""
    wide = pc.cast(column, pa.float64())
    whole = pc.and_(pc.less(pc.abs(wide), EXACT), pc.equal(pc.floor(wide), wide))
    digits = pc.cast(pc.cast(pc.if_else(whole, wide, 0), pa.int64()), pa.string())
    texts = pc.if_else(whole, digits, pc.cast(column, pa.string()))
    return pc.fill_null(pc.if_else(pc.is_finite(wide), texts, NO_NUMBER), "")
