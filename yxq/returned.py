"""What goes back to the departments: a workbook per sender of rows that were rejected, and of rows to check."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from yxq.plan import Folder
from yxq.store import Set
from yxq.words import Words

MOST = 50_000  # rows of a sender that are listed; the ledger has them all
COLUMNS = ["file", "sheet", "row", "column", "content", "wrong", "mend", "cells"]


@dataclass
class Rows:
    """Rows to send back, gathered while the ledger is written."""

    folder: Folder
    found: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    synthetic: set[str] = field(default_factory=set)

    def add(self, sheet: dict[str, Any], told: pa.Table) -> None:
        """Keep what is for the sender: rows that were rejected, and others that have something to be checked.

        told: fates of the sheet's rows that have a reason to tell.
        """
        kept = told.filter(pc.not_equal(told["fate"].cast(pa.string()), "duplicate"))
        sender = sheet["sender"] or ""
        here = self.counts.get(sender, 0)
        if len(kept):
            self.synthetic |= {sender} if sheet["synthetic"] else set()
            self.counts[sender] = here + len(kept)
            rows = kept.slice(0, max(0, MOST - here)).to_pandas().assign(file=sheet["file"])
            self.found.setdefault(sender, []).append(rows)

    def write(self, made: Set) -> None:
        """Write `returned/<sender>.xlsx`, in Chinese; nothing for a sender all of whose rows are clean."""
        if not self.found:
            return
        from yxq import workbook  # brings matplotlib

        words = Words("zh", self.folder.unit_word)
        for sender, frames in self.found.items():
            rows = pd.concat(frames, ignore_index=True)
            lines = [
                {"file": row.file, "sheet": row.sheet, "row": row.row or None, "cells": row.text, "fate": row.fate} | told
                for row in rows.itertuples() for told in words.told(row.reason)
            ]  # fmt: skip
            table = pd.DataFrame(lines)
            rejected = table["fate"] == "rejected"
            sheets = {
                words("back_rejected"): table.loc[rejected, COLUMNS],
                words("back_flagged"): table.loc[~rejected, COLUMNS],
            }
            if more := self.counts[sender] - len(rows):
                note = pd.DataFrame([{"wrong": words("back_more", n=more)}], columns=COLUMNS)
                sheets[words("back_rejected")] = pd.concat([sheets[words("back_rejected")], note.astype(object)])
            name = sender or words("back_unknown")
            lines = [
                words("back_title", sender=name),
                words("back_how", mark=next(iter(self.folder.layout.corrections), "")),
            ]
            lines += [words("synthetic_figure")] if sender in self.synthetic else []
            sheets = {words("back_about"): pd.DataFrame({"remark": lines})} | sheets
            kept = {title: frame for title, frame in sheets.items() if len(frame)}
            workbook.write(made.file(f"returned/{name}.xlsx"), kept, words, words("back_title", sender=name))
