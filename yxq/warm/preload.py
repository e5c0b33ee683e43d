"""What the server behind the warm kernels imports once, so that no kernel pays for it again.

Imported in that server alone. One thread a kernel: several kernels run side by side, and libraries
that each take all cores would only fight. The server itself must have no thread when it forks.

Beside the libraries the server runs what installed packages name under the entry point group
`yxq.preload`: functions without arguments that import modules and fill caches, never of any data.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from importlib import import_module
from importlib.metadata import entry_points

PATH = [folder for folder in sys.path if folder]  # as an ordinary kernel has it
sys.path[:] = PATH  # a file in the caller's folder must not take the place of a library

import ipykernel_launcher  # noqa: E402
import matplotlib  # noqa: E402

from yxq.warm.inside_kernel import ONE_THREAD  # noqa: E402

GROUP = "yxq.preload"
LAUNCHER = ipykernel_launcher.__file__
MATPLOTLIBRC = matplotlib.matplotlib_fname()
# Not matplotlib_inline: it ties itself to the shell that is there when it is imported, and here is
# none.
MODULES = (
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "sqlite3",
    "tornado.platform.asyncio",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.core.tbtools",
    "IPython.extensions.storemagic",
    "pandas",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "scipy.special",
)


def run_entry_points() -> None:
    """Run what installed packages want to be ready in every kernel."""
    for entry in entry_points(group=GROUP):
        # What fails here fails again, and is seen, in the kernel that needs it.
        with contextlib.suppress(Exception):
            entry.load()()


for name, value in ONE_THREAD.items():
    os.environ.setdefault(name, value)
# of a debugger that comes with the kernel
os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
for name in MODULES:
    import_module(name)
run_entry_points()
gc.collect()
gc.freeze()  # what is imported stays: the kernels' collectors need not walk it, nor copy its pages
