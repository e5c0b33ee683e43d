"""What goes back to the departments: a workbook per sender of rows that were rejected, and of rows
to check; the rejected ones once more as a form, to be mended there and sent back.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from yxq.plan.folder import Folder
from yxq.returns import left_empty
from yxq.returns.blank.asked import languages
from yxq.returns.blank.withdrawing import withdrawal
from yxq.returns.parts import Part
from yxq.returns.returned_lines import Rejected, Where, lines
from yxq.returns.sheet_read import SheetRead
from yxq.tables.contracts import TEXT, Fate
from yxq.tables.store import Set
from yxq.words.catalogue import catalogue
from yxq.words.reasons import parsed, written
from yxq.words.wording import Words

MOST = 50_000  # rows of a sender that are listed; the ledger has them all
COLUMNS = ["file", "sheet", "row", "column", "content", "wrong", "mend", "due", "cells"]
SOME = 200  # and of a form of which most rows cannot be told apart


@dataclass
class Returned:
    """Rows to send back, gathered while the ledger is written."""

    folder: Folder
    frames: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)
    refused: set[tuple[str, str]] = field(default_factory=set)
    synthetic: set[str] = field(default_factory=set)
    rejected: dict[Where, Rejected] = field(default_factory=dict)
    mended: set[Where] = field(default_factory=set)
    vague: frozenset[str] = frozenset()
    """Forms whose key tells nothing apart: their senders can mend little."""
    taken: frozenset[str] = frozenset()
    """Names of files that were read, in small letters: a workbook never has the name of one that
    came back, which it would take the place of.
    """

    def add(self, part: Part, sheet: SheetRead, block: str, fates: pa.Table) -> None:
        """Keep what is for the sender: rows that were rejected, and others that have something to
        be checked.

        fates: those of the block's rows that have a reason to tell.
        """
        self.mended |= {row.where for row in sheet.mended}
        sender, fate = sheet.context.sender or "", fates["fate"].cast(TEXT)
        rejected = pc.equal(fate, Fate.REJECTED.value)
        duplicate = pc.equal(fate, Fate.DUPLICATE.value)
        flagged = pc.and_(pc.invert(pc.or_(rejected, duplicate)), _asks(fates["reason"]))
        for mine, kind in ((rejected, "rejected"), (flagged, "flagged")):
            rows = fates.filter(mine)
            if not len(rows):
                continue
            once = sheet.refused if kind == "rejected" else None  # said once for all of its rows
            if once:
                rows = rows.slice(0, 0 if (part.file, sheet.sheet) in self.refused else 1)
                self.refused.add((part.file, sheet.sheet))
            count = self.counts.get((sender, kind), 0)
            self.counts[sender, kind] = count + len(rows)
            if sheet.context.synthetic:
                self.synthetic.add(sender)
            most = SOME if sheet.form in self.vague else MOST
            frame = rows.slice(0, max(0, most - count)).to_pandas()
            if once:
                frame = frame.assign(row=0, text="", reason=str(once.reason))
            elif kind == "rejected" and sheet.form and len(frame):
                self._keep(part, sheet, block, frame)
            self.frames.setdefault(sender, []).append(_of_sheet(frame, part, sheet))

    def whole(self, part: Part, sheet: SheetRead) -> None:
        """Keep what is to be checked of a sheet as a whole, or to be filled in."""
        reasons = [reason for reason in (sheet.doubt, left_empty.told(sheet)) if reason]
        if not reasons or sheet.refused:
            return
        sender = sheet.context.sender or ""
        line = {"row": 0, "text": "", "fate": Fate.ACCEPTED.value, "reason": written(reasons)}
        frame = pd.DataFrame([line]).assign(sheet=sheet.sheet)
        self.counts[sender, "flagged"] = self.counts.get((sender, "flagged"), 0) + 1
        self.frames.setdefault(sender, []).append(_of_sheet(frame, part, sheet))

    def _keep(self, part: Part, sheet: SheetRead, block: str, rows: pd.DataFrame) -> None:
        """Keep the cells of rejected rows by the columns of their form."""
        cells = part.cells(block, pd.Index(rows["row"])).astype("str")
        named = {name: cells[n] for name, n in sheet.places.items() if n in cells}
        texts = pd.DataFrame(named, cells.index).to_dict("records")
        for row, text in zip(rows["row"], texts, strict=True):
            kept = {str(name): str(value) for name, value in text.items()}
            self.rejected[part.file, sheet.sheet, int(row)] = Rejected(sheet, kept)

    def write(self, made: Set) -> None:
        """Write `returned/<sender>.xlsx`, in the plan's language, for each sender with rows that
        need something and are not mended yet.
        """
        if not self.frames:
            return
        from yxq.returns import mend_sheets  # late: they bring xlsxwriter
        from yxq.tables import workbook

        words = Words(languages(self.folder)[0], self.folder.unit_word, self.folder.plan().english)
        for sender in self.frames:
            rows = self._rows(sender)
            if rows.empty:
                continue
            table = lines(rows, self.rejected, self.folder, words)
            forms = mend_sheets.sheets(self.folder, sender, table, self.rejected, words)
            name = words.sender(sender) or words("back_unknown")
            title = words("back_title", sender=name)
            sheets = {words("back_about"): self._about(sender, title, table, bool(forms), words)}
            sheets |= self._tables(sender, rows, table, words)
            filled = {title: frame for title, frame in sheets.items() if len(frame)}
            further = functools.partial(mend_sheets.add, forms, words) if forms else None
            path = made.file(f"returned/{self._file_name(sender or words('back_unknown'))}")
            workbook.write(path, filled, words, title, further)

    def _file_name(self, stem: str) -> str:
        """What a workbook is called: by its sender, and numbered from the second round on."""
        numbered = (f"{stem}-{n}.xlsx" for n in itertools.count(2))
        names = itertools.chain([f"{stem}.xlsx"], numbered)
        return next(name for name in names if name.casefold() not in self.taken)

    def _rows(self, sender: str) -> pd.DataFrame:
        """A sender's rows that are not mended yet, those of its latest period first."""
        rows = pd.concat(self.frames[sender], ignore_index=True)
        whence = zip(rows["file"], rows["sheet"].astype("str"), rows["row"], strict=True)
        left = pd.Series([where not in self.mended for where in whence], rows.index, bool)
        order = rows[left].astype({"last": "datetime64[us]", "first": "datetime64[us]"})
        return order.sort_values("last", ascending=False, kind="stable", ignore_index=True)

    def _tables(
        self, sender: str, rows: pd.DataFrame, table: pd.DataFrame, words: Words
    ) -> dict[str, pd.DataFrame]:
        """A line a reason of the rows that were rejected, and of those to check."""
        is_rejected = table["fate"] == Fate.REJECTED
        rejected, flagged = (table.loc[where, COLUMNS] for where in (is_rejected, ~is_rejected))
        counted = sum(n for (of, _), n in self.counts.items() if of == sender)
        if more := counted - sum(map(len, self.frames[sender])):
            note = pd.DataFrame([{"wrong": words("back_more", n=more)}], columns=COLUMNS)
            rejected = pd.concat([rejected, note.astype(object)])
        return {words("back_rejected"): rejected, words("back_flagged"): flagged}

    def _about(
        self, sender: str, title: str, table: pd.DataFrame, forms: bool, words: Words
    ) -> pd.DataFrame:
        """What is to be done with the workbook: of that only what there is."""
        whole = (table["fate"] == Fate.REJECTED) & table["row"].isna()
        said = {
            "back_how": forms,
            "back_conflicts": forms and table["reason"].str.contains(r"conflict\|").any(),
            "back_whole": whole.any(),
            "back_check": (table["fate"] != Fate.REJECTED).any(),
            "back_withdraw": forms and bool(withdrawal(self.folder, words)),
            "back_due": (table["due"] != "").any(),
            "synthetic_figure": sender in self.synthetic,
        }
        word = withdrawal(self.folder, words)
        remarks = (words(key, word=word) for key, is_so in said.items() if is_so)
        return pd.DataFrame({"remark": [title, *remarks]})


def _of_sheet(rows: pd.DataFrame, part: Part, sheet: SheetRead) -> pd.DataFrame:
    """Rows with where they are from, whose they are and for when."""
    of = sheet.context
    ends = {"first": of.period_from, "last": of.period_to}
    return rows.assign(file=part.file, form=sheet.form, sender=of.sender, **ends)


def _asks(reasons: pa.ChunkedArray) -> pa.Array:
    """Whether any of the reasons of each row asks for something; the others are for the record."""
    coded = reasons.combine_chunks().cast(TEXT).dictionary_encode()
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    known = catalogue()["reasons"]
    ask = [
        any("mend" in known[one.code] for one in parsed(t)) for t in coded.dictionary.to_pylist()
    ]
    return pa.array(ask, pa.bool_()).take(coded.indices)
