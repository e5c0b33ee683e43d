"""What a forked process does to become a kernel. Light to import: the server has the heavy things
already.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from typing import Any

LAUNCHER = "ipykernel_launcher"
ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
# what Linux calls "processes whose parents have ended become mine, and not the system's"
PR_SET_CHILD_SUBREAPER = 36


def run(
    arguments: list[str], env: dict[str, str], cwd: str, memory: int | None, most: int | None
) -> None:
    """Become an ordinary kernel, as if started on the command line, that may take `memory` MB
    beyond its imports and sends at most about `most` characters in one message.
    """
    _leave_the_server(env, cwd)
    from yxq.warm import preload

    os.environ.update(preload.ENVIRONMENT)
    sys.path[:] = preload.PATH
    sys.argv = [preload.LAUNCHER, *arguments]
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # else every kernel would draw the same numbers
    if memory:
        _limit(memory)
    from ipykernel.kernelapp import IPKernelApp

    preload.hide()
    application: Any = IPKernelApp.instance(parent_handle=os.getppid())
    application.initialize(arguments)
    if most:
        _bound(application.session, most)
    application.start()
    # multiprocessing would leave at once; what cells have asked to be done at the end, and their
    # open files, are not lost (not the kernel's own: it can wait seconds for a thread that waits
    # for it, and the system closes what it would).
    atexit.unregister(application.close)
    atexit._run_exitfuncs()
    application.shell.user_ns.clear()
    gc.collect()
    end_children()


def take_orphans() -> None:
    """Become the parent of processes whose own parents, started from here, have ended."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children_of(pid: int | None = None) -> list[Any]:
    """All that a process (this one) has started, in whatever session that is."""
    import psutil

    try:
        return list(psutil.Process(pid).children(recursive=True))
    except psutil.NoSuchProcess:
        return []


def end(processes: list[Any]) -> None:
    """End processes, those that have ended already too."""
    import psutil

    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def end_children(pid: int | None = None) -> None:
    """End all that a process (this one) has started."""
    end(children_of(pid))


def end_with_children(pid: int) -> None:
    """End a process and all that it has started."""
    import psutil

    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        end([*process.children(recursive=True), process])


def _leave_the_server(env: dict[str, str], cwd: str) -> None:
    """Take over the runner's surroundings, and be a main process to the cells."""
    os.setsid()
    take_orphans()
    if runner := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=(runner,), name="Runner", daemon=True).start()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(cwd)
    process: Any = multiprocessing.process
    process._parent_process = None
    process._current_process.name = "MainProcess"
    process._current_process._identity = ()  # so that its children are called as they would be
    multiprocessing.set_start_method(None, force=True)


def _bound(session: Any, most: int) -> None:
    """Cut what is longer than a runner would keep before it takes that runner's memory too."""
    send = session.send

    def cut(value: Any) -> Any:
        return value[: most + 1] if isinstance(value, str) else value

    def send_cut(stream: Any, message: Any, content: Any = None, *rest: Any, **more: Any) -> Any:
        inside = message.get("content") if isinstance(message, dict) else content
        if isinstance(inside, dict):
            for name in ("text", "evalue"):
                if name in inside:
                    inside[name] = cut(inside[name])
            if isinstance(inside.get("data"), dict):
                inside["data"] = {kind: cut(value) for kind, value in inside["data"].items()}
            if isinstance(inside.get("traceback"), list):
                inside["traceback"] = [cut(line) for line in inside["traceback"]]
        return send(stream, message, content, *rest, **more)

    session.send = send_cut


def _end_with(runner: Any) -> None:
    """End when the process that asked for the kernel has ended, however it did."""
    runner.join()
    end_children()
    os._exit(1)


def _limit(megabytes: int) -> None:
    """Past the limit a cell ends in MemoryError."""
    import resource

    import psutil

    most = psutil.Process().memory_info().data + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
