"""A table that is cut short, emptied or changed is told of in one line that names it and the mend,
whoever meets it first, and `yxq ingest` makes it again.
"""

import shutil
import sys
from pathlib import Path

import pytest
from project import DEMO

from yxq import cli
from yxq.tables import seals, store

COMMANDS = (
    ("attain", "--received-by", "2013-08-15"),
    ("score", "--credits"),
    ("run", "notebooks/town.ipynb", "--units", "丁蜀镇", "--explain"),
    ("pack", "--explain"),
)
LESS = {
    "cut": lambda data: data[: len(data) // 2],
    "empty": lambda data: b"",
    "zeroed": lambda data: data[:64] + bytes(len(data) - 64),
    "one byte": lambda data: data[:-9] + bytes([data[-9] ^ 1]) + data[-8:],
}


@pytest.fixture(scope="module")
def place(demo_processed, tmp_path_factory) -> Path:
    home = tmp_path_factory.mktemp("damaged")
    shutil.copytree(demo_processed, home / "data" / "processed")
    shutil.copytree(DEMO, home / "data" / "raw")
    return home


@pytest.fixture
def yxq(place, monkeypatch, capsys):
    monkeypatch.chdir(place)

    def run(*arguments: str) -> tuple[int, list[str]]:
        monkeypatch.setattr(sys, "argv", ["yxq", *arguments])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        return stop.value.code or 0, capsys.readouterr().err.splitlines()

    return run


def damaged(file: Path, how: str) -> bytes:
    was = file.read_bytes()
    file.write_bytes(LESS[how](was))
    return was


def tables(processed: Path) -> list[str]:
    return [*seals.sealed(processed)]


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("measures.parquet", "cut"),
        ("files.parquet", "empty"),
        ("received.parquet", "zeroed"),
        ("records/inspections.parquet", "one byte"),
    ],
)
def test_whoever_reads_it_says_which_and_what_to_do(yxq, place, name, how):
    processed = place / "data" / "processed"
    shutil.rmtree(processed / store.KEPT, ignore_errors=True)
    was = damaged(processed / name, how)
    try:
        met = []
        for asked in COMMANDS:
            code, lines = yxq(*asked)
            told = [line for line in lines if f"{name} in" in line]
            assert (code == 2 and len(lines) == 1) or not told
            met += told
    finally:
        (processed / name).write_bytes(was)
    assert met
    for line in met:
        assert line.startswith("yxq: ") and "run `yxq ingest` again" in line
        assert "data/processed" in line and "Arrow" not in line


def test_ingest_makes_every_one_again(yxq, place):
    """Each by itself, and the seal of all of them: the same bytes as before."""
    processed = place / "data" / "processed"
    whole = {name: (processed / name).read_bytes() for name in tables(processed)}
    wanted = {name: data for name, data in whole.items() if not name.endswith(".xlsx")}
    assert len(wanted) > 8 and "state.json" in wanted
    for name in (*wanted, seals.SEAL):
        damaged(processed / name, "cut")
    code, lines = yxq("ingest")
    told = next(line for line in lines if "made again" in line)
    assert code == 0 and told.endswith(f": {seals.SEAL}")
    assert {name: (processed / name).read_bytes() for name in wanted} == wanted
    for name in ("measures.parquet", "records/inspections.parquet", "state.json"):
        damaged(processed / name, "zeroed")
        code, lines = yxq("ingest", "--quiet")
        assert (code, lines) == (0, [f"damaged or changed, and made again: {name}"])
        assert (processed / name).read_bytes() == wanted[name]
    assert yxq("ingest", "--quiet") == (0, [])


def test_a_part_that_is_damaged_is_read_again(yxq, place):
    part = next((place / "data" / "processed" / ".parts").glob("*/records-*.arrow"))
    damaged(part, "cut")
    damaged(place / "data" / "processed" / "measures.parquet", "cut")
    code, lines = yxq("ingest")
    assert code == 0 and "(1 read anew)" in lines[0]
    assert sum("made again" in line and "measures.parquet" in line for line in lines) == 1


def test_results_that_were_kept_are_worked_out_again(yxq, place, capsys):
    assert yxq("pack", "--explain", "--targets", "none")[0] == 0
    assert yxq("run", "notebooks/town.ipynb", "--units", "丁蜀镇", "--out", "runs")[0] == 0
    kept = [*(place / "data" / "processed" / store.KEPT).glob("*/*.parquet")]
    assert len(kept) > 5
    for file in kept:
        damaged(file, "cut")
    code, lines = yxq("attain", "--units", "丁蜀镇")
    assert code == 0 and len(lines) == 1
