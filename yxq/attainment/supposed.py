"""What results suppose in place of what the plan says and of what was returned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yxq.plan_folders.supposed import Asked
from yxq.tables.supposed import Supposed
from yxq.words.text import Text
from yxq.words.wording import Words

if TYPE_CHECKING:
    from yxq.attainment.results import Results

Said = tuple[str, Mapping[str, Any]]
"""A wording of `supposed` with its places."""


@dataclass(frozen=True, eq=False)
class Supposition:
    """What is supposed, and of which results.

    real: the results without it. asked: what the plan asks. rows: of what was returned. said: all
    of it as readers are told, in the order in which it was supposed.
    """

    real: Results
    asked: Asked
    rows: Supposed
    said: tuple[Said, ...]

    def told(self, words: Words) -> list[str]:
        """What is supposed, a phrase each."""
        return [_told(words, *said) for said in self.said]


def _told(words: Words, key: str, places: Mapping[str, Any]) -> str:
    """One of them, its texts in the language of the words."""
    said = {
        name: words.text(value) if isinstance(value, Text) else value
        for name, value in places.items()
    }
    return words.entry("supposed", key, **said)
