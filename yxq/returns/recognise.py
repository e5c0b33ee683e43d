"""Which form a sheet is, and where its header stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from yxq.plan.forms import Form
from yxq.returns.marks import Mark
from yxq.returns.read.sheet import Rows, Sheet, Unreadable
from yxq.words.text import fold, seen

HEADER_ROWS = 15  # a header starts among so many first rows


@dataclass(frozen=True)
class Header:
    """Where a sheet's header is and what it says.

    rows: numbers of its first and last row; texts: its headings; places: column of the form ->
    column of the sheet; labels: column of the form -> its heading in the sheet, or the form's own
    where the sheet has none; unknown: headings that the form does not know; absent: columns of the
    form that the sheet does not have; lines: the header's rows, folded; known: all headings of the
    form; naming: columns that say whose a row is, where a totals row says so; mark: that of a sheet
    which yxq has made.
    """

    form: str
    rows: tuple[int, int]
    texts: list[str]
    places: dict[str, int]
    labels: dict[str, str]
    unknown: tuple[str, ...]
    absent: tuple[str, ...]
    lines: list[list[str]]
    known: frozenset[str]
    naming: tuple[str, ...]
    mark: Mark | None = None


@dataclass(frozen=True)
class _Candidate:
    """A form as rows of a sheet may be its header: columns of the form -> columns of the sheet."""

    form: str
    first: int
    last: int
    places: dict[str, list[int]]
    lacking: list[str]


def recognise(sheet: Sheet, forms: dict[str, Form], file: str = "") -> Header:
    """The form and header of a sheet; file: what its file is called.

    The header is the first that has all the required columns of a form, and the form the one with
    most columns found; a header of one row is preferred to one of two. Of forms that the columns do
    not tell apart it is the one whose title the file, the sheet or a title row says. Raises
    `Unreadable` when there is none (naming what the nearest form lacks), when several are left, or
    when two headings claim one column.
    """
    best = _titled(_best(sheet.head, forms), sheet, forms, file)
    form = forms[best.form]
    upper, lower = sheet.head[best.first], sheet.head[best.last]
    texts = _texts(upper, lower)
    for column, claimed in best.places.items():
        if len(claimed) > 1:
            both = "、".join(f"{texts[n]} ({n + 1})" for n in claimed)
            raise Unreadable("repeated_column", form.label(column), both)
    places = {column: claimed[0] for column, claimed in best.places.items()}
    used = set(places.values())
    return Header(
        form=best.form,
        rows=(best.first + sheet.first, best.last + sheet.first),
        texts=texts,
        places=places,
        labels={
            column: texts[places[column]] if column in places else form.label(column)
            for column in form.columns
        },
        unknown=tuple(text for n, text in enumerate(texts) if text and n not in used),
        absent=tuple(form.label(column) for column in form.columns if column not in places),
        lines=[_without_end(map(fold, row)) for row in (upper, lower)],
        known=frozenset(form.headings).union(filter(None, texts)),
        naming=tuple(
            name
            for name, column in form.columns.items()
            if column.type in ("unit", "word") or (name in form.key and column.type == "text")
        ),
    )


def _titled(best: list[_Candidate], sheet: Sheet, forms: dict[str, Form], file: str) -> _Candidate:
    """Of several candidates the one whose form's title, the longest, is said."""
    if len(best) == 1:
        return best[0]
    above = (text for row in sheet.head[: best[0].first] for text in row)
    said = fold(" ".join((file, sheet.name, *above)))
    names = {
        c.form: {fold(t) for t in (forms[c.form].title.zh, forms[c.form].title.en)} for c in best
    }
    longest = {
        c.form: max((len(t) for t in names[c.form] if t and t in said), default=0) for c in best
    }
    most = max(longest.values())
    told = [candidate for candidate in best if most and longest[candidate.form] == most]
    if len(told) != 1:
        titles = "、".join(forms[candidate.form].title.zh for candidate in best)
        raise Unreadable("several_forms", titles)
    return told[0]


def _best(head: Rows, forms: dict[str, Form]) -> list[_Candidate]:
    """The candidates that lack nothing and have most columns, and of these those whose forms have
    fewest others; `Unreadable` where there is none.
    """
    best: list[_Candidate] = []
    nearest = None
    known = {name: form.headings for name, form in forms.items()}
    for first, last, names in sorted(_possible(head), key=lambda rows: (rows[1], -rows[0])):
        if best and last > best[0].last:
            break  # the first header counts; what stands below it is data
        for name, form in forms.items():
            candidate = _candidate(name, form, known[name], first, last, names)
            size = len(candidate.places)
            fits = bool(size) and not candidate.lacking
            if fits and (not best or size > len(best[0].places)):
                best = [candidate]
            elif fits and size == len(best[0].places) and first == best[0].first:
                best.append(candidate)
            if size > (len(nearest.places) if nearest else 0):
                nearest = candidate
    if best:
        columns = [len(forms[candidate.form].columns) for candidate in best]
        return [c for c, size in zip(best, columns, strict=True) if size == min(columns)]
    if nearest is None or not nearest.lacking or len(nearest.places) < 2:
        raise Unreadable("no_header")
    near = forms[nearest.form]
    raise Unreadable("unknown_form", near.title.zh, "、".join(map(near.label, nearest.lacking)))


def _candidate(
    name: str,
    form: Form,
    known: dict[str, list[str]],
    first: int,
    last: int,
    names: list[tuple[str, ...]],
) -> _Candidate:
    places: dict[str, list[int]] = {}
    for number, called in enumerate(names):
        for column in _columns(known, called):
            places.setdefault(column, []).append(number)
    lacking = [c for c, column in form.columns.items() if column.required and c not in places]
    return _Candidate(name, first, last, places, lacking)


def _columns(known: dict[str, list[str]], called: tuple[str, ...]) -> list[str]:
    """The form's columns that a column's names stand for, a unit in brackets aside."""
    bare = (re.sub(r"\([^()]*\)$", "", text) for text in called)
    return next((known[text] for text in (*called, *bare) if text in known), [])


def _possible(rows: Rows) -> Iterator[tuple[int, int, list[tuple[str, ...]]]]:
    """First and last row of every possible header, and what each column may be called, likeliest
    first.

    A header of two rows has groups above: a column is called by both together, by the lower, or by
    the upper where the two were merged.
    """
    for index, row in enumerate(rows[:HEADER_ROWS]):
        yield index, index, [(fold(text),) for text in row]
        if index + 1 == len(rows):
            return
        under = rows[index + 1]
        group = ""
        names: list[tuple[str, ...]] = []
        for column in range(max(len(row), len(under))):
            upper = fold(row[column]) if column < len(row) else ""
            lower = fold(under[column]) if column < len(under) else ""
            group = upper or group
            names.append((group + lower, lower) if lower else (upper,))
        yield index, index + 1, names


def _texts(upper: list[str], lower: list[str]) -> list[str]:
    """The headings of a header of one or two rows, without white space: the lower where it has."""
    width = max(len(upper), len(lower))
    rows = (row + [""] * (width - len(row)) for row in (upper, lower))
    return _without_end(re.sub(r"\s+", "", seen(low or up)) for up, low in zip(*rows, strict=True))


def _without_end(texts: Iterable[str]) -> list[str]:
    """The texts without the blank ones at their end."""
    kept = [*texts]
    while kept and not kept[-1]:
        kept.pop()
    return kept
