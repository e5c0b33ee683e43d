"""How a run goes and went: `summary.json` for who watches, lines for people, and the exit code."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from yxq.publish.job import Outcome
from yxq.publish.messages import say
from yxq.publish.parameters import json_value


class Summary:
    """The summary of one run, written from its beginning, so that it never tells of another night,
    and whenever something has begun or ended.

    Used as a context that is left when all is done; what stops the run stands in the file. It is
    entered when nothing is left for which the run could be refused: one that is leaves the file as
    it was.
    """

    def __init__(self, out: Path, quiet: bool = False) -> None:
        """A run whose results go to `out` begins now; quiet: only failures are said."""
        self._file, self._quiet, self._began = out / "summary.json", quiet, time.time()
        self._at = "notebooks"
        self._outcomes: list[Outcome] = []
        self._started: dict[str, float] = {}
        self._of: int | None = None

    def __enter__(self) -> Summary:
        """Say that it is running."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._write("running")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, traceback: Any) -> None:
        """Say what stopped it, and what had ended by then."""
        if kind:
            self._started = {}
            self._write("stopped", error=f"{error}" or kind.__name__)

    def at(self, stage: str) -> None:
        """Say what it is at: ingest, notebooks or publishing."""
        self._at = stage
        self._write("running")

    def watch(self, ended: Sequence[Outcome], current: Sequence[str], of: int) -> None:
        """Say how far the notebooks are: see `yxq.publish.job.Watch`."""
        known = (len(self._outcomes), [*self._started], self._of)
        if known == (len(ended), [*current], of):
            return
        now = time.time()
        self._outcomes, self._of = [*ended], of
        self._started = {name: self._started.get(name, now) for name in current}
        self._at = "notebooks" if len(ended) < of else "publishing"
        self._write("running")

    def end(self, outcomes: Sequence[Outcome], **more: Any) -> int:
        """Say and write down how it went, with `more` facts; the exit code."""
        self._outcomes, self._started, self._of = [*outcomes], {}, len(outcomes)
        counts = counted(outcomes)
        self._write("failed" if counts["failed"] else "done", **more)
        for outcome in outcomes:
            if outcome.error:
                say(f"failed: {outcome.job.name}: {outcome.error}")
        said = f"{counts['done']} done, {counts['skipped']} unchanged, {counts['failed']} failed"
        say(said, self._quiet and not counts["failed"])
        return 1 if counts["failed"] else 0

    def _write(self, status: str, **more: Any) -> None:
        """How it stands: status (running, done, failed, stopped), when it began and how long it
        takes; while it runs what it is `at`, of how many, and which notebooks are at work since
        when; counts, and an entry a notebook that is through.
        """
        running = {
            "at": self._at,
            "of": self._of,
            "current": [{"name": n, "started": _time(t)} for n, t in self._started.items()],
        }
        content = {
            "status": status,
            "began": _time(self._began),
            "seconds": round(time.time() - self._began, 2),
            **(running if status == "running" else {}),
            **more,
            **counted(self._outcomes),
            "runs": [_entry(outcome) for outcome in self._outcomes],
        }
        text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
        part = self._file.with_name(f".{self._file.name}.part")
        part.write_text(text, encoding="utf-8")
        os.replace(part, self._file)


def _time(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S%z", time.localtime(seconds))


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
