"""Speed, side by side in one run: `make bench`. Prints ratios; nothing here is a test.

Each side runs in a process of its own, start-up and imports included, in turns; the ratio is that
of the best times.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import bench_runs
import calibration
import numpy as np
import pandas as pd
import psutil
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from yxq.attainment import owed
from yxq.attainment.attain import attain
from yxq.plan.folder import Plan
from yxq.plan.units import Unit
from yxq.plan_folders import load
from yxq.returns import calendars, demo, demo_files, ingest
from yxq.returns.read.identify import identify, sheets
from yxq.stats import evidence
from yxq.tables import store

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
        sheet = next(sheets(source, identify(source)[1]))
        head = next(
            (
                n
                for n, row in enumerate(sheet.head[:5])
                if row[:3] == ["样品编号", "抽样日期", "镇（街道、园区）"]
            ),
            None,
        )
        if head is not None and source.parent.name == "2013":
            break
    good = [
        row
        for row in sheet.head[head + 1 :]
        if len([*filter(None, row)]) > 5 and row[2] != "丁属镇" and not row[1].endswith("11-31")
    ]
    table = [
        sheet.head[head],
        *([row[0], calendars.date(row[1]).isoformat(), *row[2:]] for row in good),
    ]
    path = place / kind / f"质监局-2013年（演示数据）.{kind}"
    demo_files.multiply(path, table, rows // (len(table) - 1), np.random.default_rng(1))
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
            peak = max(
                peak, sum(one.memory_info().rss - one.memory_info().shared for one in family) / 1e9
            )
        except psutil.Error:
            pass
        time.sleep(0.05)
    if done.returncode:
        raise SystemExit(f"failed: {arguments}")
    return time.perf_counter() - before, peak


def ingests(rows: int, times: int) -> None:
    """Ingest against bare pandas, and against nothing changed."""
    with tempfile.TemporaryDirectory() as home:
        place = Path(home)
        for kind in ("csv", "parquet"):
            path = samples(place, rows, kind)
            processed = place / "processed"
            command = ("ingest", "--raw", str(path.parent), "--processed", str(processed))
            bare, fresh = [], []
            for _ in range(times):
                bare.append(timed(BARE, str(path)))
                shutil.rmtree(processed, ignore_errors=True)
                fresh.append(timed(INGEST, *command))
            again = timed(INGEST, *command)
            print(f"{kind}, {rows:,} rows, {path.stat().st_size / 1e6:.0f} MB:")
            print(
                f"  ingest / bare pandas reading and grouping: {min(fresh)[0] / min(bare)[0]:.2f} "
                f"({min(fresh)[0]:.1f} s and {min(bare)[0]:.1f} s)"
            )
            print(
                f"  peak memory: {max(p for _, p in fresh):.2f} GB"
                f" and {max(p for _, p in bare):.2f} GB"
            )
            print(f"  nothing changed / ingest: {again[0] / min(fresh)[0]:.3f}")
            path.unlink()


def province(units: int) -> tuple[Plan, pd.DataFrame, pd.DataFrame]:
    """The plan with so many units, and the demo's measures dealt out among them; the files that
    arrived.
    """
    folder = load.load()
    with tempfile.TemporaryDirectory() as home:
        demo.write(Path(home) / "raw", folder)
        ingest.ingest(Path(home) / "raw", folder, Path(home) / "processed")
        measures, files = (
            store.read(Path(home) / "processed", name) for name in ("measures", "files")
        )
    towns = [unit.name for unit in folder.plan(2013).towns]
    made = [
        Unit(
            code=str(n),
            code_system="bench",
            name=f"U{n}",
            name_en=f"U{n}",
            kind="town",
            slug=f"u{n}",
        )
        for n in range(units)
    ]
    own = {town: measures[measures["unit"] == town] for town in towns}
    dealt = [own[towns[n % len(towns)]].assign(unit=unit.name) for n, unit in enumerate(made)]
    city = measures[~measures["unit"].isin(towns)]
    return (
        folder.model_copy(update={"units": (folder.city, *made)}).plan(2013),
        pd.concat([city, *dealt], ignore_index=True),
        files,
    )


def best(times: int, what: Callable[[], object]) -> float:
    """The best of some runs, in seconds."""
    took = []
    for _ in range(times):
        before = time.perf_counter()
        what()
        took.append(time.perf_counter() - before)
    return min(took)


def attainment(units: int, times: int) -> None:
    """The whole table for many units, and its intervals and tests against a loop of scipy and
    against statsmodels.
    """
    plan, measures, files = province(units)
    day = dt.date(2013, 6, 30)
    status = owed.status(plan, files, day)
    whole = best(times, lambda: attain(plan, measures, status, day))
    table = attain(plan, measures, status, day)
    print(
        f"attain, {units:,} units, {len(plan.targets)} targets, {len(table):,} results of a year"
        f" from {len(measures):,} measures: {whole:.2f} s"
    )
    rates = table[(table["kind"] == "share") & (table["denominator"] > 0)]
    x, n = (rates[name].to_numpy(dtype=int) for name in ("numerator", "denominator"))

    def vectors() -> None:
        evidence.wilson(x, n)
        evidence.demonstrated(x, n, 0.95)

    def loop() -> None:
        for a, b in zip(x[:2000], n[:2000], strict=True):
            binom.sf(a - 1, b, 0.95), binom.cdf(a, b, 0.95)

    ours = best(times, vectors)
    print(
        f"  intervals and tests of {len(x):,} rates: {ours:.3f} s; a plain scipy loop of the tests"
        f" alone takes {best(times, loop) / 2000 * len(x) / ours:.0f} times as long"
    )
    mine, theirs = (
        best(times, lambda: evidence.wilson(x, n)),
        best(times, lambda: proportion_confint(x, n, method="wilson")),
    )
    print(f"  Wilson's interval / statsmodels (vectorised): {mine / theirs:.2f}")


def main() -> None:
    """Print every comparison."""
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=10_000_000)
    options.add_argument("--units", type=int, default=2_000)
    options.add_argument("--times", type=int, default=3)
    options.add_argument("--only", choices=["ingest", "attain", "calibration", "runs"])
    options.add_argument("--many", type=int, default=500)
    given = options.parse_args()
    if given.only in (None, "calibration"):
        calibration.main([])
    if given.only in (None, "attain"):
        attainment(given.units, given.times)
    if given.only in (None, "runs"):
        bench_runs.packs(given.times)
        bench_runs.many(given.many)
    if given.only in (None, "ingest"):
        ingests(given.rows, given.times)


if __name__ == "__main__":
    main()
