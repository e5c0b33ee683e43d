"""Why a notebook would be run again: a key made of all that its output depends on."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from yxq.attainment.attain import default_as_of
from yxq.attainment.results import Results, of_plan
from yxq.plan.load import load
from yxq.publish import parameters
from yxq.tables import digests, store
from yxq.tables.digests import sha

META = "yxq"  # where an executed notebook keeps its key and parameters


class Keys:
    """The keys of many runs; what they have in common is read once."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._results: dict[tuple[Any, ...], Results] = {}

    def results(self, settled: dict[str, Any]) -> Results:
        """The results that a notebook with these parameters shows."""
        asked: tuple[Any, ...] = tuple(
            settled.get(name) for name in ("plan", "year", "as_of", "processed")
        )
        if asked not in self._results:
            folder, year, as_of, processed = asked
            plan = load(store.locate(folder)).plan(year)
            day = dt.date.fromisoformat(str(as_of)) if as_of else default_as_of(plan)
            self._results[asked] = Results(plan, processed, day)
            self._results[asked].keep()
        return self._results[asked]

    def of(self, notebook: Any, settled: dict[str, Any], context: dict[str, Any]) -> dict[str, str]:
        """What the output depends on, a digest each: notebook, parameters, data, day, plan,
        program, versions.

        A notebook whose metadata say `"yxq": {"reads": "unit"}` reads the rows of its `town` alone;
        of any other all tables are taken to be read. `context`: plan, year, as_of and processed for
        a notebook without such parameters.
        """
        found = self.results(context | settled)
        own = notebook.metadata.get(META, {}).get("reads") == "unit" and "town" in settled
        data = (
            found.digests[found.plan.town(settled["town"]).name]
            if own
            else digests.of_tables(found.processed)
        )
        return {
            "notebook": digest(notebook, outputs=False),
            "parameters": sha(parameters.cell(settled).encode()),
            "data": sha(data.encode()),
            "day": found.as_of.isoformat(),
            "plan": of_plan(found.plan),
            "program": digests.program(),
            "versions": sha(json.dumps(digests.versions()).encode()),
        }


def digest(notebook: Any, outputs: bool = True) -> str:
    """A digest of a notebook's cells, with or without what running them gave."""
    ran = () if outputs else ("id", "outputs", "execution_count")
    cells = [
        {name: value for name, value in cell.items() if name not in ran}
        for cell in notebook["cells"]
    ]
    return sha(json.dumps(cells, sort_keys=True).encode())


def about(output: Path) -> dict[str, Any]:
    """What an executed notebook says of its making; empty where there is none, or it was changed
    since.
    """
    import nbformat
    from nbformat.v4.rwbase import rejoin_lines

    try:
        notebook = rejoin_lines(nbformat.from_dict(json.loads(output.read_text(encoding="utf-8"))))
        told = notebook["metadata"][META]
        return dict(told) if told["cells"] == digest(notebook) else {}
    # Not there, or not one of ours: to be run.
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def kept(output: Path) -> dict[str, str]:
    """The key that an executed notebook was made under, if it is still as it was made."""
    return dict(about(output).get("key", {}))


def why(key: dict[str, str], before: dict[str, str]) -> str:
    """Why a run is needed, empty when it is not: `new`, or what has changed."""
    if not before:
        return "new"
    changed = [
        name for name in sorted(key.keys() | before.keys()) if key.get(name) != before.get(name)
    ]
    return ", ".join(changed) + " changed" if changed else ""
