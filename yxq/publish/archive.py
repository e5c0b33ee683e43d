"""The archive of a year: every pack that was in place, whole, under a name that says what it is.

`<year>/archive/<as_of>_<received_by>_<language>_<digest>/`, the digest that of its manifest; what
was not made here, or is not as it was made, says so in its name, and its digest is that of all its
bytes. So a name tells by itself whether what it names was changed. Files that are the same in
several are the same on the disk, where that knows hard links; those of the pack in place are its
own, for somebody may write in them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import filecmp
import hashlib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yxq.publish import publications
from yxq.publish.manifest import (
    ARCHIVE,
    NAME,
    SIGNATURE,
    differences,
    file_digest,
    found,
    home_of,
    kind_of,
    made_here,
    read_manifest,
)
from yxq.tables import seals, snapshots
from yxq.tables.store import move
from yxq.words.wording import LANGUAGES

ALTERED, FOREIGN = "altered", "foreign"
UNKNOWN = "unknown"  # what the days of a pack are whose manifest does not tell
LIST = "index.html"  # of the packs, in their archive
DAYS = ("as_of", "received_by")
AGAIN = re.compile(r"\+\d+$")


@dataclass(frozen=True)
class Published:
    """A pack that was published: `state` is empty, or ALTERED or FOREIGN."""

    folder: Path
    id: str
    state: str
    manifest: dict[str, Any]

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """As of when, and received by when."""
        as_of, received_by = (self.manifest[name] for name in DAYS)
        return dt.date.fromisoformat(as_of), dt.date.fromisoformat(received_by)


def described(folder: Path, as_made: bool = False) -> Published:
    """A pack as it stands in a folder; one that is known to be as it was made here is not read."""
    manifest = read_manifest(folder)
    facts = _facts(manifest)
    state = "" if as_made else _state_of(folder, manifest if facts else {})
    digest = _of_all(folder) if state else publications.digest_of(folder / NAME)
    id = "_".join([*(facts or [UNKNOWN]), digest[:8], *filter(None, [state])])
    return Published(folder, id, state, manifest if facts else {})


def _facts(manifest: dict[str, Any]) -> list[str]:
    """Both days and the language; nothing where one of them is none."""
    try:
        days = [dt.date.fromisoformat(manifest[name]).isoformat() for name in DAYS]
    except (KeyError, TypeError, ValueError):
        return []
    return [*days, manifest["language"]] if manifest.get("language") in LANGUAGES else []


def _state_of(folder: Path, manifest: dict[str, Any]) -> str:
    """Whether a pack was not made here, or is not as it was made."""
    if not manifest or made_here(folder) is False:
        return FOREIGN
    listed = {name for name in found(folder) if name in manifest["files"]}
    own = [line for line in differences(folder) if not _is_of_others(line, listed)]
    return ALTERED if own else ""


def _is_of_others(line: str, listed: set[str]) -> bool:
    """Whether a difference is about what somebody has put beside the pack's own files."""
    what, _, name = line.partition(": ")
    return what.startswith(("not in", "no file")) and name not in listed | {NAME}


def _of_all(folder: Path) -> str:
    """A digest of all that stands in a folder but its archive."""
    lines = [f"{NAME} {publications.digest_of(folder / NAME)}"]
    for name, kind in found(folder).items():
        path = folder / name
        content = ""
        if kind in ("file", "link"):
            content = file_digest(path) if kind == "file" else os.readlink(path)
        lines.append(f"{name} {kind} {content}")
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def entries(pack: Path) -> list[Published]:
    """The former packs beside the one of a folder, the newest first, by what their names say."""
    folders = [each for each in (pack / ARCHIVE).glob("[!.]*") if _is_folder(each)]
    named = [Published(each, each.name, _state(each.name), read_manifest(each)) for each in folders]
    return sorted(named, key=newest, reverse=True)


def newest(pack: Published) -> tuple[bool, str]:
    """By what packs are ordered: their days, and before all of them those without."""
    return not pack.id.startswith(UNKNOWN), pack.id


def _is_folder(place: Path) -> bool:
    return place.is_dir() and not place.is_symlink()


def _state(name: str) -> str:
    last = AGAIN.sub("", name).rpartition("_")[2]
    return last if last in (ALTERED, FOREIGN) else ""


def before(pack: Path, plan: str, days: tuple[dt.date, dt.date], language: str) -> Published | None:
    """The pack that one of some days is compared with: of those in place or former that were made
    here, of the same plan and earlier by a day and later by none, the newest; of several of the
    same days one in the same language, then the one that was published last.
    """
    order = publications.published(home_of(pack)) or []
    found = []
    for each in (described(pack), *entries(pack)):
        digest = publications.digest_of(each.folder / NAME)
        if each.state or digest not in order or each.manifest.get("plan") != plan:
            continue
        is_earlier = each.days != days and all(map(dt.date.__le__, each.days, days))
        if is_earlier and _is_compared(each):
            same = each.manifest["language"] == language
            found.append((each.days, same, order.index(digest), each))
    return max(found, key=lambda each: each[:3])[3] if found else None


def _is_compared(pack: Published) -> bool:
    """Whether a pack has the tables that a comparison needs, as it was made with them."""
    seal = f"{snapshots.FOLDER}/{seals.SEAL}"
    listed, folder = pack.manifest["files"].get(seal), pack.folder / snapshots.FOLDER
    return not seals.broken(folder) and listed == file_digest(pack.folder / seal)


def put_away(old: Path, new: Path) -> bool:
    """Put the pack of a folder into the archive of another; false where that has it already, or is
    the same.
    """
    was = described(old)
    if not was.state and was.id == described(new).id:
        if (old / SIGNATURE).is_file():  # what it signs is the same
            move(old / SIGNATURE, new / SIGNATURE)
        return False
    place, n = new / ARCHIVE / was.id, 2
    while place.exists():
        if _of_all(place) == _of_all(old):
            return False
        place, n = new / ARCHIVE / f"{was.id}+{n}", n + 1
    if not was.state:
        _leave_to(new, old, was.manifest["files"])
    move(old, place)
    if not was.state:
        _share(place, entries(new))
    return True


def _leave_to(new: Path, old: Path, listed: Iterable[str]) -> None:
    """Take files that are none of the pack's out of one that goes, where the new one has them."""
    for name in found(old).keys() - {*listed}:
        ours, theirs = old / name, new / name
        both = os.path.lexists(theirs) and kind_of(ours) == kind_of(theirs) == "file"
        if both and filecmp.cmp(ours, theirs, shallow=False):
            ours.unlink()


def _share(place: Path, others: Iterable[Published]) -> None:
    """Have the files of a former pack that others have too on the disk once."""
    known: dict[str, Path] = {}
    for other in others:
        if not other.state and other.folder != place:
            files = other.manifest.get("files", {})
            known |= {
                files[name]: other.folder / name for name in found(other.folder) if name in files
            }
    for name, digest in read_manifest(place)["files"].items():
        twin, part = known.get(digest), place.parent / ".part"
        if twin is None or os.path.samefile(twin, place / name):
            continue
        if filecmp.cmp(twin, place / name, shallow=False):
            with contextlib.suppress(OSError):  # where there are no hard links, it is there twice
                part.unlink(missing_ok=True)
                os.link(twin, part)
                os.replace(part, place / name)


def verify(folder: Path) -> list[str]:
    """What differs between a pack and its manifest, and the former packs beside it and theirs, a
    line each; and that a manifest is none that was published here.

    Raises `FileNotFoundError` where there is no manifest, `ValueError` where it is not one.
    """
    lines = differences(folder)
    if made_here(folder) is False:
        known = f"{publications.NAME} in {home_of(folder)}"
        lines.append(f"not published here: {NAME} is none that {known} knows")
    for place in sorted((folder / ARCHIVE).glob("*")):
        name = f"{ARCHIVE}/{place.name}"
        if not _is_folder(place):
            lines += [] if place.name == LIST else [f"not in the archive: {name}"]
        else:
            lines += [f"{line} ({name})" for line in _changed(place)]
    return lines


def _changed(entry: Path) -> list[str]:
    """What is to be said of a former pack."""
    name, now = AGAIN.sub("", entry.name), described(entry)
    if now.id == name and now.state:
        return []  # what it is its name says
    lines = differences(entry) if now.manifest and not _state(name) else []
    return lines or ([] if now.id == name else ["not what it is called"])
