"""How a run went: `summary.json` for the schedule, lines for people, and the exit code."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from yxq.publish.job import Outcome
from yxq.publish.messages import say
from yxq.publish.parameters import json_value


class Summary:
    """The summary of one run, written from its beginning, so that it never tells of another night.

    Used as a context that is left when all is done; what stops the run stands in the file. With
    `explain` nothing runs, and nothing is written.
    """

    def __init__(self, out: Path, explain: bool) -> None:
        """A run whose results go to `out` begins now."""
        self._file, self._explain, self._began = out / "summary.json", explain, time.time()

    def __enter__(self) -> Summary:
        """Say that it is running."""
        if not self._explain:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._write("running", [])
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, traceback: Any) -> None:
        """Say what stopped it."""
        if kind and not self._explain:
            self._write("stopped", [], error=f"{error}" or kind.__name__)

    def end(self, outcomes: list[Outcome], **more: Any) -> int:
        """Say and write down how it went, with `more` facts; the exit code."""
        if self._explain:
            for outcome in outcomes:
                print(f"{outcome.job.name}: {outcome.why or 'up to date'}")
            to_run = sum(bool(outcome.why) for outcome in outcomes)
            say(f"{to_run} of {len(outcomes)} would be run")
            return 0
        counts = counted(outcomes)
        self._write("failed" if counts["failed"] else "done", outcomes, **more)
        for outcome in outcomes:
            if outcome.error:
                say(f"failed: {outcome.job.name}: {outcome.error}")
        say(f"{counts['done']} done, {counts['skipped']} unchanged, {counts['failed']} failed")
        return 1 if counts["failed"] else 0

    def _write(self, status: str, outcomes: list[Outcome], **more: Any) -> None:
        """How it stands: status (running, done, failed, stopped), counts, and an entry a run."""
        content = {
            "status": status,
            "began": time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(self._began)),
            "seconds": round(time.time() - self._began, 2),
            **more,
            **counted(outcomes),
            "runs": [_entry(outcome) for outcome in outcomes],
        }
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        part = self._file.with_name(f".{self._file.name}.part")
        part.write_text(text, encoding="utf-8")
        os.replace(part, self._file)


def counted(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """How many were done, skipped and failed."""
    ended = [outcome.status for outcome in outcomes]
    return {status: ended.count(status) for status in ("done", "skipped", "failed")}


def _entry(outcome: Outcome) -> dict[str, Any]:
    settled = outcome.job.settled
    return {
        "name": outcome.job.name,
        "notebook": outcome.job.notebook.name,
        "status": outcome.status,
        "why": outcome.why,
        "seconds": round(outcome.seconds, 2),
        "error": outcome.error,
        "note": outcome.note,
        "parameters": {name: json_value(value) for name, value in settled.items()},
    }
