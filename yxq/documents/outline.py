"""A document's outline: its sentences, each with the clause that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from yxq.documents.normalise import HAN, Normalised, normalise
from yxq.documents.read import Paragraph

FREE = r"(?=(?:19|20)[0-9]{2}年|[^0-9]|$)"  # no decimal: 一、2024年 is a label, 1.5 is not
LABELS = (  # how an outline is numbered, the widest first; `label` is what a clause is called by
    r"(?P<label>第[一二三四五六七八九十百0-9]+[编章部])[分]?[、.:\s]*",
    r"(?P<label>第[一二三四五六七八九十百0-9]+[节条])[、.:\s]*",
    r"(?P<label>[一二三四五六七八九十]{1,3})[、.]" + FREE + r"\s*",
    r"(?P<label>\([一二三四五六七八九十]{1,3}\))[、.]?\s*",
    rf"(?P<label>[0-9]{{1,2}})(?:[、.]{FREE}|\s*(?=[{HAN}]{{2,12}}[。.]))\s*",
    r"(?P<label>\([0-9]{1,2}\)|[0-9]{1,2}\)|[①-⑳])\s*",
)
NAMED = re.compile(
    r"(?P<label>(?:Chapter|Part|Goal|Target|Objective|Strategic Objective|Action|Priority"
    r"|Strategy|Commitment|Outcome|Section|Pillar|Theme|Aim"
    r"|Measure|Indicator|Recommendation) [0-9IVX]+(?:\.[0-9]+)*)(?:[.:)]|\s|$)\s*",
    re.IGNORECASE,
)
DECIMAL = re.compile(r"(?P<label>[0-9]{1,2}(?:\.[0-9]{1,2}){1,3})(?![0-9%‰])[.)]?\s+")
PLAIN = re.compile(r"(?P<label>[0-9]{1,2})[.)]\s+(?=\D)|(?P<letter>\([a-z]{1,3}\))\s+")
BULLET = re.compile(r"[-*•·●◦▪➢√]\s+")
ENDS = re.compile(r"[。!?;；]+[”’)]?|(?<=[a-z0-9%)”\"’])[.!?;]+(?=\s+[A-Z“\"(0-9•-]|\s*$)")
HEADING = 30  # characters that a heading within a paragraph may have


@dataclass(frozen=True)
class Sentence:
    """A sentence, a heading, or a row of a table, in its place."""

    no: int
    paragraph: Paragraph
    text: Normalised
    """Of the whole paragraph."""
    start: int
    end: int
    clause: str
    label: int = 0
    """How many characters of it are its outline label."""
    is_heading: bool = False
    lead: str = ""
    """What heads it: the heading that it stands under."""

    @property
    def words(self) -> str:
        """As it is read."""
        return self.text.text[self.start : self.end]

    @property
    def original(self) -> str:
        """As the document has it."""
        start, end = self.text.place(self.start, self.end)
        return self.paragraph.text[start:end]


@dataclass
class _Outline:
    """Which labels stand above, the widest first, with how wide each is."""

    above: list[tuple[float, str]] = field(default_factory=list)

    def enter(self, width: float, label: str) -> None:
        self.above = [(w, text) for w, text in self.above if w < width] + [(width, label)]

    @property
    def clause(self) -> str:
        """The clause as plans are cited: 二(三)1, 一、1, 3.2, Target 4."""
        said = ""
        for _, label in self.above:
            if (label[:1].isdigit() and "." in label) or re.match("[A-Z]", label):
                said = label  # which says the whole of it
            elif said and said[-1] not in ")、" and label[:1].isdigit():
                said += f"、{label}" if re.search(f"[{HAN}]$", said) else f".{label}"
            else:
                said += label
        return (
            f"{said}、" if re.fullmatch(f"[{HAN}]{{1,3}}", said) and len(self.above) == 1 else said
        )


def sentences(paragraphs: Sequence[Paragraph]) -> list[Sentence]:
    """The sentences of a document, with their clauses; blank ones left out."""
    return list(_sentences(paragraphs))


def _sentences(paragraphs: Sequence[Paragraph]) -> Iterator[Sentence]:
    outline, no, lead = _Outline(), 0, ""
    for paragraph in paragraphs:
        text = normalise(paragraph.text)
        label = 0
        if paragraph.kind == "text" and not paragraph.cells:
            label = _labelled(outline, text.text, paragraph)
        parts = [(0, len(text.text))] if paragraph.cells else [*parts_of(text.text, label)]
        for i, (start, end) in enumerate(parts):
            words = text.text[start:end].strip()
            if not words:
                continue
            heading = not paragraph.cells and (
                paragraph.level > 0
                or (i == 0 and label > 0 and _is_heading(words, alone=len(parts) == 1))
                or (len(parts) == 1 and _is_title(words))
            )
            lead = words if heading else lead
            yield Sentence(
                no,
                paragraph,
                text,
                start,
                end,
                outline.clause,
                label if i == 0 else 0,
                heading,
                lead,
            )
            no += 1


def _labelled(outline: _Outline, text: str, paragraph: Paragraph) -> int:
    """How far the label at the beginning of a paragraph reaches; the outline enters its clause."""
    for width, label in enumerate(LABELS):
        if found := re.match(label, text):
            outline.enter(width, found["label"])
            return found.end()
    for pattern in (NAMED, DECIMAL):
        if found := pattern.match(text):
            depth = found["label"].count(".")
            outline.enter((4 if pattern is DECIMAL else 3) + depth / 10, found["label"])
            return found.end()
    if found := PLAIN.match(text):
        outline.enter(4.6, found["label"] or found["letter"])
        return found.end()
    if found := BULLET.match(text):
        return found.end()
    if paragraph.level and not re.search(f"[{HAN}]", text):
        outline.enter(paragraph.level / 10, "")
    return 0


def parts_of(text: str, label: int) -> Iterator[tuple[int, int]]:
    """Where the sentences of a paragraph begin and end; its label belongs to the first."""
    start = 0
    for found in ENDS.finditer(text, label):
        if found.end() > start and text[start : found.end()].strip():
            yield start, found.end()
            start = found.end()
    if text[start:].strip():
        yield start, len(text)


def _is_heading(words: str, *, alone: bool) -> bool:
    """Whether the first sentence behind a label is what the clause is called: a short one before
    others, or one by itself without a mark at its end.
    """
    if alone:
        is_ended = re.search("[。;；!?.]$", words)
        return not is_ended and len(words) <= 2 * HEADING and not re.search("[0-9](?:%|‰)", words)
    return len(words) <= HEADING and not re.search("[,，:：;；]|[0-9]|%|分之", words[3:])


def _is_title(words: str) -> bool:
    """Whether a paragraph of one sentence without a mark at its end is a title."""
    return (
        len(words) <= 2 * HEADING
        and not re.search(r"[。;；.:：!?,，]$|[0-9]+ ?(?:%|‰)", words)
        and not (re.search(r"[。;；,，]", words))
    )
