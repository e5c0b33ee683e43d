"""Every number between the table of results and the reader's eye, by hand on made-up rows."""

import datetime as dt
from fractions import Fraction
from typing import get_args

import numpy as np
import pandas as pd
import pytest

from yxq.attainment.attain import COLUMNS, FURTHER
from yxq.plan.measure import Measure
from yxq.plan.scoring import Band, Scoring
from yxq.plan.target import Kind, Target
from yxq.report import display
from yxq.words.text import Text
from yxq.words.wording import Words

ZH, EN = Words("zh"), Words("en")
FIRMS = Text(zh="家", en="firm/firms")
SHARE = Text(zh="比例", en="share")
RANK = Text(zh="名次", en="rank")
DAYS = Text(zh="天", en="day/days")
BATCHES = Text(zh="批次", en="batch/batches")
POINTS = Text(zh="分", en="point/points")
MONEY = Text(zh="万元", en="× 10,000 yuan")

SHARES = Measure(form="inspections", passed={"result": "pass"})
COUNTS = Measure(form="registers", distinct=("firm",))
VALUES = Measure(form="annual", value="value")
OTHERS = Measure(form="benchmarks", peer="city", value="value")
TASKS = Measure(form="milestones", done="done")


def target(measure, require=None, unit=FIRMS, whom="each", **more):
    about = {"id": "X1", "clause": "一、1", "owner": "质监局", "for": whom} | more
    about |= {"title": Text(zh="某目标", en="some target"), "measure": measure}
    return Target(require=require, unit=unit, **about)


RATE = target(SHARES, ">= 95%", BATCHES)
COUNT = target(COUNTS, ">= 15", whom="shared")
RISING_SHARE = target(VALUES, "> last_year", SHARE, "city")
RISING_COUNT = target(VALUES, "> last_year")
PEERS = target(OTHERS, "> peers", POINTS, "city")
PLACE = target(OTHERS, "rank <= 1/3", RANK, "city")
TASK = target(TASKS, "done", DAYS, "both")
DATED_TASK = target(TASKS, "done", DAYS, "both", by="2014-12-31")
MISSED = "not attained"
ALL_PASSING = ("还需再有59批次且全部合格", "59 more batches, all passing")
NONE_LEFT = {"needed": 0, "year_before": 1}


def frame(rows):
    """Rows of attainment in which all that is not named is missing."""
    empty = dict.fromkeys([*COLUMNS, *FURTHER])
    texts = dict.fromkeys(("note", "trend", "evidence", "bound"), "")
    plain = {"unit": "宜兴市", "target": "X1", "clause": "一、1", "state": "pending"}
    return pd.DataFrame([empty | texts | plain | row for row in rows]).astype(COLUMNS | FURTHER)


@pytest.fixture(scope="module")
def shown(plan2013):
    """One row as a reader sees it, of a plan that has only its target."""

    def of(target, language="zh", **row):
        period = plan2013.period.model_copy(update={"targets": (target,)})
        plan = plan2013.model_copy(update={"period": period})
        words = Words(language, names=plan2013.english)
        return display.results(plan, frame([row]), words).iloc[0]

    return of


# --- shares, numbers, rows, sources ---


@pytest.mark.parametrize(
    ("value", "threshold", "told"),
    [
        ("119/120", "95%", "99.2%"),
        ("1/3", None, "33.3%"),
        ("2/3", None, "66.7%"),
        ("0", "95%", "0.0%"),
        ("1", "1", "100.0%"),
        ("95/100", "95/100", "95.0%"),
        ("9494/10000", "95/100", "94.9%"),  # rounded and still below
        ("9496/10000", "95/100", "94.96%"),  # with one decimal it would be 95.0
        ("94996/100000", "95/100", "94.996%"),
        ("949996/1000000", "95/100", "94.9996%"),
        ("9499996/10000000", "95/100", "94.99996%"),
        ("94999996/100000000", "95/100", "94.999996%"),
        ("949999996/1000000000", "95/100", "95.0%"),  # nearer than six decimals can tell
        ("9999/10000", "1", "99.99%"),  # one that failed of ten thousand
        ("95004/100000", "95/100", "95.0%"),  # reached: the other way is no mistake
        ("1/3", "1/3", "33.3%"),  # equal, though 33.3 is less than a third
        ("3334/10000", "1/3", "33.34%"),  # above, and 33.3 would not be
        ("3333/10000", "1/3", "33.3%"),
        ("6/100", "6/100", "6.0%"),
    ],
)
def test_a_share_stays_on_its_side_of_the_threshold(value, threshold, told):
    exact = Fraction(95, 100) if threshold == "95%" else threshold and Fraction(threshold)
    assert display.share(Fraction(value), exact) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (15, "15"),
        (0, "0"),
        (100, "100"),
        (1000, "1,000"),
        (1234567.891, "1,234,567.89"),
        (79.4, "79.4"),
        (79.2412, "79.24"),
        (1.006, "1.01"),
        (1, "1"),
        (0.9, "0.9"),
        (0.034, "0.034"),
        (0.12345, "0.1235"),  # four decimals below one
        (-0.12346, "-0.1235"),
        (-12.346, "-12.35"),
        (-1, "-1"),
        (float("nan"), ""),
    ],
)
def test_a_number_has_no_tail_of_zeros(value, told):
    assert display.number(value) == told


@pytest.mark.parametrize(
    ("rows", "zh", "en"),
    [
        ([], [], []),
        ([7], ["7"], ["7"]),
        ([4, 5, 6, 9], ["4～6", "9"], ["4–6", "9"]),
        ([9, 6, 4, 5], ["4～6", "9"], ["4–6", "9"]),
        ([1, 3, 5], ["1", "3", "5"], ["1", "3", "5"]),
        ([2, 3, 11, 12, 14], ["2～3", "11～12", "14"], ["2–3", "11–12", "14"]),
    ],
)
def test_runs_of_rows_are_drawn_together(rows, zh, en):
    assert display.ranges(rows, ZH) == zh
    assert display.ranges(rows, EN) == en


def test_a_source_names_the_sheet_where_there_is_one():
    assert display.source("2013/甲.xlsx", "报表", "4～6", ZH) == "2013/甲.xlsx［报表］：4～6"
    assert display.source("2013/甲.xlsx", "报表", "4–6", EN) == "2013/甲.xlsx [报表]: 4–6"
    assert display.source("2013/甲.csv", "", "12", ZH) == "2013/甲.csv：12"
    assert display.source("2013/甲.csv", "", "12", EN) == "2013/甲.csv: 12"


@pytest.mark.parametrize(
    ("one", "zh", "en"),
    [
        (RATE, "率", "share"),
        (RISING_SHARE, "率", "share"),
        (COUNT, "家", "firms"),
        (PEERS, "分", "points"),
        (target(VALUES, "> last_year", MONEY), "万元", "× 10,000 yuan"),
    ],
)
def test_the_unit_of_a_value_is_a_share_or_what_is_counted(one, zh, en):
    assert (display.measured_in(one, ZH), display.measured_in(one, EN)) == (zh, en)


# --- what the plan asks ---


@pytest.mark.parametrize(
    ("one", "zh", "en"),
    [
        (RATE, "≥95%", "≥ 95%"),
        (target(SHARES, ">= 1/3"), "≥1/3", "≥ 1/3"),
        (target(SHARES, ">= 100%"), "100%", "100%"),
        (target(SHARES, ">= 100.0%"), "100%", "100%"),
        (target(SHARES, ">= 99.9%"), "≥99.9%", "≥ 99.9%"),
        (COUNT, "≥15家", "≥ 15 firms"),
        (target(COUNTS, ">= 1"), "≥1家", "≥ 1 firm"),
        (target(COUNTS, ">= 2"), "≥2家", "≥ 2 firms"),
        (target(COUNTS, "1..2"), "1～2家", "1–2 firms"),
        (target(COUNTS, "0..1"), "0～1家", "0–1 firm"),
        (target(COUNTS, "3..3"), "3家", "3 firms"),
        (target(COUNTS, "<= 0"), "不发生", "none"),
        (target(COUNTS, "<= 1"), "≤1家", "≤ 1 firm"),
        (target(COUNTS, "<= 12"), "≤12家", "≤ 12 firms"),
        (RISING_COUNT, "高于上年", "above the year before"),
        (PEERS, "高于同类城市平均", "above the peers' mean"),
        (PLACE, "居前1/3", "in the front 1/3"),
        (TASK, "按期完成", "done by its date"),
        (DATED_TASK, "按期完成（2014年12月31日）", "done by its date (2014-12-31)"),
        (target(TASKS, "done", DAYS, by="open"), "争创，未定期限", "striven for, no date"),
        (target(COUNTS), "未定数值", "no number set"),
    ],
)
def test_what_each_requirement_asks(one, zh, en):
    assert (display.required(one, ZH), display.required(one, EN)) == (zh, en)


@pytest.mark.parametrize(
    ("quota", "zh", "en"),
    [
        (None, "≥15家", "≥ 15 firms"),
        ("", "分解数未下达", "share not set"),
        ("0", "分解数为零", "share is none"),
        ("1", "≥1家", "≥ 1 firm"),
        ("4", "≥4家", "≥ 4 firms"),
        ("10", "≥10家", "≥ 10 firms"),
    ],
)
def test_what_is_asked_of_a_unit_is_its_quota(quota, zh, en):
    assert (display.required(COUNT, ZH, quota), display.required(COUNT, EN, quota)) == (zh, en)


def test_the_quota_is_the_unit_s_and_the_number_the_city_s(shown):
    assert shown(COUNT, unit="丁蜀镇", bound="3")["required"] == "≥3家"
    assert shown(COUNT, unit="丁蜀镇", bound="0")["required"] == "分解数为零"
    assert shown(COUNT, unit="丁蜀镇", bound="")["required"] == "分解数未下达"
    assert shown(COUNT, unit="宜兴市", bound="3")["required"] == "≥15家"
    # what is not split asks the same of everyone
    assert shown(RATE, unit="丁蜀镇", bound="3")["required"] == "≥95%"
    alone = target(COUNTS, ">= 15")
    assert shown(alone, unit="丁蜀镇", bound="3")["required"] == "≥15家"
    most = target(COUNTS, "<= 4")
    assert shown(most, unit="丁蜀镇", bound="3")["required"] == "≤4家"


@pytest.mark.parametrize(
    ("one", "before", "zh", "en"),
    [
        (RISING_SHARE, 0.45678, "高于上年（45.68%）", "above the year before (45.68%)"),
        (RISING_COUNT, 12, "高于上年（12家）", "above the year before (12 firms)"),
        (RISING_COUNT, 1, "高于上年（1家）", "above the year before (1 firm)"),
        (RISING_COUNT, 0, "高于上年（0家）", "above the year before (0 firms)"),
        (RISING_COUNT, None, "高于上年", "above the year before"),
        (RATE, 0.9, "≥95%", "≥ 95%"),  # only what has to rise is asked by the year before
    ],
)
def test_what_has_to_rise_is_asked_by_the_year_before(shown, one, before, zh, en):
    row = {"year_before": before, "previous": 0.1}
    assert shown(one, **row)["required"] == zh
    assert shown(one, "en", **row)["required"] == en


# --- values ---


@pytest.mark.parametrize(
    ("one", "row", "zh", "en"),
    [
        (RATE, {"value": 0.9496, "numerator": 2374, "denominator": 2500}, "94.96%", "94.96%"),
        (RATE, {"value": 0.991667, "numerator": 119, "denominator": 120}, "99.2%", "99.2%"),
        (RATE, {"numerator": 0, "denominator": 0}, "", ""),
        (COUNT, {"value": 18}, "18家", "18 firms"),
        (COUNT, {"value": 1}, "1家", "1 firm"),
        (COUNT, {"value": 0}, "0家", "0 firms"),
        (COUNT, {"value": 1234}, "1,234家", "1,234 firms"),
        (COUNT, {}, "", ""),
        (target(COUNTS, "1..2"), {"value": 2}, "2家", "2 firms"),
        (target(COUNTS, "<= 0"), {"value": 3}, "3家", "3 firms"),
        (RISING_SHARE, {"value": 0.45678}, "45.68%", "45.68%"),
        (RISING_SHARE, {"value": 0.5}, "50.00%", "50.00%"),
        (
            target(VALUES, "> last_year", MONEY),
            {"value": 1234.5},
            "1,234.5万元",
            "1,234.5 × 10,000 yuan",
        ),
        (PEERS, {"value": 79.4}, "79.4分", "79.4 points"),
        (PLACE, {"value": 3}, "第3名", "no. 3"),
        (PLACE, {}, "", ""),
        (TASK, {}, "", ""),
        (target(COUNTS), {"value": 5}, "5家", "5 firms"),
    ],
)
def test_a_value_as_its_kind_has_it(shown, one, row, zh, en):
    assert shown(one, **row)["value"] == zh
    assert shown(one, "en", **row)["value"] == en


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (RATE, "119 / 120"),
        (PLACE, "119 / 120"),
        (TASK, "119 / 120"),
        (COUNT, ""),
        (RISING_COUNT, ""),
        (PEERS, ""),
        (target(COUNTS), ""),
    ],
)
def test_counts_are_shown_of_rates_tasks_and_places(shown, one, told):
    assert shown(one, numerator=119, denominator=120)["counts"] == told
    assert shown(one, numerator=119)["counts"] == ""
    assert shown(one, denominator=120)["counts"] == ""


@pytest.mark.parametrize(
    ("one", "previous", "zh", "en"),
    [
        (RATE, 92 / 98, "93.9%", "93.9%"),
        (RATE, 0.95, "95.0%", "95.0%"),
        (RATE, 1.0, "100.0%", "100.0%"),
        (RATE, 1898 / 1998, "94.99%", "94.99%"),  # 94.995 %: one decimal would say 95.0
        (RATE, 94999 / 100000, "94.999%", "94.999%"),
        (RATE, 949999 / 1000000, "94.9999%", "94.9999%"),
        (target(SHARES, ">= 1/3"), 1 / 3, "33.3%", "33.3%"),
        (RATE, None, "", ""),
        (COUNT, 12, "12家", "12 firms"),
        (COUNT, 1, "1家", "1 firm"),
        (RISING_SHARE, 0.4321, "43.21%", "43.21%"),
        (PEERS, 79.2412, "79.24分", "79.24 points"),
    ],
)
def test_the_year_before_as_its_kind_has_it(shown, one, previous, zh, en):
    row = {"previous": previous, "numerator": 4, "denominator": 7, "value": 4 / 7}
    row |= {"previous_numerator": 5, "previous_denominator": 9, "year_before": 0.5}
    assert shown(one, **row)["previous"] == zh
    assert shown(one, "en", **row)["previous"] == en


# --- what it takes, and how far it is ---


@pytest.mark.parametrize(
    ("one", "state", "row", "zh", "en"),
    [
        (RATE, MISSED, {"needed": 2}, "还差2批次", "2 more batches"),
        (RATE, MISSED, {"needed": 1}, "还差1批次", "1 more batch"),
        (RATE, MISSED, {"needed": 59, "probability": 0.1}, *ALL_PASSING),
        (COUNT, "behind", {"needed": 7}, "还差7家", "7 more firms"),
        (COUNT, MISSED, {"needed": 0}, "", ""),
        (COUNT, MISSED, {}, "", ""),
        (COUNT, "attained", {"needed": 7}, "", ""),
        (COUNT, "on track", {"needed": 7}, "还差7家", "7 more firms"),
        (COUNT, "on track", {"needed": 0}, "", ""),
        (COUNT, "pending", {"needed": 7}, "", ""),
        (COUNT, "no data", {"needed": 7}, "", ""),
        (COUNT, MISSED, {"year_before": 9}, "", ""),
        (TASK, MISSED, {"needed": 30}, "", ""),
        (RISING_COUNT, "behind", {"needed": 3, "year_before": 12}, "还差3家", "3 more firms"),
        (RISING_COUNT, MISSED, {"year_before": 12}, "须超过上年的12家", "more than 12 firms"),
        (RISING_COUNT, MISSED, NONE_LEFT, "须超过上年的1家", "more than 1 firm"),
        (RISING_SHARE, MISSED, {"year_before": 0.45}, "须超过上年的45.00%", "more than 45.00%"),
        (RISING_SHARE, "attained", {"year_before": 0.45}, "", ""),
        (RISING_SHARE, MISSED, {"previous": 0.45}, "", ""),
    ],
)
def test_what_it_needs(shown, one, state, row, zh, en):
    assert shown(one, state=state, **row)["needed"] == zh
    assert shown(one, "en", state=state, **row)["needed"] == en


@pytest.mark.parametrize(
    ("one", "value", "zh", "en"),
    [
        (RATE, 0.013763, "+1.38个百分点", "+1.38 pp"),
        (RATE, -0.0634, "−6.34个百分点", "−6.34 pp"),
        (RATE, 0.0, "±0.00个百分点", "±0.00 pp"),
        (RATE, 0.2, "+20.00个百分点", "+20.00 pp"),
        (RATE, -0.001724, "−0.17个百分点", "−0.17 pp"),
        (RISING_SHARE, 0.00126, "+0.13个百分点", "+0.13 pp"),
        (COUNT, 3, "+3家", "+3 firms"),
        (COUNT, -1, "−1家", "−1 firm"),
        (COUNT, 1, "+1家", "+1 firm"),
        (COUNT, 0, "±0家", "±0 firms"),
        (COUNT, -1500, "−1,500家", "−1,500 firms"),
        (PEERS, 0.1588, "+0.1588分", "+0.1588 points"),
        (PEERS, -2.756, "−2.76分", "−2.76 points"),
        (PLACE, -2, "−2", "−2"),  # places have no unit
        (PLACE, 1, "+1", "+1"),
        (PLACE, 0, "±0", "±0"),
        (RATE, None, "", ""),
        (COUNT, None, "", ""),
    ],
)
def test_a_gap_and_a_change_have_their_sign_and_unit(shown, one, value, zh, en):
    for column, other in (("gap", "change"), ("change", "gap")):
        row = {column: value}
        if column == "change" and value == 0:
            zh, en = "持平", "as before"
        assert shown(one, **row)[column] == zh
        assert shown(one, "en", **row)[column] == en
        assert shown(one, **row)[other] == ""


@pytest.mark.parametrize(
    ("state", "gap", "zh", "en"),
    [
        ("pending", 184, "还有184天", "184 days left"),
        ("pending", 2, "还有2天", "2 days left"),
        ("pending", 0, "当日", "on the day"),
        ("attained", 30, "提前30天", "30 days early"),
        ("attained", 0, "当日", "on the day"),
        (MISSED, 0, "当日", "on the day"),
        (MISSED, -2, "逾期2天", "2 days over"),
        (MISSED, -20, "逾期20天", "20 days over"),
        ("pending", None, "", ""),  # of what is striven for
    ],
)
def test_the_gap_of_a_task_is_told_in_words(shown, state, gap, zh, en):
    assert shown(TASK, state=state, gap=gap)["gap"] == zh
    assert shown(TASK, "en", state=state, gap=gap)["gap"] == en


@pytest.mark.parametrize(
    ("state", "note", "by_share"),
    [
        ("attained", "quota_computed", True),
        (MISSED, "quota_computed", True),
        (MISSED, "incomplete|1|2;quota_computed", True),
        ("on track", "quota_computed", False),
        ("behind", "quota_computed", False),
        ("not applicable", "quota_none", False),
        ("attained", "quota_official", False),
        ("attained", "incomplete|quota_computed|2", False),  # no reason of its own
        ("attained", "", False),
    ],
)
def test_a_verdict_by_a_share_that_is_computed_says_so(shown, state, note, by_share):
    signs = {"attained": "✓", MISSED: "×", "on track": "↑", "behind": "↓", "not applicable": "—"}
    zh, en = (f"{signs[state]} {words.entry('states', state)}" for words in (ZH, EN))
    zh, en = (f"{zh}（试算）", f"{en} (provisional share)") if by_share else (zh, en)
    assert shown(COUNT, state=state, note=note)["state"] == zh
    assert shown(COUNT, "en", state=state, note=note)["state"] == en
    assert shown(COUNT, state=state, note=note)["code"] == state


@pytest.mark.parametrize(
    ("one", "low", "high", "zh", "en"),
    [
        (RATE, -0.006944, 0.023772, "−0.7至+2.4个百分点", "−0.7 to +2.4 points"),
        (RATE, -0.1594, -0.0072, "−15.9至−0.7个百分点", "−15.9 to −0.7 points"),
        (RATE, 0.0031, 0.1193, "+0.3至+11.9个百分点", "+0.3 to +11.9 points"),
        (RATE, 0.0, 0.5, "+0.0至+50.0个百分点", "+0.0 to +50.0 points"),
        (COUNT, 0.5711, 2.5579, "0.6至2.6倍", "0.6 to 2.6 times"),
        (COUNT, 1.04, np.inf, "1.0至∞倍", "1.0 to ∞ times"),
        (COUNT, None, None, "", ""),
        (RATE, None, None, "", ""),
    ],
)
def test_how_far_chance_reaches_around_a_change(shown, one, low, high, zh, en):
    row = {"change_low": low, "change_high": high, "numerator": 18, "previous_numerator": 15}
    assert shown(one, **row)["change_interval"] == zh
    assert shown(one, "en", **row)["change_interval"] == en


@pytest.mark.parametrize(
    ("now", "before", "few"),
    [
        (0, 0, True),
        (4, 5, True),
        (9, 0, True),
        (0, 9, True),
        (4, 6, False),
        (10, 0, False),
        (0, 10, False),
        (18, 15, False),
    ],
)
def test_fewer_than_ten_of_both_years_are_not_compared(shown, now, before, few):
    row = {"numerator": now, "previous_numerator": before, "trend": "level"}
    row |= {"change_low": 0.25, "change_high": 4.0}
    told = shown(COUNT, **row)
    assert told["change_interval"] == ("个数太少，不作比较" if few else "0.2至4.0倍")
    assert told["trend"] == ("" if few else "无明显变化")
    told = shown(COUNT, "en", **row)
    assert told["change_interval"] == ("too few to compare" if few else "0.2 to 4.0 times")
    assert told["trend"] == ("" if few else "within chance")
    assert display.FEW == 10


def test_rates_are_compared_however_few_there_are(shown):
    row = {"numerator": 1, "previous_numerator": 2, "change_low": -0.2, "change_high": 0.3}
    told = shown(RATE, trend="better", **row)
    assert told["change_interval"] == "−20.0至+30.0个百分点"
    assert told["trend"] == "明显好转"


def test_a_count_without_an_interval_keeps_its_trend(shown):
    assert shown(COUNT, trend="worse", numerator=1, previous_numerator=1)["trend"] == "明显变差"
    assert shown(COUNT, "en", trend="worse")["trend"] == "worse (beyond chance)"
    assert shown(COUNT)["trend"] == ""


# --- scores, places, intervals, chances ---

LEAST = {"A": 90, "B": 80, "C": 60, "D": 0}
SCORING = Scoring(bands=[Band(grade=grade, least=least) for grade, least in LEAST.items()], seed=1)


@pytest.mark.parametrize(
    ("score", "told"),
    [
        (90.0, "90.0"),
        (90.04, "90.0"),
        (89.94, "89.9"),
        (89.96, "89.96"),  # with one decimal it would be in the band above
        (89.996, "89.996"),
        (79.9996, "79.9996"),
        (59.99996, "59.99996"),
        (89.999996, "89.999996"),
        (89.99999996, "90.000000"),  # nearer than six decimals can tell
        (84.96, "85.0"),  # 85 is no band's least
        (100.0, "100.0"),
        (0.0, "0.0"),
        (0.04, "0.0"),
        (None, ""),
        (float("nan"), ""),
    ],
)
def test_a_score_stays_in_its_band(score, told):
    assert display.points(pd.NA if score is None else score, SCORING) == told


def test_the_bands_are_those_of_the_plan():
    other = Scoring(bands=(Band(grade="good", least=85), Band(grade="poor", least=0)), seed=1)
    assert display.points(84.96, other) == "84.96"
    assert display.points(89.96, other) == "90.0"


def test_places_are_a_span_or_one():
    assert display.places(4, 10, ZH) == "4～10"
    assert display.places(4, 10, EN) == "4–10"
    assert display.places(3, 3, ZH) == "3"
    assert display.places(1, 2, EN) == "1–2"
    assert display.places(pd.NA, pd.NA, ZH) == ""
    assert display.places(float("nan"), float("nan"), EN) == ""


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.9312, 0.9796, "93.1%–98.0%"),
        (0.9346, 0.9804, "93.5%–98.0%"),  # each end to the nearest, neither down nor up
        (0.95431, 0.99853, "95.4%–99.9%"),
        (0.0, 1.0, "0.0%–100.0%"),
        (0.00049, 0.99951, "0.0%–100.0%"),
        (0.5, 0.5, "50.0%–50.0%"),
    ],
)
def test_an_interval_has_both_its_ends_to_one_decimal(shown, low, high, told):
    assert display.interval(low, high, EN) == told
    assert display.interval(low, high, ZH) == told.replace("–", "～")
    assert shown(RATE, "en", low=low, high=high)["interval"] == told


def test_where_there_is_no_interval_there_is_nothing(shown):
    assert display.interval(pd.NA, pd.NA, ZH) == ""
    assert shown(RATE)["interval"] == ""


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (0.0, "<1%"),
        (0.0001, "<1%"),
        (0.0099, "<1%"),
        (0.01, "1%"),
        (0.014, "1%"),
        (0.016, "2%"),
        (0.05, "5%"),
        (0.0999, "10%"),
        (0.10, "10%"),
        (0.73, "73%"),
        (0.736, "74%"),
        (0.9, "90%"),
        (0.98, "98%"),
        (0.984, "98%"),
        (0.99, "99%"),
        (0.9901, ">99%"),
        (0.9999, ">99%"),
        (1.0, ">99%"),
        (None, ""),
    ],
)
def test_a_chance_is_never_nothing_and_never_certain(shown, value, told):
    assert display.chance(pd.NA if value is None else value) == told
    assert shown(RATE, probability=value)["probability"] == told


ENOUGH = ("按年末标准已够", "enough by the measure of the year's end")
SHOWN_LATER = ("not shown", "demonstrated", "refuted", "census")


@pytest.mark.parametrize("evidence", SHOWN_LATER)
@pytest.mark.parametrize("state", ["on track", "behind", "attained", MISSED])
@pytest.mark.parametrize("further", [0, 1, 27, 2380])
def test_further_samples_are_a_number_but_where_there_are_enough_for_the_end(
    shown, evidence, state, further
):
    """Within the year a rate is held to more, so that none may be wanted and it is not shown."""
    is_open = state in ("on track", "behind")
    enough = is_open and evidence == "not shown" and further == 0
    zh, en = ENOUGH if enough else (f"{further}", f"{further}")
    row = {"evidence": evidence, "state": state, "further": further}
    assert shown(RATE, **row)["further"] == zh
    assert shown(RATE, "en", **row)["further"] == en


def test_where_nothing_is_known_of_further_samples_nothing_is_said(shown):
    assert shown(RATE, needed=3, state="on track", evidence="not shown")["further"] == ""


@pytest.mark.parametrize(
    ("one", "year_before", "zh", "en"),
    [
        (RATE, 92 / 98, "93.9%", "93.9%"),
        (RATE, 1898 / 1998, "94.99%", "94.99%"),  # 94.995 %: one decimal would say 95.0
        (COUNT, 12, "12家", "12 firms"),
        (COUNT, 1, "1家", "1 firm"),
        (COUNT, 0, "0家", "0 firms"),
        (RISING_SHARE, 0.4321, "43.21%", "43.21%"),
        (COUNT, None, "", ""),
    ],
)
def test_the_whole_year_before_as_its_kind_has_it(shown, one, year_before, zh, en):
    row = {"year_before": year_before, "previous": 0.5, "previous_numerator": 5}
    assert shown(one, **row)["whole_year_before"] == zh
    assert shown(one, "en", **row)["whole_year_before"] == en


# --- a whole table: a row a requirement, every state and every column, both languages ---

COLUMNS_SHOWN = [
    "section",
    "clause",
    "id",
    "target",
    "required",
    "counts",
    "value",
    "code",
    "state",
    "gap",
    "needed",
    "note",
    "owner",
    "previous",
    "change",
    "change_interval",
    "trend",
    "evidence",
    "interval",
    "further",
    "probability",
    "whole_year_before",
]
CASES = [  # target; row of attainment; what is shown, in Chinese and English where they differ
    (
        {
            "id": "R1",
            "clause": "一、1",
            "measure": SHARES,
            "require": ">= 95%",
            "unit": BATCHES,
            "sampled": True,
            "title": Text(zh="抽查合格率", en="Pass rate"),
        },
        {
            "unit": "丁蜀镇",
            "bound": "95%",
            "numerator": 110,
            "denominator": 116,
            "value": 110 / 116,
            "state": "not attained",
            "evidence": "not shown",
            "low": 0.891732,
            "high": 0.976081,
            "gap": 110 / 116 - 0.95,
            "needed": 4,
            "previous": 124 / 129,
            "change": -0.012964,
            "probability": 0.254551,
            "further": 118,
            "have": 2200.0,
            "asked": 2204.0,
            "previous_numerator": 124,
            "previous_denominator": 129,
            "year_before": 0.97,
            "change_low": -0.073671,
            "change_high": 0.043174,
            "trend": "level",
            "note": "incomplete|1|4",
        },
        {
            "section": ("产品质量", "Product quality"),
            "clause": "一、1",
            "target": ("抽查合格率", "Pass rate"),
            "required": ("≥95%", "≥ 95%"),
            "counts": "110 / 116",
            "value": "94.8%",
            "state": ("× 未达成", "× not attained"),
            "gap": ("−0.17个百分点", "−0.17 pp"),
            "needed": ("还需再有4批次且全部合格", "4 more batches, all passing"),
            "note": ("应报4期，缺1期", "1 of 4 returns due are missing"),
            "previous": "96.1%",
            "change": ("−1.30个百分点", "−1.30 pp"),
            "change_interval": ("−7.4至+4.3个百分点", "−7.4 to +4.3 points"),
            "trend": ("无明显变化", "within chance"),
            "evidence": ("样本不足，尚不能认定", "not shown"),
            "interval": ("89.2%～97.6%", "89.2%–97.6%"),
            "further": "118",
            "whole_year_before": "97.0%",
            "probability": "25%",
        },
    ),
    (
        {
            "id": "C1",
            "clause": "二(一)1",
            "measure": COUNTS,
            "require": ">= 15",
            "for": "shared",
            "title": Text(zh="新增企业", en="New firms"),
        },
        {
            "unit": "丁蜀镇",
            "bound": "2",
            "numerator": 1,
            "value": 1,
            "state": "on track",
            "gap": -1,
            "needed": 1,
            "previous": 0,
            "change": 1,
            "probability": 0.995,
            "expected": 0.99,
            "have": 365.0,
            "asked": 362.0,
            "previous_numerator": 0,
            "year_before": 3,
            "change_low": 0.03,
            "change_high": np.inf,
            "trend": "level",
            "note": "quota_computed",
        },
        {
            "section": ("企业质量责任与诚信", "Firms' responsibility and credit"),
            "clause": "二（一）1",
            "target": ("新增企业", "New firms"),
            "required": ("≥2家", "≥ 2 firms"),
            "value": ("1家", "1 firm"),
            "state": ("↑ 进度正常", "↑ on track"),
            "gap": ("−1家", "−1 firm"),
            "needed": ("还差1家", "1 more firm"),
            "note": ("分解数为试算", "provisional share"),
            "previous": ("0家", "0 firms"),
            "change": ("+1家", "+1 firm"),
            "change_interval": ("个数太少，不作比较", "too few to compare"),
            "probability": ">99%",
            "whole_year_before": ("3家", "3 firms"),
        },
    ),
    (
        {"id": "C1"},  # the same target, the city's row
        {
            "unit": "宜兴市",
            "bound": "15",
            "numerator": 8,
            "value": 8,
            "state": "behind",
            "gap": -7,
            "needed": 7,
            "previous": 11,
            "change": -3,
            "probability": 0.004,
            "expected": 9.25,
            "previous_numerator": 11,
            "year_before": 20,
            "change_low": 0.26,
            "change_high": 1.98,
            "trend": "level",
        },
        {
            "section": ("企业质量责任与诚信", "Firms' responsibility and credit"),
            "clause": "二（一）1",
            "target": ("新增企业", "New firms"),
            "required": ("≥15家", "≥ 15 firms"),
            "value": ("8家", "8 firms"),
            "state": ("↓ 进度落后", "↓ behind"),
            "gap": ("−7家", "−7 firms"),
            "needed": ("还差7家", "7 more firms"),
            "previous": ("11家", "11 firms"),
            "change": ("−3家", "−3 firms"),
            "change_interval": ("0.3至2.0倍", "0.3 to 2.0 times"),
            "trend": ("无明显变化", "within chance"),
            "probability": "<1%",
            "whole_year_before": ("20家", "20 firms"),
        },
    ),
    (
        {
            "id": "B1",
            "clause": "二(二)3",
            "measure": COUNTS,
            "require": "1..2",
            "for": "city",
            "title": Text(zh="试点", en="Pilots"),
        },
        {"bound": "1..2", "numerator": 2, "value": 2, "state": "attained", "gap": 0},
        {
            "section": ("质量文化", "Quality culture"),
            "clause": "二（二）3",
            "target": ("试点", "Pilots"),
            "required": ("1～2家", "1–2 firms"),
            "value": ("2家", "2 firms"),
            "state": ("✓ 达成", "✓ attained"),
            "gap": ("±0家", "±0 firms"),
        },
    ),
    (
        {
            "id": "M1",
            "clause": "二(五)1",
            "measure": COUNTS,
            "require": "<= 0",
            "title": Text(zh="事件", en="Incidents"),
        },
        {"unit": "丁蜀镇", "bound": "0", "state": "no data", "note": "rejected_rows|2"},
        {
            "section": ("质量安全监管", "Quality-safety supervision"),
            "clause": "二（五）1",
            "target": ("事件", "Incidents"),
            "required": ("不发生", "none"),
            "state": ("? 无数据", "? no data"),
            "note": ("有2行退回，不能断定没有", "2 rows were rejected, so none cannot be claimed"),
        },
    ),
    (
        {
            "id": "U1",
            "clause": "一、2",
            "measure": VALUES,
            "require": "> last_year",
            "unit": SHARE,
            "for": "city",
            "title": Text(zh="比重", en="Share of it"),
        },
        {
            "value": 0.4512,
            "state": "not attained",
            "gap": -0.0021,
            "previous": 0.4533,
            "change": -0.0021,
            "year_before": 0.4533,
        },
        {
            "section": ("工程质量", "Engineering quality"),
            "clause": "一、2",
            "target": ("比重", "Share of it"),
            "required": ("高于上年（45.33%）", "above the year before (45.33%)"),
            "value": "45.12%",
            "state": ("× 未达成", "× not attained"),
            "gap": ("−0.21个百分点", "−0.21 pp"),
            "needed": ("须超过上年的45.33%", "more than 45.33%"),
            "previous": "45.33%",
            "whole_year_before": "45.33%",
            "change": ("−0.21个百分点", "−0.21 pp"),
        },
    ),
    (
        {
            "id": "P1",
            "clause": "一、3",
            "measure": OTHERS,
            "require": "> peers",
            "unit": POINTS,
            "for": "city",
            "title": Text(zh="满意度", en="Satisfaction"),
        },
        {
            "denominator": 6,
            "value": 79.4,
            "state": "attained",
            "gap": 0.9,
            "previous": 79.2412,
            "change": 0.1588,
            "year_before": 79.2412,
            "note": "peer_mean|78.5|6",
        },
        {
            "section": ("服务质量", "Service quality"),
            "clause": "一、3",
            "target": ("满意度", "Satisfaction"),
            "required": ("高于同类城市平均", "above the peers' mean"),
            "value": ("79.4分", "79.4 points"),
            "state": ("✓ 达成", "✓ attained"),
            "gap": ("+0.9分", "+0.9 points"),
            "previous": ("79.24分", "79.24 points"),
            "whole_year_before": ("79.24分", "79.24 points"),
            "change": ("+0.1588分", "+0.1588 points"),
            "note": ("6个同类城市平均为78.5", "the mean of 6 peers is 78.5"),
        },
    ),
    (
        {
            "id": "F1",
            "clause": "一、1",
            "measure": OTHERS,
            "require": "rank <= 1/3",
            "unit": RANK,
            "for": "city",
            "title": Text(zh="名次", en="Place"),
        },
        {
            "bound": "1/3",
            "numerator": 5,
            "denominator": 9,
            "value": 5,
            "state": "not attained",
            "gap": -2,
            "needed": 2,
            "note": "front|3|9",
        },
        {
            "section": ("产品质量", "Product quality"),
            "clause": "一、1",
            "target": ("名次", "Place"),
            "required": ("居前1/3", "in the front 1/3"),
            "counts": "5 / 9",
            "value": ("第5名", "no. 5"),
            "state": ("× 未达成", "× not attained"),
            "gap": "−2",
            "needed": ("还差2名次", "2 more rank"),
            "note": ("9个城市中居前3名为达成", "the first 3 of 9 cities attain it"),
        },
    ),
    (
        {
            "id": "T1",
            "clause": "三、1",
            "measure": TASKS,
            "require": "done",
            "by": "2014-12-31",
            "unit": DAYS,
            "for": "both",
            "title": Text(zh="任务", en="Task"),
        },
        {
            "unit": "丁蜀镇",
            "bound": "2014-12-31",
            "state": "pending",
            "gap": 549,
            "needed": 549,
            "note": "due_on|2014-12-31",
        },
        {
            "section": ("保障措施", "Safeguards"),
            "clause": "三、1",
            "target": ("任务", "Task"),
            "required": ("按期完成（2014年12月31日）", "done by its date (2014-12-31)"),
            "state": ("… 未到期", "… pending"),
            "gap": ("还有549天", "549 days left"),
            "note": ("期限2014年12月31日", "due on 2014-12-31"),
        },
    ),
    (
        {
            "id": "N1",
            "clause": "二(四)1",
            "measure": COUNTS,
            "require": ">= 4",
            "for": "shared",
            "owner": "农林局",
            "title": Text(zh="品牌", en="Brands"),
        },
        {
            "unit": "丁蜀镇",
            "bound": "0",
            "numerator": 1,
            "value": 1,
            "state": "not applicable",
            "note": "quota_none",
        },
        {
            "section": ("质量强镇强企与品牌", "Strong towns and firms; brands"),
            "clause": "二（四）1",
            "target": ("品牌", "Brands"),
            "required": ("分解数为零", "share is none"),
            "value": ("1家", "1 firm"),
            "state": ("— 不适用", "— not applicable"),
            "note": ("分解数为零，不考核", "share is none"),
            "owner": ("农林局", "Agriculture and Forestry Bureau"),
        },
    ),
    (
        {"id": "Z1", "clause": "二(六)2", "measure": COUNTS, "title": Text(zh="数", en="Number")},
        {
            "unit": "丁蜀镇",
            "numerator": 21,
            "value": 21,
            "state": "reported",
            "previous": 9,
            "change": 12,
            "previous_numerator": 9,
            "year_before": 14,
            "change_low": 1.02,
            "change_high": 5.8,
            "trend": "better",
            "evidence": "census",
        },
        {
            "section": ("质量提升", "Quality improvement"),
            "clause": "二（六）2",
            "target": ("数", "Number"),
            "required": ("未定数值", "no number set"),
            "value": ("21家", "21 firms"),
            "state": ("· 不作判定", "· not judged"),
            "previous": ("9家", "9 firms"),
            "whole_year_before": ("14家", "14 firms"),
            "change": ("+12家", "+12 firms"),
            "change_interval": ("1.0至5.8倍", "1.0 to 5.8 times"),
            "trend": ("明显好转", "better (beyond chance)"),
            "evidence": ("全数", "census"),
        },
    ),
]


@pytest.mark.parametrize(("language", "place"), [("zh", 0), ("en", 1)])
def test_a_whole_table_of_every_kind_and_state(plan2013, language, place):
    targets = {}
    for about, _, _ in CASES:
        if about["id"] not in targets:
            common = {"unit": FIRMS, "for": "each", "owner": "质监局"}
            targets[about["id"]] = Target(**common | about)
    period = plan2013.period.model_copy(update={"targets": tuple(targets.values())})
    plan = plan2013.model_copy(update={"period": period})
    rows = []
    for about, row, _ in CASES:
        clause = targets[about["id"]].clause
        rows.append(row | {"target": about["id"], "clause": clause})
    places = [40 - 3 * n for n in range(len(rows))]
    attained = frame(rows).set_axis(places)
    found = display.results(plan, attained, Words(language, names=plan2013.english))
    owner = ("质监局", "Quality and Technical Supervision Bureau")
    expected = []
    for about, row, told in CASES:
        cells = {"id": about["id"], "code": row["state"], "owner": owner} | told
        for name, cell in cells.items():
            cells[name] = cell if isinstance(cell, str) else cell[place]
        expected.append({name: cells.get(name, "") for name in COLUMNS_SHOWN})
    assert [*found.columns] == COLUMNS_SHOWN
    assert [*found.index] == places
    assert found.to_dict("records") == expected
    assert {row["state"] for _, row, _ in CASES} == {
        "attained",
        "not attained",
        "on track",
        "behind",
        "pending",
        "not applicable",
        "no data",
        "reported",
    }
    assert {one.kind for one in targets.values()} == {*get_args(Kind)} - {"units", "amount"}


@pytest.mark.parametrize(
    ("evidence", "zh", "en"),
    [
        ("demonstrated", "样本足以认定达标", "demonstrated"),
        ("not shown", "样本不足，尚不能认定", "not shown"),
        ("refuted", "样本足以认定不达标", "refuted"),
        ("census", "全数", "census"),
        ("", "", ""),
    ],
)
def test_the_strength_of_the_evidence(shown, evidence, zh, en):
    assert shown(RATE, evidence=evidence)["evidence"] == zh
    assert shown(RATE, "en", evidence=evidence)["evidence"] == en


def test_a_day_that_a_task_was_done_is_told_in_its_note(shown):
    late = shown(TASK, state="not attained", note="done_late|12|2013-06-30;incomplete|1|2")
    assert late["note"] == "逾期12天完成（期限2013年6月30日）；应报2期，缺1期"
    assert dt.date(2013, 6, 30).isoformat() in shown(TASK, "en", note="due_on|2013-06-30")["note"]


@pytest.mark.parametrize(
    ("measure", "require", "unit", "shown"),
    [
        (SHARES, ">= 95%", BATCHES, True),
        (VALUES, ">= 95%", SHARE, True),
        (VALUES, ">= 95", FIRMS, False),
        (VALUES, None, FIRMS, False),
        (VALUES, "units >= 80% of >= 5", FIRMS, True),  # so many of all units
        (VALUES, "gap <= 5%", FIRMS, True),  # of the best unit's
        (VALUES, "gap <= 5", FIRMS, False),
    ],
)
def test_what_is_shown_as_a_percentage(measure, require, unit, shown):
    whom = "city" if require and require[0] in "ug" else "each"
    assert display.is_share(target(measure, require, unit, whom)) is shown
