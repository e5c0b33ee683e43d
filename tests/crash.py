"""`kill -9` at random moments of an ingest: `python tests/crash.py --times 50 --seed 1`; a few times in the tests.

Afterwards the tables are those of before or the new ones, whole; and the next ingest ends in the bytes of an
undisturbed one.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from conftest import DEMO

from yxq import store

YXQ = [sys.executable, "-c", "from yxq.cli import main; main()"]


def tables(folder: Path) -> dict[str, str]:
    """The digest of every file of a set of tables."""
    store.finish(folder)
    found = sorted(store._ours(folder))
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in found
        if file.suffix != ".xlsx"
    }


def ingest(raw: Path, processed: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*YXQ, "ingest", "--raw", raw, "--processed", processed], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def run(times: int, seed: int, home: Path, files: str = "*") -> Counter[str]:
    """Kill so many ingests; what was found after each."""
    rng, raw, before = random.Random(seed), home / "raw", home / "before"
    for file in DEMO.glob(f"*/{files}"):
        (raw / file.parent.name).mkdir(parents=True, exist_ok=True)
        shutil.copy(file, raw / file.parent.name)
    assert ingest(raw / "2011", before).wait() == 0
    start = time.perf_counter()
    assert ingest(raw, home / "after").wait() == 0
    whole, old, new = time.perf_counter() - start, tables(before), tables(home / "after")
    found: Counter[str] = Counter()
    for _ in range(times):
        shutil.rmtree(home / "now", ignore_errors=True)
        shutil.copytree(before, home / "now")
        running = ingest(raw, home / "now")
        time.sleep(rng.uniform(0.2, 1.05) * whole)
        running.send_signal(signal.SIGKILL)
        running.wait()
        there = tables(home / "now")
        assert there in (old, new), "tables are neither the old nor the new ones"
        found["new tables were there" if there == new else "old tables were there"] += 1
        parts = len(list((home / "now" / ".parts").iterdir()))
        found["some files were read already"] += parts > len(list((before / ".parts").iterdir()))
        assert ingest(raw, home / "now").wait() == 0
        assert tables(home / "now") == new
        assert not list((home / "now").glob(".ne*")) and not list((home / "now" / ".parts").glob("*.*"))
    return found


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--times", type=int, default=50)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        print(dict(run(given.times, given.seed, Path(place))))
