"""One notebook to run, how it ended, and the options of a run of many."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yxq.report.html import Look

Watch = Callable[[Sequence["Outcome"], Sequence[str], int], None]
"""Is told how a run of many stands: how those that are through ended, the names of those that are
at work, and of how many.
"""


def unwatched(ended: Sequence[Outcome], current: Sequence[str], of: int) -> None:
    """Watch nothing."""


@dataclass(frozen=True)
class RunOptions:
    """How notebooks are run.

    workers: notebooks at a time; scheduler: the address of a Dask cluster; force: run all; explain:
    run nothing; timeout, memory: of a `Job`; log: a file for what is said; quiet: say only what is
    wrong; watch: is told how far it is.
    """

    workers: int | None = None
    scheduler: str | None = None
    force: bool = False
    explain: bool = False
    timeout: int | None = None
    memory: int | None = None
    log: Path | None = None
    quiet: bool = False
    watch: Watch = unwatched


@dataclass(frozen=True)
class Job:
    """One notebook with its parameters, where the executed one goes, and what its kernel may take.

    `look`: make a page of it too (`<output>.html`), with a font of its own when it is alone.
    timeout: seconds a cell; memory: MB beyond the imports (forked kernels only). All paths are
    absolute, for workers that stand elsewhere. `context`: the plan, year, day and tables that a
    notebook without such parameters is taken to read. `ticket`: a file without which nothing is
    published any more; the runner takes it away when it stops, wherever the workers are.
    `settled` (all parameters, with the notebook's defaults) and `key`: see `yxq.publish.keys`.
    """

    notebook: Path
    output: Path
    parameters: dict[str, Any]
    look: Look | None = None
    timeout: int | None = None
    memory: int | None = None
    folder: str = field(default_factory=os.getcwd)
    context: dict[str, Any] = field(default_factory=dict)
    ticket: Path | None = None
    settled: dict[str, Any] = field(default_factory=dict)
    key: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The output without its suffix."""
        return self.output.stem

    @property
    def page(self) -> Path:
        """Where the page goes."""
        return self.output.with_suffix(".html")


@dataclass(frozen=True)
class Outcome:
    """How a job ended: `error` is one line, empty when it went well; `why` it was run, empty when
    it was not needed.
    """

    job: Job
    seconds: float = 0.0
    error: str = ""
    why: str = ""
    note: str = ""

    @property
    def status(self) -> str:
        """done, skipped or failed."""
        return "failed" if self.error else "done" if self.why else "skipped"
