"""One file into its part: each sheet is recognised, and its blocks are parsed, here or in processes
of their own.
"""

from __future__ import annotations

import contextlib
import functools
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from yxq.returns import marks
from yxq.returns.context import context, doubt, edges, in_name, in_title
from yxq.returns.file_names import Said, said_by_name
from yxq.returns.left_empty import left_empty
from yxq.returns.marked import MADE, is_own, mended, not_filled, recognised
from yxq.returns.marks import Mark
from yxq.returns.parse import parse
from yxq.returns.parts import FATE_TYPES, FATES, RECORDS, Part, arrow, form_types
from yxq.returns.pasted import pasted
from yxq.returns.periods import stated_period
from yxq.returns.read.identify import SUFFIXES, WORKBOOKS, sheets
from yxq.returns.read.sheet import Progress, Sheet, Unreadable, silent
from yxq.returns.recognise import Header, recognise
from yxq.returns.reconcile import held, things
from yxq.returns.samples import Samples, samples
from yxq.returns.sheet_read import Context, Left, Mended, Refusal, SheetRead, Withdrawn
from yxq.returns.texts import filled, joined, tidy
from yxq.returns.totals import Tally
from yxq.returns.wide import Headings, around, laid_out, own_rows
from yxq.returns.withdrawn import says_so, withdrawn
from yxq.tables.contracts import Fate
from yxq.words.reasons import Reason

# How much longer a byte takes than one of text, and how many of text a file takes by itself.
SLOW = dict.fromkeys(WORKBOOKS, 60) | {".parquet": 25}
A_FILE = 1_300_000
MUCH = 400 << 20  # bytes of text worth starting processes for
LONG = MUCH // 8  # bytes of text of a file whose blocks are parsed by several processes
TOGETHER = 10  # short files that a process is given at once
MOST = 61  # processes that Windows can wait for


@dataclass
class _Done:
    """A parsed block: rows not blank, rows accepted, what its sheet's tally does not yet have, and
    the rows that it mends, what its records hold, the rows that were asked and left empty.
    """

    rows: int
    taken: int
    tally: Tally
    mended: list[Mended] = field(default_factory=list)
    held: int = 0
    left: list[Left] = field(default_factory=list)
    withdrawn: list[Withdrawn] = field(default_factory=list)


@contextlib.contextmanager
def workers(files: list[Path]) -> Iterator[Executor | None]:
    """Processes to parse in, where the files are long enough for them; none is left behind."""
    cores = os.cpu_count() or 1
    if cores == 1 or sum(map(work, files)) < MUCH:
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


def work(file: Path) -> int:
    """How long reading a file takes, in bytes of text."""
    return A_FILE + file.stat().st_size * SLOW.get(file.suffix.lower(), 1)


def read_parts(files: list[tuple[Path, bool, Part]]) -> None:
    """Read short files into their parts, in a process of their own."""
    for path, utf8, part in files:
        read_part(path, utf8, part, silent, None)


def read_part(
    path: Path, utf8: bool, part: Part, progress: Progress, pool: Executor | None
) -> None:
    """Read a file into its part; one that cannot be read has one row, number 0, for all of it."""
    forms, said = part.folder.forms, Said()
    try:
        part.begin()
        if path.suffix.lower() not in SUFFIXES or path.stem.lower() == "readme":
            raise Unreadable("not_a_table")
        said = said_by_name(part.file, part.folder)
        recognised = _recognised(sheets(path, utf8, progress, said.encoding), part, said)
        laid = (one for sheet, header in recognised for one in _laid_out(sheet, header))
        read = [
            read_sheet(part, number, sheet, header, said, pool)
            for number, (sheet, header) in enumerate(laid)
        ]
        if not any(sheet.rows for sheet in read):
            raise Unreadable("empty_file")
        for name in forms:
            mine = [sheet for sheet in read if sheet.form == name]
            _refuse_mere_failures(mine, samples(part.folder, name))
        part.end(read)
    except Unreadable as error:
        refuse_part(part, said.refusing(error.reason), said)


def refuse_part(part: Part, reason: Reason, said: Said | None = None) -> None:
    """The part of a file that cannot be read, which has one row."""
    part.begin()
    fate = Fate.EXCLUDED if reason.code == "not_a_table" else Fate.REJECTED
    row = {"fate": fate.value, "reason": str(reason), "text": ""}
    part.add(FATES, "0", arrow(pd.DataFrame(row, [0]), FATE_TYPES, sheet=""))
    refused = Refusal(fate=fate, reason=reason)
    whose = (said or Said()).within(context(part.file, "", "", part.folder))
    sheet = SheetRead(context=whose, rows=1, refused=refused)
    part.end([sheet])


def _recognised(
    sheets: Iterable[Sheet], part: Part, said: Said
) -> list[tuple[Sheet, Header | Refusal]]:
    """Each sheet with its header, or with the fate of all its rows where it is not a return; said:
    what the file's name says.

    Beside a sheet that is a return one without headings and without rows of several cells holds
    notes; in a workbook that yxq has made, each without headings and mark. A sheet of such a one
    that has lost its mark is what the hidden one says; where another still bears its own, it is
    what it says itself.
    """
    marked = [(sheet, marks.found(sheet)) for sheet in sheets]
    made = any(mark for _, mark in marked)
    beside_it = any(mark for sheet, mark in marked if sheet.name != marks.LISTS)
    whole = next((mark for sheet, mark in marked if sheet.name == marks.LISTS), None)
    header_of = _headers(part, said, made, None if beside_it else whole)
    found = [(sheet, mark, header_of(sheet, mark)) for sheet, mark in marked]
    if lost := {*said.sheets} - {sheet.name for sheet, *_ in found}:
        there = "、".join(sheet.name for sheet, *_ in found)
        raise Unreadable("no_sheet", "、".join(sorted(lost)), there)
    beside = any(isinstance(header, Header) for *_, header in found)
    notes = Refusal(fate=Fate.EXCLUDED, reason=Reason("no_table"))

    def is_note(sheet: Sheet, mark: Mark | None, header: Header | Refusal) -> bool:
        unknown = isinstance(header, Refusal) and header.reason.code == "no_header"
        return unknown and mark is None and beside and (made or _is_bare(sheet))

    return [
        (sheet, notes if is_note(sheet, mark, header) else header) for sheet, mark, header in found
    ]


def _headers(
    part: Part, said: Said, made: bool, whole: Mark | None
) -> Callable[[Sheet, Mark | None], Header | Refusal]:
    """What tells the header of a sheet of a file by its mark, else by the one of the `whole` file,
    else by its headings; made: yxq has made the workbook.
    """
    forms, reads = said.among(part.folder.forms), Headings(part.folder)

    def header_of(sheet: Sheet, mark: Mark | None) -> Header | Refusal:
        if said.sheets and sheet.name not in said.sheets:
            return Refusal(fate=Fate.EXCLUDED, reason=Reason("not_meant"))
        if made and is_own(sheet.name):
            return Refusal(fate=Fate.EXCLUDED, reason=Reason(MADE))
        try:
            if mark:
                return recognised(sheet, mark, forms)
            if whole:
                with contextlib.suppress(Unreadable):
                    return recognised(sheet, whole, forms)
            return recognise(sheet, forms, part.file, said.given, reads)
        except Unreadable as error:
            return Refusal(fate=Fate.REJECTED, reason=error.reason)

    return header_of


def _laid_out(sheet: Sheet, header: Header | Refusal) -> Iterable[tuple[Sheet, Header | Refusal]]:
    """A sheet, and where it is a wide table its cells by their headings."""
    return laid_out(sheet, header) if isinstance(header, Header) else [(sheet, header)]


def _is_bare(sheet: Sheet) -> bool:
    return all(sum(map(bool, row)) < 3 for row in sheet.head)


def _refuse_mere_failures(read: list[SheetRead], drawn: Samples | None) -> None:
    """Refuse the sheets of a file whose samples all failed: a list of failures, and no sample."""
    judged = sum(sheet.judged for sheet in read)
    if drawn and judged >= drawn.least and not any(sheet.passed for sheet in read):
        only_failures = Refusal(fate=Fate.REJECTED, reason=Reason.of("failures_only", judged))
        for sheet in read:
            sheet.refused = sheet.refused or only_failures


def read_sheet(
    part: Part,
    number: int,
    sheet: Sheet,
    header: Header | Refusal,
    said: Said,
    pool: Executor | None,
) -> SheetRead:
    """Add a sheet's rows to its part; what is kept of the sheet."""
    known = header if isinstance(header, Header) else None
    mark = known.mark if known else None
    title, footer = edges(sheet, known, part.folder.layout)
    stated = said.within(context(part.file, title, footer, part.folder))
    read = SheetRead(
        sheet=sheet.name,
        context=mark.context(stated) if mark else stated,
        hidden=sheet.hidden,
        refused=_against(sheet, header, part, said) if isinstance(header, Header) else header,
        mends=mark is not None and mark.kind == "mend",
    )
    tally, holds = _add_blocks(read, part, number, sheet, header, pool)
    if known:
        read.doubt = doubt(part.file, read.context, mark)
        _describe(read, known, tally)
        if not known.is_around and read.taken and not part.folder.forms[known.form].key:
            read.holds = f"{read.taken}-{holds % (1 << 64):016x}"
        read.refused = _no_return(sheet, known, tally) or read.refused
    return read


def _add_blocks(
    read: SheetRead,
    part: Part,
    number: int,
    sheet: Sheet,
    header: Header | Refusal,
    pool: Executor | None,
) -> tuple[Tally, int]:
    """Add the rows of a sheet, block by block, to its part, and what they are to others to what was
    read; the tally of the sheet, and what its records hold.
    """
    if isinstance(header, Refusal) or part.folder.forms[header.form].totals:
        pool = None  # sums go on from block to block
    tally, holds = Tally(), 0
    # What a process of its own needs of the sheet.
    outline = replace(sheet, head=[], tail=[], blocks=functools.partial(iter, ()))
    work = functools.partial(_block, part, outline, header, read.context, None if pool else tally)
    blocks = ((f"{number:04d}-{n:06d}", cells) for n, cells in enumerate(sheet.blocks()))
    for done in _each(work, blocks, pool):
        read.rows, read.taken = read.rows + done.rows, read.taken + done.taken
        tally.add(done.tally)
        read.mended += done.mended
        read.left += done.left
        read.withdrawn += done.withdrawn
        holds += done.held
    return tally, holds


def _describe(read: SheetRead, known: Header, tally: Tally) -> None:
    """Keep of a recognised sheet which form it is, how it is laid out, and its sums."""
    if not known.is_around:
        read.form, read.judged, read.passed = known.form, tally.judged, tally.passed
        read.places, read.labels = known.places, known.labels
    read.unknown, read.absent = "、".join(known.unknown), "、".join(known.absent)


def _no_return(sheet: Sheet, known: Header, tally: Tally) -> Refusal | None:
    """Why no row of a recognised sheet counts: it is two, or nothing proves in which encoding it
    was written.
    """
    # What is two returns is so in any encoding.
    if tally.second:
        reason = Reason.of("second_header", tally.second)
    elif tally.other:
        reason = Reason.of("two_returns", tally.other)
    elif sheet.guessed and not (tally.proven or _proves(known)):
        reason = Reason("unknown_encoding")
    else:
        return None
    return Refusal(fate=Fate.REJECTED, reason=reason)


def _against(sheet: Sheet, header: Header, part: Part, said: Said) -> Refusal | None:
    """Why no row of a marked sheet counts: its title or its file's name says that it is another
    return.
    """
    if header.mark is None:
        return None
    lines = [" ".join(row) for row in sheet.head[: header.rows[0] - sheet.first]]
    title = in_title(lines, part.folder.forms[header.form].title, part.folder)
    reason = header.mark.against(title, said.period or stated_period(in_name(part.file)))
    return Refusal(fate=Fate.REJECTED, reason=reason) if reason else None


def _proves(header: Header) -> bool:
    """Whether a heading of the form stands there in letters beyond ASCII."""
    places = {*header.places.values()}
    return not all(text.isascii() for n, text in enumerate(header.texts) if n in places)


Block = tuple[str, pd.DataFrame]


def _each(
    work: Callable[[Block], _Done], blocks: Iterator[Block], pool: Executor | None
) -> Iterator[_Done]:
    """Blocks as they are parsed, in their order; meanwhile the next ones are read."""
    with ThreadPoolExecutor(1) as beside:
        coming: deque[Future[_Done]] = deque()
        reading = beside.submit(next, blocks, None)
        while (block := reading.result()) is not None:
            reading = beside.submit(next, blocks, None)
            if pool is None:
                yield work(block)
                continue
            coming.append(pool.submit(work, block))
            while len(coming) > 2 or (coming and coming[0].done()):
                yield coming.popleft().result()
        for future in coming:
            yield future.result()


def _block(
    part: Part,
    sheet: Sheet,
    header: Header | Refusal,
    context: Context,
    shared: Tally | None,
    block: Block,
) -> _Done:
    """Parse one block, or give all its rows the fate of their sheet, and add it to the part.

    shared: the tally of the sheet, where blocks are parsed one after the other.
    """
    name, cells = block[0], tidy(block[1])
    tally, done = Tally() if shared is None else shared, _Done(0, 0, Tally())
    if isinstance(header, Refusal):
        fates = _refused(cells, header)
    else:
        layout = part.folder.layout
        cells = own_rows(cells, header, layout, sheet.merged)
        if header.is_around:
            fates = around(cells, header, layout, sheet.merged)
        else:
            tally.other = tally.other or pasted(cells, header, context)
            fates = _parsed(part, name, cells, (sheet, header, context), tally, done)
    if len(fates):
        part.add(FATES, name, arrow(fates, FATE_TYPES, sheet=sheet.name))
    done.rows, done.taken = filled(cells), int((fates["fate"] == Fate.ACCEPTED).sum())
    if shared is None:
        done.tally = Tally(tally.judged, tally.passed, tally.second, tally.other, tally.proven)
    return done


def _parsed(
    part: Part,
    name: str,
    cells: pd.DataFrame,
    of: tuple[Sheet, Header, Context],
    tally: Tally,
    done: _Done,
) -> pd.DataFrame:
    """Add the records of a block to the part, and to `done` what its rows are to others; the fates
    of the rows.
    """
    sheet, header, context = of
    folder, form = part.folder, part.folder.forms[header.form]
    left, takes_back = not_filled(cells, header), says_so(cells, header, context, folder)
    aside = left | takes_back
    records, fates = parse(cells[~aside] if aside.any() else cells, *of, folder, tally)
    done.mended = mended(cells, header, records.index.append(cells.index[aside]))
    if aside.any():
        named = [row.own for row in done.mended]
        own = cells[takes_back & ~cells.index.isin(named)]
        done.withdrawn = withdrawn(own, *of, folder)
        done.left = left_empty(cells[left], *of, folder)
        more = (_set_aside(cells[left], "not_filled"), _set_aside(cells[takes_back], "withdraws"))
        fates = pd.concat([fates, *more]).sort_index()
    if len(records):
        numbered = records.assign(thing=things(records, form))
        rows = arrow(numbered, form_types(form), sheet=sheet.name)
        part.add(f"{RECORDS}-{header.form}", name, rows)
        done.held = 0 if form.key else held(records, form)
    if len(records) or done.withdrawn or (fates["fate"] == Fate.REJECTED).any():
        part.add_cells(name, cells)
    return fates


def _set_aside(cells: pd.DataFrame, reason: str) -> pd.DataFrame:
    """The fates of rows that are no data: of a made sheet that nobody has filled in, and of a
    correction that withdraw others.
    """
    text = joined(cells) if reason == "withdraws" else ""
    aside = {"fate": Fate.EXCLUDED.value, "reason": reason, "text": text}
    return pd.DataFrame(aside, cells.index, dtype="str")


def _refused(cells: pd.DataFrame, refusal: Refusal) -> pd.DataFrame:
    """The fates of the rows of a sheet that are refused together."""
    rows = cells[(cells != "").any(axis=1)]
    texts = joined(rows) if refusal.fate == Fate.REJECTED else ""
    fate, reason = refusal.fate.value, str(refusal.reason)
    return pd.DataFrame({"fate": fate, "reason": reason, "text": texts}, rows.index)
