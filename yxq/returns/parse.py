"""From a block of text to records: every row gets its fate and, where it is not a clean one, the
reason.
"""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from yxq.plan.folder import Folder
from yxq.plan.forms import Form
from yxq.plan.measure import Measure
from yxq.plan.selection import about, of_form, says, uncounted
from yxq.returns import calendars, laws
from yxq.returns.column_values import ColumnReader
from yxq.returns.read.sheet import Sheet
from yxq.returns.recognise import Header
from yxq.returns.row_kinds import (
    BLANK,
    DATA,
    FOOTER,
    HEADER,
    SECOND,
    SECTION,
    TITLE,
    TOTAL,
    row_kinds,
)
from yxq.returns.samples import samples
from yxq.returns.sheet_read import Context
from yxq.returns.texts import each, joined, which
from yxq.returns.totals import Tally, totals
from yxq.tables.contracts import DAY, Fate
from yxq.tables.reasons import Reasons
from yxq.words.reasons import Reason
from yxq.words.text import fold

ASIDE = {SECOND: "header", HEADER: "header", TITLE: "title", FOOTER: "footer", SECTION: "section"}
EARLIEST, LATEST = dt.date.min, dt.date(9999, 1, 1)


def parse(
    cells: pd.DataFrame,
    sheet: Sheet,
    header: Header,
    context: Context,
    folder: Folder,
    tally: Tally,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The records of a block and the fate of each of its rows that is not blank.

    cells: a tidy block of the sheet; tally: goes on from block to block. Records: the form's
    columns with from and to, indexed by row. Fates: fate, reason and text (the cells of a row that
    has a reason), indexed by row.
    """
    kind = row_kinds(cells, header, folder.layout, sheet.merged)
    if (kind == SECOND).any() and not tally.second:
        tally.second = int(cells.index[kind == SECOND][0])
    is_data = (kind == DATA) | (kind == TOTAL)
    rows = _Rows(cells if is_data.all() else cells[is_data], sheet, header, folder)
    # The reasons of a row stand in the order of these steps.
    rows.read_columns(tally)
    rows.name_city()
    rows.look_beside()
    rows.date(context)
    is_total = (kind[is_data] == TOTAL) | rows.of_all_units()
    rows.check_units()
    rows.check_targets()
    rows.check_laws(context, is_total)
    rows.flag_uncounted()
    rows.count_from_report(context)
    rows.flag_hidden()
    rows.count_samples(tally, is_total)
    fates = rows.fates()
    if is_total.any() or rows.form.totals:
        why = totals(rows.body[[*rows.form.totals]], is_total, header.labels, tally).map(str)
        fates.loc[why.index, "fate"], fates.loc[why.index, "reason"] = Fate.EXCLUDED.value, why
    fates = _with_aside(fates, pd.Series(kind, cells.index)[~is_data & (kind != BLANK)].map(ASIDE))
    plain = fates["reason"].isin(["", *ASIDE.values(), "total"])
    if not plain.all():
        fates.loc[~plain, "text"] = joined(cells.loc[fates.index[~plain]])
    counts = ~rows.wrong.some & ~is_total
    return rows.body if counts.all() else rows.body[counts], fates


def values(
    cells: pd.DataFrame, sheet: Sheet, header: Header, context: Context, folder: Folder
) -> pd.DataFrame:
    """What rows say, be it right or not: the form's columns with from and to."""
    rows = _Rows(cells, sheet, header, folder)
    rows.read_columns(Tally())
    rows.name_city()
    rows.date(context)
    return rows.body


def _with_aside(fates: pd.DataFrame, aside: pd.Series) -> pd.DataFrame:
    """The fates with those of rows that are no data: headings, titles, footers."""
    if aside.empty:
        return fates
    n = len(aside)
    excluded = {"fate": [Fate.EXCLUDED.value] * n, "reason": aside.tolist(), "text": [""] * n}
    whole = pd.concat([fates, pd.DataFrame(excluded, aside.index, dtype="str")])
    return whole.iloc[np.argsort(whole.index.to_numpy(), kind="stable")]


@dataclass
class _Rows:
    """Rows of a block that are data, and what becomes of them step by step.

    body: the values; wrong: why rows are rejected; flags: what is to be looked at in others.
    """

    cells: pd.DataFrame
    sheet: Sheet
    header: Header
    folder: Folder

    def __post_init__(self) -> None:
        self.index = self.cells.index
        self.form: Form = self.folder.forms[self.header.form]
        self.body = pd.DataFrame(index=self.index)
        self.wrong, self.flags = Reasons(self.index), Reasons(self.index)
        self._unread: dict[str, pd.Index] = {}  # by column, rows whose text is no value

    @property
    def _alone(self) -> bool:
        """Whether the city is the only unit there is."""
        return len(self.folder.units) == 1

    @functools.cached_property
    def _measures(self) -> list[Measure]:
        """What is computed from the form, by the plan of any year."""
        plans = [self.folder.plan(year) for year in self.folder.periods]
        return of_form(plans, self.header.form)

    @functools.cached_property
    def _both(self) -> set[str]:
        """The columns of year and months, where one column of the sheet fills both."""
        both, header = {"year", self.form.months}, self.header
        said = {header.places.get(name, header.given.get(name)) for name in both}
        return both if len(said) == 1 and said != {None} else set()

    def _texts(self, column: str) -> pd.Series:
        """The texts of a column of the form, blank where the sheet says nothing of it."""
        if (number := self.header.places.get(column, -1)) in self.cells:
            return self.cells[number]
        given = self.header.given.get(column, "")
        same = pd.Categorical.from_codes(np.zeros(len(self.index), int), [given])
        return pd.Series(same, self.index)

    def read_columns(self, tally: Tally) -> None:
        """The values of each column of the form."""
        found: dict[str, pd.Series] = {}
        for name, column in self.form.columns.items():
            texts = self._texts(name)
            if column.type in ("count", "number"):
                texts = self._unmerged(texts, self.header.places.get(name, -1))
            elif column.type == "date" and self.sheet.from_1904:
                texts = each(texts, calendars.since_1904)
            known, label = tally.known.setdefault(name, {}), self.header.labels[name]
            both, typed = name in self._both, not self.sheet.delimited
            made = self.header.mark is not None
            reader = ColumnReader(self.form, name, label, self.folder, known, both, typed, made)
            found[name], why = reader.read(texts)
            if self.sheet.guessed and not tally.proven:
                tally.proven = any(map(reader.proves, texts.unique()))
            if why is not None:
                self._unread[name] = why.index
                self.wrong.add(why.index, why)
        self.body = pd.DataFrame(found, self.index)

    def name_city(self) -> None:
        """Rows that name no unit are the city's where there is no other, and of a form of the
        city's own rows where the sheet has no column to name one in. A value or a task of nobody
        is rejected; what adds up counts for the city.
        """
        if "unit" not in self.form.columns:
            return
        unit, has_column = self.body["unit"], self.header.has("unit")
        if self._alone or (self.form.city_rows and not has_column):
            own = unit.astype(object).fillna(self.folder.city.name)
            self.body["unit"] = own.astype("category")
            return
        nobody = unit.isna() & ~self.wrong_in("unit")
        singles = [m for m in self._measures if m.is_single and not m.peer]
        if singles and nobody.any():
            nobody &= pd.concat([about(m, self.body) for m in singles], axis=1).any(axis=1)
            why = Reason.of("missing_value", self.header.labels["unit"])
            self.wrong.add(self.index[nobody], why)

    def wrong_in(self, column: str) -> np.ndarray:
        """Whether the text of each row in a column has been found to be no value."""
        return np.asarray(self.index.isin(self._unread.get(column, [])))

    def _unmerged(self, texts: pd.Series, column: int) -> pd.Series:
        """A merged cell holds one number, not one for each of its rows."""
        for top, left, bottom, right in self.sheet.merged:
            if left <= column <= right:
                first = top + 1 if column == left else top
                again = (self.index >= first) & (self.index <= bottom)
                texts = texts.astype("str").where(~again, "")
        return texts

    def look_beside(self) -> None:
        """Cells that no heading stands above; a separator too many has moved those of its row."""
        headings = self.header.texts
        for number in self.cells.columns:
            if number < len(headings) and headings[number]:
                continue
            texts = self.cells[number].astype("str")
            texts = texts[texts != ""]
            moved = self.sheet.delimited and number >= len(headings)
            code, reasons = ("extra_cells", self.wrong) if moved else ("beside", self.flags)
            reasons.add(texts.index, texts.map(lambda text, code=code: Reason.of(code, text)))

    def date(self, context: Context) -> None:
        """First and last day that each row speaks of; a row that needs them is rejected without."""
        form, span = self.form, _span(self.body, self.form, context)
        self.body["from"], self.body["to"] = span["from"], span["to"]
        # A measure that says by which of its own columns a row counts needs no other day.
        counted = any(measure.key and not measure.when for measure in self._measures)
        if counted or form.when or "year" in form.key or form.repeat == "latest":
            undated = ~self.wrong.some & self.body["to"].isna().to_numpy()
            self.wrong.add(self.index[undated], Reason("no_period"))

    def of_all_units(self) -> np.ndarray:
        """Whether a row is of the whole city, under a name that sums its units up; a city without
        units has nothing to sum.
        """
        if not self.header.has("unit") or self.form.city_rows or self._alone:
            return np.zeros(len(self.index), bool)
        direct = set(map(fold, self.folder.layout.direct))
        own = which(self._texts("unit"), lambda text: fold(text) in direct)
        return np.asarray((self.body["unit"] == self.folder.city.name) & ~own)

    def check_units(self) -> None:
        """Rows of a unit that was not there in their days are rejected."""
        if not self.header.has("unit"):
            return
        for unit in self.folder.units:
            if unit.valid_from or unit.valid_to:
                low, high = unit.valid_from or EARLIEST, unit.valid_to or LATEST
                outside = (self.body["unit"] == unit.name) & (
                    (self.body["to"] < pd.Timestamp(low)) | (self.body["from"] > pd.Timestamp(high))
                )
                days = unit.valid_from or "", unit.valid_to or ""
                self.wrong.add(self.index[outside], Reason.of("unit_not_valid", unit.name, *days))

    def check_targets(self) -> None:
        """Rows of a target that the plan of their year does not have are rejected."""
        kinds = self.form.columns.items()
        for name in (n for n, column in kinds if column.type == "target" and "year" in self.body):
            rows = self.body[[name, "year"]].dropna()
            asked = {
                (target.id, year)
                for year, period in self.folder.periods.items()
                for target in period.targets
            }
            wrong = [pair not in asked for pair in rows.itertuples(index=False, name=None)]
            label = self.header.labels[name]
            why = [
                Reason.of("target_of_other_year", label, id, year)
                for id, year in rows[wrong].itertuples(index=False, name=None)
            ]
            self.wrong.add(rows.index[wrong], pd.Series(why, rows.index[wrong], dtype=object))

    def check_laws(self, context: Context, is_total: np.ndarray) -> None:
        """Rows that break a law of the form, but for texts that have been found to be no value."""
        ends = (context.period_from, context.period_to)
        first, last = (_day(day, self.index) for day in ends)
        rows = self.body.assign(period_from=first, period_to=last)
        rows = rows[~is_total] if is_total.any() else rows
        for law, breaking in laws.broken(rows, self.form):
            breaking = breaking.difference(self._unread.get(law.column, pd.Index([])))
            why = laws.why(law, rows.loc[breaking], self.header.labels)
            (self.flags if law.flag else self.wrong).add(breaking, why)

    def flag_uncounted(self) -> None:
        """Rows that a measure leaves out because of a blank cell; a column that the whole sheet
        lacks is told of the sheet.
        """
        needed = {name for measure in self._measures for names in measure.needs for name in names}
        there = [name for name in needed if self.header.has(name)]
        lacking = np.zeros(len(self.index), bool)
        for name in there:
            lacking |= self.body[name].isna().to_numpy()
        if not lacking.any():
            return
        rows = self.body[lacking]
        for names, uncounted_so in uncounted(self._measures, rows).items():
            if {*names} & {*there}:
                label = "、".join(self.header.labels[name] for name in names)
                self.flags.add(rows.index[uncounted_so], Reason.of("not_counted", label))

    def count_from_report(self, context: Context) -> None:
        """A value of a year that is running counts from the day of its return: the one on which it
        was filed, else the end of its period; where it says neither, at once.
        """
        if self.form.when != ("year",):
            return
        first, last = self.body["from"], self.body["to"]
        said = _day(context.filed or context.period_to, self.index)
        if context.filed is None and context.period_to is None:
            said = first
        self.body["to"] = said.where(said.between(first, last), last)

    def flag_hidden(self) -> None:
        """Rows that whoever looks at the sheet does not see."""
        if self.sheet.hidden:
            self.flags.add(self.index, Reason("hidden_sheet"))
        elif self.sheet.hidden_rows:
            hidden = self.index[self.index.isin(self.sheet.hidden_rows)]
            self.flags.add(hidden, Reason("hidden_row"))

    def count_samples(self, tally: Tally, is_total: np.ndarray) -> None:
        """How many samples have a result, and how many of them passed."""
        if drawn := samples(self.folder, self.header.form):
            results = self.body.loc[~is_total, drawn.column].dropna()
            tally.judged += len(results)
            tally.passed += int(says(results, drawn.passed).sum())

    def fates(self) -> pd.DataFrame:
        """Rejected with what is wrong, or else accepted with what is to be looked at."""
        rejected = self.wrong.some
        fates = pd.array([Fate.ACCEPTED.value, Fate.REJECTED.value], "str")
        reason = self.flags.column()
        if rejected.any():
            reason = reason.mask(rejected, self.wrong.column())
        text = pd.array([""], "str").take(np.zeros(len(self.index), int))
        fate = fates.take(rejected.astype(int))
        return pd.DataFrame({"fate": fate, "reason": reason, "text": text}, self.index)


def _day(day: dt.date | None, index: pd.Index) -> pd.Series:
    """A column of one day, or of none."""
    return pd.Series(np.full(len(index), day, DAY), index)


def _span(body: pd.DataFrame, form: Form, context: Context) -> pd.DataFrame:
    """First and last day that each row speaks of; NaT where neither the row nor the return says."""
    if form.when and form.columns[form.when[0]].type == "date":
        days = body[form.when[0]]
        return pd.DataFrame({"from": days, "to": days})
    if not form.when:
        first, last = (_day(day, body.index) for day in (context.period_from, context.period_to))
        return pd.DataFrame({"from": first, "to": last})
    stated = context.period_to.year if context.period_to else None
    year = body["year"] if "year" in body else pd.Series(stated, body.index, "Int64")
    whole_year = pd.Series("1-12", body.index, "str")
    months = body[form.months].astype("str") if form.months in form.when else whole_year
    pairs = pd.DataFrame({"year": year, "months": months})
    known = pairs.dropna().drop_duplicates()
    ends = [
        calendars.span(int(year), *map(int, months.split("-")))
        for year, months in known.itertuples(index=False)
    ]
    known["from"], known["to"] = [first for first, _ in ends], [last for _, last in ends]
    return pairs.merge(known, how="left")[["from", "to"]].astype(DAY).set_axis(body.index)
