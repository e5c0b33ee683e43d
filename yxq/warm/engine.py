"""A papermill engine whose kernels are forked from a server that has imported everything:
`papermill --engine yxq`.

Each run has a process of its own and shares nothing but imports. Where the system cannot fork
(Windows) kernels are started as papermill does; the results are the same.
"""

from __future__ import annotations

from typing import Any

from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger

from yxq.warm.forking import Manager


class WarmEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """papermill's own engine with another kernel manager."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        *,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        memory: int | None = None,
        folder: str | None = None,
        broken: str | None = None,
        **options: Any,
    ) -> Any:
        """Execute the cells; `memory` bounds what a kernel may take beyond its imports, in MB
        (forked kernels only).

        `folder` is the kernel's working directory (papermill's `cwd` changes that of the whole
        process); `broken` is where the notebook is saved when its kernel dies or hangs, if
        papermill was not asked to save it cell by cell.
        """
        for name in ("input_path", "startup_timeout"):  # papermill's own, which its client lacks
            options.pop(name, None)
        options["timeout"] = execution_timeout or options.get("timeout")
        if folder:
            options["resources"] = {"metadata": {"path": folder}}
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            kernel_manager_class=type("Manager", (Manager,), {"memory": memory}),
            log=logger,
            startup_timeout=start_timeout,
            **options,
        )
        try:
            return client.execute()
        except BaseException as error:  # no cell says so when a kernel dies or hangs
            _write_error(nb_man.nb, error)
            nb_man.output_path = nb_man.output_path or broken
            nb_man.save()
            raise


def _write_error(notebook: Any, error: BaseException) -> None:
    """Write an error that came from outside the cells into the one that was running."""
    begun = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("papermill", {}).get("status") in ("running", "completed")
    ]
    name, lines = type(error).__name__, f"{type(error).__name__}: {error}".splitlines()
    for cell in begun[-1:]:
        cell.outputs.append(new_output("error", ename=name, evalue=str(error), traceback=lines))
