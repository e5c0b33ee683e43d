"""What became of every sentence and every number of a document, with the reason."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from yxq.documents.commitments import Draft
from yxq.documents.deadlines import deadline
from yxq.documents.drafts import Drafted
from yxq.documents.numbers import Number, numbers
from yxq.documents.outline import Sentence
from yxq.documents.past import is_past, is_supposed
from yxq.documents.phrases import pattern

SENTENCES = ["no", "place", "clause", "text", "fate", "targets", "reason"]
NUMBERS = ["no", "start", "end", "words", "fate", "targets", "reason"]
# A line that is a number and how it is asked for, or a part of one: 5以上, 85.9, ≥ 95%.
VALUE = re.compile(
    r"(?=.*[.%‰≥≤<>以左])(?:[≥≤<>] ?)?[0-9][0-9,]*(?:\.[0-9]+)?(?: ?[%‰])?(?:以[上下内]|左右)?"
)
Fate = Literal["target", "reported", "context", "look"]


@dataclass(frozen=True)
class Target:
    """A draft with its id; one that is only reported asks nothing."""

    id: str
    draft: Draft

    @property
    def is_reported(self) -> bool:
        """Whether it is kept in the plan's own words and not judged."""
        return not self.draft.require


def targets(found: Drafted) -> list[Target]:
    """What is drafted, in the document's order: what asks something, and each sentence that
    promises what cannot be counted.
    """
    taken = {draft.sentence.no for draft in found.drafts}
    words = [
        Draft(s, s.words[s.label :].strip(), "", s.start + s.label, s.end, "sure")
        for s in found.sentences
        if s.no not in taken and _fate_of_words(s, found.past)[0] == "reported"
    ]
    drafts = sorted([*found.drafts, *words], key=lambda draft: (draft.sentence.no, draft.start))
    width = max(2, len(str(len(drafts))))
    return [Target(f"T{n:0{width}}", draft) for n, draft in enumerate(drafts, start=1)]


def sentence_fates(found: Drafted, drafted: Sequence[Target]) -> pd.DataFrame:
    """A row a sentence: `no`, `place` and `clause` in the document, its `text`, its `fate`
    (target, reported, context, look), the `targets` drafted from it, and the `reason`, a key of
    `drafting` in words.yml.
    """
    rows, of_sentence = [], _by_sentence(drafted)
    for sentence in found.sentences:
        own = of_sentence[sentence.no]
        fate, reason = _fate(sentence, own, found.past)
        ids = " ".join(target.id for target in own)
        rows.append(
            [
                sentence.no,
                sentence.paragraph.place,
                sentence.clause,
                sentence.original,
                fate,
                ids,
                reason,
            ]
        )
    return pd.DataFrame(rows, columns=SENTENCES)


def _by_sentence(drafted: Sequence[Target]) -> dict[int, list[Target]]:
    """The targets of each sentence."""
    found: dict[int, list[Target]] = defaultdict(list)
    for target in drafted:
        found[target.draft.sentence.no].append(target)
    return found


def _fate(sentence: Sentence, own: Sequence[Target], past: frozenset[int]) -> tuple[Fate, str]:
    asking = [target.draft for target in own if target.draft.require]
    if any(fate == "look" for _, fate, _ in _numbers(sentence, own, past)):
        return "look", "unread_number"
    if asking:
        doubtful = any(draft.doubts or draft.sure == "guess" for draft in asking)
        return ("look", "doubtful") if doubtful else ("target", "asks")
    return _fate_of_words(sentence, past)


def _fate_of_words(sentence: Sentence, past: frozenset[int]) -> tuple[Fate, str]:
    """Of a sentence that asks for no number: promised in words, or context."""
    words = sentence.words[sentence.label :]
    if sentence.paragraph.kind != "text":
        return "context", sentence.paragraph.kind
    if sentence.is_heading:
        return "context", "heading"
    if sentence.paragraph.cells:
        return "context", "table_row"
    if not sentence.clause:
        return "context", "preamble"
    if sentence.no in past or is_past(words):
        return "context", "past"
    if pattern("promising").search(words):
        return "reported", "in_words"
    return "context", "no_promise"


def number_fates(found: Drafted, drafted: Sequence[Target]) -> pd.DataFrame:
    """A row a number: the sentence's `no`, from `start` to `end` in its text, `words`, the `fate`
    (target, deadline, date, document number, name, reference, outline, past, context, look), the
    `targets` that took it, and the `reason` as of sentences.
    """
    rows, of_sentence = [], _by_sentence(drafted)
    for sentence in found.sentences:
        own = of_sentence[sentence.no]
        offset = sentence.text.place(sentence.start, sentence.end)[0]
        for number, fate, ids in _numbers(sentence, own, found.past):
            start, end = sentence.text.place(
                sentence.start + number.start, sentence.start + number.end
            )
            reason = fate.replace(" ", "_") if fate != "look" else "unread_number"
            rows.append(
                [sentence.no, start - offset, end - offset, number.words, fate, ids, reason]
            )
    return pd.DataFrame(rows, columns=NUMBERS)


def _numbers(
    sentence: Sentence, own: Sequence[Target], past: frozenset[int]
) -> Iterator[tuple[Number, str, str]]:
    """The numbers of a sentence, each with its fate and the targets that took it."""
    text = sentence.words
    for number in numbers(text, sentence.label):
        took = [t for t in own if sentence.start + number.start in t.draft.at]
        within = [t for t in own if t.draft.require and _is_within(number, sentence, t.draft)]
        if took:
            yield number, "target", " ".join(target.id for target in took)
        elif number.sort == "date" and within and deadline(text, 2000):
            yield number, "deadline", " ".join(target.id for target in within)
        elif number.sort != "quantity":
            yield number, number.sort, ""
        else:
            yield number, _fate_of_quantity(sentence, number, past), ""


def _is_within(number: Number, sentence: Sentence, draft: Draft) -> bool:
    start = sentence.start + number.start
    return draft.start <= start < draft.end or start < draft.start


def _fate_of_quantity(sentence: Sentence, number: Number, past: frozenset[int]) -> str:
    """Of a number that no target took."""
    text = sentence.words
    is_text = sentence.paragraph.kind == "text" and not sentence.paragraph.cells
    if is_text and VALUE.fullmatch(text[sentence.label :].strip()):
        return "look"  # a cell of a table whose cells became lines
    if sentence.paragraph.kind != "text" or sentence.is_heading:
        return "context"
    before = re.split("[;；。]", text[: number.start])[-1]
    if sentence.no in past or is_past(before):
        return "past"
    if is_supposed(before) or sentence.paragraph.cells:
        return "context"
    is_asking = number.unit and not re.match("[一二三四五六七八九十两a-z]", number.words)
    return "look" if is_asking else "context"
