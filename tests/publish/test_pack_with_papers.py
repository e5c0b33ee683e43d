"""A pack's papers: listed on the index and in the manifest; a template that cannot be filled harms
nothing else, is named, and one that is changed makes the papers anew.
"""

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import small
from plain_packs import plain_fonts, without_kernels
from slide_files import lines, slides, tables
from word_files import made, opened, texts

from yxq.plan_folders.load import load
from yxq.publish.archive import verify
from yxq.publish.manifest import read_manifest
from yxq.publish.pack import build

pytestmark = pytest.mark.slow  # packs

FORMS = {"checks": small.form("unit", "n", "of", "on", when=["on"])}
RATE = {"form": "checks", "sum": "n", "over": "of"}
ROWS = "unit,n,of,on\n甲镇,9,10,2013-03-01\n乙镇,5,10,2013-03-01\n丙街道,10,10,2013-03-01\n"
OWES = [{"form": "checks", "sender": "办公室", "every": "half", "due_days": 15}]
COMMON = {
    "反馈函-甲镇.docx",
    "反馈函-乙镇.docx",
    "反馈函-丙街道.docx",
    "领导一页纸.docx",
    "通报.docx",
    "汇报幻灯片.pptx",
    "邮件.txt",
}


@pytest.fixture(scope="module", autouse=True)
def no_pages() -> Iterator[None]:
    """Papers need no notebook."""
    with without_kernels(), plain_fonts():
        yield


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A plan folder and the tables of its returns: two towns attain 80 %, one does not."""
    place = tmp_path_factory.mktemp("papers")
    folder = small.folder(place, FORMS, small.target("A", RATE, ">= 80%"), returns=OWES)
    small.read(place, folder, **{"checks-2013年上半年": ROWS})
    return place


def built(place: Path, out: Path, language: str = "zh") -> tuple[Path, list, str]:
    """The pack, how everything ended, and the index as text."""
    plan = load(place / "plan").plan()
    pack, outcomes = build(plan, out, place / "processed", language=language)
    index = (pack / "index.html").read_text(encoding="utf-8").partition("<body")[2]
    return pack, outcomes, html.unescape(re.sub(r"<[^>]+>", " ", index))


def in_papers(pack: Path) -> set[str]:
    return {file.name for file in (pack / "papers").iterdir()}


def said_by(file: Path) -> str:
    """All that a paper says."""
    if file.suffix == ".txt":
        return file.read_text(encoding="utf-8-sig")
    if file.suffix == ".pptx":
        return "".join(f"{lines(slide)}{tables(slide)}" for slide in slides(file))
    return "".join(texts(opened(file)))


def test_papers_of_a_pack_and_a_template_that_cannot_be_filled(place, tmp_path):
    out, own = tmp_path / "reports", place / "plan" / "papers"
    pack, outcomes, index = built(place, out)
    files = in_papers(pack)
    assert files >= COMMON and files - COMMON <= {"交办单-办公室.docx", "催报单-办公室.docx"}
    assert all(name in index for name in files) and not [o for o in outcomes if o.error]
    listed = read_manifest(pack)
    assert {f"papers/{name}" for name in files} <= set(listed["files"]) and listed[
        "templates"
    ] == {}
    assert verify(pack) == []
    before = {name: (pack / "papers" / name).read_bytes() for name in files}

    own.mkdir()
    made(own, "{{ unit.name }}{{ unit.scor }}", name="反馈函.docx")
    pack, outcomes, index = built(place, out)
    assert [(o.job.name, o.status) for o in outcomes if o.error] == [("反馈函", "failed")]
    (why,) = [o.error for o in outcomes if o.error]
    assert "\n" not in why and "scor" in why and "score" in why and why in index
    assert in_papers(pack) == {name for name in files if not name.startswith("反馈函")}
    listed = read_manifest(pack)
    assert listed["failed"] == {"反馈函.docx": why} and set(listed["templates"]) == {"反馈函.docx"}
    assert all((pack / "papers" / name).read_bytes() == before[name] for name in in_papers(pack))
    assert verify(pack) == [] and sum(o.status == "skipped" for o in outcomes) == 5

    made(own, "{{ unit.name }}得{{ unit.score }}", name="反馈函.docx")
    pack, outcomes, index = built(place, out)
    assert not [o for o in outcomes if o.error] and in_papers(pack) == files
    assert texts(opened(pack / "papers" / "反馈函-乙镇.docx"))[0].startswith("乙镇得")
    assert {o.status for o in outcomes} == {"skipped"}

    stamp = (pack / "manifest.json").stat().st_mtime_ns
    pack, _, _ = built(place, out)
    assert (pack / "manifest.json").stat().st_mtime_ns == stamp  # nothing would be another
    shutil.rmtree(own)


def test_an_english_pack_has_english_papers(place, tmp_path):
    pack, outcomes, index = built(place, tmp_path / "reports", "en")
    files = in_papers(pack)
    assert {
        "notice.docx",
        "one-page.docx",
        "feedback-Jia_Town.docx",
        "slides.pptx",
        "mail.txt",
    } <= files
    assert not [o for o in outcomes if o.error] and all(name in index for name in files)
    for name in files:
        said = said_by(pack / "papers" / name)
        assert not re.search("[\u4e00-\u9fff]", said), (name, said)
