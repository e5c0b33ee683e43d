"""Who makes tables that are not there. A room cannot import one above it: what makes them is named
where all rooms are, in `yxq/__init__.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

Sheets = frozenset[tuple[str, str]]
"""Files and the names of sheets in them."""
Make = Callable[[Path, Path, Sheets, Path], None]
"""Writes tables as they would be had some sheets not come: the plan folder, the tables of all,
these sheets, and where to.
"""
in_hand: Make
