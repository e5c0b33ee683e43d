"""Sections as functions of small frames, made by hand: no table is read and no page is opened."""

import datetime as dt

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from yxq.report.figures import Style
from yxq.report.html import Look, of_blocks
from yxq.report.sections.build import empty, figure, section
from yxq.report.sections.failures import figure_of_items
from yxq.report.sections.forecast import forecast
from yxq.report.sections.headline import (
    computed_shares,
    headline,
    state_counts,
    target_verdict,
    unsettled,
)
from yxq.report.sections.league import finder, is_running, league, league_rows
from yxq.report.sections.monthly import sampled_panels
from yxq.report.sections.next_steps import with_needs
from yxq.report.sections.returns import due_lines, due_returns
from yxq.report.sections.standing import grade_facts, score_facts, score_lines
from yxq.report.sections.targets import short
from yxq.words.states import State
from yxq.words.wording import Words

ZH, EN = Words("zh"), Words("en")


def score(**known) -> pd.Series:
    """A row of scores."""
    whole = {"score": 93.0, "grade": "A", "rank": 2, "rank_low": 1, "rank_high": 4, "ranked": 20}
    whole |= {"score_low": 93.0, "score_high": 93.0, "missing": 0.0, "judged": 1.0}
    whole |= {"end_low": None, "end_grade": None, "end_chance": None}
    return pd.Series(whole | {"vetoed": False} | known, dtype=object, name="宜兴市")


def test_a_section_has_its_anchor_and_heading_and_an_empty_one_a_sentence():
    block = section(EN, "short", "")
    assert (block.id, block.title, block.text) == ("short", EN("short"), f"[{EN('short')}]")
    assert f"<p>{EN('short_none')}</p>" in empty(EN, "short", "short_none").html
    assert figure("caption", "alt", None) == []


def test_blank_lines_are_left_out_of_the_first_screen():
    block = headline("title", ["subtitle", "mark"], "verdict", ["", "line"], [("a", "1", "")])
    assert block.html.count("<p>") == 1 and "<p>line</p>" in block.html
    assert block.text.startswith("title\nsubtitle\nmark\nverdict\na 1\n")


def test_states_are_counted_in_their_order_and_the_unsettled_are_named():
    counts = state_counts(pd.Series(["behind", "no data", "behind", "attained"]))
    assert [*counts] == [*State] and sum(counts.values()) == 4 and counts[State.BEHIND] == 2
    running, others = unsettled(counts, EN)
    assert running == EN("running", on_track=0, behind=2) and "no data" in others
    assert unsettled(state_counts(pd.Series(["attained"])), EN) == ["", ""]


def test_a_target_may_be_the_units_alone_or_the_citys_alone():
    city = pd.DataFrame({"code": ["attained"], "value": ["96.0%"]})
    towns = state_counts(pd.Series(["attained", "not attained", "pending"]))
    both = target_verdict(towns, city, ZH)
    assert both.startswith("全市：达成（96.0%）。3个") and "已有定论2个：达成1个，未达成1个" in both
    assert target_verdict(towns, city.iloc[:0], ZH).startswith("3个")
    assert "只考核全市" in target_verdict(state_counts(pd.Series([])), city, ZH)


@pytest.mark.parametrize(
    ("known", "keys"),
    [
        ({}, []),
        ({"judged": 0.5}, ["score_provisional"]),
        ({"score": None, "missing": None}, ["score_none_yet"]),
        ({"score": None, "missing": 0.4}, ["score_missing"]),
        ({"judged": 0.5, "vetoed": True}, ["score_provisional", "score_veto"]),
    ],
)
def test_a_score_comes_with_what_is_to_be_known_of_it(plan2013, known, keys):
    filled = {"judged": "50%", "missing": "40%", "grade": "A"}
    filled["list"] = "Guanlin Town T63 " + plan2013.target("T63").title.en
    vetoed = pd.DataFrame({"unit": ["官林镇", "高塍镇"], "target": "T63", "vetoed": [True, False]})
    filled["most"] = f"{float(plan2013.period.scoring.missing_at_most):.0%}"
    expected = [EN(key, **filled) for key in keys]
    assert score_lines(plan2013, score(**known), vetoed, EN) == expected
    assert score_lines(plan2013, None, vetoed, EN) == []


def test_score_and_rank_are_facts_as_far_as_there_are_any(plan2013):
    assert [fact[1] for fact in score_facts(plan2013, score(), ZH, True)] == ["93.0", "2"]
    assert "1～4" in score_facts(plan2013, score(), ZH, True)[1][2]
    within = score_facts(plan2013, score(), ZH, False)
    assert [fact[0] for fact in within] == ["暂计得分", "暂列名次"]
    assert within[0][2] == "暂评A级" and "年末约在1～4" in within[1][2]
    undecided = score(end_grade="B", end_chance=0.499)
    assert score_facts(plan2013, undecided, ZH, False)[0][2] == "暂评A级"
    likeliest = score(end_grade="B", end_chance=0.5)
    assert score_facts(plan2013, likeliest, ZH, False)[0][2] == "暂评A级，年末最可能B级（50%）"
    assert score_facts(plan2013, likeliest, EN, False)[0][2] == (
        "grade A for now, most likely B at the end (50%)"
    )
    assert score_facts(plan2013, likeliest, ZH, True)[0][2] == "A级"
    sure = score_facts(plan2013, score(rank_low=2, rank_high=2), ZH, True)[1]
    assert sure[2] == ZH("of_ranked_sure", n=20)
    assert score_facts(plan2013, score(score=None, rank=None), ZH, True) == []
    assert score_facts(plan2013, None, ZH, True) == []


def test_grades_are_those_of_the_units_without_the_city(plan2013):
    scores = pd.DataFrame(
        {"unit": ["宜兴市", "a", "b", "c"], "score": [99, 90, 80, None], "grade": [*"AAB", ""]}
    )
    over = scores.assign(end_grade=None)
    ((_, grades, kept),) = grade_facts(plan2013, over, EN, True)
    each = [EN("grade_count", grade=grade, n=1) for grade in "AB"]
    assert (grades, kept) == (EN("space").join(each), "")
    within = scores.assign(end_grade=["A", "A", "C", ""], end_chance=[1.0, 0.6, 0.6, None])
    told = [("各单位暂评等级", "A 1　B 1", "其中年末最可能仍为该级的1个")]
    assert grade_facts(plan2013, within, ZH, False) == told
    gone = scores.assign(end_grade=["A", "B", "C", ""], end_chance=0.6)
    assert grade_facts(plan2013, gone, ZH, False)[0][2] == "其中年末最可能仍为该级的0个"
    assert grade_facts(plan2013, scores.iloc[:0], EN, True) == []


def test_what_a_target_needs_is_else_its_note():
    rows = with_needs(pd.DataFrame({"needed": ["3 more", ""], "note": ["x", "overdue"]}))
    assert [*rows["needs"]] == ["3 more", "overdue"]


def test_two_requirements_on_one_measure_make_one_panel(plan2013):
    sampled = [target for target in plan2013.targets if target.sampled]
    every = sampled_panels(plan2013.targets, {target.id for target in sampled})
    assert len({target.measure.model_dump_json() for target in sampled}) == len(every)
    assert sampled_panels(plan2013.targets, {sampled[-1].id}) == [sampled[-1]]


def test_items_that_failed_once_each_make_no_figure():
    style = Style(EN, synthetic=False)
    assert figure_of_items(pd.Series({"lead": 1, "label": 1}), style) == []
    assert figure_of_items(pd.Series(dtype="int64"), style) == []
    (drawn,) = figure_of_items(pd.Series({"lead": 2, "label": 1}), style)
    assert f"{EN('pareto_figure')} lead 2, label 1" in drawn


def test_returns_that_are_not_due_yet_are_not_spoken_of(plan2013):
    returns = pd.DataFrame(
        {
            "year": [2013, 2013, 2013, 2012],
            "period_to": pd.to_datetime(["2013-03-31", "2013-06-30", "2013-09-30", "2012-12-31"]),
            "due": pd.to_datetime(["2013-04-10", "2013-07-10", "2013-10-10", "2013-01-10"]),
            "status": ["late", "missing", "not due", "arrived"],
        }
    )
    day, before = dt.date(2013, 7, 10), dt.date(2013, 7, 9)
    for as_of in (dt.date(2013, 6, 30), day):
        assert [*due_returns(plan2013, returns, as_of, day)["status"]] == ["late", "missing"]
    (line,) = due_lines(plan2013, returns, day, day, EN)
    counts = {"due": 2, "arrived": 1, "late": 1, "missing": 1}
    assert line == EN("returns_due", received_by="2013-07-10", **counts)
    assert due_lines(plan2013, returns.iloc[2:], day, day, EN) == []
    assert [*due_returns(plan2013, returns, day, before)["status"]] == ["late"]
    assert [*due_returns(plan2013, returns, dt.date(2013, 6, 29), day)["status"]] == ["late"]
    outstanding = returns.assign(status=["late", "not due", "not due", "arrived"])
    first, more = due_lines(plan2013, outstanding, day, before, EN)
    assert first.startswith("1 returns were due by 2013-07-09: 1 arrived, 1 of them late; 0 are")
    assert more == (
        "1 more of periods that are over are not due yet and have not come: they are outstanding, "
        "not missing."
    )
    assert due_lines(plan2013, outstanding.iloc[1:], day, before, Words("zh")) == [
        "另有1份所报时段已过、未到应报日、尚未收到（待报，不算缺报）。"
    ]


def test_without_scores_units_stand_by_the_share_attained(plan2013):
    units = [unit.name for unit in plan2013.towns]
    attained = pd.DataFrame(
        [(unit, State.ATTAINED) for unit in units]
        + [(unit, State.NOT_ATTAINED) for unit in units[:2]]
        + [(units[0], State.NOT_ATTAINED), (units[2], State.NO_DATA)],
        columns=["unit", "state"],
    )
    rows = league_rows(plan2013, attained, pd.DataFrame(), ZH)
    assert [*rows.index] == [*units[2:], units[1], units[0]]
    assert [*rows["share_attained"].tail(3)] == ["1 / 1", "1 / 2", "1 / 3"]
    assert State.BEHIND not in rows and rows.loc[units[2], State.NO_DATA] == 1


def rows_shown(block) -> list[list[str]]:
    """Every row of the tables of a section, headings first."""
    rows = BeautifulSoup(block.html, "html.parser").find_all("tr")
    return [[cell.get_text().strip() for cell in row.find_all(["th", "td"])] for row in rows]


CHANCES = [  # id, what is asked, state, final, chance: those of the last five are none
    ("A", ">= 3", "on track", False, 0.8),
    ("B", ">= 95%", "behind", False, 0.2),
    ("C", "> last_year", "behind", False, 0.3),
    ("D", "<= 0", "attained", False, 0.4),  # until something happens
    ("E", ">= 3", "attained", True, 1.0),
    ("F", ">= 100%", "not attained", True, 0.0),
    ("G", "> last_year", "attained", False, 0.9),  # nothing undoes a rise
    ("H", ">= 3", "pending", False, None),
    ("I", "", "reported", False, None),
]
IN_FORECAST = ["target", "required", "counts", "value", "previous", "whole_year_before", "needed"]
IN_FORECAST += ["probability", "state"]


def chances(rows: list[tuple]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Results with chances, and the same as text: of each cell the column and the target."""
    results = pd.DataFrame(rows, columns=["id", "require", "state", "final", "probability"])
    texts = {name: name + " " + results["id"] for name in IN_FORECAST}
    return results.astype({"probability": "Float64"}), pd.DataFrame(texts)


@pytest.mark.parametrize(("words", "alone"), [(ZH, False), (EN, False), (ZH, True)])
def test_chances_are_those_of_what_is_open_the_least_likely_first(words, alone):
    block = forecast(*chances(CHANCES), words, over=False, alone=alone)
    heads, *rows = rows_shown(block)
    assert heads == [words(name) for name in IN_FORECAST]
    assert rows == [[f"{name} {id}" for name in IN_FORECAST] for id in "BCDA"]
    note = words("forecast_note_city" if alone else "forecast_note")
    assert BeautifulSoup(block.html, "html.parser").p.get_text() == note


def test_when_nothing_is_open_a_sentence_says_so_and_after_the_year_nothing_is_said():
    settled = chances(CHANCES[4:])
    block = forecast(*settled, EN, over=False)
    assert BeautifulSoup(block.html, "html.parser").p.get_text() == EN("forecast_none")
    for rows in (settled, chances(CHANCES)):
        block = forecast(*rows, EN, over=True)
        assert (block.id, block.title, block.text, block.html) == ("", "", "", "")


@pytest.mark.parametrize(
    ("over", "zh", "en"),
    [
        (False, "未达成和进度落后的目标", "Targets not attained or behind"),
        (True, "未达成的目标", "Targets not attained"),
    ],
)
def test_at_the_end_nothing_is_behind_any_more(over, zh, en):
    rows = pd.DataFrame({"code": ["attained", "not attained"], "target": ["A", "B"]})
    rows = rows.assign(id=rows["target"])
    for words, title in ((ZH, zh), (EN, en)):
        block = short(rows, words, over, "target")
        page = BeautifulSoup(block.html, "html.parser")
        assert (block.id, block.title, page.h2.get_text()) == ("short", title, title)
        assert page.caption.get_text() == title and rows_shown(block)[1:] == [["B"]]


@pytest.mark.parametrize(
    ("states", "notes", "n"),
    [
        ([], [], 0),
        (["pending"], ["quota_computed"], 0),
        (["on track", "behind", "no data"], ["quota_computed"] * 3, 0),
        (["attained", "attained"], ["", "quota_official"], 0),
        (["attained", "not attained"], ["quota_computed", "incomplete|1|2;quota_computed"], 2),
        (["attained", "on track"], ["quota_computed"] * 2, 1),
    ],
)
def test_how_many_verdicts_rest_on_computed_shares(states, notes, n):
    results = pd.DataFrame({"state": states, "note": notes}, dtype="str")
    told = f"其中{n}项按试算的分解数判定，正式分解数下达后以下达数为准。"
    assert computed_shares(results, ZH) == ([told] if n else [])


def test_of_a_year_that_runs_every_row_has_the_likeliest_grade_or_none(plan2013):
    units = [unit.name for unit in plan2013.towns]
    attained = pd.DataFrame({"unit": units, "state": State.ATTAINED})
    scores = pd.DataFrame({"unit": units, "rank": range(1, len(units) + 1), "score": 91.0})
    scores = scores.assign(score_low=91.0, score_high=91.0, rank_low=1, rank_high=20)
    scores = scores.assign(grade="A", missing=0.0, end_low=60.0, end_grade="B", end_chance=0.555)
    scores.loc[scores.index[-1], ["end_grade", "end_chance"]] = [None, None]
    rows = league_rows(plan2013, attained, scores, EN)
    assert [*rows["end_grade"]] == ["B (56%)"] * (len(units) - 1) + [""]
    assert is_running(scores) and not is_running(scores.assign(end_low=pd.NA))
    for name in ("rank", "score", "grade"):
        assert [*rows[name]] == [*rows[f"{name}_now"]]
    assert [*rows["rank_interval_end"]] == ["1–20"] * len(units)


@pytest.mark.parametrize("name", ["finder", "league", "targets"])
def test_a_page_has_its_script_where_a_table_can_be_sorted_and_nowhere_else(plan2013, name):
    """Search and order of the index are gone without it."""
    units = [unit.name for unit in plan2013.towns]
    attained = pd.DataFrame({"unit": units, "state": State.ATTAINED})
    of = (plan2013, attained, pd.DataFrame())
    plain = pd.DataFrame({"code": ["behind"], "target": ["A"], "id": ["A"]})
    block = {
        "finder": lambda: finder(*of, plan2013.towns, [], ZH),
        "league": lambda: league(*of, ZH),
        "targets": lambda: short(plain, ZH, False, "target"),
    }[name]()
    page = of_blocks([block], Look("title", "zh"), "index")
    assert page.count("<script") == page.count("script-src") == (name != "targets")
