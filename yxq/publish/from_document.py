"""From a plan's document to a drafted folder with its review page."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from yxq.documents.drafted_folder import Written, write
from yxq.documents.drafts import drafted
from yxq.documents.fates import sentence_fates, targets
from yxq.documents.read import read
from yxq.report.pages.review import review

REVIEW = "review.html"


@dataclass(frozen=True)
class FromDocument:
    """What was drafted: the folder, its review page, and how many things it found."""

    written: Written
    page: Path
    judged: int
    reported: int
    doubtful: int
    """Sentences that somebody has to look at."""


def from_document(document: Path, out: Path, year: int = 0) -> FromDocument:
    """A plan folder in `out` drafted from a document, with the page that shows the one beside the
    other.

    `year` is the first year of the plan where the document names none. Raises `PlanError` for a
    document that cannot be read, or a folder that is not new.
    """
    found = drafted(read(document))
    ids = targets(found)
    written = write(found, ids, out, year)
    page = out / REVIEW
    page.write_text(review(found), encoding="utf-8", newline="\n")
    reported = sum(target.is_reported for target in ids)
    doubtful = int((sentence_fates(found, ids)["fate"] == "look").sum())
    return FromDocument(written, page, len(ids) - reported, reported, doubtful)
