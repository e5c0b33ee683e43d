"""`--explain` runs, reads, makes and writes nothing, and a run that is refused leaves what the last
one has told.
"""

import json
import shutil
import sys
from pathlib import Path

import pytest
from project import DEMO, ROOT, fewer

from yxq import cli
from yxq.returns.ingest import pending
from yxq.tables.lock import lock

UNITS = ("丁蜀镇", "和桥镇")


@pytest.fixture
def yxq(monkeypatch, capsys):
    def run(*arguments: object) -> tuple[int, list[str], list[str]]:
        monkeypatch.setattr(sys, "argv", ["yxq", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        return stop.value.code or 0, out.splitlines(), err.splitlines()

    return run


@pytest.fixture
def home(tmp_path, demo_processed, monkeypatch) -> Path:
    """A folder with the demo's tables and some of its returns."""
    shutil.copytree(demo_processed, tmp_path / "data" / "processed")
    shutil.copytree(DEMO, tmp_path / "data" / "raw")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def few(home) -> str:
    """A plan folder of two units, of which ingest makes other tables than those that are there."""
    shipped = ROOT / "yxq" / "plan" / "shipped" / "yixing"
    return fewer(shipped, home / "plans", *UNITS).relative_to(home).as_posix()


def standing(folder: Path) -> dict[str, tuple[int, int]]:
    """All that is under a folder, with what writing to it would change."""
    stats = {path: path.lstat() for path in (folder, *folder.rglob("*"))}
    return {str(path): (stat.st_mtime_ns, stat.st_ino) for path, stat in stats.items()}


def test_of_tables_that_are_up_to_date_it_writes_nothing(home, yxq):
    """Nor a lock, nor results to be kept."""
    shutil.rmtree(home / "data" / "processed" / ".results", ignore_errors=True)
    before = standing(home)
    code, out, err = yxq("pack", "--explain")
    assert code == 0 and out[:2] == ["city: new", "returns: new"] and len(out) == 30
    assert err == ["30 of 30 would be run"]
    code, out, err = yxq("run", "notebooks/town.ipynb", "--explain", "--units", *UNITS)
    assert (code, err) == (0, ["2 of 2 would be run"])
    names = ["town-320282112-dingshu-zhen: new", "town-320282107-heqiao-zhen: new"]
    assert sorted(out) == sorted(names)
    assert standing(home) == before


def test_returns_that_changed_are_told_of_and_not_read(home, yxq, monkeypatch):
    (home / "data" / "raw" / "new.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    monkeypatch.setattr("yxq.returns.ingest.ingest", lambda *_: pytest.fail("ingested"))
    before = standing(home)
    code, out, err = yxq("pack", "--explain", "--targets", "none")
    assert code == 0 and len(out) == 22
    told = "ingest comes first, and may change what is below: 1 of 160 files read, all tables made"
    assert err == [told, "22 of 22 would be run"]
    assert standing(home) == before


def test_without_tables_it_says_what_there_would_be(home, yxq):
    shutil.rmtree(home / "data" / "processed")
    before = standing(home)
    code, out, err = yxq("pack", "--explain", "--targets", "T12", "T01")
    assert code == 0 and {line.partition(": ")[2] for line in out} == {
        "its tables are to be made first"
    }
    names = [line.partition(":")[0] for line in out]
    assert names[:2] == ["city", "returns"] and names[-2:] == ["target-T01", "target-T12"]
    assert len(names) == 24 and len(yxq("pack", "--explain")[1]) == 22
    assert "159 of 159 files read" in err[0] and err[1] == "there are no tables yet"
    assert err[2] == "24 of 24 would be run"
    assert standing(home) == before


def test_what_was_in_hand_on_a_day_is_not_made_for_it(home, yxq):
    shutil.rmtree(home / "data" / "processed" / ".results", ignore_errors=True)
    for asked in (("pack",), ("run", "notebooks/town.ipynb", "--units", "丁蜀镇")):
        before = standing(home)
        code, out, err = yxq(*asked, "--explain", "--received-by", "2013-08-15")
        assert code == 0 and len(out) == (22 if asked == ("pack",) else 1)
        assert err[-2] == "the tables of what was in hand by 2013-08-15 are not made yet"
        assert standing(home) == before
    assert out == ["town-320282112-dingshu-zhen: new"]
    assert yxq("attain", "--received-by", "2013-08-15")[0] == 0  # which makes them
    shutil.rmtree(home / "runs", ignore_errors=True)
    code, _, err = yxq(*asked, "--explain", "--received-by", "2013-08-15")
    assert (code, err) == (0, ["1 of 1 would be run"])


def test_after_a_pack_it_says_that_all_is_up_to_date_and_why_not(home, few, yxq):
    """Its notebooks are then in the pack and no more beside it."""
    common = ("pack", "--plan", few, "--targets", "none")
    assert yxq(*common)[0] in (0, 1)
    before = standing(home)
    code, out, err = yxq(*common, "--explain")
    assert (code, err) == (0, ["0 of 4 would be run"])
    assert sorted(out) == sorted(f"{name}: up to date" for name in names_of(home))
    assert {line.partition(": ")[2] for line in yxq(*common, "--explain", "--force")[1]} == {
        "forced"
    }
    english = yxq(*common, "--explain", "--language", "en")[1]
    assert {line.partition(": ")[2] for line in english} == {"page, parameters changed"}
    assert standing(home) == before
    page = home / "reports" / "2013" / "320282112-dingshu-zhen.html"
    page.write_text("other", encoding="utf-8")
    told = dict(line.split(": ") for line in yxq(*common, "--explain")[1])
    assert told.pop("320282112-dingshu-zhen") == "new" and {*told.values()} == {"up to date"}


def names_of(home: Path) -> list[str]:
    summary = json.loads((home / "reports" / "summary.json").read_text(encoding="utf-8"))
    return [entry["name"] for entry in summary["runs"]]


def test_a_pack_that_is_refused_leaves_the_summary_of_the_one_at_work(home, yxq, monkeypatch):
    """While the first reads its returns, and while it runs."""
    (home / "reports").mkdir()
    (home / "reports" / "summary.json").write_text("first", encoding="utf-8")
    before = standing(home / "reports" / "summary.json")
    refused = [(("pack",), "reports"), (("pack",), "data/processed")]
    for asked, held in refused:
        with lock(Path(held)):
            code, out, err = yxq(*asked)
        assert (code, out, len(err)) == (2, [], 1) and "another yxq is at work" in err[0]
    assert yxq("pack", "--targets", "T99")[0] == 2 and yxq("pack", "--raw", "gone")[0] == 2
    assert standing(home / "reports" / "summary.json") == before
    (home / "runs").mkdir()
    (home / "runs" / "summary.json").write_text("first", encoding="utf-8")
    town = ("run", "notebooks/town.ipynb", "--units", "丁蜀镇")
    for held in ("runs", "data/processed"):
        with lock(Path(held)):
            assert yxq(*town)[0] == 2
    assert yxq(*town, "-p", "nothing", "1")[0] == 2
    assert (home / "runs" / "summary.json").read_text(encoding="utf-8") == "first"


def test_a_pack_holds_its_folder_while_it_reads_and_says_so(home, few, monkeypatch, yxq):
    """A second one is refused then, and the first goes on."""
    told = []

    def reading(raw, processed, folder, quiet):
        told.append(json.loads(Path("reports/summary.json").read_text(encoding="utf-8")))
        for held in ("reports", "data/processed"):
            with pytest.raises(OSError, match="another yxq"), lock(Path(held)):
                pass
        raise OSError("disk full")

    monkeypatch.setattr(cli, "_ingest", reading)
    assert yxq("pack", "--plan", few)[::2] == (2, ["yxq: disk full"])
    assert (told[0]["status"], told[0]["at"]) == ("running", "ingest")
    last = json.loads(Path("reports/summary.json").read_text(encoding="utf-8"))
    assert (last["status"], last["error"]) == ("stopped", "disk full")


def test_what_ingest_would_do_is_told_in_words(home, plan2013):
    raw, processed = Path("data/raw"), Path("data/processed")
    assert pending(raw, plan2013.folder, processed) == ""
    (processed / "measures.parquet").write_bytes(b"PAR1")
    assert pending(raw, plan2013.folder, processed) == (
        "0 of 159 files read, measures.parquet made again"
    )
    shutil.rmtree(processed / ".parts")
    assert pending(raw, plan2013.folder, processed).startswith("159 of 159 files read")
