"""Shared by the tests: the demo returns ingested once, the pack built once, and the real data where they are."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

from yxq import ingest, load, pdf, plan, returns, store

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "raw"
REAL = Path(os.environ.get("YXQ_REAL_DATA", ROOT.parent / "shared" / "data"))


@dataclass
class Tables:
    """What an ingest left on disk."""

    place: Path
    ledger: pd.DataFrame
    files: pd.DataFrame
    measures: pd.DataFrame
    records: dict[str, pd.DataFrame]


def ingested(raw: Path, folder: plan.Folder, processed: Path) -> Tables:
    """Ingest, and the tables read back; the law of the ledger holds for every sheet."""
    processed.mkdir(parents=True, exist_ok=True)
    ingest.ingest(raw, folder, processed)
    return read_back(processed)


def read_back(processed: Path) -> Tables:
    """The tables of an ingest; the law of the ledger holds for every sheet."""
    tables = {name: store.read(processed, name) for name in ("ledger", "files", "measures")}
    files, ledger = tables["files"], tables["ledger"]
    assert (files["rows"] == files[store.FATES].sum(axis=1)).all()
    assert len(ledger) == files["rows"].sum()
    assert not ledger.duplicated(["file", "sheet", "row"]).any()
    places = sorted((processed / "records").glob("*.parquet"))
    return Tables(processed, **tables, records={p.stem: store.read(processed, f"records/{p.stem}") for p in places})


@pytest.fixture(scope="session")
def yixing() -> plan.Folder:
    return load.load("yixing")


@pytest.fixture(scope="session")
def plan2013(yixing) -> plan.Plan:
    return yixing.plan(2013)


@pytest.fixture(scope="session")
def demo_tables(yixing, tmp_path_factory) -> Tables:
    """The demo's returns, ingested; of mutants that have no part in that, tables that were made before."""
    processed = tmp_path_factory.mktemp("demo") / "data" / "processed"
    if made := os.environ.get("YXQ_TEST_TABLES"):
        shutil.copytree(made, processed)
        return read_back(processed)
    return ingested(DEMO, yixing, processed)


@pytest.fixture(scope="session")
def demo_processed(demo_tables) -> Path:
    return demo_tables.place


@pytest.fixture(scope="session")
def demo_measures(demo_processed) -> pd.DataFrame:
    return store.read(demo_processed, "measures")


@pytest.fixture(scope="session")
def demo_returns(plan2013, demo_tables) -> pd.DataFrame:
    return returns.status(plan2013, demo_tables.files, dt.date(2014, 1, 31))


@pytest.fixture(scope="session")
def demo_pack(demo_processed) -> Path:
    """By the README's `make pack`, in a folder that has of a clone what that needs."""
    project = demo_processed.parents[1]
    for name in ("Makefile", "pyproject.toml", "requirements.lock", ".venv", "data/raw"):
        (project / name).symlink_to(ROOT / name)
    bin = Path(sys.executable).parent  # of a run without .venv
    make = (
        ["make", "-o", ".venv/.ready", "pack"]
        if (ROOT / ".venv").exists()
        else ["make", "pack", f"BIN={bin}", "READY=Makefile"]
    )
    done = subprocess.run(make, cwd=project, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and "22 done, 0 unchanged, 0 failed" in done.stderr, done.stderr
    return project / "reports" / "2013"


def fewer(folder: Path, place: Path, *kept: str) -> Path:
    """A copy of a plan folder that knows only the city and the units named, or as many of the first as asked."""
    made = shutil.copytree(folder, place / folder.name)
    lines = (made / "units.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    named = [line for line in lines[1:] if ",city," in line or any(name in line for name in kept)]
    (made / "units.csv").write_text("".join([lines[0], *named]), encoding="utf-8")
    return made


@pytest.fixture(scope="session")
def real_data():
    def folder(name: str) -> Path:
        if not (REAL / name).is_dir():
            pytest.skip(f"real data {name} is not here; set YXQ_REAL_DATA")
        return REAL / name

    return folder


def absent(what: str) -> None:
    """What a check needs is not on this machine: it is skipped and says so, but in CI it must run."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(what)


@pytest.fixture(scope="session")
def chromium() -> str:
    try:
        return str(pdf.browser())
    except ValueError:
        absent("no Chromium, Chrome or Edge on this machine: the pages were not looked at; `make browser`")
