"""What a document is to its readers: paragraphs in their order, and what was left out of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from yxq.words.catalogue import catalogue
from yxq.words.errors import PlanError, refusal
from yxq.words.text import Text

LONGEST = 5_000_000  # characters of a document
Kind = Literal["text", "contents", "footnote", "header"]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, an item of a list, or a row of a table."""

    text: str
    """As in the document, its broken lines joined; the cells of a row between bars."""
    place: str
    """Where a reader finds it: page 3, paragraph 12, line 40, table 2, row 3."""
    level: int = 0
    """1 to 6 of a heading, else 0."""
    cells: tuple[str, ...] = ()
    """Of a table's row, merged cells in each place that they cover."""
    table: int = 0
    """Which table of the document, from 1; else 0."""
    kind: Kind = "text"


@dataclass(frozen=True)
class Document:
    """A document as it was read."""

    name: str
    format: str
    encoding: str
    paragraphs: tuple[Paragraph, ...]
    notes: tuple[Text, ...]
    """What was left out or guessed, a line each."""


@dataclass
class Reading:
    """What a reader of one format has found."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    characters: int = 0

    def add(self, paragraph: Paragraph) -> None:
        """One more, unless it is blank; a document that is too long is refused."""
        self.characters += len(paragraph.text)
        if self.characters > LONGEST:
            raise TooLong
        if paragraph.text.strip():
            self.paragraphs.append(paragraph)

    def note(self, key: str, **places: object) -> None:
        """One more note, of the wordings of the section `document_notes`."""
        said = catalogue()["document_notes"][key]
        self.notes.append(Text(zh=said["zh"].format(**places), en=said["en"].format(**places)))


class Unreadable(Exception):
    """A file that is no document: the key of the error's wording and what it names."""

    def __init__(self, key: str, **places: object) -> None:  # noqa: D107
        super().__init__(key)
        self.key, self.places = key, places

    def refused(self, name: str) -> Exception:
        """As what is told to whoever asked for the file."""
        return refusal(self.key, PlanError, (), name=name, **self.places)


class TooLong(Unreadable):
    """A document of more characters than a plan can have."""

    def __init__(self) -> None:  # noqa: D107
        super().__init__("document_too_long", most=f"{LONGEST:,}")


def row(cells: Sequence[str], begins: Iterable[bool], table: int, number: int) -> Paragraph:
    """A row of a table; a cell that covers several columns is said once in its text.

    `begins`: whether the cell is another than the one to its left.
    """
    said = [cell for cell, new in zip(cells, begins, strict=True) if new]
    text = " | ".join(said) if any(said) else ""
    return Paragraph(text, f"table {table}, row {number}", cells=tuple(cells), table=table)
