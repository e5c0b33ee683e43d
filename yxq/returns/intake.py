"""One file into its part: each sheet is recognised, and its blocks are parsed, here or in processes
of their own.
"""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from yxq.plan.folder import Folder
from yxq.returns.parse import Tally, parse
from yxq.returns.parts import FATES, Part, arrow, record_types
from yxq.returns.read import TABLES, Progress, Sheet, Unreadable, sheets
from yxq.returns.recognise import Header, context, edges, recognise
from yxq.returns.reconcile import things
from yxq.returns.texts import filled, tidy
from yxq.words.reasons import reason

DENSE = {".xls", ".xlsx", ".xlsm", ".xlsb", ".ods", ".et", ".parquet"}
SLOW = 20  # how much longer a byte of a dense file takes than one of text
MUCH = 100 << 20  # bytes of text worth starting processes for
MOST = 61  # processes that Windows can wait for
END = object()


@dataclass
class _Done:
    """A block when it is parsed: rows that are not blank, rows accepted, and its part of the tally."""

    rows: int
    taken: int
    tally: Tally


@contextlib.contextmanager
def workers(files: list[Path]) -> Iterator[Executor | None]:
    """Processes to parse in, where the files are long enough to be worth it; none is left behind."""
    work = sum(
        file.stat().st_size * (SLOW if file.suffix.lower() in DENSE else 1) for file in files
    )
    cores = os.cpu_count() or 1
    if work < MUCH or cores == 1:
        yield None
        return
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(min(cores, MOST), multiprocessing.get_context("spawn"))
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise
    pool.shutdown()


def read_part(
    path: Path, utf8: bool, part: Part, folder: Folder, progress: Progress, pool: Executor | None
) -> None:
    """Read a file into its part; one that cannot be read has one row, number 0, for the whole of
    it.
    """
    try:
        part.begin()
        if path.suffix.lower() not in TABLES or path.stem.lower() == "readme":
            raise Unreadable("not_a_table")
        found = _worth(list(sheets(path, utf8, progress)), folder)
        read = [
            _read_sheet(part, n, sheet, whole, folder, pool)
            for n, (sheet, whole) in enumerate(found)
        ]
        if not any(about["rows"] for about in read):
            raise Unreadable("empty_file")
        part.end(_sampled(read, folder))
    except Unreadable as error:
        part.begin()
        fate = "excluded" if error.code == "not_a_table" else "rejected"
        row = pd.DataFrame({"fate": [fate], "reason": error.code, "text": ""}, [0])
        part.add("fates", "0", arrow(row, FATES, sheet=""))
        part.end(
            [_about("", context(part.file, "", "", folder), rows=1, refused=(fate, error.code))]
        )


def _about(name: str, about: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What is kept of a sheet; `refused` is the fate and reason of all its rows where it has one as
    a whole.
    """
    empty = {
        "form": None,
        "taken": 0,
        "hidden": False,
        "unknown": "",
        "absent": "",
        "judged": 0,
        "passed": 0,
        "refused": None,
    }
    return {"sheet": name} | empty | about | more


def _worth(found: list[Sheet], folder: Folder) -> list[tuple[Sheet, tuple[str, str] | None]]:
    """Each sheet with the fate of all its rows where it is not a return.

    Beside a sheet that is a return one without headings and without rows of several cells holds
    notes.
    """
    codes: list[str | None] = []
    for sheet in found:
        try:
            recognise(sheet, folder.forms)
            codes.append(None)
        except Unreadable as error:
            codes.append(error.code)
    beside = None in codes
    return [
        (
            sheet,
            None
            if not code
            else ("excluded", "no_table")
            if beside and _is_note(sheet, code)
            else ("rejected", code),
        )
        for sheet, code in zip(found, codes, strict=True)
    ]


def _is_note(sheet: Sheet, code: str) -> bool:
    return code == "no_header" and all(sum(map(bool, row)) < 3 for row in sheet.head)


def _sampled(read: list[dict[str, Any]], folder: Folder) -> list[dict[str, Any]]:
    """The sheets of a file, refused where its samples of one form all failed: a list of failures,
    and no sample.
    """
    for name, form in folder.forms.items():
        mine = [about for about in read if about["form"] == name]
        judged = sum(about["judged"] for about in mine)
        if (
            form.sampled
            and judged >= form.sampled.least
            and not sum(about["passed"] for about in mine)
        ):
            for about in mine:
                about["refused"] = about["refused"] or ("rejected", reason("failures_only", judged))
    return read


def _read_sheet(
    part: Part,
    number: int,
    sheet: Sheet,
    whole: tuple[str, str] | None,
    folder: Folder,
    pool: Executor | None,
) -> dict[str, Any]:
    """Add a sheet's rows to its part; what is kept of the sheet."""
    header = None if whole else recognise(sheet, folder.forms)
    about = context(part.file, *edges(sheet, header, folder.layout), folder)
    # What a process of its own needs of it.
    outline = replace(sheet, head=[], tail=[], blocks=functools.partial(iter, ()))
    block = functools.partial(
        _block, part=part, sheet=outline, whole=whole, header=header, about=about
    )
    tally, rows, taken = Tally(), 0, 0
    apart = (
        pool if header and not folder.forms[header.form].totals else None
    )  # sums go on from block to block
    blocks = ((f"{number:04d}-{n:06d}", cells) for n, cells in enumerate(sheet.blocks()))
    for done in _each(functools.partial(block, tally=None if apart else tally), blocks, apart):
        rows, taken = rows + done.rows, taken + done.taken
        if apart:
            tally.judged, tally.passed = (
                tally.judged + done.tally.judged,
                tally.passed + done.tally.passed,
            )
            tally.second = tally.second or done.tally.second
    if header is None:
        return _about(sheet.name, about, rows=rows, hidden=sheet.hidden, refused=whole)
    return _about(
        sheet.name,
        about,
        form=header.form,
        rows=rows,
        taken=taken,
        hidden=sheet.hidden,
        judged=tally.judged,
        passed=tally.passed,
        unknown="、".join(header.unknown),
        absent="、".join(header.absent),
        refused=("rejected", reason("second_header", tally.second)) if tally.second else None,
    )


def _each(
    work: Callable[[pd.DataFrame], _Done], blocks: Iterator[pd.DataFrame], pool: Executor | None
) -> Iterator[_Done]:
    """Blocks as they are parsed, in their order; meanwhile the next ones are read."""
    with ThreadPoolExecutor(1) as beside:
        coming: deque[Future[_Done]] = deque()
        reading = beside.submit(next, blocks, END)
        while (block := reading.result()) is not END:
            reading = beside.submit(next, blocks, END)
            if pool is None:
                yield work(block)
                continue
            coming.append(pool.submit(work, block))
            while len(coming) > 2 or (coming and coming[0].done()):
                yield coming.popleft().result()
        for future in coming:
            yield future.result()


def _block(
    block: tuple[str, pd.DataFrame],
    part: Part,
    sheet: Sheet,
    whole: tuple[str, str] | None,
    header: Header | None,
    about: dict[str, Any],
    tally: Tally | None,
) -> _Done:
    """Parse one block, or give all its rows the fate of their sheet, and add it to the part."""
    name, cells = block[0], tidy(block[1])
    tally = tally or Tally()
    if header is None or whole:
        there = cells[(cells != "").any(axis=1)]
        texts = [
            " | ".join(row).rstrip(" |")
            for row in there.astype("str").itertuples(index=False, name=None)
        ]
        fate, why = whole or ("", "")
        fates = pd.DataFrame(
            {"fate": fate, "reason": why, "text": texts if fate == "rejected" else ""}, there.index
        )
        records = fates.iloc[:0]
    else:
        records, fates = parse(cells, sheet, header, about, part.folder, tally)
        if len(records):
            form = part.folder.forms[header.form]
            told = records.assign(thing=things(records, form))
            part.add(header.form, name, arrow(told, record_types(form), sheet=sheet.name))
    if len(fates):
        part.add("fates", name, arrow(fates, FATES, sheet=sheet.name))
    return _Done(filled(cells), int((fates["fate"] == "accepted").sum()), replace(tally, known={}))
