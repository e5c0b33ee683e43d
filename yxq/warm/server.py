"""The server behind the warm kernels: when it can be used, how it is started, and how kernels end.

Light to import: the runner starts it before all else.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

LONGEST = 70  # characters of the folder for sockets, whose names the system allows 107
_SERVED: list[dict[str, object]] = []  # the surroundings in which the server began

MANAGERS: set[Any] = set()  # of kernels, forked or not, that have not been cleaned up


def can_fork() -> bool:
    """Whether a kernel that is forked here would be as an ordinary one.

    On Linux (macOS can fork, but its system libraries do not survive it), from a process that may
    have children, that is the one the server was started by, whose surroundings are what they were
    then, and where sockets can have their names.
    """
    able = (
        sys.platform == "linux"
        and not multiprocessing.current_process().daemon
        and len(tempfile.gettempdir()) < LONGEST
    )
    return able and (not _SERVED or _SERVED[0] == _surroundings())


def _surroundings() -> dict[str, object]:
    """What an interpreter takes over when it starts and not again: a forked kernel has it from the
    server.
    """
    import resource

    names = ("PYTHON", "LC_", "LANG", "MPLCONFIGDIR", "MATPLOTLIBRC")
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return {
        "process": os.getpid(),
        "environment": {
            name: value for name, value in os.environ.items() if name.startswith(names)
        },
        "umask": next(line for line in status.splitlines() if line.startswith("Umask")),
        "limits": [resource.getrlimit(kind) for kind in range(16)],
    }


def start_server() -> None:
    """Start the server, so that it imports while the caller does something else."""
    if not can_fork():
        return
    from multiprocessing import forkserver

    if not _SERVED:
        _SERVED.append(_surroundings())
        _clear_sockets()
    multiprocessing.get_context("forkserver").set_forkserver_preload(["yxq.warm.preload"])
    forkserver.ensure_running()


def _clear_sockets() -> None:
    """Take away the folders of sockets that killed runners left, a day later: they may be of
    another container's.
    """
    for folder in Path(tempfile.gettempdir()).glob("yxq-*-*"):
        runner = folder.name.split("-")[1]
        old = folder.stat().st_mtime < time.time() - 86_400
        if old and runner.isdigit() and not psutil.pid_exists(int(runner)):
            shutil.rmtree(folder, ignore_errors=True)


def end_kernels() -> None:
    """End every kernel that was started here, with all that it started itself."""
    for manager in list(MANAGERS):
        pid = getattr(manager.provisioner, "pid", None)
        if pid and manager.has_kernel:
            with contextlib.suppress(psutil.NoSuchProcess):
                kernel_process = psutil.Process(pid)
                for process in [*kernel_process.children(recursive=True), kernel_process]:
                    process.kill()
