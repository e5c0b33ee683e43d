"""The manifest of a pack: what it holds, of what it was made, and whether it is still so."""

from __future__ import annotations

import functools
import hashlib
import json
from pathlib import Path
from typing import Any

from yxq.papers.shelf import own_files
from yxq.publish.job import Outcome
from yxq.report.pages import CityPage
from yxq.tables.digests import versions

NAME = "manifest.json"


def file_digest(file: Path) -> str:
    """sha256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _files(folder: Path) -> dict[str, Path]:
    """All files under a folder but the manifest, by name."""
    files = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    files.pop(NAME, None)
    return files


def write_manifest(
    folder: Path, page: CityPage, failed: list[Outcome], made_with: dict[str, str]
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


def verify(folder: Path) -> list[str]:
    """What differs between a pack and its manifest, a line each: changed, missing and unknown
    files.

    Raises `FileNotFoundError` where there is no manifest, `ValueError` where it is not one.
    """
    if not (folder / NAME).exists():
        raise FileNotFoundError(f"no {NAME} in {folder}: not a pack")
    listed: dict[str, str] = read_manifest(folder).get("files", {})
    if not listed:
        raise ValueError(f"{folder / NAME}: not a manifest of yxq")
    here = _files(folder)
    both = sorted(listed.keys() & here.keys())
    return [
        *(f"missing: {name}" for name in sorted(listed.keys() - here.keys())),
        *(f"not in the manifest: {name}" for name in sorted(here.keys() - listed.keys())),
        *(f"changed: {name}" for name in both if file_digest(here[name]) != listed[name]),
    ]


class LastPack:
    """The pack that is there before another is made, with what its manifest says."""

    def __init__(self, folder: Path) -> None:
        """There may be none."""
        self.folder, self.manifest = folder, read_manifest(folder)

    def is_as_made(self, name: str) -> bool:
        """Whether a file is there, and as the pack was made with it."""
        file = self.folder / name
        return file.exists() and self.manifest.get("files", {}).get(name) == file_digest(file)

    @functools.cached_property
    def foreign(self) -> dict[str, Path]:
        """Files that somebody else has put into the pack, by name."""
        listed = self.manifest.get("files", {})
        files = _files(self.folder) if self.manifest else {}
        return {name: file for name, file in files.items() if name not in listed}

    def would_be_the_same(self, key: str) -> bool:
        """Whether it was made under this key, without failures, and is as it was made."""
        made = self.manifest
        same = made and made.get("key") == key and not made["failed"]
        return bool(same) and len(verify(self.folder)) == len(self.foreign)
