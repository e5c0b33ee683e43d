"""Notebooks run by papermill, several at a time; a failure is kept and the rest go on."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from tqdm import tqdm

# A kernel warns in every log that loopback is not encrypted; local sockets would be silent, but their names collide
# between workers, so the warning is turned off and errors stay.
QUIET = ["--IPKernelApp.log_level=ERROR"]


@dataclass(frozen=True)
class Job:
    """One notebook with its parameters, and where the executed one goes."""

    notebook: Path
    output: Path
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How a job ended: `error` is one line, empty when it went well."""

    job: Job
    seconds: float
    error: str = ""


def unknown_parameters(job: Job) -> list[str]:
    """Parameters that the notebook's tagged cell does not define."""
    import papermill

    known = papermill.inspect_notebook(str(job.notebook))
    return sorted(set(job.parameters) - set(known))


def execute(job: Job) -> Outcome:
    """Run one notebook; its output appears only whole, or under `.failed.ipynb` with the traceback in it."""
    import nbformat
    import papermill

    began = time.perf_counter()
    part = job.output.with_suffix(".part.ipynb")
    failed = job.output.with_suffix(".failed.ipynb")
    part.parent.mkdir(parents=True, exist_ok=True)
    failed.unlink(missing_ok=True)
    error = ""
    try:
        papermill.execute_notebook(
            str(job.notebook),
            str(part),
            job.parameters,
            progress_bar=False,
            kernel_name="python3",
            extra_arguments=QUIET,
        )
    except papermill.PapermillExecutionError as problem:
        error = f"{problem.ename}: {problem.evalue}".splitlines()[0]
    except Exception as problem:  # a kernel that dies or cannot start fails its own run only
        error = f"{type(problem).__name__}: {problem}".splitlines()[0]
    if part.exists():
        notebook = nbformat.read(part, as_version=4)
        strip(notebook)
        nbformat.write(notebook, part)
        os.replace(part, failed if error else job.output)
    return Outcome(job, time.perf_counter() - began, error)


def strip(notebook: Any) -> None:
    """Take away what differs from run to run and machine to machine: times, paths, process facts."""
    notebook.metadata.pop("papermill", None)
    notebook.metadata.pop("language_info", None)
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):  # papermill writes Chinese as escapes
            cell.source = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), cell.source)
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)


def _worker() -> None:
    """Leave Ctrl-C to the runner, which ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def local(jobs: int) -> Executor:
    """Worker processes on this machine, each started clean: a forked kernel client would share sockets."""
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"), initializer=_worker)


def _end_children() -> None:
    """End the workers and their kernels, and wait until they are gone (the resource tracker cleans up and ends itself)."""
    ended = []
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if not any("resource_tracker" in word for word in child.cmdline()):
                child.kill()
                ended.append(child)
    psutil.wait_procs(ended, timeout=5)


def run(
    jobs: Iterable[Job], workers: int | None = None, executor: Callable[[int], Executor] = local
) -> Iterator[Outcome]:
    """Execute the jobs, yielding each outcome as it comes; a bar on a terminal, a plain line a job elsewhere."""
    todo = list(jobs)
    for job in {job.notebook: job for job in todo}.values():
        if unknown := unknown_parameters(job):
            raise ValueError(f"{job.notebook.name}: unknown parameter {', '.join(unknown)}")
    workers = max(1, min(workers or os.cpu_count() or 1, len(todo)))
    pool = executor(workers)
    try:
        with tqdm(total=len(todo), disable=not sys.stderr.isatty(), unit="notebook") as bar:
            futures = [pool.submit(execute, job) for job in todo]
            for number, future in enumerate(as_completed(futures), start=1):
                outcome = future.result()
                bar.update()
                if bar.disable or outcome.error:
                    said = f"failed: {outcome.error}" if outcome.error else f"{outcome.seconds:.1f} s"
                    tqdm.write(f"[{number}/{len(todo)}] {outcome.job.output.name}  {said}", file=sys.stderr)
                yield outcome
    except BaseException:  # stopped, or the reader gave up: nothing may go on behind its back
        _end_children()
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
