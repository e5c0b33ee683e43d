"""From returns to tables: every row that is read gets one fate, and the fates add up.

Each file is read into a part of its own (`yxq.returns.parts`), and only when it has changed. What
rows of different files are to each other is decided afterwards (`yxq.returns.reconcile`), and then
all tables are written anew, together.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from yxq.attainment import measures
from yxq.plan.folder import Folder
from yxq.returns import left_empty, received
from yxq.returns.alike import SIGN
from yxq.returns.intake import LONG, TOGETHER, read_part, read_parts, refuse_part, work, workers
from yxq.returns.jumps import flag_jumps
from yxq.returns.ledger import write_ledger
from yxq.returns.marked import MADE
from yxq.returns.parts import PACKAGE, Part, reading
from yxq.returns.read.confined import READER
from yxq.returns.read.identify import identify
from yxq.returns.read.sheet import Progress, Unreadable, silent, unreadable
from yxq.returns.reconcile import come_again, resubmitted
from yxq.returns.records import Changes, reconciled, write_records
from yxq.returns.returned import Returned
from yxq.returns.sheet_read import Refusal
from yxq.tables import contracts, store
from yxq.tables.contracts import FATES, Broken, Fate
from yxq.words.reasons import Reason
from yxq.words.wording import Words

SAYS = ("target", "form", "column", "word", "near")
TOLD = ("unmatched", "vague", "again")
Told = list[tuple[str, ...]]
VAGUE = ("form", "columns", "n", "of", "column")
FEW = 20  # conflicts that may be mistakes
SAID = {"rejected": "not read", "excluded": "set aside", "duplicate": "not counted", "": "look at"}


@dataclass(frozen=True)
class Ingested:
    """What an ingest did: the files (a row a sheet), how many were read anew, the tables' place."""

    files: pd.DataFrame
    read: int
    processed: Path
    unmatched: tuple[tuple[str, ...], ...] = ()
    """Words of free text that a target asks for and no record says: see `measures.unmatched`."""
    vague: tuple[tuple[str, ...], ...] = ()
    """Forms whose key tells nothing apart: see `_vague`."""
    again: tuple[tuple[str, ...], ...] = ()
    """Sheets (file and name) of which every row is the same as one of another."""
    mended: tuple[str, ...] = ()
    """Tables, and files whose parts, were damaged or changed since the last ingest; made again."""
    gone: tuple[tuple[str, int, bool], ...] = ()
    """Files that were there at the last ingest with rows that counted: name, how many, and whether
    another stands under its name now.
    """

    @property
    def refused(self) -> int:
        """How many sheets could not be read, or have no row that could be used."""
        useless = sum(map(_is_useless, self.files.itertuples()))
        return int((self.files["refused"] == Fate.REJECTED).sum()) + useless

    def lines(self, words: Words) -> list[str]:
        """What became of the rows, what is odd about a sheet, and what there is to send back."""
        return [self.counted(), *self.remarks(words), *self.to_send_back()]

    def counted(self) -> str:
        """What became of the rows, in one line."""
        sums, count = self.files[["rows", *FATES]].sum(), self.files["file"].nunique()
        parts = " + ".join(f"{sums[fate]} {fate}" for fate in FATES)
        return f"{count} files ({self.read} read anew), {sums['rows']} rows read = {parts}"

    def remarks(self, words: Words) -> list[str]:
        """What is odd about a sheet, about the tables and about what is no more there."""
        lines = []
        for row in self.files[self.files["reason"] != MADE].itertuples():
            remarks = [words.reason(row.reason)] if row.reason else []
            remarks += [words("all_again")] if (row.file, row.sheet) in self.again else []
            remarks += [words("left_empty", n=row.left)] if row.left else []
            remarks += [words("none_used")] if _is_useless(row) else []
            remarks += [words("sheet_hidden")] if row.hidden else []
            remarks += [words("columns_unknown", columns=row.unknown)] if row.unknown else []
            remarks += [words("columns_alike")] if SIGN in row.unknown else []
            if remarks:
                name = f"{row.file} [{row.sheet}]" if row.sheet else row.file
                lines.append(f"{SAID[row.refused]}: {name}: {'; '.join(remarks)}")
        for unmatched in self.unmatched:
            said = dict(zip(SAYS, unmatched, strict=True))
            lines.append(words("unmatched_near" if said["near"] else "unmatched", **said))
        for row in self.vague:
            lines.append(words("key_tells_nothing", **dict(zip(VAGUE, row, strict=True))))
        lines += [words("made_again", names=name) for name in self.mended]
        for name, n, has_other in self.gone:
            lines.append(words("file_replaced" if has_other else "file_gone", name=name, n=n))
        return lines

    def to_send_back(self) -> list[str]:
        """The workbooks to be sent back, in one line; none where there are none."""
        returned = self.processed / "returned"
        back = sorted(file.name for file in returned.glob("*.xlsx"))
        return [f"to send back, in {returned}: {', '.join(back)}"] if back else []


def _is_useless(row: Any) -> bool:
    """Whether every row of a sheet that is a return was rejected, one by one."""
    used = row.accepted + row.duplicate
    return pd.notna(row.form) and not row.refused and row.rejected > 0 and not used


def paths(raw: Path) -> list[Path]:
    """The files under `raw`, but hidden ones and Excel's locks, and folders that cannot be looked
    into; `FileNotFoundError` without any.
    """
    found: list[Path] = []
    walk = os.walk(raw, onerror=lambda error: found.append(Path(error.filename)))
    for folder, folders, files in walk:
        links = [name for name in folders if Path(folder, name).is_symlink()]
        found += [Path(folder, n) for n in files + links if not n.startswith((".", "~$"))]
    if not found or not raw.is_dir():
        mend = "put the departments' files there, or make demo ones with `yxq demo`"
        raise FileNotFoundError(f"no returns under {raw}: {mend}")
    return sorted(found, key=lambda path: (named(path), os.fsencode(path)))


def named(path: Path) -> str:
    """A file's name as text: one that is no UTF-8 comes from an archive of a Chinese Windows."""
    data = os.fsencode(path.as_posix())
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def names(found: list[Path]) -> dict[Path, str]:
    """The name of each file, each another: of two that read alike the one in GBK says so."""
    named_so: dict[Path, str] = {}
    taken = {name for path in found if (name := named(path)) == path.as_posix()}
    for path in found:
        name = named(path)
        while name != path.as_posix() and name in taken:
            stem, dot, suffix = name.rpartition(".")
            name = f"{stem or suffix} (GBK){dot}{suffix if stem else ''}"
        taken.add(name)
        named_so[path] = name
    return named_so


def ingest(raw: Path, folder: Folder, processed: Path, progress: Progress = silent) -> Ingested:
    """Bring the tables under `processed` up to date with the returns under `raw`.

    Raises `FileNotFoundError` without any file, and `Broken` before anything is replaced when the
    rows read of a sheet are not the sum of their fates. `progress` wraps whatever takes long.
    """
    home = processed / ".parts"
    files = _files(raw, home, folder)
    state = _state([file.part for file in files], folder)
    there = {received.identity(file.part.file, file.part.sha256) for file in files}
    days, mended = received.seen(processed, there, today())
    store.finish(processed)
    mended += store.damaged(processed)
    was = None if mended else _done(processed)
    gone = _gone(processed, [file.part for file in files]) if was is not None else []
    same = was is not None and was["state"] == state
    anew = [file for file in files if not file.part.whole(touched=same)]
    mended += [file.part.file for file in anew if file.part.path.exists() and not file.refused]
    _read(anew, progress)
    if was is not None and same and not anew:
        return _told(store.read(processed, "files"), 0, processed, [was[name] for name in TOLD])
    parts = [file.part for file in files]
    table, found = write(parts, folder, processed, days)
    for path in set(home.iterdir()) - {part.path for part in parts}:
        shutil.rmtree(path)
    return replace(_told(table, len(anew), processed, found, mended), gone=tuple(gone))


def pending(raw: Path, folder: Folder, processed: Path) -> str:
    """What `ingest` would do, in words, empty where the tables are up to date; files are looked at,
    nothing is read into tables or written.
    """
    files, was = _files(raw, processed / ".parts", folder), _done(processed)
    same = was is not None and was["state"] == _state([file.part for file in files], folder)
    anew = sum(not file.part.whole(touched=same) for file in files)
    damaged = store.damaged(processed)
    if same and not anew and not damaged:
        return ""
    made = f"{', '.join(damaged)} made again" if damaged else "all tables made"
    return f"{anew} of {len(files)} files read, {made}"


def write(
    parts: list[Part], folder: Folder, place: Path, days: dict[str, dt.date]
) -> tuple[pd.DataFrame, list[Told]]:
    """Write all tables of some files anew under `place`, and what they were made of; the files, and
    what there is to tell (see `Ingested`).

    days: when each file was first seen.
    """
    state = _state(parts, folder)
    sheets = [(part.file, sheet) for part in parts for sheet in part.sheets]
    for which in (resubmitted, come_again):
        for sheet, why in which(sheets, folder):
            sheet.refused = Refusal(fate=Fate.DUPLICATE, reason=why)
    with store.replace(place) as made:
        table, *found = _write_tables(parts, folder, made, days)
        known = {"state": state} | dict(zip(TOLD, found, strict=True))
        done = json.dumps(known, ensure_ascii=False)
        made.file("state.json").write_text(done, encoding="utf-8")
    return table, found


def _told(
    files: pd.DataFrame, read: int, processed: Path, told: list[Told], mended: Iterable[str] = ()
) -> Ingested:
    """What an ingest did, with what there is to tell in the order of TOLD."""
    unmatched, vague, again = (tuple(map(tuple, rows)) for rows in told)
    return Ingested(files, read, processed, unmatched, vague, again, tuple(mended))


def _gone(processed: Path, parts: list[Part]) -> list[tuple[str, int, bool]]:
    """The files of the last ingest whose rows counted and that are no more: see `Ingested.gone`. A
    file under another name is the same file.
    """
    before = store.read(processed, "files").groupby(["file", "sha256"])["accepted"].sum()
    digests, called = {part.sha256 for part in parts}, {part.file for part in parts}
    return [
        (str(file), int(n), file in called)
        for (file, sha256), n in before.items()
        if n and sha256 not in digests
    ]


def today() -> dt.date:
    """The day on which new files are first seen."""
    return dt.date.today()


def _done(processed: Path) -> dict[str, Any] | None:
    """What the last ingest left, where there was one."""
    kept = processed / "state.json"
    was = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else None
    return was if isinstance(was, dict) else None


@dataclass(frozen=True)
class _File:
    """A file, its part, whether all of it is UTF-8, and why nothing of it can be read."""

    path: Path
    part: Part
    utf8: bool = False
    refused: Reason | None = None


def _files(raw: Path, home: Path, folder: Folder) -> list[_File]:
    """The files by what they hold; one that cannot be read is not what it was a day before."""
    by, found = reading(folder), paths(raw)
    called = names([path.relative_to(raw) for path in found])
    files = []
    for path, name in zip(found, called.values(), strict=True):
        try:
            if path.is_dir():
                os.scandir(path).close()  # one that cannot be looked into says why
            if not path.is_file():
                raise Unreadable("not_a_file")
            sha256, utf8 = identify(path)
            files.append(_File(path, Part(home, name, sha256, folder, by), utf8))
        except (OSError, Unreadable) as error:
            why = error.reason if isinstance(error, Unreadable) else unreadable(error).reason
            part = Part(home, name, "", folder, f"{by} {why}")
            files.append(_File(path, part, refused=why))
    return files


def _read(anew: list[_File], progress: Progress) -> None:
    """Read files into their parts."""
    with (
        workers([file.path for file in anew if not file.refused]) as pool,
        ThreadPoolExecutor(2 if pool else 1) as beside,
    ):
        running = dict(_begun(anew, beside, pool, progress))
        try:
            for _ in progress(_ended(running), len(anew), "files"):
                pass
        except BaseException:
            beside.shutdown(wait=False, cancel_futures=True)
            raise
        finally:
            READER.close()


def _begun(
    anew: list[_File], beside: Executor, pool: Executor | None, progress: Progress
) -> Iterator[tuple[Future[None], list[_File]]]:
    """Who reads which files: short ones several together in a process of the pool, where there is
    one, the others beside it.
    """
    short: list[_File] = []
    for file in anew:
        if file.refused:
            yield beside.submit(refuse_part, file.part, file.refused), [file]
        elif pool and work(file.path) < LONG:
            short.append(file)
        else:
            about = file.path, file.utf8, file.part, progress, pool
            yield beside.submit(read_part, *about), [file]
    for first in range(0, len(short), TOGETHER):
        some = short[first : first + TOGETHER]
        told = [(one.path, one.utf8, one.part) for one in some]
        yield (pool or beside).submit(read_parts, told), some


def _ended(running: dict[Future[None], list[_File]]) -> Iterator[_File]:
    """The files, as they have been read."""
    for one in as_completed(running):
        one.result()
        yield from running[one]


def _state(parts: list[Part], folder: Folder) -> str:
    """A digest of all that the tables are made of: files, plan folder and program.

    Parts are named by what they were read with, which the wording in words.yml is part of.
    """
    digest = hashlib.sha256()
    for file in sorted(folder.path.glob("*")):
        digest.update(file.read_bytes() if file.is_file() else b"")
    names = [digest.hexdigest(), _code(), folder.path.name, *(part.name for part in parts)]
    return hashlib.sha256("\x1f".join(names).encode()).hexdigest()


@functools.cache
def _code() -> str:
    """A digest of the program, which stays as it was loaded while it runs."""
    code = b"".join(file.read_bytes() for file in sorted(PACKAGE.rglob("*.py")))
    return hashlib.sha256(code).hexdigest()


def _write_tables(
    parts: list[Part], folder: Folder, made: store.Set, days: dict[str, dt.date]
) -> tuple[pd.DataFrame, Told, Told, Told]:
    """Write records, ledger, files, measures and what goes back; the files, and what there is to
    tell (see `Ingested`).
    """
    changes, condensed = {}, {}
    for name in folder.forms:
        if any(part.holds(name) for part in parts):
            changes[name] = reconciled(parts, name, folder, days)
            condensed[name] = write_records(parts, name, folder, changes[name], made)
            flag_jumps(parts, name, folder, changes[name])
    for name in folder.forms:
        left_empty.keep_unanswered(parts, name, folder, changes.get(name))
    vague = dict(_vague(parts, changes, folder))
    taken = frozenset(part.file.rpartition("/")[2].casefold() for part in parts)
    back = Returned(folder, vague=frozenset(vague), taken=taken)
    files = write_ledger(parts, changes, made, back)
    wrong = files.loc[files["rows"] != files[FATES].sum(axis=1), "file"]
    if len(wrong):
        law = "rows read are not the sum of their fates"
        raise Broken(f"{law} in {', '.join(wrong)}; nothing was written")
    rows = {name: table for name, table in condensed.items() if len(table)}
    plans = [folder.plan(year) for year in sorted(folder.periods)]
    measured = [measures.measure(plan, rows) for plan in plans]
    made.add("files", contracts.check("files", files))
    made.add("received", received.table(files, days))
    made.add("measures", contracts.check("measures", pd.concat(measured, ignore_index=True)))
    back.write(made)
    again = [*_come_again(parts, changes)]
    return files, [*measures.unmatched(plans, rows)], [*vague.values()], again


def _come_again(parts: list[Part], changes: dict[str, Changes]) -> Iterator[tuple[str, ...]]:
    """The sheets of which every row that was accepted is the same as one of another."""
    for part in parts:
        for sheet in (sheet for sheet in part.sheets if sheet.form in changes and sheet.taken):
            decided = changes[str(sheet.form)].frames.get((part.file, sheet.sheet), [])
            same = sum(frame["reason"].str.startswith("duplicate_of").sum() for frame in decided)
            if same == sheet.taken:
                yield part.file, sheet.sheet


def _vague(
    parts: list[Part], changes: dict[str, Changes], folder: Folder
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The forms of which most rows have the key of another with other content, each with what there
    is to tell: title, key, how many rows there are and how many of them are so, and in what they
    mostly differ.
    """
    for name, change in changes.items():
        form, of = folder.forms[name], change.conflicts.total()
        sheets = (sheet for part in parts for sheet in part.sheets if not sheet.refused)
        n = sum(sheet.taken for sheet in sheets if sheet.form == name)
        if of > max(FEW, n / 2):
            key = "、".join(form.label(part) if part in form.columns else part for part in form.key)
            column = change.conflicts.most_common(1)[0][0]
            yield name, (form.title.zh, key, str(n), str(of), column)
