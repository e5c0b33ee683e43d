"""The notebooks run as they stand (nbval), by papermill, from any folder; slips are refused."""

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import papermill
import pytest
from IPython.core.interactiveshell import InteractiveShell
from plain_packs import run_cells
from project import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module")
def project(demo_processed, tmp_path_factory) -> Path:
    """A folder with the notebooks and the demo's tables, as a clone after `yxq ingest`."""
    home = tmp_path_factory.mktemp("project")
    shutil.copytree(demo_processed, home / "data" / "processed")
    shutil.copytree(ROOT / "notebooks", home / "notebooks", ignore=shutil.ignore_patterns(".*"))
    return home


def test_the_six_notebooks_are_there():
    pages = {"town", "city", "returns", "target"}
    assert {p.stem for p in NOTEBOOKS} == pages | {"explore", "whatif"}


def test_nbval_runs_notebooks_and_compares_all_but_pictures(project):
    """What they show as it is committed: `python tools/notebook_outputs.py` makes it anew."""
    options = ["--nbval", "-q", "-p", "no:cacheprovider", "-c", "/dev/null"]
    paths = [path for path in NOTEBOOKS if path.stem in ("explore", "whatif", "town")]
    notebooks = [nbformat.read(path, as_version=4) for path in paths]
    cells = sum(cell.cell_type == "code" for made in notebooks for cell in made.cells)
    command = [sys.executable, "-m", "pytest", *options, *(f"notebooks/{p.name}" for p in paths)]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0 and f"{cells} passed" in done.stdout, done.stdout[-3000:]


@pytest.mark.parametrize("name", ["city", "returns", "target"])
def test_a_notebook_as_it_stands_says_what_it_said(project, monkeypatch, capsys, name):
    """The others, without a kernel each: what nbval would compare."""
    monkeypatch.chdir(project / "notebooks")
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    (checked,) = (cell for cell in notebook.cells if "NBVAL_CHECK_OUTPUT" in cell.source)
    (said,) = (output.text for output in checked.outputs)
    run_cells(notebook, {})
    assert said.count("\n") > 4 and capsys.readouterr().out == said
    assert any(
        "text/html" in o.get("data", {}) for c in notebook.cells for o in c.get("outputs", [])
    )


def test_the_readme_says_what_nbval_needs_in_a_fresh_clone():
    """Which has the returns and no tables."""
    text = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    assert "`pytest --nbval notebooks/` too, in a fresh clone after `yxq ingest`" in text


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_a_notebook_holds_no_logic_no_paths_and_no_times(path):
    notebook = nbformat.read(path, as_version=4)
    assert "parameters" in notebook.cells[2].metadata.tags
    for cell in notebook.cells:
        if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", []):
            assert len(cell.source.splitlines()) <= 4, cell.source
            assert not any(
                word in cell.source for word in ("def ", "for ", "if ", "pandas", "lambda")
            )
            assert "execution" not in cell.metadata
    text = path.read_text(encoding="utf-8")
    assert path.stat().st_size < 400_000 and "papermill" not in text
    for place in (Path.home(), ROOT, "/tmp", "/var"):
        assert f"{place}/" not in text


def execute(project, monkeypatch, tmp_path, **parameters):
    monkeypatch.chdir(project / "notebooks")
    out = tmp_path / "out.ipynb"
    with pytest.warns(UserWarning) if "twon" in parameters else pytest.MonkeyPatch.context():
        papermill.execute_notebook("town.ipynb", str(out), parameters, progress_bar=False)
    return nbformat.read(out, as_version=4)


def html(notebook) -> str:
    return "".join(
        o.data["text/html"]
        for c in notebook.cells
        if c.cell_type == "code"
        for o in c.outputs
        if "data" in o and "text/html" in o.data
    )


@pytest.mark.filterwarnings(
    "ignore::Warning"
)  # papermill's own: an event loop, an unknown parameter
def test_plain_papermill_in_english(project, monkeypatch, tmp_path):
    text = html(
        execute(project, monkeypatch, tmp_path, town="湖父镇", language="en", as_of="2013-06-30")
    )
    assert (
        "Hufu Town has 52 targets" in text
        and "as of 2013-06-30" in text
        and "The period is still running" in text
    )


@pytest.mark.filterwarnings("ignore::Warning")
@pytest.mark.parametrize(
    ("parameters", "error"),
    [
        ({"twon": "和桥镇"}, "unknown parameter twon; this notebook has town, year"),
        ({"town": "丁属镇"}, "unknown unit '丁属镇'; did you mean 丁蜀镇"),
        ({"year": 2019}, "no plan for 2019"),
        ({"as_of": "yesterday"}, "as_of 'yesterday' is no date"),
        ({"language": "fr"}, "language 'fr': there are zh, en"),
        ({"processed": "nowhere"}, "run `yxq ingest` first"),
    ],
)
def test_a_wrong_parameter_is_refused(demo_processed, monkeypatch, parameters, error):
    """The cells that open the page, without a kernel each."""
    import yxq.report.notebook as nb

    monkeypatch.chdir(demo_processed)
    scope: dict = {}
    begun = nb.begin(scope)
    scope |= {"town": "丁蜀镇", "year": 2013, "processed": str(demo_processed)} | parameters
    with pytest.raises((ValueError, FileNotFoundError), match=error.replace("?", r"\?")):
        nb.page("town", begun).targets()


def test_what_is_defined_further_down_is_no_parameter(demo_processed):
    """So that the cell can be run again after an analyst has tried something."""
    import yxq.report.notebook as nb

    scope: dict = {"processed": "of another notebook"}
    begun = nb.begin(scope)
    scope |= {"town": "丁蜀镇", "processed": str(demo_processed)}
    assert nb.page("town", begun).town == "丁蜀镇"
    scope |= {"mine": 1, "town": "和桥镇"}
    assert nb.page("town", begun).town == "和桥镇"


def cells(shell, *sources: str) -> str:
    """Run cells as a notebook does; the last error, if there was one."""
    errors = [shell.run_cell(source, store_history=True).error_in_exec for source in sources]
    return next((str(error) for error in reversed(errors) if error), "")


def test_a_kernel_that_has_run_before_gives_nothing_of_the_last_run(demo_processed):
    """A slip in a parameter's name is refused the second time too, and what stood for the last page
    is gone.
    """
    shell = InteractiveShell()
    town = nbformat.read(ROOT / "notebooks" / "town.ipynb", as_version=4)
    begin, parameters, page = (cell.source for cell in town.cells[1:4])
    given = parameters.replace("data/processed", demo_processed.as_posix())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("yxq.report.notebook.get_ipython", lambda: None)
        assert cells(shell, begin, given, page, "page.headline()") == ""
        wrong = given.replace("town =", "twon =")
        for _ in range(2):
            assert "unknown parameter twon" in cells(shell, begin, wrong, page)
            assert "page" not in shell.user_ns
        assert cells(shell, begin, given, page, "mine = 1", page, "page.short()") == ""
        assert "the parameters were changed" in cells(
            shell, given.replace("丁蜀镇", "和桥镇"), "page.short()"
        )
        assert "unknown parameter twon" in cells(shell, wrong, page)
        assert cells(shell, given.replace("丁蜀镇", "和桥镇"), page, "page.short()") == ""
        assert shell.user_ns["page"].town == "和桥镇"


@pytest.mark.parametrize(
    ("slip", "why"),
    [
        (('"丁蜀镇"', "“和桥镇”"), "line 1, town = “和桥镇”: invalid character '“' (U+201C)"),
        (("year = 2013", "year = 2013年"), "line 2, year = 2013年: invalid syntax"),
        (('"丁蜀镇"', "和桥镇"), "name '和桥镇' is not defined"),
        (("year = 2013", "year = int('2013年')"), "invalid literal for int()"),
    ],
)
def test_after_a_parameters_cell_that_did_not_run_nothing_is_shown(demo_processed, slip, why):
    """Neither the default's page nor the last run's, nor a section of that; and once it is mended
    all is well. What an analyst tries further down is no parameters cell.
    """
    town = nbformat.read(ROOT / "notebooks" / "town.ipynb", as_version=4)
    begin, parameters, page = (cell.source for cell in town.cells[1:4])
    good = parameters.replace("data/processed", demo_processed.as_posix())
    wrong = good.replace(*slip)
    assert wrong != good
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("yxq.report.notebook.get_ipython", lambda: None)
        fresh, again = InteractiveShell(), InteractiveShell()
        for shell, first in ((fresh, []), (again, [begin, good, page])):
            cells(shell, *(first or [begin]), wrong)
            for _ in range(2):
                told = cells(shell, page)
                assert told.startswith(f"the cell that sets the parameters did not run ({why}")
                assert "page" not in shell.user_ns
            assert cells(shell, good, page, "page.headline()") == ""
            cells(shell, "other = = 1", "1 / 0", "other = 1 / 0")
            assert cells(shell, page, "page.headline()") == ""
            assert "did not run" in cells(shell, wrong, "page.headline()")
            assert cells(shell, "%time\n" + good + "!echo", page, "page.headline()") == ""


def test_begun_anew_what_went_before_is_forgotten(demo_processed):
    town = nbformat.read(ROOT / "notebooks" / "town.ipynb", as_version=4)
    begin, parameters, page = (cell.source for cell in town.cells[1:4])
    good = parameters.replace("data/processed", demo_processed.as_posix())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("yxq.report.notebook.get_ipython", lambda: None)
        shell = InteractiveShell()
        cells(shell, begin, good.replace("2013", "2013年"), begin)
        assert len(shell.events.callbacks["post_run_cell"]) == 1
        assert cells(shell, good, page) == ""


def test_a_slip_beside_magic_is_refused_too(demo_processed):
    town = nbformat.read(ROOT / "notebooks" / "town.ipynb", as_version=4)
    begin, parameters, page = (cell.source for cell in town.cells[1:4])
    good = parameters.replace("data/processed", demo_processed.as_posix())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("yxq.report.notebook.get_ipython", lambda: None)
        shell = InteractiveShell()
        assert cells(shell, begin, good, page) == ""
        wrong = "%time\n" + good.replace("town =", "twon =")
        assert "unknown parameter twon" in cells(shell, wrong, page)
