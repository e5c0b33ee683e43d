"""Notebooks run by papermill, several at a time, here or on a cluster; a failure is kept and the
rest go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from yxq import warm
from yxq.publish import parameters
from yxq.publish.keys import META, Keys, about, digest, why
from yxq.report import fonts, html
from yxq.tables.digests import sha

log = logging.getLogger("yxq")
QUIET = ["--IPKernelApp.log_level=CRITICAL"]  # a kernel that is told to end calls that an error
WITHOUT_WORKERS = (
    30  # seconds without an end after which a cluster is asked whether it has workers at all
)


@dataclass(frozen=True)
class Job:
    """One notebook with its parameters, where the executed one goes, and what its kernel may take.

    `look`: make a page of it too (`<output>.html`), with a font of its own when it is alone.
    timeout: seconds a cell; memory: MB beyond the imports (forked kernels only). All paths are
    absolute, for workers that stand elsewhere. `context`: the plan, year, day and tables that a
    notebook without such parameters is taken to read. `ticket`: a file without which nothing is
    published any more; the runner takes it away when it stops, wherever the workers are.
    """

    notebook: Path
    output: Path
    parameters: dict[str, Any]
    look: html.Look | None = None
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


@dataclass(frozen=True)
class Outcome:
    """How a job ended: `error` is one line, empty when it went well; `why` it was run, empty when
    it was not needed.
    """

    job: Job
    seconds: float = 0.0
    error: str = ""
    why: str = ""

    @property
    def status(self) -> str:
        """done, skipped or failed."""
        return "failed" if self.error else "done" if self.why else "skipped"


def papermill() -> Any:
    """The module, without what jsonschema would take a second to import with it: a check of
    international links.
    """
    if "papermill" not in sys.modules and "rfc3987_syntax" not in sys.modules:
        # as where it is not installed
        sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
        try:
            import papermill
        finally:
            sys.modules.pop("rfc3987_syntax", None)
    import papermill

    return papermill


def keyed(jobs: Iterable[Job]) -> list[Job]:
    """The jobs with all their parameters and their keys.

    Raises `ValueError` for a parameter that a notebook does not have or that is missing: nothing
    has run yet.
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
        look = sha(f"{job.look}".encode()) if job.look else ""
        found.append(
            replace(
                job, settled=settled, key=keys.of(notebook, settled, job.context) | {"page": look}
            )
        )
    return found


def needed(jobs: Iterable[Job], force: bool = False) -> list[Outcome]:
    """Which of the keyed jobs must run and why; `why` is empty for what is there already."""
    return [Outcome(job, why="forced" if force else why(job.key, _there(job))) for job in jobs]


def _there(job: Job) -> dict[str, str]:
    """The key of what is there; a notebook whose page is missing, or another than was made, is not."""
    told, page = about(job.output), job.output.with_suffix(".html")
    if job.look and not (
        page.exists() and told.get("page") == _of_page(page.read_text(encoding="utf-8"))
    ):
        return {}
    return dict(told.get("key", {}))


def _of_page(text: str) -> str:
    return sha(fonts.bare(text).encode())


@contextlib.contextmanager
def _event_loop() -> Iterator[None]:
    """The loop that jupyter makes for a thread and does not close."""
    from jupyter_core.utils import ensure_event_loop

    loop = ensure_event_loop(
        prefer_selector_loop=True
    )  # zmq needs one, which Windows' own loop is not
    try:
        yield
    finally:
        if not loop.is_running():
            loop.close()
            asyncio.set_event_loop(None)


def execute(job: Job) -> Outcome:
    """Run one notebook; its output appears only whole, or under `.failed.ipynb` with the traceback
    in it.

    Of a run that failed nothing older stays either: it would pass for today's.
    """
    began = time.perf_counter()
    part = job.output.with_name(f".{job.name}.{uuid.uuid4().hex[:8]}.part.ipynb")
    page = job.output.with_suffix(".html")
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        error = _run(job, part)
        if job.ticket and not job.ticket.exists():
            return Outcome(job, time.perf_counter() - began, "stopped", "run")
        if part.exists():
            _publish(job, part, page, failed=bool(error))
    except Exception as problem:  # a full disk fails this run only
        error = _line(type(problem).__name__, str(problem))
    finally:
        part.unlink(missing_ok=True)
    if error:
        for old in (job.output, page):
            old.unlink(missing_ok=True)
    return Outcome(job, time.perf_counter() - began, error, "run")


def _line(name: str, text: str) -> str:
    return f"{name}: {text}".splitlines()[0].removesuffix(": ")


def _run(job: Job, part: Path) -> str:
    """Execute the notebook into `part`; what went wrong, as one line."""
    mill = papermill()
    mill.engines.papermill_engines.register("yxq", warm.ENGINE)
    try:
        with _event_loop():
            mill.execute_notebook(
                str(job.notebook),
                str(part),
                parameters.carry(job.parameters),
                engine_name="yxq",
                progress_bar=False,
                kernel_name="python3",
                language="python",
                extra_arguments=QUIET,
                execution_timeout=job.timeout,
                request_save_on_cell_execute=False,
                memory=job.memory,
                folder=job.folder,
                broken=str(part),
            )
    except mill.PapermillExecutionError as problem:
        hint = (
            f" (more than --memory {job.memory})"
            if job.memory and problem.ename == "MemoryError"
            else ""
        )
        return _line(problem.ename, problem.evalue) + hint
    except Exception as problem:  # a kernel that dies, hangs or cannot start fails its own run only
        return _line(type(problem).__name__, str(problem))
    return ""


def _publish(job: Job, part: Path, page: Path, failed: bool) -> None:
    """Put notebook and page in their places, each whole or not at all, the notebook last: it
    vouches for both.
    """
    import nbformat

    notebook = nbformat.read(part, as_version=4)
    strip(notebook)
    made = {
        "key": job.key,
        "parameters": {name: _plain(value) for name, value in job.settled.items()},
        "cells": digest(notebook),
    }
    broken = job.output.with_suffix(".failed.ipynb")
    if job.look and not failed:
        text = html.page(notebook, job.look, job.name)
        made["page"] = _of_page(text)
        half = part.with_suffix(".html")
        half.write_text(
            fonts.put(text, fonts.rule([text])) if job.look.alone else text,
            encoding="utf-8",
            newline="\n",
        )
        os.replace(half, page)
    notebook.metadata[META] = notebook.metadata.get(META, {}) | made
    part.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    os.replace(part, broken if failed else job.output)
    if not failed:
        broken.unlink(missing_ok=True)


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
def executor(workers: int, scheduler: str | None) -> Iterator[tuple[Executor, Callable[[], bool]]]:
    """Threads here, each with a kernel of its own, or the workers of a Dask cluster; and whether
    there are any workers.

    Threads are enough: the cells run in the kernels' processes. Raises `ValueError` when the extra
    is not installed.
    """
    if scheduler is None:
        warm.start_server()
        with ThreadPoolExecutor(workers, thread_name_prefix="notebook") as pool:
            yield pool, lambda: True
        return
    try:
        from distributed import Client
    except ImportError:
        raise ValueError("--scheduler needs Dask: pip install 'yxq[dask]'") from None
    with Client(scheduler, timeout=10) as client:
        yield client.get_executor(pure=False), lambda: bool(client.scheduler_info()["workers"])


def _stop(futures: list[Future[Outcome]], tickets: set[Path]) -> None:
    """Nothing may go on behind the runner's back: nothing more is published, and the kernels that
    are at work here end.
    """
    for ticket in tickets:
        ticket.unlink(missing_ok=True)
    for future in futures:
        future.cancel()
    engine = sys.modules.get("yxq.warm.engine")  # not there when nothing ran here
    while engine and not all(future.done() for future in futures):
        engine.end_kernels()
        time.sleep(0.05)


def run(
    planned: Iterable[Outcome], workers: int | None = None, scheduler: str | None = None
) -> Iterator[Outcome]:
    """Execute what needs it, yielding each outcome as it comes, those that are skipped first; see
    `needed`.
    """
    everything = list(planned)
    todo = [each for each in everything if each.why]
    yield from (each for each in everything if not each.why)
    if not todo:
        return
    cores = os.cpu_count() or 1
    workers = min(
        workers or cores + -(-cores // 4), len(todo)
    )  # some are always waiting for a kernel to begin or end
    name = f".ticket-{uuid.uuid4().hex[:8]}"
    tickets = {each.job.output.parent / name for each in todo}
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what fails is told here, once
    with (
        logging_redirect_tqdm([log]),
        executor(workers, scheduler) as (pool, manned),
        tqdm(total=len(todo), disable=not sys.stderr.isatty(), unit="notebook") as bar,
    ):
        for ticket in tickets:
            ticket.parent.mkdir(parents=True, exist_ok=True)
            ticket.touch()
        asked = {
            pool.submit(execute, replace(each.job, ticket=each.job.output.parent / name)): each
            for each in todo
        }
        try:
            for number, future in enumerate(_as_they_come(asked, manned), start=1):
                if lost := future.exception():  # a cluster gives up on what several workers died of
                    outcome = replace(asked[future], error=_line(type(lost).__name__, str(lost)))
                else:
                    outcome = replace(future.result(), why=asked[future].why)
                bar.update()
                if outcome.error:
                    log.error(f"[{number}/{len(todo)}] {outcome.job.name}  failed: {outcome.error}")
                else:
                    log.info(f"[{number}/{len(todo)}] {outcome.job.name}  {outcome.seconds:.1f} s")
                yield outcome
        except BaseException:
            _stop(list(asked), tickets)
            raise
        for ticket in tickets:
            ticket.unlink(missing_ok=True)


def _as_they_come(
    futures: Iterable[Future[Outcome]], manned: Callable[[], bool]
) -> Iterator[Future[Outcome]]:
    """Futures as they end; raises `OSError` when there is nobody to work on those that are left."""
    left, quiet = set(futures), 0
    while left:
        done, left = wait(
            left, timeout=1, return_when=FIRST_COMPLETED
        )  # Windows hears Ctrl-C only in between
        yield from done
        quiet = 0 if done else quiet + 1
        if quiet and quiet % WITHOUT_WORKERS == 0 and not manned():
            raise OSError(
                f"the scheduler has no workers (any more); {len(left)} notebooks were not run"
            )


def clean(folder: Path) -> None:
    """Take away what a run that was killed left half written; only under the folder's lock."""
    for left in (*folder.glob(".*.part*"), *folder.glob(".ticket-*")):
        left.unlink()


def counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many were done, skipped and failed."""
    ended = [each.status for each in outcomes]
    return {status: ended.count(status) for status in ("done", "skipped", "failed")}


def summary(file: Path, began: float, status: str, outcomes: list[Outcome], **more: Any) -> None:
    """Write how it stands as JSON, for the schedule: status (running, done, failed, stopped),
    counts, and a line a run.
    """
    runs = [
        {
            "name": each.job.name,
            "notebook": each.job.notebook.name,
            "status": each.status,
            "why": each.why,
            "seconds": round(each.seconds, 2),
            "error": each.error,
            "parameters": {name: _plain(value) for name, value in each.job.settled.items()},
        }
        for each in outcomes
    ]
    when = time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(began))
    content = (
        {"status": status, "began": when, "seconds": round(time.time() - began, 2)}
        | more
        | counted(outcomes)
        | {"runs": runs}
    )
    part = file.with_name(f".{file.name}.part")
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(part, file)
