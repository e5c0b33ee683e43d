"""Digests of what results and pages depend on: the tables, the program, its versions."""

from __future__ import annotations

import functools
import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

from yxq.tables import store

PACKAGE = Path(__file__).parents[1]
VERSIONS = [
    "yxq", "pandas", "numpy", "scipy", "pyarrow", "matplotlib", "papermill", "nbconvert",
    "nbformat", "ipykernel", "ipython", "jinja2", "xlsxwriter", "fonttools", "pylopdf-fonts-zh-cn",
]  # fmt: skip


def sha(*parts: bytes) -> str:
    """A short digest of some bytes."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


@functools.cache
def program() -> str:
    """Of this package as it stands: code, wording and templates, but no plan, and no notebook, of
    which an installed one has copies.
    """
    without = {"shipped", "notebooks", "__pycache__"}
    files = [
        file
        for file in PACKAGE.rglob("*.*")
        if file.is_file() and not without & {*file.relative_to(PACKAGE).parts}
    ]
    return sha(
        *(part for file in sorted(files) for part in (file.name.encode(), file.read_bytes()))
    )


@functools.cache
def versions() -> dict[str, str]:
    """The versions that matter to what a notebook shows."""
    return {name: version(name) for name in VERSIONS} | {"python": platform.python_version()}


def of_folder(folder: Path) -> str:
    """Of the files of a plan folder."""
    files = [file for file in sorted(folder.glob("*")) if file.is_file()]
    return sha(*(part for file in files for part in (file.name.encode(), file.read_bytes())))


def of_tables(processed: str | Path) -> str:
    """Of all that the tables are made of; raises `NotIngested` where there are none."""
    return str(json.loads(store.file(processed, "state.json").read_text(encoding="utf-8")))
