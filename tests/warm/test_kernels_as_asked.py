"""Which interpreter a kernel is, what ends with it, and papermill's own options."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import papermill
import psutil
import pytest
from jupyter_client.kernelspec import KernelSpec

from yxq.publish.execute import execute
from yxq.publish.job import Job
from yxq.warm import server
from yxq.warm.forking import starts_this_interpreter

CAN_FORK = pytest.mark.skipif(not server.can_fork(), reason="kernels are not forked here")
LAUNCH = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
MARK = 30_011  # seconds that no other process sleeps


def write(path: Path, *sources: str, kernel: str = "python3") -> Path:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec}), path)
    return path


def printed(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return "".join(output.get("text", "") for cell in cells for output in cell.get("outputs", []))


def another_python(folder: Path) -> str:
    """An interpreter that leaves word that it was used."""
    file = folder / "bin" / "python"
    file.parent.mkdir()
    file.write_text(f'#!/bin/sh\ntouch {folder}/used\nexec {sys.executable} "$@"\n')
    file.chmod(0o755)
    return str(file)


def install(folder: Path, monkeypatch, name: str, argv: list[str]) -> None:
    place = folder / "jupyter" / "kernels" / name
    place.mkdir(parents=True)
    spec = {"argv": argv, "display_name": name, "language": "python"}
    (place / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(folder / "jupyter"))


def test_a_kernelspec_is_of_this_interpreter_or_not(tmp_path):
    def own(argv: list[str], **more) -> bool:
        return starts_this_interpreter(KernelSpec(argv=argv, **more))

    here, version = Path(sys.executable), sys.version_info
    assert own([sys.executable, *LAUNCH]) and own(["python", *LAUNCH]) and own(["python3", *LAUNCH])
    assert own([f"python3.{version.minor}", *LAUNCH]) and own([sys.executable, *LAUNCH, "--quiet"])
    assert own([str(here.parent / f"../{here.parent.name}/python3"), *LAUNCH])
    linked = tmp_path / "python"
    linked.symlink_to(here.resolve())
    assert not own([str(linked), *LAUNCH])  # another environment's, of the same system's Python
    assert not own([sys.executable, "-O", *LAUNCH]) and not own([sys.executable, "-m", "xeus"])
    assert not own(["python2", *LAUNCH]) and not own([])
    assert not own([sys.executable, *LAUNCH], env={"PYTHONPATH": "/x"})
    assert own([sys.executable, *LAUNCH], env={"OWN": "1"})
    elsewhere = {"kernel_provisioner": {"provisioner_name": "ssh"}}
    assert not own([sys.executable, *LAUNCH], metadata=elsewhere)
    at_home = {"kernel_provisioner": {"provisioner_name": "local-provisioner"}}
    assert own([sys.executable, *LAUNCH], metadata=at_home)


@pytest.mark.parametrize("forking", [pytest.param(True, marks=CAN_FORK), False])
def test_the_runner_uses_its_own_interpreter(tmp_path, monkeypatch, forking):
    """Whatever another environment has put in the place of `python3`."""
    install(tmp_path, monkeypatch, "python3", [another_python(tmp_path), *LAUNCH])
    if not forking:
        monkeypatch.setattr("yxq.warm.forking.can_fork", lambda: False)
    path = write(tmp_path / "a.ipynb", "import sys; print(sys.executable)")
    assert not execute(Job(path, tmp_path / "o.ipynb", {})).error
    assert printed(tmp_path / "o.ipynb") == f"{sys.executable}\n"
    assert not (tmp_path / "used").exists()


@pytest.mark.parametrize(
    ("flags", "optimized", "another"), [([], "0\n", True), (["-O"], "1\n", False)]
)
def test_papermill_starts_the_kernel_that_is_asked_for(
    tmp_path, monkeypatch, flags, optimized, another
):
    python = another_python(tmp_path)
    argv = [python if another else sys.executable, *flags, *LAUNCH]
    install(tmp_path, monkeypatch, "theirs", argv)
    path = write(tmp_path / "a.ipynb", "import sys; print(sys.flags.optimize)", kernel="theirs")
    out = tmp_path / "o.ipynb"
    papermill.execute_notebook(str(path), str(out), engine_name="yxq", progress_bar=False)
    assert printed(out) == optimized and (tmp_path / "used").exists() is another


@pytest.mark.parametrize(
    ("command", "flags"),
    [
        ("python -m papermill", ""),
        ("python script.py -O", ""),
        ("python -uBq -c pass", ""),
        ("python -O -m papermill", "-O"),
        ("python -uO script.py", "-uO"),
        ("python -X dev -W error -m a", "-X dev -W error"),
        ("python -Xdev -Werror", "-Xdev -Werror"),
        ("python -I -", "-I"),
    ],
)
def test_flags_that_a_kernel_would_not_have(command, flags):
    assert server.own_flags(command.split()) == flags.split()


def test_flags_of_the_caller_do_not_reach_a_kernel(tmp_path):
    write(tmp_path / "a.ipynb", "assert False, 'it is asserted'")
    command = ["-O", "-m", "papermill", "--engine", "yxq", "a.ipynb", "o.ipynb"]
    done = subprocess.run(
        [sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1 and "AssertionError: it is asserted" in done.stderr


SCRIPTS = {
    "a notebook in a daemon thread": """
import papermill, pathlib, threading, time
options = {"engine_name": "yxq", "progress_bar": False}
threading.Thread(
    target=papermill.execute_notebook, args=("a.ipynb", "o.ipynb"), kwargs=options, daemon=True
).start()
while not pathlib.Path("pid").exists():
    time.sleep(0.05)
time.sleep(0.2)
""",
    "a manager that nobody shut down": """
import asyncio, pathlib
from yxq.warm.forking import Manager
manager = Manager(kernel_name="python3")
asyncio.run(manager.start_kernel())
pathlib.Path("pid").write_text(str(manager.provisioner.pid))
""",
}


@CAN_FORK
@pytest.mark.parametrize("name", SCRIPTS)
def test_the_interpreter_ends_and_its_kernels_with_it(tmp_path, name):
    tell = "import os, pathlib, time\npathlib.Path('pid').write_text(str(os.getpid()))"
    write(tmp_path / "a.ipynb", f"{tell}\ntime.sleep(90)")
    env = os.environ | {"TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPTS[name]],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    assert gone([int((tmp_path / "pid").read_text())])
    assert not [*tmp_path.glob("yxq-*")]


def gone(pids: list[int]) -> bool:
    processes = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    alive = psutil.wait_procs(processes, timeout=10)[1]
    return not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


CHILDREN = f"""
import subprocess
own = subprocess.Popen(["sleep", "{MARK}"], start_new_session=True)
line = "setsid sleep {MARK} >/dev/null 2>&1 & echo $!"  # its parent ends at once
orphan = subprocess.check_output(line, shell=True, text=True)
print(own.pid, orphan, flush=True)
"""
ENDS = {
    "it is done": "1",
    "an error": "1 / 0",
    "it dies": "import time; time.sleep(0.3); import os; os._exit(3)",
    "it hangs": "import time; time.sleep(90)",
}


@CAN_FORK
@pytest.mark.parametrize("end", ENDS)
def test_what_cells_have_started_in_sessions_of_their_own_ends_with_the_kernel(tmp_path, end):
    path = write(tmp_path / "a.ipynb", CHILDREN, ENDS[end])
    outcome = execute(Job(path, tmp_path / "o.ipynb", {}, timeout=3 if end == "it hangs" else 60))
    assert bool(outcome.error) == (end != "it is done")
    made = tmp_path / ("o.failed.ipynb" if outcome.error else "o.ipynb")
    pids = [int(word) for word in printed(made).split()]
    assert len(pids) == 2 and gone(pids)


@CAN_FORK
def test_a_copy_of_the_kernel_that_a_cell_has_made_ends_too(tmp_path):
    """It has the surroundings of the server, by which nobody would know it for the kernel's."""
    source = (
        "import os, time\ncopy = os.fork()\nif not copy:\n"
        f"    os.setsid(); time.sleep({MARK}); os._exit(0)\nprint(copy)"
    )
    assert not execute(Job(write(tmp_path / "a.ipynb", source), tmp_path / "o.ipynb", {})).error
    assert gone([int(printed(tmp_path / "o.ipynb"))])


@CAN_FORK
def test_what_another_running_kernel_has_started_goes_on(tmp_path):
    """Also where its parent has ended."""
    write(tmp_path / "b.ipynb", "1")
    path = write(
        tmp_path / "a.ipynb",
        CHILDREN.replace("print(", "open('pids', 'w').write(f'{own.pid} {orphan}') or print("),
        "import os, time\nwhile not os.path.exists('stop'): time.sleep(0.05)\n"
        "print(*[os.path.exists(f'/proc/{pid}') for pid in (own.pid, int(orphan))])",
    )
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool:
        begun = pool.submit(execute, Job(path, tmp_path / "o.ipynb", {}, folder=str(tmp_path)))
        end = time.monotonic() + 30
        while not (tmp_path / "pids").exists() and time.monotonic() < end:
            time.sleep(0.05)
        bad = write(tmp_path / "c.ipynb", "import os; os._exit(3)")
        assert execute(Job(bad, tmp_path / "p.ipynb", {})).error
        assert not execute(Job(tmp_path / "b.ipynb", tmp_path / "q.ipynb", {})).error
        (tmp_path / "stop").touch()
        assert not begun.result(timeout=60).error
    assert printed(tmp_path / "o.ipynb").endswith("True True\n")


def test_without_forking_they_end_too(tmp_path, monkeypatch):
    monkeypatch.setattr("yxq.warm.forking.can_fork", lambda: False)
    source = CHILDREN.split("line =")[0] + "print(own.pid)"
    assert not execute(Job(write(tmp_path / "a.ipynb", source), tmp_path / "o.ipynb", {})).error
    assert gone([int(printed(tmp_path / "o.ipynb"))])


OPTIONS = """
import logging, papermill, warnings
from jupyter_client.manager import AsyncKernelManager
warnings.simplefilter("ignore")
class Mine(AsyncKernelManager):
    def __init__(self, **options):
        super().__init__(**options)
        print("mine")
log = logging.getLogger("own")
for further in ({"kernel_manager_class": Mine}, {"log": log, "timeout": 30}):
    further |= {"engine_name": "yxq", "progress_bar": False}
    papermill.execute_notebook("a.ipynb", "o.ipynb", **further)
    print("ran")
"""


def test_options_of_papermills_own_client_are_taken_as_it_takes_them(tmp_path):
    write(tmp_path / "a.ipynb", "1")
    done = subprocess.run(
        [sys.executable, "-c", OPTIONS], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0 and done.stdout == "mine\nran\nran\n", done.stderr


@pytest.mark.parametrize("name", ["a{b}c", "{0}", "{{x}}", "}{"])
def test_braces_in_a_folders_name_are_braces(tmp_path, name):
    (tmp_path / name).mkdir()
    path = write(tmp_path / name / "in{n}.ipynb", "print(1)")
    outcome = execute(Job(path, tmp_path / name / "out" / "o{n}.ipynb", {"n": 1}))
    assert not outcome.error and printed(tmp_path / name / "out" / "o{n}.ipynb") == "1\n"
