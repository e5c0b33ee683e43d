"""What a document tells of what was, or may be, and so promises nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from yxq.documents.outline import Sentence
from yxq.documents.phrases import pattern


def is_past(words: str) -> bool:
    """Whether some words tell what was."""
    return bool(pattern("past").search(words))


def is_supposed(words: str) -> bool:
    """Whether some words tell what is expected or may be."""
    return bool(pattern("supposed").search(words))


def told_of_the_past(sentences: Sequence[Sentence]) -> frozenset[int]:
    """The numbers of the sentences that tell what was: those of a paragraph from one that says so
    to one that looks ahead, and those below a heading that announces what was achieved.
    """
    return frozenset(_within_paragraphs(sentences)) | frozenset(_below_headings(sentences))


def _within_paragraphs(sentences: Sequence[Sentence]) -> Iterator[int]:
    paragraph, tells = None, False
    for sentence in sentences:
        if sentence.paragraph is not paragraph:
            paragraph, tells = sentence.paragraph, False
        is_ahead = bool(pattern("ahead").search(sentence.words))
        tells = not is_ahead and (tells or bool(pattern("past_lead").search(sentence.words)))
        if tells:
            yield sentence.no


def _below_headings(sentences: Sequence[Sentence]) -> Iterator[int]:
    """Down to the next heading of the same width or a wider one."""
    clause: str | None = None
    for sentence in sentences:
        if not sentence.is_heading:
            if clause is not None:
                yield sentence.no
            continue
        is_below = clause and sentence.clause.startswith(clause.rstrip("、"))
        if is_below and sentence.clause != clause:
            continue
        words = sentence.words[sentence.label :]
        clause = sentence.clause if pattern("past_heading").search(words) else None
