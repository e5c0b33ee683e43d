"""The nine rules, by hand and over every target: exact, dated, and never a verdict on what was not
reported.
"""

import datetime as dt
import functools
import math
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom, binomtest, hypergeom, nbinom, norm
from statsmodels.stats.proportion import proportion_confint

from yxq.attainment.attain import COLUMNS, FURTHER, attain, default_as_of
from yxq.attainment.comparison import worsening
from yxq.attainment.measures import COLUMNS as MEASURES
from yxq.attainment.measures import DTYPES, measure
from yxq.attainment.owed import status
from yxq.attainment.quotas import quotas
from yxq.plan.folder import Plan
from yxq.plan.load import load
from yxq.plan.period import Quota
from yxq.words.states import State

PLAN = load("yixing").plan(2013)
END, AFTER, MID = dt.date(2013, 12, 31), dt.date(2014, 1, 31), dt.date(2013, 6, 30)
CITY = "宜兴市"
FILES = [
    "file",
    "sheet",
    "sha256",
    "form",
    "sender",
    "period_from",
    "period_to",
    "filed",
    "synthetic",
    "rows",
    "accepted",
    "duplicate",
    "rejected",
    "excluded",
]


def rows(*cells: dict) -> pd.DataFrame:
    """Measures of 2013 on 1 March unless said otherwise."""
    base = {
        "plan": PLAN.id,
        "year": 2013,
        "month": 3,
        "date": "2013-03-01",
        "unit": "丁蜀镇",
        "stratum": "",
        "records": 1,
    }
    frame = pd.DataFrame([base | cell for cell in cells], columns=MEASURES)
    return frame.astype(DTYPES)


@functools.cache
def sent(without: frozenset[tuple] = frozenset(), as_of: dt.date = AFTER) -> pd.DataFrame:
    """Status with every return arrived but (form, sender, year, month of the period's end)."""
    files = []
    for owed in PLAN.period.returns:
        for year in (PLAN.year - 1, PLAN.year):
            for last in range(owed.months, 13, owed.months):
                if (owed.form, owed.sender, year, last) in without:
                    continue
                first = pd.Timestamp(year, last - owed.months + 1, 1)
                end = pd.Timestamp(year, last, 1) + pd.offsets.MonthEnd(0)
                files.append(
                    [
                        f"{owed.sender}{owed.form}{end:%Y%m}",
                        "",
                        "",
                        owed.form,
                        owed.sender,
                        first,
                        end,
                        pd.NaT,
                        False,
                        2,
                        1,
                        0,
                        0,
                        1,
                    ]
                )
    return status(
        PLAN, pd.DataFrame(files, columns=FILES).astype({"filed": "datetime64[us]"}), as_of
    )


@functools.cache
def only(target: str) -> Plan:
    """The plan with one target: the others take time and change nothing."""
    return PLAN.model_copy(
        update={"period": PLAN.period.model_copy(update={"targets": (PLAN.target(target),)})}
    )


def result(
    target: str, measures: pd.DataFrame, unit: str = "丁蜀镇", as_of: dt.date = AFTER, returns=None
) -> pd.Series:
    table = attain(
        only(target), measures, sent(as_of=as_of) if returns is None else returns, as_of, [unit]
    )
    return table[table["target"] == target].iloc[0]


NOTHING = rows()


def firms(numbers: dict[str, int]) -> list[dict]:
    """Firms of scale at the end of 2012: one in every unit but those named."""
    return [
        {
            "target": "firms_of_scale",
            "year": 2012,
            "date": "2012-12-31",
            "month": None,
            "unit": unit.name,
            "value": float(numbers.get(unit.name, 1)),
        }
        for unit in PLAN.towns
    ]


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
        assert got["gap"] == pytest.approx(x / n - float(PLAN.target(target).share))

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
        assert result("T07", NOTHING, as_of=MID)["state"] == "pending"

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
        assert result("T02", NOTHING, as_of=as_of, returns=none)["state"] == "pending"

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
    rates = [t for t in PLAN.targets if t.rule == "rate_at_least" and not t.measure.strata]
    for below in (0, 1):
        cells = [
            {
                "target": t.id,
                "unit": unit,
                "numerator": math.ceil(t.share * n) - below,
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


def items(target: str, n: int, unit: str = CITY, **more) -> list[dict]:
    return [
        {"target": target, "unit": unit, "numerator": 1, "date": f"2013-0{1 + i % 6}-1{i % 9}"}
        | more
        for i in range(n)
    ]


class TestCounts:
    @pytest.mark.parametrize("target", ["T20", "T35", "T52", "T53", "T54", "T57"])
    def test_the_citys_count_targets(self, target):
        least = PLAN.target(target).bounds[0]
        assert result(target, rows(*items(target, least)), CITY)["state"] == "attained"
        short = result(target, rows(*items(target, least - 1)), CITY)
        assert (short["state"], short["needed"], short["gap"]) == ("not attained", 1, -1)

    def test_a_shortfall_with_a_return_missing_is_no_data(self):
        gone = sent(without=frozenset({("registers", "工商局", 2013, 12)}))
        got = result("T53", rows(*items("T53", 6)), CITY, returns=gone)
        assert (got["state"], got["numerator"], got["note"]) == ("no data", 6, "incomplete|1|2")
        assert result("T53", rows(*items("T53", 7)), CITY, returns=gone)["state"] == "attained"

    def test_a_shortfall_with_a_return_not_due_yet_is_pending(self):
        gone = sent(without=frozenset({("registers", "工商局", 2013, 12)}), as_of=END)
        assert (
            result("T53", rows(*items("T53", 6)), CITY, as_of=END, returns=gone)["state"]
            == "pending"
        )

    def test_no_items_in_returns_that_came_is_zero(self):
        got = result("T52", NOTHING, CITY)
        assert (got["state"], got["numerator"], got["needed"]) == ("not attained", 0, 8)

    def test_pace_within_the_year(self):
        """181 of 365 days are over on 30 June: 8 x 181/365 = 3.97."""
        assert result("T52", rows(*items("T52", 4)), CITY, as_of=MID)["state"] == "on track"
        assert result("T52", rows(*items("T52", 3)), CITY, as_of=MID)["state"] == "behind"
        assert result("T52", rows(*items("T52", 8)), CITY, as_of=MID)["state"] == "attained"

    def test_a_towns_share_is_not_invented(self):
        """Without the numbers that a count is split by there is no share, and without a share no
        verdict.
        """
        got = result("T52", rows(*items("T52", 3, "丁蜀镇")))
        assert (got["state"], got["numerator"], got["threshold"], got["note"]) == (
            "reported",
            3,
            "",
            "basis_missing",
        )
        assert pd.isna(got["needed"]) and pd.isna(got["gap"]) and pd.isna(got["probability"])

    @pytest.mark.parametrize(
        ("n", "state", "needed"),
        [(0, "not attained", 5), (4, "not attained", 1), (5, "attained", 0)],
    )
    def test_a_town_is_held_to_its_share(self, n, state, needed):
        """Eight by Sainte-Laguë: 9, 9/3, 9/5 and 9/7 come before the others' 1, and of equal claims
        (9/9) the larger unit's.
        """
        got = result("T52", rows(*items("T52", n, "丁蜀镇"), *firms({"丁蜀镇": 9})))
        assert (got["state"], got["threshold"], got["needed"], got["note"]) == (
            state,
            "5",
            needed,
            "quota_computed",
        )

    def test_a_share_of_none_is_not_assessed(self):
        got = result(
            "T54",
            rows(
                *items("T54", 1, "和桥镇"),
                *firms({"丁蜀镇": 9, "官林镇": 8, "高塍镇": 7, "周铁镇": 6}),
            ),
            "和桥镇",
        )
        assert (got["state"], got["numerator"], got["note"]) == ("not applicable", 1, "quota_none")

    def test_one_unit_without_a_number_leaves_all_without_a_share(self):
        got = result("T52", rows(*firms({"丁蜀镇": 9})[:-1]))
        assert (got["state"], got["note"]) == ("reported", "basis_missing")

    def test_official_shares_come_first(self):
        units = [unit.name for unit in PLAN.towns]
        given = [
            Quota(
                year=2013, target="T52", unit=unit, quota=8 if unit == "丁蜀镇" else 0, source="x"
            )
            for unit in units
        ]
        plan = PLAN.model_copy(
            update={"folder": PLAN.folder.model_copy(update={"quotas": tuple(given)})}
        )
        table = attain(plan, rows(*items("T52", 3, "丁蜀镇"), *firms({})), sent(), AFTER).set_index(
            ["unit", "target"]
        )
        assert table.loc[("丁蜀镇", "T52"), ["state", "threshold", "needed", "note"]].tolist() == [
            "not attained",
            "8",
            5,
            "quota_official",
        ]
        assert table.loc[("和桥镇", "T52"), "state"] == "not applicable"
        assert table.loc[(CITY, "T52"), ["threshold", "needed"]].tolist() == [
            "8",
            8,
        ]  # the city keeps its own

    def test_shares_sum_to_the_citys_number(self, plan2013, demo_measures):
        table = quotas(plan2013, demo_measures)
        sums = table.groupby("target")["quota"].sum().to_dict()
        assert sums == {"T20": 15, "T35": 10, "T52": 8, "T53": 7, "T54": 4, "T57": 6}
        assert set(table["unit"]) == {unit.name for unit in plan2013.towns} and set(
            table["basis"]
        ) == {"firms_of_scale"}

    @pytest.mark.parametrize(
        ("n", "state", "note"),
        [
            (0, "not attained", ""),
            (1, "attained", ""),
            (2, "attained", ""),
            (3, "not attained", "above_range"),
        ],
    )
    def test_one_to_two_bases(self, n, state, note):
        got = result("T29", rows(*items("T29", n)), CITY)
        assert (got["state"], got["note"]) == (state, note)

    def test_three_bases_are_too_many_at_once(self):
        assert result("T29", rows(*items("T29", 3)), CITY, as_of=MID)["state"] == "not attained"

    @pytest.mark.parametrize("unit", [CITY, "丁蜀镇"])
    def test_one_incident_is_the_veto(self, unit):
        assert result("T63", NOTHING, unit)["state"] == "attained"
        got = result("T63", rows(*items("T63", 1, unit)), unit)
        assert (got["state"], got["note"]) == ("not attained", "incident")
        assert result("T63", NOTHING, unit, as_of=MID)["state"] == "on track"

    def test_an_incident_among_rejected_rows_is_not_overlooked(self):
        doubtful = sent().assign(
            rejected=lambda table: table["rejected"].mask(table["form"] == "registers", 1)
        )
        got = result("T63", NOTHING, returns=doubtful)
        assert (got["state"], got["note"]) == ("no data", "rejected_rows|4")
        assert (
            result("T63", rows(*items("T63", 1, "丁蜀镇")), returns=doubtful)["state"]
            == "not attained"
        )

    def test_no_incident_reported_by_a_return_that_is_missing_proves_nothing(self):
        assert (
            result(
                "T63", NOTHING, returns=sent(without=frozenset({("registers", "质监局", 2013, 12)}))
            )["state"]
            == "no data"
        )


class TestRising:
    def annual(self, before, now, target="T09", unit=CITY):
        cells = [(2012, "2012-12-31", before), (2013, "2013-12-31", now)]
        return rows(
            *(
                {"target": target, "unit": unit, "year": y, "month": None, "date": d, "value": v}
                for y, d, v in cells
                if v is not None
            )
        )

    @pytest.mark.parametrize(
        ("before", "now", "state"),
        [(0.628, 0.641, "attained"), (0.034, 0.034, "not attained"), (2, 1, "not attained")],
    )
    def test_a_value_must_be_more(self, before, now, state):
        got = result("T09", self.annual(before, now), CITY)
        assert got["state"] == state and got["change"] == pytest.approx(now - before)

    def test_without_the_year_before_there_is_no_verdict_and_it_says_so(self):
        got = result("T09", self.annual(None, 0.6), CITY)
        assert (got["state"], got["note"]) == ("no data", "no_year_before")

    def test_a_value_that_did_not_come(self):
        gone = sent(without=frozenset({("annual", "住建局", 2013, 12)}))
        assert result("T09", self.annual(0.6, None), CITY, returns=gone)["state"] == "no data"

    def test_a_value_left_out_of_a_return_that_came(self):
        assert result("T72", self.annual(3, None, "T72", "丁蜀镇"))["state"] == "no data"

    def test_within_the_year_an_annual_value_is_pending(self):
        assert result("T09", self.annual(0.6, 0.7), CITY, as_of=MID)["state"] == "pending"

    def counted(self, before, now):
        return rows(*items("T24", now), *items("T24", before, year=2012, date="2012-05-05"))

    def test_counts_over_the_year(self):
        assert result("T24", self.counted(3, 4), CITY)["state"] == "attained"
        equal = result("T24", self.counted(4, 4), CITY)
        assert (equal["state"], equal["needed"], equal["previous"]) == ("not attained", 1, 4)

    def test_counts_keep_pace(self):
        assert (
            result("T24", self.counted(10, 5), CITY, as_of=MID)["state"] == "on track"
        )  # 10 x 181/365 = 4.96
        assert result("T24", self.counted(10, 4), CITY, as_of=MID)["state"] == "behind"

    def test_a_year_before_with_a_return_missing_is_no_measure(self):
        gone = sent(without=frozenset({("registers", "质监局", 2012, 6)}))
        got = result("T24", self.counted(3, 9), CITY, returns=gone)
        assert (got["state"], got["note"]) == ("no data", "no_year_before")


class TestPeers:
    def peers(self, target, own, others):
        cells = {CITY: own, **{f"城市{i}": v for i, v in enumerate(others)}}
        return rows(
            *(
                {"target": target, "unit": c, "month": None, "date": "2013-12-31", "value": v}
                for c, v in cells.items()
                if v is not None
            )
        )

    @pytest.mark.parametrize(
        ("own", "state"), [(79.1, "attained"), (79.0, "not attained"), (78.9, "not attained")]
    )
    def test_the_mean_of_the_others_must_be_exceeded(self, own, state):
        assert result("T16", self.peers("T16", own, [78, 79, 80]), CITY)["state"] == state

    @pytest.mark.parametrize(
        ("own", "others", "rank", "state"),
        [
            (5, [9, 8, 1, 1, 1], 3, "not attained"),  # a third of six cities is two
            (8, [9, 8, 8, 1, 1], 2, "attained"),  # ties share the better rank
            (5, [9, 8, 1, 1, 1, 1], 3, "attained"),  # a third of seven, rounded up, is three
            (1, [2], 2, "not attained"),
        ],
    )
    def test_the_front_third(self, own, others, rank, state):
        got = result("T06", self.peers("T06", own, others), CITY)
        assert (got["value"], got["denominator"], got["state"]) == (rank, len(others) + 1, state)

    def test_floating_point_does_not_decide(self):
        """0.1 + 0.2 is not 0.3 in binary; as decimals the mean of 0.1 and 0.2 is 0.15, which 0.15
        does not exceed.
        """
        assert result("T16", self.peers("T16", 0.15, [0.1, 0.2]), CITY)["state"] == "not attained"

    @pytest.mark.parametrize(("own", "others"), [(None, [1, 2]), (3, [])])
    def test_without_our_own_value_or_any_peer(self, own, others):
        assert result("T16", self.peers("T16", own, others), CITY)["state"] == "no data"


class TestMilestones:
    def one(self, target="T22", unit=CITY, due=None, done=None):
        return rows(
            {"target": target, "unit": unit, "due": due, "done": done, "date": "2013-12-31"}
        )

    @pytest.mark.parametrize(
        ("due", "done", "as_of", "state", "note"),
        [
            ("2013-06-30", "2013-06-30", AFTER, "attained", "done_on|2013-06-30|2013-06-30"),
            ("2013-06-30", "2013-07-03", AFTER, "not attained", "done_late|3|2013-06-30"),
            ("2013-06-30", None, dt.date(2013, 7, 10), "not attained", "overdue|10|2013-06-30"),
            (
                "2013-06-30",
                "2013-07-03",
                MID,
                "not attained",
                "overdue|0|2013-06-30",
            ),  # not done by the end of its day
            ("2013-06-30", None, dt.date(2013, 6, 29), "pending", "due_on|2013-06-30"),
            (
                None,
                "2013-12-31",
                AFTER,
                "attained",
                "done_on|2013-12-31|2013-12-31",
            ),  # no date: the period's end
            (None, "2014-01-02", AFTER, "not attained", "done_late|2|2013-12-31"),
            (None, None, MID, "pending", "due_on|2013-12-31"),
        ],
    )
    def test_done_on_or_before_its_date(self, due, done, as_of, state, note):
        got = result("T22", self.one(due=due, done=done), CITY, as_of=as_of)
        assert (got["state"], got["note"]) == (state, note)

    @pytest.mark.parametrize("as_of", [dt.date(2013, 1, 1), MID, END, AFTER])
    def test_the_centre_of_2014_is_pending_throughout_2013(self, as_of):
        assert (
            result("T47", self.one("T47", due="2013-06-30"), CITY, as_of=as_of)["state"]
            == "pending"
        )
        assert result("T47", NOTHING, CITY, as_of=as_of)["state"] == "pending"

    def test_the_centre_of_2014_is_missed_in_2015(self):
        assert (
            result("T47", self.one("T47"), CITY, as_of=dt.date(2015, 1, 1))["state"]
            == "not attained"
        )

    def test_what_is_striven_for_is_never_missed(self):
        assert result("T14", self.one("T14"), CITY, as_of=dt.date(2020, 1, 1))["state"] == "pending"
        assert result("T14", self.one("T14", done="2013-05-01"), CITY)["state"] == "attained"

    def test_nothing_reported_after_the_date_is_no_data(self):
        assert result("T22", NOTHING, CITY)["state"] == "no data"

    def test_the_city_has_done_what_all_towns_have_done(self):
        cells = [
            {"target": "T50", "unit": u.name, "done": "2013-05-01", "date": "2013-12-31"}
            for u in PLAN.towns
        ]
        got = result("T50", rows(*cells), CITY)
        assert (got["state"], got["numerator"], got["denominator"]) == ("attained", 20, 20)
        late = result("T50", rows(*cells[:-1], cells[-1] | {"done": "2014-01-05"}), CITY)
        assert (late["state"], late["note"]) == ("not attained", "done_late|5|2013-12-31")
        assert result("T50", rows(*cells[:-1]), CITY)["state"] == "no data"


def pair(target: str, now: tuple, before: tuple, day: str = "2012-03-01", **more) -> pd.DataFrame:
    """A rate's or a count's measures of this year and the last."""
    cells = []
    for (x, n), date in ((now, "2013-03-01"), (before, day)):
        cells.append(
            {
                "target": target,
                "year": int(date[:4]),
                "date": date,
                "numerator": x,
                "denominator": n,
            }
            | more
        )
    return rows(*cells)


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


class TestChange:
    def test_a_rates_change_has_newcombes_interval(self):
        got = result("T01", pair("T01", (56, 70), (48, 80)))
        assert (got["change_low"], got["change_high"], got["trend"]) == (
            pytest.approx(0.0524, abs=5e-5),
            pytest.approx(0.3339, abs=5e-5),
            "better",
        )
        assert got["change"] == pytest.approx(0.2) and (
            got["previous_numerator"],
            got["previous_denominator"],
        ) == (48, 80)

    def test_worse_beyond_chance_and_within_it(self):
        assert result("T01", pair("T01", (48, 80), (56, 70)))["trend"] == "worse"
        assert result("T01", pair("T01", (94, 100), (96, 100)))["trend"] == "level"

    def test_within_the_year_the_same_months_are_compared(self):
        """What came after 30 June 2012 counts for the whole of that year, and not against this
        June.
        """
        cells = pd.concat(
            [
                pair("T01", (90, 100), (80, 100)),
                rows(
                    {
                        "target": "T01",
                        "year": 2012,
                        "date": "2012-09-01",
                        "numerator": 100,
                        "denominator": 100,
                    }
                ),
            ]
        )
        got = result("T01", cells, as_of=MID)
        assert (got["previous"], got["year_before"]) == (pytest.approx(0.8), pytest.approx(0.9))
        assert result("T01", cells)["previous"] == pytest.approx(0.9)

    def test_a_counts_change_is_a_ratio(self):
        """30 against 10 is three times; its exact interval leaves one out. 3 against 1 is none."""
        for now, before, trend in ((30, 10, "better"), (3, 1, "level")):
            got = result("T24", pair("T24", (now, None), (before, None), unit=CITY), CITY)
            low, high = binomtest(now, now + before).proportion_ci(method="exact")
            assert (got["change_low"], got["change_high"]) == (
                pytest.approx(low / (1 - low)),
                pytest.approx(high / (1 - high)),
            )
            assert got["trend"] == trend

    def test_more_incidents_are_worse(self):
        got = result("T63", pair("T63", (9, None), (1, None), unit=CITY), CITY)
        assert (got["change"], got["trend"]) == (8, "worse")

    def test_the_list_of_what_is_missed_and_worse(self):
        cells = pd.concat(
            [
                pair("T01", (48, 80), (56, 70)),
                pair("T04", (90, 100), (91, 100)),
                pair("T05", (99, 100), (100, 100)),
            ]
        )
        listed = worsening(attain(PLAN, cells, sent(), AFTER, ["丁蜀镇"]))
        assert list(zip(listed["target"], listed["clear"], strict=True)) == [
            ("T01", True),
            ("T04", False),
        ]


class TestForecast:
    def test_what_is_expected_and_needed_by_now(self):
        got = result("T52", rows(*items("T52", 3)), CITY, as_of=MID)
        assert (got["expected"], got["needed"]) == (pytest.approx(8 * 181 / 365), 5)

    def test_the_chance_of_a_count(self):
        """The city's prior is Jeffreys': the rest of the year is negative binomial with 3.5 and
        181/365.
        """
        got = result("T52", rows(*items("T52", 3)), CITY, as_of=MID)
        assert got["probability"] == pytest.approx(nbinom(3.5, 181 / 365).sf(4))

    def test_the_chance_of_a_rate(self):
        """About as many again as last year in the second half: 100 so far, then 100 more, give or
        take 22.
        """
        before = [
            {"year": 2012, "date": d, "numerator": 95, "denominator": 100}
            for d in ("2012-03-01", "2012-09-01")
        ]
        cells = (
            {"target": "T01", "unit": CITY} | c
            for c in [{"numerator": 95, "denominator": 100}, *before]
        )
        got = result("T01", rows(*cells), CITY, as_of=MID)
        came = (100 + 181 / 365) / 201  # of last year's 200, and of one more
        assert got["probability"] == pytest.approx(
            ahead(95, 100, 100 / came - 100, Fraction(19, 20))
        )

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
        assert got["probability"] == pytest.approx(
            ahead(20, 20, 20 * (365 / 181 - 1), Fraction(1)) ** len(strata)
        )


def ahead(x: int, n: int, rest: float, share: Fraction) -> float:
    """By a loop: the mean of nine beta-binomials (Jeffreys) of as many samples as may come."""
    chances = []
    for step in range(9):
        more = round(
            max(rest + norm.ppf((step + 0.5) / 9) * math.hypot(math.sqrt(rest), 0.2 * rest), 0)
        )
        need = math.ceil(share * (n + more))
        chances.append(
            betabinom(more, x + 0.5, n - x + 0.5).sf(need - x - 1) if more else float(x >= need)
        )
    return sum(chances) / 9


class TestDataInHand:
    """What came is held against the time that it covers, and not against the calendar."""

    H2 = frozenset({("registers", "工商局", 2013, 12)})

    @pytest.mark.parametrize("day", [MID, dt.date(2013, 9, 30), dt.date(2013, 12, 30)])
    def test_waiting_for_a_return_makes_nothing_worse(self, day):
        """4 of 7 by June, and half-yearly returns: no later day turns that into behind or into a
        fall.
        """
        before = [
            {"target": "T53", "unit": CITY, "year": 2012, "date": d, "numerator": k}
            for d, k in (("2012-03-01", 4), ("2012-09-01", 3))
        ]
        got = result(
            "T53", rows(*items("T53", 4), *before), CITY, as_of=day, returns=sent(self.H2, day)
        )
        assert (got["state"], got["expected"], got["previous"], got["change"]) == (
            "on track",
            pytest.approx(7 * 181 / 365),
            4,
            0,
        )
        assert got["probability"] == pytest.approx(nbinom(4.5, 181 / 365).sf(2))

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
            "behind",
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
        """A unit that owes one is not behind in June; one that owes five owes two by then (5 x
        181/365 = 2.5).
        """
        one = result(
            "T54", rows(*firms({"丁蜀镇": 9, "官林镇": 8, "高塍镇": 7, "周铁镇": 6})), as_of=MID
        )
        assert (one["threshold"], one["state"]) == ("1", "on track")
        for n, state in ((2, "on track"), (1, "behind")):
            got = result("T52", rows(*items("T52", n, "丁蜀镇"), *firms({"丁蜀镇": 9})), as_of=MID)
            assert (got["threshold"], got["state"]) == ("5", state)


class TestKnownErrors:
    """Those of methods.md that no rule's own tests would catch."""

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


class TestReported:
    @pytest.mark.parametrize("target", [t.id for t in PLAN.targets if t.rule == "reported"])
    def test_no_verdict_is_ever_computed(self, target):
        kind = PLAN.target(target).measure.kind
        cell = (
            {"value": 5.0}
            if kind == "value"
            else {"numerator": 1}
            if kind == "distinct"
            else {"done": "2013-01-01"}
        )
        unit = CITY
        assert (
            result(target, rows({"target": target, "unit": unit} | cell), unit)["state"]
            == "reported"
        )
        owner, form = PLAN.target(target).owner, PLAN.target(target).measure.form
        gone = sent(without=frozenset({(form, owner, 2013, m) for m in range(1, 13)}))
        assert result(target, NOTHING, unit, returns=gone)["state"] == "no data"


class TestTable:
    def test_the_contracts_columns_and_states(self, plan2013, demo_measures, demo_returns):
        table = attain(plan2013, demo_measures, demo_returns, AFTER)
        assert list(table.columns) == [*COLUMNS, *FURTHER]
        assert set(table["state"]) <= set([*State])
        town = sum(t.scope != "city" for t in plan2013.targets)
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
        rules = ~keep["rule"].isin(["milestone", "reported"])
        pd.testing.assert_frame_equal(keep[rules], full[rules])

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


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n - 1), st.just(n))))
def test_one_more_pass_never_hurts(counts):
    x, n = counts
    cells = [
        {"target": t, "unit": u, "numerator": k, "denominator": n}
        for t in ("T01", "T04", "T08", "T23", "T42", "T12")
        for u, k in (("丁蜀镇", x), ("和桥镇", x + 1))
    ]
    table = attain(PLAN, rows(*cells), sent(), AFTER).set_index(["unit", "target"])["state"]
    for cell in cells:
        reached = Fraction(cell["numerator"], n) >= PLAN.target(cell["target"]).share
        assert table[cell["unit"], cell["target"]] == ("attained" if reached else "not attained")


@settings(max_examples=25, deadline=None)
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


@settings(max_examples=8, deadline=None, derandomize=True)
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
