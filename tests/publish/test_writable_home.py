"""Where nobody can write at home there is another home, while a command runs."""

import os
from pathlib import Path

import pytest

from yxq.publish import home


def test_a_home_that_can_be_written_to_is_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    with home.writable_home():
        assert os.environ["HOME"] == str(tmp_path)


@pytest.mark.parametrize("was", ["/proc/none", None])
def test_another_takes_its_place_and_goes_again(monkeypatch, was):
    monkeypatch.setattr(home.os, "access", lambda path, mode: False)
    if was is None:
        monkeypatch.delenv("HOME", raising=False)
    else:
        monkeypatch.setenv("HOME", was)
    with pytest.raises(ValueError, match="ended"), home.writable_home():
        place = Path("~").expanduser()
        assert place.is_dir() and os.environ["HOME"] == str(place) != was
        (place / "cache").mkdir()
        raise ValueError("ended")
    assert not place.exists() and os.environ.get("HOME") == was
