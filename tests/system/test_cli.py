"""The command line: data on standard output, one clear line for bad input, the right exit code,
nothing half-written.
"""

import hashlib
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import sides
from project import DEMO, ROOT

from yxq import cli
from yxq.plan_folders import load
from yxq.publish import publications
from yxq.tables import seals

NO_PACK = "no manifest.json, and no data): name the folder of one, such as reports/2013"


@pytest.fixture
def yxq(monkeypatch, capsys, tmp_path):
    """Run the command line in an empty folder; exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["yxq", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        return stop.value.code or 0, out, err

    return run


def test_targets_as_table_csv_and_json(yxq):
    assert yxq("targets")[1].count("\n") == 76
    code, out, err = yxq("targets", "--year", 2013, "--format", "csv")
    table = pd.read_csv(io.StringIO(out), keep_default_na=False).set_index("target")
    assert (code, err, len(table)) == (0, "", 75)
    asked = table[["kind", "require", "by", "for"]].T
    assert [*asked["T20"]] == ["count", ">= 15", "", "shared"]
    assert [*asked["T42"]] == ["share", ">= 1/3", "", "each"]
    assert [*asked["T47"]] == ["task", "done", "2014-12-31", "city"]
    rows = json.loads(yxq("targets", "--format", "json", "--language", "en")[1])
    assert (
        rows[0]["title"] == "Product quality supervision sampling pass rate"
        and rows[0]["title_zh"] == "产品质量监督抽查合格率"
    )


def test_attain_by_name_alias_and_code(yxq, demo_processed):
    common = ("attain", "--processed", demo_processed, "--format", "csv")
    code, out, _ = yxq(*common, "--unit", "丁蜀镇", "湖父镇", "320282400")
    table = pd.read_csv(io.StringIO(out))
    assert code == 0 and set(table["unit"]) == {"丁蜀镇", "湖㳇镇", "环科园"}
    assert set(table["as_of"]) == {"2014-01-31"}
    early = pd.read_csv(
        io.StringIO(yxq(*common, "--unit", "宜兴市", "--as-of", "2013-06-30")[1])
    ).set_index("target")
    assert early.loc["T63", "state"] == "on track"
    assert "丁蜀镇" in yxq("attain", "--processed", demo_processed, "--unit", "丁蜀镇")[1]


def test_score_as_table_and_csv(yxq, demo_processed):
    code, out, err = yxq("score", "--processed", demo_processed, "--format", "csv")
    table = pd.read_csv(io.StringIO(out)).set_index("unit")
    assert (
        (code, len(table)) == (0, 21)
        and "演示数据（合成）" in err
        and sorted(table["grade"].unique()) == ["A", "B", "C"]
    )
    assert table["rank"].notna().sum() == 20 and pd.isna(table.loc["宜兴市", "rank"])
    assert yxq("score", "--processed", demo_processed)[1].count("\n") == 22
    _, _, english = yxq("score", "--processed", demo_processed, "--language", "en")
    assert english.endswith("; synthetic data\n") and "演示" not in english


def test_the_next_plan_and_what_is_different_in_it(yxq):
    code, out, err = yxq("new-plan", "--year", 2014)
    assert (code, out) == (
        0,
        "plans/yixing/2014.yml\n",
    ) and "lines that still name the year before" in err
    plan = Path("plans/yixing/2014.yml")
    plan.write_text(
        plan.read_text(encoding="utf-8").replace('">= 15" ', '">= 20" '), encoding="utf-8"
    )
    for against in ((), ("2013",), ("yixing",)):
        code, out, err = yxq(
            "targets", "--plan", "plans/yixing", "--diff", *against, "--format", "csv"
        )
        assert out.splitlines()[1:] == ["T20,raised,require,>= 15,>= 20,首席质量官"]
        assert (code, err) == (0, "yixing-2014 against yixing-2013: 1 raised\n")
    assert "plans/yixing/2015.yml" in yxq("new-plan", "--plan", "plans/yixing")[1]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("targets", "--year", 2019), "no plan for 2019; there are 2013"),
        (("targets", "--plan", "nowhere"), "no plan folder 'nowhere'"),
        (("targets", "--diff"), "yixing: no plan before 2013; write --diff FOLDER"),
        (("targets", "--diff", "2012"), "no plan for 2012; there are 2013"),
        (("new-plan", "--year", 2013), "no plan before 2013"),
        (
            ("run", DEMO.parents[1] / "notebooks" / "city.ipynb", "--targets", "T01"),
            "city.ipynb has no parameter `target`",
        ),
        (
            ("run", DEMO.parents[1] / "notebooks" / "target.ipynb", "--targets", "T99"),
            "unknown target 'T99'",
        ),
        (("attain",), "run `yxq ingest` first"),
        (("attain", "--unit", "丁属镇"), "unknown unit '丁属镇'; did you mean 丁蜀镇"),
        (("attain", "--as-of", "2013-13-01"), "Invalid value for '--as-of'"),
        (("score", "--received-by", "2013-02-30"), "Invalid value for '--received-by'"),
        (("score", "--as-of", "2012-12-31"), "2012-12-31 is outside the period of yixing-2013"),
        (("attain", "--received-by", "2012-12-31"), "received_by 2012-12-31 is before the period"),
        (("pack", "--as-of", "2015-01-01"), "2015-01-01 is outside the period of yixing-2013"),
        (("ingest",), "no returns under"),
        (("pack",), "no returns under"),
        (("pack", "--year", 2019), "no plan for 2019"),
        (("verify", "here"), "no manifest.json in here"),
        (("run", "nothing.ipynb"), "nothing.ipynb"),
        (("frobnicate",), "No such command"),
        (("attain", "--unit"), "--unit needs a value"),
        (("attain", "--unit", ""), "--unit was given an empty value"),
        (("attain", "--unit", "--format", "csv"), "--unit needs a value"),
    ],
)
def test_bad_input_is_one_line_and_two(yxq, tmp_path, monkeypatch, arguments, line):
    monkeypatch.setattr(
        "yxq.tables.store.locate", Path
    )  # the project's own tables are not for this test
    code, out, err = yxq(*arguments)
    assert (code, out) == (2, "")
    assert line in err and "Traceback" not in err and err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command",
    [
        ("ingest", "--raw", DEMO),
        ("targets",),
        ("attain",),
        ("score",),
        ("pack", "--explain", "--raw", DEMO),
        ("run", ROOT / "notebooks" / "town.ipynb", "--explain"),
    ],
    ids=lambda command: command[0],
)
def test_the_plan_folder_is_loaded_once(yxq, demo_processed, tmp_path, monkeypatch, command):
    """By the command; each kernel loads it for its own page."""
    shutil.copytree(demo_processed, tmp_path / "data" / "processed")
    loaded, real = [], load.load

    def counting(folder="yixing"):
        loaded.append(folder)
        return real(folder)

    for module in [module for name, module in sys.modules.items() if name.startswith("yxq")]:
        if getattr(module, "load", None) is real:
            monkeypatch.setattr(module, "load", counting)
    code, _, err = yxq(*command)
    assert code in (0, 1) and len(loaded) == 1, err


def test_tables_of_another_plan_are_refused(yxq, demo_processed):
    code, out, err = yxq(
        "attain", "--plan", ROOT / "tests" / "plans" / "chicago", "--processed", demo_processed
    )
    assert (code, out) == (2, "") and "are of yixing-2013, not of chicago-2013" in err


def test_ingest_prints_the_sum_and_refuses_nothing_silently(yxq, tmp_path):
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.csv").write_bytes(
        (DEMO / "2013" / "质监局-监督抽查结果-2013年第二季度.csv").read_bytes()
    )
    assert yxq("ingest", "--raw", "raw")[0] == 0
    (raw / "b.xls").write_text("<html>error</html>")
    code, _, err = yxq("ingest", "--raw", "raw")
    assert code == 1
    assert "not read: b.xls: this is a web page" in err
    total = err.splitlines()[0]
    read, parts = total.split(" rows read = ")
    assert int(read.split()[-1]) == sum(int(part.split()[0]) for part in parts.split(" + "))


def test_demo_writes_where_it_is_told(yxq, tmp_path):
    assert yxq("demo", "--out", "there")[0] == 0
    assert len(list((tmp_path / "there").rglob("*.*"))) > 100


def test_run_refuses_before_anything_runs(yxq, demo_processed, tmp_path):
    notebook = Path(cli.__file__).parents[1] / "notebooks" / "town.ipynb"
    code, _, err = yxq("run", notebook, "--processed", demo_processed, "--units", "丁属镇")
    assert code == 2 and "did you mean 丁蜀镇" in err
    code, _, err = yxq("run", notebook, "--processed", demo_processed, "--years", "2013-20x4")
    assert code == 2 and "write 2013 or 2012-2013" in err
    assert list(tmp_path.iterdir()) == []


def test_run_two_units_and_one_failure(yxq, demo_processed, tmp_path):
    """The others go on, the failed one keeps its traceback, and the exit code says so."""
    import nbformat

    notebook = nbformat.read(
        Path(cli.__file__).parents[1] / "notebooks" / "town.ipynb", as_version=4
    )
    notebook.cells = [
        *notebook.cells[:4],
        nbformat.v4.new_code_cell("assert town != '和桥镇', '坏了'"),
    ]
    nbformat.write(notebook, tmp_path / "town.ipynb")
    code, _, err = yxq(
        "run",
        "town.ipynb",
        "--processed",
        demo_processed,
        "--units",
        "丁蜀镇",
        "和桥镇",
        "--jobs",
        2,
    )
    assert (
        code == 1
        and "failed: AssertionError: 坏了" in err
        and "1 done, 0 unchanged, 1 failed" in err
    )
    made = {p.name for p in (tmp_path / "runs" / "2013").iterdir()}
    assert made == {"town-320282112-dingshu-zhen.ipynb", "town-320282107-heqiao-zhen.failed.ipynb"}
    assert "坏了" in (tmp_path / "runs/2013/town-320282107-heqiao-zhen.failed.ipynb").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize(
    ("terminal", "name", "total", "shown"),
    [
        (True, "files", 1, True),
        (True, "a.csv", cli.LONG_SHEET, True),
        (True, "a.csv", cli.LONG_SHEET - 1, False),
        (False, "files", 1, False),
        (False, "a.csv", cli.LONG_SHEET, False),
    ],
)
def test_a_bar_is_shown_on_a_terminal_for_files_and_long_sheets(
    monkeypatch, terminal, name, total, shown
):
    class Stream(io.StringIO):
        def isatty(self) -> bool:
            return terminal

    monkeypatch.setattr(sys, "stderr", Stream())
    bar = cli._bar(range(3), total, name)
    unit = " files" if name == "files" else " rows"
    assert bar.disable is not shown and [*bar] == [0, 1, 2]
    if shown:
        assert (bar.unit, bar.total, bar.desc, bar.leave) == (unit, total, name, False)


@pytest.mark.parametrize(
    ("terminal", "given", "encoding"),
    [
        (False, None, "utf-8"),
        (True, None, "gbk"),
        (False, "gbk", "gbk"),  # PYTHONIOENCODING
    ],
)
def test_only_files_and_pipes_get_utf8_and_not_where_another_is_asked_for(
    monkeypatch, terminal, given, encoding
):
    class Stream(io.TextIOWrapper):
        def isatty(self) -> bool:
            return terminal

    monkeypatch.delenv("PYTHONIOENCODING", raising=False)
    if given:
        monkeypatch.setenv("PYTHONIOENCODING", given)
    streams = [Stream(io.BytesIO(), encoding="gbk", newline="\r\n") for _ in range(2)]
    monkeypatch.setattr(sys, "stdout", streams[0])
    monkeypatch.setattr(sys, "stderr", streams[1])
    cli._write_utf8()
    assert [stream.encoding for stream in streams] == [encoding, encoding]
    streams[0].write("镇\n")
    streams[0].flush()
    ending = "\n" if encoding == "utf-8" else "\r\n"
    assert streams[0].buffer.getvalue() == f"镇{ending}".encode(encoding)


def test_a_pack_is_verified_and_the_exit_code_says_so(yxq, tmp_path):
    page = tmp_path / "pack" / "index.html"
    page.parent.mkdir()
    page.write_text("x", encoding="utf-8")
    digest = hashlib.sha256(b"x").hexdigest()
    listed = {"files": {"index.html": digest}, "failed": {}}
    page.with_name("manifest.json").write_text(json.dumps(listed), encoding="utf-8")
    alone = "no register beside it: a page edited together with the manifest would not be told\n"
    whole = "every file is as the manifest says\n"
    assert yxq("verify", "pack") == (0, "", whole + alone)
    publications.enter(tmp_path, page.with_name("manifest.json"))
    assert yxq("verify", "pack") == (0, "", whole)
    page.write_text("y", encoding="utf-8")
    code, out, err = yxq("verify", "pack")
    assert (code, out.count("\n"), err) == (1, 1, "1 differences from the manifest\n")
    assert "index.html" in out


def test_what_has_changed_is_printed_and_what_is_no_pack_is_one_line(yxq, tmp_path):
    was, now = sides.side(), sides.side(rows=sides.ROWS[1:], day="2013-07-31")
    for name, tables in (("was", was), ("now", now)):
        folder = tmp_path / name / "data"
        folder.mkdir(parents=True)
        for table, frame in tables.items():
            frame.to_parquet(folder / f"{table}.parquet", index=False)
        seals.seal(folder, [f"{table}.parquet" for table in tables])
    code, out, err = yxq("compare", "was", "now", "--by", "rows", "--format", "csv")
    counts = "0 results, 0 scores, 0 targets, 0 new, 0 corrected, 0 withdrawn, 1 gone"
    assert (code, err) == (0, f"as of 2013-06-30 and 2013-07-31: {counts}\n")
    assert out.splitlines()[1] == "gone,f,甲,k1,A,办,x.csv,,1,x.csv,,1"
    assert yxq("compare", "was", "now/data")[1].startswith("unit  target  moved")
    (tmp_path / "old").mkdir()
    assert yxq("compare", "old", "now")[::2] == (2, f"yxq: old: not a pack ({NO_PACK}\n")
    (tmp_path / "old" / "manifest.json").write_text("{}")
    code, out, err = yxq("compare", "old", "now")
    assert (code, out) == (2, "") and "no data to compare" in err and err.count("\n") == 1
    (tmp_path / "was" / "data" / "rows.parquet").write_bytes(b"x")
    code, out, err = yxq("compare", "was", "now")
    assert (code, out) == (2, "") and "rows.parquet in was/data is not as it was written" in err


@pytest.mark.parametrize(
    ("raised", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "\nyxq: stopped; what was there before is untouched\n"),
        (ValueError("wrong"), 2, "yxq: wrong\n"),
        (OSError("full"), 2, "yxq: full\n"),
    ],
)
def test_whatever_stops_a_command_is_one_line_and_a_code(yxq, monkeypatch, raised, code, said):
    def stopped(*_: object) -> None:
        raise raised

    monkeypatch.setattr("yxq.plan_folders.load.load", stopped)
    assert yxq("targets") == (code, "", said)


@pytest.mark.parametrize("encoding", ["gbk", "cp1252"])
def test_a_redirected_table_holds_every_character(demo_processed, encoding):
    """The code page of a Windows console lacks 㳇; a file or a pipe gets UTF-8."""
    code = f"import sys; [s.reconfigure(encoding={encoding!r}) for s in (sys.stdout, sys.stderr)]"
    code += "; import yxq.cli; yxq.cli.main()"
    command = [
        sys.executable,
        "-c",
        code,
        "score",
        "--format",
        "csv",
        "--processed",
        demo_processed,
    ]
    done = subprocess.run(command, capture_output=True, timeout=60)
    assert (
        done.returncode == 0
        and "湖㳇镇" in done.stdout.decode("utf-8")
        and b"\r" not in done.stdout
    ), done.stderr
