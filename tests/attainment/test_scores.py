"""Score, grade, veto and rank by hand, and the laws that they keep."""

import datetime as dt
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import AFTER, CITY, MID, PLAN, rows, sent
from project import examples

from yxq.attainment import credits, movers, scores
from yxq.attainment.attain import COLUMNS, FURTHER, attain
from yxq.plan.scoring import Deduction, Late, Scoring, Step, Veto

BANDS = (
    {"grade": "A", "least": 90},
    {"grade": "B", "least": 80},
    {"grade": "C", "least": 60},
    {"grade": "D", "least": 0},
)
PLAIN = Scoring(bands=BANDS, seed=1, draws=1000)
TOWNS = [unit.name for unit in PLAN.towns]
NOW = (
    "attained",
    "not attained",
    "on track",
    "behind",
    "pending",
    "not applicable",
    "no data",
    "reported",
)


def plan(scoring: Scoring = PLAIN, **weights: Fraction):
    """The plan with another scoring, and targets with other weights."""
    targets = tuple(
        t.model_copy(update={"weight": Fraction(weights.get(t.id, t.weight))}) for t in PLAN.targets
    )
    return PLAN.model_copy(
        update={"period": PLAN.period.model_copy(update={"scoring": scoring, "targets": targets})}
    )


def table(**units: dict[str, str | dict]) -> pd.DataFrame:
    """Results by hand: unit -> target -> state, or several columns."""
    lines = []
    for unit, results in units.items():
        for target, told in results.items():
            told = {"state": told} if isinstance(told, str) else told
            lines.append({"unit": unit, "target": target, "kind": PLAN.target(target).kind} | told)
    frame = pd.DataFrame(lines).reindex(columns=[*COLUMNS, *FURTHER])
    numbers = ("have", "asked", "gap", "numerator", "denominator")
    return frame.astype(dict.fromkeys(numbers, "Float64") | {"done": "datetime64[us]"})


def one(results: dict, scoring: Scoring = PLAIN, **weights) -> pd.Series:
    return scores.score(plan(scoring, **weights), table(丁蜀镇=results)).iloc[0]


def test_half_of_the_weight_is_half_of_the_score():
    got = one({"T01": "attained", "T04": "not attained"})
    assert (got["score"], got["grade"], got["rank"], got["missing"]) == (50, "D", 1, 0)
    assert one({"T01": "attained", "T04": "not attained"}, T01=3)["score"] == 75
    assert (
        one({"T01": "attained", "T04": "not attained", "T05": "not attained"})["score"] == 100 / 3
    )


@pytest.mark.parametrize("state", ["pending", "not applicable", "reported"])
def test_what_does_not_apply_weighs_nothing(state):
    assert one({"T01": "attained", "T04": "not attained", "T05": state})["score"] == 50


def test_on_track_counts_as_attained_and_behind_as_missed():
    assert one({"T20": "on track"})["score"] == 100
    assert one({"T20": "behind"})["score"] == 0


def test_missing_is_neither_zero_nor_full():
    """One of five is 20 %: still scored, on the four that are known. One of four is more: no score,
    no grade, no rank.
    """
    five = dict.fromkeys(("T01", "T02", "T03"), "attained") | {
        "T04": "not attained",
        "T05": "no data",
    }
    got = one(five)
    assert (got["score"], got["missing"]) == (75, 0.2)
    del five["T03"]
    got = one(five)
    assert pd.isna(got["score"]) and pd.isna(got["rank"]) and got["grade"] == ""


def test_nothing_that_applies_is_no_score():
    got = one({"T01": "not applicable", "T17": "reported"})
    assert pd.isna(got["score"]) and pd.isna(got["rank"]) and got["grade"] == ""


@pytest.mark.parametrize(
    ("have", "asked", "credit"),
    [
        (94, 95, 1),
        (76, 80, 1),
        (759, 800, 0),
        (0, 95, 0),
    ],  # 76/80 is 95 % exactly, 759/800 just below
)
def test_most_of_the_way_is_half(have, asked, credit):
    ladder = PLAIN.model_copy(update={"partial": (Step(reached="95%", credit="1/2"),)})
    got = one({"T01": {"state": "not attained", "have": have, "asked": asked}}, ladder)
    assert got["score"] == 50 * credit


def test_the_share_reached_is_of_the_rule_that_was_missed():
    """By hand from measures: 91/100 against 96 % is 94.8 %; 912/1000 is 95 % exactly; 1 of 8 is an
    eighth.
    """
    ladder = PLAIN.model_copy(
        update={"partial": (Step(reached="95%", credit="1/2"), Step(reached="1/8", credit="1/4"))}
    )
    cells = rows(
        {"target": "T04", "numerator": 91, "denominator": 100},
        {"target": "T05", "numerator": 912, "denominator": 1000},
        {"target": "T52", "numerator": 1, "unit": CITY},
    )
    attained = attain(PLAN, cells, sent(), AFTER)
    got = credits.credits(plan(ladder), attained).set_index(["unit", "target"])["earned"]
    assert (got["丁蜀镇", "T04"], got["丁蜀镇", "T05"], got[CITY, "T52"]) == (
        Fraction(1, 4),
        Fraction(1, 2),
        Fraction(1, 4),
    )


def test_within_the_year_a_count_is_measured_by_its_pace():
    """3 of the 3.97 that were to be there by 30 June are three quarters, though 3 of 8 are not."""
    ladder = PLAIN.model_copy(update={"partial": (Step(reached="75%", credit="1/2"),)})
    attained = attain(
        PLAN, rows({"target": "T52", "numerator": 3, "unit": CITY}), sent(as_of=MID), MID
    )
    got = credits.credits(plan(ladder), attained).set_index(["unit", "target"])
    assert got.loc[(CITY, "T52"), ["state", "earned"]].tolist() == ["behind", Fraction(1, 2)]


@pytest.mark.parametrize(
    ("days", "done", "worth"), [(-30, "2014-01-30", 50), (-31, "2014-01-31", 0), (-3, None, 0)]
)
def test_a_task_done_late_is_half_within_thirty_days(days, done, worth):
    late = PLAIN.model_copy(update={"late": Late(days=30, credit="1/2")})
    assert (
        one({"T21": {"state": "not attained", "gap": days, "done": done}}, late)["score"] == worth
    )


@pytest.mark.parametrize(
    ("good", "bad", "grade"),
    [(9, 1, "A"), (899, 101, "B"), (8, 2, "B"), (799, 201, "C"), (3, 2, "C"), (599, 401, "D")],
)
def test_the_bands_meet_at_their_edges(good, bad, grade):
    """The score is not rounded: 89.9 is no A, and 90 is one."""
    assert one({"T01": "attained", "T04": "not attained"}, T01=good, T04=bad)["grade"] == grade


def test_a_third_is_a_third():
    """Three equal parts make 100, and 60 of 100 by thirds and sevenths is C to the digit."""
    parts = {"T01": "attained", "T02": "attained", "T03": "attained", "T04": "not attained"}
    got = one(
        parts, T01=Fraction(1, 3), T02=Fraction(1, 7), T03=Fraction(13, 105), T04=Fraction(2, 5)
    )
    assert (got["score"], got["grade"]) == (60, "C")


class TestVeto:
    SCORING = PLAIN.model_copy(update={"veto": Veto(targets=("T63",), grade="D")})

    def test_one_incident_is_d_whatever_the_score_and_the_last_rank(self):
        many = dict.fromkeys((f"T{n:02d}" for n in range(1, 14)), "attained")
        got = scores.score(
            plan(self.SCORING),
            table(
                丁蜀镇=many | {"T63": "not attained"},
                和桥镇=many | {"T63": "attained"},
                官林镇={"T01": "not attained"},
            ),
        )
        got = got.set_index("unit")
        assert (
            got.loc["丁蜀镇", ["grade", "rank", "vetoed"]].tolist() == ["D", 3, True]
            and got.loc["丁蜀镇", "score"] > 90
        )
        assert (
            got.loc["和桥镇", ["grade", "rank"]].tolist() == ["A", 1]
            and got.loc["官林镇", "rank"] == 2
        )
        assert got.loc["丁蜀镇", ["rank_low", "rank_high"]].tolist() == [3, 3]

    def test_an_incident_in_a_town_is_one_of_the_city(self):
        cells = rows(
            {"target": "T63", "numerator": 1}, {"target": "T63", "numerator": 1, "unit": CITY}
        )
        got = scores.score(plan(self.SCORING), attain(PLAN, cells, sent(), AFTER)).set_index("unit")
        assert got["vetoed"].sum() == 2 and got.loc[["丁蜀镇", CITY], "grade"].tolist() == [
            "D",
            "D",
        ]

    @pytest.mark.parametrize("state", ["attained", "on track", "no data", "pending"])
    def test_no_incident_no_veto(self, state):
        assert not one({"T63": state, "T01": "attained"}, self.SCORING)["vetoed"]

    def test_a_veto_stands_without_a_score(self):
        got = one({"T63": "not attained"} | dict.fromkeys(("T01", "T02"), "no data"), self.SCORING)
        assert pd.isna(got["score"]) and got["grade"] == "D"


def test_deductions_are_points_off_and_never_below_nothing():
    take = PLAIN.model_copy(update={"deductions": (Deduction(targets=("T71", "T74"), points=2),)})
    assert one({"T71": "attained", "T74": "attained"}, take)["score"] == 100
    got = one({"T71": "not attained", "T74": "pending", "T01": "attained"}, take)
    assert (got["score"], got["deducted"]) == (48, 2)
    assert one({"T71": "not attained", "T74": "not attained"}, take)["score"] == 0


def test_what_is_done_late_costs_no_points_besides():
    take = PLAIN.model_copy(
        update={
            "deductions": (Deduction(targets=("T71",), points=2),),
            "late": Late(days=30, credit="1/2"),
        }
    )
    got = one({"T71": {"state": "not attained", "gap": -5, "done": "2014-01-05"}}, take)
    assert (got["score"], got["deducted"]) == (50, 0)


def test_what_is_never_judged_is_never_missing():
    """T18 is only reported: without data it takes no weight from anybody."""
    got = one({"T01": "attained", "T18": "no data"})
    assert (got["score"], got["missing"]) == (100, 0)


def test_a_score_says_on_how_much_it_rests():
    got = one(
        {
            "T01": "attained",
            "T04": "pending",
            "T05": "pending",
            "T02": "not applicable",
            "T17": "reported",
        }
    )
    assert (got["score"], got["judged"]) == (100, pytest.approx(1 / 3))


def test_losing_a_target_that_costs_points_costs_them_too():
    take = PLAIN.model_copy(update={"deductions": (Deduction(targets=("T71",), points=2),)})
    good = {"T71": "attained", "T01": "attained"}
    got = movers.movers(
        plan(take), table(丁蜀镇=good, 和桥镇=good | {"T71": "not attained"})
    ).set_index(["unit", "target"])["points"]
    assert got["丁蜀镇", "T71"] == -52 and got["和桥镇", "T71"] == 52


@pytest.mark.parametrize("day", [dt.date(2013, 6, 30), dt.date(2014, 1, 31)])
def test_movers_by_scoring_again(demo_measures, demo_returns, day):
    """Every unit, every target: the score from scratch with that one result turned."""
    attained = attain(PLAN, demo_measures, demo_returns, day)
    before = scores.score(PLAN, attained).set_index("unit")
    moved = movers.movers(PLAN, attained)
    for unit, target, points, places, _ in (
        moved.groupby("unit").sample(1, random_state=1).itertuples(index=False)
    ):
        cell = (attained["unit"] == unit) & (attained["target"] == target)
        other = attained.copy()
        other.loc[cell, ["state", "have", "asked", "done"]] = [
            "attained" if points > 0 else "not attained",
            0,
            1,
            pd.NaT,
        ]
        after = scores.score(PLAN, other).set_index("unit")
        assert after.loc[unit, "score"] - before.loc[unit, "score"] == pytest.approx(points), (
            unit,
            target,
        )
        assert before.loc[unit, "rank"] - after.loc[unit, "rank"] == places


def test_ties_share_the_better_place_and_the_city_has_none():
    same = {"T01": "attained", "T04": "not attained"}
    got = scores.score(
        plan(),
        table(
            丁蜀镇=same,
            和桥镇=same,
            官林镇={"T01": "not attained"},
            宜城街道={"T01": "no data"},
            **{CITY: same},
        ),
    )
    assert got.set_index("unit")["rank"].fillna(0).to_dict() == {
        "丁蜀镇": 1,
        "和桥镇": 1,
        "官林镇": 3,
        "宜城街道": 0,
        CITY: 0,
    }


def test_subscores_are_those_of_their_sections():
    got = scores.subscores(
        plan(),
        table(
            丁蜀镇={"T01": "attained", "T04": "not attained", "T08": "attained", "T71": "no data"}
        ),
    )
    each = got.set_index("clause")["score"]
    assert (each["一、1"], each["一、2"]) == (50, 100) and pd.isna(each["三、"])


def test_what_moves_a_rank_by_hand():
    """丁蜀镇 50 of three units at 100, 75, 50: one more target puts it level with the second."""
    good = dict.fromkeys(("T01", "T02", "T03", "T04"), "attained")
    units = {
        "和桥镇": good,
        "官林镇": good | {"T04": "not attained"},
        "丁蜀镇": good | {"T04": "not attained", "T03": "not attained"},
    }
    got = movers.movers(plan(), table(**units)).set_index(["unit", "target"])
    assert got.loc[("丁蜀镇", "T04"), ["points", "places"]].tolist() == [25, 1]
    assert got.loc[("和桥镇", "T01"), ["points", "places"]].tolist() == [
        -25,
        0,
    ]  # still level with the second: first
    assert got.loc[("官林镇", "T01"), ["points", "places"]].tolist() == [-25, 0]


@pytest.mark.parametrize(
    ("as_of", "offered"), [(MID, "T01 T06 T16"), (dt.date(2013, 12, 31), "T01 T02 T06 T16 T19 T63")]
)
def test_what_is_missed_for_good_is_not_offered_while_the_year_runs(as_of, offered):
    """A task that is overdue, an incident, a share of all of which one did not pass; what is behind
    can come back.
    """
    ids = ("T01", "T02", "T06", "T16", "T19", "T63")
    missed = {id: {"state": "not attained", "as_of": as_of} for id in ids}
    if as_of == MID:
        missed |= {id: {"state": "behind", "as_of": as_of} for id in ("T01", "T06", "T16")}
    kept = {"T04": {"state": "attained", "as_of": as_of}}
    got = movers.movers(plan(), table(丁蜀镇=missed | kept))
    assert {*got.loc[got["points"] > 0, "target"]} == {*offered.split(" ")}
    assert {*got.loc[got["points"] < 0, "target"]} == {"T04"}


def test_a_veto_taken_away_moves_more_than_its_points():
    good = dict.fromkeys(("T01", "T02", "T03", "T63"), "attained")
    units = {
        "和桥镇": good | {"T01": "not attained"},
        "官林镇": good | {"T02": "not attained"},
        "丁蜀镇": good | {"T63": "not attained"},
    }
    got = movers.movers(plan(TestVeto.SCORING), table(**units)).set_index(["unit", "target"])
    assert got.loc[("丁蜀镇", "T63"), "places"] == 2 and got.loc[("丁蜀镇", "T01"), "places"] == 0
    assert got.loc[("和桥镇", "T63"), "places"] == -2  # vetoed as well, and with fewer points


def test_the_ranks_interval_by_hand():
    """Nothing sampled and nothing to weigh: the rank is certain. A coin's throw of a sample: either
    place.
    """
    sure = scores.score(
        plan(), table(丁蜀镇={"T02": "attained"}, 和桥镇={"T02": "not attained"})
    ).set_index("unit")
    assert sure[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1], [2, 2]]
    half = {"state": "attained", "numerator": 95, "denominator": 100}
    open_ = scores.score(
        plan(),
        table(丁蜀镇={"T01": half, "T02": "attained"}, 和桥镇={"T01": half, "T02": "attained"}),
    ).set_index("unit")
    assert open_[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 2], [1, 2]]
    firm = {"state": "attained", "numerator": 10_000, "denominator": 10_000}
    weak = {"state": "not attained", "numerator": 5_000, "denominator": 10_000}
    told = scores.score(plan(), table(丁蜀镇={"T01": firm}, 和桥镇={"T01": weak})).set_index("unit")
    assert told[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1], [2, 2]]


def test_weights_alone_can_change_a_rank():
    """One is good where the other is bad, at equal weights: which comes first is the weights'
    doing.
    """
    both = table(
        丁蜀镇={"T02": "attained", "T03": "not attained"},
        和桥镇={"T02": "not attained", "T03": "attained"},
    )
    got = scores.score(plan(), both)
    assert got[["rank", "rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1, 2], [1, 1, 2]]
    still = scores.score(plan(PLAIN.model_copy(update={"vary": Fraction(0)})), both)
    assert still[["rank_low", "rank_high"]].to_numpy().tolist() == [[1, 1], [1, 1]]


def test_a_plan_without_scoring_says_so():
    with pytest.raises(ValueError, match="has no `scoring`"):
        scores.score(
            PLAN.model_copy(update={"period": PLAN.period.model_copy(update={"scoring": None})}),
            table(丁蜀镇={"T01": "attained"}),
        )


CELLS = st.fixed_dictionaries(
    {t: st.sampled_from(NOW) for t in ("T02", "T03", "T07", "T21", "T63", "T71")}
)
FIELD = st.lists(CELLS, min_size=2, max_size=6)


def field(units: list[dict]) -> pd.DataFrame:
    return table(**dict(zip(TOWNS, units, strict=False)))


@pytest.mark.slow
@settings(max_examples=examples(8, 25), deadline=None, derandomize=True)
@given(FIELD, st.randoms())
def test_the_order_of_rows_and_units_changes_nothing(units, random):
    given_ = field(units)
    mixed = given_.sample(frac=1, random_state=random.randint(0, 2**31))
    want, got = (
        scores.score(PLAN, one).sort_values("unit").reset_index(drop=True)
        for one in (given_, mixed)
    )
    pd.testing.assert_frame_equal(want, got)


@pytest.mark.slow
@settings(max_examples=examples(8, 25), deadline=None, derandomize=True)
@given(FIELD, st.fractions(min_value="1/20", max_value=20, max_denominator=20))
def test_weights_times_anything_change_nothing(units, factor):
    given_ = field(units)
    scaled = plan(PLAIN, **{t: factor for t in ("T02", "T03", "T07", "T21", "T63", "T71")})
    own, sheet = ["total", "of"], scores.score(scaled, given_)
    plain = scores.score(plan(), given_)
    pd.testing.assert_frame_equal(plain.drop(columns=own), sheet.drop(columns=own))
    assert np.allclose(plain[own] * float(factor), sheet[own])


@pytest.mark.slow
@settings(max_examples=examples(8, 25), deadline=None, derandomize=True)
@given(FIELD)
def test_scores_are_within_bounds_and_ranks_follow_them(units):
    got = scores.score(plan(), field(units))
    assert (
        got["score"].dropna().between(0, 100).all()
        and (got["rank"].isna() == got["score"].isna()).all()
    )
    known = got.dropna(subset="rank")
    low, high = known["score_low"], known["score_high"]
    assert (known["rank"] == [1 + (low > own).sum() for own in low]).all()
    assert ((low <= known["score"]) & (known["score"] <= high)).all()
    assert (known["rank_best"] == [1 + (low > own).sum() for own in high]).all()
    assert known["rank"].between(known["rank_best"], known["rank_worst"]).all()
    assert (
        (known["rank_low"] <= known["rank"])
        & (known["rank"] <= known["rank_high"])
        & (known["rank_high"] <= len(known))
    ).all()


@pytest.mark.slow
@settings(max_examples=examples(4, 8), deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 60)), min_size=3, max_size=3),
    st.integers(0, 2),
)
def test_one_more_pass_never_hurts_a_score(samples, which):
    """Not of the unit's own, whatever else it has, with the plan's own ladder and deductions."""
    cells = [
        {"target": t, "numerator": min(x, n), "denominator": n}
        for t, (x, n) in zip(("T01", "T04", "T05"), samples, strict=True)
    ]
    better = [
        cell | {"numerator": min(cell["numerator"] + (i == which), cell["denominator"])}
        for i, cell in enumerate(cells)
    ]
    towns = ("丁蜀镇", "和桥镇")
    both = [
        cell | {"unit": unit}
        for unit, some in zip(towns, (cells, better), strict=True)
        for cell in some
    ]
    table = attain(PLAN, rows(*both), sent(), AFTER, towns)
    before, after = (table[table["unit"] == unit] for unit in towns)
    worth = [credits.credits(PLAN, some)["earned"].sum() for some in (before, after)]
    assert worth[0] <= worth[1]


def test_the_same_seed_gives_the_same_intervals(demo_measures, demo_returns):
    attained = attain(PLAN, demo_measures, demo_returns, dt.date(2014, 1, 31))
    first, again = scores.score(PLAN, attained), scores.score(PLAN, attained)
    pd.testing.assert_frame_equal(first, again)
    other = scores.score(plan(PLAN.period.scoring.model_copy(update={"seed": 7})), attained)
    assert (first["rank"] == other["rank"]).all(skipna=True)
    far = (first[["rank_low", "rank_high"]] - other[["rank_low", "rank_high"]]).abs().max().max()
    assert far <= 1  # 2,000 draws settle an end of the interval to a place


def test_the_demos_scores_by_an_independent_sum(demo_measures, demo_returns):
    """The same score from the table by fractions, a unit at a time."""
    attained = attain(PLAN, demo_measures, demo_returns, dt.date(2014, 1, 31))
    worth = credits.credits(PLAN, attained)
    got = scores.score(PLAN, attained).set_index("unit")
    for unit, cells in worth.groupby("unit"):
        known = cells[cells["applies"]]
        want = 100 * sum(known["earned"], Fraction(0)) / len(known) - int(cells["deducted"].sum())
        assert got.loc[unit, "score"] == float(want)
        lacking = Fraction(int(cells["missing"].sum()), int(cells["missing"].sum()) + len(known))
        assert lacking <= Fraction(1, 5) and got.loc[unit, "missing"] == float(lacking)
