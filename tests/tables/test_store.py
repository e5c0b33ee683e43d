"""The processed tables are replaced together or not at all."""

import datetime as dt
import shutil

import pandas as pd
import pytest

from yxq.plan import load
from yxq.returns import parts
from yxq.tables import store


def tables(n: int) -> dict[str, pd.DataFrame]:
    return {name: pd.DataFrame({"n": [n]}) for name in ("ledger", "measures", "records/a")}


def save(folder, made: dict[str, pd.DataFrame]) -> None:
    with store.replace(folder) as new:
        for name, table in made.items():
            new.add(name, table)


def contents(folder) -> dict[str, int]:
    store.finish(folder)
    return {
        p.relative_to(folder).as_posix(): int(pd.read_parquet(p)["n"][0])
        for p in folder.rglob("*.parquet")
        if ".new" not in p.parts
    }


def test_a_table_that_is_no_more_goes(tmp_path):
    save(tmp_path, tables(1) | {"records/b": pd.DataFrame({"n": [1]})})
    save(tmp_path, tables(2))
    assert contents(tmp_path) == {
        "ledger.parquet": 2,
        "measures.parquet": 2,
        "records/a.parquet": 2,
    }


@pytest.mark.parametrize("stop", range(8))
def test_a_crash_at_any_step_leaves_the_old_set_or_the_new(tmp_path, monkeypatch, stop):
    save(tmp_path, tables(1))
    steps = iter(range(100))

    def maybe(real):
        def call(*arguments, **options):
            if next(steps) == stop:
                raise KeyboardInterrupt
            return real(*arguments, **options)

        return call

    with monkeypatch.context() as patch:
        patch.setattr(store.os, "replace", maybe(store.os.replace))
        patch.setattr(store.Set, "_write", maybe(store.Set._write))
        patch.setattr(store.shutil, "rmtree", maybe(store.shutil.rmtree))
        patch.setattr(store.Path, "rename", maybe(store.Path.rename))
        with pytest.raises(KeyboardInterrupt):
            save(tmp_path, tables(2))
    assert len(set(contents(tmp_path).values())) == 1 and len(contents(tmp_path)) == 3
    save(tmp_path, tables(3))
    assert set(contents(tmp_path).values()) == {3}


# Reading a set, and what belongs to it


def test_a_table_or_some_of_its_rows_and_its_columns(tmp_path):
    save(tmp_path, {"measures": pd.DataFrame({"n": [1, 2, 3], "unit": ["a", "b", "a"]})})
    assert store.columns(tmp_path, "measures") == ["n", "unit"]
    assert store.read(tmp_path, "measures")["n"].tolist() == [1, 2, 3]
    assert store.read(tmp_path, "measures", [("unit", "==", "a")])["n"].tolist() == [1, 3]


def test_a_table_that_is_not_there_is_named(tmp_path):
    save(tmp_path, tables(1))
    with pytest.raises(store.NotIngested) as error:
        store.read(tmp_path, "files")
    assert "files.parquet" in str(error.value)


def test_rows_are_added_in_their_order_however_many_are_gathered(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "GROUP", 3)
    with store.replace(tmp_path) as new:
        for start in range(0, 20, 2):
            new.add("ledger", pd.DataFrame({"n": [start, start + 1]}))
            new.add("files", pd.DataFrame({"n": [start]}))
    assert store.read(tmp_path, "ledger")["n"].tolist() == list(range(20))
    assert store.read(tmp_path, "files")["n"].tolist() == list(range(0, 20, 2))


@pytest.mark.parametrize("lost", ["ledger.parquet", "records/a.parquet", "state.json"])
def test_a_set_of_which_a_file_is_lost_is_not_whole(tmp_path, lost):
    assert not store.whole(tmp_path)
    with store.replace(tmp_path) as new:
        for name, table in tables(1).items():
            new.add(name, table)
        new.file("state.json").write_text("1", encoding="utf-8")
    assert store.whole(tmp_path)
    (tmp_path / lost).unlink()
    assert not store.whole(tmp_path)


def test_a_new_set_takes_away_what_was_kept_of_the_old_and_nothing_else(tmp_path):
    save(tmp_path, tables(1))
    for name in (
        ".results/a.parquet",
        ".parts/b.parquet",
        "notes.txt",
        "back/old.xlsx",
        "records/c.parquet",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    save(tmp_path, tables(2))
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    made = {"ledger.parquet", "measures.parquet", "records/a.parquet"}
    assert left == made | {".names", ".parts/b.parquet", "notes.txt"}


def test_a_set_that_fails_leaves_the_old_one_and_no_trace(tmp_path):
    save(tmp_path, tables(1))

    def fail() -> None:
        with store.replace(tmp_path) as new:
            new.add("ledger", pd.DataFrame({"n": [2]}))
            raise ValueError("a mistake while the tables are made")

    with pytest.raises(ValueError, match="a mistake"):
        fail()
    assert contents(tmp_path) == {
        "ledger.parquet": 1,
        "measures.parquet": 1,
        "records/a.parquet": 1,
    }
    assert not (tmp_path / ".new").exists()
    assert not (tmp_path / ".next").exists()


# What one file gave


@pytest.fixture
def plan_folder(tmp_path):
    return load.load(shutil.copytree(load.load("yixing").path, tmp_path / "plan"))


def test_a_part_is_kept_until_file_forms_units_or_program_change(
    tmp_path, plan_folder, monkeypatch
):
    def place(file="a.csv", sha256="1"):
        return parts.Part(tmp_path, file, sha256, plan_folder).place

    first = place()
    assert place() == first
    changed = [place(file="b.csv"), place(sha256="2")]
    for name in ("units.csv", "forms.yml"):
        text = (plan_folder.path / name).read_bytes()
        (plan_folder.path / name).write_bytes(text + b"\n")
        changed.append(place())
        (plan_folder.path / name).write_bytes(text)
    (plan_folder.path / "2013.yml").write_bytes(b"")  # targets do not decide how a file is read
    assert place() == first
    monkeypatch.setattr(parts, "program", lambda: "another")
    changed.append(place())
    assert len({first, *changed}) == 6


def test_a_part_is_there_when_it_is_whole_and_gives_its_blocks_in_order(tmp_path, plan_folder):
    part = parts.Part(tmp_path, "a.csv", "1", plan_folder)
    part.begin()
    for block in ("0000-000010", "0000-000009", "0001-000000"):
        rows = pd.DataFrame({"fate": ["accepted"], "reason": block, "text": ""}, [int(block[-2:])])
        part.add("fates", block, parts.arrow(rows, parts.FATES, sheet="表一"))
    assert not part.there
    about = {
        "sheet": "表一",
        "period_from": dt.date(2013, 4, 1),
        "period_to": dt.date(2013, 6, 30),
        "filed": None,
    }
    part.end([about])
    assert part.there
    assert part.sheets == [
        {
            "sheet": "表一",
            "period_from": pd.Timestamp("2013-04-01"),
            "period_to": pd.Timestamp("2013-06-30"),
            "filed": None,
        }
    ]
    read = pd.concat([table.to_pandas() for table in part.batches("fates")])
    assert read[["sheet", "row", "fate", "reason"]].to_numpy().tolist() == [
        ["表一", 9, "accepted", "0000-000009"],
        ["表一", 10, "accepted", "0000-000010"],
        ["表一", 0, "accepted", "0001-000000"],
    ]
    assert (part.holds("fates"), part.holds("inspections")) == (True, False)
