"""Many notebooks run, several at a time, here or on a cluster; a failure is kept and the rest go
on.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from yxq.plan.folder import Folder
from yxq.publish.execute import error_line, execute
from yxq.publish.explain import explain_jobs
from yxq.publish.job import Job, Outcome, RunOptions
from yxq.publish.keys import keyed, needed
from yxq.publish.messages import log, start_log
from yxq.publish.summary import Summary
from yxq.tables import store
from yxq.tables.lock import lock
from yxq.warm.server import end_kernels, start_server

# seconds without an end after which a cluster is asked whether it has workers at all
WITHOUT_WORKERS = 30


def run_jobs(jobs: list[Job], folder: Folder, out: Path, options: RunOptions) -> int:
    """Run what of the jobs needs it, under the locks of `out` and of their tables, and sum up in
    `out`; the exit code.

    Raises `NotIngested` where there are no tables, `Busy` when another run is at work.
    """
    tables = {Path(job.context["processed"]) for job in jobs}
    for processed in tables:
        store.file(processed, "files.parquet")  # before any kernel starts: are there tables at all
    start_log(options.log, options.quiet)
    if options.explain:
        return explain_jobs(jobs, folder, options)
    with lock(out), contextlib.ExitStack() as held:
        for processed in tables:
            held.enter_context(lock(store.locate(processed), shared=True))
        outcomes = needed(keyed(jobs, folder), options.force)
        with Summary(out, options.quiet) as summary:
            for output_folder in {job.output.parent for job in jobs}:
                clean(output_folder)
            return summary.end(list(run(outcomes, replace(options, watch=summary.watch))))


def run(outcomes: Iterable[Outcome], options: RunOptions | None = None) -> Iterator[Outcome]:
    """Execute what needs it, yielding each outcome as it comes, those that are skipped first; see
    `yxq.publish.keys.needed`.
    """
    options, planned = options or RunOptions(), list(outcomes)
    todo = [outcome for outcome in planned if outcome.why]
    skipped = [outcome for outcome in planned if not outcome.why]
    yield from skipped
    options.watch(skipped, [], len(planned))
    if todo:
        yield from _execute_all(todo, skipped, options)


def _execute_all(
    todo: list[Outcome], skipped: list[Outcome], options: RunOptions
) -> Iterator[Outcome]:
    """Execute, several at a time, yielding each outcome as it comes."""
    cores = os.cpu_count() or 1
    # some are always waiting for a kernel to begin or end
    workers = min(options.workers or cores + -(-cores // 4), len(todo))
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what fails is said here, once
    futures: dict[Future[Outcome], Outcome] = {}
    ended = [*skipped]

    def tell() -> None:
        at_work = [asked.job.name for future, asked in futures.items() if future.running()]
        options.watch(ended, at_work, len(skipped) + len(todo))

    no_bar = options.quiet or not sys.stderr.isatty()
    with (
        contextlib.nullcontext() if no_bar else logging_redirect_tqdm([log]),
        executor(workers, options.scheduler) as (pool, has_workers),
        tqdm(total=len(todo), disable=no_bar, unit="notebook") as bar,
    ):
        try:
            with _tickets([outcome.job for outcome in todo]) as jobs:
                for job, asked in zip(jobs, todo, strict=True):
                    futures[pool.submit(execute, job)] = asked
                for number, future in enumerate(_as_completed(futures, has_workers, tell), start=1):
                    ended.append(outcome := _outcome(future, futures[future]))
                    bar.update()
                    _report(outcome, f"[{number}/{len(todo)}]")
                    yield outcome
                tell()
        except BaseException:
            _stop(list(futures), here=options.scheduler is None)
            raise


@contextlib.contextmanager
def executor(workers: int, scheduler: str | None) -> Iterator[tuple[Executor, Callable[[], bool]]]:
    """Threads here, each with a kernel of its own, or the workers of a Dask cluster; and whether
    there are any workers.

    Threads are enough: the cells run in the kernels' processes. Raises `ValueError` when the extra
    is not installed.
    """
    if scheduler is None:
        start_server()
        with ThreadPoolExecutor(workers, thread_name_prefix="notebook") as pool:
            yield pool, lambda: True
        return
    try:
        from distributed import Client
    except ImportError:
        raise ValueError("--scheduler needs Dask: pip install 'yxq[dask]'") from None
    with Client(scheduler, timeout=10) as client:
        yield client.get_executor(pure=False), lambda: bool(client.scheduler_info()["workers"])


@contextlib.contextmanager
def _tickets(jobs: list[Job]) -> Iterator[list[Job]]:
    """The jobs, each with a file beside its output without which nothing is published any more."""
    name = f".ticket-{uuid.uuid4().hex[:8]}"
    with_tickets = [replace(job, ticket=job.output.parent / name) for job in jobs]
    tickets = {job.output.parent / name for job in jobs}
    for ticket in tickets:
        ticket.parent.mkdir(parents=True, exist_ok=True)
        ticket.touch()
    try:
        yield with_tickets
    finally:
        for ticket in tickets:
            ticket.unlink(missing_ok=True)


def _stop(futures: list[Future[Outcome]], here: bool) -> None:
    """Nothing may go on behind the runner's back: what has not begun never does, and kernels that
    are at work `here` end. Those of a cluster go on, and publish nothing: their tickets are gone.
    """
    for future in futures:
        future.cancel()
    while here and not all(future.done() for future in futures):
        end_kernels()
        time.sleep(0.05)


def _as_completed(
    futures: Iterable[Future[Outcome]],
    has_workers: Callable[[], bool],
    tell: Callable[[], None] = lambda: None,
) -> Iterator[Future[Outcome]]:
    """Futures as they end; raises `OSError` when there is nobody to work on those that are left.

    `tell` is called about once a second, to say what is at work.
    """
    left, quiet = set(futures), 0
    while left:
        # a second at most: Windows hears Ctrl-C only in between
        tell()
        done, left = wait(left, timeout=1, return_when=FIRST_COMPLETED)
        yield from done
        quiet = 0 if done else quiet + 1
        if quiet and quiet % WITHOUT_WORKERS == 0 and not has_workers():
            raise OSError(
                f"the scheduler has no workers (any more); {len(left)} notebooks were not run"
            )


def _outcome(future: Future[Outcome], planned: Outcome) -> Outcome:
    """How a run ended, with why it was needed."""
    # a cluster gives up on what several workers died of
    if lost := future.exception():
        return replace(planned, error=error_line(type(lost).__name__, str(lost)))
    return replace(future.result(), why=planned.why)


def _report(outcome: Outcome, number: str) -> None:
    note = f"  {outcome.note}" if outcome.note else ""
    if outcome.error:
        log.error(f"{number} {outcome.job.name}  failed: {outcome.error}{note}")
    else:
        log.info(f"{number} {outcome.job.name}  {outcome.seconds:.1f} s{note}")


def clean(folder: Path) -> None:
    """Take away what a run that was killed left half written; only under the folder's lock."""
    for left in (*folder.glob(".*.part*"), *folder.glob(".ticket-*")):
        left.unlink()
