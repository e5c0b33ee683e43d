"""Shared by the tests: the demo returns ingested once, the pack built once, and the real data where they are."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from yxq import ingest, load, measures, pack, plan, returns, store

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "data" / "raw"
REAL = Path(os.environ.get("YXQ_REAL_DATA", ROOT.parent / "shared" / "data"))


def save(folder: plan.Folder, tables: ingest.Tables, processed: Path) -> pd.DataFrame:
    """Write processed tables as `yxq ingest` does; the measures."""
    made = pd.concat([measures.measure(folder.plan(y), tables.records) for y in sorted(folder.periods)])
    written = {"ledger": tables.ledger, "files": tables.files, "measures": made}
    processed.mkdir(parents=True, exist_ok=True)
    store.save(processed, written | {f"records/{name}": rows for name, rows in tables.records.items()})
    return made


@pytest.fixture(scope="session")
def yixing() -> plan.Folder:
    return load.load("yixing")


@pytest.fixture(scope="session")
def plan2013(yixing) -> plan.Plan:
    return yixing.plan(2013)


@pytest.fixture(scope="session")
def demo_tables(yixing) -> ingest.Tables:
    return ingest.ingest(DEMO, yixing)


@pytest.fixture(scope="session")
def demo_processed(yixing, demo_tables, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "data" / "processed"
    save(yixing, demo_tables, folder)
    return folder


@pytest.fixture(scope="session")
def demo_measures(demo_processed) -> pd.DataFrame:
    return store.read(demo_processed, "measures")


@pytest.fixture(scope="session")
def demo_returns(plan2013, demo_tables) -> pd.DataFrame:
    return returns.status(plan2013, demo_tables.files, dt.date(2014, 1, 31))


@pytest.fixture(scope="session")
def demo_pack(plan2013, demo_processed) -> Path:
    """Built from inside a project folder, as `make pack` does."""
    before = Path.cwd()
    os.chdir(demo_processed.parents[1])
    try:
        folder, failed = pack.build(plan2013, Path("reports"), Path("data/processed"))
    finally:
        os.chdir(before)
    assert not failed
    return demo_processed.parents[1] / folder


@pytest.fixture(scope="session")
def real_data():
    def folder(name: str) -> Path:
        if not (REAL / name).is_dir():
            pytest.skip(f"real data {name} is not here; set YXQ_REAL_DATA")
        return REAL / name

    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("msedge")
    if not found:
        if os.environ.get("CI"):
            pytest.fail("CI must look at the pages: no browser; `make browser` installs one")
        pytest.skip("no Chromium, Chrome or Edge on this machine: the pages were not looked at; `make browser`")
    return found
