"""A forked kernel as jupyter_client wants it: process, provisioner, and the manager of both."""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import types
from typing import Any

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from yxq.warm import inside_kernel
from yxq.warm.client import Client
from yxq.warm.server import (
    ENDED,
    FORKED,
    MANAGERS,
    ONE_AT_A_TIME,
    TAKEN_OVER,
    can_fork,
    end_orphans,
    start_server,
)

_PAUSE = 0.005  # seconds between two looks; the library's own tenth of a second is long here


class Forked:
    """A forked kernel as the provisioner wants it: the part of `subprocess.Popen` that it uses."""

    stdin = stdout = stderr = None

    def __init__(self, *arguments: Any) -> None:
        """Fork one; the arguments are those of `yxq.warm.inside_kernel.run`."""
        self._process = multiprocessing.get_context("forkserver").Process(
            target=inside_kernel.run, args=arguments
        )
        with ONE_AT_A_TIME:
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
            FORKED.add(self.pid or 0)

    def poll(self) -> int | None:
        """The exit code, once it has ended."""
        with ONE_AT_A_TIME:
            return self._process.exitcode

    def wait(self) -> int | None:
        """Wait for its end and let go of what it held."""
        with ONE_AT_A_TIME:
            self._process.join()
            code = self._process.exitcode
            self._process.close()
            FORKED.discard(self.pid or 0)
            ENDED.add(self.pid or 0)
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
    most: int | None = None

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork a kernel in place of running the command, and wait until its sockets are there: a
        client that calls before that waits a tenth of a second a time.
        """
        arguments = cmd[cmd.index(inside_kernel.LAUNCHER) + 1 :]
        folder = kwargs.get("cwd") or os.getcwd()
        env = kwargs["env"] | {"JPY_PARENT_PID": str(os.getpid())}  # as every kernel has it
        self.process = Forked(arguments, env, folder, self.memory, self.most)
        self.pid = self.pgid = self.process.pid
        connection = self.connection_info
        ports = [port for name, port in connection.items() if name.endswith("_port")]
        sockets = [f"{connection['ip']}-{port}" for port in ports]
        while not all(map(os.path.exists, sockets)) and await self.poll() is None:
            await asyncio.sleep(_PAUSE)
        return connection

    async def wait(self) -> int | None:
        """Wait for the end."""
        while await self.poll() is None:
            await asyncio.sleep(_PAUSE)
        code, self.process = self.process.wait() if self.process else 0, None
        return code


def starts_this_interpreter(spec: KernelSpec) -> bool:
    """Whether a kernelspec starts the interpreter that runs here, as it is, and no other: only
    then is a kernel that is forked the one that is asked for.
    """
    python, *rest = spec.argv or [""]
    version = sys.version_info
    names = ("python", f"python{version.major}", f"python{version.major}.{version.minor}")
    here = os.path.dirname(os.path.abspath(sys.executable))  # an environment's python is a link
    same = python in names or (
        os.path.dirname(os.path.abspath(python)) == here
        and os.path.realpath(python) == os.path.realpath(sys.executable)
    )
    provisioner = spec.metadata.get("kernel_provisioner", {}).get("provisioner_name")
    return (
        same
        and rest[:2] == ["-m", inside_kernel.LAUNCHER]
        and not any(name.startswith(TAKEN_OVER) for name in spec.env)
        and provisioner in (None, "local-provisioner")
    )


class Manager(AsyncKernelManager):
    """A kernel manager whose Python kernels are forked and spoken to over sockets in a folder of
    their own, and which ends with a kernel all that it has started.

    memory, most: of `yxq.warm.inside_kernel.run`; own: start this interpreter, whatever kernelspecs
    there are.
    """

    memory: int | None = None
    most: int | None = None
    own = False
    warm = False
    _children: list[Any] = []

    def __init__(self, **kwargs: Any) -> None:
        """A folder for the sockets: names and ports cannot collide with those of other runs."""
        super().__init__(**kwargs)
        if self.own:
            self._kernel_spec = KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())
        spec = self.kernel_spec
        self.warm = can_fork() and spec is not None and starts_this_interpreter(spec)
        MANAGERS.add(self)
        if self.warm:
            self._folder = tempfile.mkdtemp(prefix=f"yxq-{os.getpid()}-")
            self.client_factory = Client
            self.connection_file = f"{self._folder}/k.json"
            self.transport, self.ip = "ipc", f"{self._folder}/k"

    async def _async_pre_start_kernel(self, **kwargs: Any) -> Any:
        if self.warm and self.provisioner is None:
            self.provisioner = Provisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
            self.provisioner.memory, self.provisioner.most = self.memory, self.most
        kwargs["env"] = inside_kernel.ONE_THREAD | (kwargs.get("env") or dict(os.environ))
        return await super()._async_pre_start_kernel(**kwargs)

    async def _async_kill_kernel(self, restart: bool = False) -> None:
        if pid := getattr(self.provisioner, "pid", None):
            inside_kernel.end_children(pid)
        await super()._async_kill_kernel(restart)

    async def _async_request_shutdown(self, restart: bool = False) -> None:
        pid = None if self.warm else getattr(self.provisioner, "pid", None)
        self._children = inside_kernel.children_of(pid) if pid else []  # a forked one ends its own
        await super()._async_request_shutdown(restart)

    async def _async_finish_shutdown(self, *rest: Any, **more: Any) -> None:
        await super()._async_finish_shutdown(*rest, **more)
        inside_kernel.end(self._children)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        try:
            started = self.provisioner if self.has_kernel else None
            if started is not None and await started.poll() is not None:
                await started.wait()  # it died, and nobody has waited for it
            await super()._async_cleanup_resources(restart)
        finally:
            if not restart:
                self.forget()
                end_orphans()

    cleanup_resources = _async_cleanup_resources

    def forget(self) -> None:
        """Leave nothing of it behind."""
        MANAGERS.discard(self)
        if self.warm:
            shutil.rmtree(self._folder, ignore_errors=True)
