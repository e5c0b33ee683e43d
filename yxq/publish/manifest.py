"""The manifest of a pack: what it holds, of what it was made, and whether it is still so.

Former packs stand in a pack's folder too (`yxq.publish.archive`) and are none of its files.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yxq.papers.shelf import own_files
from yxq.publish import publications
from yxq.publish.job import Outcome
from yxq.report.pages import CityPage
from yxq.tables.digests import versions

NAME = "manifest.json"
SIGNATURE = f"{NAME}.sig"  # where `ssh-keygen -Y sign` puts that of a manifest
ARCHIVE = "archive"  # the folder of former packs
KINDS = {stat.S_IFREG: "file", stat.S_IFLNK: "link", stat.S_IFIFO: "pipe", stat.S_IFSOCK: "socket"}


def file_digest(file: Path) -> str:
    """sha256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def kind_of(path: Path) -> str:
    """What stands under a name: `file`, or what is none, and is not followed or opened."""
    return KINDS.get(stat.S_IFMT(path.lstat().st_mode), "device")


def found(folder: Path) -> dict[str, str]:
    """All that stands under a folder but folders, manifest, its signature and archive: name -> what
    it is.
    """
    return {name: kind_of(folder / name) for name in sorted(_names(folder))}


def _names(folder: Path) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        here = Path(place).relative_to(folder)
        if here == Path():
            folders[:] = [name for name in folders if name != ARCHIVE]
        links = [name for name in folders if (folder / here / name).is_symlink()]
        for name in (*files, *links):
            if (path := (here / name).as_posix()) not in (NAME, SIGNATURE):
                yield path


def _files(folder: Path) -> dict[str, Path]:
    """All files of a pack but the manifest, by name."""
    return {name: folder / name for name, kind in found(folder).items() if kind == "file"}


def write_manifest(
    folder: Path, page: CityPage, failed: list[Outcome], made_with: dict[str, Any]
) -> None:
    """Write the manifest of a pack that is complete but for it; `made_with`: its key, and the
    browser that printed it.
    """
    plan, files = page.plan, page.source.files.drop_duplicates("file").set_index("file")
    plan_files = [file for file in sorted(plan.folder.path.iterdir()) if file.is_file()]
    templates = own_files(plan.folder.path)
    assumptions = plan.period.assumptions.items()
    content = {
        "plan": plan.id,
        "year": plan.year,
        "as_of": page.as_of.isoformat(),
        "received_by": page.received_by.isoformat(),
        "language": page.words.language,
        "synthetic": page.synthetic,
        **made_with,
        "versions": versions(),
        "inputs": files["sha256"].to_dict(),
        "plan_files": {file.name: file_digest(file) for file in plan_files},
        "templates": {file.name: file_digest(file) for file in templates},
        "assumptions": {name: assumption.text.model_dump() for name, assumption in assumptions},
        "failed": {_output_name(outcome): outcome.error for outcome in failed},
        "files": {name: file_digest(file) for name, file in _files(folder).items()},
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    (folder / NAME).write_text(text, encoding="utf-8", newline="\n")


def _output_name(outcome: Outcome) -> str:
    return outcome.job.output.name.removesuffix(".ipynb")  # of a print the suffix stays


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a pack; empty where there is none, or one that cannot be understood."""
    try:
        content = json.loads((folder / NAME).read_text(encoding="utf-8"))
        files, failed = content["files"], content["failed"]
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return {}
    understood = isinstance(files, dict) and files and isinstance(failed, dict)
    return dict(content) if understood else {}


def differences(folder: Path) -> list[str]:
    """What differs between a pack and its manifest, a line each: missing and unknown files, what is
    no file, and what was changed.

    Raises `FileNotFoundError` where there is no manifest, `ValueError` where it is not one.
    """
    if not (folder / NAME).exists():
        raise FileNotFoundError(f"no {NAME} in {folder}: not a pack")
    listed: dict[str, str] = read_manifest(folder).get("files", {})
    if not listed:
        raise ValueError(f"{folder / NAME}: not a manifest of yxq")
    here = found(folder)
    files = [name for name in here if name in listed and here[name] == "file"]
    no_files = {name: kind for name, kind in here.items() if kind != "file"}
    if (kind := kind_of(folder / NAME)) != "file":
        no_files[NAME] = kind
    return [
        *(f"missing: {name}" for name in sorted(listed.keys() - here.keys())),
        *(f"not in the manifest: {name}" for name in sorted(here.keys() - listed.keys())),
        *(f"no file but a {kind}: {name}" for name, kind in no_files.items()),
        *(f"changed: {name}" for name in files if file_digest(folder / name) != listed[name]),
    ]


def home_of(folder: Path) -> Path:
    """The folder of packs that a pack stands in, or a former one in its archive."""
    folder = folder.absolute()
    return folder.parents[2] if folder.parent.name == ARCHIVE else folder.parent


def made_here(folder: Path) -> bool | None:
    """Whether a pack's manifest is one that was published here; none where no register tells."""
    published = publications.published(home_of(folder))
    return None if published is None else publications.digest_of(folder / NAME) in published


class LastPack:
    """The pack that is there before another is made, with what its manifest says."""

    def __init__(self, folder: Path) -> None:
        """There may be none; on one that was not made here nothing is built."""
        self.folder = folder
        self.manifest = read_manifest(folder) if made_here(folder) else {}

    def is_as_made(self, name: str) -> bool:
        """Whether a file is there, and as the pack was made with it."""
        file = self.folder / name
        if not os.path.lexists(file) or kind_of(file) != "file":
            return False
        return bool(self.manifest.get("files", {}).get(name) == file_digest(file))

    @functools.cached_property
    def foreign(self) -> dict[str, Path]:
        """Files that somebody else has put into the pack, and what is none, by name."""
        listed = self.manifest.get("files", {})
        names = found(self.folder) if self.manifest else {}
        return {name: self.folder / name for name in names if name not in listed}

    def would_be_the_same(self, key: str) -> bool:
        """Whether it was made under this key, without failures, and is as it was made."""
        made = self.manifest
        same = made and made.get("key") == key and not made["failed"]
        return bool(same) and all(map(self.is_as_made, made["files"]))
