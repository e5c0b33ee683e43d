"""The labels of a Word document's automatic lists, as Word prints them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from docx.oxml.ns import qn

from yxq.documents.read.list_labels import numeral

LEVELS = 9
DECIMAL = "decimal"


def attribute(element: Any, path: str, key: str = "w:val") -> str | None:
    """An attribute of the first element at a path of names, or None."""
    for name in path.split("/") if path else ():
        element = element.find(qn(name)) if element is not None else None
    return None if element is None else element.get(qn(key))


def whole(text: str | None, otherwise: int) -> int:
    """A whole number as Word writes it."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else otherwise


class Numbering:
    """Counts the paragraphs of each list; `label` is asked of them in their order."""

    def __init__(self, part: Any, style_lists: dict[str, str]) -> None:  # noqa: D107
        self.levels: dict[str, dict[int, Any]] = {}
        self.abstract_of: dict[str, str] = {}
        self.overrides: dict[str, dict[int, Any]] = defaultdict(dict)
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)
        self.begun: set[tuple[str, int]] = set()
        self.style_levels: dict[tuple[str, str], int] = {}
        if part is None:
            return
        links = {}
        for abstract in part.iterchildren(qn("w:abstractNum")):
            key = abstract.get(qn("w:abstractNumId"))
            links[key] = attribute(abstract, "w:numStyleLink")
            self.levels[key] = {
                whole(level.get(qn("w:ilvl")), 0): level
                for level in abstract.iterchildren(qn("w:lvl"))
            }
        for num in part.iterchildren(qn("w:num")):
            number = num.get(qn("w:numId"))
            self.abstract_of[number] = attribute(num, "w:abstractNumId") or ""
            for override in num.iterchildren(qn("w:lvlOverride")):
                self.overrides[number][whole(override.get(qn("w:ilvl")), 0)] = override
        for number, key in self.abstract_of.items():
            linked = style_lists.get(links.get(key) or "")
            self.abstract_of[number] = self.abstract_of.get(linked or "", key)
            for depth, level in self.levels.get(key, {}).items():
                if style := attribute(level, "w:pStyle"):
                    self.style_levels[number, style] = depth

    def label(self, number: str, depth: int) -> str:
        """What Word prints before the next paragraph of a list at a depth; nothing of no list."""
        abstract = self.abstract_of.get(number)
        level = self._level(number, depth)
        if abstract is None or level is None:
            return ""
        counts = self.counts[abstract]
        override = self.overrides[number].get(depth)
        restart = attribute(override, "w:startOverride") if override is not None else None
        if restart is not None and (number, depth) not in self.begun:
            counts[depth] = whole(restart, 1)
        elif depth in counts:
            counts[depth] += 1
        else:
            counts[depth] = self._start(number, depth)
        self.begun.add((number, depth))
        for deeper in range(depth + 1, LEVELS):
            until = whole(attribute(self._level(number, deeper), "w:lvlRestart"), deeper)
            if until and depth < until:  # 0: it never begins anew
                counts.pop(deeper, None)
        return self._printed(number, depth, level, counts)

    def _level(self, number: str, depth: int) -> Any:
        override = self.overrides[number].get(depth)
        own = override.find(qn("w:lvl")) if override is not None else None
        levels = self.levels.get(self.abstract_of.get(number, ""), {})
        return own if own is not None else levels.get(depth)

    def _start(self, number: str, depth: int) -> int:
        return whole(attribute(self._level(number, depth), "w:start"), 0)

    def _printed(self, number: str, depth: int, level: Any, counts: dict[int, int]) -> str:
        """The level's text with the counts in it, and what follows it."""
        if self._kind(number, depth) == "bullet":
            return "• "
        decimals = level.find(qn("w:isLgl")) is not None

        def counted(found: re.Match[str]) -> str:
            place = int(found[1]) - 1
            kind = DECIMAL if decimals else self._kind(number, place)
            return numeral(counts.setdefault(place, self._start(number, place)), kind)

        text = re.sub(r"%([1-9])", counted, attribute(level, "w:lvlText") or "")
        blank = attribute(level, "w:suff") != "nothing" and text[-1:].isascii()
        return text + " " if text and blank else text

    def _kind(self, number: str, depth: int) -> str:
        level = self._level(number, depth)
        found = attribute(level, "w:numFmt")
        if found is None and level is not None:  # a newer kind, with an older one for old readers
            inner = next(level.iter(qn("w:numFmt")), None)
            found = None if inner is None else inner.get(qn("w:val"))
        return found or DECIMAL
