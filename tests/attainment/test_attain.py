"""Attainment over every target: dated, and never a verdict on what was not reported."""

import datetime as dt
from fractions import Fraction

import pandas as pd
import pytest
from ahead_by_hand import alone, chance_of_count, one_count
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import AFTER, CITY, MID, NOTHING, PLAN, firms, items, pair, result, rows, sent
from project import examples

from yxq.attainment.attain import COLUMNS, FURTHER, attain, default_as_of
from yxq.attainment.measures import measure
from yxq.words.states import State


class TestForecast:
    def test_what_is_expected_and_needed_by_now(self):
        got = result("T52", rows(*items("T52", 3)), CITY, as_of=MID)
        assert (got["expected"], got["needed"]) == (pytest.approx(8 * 181 / 365), 5)

    def test_the_chance_of_a_count(self):
        """By the year before, of which all returns are in and in which there was none."""
        got = result("T52", rows(*items("T52", 3)), CITY, as_of=MID)
        told = one_count(3, 181 / 365, 0, 0)
        assert got["probability"] == pytest.approx(chance_of_count(3, 8, told))

    def test_the_chance_of_a_rate(self):
        """About as many again as last year in the second half, and as good as then."""
        before = [
            {"year": 2012, "date": d, "numerator": 95, "denominator": 100}
            for d in ("2012-03-01", "2012-09-01")
        ]
        cells = (
            {"target": "T01", "unit": CITY} | c
            for c in [{"numerator": 95, "denominator": 100}, *before]
        )
        got = result("T01", rows(*cells), CITY, as_of=MID)
        expected = alone(95, 100, Fraction(19, 20), 181 / 365, 95, 100, 190, 200)
        assert got["probability"] == pytest.approx(expected)

    def test_a_chance_is_sure_only_where_it_is_decided(self):
        """All of last year's samples came before June, and still 18 of 19 may be mended, and 25 of
        25 spoilt; but one failure decides a target of 100 %.
        """
        early = [
            {
                "target": t,
                "unit": CITY,
                "year": 2012,
                "date": "2012-03-01",
                "numerator": 20,
                "denominator": 20,
            }
            for t in ("T01", "T11")
        ]
        for x, n in ((18, 19), (25, 25)):
            got = result(
                "T01",
                rows({"target": "T01", "unit": CITY, "numerator": x, "denominator": n}, *early),
                CITY,
                as_of=MID,
            )
            assert 0 < got["probability"] < 1
        got = result(
            "T11",
            rows({"target": "T11", "unit": CITY, "numerator": 18, "denominator": 19}, *early),
            CITY,
            as_of=MID,
        )
        assert got["probability"] == 0

    def test_when_the_year_is_over_nothing_is_forecast(self, plan2013, demo_measures, demo_returns):
        assert attain(plan2013, demo_measures, demo_returns, AFTER)["probability"].isna().all()

    def test_no_chance_is_told_where_nothing_is_known(self, plan2013, demo_measures, demo_returns):
        table = attain(plan2013, demo_measures, demo_returns, MID)
        assert (
            table.loc[
                ~table["state"].isin(["attained", "not attained", "on track", "behind"]),
                "probability",
            ]
            .isna()
            .all()
        )
        assert table["probability"].dropna().between(0, 1).all()

    def test_strata_must_all_hold(self):
        strata = PLAN.target("T40").measure.strata.values
        cells = [
            {"target": "T40", "stratum": s, "numerator": 20, "denominator": 20, "unit": CITY}
            for s in strata
        ]
        got = result("T40", rows(*cells), CITY, as_of=MID)
        one = alone(20, 20, Fraction(1), 181 / 365)
        assert got["probability"] == pytest.approx(one ** len(strata))


class TestDataInHand:
    """What came is held against the time that it covers, and not against the calendar."""

    H2 = frozenset({("registers", "工商局", 2013, 12)})

    @pytest.mark.parametrize("day", [MID, dt.date(2013, 9, 30), dt.date(2013, 12, 30)])
    def test_waiting_for_a_return_makes_nothing_worse(self, day):
        """5 of 7 by June, and half-yearly returns: no later day turns that into behind or into a
        fall.
        """
        before = [
            {"target": "T53", "unit": CITY, "year": 2012, "date": d, "numerator": k}
            for d, k in (("2012-03-01", 4), ("2012-09-01", 3))
        ]
        got = result(
            "T53", rows(*items("T53", 5), *before), CITY, as_of=day, returns=sent(self.H2, day)
        )
        assert (got["state"], got["expected"], got["previous"], got["change"]) == (
            "on track",
            pytest.approx(7 * 181 / 365),
            4,
            1,
        )
        assert got["probability"] == pytest.approx(
            chance_of_count(5, 7, one_count(5, 181 / 365, 4, 7))
        )

    def test_a_return_that_is_overdue_within_the_year_is_no_data(self):
        gone = sent(frozenset({("registers", "质监局", 2013, 3)}), MID)
        for target, cells in (
            ("T52", items("T52", 2)),
            ("T63", []),
            (
                "T24",
                [
                    *items("T24", 3),
                    {
                        "target": "T24",
                        "unit": CITY,
                        "year": 2012,
                        "date": "2012-09-01",
                        "numerator": 10,
                    },
                ],
            ),
        ):
            got = result(target, rows(*cells), CITY, as_of=MID, returns=gone)
            assert (
                got["state"] == "no data" and pd.isna(got["change"]) and pd.isna(got["probability"])
            ), target
        assert (
            result("T52", rows(*items("T52", 8)), CITY, as_of=MID, returns=gone)["state"]
            == "attained"
        )

    def test_an_incomplete_year_before_is_no_year_before(self):
        """On 10 January the last quarter's register is not in yet: 3 are not more than an unknown
        number.
        """
        early = dt.date(2013, 1, 10)
        waiting = sent(
            frozenset({("registers", "质监局", 2012, 12), ("registers", "质监局", 2013, 3)}), early
        )
        past = {"target": "T24", "unit": CITY, "year": 2012, "date": "2012-03-01", "numerator": 2}
        got = result(
            "T24",
            rows({"target": "T24", "unit": CITY, "date": "2013-01-05", "numerator": 3}, past),
            CITY,
            as_of=early,
            returns=waiting,
        )
        assert got["state"] == "no data" and pd.isna(got["previous"])

    def test_what_rises_is_compared_with_the_same_months_and_judged_by_the_whole_year(self):
        past = [
            {"target": "T24", "unit": CITY, "year": 2012, "date": d, "numerator": k}
            for d, k in (("2012-03-01", 2), ("2012-09-01", 8))
        ]
        got = result(
            "T24", rows({"target": "T24", "unit": CITY, "numerator": 4}, *past), CITY, as_of=MID
        )
        assert (got["state"], got["gap"], got["year_before"], got["previous"], got["change"]) == (
            "on track",  # of last year's 10 most came after June
            -6,
            10,
            2,
            2,
        )

    def test_february_of_a_leap_year_is_a_whole_month(self):
        past = [
            {"target": "T01", "year": 2012, "date": d, "numerator": k, "denominator": 50}
            for d, k in (("2012-01-31", 50), ("2012-02-29", 30))
        ]
        now = [
            {"target": "T01", "date": d, "numerator": k, "denominator": 50}
            for d, k in (("2013-01-31", 50), ("2013-02-28", 30))
        ]
        got = result("T01", rows(*now, *past), as_of=dt.date(2013, 2, 28))
        assert (got["value"], got["previous"]) == (0.8, 0.8)

    def test_half_a_year_is_compared_with_half_a_year(self):
        period = PLAN.period.model_copy(update={"start": dt.date(2013, 7, 1)})
        plan = PLAN.model_copy(update={"period": period})
        past = [
            {"target": "T24", "unit": CITY, "year": 2012, "date": d, "numerator": 5}
            for d in ("2012-03-01", "2012-09-01")
        ]
        cells = rows({"target": "T24", "unit": CITY, "date": "2013-09-01", "numerator": 6}, *past)
        got = attain(plan, cells, sent(), AFTER, [CITY]).set_index("target").loc["T24"]
        assert (got["state"], got["previous"]) == ("attained", 5)

    def test_a_complete_count_is_not_told_by_chance(self):
        """A census has no sampling error, and so neither an interval nor a trend beyond chance."""
        got = result("T12", pair("T12", (40, 50), (49, 50)))
        assert (
            got["change"] == pytest.approx(-0.18)
            and pd.isna(got["change_low"])
            and got["trend"] == ""
        )

    def test_a_small_share_is_due_in_whole_items(self):
        """A unit that owes one owes none by June; one that owes five two (5 x 181/365 = 2.5)."""
        one = result(
            "T54", rows(*firms({"丁蜀镇": 9, "官林镇": 8, "高塍镇": 7, "周铁镇": 6})), as_of=MID
        )
        assert (one["bound"], one["asked"]) == ("1", 0)
        got = result("T52", rows(*items("T52", 2, "丁蜀镇"), *firms({"丁蜀镇": 9})), as_of=MID)
        assert (got["bound"], got["asked"], got["have"]) == ("5", 2 * 365, 2 * 365)


class TestKnownErrors:
    """Those of methods.md that no kind's own tests would catch."""

    def test_values_above_a_hundred_are_not_capped_before_comparing(self):
        cells = [
            {"target": "T16", "unit": city, "date": "2013-12-31", "month": None, "value": v}
            for city, v in ((CITY, 103.0), ("江阴市", 102.0), ("常熟市", 102.5))
        ]
        assert result("T16", rows(*cells), CITY)["state"] == "attained"

    def test_the_latest_value_counts_and_not_the_largest(self):
        cells = [
            {"target": "T27", "year": y, "date": d, "month": None, "value": v}
            for y, d, v in (
                (2012, "2012-12-31", 310.0),
                (2013, "2013-06-30", 320.0),
                (2013, "2013-12-31", 300.0),
            )
        ]
        got = result("T27", rows(*cells))
        assert (got["state"], got["value"]) == ("not attained", 300)

    def test_no_incident_is_not_divided_by(self):
        got = result("T63", NOTHING)
        assert (got["state"], got["value"], got["gap"]) == ("attained", 0, 0)

    def test_months_are_neither_averaged_nor_added(self):
        """99 of 100, 1 of 4 and 10 of 10 are 110 of 114, whatever 99 %, 25 % and 100 % may make."""
        cells = [
            {"target": "T04", "month": m, "date": f"2013-0{m}-01", "numerator": x, "denominator": n}
            for m, x, n in ((1, 99, 100), (2, 1, 4), (3, 10, 10))
        ]
        got = result("T04", rows(*cells))
        assert (got["state"], got["value"]) == ("attained", pytest.approx(110 / 114))


class TestTable:
    def test_the_contracts_columns_and_states(self, plan2013, demo_measures, demo_returns):
        table = attain(plan2013, demo_measures, demo_returns, AFTER)
        assert list(table.columns) == [*COLUMNS, *FURTHER]
        types = {name: str(kind) for name, kind in table.dtypes.items()}
        assert types == COLUMNS | FURTHER
        assert set(table["state"]) <= set([*State])
        town = sum(t.whom != "city" for t in plan2013.targets)
        assert len(table) == 20 * town + 75
        assert not table.duplicated(["unit", "target"]).any()

    def test_the_default_date_lets_the_last_returns_be_in(self, plan2013):
        assert default_as_of(plan2013) == dt.date(2014, 1, 31)

    def test_order_of_rows_changes_nothing(self, plan2013, demo_measures, demo_returns):
        table = attain(plan2013, demo_measures, demo_returns, AFTER)
        shuffled = attain(
            plan2013,
            demo_measures.sample(frac=1, random_state=7),
            demo_returns.sample(frac=1, random_state=8),
            AFTER,
        )
        pd.testing.assert_frame_equal(table, shuffled)

    def test_nothing_after_the_date_is_seen(self, plan2013, demo_measures, demo_returns):
        """Leaving out what lies after a day gives the same as asking for that day (milestones keep
        their dates).
        """
        kept = demo_measures[
            (demo_measures["date"] <= pd.Timestamp(MID))
            | demo_measures["due"].notna()
            | demo_measures["done"].notna()
        ]
        keep = attain(plan2013, kept, demo_returns, MID)
        full = attain(plan2013, demo_measures, demo_returns, MID)
        judged = ~keep["kind"].isin(["task", "reported"])
        pd.testing.assert_frame_equal(keep[judged], full[judged])

    def test_before_the_period_everything_is_pending(self, plan2013, demo_measures, demo_returns):
        early = dt.date(2012, 12, 31)
        for plan in (
            plan2013,
            plan2013.model_copy(
                update={"period": plan2013.period.model_copy(update={"returns": ()})}
            ),
        ):
            table = attain(plan, demo_measures, demo_returns, early)
            assert set(table["state"]) == {"pending"} and table["probability"].isna().all()

    def test_the_empty_table_has_no_verdict(self, plan2013):
        none = sent(
            without=frozenset(
                {
                    (r.form, r.sender, y, m)
                    for r in plan2013.period.returns
                    for y in (2012, 2013)
                    for m in range(1, 13)
                }
            )
        )
        table = attain(plan2013, NOTHING, none, AFTER)
        assert set(table["state"]) == {"no data", "pending"}
        assert set(table.loc[table["state"] == "pending", "target"]) == {"T14", "T47"}


SHARES = ("T01", "T04", "T08", "T23", "T42", "T12")


@pytest.mark.slow
@settings(max_examples=5, deadline=None)
@given(
    st.lists(
        st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))),
        min_size=10,
        max_size=10,
    )
)
def test_one_more_pass_never_hurts(counts):
    """Of each two towns one has a pass more than the other."""
    targets = tuple(PLAN.target(id) for id in SHARES)
    plan = PLAN.model_copy(update={"period": PLAN.period.model_copy(update={"targets": targets})})
    passed = [(k, n) for x, n in counts for k in (x, x + 1)]
    cells = [
        {"target": id, "unit": unit.name, "numerator": k, "denominator": n}
        for id in SHARES
        for unit, (k, n) in zip(PLAN.towns, passed, strict=True)
    ]
    table = attain(plan, rows(*cells), sent(), AFTER).set_index(["unit", "target"])["state"]
    for cell in cells:
        share = Fraction(cell["numerator"], cell["denominator"])
        reached = share >= PLAN.target(cell["target"]).constant
        assert table[cell["unit"], cell["target"]] == ("attained" if reached else "not attained")


@settings(max_examples=examples(8, 25), deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["丁蜀镇", "和桥镇", None]), st.integers(1, 12), st.booleans()),
        min_size=1,
        max_size=40,
    )
)
def test_the_citys_rate_is_that_of_distinct_records(samples):
    """Rows without a town count for the city and no town; the city is pooled, never averaged."""
    n = len(samples)
    records = pd.DataFrame(
        {
            "sample_no": [f"C{i}" for i in range(n)],
            "date": pd.to_datetime([f"2013-{m:02d}-05" for _, m, _ in samples]),
            "unit": pd.array([u for u, _, _ in samples], dtype="str"),
            "class": "product",
            "result": ["pass" if p else "fail" for *_, p in samples],
            "key": [f"C{i}" for i in range(n)],
            "once": True,
        }
    )
    records["from"] = records["to"] = records["date"]
    made = measure(PLAN, {"inspections": records})
    city = made[(made["unit"] == CITY) & (made["target"] == "T01")]
    assert (city["numerator"].sum(), city["denominator"].sum()) == (sum(p for *_, p in samples), n)
    towns = made[(made["unit"] != CITY) & (made["target"] == "T01")]
    assert towns["denominator"].sum() == sum(u is not None for u, *_ in samples)


@pytest.mark.slow
@settings(max_examples=examples(4, 8), deadline=None, derandomize=True)
@given(
    st.dictionaries(
        st.sampled_from(["丁蜀镇", "和桥镇", "官林镇", "太华镇"]),
        st.tuples(st.integers(0, 50), st.integers(1, 50)),
        min_size=1,
    )
)
def test_the_citys_rate_is_the_towns_weighted_by_their_samples(towns):
    """Where every record is of one town: not the mean of the towns' rates."""
    n = [(unit, min(x, of), of) for unit, (x, of) in towns.items()]
    records = pd.DataFrame(
        [(unit, "pass" if k < x else "fail") for unit, x, of in n for k in range(of)],
        columns=["unit", "result"],
    ).assign(**{"class": "product", "date": pd.Timestamp("2013-05-05"), "once": True})
    records["from"] = records["to"] = records["date"]
    table = attain(PLAN, measure(PLAN, {"inspections": records}), sent(), AFTER).set_index(
        ["target", "unit"]
    )
    rates = table.loc["T01"].loc[[*towns]]
    weighted = (rates["value"] * rates["denominator"]).sum() / rates["denominator"].sum()
    assert table.loc[("T01", CITY), "value"] == pytest.approx(weighted)


def test_a_record_of_two_units_counts_once_in_the_city():
    records = pd.DataFrame(
        {
            "sample_no": ["C1", "C1"],
            "date": pd.to_datetime(["2013-05-05"] * 2),
            "unit": ["新街街道", "环科园"],
            "class": "product",
            "result": "pass",
            "key": ["C1", "C1"],
            "once": [True, False],
        }
    )
    records["from"] = records["to"] = records["date"]
    made = measure(PLAN, {"inspections": records})
    assert made.set_index("unit")["denominator"].to_dict() == {"新街街道": 1, "环科园": 1, CITY: 1}


def test_a_firm_applying_twice_counts_once():
    records = pd.DataFrame(
        {
            "register": "质量奖",
            "item": ["市长质量奖", "省质量奖", "市长质量奖"],
            "firm": ["甲厂", "甲厂", "乙厂"],
            "unit": ["丁蜀镇", "丁蜀镇", "和桥镇"],
            "date": pd.to_datetime(["2013-09-01", "2013-03-01", "2013-05-01"]),
            "state": "applied",
            "key": ["1", "2", "3"],
            "once": True,
        }
    )
    records["from"] = records["to"] = records["date"]
    made = measure(PLAN, {"registers": records})
    city = made[(made["unit"] == CITY) & (made["target"] == "T57")]
    assert city["numerator"].sum() == 2
    assert city["month"].min() == 3  # counted when it first applied


def test_applied_for_is_not_won():
    records = pd.DataFrame(
        {
            "register": "江苏省名牌产品",
            "item": ["甲", "乙"],
            "firm": ["甲厂", "乙厂"],
            "unit": "丁蜀镇",
            "date": pd.to_datetime(["2013-09-01", "2013-03-01"]),
            "state": ["applied", "won"],
            "key": ["1", "2"],
            "once": True,
        }
    )
    records["from"] = records["to"] = records["date"]
    made = measure(PLAN, {"registers": records})
    assert made[(made["unit"] == CITY) & (made["target"] == "T52")]["numerator"].sum() == 1


def test_a_half_years_plan_counts_half_a_year():
    period = PLAN.period.model_copy(update={"end": dt.date(2013, 6, 30)})
    plan = PLAN.model_copy(update={"period": period})
    cells = [
        {"target": "T01", "date": d, "numerator": 1, "denominator": 1}
        for d in ("2013-06-30", "2013-07-01")
    ]
    table = attain(plan, rows(*cells), sent(), AFTER, ["丁蜀镇"])
    assert table.loc[table["target"] == "T01", "denominator"].item() == 1


def test_a_plan_period_need_not_be_a_calendar_year():
    period = PLAN.period.model_copy(
        update={"start": dt.date(2012, 7, 1), "end": dt.date(2013, 6, 30)}
    )
    plan = PLAN.model_copy(update={"period": period})
    records = pd.DataFrame(
        {
            "sample_no": list("abc"),
            "date": pd.to_datetime(["2012-06-30", "2012-07-01", "2013-06-30"]),
            "unit": "丁蜀镇",
            "class": "product",
            "result": "pass",
            "key": list("abc"),
            "once": True,
        }
    )
    records["from"] = records["to"] = records["date"]
    made = measure(plan, {"inspections": records})
    town = made[made["unit"] == "丁蜀镇"]
    assert town.groupby("year")["denominator"].sum().to_dict() == {2012: 1, 2013: 2}
    assert plan.span(2012) == (dt.date(2011, 7, 1), dt.date(2012, 6, 30))
