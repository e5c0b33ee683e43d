"""Every command and every line of Python in the README runs as it is written, in a clone with the
demo's returns.
"""

import datetime as dt
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import small
import yaml
from PIL import Image
from plain_packs import notebooks_here, plain_fonts, plain_papers
from project import ROOT, fewer

from yxq import cli
from yxq.plan_folders.load import load
from yxq.publish import pack
from yxq.report.pages import open_page

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.M | re.S)
COMMANDS = [
    line.partition(" #")[0].strip()
    for kind, text in BLOCKS
    if kind == "sh"
    for line in text.splitlines()
    if line.strip()
]
ELSEWHERE = {  # what another test, or the run of all tests itself, has run
    "make pack": "the pack that all tests look at: conftest.demo_pack",
    "make test": "this run",
    "dask scheduler --host 127.0.0.1 --port 8786": "test_cluster",
    "dask worker tcp://127.0.0.1:8786 --no-nanny --nthreads 2": "test_cluster",
    "yxq pack --scheduler tcp://127.0.0.1:8786": "test_cluster",
}
WRITTEN = {  # what installs or needs what is not here is only looked at
    'pip install -e ".[dask]"',
    "conda env create -f environment.yml",
    "conda activate yxq",
    "make quick",
    "make lint test",
    "make demo notebooks",
}
RUN = [command for command in dict.fromkeys(COMMANDS) if command not in ELSEWHERE.keys() | WRITTEN]


@pytest.fixture(scope="module")
def clone(demo_pack, tmp_path_factory) -> Path:
    """The project in which the pack was made, with a Chicago of two wards: what is run is the same,
    and sooner.
    """
    project = demo_pack.parents[1]
    shutil.copytree(
        ROOT / "notebooks",
        project / "notebooks",
        ignore=shutil.ignore_patterns(".*"),
        dirs_exist_ok=True,
    )
    made = fewer(
        ROOT / "tests" / "plans" / "chicago", tmp_path_factory.mktemp("wards"), "Ward 1,", "Ward 2,"
    )
    shutil.copytree(made, project / "tests" / "plans" / "chicago")
    return project


def test_the_commands_that_are_not_run_here_are_there():
    assert ELSEWHERE.keys() | WRITTEN <= set(COMMANDS)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "dask" in project["optional-dependencies"]
    assert yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["name"] == "yxq"
    for target in {
        word for command in COMMANDS if command.startswith("make ") for word in command.split()[1:]
    } | {"lab", "bench", "picture", "browser", "test-all"}:
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0 and done.stdout, target


def test_every_way_of_scheduling_runs_a_command_that_the_readme_runs():
    text = next(text for kind, text in BLOCKS if kind == "text" and "OnCalendar" in text)
    commands = re.findall(r"yxq pack[^\n\"]*", text)
    assert len(commands) == 3 and {command.partition(" 2>")[0] for command in commands} == {
        "yxq pack --log yxq.log"
    }
    assert "yxq pack --log yxq.log" in RUN


@pytest.fixture
def few_units(monkeypatch):
    """Of the pack that a command makes anew the city, two units and one target that it misses are
    enough to see it run, and neither kernels nor papers: those of `make pack` are there.
    """
    real = pack.build_held

    def build(out, page, options, browser, targets):
        if out == Path("half-year"):
            some = page.plan.folder.model_copy(update={"units": page.plan.folder.units[:3]})
            plan = page.plan.model_copy(update={"folder": some})
            page = open_page(
                "city",
                as_of=page.as_of,
                received_by=page.received_by,
                plan=plan,
                processed=page.processed,
            )
            assert targets == ("missed",)
            with notebooks_here(), plain_fonts(), plain_papers():
                return real(out, page, options, browser, ["T12"])
        return real(out, page, options, browser, targets)

    monkeypatch.setattr(pack, "build_held", build)


@pytest.mark.parametrize("command", RUN)
def test_a_command_runs_as_written(clone, command, monkeypatch, capsys, few_units):
    monkeypatch.chdir(clone)
    program, *arguments = shlex.split(command)
    if program == "yxq":
        monkeypatch.setattr(sys, "argv", ["yxq", *arguments])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        assert stop.value.code in (0, None), err
        assert out or "done" in err or "is as the manifest says" in err or "rows read" in err
        return
    assert program == "papermill", f"{command}: run it here, or name where it is run"
    paths = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [program, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"PATH": paths},
    )
    assert done.returncode == 0 and "Heqiao Town" in Path("out.ipynb").read_text(
        encoding="utf-8"
    ), done.stderr


@pytest.mark.parametrize("text", [text for kind, text in BLOCKS if kind == "python"])
def test_the_python_runs_as_written(clone, text, monkeypatch):
    monkeypatch.chdir(clone)
    exec(compile(text, "README.md", "exec"), {})


def test_what_the_guide_quotes_is_so_in_chicagos_folder():
    files = "".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "tests" / "plans" / "chicago").iterdir())
        if path.is_file()
    )
    quoted = [
        text
        for kind, text in BLOCKS
        if kind == "text"
        and ("City of Chicago" in text or "Inspection_Date" in text or "Canvass" in text)
    ]
    assert len(quoted) == 3
    for line in "".join(quoted).splitlines():
        assert line in files, line


def test_the_score_sheet_is_one_that_loads(tmp_path):
    block = next(text for kind, text in BLOCKS if kind == "yaml" and "worth:" in text)
    items = yaml.safe_load(block)["targets"]
    values = small.form("unit", "year", "value", "said", "on", when=["year"])
    shares = small.form("unit", "year", "n", "of", when=["year"])
    shares["columns"] |= {"mark": {"type": "number"}}
    share = {"form": "shares", "sum": "n", "over": "of"}
    level = {"form": "values", "value": "value"}
    measures = {"B2": share, "B4": {"form": "values", "word": "said"}, "B6": share}
    measures["B5"] = {"form": "values", "done": "on"}
    targets = [small.target(item["id"], measures.get(item["id"], level)) | item for item in items]
    scoring = {"bands": [{"grade": "A", "least": 0}], "seed": 1}
    plan = small.folder(tmp_path, {"values": values, "shares": shares}, *targets, scoring=scoring)
    loaded = load(plan).plan()
    assert [target.id for target in loaded.targets if target.worth] == [
        f"B{n}" for n in range(1, 8)
    ]
    assert sum(target.most for target in loaded.targets) == 44


def test_the_plan_of_several_years_asks_what_is_said_of_it(tmp_path):
    content = yaml.safe_load(next(text for kind, text in BLOCKS if kind == "yaml" and "A1" in text))
    days = {key: str(content[key]) for key in ("start", "end")}
    targets = [
        small.target(target["id"], target["measure"], **asked_as_text(target))
        for target in content["targets"]
    ]
    counts = {"passed": {"type": "count"}, "total": {"type": "count"}}
    checks = small.form("unit", "on", when=["on"])
    checks["columns"] |= counts
    checks["checks"] = [{"rule": "at_most", "column": "passed", "of": ["total"]}]
    values = small.form("unit", "year", when=["year"])
    values["columns"] |= {"index": {"type": "number"}}
    forms = {"checks": checks, "values": values}
    folder = small.folder(tmp_path, forms, *targets, year=content["year"], **days)
    (folder / "2013.yml").rename(folder / "2021-2025.yml")
    plans = [load(folder).plan(year) for year in range(2021, 2026)]
    asked = {
        id: [(str(plan.target(id).require or ""), plan.target(id).by) for plan in plans]
        for id in ("A1", "A2", "A3")
    }
    ends = {year: dt.date(year, 12, 31) for year in (2023, 2024, 2025)}
    assert asked["A1"] == [
        (">= 30%", None),
        (">= 50%", ends[2023]),
        (">= 50%", None),
        (">= 60%", ends[2025]),
        (">= 60%", None),
    ]
    assert asked["A2"] == [
        *[("<= y2020 * 60%", ends[2024])] * 3,
        ("<= y2020 * 60%", None),
        ("", None),
    ]
    assert asked["A3"] == [*[(">= 5000", ends[2025])] * 4, (">= 5000", None)]
    said = [plan.target("A1").is_later(plan.period.end) for plan in plans]
    assert said == [False, True, False, True, False]


def asked_as_text(target: dict) -> dict:
    """What is asked of a target and by when, days as they are written."""
    return {
        key: str(v) if key == "by" else v for key, v in target.items() if key in ("require", "by")
    }


def test_what_it_names_is_there():
    """Files, options and functions; and the picture is of this size."""
    for path in re.findall(
        r"`((?:yxq|tests|notebooks|docs|data)/[\w./-]+)`|\((docs/[\w.]+)\)", README
    ):
        assert (
            (ROOT / (path[0] or path[1])).exists()
            or "processed" in path[0]
            or "returned" in path[0]
        ), path
    house = README[README.index("## How it works") : README.index("Rules that hold throughout")]
    rooms = {path.parent.name for path in (ROOT / "yxq").glob("*/__init__.py")} | {"api", "cli"}
    drawn = {
        name for line in re.findall(r"^[1-8] +(.*\S) {3,}\S", house, re.M) for name in line.split()
    }
    assert rooms == drawn
    import yxq

    table = README[README.index("## The analyst's bench") : README.index("## The next plan")]
    functions = {name for name in yxq.__all__ if name.islower()}
    assert functions == set(re.findall(r"`(\w+)`", table)) & functions
    with Image.open(ROOT / "docs" / "town.png") as picture:
        assert picture.size == (1180, 820)
    assert (ROOT / "docs" / "town.png").stat().st_size < 100_000
