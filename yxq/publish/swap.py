"""A folder that is replaced whole or not at all: made beside its place, and moved there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from yxq.tables.store import move


class Swap:
    """A folder (`final`), the one in the making (`part`), and the one before it (`old`)."""

    def __init__(self, home: Path, name: str) -> None:
        """Also after a run that was killed between the two moves of `put`."""
        self.final = home / name
        self.part, self.old = home / f".{name}.part", home / f".{name}.old"
        if self.old.exists() and not self.final.exists():
            self.old.rename(self.final)

    def check_closed(self) -> None:
        """Whether the folder could be moved away, where one with an open file cannot (Windows);
        raises `OSError` now, and not after all has run.
        """
        if os.name == "nt" and self.final.exists():
            move(self.final, self.old)
            move(self.old, self.final)

    def put(self) -> None:
        """Put what was made in its place."""
        shutil.rmtree(self.old, ignore_errors=True)
        if self.final.exists():
            move(self.final, self.old)
        move(self.part, self.final)
        shutil.rmtree(self.old, ignore_errors=True)
