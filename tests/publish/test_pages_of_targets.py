"""Which targets have a page in a pack, and that all pages lead to those and to no other."""

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest
from project import fewer, some_targets

from yxq.plan_folders.load import SHIPPED, load
from yxq.publish import pack
from yxq.publish.archive import verify
from yxq.report import html
from yxq.report.pages import open_page
from yxq.words.errors import PlanError
from yxq.words.wording import Words

DAY = dt.date(2014, 1, 31)


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """Two units and the city."""
    return load(
        fewer(SHIPPED / "yixing", tmp_path_factory.mktemp("plan"), "丁蜀镇", "湖㳇镇")
    ).plan(2013)


@pytest.fixture(scope="module")
def small(few, tmp_path_factory):
    """The same with five targets of two departments."""
    place = shutil.copytree(few.folder.path, tmp_path_factory.mktemp("small") / "yixing")
    return load(some_targets(place, 2013, "T01", "T02", "T07", "T12", "T20")).plan(2013)


@pytest.fixture(scope="module")
def city(few, demo_processed):
    return open_page("city", plan=few, as_of=DAY, processed=demo_processed.as_posix())


def ids(targets) -> list[str]:
    return [target.id for target in targets]


def test_all_none_named_or_what_the_city_misses(city, few):
    rows = city.attained[city.attained["unit"] == "宜兴市"]
    missed = [*rows.loc[rows["state"].isin(["not attained", "behind"]), "target"]]
    assert 0 < len(missed) < 75 and ids(pack.chosen(city, ["missed"])) == missed
    assert pack.chosen(city, []) == pack.chosen(city, ["none"]) == []
    assert ids(pack.chosen(city, ("all",))) == ids(few.targets)
    # in the plan's order, each once, by id or title
    assert ids(pack.chosen(city, ["T12", "产品质量监督抽查合格率", "T1"])) == ["T01", "T12"]
    with pytest.raises(PlanError, match="T99"):
        pack.chosen(city, ["T01", "T99"])


@pytest.mark.usefixtures("no_kernels")
def test_pages_lead_to_what_is_there_and_are_not_run_again_for_it(small, demo_processed, tmp_path):
    def build(*targets):
        place, outcomes = pack.build(small, tmp_path, demo_processed, DAY, targets=targets)
        assert not verify(place)
        return place, {outcome.job.name for outcome in outcomes if outcome.why}

    place, ran = build()
    towns = {unit.page for unit in small.towns}
    assert ran == {"city", "returns", *towns} and not [*place.glob("target-*")]
    place, ran = build("T12", "T01")
    assert ran == {"target-T12", "target-T01"}
    own = (place / "target-T12.html").read_text(encoding="utf-8")
    assert "target=T12" in own and "<title>T12 新开工受监工程覆盖率 · " in own

    def led(name: str) -> set[str]:
        text = (place / f"{name}.html").read_text(encoding="utf-8")
        return set(re.findall(r'href="(target-[^"]*)"', text))

    both = {"target-T01.html", "target-T12.html"}
    assert led("index") == both and led("department-住建局") == {"target-T12.html"}
    assert led("department-质监局") == {"target-T01.html"}
    place, ran = build("T12")
    assert ran == set() and {file.name for file in place.glob("target-*")} == {"target-T12.html"}
    assert led("index") == {"target-T12.html"} and led("department-质监局") == set()


@pytest.mark.usefixtures("no_kernels")
def test_a_page_that_could_not_be_made_is_named_and_harms_no_other(
    small, demo_processed, tmp_path, monkeypatch
):
    ends = pack.run

    def failing(outcomes, *more):
        from dataclasses import replace

        for outcome in ends(outcomes, *more):
            bad = outcome.job.name == "target-T12"
            yield replace(outcome, error="broken") if bad else outcome

    monkeypatch.setattr(pack, "run", failing)
    place, _ = pack.build(small, tmp_path, demo_processed, DAY, targets=["T12", "T01"])
    text = (place / "index.html").read_text(encoding="utf-8")
    alert = re.search(r'role="alert">(.*?)</p>', text)[1]
    assert alert == "本次未能生成（详见运行日志）：T12 新开工受监工程覆盖率。"
    assert "target-T12.html" not in text and "target-T01.html" in text


def test_a_link_is_put_in_taken_out_and_no_part_of_the_page_itself():
    plain = '<th><a href="#s-T1">T1</a><a data-target="T1"></a></th><a data-target="T10"></a>'
    words = Words("en")
    led = html.with_targets(plain, ["T1"], words)
    assert led == (
        '<th><a href="#s-T1">T1</a><a data-target="T1" href="target-T1.html">page of T1</a></th>'
        '<a data-target="T10"></a>'
    )
    assert html.bare(led) == html.bare(plain) == plain
    other = html.with_targets(led, ["T10"], words)
    assert 'href="target-T10.html">page of T10</a>' in other and 'href="target-T1.' not in other


def test_an_unknown_target_is_refused_before_anything_is_read(few, tmp_path, monkeypatch):
    from yxq.publish.job import RunOptions
    from yxq.publish.nightly import PackRequest, ingest_and_publish

    monkeypatch.chdir(tmp_path)
    folder = shutil.copytree(few.folder.path, tmp_path / "yixing")
    asked = PackRequest(
        raw=Path("raw"),
        processed=Path("processed"),
        plan=folder.as_posix(),
        year=2013,
        out=Path("reports"),
        pdf=False,
        targets=("T98", "T99"),
        as_of=None,
        received_by=None,
        language="zh",
        options=RunOptions(),
    )
    with pytest.raises(PlanError, match="T98"):
        ingest_and_publish(asked, lambda *_: pytest.fail("read"))
