"""Seals: the digests of the files of a folder, kept in it, by which one that was lost, cut short,
zeroed by a power cut or changed by somebody is known.
"""

from __future__ import annotations

import functools
import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

SEAL = ".seal"  # a line a file, its digest before its name; the last line is theirs
PIECE = 1 << 24


def seal(folder: Path, names: Iterable[str], durable: bool = False) -> None:
    """Write the digests of some files of a folder; durable: all of it is to outlive a power cut."""
    lines = [f"{_digest(folder / name)}  {name}\n" for name in sorted(names)]
    text = "".join(lines)
    (folder / SEAL).write_text(f"{text}{_of(text.encode())}\n", encoding="utf-8", newline="\n")
    if durable:
        for name in (*names, SEAL):
            sync(folder / name)
        for place in {(folder / name).parent for name in (*names, SEAL)}:
            sync(place)


def sealed(folder: Path) -> dict[str, str]:
    """The digest of each file; nothing where there is no seal, or it is broken itself."""
    try:
        text = (folder / SEAL).read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return {}
    *lines, last = text.removesuffix("\n").split("\n")
    if last != _of("".join(f"{line}\n" for line in lines).encode()):
        return {}
    return {line[66:]: line[:64] for line in lines}


def broken(folder: Path, touched: bool = False) -> list[str]:
    """The files that are not as they were sealed; the seal itself where nothing is known of any.

    touched: look only at those that are gone or were written to since.
    """
    digests = sealed(folder)
    if not digests:
        return [SEAL]
    since = (folder / SEAL).stat().st_mtime_ns if touched else -1
    return [name for name, digest in digests.items() if not _whole(folder / name, digest, since)]


def _whole(file: Path, digest: str, since: int) -> bool:
    try:
        stat = file.stat()
        return stat.st_mtime_ns <= since or _known(file, stat.st_size, stat.st_mtime_ns) == digest
    except OSError:
        return False


def whole(folder: Path, name: str) -> bool:
    """Whether a file is as it was sealed; what was found is remembered until it is written to."""
    return _whole(folder / name, sealed(folder).get(name, ""), -1)


def sync(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to the disk."""
    if path.is_dir() and os.name == "nt":  # whose folders cannot be opened
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@functools.lru_cache(1000)
def _known(file: Path, size: int, written: int) -> str:
    return _digest(file)


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while data := source.read(PIECE):
            digest.update(data)
    return digest.hexdigest()


def _of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
