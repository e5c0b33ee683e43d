"""How the year may end, by simulation: against what can be worked out."""

import datetime as dt
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from project import examples
from scipy import stats
from test_scores import BANDS, plan, table

from yxq.attainment import outlook, scores
from yxq.plan.scoring import Scoring, Veto

MID = pd.Timestamp("2013-06-30")
RULES = Scoring(bands=BANDS, seed=7, draws=4000, veto=Veto(targets=("T63",), grade="D"))


def open_(chance: float, **more) -> dict:
    state = "on track" if chance >= 0.5 else "behind"
    return {"state": state, "probability": chance, "as_of": MID, "final": False} | more


def done(state: str) -> dict:
    return {"state": state, "as_of": MID, "final": True}


def at_end(scoring=RULES, **units):
    return scores.score(plan(scoring), table(**units)).set_index("unit")


@pytest.mark.parametrize("chance", [0.02, 0.3, 0.5, 0.9])
def test_one_target_is_met_as_often_as_its_chance_says(chance):
    """Of four equal targets three are met for good: the score ends at 100 or at 75."""
    kept = dict.fromkeys(("T01", "T02", "T03"), done("attained"))
    got = at_end(丁蜀镇=kept | {"T04": open_(chance)}).iloc[0]
    assert got["all_met"] == pytest.approx(chance, abs=0.03)
    grade = "A" if chance > 0.5 else "C"
    if chance != 0.5:
        assert got["end_grade"] == grade
        assert got["end_chance"] == pytest.approx(max(chance, 1 - chance), abs=0.03)
    ends = {0.02: (75, 75), 0.3: (75, 100), 0.5: (75, 100), 0.9: (75, 100)}[chance]
    assert (got["end_low"], got["end_high"]) == ends


def test_what_is_final_stays():
    kept = {"T01": done("attained"), "T02": done("not attained")}
    ends = at_end(丁蜀镇=kept)
    assert {str(ends[name].dtype) for name in outlook.ENDS} == {"Float64", "str"}
    got = ends.iloc[0]
    assert (got["end_low"], got["end_high"], got["all_met"]) == (50, 50, 0)
    assert (got["end_grade"], got["end_chance"]) == ("D", 1)


def test_one_target_of_one_point_has_an_end_too():
    got = at_end(丁蜀镇={"T01": open_(0.7)}).iloc[0]
    assert (got["of"], got["end_low"], got["end_high"], got["rank_low"]) == (1, 0, 100, 1)


def test_units_share_what_is_to_come():
    """Two units with an even chance each: level as often as a one-factor copula has both or neither
    (arcsin law: 1/2 + arcsin(0.5) / pi).
    """
    units = {"丁蜀镇": {"T01": open_(0.5)}, "和桥镇": {"T01": open_(0.5)}}
    rules = RULES.model_copy(update={"draws": 20_000})
    rows = scores.credits(plan(rules), table(**units))
    sheet = scores.sheet_of(plan(rules), rows, [*units])
    outcomes = outlook._outcomes(plan(rules), table(**units), sheet)
    drawn, _ = outlook._drawn(plan(rules), sheet, outcomes, np.random.default_rng(1))
    alike = (drawn[0] == drawn[1]).mean()
    assert alike == pytest.approx(2 / 3, abs=0.02)
    assert alike == pytest.approx(
        2 * stats.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]]).cdf([0, 0]), abs=0.02
    )


def test_a_veto_that_may_come_is_in_grade_and_rank():
    kept = dict.fromkeys(("T01", "T02"), done("attained"))
    units = {
        "丁蜀镇": kept | {"T63": open_(0.2)},
        "和桥镇": kept | {"T63": done("attained"), "T03": done("not attained")},
    }
    got = at_end(**units)
    assert got.loc["丁蜀镇", "end_grade"] == "D"
    assert got.loc["丁蜀镇", "end_chance"] == pytest.approx(0.8, abs=0.03)
    assert (got.loc["丁蜀镇", "rank_low"], got.loc["丁蜀镇", "rank_high"]) == (1, 2)


def test_a_score_that_is_to_end_at_a_half_is_rounded_up():
    """169 of 200: 84.5, which is 85 without decimals; 84.49 is not."""
    bands = [{"grade": "A", "least": 85}, {"grade": "B", "least": 0}]
    rules = RULES.model_copy(update={"decimals": 0, "bands": Scoring(bands=bands, seed=1).bands})
    for lost, grade in (("31/200", "A"), ("1551/10000", "B")):
        weights = {"T01": 1 - Fraction(lost), "T02": Fraction(lost)}
        results = {"T01": done("attained"), "T02": done("not attained")}
        made = plan(rules.model_copy(update={"veto": None}), **weights)
        got = scores.score(made, table(丁蜀镇=results)).iloc[0]
        assert (got["end_grade"], got["end_chance"], got["grade"]) == (grade, 1, grade)


def test_what_has_no_verdict_is_not_missed_whatever_it_earns():
    """Of what does not apply all is given; it stays so, and all else is met."""
    made = plan(RULES)
    targets = tuple(
        target.model_copy(update={"none": "full"}) if target.id == "T02" else target
        for target in made.targets
    )
    made = made.model_copy(update={"period": made.period.model_copy(update={"targets": targets})})
    blank = {"earned": ""}  # a column of texts
    told = {"T01": done("attained") | blank, "T02": done("not applicable") | blank}
    got = scores.score(made, table(丁蜀镇=told)).iloc[0]
    assert (got["all_met"], got["end_low"], got["of"]) == (1, 100, 2)


def test_once_the_period_is_over_nothing_is_simulated():
    late = {"state": "attained", "as_of": pd.Timestamp(dt.date(2013, 12, 31))}
    got = at_end(丁蜀镇={"T01": late}).iloc[0]
    assert got[outlook.ENDS].isna().all() and got["rank_low"] == 1


CHANCES = st.lists(st.floats(0.02, 0.98), min_size=3, max_size=3)


@settings(max_examples=examples(5, 10), deadline=None, derandomize=True)
@given(st.lists(CHANCES, min_size=3, max_size=3))
def test_means_follow_from_chances_whatever_is_shared(chances):
    """The mean score of many ends is what the chances of its targets earn."""
    names, targets = ["丁蜀镇", "和桥镇", "官林镇"], ("T01", "T02", "T03")
    units = {
        name: {target: open_(p) for target, p in zip(targets, own, strict=True)}
        for name, own in zip(names, chances, strict=True)
    }
    rules = RULES.model_copy(update={"draws": 10_000, "partial": ()})
    made, frame = plan(rules), table(**units)
    sheet = scores.sheet_of(made, scores.credits(made, frame), names)
    outcomes = outlook._outcomes(made, frame, sheet)
    drawn, (vetoed, _, _) = outlook._drawn(made, sheet, outcomes, np.random.default_rng(3))
    expected = {name: 100 * np.mean(own) for name, own in zip(names, chances, strict=True)}
    for name, mean in zip(sheet.units, drawn.mean(axis=1), strict=True):
        assert mean == pytest.approx(expected[name], abs=1.5)
    assert not vetoed.any() and Fraction(1) in sheet.points / sheet.scale
