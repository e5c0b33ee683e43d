"""Digests of units: a change in a unit's rows changes its digest, and no other's."""

import datetime as dt
import shutil
from pathlib import Path

import pandas as pd
import pytest
from project import posed, reseal

from yxq.attainment.results import COMPUTED, Results
from yxq.tables import store

DAY = dt.date(2014, 1, 31)
OWN, OTHER, CITY = "丁蜀镇", "和桥镇", "宜兴市"


# Digests of units


@pytest.fixture(scope="module")
def whole(plan2013, demo_processed, tmp_path_factory) -> Results:
    """The demonstration's results, from a copy of its tables."""
    place = tmp_path_factory.mktemp("digests") / "processed"
    shutil.copytree(demo_processed, place, ignore=shutil.ignore_patterns(store.KEPT))
    made = Results(plan2013, place, DAY)
    assert not made._kept and len(made.digests) == 20
    return made


def again(whole: Results, table: str, change) -> set[str]:
    """The units whose digests are others when one table on disk is changed, and nothing else."""
    file = Path(whole.processed) / f"{table}.parquet"
    before, rows = file.read_bytes(), pd.read_parquet(file)
    changed = change(rows.copy())
    changed.to_parquet(file, index=False)
    reseal(Path(whole.processed))
    try:
        assert not pd.read_parquet(file).equals(rows)
        other = Results(whole.plan, whole.processed, DAY)
        computed = {name: getattr(whole, name) for name in COMPUTED}
        posed(other, **computed, _place=Path(whole.processed) / "nowhere")
        return {unit for unit, digest in other.digests.items() if digest != whole.digests[unit]}
    finally:
        file.write_bytes(before)
        reseal(Path(whole.processed))


def put(where, **values):
    """Another value in the first row for which this holds."""

    def change(rows: pd.DataFrame) -> pd.DataFrame:
        first = rows.index[where(rows)][0]
        for name, value in values.items():
            assert rows.loc[first, name] != value
            rows.loc[first, name] = value
        return rows

    return change


def fails(unit: str):
    return lambda rows: (rows["unit"] == unit) & (rows["result"] == "fail")


def of(unit: str):
    return lambda rows: rows["unit"] == unit


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("records/inspections", put(fails(OWN), failing_item="另一项")),
        ("records/inspections", put(fails(OWN), firm="另一厂")),
        ("records/inspections", put(fails(OWN), product="另一物")),
        ("records/inspections", put(fails(OWN), date=pd.Timestamp("2013-01-02"))),
        ("records/inspections", put(fails(OWN), row=99_999)),
        ("records/inspections", put(fails(OWN), file="another.csv")),
        ("records/inspections", put(of(OWN), sample_no="X-1")),
        ("records/coverage", put(of(OWN), numerator=1)),
        ("records/projects", put(of(OWN), firm="另一家")),
        ("records/registers", put(of(OWN), item="另一件")),
        ("records/annual", put(of(OWN), value=0.125)),
        ("records/milestones", put(of(OWN), progress="另一步")),
        ("measures", put(of(OWN), records=77)),
        ("measures", put(lambda rows: of(OWN)(rows) & (rows["target"] == "T01"), numerator=0)),
        (
            "measures",
            put(
                lambda rows: of(OWN)(rows) & (rows["year"] == 2012), date=pd.Timestamp("2012-01-04")
            ),
        ),
    ],
)
def test_a_change_in_a_row_of_a_units_changes_its_digest_and_no_other(whole, table, change):
    assert again(whole, table, change) == {OWN}


@pytest.mark.parametrize("table", ["records/inspections", "records/coverage", "measures"])
def test_a_row_that_goes_is_a_change_too(whole, table):
    assert again(
        whole, table, lambda rows: rows.drop(index=rows.index[rows["unit"] == OWN][0])
    ) == {OWN}


def test_a_row_that_moves_to_another_unit_changes_both(whole):
    assert again(whole, "records/inspections", put(fails(OWN), unit=OTHER)) == {OWN, OTHER}


@pytest.mark.parametrize("table", ["records/milestones", "records/annual", "measures"])
def test_a_row_of_the_citys_is_on_no_units_page(whole, table):
    name = {"records/milestones": "progress", "records/annual": "value", "measures": "records"}[
        table
    ]
    value = {"progress": "另一步", "value": 0.125, "records": 77}[name]
    assert again(whole, table, put(of(CITY), **{name: value})) == set()


def test_a_form_without_units_is_on_no_units_page(whole):
    assert (
        again(whole, "records/benchmarks", put(lambda rows: rows["value"].notna(), value=1.5))
        == set()
    )


def test_whether_data_are_synthetic_stands_on_every_page(whole):
    units = again(whole, "files", lambda rows: rows.assign(synthetic=False))
    assert units == {unit.name for unit in whole.plan.towns}


def test_each_computed_table_counts_whatever_its_name(whole, tmp_path):
    """The same rows under another table's name are other rows."""
    swapped = Results(whole.plan, whole.processed, DAY)
    tables = {name: getattr(whole, name) for name in COMPUTED}
    posed(swapped, **tables, _place=tmp_path / "nowhere", measures=whole.measures)
    assert swapped.digests == whole.digests
    two = Results(whole.plan, whole.processed, DAY)
    posed(two, **tables, _place=tmp_path / "nowhere", measures=whole.measures)
    posed(two, quotas=whole.owed, owed=whole.quotas)
    assert {unit for unit in two.digests if two.digests[unit] != whole.digests[unit]} == set(
        whole.digests
    )


# What is kept


def test_a_table_that_was_changed_in_a_session_goes_before_the_one_that_was_kept(whole):
    """As when somebody sets another score and opens the page after a run has kept its tables."""
    asked = Results(whole.plan, whole.processed, DAY)
    asked.keep()
    assert asked._kept
    posed(asked, scores=asked.scores.assign(score=12.5))
    assert {*asked.table("scores", OWN)["score"]} == {*asked.table("scores")["score"]} == {12.5}
    kept = Results(whole.plan, whole.processed, DAY)
    assert 12.5 not in set(kept.table("scores")["score"])
    shutil.rmtree(asked._place)
