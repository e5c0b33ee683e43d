"""The register of what was made in a folder: the digests of the manifests that were published
there, in their order, kept beside the packs.

A pack whose page and manifest were edited together is whole by its own word; its manifest is none
of these. Who can write to the folder can write to the register too: against them only a signature
helps.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from yxq.tables import seals

NAME = ".yxq-made"


def published(home: Path) -> list[str] | None:
    """The digests of manifests, the one that was published last at the end; none where there is no
    register.
    """
    try:
        return (home / NAME).read_text(encoding="ascii").split()
    except (OSError, UnicodeError):
        return None


def enter(home: Path, manifest: Path) -> None:
    """Enter a manifest as the one that is published last."""
    digest = digest_of(manifest)
    before = [each for each in published(home) or () if each != digest]
    part = home / f"{NAME}.part"
    part.write_text("\n".join([*before, digest, ""]), encoding="ascii", newline="\n")
    seals.sync(part)
    os.replace(part, home / NAME)


def digest_of(manifest: Path) -> str:
    """sha256 of a manifest; of none that can be read no digest at all."""
    try:
        return hashlib.sha256(manifest.read_bytes()).hexdigest()
    except OSError:
        return ""
