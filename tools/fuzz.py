"""Returns with random damage: `python tools/fuzz.py --files 10000 --seed 1`. Also used, with few
files, by the tests.

Whatever the damage, an ingest ends without a traceback, the rows read of every sheet are the sum of
their fates, and the file that was not damaged beside them keeps its records.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections import Counter
from pathlib import Path

from corpus import CASES
from project import DEMO, ingested

from yxq.plan_folders import load

WHOLE = "2013/农林局-监督抽查结果-2013年第二季度.xlsx"


def seeds() -> list[tuple[str, bytes]]:
    """Files to damage: those of the corpus, and the start of a few of the demo's."""
    found = [item for files, _ in CASES.values() for item in files.items() if item[1]]
    for path in sorted((DEMO / "2013").iterdir())[::5]:
        found.append((path.name, path.read_bytes()))
    return found


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
                out[at:at] = rng.choice(
                    [
                        b'"',
                        b",",
                        b"\t",
                        b"\n",
                        b"\r",
                        b"\0",
                        b"\xef\xbb\xbf",
                        b"\xff\xfe",
                        "，合计　".encode(),
                        b"<table>",
                        b"1E+99",
                    ]
                )
            case 6:
                to = rng.randrange(len(out) + 1)
                out[to:to] = out[at : at + length]
    return bytes(out)


def run(files: int, seed: int, home: Path, at_once: int = 100, suffix: str = "") -> Counter[str]:
    """Damage so many files, ingest them `at_once` at a time; how many rows had which fate."""
    rng, folder, fates = random.Random(seed), load.load("yixing"), Counter()
    kinds = [one for one in seeds() if one[0].endswith(suffix)]
    whole = DEMO / WHOLE
    beside = (
        whole
        if whole.exists()
        else sorted((DEMO / "2013").glob("农林局-监督抽查结果-2013年第二*"))[0]
    )
    expected = None
    for start in range(0, files, at_once):
        raw = home / "raw"
        shutil.rmtree(raw, ignore_errors=True)
        raw.mkdir(parents=True)
        for number in range(start, min(start + at_once, files)):
            name, data = rng.choice(kinds)
            (raw / f"{number:06d}-{name}").write_bytes(damaged(data, rng))
        (raw / f"whole-{beside.name}").write_bytes(beside.read_bytes())
        tables = ingested(raw, folder, home / "processed")
        fates.update(tables.ledger["fate"])
        mine = tables.ledger[tables.ledger["file"].str.startswith("whole-")]
        told = mine[["row", "fate", "reason"]][
            ~mine["reason"].str.contains(r"-|_of|conflict|replaced|shared|resubmitted", regex=True)
        ]
        expected = len(mine) if expected is None else expected
        assert len(mine) == expected and len(told) > 0
    return fates


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--files", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--suffix", default="", help="only files of a kind, such as .parquet")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        print(dict(run(given.files, given.seed, Path(place), suffix=given.suffix)))
