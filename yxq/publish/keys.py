"""Why a notebook would be run again: a key made of all that its output depends on."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from yxq.attainment.results import Results, load_data, of_plan
from yxq.plan.folder import Folder
from yxq.publish import papermill, parameters
from yxq.publish.job import Job, Outcome
from yxq.report import html
from yxq.report.html import Look
from yxq.tables import digests, in_hand
from yxq.tables.digests import sha

SHOWN = ("year", "as_of", "processed", "received_by")
META = "yxq"  # where an executed notebook keeps its key and parameters


class Keys:
    """The keys of many runs on a plan folder; what they have in common is computed once."""

    def __init__(self, folder: Folder, keep: bool = True) -> None:
        """Nothing is computed yet; keep: what is computed is kept for the pages to read."""
        self._folder, self._keep = folder, keep
        self._results: dict[tuple[Any, ...], Results] = {}

    def results(self, settled: dict[str, Any]) -> Results:
        """The results that a notebook with these parameters shows."""
        asked = tuple(settled.get(name) for name in SHOWN)
        if asked not in self._results:
            year, as_of, processed, received_by = asked
            plan = self._folder.plan(year)
            if not self._keep:
                in_hand.check_made(str(processed), _day(received_by), plan.folder.path)
            shown = load_data(None, as_of or None, plan, str(processed), received_by or None)
            if self._keep:
                shown.keep()
            self._results[asked] = shown
        return self._results[asked]

    def key(
        self, notebook: Any, settled: dict[str, Any], context: dict[str, Any]
    ) -> dict[str, str]:
        """What the output depends on, a digest each: notebook, parameters, data, both days, plan,
        program, versions.

        A notebook whose metadata say `"yxq": {"reads": "unit"}` reads the rows of its `town` alone;
        of any other all tables are taken to be read. `context`: SHOWN for a notebook without
        such parameters.
        """
        shown = self.results(context | settled)
        of_unit = notebook.metadata.get(META, {}).get("reads") == "unit" and "town" in settled
        unit = shown.plan.town(settled["town"]).name if of_unit else ""
        # A page of the city reads the rows of all, as one of no unit does.
        data = shown.digests.get(unit) if unit else None
        return {
            "notebook": cells_digest(notebook, outputs=False),
            "parameters": sha(parameters.cell(settled).encode()),
            "data": sha((data or digests.of_tables(shown.place)).encode()),
            "day": shown.as_of.isoformat(),
            "received_by": shown.received_by.isoformat(),
            "plan": of_plan(shown.plan),
            "program": digests.program(),
            "versions": sha(json.dumps(digests.versions()).encode()),
        }


def _day(given: str | dt.date | None) -> dt.date | None:
    """A day as a notebook has it, which `load_data` checks."""
    return dt.date.fromisoformat(given) if isinstance(given, str) else given


def cells_digest(notebook: Any, outputs: bool = True) -> str:
    """A digest of a notebook's cells, with or without what running them gave."""
    ran = () if outputs else ("id", "outputs", "execution_count")
    cells = [
        {name: value for name, value in cell.items() if name not in ran}
        for cell in notebook["cells"]
    ]
    return sha(json.dumps(cells, sort_keys=True).encode())


def page_digest(text: str) -> str:
    """A digest of a page without what other pages decide."""
    return sha(html.bare(text).encode())


def record(output: Path) -> dict[str, Any]:
    """What an executed notebook says of its making: key, parameters, cells, page.

    Empty where there is none, or it was changed since.
    """
    import nbformat
    from nbformat.v4.rwbase import rejoin_lines

    try:
        notebook = rejoin_lines(nbformat.from_dict(json.loads(output.read_text(encoding="utf-8"))))
        made = notebook["metadata"][META]
        return dict(made) if made["cells"] == cells_digest(notebook) else {}
    # Not there, or not one of ours: to be run.
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def recorded_key(output: Path) -> dict[str, str]:
    """The key that an executed notebook was made under, if it is still as it was made."""
    return dict(record(output).get("key", {}))


def key_with_page(output: Path, page: Path, look: Look | None) -> dict[str, str]:
    """The key of what is there; a notebook whose page is missing, or another than was made, is
    not.
    """
    if look:
        there = page.exists() and page_digest(page.read_text(encoding="utf-8"))
        if not there or there != record(output).get("page"):
            return {}
    return recorded_key(output)


def why_run(key: dict[str, str], before: dict[str, str]) -> str:
    """Why a run is needed, empty when it is not: `new`, or what has changed."""
    if not before:
        return "new"
    names = sorted(key.keys() | before.keys())
    changed = [name for name in names if key.get(name) != before.get(name)]
    return ", ".join(changed) + " changed" if changed else ""


def keyed(jobs: Iterable[Job], folder: Folder, keep: bool = True) -> list[Job]:
    """The jobs with all their parameters and their keys; `folder` is the plan folder they read.

    Raises `ValueError` for a parameter that a notebook does not have or that is missing: nothing
    has run yet. keep: what was computed for that is kept beside the tables; else nothing is
    written, and `NotMade` raised where something would have to be.
    """
    papermill.load()  # before nbformat, which would import all that it leaves out
    keys = Keys(folder, keep)
    notebooks: dict[Path, Any] = {}
    with_keys = []
    for job in jobs:
        if job.notebook not in notebooks:
            notebooks[job.notebook] = parameters.read(job.notebook)
        notebook = notebooks[job.notebook]
        settled = parameters.settle(notebook, job.parameters, job.notebook.name)
        parameters.carry(settled)
        page = {"page": sha(f"{job.look}".encode()) if job.look else ""}
        key = keys.key(notebook, settled, job.context) | page
        with_keys.append(replace(job, settled=settled, key=key))
    return with_keys


def needed(jobs: Iterable[Job], force: bool = False) -> list[Outcome]:
    """Which of the keyed jobs must run and why; `why` is empty for what is there already."""
    return [Outcome(job, why="forced" if force else why_run(job.key, _key_of(job))) for job in jobs]


def _key_of(job: Job) -> dict[str, str]:
    return key_with_page(job.output, job.page, job.look)
