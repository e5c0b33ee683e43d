"""The processed tables are replaced together or not at all."""

import pandas as pd
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
