"""From a plan's document to a drafted folder with its review page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from yxq.documents.drafted_folder import Written, write
from yxq.documents.drafts import drafted
from yxq.documents.fates import sentence_fates, targets
from yxq.documents.matching import matched
from yxq.documents.next_plan import kept_ids, write_next
from yxq.documents.read import read
from yxq.plan.folder import Folder
from yxq.plan.target import Target
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
    kept: int = 0
    """Targets that go on from the last plan."""


def from_document(
    document: Path, out: Path, year: int = 0, last: Folder | None = None
) -> FromDocument:
    """A plan folder in `out` drafted from a document, with the page that shows the one beside the
    other; with a folder of `last`, its next plan.

    `year` is the first year of the plan where the document names none. Raises `PlanError` for a
    document that cannot be read, or a folder that is not new.
    """
    found = drafted(read(document))
    ids, matches = targets(found), {}
    if last is None:
        written = write(found, ids, out, year)
    else:
        alike = matched(ids, _before(last, year or found.facts.start))
        renamed = kept_ids(ids, alike, last)
        matches = {
            new.id: alike[t.id] for t, new in zip(ids, renamed, strict=True) if t.id in alike
        }
        ids = renamed
        written = write_next(found, ids, matches, last, out, year)
    page = out / REVIEW
    page.write_text(review(found, targets=ids), encoding="utf-8", newline="\n")
    reported = sum(target.is_reported for target in ids)
    doubtful = int((sentence_fates(found, ids)["fate"] == "look").sum())
    return FromDocument(written, page, len(ids) - reported, reported, doubtful, len(matches))


def _before(folder: Folder, year: int) -> Sequence[Target]:
    """The targets of the last plan before a year; none where there is none."""
    years = [y for y in folder.periods if y < year]
    return folder.plan(max(years)).targets if years else ()
