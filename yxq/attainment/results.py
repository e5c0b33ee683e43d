"""Attainment, scores and what goes with them, of one plan year as of one day: what pages read.

All of it is computed once and can be kept beside the tables, so that a page of one unit reads that
unit's rows and nothing else. A digest of those rows says whether the page would be another.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd

from yxq.attainment import credits, movers, owed, scores
from yxq.attainment.attain import attain, default_as_of
from yxq.attainment.quotas import quotas
from yxq.attainment.since import OF_UNITS, Comparison
from yxq.attainment.supposed import Supposition
from yxq.plan.folder import Plan
from yxq.plan_folders.load import load
from yxq.tables import contracts, digests, in_hand, makers, seals, store
from yxq.words.errors import Refused, refusal
from yxq.words.states import Status
from yxq.words.wording import Words

DIGESTS = "digests.json"
COMPUTED = ("attained", "scores", "credits", "subscores", "movers", "quotas", "owed")


def of_plan(plan: Plan) -> str:
    """A digest of a plan and all that its folder says, as it is in memory."""
    text = plan.model_dump_json(exclude={"folder": {"path", "given"}})
    return digests.sha(plan.id.encode(), text.encode())


def load_plan(folder: str | Path = "yixing", year: int | None = None) -> Plan:
    """The plan of a year (the latest if none is named), of a plan folder or a shipped one.

    Raises `PlanError` naming file, key, value and mend.

    >>> plan = yxq.load_plan("yixing", 2013)
    >>> len(plan.targets), len(plan.towns), plan.target("T01").title.en
    (75, 20, 'Product quality supervision sampling pass rate')
    """
    loaded = load(store.locate(folder))
    if year is not None and not f"{year}".isdigit():
        known = ", ".join(map(str, sorted(loaded.periods)))
        raise refusal("no_plan", plan=loaded.name, year=year, known=known)
    return loaded.plan(None if year is None else int(year))


class Fixed(Refused, AttributeError):
    """Results do not change."""


class Computed:
    """A table of results, computed when it is first asked for. Whoever asks has a copy of his own,
    and none can be put in its place, so that no number rests on a table that others do not.
    """

    def __init__(self, compute: Callable[[Results], pd.DataFrame]) -> None:
        """How it is computed."""
        self.compute, self.__doc__ = compute, compute.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        """Under which name it is kept."""
        self.name = f"_{name}"

    def __get__(self, results: Results | None, owner: type) -> Any:
        """A copy, which costs nothing until it is written to."""
        if results is None:
            return self
        kept = vars(results)
        if self.name not in kept:
            kept[self.name] = self.compute(results)
        return kept[self.name].copy(deep=False)


class Results:
    """The tables of a plan year as of a day, each computed when it is first asked for or read where
    it was kept. They do not change: `yxq.what_if` gives others.
    """

    def __init__(
        self,
        plan: Plan,
        processed: str | Path,
        as_of: dt.date,
        received_by: dt.date | None = None,
        supposed: Supposition | None = None,
    ) -> None:
        """Nothing is computed yet; asking for a table raises `NotIngested` where there are none.

        supposed: what is taken for true in place of what the plan says and what was returned.
        """
        self.plan, self.processed, self.as_of = plan, str(processed), as_of
        self._asked_by, self.supposed = received_by, supposed
        self.since = ""
        """The former pack that pages compare with, as its folder is called in the archive."""

    def __setattr__(self, name: str, value: object) -> None:
        """Only `since` is set anew: tables would be of one plan, or day, and numbers of another."""
        if name != "since" and (name in vars(self) or hasattr(type(self), name)):
            raise refusal("not_to_be_set", Fixed, name=name)
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        """The same as `described`, in English."""
        return self.described(Words("en"))

    def described(self, words: Words) -> str:
        """Which plan and day, and whether the data are synthetic."""
        about = {"plan": self.plan.id, "as_of": self.as_of, "place": self.processed}
        try:
            said = [words("data_of", received_by=self.received_by, **about)]
            said += [words("synthetic_figure")] if self.synthetic else []
            said += [words("supposed_figure")] if self.supposed else []
        except store.NotIngested:
            said = [words("data_of_none", **about)]
        return words("comma").join(said)

    @functools.cached_property
    def received_by(self) -> dt.date:
        """The day by which what counts was in hand: the one that was asked for, else the later of
        `as_of` and the day when the last return came.

        All that is in hand had come by then, and by `as_of` what had not was missing; and who asks
        for that day later gets the same, whatever has come since.
        """
        last = in_hand.last_day(self.processed) or self.as_of
        return self._asked_by or max(self.as_of, last)

    @property
    def days(self) -> tuple[dt.date, dt.date]:
        """Both: `as_of` and `received_by`."""
        return self.as_of, self.received_by

    @property
    def place(self) -> Path:
        """Where the tables are of what was in hand, with what is supposed of rows; those that were
        taken away meanwhile are made again.
        """
        if "_made" in vars(self) and not self._made.is_dir():
            del vars(self)["_made"]
        return self._made

    @functools.cached_property
    def _made(self) -> Path:
        rows = self.supposed.rows if self.supposed else None
        if self._asked_by is None and not rows:
            return store.locate(self.processed)
        folder = self.plan.folder.path
        return in_hand.place(self.processed, self._asked_by, folder, makers.in_hand, rows)

    @functools.cached_property
    def _place(self) -> Path:
        """Where the computed tables are kept, if they are: another plan, day or set of tables has
        another place.
        """
        tables, plan = digests.of_tables(self.place), of_plan(self.plan)
        parts = tables, digests.program(), plan, *digests.versions().values()
        stamp = digests.sha(*(part.encode() for part in parts))
        days = f"{self.plan.year}-{self.as_of}-{self.received_by}"
        return self.place / store.KEPT / f"{days}-{stamp}"

    @property
    def _kept(self) -> bool:
        """Whether all of them are there, as they were written."""
        return not seals.broken(self._place)

    def table(self, name: str, unit: str | None = None) -> pd.DataFrame:
        """All rows, or those of a unit, of one of COMPUTED (the property of that name says what it
        has) or of a processed table that has units.
        """
        where = [("unit", "==", unit)] if unit else None
        if name not in COMPUTED:
            return store.read(self.place, name, where)
        if f"_{name}" not in vars(self) and self._kept:
            return store.read(self._place, name, where)
        rows: pd.DataFrame = getattr(self, name)
        return rows[rows["unit"] == unit].reset_index(drop=True) if unit else rows

    def records(
        self, unit: str | None = None, forms: Iterable[str] | None = None
    ) -> dict[str, pd.DataFrame]:
        """Accepted rows by form, all or those of a unit and some forms; one that nobody used, or
        without units, has none.
        """
        wanted = forms or self.plan.folder.forms
        files = sorted((self.place / "records").glob("*.parquet"))
        names = [f"records/{file.stem}" for file in files if file.stem in wanted]
        if unit:
            names = [name for name in names if "unit" in store.columns(self.place, name)]
        return {name.partition("/")[2]: self.table(name, unit) for name in names}

    @Computed
    def measures(self) -> pd.DataFrame:
        """The measures of all units and years; those made with another plan are refused."""
        measures = store.read(self.place, "measures")
        plans = sorted(set(measures["plan"]))
        if plans and self.plan.id not in plans:
            raise refusal(
                "other_plan",
                store.NotIngested,
                folder=self.processed,
                there=", ".join(plans),
                plan=self.plan.id,
                given=self.plan.folder.given,
            )
        return measures

    @property
    def plan_measures(self) -> pd.DataFrame:
        """The measures as this plan defines them: another year's may measure the same otherwise."""
        return self.measures[self.measures["plan"] == self.plan.id]

    @Computed
    def files(self) -> pd.DataFrame:
        """What arrived, a row a sheet, but what is about a later period than any that had begun."""
        files = store.read(self.place, "files")
        begins = owed.by_period(self.plan, files)["period_from"]
        return files[~(begins > pd.Timestamp(self.as_of))].reset_index(drop=True)

    @Computed
    def returns(self) -> pd.DataFrame:
        """Expected returns and their status, as `owed.status` gives them."""
        return owed.status(self.plan, self.files, *self.days)

    @Computed
    def attained(self) -> pd.DataFrame:
        """Attainment of every unit and target, as `attain` gives it."""
        return attain(
            self.plan,
            self.measures,
            self.returns,
            self.as_of,
            files=self.files,
            received_by=self.received_by,
        )

    @Computed
    def scores(self) -> pd.DataFrame:
        """Score, grade and rank of every unit; empty where the plan has no scoring."""
        return self._scored(scores.score, scores.COLUMNS)

    @Computed
    def credits(self) -> pd.DataFrame:
        """What each result is worth on the score sheet, and why, as `credits.credits` gives it."""
        table = self._scored(credits.credits, credits.COLUMNS)[credits.COLUMNS]
        return table.astype(dict.fromkeys(("points", "earned", "deducted", "lacking"), "float64"))

    @Computed
    def subscores(self) -> pd.DataFrame:
        """The score of every unit in every section: unit, clause, score, missing."""
        return self._scored(scores.subscores, ["unit", "clause", "score", "missing"])

    @Computed
    def movers(self) -> pd.DataFrame:
        """What each target does to a unit's score and rank: unit, target, points, places."""
        return self._scored(movers.movers, ["unit", "target", "points", "places", "chance"])

    def _scored(
        self, scored: Callable[[Plan, pd.DataFrame], pd.DataFrame], columns: list[str]
    ) -> pd.DataFrame:
        if self.plan.period.scoring is None:
            return pd.DataFrame(columns=columns)
        return scored(self.plan, self.attained)

    @Computed
    def quotas(self) -> pd.DataFrame:
        """Every unit's share in the city's counts."""
        return quotas(self.plan, self.plan_measures)

    @Computed
    def owed(self) -> pd.DataFrame:
        """The returns that are missing or late, of forms and senders that units are judged by, once
        a unit.

        Columns: unit, form, sender, period_from, period_to, due, status, filed.
        """
        this_year = self.returns["year"] == self.plan.year
        lacking = self.returns["status"].isin([Status.MISSING, Status.LATE])
        answered = pd.DataFrame(
            {"target": target.id, "form": target.measure.form, "sender": target.owner}
            for target in self.plan.targets
        )
        asked = self.attained[["unit", "target"]].merge(answered, on="target", how="left")
        asked = asked[["unit", "form", "sender"]].drop_duplicates()
        rows = asked.merge(self.returns[this_year & lacking], on=["form", "sender"])
        return rows[["unit", *owed.COLUMNS[1:8]]]

    @functools.cached_property
    def synthetic(self) -> bool:
        """Whether any return says that it is synthetic."""
        return bool(store.read(self.place, "files", [("synthetic", "==", True)]).size)

    @functools.cached_property
    def digests(self) -> dict[str, str]:
        """A digest of all that a page of a unit can read, by the unit's name."""
        if self._kept:
            return dict(json.loads((self._place / DIGESTS).read_text(encoding="utf-8")))
        tables = {name: getattr(self, name) for name in COMPUTED}
        tables |= {"measures": self.measures} | self.records()
        parts: dict[str, list[bytes]] = {unit.name: [b""] for unit in self.plan.towns}
        for name, table in tables.items():
            if "unit" in table:
                rows = pd.util.hash_pandas_object(table, index=False)
                for unit, hashes in rows.groupby(table["unit"].to_numpy(), sort=False):
                    if unit in parts:
                        parts[unit] += [name.encode(), hashes.to_numpy().tobytes()]
        mark = str(self.synthetic).encode()
        return {unit: digests.sha(mark, *of_unit) for unit, of_unit in parts.items()}

    @property
    def _compared(self) -> Path:
        """Where the comparison with the former pack is kept, for the pages to read."""
        return self._place.with_name(f"{self._place.name}-since-{self.since}")

    def keep_comparison(self, found: Comparison) -> None:
        """Keep what has changed since the former pack."""
        shutil.rmtree(self._compared, ignore_errors=True)
        self._compared.mkdir(parents=True)
        names = [*(field.name for field in fields(Comparison))]
        for name in names:
            getattr(found, name).to_parquet(self._compared / f"{name}.parquet", index=False)
        seals.seal(self._compared, [f"{name}.parquet" for name in names])

    def comparison(self, unit: str | None = None) -> Comparison | None:
        """What has changed since the former pack, all or that of a unit; none where there is none.

        Raises `PlanError` where it was not kept.
        """
        if not self.since:
            return None
        if seals.broken(self._compared):
            raise refusal("no_comparison", name=self.since)
        tables = {}
        for name in (field.name for field in fields(Comparison)):
            file = self._compared / f"{name}.parquet"
            where = [("unit", "==", unit)] if unit and name in OF_UNITS else None
            tables[name] = pd.read_parquet(file, filters=where)
        return Comparison(**tables)

    def keep(self) -> None:
        """Compute everything and keep it for those who ask next; where it cannot be written they
        compute it themselves.
        """
        if self._kept:
            return
        part = self._place.with_name(f".{self._place.name}.{os.getpid()}")
        try:
            part.mkdir(parents=True)
            for name in COMPUTED:
                table = contracts.check(name, getattr(self, name))
                table.to_parquet(part / f"{name}.parquet", index=False)
            text = json.dumps(self.digests, ensure_ascii=False)
            (part / DIGESTS).write_text(text, encoding="utf-8")
            seals.seal(part, [*(f"{name}.parquet" for name in COMPUTED), DIGESTS])
            shutil.rmtree(self._place, ignore_errors=True)  # of a run that was cut short
            part.rename(self._place)
        except OSError:  # a folder that is read only, or another run was first
            shutil.rmtree(part, ignore_errors=True)


def load_data(
    year: int | None = None,
    as_of: str | dt.date | None = None,
    plan: str | Path | Plan = "yixing",
    processed: str | Path = "data/processed",
    received_by: str | dt.date | None = None,
) -> Results:
    """The data of a plan year up to a day (the one when all returns are due, if none is named), of
    the returns that were received by another (of all, if none is named), read when asked for.

    What is dated after `as_of` is left out; what came after `received_by` is as if it had never
    come, and with all that is in hand a return that came later than that day, or than it should,
    counts with what it covers. `.measures`, `.files` (what arrived), `.returns` (who owed what) are
    DataFrames, `.records()` one a form, `.synthetic` says whether any of it is synthetic. A
    relative folder is looked for here, above, and where the package stands. Raises `PlanError` for
    a wrong year or day, and one on which nothing can be said; asking for a table raises
    `NotIngested` where there are none.

    >>> data = yxq.load_data(2013, as_of="2013-06-30")
    >>> data.measures.shape[1], list(data.records())
    (15, ['annual', 'benchmarks', 'coverage', 'inspections', 'milestones', 'projects', 'registers'])
    """
    chosen = plan if isinstance(plan, Plan) else load_plan(plan, year)
    by = None if received_by is None else _day("received_by", received_by)
    if by is not None and by < (begins := chosen.span()[0]):
        raise refusal("received_before", day=by, plan=chosen.id, first=begins)
    if as_of is not None:
        day = _day("as_of", as_of)
    else:  # nobody tells of what has not happened yet
        day = min(default_as_of(chosen), by or dt.date.max)
    return Results(chosen, processed, _within(chosen, day), by)


def _within(plan: Plan, day: dt.date) -> dt.date:
    """A day on which a plan can be looked at: from its begin until a year after its end, for a task
    may be done late; on any other it says nothing.
    """
    first, last = plan.span()[0], plan.span(plan.year + 1)[1]
    if not first <= day <= last:
        raise refusal("day_outside", day=day, plan=plan.id, first=first, last=last)
    return day


def _day(name: str, given: object) -> dt.date:
    """A day as it is written, or given; anything else is refused."""
    if isinstance(given, str):
        with contextlib.suppress(ValueError):
            return dt.date.fromisoformat(given)
    elif isinstance(given, dt.date) and given == given:  # and not NaT
        return given.date() if isinstance(given, dt.datetime) else given
    raise refusal("not_a_date", name=name, value=given)
