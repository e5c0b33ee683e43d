"""Every kind of output and habit, forked against ordinary, output by output; and all cells of the
committed notebooks. What may differ is `habits.DIFFER`, and nothing else.
"""

import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import habits
import nbformat
import pytest
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from project import ROOT

from yxq.attainment.results import load_data
from yxq.publish.execute import QUIET, _event_loop
from yxq.warm import server
from yxq.warm.forking import Manager

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not server.can_fork(), reason="kernels are not forked here"),
    pytest.mark.filterwarnings("ignore::Warning"),  # of event loops in threads
]
SIDE_BY_SIDE = 3
COMMITTED = sorted((ROOT / "notebooks").glob("*.ipynb"))
CHANGING = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"0x[0-9a-f]+", "ADDRESS"),
        (r"ipykernel_\d+[/\\]\d+", "CELL"),
        (r"\x1b\[[0-9;]*m", ""),
        (r"/[^\s'\"]*/(ordinary|forked)/", "FOLDER/"),
        (r"<dc:date>[^<]*", "DATE"),
        (r"(id|for|_uuid_|aria-labelledby)=\"[^\"]*\"", "ID"),
    )
]


class Ordinary(AsyncKernelManager):
    """This interpreter's kernel, as Jupyter starts it."""

    def __init__(self, **options):
        super().__init__(**options)
        self._kernel_spec = KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


class Own(Manager):
    own = True


MANAGERS = {"ordinary": Ordinary, "forked": Own}


def notebook(cells: list) -> nbformat.NotebookNode:
    made = []
    for cell in cells:
        kind, source = cell if isinstance(cell, tuple) else ("code", cell)
        if kind in ("markdown", "raw"):
            made.append(getattr(nbformat.v4, f"new_{kind}_cell")(source))
            continue
        made.append(nbformat.v4.new_code_cell(source))
        if kind != "code":
            made[-1].metadata["tags"] = [kind]
    return nbformat.v4.new_notebook(cells=made)


def run(made: nbformat.NotebookNode, folder: Path, kind: str) -> list[str]:
    """What each cell has shown, and what ended the run; a cell after an error runs all the same."""

    def limit(cell):
        return 2 if "too long" in cell.metadata.get("tags", []) else 60

    client = NotebookClient(
        made,
        kernel_manager_class=MANAGERS[kind],
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=[*QUIET, "--HistoryManager.enabled=False"],
        timeout_func=limit,
        allow_errors=True,
        coalesce_streams=True,
        shutdown_kernel="immediate",
    )
    end = ""
    try:
        with _event_loop():
            client.execute()
    except (CellTimeoutError, DeadKernelError) as error:
        end = type(error).__name__
    return [plain(cell.get("outputs", [])) for cell in made.cells] + [end]


def plain(outputs: list) -> str:
    text = "\n".join(str(dict(output)) for output in outputs)
    for pattern, replacement in CHANGING:
        text = pattern.sub(replacement, text)
    return text


def both(names: tuple[str, ...], folder: Path) -> dict[str, tuple[list[str], list[str]]]:
    """What each habit of one kernel gives, in an ordinary and in a forked one; by name."""
    cells = {name: ASKED[name] for name in names}
    found: dict[str, list[list[str]]] = {name: [] for name in names}
    for kind in MANAGERS:
        place = folder / kind / names[0].replace(" ", "-")
        place.mkdir(parents=True)
        for file, text in habits.FILES.items():
            wanted = [name for name, files in habits.BESIDE.items() if file in files]
            if not wanted or names[0] in wanted:
                (place / file).parent.mkdir(exist_ok=True)
                (place / file).write_text(text, encoding="utf-8")
        *shown, end = run(notebook([one for name in names for one in cells[name]]), place, kind)
        for name in names:
            found[name].append([*shown[: len(cells[name])], end])
            shown = shown[len(cells[name]) :]
    return {name: (one, other) for name, (one, other) in found.items()}


ASKED = habits.HABITS | {"what differs": [*habits.DIFFER.values()]}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Every habit in both kernels, some kernels at a time; by name."""
    folder = tmp_path_factory.mktemp("habits")
    shared = {name for names in habits.TOGETHER for name in names}
    asked = [*habits.TOGETHER, *((name,) for name in ASKED if name not in shared)]
    made: dict[str, tuple[list[str], list[str]]] = {}
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        patch.setenv("OWN", "told")
        patch.delenv("PYTEST_CURRENT_TEST")  # a kernel that sees it does not watch descriptors
        patch.delenv("OMP_NUM_THREADS", raising=False)  # which `make test` sets
        server.start_server()
        for found in pool.map(lambda names: both(names, folder), asked):
            made |= found
    return made


@pytest.mark.parametrize("name", habits.HABITS)
def test_a_forked_kernel_shows_what_an_ordinary_one_does(ran, name):
    ordinary, forked = ran[name]
    cells = [*habits.HABITS[name], "how it ended"]
    assert len(ordinary) == len(cells)
    for source, one, other in zip(cells, ordinary, forked, strict=True):
        assert one == other, source


@pytest.mark.parametrize("name", habits.DIFFER)
def test_what_differs_is_told(ran, name):
    """Each of them does differ, else it would be no difference, and the house's page names it."""
    ordinary, forked = (kernel[[*habits.DIFFER].index(name)] for kernel in ran["what differs"])
    assert ordinary != forked
    assert f"- **{name}**" in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_habits_are_what_they_say(ran):
    """So that nothing is compared with nothing."""

    def said(name: str) -> str:
        return "".join(ran[name][0])

    assert said("a wide and a long frame").count("<th></th>") == 3
    assert said("a figure and two in a cell").count("image/png") == 5
    assert "image/svg+xml" in said("matplotlib's magic")
    assert "image/jpeg" in said("pictures and drawings")
    assert "KeyError" in said("errors") and "SyntaxError" in said("errors")
    assert "StdinNotImplementedError" in said("what is asked of people")
    assert said("what is imported already").count("False") >= 2
    assert "of a folder" in said("a library's own name beside the notebook")
    assert ran["the end at once"][0][-1] == "DeadKernelError"
    assert ran["a cell that takes too long"][0][-1] == "CellTimeoutError"
    assert len(said("much output")) > 1_000_000


@pytest.fixture(scope="module")
def committed(demo_processed, tmp_path_factory):
    """All cells of the committed notebooks in both kernels, by name."""
    folder = tmp_path_factory.mktemp("committed")
    processed = folder / "data" / "processed"
    shutil.copytree(demo_processed, processed)
    load_data(2013, None, "yixing", processed).keep()  # what is worked out once need not be again

    def ran_both(path: Path) -> tuple[list[str], list[str]]:
        found = [run(nbformat.read(path, as_version=4), folder, kind) for kind in MANAGERS]
        return found[0], found[1]

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        patch.delenv("PYTEST_CURRENT_TEST")
        made = dict(zip([p.stem for p in COMMITTED], pool.map(ran_both, COMMITTED), strict=True))
    return made


@pytest.mark.parametrize("name", [path.stem for path in COMMITTED])
def test_a_committed_notebook_shows_the_same(committed, name):
    ordinary, forked = committed[name]
    assert len([one for one in ordinary if one]) >= 6 and "error" not in ordinary[-1]
    for number, (one, other) in enumerate(zip(ordinary, forked, strict=True)):
        assert one == other, number
