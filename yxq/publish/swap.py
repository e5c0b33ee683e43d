"""A folder that is replaced whole or not at all: made beside its place, and moved there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from yxq.publish.manifest import ARCHIVE
from yxq.tables.store import move

PutAway = Callable[[Path, Path], bool]
"""Puts the former folder into the archive of the new one; false where it is of no use any more."""


class Swap:
    """A folder (`final`), the one in the making (`part`), and the one before it (`old`).

    The archive stands in the folder, and goes over to the new one: whoever has it is the one that
    counts. Everything is renamed and nothing copied, so that a run that is killed between any two
    moves leaves both whole, and the next one ends what it began.
    """

    def __init__(self, home: Path, name: str, put_away: PutAway = lambda old, new: False) -> None:
        """Also after a run that was killed between the moves of `put`."""
        self.final, self.put_away = home / name, put_away
        self.part, self.old = home / f".{name}.part", home / f".{name}.old"
        self._gone = home / f".{name}.gone"
        shutil.rmtree(self._gone, ignore_errors=True)
        if self.old.exists():
            if not self.final.exists():
                ready = (self.part / ARCHIVE).exists()
                (self.part if ready else self.old).rename(self.final)
            self._put_away()

    def check_closed(self) -> None:
        """Whether the folder could be moved away, where one with an open file cannot (Windows);
        raises `OSError` now, and not after all has run.
        """
        if os.name == "nt" and self.final.exists():
            move(self.final, self.old)
            move(self.old, self.final)

    def put(self) -> None:
        """Put what was made in its place."""
        if self.final.exists():
            move(self.final, self.old)
        if (self.old / ARCHIVE).exists():
            move(self.old / ARCHIVE, self.part / ARCHIVE)
        else:
            (self.part / ARCHIVE).mkdir(exist_ok=True)
        move(self.part, self.final)
        self._put_away()

    def _put_away(self) -> None:
        if self.old.exists() and not self.put_away(self.old, self.final):
            move(self.old, self._gone)  # in a moment: one half taken away is no pack
            shutil.rmtree(self._gone, ignore_errors=True)
