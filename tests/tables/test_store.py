"""The processed tables are replaced together or not at all."""

import pandas as pd
import pyarrow.parquet as pq
import pytest

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
    written = pq.ParquetFile(tmp_path / "ledger.parquet").metadata
    assert [written.row_group(n).num_rows for n in range(written.num_row_groups)] == [4] * 5
    written = pq.ParquetFile(tmp_path / "files.parquet").metadata
    assert [written.row_group(n).num_rows for n in range(written.num_row_groups)] == [3, 3, 3, 1]


@pytest.mark.parametrize("lost", ["ledger.parquet", "records/a.parquet", "state.json"])
def test_a_set_of_which_a_file_is_lost_is_named(tmp_path, lost):
    assert store.damaged(tmp_path) == []
    with store.replace(tmp_path) as new:
        for name, table in tables(1).items():
            new.add(name, table)
        new.file("state.json").write_text("1", encoding="utf-8")
    assert store.damaged(tmp_path) == []
    (tmp_path / lost).unlink()
    assert store.damaged(tmp_path) == [lost]


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
    assert left == made | {".seal", ".parts/b.parquet", "notes.txt"}


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


def test_a_set_is_written_where_nothing_was(tmp_path):
    folder = tmp_path / "data" / "processed"
    save(folder, tables(1))
    assert set(contents(folder).values()) == {1} and len(contents(folder)) == 3
