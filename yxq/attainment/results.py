"""Attainment, scores and what goes with them, of one plan year as of one day: what pages read.

All of it is computed once and can be kept beside the tables, so that a page of one unit reads that
unit's rows and nothing else. A digest of those rows says whether the page would be another.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from yxq.attainment import owed, scores
from yxq.attainment.attain import attain, default_as_of
from yxq.attainment.quotas import quotas
from yxq.plan.folder import Plan
from yxq.plan.load import load
from yxq.tables import contracts, store
from yxq.words.errors import refusal

VERSIONS = (
    "yxq",
    "pandas",
    "numpy",
    "scipy",
    "pyarrow",
    "matplotlib",
    "papermill",
    "nbconvert",
    "nbformat",
    "ipykernel",
    "ipython",
    "jinja2",
    "xlsxwriter",
    "fonttools",
    "pylopdf-fonts-zh-cn",
)
HERE = Path(__file__).parents[1]
DIGESTS = "digests.json"
COMPUTED = ("attained", "scores", "subscores", "movers", "quotas", "owed")


def sha(*parts: bytes) -> str:
    """A short digest of some bytes."""
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _of_files(files: list[Path]) -> str:
    return sha(*(part for file in files for part in (file.name.encode(), file.read_bytes())))


@functools.cache
def program() -> str:
    """A digest of this package as it stands: code, wording and templates, but no plan."""
    return _of_files(
        sorted(
            p
            for p in HERE.rglob("*.*")
            if p.is_file() and not {"shipped", "__pycache__"} & {*p.parts}
        )
    )


@functools.cache
def versions() -> dict[str, str]:
    """The versions that matter to what a notebook shows."""
    return {name: version(name) for name in VERSIONS} | {"python": platform.python_version()}


def of_plan(plan: Plan) -> str:
    """A digest of a plan and all that its folder says, as it is in memory."""
    return sha(
        plan.id.encode(), plan.model_dump_json(exclude={"folder": {"path", "given"}}).encode()
    )


def state(processed: str | Path) -> str:
    """A digest of all that the tables are made of; raises `NotIngested` where there are none."""
    return str(json.loads(store.file(processed, "state.json").read_text(encoding="utf-8")))


def load_plan(folder: str | Path = "yixing", year: int | None = None) -> Plan:
    """The plan of a year (the latest if none is named), of a plan folder or a shipped one.

    Raises `PlanError` naming file, key, value and mend.

    >>> plan = yxq.load_plan("yixing", 2013)
    >>> len(plan.targets), len(plan.towns), plan.target("T01").title.en
    (75, 20, 'Product quality supervision sampling pass rate')
    """
    found = load(store.locate(folder))
    if year is not None and not f"{year}".isdigit():
        raise refusal(
            "no_plan", plan=found.name, year=year, known=", ".join(map(str, sorted(found.periods)))
        )
    return found.plan(None if year is None else int(year))


class Results:
    """The tables of a plan year as of a day, each computed when it is first asked for or read where
    it was kept.
    """

    def __init__(self, plan: Plan, processed: str | Path, as_of: dt.date) -> None:
        """Nothing is computed yet; asking for a table raises `NotIngested` where there are none."""
        self.plan, self.processed, self.as_of = plan, str(processed), as_of

    def __repr__(self) -> str:
        """Which plan and day, and whether the data are synthetic."""
        mark = ""
        with contextlib.suppress(store.NotIngested):
            mark = "; synthetic data, 演示数据（合成）" if self.synthetic else ""
        return f"{self.plan.id} as of {self.as_of}, from {self.processed}{mark}"

    @functools.cached_property
    def _place(self) -> Path:
        """Where the computed tables are kept, if they are: another plan, day or set of tables has
        another place.
        """
        parts = state(self.processed), program(), of_plan(self.plan), *versions().values()
        stamp = sha(*(part.encode() for part in parts))
        return store.locate(self.processed) / store.KEPT / f"{self.plan.year}-{self.as_of}-{stamp}"

    @property
    def _kept(self) -> bool:
        return all(
            (self._place / file).exists()
            for file in (*(f"{name}.parquet" for name in COMPUTED), DIGESTS)
        )

    def table(self, name: str, unit: str | None = None) -> pd.DataFrame:
        """All rows, or those of a unit, of one of COMPUTED or of a processed table that has units.

        attained, scores, subscores, movers, quotas: see the functions of these names; owed: see the
        property.
        """
        where = [("unit", "==", unit)] if unit else None
        if name not in COMPUTED:
            return store.read(self.processed, name, where)
        if self._kept:
            return store.read(self._place, name, where)
        whole: pd.DataFrame = getattr(
            self, name
        )  # what is done to the one that is given away must not reach it
        return (
            whole[whole["unit"] == unit].reset_index(drop=True) if unit else whole.copy(deep=False)
        )

    def records(
        self, unit: str | None = None, forms: Iterable[str] | None = None
    ) -> dict[str, pd.DataFrame]:
        """Accepted rows by form, all or those of a unit and some forms; one that nobody used, or
        without units, has none.
        """
        folder = store.locate(self.processed) / "records"
        names = [
            file.stem
            for file in sorted(folder.glob("*.parquet"))
            if file.stem in (forms or self.plan.folder.forms)
        ]
        named = [
            name
            for name in names
            if not unit or "unit" in store.columns(self.processed, f"records/{name}")
        ]
        return {name: self.table(f"records/{name}", unit) for name in named}

    @functools.cached_property
    def measures(self) -> pd.DataFrame:
        """The measures of all units and years; tables that were made with another plan are refused."""
        made = store.read(self.processed, "measures")
        if len(made) and self.plan.id not in set(made["plan"]):
            there = ", ".join(sorted(set(made["plan"])))
            given = self.plan.folder.given
            raise refusal(
                "other_plan",
                store.NotIngested,
                folder=self.processed,
                there=there,
                plan=self.plan.id,
                given=given,
            )
        return made

    @functools.cached_property
    def files(self) -> pd.DataFrame:
        """What arrived, a row a sheet."""
        return store.read(self.processed, "files")

    @functools.cached_property
    def returns(self) -> pd.DataFrame:
        """Expected returns and their status: see `yxq.attainment.owed.status`."""
        return owed.status(self.plan, self.files, self.as_of)

    @functools.cached_property
    def attained(self) -> pd.DataFrame:
        """Attainment of every unit and target."""
        return attain(self.plan, self.measures, self.returns, self.as_of)

    @functools.cached_property
    def scores(self) -> pd.DataFrame:
        """Score, grade and rank of every unit; empty where the plan has no scoring."""
        return self._scored(scores.score, scores.COLUMNS)

    @functools.cached_property
    def subscores(self) -> pd.DataFrame:
        """The score of every unit in every section."""
        return self._scored(scores.subscores, ["unit", "clause", "score", "missing"])

    @functools.cached_property
    def movers(self) -> pd.DataFrame:
        """What each target does to a unit's score and rank."""
        return self._scored(scores.movers, ["unit", "target", "points", "places"])

    def _scored(self, function, columns: list[str]) -> pd.DataFrame:  # type: ignore[no-untyped-def]
        return (
            function(self.plan, self.attained)
            if self.plan.period.scoring
            else pd.DataFrame(columns=columns)
        )

    @functools.cached_property
    def quotas(self) -> pd.DataFrame:
        """Every unit's share in the city's counts."""
        return quotas(self.plan, self.measures)

    @functools.cached_property
    def owed(self) -> pd.DataFrame:
        """The returns that are missing or late, of forms and senders that units are judged by, once
        a unit.

        Columns: unit, form, sender, period_from, period_to, due, status, filed.
        """
        rows = self.returns[
            (self.returns["year"] == self.plan.year)
            & self.returns["status"].isin(["missing", "late"])
        ]
        owners = {target.id: (target.measure.form, target.owner) for target in self.plan.targets}
        asked = self.attained[["unit", "target"]]
        asked = asked.assign(
            form=asked["target"].map(owners).str[0], sender=asked["target"].map(owners).str[1]
        )
        asked = asked[["unit", "form", "sender"]].drop_duplicates()
        return asked.merge(rows, on=["form", "sender"])[["unit", *owed.COLUMNS[1:8]]]

    @functools.cached_property
    def synthetic(self) -> bool:
        """Whether any return says that it is synthetic."""
        return bool(store.read(self.processed, "files", [("synthetic", "==", True)]).size)

    @functools.cached_property
    def digests(self) -> dict[str, str]:
        """A digest of all that a page of a unit can read, by the unit's name."""
        if self._kept:
            return dict(json.loads((self._place / DIGESTS).read_text(encoding="utf-8")))
        found: dict[str, list[bytes]] = {unit.name: [b""] for unit in self.plan.towns}
        tables = (
            {name: getattr(self, name) for name in COMPUTED}
            | {"measures": self.measures}
            | self.records()
        )
        for name, table in tables.items():
            if "unit" in table:
                rows = pd.util.hash_pandas_object(table, index=False)
                for unit, part in rows.groupby(table["unit"].to_numpy(), sort=False):
                    if unit in found:
                        found[unit] += [name.encode(), part.to_numpy().tobytes()]
        return {unit: sha(str(self.synthetic).encode(), *parts) for unit, parts in found.items()}

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
            (part / DIGESTS).write_text(
                json.dumps(self.digests, ensure_ascii=False), encoding="utf-8"
            )
            shutil.rmtree(self._place, ignore_errors=True)  # of a run that was cut short
            part.rename(self._place)
        except OSError:  # a folder that is read only, or another run was first
            shutil.rmtree(part, ignore_errors=True)


def load_data(
    year: int | None = None,
    as_of: str | dt.date | None = None,
    plan: str | Path | Plan = "yixing",
    processed: str | Path = "data/processed",
) -> Results:
    """The data of a plan year up to a day (the one when all returns are due, if none is named),
    read when asked for.

    What is dated later is left out; a return that came later than that day, or than it should,
    counts with what it covers. `.measures`, `.files` (what arrived), `.returns` (who owed what) are
    DataFrames, `.records()` one a form, `.synthetic` says whether any of it is synthetic. A
    relative folder is looked for here, above, and where the package stands. Raises `PlanError` for
    a wrong year or day; asking for a table raises `NotIngested` where there are none.

    >>> data = yxq.load_data(2013, as_of="2013-06-30")
    >>> data.measures.shape[1], list(data.records())
    (13, ['annual', 'benchmarks', 'coverage', 'inspections', 'milestones', 'projects', 'registers'])
    """
    found = plan if isinstance(plan, Plan) else load_plan(plan, year)
    if isinstance(as_of, dt.datetime) and as_of == as_of:  # and not NaT
        as_of = as_of.date()
    if isinstance(as_of, str):
        try:
            as_of = dt.date.fromisoformat(as_of)
        except ValueError:
            raise refusal("not_a_date", value=as_of) from None
    if as_of is not None and not (isinstance(as_of, dt.date) and as_of == as_of):
        raise refusal("not_a_date", value=as_of)
    return Results(found, processed, default_as_of(found) if as_of is None else as_of)
