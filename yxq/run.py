"""Notebooks run by papermill, several at a time, here or on a cluster; a failure is kept and the rest go on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import sys
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from yxq import html, parameters, warm
from yxq.keys import META, Keys, kept, why

log = logging.getLogger("yxq")
QUIET = ["--IPKernelApp.log_level=CRITICAL"]  # a kernel that is told to end calls that an error
_STOPPING = threading.Event()


@dataclass(frozen=True)
class Job:
    """One notebook with its parameters, where the executed one goes, and what its kernel may take.

    `look`: make a page of it too (`<output>.html`), with a font of its own when `alone`. timeout: seconds a cell;
    memory: MB beyond the imports (forked kernels only). All paths are absolute, for workers that stand elsewhere.
    """

    notebook: Path
    output: Path
    parameters: dict[str, Any]
    look: html.Look | None = None
    alone: bool = False
    timeout: int | None = None
    memory: int | None = None
    folder: str = field(default_factory=os.getcwd)
    settled: dict[str, Any] = field(default_factory=dict)
    key: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The output without its suffix."""
        return self.output.stem


@dataclass(frozen=True)
class Outcome:
    """How a job ended: `error` is one line, empty when it went well; `why` it was run, empty when it was not needed."""

    job: Job
    seconds: float = 0.0
    error: str = ""
    why: str = ""

    @property
    def status(self) -> str:
        """done, skipped or failed."""
        return "failed" if self.error else "done" if self.why else "skipped"


def papermill() -> Any:
    """The module, without what jsonschema would take a second to import with it: a check of international links."""
    hidden = "rfc3987_syntax" not in sys.modules
    if hidden:
        sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]  # as where it is not installed
    try:
        import papermill
    finally:
        if hidden:
            del sys.modules["rfc3987_syntax"]
    return papermill


def keyed(jobs: Iterable[Job], processed: Path) -> list[Job]:
    """The jobs with all their parameters and their keys.

    Raises `ValueError` for a parameter that a notebook does not have or that is missing: nothing has run yet.
    """
    papermill()
    import nbformat

    keys, found = Keys(), []
    notebooks: dict[Path, Any] = {}
    for job in jobs:
        if job.notebook not in notebooks:
            notebooks[job.notebook] = nbformat.read(job.notebook, as_version=4)
        notebook = notebooks[job.notebook]
        settled = parameters.settle(notebook, job.parameters, job.notebook.name)
        parameters.carry(settled)
        found.append(replace(job, settled=settled, key=keys.of(notebook, settled, processed)))
    return found


def needed(jobs: Iterable[Job], force: bool = False) -> list[Outcome]:
    """Which of the keyed jobs must run and why; `why` is empty for what is there already."""
    return [Outcome(job, why="forced" if force else why(job.key, _there(job))) for job in jobs]


def _there(job: Job) -> dict[str, str]:
    """The key of what is there; a notebook whose page is missing is not."""
    return {} if job.look and not job.output.with_suffix(".html").exists() else kept(job.output)


@contextlib.contextmanager
def _event_loop() -> Iterator[None]:
    """The loop that jupyter makes for a thread and does not close."""
    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop()
    try:
        yield
    finally:
        if not loop.is_running():
            loop.close()
            asyncio.set_event_loop(None)


def execute(job: Job) -> Outcome:
    """Run one notebook; its output appears only whole, or under `.failed.ipynb` with the traceback in it."""
    mill = papermill()
    import nbformat

    mill.engines.papermill_engines.register("yxq", warm.ENGINE)
    began = time.perf_counter()
    part = job.output.with_name(f".{job.name}.{uuid.uuid4().hex[:8]}.part.ipynb")
    failed = job.output.with_suffix(".failed.ipynb")
    part.parent.mkdir(parents=True, exist_ok=True)
    error = ""
    try:
        with _event_loop():
            notebook = mill.execute_notebook(
                str(job.notebook), str(part), parameters.carry(job.parameters), engine_name="yxq", progress_bar=False,
                kernel_name="python3", extra_arguments=QUIET, execution_timeout=job.timeout, request_save_on_cell_execute=False,
                memory=job.memory, folder=job.folder, broken=str(part),
            )  # fmt: skip
    except mill.PapermillExecutionError as problem:
        error = f"{problem.ename}: {problem.evalue}".splitlines()[0]
    except Exception as problem:  # a kernel that dies, hangs or cannot start fails its own run only
        error = f"{type(problem).__name__}: {problem}".splitlines()[0]
    try:
        if _STOPPING.is_set():
            return Outcome(job, time.perf_counter() - began, error or "stopped", "stopped")
        if error and part.exists():
            notebook = nbformat.read(part, as_version=4)
        if part.exists():
            strip(notebook)
            notebook.metadata[META] = {
                "key": job.key,
                "parameters": {name: _plain(v) for name, v in job.settled.items()},
            }
            nbformat.write(notebook, part)
            if job.look and not error:
                _put(html.page(notebook, job.look), job)
            os.replace(part, failed if error else job.output)
            if not error:
                failed.unlink(missing_ok=True)
    finally:
        part.unlink(missing_ok=True)
    return Outcome(job, time.perf_counter() - began, error, "run")


def _put(text: str, job: Job) -> None:
    """Write the page, whole or not at all."""
    if job.alone:
        text = html.with_font(text, html.font([text]))
    place = job.output.with_suffix(".html")
    part = place.with_name(f".{place.name}.{uuid.uuid4().hex[:8]}.part")
    part.write_text(text, encoding="utf-8", newline="\n")
    os.replace(part, place)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def strip(notebook: Any) -> None:
    """Take away what differs from run to run and machine to machine: times, paths, process facts."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata.pop("language_info", None)
    for cell in notebook.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)


@contextlib.contextmanager
def executor(workers: int, scheduler: str | None) -> Iterator[Executor]:
    """Threads here, each with a kernel of its own, or the workers of a Dask cluster.

    Threads are enough: the cells run in the kernels' processes. Raises `ValueError` when the extra is not installed.
    """
    if scheduler is None:
        warm.start_server()
        with ThreadPoolExecutor(workers, thread_name_prefix="notebook") as pool:
            yield pool
        return
    try:
        from distributed import Client
    except ImportError:
        raise ValueError("--scheduler needs Dask: pip install 'yxq[dask]'") from None
    with Client(scheduler, timeout=10) as client:
        yield client.get_executor(pure=False)


def _stop(futures: list[Future[Outcome]]) -> None:
    """Nothing may go on behind the runner's back: no job begins, and the kernels that are at work end."""
    _STOPPING.set()
    for future in futures:
        future.cancel()
    engine = sys.modules.get("yxq.warm.engine")  # not there when nothing ran here
    while engine and not all(future.done() for future in futures):
        engine.end_kernels()
        time.sleep(0.05)


def run(planned: Iterable[Outcome], workers: int | None = None, scheduler: str | None = None) -> Iterator[Outcome]:
    """Execute what needs it, yielding each outcome as it comes, those that are skipped first; see `needed`."""
    everything = list(planned)
    todo = [each for each in everything if each.why]
    yield from (each for each in everything if not each.why)
    if not todo:
        return
    cores = os.cpu_count() or 1
    workers = min(workers or cores + -(-cores // 4), len(todo))  # some are always waiting for a kernel to begin or end
    _STOPPING.clear()
    with (
        logging_redirect_tqdm([log]),
        executor(workers, scheduler) as pool,
        tqdm(total=len(todo), disable=not sys.stderr.isatty(), unit="notebook") as bar,
    ):
        reasons = {pool.submit(execute, each.job): each.why for each in todo}
        try:
            for number, future in enumerate(as_completed(reasons), start=1):
                outcome = replace(future.result(), why=reasons[future])
                bar.update()
                if outcome.error:
                    log.error(f"[{number}/{len(todo)}] {outcome.job.name}  failed: {outcome.error}")
                else:
                    log.info(f"[{number}/{len(todo)}] {outcome.job.name}  {outcome.seconds:.1f} s")
                yield outcome
        except BaseException:
            _stop(list(reasons))
            raise


def clean(folder: Path) -> None:
    """Take away what a run that was killed left half written; only under the folder's lock."""
    for part in folder.glob(".*.part*"):
        part.unlink() if part.is_file() else shutil.rmtree(part)


def summary(outcomes: list[Outcome], began: float, file: Path) -> dict[str, int]:
    """Write what was done as JSON, for the schedule: counts by status, and a line a run; the counts."""
    counts = {status: sum(each.status == status for each in outcomes) for status in ("done", "skipped", "failed")}
    runs = [
        {"name": each.job.name, "notebook": each.job.notebook.name, "status": each.status, "why": each.why, "seconds": round(each.seconds, 2),
         "error": each.error, "parameters": {name: _plain(value) for name, value in each.job.settled.items()}}
        for each in outcomes
    ]  # fmt: skip
    content = {
        "began": time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(began)),
        "seconds": round(time.time() - began, 2),
    }
    part = file.with_name(f".{file.name}.part")
    part.write_text(
        json.dumps(content | counts | {"runs": runs}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    os.replace(part, file)
    return counts
