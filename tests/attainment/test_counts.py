"""Counts against a least, a most and a unit's share."""

import pandas as pd
import pytest
from ahead_by_hand import chance_of_count, one_count
from judged import AFTER, CITY, END, MID, NOTHING, PLAN, firms, items, result, rows, sent

from yxq.attainment.attain import attain
from yxq.attainment.quotas import quotas
from yxq.plan.period import Quota


class TestCounts:
    @pytest.mark.parametrize("target", ["T20", "T35", "T52", "T53", "T54", "T57"])
    def test_the_citys_count_targets(self, target):
        least = int(PLAN.target(target).constant)
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
        """181 of 365 days are over on 30 June: 8 x 181/365 = 3.97; no year before is known."""
        unknown = frozenset({("registers", "质监局", 2012, month) for month in (3, 6, 9, 12)})
        for n, state in ((4, "on track"), (3, "behind"), (8, "attained")):
            got = result("T52", rows(*items("T52", n)), CITY, MID, sent(unknown, MID))
            assert got["state"] == state

    def test_a_towns_share_is_not_invented(self):
        """Without the numbers that a count is split by there is no share, and without a share no
        verdict.
        """
        got = result("T52", rows(*items("T52", 3, "丁蜀镇")))
        assert (got["state"], got["numerator"], got["bound"], got["note"]) == (
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
        assert (got["state"], got["bound"], got["needed"], got["note"]) == (
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
        assert table.loc[("丁蜀镇", "T52"), ["state", "bound", "needed", "note"]].tolist() == [
            "not attained",
            "8",
            5,
            "quota_official",
        ]
        assert table.loc[("和桥镇", "T52"), "state"] == "not applicable"
        assert table.loc[(CITY, "T52"), ["bound", "needed"]].tolist() == [
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


def test_what_may_be_at_most_is_on_no_pace():
    """That so many are allowed is nothing to get to by the year's end."""
    got = result("T63", rows({"target": "T63", "numerator": 0}), as_of=MID)
    assert (got["state"], got["have"], got["gap"]) == ("on track", 0, 0)
    assert got[["asked", "expected"]].isna().all()


def test_what_may_be_at_most_has_a_chance_where_a_year_before_is_in():
    """No incident in any of 20 towns last year: one is unlikely in the half that is left, and less
    so the more towns are asked together.
    """
    none = rows({"target": "T63", "numerator": 0})
    town, city = (result("T63", none, unit, MID)["probability"] for unit in ("丁蜀镇", CITY))
    assert 0.5 < city < town < 1
    assert city == pytest.approx(1 - chance_of_count(0, 1, one_count(0, 181 / 365, 0, 0)))
    unknown = frozenset({("registers", "质监局", 2012, month) for month in (3, 6, 9, 12)})
    assert pd.isna(result("T63", none, as_of=MID, returns=sent(unknown, MID))["probability"])
