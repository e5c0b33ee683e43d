"""A document with everything that was drafted from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from yxq.documents.commitments import Draft, commitments
from yxq.documents.facts import Facts, facts
from yxq.documents.outline import Sentence, sentences
from yxq.documents.past import told_of_the_past
from yxq.documents.read import Document
from yxq.documents.tables import of_tables


@dataclass(frozen=True)
class Drafted:
    """A document, its facts and sentences, and the commitments that were found."""

    document: Document
    facts: Facts
    sentences: tuple[Sentence, ...]
    drafts: tuple[Draft, ...]
    past: frozenset[int]
    """The numbers of the sentences that tell what was."""


def _judged_at_the_end(draft: Draft, said: Facts) -> Draft:
    """A number whose day lies within the only year of the plan, at the end of which it is judged,
    is doubtful.
    """
    is_within = draft.by is not None and draft.by.year == said.start == said.end
    if is_within and draft.require not in ("", "done"):
        return replace(draft, doubts=(*draft.doubts, "day"))
    return draft


def drafted(document: Document) -> Drafted:
    """What a document promises, in its order."""
    parts = sentences(document.paragraphs)
    said = facts(document.paragraphs, parts)
    past = told_of_the_past(parts)
    found = [*commitments(parts, said, past), *of_tables(parts, said)]
    days = [draft.by.year for draft in found if draft.by]
    if said.is_dated:  # what was to be met before the plan begins is told of the past
        found = [d for d in found if d.by is None or d.by.year >= said.start]
    elif days and said.start:
        said = replace(said, start=min(said.start, *days))
    found = [_judged_at_the_end(draft, said) for draft in found]
    found.sort(key=lambda draft: (draft.sentence.no, draft.start))
    return Drafted(document, said, tuple(parts), tuple(found), past)
