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
from papermill.utils import merge_kwargs, remove_args

from yxq.warm import inside_kernel
from yxq.warm.bound import Bound, TooMuchOutput
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
        own: bool = False,
        bound: Bound | None = None,
        folder: str | None = None,
        broken: str | None = None,
        **options: Any,
    ) -> Any:
        """Execute the cells; `memory` bounds what a kernel may take beyond its imports, in MB
        (forked kernels only), and `bound` what of its output is kept.

        `own`: in this interpreter, whatever kernelspecs there are; `folder` is the kernel's working
        directory (papermill's `cwd` changes that of the whole process); `broken` is where the
        notebook is saved when its kernel dies or hangs, if papermill was not asked to save it cell
        by cell. A kernel manager of the caller's is taken as it is.
        """
        if folder:
            options["resources"] = {"metadata": {"path": folder}}
        kernel = {"memory": memory, "own": own, "most": bound and bound.most}
        options.setdefault("kernel_manager_class", type("Manager", (Manager,), kernel))
        timeout = execution_timeout or options.get("timeout")
        final = {"kernel_name": kernel_name, "startup_timeout": start_timeout, "timeout": timeout}
        client = _client(nb_man, options, final)
        client.bound = bound
        try:
            return client.execute()
        except BaseException as problem:  # no cell says so when a kernel dies or hangs
            ended = TooMuchOutput(bound.stopped) if bound and bound.exceeded else None
            error = ended or problem
            _write_error(nb_man.nb, error)
            nb_man.output_path = nb_man.output_path or broken
            nb_man.save()
            raise error from None


class Client(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client, which keeps of the output what a bound allows."""

    bound: Bound | None = None

    def process_message(self, message: Any, *rest: Any, **more: Any) -> Any:
        """Take a message of the kernel's, or what of it is kept."""
        if self.bound:
            message = self.bound.kept(message)
            if self.bound.cut:
                self.nb.metadata.setdefault("papermill", {})["cut"] = self.bound.notice
            if self.bound.exceeded:
                inside_kernel.end_with_children(self.km.provisioner.pid)
        return super().process_message(message, *rest, **more) if message else None


def _client(nb_man: Any, options: dict[str, Any], final: dict[str, Any]) -> Client:
    """papermill's client, with the caller's options where papermill has none of its own."""
    # papermill's own, which its client lacks or has by another name
    options = remove_args(["input_path", "startup_timeout", "timeout"], **options)
    return Client(nb_man, **merge_kwargs(options, log=logger, **final))


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
