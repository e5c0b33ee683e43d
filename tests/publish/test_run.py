"""One run at a time, nothing left behind, and a good pack outlives a bad run."""

import os
import shutil
import signal
import subprocess
import sys
import time

import nbformat
import psutil
import pytest
from project import ROOT

from yxq.publish import pack
from yxq.tables.lock import Busy, lock

YXQ = [sys.executable, "-c", "from yxq.cli import main; main()"]


def test_the_second_run_on_a_folder_says_so_and_stops(tmp_path, plan2013, demo_processed):
    with lock(tmp_path), pytest.raises(Busy, match="another yxq is at work"):
        pack.build(plan2013, tmp_path, demo_processed)
    with lock(tmp_path):
        done = subprocess.run(
            [*YXQ, "pack", "--out", tmp_path], capture_output=True, text=True, cwd=ROOT
        )
    assert done.returncode == 2 and "another yxq is at work" in done.stderr.splitlines()[-1]
    assert [p.name for p in tmp_path.iterdir()] == [".lock"]


def test_a_good_pack_stays_when_every_notebook_fails(
    tmp_path, plan2013, demo_processed, monkeypatch
):
    (tmp_path / "2013").mkdir()
    (tmp_path / "2013" / "index.html").write_text("good")
    broken = tmp_path / "notebooks"
    broken.mkdir()
    for path in pack.NOTEBOOKS.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells = [
            *notebook.cells[:3],
            nbformat.v4.new_code_cell("raise RuntimeError('boom')"),
        ]
        nbformat.write(notebook, broken / path.name)
    monkeypatch.setattr(pack, "NOTEBOOKS", broken)
    some = plan2013.model_copy(
        update={"folder": plan2013.folder.model_copy(update={"units": plan2013.folder.units[:3]})}
    )
    place, outcomes = pack.build(some, tmp_path, demo_processed)
    assert [outcome.error for outcome in outcomes] == ["RuntimeError: boom"] * 4
    assert (tmp_path / "2013" / "index.html").read_text() == "good" and place.name == ".2013.part"


def test_a_run_killed_between_taking_the_old_pack_away_and_putting_the_new_one_in_place(
    tmp_path, plan2013, demo_processed, monkeypatch
):
    (tmp_path / ".2013.old").mkdir()
    (tmp_path / ".2013.old" / "index.html").write_text("old")

    def stop(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(pack, "run", stop)
    with pytest.raises(KeyboardInterrupt):
        pack.build(plan2013, tmp_path, demo_processed)
    assert (tmp_path / "2013" / "index.html").read_text() == "old"


@pytest.fixture(scope="module")
def project(demo_processed, tmp_path_factory):
    """A project with the demo's returns and a pack; what its first run works out is kept in it."""
    place = tmp_path_factory.mktemp("project")
    shutil.copytree(demo_processed, place / "data" / "processed")
    shutil.copytree(ROOT / "data" / "raw", place / "data" / "raw")
    (place / "reports" / "2013").mkdir(parents=True)
    (place / "reports" / "2013" / "index.html").write_text("old")
    return place


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 130), (signal.SIGINT, 130)])
def test_stopping_leaves_no_process_and_the_old_pack(project, number, code):
    shutil.rmtree(project / "reports" / ".2013.part", ignore_errors=True)
    run = subprocess.Popen(
        [*YXQ, "pack"],
        cwd=project,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # Where the tests run in the background of a shell, it is ignored, and so by children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    part = project / "reports" / ".2013.part" / "notebooks"
    deadline = time.monotonic() + 60
    while not (part.is_dir() and any(part.iterdir())) and time.monotonic() < deadline:
        time.sleep(0.1)
    children = psutil.Process(run.pid).children(recursive=True)
    assert len(children) >= 2
    run.send_signal(number)
    _, err = run.communicate(timeout=30)
    assert run.returncode == code and "stopped" in err and "Traceback" not in err, err
    assert psutil.wait_procs(children, timeout=10)[1] == []
    assert (project / "reports" / "2013" / "index.html").read_text() == "old"
