"""One notebook executed by papermill: its output appears only whole, and a failure is kept."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yxq.publish import papermill, parameters
from yxq.publish.job import Job, Outcome
from yxq.publish.keys import META, cells_digest, page_digest
from yxq.report import fonts, html
from yxq.warm.bound import STOPS, Bound
from yxq.words.errors import refusal

QUIET = ["--IPKernelApp.log_level=CRITICAL"]  # a kernel that is told to end calls that an error
MOST = 10_000_000  # characters of output that are kept of a run; ten times as many end it
LONGEST = 500  # characters of an error's line


def execute(job: Job) -> Outcome:
    """Run one notebook; its output appears only whole, or under `.failed.ipynb` with the traceback
    in it.

    Of a run that failed nothing older stays either: it would pass for today's.
    """
    began = time.perf_counter()
    part = job.output.with_name(f".{job.name}.{uuid.uuid4().hex[:8]}.part.ipynb")
    note = ""
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        error = _execute_into(part, job)
        if job.ticket and not job.ticket.exists():
            return Outcome(job, time.perf_counter() - began, "stopped", "run")
        if part.exists():
            note = _publish(part, job, failed=bool(error))
    except Exception as problem:  # a full disk fails this run only
        error = error_line(type(problem).__name__, str(problem))
    finally:
        part.unlink(missing_ok=True)
    if error:
        for old in (job.output, job.page):
            old.unlink(missing_ok=True)
    return Outcome(job, time.perf_counter() - began, error, "run", note)


def error_line(name: str, text: str) -> str:
    """An error in one line, which is not too long."""
    line = f"{name}: {text}".splitlines()[0].removesuffix(": ")
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _bound() -> Bound:
    """How much of a run's output is kept, and what stands there instead of the rest."""
    cut, endless = refusal("output_cut", most=MOST), refusal("output_endless", most=STOPS * MOST)
    return Bound(MOST, f"[{cut.chinese} · {cut}]", str(endless))


def _execute_into(part: Path, job: Job) -> str:
    """Execute the notebook into a file; what went wrong, as one line."""
    mill = papermill.load()
    try:
        with _event_loop():
            mill.execute_notebook(
                _literally(job.notebook),
                _literally(part),
                parameters.carry(job.parameters),
                engine_name="yxq",
                progress_bar=False,
                kernel_name="python3",
                language="python",
                extra_arguments=QUIET,
                execution_timeout=job.timeout,
                request_save_on_cell_execute=False,
                memory=job.memory,
                own=True,
                bound=_bound(),
                folder=job.folder,
                broken=str(part),
            )
    except mill.PapermillExecutionError as problem:
        exhausted = job.memory and problem.ename == "MemoryError"
        hint = f" (more than --memory {job.memory})" if exhausted else ""
        return error_line(problem.ename, problem.evalue) + hint
    except Exception as problem:  # a kernel that dies, hangs or cannot start fails its own run only
        return error_line(type(problem).__name__, str(problem))
    return ""


def _literally(path: Path) -> str:
    """A path as papermill reads it, which fills in what stands in braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


@contextlib.contextmanager
def _event_loop() -> Iterator[None]:
    """The loop that jupyter makes for a thread and does not close."""
    from jupyter_core.utils import ensure_event_loop

    # zmq needs a selector loop, which Windows' own loop is not
    loop = ensure_event_loop(prefer_selector_loop=True)
    try:
        yield
    finally:
        if not loop.is_running():
            loop.close()
            asyncio.set_event_loop(None)


def _publish(part: Path, job: Job, failed: bool) -> str:
    """Put notebook and page in their places, each whole or not at all, the notebook last: it
    vouches for both. Returns what is to be said of them.
    """
    import nbformat

    notebook = nbformat.read(part, as_version=4)
    note = str(notebook.metadata.get("papermill", {}).get("cut", ""))
    strip(notebook, injected=bool(job.parameters))
    settled = {name: parameters.json_value(value) for name, value in job.settled.items()}
    made = {"key": job.key, "parameters": settled, "cells": cells_digest(notebook)}
    if job.look and not failed:
        text = html.page(notebook, job.look, job.name)
        made["page"] = page_digest(text)
        if job.look.alone:
            text = fonts.put(text, fonts.rule([text]))
        half = part.with_suffix(".html")
        half.write_text(text, encoding="utf-8", newline="\n")
        os.replace(half, job.page)
    notebook.metadata[META] = notebook.metadata.get(META, {}) | made
    part.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    broken = job.output.with_suffix(".failed.ipynb")
    os.replace(part, broken if failed else job.output)
    if not failed:
        broken.unlink(missing_ok=True)
    return note


def strip(notebook: Any, injected: bool) -> None:
    """Take away what differs from run to run and machine to machine: times, paths, process facts,
    and the random name of the cell that papermill `injected`.
    """
    notebook.metadata.pop("papermill", None)
    notebook.metadata.pop("language_info", None)
    for cell in notebook.cells:
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        if injected and parameters.INJECTED in cell.metadata.get("tags", []):
            cell.id = parameters.INJECTED
            injected = False  # papermill injects one: a further cell with the tag keeps its name
