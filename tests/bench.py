"""Speed, side by side in one run: `make bench`. Prints ratios; nothing here is a test.

Each side runs in a process of its own, start-up and imports included, in turns; the ratio is that of the best times.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

from yxq import demo, load, read, values

BARE = """
import sys, pandas as pd
path = sys.argv[1]
rows = pd.read_csv(path) if path.endswith("csv") else pd.read_parquet(path)
month = pd.to_datetime(rows["抽样日期"]).dt.month
print(len(rows.groupby([rows["镇（街道、园区）"], rows["类别"], month, rows["检验结果"]]).size()))
"""
INGEST = "import sys; from yxq.cli import main; main()"


def samples(place: Path, rows: int, kind: str) -> Path:
    """One return of so many samples, drawn from a return of the demo."""
    for source in demo.write(place / "demo", load.load()):
        sheet = next(read.sheets(source, read.identify(source)[1]))
        head = next(
            (n for n, row in enumerate(sheet.head[:5]) if row[:3] == ["样品编号", "抽样日期", "镇（街道、园区）"]), None
        )
        if head is not None and source.parent.name == "2013":
            break
    good = [
        row
        for row in sheet.head[head + 1 :]
        if len([*filter(None, row)]) > 5 and row[2] != "丁属镇" and not row[1].endswith("11-31")
    ]
    table = [sheet.head[head], *([row[0], values.date(row[1]).isoformat(), *row[2:]] for row in good)]
    path = place / kind / f"质监局-2013年（演示数据）.{kind}"
    demo.multiply(path, table, rows // (len(table) - 1), np.random.default_rng(1))
    return path


def timed(code: str, *arguments: str) -> tuple[float, float]:
    """Seconds and peak memory (GB, of the process or of its greatest child) of a program."""
    before = time.perf_counter()
    done = subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.DEVNULL)
    peak = 0.0
    process = psutil.Process(done.pid)
    while done.poll() is None:
        try:
            family = [process, *process.children(recursive=True)]
            peak = max(peak, sum(one.memory_info().rss - one.memory_info().shared for one in family) / 1e9)
        except psutil.Error:
            pass
        time.sleep(0.05)
    if done.returncode:
        raise SystemExit(f"failed: {arguments}")
    return time.perf_counter() - before, peak


def main() -> None:
    """Ingest against bare pandas, and against nothing changed."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=10_000_000)
    options.add_argument("--times", type=int, default=3)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as home:
        place = Path(home)
        for kind in ("csv", "parquet"):
            path = samples(place, given.rows, kind)
            processed = place / "processed"
            command = ("ingest", "--raw", str(path.parent), "--processed", str(processed))
            bare, fresh = [], []
            for _ in range(given.times):
                bare.append(timed(BARE, str(path)))
                shutil.rmtree(processed, ignore_errors=True)
                fresh.append(timed(INGEST, *command))
            again = timed(INGEST, *command)
            print(f"{kind}, {given.rows:,} rows, {path.stat().st_size / 1e6:.0f} MB:")
            print(f"  ingest / bare pandas reading and grouping: {min(fresh)[0] / min(bare)[0]:.2f} "
                  f"({min(fresh)[0]:.1f} s and {min(bare)[0]:.1f} s)")  # fmt: skip
            print(f"  peak memory: {max(p for _, p in fresh):.2f} GB and {max(p for _, p in bare):.2f} GB")
            print(f"  nothing changed / ingest: {again[0] / min(fresh)[0]:.3f}")
            path.unlink()


if __name__ == "__main__":
    main()
