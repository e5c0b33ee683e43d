"""Where our notebooks are: in the package that was installed, or beside it in the repository."""

from __future__ import annotations

import shutil
from pathlib import Path

FOLDER = "notebooks"  # at the top of the repository, in the package, and in the user's folder


def shipped(package: Path = Path(__file__).parents[1]) -> Path:
    """The folder of the notebooks that came with a package; nothing is ever written there."""
    inside = package / FOLDER
    return inside if inside.is_dir() else package.parent / FOLDER


def of_path(path: Path) -> Path:
    """A notebook as it is named, or the one that came with the package where `notebooks/NAME` is
    meant and nobody has a copy of it.

    Raises `FileNotFoundError` where there is neither.
    """
    if path.is_file():
        return path
    ours = shipped() / path.name
    if path == Path(FOLDER, path.name) and ours.is_file():
        return ours
    known = ", ".join(f"{FOLDER}/{file.name}" for file in sorted(shipped().glob("*.ipynb")))
    raise FileNotFoundError(f"{path}: no such notebook; there are {known}, and your own")


def copies(folder: Path) -> list[Path]:
    """Copy our notebooks to `notebooks/` of a folder, to be edited; those that were copied.

    One that is there stays as it is.
    """
    home = folder / FOLDER
    made = []
    for notebook in sorted(shipped().glob("*.ipynb")):
        copy = home / notebook.name
        if not copy.exists():
            home.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(notebook, copy)  # without its rights: it may be read only where it is
            made.append(copy)
    return made
