"""What the server behind the warm kernels imports once, so that no kernel pays for it again.

Imported in that server alone. One thread a kernel: several kernels run side by side, and libraries
that each take all cores would only fight. The server itself must have no thread when it forks.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module

PATH = [place for place in sys.path if place]  # as an ordinary kernel has it
sys.path[:] = PATH  # a file in the caller's folder must not take the place of a library

import ipykernel_launcher  # noqa: E402
import matplotlib  # noqa: E402

from yxq.warm.kernel import ONE_THREAD  # noqa: E402

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
    "yxq.report.notebook",
)


def _warm() -> None:
    """Fill the caches of what comes with the package (fonts, templates, wording); nothing of any
    data.
    """
    from pandas import DataFrame, Series

    from yxq.report import blocks, figures
    from yxq.words.wording import Words

    words = Words()
    figures.pareto(Series({"图": 1}), figures.Style(words, True)).__html__()
    blocks.table(words, "targets", DataFrame({"target": ["表"]}), "target")


for name, value in ONE_THREAD.items():
    os.environ.setdefault(name, value)
os.environ.setdefault(
    "PYDEVD_DISABLE_FILE_VALIDATION", "1"
)  # of a debugger that comes with the kernel
for name in MODULES:
    import_module(name)
_warm()
gc.collect()
gc.freeze()  # what is imported stays: the kernels' collectors need not walk it, nor copy its pages
