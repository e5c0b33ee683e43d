"""The fate of every row, and of every sheet how many rows had which."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from yxq.returns import left_empty
from yxq.returns.parts import FATE_TYPES, Part, arrow, completed
from yxq.returns.records import Changes, plain_text
from yxq.returns.returned import Returned
from yxq.returns.sheet_read import Refusal, SheetRead
from yxq.tables import contracts, store
from yxq.tables.contracts import DAY, FATES, LEDGER, TEXT, Fate
from yxq.tables.reasons import Reasons


def write_ledger(
    parts: list[Part], changes: dict[str, Changes], made: store.Set, back: Returned
) -> pd.DataFrame:
    """Write the fate of every row; what every sheet is and how many of its rows had which fate."""
    heads: list[dict[str, Any]] = []
    for part in parts:
        sheets = {sheet.sheet: sheet for sheet in part.sheets}
        counts = {name: dict.fromkeys(FATES, 0) for name in sheets}
        for block, table in part.fates():
            sheet = sheets[table["sheet"][0].as_py()]
            table = _decided(part, sheet, block, table, changes.get(sheet.form or ""))
            for count in table["fate"].value_counts().to_pylist():
                counts[sheet.sheet][count["values"]] += count["counts"]
            rejected = pc.equal(table["fate"].cast(TEXT), Fate.REJECTED.value)
            to_tell = pc.or_(pc.not_equal(table["text"].cast(TEXT), ""), rejected)
            back.add(part, sheet, block, table.filter(to_tell))
            file = {"file": part.file, "sha256": part.sha256}
            rows = completed(table, LEDGER.arrow, file)
            made.add("ledger", contracts.check_batch("ledger", LEDGER, rows))
        for sheet in sheets.values():
            back.whole(part, sheet)
        heads += [_head(part, sheet, counts[sheet.sheet]) for sheet in sheets.values()]
    files = pd.DataFrame(heads).astype(dict.fromkeys(("form", "sender"), "str"))
    return files.astype(dict.fromkeys(("period_from", "period_to", "filed"), DAY))


def _head(part: Part, sheet: SheetRead, counts: dict[str, int]) -> dict[str, Any]:
    """A sheet's row in the table of files."""
    of_sheet = sheet.model_dump(include={"sheet", "form", "hidden", "unknown", "absent"})
    refused = sheet.refused
    why = refused.reason if refused else sheet.doubt
    return (
        {"file": part.file, "sha256": part.sha256}
        | of_sheet
        | {"refused": refused.fate.value if refused else ""}
        | sheet.context.model_dump()
        | {"rows": sheet.rows}
        | counts
        | {"reason": str(why or ""), "left": len(sheet.left), "left_of": left_empty.written(sheet)}
    )


def _decided(
    part: Part, sheet: SheetRead, block: str, table: pa.Table, changes: Changes | None
) -> pa.Table:
    """The fates of a block with what the whole sheet has come to, or what reconciling changed."""
    change = changes.of(part.file, sheet.sheet, table["row"]) if changes else None
    if not sheet.refused and change is None:
        return table
    fates = plain_text(table.to_pandas())
    if sheet.refused:
        _refuse(fates, sheet.refused)
    elif change is not None:
        _change(fates, change, part, block)
    return arrow(fates, FATE_TYPES)


def _refuse(fates: pd.DataFrame, refused: Refusal) -> None:
    """All rows that are data have the fate of their sheet; what was wrong with one stays, where the
    sheet is not rejected.
    """
    mine = fates["fate"].isin([Fate.ACCEPTED, refused.fate])
    fates.loc[mine, ["fate", "reason"]] = refused.fate.value, str(refused.reason)


def _change(fates: pd.DataFrame, change: pd.DataFrame, part: Part, block: str) -> None:
    """The fate that reconciling gave, its reason behind those that a row had, and the row as it was
    sent where there is a reason to tell.
    """
    change = change.set_axis(fates.index)[change["fate"].notna().to_numpy()]
    fates.loc[change.index, "fate"] = change["fate"]
    told = change.index[change["reason"] != ""]
    before = fates.index[fates["reason"] != ""]
    reasons = Reasons(fates.index)
    reasons.add(before, fates["reason"])
    reasons.add(told, change["reason"])
    fates["reason"] = reasons.column()
    untold = told.difference(before)
    fates.loc[untold, "text"] = part.sent(block, pd.Index(fates.loc[untold, "row"]))
