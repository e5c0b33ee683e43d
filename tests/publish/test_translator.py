"""The cell that papermill injects is readable at once, and always has the same name."""

import datetime as dt

import nbformat
import pytest

from yxq.publish import papermill
from yxq.publish.execute import execute, strip
from yxq.publish.job import Job


@pytest.fixture
def notebook(tmp_path):
    cells = [
        nbformat.v4.new_code_cell("town = '宜兴市'", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("print(town)"),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "in.ipynb")
    return tmp_path / "in.ipynb"


def ran(notebook, **parameters):
    out = notebook.with_name("out.ipynb")
    outcome = execute(Job(notebook, out, parameters))
    assert not outcome.error
    return out.read_text(encoding="utf-8")


def test_the_cell_is_as_it_would_be_written_by_hand(notebook):
    text = ran(notebook, town="丁蜀镇", day=dt.date(2013, 6, 30))
    cell = nbformat.reads(text, as_version=4).cells[1]
    lines = [
        "# Parameters",
        "import datetime",
        "town = '丁蜀镇'",
        "day = datetime.date(2013, 6, 30)",
    ]
    assert cell.source.splitlines() == lines
    assert cell.id == "injected-parameters" and text == ran(
        notebook, town="丁蜀镇", day=dt.date(2013, 6, 30)
    )


def test_a_cell_that_this_run_did_not_inject_is_left_alone(notebook):
    ran(notebook, town="丁蜀镇")
    made = nbformat.read(notebook.with_name("out.ipynb"), as_version=4)
    made.cells[1].source = "town = '和桥镇'"
    made.cells[1].id = "by-hand"
    nbformat.write(made, notebook)
    again = nbformat.reads(ran(notebook), as_version=4)
    assert (again.cells[1].source, again.cells[1].id) == ("town = '和桥镇'", "by-hand")
    assert again.cells[2].outputs[0].text == "和桥镇\n"


def test_only_the_injected_cell_is_named():
    cells = [
        nbformat.v4.new_code_cell(source, id=source, metadata={"tags": ["injected-parameters"]})
        for source in ("a", "b")
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    strip(notebook, injected=False)
    assert [cell.id for cell in notebook.cells] == ["a", "b"]
    strip(notebook, injected=True)
    assert [cell.id for cell in notebook.cells] == ["injected-parameters", "b"]


def test_what_cannot_be_written_down_is_as_papermill_has_it():
    translators = papermill.load().translators.papermill_translators
    translator = translators.find_translator("python3", "python")
    assert translator.codify({"value": "丁蜀镇"}) == "# Parameters\nvalue = '丁蜀镇'"
    assert translator.codify({"value": {1, 2}}) == '# Parameters\nvalue = "{1, 2}"\n'
    assert translators.find_translator("bash", "bash").codify({"x": 5}) == "# Parameters\nx=5\n"
