"""`yxq run` as a schedule meets it: what is run, why, under which parameters, and what is left when
it fails.
"""

import ast
import datetime as dt
import json
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
from project import ROOT

from yxq import cli
from yxq.attainment import results
from yxq.attainment.results import Results
from yxq.plan_folders import load
from yxq.publish.job import Job
from yxq.publish.jobs import Request, jobs
from yxq.publish.keys import keyed, needed
from yxq.publish.run import run
from yxq.tables import store
from yxq.tables.lock import Busy, lock


@pytest.fixture
def home(tmp_path, demo_processed, monkeypatch):
    shutil.copytree(demo_processed, tmp_path / "data" / "processed")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, source: str, parameters: str, **metadata) -> Path:
    cells = [
        nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(source),
    ]
    notebook = nbformat.v4.new_notebook(
        cells=cells,
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}} | metadata,
    )
    nbformat.write(notebook, name)
    return Path(name)


def asked(notebook: Path, **further) -> Request:
    """`yxq run` of a notebook; options that are named are given."""
    return Request(notebook, given=frozenset(further), **further)


def keyed_jobs(request: Request) -> list[Job]:
    return keyed(jobs(request), request.folder)


def ran(request: Request, force: bool = False) -> dict[str, str]:
    """Why each was run, by name; runs it."""
    outcomes = list(run(needed(keyed_jobs(request), force)))
    return {outcome.job.name: outcome.error or outcome.why for outcome in outcomes}


def said(name: str) -> str:
    made = nbformat.read(Path("runs/2013") / name, as_version=4)
    return "".join(
        output.get("text", "") for cell in made.cells for output in cell.get("outputs", [])
    )


def test_the_notebooks_own_defaults_hold_unless_an_option_is_given(home):
    path = write(
        "own.ipynb",
        "print(year, as_of, language, n)",
        "year = 2013\nas_of = '2013-06-30'\nlanguage = 'en'\nn = 1",
    )
    assert ran(asked(path)) == {"own": "new"} and said("own.ipynb") == "2013 2013-06-30 en 1\n"
    assert (
        "parameters" in ran(asked(path, as_of=dt.date(2013, 9, 30), further=(("n", "2"),)))["own"]
    )
    assert said("own.ipynb") == "2013 2013-09-30 en 2\n"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"further": (("town", "丁蜀镇"),)}, "-p town: use --units"),
        ({"units": ("丁蜀镇",)}, "has no parameter `town`"),
        ({"years": "13x"}, "write 2013 or 2012-2013"),
    ],
)
def test_what_cannot_be_is_refused(home, given, message):
    path = write("own.ipynb", "1", "n = 1")
    with pytest.raises(ValueError, match=message):
        jobs(asked(path, **given))


def test_a_notebook_of_ones_own_is_told_what_its_units_need(home):
    path = write("own.ipynb", "1", "n = 1\nm = 2")
    with pytest.raises(ValueError) as refused:
        jobs(asked(path, units=("丁蜀镇",)))
    assert str(refused.value) == (
        "own.ipynb has no parameter `town` (it has m, n); "
        "set it in the tagged cell, or leave out --units"
    )
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].metadata["tags"] = []
    notebook.cells[1].source = "town = '丁蜀镇'"
    nbformat.write(notebook, path)
    with pytest.raises(ValueError) as refused:
        jobs(asked(path, units=("丁蜀镇",)))
    assert str(refused.value) == (
        "own.ipynb: no cell is tagged `parameters`: tag cell 2, which sets town, "
        "or leave out --units"
    )
    for cell in notebook.cells:
        cell.metadata["tags"] = ["parameters"]
    nbformat.write(notebook, path)
    with pytest.raises(ValueError, match="cells 1 and 2 are tagged"):
        jobs(asked(path, units=("丁蜀镇",)))


def test_a_notebook_of_ones_own_is_run_for_each_unit_from_a_folder_with_braces(home, monkeypatch):
    folder = home / "a{b}"
    folder.mkdir()
    shutil.copytree(home / "data", folder / "data")
    monkeypatch.chdir(folder)
    path = write("own.ipynb", "print(town)", "!true\ntown = '宜兴市'")
    assert ran(asked(path, units=("丁蜀镇", "和桥镇"), pages=True)) == {
        "own-320282112-dingshu-zhen": "new",
        "own-320282107-heqiao-zhen": "new",
    }
    assert said("own-320282107-heqiao-zhen.ipynb") == "和桥镇\n"
    page = Path("runs/2013/own-320282112-dingshu-zhen.html").read_text("utf-8")
    assert "<pre>丁蜀镇\n</pre>" in page


def test_what_is_cut_stands_in_the_summary(home, monkeypatch, capsys):
    monkeypatch.setattr("yxq.publish.execute.MOST", 1000)
    write("own.ipynb", "print('x' * 2000)", "n = 1")
    monkeypatch.setattr(sys, "argv", ["yxq", "run", "own.ipynb"])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    told = json.loads((home / "runs" / "summary.json").read_text("utf-8"))
    assert not stop.value.code and told["status"] == "done"
    assert "more than 1000 characters of output" in told["runs"][0]["note"]
    assert "more than 1000 characters of output" in capsys.readouterr().err


def test_two_notebooks_do_not_take_each_others_place(home):
    one, two = (write(f"{name}.ipynb", "1", "town: str") for name in ("one", "two"))
    names = {job.output for path in (one, two) for job in jobs(asked(path, units=("丁蜀镇",)))}
    assert {path.name for path in names} == {
        "one-320282112-dingshu-zhen.ipynb",
        "two-320282112-dingshu-zhen.ipynb",
    }


def test_the_day_the_plan_and_every_cell_are_in_the_key(home, plan2013, monkeypatch):
    path = write("own.ipynb", "1", "n = 1")
    first = keyed_jobs(asked(path))[0].key

    def changed() -> set[str]:
        again = keyed_jobs(asked(path))[0].key
        return {name for name in first if first[name] != again[name]}

    assert changed() == set()
    with monkeypatch.context() as another:
        another.setattr("yxq.attainment.results.default_as_of", lambda plan: plan.period.start)
        assert changed() == {"day"}
    shutil.copytree(load.SHIPPED / "yixing", "plan")
    text = Path("plan/2013.yml").read_text("utf-8")
    for edit in (text, text.replace("95%", "90%", 1)):
        Path("plan/2013.yml").write_text(edit, encoding="utf-8")
        again = keyed_jobs(asked(path, plan="plan"))[0].key
        assert {name for name in first if first[name] != again[name]} >= {"plan"}
    notebook = nbformat.read(path, as_version=4)
    picture = nbformat.v4.new_markdown_cell(
        "![a](attachment:a.png)", attachments={"a.png": {"image/png": "AAAA"}}
    )
    for data in ("AAAA", "BBBB"):
        picture.attachments["a.png"]["image/png"] = data
        nbformat.write(nbformat.from_dict(notebook | {"cells": [*notebook.cells, picture]}), path)
        assert changed() == {"notebook"}
        first = keyed_jobs(asked(path))[0].key


def test_edited_results_are_made_again_and_failed_ones_leave_nothing_old(home):
    path = write("own.ipynb", "print('good')", "n = 1")
    out = Path("runs/2013")
    assert ran(asked(path, pages=True)) == {"own": "new"} and ran(asked(path, pages=True)) == {
        "own": ""
    }
    for name, edit in (
        ("own.ipynb", lambda text: text.replace("good", "bad")),
        ("own.html", lambda text: ""),
    ):
        (out / name).write_text(edit((out / name).read_text("utf-8")), encoding="utf-8")
        assert ran(asked(path, pages=True)) == {"own": "new"} and said("own.ipynb") == "good\n"
    path = write("own.ipynb", "raise ValueError('bad')", "n = 1")
    assert ran(asked(path, pages=True)) == {"own": "ValueError: bad"}
    assert {p.name for p in out.iterdir()} == {"own.failed.ipynb"}
    path = write("own.ipynb", "print('good')", "n = 1")
    assert ran(asked(path, pages=True)) == {"own": "new"}
    assert {p.name for p in out.iterdir()} == {"own.ipynb", "own.html"}


def test_a_page_of_any_notebook_shows_all_that_it_says(home):
    path = write(
        "own.ipynb",
        "import pandas as pd\nprint('a < b')\npd.DataFrame({'镇': ['丁蜀镇']})",
        "n = 1",
    )
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("# 标题\n\n正文"))
    nbformat.write(notebook, path)
    ran(asked(path, pages=True))
    page = Path("runs/2013/own.html").read_text("utf-8")
    assert (
        "标题" in page
        and "正文" in page
        and "a &lt; b" in page
        and "丁蜀镇" in page
        and "font/woff2" in page
    )
    assert "import pandas" not in page


def test_damaged_results_are_computed_again(home, plan2013):
    found = Results(plan2013, "data/processed", plan2013.period.end)
    found.keep()
    scores = found.table("scores")
    for file in Path("data/processed", store.KEPT).rglob("scores.parquet"):
        file.unlink()
    again = Results(plan2013, "data/processed", plan2013.period.end)
    assert again.table("scores").equals(scores)
    again.keep()
    assert len(list(Path("data/processed", store.KEPT).rglob("scores.parquet"))) == 1


def test_the_same_plan_under_another_name_is_another_plan(home, plan2013):
    shutil.copytree(load.SHIPPED / "yixing", "plan")
    assert results.of_plan(load.load("plan").plan(2013)) != results.of_plan(plan2013)


def test_tables_are_not_changed_under_a_run(home):
    with lock(Path("data/processed"), shared=True):
        with lock(Path("data/processed"), shared=True):
            pass
        with pytest.raises(Busy), lock(Path("data/processed")):
            pass


def test_the_summary_is_of_this_run_and_the_log_has_all(home, monkeypatch, capsys):
    write("own.ipynb", "1 / n", "n = 1")

    def yxq(*arguments: str) -> tuple[int, str, dict]:
        monkeypatch.setattr(
            sys, "argv", ["yxq", "run", "own.ipynb", "--log", "logs/run.log", *arguments]
        )
        with pytest.raises(SystemExit) as stop:
            cli.main()
        told = json.loads((home / "runs" / "summary.json").read_text("utf-8"))
        return stop.value.code or 0, capsys.readouterr().out, told

    code, out, told = yxq("-p", "n", "0")
    assert (code, out, told["status"], told["failed"]) == (1, "", "failed", 1)
    assert told["runs"][0]["error"].startswith("ZeroDivisionError")
    code, out, told = yxq()
    assert (code, out, told["status"], told["done"], told["skipped"], told["failed"]) == (
        0,
        "",
        "done",
        1,
        0,
        0,
    )
    assert told["runs"][0]["parameters"] == {"n": 1} and told["runs"][0]["why"] == "new"
    assert yxq("--explain")[:2] == (0, "own: up to date\n")
    code, _, after = yxq("-p", "m", "0")
    assert code == 2 and after == told
    log = (home / "logs" / "run.log").read_text("utf-8")
    assert (
        "1 done, 0 unchanged, 0 failed" in log and "unknown parameter m" in log and log[:2] == "20"
    )


@pytest.mark.parametrize(
    ("further", "arrives"),
    [
        (("-p", "n", "010"), {"n": 10}),
        (("-p", "n", "None"), {"n": None}),
        (("-p", "name", "NO"), {"name": "NO"}),
        (("-p", "name", "{"), {"name": "{"}),
        (("-r", "name", "010"), {"name": "010"}),
        (("-r", "anything", "None"), {"anything": "None"}),
        (("-p", "anything", "None"), {"anything": None}),
        (("-y", "items: [c, 1]\nn: 3"), {"items": ["c", 1], "n": 3}),
        (("-y", "n: 3", "-p", "n", "4"), {"n": 4}),
        (("-p", "name", "4a", "-r", "name", "5"), {"name": "5"}),
        (("-p", "place", "3"), {"place": 3}),
    ],
)
def test_parameters_arrive_as_papermill_would_give_them(home, monkeypatch, further, arrives):
    defaults = "n = 1\nname = 'a'\nitems = ['b']\nanything = None\nplace = Path('x')"
    write("own.ipynb", "1", defaults)
    taken = []
    monkeypatch.setattr("yxq.publish.run.run_jobs", lambda jobs, *_: taken.extend(jobs) or 0)
    monkeypatch.setattr(sys, "argv", ["yxq", "run", "own.ipynb", *further])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 0
    assert {name: taken[0].parameters[name] for name in arrives} == arrives
    assert [type(taken[0].parameters[n]) for n in arrives] == [type(v) for v in arrives.values()]


@pytest.mark.parametrize(
    ("further", "said"),
    [
        (
            ("-p", "name", "010"),
            "own.ipynb: -p name 010: 10 is a whole number, but the default 'a' a text; "
            "for the text write -r name 010",
        ),
        (("-p", "n", "NO"), "own.ipynb: -p n NO: 'NO' is a text, but the default 1 a whole number"),
        (("-r", "n", "1"), "own.ipynb: -r n 1: '1' is a text, but the default 1 a whole number"),
        (("-p", "n", "{"), "own.ipynb: -p n {: '{' is a text, but the default 1 a whole number"),
        (("-y", "n: x"), "own.ipynb: -y n: 'x' is a text, but the default 1 a whole number"),
        (("-y", "{"), "-y {: cannot be read as YAML: while parsing a flow node"),
        (("-y", "town: 丁蜀镇"), "-y town: use --units"),
        (("-r", "year", "2013"), "-r year: use --years"),
        (("-p", "m", "0"), "own.ipynb: unknown parameter m; it has n, name"),
    ],
)
def test_a_parameter_of_another_kind_is_refused_in_one_line(
    home, monkeypatch, capsys, further, said
):
    write("own.ipynb", "1", "n = 1\nname = 'a'")
    monkeypatch.setattr(sys, "argv", ["yxq", "run", "own.ipynb", *further])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    out, err = capsys.readouterr()
    assert (stop.value.code, out, err) == (2, "", f"yxq: {said}\n")
    assert not (home / "runs" / "summary.json").exists()


def test_a_run_that_is_watched_says_how_far_it_is(home, monkeypatch):
    """Notebooks themselves look at the summary, as an outsider would."""
    look = "import json; from pathlib import Path\n"
    look += "import time; time.sleep(2.5)\n"
    look += "print(json.loads(Path('runs/summary.json').read_text(encoding='utf-8')))"
    write("look.ipynb", look, "town = '丁蜀镇'")
    units = ["丁蜀镇", "和桥镇", "张渚镇"]
    monkeypatch.setattr(sys, "argv", ["yxq", "run", "look.ipynb", "--jobs", "1", "--units", *units])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert stop.value.code == 0
    said = {}
    for file in (home / "runs" / "2013").glob("*.ipynb"):
        cells = nbformat.read(file, as_version=4).cells
        said[file.stem] = ast.literal_eval(cells[-1].outputs[0].text)
    assert len(said) == 3 and {summary["of"] for summary in said.values()} == {3}
    assert {summary["status"] for summary in said.values()} == {"running"}
    assert sorted(summary["done"] for summary in said.values()) == [0, 1, 2]
    for name, summary in said.items():
        assert [entry["name"] for entry in summary["current"]] == [name]
        assert summary["current"][0]["started"] >= summary["began"]


def test_a_full_disk_or_a_missing_folder_fails_one_run_only(home):
    path = write("own.ipynb", "1", "n = 1")
    todo = needed(keyed_jobs(asked(path)))
    Path("runs").mkdir()
    bad = todo[0].job.output.with_name("own").joinpath("no", "own.ipynb")
    outcomes = list(
        run(
            [
                todo[0],
                *needed(
                    [
                        todo[0].job.__class__(
                            **todo[0].job.__dict__ | {"notebook": Path("gone.ipynb"), "output": bad}
                        )
                    ]
                ),
            ]
        )
    )
    assert sorted(outcome.status for outcome in outcomes) == ["done", "failed"]


def test_the_readme_is_run_as_written():
    text = (ROOT / "README.md").read_text("utf-8")
    for words in ("--scheduler tcp://", "OnCalendar", "schtasks", "0 2 * * *", "--log yxq.log"):
        assert words in text


def test_one_that_is_named_twice_is_run_once(home):
    path = write("both.ipynb", "print(town, target)", "town = '丁蜀镇'\ntarget = 'T01'")
    made = jobs(
        asked(
            path,
            units=("丁蜀", "丁山", "丁蜀镇"),
            targets=("T01", "t1", "产品质量监督抽查合格率", "T04"),
        )
    )
    assert [job.name for job in made] == [
        "both-320282112-dingshu-zhen-T01",
        "both-320282112-dingshu-zhen-T04",
    ]
    assert (
        len(jobs(asked(path))) == 20
    )  # of a notebook that has both, the units, each with its own target
    alone = write("alone.ipynb", "print(target)", "target = 'T01'")
    assert len(jobs(asked(alone))) == 75 and len(jobs(asked(alone, targets=("all",)))) == 75
