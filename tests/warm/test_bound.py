"""How much of a run's output is kept, and what is said of the rest."""

import nbformat
import pytest

from yxq.publish import execute as executing
from yxq.publish.execute import execute
from yxq.publish.job import Job
from yxq.warm.bound import EACH, Bound


def stream(text: str, name: str = "stdout") -> dict:
    return {"msg_type": "stream", "content": {"name": name, "text": text}}


def shown(kind: str = "display_data", **data) -> dict:
    return {"msg_type": kind, "content": {"data": data, "metadata": {"a": 1}}}


def bound(most: int) -> Bound:
    return Bound(most, "[cut]", "endless")


def test_up_to_the_bound_all_is_kept_and_the_next_is_cut_once():
    kept = bound(2 * EACH + 10)
    assert kept.kept(stream("12345"))["content"]["text"] == "12345"
    assert kept.kept(stream("67890"))["content"]["text"] == "67890" and not kept.cut
    assert kept.kept(stream("more"))["content"]["text"] == "\n[cut]\n" and kept.cut
    assert kept.kept(stream("and more")) is None and kept.kept(shown(a="x")) is None


def test_of_a_text_as_much_as_there_is_room_for_is_kept():
    kept = bound(10)
    assert kept.kept(stream("0123456789abc"))["content"]["text"] == "0123456789\n[cut]\n"


def test_of_a_display_nothing_is_kept_beyond_it():
    content = bound(EACH + 9).kept(shown(**{"text/html": "12345", "text/plain": "67890"}))[
        "content"
    ]
    assert content == {"data": {"text/plain": "[cut]"}, "metadata": {}}
    whole = bound(EACH + 10).kept(shown(**{"text/html": "12345", "text/plain": "67890"}))
    assert whole["content"]["data"] == {"text/html": "12345", "text/plain": "67890"}
    assert (
        bound(EACH + 7).kept(shown(**{"application/json": {"a": 12}}))["content"]["metadata"] == {}
    )


def test_what_is_no_output_passes_and_an_error_says_what_it_was():
    kept = bound(3)
    assert kept.kept(stream("1234")) and kept.kept(stream("5")) is None
    status = {"msg_type": "status", "content": {"execution_state": "idle"}}
    assert kept.kept(status) == status
    error = {"ename": "E", "evalue": "12345", "traceback": ["12345", "1"]}
    content = kept.kept({"msg_type": "error", "content": error})["content"]
    assert content == {"ename": "E", "evalue": "123", "traceback": ["123", "1"]}


def test_ten_times_as_much_ends_the_run():
    kept = bound(1000)
    for _ in range(10):
        kept.kept(stream("x" * (1000 - EACH)))
    assert kept.cut and not kept.exceeded
    kept.kept(stream(""))
    assert kept.exceeded


@pytest.fixture
def at_most(monkeypatch):
    monkeypatch.setattr(executing, "MOST", 5000)


def ran(folder, source: str):
    cells = [nbformat.v4.new_code_cell(one) for one in (source, "print('after')")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "in.ipynb")
    outcome = execute(Job(folder / "in.ipynb", folder / "out" / "a.ipynb", {}, timeout=60))
    (made,) = (folder / "out").iterdir()
    return outcome, nbformat.read(made, as_version=4)


def text(cell) -> str:
    return "".join(output.get("text", "") for output in cell.outputs)


def test_a_notebook_that_prints_much_says_where_it_was_cut(tmp_path, at_most):
    outcome, made = ran(tmp_path, "print('x' * 7000)\nprint('y')")
    assert not outcome.error and "more than 5000 characters of output" in outcome.note
    assert text(made.cells[0]).startswith("x" * 5000 + "\n[输出超过 5000 个字符")
    assert len(text(made.cells[0])) < 5200 and not made.cells[1].outputs


def test_one_huge_message_and_one_huge_display_are_cut(tmp_path, at_most):
    outcome, made = ran(tmp_path, "from IPython.display import HTML\nHTML('<p>' * 10**7)")
    assert not outcome.error and outcome.note
    assert [*made.cells[0].outputs[0].data] == ["text/plain"]
    assert "5000" in made.cells[0].outputs[0].data["text/plain"]


def test_a_notebook_that_prints_without_end_is_ended_and_says_so(tmp_path, at_most):
    outcome, made = ran(tmp_path, "while True:\n    print('x' * 100)")
    assert outcome.error == (
        "TooMuchOutput: it would not stop printing (more than 50000 characters) and was ended"
    )
    assert outcome.note and outcome.seconds < 30
    assert len(text(made.cells[0])) < 6000
    assert made.cells[0].outputs[-1].ename == "TooMuchOutput"


def test_what_is_little_is_not_noted(tmp_path):
    outcome, made = ran(tmp_path, "print('x')")
    assert (outcome.error, outcome.note, text(made.cells[1])) == ("", "", "after\n")


def test_an_error_of_many_words_is_one_line(tmp_path):
    outcome, _ = ran(tmp_path, "raise ValueError('x' * 10_000 + '\\nsecond')")
    assert outcome.error == f"ValueError: {'x' * 488}…"
