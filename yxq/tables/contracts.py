"""What each table promises: its columns with their types, which may be missing, and its key.

A small table is checked whole where it is written (`check`). Ledger and records have millions of
rows: of their batches the types, what is missing and the words are checked (`check_batch`).
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from yxq.words.errors import Refused
from yxq.words.states import State, Status


class Fate(StrEnum):
    """What can become of a raw row."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    EXCLUDED = "excluded"


FATES = [fate.value for fate in Fate]
DAY, DAYS, TEXT = "datetime64[us]", pa.timestamp("us"), pa.string()
WORDS = pa.dictionary(pa.int32(), TEXT)  # a column in which the same texts come again
DTYPES = {"date": DAY, "year": "Int64", "count": "Int64", "number": "Float64"}
"""The dtype of each type of a form's columns that is no text."""
ARROW = {DAY: DAYS, "Int64": pa.int64(), "Float64": pa.float64(), "bool": pa.bool_()}


class Broken(Refused, ValueError):
    """A table that is not what it promises, and is not written; the message is one line."""


@dataclass(frozen=True)
class Contract:
    """What a table promises.

    columns: name -> dtype in a frame (None: any), in their order. missing: columns that may have no
    value. words: column -> all that it may say. counts: of nought or more. key: no two
    rows have the same. arrow: the columns of a table that is written in batches.
    """

    columns: Mapping[str, str | None]
    missing: Collection[str] = ()
    words: Mapping[str, Collection[str]] = field(default_factory=dict)
    counts: Collection[str] = ()
    key: tuple[str, ...] = ()
    arrow: pa.Schema = None

    @functools.cached_property
    def schema(self) -> Any:
        """As a pandera schema, strict about columns and their order."""
        import pandera.pandas as pandera  # late: it takes a second

        columns = {
            name: pandera.Column(
                dtype,  # of dates any unit, and float64 for Float64: pandera does not tell
                pandera.Check.isin([*self.words[name]]) if name in self.words else None,
                nullable=name in self.missing,
            )
            for name, dtype in self.columns.items()
        }
        unique = [*self.key] or None
        return pandera.DataFrameSchema(columns, strict=True, ordered=True, unique=unique)


def _contract(columns: str, **more: Any) -> Contract:
    """A contract whose columns are written `name dtype`, with ? where they may have no value."""
    dtypes = dict(column.split() for column in columns.split(","))
    missing = [name for name, dtype in dtypes.items() if dtype.endswith("?")]
    named = {"day": DAY, "any": None}
    bare = {name: dtype.rstrip("?") for name, dtype in dtypes.items()}
    return Contract({name: named.get(d, d) for name, d in bare.items()}, missing, **more)


def record_types(kinds: Mapping[str, str], key: Collection[str]) -> dict[str, pa.DataType]:
    """Column -> Arrow type of a form's records, and of the first and last day that each is about.

    kinds: column -> its type in forms.yml. Texts that tell rows apart hardly come again.
    """
    types = {
        name: ARROW[DTYPES[kind]]
        if kind in DTYPES
        else (TEXT if kind == "text" and name in key else WORDS)
        for name, kind in kinds.items()
    }
    return types | {"from": DAYS, "to": DAYS}


ORIGIN = {"sender": WORDS, "period_from": DAYS, "period_to": DAYS, "synthetic": pa.bool_()}
ORIGIN |= {"file": WORDS, "sheet": WORDS, "row": pa.int64()}
"""Whence a record is."""
ROW = ("file", "sheet", "row")


def records(
    kinds: Mapping[str, str],
    key: Collection[str] = (),
    required: Collection[str] = (),
    words: Mapping[str, Collection[str]] | None = None,
) -> Contract:
    """The contract of the records of a form.

    kinds: column -> its type in forms.yml; key, required: names of columns; words: column -> all
    that it may say. `key` tells one record from another; `once` is false where a record that two
    units share counts for the city elsewhere.
    """
    types = record_types(kinds, key)
    written = "from day?, to day?, key str?, once bool, sender str?, period_from day?, "
    written += "period_to day?, synthetic bool, file str, sheet str, row int64"
    beside = _contract(written)
    return Contract(
        {name: DTYPES.get(kind, "str") for name, kind in kinds.items()} | {**beside.columns},
        missing={*kinds, *beside.missing} - {*required},
        words=words or {},
        counts=[name for name, kind in kinds.items() if kind == "count"],
        key=ROW,
        arrow=pa.schema({**types, "key": TEXT, "once": pa.bool_(), **ORIGIN}),
    )


LEDGER = _contract(
    "file str, sheet str, row int64, sha256 str, fate str, reason str, text str",
    words={"fate": FATES},
    key=ROW,
    arrow=pa.schema(
        {"file": WORDS, "sheet": WORDS, "row": pa.int64(), "sha256": WORDS}
        | {"fate": WORDS, "reason": WORDS, "text": WORDS}
    ),
)
"""The fate of every raw row; a row of the number 0 stands for a whole file that cannot be read."""

FILES = _contract(
    "file str, sha256 str, sheet str, form str?, hidden bool, unknown str, absent str, refused str,"
    "sender str?, period_from day?, period_to day?, filed day?, synthetic bool, correction bool,"
    "rows int64, accepted int64, duplicate int64, rejected int64, excluded int64, reason str,"
    "left int64, left_of str",
    words={"refused": ["", *FATES]},
    key=("file", "sheet"),
)
"""What arrived, a row a sheet, with how many of its rows had which fate; left: how many rows that a
form asks for were left empty and came nowhere else, left_of: targets and units that lack them.
"""

RECEIVED = _contract(
    "file str, sheet str, sha256 str, sender str?, form str?, period_from day?, period_to day?,"
    "received day, stated bool",
    key=("file", "sheet"),
)
"""When each sheet was received: `stated` by itself, else when ingest first saw its file."""

MEASURES = _contract(
    "plan str, year int64, month Int64?, date day, unit str?, target str, stratum str,"
    "numerator Int64?, denominator Int64?, value Float64?, word str?, due day?, done day?,"
    "records int64,"
    "scale Int64?",
    key=("plan", "year", "month", "date", "unit", "target", "stratum"),
)
"""What targets are computed from: see `yxq.attainment.measures.measure`."""

ATTAINED = _contract(
    "unit str, target str, clause str, kind str, require str, bound str, numerator Int64?,"
    "denominator Int64?, value Float64?, state str, evidence str, low Float64?, high Float64?,"
    "gap Float64?, needed Float64?, previous Float64?, change Float64?, probability Float64?,"
    "as_of any, received_by any, note str, further Int64?, have Float64?, asked Float64?,"
    "expected Float64?,"
    "done day?, previous_numerator Int64?, previous_denominator Int64?, year_before Float64?,"
    "change_low Float64?, change_high Float64?, trend str, earned str, mark str, fair Float64?,"
    "final boolean, due Int64?, missing Int64?",
    words={"state": [*map(str, State)]},
    key=("unit", "target"),
)
"""How far each unit has come with each target: see `yxq.attainment.attain.attain`."""

SCORES = _contract(
    "unit str, score Float64?, grade str?, rank Int64?, rank_low Int64?, rank_high Int64?,"
    "vetoed bool, deducted float64, missing float64?, judged float64, ranked int64,"
    "total float64, of float64, score_low Float64?, score_high Float64?, grade_low str?,"
    "grade_high str?, rank_best Int64?, rank_worst Int64?, end_low Float64?, end_high Float64?,"
    "end_grade str?, end_chance Float64?, all_met Float64?",
    key=("unit",),
)
"""Score, grade and rank of every unit: see `yxq.attainment.scores.score`."""
CREDITS = _contract(
    "unit str, target str, points float64, earned float64, why str, applies bool, missing bool,"
    "pending bool, deducted float64, vetoed bool, lacking float64",
    key=("unit", "target"),
)
"""What each result is worth: see `yxq.attainment.credits.credits`."""
SUBSCORES = _contract(
    "unit str, clause str, score Float64?, missing float64?", key=("unit", "clause")
)
MOVERS = _contract(
    "unit str, target str, points float64, places int64, chance Float64?", key=("unit", "target")
)
QUOTAS = _contract(
    "unit str, target str, quota int64, basis str, source str, size float64", key=("unit", "target")
)
OWED = _contract(
    "unit str, form str, sender str, period_from any, period_to any, due any, status str,"
    "filed day?",
    words={"status": [Status.MISSING.value, Status.LATE.value]},
    key=("unit", "form", "sender", "period_from"),
)
"""Beside them: scores of sections, what each target moves, shares, returns missing or late."""

ABOUT = _contract(
    "plan str, year int64, city str, as_of day, received_by day, scoring str,program str",
    key=("plan",),
)
TARGETS = _contract("target str, definition str", key=("target",))
ROWS = _contract(
    "form str, unit str, key str, digest str, targets str, sender str, file str, sheet str,"
    "row int64",
    key=("form", "unit", *ROW),
)
WITHDRAWN = _contract("file str, sheet str, row int64", key=ROW)
"""What a pack keeps to be compared: see `yxq.attainment.snapshot.snapshot`."""

CONTRACTS = {
    "ledger": LEDGER,
    "files": FILES,
    "received": RECEIVED,
    "measures": MEASURES,
    "attained": ATTAINED,
    "scores": SCORES,
    "credits": CREDITS,
    "subscores": SUBSCORES,
    "movers": MOVERS,
    "quotas": QUOTAS,
    "owed": OWED,
    "about": ABOUT,
    "targets": TARGETS,
    "rows": ROWS,
    "withdrawn": WITHDRAWN,
}


def check(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame, when it is what the contract of its table says; else `Broken` says what is not.

    Of a table without rows only the columns are looked at, and get their types.
    """
    contract = CONTRACTS[name]
    if frame.empty and [*frame] == [*contract.columns]:
        return frame.astype({name: dtype for name, dtype in contract.columns.items() if dtype})
    if _plainly_right(contract, frame):
        return frame
    from pandera.errors import SchemaError, SchemaErrors  # late: it takes a second

    try:
        contract.schema.validate(frame)
    except (SchemaError, SchemaErrors) as error:
        raise Broken(f"{name}: {' '.join(str(error).split())}") from None
    return frame


def _plainly_right(contract: Contract, frame: pd.DataFrame) -> bool:
    """Whether a frame is just what its contract says, which is seen at once. Of what is not pandera
    tells what is wrong; nothing, where a dtype is as good (see `Contract.schema`).
    """
    if [*frame] != [*contract.columns]:
        return False
    for name, column in frame.items():
        dtype = contract.columns[str(name)]
        if dtype and str(column.dtype) != dtype:
            return False
        if name not in contract.missing and column.isna().any():
            return False
    for name, words in contract.words.items():
        if not frame[name].dropna().isin([*words]).all():
            return False
    return not (contract.key and frame.duplicated([*contract.key]).any())


def check_batch(name: str, contract: Contract, rows: pa.Table) -> pa.Table:
    """Rows that are to be added to a table, when they are what its contract says; else `Broken`.

    The key is not looked at: that would need all rows at once.
    """
    if not rows.schema.equals(contract.arrow):
        found, wanted = map(_columns, (rows.schema, contract.arrow))
        raise Broken(f"{name}: columns are {found}, and not {wanted}")
    for column in contract.columns.keys() - {*contract.missing}:
        if rows[column].null_count:
            raise Broken(f"{name}: {column} has no value in some rows")
    for column in contract.counts:
        if (pc.min(rows[column]).as_py() or 0) < 0:
            raise Broken(f"{name}: {column} is below nought in some rows")
    for column, words in contract.words.items():
        unknown = {*pc.unique(rows[column]).to_pylist()} - {None, *words}
        if unknown:
            raise Broken(f"{name}: {column} is {', '.join(map(repr, sorted(unknown)))}")
    return rows


def _columns(schema: pa.Schema) -> str:
    return ", ".join(f"{field.name} {field.type}" for field in schema)
