"""The wording as words.yml has it: a section a kind of text, each entry in both languages."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml


@functools.cache
def catalogue() -> dict[str, dict[str, dict[str, Any]]]:
    """All of words.yml: section -> key -> language (or `sign`, `mend`, `cell`) -> wording."""
    text = (Path(__file__).parent / "words.yml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C where that is built
    found: dict[str, dict[str, dict[str, Any]]] = yaml.load(text, Loader=loader)
    return found
