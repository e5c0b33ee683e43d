"""The review of a drafted plan: what the document says of itself, doubts, numbers, what was left
out. The document beside its targets is in `review_document`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from yxq.documents.drafts import Drafted
from yxq.report.blocks import Block, macro, table
from yxq.report.review_data import within
from yxq.report.sections.build import empty, para, section
from yxq.report.sections.headline import headline
from yxq.report.sections.review_words import (
    NUMBER_FATES,
    SENTENCE_FATES,
    fate_name,
    marked,
    place_as_text,
    spoken,
    target_as_text,
)
from yxq.words.text import Text
from yxq.words.wording import Words

NEAR = 12  # characters of the text that stand on each side of a number in its table
DOUBTS_MOST, NUMBERS_MOST = 800_000, 800_000  # bytes of the tables of a long document
DOUBT, NUMBER = 420, 220  # bytes of their rows without their texts


def review_headline(
    found: Drafted,
    sentences: pd.DataFrame,
    numbers: pd.DataFrame,
    targets: pd.DataFrame,
    doubts: pd.DataFrame,
    words: Words,
) -> Block:
    """What to do, how many sentences and numbers there are by fate, and the document's own facts.

    The frames: see `yxq.report.review_data`.
    """
    asking = int((targets["require"] != "").sum())
    begin = "review_begin" if len(doubts) else "review_no_doubts"
    facts = [
        (words("review_doubts"), str(len(doubts)), ""),
        (words("review_targets"), str(asking), words("review_kept", n=len(targets) - asking)),
        (words("review_sentences"), str(len(sentences)), ""),
        (words("review_numbers"), str(len(numbers)), ""),
    ]
    lines = [
        words("review_sentences_by", list=_counted(sentences["fate"], SENTENCE_FATES, words)),
        words("review_numbers_by", list=_counted(numbers["fate"], NUMBER_FATES, words)),
    ]
    title = found.facts.title or found.document.name
    return headline(
        words("review_title", title=title),
        [words("review_of", name=found.document.name), words("review_draft")],
        words(begin, n=len(doubts)),
        [line for line, rows in zip(lines, (sentences, numbers), strict=True) if len(rows)],
        facts,
        [table(words, "review_facts", facts_as_text(found, words), "review_fact review_read")],
    )


def facts_as_text(found: Drafted, words: Words) -> pd.DataFrame:
    """What the document says of itself, a row a fact: `review_fact` and what was `review_read`."""
    said, document = found.facts, found.document
    years = "fact_years" if said.start < said.end else "fact_year"
    read = {
        "fact_title": said.title,
        "fact_number": said.number,
        "fact_signed": words.date(said.signed),
        "fact_issuer": said.issuer,
        "fact_addressees": said.addressees,
        "fact_period": words(years, low=said.start, high=said.end) if said.start else "",
        "fact_file": words("list").join(
            filter(None, (document.name, document.format, document.encoding))
        ),
    }
    rows = [(words(key), value or words("fact_none")) for key, value in read.items()]
    return pd.DataFrame(rows, columns=["review_fact", "review_read"])


def _counted(fates: pd.Series, order: Sequence[str], words: Words) -> str:
    """How many had each fate that there was, in a fixed order."""
    counts = fates.value_counts()
    return words("list").join(
        words("review_count", name=fate_name(fate, words), n=counts[fate])
        for fate in order
        if fate in counts
    )


def review_doubts(doubts: pd.DataFrame, words: Words) -> Block:
    """What somebody has to look at, with the words that it is about marked, and why.

    doubts: of `review_data.doubtful`.
    """
    if doubts.empty:
        return empty(words, "to_look_at", "to_look_at_none")
    sizes = doubts["text"].map(_size) + doubts["title"].map(_size) + DOUBT
    shown = within(doubts, sizes, DOUBTS_MOST, sizes > 0)
    rows = [
        {
            "to": f"d{row.no}",
            "clause": words.clause(row.clause),
            "place": place_as_text(row.place, words),
            "lang": spoken(row.language, words),
            "text": marked(row.text, [(start, end, "", "") for start, end in row.marks]),
            "drafted": target_as_text(row, words) if row.id else None,
            "nothing": words("drafted_nothing"),
            "why": [words.entry("drafting", doubt) for doubt in row.doubts],
        }
        for row in shown.itertuples()
    ]
    heads = [words(key) for key in ("review_place", "review_text", "review_drafted", "review_why")]
    grid = macro("doubts", words("to_look_at"), heads, rows)
    notes = [para(words("to_look_at_note")), *left_out(doubts, shown, words)]
    return section(words, "to_look_at", *notes, grid)


def review_numbers(sentences: pd.DataFrame, numbers: pd.DataFrame, words: Words) -> Block:
    """Every number: how many had each fate and why, then each with its fate, target and place.

    sentences, numbers: of `fates.sentence_fates` and `fates.number_fates`.
    """
    if numbers.empty:
        return empty(words, "each_number", "each_number_none")
    rows = numbers.merge(sentences[["no", "text", "place", "clause"]], on="no")
    rank = {fate: n for n, fate in enumerate(NUMBER_FATES)}
    rows = rows.sort_values("fate", key=lambda fates: fates.map(rank), kind="stable")
    sizes = rows["words"].map(_size) + NUMBER
    shown = within(rows, sizes, NUMBERS_MOST, rows["fate"].isin(["look", "target"]))
    grid = table(
        words,
        "numbers_one_by_one",
        numbers_as_text(shown, words),
        "number_words number_around number_fate number_targets review_place",
    )
    counts = macro("fates", words("numbers_by_fate"), *_fate_table(rows["fate"], words))
    total = para(words("numbers_all", n=len(numbers)))
    return section(words, "each_number", total, counts, *left_out(rows, shown, words), grid)


def numbers_as_text(rows: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Numbers as readers see them.

    rows: of `fates.number_fates` with the `text`, `place` and `clause` of each one's sentence.
    """
    spans = [*zip(rows["text"], rows["start"], rows["end"], strict=True)]
    places = zip(rows["place"], rows["clause"], strict=True)
    return pd.DataFrame(
        {
            "number_words": [text[start:end] for text, start, end in spans],
            "number_around": [_around(text, start, end) for text, start, end in spans],
            "number_fate": [fate_name(fate, words) for fate in rows["fate"]],
            "number_targets": [words("list").join(ids.split()) for ids in rows["targets"]],
            "review_place": [
                f"{place_as_text(place, words)} {words.clause(clause)}".strip()
                for place, clause in places
            ],
        },
        index=rows.index,
    )


def _around(text: str, start: int, end: int) -> str:
    """A number with what stands before and behind it."""
    low, high = max(0, start - NEAR), end + NEAR
    return "…" * (low > 0) + text[low:high].strip() + "…" * (high < len(text))


def _fate_table(fates: pd.Series, words: Words) -> tuple[list[str], list[dict[str, Any]]]:
    """Headings and rows of how many numbers had each fate, with what it means."""
    counts = fates.value_counts()
    rows = [
        {"code": fate, "name": fate_name(fate, words), "n": counts[fate], "why": _why(fate, words)}
        for fate in NUMBER_FATES
        if fate in counts
    ]
    return [words(key) for key in ("number_fate", "number_count", "number_means")], rows


def _why(fate: str, words: Words) -> str:
    key = "unread_number" if fate == "look" else fate.replace(" ", "_")
    return words.entry("drafting", key)


def review_notes(notes: Sequence[Text], words: Words) -> Block:
    """What was left out or guessed while the document was read."""
    if not notes:
        return empty(words, "left_out", "left_out_none")
    return section(words, "left_out", macro("list", [words.text(note) for note in notes]))


def left_out(rows: pd.DataFrame, shown: pd.DataFrame, words: Words) -> list[Any]:
    """That a document is too long to be shown whole, if it is."""
    if len(rows) == len(shown):
        return []
    return [macro("alert", words("too_long", n=len(shown), total=len(rows)))]


def _size(text: str) -> int:
    """Bytes of a text on a page, nearly."""
    return len(text.encode())
