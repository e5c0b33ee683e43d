"""Warm kernels: forked from a server that has imported everything, for papermill as `--engine yxq`.

`engine` is papermill's side, `forking` and `client` the kernel as jupyter_client starts and
hears it, `server` the process that kernels are forked from, `preload` what that imports, `early`
how that is hidden until a cell imports it, `inside_kernel` what the forked process does, and
`bound` how much of its output is kept.
"""

from typing import Any


class _Engine:
    """papermill's entry point: it asks for every engine that is installed whenever it is imported,
    so this one is light until it is used.
    """

    def __getattr__(self, name: str) -> Any:
        from yxq.warm.engine import WarmEngine

        return getattr(WarmEngine, name)


ENGINE = _Engine()
