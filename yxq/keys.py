"""Why a notebook would be run again: a key made of all that its output depends on."""

from __future__ import annotations

import datetime as dt
import functools
import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from yxq import parameters, results, store
from yxq.attain import default_as_of
from yxq.load import load
from yxq.results import Results, sha

VERSIONS = ("yxq", "pandas", "numpy", "scipy", "matplotlib", "papermill", "nbconvert", "ipykernel", "xlsxwriter",
            "fonttools", "pylopdf-fonts-zh-cn")  # fmt: skip
META = "yxq"  # where an executed notebook keeps its key and parameters


@functools.cache
def versions() -> dict[str, str]:
    """The versions that matter to what a notebook shows."""
    return {name: version(name) for name in VERSIONS} | {"python": platform.python_version()}


class Keys:
    """The keys of many runs; what they have in common is read once."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self._results: dict[tuple[Any, ...], Results] = {}

    def results(self, settled: dict[str, Any]) -> Results:
        """The results that a notebook with these parameters shows."""
        asked = tuple(settled.get(name) for name in ("plan", "year", "as_of", "processed"))
        if asked not in self._results:
            folder, year, as_of, processed = asked
            plan = load(store.locate(folder)).plan(year)
            day = dt.date.fromisoformat(str(as_of)) if as_of else default_as_of(plan)
            self._results[asked] = Results(plan, processed, day)
            self._results[asked].keep()
        return self._results[asked]

    def of(self, notebook: Any, settled: dict[str, Any], processed: Path) -> dict[str, str]:
        """What the output depends on, a digest each: notebook, parameters, data, plan, program, versions.

        A notebook whose metadata say `"yxq": {"reads": "unit"}` reads the rows of its `town` alone; of any other all
        tables are taken to be read.
        """
        cells = [(each.cell_type, each.source, each.metadata.get("tags", [])) for each in notebook.cells]
        key = {"notebook": sha(json.dumps(cells).encode()), "parameters": sha(parameters.cell(settled).encode()),
               "program": results.program(), "versions": sha(json.dumps(versions()).encode())}  # fmt: skip
        if not {"plan", "year", "processed"} <= settled.keys():
            return key | {"data": results.state(processed)[:16]}
        found = self.results(settled)
        unit = settled.get("town") if notebook.metadata.get(META, {}).get("reads") == "unit" else None
        data = found.digests[found.plan.town(str(unit)).name] if unit else sha(results.state(found.processed).encode())
        return key | {"data": data, "plan": results.of_plan(found.plan)}


def kept(output: Path) -> dict[str, str]:
    """The key that an executed notebook was made under; empty where there is none."""
    try:
        return dict(json.loads(output.read_text(encoding="utf-8"))["metadata"][META]["key"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):  # not there, or not one of ours: to be run
        return {}


def why(key: dict[str, str], before: dict[str, str]) -> str:
    """Why a run is needed, empty when it is not: `new`, or what has changed."""
    if not before:
        return "new"
    changed = [name for name in sorted(key.keys() | before.keys()) if key.get(name) != before.get(name)]
    return ", ".join(changed) + " changed" if changed else ""
