"""Packs of which a part is made in less time, for tests of everything else about them."""

from __future__ import annotations

import ast
import contextlib
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.formatters import DisplayFormatter

from yxq.publish import execute, pack, papermill
from yxq.publish.job import Job, Outcome
from yxq.publish.parameters import INJECTED
from yxq.report import fonts, html
from yxq.report.pages import CityPage


@contextlib.contextmanager
def plain_fonts() -> Iterator[None]:
    """The font of a page is the list of its characters; a real one is cut in `test_pack`."""
    fonts._font_face.cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fonts, "_subset", lambda characters, *more: characters.encode())
        try:
            yield
        finally:
            fonts._font_face.cache_clear()  # no page of another test has such a font


@contextlib.contextmanager
def plain_papers() -> Iterator[None]:
    """One paper of the same results stands for all; `test_pack_with_papers` has real ones."""

    def paper(part: Path, page: CityPage) -> dict[str, str]:
        (part / "papers").mkdir(exist_ok=True)
        said = page.source.attained[["unit", "target", "state", "value"]].to_csv(index=False)
        (part / "papers" / "邮件.txt").write_text(f"{page.as_of} {said}", encoding="utf-8")
        return {}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pack, "write_papers", paper)
        yield


def without_kernels() -> contextlib.AbstractContextManager[None]:
    """Notebooks show their parameters, and none is run."""

    def shown(job: Job) -> Any:
        cell = nbformat.v4.new_code_cell("1", id="one")
        text = " ".join(f"{name}={value}" for name, value in job.parameters.items())
        data = {"text/html": f"<p>{text}</p>"}
        cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
        return nbformat.v4.new_notebook(cells=[cell])

    return _notebooks(shown)


def notebooks_here() -> contextlib.AbstractContextManager[None]:
    """The cells of notebooks are run in this process, one notebook after another; in kernels they
    are run in `test_pack`, `test_incremental` and `test_warm`.
    """
    return _notebooks(_run_here)


def _run_here(job: Job) -> Any:
    return run_cells(nbformat.read(job.notebook, as_version=4), job.parameters)


def run_cells(notebook: Any, parameters: dict[str, Any]) -> Any:
    """The notebook with these parameters, run in this process, with what its cells show."""
    tags = [cell.metadata.get("tags", []) for cell in notebook.cells]
    given = "\n".join(f"{name} = {value!r}" for name, value in parameters.items()) or "pass"
    injected = nbformat.v4.new_code_cell(given, metadata={"tags": [INJECTED]})
    notebook.cells.insert(tags.index(["parameters"]) + 1, injected)
    scope: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            value = _value(cell.source, scope)
            data, metadata = DisplayFormatter().format(value)
            output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
            cell.outputs = [output] if value is not None else []
    return notebook


def _value(source: str, scope: dict[str, Any]) -> Any:
    """What a cell comes to: its last line, where that is no statement."""
    *body, last = ast.parse(source).body
    if not isinstance(last, ast.Expr):
        exec(source, scope)
        return None
    exec(compile(ast.Module(body, []), "cell", "exec"), scope)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), scope)


@contextlib.contextmanager
def _notebooks(executed: Callable[[Job], Any]) -> Iterator[None]:
    """Packs whose notebooks are executed otherwise."""

    def run(outcomes: Iterable[Outcome], *arguments: object) -> Iterator[Outcome]:
        for outcome in outcomes:
            if outcome.why:
                part = outcome.job.output.with_name(".part.ipynb")
                nbformat.write(executed(outcome.job), part)
                execute._publish(part, outcome.job, failed=False)
            yield outcome

    papermill.load()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of what nbconvert imports
        html._exporter()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pack, "run", run)
        yield
