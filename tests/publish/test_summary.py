"""`summary.json` and the exit code are of this run, however it ends."""

import json
from pathlib import Path

import pytest

from yxq.publish.job import Job, Outcome
from yxq.publish.summary import Summary

JOB = Job(Path("a.ipynb"), Path("runs/a.ipynb"), {}, settled={"n": 1, "path": Path("x")})
DONE, SKIPPED, FAILED = (
    Outcome(JOB, 1, error, why) for error, why in (("", "new"), ("", ""), ("e", "new"))
)


def read(out: Path) -> dict:
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


def test_it_is_running_until_it_has_ended(tmp_path, capsys):
    with Summary(tmp_path, explain=False) as summary:
        assert read(tmp_path)["status"] == "running"
        assert summary.end([DONE, SKIPPED], pack="reports/2013") == 0
    found = read(tmp_path)
    assert (found["status"], found["done"], found["skipped"], found["failed"]) == ("done", 1, 1, 0)
    assert found["pack"] == "reports/2013"
    assert found["runs"][0]["parameters"] == {"n": 1, "path": "x"}
    assert capsys.readouterr().err == "1 done, 1 unchanged, 0 failed\n"


def test_a_failure_is_named_and_is_the_exit_code(tmp_path, capsys):
    with Summary(tmp_path, explain=False) as summary:
        assert summary.end([DONE, FAILED]) == 1
    assert read(tmp_path)["status"] == "failed"
    assert "failed: a: e" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "line"), [(OSError("full"), "full"), (KeyboardInterrupt(), "KeyboardInterrupt")]
)
def test_what_stopped_it_stands_there(tmp_path, error, line):
    with pytest.raises(type(error)), Summary(tmp_path, explain=False):
        raise error
    assert (read(tmp_path)["status"], read(tmp_path)["error"]) == ("stopped", line)


def test_explaining_writes_nothing(tmp_path, capsys):
    with Summary(tmp_path / "out", explain=True) as summary:
        assert summary.end([DONE, SKIPPED]) == 0
    assert not (tmp_path / "out").exists()
    out, err = capsys.readouterr()
    assert out == "a: new\na: up to date\n" and err == "1 of 2 would be run\n"
