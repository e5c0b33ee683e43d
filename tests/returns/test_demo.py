"""The demo returns: reproducible, marked, realistic in level and in mess, wholly accounted for."""

import pytest
from project import DEMO, ingested

from yxq.returns import demo
from yxq.tables.contracts import FATES


@pytest.fixture(scope="module")
def again(yixing, tmp_path_factory):
    out = tmp_path_factory.mktemp("again")
    demo.write(out, yixing)
    return out


def test_the_command_makes_the_committed_bytes(again):
    made = {
        p.relative_to(again).as_posix(): p.read_bytes() for p in again.rglob("*") if p.is_file()
    }
    here = {p.relative_to(DEMO).as_posix(): p.read_bytes() for p in DEMO.rglob("*") if p.is_file()}
    assert made.keys() == here.keys()
    assert [name for name in made if made[name] != here[name]] == []


def test_another_seed_makes_other_returns(yixing, tmp_path, again):
    demo.write(tmp_path, yixing, seed=1)
    name = "2013/质监局-监督抽查结果-2013年第二季度.csv"
    assert (tmp_path / name).read_bytes() != (again / name).read_bytes()


def test_every_file_and_record_is_marked_synthetic(demo_tables):
    assert demo_tables.files["synthetic"].all()
    assert all(rows["synthetic"].all() for rows in demo_tables.records.values())


def test_three_years_twenty_units_seven_forms(demo_tables, plan2013):
    folder = plan2013.folder
    assert {*demo_tables.records} == {*folder.forms} - {folder.remedies.form}
    samples = demo_tables.records["inspections"]
    assert set(samples["date"].dt.year) == {2011, 2012, 2013}
    assert set(samples["unit"]) == {unit.name for unit in plan2013.towns}
    assert 9_500 < len(samples) < 10_500


def test_every_row_has_a_fate(demo_tables):
    files = demo_tables.files
    assert (files["rows"] == files[FATES].sum(axis=1)).all()
    assert files["rows"].sum() == len(demo_tables.ledger)
    assert files["form"].notna().all() and files["sender"].notna().all()


def test_the_mess_is_there(demo_tables):
    codes = demo_tables.ledger["reason"].str.split("|").str[0]
    for code in (
        "title",
        "header",
        "total",
        "footer",
        "duplicate_of",
        "conflict",
        "shared",
        "unknown_unit",
        "bad_date",
        "replaced",
    ):
        assert (codes == code).any(), code
    heads = {p.suffix: p.read_bytes()[:4] for p in sorted(DEMO.rglob("*")) if p.is_file()}
    assert set(heads) == {".csv", ".txt", ".xlsx"}
    raw = b"".join(p.read_bytes() for p in DEMO.rglob("*.csv"))
    assert (
        "湖父镇".encode("gb18030") in raw
        and "湖父镇".encode() in raw
        and b"\xef\xbb\xbf" in raw
        and b"?\xd5\xf2" in raw
    )


def test_late_and_missing_senders(demo_returns):
    odd = demo_returns[demo_returns["status"].isin(["late", "missing"])]
    told = {(row.status, row.sender, str(row.period_to.date())) for row in odd.itertuples()}
    assert told == {
        ("late", "农林局", "2013-12-31"),
        ("missing", "工商局", "2013-12-31"),
        ("missing", "商务局", "2013-06-30"),
        ("missing", "商务局", "2013-12-31"),
    }


def test_levels_are_those_that_were_published(demo_measures):
    """City sampling stood between 92 and 97 % in real years."""
    city = demo_measures[
        (demo_measures["unit"] == "宜兴市") & demo_measures["target"].isin(["T01", "T04", "T05"])
    ]
    sums = city.groupby(["target", "year"])[["numerator", "denominator"]].sum()
    assert (sums["numerator"] / sums["denominator"]).between(0.92, 0.985).all()


def test_the_towns_that_are_behind_are_behind(demo_measures):
    rows = demo_measures[demo_measures["target"].isin(["T01", "T04", "T05"])]
    sums = rows.groupby("unit")[["numerator", "denominator"]].sum()
    rate = (sums["numerator"] / sums["denominator"]).sort_values()
    assert set(rate.index[:3]) == {"杨巷镇", "新建镇", "太华镇"}


def test_one_town_has_no_projects(demo_tables):
    assert "太华镇" not in set(demo_tables.records["projects"]["unit"])


def test_city_totals_come_from_distinct_records(demo_measures, demo_tables):
    for year in (2011, 2012, 2013):
        rows = demo_measures[(demo_measures["target"] == "T01") & (demo_measures["year"] == year)]
        city = rows.loc[rows["unit"] == "宜兴市", "denominator"].sum()
        towns = rows.loc[rows["unit"] != "宜兴市", "denominator"].sum()
        samples = demo_tables.records["inspections"]
        here = samples[(samples["class"] == "product") & (samples["date"].dt.year == year)]
        assert city == here["sample_no"].nunique() == towns - here.duplicated("sample_no").sum()
        assert towns > city  # the park and its sub-district report some samples both


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_scale_multiplies_the_samples(yixing, demo_tables, tmp_path, kind):
    for path in demo.write(tmp_path / "raw", yixing, scale=2, kind=kind):
        if "监督抽查" not in path.name:
            path.unlink()
    rows = ingested(tmp_path / "raw", yixing, tmp_path / "processed").files
    for files, times in ((demo_tables.files, 2), (rows, 1)):
        mine = files[files["form"] == "inspections"]
        data = (mine["rows"] - mine["excluded"]).sum() * times
        assert data == 2 * 10_088
    assert rows["synthetic"].all() and rows["file"].str.endswith(kind).all() and len(rows) == 36
