"""What the name of a file says of it, where publishers name their files by a rule."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from yxq.plan.model import Model
from yxq.plan.written import Written

# What a named part of the pattern, `(?P<unit>...)`, can say.
PARTS = ("form", "sender", "unit", "period", "year", "months")


class NamedFile(Model):
    """Files in whose path below the returns' folder a pattern is found. Their form, sender, unit
    and period are named parts of it, `(?P<period>...)`, or the same for all of them.
    """

    name: str
    """A regular expression, capitals and small letters alike: ^air_(?P<year>[0-9]{4})."""
    form: str = ""
    sender: str = ""
    unit: str = ""
    period: str = ""
    """2013, 2013-04, 2013 Q2 or April 2013."""
    sheets: tuple[str, ...] = ()
    """The only sheets of a workbook that are returns."""
    encoding: str = ""
    """Of text files and web pages: big5, cp1252."""
    written: Written = Written()
    """How the period is written in the name."""

    def mistakes(self) -> Iterator[str]:
        """The pattern is one, says nothing twice, and the encoding is known."""
        try:
            parts = re.compile(self.name).groupindex
        except re.error as error:
            yield f"name: no regular expression: {error}; mend it"
            return
        for part in parts:
            if part not in PARTS:
                yield f"name: {part} is nothing that a name says; write one of {', '.join(PARTS)}"
            elif getattr(self, part, ""):
                yield f"{part}: name says it already; take one away"
        if "months" in parts and "year" not in parts:
            yield "name: months of which year is not said; add a part (?P<year>...)"
        if "year" in parts and ("period" in parts or self.period):
            yield "name: year and period say the same; take one away"
        try:
            width = len("".encode(self.encoding)) if self.encoding else 0
        except LookupError:
            yield f"encoding: {self.encoding!r} is none; write one such as big5, gb18030 or cp1252"
            return
        if width:
            yield f"encoding: {self.encoding} is told by the file's first bytes; take it away"

    @property
    def codec(self) -> str:
        """The encoding as readers call it; empty where none is declared."""
        name = codecs.lookup(self.encoding).name if self.encoding else ""
        return "utf-8-sig" if name == "utf-8" else name
