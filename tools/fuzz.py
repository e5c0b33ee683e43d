"""Damaged files of every format: `python tools/fuzz.py --files 20000 --seed 18`, besides, with
`--seeds DIR`, those that are made of a folder of real ones; `--undamaged` takes all as they are.
Also used, with few files, by the tests.

Whole files are those of the corpus, some of the demo's, one of each format that programs at hand
write, and those of the folder. They are damaged: bytes changed, cut, doubled, moved; parts of an
archive damaged and packed again, lost, or said to be of another size; far cells, wide merges,
spans. Some hundreds at a time are ingested, in a process whose memory is bounded, beside a whole
file. Whatever the damage, nothing ends but the file: no traceback, no abort; the rows read are the
sum of their fates, and all rows of the whole file are accepted.
"""

from __future__ import annotations

import argparse
import functools
import io
import itertools
import json
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import workbooks
from corpus import CASES
from corpus_cells import MORE
from corpus_offices import OFFICES
from project import DEMO, ingested

from yxq.plan_folders import load
from yxq.returns.read.identify import SUFFIXES

NAMES = "样品编号,抽样日期,镇（街道、园区）,受检单位,产品名称,类别,检验结果,不合格项目"
HEADINGS = NAMES.split(",")
ROWS = [
    [f"C{n}", f"2013-04-{n:02d}", "丁蜀镇", f"样例厂{n}", "紫砂陶", "产品", "合格", ""]
    for n in range(1, 29)
]
WHOLE = "质监局-2013年第二季度.csv"
MEMORY = 6 << 30  # of the address space of the process that ingests
LONGEST = 1 << 20  # bytes of a file that is worth damaging
SHEET = "xl/worksheets/sheet1.xml"
FAR = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
ODD = [  # what a valid sheet is changed to
    (b"</sheetData>", FAR),
    (b"</sheetData>", FAR.replace(b"<c r", b"<c  r")),
    (b"</sheetData>", FAR.replace(b"t=", b"s='0' t=").replace(b'r="XFD', b'r="xfd')),
    (b"</sheetData>", b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'),
    (b'<dimension ref="A1', b'<dimension ref="1:49'),
    (b'<dimension ref="A1', b'<dimension ref="XFD9999999'),
    (b'<c r="A2"', b'<c r="A99999999999"'),
    (b"<v>", b"<v>999999999"),
    (b"<sheetData>", b"<sheetData>" * 2000),
    (b'<row r="2"', b'<row r="0"'),
]
PAGES = [(b"<td>", b"<td colspan=1000 rowspan=1000>"), (b"<td>", b"<td><table><tr><td>")]
TEXTS = ("\r", "\n", "\0", '"', ",", "\t", "，合计　", "<table>", "1E+99")
MARKS = [*(text.encode() for text in TEXTS), b"\xef\xbb\xbf", b"\xff\xfe"]
File = tuple[str, bytes]


@functools.cache
def seeds(real: Path | None = None) -> dict[str, list[bytes]]:
    """Whole files by the end of their names."""
    found = workbooks.every([HEADINGS, *ROWS])
    cases = (CASES | MORE | OFFICES).values()
    found += [(Path(name).suffix, data) for files, _ in cases for name, data in files.items()]
    places = sorted((DEMO / "2013").iterdir())[::5] + (sorted(real.rglob("*")) if real else [])
    found += [(p.suffix.lower(), p.read_bytes()) for p in places if p.is_file()]
    kinds: dict[str, list[bytes]] = {}
    for suffix, data in found:
        if data and suffix in SUFFIXES:
            kinds.setdefault(suffix, []).append(data)
    return kinds


def damaged(data: bytes, rng: random.Random) -> bytes:
    """The bytes with one to six changes: other bytes, bits turned, pieces cut, doubled, moved, or
    marks put in.
    """
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        at, length = rng.randrange(len(out) + 1), rng.choice((1, 1, 2, 4, 16, 200))
        match rng.randrange(7):
            case 0:
                out[at : at + length] = rng.randbytes(length)
            case 1 if at < len(out):
                out[at] ^= 1 << rng.randrange(8)
            case 2:
                del out[at : at + length]
            case 3:
                out[at:at] = out[at : at + length]
            case 4:
                del out[at:]
            case 5:
                out[at:at] = rng.choice(MARKS)
            case 6:
                to = rng.randrange(len(out) + 1)
                out[to:to] = out[at : at + length]
    return bytes(out)


def repacked(data: bytes, rng: random.Random) -> bytes:
    """An archive with one part damaged, lost, of odd content, or of a wrong size."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts: dict[str, str | bytes] = {name: book.read(name) for name in book.namelist()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        parts = {}
    if not parts:
        return damaged(data, rng)
    how, chosen = rng.randrange(4), rng.choice([*parts])
    if how == 0 and SHEET in parts:
        parts[SHEET] = bytes(parts[SHEET]).replace(*rng.choice(ODD), 1)
    elif how == 2:
        del parts[chosen]
    elif how < 3:
        parts[chosen] = damaged(bytes(parts[chosen]), rng)
    made = bytearray(workbooks.archive(parts))
    if how == 3 and (places := [m.start() for m in re.finditer(b"PK\x01\x02", made)]):
        at = rng.choice(places) + rng.choice((10, 16, 20, 24, 28, 42))
        made[at : at + 2] = rng.randbytes(2)
    return bytes(made)


def spoiled(data: bytes, rng: random.Random) -> bytes:
    """A file damaged in a way that fits its format, or in any."""
    if data.startswith(b"PK") and rng.random() < 0.6:
        return repacked(data, rng)
    if data.startswith(b"<html") and rng.random() < 0.1:
        old, new = rng.choice(PAGES)
        return data.replace(old, new, rng.choice((1, 5, 200)))
    if rng.random() < 0.05:
        return data[: rng.randrange(len(data))] + bytes(rng.randrange(4096))
    return damaged(data, rng)


def spoilt(kinds: dict[str, list[bytes]], files: int, seed: int) -> Iterator[File]:
    """So many damaged files, of each format as many."""
    rng = random.Random(seed)
    short = {end: [data for data in many if len(data) <= LONGEST] for end, many in kinds.items()}
    ends = [end for end, many in short.items() if many]
    for _ in range(files):
        suffix = rng.choice(ends)
        yield suffix, spoiled(rng.choice(short[suffix]), rng)


def whole_file() -> bytes:
    """The file beside the others, none of which has its numbers."""
    rows = [HEADINGS, *([f"WHOLE{row[0]}", *row[1:]] for row in ROWS)]
    return workbooks.text(rows, ",", "utf-8")


def batch(raw: Path, processed: Path, plan: str) -> dict[str, int]:
    """Ingest a folder; how many rows had which fate, and how many files which reason."""
    tables = ingested(raw, load.load(plan), processed)
    mine = tables.ledger[tables.ledger["file"] == WHOLE]
    expected = [["excluded", "header"], *[["accepted", ""]] * len(ROWS)]
    assert plan != "yixing" or mine[["fate", "reason"]].to_numpy().tolist() == expected
    refused = tables.files[tables.files["rows"] == 1]
    reasons = refused["reason"].str.partition("|")[0].value_counts().to_dict()
    return {**tables.ledger["fate"].value_counts().to_dict(), **reasons, "peak MB": peak()}


def peak() -> int:
    """Megabytes that this process, or one that it began, has held at most."""
    return max(resource.getrusage(whose).ru_maxrss for whose in (0, -1)) >> 10


def run(files: Iterable[File], home: Path, at_once: int, plan: str = "yixing") -> Counter[str]:
    """Ingest the files, `at_once` at a time; how many rows and files came to what."""
    sums, most, waiting = Counter[str](), 0, iter(files)
    while some := list(itertools.islice(waiting, at_once)):
        raw = home / "raw"
        shutil.rmtree(raw, ignore_errors=True)
        raw.mkdir(parents=True)
        for number, (suffix, data) in enumerate(some):
            (raw / f"{number:06d}{suffix}").write_bytes(data)
            sums[f"files {suffix}"] += 1
        (raw / WHOLE).write_bytes(whole_file())
        command = [sys.executable, __file__, "--batch", str(raw), str(home / "processed"), plan]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise AssertionError(f"{dict(sums)}: exit {done.returncode}: {done.stderr[-3000:]}")
        found = json.loads(done.stdout)
        most = max(most, found.pop("peak MB"))
        sums.update(found)
        print(dict(sums), f"peak {most} MB", file=sys.stderr)
    return sums + Counter({"peak MB": most})


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--files", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=18)
    options.add_argument("--seeds", type=Path, help="a folder of real files to damage besides")
    options.add_argument("--undamaged", action="store_true", help="each file once, as it is")
    options.add_argument("--plan", default="yixing", help="a plan folder")
    options.add_argument("--at-once", type=int, default=500)
    options.add_argument("--home", type=Path, help="where to work; what failed is left there")
    options.add_argument("--batch", nargs=3, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.batch:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        print(json.dumps(batch(Path(given.batch[0]), Path(given.batch[1]), given.batch[2])))
    else:
        with tempfile.TemporaryDirectory() as place:
            found = seeds(given.seeds)
            as_they_are = ((end, data) for end, many in found.items() for data in many)
            files = as_they_are if given.undamaged else spoilt(found, given.files, given.seed)
            print(dict(run(files, given.home or Path(place), given.at_once, given.plan)))
