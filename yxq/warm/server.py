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
import threading
import time
from multiprocessing import util
from pathlib import Path
from typing import Any

import psutil

from yxq.warm.inside_kernel import end_with_children

LONGEST = 70  # characters of the folder for sockets, whose names the system allows 107
_SERVED: list[dict[str, object]] = []  # the surroundings in which the server began
# what an interpreter reads from the environment when it starts, and matplotlib when it is imported
TAKEN_OVER = ("PYTHON", "LC_", "LANG", "MPLCONFIGDIR", "MATPLOTLIBRC")
HARMLESS = set("Bqu")  # flags of the interpreter that no notebook can tell

MANAGERS: set[Any] = set()  # of kernels, forked or not, that have not been cleaned up
FORKED: set[int] = set()  # kernels that nobody has waited for
ENDED: set[int] = set()  # and those that are gone
# multiprocessing's own book-keeping of children is not made for several threads that start and ask
# at a time.
ONE_AT_A_TIME = threading.Lock()


def can_fork() -> bool:
    """Whether a kernel that is forked here would be as an ordinary one.

    On Linux (macOS can fork, but its system libraries do not survive it), from a process that may
    have children, that is the one the server was started by, whose surroundings are what they were
    then, and where sockets can have their names.
    """
    able = (
        sys.platform == "linux"
        and not multiprocessing.current_process().daemon
        and not own_flags(sys.orig_argv)
        and len(tempfile.gettempdir()) < LONGEST
    )
    return able and (not _SERVED or _SERVED[0] == _surroundings())


def own_flags(command: list[str]) -> list[str]:
    """The flags that an interpreter was started with and that its kernels are not (they inherit
    the environment alone), but for harmless ones.

    >>> own_flags(["python", "-uO", "-X", "dev", "-m", "papermill", "-E"])
    ['-uO', '-X', 'dev']
    """
    found, rest = [], iter(command[1:])
    for flag in rest:
        if not flag.startswith("-") or flag[1:2] in ("", "c", "m"):
            break
        if not set(flag[1:]) <= HARMLESS:
            found += [flag, next(rest, "")] if flag in ("-X", "-W") else [flag]
    return found


def _surroundings() -> dict[str, object]:
    """What an interpreter takes over when it starts and not again: a forked kernel has it from the
    server.
    """
    import resource

    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return {
        "process": os.getpid(),
        "environment": {
            name: value for name, value in os.environ.items() if name.startswith(TAKEN_OVER)
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
        # before multiprocessing waits for its children, whom nobody may have told to end
        util.Finalize(None, leave, exitpriority=100)
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
            end_with_children(pid)


def end_orphans() -> None:
    """End what kernels that died have left behind: their server has become its parent."""
    if not ENDED:  # none was forked
        return
    from multiprocessing import forkserver

    pid = getattr(forkserver._forkserver, "_forkserver_pid", None)
    if not pid:
        return
    ours = {"JPY_PARENT_PID": str(os.getpid())}.items()
    with ONE_AT_A_TIME, contextlib.suppress(psutil.NoSuchProcess):
        for process in psutil.Process(pid).children():
            with contextlib.suppress(psutil.Error, ProcessLookupError):
                left = os.getsid(process.pid) in ENDED or ours <= process.environ().items()
                if left and process.pid not in FORKED:
                    end_with_children(process.pid)


def leave() -> None:
    """The interpreter ends: so do the kernels that nobody has shut down."""
    end_kernels()
    for manager in list(MANAGERS):
        manager.forget()
