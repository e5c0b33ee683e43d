"""What goes back to the departments: a workbook per sender of rows that were rejected, and of rows
to check.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from yxq.plan.folder import Folder
from yxq.returns.sheet_read import SheetRead
from yxq.tables.contracts import TEXT, Fate
from yxq.tables.store import Set
from yxq.words.wording import Words

MOST = 50_000  # rows of a sender that are listed; the ledger has them all
COLUMNS = ["file", "sheet", "row", "column", "content", "wrong", "mend", "cells"]


@dataclass
class Returned:
    """Rows to send back, gathered while the ledger is written."""

    folder: Folder
    frames: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)
    synthetic: set[str] = field(default_factory=set)

    def add(self, file: str, sheet: SheetRead, fates: pa.Table) -> None:
        """Keep what is for the sender: rows that were rejected, and others that have something to
        be checked.

        fates: those of the sheet's rows that have a reason to tell.
        """
        sender, fate = sheet.context.sender or "", fates["fate"].cast(TEXT)
        rejected = pc.equal(fate, Fate.REJECTED.value)
        duplicate = pc.equal(fate, Fate.DUPLICATE.value)
        flagged = pc.invert(pc.or_(rejected, duplicate))
        for mine, kind in ((rejected, "rejected"), (flagged, "flagged")):
            rows = fates.filter(mine)
            if not len(rows):
                continue
            once = sheet.refused if kind == "rejected" else None  # said once for all of its rows
            if once:
                rows = rows.slice(0, 0 if (file, sheet.sheet) in self.refused else 1)
                self.refused.add((file, sheet.sheet))
            count = self.counts.get((sender, kind), 0)
            self.counts[sender, kind] = count + len(rows)
            if sheet.context.synthetic:
                self.synthetic.add(sender)
            frame = rows.slice(0, max(0, MOST - count)).to_pandas().assign(file=file)
            if once:
                frame = frame.assign(row=0, text="", reason=str(once.reason))
            self.frames.setdefault(sender, []).append(frame)

    def write(self, made: Set) -> None:
        """Write `returned/<sender>.xlsx`, in Chinese, for each sender with rows to look at."""
        if not self.frames:
            return
        from yxq.tables import workbook  # late: it brings xlsxwriter

        words = Words("zh", self.folder.unit_word)
        for sender in self.frames:
            name = sender or words("back_unknown")
            title = words("back_title", sender=name)
            sheets = {words("back_about"): self._about(sender, title, words)}
            sheets |= self._rows(sender, words)
            filled = {title: frame for title, frame in sheets.items() if len(frame)}
            workbook.write(made.file(f"returned/{name}.xlsx"), filled, words, title)

    def _about(self, sender: str, title: str, words: Words) -> pd.DataFrame:
        """What is to be done with the workbook."""
        mark = next(iter(self.folder.layout.corrections), "")
        remarks = [title, words("back_how", mark=mark)]
        remarks += [words("synthetic_figure")] if sender in self.synthetic else []
        return pd.DataFrame({"remark": remarks})

    def _rows(self, sender: str, words: Words) -> dict[str, pd.DataFrame]:
        """A line a reason of the rows that were rejected, and of those to check."""
        rows = pd.concat(self.frames[sender], ignore_index=True)
        rows["row"] = rows["row"].mask(rows["row"] == 0)  # 0 is a file or sheet as a whole
        lines = [
            row | explained
            for row in rows.rename(columns={"text": "cells"}).to_dict("records")
            for explained in words.explained(row["reason"])
        ]
        table = pd.DataFrame(lines)
        is_rejected = table["fate"] == Fate.REJECTED
        rejected, flagged = (table.loc[where, COLUMNS] for where in (is_rejected, ~is_rejected))
        if more := sum(n for (name, _), n in self.counts.items() if name == sender) - len(rows):
            note = pd.DataFrame([{"wrong": words("back_more", n=more)}], columns=COLUMNS)
            rejected = pd.concat([rejected, note.astype(object)])
        return {words("back_rejected"): rejected, words("back_flagged"): flagged}
