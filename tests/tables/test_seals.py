"""A file that is not as it was sealed is named."""

import os

import pytest

from yxq.tables import seals


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "a").write_bytes(b"one")
    (tmp_path / "sub" / "b").write_bytes(b"two")
    seals.seal(tmp_path, ["sub/b", "a"], durable=True)
    return tmp_path


def test_a_whole_folder_is_whole(folder):
    assert seals.broken(folder) == seals.broken(folder, touched=True) == []
    assert [*seals.sealed(folder)] == ["a", "sub/b"]
    # By sha256sum.
    one = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
    assert seals.sealed(folder)["a"] == one


@pytest.mark.parametrize("data", [b"", b"on", b"\0\0\0", b"onf"])
def test_a_file_that_was_changed_is_named(folder, data):
    (folder / "a").write_bytes(data)
    later = (folder / seals.SEAL).stat().st_mtime_ns + 10**9  # clocks of files may be slow
    os.utime(folder / "a", ns=(later, later))
    assert seals.broken(folder) == seals.broken(folder, touched=True) == ["a"]
    assert not seals.whole(folder, "a") and seals.whole(folder, "sub/b")


def test_one_that_is_lost_is_named(folder):
    (folder / "sub" / "b").unlink()
    assert seals.broken(folder) == seals.broken(folder, touched=True) == ["sub/b"]
    assert not seals.whole(folder, "sub/b") and not seals.whole(folder, "c")


def test_one_that_was_changed_and_dated_back_is_found_where_all_is_looked_at(folder):
    was = (folder / "a").stat()
    (folder / "a").write_bytes(b"six")
    os.utime(folder / "a", ns=(was.st_atime_ns, was.st_mtime_ns))
    assert (seals.broken(folder), seals.broken(folder, touched=True)) == (["a"], [])


def test_one_that_was_only_written_again_is_whole(folder):
    (folder / "a").write_bytes(b"one")
    os.utime(folder / "a", ns=(2**62, 2**62))
    assert seals.broken(folder, touched=True) == []


@pytest.mark.parametrize("cut", [b"", b"\0" * 40, b"x\n", b"\xff\xfe"])
def test_a_seal_that_is_broken_itself_is_named(folder, cut):
    (folder / seals.SEAL).write_bytes(cut)
    assert seals.broken(folder) == [seals.SEAL]
    (folder / seals.SEAL).unlink()
    assert seals.broken(folder) == [seals.SEAL] and not seals.whole(folder, "a")


def test_a_line_of_a_seal_cannot_be_changed(folder):
    text = (folder / seals.SEAL).read_text()
    (folder / seals.SEAL).write_text(text.replace("  a\n", "  c\n"))
    assert seals.broken(folder) == [seals.SEAL]
