"""Shared by the tests: the demo returns ingested once (for all processes that test side by side),
the pack built once, and the real data where they are.
"""

from __future__ import annotations

import datetime as dt
import gc
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from plain_packs import notebooks_here, plain_fonts, plain_papers
from project import DEMO, REAL, ROOT, Tables, absent, ingested, read_back

from yxq.attainment import owed
from yxq.attainment.results import load_data
from yxq.plan.folder import Folder, Plan
from yxq.plan_folders import load
from yxq.publish import pdf
from yxq.tables import store
from yxq.tables.lock import Busy, lock

# jsonschema would take a second to import it, for a check of links that no schema of ours asks for.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

PACKED = ("test_pack.py", "test_manifest.py", "test_readme.py", "test_browser.py")
OF_PAPERS = (
    "test_papers_of_demo.py",
    "test_papers_in_office.py",
    "test_slides_of_demo.py",
    "test_slides_in_office.py",
)
LONG = ("publish", "system", "warm")  # rooms whose tests run notebooks
LONGEST = (*OF_PAPERS, "test_many_units.py", "test_pages_of_two_days.py", "test_blank_forms.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Files that look at the pack go to one process, so that it is made once, and so do those that
    look at papers; a file's tests stay together (`--dist loadfile`; xdist's own groups have no
    effect under pytest 9).
    """
    if config.getvalue("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False  # which is by how many tests, not by how long
    scheduling = pytest.importorskip("xdist.scheduler").LoadFileScheduling

    class Together(scheduling):  # type: ignore[misc,valid-type]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            if file.endswith(OF_PAPERS):
                return "papers"
            return "pack" if file.endswith(PACKED) else file

    return Together(config, log)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: it is not looked through for garbage again
    and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What needs the demo's returns ingested is not part of `make quick`. Side by side the longest
    is begun first, of that what waits for the demo after what needs none, and the small files come
    last, so that all processes end together.
    """
    waiting = set()
    for item in items:
        if "demo_tables" in getattr(item, "fixturenames", []):
            item.add_marker("slow")
            waiting.add(item.path)
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _turn(item.path, item.path in waiting))


def _turn(file: Path, waits: bool) -> tuple[bool, bool, bool, int]:
    """When the tests of a file are run, the least first; waits: for the demo's returns."""
    is_long = file.parent.name in LONG or file.name in LONGEST
    return file.name not in PACKED, not is_long, is_long and waits, -file.stat().st_size


@pytest.fixture(scope="session", autouse=True)
def no_power_cut() -> Iterator[None]:
    """What an ingest of a few rows mostly does is to wait until the disk has it; nothing that a
    test can see depends on that.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="session")
def yixing() -> Folder:
    return load.load("yixing")


@pytest.fixture(scope="session")
def plan2013(yixing) -> Plan:
    return yixing.plan(2013)


@pytest.fixture(scope="session")
def demo_tables(yixing, tmp_path_factory) -> Tables:
    """The demo's returns, ingested, a copy for each process that tests; for mutants that have no
    part in that, as made before.
    """
    processed = tmp_path_factory.mktemp("demo") / "data" / "processed"
    if made := os.environ.get("YXQ_TEST_TABLES"):
        shutil.copytree(made, processed)
        return read_back(processed)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return _with_results(yixing, ingested(DEMO, yixing, processed))
    shutil.copytree(_ingested_once(yixing, tmp_path_factory.getbasetemp().parent), processed)
    return read_back(processed)


def _ingested_once(folder: Folder, common: Path) -> Path:
    """The demo's tables in the place that all processes of a run have in common."""
    while True:
        try:
            with lock(common / "demo"):
                tables = common / "demo" / "processed"
                if not (tables / "state.json").exists():
                    _with_results(folder, ingested(DEMO, folder, tables))
                return tables
        except Busy:  # another process is at it
            time.sleep(0.1)


def _with_results(folder: Folder, tables: Tables) -> Tables:
    """The tables, with the results of the days that most tests open pages on kept beside them."""
    for day in (None, dt.date(2013, 6, 30)):
        load_data(None, day, folder.plan(2013), tables.place).keep()
    return tables


@pytest.fixture(scope="session")
def demo_processed(demo_tables) -> Path:
    return demo_tables.place


@pytest.fixture(scope="session")
def demo_measures(demo_processed) -> pd.DataFrame:
    return store.read(demo_processed, "measures")


@pytest.fixture(scope="session")
def demo_returns(plan2013, demo_tables) -> pd.DataFrame:
    return owed.status(plan2013, demo_tables.files, dt.date(2014, 1, 31))


@pytest.fixture(scope="session")
def demo_pack(demo_processed) -> Path:
    """By the README's `make pack`, in a folder that has of a clone what that needs."""
    project = demo_processed.parents[1]
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "data/raw"):
        (project / name).symlink_to(ROOT / name)
    # the environment that runs the tests, wherever it is: a copy of the project has none of its own
    make = ["make", "-o", ".venv/.ready", "pack", f"BIN={Path(sys.executable).parent}"]
    done = subprocess.run(make, cwd=project, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and "30 done, 0 unchanged, 0 failed" in done.stderr, done.stderr
    return project / "reports" / "2013"


@pytest.fixture(scope="module")
def plain_packs() -> Iterator[None]:
    """The packs of a file have all pages, and neither kernels nor real fonts and papers."""
    with notebooks_here(), plain_fonts(), plain_papers():
        yield


@pytest.fixture(scope="session")
def real_data():
    def folder(name: str) -> Path:
        if not (REAL / name).is_dir():
            pytest.skip(f"real data {name} is not here; set YXQ_REAL_DATA")
        return REAL / name

    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    try:
        return str(pdf.browser())
    except ValueError:
        absent("no Chromium, Chrome or Edge here: the pages were not looked at; `make browser`")
