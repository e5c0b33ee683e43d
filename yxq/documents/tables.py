"""Tables of indicators: which column says what, and what each row asks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby

from yxq.documents.asking import asked, decimal, said
from yxq.documents.commitments import Draft, sentence_drafts
from yxq.documents.deadlines import last_of
from yxq.documents.facts import Facts
from yxq.documents.normalise import normalise
from yxq.documents.numbers import Number, numbers
from yxq.documents.outline import DECIMAL, Sentence, parts_of
from yxq.documents.phrases import Doubt, phrases

PROSE = 40  # characters from which on a cell is read as a sentence
LONGEST = 90  # characters that a heading may have
YEAR = re.compile(r"(?<![0-9])((?:19|20|21)[0-9]{2})(?![0-9])")
SIGNS = {
    "≥": ">=",
    ">=": ">=",
    "不低于": ">=",
    "≤": "<=",
    "<=": "<=",
    "不超过": "<=",
    ">": ">",
    "<": "<",
}
BRACKETED = re.compile(r"[\[(〔【]\s*([0-9.,]+)\s*(%|‰)?\s*[\])〕】]")
# A row that lost its columns, of a five-year plan: 指标(单位) 预期性 95, or 指标 90 95 预期性.
KIND = "(?:预期性|约束性)"
ASKED = (
    r"(?P<{}>[≥≤><〔\[(]*[0-9][0-9.,]*[〕\])]*%?(?:以上|左右|以内|以下)?"
    r"|完成[^0-9 ]{{1,8}}(?:目标|任务))"
)
UNRULED = (
    re.compile(rf"[0-9]{{0,2}}(?P<name>[^0-9].*?[^0-9., ])\s*{KIND}\s*{ASKED.format('value')}"),
    re.compile(
        rf"(?:[0-9]{{0,2}}(?P<name>[^0-9].*?[^0-9., ]))?\s*(?:[0-9.,]+ )*"
        rf"{ASKED.format('value')}\s*{KIND}"
    ),
)
# A heading whose last column is the target, and a row below it that ends in two values.
HEADED_BY = re.compile(
    r"(?:baseline|actual|current|projected|projection|现状|实际|基期|预计|完成)[^。;；]{0,40}"
    r"(?:targets?|goals?|目标值?|规划值)\W*$",
    re.IGNORECASE,
)
VALUE = r"[$£€¥]?[0-9][0-9,.]*(?: ?(?:%|‰|[A-Za-z]{1,4}))?"
ENDED = re.compile(rf"(?P<name>\D.*?) (?P<was>{VALUE}|N/?A|-|—) (?P<value>{VALUE})")
HEADED = 3  # rows that a heading may have at most


@dataclass(frozen=True)
class _Column:
    """A column by its heading: what it is, and of which year."""

    role: str
    year: int = 0
    unit: str = ""


def of_tables(sentences: Sequence[Sentence], facts: Facts) -> list[Draft]:
    """What the rows of a document's tables ask, in its order."""
    rows = [s for s in sentences if s.paragraph.cells]
    found: list[Draft] = []
    columns: list[_Column] = []
    for _, group in groupby(rows, key=lambda row: row.paragraph.table):
        table = [*group]
        cells = [[normalise(cell).text.strip() for cell in row.paragraph.cells] for row in table]
        body, own = _headed(cells, facts)
        columns = columns if not own and _goes_on(cells, columns) else own
        found += _of_rows(table[body:], cells[body:], columns, facts)
    lines = [s for s in sentences if not s.paragraph.cells and s.paragraph.kind == "text"]
    for i, line in enumerate(lines):
        above = lines[i - 1].words.strip() if i else ""
        found += _unruled(line, above, facts)
    return found + _aligned(lines, facts)


def _aligned(lines: Sequence[Sentence], facts: Facts) -> list[Draft]:
    """What the lines below a heading ask that ends with its targets, where a table lost its ruling:
    each ends in what was and what is asked, down to the end of the page.
    """
    found: list[Draft] = []
    headed = ""
    for i, line in enumerate(lines):
        words = line.words.strip()
        heading = " ".join(one.words.strip() for one in lines[max(0, i - 3) : i + 1])
        page = line.paragraph.place.partition(",")[0]
        if HEADED_BY.search(heading):
            headed = page
        row = ENDED.fullmatch(words) if page == headed else None
        if row and page == headed:
            columns = (_Column("indicator"), _Column("baseline"), _Column("target"))
            texts = (row["name"], row["was"], row["value"])
            found += _Row(line, texts, columns, facts).drafts(row["name"], [2])
    return found


def _unruled(sentence: Sentence, above: str, facts: Facts) -> Iterator[Draft]:
    """What a line asks that was a row of a table; its name may stand on the line above."""
    words = sentence.words.strip()
    row = next((found for pattern in UNRULED if (found := pattern.fullmatch(words))), None)
    if row:
        columns = (_Column("indicator"), _Column("target"))
        line = _Row(sentence, (row["name"] or above, row["value"]), columns, facts)
        yield from line.drafts(line.texts[0], [1])


def _of_rows(
    rows: Sequence[Sentence],
    cells: Sequence[Sequence[str]],
    columns: Sequence[_Column],
    facts: Facts,
) -> Iterator[Draft]:
    """What the rows of a table ask below its heading."""
    named = [i for i, c in enumerate(columns) if c.role == "indicator"]
    asking = [i for i, c in enumerate(columns) if c.role == "target"]
    above = ""
    for row, texts in zip(rows, cells, strict=True):
        if not named or not asking or len(texts) != len(columns):
            yield from _as_sentences(
                row, texts, columns if len(texts) == len(columns) else [], facts
            )
        else:
            reader = _Row(row, texts, columns, facts)
            above = reader.name(named) or above
            yield from reader.drafts(above, asking)


def _goes_on(cells: Sequence[Sequence[str]], columns: Sequence[_Column]) -> bool:
    """Whether a table without a heading is the one before, overleaf: as many columns, and numbers
    where that has its targets.
    """
    if not columns or {len(texts) for texts in cells} != {len(columns)}:
        return False
    asking = [i for i, column in enumerate(columns) if column.role == "target"]
    asked_for = [texts[i] for texts in cells for i in asking if texts[i]]
    short = [text for text in asked_for if len(text) <= PROSE and re.search("[0-9]", text)]
    return len(short) > len(asked_for) / 2


def _carried(texts: Sequence[str], below: Sequence[str]) -> list[str]:
    """A row of a heading in which a cell is as wide as the years below it."""
    carried: list[str] = []
    for text, year in zip(texts, below, strict=True):
        is_wide = not text and carried and YEAR.fullmatch(year)
        carried.append(carried[-1] if is_wide else text)
    return carried


def _headed(cells: Sequence[Sequence[str]], facts: Facts) -> tuple[int, list[_Column]]:
    """How many rows the heading has, and what the columns are; none where there is no heading."""
    width = max((len(texts) for texts in cells), default=0)
    headings = [""] * width
    best: tuple[int, list[_Column]] = (0, [])
    captions = next((i for i, texts in enumerate(cells) if len({*texts} - {""}) > 1), 0)
    for n, texts in enumerate(cells[captions : captions + HEADED], start=captions + 1):
        if len(texts) != width or any(len(text) > LONGEST for text in texts):
            break
        below = cells[n] if n < len(cells) and len(cells[n]) == width else texts
        texts = _carried(texts, below)
        headings = [
            a if b in a else f"{a} {b}".strip() for a, b in zip(headings, texts, strict=True)
        ]
        if best[1] and any(re.search("[0-9]", _without_years(t)) for t in texts):
            break
        columns = [_column(text, facts) for text in headings]
        if {"target"} & {c.role for c in columns} and len([c for c in columns if c.role]) > 1:
            best = n, columns
    return best


def _without_years(text: str) -> str:
    return YEAR.sub("", text)


def _column(heading: str, facts: Facts) -> _Column:
    year = int(found[1]) if (found := YEAR.search(heading)) else 0
    unit = (re.search(r"\(([^()0-9]{1,12})\)\s*$", heading) or ["", ""])[1]
    roles = phrases()["headings"]
    role = next(
        (r for r, pattern in roles.items() if re.search(pattern, heading, re.IGNORECASE)), ""
    )
    if role == "baseline" and re.search("targets? (?:and|with)|目标", heading, re.IGNORECASE):
        role = "target"  # both in one column, in words
    if role == "indicator" and re.search(r"\btargets?\b.*\bvalue|目标值", heading, re.IGNORECASE):
        role = "target"
    if year and role in ("", "target", "indicator"):
        role = "target" if year >= facts.start else "baseline"
    if role in ("growth", "baseline") and year and re.search("目标|targets?", heading, re.I):
        role = "target"
    return _Column(role, year, unit)


def _as_sentences(
    row: Sentence, texts: Sequence[str], columns: Sequence[_Column], facts: Facts
) -> Iterator[Draft]:
    """The cells of a row, each read as a sentence."""
    at = 0
    for i, text in enumerate(texts):
        start = row.text.text.find(text, at) if text else -1
        if start < 0 or text in texts[:i]:
            continue
        at = start + len(text)
        if columns and columns[i].role in ("note", "baseline", "owner", "number"):
            continue
        label = DECIMAL.match(text)
        reach = label.end() if label else 0
        for begin, end in parts_of(text, reach):
            own = reach if begin == 0 else 0
            cell = replace(row, start=start + begin, end=start + end, label=own)
            yield from sentence_drafts(cell, facts, None)


@dataclass(frozen=True)
class _Row:
    """A row of a table of indicators."""

    row: Sentence
    texts: Sequence[str]
    columns: Sequence[_Column]
    facts: Facts

    def name(self, named: Sequence[int]) -> str:
        """What it names; nothing where the cell is one with that above."""
        return " ".join(dict.fromkeys(self.texts[i] for i in named if self.texts[i]))

    def drafts(self, name: str, asking: Sequence[int]) -> Iterator[Draft]:
        """What it asks of what is named: once, or in each of some years."""
        if not name:
            return
        dated = [
            i for i in asking if self.columns[i].year and self.texts[i] not in ("", "-", "—", "/")
        ]
        if len({self.columns[i].year for i in dated}) > 1:
            found = [draft for i in dated for draft in self._of_cell(name, i)[:1]]
            if len(found) == len(dated):
                path = "; ".join(
                    f"{self.columns[i].year}: {draft.require}"
                    for i, draft in zip(dated, found, strict=True)
                )
                at = tuple(n for draft in found for n in draft.at)
                yield replace(found[-1], require=path, start=found[0].start, by=None, at=at)
                return
        for i in asking:
            yield from self._of_cell(name, i)

    def _of_cell(self, name: str, i: int) -> list[Draft]:
        """What a cell asks of what the row names."""
        text = self.texts[i]
        start = self._place(i)
        if start < 0:
            return []
        year = self.columns[i].year
        by = last_of(year) if year and year != self.facts.end else None
        if len(text) > PROSE:
            cell = replace(self.row, start=start, end=start + len(text), label=0)
            return sentence_drafts(cell, self.facts, by)
        found = [
            n
            for n in numbers(text)
            if n.sort == "quantity" or (n.sort == "date" and n.words == text and text.isdigit())
        ]
        if not found:
            return [
                Draft(
                    self.row,
                    self._called(name),
                    words.require,
                    start + words.start,
                    start + words.end,
                    words.sure,
                    by=by,
                    owner=self._of("owner"),
                    doubts=words.doubts,
                )
                for words in said(text, 0, len(text), f"y{self.facts.start - 1}")
            ]
        number = found[0]
        if number.value is None:
            number = replace(number, value=Fraction(number.words), written=number.words)
        numbers_of = found if re.fullmatch(r"[0-9., ]+/[0-9., ]+", text) else [number]
        return [self._draft(name, text, start, one, i, by) for one in numbers_of]

    def _draft(
        self, name: str, text: str, start: int, number: Number, i: int, by: dt.date | None
    ) -> Draft:
        require, unit, doubts = self._asked(name, text, number, self._unit(name, i, number))
        return Draft(
            self.row,
            self._called(name),
            require,
            start,
            start + len(text),
            "likely" if doubts else "sure",
            unit=unit,
            by=by,
            owner=self._of("owner"),
            doubts=doubts,
            at=(start + number.start,),
        )

    def _place(self, i: int) -> int:
        """Where a cell begins in the row's text."""
        at = 0
        for k, text in enumerate(self.texts):
            start = self.row.text.text.find(text, at) if text else at
            if k == i:
                return start if text else -1
            at = start + len(text) if start >= 0 else at
        return -1

    def _of(self, role: str) -> str:
        return next(
            (t for t, c in zip(self.texts, self.columns, strict=True) if c.role == role), ""
        )

    def _unit(self, name: str, i: int, number: Number) -> str:
        """What the cell, the column of units, the name or the heading says."""
        bracketed = re.search(r"\(([^()]{1,14})\)\s*$", name)
        own = "%" if "%" in self._of("unit") else self._of("unit")
        own = own or (bracketed[1] if bracketed else "") or self.columns[i].unit
        return number.unit or own

    def _called(self, name: str) -> str:
        return re.sub(r"^[0-9]+[.、)]\s*|\([^()]{1,8}\)\s*$", "", name).strip() or name

    def _asked(
        self, name: str, text: str, number: Number, unit: str
    ) -> tuple[str, str, tuple[Doubt, ...]]:
        """A requirement from a number in a cell, its unit, and what is doubtful."""
        written = number.written
        if unit in ("%", "‰") and not written.endswith(("%", "‰", "pp")) and "/" not in written:
            written = "..".join(part + unit for part in written.split(".."))
        sign = next((SIGNS[s] for s in SIGNS if text[: number.start].strip().endswith(s)), "")
        if changed := self._change(name, text, number, written, sign):
            require, doubts = changed
            return require, unit, doubts
        if ".." in written:
            return written, unit, ()
        if not sign and (
            asks := asked(
                text, replace(number, written=written), 0, len(text), f"y{self.facts.start - 1}"
            )
        ):
            return asks.require, unit, asks.doubts
        if sign:
            return f"{sign} {written}", unit, ()
        is_named = bool(re.search(phrases()["lower"], name, re.IGNORECASE))
        falls = self._falls(number)
        is_lower = is_named if falls is None else falls
        unsaid: tuple[Doubt, ...] = ("unsaid",) if is_lower != is_named else ()
        return f"{'<=' if is_lower else '>='} {written}", unit, unsaid

    def _change(
        self, name: str, text: str, number: Number, written: str, sign: str
    ) -> tuple[str, tuple[Doubt, ...]] | None:
        """A requirement from a percentage by which something is to fall or to grow, and what is
        doubtful; none where the words or the number are of no change.
        """
        before = name + text[: number.start]
        change = re.search("降低|下降|减少|削减|减排|降幅|reduction|decrease", before)
        growth = re.search("年均增长|增长率|增速|增长|提高|增幅|growth|increase", before)
        if not (change or growth) or not written.endswith("%") or ".." in written:
            return None
        is_total = bool(BRACKETED.search(text)) or "累计" in name
        yearly = "年均" in name or (not is_total and not change)
        reference = "last_year" if yearly else f"y{self.facts.start - 1}"
        value = Fraction(written.rstrip("%"))
        if change:
            return f"<= {reference} * {decimal(100 - value)}%", () if is_total else ("base",)
        if is_total or "增" in growth[0] or growth[0].isascii():  # type: ignore[index]
            return f"{sign or '>='} {reference} * {decimal(100 + value)}%", ("base",)
        return None

    def _falls(self, number: Number) -> bool | None:
        """Whether a number is less than its baseline; nothing where there is none, or the same."""
        was = [
            n for n in numbers(self._of("baseline")) if n.sort == "quantity" and n.value is not None
        ]
        if (
            was
            and number.value is not None
            and was[0].value != number.value
            and was[0].value is not None
        ):
            return number.value < was[0].value
        return None
