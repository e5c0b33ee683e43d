"""Every cell and every number in a sentence of a town's page, against values worked out by hand."""

from __future__ import annotations

import collections
import shutil
from pathlib import Path

import pandas as pd
import pytest
from project import posed, read_yaml, reseal, write_yaml
from town_by_hand import SIGNS, Town, headline, section

from yxq.attainment import measures
from yxq.attainment.results import load_data
from yxq.plan_folders import load
from yxq.plan_folders.load import SHIPPED
from yxq.report import figures
from yxq.report.pages import TownPage
from yxq.words.wording import Words

FOLDER = SHIPPED / "yixing"
END, MID, AUTUMN, EVE = None, "2013-06-30", "2013-09-30", "2013-01-02"

TOWNS = [
    ("环科园", MID, "zh"),  # one of the parks that overlap: records that two units share
    ("环科园", AUTUMN, "en"),
    ("环科园", END, "zh"),
    ("环科园", END, "en"),
    ("官林镇", MID, "en"),  # many missed, failing items that come again
    ("官林镇", AUTUMN, "zh"),  # targets without data within the year
    ("官林镇", END, "zh"),  # a target without data, a section without a score
    ("徐舍镇", MID, "en"),  # nothing missed and nothing behind
]


@pytest.fixture(scope="module", autouse=True)
def _undrawn():
    """Figures are looked at in test_figure_numbers.py; here they need not be drawn."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("bullets", "change", "monthly", "pareto"):
            patch.setattr(figures, name, lambda *numbers: "")
        yield


@pytest.fixture(scope="module")
def on(demo_processed):
    """The results of a day, computed once a day."""
    kept = {}

    def results(day):
        if day not in kept:
            kept[day] = load_data(2013, day, processed=demo_processed)
        return kept[day]

    return results


def both(source, town: str, language: str, folder: Path = FOLDER) -> tuple[TownPage, Town]:
    """The page, and the same by hand."""
    words = Words(language, source.plan.folder.unit_word, source.plan.english)
    return TownPage(source, words, town), Town(folder, source, words, town)


def rows_of(parts: list[tuple], caption: str) -> list[tuple]:
    (rows,) = [part[3] for part in parts if part[0] == "table" and part[1] == caption]
    return rows


def compare(page: TownPage, hand: Town) -> None:
    """The whole page, cell by cell."""
    assert headline(page.headline()) == hand.headline()
    if hand.over:  # a year that is over leaves nothing to chance
        assert "forecast" not in hand.sections
        assert (page.forecast().id, page.forecast().html, page.forecast().text) == ("", "", "")
    for name, by_hand in hand.sections.items():
        block = getattr(page, name)()
        assert (block.id, block.title) == (name, hand.titles[name])
        assert section(block) == by_hand, name


@pytest.fixture(scope="module")
def opened(on):
    """Page and hand-made page of a town, day and language."""
    kept = {}

    def pair(*key):
        if key not in kept:
            town, day, language = key
            kept[key] = both(on(day), town, language)
        return kept[key]

    return pair


@pytest.mark.parametrize(("town", "day", "language"), TOWNS)
def test_a_town_page_says_what_was_worked_out_by_hand(opened, town, day, language):
    compare(*opened(town, day, language))


def test_the_towns_chosen_show_every_table_and_sentence(opened):
    """So that none of the comparisons above is one of nothing with nothing."""
    steps = {"next": "先做（", "next_over": "失分最多的是："}
    captions = (
        *("short", "targets", "subscores", "evidence", "forecast"),
        *("quotas", "change", "worsening", "counts", "failures", "missing_targets"),
        *("missing_returns", "sources_note", "assumptions", "short_over"),
    )
    shown = collections.Counter(dict.fromkeys((*captions, *steps, "figures", "cells"), 0))
    for case in TOWNS:
        hand = opened(*case)[1]
        parts = hand.headline()["parts"]
        for section_parts in hand.sections.values():
            parts += section_parts
        for name in captions:
            found = [part for part in parts if part[1] == hand.w(name)]
            shown[name] += sum(len(part[3]) if part[0] == "table" else 1 for part in found)
        for name, begins in steps.items():
            shown[name] += sum(part[0] == "p" and part[1].startswith(begins) for part in parts)
        shown["figures"] += sum(part[0] == "figure" for part in parts)
        shown["cells"] += sum(len(row) for part in parts if part[0] == "table" for row in part[3])
    assert min(shown.values()) > 0
    assert shown["figures"] > 25 and shown["cells"] > 10_000


def test_the_score_is_what_its_sum_says(opened):
    """The two numbers of the sentence, divided, less the points taken off."""
    found = []
    for case in TOWNS:
        hand = opened(*case)[1]
        earned, whole, *_ = hand.sums(hand.rows)
        score = float(100 * earned / whole) - hand.own["deducted"]
        assert hand.own["score"] == pytest.approx(score, abs=1e-9)
        found.append(round(score, 1))
    assert found[:4] == [84.0, 91.9, 92.4, 92.4]  # 21 of 25, 28.5 of 31, 30.5 of 33


@pytest.mark.parametrize(("town", "day", "language"), TOWNS[:3])
def test_the_states_that_checks_compare_are_counted(opened, town, day, language):
    page, hand = opened(town, day, language)
    assert page.states.to_dict() == {state: hand.counts[state] for state in SIGNS}
    assert page.states.sum() == len(hand.rows) > 40 and page.states.name == town


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_headline_in_plain_text_says_the_same(opened, language):
    page, hand = opened("环科园", END, language)
    shown = hand.headline()
    tiles = [" ".join(tile) for tile in shown["tiles"]]
    lines = [part[1] for part in shown["parts"] if part[0] == "p"]
    told = [shown["title"], *shown["subtitle"], *shown["synthetic"], *shown["verdict"], *tiles]
    told += lines
    assert [line for line in page.headline().text.split("\n") if line] == told
    assert len(tiles) == 3 and len(lines) == 4


def test_on_the_second_of_january_there_is_nothing_to_show(on):
    page, hand = both(on(EVE), "宜城街道", "zh")
    compare(page, hand)
    for name in ("evidence", "monthly", "failures"):
        assert section(getattr(page, name)()) == [("p", hand.w(f"{name}_none"))]


# ---- score, grade and rank in sentences ------------------------------------------------------

SURE = {"score": 91.2, "grade": "A", "rank": 3, "rank_low": 3, "rank_high": 3, "judged": 1.0}
NONE = {"score": None, "grade": "", "rank": None, "rank_low": None, "rank_high": None}
STANDINGS = [  # a unit's row of scores; tiles before that of the states; what is said of the score
    (SURE, [("得分", "91.2", "A级"), ("名次", "3", "共20个")], []),
    (
        SURE | {"score": 89.96, "grade": "B", "rank_low": 2, "rank_high": 11},  # 90.0 would be an A
        [("得分", "89.96", "B级"), ("名次", "3", "共20个，约在2～11")],
        [],
    ),
    (
        SURE | {"judged": 0.714, "rank_high": 4},
        [("得分", "91.2", "A级"), ("名次", "3", "共20个，约在3～4")],
        ["得分为暂计：有数据可评的占全部权重的71%。"],
    ),
    (
        SURE | {"judged": 0.5, "vetoed": True, "grade": "D"},
        [("得分", "91.2", "D级"), ("名次", "3", "共20个")],
        ["得分为暂计：有数据可评的占全部权重的50%。", "发生一票否决事项（），定为D级。"],
    ),
    (NONE | {"missing": 0.256}, [], ["无数据的目标占权重26%，超过20%，不评分、不排名。"]),
    (NONE | {"missing": None}, [], ["尚无可评分的目标。"]),
]


@pytest.mark.parametrize(("row", "tiles", "lines"), STANDINGS)
def test_score_grade_and_rank_are_said_as_they_are(demo_processed, on, row, tiles, lines):
    """Scores written by hand in the place of the computed ones."""
    known = on(END)
    source = load_data(2013, END, processed=demo_processed)
    posed(source, attained=known.attained)
    posed(source, subscores=known.subscores)
    posed(source, movers=known.movers)
    scores = known.scores.astype(object)
    at = scores["unit"] == "官林镇"
    told = {"missing": 0.027, "vetoed": False, "deducted": 2, "ranked": 20} | row
    told |= {"score_low": told["score"], "score_high": told["score"]}
    posed(source, credits=known.credits.assign(vetoed=False))
    for name, value in told.items():
        scores.loc[at, name] = pd.NA if value is None else value
    posed(source, scores=scores)
    page, hand = both(source, "官林镇", "zh")
    shown = headline(page.headline())
    assert shown["tiles"] == [*tiles, ("达成", "29", "已有定论36项")]
    said = [part[1] for part in shown["parts"] if part[0] == "p"]
    # Of six counts that are split one was not reported.
    shares = "其中5项按试算的分解数判定，正式分解数下达后以下达数为准。"
    assert said == [shares, *lines, "另有：无数据3项、不作判定13项。", *said[-2:]]
    assert said[-2].startswith("失分最多的是：T01 ")
    assert said[-1].startswith("3项无数据，请责任部门补报：T18 ")
    standing = section(page.standing())
    assert standing == hand.standing()
    sums = [part[1] for part in standing if part[0] == "p"][1:]
    if row["score"] is None:
        assert sums == []
    else:
        low, high = row["rank_low"], row["rank_high"]
        sure = "改变权重、考虑抽样误差，名次不变"
        around = sure if low == high else f"考虑权重取舍和抽样误差，大致在第{low}～{high}名之间"
        score = tiles[0][1]
        assert sums == [
            f"得分＝所得30÷计分权重36×100，扣2分，为{score}分；同分并列，按未四舍五入的分数排名。",
            "要求高于（或低于）上年的，与上年相同即为未达成，上年和本年都是零的也一样。",
            f"在20个评分单位中列第3名（{around}）。",
        ]


# ---- other plans -----------------------------------------------------------------------------


def written(raw: dict, place: Path) -> Path:
    """The demo's plan folder with another plan of the year."""
    folder = shutil.copytree(FOLDER, place / "yixing")
    write_yaml(folder / "2013.yml", raw)
    return folder


def shipped() -> dict:
    return read_yaml(FOLDER / "2013.yml")


@pytest.fixture(scope="module")
def bare(demo_processed, tmp_path_factory):
    """A draft without scoring, shares and returns owed."""
    raw = shipped() | {"draft": True}
    del raw["scoring"], raw["returns"]
    for target in raw["targets"]:
        target.pop("split", None)
    folder = written(raw, tmp_path_factory.mktemp("bare"))
    return folder, load_data(2013, END, load.load(folder).plan(2013), demo_processed)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_plan_without_scoring_shares_and_returns(bare, language):
    """No score, no rank, nothing split and nothing owed, and the page says so."""
    folder, source = bare
    page, hand = both(source, "徐舍镇", language, folder)
    compare(page, hand)
    shown = headline(page.headline())
    assert len(shown["tiles"]) == 1 and len(shown["parts"]) == 1
    assert shown["synthetic"] == [f"{hand.w('synthetic')}\n{hand.w('draft')}"]
    empty = {"standing": "score_unset", "quotas": "quotas_none", "missing": "missing_none"}
    for name, why in empty.items():
        assert section(getattr(page, name)()) == [("p", hand.w(why))]


def test_a_page_without_synthetic_data_has_no_mark(demo_processed, on):
    source = load_data(2013, MID, processed=demo_processed)
    known = on(MID)
    posed(source, attained=known.attained, scores=known.scores, movers=known.movers)
    posed(source, synthetic=False)
    page, hand = both(source, "官林镇", "en")
    assert headline(page.headline()) == hand.headline()
    assert headline(page.headline())["synthetic"] == []


@pytest.fixture(scope="module")
def other(demo_tables, tmp_path_factory):
    """Other weights, official and equal shares, two requirements on one measure; 太华镇 in trouble:

    80 more batches failed, of many items; an incident; no leading group.
    """
    place = tmp_path_factory.mktemp("other")
    raw = shipped()
    by_id = {target["id"]: target for target in raw["targets"]}
    by_id["T01"]["weight"], by_id["T04"]["weight"], by_id["T23"]["weight"] = 3, "1/2", "5/2"
    by_id["T53"]["weight"] = 3  # not reported: too much of its section for a score of that
    by_id["T35"]["split"] = "equal"
    del by_id["T52"]["split"]
    stricter = by_id["T01"] | {"id": "T76", "require": ">= 97%", "weight": 2}
    stricter["title"] = {"zh": "更严的合格率", "en": "A stricter rate"}
    raw["targets"].append(stricter)
    folder = written(raw, place)
    plan = load.load(folder).plan(2013)
    names = [unit.name for unit in plan.towns]
    shares = {"太华镇": 2, "环科园": 13}
    lines = [f"2013,T20,{name},{shares.get(name, 0)},府办〔2013〕7号" for name in names]
    official = "\n".join(["year,target,unit,quota,source", *lines])
    (folder / "quotas.csv").write_text(official, encoding="utf-8")
    plan = load.load(folder).plan(2013)

    records = {name: rows.copy() for name, rows in demo_tables.records.items()}
    samples = records["inspections"]
    like = (
        samples[(samples["unit"] == "太华镇") & (samples["class"] == "product")].iloc[0].to_dict()
    )
    items = [
        "铅",
        "镉；铅",
        "汞、铬",
        "砷, 铬",
        None,
        "锑",
        "镍",
        "锰",
        "锌",
        "铜",
        "银",
        "锡",
        "铋",
    ]
    more = []
    for n in range(80):
        day = pd.Timestamp(2013, 1, 15) + pd.Timedelta(days=4 * (n % 40))  # twice each day
        cells = {"sample_no": f"X{n}", "date": day, "from": day, "to": day, "result": "fail"}
        cells |= {"failing_item": items[n % len(items)], "file": "2013/补报.xlsx"}
        cells |= {"sheet": "表二", "row": 5 + 3 * n}
        more.append(like | cells | {"key": f"X{n}", "firm": None if n % 7 == 0 else f"厂{n}"})
    added = pd.DataFrame(more)[samples.columns].astype(samples.dtypes)
    records["inspections"] = pd.concat([samples, added])
    registers = records["registers"]
    incident = (
        registers[registers["unit"] == "太华镇"]
        .iloc[-1:]
        .assign(register="区域性质量问题", item="一起", date=pd.Timestamp(2013, 5, 5), row=999)
    )
    records["registers"] = pd.concat([registers, incident])
    tasks = records["milestones"]
    groups = (tasks["task_no"] == 71) & (tasks["unit"] == "太华镇") & (tasks["to"].dt.year == 2013)
    assert groups.any()
    records["milestones"] = tasks.assign(done=tasks["done"].mask(groups))

    processed = place / "processed"
    (processed / "records").mkdir(parents=True)
    for name in ("files.parquet", "received.parquet", "state.json"):
        shutil.copy(demo_tables.place / name, processed / name)
    for name, rows in records.items():
        rows.to_parquet(processed / "records" / f"{name}.parquet", index=False)
    measures.measure(plan, records).to_parquet(processed / "measures.parquet", index=False)
    reseal(processed)
    return folder, load_data(2013, END, plan, processed)


OTHERS = [("太华镇", "zh"), ("太华镇", "en"), ("官林镇", "zh")]


@pytest.mark.parametrize(("town", "language"), OTHERS)
def test_other_weights_shares_and_many_failures(other, town, language):
    folder, source = other
    compare(*both(source, town, language, folder))


def test_a_section_that_lacks_too_much_has_no_score_but_says_what_it_lacks(other):
    folder, source = other
    page, hand = both(source, "官林镇", "zh", folder)
    rows = rows_of(section(page.standing()), "分项得分")
    assert ("", "", "质量强镇强企与品牌", "", "43%") in rows  # 3 of 7: T50, T51, T54 and T57 beside
    assert rows == rows_of(hand.standing(), "分项得分")


def test_the_town_in_trouble_is_shown_whole(other):
    """What the demo has no case of: so that the comparison above is one."""
    folder, source = other
    _, hand = both(source, "太华镇", "zh", folder)
    failures = hand.sections["failures"]
    told = [part[1] for part in failures if part[0] == "p"]
    assert told == ["共83条，此处列60条，其余见工作簿“不合格（未达标）明细”表。"]
    assert sum(len(row) > 1 for row in failures[-1][3]) == 60
    assert len(hand.pareto) == 10
    assert "发生一票否决事项（T63 区域性质量问题），定为D级。" in [
        part[1] for part in hand.headline()["parts"]
    ]
    sources = rows_of(hand.sections["sources"], hand.w("sources_note"))
    runs = "5、8、11、14、17、20、23、26、29、32、35、38……（共80行）"
    assert f"2013/补报.xlsx［表二］：{runs}" in sources[0][6]
    split = {row[2][:3]: row[-1] for row in rows_of(hand.sections["quotas"], hand.w("quotas"))}
    assert (
        split["T20"] == "下达数（府办〔2013〕7号）"
        and split["T35"] == "平均分解"
        and "T52" not in split
    )
    assert "T63" in [row[2][:3] for row in rows_of(hand.sections["change"], hand.w("worsening"))]
    earned, whole, *_ = hand.sums(hand.rows)
    assert hand.own["score"] == pytest.approx(float(100 * earned / whole) - 2)
    assert hand.own["deducted"] == 2
    assert len(hand.by_month) == 3  # of one measure once
