"""Warm kernels do what ordinary ones do, and share nothing but imports."""

import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
import papermill
import psutil
import pytest

from yxq.publish.execute import execute
from yxq.publish.job import Job
from yxq.warm import server

CAN_FORK = pytest.mark.skipif(not server.can_fork(), reason="kernels are not forked here")
EVERYTHING = [
    "import sys, os\nprint('out', flush=True)\nprint('err', file=sys.stderr, flush=True)\nprint('again')",
    "from IPython.display import display, HTML, clear_output\nshown = display('first', display_id='a')\ndisplay(HTML('<b>丁蜀镇</b>'))\nshown",
    "shown = display('before', display_id='b')\nshown.update('after')\nprint(1); clear_output(wait=True); print(2)",
    "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2]); plt.title('a'); plt.show()",
    "fig, ax = plt.subplots(); ax.bar([1, 2], [2, 1]); None",
    "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
    "import subprocess\n_ = subprocess.run(['echo', 'child'])\nsubprocess.check_output(['echo', 'captured'])",
    "!echo shell",
    "import pandas as pd\npd.DataFrame({'a': [1, 2]})",
    "import warnings\nwarnings.warn('careful')",
    "print(__name__, os.path.basename(os.getcwd()), sys.path[0] == '', sys.argv[1:2], os.environ.get('OWN'))",
    "print([p for p in sys.path if not p.startswith(sys.base_prefix) and 'site-packages' not in p])",
    "import multiprocessing, threading, signal\nprint(multiprocessing.current_process().name, multiprocessing.parent_process(), signal.getsignal(signal.SIGTERM))",
    "%%bash\necho magic",
    "def square(x):\n    return x * x\nimport multiprocessing\nwith multiprocessing.Pool(2) as pool:\n    print(pool.map(square, range(4)))",
    "multiprocessing.get_start_method(), os.path.basename(sys.argv[0]), matplotlib.rcParams['figure.figsize'] if 'matplotlib' in globals() else plt.rcParams['figure.figsize']",
    "get_ipython().user_ns.get('town'), open.__name__, __builtins__.__name__",
    "_ = 7\n_",
]


def write(path: Path, *sources: str, parameters: str = "") -> Path:
    cells = (
        [nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})]
        if parameters
        else []
    )
    notebook = nbformat.v4.new_notebook(
        cells=cells + [nbformat.v4.new_code_cell(source) for source in sources]
    )
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(notebook, path)
    return path


def mill(notebook: Path, engine: str | None, **options):
    """The executed notebook, whether or not it failed."""
    out = notebook.with_suffix(f".{engine}.out.ipynb")
    try:
        papermill.execute_notebook(
            str(notebook), str(out), progress_bar=False, engine_name=engine, **options
        )
    except papermill.PapermillExecutionError as error:
        return nbformat.read(out, as_version=4), str(error)
    return nbformat.read(out, as_version=4), ""


def outputs(notebook) -> list:
    """The outputs without what may differ: addresses, process numbers, the place of a temporary
    file, and how often what was printed was handed on.
    """
    text = [
        str(together([dict(output) for output in cell.outputs]))
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]
    return [re.sub(r"0x[0-9a-f]+|ipykernel_\d+/\d+", "…", one) for one in text]


def together(found: list[dict]) -> list[dict]:
    """What was printed to one stream in one piece."""
    whole: list[dict] = []
    for output in found:
        last = whole[-1] if whole else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            whole.append(output)
    return whole


@CAN_FORK
def test_the_same_outputs_cell_by_cell(tmp_path, monkeypatch):
    monkeypatch.setenv("OWN", "told")
    path = write(tmp_path / "everything.ipynb", *EVERYTHING)
    ordinary, _ = mill(path, None)
    warmed, _ = mill(path, "yxq")
    for source, one, other in zip(EVERYTHING, outputs(ordinary), outputs(warmed), strict=True):
        assert one == other, source
    assert sum("image/png" in one for one in outputs(ordinary)) == 2


@CAN_FORK
def test_an_error_stops_the_run_and_keeps_its_traceback(tmp_path):
    path = write(
        tmp_path / "error.ipynb",
        "print('before')",
        "def f():\n    raise KeyError('丁属镇')\nf()",
        "print('never')",
    )
    (ordinary, one), (warmed, other) = mill(path, None), mill(path, "yxq")
    strip = re.compile(r"\x1b\[[0-9;]*m")
    assert strip.sub("", one) == strip.sub("", other) and "丁属镇" in other
    assert outputs(ordinary) == outputs(warmed) and not warmed.cells[-1].get("outputs")


def test_prepare_only_and_report_mode(tmp_path):
    path = write(tmp_path / "in.ipynb", "town, n", parameters="town = '宜兴市'\nn = 1")
    made, _ = mill(path, "yxq", parameters={"town": "丁蜀镇", "n": 2}, prepare_only=True)
    assert all(not cell.outputs for cell in made.cells)
    made, _ = mill(path, "yxq", parameters={"town": "丁蜀镇", "n": 2}, report_mode=True)
    assert all(
        cell.metadata.get("jupyter", {}).get("source_hidden")
        for cell in made.cells
        if cell.cell_type == "code"
    )
    assert made.cells[-1].outputs[0].data["text/plain"] == "('丁蜀镇', 2)"


def test_an_injected_cell_that_was_edited_by_hand_is_left_alone(tmp_path):
    path = write(tmp_path / "in.ipynb", "n", parameters="n = 1")
    made, _ = mill(path, "yxq", parameters={"n": 2})
    injected = next(c for c in made.cells if "injected-parameters" in c.metadata.tags)
    injected.source = "n = 7"
    nbformat.write(made, tmp_path / "edited.ipynb")
    made, _ = mill(tmp_path / "edited.ipynb", "yxq")
    assert "n = 7" in [cell.source for cell in made.cells]
    assert made.cells[-1].outputs[0].data["text/plain"] == "7"


def test_parameters_of_another_language_are_as_papermill_writes_them(tmp_path, monkeypatch):
    """Up to where the kernel would start: there is none of another language here."""
    path = write(tmp_path / "in.ipynb", "echo $x", parameters="x=1")
    bash = {"name": "bash", "display_name": "Bash", "language": "bash"}
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata["kernelspec"] = bash
    nbformat.write(notebook, path)
    sources = []
    client = type("Client", (), {"__init__": lambda self, manager, **options: None})
    client.execute = lambda self: None
    monkeypatch.setattr("yxq.warm.engine.Client", client)
    for engine in (None, "yxq"):
        prepare_only = engine is None
        made, _ = mill(path, engine, parameters={"x": "五 5"}, prepare_only=prepare_only)
        sources.append([cell.source for cell in made.cells])
    assert sources[0] == sources[1] and sources[0][1].startswith("# Parameters\nx=")


DIRTY = """
import matplotlib, os, random, sys, numpy, pandas, warnings, decimal, locale, builtins
matplotlib.rcParams["font.size"] = 33; os.environ["LEAK"] = "1"; os.chdir("/"); random.seed(1); numpy.random.seed(1)
sys.path.insert(0, "/leak"); pandas.set_option("display.max_rows", 3); warnings.simplefilter("error")
decimal.getcontext().prec = 3; builtins.leak = 1; sys.modules["leak"] = sys
import yxq.words.catalogue; yxq.words.catalogue.catalogue()["text"].clear()
"""
LOOK = """
import matplotlib, os, random, sys, numpy, pandas, warnings, decimal, builtins, yxq.words
print([matplotlib.rcParams["font.size"], os.environ.get("LEAK"), os.path.basename(os.getcwd()), "/leak" in sys.path, pandas.get_option("display.max_rows"),
       len(warnings.filters), decimal.getcontext().prec, hasattr(builtins, "leak"), "leak" in sys.modules, len(yxq.words.catalogue.catalogue()["text"]) > 9])
"""


@CAN_FORK
def test_state_does_not_leak(tmp_path):
    look, dirty = write(tmp_path / "look.ipynb", LOOK), write(tmp_path / "dirty.ipynb", DIRTY)
    before = outputs(mill(look, "yxq")[0])
    assert mill(dirty, "yxq")[1] == ""
    assert outputs(mill(look, "yxq")[0]) == before
    drawn = write(
        tmp_path / "draw.ipynb",
        "import numpy, random\nprint(numpy.random.random(), random.random())",
    )
    assert outputs(mill(drawn, "yxq")[0]) != outputs(mill(drawn, "yxq")[0])


@pytest.mark.parametrize(
    ("source", "limits", "error"),
    [
        ("import os; os._exit(3)", {}, "DeadKernelError"),
        ("import time; time.sleep(60)", {"timeout": 1}, "CellTimeoutError"),
        pytest.param("kept = bytearray(10**9)", {"memory": 200}, "MemoryError", marks=CAN_FORK),
    ],
)
def test_a_kernel_that_dies_hangs_or_eats_memory_fails_its_own_run_only(
    tmp_path, source, limits, error
):
    path = write(tmp_path / "bad.ipynb", "print('before')", source, "print('after')")
    outcome = execute(Job(path, tmp_path / "out" / "bad.ipynb", {}, **limits))
    assert outcome.status == "failed" and outcome.error.startswith(error)
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["bad.failed.ipynb"]
    told = nbformat.read(tmp_path / "out" / "bad.failed.ipynb", as_version=4).cells[-2]
    assert told.outputs[-1].output_type == "error" and told.outputs[-1].ename == error.split(":")[0]
    assert not execute(
        Job(write(tmp_path / "good.ipynb", "1 + 1"), tmp_path / "out" / "good.ipynb", {})
    ).error


@CAN_FORK
def test_what_is_to_be_done_at_the_end_is_done(tmp_path):
    source = f"import atexit, os\nos.chdir({str(tmp_path)!r})\natexit.register(lambda: open('ended', 'w').write('x'))\nheld = open('held', 'w')\nheld.write('unflushed')"
    assert mill(write(tmp_path / "a.ipynb", source), "yxq")[1] == ""
    assert (tmp_path / "ended").read_text() == "x" and (
        tmp_path / "held"
    ).read_text() == "unflushed"


@CAN_FORK
def test_surroundings_that_changed_since_the_server_began_are_heeded(tmp_path, monkeypatch):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "ours.py").write_text("said = 'ours'")
    (tmp_path / "matplotlibrc").write_text("figure.figsize: 2, 2")
    path = write(
        tmp_path / "a.ipynb",
        "import time, ours, matplotlib\n[time.tzname[0], ours.said, matplotlib.rcParams['figure.figsize']]",
    )
    execute(Job(write(tmp_path / "first.ipynb", "1"), tmp_path / "o.ipynb", {}))
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    with monkeypatch.context() as changed:
        changed.setenv("PYTHONPATH", str(tmp_path / "own"))
        assert not server.can_fork()
        outcome = execute(Job(path, tmp_path / "out.ipynb", {}, folder=str(tmp_path)))
    made = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert (
        not outcome.error
        and made.cells[0].outputs[0].data["text/plain"] == "['CST', 'ours', [2.0, 2.0]]"
    )
    path = write(
        tmp_path / "a.ipynb",
        "import time, matplotlib\n[time.tzname[0], matplotlib.rcParams['figure.figsize']]",
    )
    assert (
        server.can_fork()
        and not execute(Job(path, tmp_path / "out.ipynb", {}, folder=str(tmp_path))).error
    )
    made = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert made.cells[0].outputs[0].data["text/plain"] == "['CST', [2.0, 2.0]]"


@CAN_FORK
def test_a_script_without_a_guard_is_not_run_again_in_its_kernels(tmp_path):
    write(tmp_path / "a.ipynb", "print(1)")
    (tmp_path / "script.py").write_text(
        "import papermill\nprint('script')\n"
        "papermill.execute_notebook('a.ipynb', 'b.ipynb', engine_name='yxq', progress_bar=False)\n"
    )
    (tmp_path / "scipy.py").write_text("raise ValueError('not the library')")
    long = tmp_path / ("long" * 20)
    long.mkdir()
    done = subprocess.run(
        [sys.executable, "-P", "script.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"TMPDIR": str(long)},
    )
    assert done.returncode == 0 and done.stdout == "script\n"


@CAN_FORK
def test_nothing_is_left_open_behind_a_run(tmp_path):
    path = write(tmp_path / "a.ipynb", "1")

    def held() -> tuple[int, int, int, list[str]]:
        me = psutil.Process()
        live = [p.pid for p in me.children(recursive=True) if p.status() == psutil.STATUS_ZOMBIE]
        return (
            me.num_fds(),
            threading.active_count(),
            len(live),
            sorted(Path(tempfile.gettempdir()).glob(f"yxq-{os.getpid()}-*")),
        )

    for _ in range(2):
        execute(Job(path, tmp_path / "o.ipynb", {}))
    before = held()
    died = write(tmp_path / "died.ipynb", "import os; os.kill(os.getpid(), 9)")
    for _ in range(8):
        assert not execute(Job(path, tmp_path / "o.ipynb", {})).error
    assert execute(Job(died, tmp_path / "o.ipynb", {})).error
    assert held() == before


@CAN_FORK
def test_kernels_end_with_a_runner_that_was_killed(tmp_path):
    write(
        tmp_path / "a.ipynb",
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(__import__('os').getpid()))",
        "import time; time.sleep(60)",
    )
    script = "import papermill; papermill.execute_notebook('a.ipynb', 'b.ipynb', engine_name='yxq', progress_bar=False)"
    runner = subprocess.Popen([sys.executable, "-c", script], cwd=tmp_path)
    end = time.monotonic() + 30
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < end
        time.sleep(0.05)
    kernel = psutil.Process(int((tmp_path / "pid").read_text()))
    runner.kill()
    runner.wait()
    assert psutil.wait_procs([kernel], timeout=10)[1] == []


def test_where_kernels_cannot_be_forked_ordinary_ones_are_started(tmp_path, monkeypatch):
    monkeypatch.setattr(server, "can_fork", lambda: False)
    monkeypatch.setattr("yxq.warm.forking.can_fork", lambda: False)
    outcome = execute(
        Job(
            write(tmp_path / "a.ipynb", "import os; os.environ['OMP_NUM_THREADS']"),
            tmp_path / "o.ipynb",
            {},
        )
    )
    made = nbformat.read(tmp_path / "o.ipynb", as_version=4)
    assert not outcome.error and made.cells[0].outputs[0].data["text/plain"] == "'1'"
