"""What goes back to the departments: a workbook per sender of rows that were rejected, and of rows
to check.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from yxq.plan.folder import Folder
from yxq.tables.store import Set
from yxq.words.wording import Words

MOST = 50_000  # rows of a sender that are listed; the ledger has them all
COLUMNS = ["file", "sheet", "row", "column", "content", "wrong", "mend", "cells"]


@dataclass
class Rows:
    """Rows to send back, gathered while the ledger is written."""

    folder: Folder
    found: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    whole: set[tuple[str, str]] = field(default_factory=set)
    synthetic: set[str] = field(default_factory=set)

    def add(self, sheet: dict[str, Any], told: pa.Table) -> None:
        """Keep what is for the sender: rows that were rejected, and others that have something to
        be checked.

        told: fates of the sheet's rows that have a reason to tell.
        """
        sender = sheet["sender"] or ""
        rejected = pc.equal(told["fate"].cast(pa.string()), "rejected")
        flagged = pc.not_equal(
            pc.or_(rejected, pc.equal(told["fate"].cast(pa.string()), "duplicate")), True
        )
        for mine, fate in ((rejected, "rejected"), (flagged, "flagged")):
            rows = told.filter(mine)
            if not len(rows):
                continue
            if sheet["refused"] and fate == "rejected":  # said once for all of its rows
                rows = rows.slice(0, 1) if not self._said(sheet) else rows.slice(0, 0)
            here = self.counts.get((sender, fate), 0)
            self.counts[sender, fate] = here + len(rows)
            self.synthetic |= {sender} if sheet["synthetic"] else set()
            frame = rows.slice(0, max(0, MOST - here)).to_pandas().assign(file=sheet["file"])
            if sheet["refused"] and fate == "rejected":
                frame = frame.assign(row=0, text="", reason=sheet["refused"][1])
            self.found.setdefault(sender, []).append(frame)

    def _said(self, sheet: dict[str, Any]) -> bool:
        name = (sheet["file"], sheet["sheet"])
        self.whole, before = self.whole | {name}, self.whole
        return name in before

    def write(self, made: Set) -> None:
        """Write `returned/<sender>.xlsx`, in Chinese; nothing for a sender all of whose rows are
        clean.
        """
        if not self.found:
            return
        from yxq.tables import workbook  # brings matplotlib

        words = Words("zh", self.folder.unit_word)
        for sender, frames in self.found.items():
            rows = pd.concat(frames, ignore_index=True)
            lines = [
                {
                    "file": row.file,
                    "sheet": row.sheet,
                    "row": row.row or None,
                    "cells": row.text,
                    "fate": row.fate,
                }
                | told
                for row in rows.itertuples()
                for told in words.explained(row.reason)
            ]
            table = pd.DataFrame(lines)
            rejected = table["fate"] == "rejected"
            sheets = {
                words("back_rejected"): table.loc[rejected, COLUMNS],
                words("back_flagged"): table.loc[~rejected, COLUMNS],
            }
            if more := sum(n for (name, _), n in self.counts.items() if name == sender) - len(rows):
                note = pd.DataFrame([{"wrong": words("back_more", n=more)}], columns=COLUMNS)
                sheets[words("back_rejected")] = pd.concat(
                    [sheets[words("back_rejected")], note.astype(object)]
                )
            name = sender or words("back_unknown")
            about = [
                words("back_title", sender=name),
                words("back_how", mark=next(iter(self.folder.layout.corrections), "")),
            ]
            about += [words("synthetic_figure")] if sender in self.synthetic else []
            sheets = {words("back_about"): pd.DataFrame({"remark": about})} | sheets
            kept = {title: frame for title, frame in sheets.items() if len(frame)}
            workbook.write(
                made.file(f"returned/{name}.xlsx"), kept, words, words("back_title", sender=name)
            )
