"""Which rows stand on the review page of a plan that was drafted from its document."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from yxq.documents.commitments import Draft
from yxq.documents.drafts import Drafted
from yxq.documents.fates import Target
from yxq.documents.phrases import DOUBTS as GRAVEST_FIRST

TARGETS = ["id", "no", "start", "end", "title", "require", "unit", "by", "open", "owner", "doubts"]
DOUBTS = [
    "no",
    "place",
    "clause",
    "text",
    "language",
    "marks",
    "id",
    "title",
    "require",
    "unit",
    "by",
    "open",
    "owner",
    "doubts",
]


def targets_drafted(found: Drafted, drafted: Sequence[Target]) -> pd.DataFrame:
    """A row a target: `id`, the `no` of its sentence, from `start` to `end` in the sentence's text
    the words that led to it, `title`, `require` (none: kept as reported), `unit`, `by` (a date),
    `open` (striven for), `owner`, and `doubts`, a tuple of keys of `drafting` in words.yml.
    """
    rows = []
    for target in drafted:
        draft, sentence = target.draft, found.sentences[target.draft.sentence.no]
        begin = sentence.text.place(sentence.start, sentence.end)[0]
        start, end = (at - begin for at in sentence.text.place(draft.start, draft.end))
        rows.append(
            [
                target.id,
                sentence.no,
                start,
                end,
                draft.title,
                draft.require,
                draft.unit,
                draft.by,
                draft.open,
                draft.owner,
                _doubts(draft),
            ]
        )
    return pd.DataFrame(rows, columns=TARGETS)


def _doubts(draft: Draft) -> tuple[str, ...]:
    """Why a draft has to be looked at; one that is kept in words asks nothing to be doubted."""
    guessed = ("guess",) if draft.sure == "guess" and "subject" not in draft.doubts else ()
    return (*draft.doubts, *guessed) if draft.require else ()


def laid_out(found: Drafted, sentences: pd.DataFrame) -> pd.DataFrame:
    """The rows of `fates.sentence_fates` with how each is to be shown, `look` (heading, cells,
    text), and its `language`, zh or en.
    """
    looks = [
        "heading" if sentence.is_heading else "cells" if sentence.paragraph.cells else "text"
        for sentence in found.sentences
    ]
    return sentences.assign(look=looks, language=found.facts.language)


def doubtful(sentences: pd.DataFrame, numbers: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """What somebody has to look at, the gravest first: a row a doubtful target, and a row a
    sentence with numbers that nobody could read.

    sentences: of `laid_out`; numbers: of `fates.number_fates`; targets: of `targets_drafted`.
    Columns: those of the sentence and of the target, and `marks`, the places in the text that it is
    about, each from and to which character.
    """
    rows = targets[targets["doubts"].map(len) > 0]
    asking = rows.assign(marks=[[pair] for pair in zip(rows["start"], rows["end"], strict=True)])
    unread = numbers[numbers["fate"] == "look"].groupby("no", sort=False)
    nothing = {"id": "", "title": "", "require": "", "unit": "", "by": None, "open": False}
    lost = pd.DataFrame(
        [
            {"no": no, "marks": [*zip(part["start"], part["end"], strict=True)], "owner": ""}
            | {**nothing, "doubts": ("unread_number",)}
            for no, part in unread
        ],
        columns=[name for name in DOUBTS if name in asking],
    )
    both = pd.concat([asking.astype(object), lost.astype(object)], ignore_index=True)
    whole = both.merge(sentences.drop(columns=["targets", "reason", "fate"]), on="no")
    grave = whole["doubts"].map(lambda keys: min(map(GRAVEST_FIRST.index, keys)))
    ordered = whole.assign(grave=grave).sort_values(["grave", "no", "id"], kind="stable")
    return ordered[DOUBTS].reset_index(drop=True)


def within(frame: pd.DataFrame, sizes: pd.Series, most: int, first: pd.Series) -> pd.DataFrame:
    """As many rows as come to `most` bytes, in their order; those that are `first` are kept before
    others, so that what is left out of a long document is what matters least.
    """
    order = first.astype(int).sort_values(ascending=False, kind="stable").index
    kept = sizes[order].cumsum() <= most
    return frame[kept.reindex(frame.index)]
