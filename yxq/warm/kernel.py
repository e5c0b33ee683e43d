"""What a forked process does to become a kernel. Light to import: the server has the heavy things already."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys

LAUNCHER = "ipykernel_launcher"
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")


def run(arguments: list[str], env: dict[str, str], cwd: str, memory: int | None) -> None:
    """Become an ordinary kernel, as if started on the command line, that may take `memory` MB beyond its imports."""
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    from yxq.warm.preload import PATH

    sys.path[:] = PATH
    sys.argv = [LAUNCHER, *arguments]
    multiprocessing.process._parent_process = None  # type: ignore[attr-defined]  # to its cells this is a main process
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()  # else every kernel would draw the same numbers
    if matplotlib := sys.modules.get("matplotlib"):  # it reads the variable when it is imported, and that was long ago
        matplotlib.rcParams["backend"] = env.get("MPLBACKEND") or "module://matplotlib_inline.backend_inline"
    if memory:
        _limit(memory)
    from ipykernel.kernelapp import IPKernelApp

    application = IPKernelApp.instance(parent_handle=os.getppid())  # ends with the server, which ends with the runner
    application.initialize(arguments)
    application.start()


def _limit(megabytes: int) -> None:
    """Past the limit a cell ends in MemoryError."""
    import resource

    import psutil

    most = psutil.Process().memory_info().data + megabytes * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
