"""Who makes tables that are not there. A room cannot import one above it: what makes them is named
where all rooms are, in `yxq/__init__.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yxq.tables.supposed import Supposed

Sheets = frozenset[tuple[str, str]]
"""Files and the names of sheets in them."""
Make = Callable[[Path, Path, Sheets, "Supposed", Path], None]
"""Writes tables as they would be had some sheets not come, and with what is supposed of rows: the
plan folder, the tables of all, these sheets, the rows, and where to.
"""
in_hand: Make
