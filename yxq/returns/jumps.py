"""Values that are a thousand times those of the period before, or a thousandth: as where money is
written in another unit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from yxq.plan.folder import Folder
from yxq.plan.selection import of_form
from yxq.returns.parts import Part
from yxq.returns.records import Changes, batches, kept
from yxq.words.reasons import Reason

TIMES = ("year", "months")
MUCH = 1_000


def flag_jumps(parts: list[Part], name: str, folder: Folder, changes: Changes) -> None:
    """Add to the changes of a form the rows whose value is to be looked at."""
    form = folder.forms[name]
    measures = of_form([folder.plan(year) for year in folder.periods], name)
    columns = sorted({measure.value for measure in measures if measure.value})
    by = [n for n in form.key if n in form.columns and form.columns[n].type not in TIMES]
    for column in columns:
        if by and form.columns[column].type == "number":
            values = _values(parts, name, [*by, column], changes)
            for row in _jumps(values, by, column):
                why = Reason.of("jump", form.label(column), row.before, row.value)
                changes.flag((row.file, row.sheet, row.row), why)


def _values(parts: list[Part], name: str, columns: list[str], changes: Changes) -> pd.DataFrame:
    """The values that count, and which nothing else is told of: file, sheet, row, to, columns."""
    frames = []
    for part, sheet, table in batches(parts, name, ["row", "to", *columns]):
        change = changes.of(part.file, sheet.sheet, table["row"])
        told = np.zeros(len(table), bool) if change is None else change["fate"].notna().to_numpy()
        frame = table.to_pandas()[kept(change, len(table)) & ~told]
        frames.append(frame.assign(file=part.file, sheet=sheet.sheet))
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _jumps(values: pd.DataFrame, by: list[str], column: str) -> list[Any]:
    """The rows whose value is far from that of the row before: file, sheet, row, before, value."""
    if values.empty:
        return []
    order = values.dropna(subset=["to", column]).sort_values("to", kind="stable")
    things = order.groupby(by, dropna=False, observed=True, sort=False)[column]
    order = order.assign(before=things.shift(), value=order[column])
    sizes = order[["before", "value"]].abs()
    least, most = sizes.min(axis=1), sizes.max(axis=1)
    return [*order[(least > 0) & (most >= MUCH * least)].itertuples(index=False)]
