"""No published pack is lost, and none is built on that was not made here."""

import datetime as dt
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
import small
from project import ingested

from yxq.plan_folders.load import load
from yxq.publish import archive, pack, publications
from yxq.publish.archive import described, entries, verify
from yxq.publish.job import RunOptions
from yxq.publish.manifest import LastPack
from yxq.tables import store

FORMS = {"f": small.form("unit", "on", "said", "n", "of", key=["said"], when=["on"])}
RATE = small.target("A", {"form": "f", "sum": "n", "over": "of"}, ">= 90%")
JUNE, JULY = dt.date(2013, 6, 30), dt.date(2013, 7, 31)


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Path:
    """A plan of three towns with its tables."""
    place = tmp_path_factory.mktemp("office")
    with (small.folder(place, FORMS, RATE) / "forms.yml").open("a", encoding="utf-8") as forms:
        forms.write("layout: {footers: [填报日期]}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        returned("甲镇,2013-02-03,X1,9,10", "乙镇,2013-06-04,X2,8,10")
    return place


@pytest.fixture
def home(office, tmp_path, monkeypatch, no_kernels) -> Path:
    """A copy of it, in which packs are made without kernels."""
    monkeypatch.chdir(shutil.copytree(office, tmp_path / "home"))
    return tmp_path


def returned(*rows: str) -> None:
    Path("raw").mkdir(exist_ok=True)
    text = "\n".join(["unit,on,said,n,of", *rows, "填报日期：2013年7月1日"]) + "\n"
    Path("raw", "办公室-一.csv").write_text(text, encoding="utf-8")
    ingested(Path("raw"), load("plan"), Path("processed"))


def build(
    as_of: dt.date = JUNE, language: str = "zh", force: bool = False, out: str = "out"
) -> Path:
    place, outcomes = pack.build(
        load("plan").plan(2013),
        Path(out),
        Path("processed"),
        as_of,
        language,
        RunOptions(force=force),
        received_by=as_of.replace(day=1) + dt.timedelta(50),
    )
    assert not [outcome.error for outcome in outcomes if outcome.error]
    return place


def proper(place: Path) -> dict[str, bytes]:
    """The bytes of a pack without its archive."""
    files = (file for file in place.rglob("*") if file.is_file() and not file.is_symlink())
    named = {file.relative_to(place).as_posix(): file.read_bytes() for file in files}
    return {name: named[name] for name in named if not name.startswith("archive/")}


def former(place: Path) -> list[str]:
    return [entry.id for entry in entries(place)]


def test_every_pack_that_was_in_place_stays_and_comes_back_the_same(home):
    made = {}
    for key in ((JUNE, "zh"), (JULY, "zh"), (JUNE, "en")):
        made[key] = proper(build(*key))
    place = Path("out/2013")
    first = made[JUNE, "zh"]
    assert [id[:24] for id in former(place)] == [
        "2013-07-31_2013-08-20_zh",
        "2013-06-30_2013-07-21_zh",
    ]
    assert [proper(entry.folder) for entry in entries(place)] == [made[JULY, "zh"], first]
    returned("甲镇,2013-02-03,X1,1,10", "乙镇,2013-06-04,X2,8,10")
    corrected = proper(build())
    assert corrected != first and len(former(place)) == 3
    build(JULY)
    assert len(former(place)) == 4 and proper(build()) == corrected
    assert len(former(place)) == len({*former(place)}) == 5  # those of the corrected data too
    assert described(place).id in former(place) and verify(place) == []
    assert proper(build(out="fresh")) == corrected  # whatever stands beside it


def test_nothing_changed_is_nothing_done_and_forced_is_the_same_pack(home):
    place = build()
    stamp = place.stat().st_ino
    assert build() == place and place.stat().st_ino == stamp and former(place) == []
    first = proper(place)
    assert proper(build(force=True)) == first and former(place) == []
    assert place.stat().st_ino != stamp


def test_the_list_names_them_newest_first_and_every_link_leads_somewhere(home):
    build()
    text = (build(JULY) / "archive" / "index.html").read_text(encoding="utf-8")
    rows = re.findall(r'<tr><th scope="row"><a href="([^"]+)">([^<]+)</a></th>(.*?)</tr>', text)
    june = former(Path("out/2013"))[0]
    assert [row[:2] for row in rows] == [
        ("../index.html", "统计截止日2013年7月31日"),
        (f"{june}/index.html", "统计截止日2013年6月30日"),
    ]
    assert [re.findall(">([^<]+)</td>", row[2]) for row in rows] == [
        ["2013年8月20日", "中文", "现行"],
        ["2013年7月21日", "中文", "存档"],
    ]
    place = Path("out/2013")
    for folder in (place, *(entry.folder for entry in entries(place))):
        for page in (folder / "index.html", folder / "archive" / "index.html"):
            for link in re.findall(r' href="([^"#]+)', page.read_text(encoding="utf-8")):
                assert (page.parent / unquote(link)).resolve().is_file(), (page, link)
    (place / "archive" / "index.html").unlink()
    build(JULY)
    assert (place / "archive" / "index.html").read_text(encoding="utf-8") == text


def test_what_is_the_same_is_on_the_disk_once_and_never_that_of_the_pack_in_place(home):
    place = build()
    for n in (1, 2):
        returned(f"甲镇,2013-02-03,X1,{n},10", "乙镇,2013-06-04,X2,8,10")
        build()
    one, other = (entry.folder for entry in entries(place))
    same = {name for name, data in proper(one).items() if proper(other)[name] == data}
    linked = {name for name in proper(one) if os.path.samefile(one / name, other / name)}
    assert linked == same and {"city.html", "returns.html"} <= same  # which show parameters alone
    assert {(place / name).stat().st_nlink for name in proper(place)} == {1}


def test_where_there_are_no_hard_links_they_are_copies(home, monkeypatch):
    def no_links(*paths: object) -> None:
        raise OSError("not supported")

    monkeypatch.setattr(archive.os, "link", no_links)
    place = build()
    for n in (1, 2):
        returned(f"甲镇,2013-02-03,X1,{n},10", "乙镇,2013-06-04,X2,8,10")
        assert verify(build()) == [] and len(former(place)) == n
    assert {file.stat().st_nlink for file in place.rglob("*") if file.is_file()} == {1}


def every_file(place: str) -> dict[Path, bytes]:
    files = (file for file in Path(place).rglob("*") if file.is_file())
    return {file.relative_to(place): file.read_bytes() for file in files}


@pytest.fixture(scope="module")
def before_a_run(office, tmp_path_factory, no_kernels) -> tuple[Path, list[dict[str, bytes]]]:
    """A pack in place and one before it, returns corrected since, and beside them what the next run
    comes to; and what is in the two packs.
    """
    place = tmp_path_factory.mktemp("before") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(shutil.copytree(office, place))
        build()
        july = proper(build(JULY))
        june = proper(build())
        returned("甲镇,2013-02-03,X1,1,10", "乙镇,2013-06-04,X2,8,10")
        shutil.copytree("out", "undisturbed", symlinks=True)
        build(JULY, out="undisturbed")
    return place, [june, july]


@pytest.mark.parametrize("moves", range(5))
def test_a_run_killed_between_any_two_moves_leaves_both_whole(
    before_a_run, tmp_path, monkeypatch, moves
):
    place, want = before_a_run
    monkeypatch.chdir(shutil.copytree(place, tmp_path / "home", symlinks=True))
    done = 0

    def kill(old: Path, new: Path) -> None:
        nonlocal done
        if done == moves:
            raise KeyboardInterrupt
        done += 1
        store.move(old, new)

    with monkeypatch.context() as patch:
        patch.setattr("yxq.publish.swap.move", kill)
        patch.setattr(archive, "move", kill)
        try:
            build(JULY)
        except KeyboardInterrupt:
            assert done == moves
        else:
            assert moves == 4 == done  # all of them
    place = build(JULY)
    there = [proper(folder) for folder in (place, *(entry.folder for entry in entries(place)))]
    assert len(there) == 3 and all(each in there for each in want)
    assert every_file("out") == every_file("undisturbed") and verify(place) == []
    assert not [each for each in Path("out").iterdir() if each.name.startswith(".2013")]


def forged(place: Path, name: str = "city.html") -> None:
    """A page and the manifest edited together."""
    (place / name).write_text("forged", encoding="utf-8")
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][name] = archive.file_digest(place / name)
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_page_and_manifest_edited_together_are_told_and_not_built_on(home):
    place = build()
    first = proper(place)
    forged(place)
    here = Path("out").absolute()
    told = f"not published here: manifest.json is none that .yxq-made in {here} knows"
    assert verify(place) == [told]
    assert LastPack(place).manifest == {}
    assert proper(build()) == first
    (kept,) = entries(place)
    assert kept.state == "foreign" and (kept.folder / "city.html").read_text() == "forged"
    assert verify(place) == []  # what it is its name says
    (kept.folder / "city.html").write_text("forged again")
    assert verify(place) == [f"not what it is called (archive/{kept.id})"]


def test_a_folder_that_is_no_pack_is_kept_whole(home):
    Path("out/2013").mkdir(parents=True)
    Path("out/2013/notes.txt").write_text("mine")
    place = build()
    (kept,) = entries(place)
    assert kept.id.startswith("unknown_") and (kept.folder / "notes.txt").read_text() == "mine"
    text = (place / "archive" / "index.html").read_text(encoding="utf-8")
    assert kept.id in text and "不是在此处生成的" in text and verify(place) == []


def test_an_edited_page_is_kept_as_such(home):
    place = build()
    first = proper(place)
    (place / "city.html").write_text("mine")
    assert verify(place) == ["changed: city.html"]
    assert proper(build()) == first
    (kept,) = entries(place)
    assert kept.state == "altered" and (kept.folder / "city.html").read_text() == "mine"
    build(JULY)
    assert former(place) == sorted([kept.id, described_id(place, "")], reverse=True)


def described_id(place: Path, state: str) -> str:
    return next(entry.id for entry in entries(place) if entry.state == state)


def test_links_pipes_and_foreign_files_are_told_and_no_page_is_taken_from_a_link(home):
    place = build()
    first = proper(place)
    (home / "elsewhere.html").write_bytes(first["city.html"])
    (place / "city.html").unlink()
    (place / "city.html").symlink_to(home / "elsewhere.html")
    (place / "more").symlink_to(home)
    os.mkfifo(place / "pipe")
    os.link(place / "index.html", home / "hard.html")  # one to outside is harmless
    (place / "own.txt").write_text("mine")
    assert verify(place) == [
        "not in the manifest: more",
        "not in the manifest: own.txt",
        "not in the manifest: pipe",
        "no file but a link: city.html",
        "no file but a link: more",
        "no file but a pipe: pipe",
    ]
    assert (
        proper(build()) == first | {"own.txt": b"mine"} and not (place / "city.html").is_symlink()
    )
    (kept,) = entries(place)
    assert kept.state == "altered" and (kept.folder / "city.html").is_symlink()
    assert (place / "more").is_symlink() and not (place / "pipe").exists()
    build(JULY)
    june = next(entry.folder for entry in entries(place) if not entry.state)
    assert proper(june) == first and (place / "own.txt").read_text() == "mine"


def test_verify_looks_at_the_archive(home):
    build()
    place = build(JULY)
    (june,) = entries(place)
    assert verify(place) == [] and verify(june.folder) == []
    (june.folder / "city.html").write_text("x")
    (place / "archive" / "stray").mkdir()
    (place / "archive" / "stray.txt").write_text("x")
    assert verify(place) == [
        f"changed: city.html (archive/{june.id})",
        "not what it is called (archive/stray)",
        "not in the archive: archive/stray.txt",
    ]
    shutil.rmtree(place / "archive" / "stray")
    (place / "archive" / "stray.txt").unlink()
    forged(june.folder)
    assert verify(place) == [f"not what it is called (archive/{june.id})"]


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="no ssh-keygen here")
def test_a_signature_stays_with_the_manifest_that_it_signs(home):
    def keygen(*arguments: str, said: bytes = b"") -> bool:
        return not subprocess.run(
            ["ssh-keygen", *arguments], input=said, capture_output=True
        ).returncode

    assert keygen("-q", "-t", "ed25519", "-N", "", "-f", "key")
    Path("signers").write_text(f"office {Path('key.pub').read_text()}")
    place = build()
    assert keygen("-Y", "sign", "-f", "key", "-n", "yxq", f"{place}/manifest.json")

    def holds(pack: Path) -> bool:
        signed = ("-Y", "verify", "-f", "signers", "-I", "office", "-n", "yxq", "-s")
        manifest = (pack / "manifest.json").read_bytes()
        return keygen(*signed, f"{pack}/manifest.json.sig", said=manifest)

    assert holds(place) and verify(place) == []
    assert holds(build(force=True))
    build(JULY)
    (june,) = entries(place)
    assert holds(june.folder) and not (place / "manifest.json.sig").exists()
    assert verify(place) == []
    forged(june.folder)
    assert not holds(june.folder)


def test_without_the_register_nothing_is_known_of_it(home):
    build()
    assert publications.published(Path("out")) == [
        publications.digest_of(Path("out/2013/manifest.json"))
    ]
    Path("out/.yxq-made").unlink()
    assert publications.published(Path("out")) is None
    assert verify(Path("out/2013")) == [] and LastPack(Path("out/2013")).manifest == {}
    place = build()
    assert [entry.state for entry in entries(place)] == []
