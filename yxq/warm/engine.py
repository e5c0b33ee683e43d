"""A papermill engine whose kernels are forked from a server that has imported everything:
`papermill --engine yxq`.

Each run has a process of its own and shares nothing but imports. Where the system cannot fork
(Windows) kernels are started as papermill does; the results are the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import queue
import shutil
import signal
import sys
import tempfile
import threading
import time
import types
from typing import Any

import psutil
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger

from yxq.publish import parameters
from yxq.warm import can_fork, kernel, start_server

# multiprocessing's own book-keeping of children is not made for several threads that start and ask
# at a time.
_ONE_AT_A_TIME = threading.Lock()
_MANAGERS: set[Manager] = set()  # of kernels that have not been cleaned up


def end_kernels() -> None:
    """End every kernel that was started here, with all that it started itself."""
    for manager in list(_MANAGERS):
        pid = getattr(manager.provisioner, "pid", None)
        if pid and manager.has_kernel:
            with contextlib.suppress(psutil.NoSuchProcess):
                kernel_process = psutil.Process(pid)
                for process in [*kernel_process.children(recursive=True), kernel_process]:
                    process.kill()


class Forked:
    """A forked kernel as the provisioner wants it: the part of `subprocess.Popen` that it uses."""

    stdin = stdout = stderr = None

    def __init__(self, *arguments: Any) -> None:
        """Fork one."""
        self._process = multiprocessing.get_context("forkserver").Process(
            target=kernel.run, args=arguments
        )
        with _ONE_AT_A_TIME:
            start_server()
            main = sys.modules["__main__"]
            # A kernel needs nothing of the caller's script, and a script without a guard must not
            # run again in it.
            sys.modules["__main__"] = types.ModuleType("__main__")
            try:
                self._process.start()
            finally:
                sys.modules["__main__"] = main
        self.pid = self._process.pid

    def poll(self) -> int | None:
        """The exit code, once it has ended."""
        with _ONE_AT_A_TIME:
            return self._process.exitcode

    def wait(self) -> int | None:
        """Wait for its end and let go of what it held."""
        with _ONE_AT_A_TIME:
            self._process.join()
            code = self._process.exitcode
            self._process.close()
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self._process.pid or 0, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


class Provisioner(LocalProvisioner):
    """Starts a kernel by forking it."""

    process: Forked | None  # type: ignore[assignment]  # the library says Popen
    memory: int | None = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel in place of running the command."""
        arguments = cmd[cmd.index(kernel.LAUNCHER) + 1 :]
        self.process = Forked(
            arguments, kwargs["env"], kwargs.get("cwd") or os.getcwd(), self.memory
        )
        self.pid = self.pgid = self.process.pid
        known = self.connection_info
        ends = [f"{known['ip']}-{port}" for name, port in known.items() if name.endswith("_port")]
        while not all(map(os.path.exists, ends)) and await self.poll() is None:
            await asyncio.sleep(
                0.005
            )  # a client that calls before they are there waits a tenth of a second a time
        return known

    async def wait(self) -> int | None:
        """Wait for the end, without the tenth of a second that is the least otherwise."""
        while await self.poll() is None:
            await asyncio.sleep(0.005)
        code, self.process = self.process.wait() if self.process else 0, None
        return code


class Client(AsyncKernelClient):
    """Knows that a kernel is ready by its own word, where the library waits until nothing more is
    heard for 0.2 s.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Ask until the kernel both answers and is heard to be idle again; raises `RuntimeError`
        when it cannot be.
        """
        end = time.monotonic() + (timeout or float("inf"))
        while True:
            asked = self.kernel_info()
            with contextlib.suppress(queue.Empty):
                self._handle_kernel_info_reply(await self.shell_channel.get_msg(timeout=1))
                while True:
                    told = await self.iopub_channel.get_msg(timeout=0.2)
                    if (
                        told["parent_header"].get("msg_id") == asked
                        and told["content"].get("execution_state") == "idle"
                    ):
                        return
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")


class Manager(AsyncKernelManager):
    """A kernel manager whose Python kernels are forked and spoken to over sockets in a folder of
    their own.
    """

    memory: int | None = None

    def __init__(self, **kwargs: Any) -> None:
        """A folder for the sockets: names and ports cannot collide with those of other runs."""
        super().__init__(**kwargs)
        _MANAGERS.add(self)
        self.warm = (
            can_fork() and self.kernel_spec is not None and kernel.LAUNCHER in self.kernel_spec.argv
        )
        if self.warm:
            self._folder = tempfile.mkdtemp(prefix=f"yxq-{os.getpid()}-")
            self.client_factory = Client
            self.connection_file, self.transport, self.ip = (
                f"{self._folder}/k.json",
                "ipc",
                f"{self._folder}/k",
            )

    async def _async_pre_start_kernel(self, **kwargs: Any) -> Any:
        if self.warm and self.provisioner is None:
            self.provisioner = Provisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
            self.provisioner.memory = self.memory
        kwargs["env"] = kernel.ONE_THREAD | (kwargs.get("env") or dict(os.environ))
        return await super()._async_pre_start_kernel(**kwargs)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        try:
            # It died: nobody has waited for it.
            if (
                self.provisioner is not None
                and self.has_kernel
                and await self.provisioner.poll() is not None
            ):
                await self.provisioner.wait()
            await super()._async_cleanup_resources(restart)
        finally:
            if not restart:
                _MANAGERS.discard(self)
                if self.warm:
                    shutil.rmtree(self._folder, ignore_errors=True)

    cleanup_resources = _async_cleanup_resources


class WarmEngine(NBClientEngine):  # type: ignore[misc]  # papermill has no types
    """papermill's own engine with another kernel manager."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        memory: int | None = None,
        folder: str | None = None,
        broken: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Execute the cells; `memory` bounds what a kernel may take beyond its imports, in MB
        (forked kernels only).

        `folder` is the kernel's working directory (papermill's `cwd` changes that of the whole
        process); `broken` is where the notebook is saved when its kernel dies or hangs, if
        papermill was not asked to save it cell by cell.
        """
        parameters.readable(nb_man.nb)
        options = {
            name: value
            for name, value in kwargs.items()
            if name not in ("input_path", "startup_timeout")
        }
        options["timeout"] = execution_timeout or options.get("timeout")
        if folder:
            options["resources"] = {"metadata": {"path": folder}}
        manager = type("Manager", (Manager,), {"memory": memory})
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            kernel_manager_class=manager,
            log=logger,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
            startup_timeout=start_timeout,
            **options,
        )
        try:
            return client.execute()
        except BaseException as error:  # no cell says so when a kernel dies or hangs
            _tell(nb_man.nb, error)
            nb_man.output_path = nb_man.output_path or broken
            nb_man.save()
            raise


def _tell(notebook: Any, error: BaseException) -> None:
    """Write an error that came from outside the cells into the one that was running."""
    begun = [
        cell
        for cell in notebook.cells
        if cell.metadata.get("papermill", {}).get("status") in ("running", "completed")
    ]
    told = f"{type(error).__name__}: {error}".splitlines()
    for cell in begun[-1:]:
        cell.outputs.append(
            new_output("error", ename=type(error).__name__, evalue=str(error), traceback=told)
        )
