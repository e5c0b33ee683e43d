"""Every block of docs/plans.md runs: together they are a plan folder and its returns, and what the
page says comes of them.
"""

import io
import json
import re
import shlex
import sys
from collections import defaultdict
from fractions import Fraction

import pandas as pd
import pytest
import yaml
from project import ROOT

from yxq import cli
from yxq.plan_folders.load import load

PAGE = (ROOT / "docs" / "plans.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", PAGE, re.M | re.S)
COMMANDS = [line for kind, _, text in BLOCKS if kind == "sh" for line in text.splitlines()]
SAID = [line for kind, _, text in BLOCKS if kind == "text" for line in text.splitlines()]
WORTHS = yaml.safe_load(next(text for _, name, text in BLOCKS if name == "worth"))
PLAN = "2024-2025.yml"


def written(place, worth=None):
    """The blocks as files: the plan in `my-plan`, the returns in `my-returns`."""
    files = defaultdict(str)
    for kind, name, text in BLOCKS:
        if kind == "csv":
            files[f"my-plan/{name}" if name == "units.csv" else f"my-returns/{name}"] += text
        elif kind == "yaml" and name != "worth":
            files[f"my-plan/{name}"] += text
    if worth:
        plan = yaml.load(files[f"my-plan/{PLAN}"], yaml.BaseLoader)
        plan["targets"][0]["worth"] = worth
        files[f"my-plan/{PLAN}"] = yaml.safe_dump(plan, allow_unicode=True, sort_keys=False)
    for name, text in files.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.fixture
def yxq(monkeypatch, capsys):
    def run(command: str) -> tuple[str, str]:
        program, *arguments = shlex.split(command)
        assert program == "yxq"
        monkeypatch.setattr(sys, "argv", ["yxq", *arguments])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        out, err = capsys.readouterr()
        assert stop.value.code in (0, None), err
        return out, err

    return run


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return written(tmp_path)


def cells(line: str) -> list[str]:
    return re.split(r"\s{2,}", line.strip())


def test_the_blocks_are_these():
    names = [name for _, name, _ in BLOCKS if name]
    assert {*names} == {"units.csv", "forms.yml", PLAN, "worth"} | {
        f"Food Office - {what}.csv"
        for what in ("checks 2024", "stock 2024", "stock 2023", "tasks 2024")
    }
    assert [line.split()[1] for line in COMMANDS] == [
        *("check", "targets", "ingest", "attain", "score", "pack")
    ]
    assert len(SAID) == 7 and len(WORTHS) == 6


@pytest.mark.slow
def test_every_command_runs_in_order_and_says_what_the_page_says(place, yxq):
    said = {line.split()[1]: yxq(line) for line in COMMANDS}
    assert "0 mistakes, 0 doubts" in said["check"][1]
    assert len(said["targets"][0].splitlines()) == 1 + 5
    assert "16 accepted + 0 duplicate + 0 rejected + 8 excluded" in said["ingest"][1]
    shown = [cells(line) for line in said["attain"][0].splitlines()]
    unseen = [line for line in SAID if not any({*cells(line)} <= {*row} for row in shown)]
    assert unseen == []
    assert (place / "reports" / "2024" / "index.html").exists()


@pytest.mark.slow
@pytest.mark.parametrize("line", WORTHS, ids=lambda line: str(line["earned"]))
def test_what_a_worth_earns(tmp_path, monkeypatch, yxq, line):
    monkeypatch.chdir(tmp_path)
    written(tmp_path, worth=line["worth"])
    out, _ = yxq("yxq check my-plan --format json")
    assert [found for found in json.loads(out) if found["kind"] == "mistake"] == []
    yxq(next(command for command in COMMANDS if " ingest " in command))
    out, _ = yxq(
        "yxq score --credits --plan my-plan --year 2024 --processed work/tables --format csv"
    )
    credits = pd.read_csv(io.StringIO(out)).set_index(["unit", "target"])
    earned = credits.loc[("South District", "A1"), "earned"]
    assert earned == pytest.approx(float(Fraction(str(line["earned"]))))


def test_the_years_ask_what_the_page_says(place):
    asked = {y: str(load(place / "my-plan").plan(y).target("A1").require) for y in (2024, 2025)}
    assert asked == {2024: ">= 75%", 2025: ">= 90%"}
    last = load(place / "my-plan").plan(2025).target("B2")
    assert str(last.require) == "<= y2023 * 90%" and last.due is None
