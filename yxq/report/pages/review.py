"""The page that shows a plan's document beside what was drafted from it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from yxq.documents import fates
from yxq.documents.drafts import Drafted
from yxq.report import fonts, html
from yxq.report.blocks import Block
from yxq.report.review_data import doubtful, laid_out, targets_drafted
from yxq.report.sections.review import review_doubts, review_headline, review_notes, review_numbers
from yxq.report.sections.review_document import side_by_side
from yxq.words.wording import Words


def review(
    found: Drafted, language: str = "", targets: Sequence[fates.Target] | None = None
) -> str:
    """The review of a drafted plan as one self-contained file, zh or en; without `language` in the
    document's own, without `targets` those of `fates.targets`.

    Raises `PlanError` for a language that there is not.
    """
    page = ReviewPage(
        found, Words(language or found.facts.language), targets or fates.targets(found)
    )
    title = page.words("review_title", title=found.facts.title or found.document.name)
    look = html.Look(title, page.words.language, alone=True, style="review.css")
    text = html.of_blocks(page.blocks(), look, "review")
    return fonts.put(text, fonts.rule([text]))


@dataclass
class ReviewPage:
    """What was drafted, the frames of it, and a method a section."""

    found: Drafted
    words: Words
    drafted: Sequence[fates.Target]

    @functools.cached_property
    def targets(self) -> pd.DataFrame:
        """See `review_data.targets_drafted`."""
        return targets_drafted(self.found, self.drafted)

    @functools.cached_property
    def sentences(self) -> pd.DataFrame:
        """See `review_data.laid_out`."""
        return laid_out(self.found, fates.sentence_fates(self.found, self.drafted))

    @functools.cached_property
    def numbers(self) -> pd.DataFrame:
        """See `fates.number_fates`."""
        return fates.number_fates(self.found, self.drafted)

    @functools.cached_property
    def doubts(self) -> pd.DataFrame:
        """See `review_data.doubtful`."""
        return doubtful(self.sentences, self.numbers, self.targets)

    def blocks(self) -> list[Block]:
        """The sections of the page, in order."""
        return [
            self.headline(),
            self.to_look_at(),
            self.whole_document(),
            self.each_number(),
            self.left_out(),
        ]

    def headline(self) -> Block:
        """What to do, and what the document says of itself."""
        frames = (self.sentences, self.numbers, self.targets, self.doubts)
        return review_headline(self.found, *frames, self.words)

    def to_look_at(self) -> Block:
        """The doubts."""
        return review_doubts(self.doubts, self.words)

    def whole_document(self) -> Block:
        """The document beside its targets."""
        return side_by_side(self.sentences, self.numbers, self.targets, self.words)

    def each_number(self) -> Block:
        """Every number with its fate."""
        return review_numbers(self.sentences, self.numbers, self.words)

    def left_out(self) -> Block:
        """What was left out in reading."""
        return review_notes(self.found.document.notes, self.words)
