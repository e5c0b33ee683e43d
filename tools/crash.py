"""`kill -9` at random moments: `python tools/crash.py --what ingest|pack --times 50 --seed 1`; a
few times in the tests.

Of an ingest: afterwards the tables are those of before or the new ones, whole; and the next ingest
ends in the bytes of an undisturbed one. Of a pack: no kernel outlives its runner, what was
published before is whole, and the next run ends in the bytes of an undisturbed one.
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

import psutil
from project import DEMO

from yxq.plan_folders import load
from yxq.tables import store

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
        [*YXQ, "ingest", "--raw", raw, "--processed", processed],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
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
        assert not list((home / "now").glob(".ne*")) and not list(
            (home / "now" / ".parts").glob("*.*")
        )
    return found


def packed(plan: Path, raw: Path, processed: Path, out: Path) -> subprocess.Popen[bytes]:
    places = ["--plan", plan, "--raw", raw, "--processed", processed, "--out", out]
    return subprocess.Popen(
        [*YXQ, "pack", *places],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=out.parent,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and "archive" not in file.relative_to(folder).parts
    }


def run_pack(times: int, seed: int, home: Path, units: int = 4) -> Counter[str]:
    """Kill so many packs of a plan with few units; what was found after each."""
    rng, plan, places = random.Random(seed), home / "few", (home / "raw", Path("processed"))
    shutil.copytree(Path(load.SHIPPED) / "yixing", plan)
    lines = (plan / "units.csv").read_text("utf-8").splitlines()
    (plan / "units.csv").write_text("\n".join(lines[: units + 2]) + "\n", encoding="utf-8")
    shutil.copytree(DEMO, home / "raw")
    assert packed(Path("few"), *places, home / "whole").wait() == 0
    start = time.perf_counter()
    assert packed(Path("few"), *places, home / "now").wait() == 0
    lasts, whole = time.perf_counter() - start, contents(home / "whole" / "2013")
    assert contents(home / "now" / "2013") == whole
    found: Counter[str] = Counter()
    for _ in range(times):
        again = (
            rng.random() < 0.5
        )  # half the time there is a pack already, of another day, to be replaced
        if not again:
            shutil.rmtree(home / "now")
            (home / "now").mkdir()
        for old in (home / "now").glob("2013/notebooks/*.ipynb"):
            old.write_text(
                old.read_text("utf-8").replace('"notebook": "', '"notebook": "0'), encoding="utf-8"
            )
        before = contents(home / "now")
        running = packed(Path("few"), *places, home / "now")
        time.sleep(rng.uniform(0.2, 1.05) * lasts)
        family = (
            psutil.Process(running.pid).children(recursive=True) if running.poll() is None else []
        )
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert psutil.wait_procs(family, timeout=10)[1] == [], "a kernel outlived its runner"
        there = {
            name: each for name, each in contents(home / "now").items() if name.startswith("2013/")
        }
        place = home / "now" / "2013"
        made = place.exists() and contents(place) == whole
        assert (
            made
            or not place.exists()
            or there == {n: each for n, each in before.items() if n.startswith("2013/")}
        )
        part = home / "now" / ".2013.part" / "notebooks"
        found[
            "the pack was made"
            if made
            else "what was there was there"
            if again
            else "nothing was published"
        ] += 1
        found["some notebooks were done"] += part.is_dir() and any(part.glob("[!.]*.ipynb"))
        found["kernels were at work"] += len(family) > 2
        assert packed(Path("few"), *places, home / "now").wait() == 0
        assert contents(place) == whole
        assert {p.name for p in (home / "now").iterdir()} == {
            "2013",
            ".lock",
            ".yxq-made",
            "summary.json",
        }
    return found


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--what", choices=["ingest", "pack"], default="ingest")
    options.add_argument("--times", type=int, default=50)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        scene = {"ingest": run, "pack": run_pack}[given.what]
        print(dict(scene(given.times, given.seed, Path(place))))
