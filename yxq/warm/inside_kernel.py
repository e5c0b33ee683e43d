"""What a forked process does to become a kernel. Light to import: the server has the heavy things
already.
"""

from __future__ import annotations

import atexit
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


def run(arguments: list[str], env: dict[str, str], cwd: str, memory: int | None) -> None:
    """Become an ordinary kernel, as if started on the command line, that may take `memory` MB
    beyond its imports.
    """
    _leave_the_server(env, cwd)
    from yxq.warm import preload

    sys.path[:] = preload.PATH
    sys.argv = [preload.LAUNCHER, *arguments]
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # else every kernel would draw the same numbers
    _set_matplotlib(env, preload.MATPLOTLIBRC)
    if memory:
        _limit(memory)
    from ipykernel.kernelapp import IPKernelApp

    application: Any = IPKernelApp.instance(parent_handle=os.getppid())
    application.initialize(arguments)
    application.start()
    # multiprocessing would leave at once; what cells have asked to be done at the end, and their
    # open files, are not lost (not the kernel's own: it can wait seconds for a thread that waits
    # for it, and the system closes what it would).
    atexit.unregister(application.close)
    atexit._run_exitfuncs()
    application.shell.user_ns.clear()
    gc.collect()


def _leave_the_server(env: dict[str, str], cwd: str) -> None:
    """Take over the runner's surroundings, and be a main process to the cells."""
    os.setsid()
    if runner := multiprocessing.parent_process():
        threading.Thread(target=_end_with, args=(runner,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(cwd)
    multiprocessing.process._parent_process = None  # type: ignore[attr-defined]
    multiprocessing.current_process().name = "MainProcess"
    multiprocessing.set_start_method(None, force=True)


def _set_matplotlib(env: dict[str, str], settings: str) -> None:
    """What matplotlib reads when it is imported, and that was long ago: its file of settings, and
    the backend.
    """
    if matplotlib := sys.modules.get("matplotlib"):
        if (file := matplotlib.matplotlib_fname()) != settings:
            matplotlib.rc_file(file)
        backend = env.get("MPLBACKEND") or "module://matplotlib_inline.backend_inline"
        matplotlib.rcParams["backend"] = backend


def _end_with(runner: Any) -> None:
    """End when the process that asked for the kernel has ended, however it did."""
    runner.join()
    os._exit(1)


def _limit(megabytes: int) -> None:
    """Past the limit a cell ends in MemoryError."""
    import resource

    import psutil

    most = psutil.Process().memory_info().data + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
