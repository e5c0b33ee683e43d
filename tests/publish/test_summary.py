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
    with Summary(tmp_path) as summary:
        begun = read(tmp_path)
        assert (begun["status"], begun["at"], begun["of"]) == ("running", "notebooks", None)
        assert (begun["current"], begun["done"], begun["runs"]) == ([], 0, [])
        assert summary.end([DONE, SKIPPED], pack="reports/2013") == 0
    found = read(tmp_path)
    assert (found["status"], found["done"], found["skipped"], found["failed"]) == ("done", 1, 1, 0)
    assert found["pack"] == "reports/2013" and not {"at", "of", "current"} & found.keys()
    assert found["began"] == begun["began"]
    assert found["runs"][0]["parameters"] == {"n": 1, "path": "x"}
    assert capsys.readouterr().err == "1 done, 1 unchanged, 0 failed\n"


def test_it_says_how_far_it_is(tmp_path, monkeypatch):
    clock = [1385510400.0]
    monkeypatch.setattr("yxq.publish.summary.time.time", lambda: clock[0])
    with Summary(tmp_path) as summary:
        summary.at("ingest")
        assert read(tmp_path)["at"] == "ingest"
        summary.watch([SKIPPED], ["b", "c"], 4)
        first = read(tmp_path)
        assert (first["at"], first["of"], first["skipped"], first["done"]) == ("notebooks", 4, 1, 0)
        assert [entry["name"] for entry in first["current"]] == ["b", "c"]
        assert {entry["started"] for entry in first["current"]} == {first["began"]}
        clock[0] += 60
        summary.watch([SKIPPED, DONE], ["c", "d"], 4)
        second = read(tmp_path)
        since = {entry["name"]: entry["started"] for entry in second["current"]}
        assert since["c"] == first["began"] != since["d"] and since["d"].startswith("2013-11-2")
        assert (second["seconds"], second["done"], len(second["runs"])) == (60, 1, 2)
        summary.watch([SKIPPED, DONE, FAILED, DONE], [], 4)
        last = read(tmp_path)
        assert (last["at"], last["current"], last["failed"]) == ("publishing", [], 1)
        assert (last["status"], last["done"]) == ("running", 2)


def test_what_is_as_it_was_is_not_written_again(tmp_path):
    with Summary(tmp_path) as summary:
        summary.watch([DONE], ["b"], 3)
        before = (tmp_path / "summary.json").stat()
        summary.watch([DONE], ["b"], 3)
        assert (tmp_path / "summary.json").stat() == before
        summary.watch([DONE], ["b", "c"], 3)
        assert (tmp_path / "summary.json").stat() != before


def test_a_failure_is_named_and_is_the_exit_code(tmp_path, capsys):
    with Summary(tmp_path) as summary:
        assert summary.end([DONE, FAILED]) == 1
    assert read(tmp_path)["status"] == "failed"
    assert "failed: a: e" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [([DONE], ""), ([DONE, FAILED], "failed: a: e\n1 done, 0 unchanged, 1 failed\n")],
)
def test_quietly_only_failures_are_said(tmp_path, capsys, outcomes, said):
    with Summary(tmp_path, quiet=True) as summary:
        summary.end(outcomes)
    assert capsys.readouterr().err == said


@pytest.mark.parametrize(
    ("error", "line"), [(OSError("full"), "full"), (KeyboardInterrupt(), "KeyboardInterrupt")]
)
def test_what_stopped_it_stands_there_and_what_had_ended(tmp_path, error, line):
    with pytest.raises(type(error)), Summary(tmp_path) as summary:
        summary.watch([DONE], ["b"], 2)
        raise error
    found = read(tmp_path)
    assert (found["status"], found["error"], found["done"]) == ("stopped", line, 1)
    assert "current" not in found
