"""Warm kernels: forked from a server that has imported everything, for papermill as `--engine yxq`.

`engine` is papermill's side, `kernel` what the forked process does, `preload` what the server imports.
"""

from __future__ import annotations

import multiprocessing
import sys
from typing import Any


class _Engine:
    """What papermill finds under its entry point: it asks for every engine that is installed whenever it is imported,
    so this one is light until it is used."""

    def __getattr__(self, name: str) -> Any:
        from yxq.warm.engine import WarmEngine

        return getattr(WarmEngine, name)


ENGINE = _Engine()


def can_fork() -> bool:
    """Whether kernels can be forked here: on Linux, and not from a process that may have no children of its own.

    macOS can fork, but its system libraries do not survive it.
    """
    return sys.platform == "linux" and not multiprocessing.current_process().daemon


def start_server() -> None:
    """Start the server behind the kernels, so that it imports while the caller does something else."""
    if can_fork():
        from multiprocessing import forkserver

        multiprocessing.get_context("forkserver").set_forkserver_preload(["yxq.warm.preload"])
        forkserver.ensure_running()
