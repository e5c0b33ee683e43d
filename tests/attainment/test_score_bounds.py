"""What missing returns could still change, by hand and by law."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from project import examples
from test_scores import BANDS, CITY, plan, table

from yxq.attainment import scores
from yxq.attainment.bounds import places_of
from yxq.plan.scoring import Deduction, Scoring, Veto

RULES = Scoring(
    bands=BANDS,
    seed=1,
    draws=1000,
    vary="0",
    deductions=(Deduction(targets=("T71",), points=5),),
    veto=Veto(targets=("T63",), grade="D"),
)
GOOD = dict.fromkeys(("T01", "T02", "T03", "T04", "T07"), "attained")
PART = {"state": "attained", "final": False, "due": 4}


def one(**results) -> pd.Series:
    return scores.score(plan(RULES), table(丁蜀镇=GOOD | results)).iloc[0]


@pytest.mark.parametrize(
    ("results", "missing", "low", "score", "high"),
    [
        ({}, 0, 100, 100, 100),
        ({"T04": "not attained"}, 0, 80, 80, 80),
        ({"T04": "no data"}, Fraction(1, 5), 80, 100, 100),
        ({"T04": "pending"}, 0, 100, 100, 100),  # what is not due is not missing
        ({"T04": PART | {"missing": 1}}, Fraction(1, 20), 80, 100, 100),
        ({"T04": PART | {"missing": 3}}, Fraction(3, 20), 80, 100, 100),
        ({"T04": PART | {"missing": 0}}, 0, 100, 100, 100),
        ({"T04": PART | {"missing": 3, "final": True}}, 0, 100, 100, 100),  # cannot be undone
        ({"T04": PART | {"state": "not attained", "missing": 1}}, Fraction(1, 20), 80, 80, 100),
        ({"T71": "no data"}, Fraction(1, 6), 500 / 6 - 5, 100, 100),
    ],
)
def test_missing_returns_leave_a_score_between_two(results, missing, low, score, high):
    got = one(**results)
    assert got["missing"] == pytest.approx(float(missing))
    assert (got["score_low"], got["score"], got["score_high"]) == pytest.approx((low, score, high))


def test_three_failing_targets_withheld_do_not_raise_grade_or_rank():
    """85 of 100 with three that fail; withheld it would be 100 of 85."""
    weights = {"T01": 85} | dict.fromkeys(("T02", "T03", "T04"), 5)
    fails, silent = (dict.fromkeys(("T02", "T03", "T04"), s) for s in ("not attained", "no data"))
    better = dict.fromkeys(("T02",), "not attained") | dict.fromkeys(("T03", "T04"), "attained")
    honest, other = {"T01": "attained"} | fails, {"T01": "attained"} | better
    told = scores.score(plan(RULES, **weights), table(丁蜀镇=honest, 和桥镇=other))
    held = scores.score(
        plan(RULES, **weights), table(丁蜀镇={"T01": "attained"} | silent, 和桥镇=other)
    )
    assert told[["score", "grade", "rank"]].iloc[0].tolist() == [85, "B", 2]
    row = held.iloc[0]
    assert (row["score"], row["grade"], row["rank"]) == (100, "B", 2)
    assert (row["score_low"], row["score_high"], row["grade_high"]) == (85, 100, "A")
    assert (row["rank_best"], row["rank_worst"]) == (1, 2)


def test_a_veto_that_is_not_reported_is_possible_and_not_said():
    got = one(T63="no data")
    assert (got["vetoed"], got["grade"], got["grade_low"], got["grade_high"]) == (
        False,
        "B",
        "D",
        "A",
    )


def test_a_vetoed_unit_without_a_score_comes_last():
    """More than a fifth is missing, and it is vetoed all the same."""
    silent = {"T01": "no data", "T02": "no data", "T63": "not attained"}
    got = scores.score(
        plan(RULES),
        table(丁蜀镇=GOOD | silent, 和桥镇=dict.fromkeys(GOOD, "not attained"), 官林镇=GOOD),
    ).set_index("unit")
    assert pd.isna(got.loc["丁蜀镇", "score"]) and got.loc["丁蜀镇", "grade"] == "D"
    assert got["rank"].tolist() == [3, 2, 1] and (got["ranked"] == 3).all()


@pytest.mark.parametrize(
    ("low", "high", "best", "worst"),
    [
        ([90, 80, 70], [90, 80, 70], [1, 2, 3], [1, 2, 3]),
        ([90, 80, 70], [90, 95, 70], [1, 1, 3], [2, 2, 3]),
        ([90, 80, 70], [100, 100, 100], [1, 1, 1], [3, 3, 3]),
        ([80, 80], [80, 80], [1, 1], [1, 1]),  # ties share the better place
        ([80, 80], [80, 90], [1, 1], [2, 1]),
    ],
)
def test_places_between(low, high, best, worst):
    got = places_of(pd.Series(low, dtype=float), pd.Series(high, dtype=float))
    assert (got["rank_best"].tolist(), got["rank_worst"].tolist()) == (best, worst)


STATES = st.sampled_from(["attained", "not attained", "on track", "behind", "not applicable"])
RESULTS = st.fixed_dictionaries(dict.fromkeys((*GOOD, "T63", "T71"), STATES))


@pytest.mark.slow
@settings(max_examples=examples(12, 20), deadline=None, derandomize=True)
@given(st.lists(RESULTS, min_size=3, max_size=3), st.sampled_from((*GOOD, "T63", "T71")))
def test_to_hold_a_return_back_never_helps(units, target):
    """Whatever the others have: its place is no better, nor is the least that its score can be."""
    names = ["丁蜀镇", "和桥镇", "官林镇"]
    rules = RULES.model_copy(update={"missing_at_most": Fraction(1)})
    told = dict(zip(names, units, strict=True))
    silent = told | {"丁蜀镇": units[0] | {target: "no data"}}
    before, after = (
        scores.score(plan(rules), table(**each)).set_index("unit").loc["丁蜀镇"]
        for each in (told, silent)
    )
    if pd.notna(before["rank"]) and units[0][target] != "not applicable":
        assert after["rank"] >= before["rank"]
        assert after["score_low"] <= before["score"] + 1e-9
        assert after["score_high"] >= before["score"] - 1e-9
    if pd.notna(after["rank"]):
        assert after["rank_best"] <= after["rank"] <= after["rank_worst"]


def test_the_city_has_bounds_and_no_place():
    city = scores.score(plan(RULES), table(**{CITY: GOOD | {"T04": "no data"}})).iloc[0]
    assert (city["score_low"], city["score_high"]) == (80, 100) and pd.isna(city["rank_best"])
