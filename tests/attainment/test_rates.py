"""Shares by hand: exact, by stratum, and what samples prove."""

import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import AFTER, MID, NOTHING, PLAN, result, rows, sent
from scipy.stats import hypergeom
from statsmodels.stats.proportion import proportion_confint

from yxq.attainment.attain import attain
from yxq.attainment.judging import rates


class TestRateAtLeast:
    @pytest.mark.parametrize(
        ("target", "x", "n", "state", "needed"),
        [
            ("T01", 95, 100, "attained", 0),
            ("T01", 94, 100, "not attained", 1),
            ("T01", 19, 20, "attained", 0),
            ("T01", 18, 19, "not attained", 1),  # 94.7%
            ("T01", 1899, 2000, "not attained", 1),  # prints as 95.0%
            ("T01", 0, 1, "not attained", 1),
            ("T02", 199, 200, "not attained", 1),  # 99.5% is not 100%
            ("T42", 1, 3, "attained", 0),  # one third is one third, not 0.33 and not 0.34
            ("T42", 33, 100, "not attained", 1),
            ("T42", 34, 100, "attained", 0),
            ("T23", 3, 5, "attained", 0),
            ("T08", 48, 49, "not attained", 1),
            ("T08", 49, 50, "attained", 0),
        ],
    )
    def test_counts_are_compared_exactly(self, target, x, n, state, needed):
        got = result(target, rows({"target": target, "numerator": x, "denominator": n}))
        assert (got["state"], got["needed"], got["numerator"], got["denominator"]) == (
            state,
            needed,
            x,
            n,
        )
        assert got["gap"] == pytest.approx(x / n - float(PLAN.target(target).constant))

    @pytest.mark.parametrize(
        ("target", "x", "n", "needed"),
        [
            ("T01", 36, 41, 59),  # 95 of 100, where 39 of 44 still are 88.6%
            ("T01", 39, 44, 56),
            ("T01", 94, 100, 20),
            ("T01", 95, 100, 0),
            ("T01", 0, 1, 19),
            ("T42", 33, 100, 1),
            ("T08", 48, 49, 1),
        ],
    )
    def test_while_more_come_so_many_have_to_pass(self, target, x, n, needed):
        got = result(target, rows({"target": target, "numerator": x, "denominator": n}), as_of=MID)
        assert (got["needed"], pd.notna(got["probability"])) == (needed, True)

    @pytest.mark.parametrize(("as_of", "needed"), [(MID, None), (AFTER, 1)])
    def test_all_are_out_of_reach_once_one_did_not_pass(self, as_of, needed):
        came = rows({"target": "T02", "numerator": 199, "denominator": 200})
        got = result("T02", came, as_of=as_of)
        assert got["state"] == "not attained"
        assert (None if pd.isna(got["needed"]) else got["needed"]) == needed
        assert ("out_of_reach" in got["note"]) == (needed is None)

    def test_months_are_pooled_not_averaged(self):
        """10 of 10 and 85 of 90 average to 97%; pooled they are 95 of 100."""
        got = result(
            "T01",
            rows(
                {"target": "T01", "numerator": 10, "denominator": 10},
                {
                    "target": "T01",
                    "month": 4,
                    "date": "2013-04-01",
                    "numerator": 84,
                    "denominator": 90,
                },
            ),
        )
        assert (got["state"], got["numerator"], got["denominator"]) == ("not attained", 94, 100)

    def test_no_projects_in_a_return_that_came_is_not_applicable(self):
        got = result("T07", NOTHING)
        assert got["state"] == "not applicable" and pd.isna(got["value"])

    def test_no_row_in_a_coverage_return_is_no_data(self):
        assert result("T02", NOTHING)["state"] == "no data"

    def test_an_explicit_nought_of_nought_is_not_applicable(self):
        assert (
            result("T02", rows({"target": "T02", "numerator": 0, "denominator": 0}))["state"]
            == "not applicable"
        )

    def test_no_return_at_all_is_no_data_never_zero(self):
        none = sent(
            without=frozenset(
                {("inspections", "质监局", y, m) for y in (2012, 2013) for m in (3, 6, 9, 12)}
            )
        )
        got = result("T01", NOTHING, returns=none)
        assert (
            got["state"] == "no data"
            and got["note"] == "incomplete|4|4"
            and pd.isna(got["numerator"])
        )

    def test_no_row_with_a_quarter_missing_is_no_data(self):
        got = result(
            "T01", NOTHING, returns=sent(without=frozenset({("inspections", "质监局", 2013, 12)}))
        )
        assert got["state"] == "no data"

    def test_no_row_while_the_year_runs_is_pending(self):
        got = result("T07", NOTHING, as_of=MID)
        assert (got["state"], got["note"]) == ("pending", "none_so_far")

    def test_one_quarter_missing_is_said(self):
        got = result(
            "T01",
            rows({"target": "T01", "numerator": 20, "denominator": 20}),
            returns=sent(without=frozenset({("inspections", "质监局", 2013, 12)})),
        )
        assert (got["state"], got["note"]) == ("attained", "incomplete|1|4")

    def test_before_anything_is_due_it_is_pending(self):
        as_of = dt.date(2013, 1, 5)
        none = sent(
            without=frozenset({("coverage", "质监局", 2013, m) for m in (3, 6, 9, 12)}), as_of=as_of
        )
        got = result("T02", NOTHING, as_of=as_of, returns=none)
        assert (got["state"], got["note"]) == ("pending", "")  # nothing came that could count none

    STRATA = ("集贸市场", "村卫生室", "福利机构", "计生服务站")

    def strata(self, *counts):
        return rows(
            *(
                {"target": "T40", "stratum": s, "numerator": x, "denominator": n}
                for s, (x, n) in zip(self.STRATA, counts, strict=False)
            )
        )

    def test_every_stratum_must_hold(self):
        got = result("T40", self.strata((50, 50), (9, 10), (50, 50), (50, 50)))
        assert (got["state"], got["note"], got["needed"]) == (
            "not attained",
            "stratum_fails|村卫生室",
            1,
        )

    def test_an_empty_stratum_does_not_count(self):
        assert result("T40", self.strata((50, 50), (0, 0), (3, 3), (1, 1)))["state"] == "attained"

    def test_a_stratum_not_reported_is_no_data(self):
        got = result("T40", self.strata((50, 50), (10, 10), (3, 3)))
        assert (got["state"], got["note"]) == ("no data", "stratum_missing|计生服务站")

    def test_a_failing_stratum_decides_even_when_one_is_not_reported(self):
        assert result("T40", self.strata((49, 50), (10, 10)))["state"] == "not attained"


def test_the_threshold_of_every_rate_target_is_exact():
    """At the least count that reaches the share it is attained, one below it is not; a town for
    each size of sample.
    """
    sizes = dict(
        zip(
            [u.name for u in PLAN.towns],
            [
                1,
                2,
                3,
                7,
                19,
                20,
                21,
                49,
                50,
                51,
                59,
                60,
                61,
                99,
                100,
                101,
                999,
                10**6,
                10**9,
                10**12,
            ],
            strict=True,
        )
    )
    rates = [t for t in PLAN.targets if t.kind == "share" and not t.measure.strata]
    for below in (0, 1):
        cells = [
            {
                "target": t.id,
                "unit": unit,
                "numerator": math.ceil(t.constant * n) - below,
                "denominator": n,
            }
            for t in rates
            for unit, n in sizes.items()
        ]
        table = attain(PLAN, rows(*cells), sent(), AFTER).set_index(["unit", "target"])
        for cell in cells:
            got = table.loc[(cell["unit"], cell["target"])]
            assert (got["state"], got["needed"]) == (
                ("not attained", 1) if below else ("attained", 0)
            ), cell


class TestEvidence:
    @pytest.mark.parametrize(
        ("x", "n", "state", "evidence", "further"),
        [
            (95, 100, "attained", "not shown", 108),  # five failures take 208 samples
            (19, 20, "attained", "not shown", 73),  # one takes 93
            (99, 100, "attained", "demonstrated", 0),
            (59, 59, "attained", "demonstrated", 0),
            (58, 58, "attained", "not shown", 1),
            (94, 100, "not attained", "not shown", 134),  # six take 234
            (90, 100, "not attained", "refuted", None),
        ],
    )
    def test_the_evidence_explains_and_never_overrides(self, x, n, state, evidence, further):
        got = result("T01", rows({"target": "T01", "numerator": x, "denominator": n}))
        assert (got["state"], got["evidence"]) == (state, evidence)
        assert further is None or got["further"] == further
        low, high = proportion_confint(x, n, method="wilson")
        assert (got["low"], got["high"]) == (pytest.approx(low), pytest.approx(high))

    def test_a_complete_count_is_a_census(self):
        got = result("T08", rows({"target": "T08", "numerator": 49, "denominator": 50}))
        assert got["evidence"] == "census" and pd.isna(got["low"]) and pd.isna(got["further"])

    def test_nothing_sampled_has_no_evidence(self):
        got = result("T01", NOTHING)
        assert (got["state"], got["evidence"]) == ("not applicable", "") and pd.isna(got["low"])

    def test_a_small_lot_is_drawn_without_replacement(self):
        """38 of a lot of 40 must pass: 25 without failure show it, where an endless line of
        products takes 59.
        """
        target = PLAN.target("T01").model_copy(update={"lot": "lot"})
        basis = PLAN.period.bases["firms_of_scale"]
        period = PLAN.period.model_copy(
            update={"bases": {"lot": basis}, "targets": (target,), "returns": PLAN.period.returns}
        )
        plan = PLAN.model_copy(update={"period": period})
        lot = {"target": "lot", "date": "2013-12-31", "month": None, "value": 40.0}
        for n, expected in ((24, "not shown"), (25, "demonstrated"), (40, "demonstrated")):
            cells = rows({"target": "T01", "numerator": n, "denominator": n}, lot)
            got = attain(plan, cells, sent(), AFTER, ["丁蜀镇"]).iloc[0]
            chance = hypergeom.sf(n - 1, 40, 37, n)  # with one too few that pass
            assert (chance <= 0.05) == (expected == "demonstrated") and got[
                "evidence"
            ] == expected, n
        assert got["low"] == got["high"] == 1  # all forty were looked at


def test_a_rate_without_strata_names_none_that_fails():
    got = result("T01", rows({"target": "T01", "numerator": 1, "denominator": 2}))
    assert (got["state"], got["note"]) == ("not attained", "")


@settings(deadline=None)
@given(
    st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(2, 200).flatmap(lambda q: st.tuples(st.integers(1, q - 1), st.just(q))),
)
def test_so_many_further_passes_are_enough_and_one_less_is_not(counts, share):
    (x, n), (p, q) = counts, share
    strata = pd.DataFrame(
        {"stock": False, "p": p, "q": q, "fails": x * q < n * p, "amounts": False, "scale": 0},
        index=[0],
    ).astype({"p": object, "q": object})
    lacks = pd.Series([n * p - x * q], dtype=object)
    lost, short = rates._short(strata, lacks, ended=False)
    k = int(short[0])
    assert not lost[0] and (x + k) * q >= (n + k) * p
    assert k == 0 or (x + k - 1) * q < (n + k - 1) * p
