"""Packs without kernels, for tests of what is done with packs and not of what is in them."""

from __future__ import annotations

from collections.abc import Callable

import nbformat
import pytest

from yxq.publish import execute, pack
from yxq.publish.job import Job, Outcome


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Callable[[Job], str]:
    """Notebooks show their parameters, and no kernel runs."""

    def text(job: Job) -> str:
        return " ".join(f"{name}={value}" for name, value in job.parameters.items())

    def run(outcomes: list[Outcome], *arguments: object):
        for outcome in outcomes:
            if outcome.why:
                _publish(outcome.job, text(outcome.job))
            yield outcome

    monkeypatch.setattr(pack, "run", run)
    return text


def _publish(job: Job, text: str) -> None:
    cell = nbformat.v4.new_code_cell("1", id="one")
    html = {"text/html": f"<p>{text}</p>"}
    cell.outputs = [nbformat.v4.new_output("display_data", data=html)]
    part = job.output.with_name(".part.ipynb")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), part)
    execute._publish(part, job, failed=False)
