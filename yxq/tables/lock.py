"""One run at a time on one folder: a lock that the system lets go of when its holder ends.

Ours, and not a library's: portalocker's shared mode needs pywin32 on Windows and raises ImportError
without it; filelock's keeps a database in the place of the lock file.
"""

from __future__ import annotations

import contextlib
import os
import random
from collections.abc import Iterator
from pathlib import Path

READERS = 1000  # bytes of a lock file on Windows, one for each reader


class Busy(OSError):
    """Another run holds the folder."""


def _hold(descriptor: int, shared: bool) -> None:
    if os.name == "nt":
        import msvcrt

        # It knows no shared locks: a reader takes one byte of many, a writer all of them.
        for byte in random.sample(range(READERS), 20) if shared else [0]:
            os.lseek(descriptor, byte, os.SEEK_SET)
            with contextlib.suppress(OSError):
                bytes_ = 1 if shared else READERS
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, bytes_)  # type: ignore[attr-defined]
                return
        raise OSError("held")
    else:
        import fcntl

        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)


@contextlib.contextmanager
def lock(folder: Path, shared: bool = False) -> Iterator[None]:
    """Hold a folder (made if it is not there); raises `Busy` at once when another run does.

    Those that only read hold it `shared`: together, but not with one that writes. A folder that
    they cannot write to changes under nobody's hands but its owner's, and is not held.
    """
    if shared and not os.access(folder, os.W_OK):
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT)
    except PermissionError:
        if not shared:
            raise
        yield
        return
    try:
        try:
            _hold(descriptor, shared)
        except OSError:
            raise Busy(f"another yxq is at work on {folder}; wait until it has ended") from None
        yield
    finally:
        os.close(descriptor)
