"""Every option of every command says what it is for and what holds without it; what is quiet says
only what is wrong; and the shell completes commands and options.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from project import DEMO, ROOT

from yxq import cli

README = (ROOT / "README.md").read_text(encoding="utf-8")
YXQ = [sys.executable, "-c", "from yxq.cli import main; main()"]


def commands() -> Iterator[tuple[str, click.Command]]:
    """The tree of commands, itself first."""
    waiting: list[tuple[str, click.Command]] = [("yxq", cli.app)]
    while waiting:
        name, command = waiting.pop()
        yield name, command
        if isinstance(command, click.Group):
            waiting += [(f"{name} {key}", each) for key, each in command.commands.items()]


OPTIONS = [
    pytest.param(name, command, option, id=f"{name} {option.opts[0]}")
    for name, command in commands()
    for option in command.params
    if isinstance(option, click.Option)
]


def test_all_commands_are_looked_at():
    names = {name for name, _ in commands()}
    assert names >= {f"yxq {name}" for name in ("ingest", "attain", "score", "run", "pack", "lab")}
    assert len(names) == 14 and len(OPTIONS) > 70


@pytest.mark.parametrize(("name", "command", "option"), OPTIONS)
def test_an_option_says_what_it_is_for_and_what_holds_without_it(name, command, option):
    parents = click.Context(cli.app, info_name="yxq", **cli.app.context_settings)
    context = click.Context(command, parent=parents, info_name=name.split()[-1])
    flags, said = option.get_help_record(context)
    said = " ".join(said.split())
    assert len(said) > 10 and said[0].isupper(), (flags, said)
    default = option.to_info_dict()["default"]
    if default not in (None, (), False):
        shown = ", ".join(map(str, default)) if isinstance(default, tuple) else default
        assert f"[default: {shown}" in said, said
    elif not option.is_flag:
        assert "not given" in said, said
    assert all(flag in flags for flag in option.opts)


@pytest.mark.parametrize(("name", "command"), [*commands()])
def test_a_command_says_what_it_does_and_the_readme_has_it(name, command):
    assert command.help and command.help.rstrip().endswith("."), name
    assert re.search(rf"^{name}\b", README, re.M) if name != "yxq" else True


@pytest.fixture
def yxq(monkeypatch, capsys, tmp_path):
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["yxq", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        return stop.value.code or 0, *capsys.readouterr()

    return run


def test_a_quiet_ingest_says_only_what_is_wrong(yxq, tmp_path, monkeypatch):
    bars = []
    monkeypatch.setattr(cli, "_bar", lambda rows, *_: bars.append(rows) or rows)
    raw = tmp_path / "raw"
    raw.mkdir()
    name = "质监局-监督抽查结果-2013年第二季度.csv"
    (raw / name).write_bytes((DEMO / "2013" / name).read_bytes())
    assert yxq("ingest", "--raw", "raw", "--quiet") == (0, "", "") and bars == []
    assert "rows read" in yxq("ingest", "--raw", "raw")[2]
    (raw / "b.xls").write_text("<html>error</html>")
    code, out, err = yxq("ingest", "--raw", "raw", "--quiet")
    assert (code, out, err.count("\n")) == (1, "", 1) and err.startswith("not read: b.xls")
    assert len(bars) == 1  # of the second, which was not quiet


def test_a_quiet_run_says_only_what_failed_and_the_log_has_all(yxq, tmp_path, demo_processed):
    import nbformat

    cell = nbformat.v4.new_code_cell("1 / (town != '和桥镇')")
    parameters = nbformat.v4.new_code_cell("town = '丁蜀镇'", metadata={"tags": ["parameters"]})
    made = nbformat.v4.new_notebook(cells=[parameters, cell])
    nbformat.write(made, tmp_path / "own.ipynb")
    asked = ("run", "own.ipynb", "--processed", demo_processed, "--log", "log", "--quiet")
    assert yxq(*asked, "--units", "丁蜀镇") == (0, "", "")
    log = Path("log").read_text(encoding="utf-8")
    assert "dingshu-zhen" in log and "1 done, 0 unchanged, 0 failed" in log
    code, out, err = yxq(*asked, "--units", "丁蜀镇", "和桥镇")
    lines = err.splitlines()
    assert (code, out, len(lines)) == (1, "", 3)
    assert all("heqiao-zhen" in line and "failed: ZeroDivisionError" in line for line in lines[:1])
    assert lines[-1] == "0 done, 1 unchanged, 1 failed"


def test_without_a_command_it_shows_its_help(yxq):
    code, out, err = yxq()
    assert (code, out) == (2, "") and err.startswith("Usage: yxq [OPTIONS] COMMAND")
    assert all(f"\n  {name.partition(' ')[2]} " in err for name, _ in commands() if " " in name)


@pytest.mark.parametrize(
    ("words", "completed"),
    [
        ("yxq at", {"attain"}),
        ("yxq attain --fo", {"--format"}),
        ("yxq attain --format ", {"table", "csv", "json"}),
        ("yxq pack --qu", {"--quiet"}),
    ],
)
def test_the_shell_completes_by_clicks_own_script(words, completed):
    typed = words.split(" ")
    asked = {"_YXQ_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": len(typed) - 1}
    env = os.environ | {name: str(value) for name, value in asked.items()}
    done = subprocess.run(YXQ, env=env, capture_output=True, text=True, timeout=60)
    assert {line.partition(",")[2] for line in done.stdout.splitlines()} == completed
    assert "_YXQ_COMPLETE=bash_source yxq" in README


def test_a_run_of_the_schedule_can_be_watched_in_what_the_readme_names(yxq, tmp_path):
    """The keys of a summary that is at work are told."""
    from yxq.publish.summary import Summary

    with Summary(tmp_path):
        keys = json.loads((tmp_path / "summary.json").read_text(encoding="utf-8")).keys()
    told = README[README.index("`DIR/summary.json`") :][:900]
    assert keys >= {"status", "at", "of", "current", "done", "skipped", "failed", "began"}
    assert all(f"`{key}`" in told for key in ("at", "of", "current", "began"))
