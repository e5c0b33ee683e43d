"""The whole document, sentence by sentence, beside what was drafted from it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pandas as pd

from yxq.report.blocks import Block, macro
from yxq.report.review_data import within
from yxq.report.sections.build import empty, para, section
from yxq.report.sections.review import left_out
from yxq.report.sections.review_words import (
    NUMBER_FATES,
    Span,
    fate_name,
    marked,
    marked_cells,
    place_as_text,
    spoken,
    target_as_text,
)
from yxq.words.wording import Words

MOST = 3_000_000  # bytes of a long document
ROW, NUMBER, TARGET = 200, 50, 150  # bytes of a row, a mark and a target without their texts


def side_by_side(
    sentences: pd.DataFrame, numbers: pd.DataFrame, targets: pd.DataFrame, words: Words
) -> Block:
    """The document's text with its numbers marked by their fates, and what became of each sentence.

    sentences, targets: see `yxq.report.review_data`; numbers: of `fates.number_fates`.
    """
    if sentences.empty:
        return empty(words, "whole_document", "whole_document_none")
    shown = within(
        sentences,
        _sizes(sentences, numbers, targets),
        MOST,
        sentences["fate"].isin(["look", "target"]),
    )
    spans, drafted = _by_sentence(numbers, shown), _by_sentence(targets, shown)
    rows = [
        _row(sentence, _spans(spans[sentence.no], words), drafted[sentence.no], words)
        for sentence in shown.itertuples()
    ]
    heads = [words(key) for key in ("review_place", "review_text", "review_drafted")]
    legend = [
        {"code": fate, "name": fate_name(fate, words)}
        for fate in NUMBER_FATES
        if (numbers["fate"] == fate).any()
    ]
    return section(
        words,
        "whole_document",
        para(words("whole_document_note")),
        macro("marks", words("marks_legend"), legend) if legend else "",
        *left_out(sentences, shown, words),
        macro("beside", words("whole_document"), heads, rows),
    )


def _by_sentence(rows: pd.DataFrame, shown: pd.DataFrame) -> dict[int, list[Any]]:
    """The rows of each of some sentences."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows[rows["no"].isin(shown["no"])].itertuples():
        found[row.no].append(row)
    return found


def _sizes(sentences: pd.DataFrame, numbers: pd.DataFrame, targets: pd.DataFrame) -> pd.Series:
    """Bytes of each sentence's row, nearly."""
    asking = targets[targets["require"] != ""]
    titles = asking["title"].map(lambda text: len(text.encode()) + TARGET)
    own = titles.groupby(asking["no"]).sum().reindex(sentences["no"], fill_value=0).to_numpy()
    count = numbers["no"].value_counts().reindex(sentences["no"], fill_value=0).to_numpy()
    texts = sentences["text"].map(lambda text: len(text.encode()))
    return texts + ROW + NUMBER * count + own


def _spans(numbers: Iterable[Any], words: Words) -> list[Span]:
    """The places of a sentence's numbers with their fates; those of targets say which."""
    return [
        (row.start, row.end, row.fate, words("list").join(row.targets.split())) for row in numbers
    ]


def _row(
    sentence: Any, spans: Iterable[Span], drafted: Iterable[Any], words: Words
) -> dict[str, Any]:
    is_cells = sentence.look == "cells"
    reason = words.entry("drafting", sentence.reason)
    return {
        "anchor": f"d{sentence.no}",
        "code": sentence.fate,
        "place": place_as_text(sentence.place, words),
        "clause": words.clause(sentence.clause),
        "look": sentence.look,
        "lang": spoken(sentence.language, words),
        "cells": marked_cells(sentence.text, spans) if is_cells else [],
        "text": "" if is_cells else marked(sentence.text, spans),
        "targets": [target_as_text(row, words) for row in drafted if row.require],
        "kept": words("list").join(row.id for row in drafted if not row.require),
        "fate": words("fate_why", fate=fate_name(sentence.fate, words), why=reason),
    }
