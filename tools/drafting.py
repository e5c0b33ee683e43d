"""How well drafts of plans are: `python tools/drafting.py FOLDER... [--show]`.

A folder holds a public plan as `document.*` and, annotated by somebody who did not know the
program, `commitments.csv` (clause, words, require, by, kind). A commitment is found when a draft
took the number, or lies in the words, that the annotation names; it is exact when what is asked is
the same number compared in the same way. Drafts that meet no annotation are false.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from yxq.documents.commitments import Draft
from yxq.documents.drafts import drafted
from yxq.documents.normalise import normalise
from yxq.documents.read import read
from yxq.documents.simplified import simplified

NUMERIC = ("numeric", "zero")
KINDS = ("numeric", "zero", "comparison", "date")


@dataclass
class Text:
    """A document's text without blanks, and where its paragraphs begin in it."""

    text: str
    begins: dict[int, int]
    at: dict[int, list[int]]


def squeezed(paragraphs: Sequence[object]) -> Text:
    """The text of paragraphs, normalised, without blanks."""
    whole, begins, at = "", {}, {}
    for paragraph in paragraphs:
        begins[id(paragraph)] = len(whole)
        places, n = [], 0
        text = normalise(paragraph.text).text  # type: ignore[attr-defined]
        for letter in text:
            places.append(n)
            n += not (letter.isspace() or letter == "|")
        at[id(paragraph)] = [*places, n]
        whole += re.sub(r"[\s|]", "", text)
    return Text(whole, begins, at)


def canonical(require: str) -> str:
    """A requirement so that the same is the same: numbers as fractions, blanks gone."""
    scale = {"%": Fraction(1, 100), "‰": Fraction(1, 1000), "pp": Fraction(1, 100), "": Fraction(1)}

    def value(found: re.Match[str]) -> str:
        return str(Fraction(found[1].replace(",", "")) * scale[found[2] or ""])

    text = re.sub(r"\s|['\"{}]", "", require)
    text = re.sub(",(?=[0-9]{4}:)", ";", text)  # of a path the years, no thousands
    text = re.sub(
        r"(?<![\w.])([0-9][0-9,]*(?:\.[0-9]+)?(?:/[0-9]+)?)(%|‰|pp)?(?=$|[^0-9,./])(?!:)",
        value,
        text,
    )
    return text.replace(",", ";")


def same(asked: str, drafted: str) -> bool:
    """Whether two requirements ask the same; an unnamed base is any reference."""
    a, b = canonical(asked), canonical(drafted)
    if "base" in a:
        b = re.sub(r"y[0-9]{4}|last_year", "base", b)
    return a == b


@dataclass
class Found:
    """A document's figures."""

    name: str
    asked: dict[str, int]
    found: dict[str, int]
    exact: dict[str, int]
    by: int
    drafts: int
    false: int


def assessed(folder: Path, show: bool) -> Found:
    """The figures of one document."""
    document = read(next(folder.glob("document.*")))
    drafts = [d for d in drafted(document).drafts if d.require]
    text = squeezed(document.paragraphs)
    spans = {id(d): _span(d, text) for d in drafts}
    rows = list(csv.DictReader((folder / "commitments.csv").open(encoding="utf-8-sig")))
    used: set[int] = set()
    counts = [dict.fromkeys(KINDS, 0) for _ in range(3)]
    right_day = 0
    for row in rows:
        kind = row["kind"] if row["kind"] in KINDS else "numeric"
        counts[0][kind] += 1
        words = re.sub(r"[\s|]", "", normalise(row["words"]).text)
        if words not in text.text:  # of a document in traditional characters, read as simplified
            words = simplified(words)
        start = text.text.find(words)
        if start < 0 and show:
            print(f"  ? not in the text: {row['words']}")
        hits = [d for d in drafts if start >= 0 and _meets(spans[id(d)], start, start + len(words))]
        hits.sort(key=lambda d: (not same(row["require"], d.require), id(d) in used))
        used |= {id(d) for d in hits}
        best = hits[0] if hits else None
        counts[1][kind] += best is not None
        exact = best is not None and same(row["require"], best.require)
        counts[2][kind] += exact
        right_day += (
            exact and best is not None and (row["by"] or "") in ("", str(best.by or row["by"]))
        )
        if show and not exact:
            said = f"{best.require} | {best.words}" if best else "-"
            print(
                f"  {kind:10} {row['clause'][:10]:10} {row['words'][:44]} => {row['require']}"
                f" <> {said}"
            )
    false = [d for d in drafts if id(d) not in used]
    if show:
        for d in false:
            print(f"  false {d.sentence.clause[:10]:10} {d.require} {d.sure} | {d.words[:70]}")
    return Found(folder.name, *counts, right_day, len(drafts), len(false))


def _span(draft: Draft, text: Text) -> list[tuple[int, int]]:
    paragraph = draft.sentence.paragraph
    begin, at = text.begins[id(paragraph)], text.at[id(paragraph)]
    if draft.at:
        return [(begin + at[n], begin + at[n] + 1) for n in draft.at]
    return [(begin + at[draft.start], begin + at[min(draft.end, len(at) - 1)])]


def _meets(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    return any(a < end and start < b for a, b in spans)


def main() -> None:
    """A line a document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--show", action="store_true", help="each commitment that is not exact")
    given = parser.parse_args()
    print("document                   numeric found exact    all found exact   drafts false")
    total = [0] * 8
    for folder in given.folders:
        f = assessed(folder, given.show)
        n, m, e = (sum(c[k] for k in NUMERIC) for c in (f.asked, f.found, f.exact))
        row = [
            n,
            m,
            e,
            sum(f.asked.values()),
            sum(f.found.values()),
            sum(f.exact.values()),
            f.drafts,
            f.false,
        ]
        total = [a + b for a, b in zip(total, row, strict=True)]
        print(
            f"{f.name:26}"
            + "".join(f"{x:8}" for x in row)
            + f"  {m / max(n, 1):.0%} {e / max(m, 1):.0%}"
        )
    print(
        f"{'all':26}"
        + "".join(f"{x:8}" for x in total)
        + f"  {total[1] / max(total[0], 1):.0%} {total[2] / max(total[1], 1):.0%}"
    )


if __name__ == "__main__":
    main()
