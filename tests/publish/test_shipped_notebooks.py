"""Our notebooks are found where the package has them, and copies of them are the user's own."""

from pathlib import Path

import pytest
from project import ROOT

from yxq.publish import notebooks

NAMES = [f"{name}.ipynb" for name in ("city", "explore", "returns", "target", "town", "whatif")]


def test_they_are_in_the_package_or_beside_it(tmp_path):
    package = tmp_path / "site" / "yxq"
    package.mkdir(parents=True)
    assert notebooks.shipped(package) == tmp_path / "site" / "notebooks"
    (package / "notebooks").mkdir()
    assert notebooks.shipped(package) == package / "notebooks"
    assert notebooks.shipped() == ROOT / "notebooks"


def test_a_name_that_nobody_has_a_copy_of_is_ours(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = Path("notebooks") / "town.ipynb"
    assert notebooks.of_path(asked) == ROOT / "notebooks" / "town.ipynb"
    asked.parent.mkdir()
    asked.write_text("mine", encoding="utf-8")
    assert notebooks.of_path(asked) == asked
    for wrong in ("town.ipynb", "notebooks/twon.ipynb", "old/notebooks/town.ipynb", "notebooks"):
        with pytest.raises(FileNotFoundError) as refused:
            notebooks.of_path(Path(wrong))
        assert str(refused.value).startswith(f"{wrong}: no such notebook; there are notebooks/city")
        assert "\n" not in str(refused.value)


def test_copies_are_made_once_and_never_over_what_is_there(tmp_path):
    made = notebooks.copies(tmp_path)
    assert [path.relative_to(tmp_path / "notebooks").as_posix() for path in made] == NAMES
    for path in made:
        assert path.read_bytes() == (ROOT / "notebooks" / path.name).read_bytes()
    made[0].write_text("mine", encoding="utf-8")
    made[1].unlink()
    assert notebooks.copies(tmp_path) == [made[1]]
    assert made[0].read_text(encoding="utf-8") == "mine"
    assert notebooks.copies(tmp_path) == []
