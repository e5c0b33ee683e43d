"""Which form a sheet is, and where its header stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from yxq.plan.forms import Form
from yxq.returns.alike import SIGN, alike, told
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
    which yxq has made; given: column of the form -> what the name of the file or a heading says it
    is in all rows; spread: what each column of the sheet says that has a heading of a wide table,
    and the column of the form that it is; is_cells: whether the rows are those cells, and not what
    is around them.
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
    given: Mapping[str, str] = field(default_factory=dict)
    spread: Mapping[int, Spread] = field(default_factory=dict)
    is_cells: bool = False

    @property
    def is_around(self) -> bool:
        """Whether the rows are those around the cells of a wide table."""
        return bool(self.spread) and not self.is_cells

    def has(self, column: str) -> bool:
        """Whether the sheet says anything of a column of the form."""
        return column in self.places or column in self.given


@dataclass(frozen=True)
class Spread:
    """A column of a wide table: what its heading says (column of the form -> text), the same as
    values, and which column of the form its cells are.
    """

    said: Mapping[str, str]
    meant: tuple[object, ...]
    column: str
    heading: str


# What a heading of a wide table of a form says; None where it is no such heading.
ReadHeading = Callable[[str, str], tuple[Mapping[str, str], tuple[object, ...]] | None]


def _reads_none(form: str, text: str) -> None:
    """Of headings that no wide table is known by."""


@dataclass(frozen=True)
class _Candidate:
    """A form as rows of a sheet may be its header: columns of the form -> columns of the sheet."""

    form: str
    first: int
    last: int
    places: dict[str, list[int]]
    lacking: list[str]
    spread: dict[int, Spread]

    @property
    def size(self) -> int:
        """How many columns of the form the sheet has."""
        return len(self.places.keys() | _filled_by(self.spread))


def recognise(
    sheet: Sheet,
    forms: dict[str, Form],
    file: str = "",
    given: Mapping[str, str] | None = None,
    reads: ReadHeading = _reads_none,
) -> Header:
    """The form and header of a sheet; file: what its file is called; given: what its name says of
    columns; reads: tells the headings of wide tables.

    The header is the first that has all the required columns of a form, and the form the one with
    most columns found; a header of one row is preferred to one of two. Of forms that the columns do
    not tell apart it is the one whose title the file, the sheet or a title row says. Raises
    `Unreadable` when there is none (naming what the nearest form lacks), when several are left, or
    when two headings claim one column.
    """
    given = given or {}
    best = _titled(_best(sheet.head, forms, given, reads), sheet, forms, file)
    form = forms[best.form]
    texts = _texts(sheet.head[best.first], sheet.head[best.last])
    for column, claimed in best.places.items():
        if len(claimed) > 1:
            both = "、".join(f"{texts[n]} ({n + 1})" for n in claimed)
            raise Unreadable("repeated_column", form.label(column), both)
    for one, number in _twice(best.spread):
        again = f"{one.heading} ({number + 1})"
        raise Unreadable("repeated_column", form.label(one.column), again)
    return _header(best, form, sheet, _given(form, given))


def _header(best: _Candidate, form: Form, sheet: Sheet, given: Mapping[str, str]) -> Header:
    """What a candidate says as a header."""
    upper, lower = sheet.head[best.first], sheet.head[best.last]
    texts = _texts(upper, lower)
    places = {column: claimed[0] for column, claimed in best.places.items()}
    used = {*places.values(), *best.spread}
    unknown = [text for n, text in enumerate(texts) if text and n not in used]
    has = {*places, *given, *_filled_by(best.spread)}
    absent = [column for column in form.columns if column not in has]
    labels = {column: form.label(column) for column in form.columns}
    spelled = alike(unknown, form, absent)
    near = {text: f"{SIGN}{labels[column]}" for text, column in spelled.items()}
    return Header(
        form=best.form,
        rows=(best.first + sheet.first, best.last + sheet.first),
        texts=texts,
        places=places,
        labels=labels | {column: texts[place] for column, place in places.items()},
        unknown=tuple(f"{text}{near.get(text, '')}" for text in unknown),
        absent=tuple(labels[column] for column in absent),
        lines=[_without_end(map(fold, row)) for row in (upper, lower)],
        known=frozenset(form.headings).union(filter(None, texts)),
        naming=tuple(
            name
            for name, column in form.columns.items()
            if column.type in ("unit", "word") or (name in form.key and column.type == "text")
        ),
        given={name: text for name, text in given.items() if name not in places},
        spread=best.spread,
    )


def _filled_by(spread: Mapping[int, Spread]) -> set[str]:
    """The columns of the form that those of a wide table fill."""
    return {name for one in spread.values() for name in (*one.said, one.column)}


def _twice(spread: Mapping[int, Spread]) -> Iterator[tuple[Spread, int]]:
    """Columns of a wide table whose heading says what that of another has said."""
    seen = set()
    for number, one in spread.items():
        if (one.meant, one.column) in seen:
            yield one, number
        seen.add((one.meant, one.column))


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
    said_so = [candidate for candidate in best if most and longest[candidate.form] == most]
    if len(said_so) != 1:
        titles = "、".join(forms[candidate.form].title.zh for candidate in best)
        telling = _telling([forms[candidate.form] for candidate in best])
        raise (
            Unreadable("several_forms_by", titles, telling)
            if telling
            else Unreadable("several_forms", titles)
        )
    return said_so[0]


def _telling(forms: list[Form]) -> str:
    """The columns by which forms can be told apart, each with the form that alone has it."""
    told_by = []
    for form in forms:
        others = [other for other in forms if other is not form]
        own = {*form.columns}.difference(*(form.found_in(other) for other in others))
        told_by += [f"{form.label(name)} ({form.title.zh})" for name in form.columns if name in own]
    return "、".join(told_by)


def _best(
    head: Rows, forms: dict[str, Form], given: Mapping[str, str], reads: ReadHeading
) -> list[_Candidate]:
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
            candidate = _candidate(name, form, known[name], first, last, names, given, reads)
            size = candidate.size
            fits = bool(size) and not candidate.lacking
            if fits and (not best or size > best[0].size):
                best = [candidate]
            elif fits and size == best[0].size and first == best[0].first:
                best.append(candidate)
            if size > (nearest.size if nearest else 0):
                nearest = candidate
    if best:
        columns = [len(forms[candidate.form].columns) for candidate in best]
        return [c for c, size in zip(best, columns, strict=True) if size == min(columns)]
    raise _unknown(head, forms, nearest)


def _unknown(head: Rows, forms: dict[str, Form], nearest: _Candidate | None) -> Unreadable:
    """Why no rows are a header: which form is nearest, what it lacks, and which headings are
    spelled nearly so.
    """
    if nearest is None or not nearest.lacking:
        return Unreadable("no_header")
    near = forms[nearest.form]
    texts = _texts(head[nearest.first], head[nearest.last])
    used = {number for numbers in nearest.places.values() for number in numbers}
    left = [text for number, text in enumerate(texts) if number not in used]
    spelled = alike(left, near, nearest.lacking)
    if nearest.size + len(spelled) < 2:
        return Unreadable("no_header")
    lacking = near.title.zh, "、".join(map(near.label, nearest.lacking))
    if spelled:
        return Unreadable("unknown_form_alike", *lacking, told(spelled, near))
    return Unreadable("unknown_form", *lacking)


def _candidate(
    name: str,
    form: Form,
    known: dict[str, list[str]],
    first: int,
    last: int,
    names: list[tuple[str, ...]],
    given: Mapping[str, str],
    reads: ReadHeading,
) -> _Candidate:
    spread = dict(_spread(name, form, known, names, reads)) if form.wide else {}
    places: dict[str, list[int]] = {}
    for number, called in enumerate(names):
        for column in _columns(known, called) if number not in spread else ():
            places.setdefault(column, []).append(number)
    if form.wide and {*form.wide.headings, *form.wide.values} <= places.keys():
        spread = {}  # a long table of the same, whatever else it has
    has = {
        *places,
        *_given(form, given),
        *(n for one in spread.values() for n in (*one.said, one.column)),
    }
    lacking = [c for c, column in form.columns.items() if column.required and c not in has]
    return _Candidate(name, first, last, places, lacking, spread)


def _given(form: Form, given: Mapping[str, str]) -> dict[str, str]:
    """What is said of columns of a form, whatever that of its months is called."""
    named = {form.months if name == "months" else name: text for name, text in given.items()}
    return {name: text for name, text in named.items() if name in form.columns}


def _spread(
    name: str,
    form: Form,
    known: dict[str, list[str]],
    names: list[tuple[str, ...]],
    reads: ReadHeading,
) -> Iterator[tuple[int, Spread]]:
    """The columns of a wide table: what stands above, or the whole, is a heading, and what stands
    below says which value it is where there are several.
    """
    values = form.wide.values if form.wide else ()
    for number, called in enumerate(names):
        columns = [column for column in _columns(known, called) if column in values]
        if columns and len(called) > 1:
            group = called[0].removesuffix(called[1])
            texts, column = [group], columns[0]
        elif len(values) == 1 and not _columns(known, called):
            texts, column = [*called], values[0]
        else:
            continue
        said = next(filter(None, (reads(name, text) for text in texts if text)), None)
        if said:
            yield number, Spread(*said, column, called[0])


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
