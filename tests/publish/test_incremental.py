"""Only what changed is run again, and the pack is the same as one made from scratch."""

import datetime as dt
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import small
from plain_packs import plain_fonts, plain_papers
from project import DEMO, fewer, ingested, posed, some_targets

from yxq.attainment.results import COMPUTED, Results
from yxq.plan_folders.load import SHIPPED, load
from yxq.publish import pack
from yxq.publish.archive import verify
from yxq.publish.job import RunOptions
from yxq.publish.manifest import read_manifest
from yxq.returns import ingest
from yxq.tables import store

FILE = "2013/质监局-监督抽查结果-2013年第二季度.csv"


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of a pack without those that it has replaced."""
    files = (p for p in folder.rglob("*") if p.is_file())
    named = {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}
    return {name: named[name] for name in named if not name.startswith("archive/")}


def statuses(outcomes) -> dict[str, str]:
    return {
        outcome.job.name.partition("-")[2] or outcome.job.name: outcome.why for outcome in outcomes
    }


@pytest.fixture(scope="module")
def home(tmp_path_factory, demo_processed):
    """A project of its own whose returns and tables may be changed."""
    home = tmp_path_factory.mktemp("incremental")
    shutil.copytree(DEMO, home / "data" / "raw")
    shutil.copytree(demo_processed, home / "data" / "processed")
    before = Path.cwd()
    os.chdir(home)
    yield home
    os.chdir(before)


@pytest.fixture(scope="module")
def few(home):
    """Three units and the city with a target of each kind, whose pages are enough here."""
    towns = [unit.name for unit in load("yixing").plan(2013).towns[:3]]
    folder = fewer(SHIPPED / "yixing", home / "plans", *towns)
    kinds = ("T01", "T02", "T06", "T07", "T09", "T19", "T25", "T51", "T75")
    return load(some_targets(folder, 2013, *kinds)).plan(2013)


def build(few, out: str = "reports", as_of: dt.date | None = None, **options):
    place, outcomes = pack.build(
        few, Path(out), Path("data/processed"), as_of, options=RunOptions(**options)
    )
    assert not any(outcome.error for outcome in outcomes) and not verify(place)
    return place, statuses(outcomes)


@pytest.fixture
def plain() -> Iterator[None]:
    """Real kernels, and neither papers nor fonts."""
    with plain_fonts(), plain_papers():
        yield


@pytest.mark.usefixtures("plain")
def test_the_life_of_a_pack(home, few, yixing):
    """Made; nothing changed; one town's rows changed; a page edited; another day; forced."""
    place, why = build(few)
    towns = [unit.slug for unit in few.towns]
    assert why == dict.fromkeys(["city", "returns", *towns], "new")
    made, stamp = contents(place), place.stat().st_ino

    assert build(few)[1] == dict.fromkeys(why, "") and place.stat().st_ino == stamp
    assert build(few, explain=True)[1] == dict.fromkeys(why, "")

    raw = home / "data" / "raw" / FILE
    row = next(
        line
        for line in raw.read_text("utf-8-sig").splitlines()
        if few.towns[1].name in line and ",合格," in line
    )
    raw.write_bytes(
        raw.read_bytes().replace(row.encode(), row.replace(",合格,", ",不合格,标识").encode())
    )
    ingest.ingest(home / "data" / "raw", yixing, home / "data" / "processed")
    changed = build(few, explain=True)[1]
    place, why = build(few)
    assert why == changed and why[towns[1]] == why["city"] == why["returns"] == "data changed"
    assert "" in (why[towns[0]], why[towns[2]])
    incremental = contents(place)
    assert incremental != made
    scratch, why = build(few, "scratch", force=True, workers=1)
    assert set(why.values()) == {"forced"} and contents(scratch) == incremental

    (place / "own").mkdir()
    (place / "own" / "notes.txt").write_text("mine")
    page = place / f"{few.towns[0].page}.html"
    page.write_text(page.read_text("utf-8").replace("宜城", "某地"), encoding="utf-8")
    _, outcomes = pack.build(few, Path("reports"), Path("data/processed"))
    assert {name for name, each in statuses(outcomes).items() if each} == {towns[0]}
    assert contents(place) == incremental | {
        "own/notes.txt": b"mine"
    }  # somebody's own file stays, and is told
    assert verify(place) == ["not in the manifest: own/notes.txt"]
    assert not any(
        outcome.why for outcome in pack.build(few, Path("reports"), Path("data/processed"))[1]
    )
    shutil.rmtree(place / "own")

    _, why = build(few, as_of=dt.date(2013, 6, 30), explain=True)
    assert why and all("parameters" in each for each in why.values())


@pytest.fixture
def office(tmp_path, no_kernel, monkeypatch):
    """A plan of three towns, in a project of its own; notebooks show their parameters. What a test
    sets in the place of what has no kernel is set back first: so that comes before.
    """
    monkeypatch.chdir(tmp_path)
    forms = {"f": small.form("unit", "on", "said", "n", "of", key=["said"], when=["on"])}
    plan = small.folder(tmp_path, forms, small.target("A", {"form": "f", "sum": "n"}, ">= 9"))
    Path("data/raw").mkdir(parents=True)
    rows = "unit,on,said,n,of\n甲镇,2013-02-03,X1,9,10\n乙镇,2013-06-04,X2,8,10\n"
    Path("data/raw/办公室-一.csv").write_text(rows, encoding="utf-8")
    ingested(Path("data/raw"), load(plan), Path("data/processed"))
    return load(plan).plan(2013)


def test_an_unfinished_pack_is_gone_on_with(office, monkeypatch):
    whole = build(office, "whole")[0]
    real = pack.run

    def some(outcomes, *arguments):
        yield from list(real(outcomes[:2], *arguments))
        raise KeyboardInterrupt

    monkeypatch.setattr(pack, "run", some)
    with pytest.raises(KeyboardInterrupt):
        pack.build(office, Path("part"), Path("data/processed"))
    (Path("part") / ".2013.part" / "notebooks" / ".town.1.part.ipynb").write_text("half")
    monkeypatch.setattr(pack, "run", real)
    place, why = build(office, "part")
    assert [each for each in why.values()].count("") == 2
    assert contents(place) == contents(whole)


def test_what_a_lost_worker_left_half_written_is_not_in_the_pack(office, monkeypatch):
    real = pack.run

    def leaves_a_half(outcomes, *arguments):
        yield from real(outcomes, *arguments)
        (Path("out") / ".2013.part" / "notebooks" / ".town.1.part.ipynb").write_text("half")

    monkeypatch.setattr(pack, "run", leaves_a_half)
    place, _ = build(office, "out")
    assert not [*place.rglob(".*.part*")] and (place / "notebooks" / "city.ipynb").exists()


def test_what_a_page_of_a_unit_reads_is_in_its_digest(home, few, plan2013):
    """A change to any row of a unit, in any table, changes the unit's digest, and no change
    elsewhere does.
    """
    results = Results(plan2013, "data/processed", dt.date(2014, 1, 31))
    before = dict(results.digests)
    assert len(set(before.values())) == len(plan2013.towns)
    for name in COMPUTED:
        table = getattr(results, name)
        own = table.index[table["unit"] == "丁蜀镇"]
        column = next(
            c for c in table.columns[::-1] if table.loc[own, c].notna().any() and c != "unit"
        )
        changed = table.copy()
        changed.loc[own[0], column] = table.loc[table["unit"] != "丁蜀镇", column].dropna().iloc[0]
        if changed.equals(table):
            changed = table.drop(index=own[0])
        again = Results(plan2013, "data/processed", dt.date(2014, 1, 31))
        known = {n: getattr(results, n) for n in (*COMPUTED, "measures")}
        posed(again, **known | {name: changed})
        posed(again, _place=home / "nowhere")
        assert {unit for unit in before if again.digests[unit] != before[unit]} == {"丁蜀镇"}, (
            name,
            column,
        )


def test_kept_results_are_those_computed_and_go_with_the_tables(home, plan2013, yixing):
    day = dt.date(2013, 6, 30)
    fresh = Results(plan2013, "data/processed", day)
    whole = {name: fresh.table(name) for name in COMPUTED}
    fresh.keep()
    kept = Results(plan2013, "data/processed", day)
    for name in COMPUTED:
        for unit in (None, "丁蜀镇"):
            wanted = whole[name] if unit is None else whole[name][whole[name]["unit"] == unit]
            got = kept.table(name, unit)
            assert (
                got.reset_index(drop=True)
                .astype("str")
                .equals(wanted.reset_index(drop=True).astype("str"))
            ), name
    assert kept.digests == fresh.digests
    changed = plan2013.period.model_copy(update={"scoring": None})
    assert (
        Results(plan2013.model_copy(update={"period": changed}), "data/processed", day)
        .table("scores")
        .empty
    )
    with store.replace(Path("data/processed")) as made:
        shutil.copytree(
            "data/processed", made.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".*")
        )
    assert not (Path("data/processed") / store.KEPT).exists()


def test_a_damaged_manifest_or_notebook_is_made_again(office):
    place, why = build(office, "damaged")
    assert {*why.values()} == {"new"} and len(why) == 5
    assert not any(build(office, "damaged")[1].values())
    whole = contents(place)
    manifest = json.loads((place / "manifest.json").read_text("utf-8"))
    (place / "manifest.json").write_text(json.dumps(manifest | {"key": ""}), encoding="utf-8")
    assert all(build(office, "damaged")[1].values()) and contents(place) == whole  # not made here
    for broken in ("", "{", '{"files": 3}', "[]"):
        (place / "manifest.json").write_text(broken, encoding="utf-8")
        assert read_manifest(place) == {}
    assert all(build(office, "damaged")[1].values()) and contents(place) == whole
    (place / "notebooks" / "city.ipynb").write_text("{", encoding="utf-8")
    assert [name for name, each in build(office, "damaged")[1].items() if each] == [
        "city"
    ] and contents(place) == whole
