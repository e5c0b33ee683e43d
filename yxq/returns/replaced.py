"""Rows that came back and are mended: which rows they take the place of, and by what right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from yxq.plan.forms import Form
from yxq.returns.parts import Part
from yxq.returns.reconcile import key
from yxq.returns.sheet_read import SheetRead

Where = tuple[str, str, int]  # file, sheet, row
Said = tuple[str, tuple[object, ...]]  # key and content of a row


@dataclass(frozen=True)
class Mends:
    """The mended rows of a form.

    named: a mended row -> the row that it mends. taken: a row -> the mended row that takes its
    place. keys: key of each row that is named and is a record. files: those that were read.
    corrections: sheets that are corrections and no mended rows. withdrawn: a row -> the one that
    withdraws it; useless: rows that withdraw nothing.
    """

    named: dict[Where, Where] = field(default_factory=dict)
    taken: dict[Where, Where] = field(default_factory=dict)
    keys: dict[Where, str] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    corrections: set[tuple[str, str]] = field(default_factory=set)
    withdrawn: dict[Where, Where] = field(default_factory=dict)
    useless: list[Where] = field(default_factory=list)

    @property
    def replaced(self) -> bool:
        """Whether any row is not what it was."""
        return bool(self.taken or self.withdrawn or self.useless)

    def depth(self, where: Where) -> int:
        """How often a row has come back."""
        return len([*self.chain(where)])

    def moved(self, where: Where) -> bool:
        """Whether a mended row is about another thing than the row that it mends: it has another
        key, and neither that row nor one that it mends itself is a correction.
        """
        chain = [*self.chain(where)]
        known = all(file in self.files for file, _, _ in chain)
        own = self.keys.get(where)
        same = any(self.keys.get(one) == own for one in chain)
        correction = any((file, sheet) in self.corrections for file, sheet, _ in chain)
        return bool(chain) and known and not same and not correction

    def chain(self, where: Where) -> Iterator[Where]:
        """The rows that a row mends, the nearest first."""
        seen = {where}
        while (where := self.named.get(where, where)) not in seen:
            seen.add(where)
            yield where


def mends(parts: list[Part], name: str, form: Form) -> Mends:
    """The mended rows of a form, of sheets that are not refused."""
    found = Mends(files={part.file for part in parts})
    takes, said = set[Where](), dict[Where, Said]()
    mine = [(part, sheet) for part in parts for sheet in part.sheets if sheet.form == name]
    for part, sheet in mine:
        if sheet.context.correction and not sheet.mends:
            found.corrections.add((part.file, sheet.sheet))
        for row in sheet.mended if not sheet.refused else ():
            own = part.file, sheet.sheet, row.own
            found.named[own] = row.where
            if row.takes:
                found.taken[row.where] = own
                takes.add(own)
    wanted = {*found.named, *found.named.values()}
    for part, sheet in mine if wanted else ():
        rows = {row for file, one, row in wanted if (file, one) == (part.file, sheet.sheet)}
        said.update(_said(part, sheet, name, form, rows) if rows else ())
    found.keys.update({where: text for where, (text, _) in said.items()})
    _pass_over_untouched(found, takes, said)
    return found


def _pass_over_untouched(found: Mends, takes: set[Where], said: dict[Where, Said]) -> None:
    """Rows that say what the row that they mend has said yield to one that says something else, be
    it older: they stand in a workbook that went back before and is sent once more.
    """
    mending: dict[Where, list[Where]] = {}
    for own in found.named:
        mending.setdefault([*found.chain(own)][-1], []).append(own)
    for first, rows in mending.items():
        untouched = {own for own in rows if own in said and said[own] == said.get(first)}
        touched = [own for own in rows if own in takes - untouched]
        for where in (first, *untouched) if touched else ():
            found.taken[where] = touched[-1]


def _said(
    part: Part, sheet: SheetRead, name: str, form: Form, rows: set[int]
) -> Iterator[tuple[Where, Said]]:
    """Key and content of those rows of a sheet that are records."""
    for table in part.records(name):
        frame = table.to_pandas()
        mine = frame[(frame["sheet"] == sheet.sheet) & frame["row"].isin(rows)]
        contents = mine[[*form.columns]].astype("str").itertuples(index=False, name=None)
        for row, text, content in zip(
            mine["row"], key(mine, form).fillna(""), contents, strict=True
        ):
            yield (part.file, sheet.sheet, int(row)), (str(text), content)
