"""A home for those who have none: matplotlib, IPython, Jupyter and browsers keep things there."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def writable_home() -> Iterator[None]:
    """Have HOME be a folder that goes again, where nobody can write at home (a service's user, a
    container): else each library that keeps something there says so in lines of its own.
    """
    if os.name == "nt" or os.access(Path("~").expanduser(), os.W_OK | os.X_OK):
        yield
        return
    with tempfile.TemporaryDirectory(prefix="yxq-home-", ignore_cleanup_errors=True) as place:
        before = os.environ.get("HOME")
        os.environ["HOME"] = place
        try:
            yield
        finally:
            os.environ.pop("HOME")
            if before is not None:
                os.environ["HOME"] = before
