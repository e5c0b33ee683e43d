"""A folder is replaced whole or not at all, wherever a run is killed."""

import pytest

from yxq.publish.swap import Swap


def folders(home) -> dict[str, str]:
    return {folder.name: (folder / "a").read_text() for folder in home.iterdir()}


@pytest.fixture
def make(tmp_path):
    def make(name: str, text: str) -> None:
        (tmp_path / name).mkdir()
        (tmp_path / name / "a").write_text(text)

    return make


@pytest.mark.parametrize("before", [{}, {"x": "last"}, {"x": "last", ".x.old": "older"}])
def test_the_new_takes_the_place_of_the_old(tmp_path, make, before):
    for name, text in before.items():
        make(name, text)
    swap = Swap(tmp_path, "x")
    make(".x.part", "new")
    swap.put()
    assert folders(tmp_path) == {"x": "new"}


def test_a_run_killed_between_the_two_moves(tmp_path, make):
    make(".x.old", "last")
    make(".x.part", "new")
    swap = Swap(tmp_path, "x")
    assert folders(tmp_path) == {"x": "last", ".x.part": "new"}
    swap.put()
    assert folders(tmp_path) == {"x": "new"}
