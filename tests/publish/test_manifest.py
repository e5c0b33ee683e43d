"""The manifest says what a pack holds and of what it was made, and finds what was changed."""

import json
import shutil

import pytest

from yxq.publish import publications
from yxq.publish.archive import verify
from yxq.publish.manifest import LastPack


def test_the_manifest_names_inputs_versions_and_assumptions(demo_pack, demo_tables):
    manifest = json.loads((demo_pack / "manifest.json").read_text(encoding="utf-8"))
    assert (
        manifest["inputs"]
        == demo_tables.files.drop_duplicates("file").set_index("file")["sha256"].to_dict()
    )
    assert (
        manifest["synthetic"] is True
        and manifest["as_of"] == "2014-01-31"
        and not manifest["failed"]
    )
    assert set(manifest["files"]) == {
        p.relative_to(demo_pack).as_posix() for p in demo_pack.rglob("*") if p.is_file()
    } - {"manifest.json", "archive/index.html"}


def test_verify_tells_changed_missing_and_added_files(demo_pack, tmp_path):
    copy = tmp_path / "pack"
    shutil.copytree(demo_pack, copy)
    assert verify(copy) == []
    (copy / "city.html").write_text("x")
    (copy / "index.html").unlink()
    (copy / "new.html").write_text("x")
    assert verify(copy) == [
        "missing: index.html",
        "not in the manifest: new.html",
        "changed: city.html",
    ]
    (copy / "manifest.json").write_text("[]")
    with pytest.raises(ValueError, match="not a manifest"):
        verify(copy)


def test_the_last_pack_knows_its_own_files_from_those_of_others(demo_pack, tmp_path):
    copy = tmp_path / "pack"
    shutil.copytree(demo_pack, copy)
    assert LastPack(copy).manifest == {}  # nobody here has published it
    publications.enter(tmp_path, copy / "manifest.json")
    (copy / "notes.txt").write_text("mine")
    last = LastPack(copy)
    assert last.foreign == {"notes.txt": copy / "notes.txt"}
    assert last.would_be_the_same(last.manifest["key"]) and not last.would_be_the_same("other")
    assert last.is_as_made("city.html") and not last.is_as_made("notes.txt")
    (copy / "city.html").write_text("x")
    assert not last.is_as_made("city.html") and not last.would_be_the_same(last.manifest["key"])
    nothing = LastPack(tmp_path / "nowhere")
    assert not nothing.foreign and not nothing.would_be_the_same("")
