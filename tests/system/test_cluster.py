"""A pack made on a Dask cluster is whole although a worker is killed."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from yxq.publish import pack
from yxq.publish.archive import verify
from yxq.publish.job import RunOptions
from yxq.warm import server

pytest.importorskip("distributed")


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers, each a process of its own: the scheduler's address and the
    workers.
    """
    import yaml

    file = tmp_path / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    common = ["--scheduler-file", str(file), "--no-dashboard"]
    started = [
        subprocess.Popen(
            [*dask, "scheduler", *common, "--host", "127.0.0.1", "--port", "0"], **quiet
        )
    ]
    end = time.monotonic() + 60
    while not (file.exists() and file.stat().st_size):
        assert time.monotonic() < end and started[0].poll() is None
        time.sleep(0.1)
    for _ in range(2):
        one = [
            "worker",
            *common,
            "--no-nanny",
            "--nthreads",
            "1",
            "--local-directory",
            str(tmp_path),
        ]
        started.append(subprocess.Popen([*dask, *one], cwd=tmp_path, **quiet))
    yield yaml.safe_load(file.read_text(encoding="utf-8"))["address"], started[1:]
    for process in started:
        process.kill()
    for process in started:
        process.wait()


def test_a_worker_is_killed_half_way(cluster, tmp_path, plan2013, demo_processed):
    address, workers = cluster
    few = plan2013.model_copy(
        update={"folder": plan2013.folder.model_copy(update={"units": plan2013.folder.units[:3]})}
    )
    home = demo_processed.parents[1]
    before = Path.cwd()
    os.chdir(home)  # the tables are named as seen from here; the workers stand elsewhere
    notebooks = tmp_path / "cluster" / ".2013.part" / "notebooks"

    def kill() -> None:
        while not any(notebooks.glob("[!.]*.ipynb")):
            time.sleep(0.05)
        workers[0].kill()

    killer = threading.Thread(target=kill)
    try:
        killer.start()
        place, outcomes = pack.build(
            few, tmp_path / "cluster", Path("data/processed"), options=RunOptions(scheduler=address)
        )
        killer.join()
        here, _ = pack.build(few, tmp_path / "here", Path("data/processed"))
    finally:
        os.chdir(before)
    assert workers[0].wait(10) != 0 and workers[1].poll() is None
    assert {outcome.status for outcome in outcomes} == {"done"} and not verify(place)
    files = {p.relative_to(here): p.read_bytes() for p in here.rglob("*") if p.is_file()}
    made = {p.relative_to(place): p.read_bytes() for p in place.rglob("*") if p.is_file()}
    assert made.keys() - files.keys() == set()
    assert made == files
    assert server.can_fork() or sys.platform != "linux"
