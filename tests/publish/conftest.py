"""Packs without kernels, papers and fonts, for tests of what is done with packs and not of what is
in them.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from yxq.publish import execute, pack, papermill
from yxq.publish.job import Job, Outcome
from yxq.report import fonts, html
from yxq.report.pages import CityPage


@pytest.fixture(scope="module")
def no_kernels() -> Iterator[None]:
    """Notebooks show their parameters, and no kernel runs, in all tests of a file; a paper and a
    font stand for all others.
    """
    with without_kernels():
        yield


@pytest.fixture
def no_kernel() -> Iterator[None]:
    """The same in one test."""
    with without_kernels():
        yield


@contextlib.contextmanager
def without_kernels() -> Iterator[None]:
    def run(outcomes: list[Outcome], *arguments: object) -> Iterator[Outcome]:
        for outcome in outcomes:
            if outcome.why:
                values = outcome.job.parameters.items()
                _publish(outcome.job, " ".join(f"{name}={value}" for name, value in values))
            yield outcome

    papermill.load()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of what nbconvert imports
        html._exporter()
    fonts._font_face.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pack, "run", run)
        patch.setattr(pack, "write_papers", _paper)
        patch.setattr(fonts, "_subset", lambda characters, *more: characters.encode())
        yield
    fonts._font_face.cache_clear()  # no page of another test has such a font


def _paper(part: Path, page: CityPage) -> dict[str, str]:
    """One paper of the same results, for half of the time that such a pack takes goes into real
    papers and a real font; these are looked at in `test_pack_with_papers` and `test_pack`.
    """
    (part / "papers").mkdir(exist_ok=True)
    said = page.source.attained[["unit", "target", "state", "value"]].to_csv(index=False)
    (part / "papers" / "邮件.txt").write_text(f"{page.as_of} {said}", encoding="utf-8")
    return {}


def _publish(job: Job, text: str) -> None:
    import nbformat  # after papermill, which leaves out what it would import

    cell = nbformat.v4.new_code_cell("1", id="one")
    html = {"text/html": f"<p>{text}</p>"}
    cell.outputs = [nbformat.v4.new_output("display_data", data=html)]
    part = job.output.with_name(".part.ipynb")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), part)
    execute._publish(part, job, failed=False)
