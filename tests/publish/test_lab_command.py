"""JupyterLab is started on the tour, its kernel is this Python, and it ends with us."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from yxq import cli
from yxq.publish import lab, notebooks


def test_it_opens_the_tour_in_the_folder():
    assert lab.command(Path("/a b"), ["--no-browser"]) == [
        sys.executable,
        "-m",
        "jupyterlab",
        "--ServerApp.root_dir=/a b",
        "--LabApp.default_url=/lab/tree/notebooks/explore.ipynb",
        "--no-browser",
    ]


@pytest.mark.parametrize("given", [{}, {"JUPYTER_PATH": "/other"}])
def test_python3_is_this_interpreter_before_any_other_of_that_name(tmp_path, given):
    made = lab.environment(tmp_path, given | {"A": "1"})
    assert made["JUPYTER_PATH"].split(os.pathsep) == [str(tmp_path), *given.values()]
    assert made["A"] == "1" and len(made) == 2
    kernel = json.loads((tmp_path / "kernels" / "python3" / "kernel.json").read_text("utf-8"))
    assert kernel["argv"][0] == sys.executable and "{connection_file}" in kernel["argv"]
    assert kernel["language"] == "python"


@pytest.mark.parametrize("code", [0, 3])
def test_its_exit_code_is_ours_and_what_it_needed_is_gone(monkeypatch, tmp_path, code):
    program = tmp_path / "program.py"
    program.write_text(
        "import os, sys; from pathlib import Path\n"
        "place = os.environ['JUPYTER_PATH'].split(os.pathsep)[0]\n"
        "Path(sys.argv[1]).write_text(place)\n"
        f"sys.exit({code} if os.listdir(place) == ['kernels'] else 9)\n",
        encoding="utf-8",
    )
    said = tmp_path / "said"
    monkeypatch.setattr(lab, "command", lambda folder, further: [sys.executable, program, said])
    before = signal.getsignal(signal.SIGINT)
    assert lab.serve(tmp_path, []) == code
    assert not Path(said.read_text(encoding="utf-8")).exists()
    assert signal.getsignal(signal.SIGINT) is before


def test_what_ends_us_ends_it(monkeypatch, tmp_path):
    """Ctrl-C is left to it while it is at work."""
    began, said = [], []

    class Server:
        def __init__(self, command, env):
            began.append(command)

        def wait(self, timeout=None):
            said.append("wait")
            if len(said) == 1:
                assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
                raise KeyboardInterrupt
            return 0

        def terminate(self):
            said.append("terminate")

    monkeypatch.setattr(lab.subprocess, "Popen", Server)
    with pytest.raises(KeyboardInterrupt):
        lab.serve(tmp_path, ["--x"])
    assert said == ["wait", "terminate", "wait"] and began[0][-1] == "--x"


def test_one_that_does_not_end_when_it_is_asked_to_is_ended(monkeypatch):
    monkeypatch.setattr(lab, "PATIENCE", 0.5)
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    code += "; print('ready', flush=True); time.sleep(60)"
    deaf = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert deaf.stdout.readline() == b"ready\n"
    lab._end(deaf)
    assert deaf.returncode == -signal.SIGKILL
    deaf.stdout.close()


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ([], ["--ServerApp.port=8888"]),
        (
            ["--no-browser", "--allow-root", "--port", "9000"],
            ["--ServerApp.port=9000", "--no-browser", "--allow-root"],
        ),
    ],
)
def test_the_command_reads_copies_and_serves(
    demo_processed, tmp_path, monkeypatch, capsys, arguments, asked
):
    """Where the returns themselves are elsewhere, their tables are enough."""
    served = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(lab, "serve", lambda folder, further: served.append((folder, further)) or 0)
    monkeypatch.setattr(sys, "argv", ["yxq", "lab", "--processed", str(demo_processed), *arguments])
    for said in ("6 notebooks copied to notebooks/; they are yours to change\n", ""):
        with pytest.raises(SystemExit) as stop:
            cli.main()
        assert stop.value.code == 0 and capsys.readouterr().err == said
    assert served == [(tmp_path, asked)] * 2
    assert len(list(Path("notebooks").glob("*.ipynb"))) == len(notebooks.copies(tmp_path / "b"))


def test_without_returns_it_says_so_and_leaves_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["yxq", "lab"])
    monkeypatch.setattr(lab, "serve", lambda *_: pytest.fail("opened"))
    with pytest.raises(SystemExit) as stop:
        cli.main()
    err = capsys.readouterr().err
    assert stop.value.code == 2 and err.startswith("yxq: no returns under data/raw")
    assert err.count("\n") == 1 and list(tmp_path.iterdir()) == []
