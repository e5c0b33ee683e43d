"""A plan folder is loaded once, and again when anything in it is another."""

import shutil

import pytest

from yxq.plan_folders import load as loading
from yxq.plan_folders.load import SHIPPED, load
from yxq.words.errors import PlanError


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SHIPPED / "yixing", tmp_path / "yixing")


def test_a_folder_that_holds_the_same_is_loaded_once(folder, monkeypatch):
    first = load(folder)
    monkeypatch.setattr(loading, "read_yaml", lambda *given: pytest.fail("read again"))
    assert load(folder) is first
    (folder / "forms.yml").touch()
    assert load(folder) is first


@pytest.mark.parametrize("name", ["units.csv", "forms.yml", "2013.yml"])
def test_a_folder_in_which_a_file_is_another_is_loaded_again(folder, name):
    first = load(folder)
    file = folder / name
    file.write_text(file.read_text(encoding="utf-8").replace("宜兴", "宜 兴"), encoding="utf-8")
    assert load(folder) is not first


def test_a_folder_with_official_shares_is_another_than_without(folder):
    first = load(folder)
    (folder / "quotas.csv").write_text("year,target,unit,quota,source\n", encoding="utf-8")
    assert load(folder) is not first


def test_a_mistake_is_told_each_time(folder):
    (folder / "units.csv").unlink()
    for _ in range(2):
        with pytest.raises(PlanError, match=r"units\.csv: there is no such file"):
            load(folder)
