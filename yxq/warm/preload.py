"""What the server behind the warm kernels imports once, so that no kernel pays for it again.

Imported in that server alone. One thread a kernel: several kernels run side by side, and libraries
that each take all cores would only fight. The server itself must have no thread when it forks.

Beside the libraries the server runs what installed packages name under the entry point group
`yxq.preload`: functions without arguments that import modules and fill caches, never of any data.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import os
import sys
import types
import warnings
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import entry_points

PATH = [folder for folder in sys.path if folder]  # as an ordinary kernel has it
sys.path[:] = PATH  # a file in the caller's folder must not take the place of a library
os.environ.pop("MPLBACKEND", None)  # which each kernel's matplotlib reads for itself

import ipykernel_launcher  # noqa: E402

from yxq.warm import early  # noqa: E402
from yxq.warm.inside_kernel import ONE_THREAD, take_orphans  # noqa: E402

GROUP = "yxq.preload"
LAUNCHER = ipykernel_launcher.__file__
# Not matplotlib_inline: it ties itself to the shell that is there when it is imported, and here is
# none.
OF_A_KERNEL = (
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "psutil",
    "resource",
    "sqlite3",
    "tornado.platform.asyncio",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.core.tbtools",
    "IPython.extensions.storemagic",
)
LIBRARIES = (
    "pandas",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "scipy.special",
)


@contextlib.contextmanager
def seen_as_a_kernel() -> Iterator[None]:
    """While libraries are imported that ask whether they are in a notebook (pandas does)."""
    shell = types.SimpleNamespace(kernel=None, config={"IPKernelApp": {}})
    builtins.get_ipython = lambda: shell  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del builtins.get_ipython  # type: ignore[attr-defined]


def run_entry_points() -> None:
    """Run what installed packages want to be ready in every kernel."""
    for entry in entry_points(group=GROUP):
        # What fails here fails again, and is seen, in the kernel that needs it.
        with contextlib.suppress(Exception):
            entry.load()()


def hide() -> None:
    """Hide from the cells of a kernel what an ordinary one would not have imported."""
    warnings.filters[:] = FILTERS  # type: ignore[index]
    early.Early(SEEN, OWN, RULES, PLACES, MATPLOTLIBRC)


for name, value in ONE_THREAD.items():
    os.environ.setdefault(name, value)
# of a debugger that comes with the kernel
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
_environment = dict(os.environ)
for name in OF_A_KERNEL:
    import_module(name)
# what a kernel's own imports have set, as the debugger's do
ENVIRONMENT = {n: v for n, v in os.environ.items() if _environment.get(n) != v}
OWN = {early.top(entry.module) for entry in entry_points(group=GROUP)}
SEEN = {name for name in sys.modules if early.top(name) not in {*OWN, early.top(__name__)}}
FILTERS = list(warnings.filters)
PLACES = early.places()
with seen_as_a_kernel():
    for name in LIBRARIES:
        import_module(name)
MATPLOTLIBRC = sys.modules["matplotlib"].matplotlib_fname()
run_entry_points()
RULES = [rule for rule in warnings.filters if rule not in FILTERS]
take_orphans()
# It tells of processes that it did not start itself, as those are that a dead kernel has left.
warnings.filterwarnings("ignore", "forkserver: waitpid returned unexpected pid")
gc.collect()
gc.freeze()  # what is imported stays: the kernels' collectors need not walk it, nor copy its pages
