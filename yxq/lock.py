"""One run at a time on one folder: a lock that the system lets go of when its holder ends, however it ends."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


class Busy(OSError):
    """Another run holds the folder."""


def _hold(descriptor: int, shared: bool) -> None:
    if os.name == "nt":  # knows no shared locks: there readers, too, come one at a time
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    else:
        import fcntl

        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


@contextlib.contextmanager
def lock(folder: Path, shared: bool = False) -> Iterator[None]:
    """Hold a folder (made if it is not there); raises `Busy` at once when another run does.

    Those that only read hold it `shared`: together, but not with one that writes. A folder that they cannot write to
    changes under nobody's hands but its owner's, and is not held.
    """
    if shared and not os.access(folder, os.W_OK):
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT)
    try:
        try:
            _hold(descriptor, shared)
        except OSError:
            raise Busy(f"another yxq is at work on {folder}; wait until it has ended") from None
        yield
    finally:
        os.close(descriptor)
