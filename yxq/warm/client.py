"""A kernel's client that knows that a kernel is ready by its own word."""

from __future__ import annotations

import contextlib
import queue
import time

from jupyter_client.asynchronous.client import AsyncKernelClient


class Client(AsyncKernelClient):
    """Ready is a kernel that says so, where the library waits until nothing more is heard for
    0.2 s.
    """

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Ask until the kernel both answers and is heard to be idle again; raises `RuntimeError`
        when it cannot be.
        """
        end = time.monotonic() + (timeout or float("inf"))
        while True:
            request = self.kernel_info()
            with contextlib.suppress(queue.Empty):
                self._handle_kernel_info_reply(await self.shell_channel.get_msg(timeout=1))
                while not await self._idle_after(request):
                    pass
                return
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > end:
                raise RuntimeError(f"Kernel didn't respond in {timeout} seconds")

    async def _idle_after(self, request: str) -> bool:
        """Whether the next message says that the kernel has dealt with a request; raises `Empty`
        where none comes.
        """
        message = await self.iopub_channel.get_msg(timeout=0.2)
        answers = message["parent_header"].get("msg_id") == request
        return bool(answers and message["content"].get("execution_state") == "idle")
