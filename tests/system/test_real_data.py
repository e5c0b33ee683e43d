"""Two real data sets, each brought in by a plan folder alone, with figures counted independently of
this code.
"""

import datetime as dt
import shutil

import pytest
from project import ROOT, ingested

from yxq.attainment import owed
from yxq.attainment.attain import attain
from yxq.plan_folders import load
from yxq.publish import pack
from yxq.publish.archive import verify

PLANS = ROOT / "tests" / "plans"


@pytest.fixture(scope="module")
def chicago(real_data, tmp_path_factory):
    folder = load.load(PLANS / "chicago")
    return folder, ingested(
        real_data("chicago_food_inspections"), folder, tmp_path_factory.mktemp("chicago")
    )


@pytest.fixture(scope="module")
def taiwan(real_data, tmp_path_factory):
    folder = load.load(PLANS / "taiwan")
    return folder, ingested(
        real_data("taiwan_residue_2017"), folder, tmp_path_factory.mktemp("taiwan")
    )


def attained(folder, tables, year):
    found = folder.plan(year)
    return attain(
        found, tables.measures, owed.status(found, tables.files, found.period.end), found.period.end
    )


def test_chicago_every_row_is_accounted_for(chicago):
    _, tables = chicago
    csv = tables.files[tables.files["file"] == "inspections.csv"].iloc[0]
    assert (csv["accepted"], csv["duplicate"], csv["rejected"], csv["excluded"]) == (
        27_600,
        0,
        0,
        1,
    )  # the header row
    records = tables.records["inspections"]
    assert len(records) == 27_600 and records["unit"].isna().sum() == 2_914
    year = records["date"].dt.year
    assert (records["unit"].isna() & (year == 2013)).sum() == 907


@pytest.mark.parametrize(
    ("year", "n", "x", "at75", "at80"), [(2013, 8_811, 7_202, 39, 31), (2012, 6_819, 5_363, 31, 20)]
)
def test_chicago_attainment(chicago, year, n, x, at75, at80):
    table = attained(*chicago, year)
    city = table[table["unit"] == "芝加哥市"].set_index("target")
    assert city.loc["pass75", ["numerator", "denominator"]].tolist() == [x, n]
    reached = table[(table["unit"] != "芝加哥市") & (table["state"] == "attained")][
        "target"
    ].value_counts()
    assert (reached["pass75"], reached["pass80"]) == (at75, at80)


def test_chicago_ward_42(chicago):
    table = attained(*chicago, 2013)
    ward = table[(table["unit"] == "第42选区") & (table["target"] == "pass75")].iloc[0]
    assert (ward["numerator"], ward["denominator"]) == (1_138, 1_312)


def test_chicago_before_there_were_data_is_no_data(chicago):
    folder, tables = chicago
    found = folder.plan(2013)
    early = found.model_copy(
        update={
            "period": found.period.model_copy(
                update={"year": 2009, "start": dt.date(2009, 1, 1), "end": dt.date(2009, 12, 31)}
            )
        }
    )
    made = tables.measures.assign(plan=early.id)
    table = attain(
        early, made, owed.status(early, tables.files, early.period.end), early.period.end
    )
    assert set(table["state"]) == {"no data"}


def test_taiwan_every_row_is_accounted_for(taiwan):
    _, tables = taiwan
    csv = tables.files.iloc[0]
    assert (csv["accepted"], csv["duplicate"], csv["rejected"], csv["excluded"]) == (1_059, 0, 0, 1)
    suspects = tables.ledger["reason"].str.startswith("suspect|")
    assert suspects.sum() == 7
    records = tables.records["residues"]
    assert set(records["from"].dt.date.astype(str)) == {"2017-07-01"} and set(
        records["to"].dt.date.astype(str)
    ) == {"2017-08-31"}


def test_taiwan_attainment(taiwan):
    table = attained(*taiwan, 2017).set_index("unit")
    assert table.loc["各县市合计", ["numerator", "denominator"]].tolist() == [920, 1_059]
    assert table.loc["高雄市", ["numerator", "denominator"]].tolist() == [163, 187]
    assert len(table) == 23


def test_taiwan_counts_from_the_end_of_its_months(taiwan):
    folder, tables = taiwan
    found = folder.plan(2017)
    for day, n in ((dt.date(2017, 8, 30), 0), (dt.date(2017, 8, 31), 1_059)):
        table = attain(found, tables.measures, owed.status(found, tables.files, day), day)
        assert table.loc[table["unit"] == "各县市合计", "denominator"].fillna(0).item() == n


@pytest.mark.parametrize(("name", "year"), [("chicago", 2013), ("taiwan", 2017)])
def test_a_plan_folder_is_all_that_another_city_needs(request, name, year, tmp_path):
    """Its pack, for the city and its first units: every unit's numbers are asserted above, one page
    is like another.
    """
    folder, tables = request.getfixturevalue(name)
    few = shutil.copytree(folder.path, tmp_path / name)
    lines = (few / "units.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    first = [line for line in lines[1:] if ",city," not in line][:2]
    city = [line for line in lines if ",city," in line]
    (few / "units.csv").write_text("".join([lines[0], *city, *first]), encoding="utf-8")
    place, outcomes = pack.build(load.load(few).plan(year), tmp_path / "reports", tables.place)
    assert not any(outcome.error for outcome in outcomes) and not verify(place)
    made = {p.stem for p in place.glob("*.html") if not p.name.startswith("department-")}
    assert (
        len(made - {"index", "city", "returns"}) == len(first)
        and {"index", "city", "returns"} <= made
    )
    text = (place / "index.html").read_text(encoding="utf-8")
    assert "镇（街道、园区）" not in text and "演示数据" not in text
