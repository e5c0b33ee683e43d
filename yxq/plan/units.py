"""The units of a plan folder: towns, sub-districts, parks, and the city itself."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from yxq.plan.model import Day, Model
from yxq.words.text import fold

FilePart = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]  # of the name of a page


def nearest(text: str, known: Mapping[str, Any], name_of: Callable[[Any], str]) -> list[str]:
    """The names of up to three things known by names near to one that is not, nearest first.

    >>> nearest("丁属镇", {"丁蜀镇": 1, "和桥镇": 2}, str)
    ['1']
    """
    close = difflib.get_close_matches(fold(text), known, n=6, cutoff=0.4)
    return list(dict.fromkeys(name_of(known[key]) for key in close))[:3]


FARTHEST = 100  # rows and columns of a tile map
INITIAL = "(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])"
FINAL = "(?:iang|iong|uang|[aeio]ng|ian|iao|uai|uan|van|ai|an|ao|ei|en|er|i[aenu]|ou|u[aeino]|v[en]"
FINAL += "|[aeiouv])"


def initials(name: str, pinyin: str) -> str:
    """The first letters of the syllables of a Chinese name's pinyin; nothing where the two are not
    of one length. A syllable in the middle begins with a consonant where that is possible, as
    pinyin without apostrophes is read.

    >>> initials("官林镇", "guanlin-zhen"), initials("西安", "xian"), initials("Ward 1", "ward1")
    ('glz', 'xa', '')
    """
    if not name or any(not "\u3400" <= character <= "\u9fff" for character in name):
        return ""
    for first in (INITIAL, f"{INITIAL}?"):
        more = f"(?:-({INITIAL}?{FINAL})|({first}{FINAL}))" * (len(name) - 1)
        if found := re.fullmatch(f"({INITIAL}?{FINAL}){more}", pinyin.casefold()):
            return "".join(syllable[0] for syllable in found.groups() if syllable)
    return ""


class Unit(Model):
    """A town, sub-district or park, or the city itself (kind `city`)."""

    code: FilePart
    code_system: str
    name: str
    name_en: str = ""
    """Its English name; its own where the column is left out or empty."""
    kind: str
    slug: FilePart
    initials: str = ""
    """Of its pinyin; where the column is left out or empty, those of the slug."""
    row: int | None = Field(default=None, ge=1, le=FARTHEST)
    """Its row on a tile map, from the north; left out or empty where it is on none."""
    column: int | None = Field(default=None, ge=1, le=FARTHEST)
    """Its column there, from the west."""
    aliases: tuple[str, ...] = ()
    valid_from: Day | None = None
    valid_to: Day | None = None
    overlaps: tuple[str, ...] = ()
    note: str = ""

    @field_validator("aliases", "overlaps", mode="before")
    @classmethod
    def split(cls, value: Any) -> Any:
        """Lists are written with semicolons in the CSV file."""
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(";") if part.strip())

    @field_validator("valid_from", "valid_to", "row", "column", mode="before")
    @classmethod
    def empty_is_open(cls, value: Any) -> Any:
        """An empty cell leaves the validity open, and says no place."""
        return value or None

    @model_validator(mode="before")
    @classmethod
    def named_in_both(cls, given: Any) -> Any:
        """Without an English name it is called by its own."""
        if isinstance(given, dict) and not given.get("name_en"):
            return given | {"name_en": given.get("name", "")}
        return given

    @property
    def found_by(self) -> str:
        """The first letters of its name in pinyin, by which people look for it."""
        return self.initials or initials(self.name, self.slug)

    def mistakes(self) -> Iterator[str]:
        """It is not gone before it came, and it has a row and a column or neither."""
        if (self.row is None) != (self.column is None):
            yield "row, column: one of them is empty; give both, or leave both empty"
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            yield f"valid_to: before valid_from, {self.valid_from}; change one of them"

    @property
    def names(self) -> tuple[str, ...]:
        """Its name and aliases."""
        return (self.name, *self.aliases)

    @property
    def page(self) -> str:
        """Its page without the suffix: `<code>-<pinyin>`, and `city` for the city."""
        return "city" if self.kind == "city" else f"{self.code}-{self.slug}"

    def valid(self, start: dt.date, end: dt.date) -> bool:
        """Whether the unit exists at any time between two days."""
        return (self.valid_from or start) <= end and (self.valid_to or end) >= start
