"""Many runs in one process, and what is held then: `python tools/leaks.py --runs 1000`."""

from __future__ import annotations

import argparse
import gc
import tempfile
import threading
from pathlib import Path

import nbformat
import psutil

from yxq.publish.job import Job
from yxq.publish.job import Outcome as Planned
from yxq.publish.run import run


def held() -> dict[str, object]:
    """What this process and the server behind its kernels hold: files and sockets, threads,
    children, memory in MB.
    """
    gc.collect()
    me = psutil.Process()
    family = [me, *me.children(recursive=True)]
    return {
        "files and sockets": [one.num_fds() for one in family],
        "threads": [one.num_threads() for one in family],
        "python threads": threading.active_count(),
        "zombies": sum(one.status() == psutil.STATUS_ZOMBIE for one in family),
        "temporary files": len(list(Path(tempfile.gettempdir()).glob("yxq-*"))),
        "memory": [round(one.memory_info().rss / 2**20) for one in family],
    }


def main() -> None:
    """Print what is held after each tenth of the runs."""
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=1000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell("import numpy\nnumpy.zeros(10).sum()")]
        )
        nbformat.write(notebook, Path(place) / "a.ipynb")
        for tenth in range(11):
            n = 10 if tenth == 0 else given.runs // 10
            jobs = [
                Planned(Job(Path(place) / "a.ipynb", Path(place) / f"{k}.ipynb", {}), why="run")
                for k in range(n)
            ]
            outcomes = list(run(jobs))
            assert len(outcomes) == n and not any(outcome.error for outcome in outcomes)
            print(0 if tenth == 0 else tenth * n, held(), flush=True)


if __name__ == "__main__":
    main()
