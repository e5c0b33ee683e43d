"""Units beside each other: funnel limits, how many lie outside by chance, what gets worse."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from yxq.attainment.comparison import BEYOND, FUNNEL, by_chance, funnel, limits, shrunken, worsening

CITY = "宜兴市"
PLAN = SimpleNamespace(city=SimpleNamespace(name=CITY))


def quantile(n: int, centre: float, tail: float) -> float:
    """The share below which a tail of the binomial lies, interpolated (Spiegelhalter 2005)."""
    k = 0
    while binom.cdf(k, n, centre) <= tail:
        k += 1
    within = (binom.cdf(k, n, centre) - tail) / binom.pmf(k, n, centre)
    return min(1.0, max(0.0, (k - within) / n))


def four(n: int, centre: float) -> list[float]:
    """low 95, high 95, low 99.8, high 99.8."""
    ends = []
    for tail in (0.025, 0.001):
        ends += [quantile(n, centre, tail), 1 - quantile(n, 1 - centre, tail)]
    return ends


def attained(*rows: tuple) -> pd.DataFrame:
    """Rates of units: target, unit, passed, of."""
    frame = pd.DataFrame(rows, columns=["target", "unit", "numerator", "denominator"])
    value = frame["numerator"] / frame["denominator"].where(frame["denominator"] > 0)
    return frame.assign(kind="share", value=value)


class TestLimits:
    @pytest.mark.parametrize(("n", "centre"), [(100, 0.9), (60, 0.95), (400, 0.7), (7, 0.5)])
    def test_each_of_the_four_at_its_place(self, n, centre):
        found = limits(pd.Series([n], index=[5]), pd.Series([centre], index=[5]))
        assert [*found.columns] == ["low_95", "high_95", "low_998", "high_998"]
        assert [*found.index] == [5]
        assert found.loc[5].tolist() == pytest.approx(four(n, centre))

    def test_the_outer_pair_lies_outside_the_inner_and_the_lows_below_the_highs(self):
        found = limits(pd.Series([100]), pd.Series([0.9])).iloc[0]
        assert found["low_998"] < found["low_95"] < 0.9 < found["high_95"] < found["high_998"]

    def test_a_row_has_the_limits_of_its_own_number(self):
        found = limits(pd.Series([30, 900]), pd.Series([0.9, 0.8]))
        assert found.iloc[0].tolist() == pytest.approx(four(30, 0.9))
        assert found.iloc[1].tolist() == pytest.approx(four(900, 0.8))


TOWNS = [
    ("甲镇", 65, 100, "far below"),
    ("乙镇", 70, 100, "below"),
    ("丙镇", 79, 100, ""),
    ("丁镇", 90, 100, "above"),
    ("戊镇", 93, 100, "far above"),
]


class TestFunnel:
    """Around 80 % and of 100, chance allows 71.4 to 88.0 (95 %) and 66.3 to 91.9 (99.8 %)."""

    @pytest.fixture
    def found(self):
        towns = [("T01", unit, have, of) for unit, have, of, _ in TOWNS]
        return funnel(PLAN, attained(*towns, ("T01", CITY, 400, 500)))

    def test_every_cell(self, found):
        assert [*found.columns] == FUNNEL
        ends = four(100, 0.8)
        assert len(found) == len(TOWNS)
        for row, (unit, have, of, beyond) in zip(found.to_dict("records"), TOWNS, strict=True):
            names = ("low_95", "high_95", "low_998", "high_998")
            assert [row[name] for name in names] == pytest.approx(ends)
            told = [row[name] for name in (*FUNNEL[:6], "tau", "beyond", "beyond_chance")]
            assert told == ["T01", unit, have, of, have / of, 0.8, 0.0, beyond, beyond]

    def test_the_cases_stand_where_they_should(self):
        low, high, least, most = four(100, 0.8)
        assert [round(end, 3) for end in (low, high, least, most)] == [0.714, 0.880, 0.663, 0.919]
        shares = [have / of for _, have, of, _ in TOWNS]
        assert shares[0] < least < shares[1] < low < shares[2] < high < shares[3] < most < shares[4]
        assert [beyond for *_, beyond in TOWNS if beyond] == BEYOND

    def test_the_centre_is_the_citys_own_rate_of_each_target(self):
        """Not the towns' pooled rate: two towns may share a record."""
        found = funnel(
            PLAN,
            attained(
                ("T01", "甲镇", 9, 10),
                ("T04", "甲镇", 19, 20),
                ("T01", CITY, 30, 40),
                ("T04", CITY, 99, 100),
                ("T01", "乙镇", 5, 10),
            ),
        )
        assert found[["target", "unit", "centre"]].values.tolist() == [
            ["T01", "甲镇", 0.75],
            ["T04", "甲镇", 0.99],
            ["T01", "乙镇", 0.75],
        ]

    def test_what_has_no_rate_is_left_out(self):
        """No samples, no city to compare with, and no rate at all."""
        rows = attained(
            ("T01", "甲镇", 9, 10),
            ("T01", "乙镇", 0, 0),
            ("T01", CITY, 9, 10),
            ("T04", "甲镇", 9, 10),
            ("T05", "甲镇", 9, 10),
            ("T05", CITY, 0, 0),
            ("T52", "甲镇", 3, 4),
            ("T52", CITY, 3, 4),
            ("T07", "甲镇", 1, 1),
            ("T07", CITY, 3, 4),
        )
        rows.loc[rows["target"] == "T52", "kind"] = "count"
        found = funnel(PLAN, rows)
        assert found[["target", "unit"]].values.tolist() == [["T01", "甲镇"], ["T07", "甲镇"]]
        assert [*found.index] == [0, 1]

    @pytest.mark.parametrize(("have", "centre"), [(0, 1), (3, 99)])
    def test_a_rate_on_its_limit_is_not_beyond_it(self, have, centre):
        """Of three samples none or all may well fail; the limits are then 0 and 1 themselves."""
        city = ("T01", CITY, {1: 40, 99: 60}[centre], 100)
        [row] = funnel(PLAN, attained(("T01", "甲镇", have, 3), city)).to_dict("records")
        edge = [row["low_95"], row["low_998"]] if have == 0 else [row["high_95"], row["high_998"]]
        assert edge == [row["value"]] * 2
        assert row["beyond"] == ""


def outside(n: int, centre: float, low: float, high: float) -> float:
    """The chance of a rate outside two limits, outcome by outcome."""
    return sum(binom.pmf(k, n, centre) for k in range(n + 1) if k / n < low or k / n > high)


def limited(n: int, low: float, high: float) -> pd.DataFrame:
    """A unit of a city at 50 % with given limits."""
    return pd.DataFrame({"denominator": [n], "centre": [0.5], "low_95": [low], "high_95": [high]})


ONES = [(100, 0.8), (7, 0.5), (40, 0.97), (3, 0.6), (1, 0.9)]


class TestByChance:
    @pytest.mark.parametrize(("n", "centre"), ONES)
    def test_of_one_unit(self, n, centre):
        rows = funnel(
            PLAN, attained(("T01", "甲镇", n, n), ("T01", CITY, round(centre * 100), 100))
        )
        low, high = four(n, centre)[:2]
        assert by_chance(rows) == pytest.approx(outside(n, centre, low, high))

    def test_of_several_it_is_the_sum(self):
        rows = funnel(
            PLAN,
            attained(
                ("T01", "甲镇", 90, 100),
                ("T01", "乙镇", 6, 7),
                ("T04", "甲镇", 39, 40),
                ("T01", CITY, 80, 100),
                ("T04", CITY, 97, 100),
            ),
        )
        cases = [(100, 0.8), (7, 0.8), (40, 0.97)]
        chances = [outside(n, centre, *four(n, centre)[:2]) for n, centre in cases]
        assert by_chance(rows) == pytest.approx(sum(chances))
        assert by_chance(rows) > by_chance(rows.iloc[:1]) > 0

    def test_a_limit_that_is_an_outcome_counts_as_inside(self):
        """Of ten at 20 % and 80 %: 2 and 8 lie on the limits, 0, 1, 9 and 10 beyond."""
        rows = limited(10, 0.2, 0.8)
        assert by_chance(rows) == pytest.approx((1 + 10 + 10 + 1) / 1024)

    def test_where_nothing_can_lie_outside_it_is_none(self):
        rows = limited(3, 0.0, 1.0)
        assert by_chance(rows) == 0

    def test_below_alone_and_above_alone(self):
        rows = limited(4, 0.3, 1.0)
        assert by_chance(rows) == pytest.approx(5 / 16)
        rows = rows.assign(low_95=0.0, high_95=0.9)
        assert by_chance(rows) == pytest.approx(1 / 16)


WORSE = [
    # what is asked, state, change, trend; whether it is listed, and as beyond chance
    (">= 95%", "not attained", -0.02, "worse", True, True),
    (">= 95%", "not attained", -0.02, "level", True, False),
    (">= 95%", "behind", -0.02, "level", True, False),
    (">= 95%", "not attained", 0.02, "better", False, None),
    (">= 95%", "not attained", 0.0, "level", False, None),
    (">= 95%", "not attained", pd.NA, "", False, None),
    (">= 95%", "attained", -0.02, "worse", False, None),
    (">= 95%", "on track", -0.02, "worse", False, None),
    (">= 95%", "no data", -0.02, "", False, None),
    (">= 15", "behind", -3, "worse", True, True),
    (">= 15", "behind", 3, "", False, None),
    ("<= 0", "not attained", 1, "worse", True, True),
    ("<= 0", "not attained", 1, "level", True, False),
    ("<= 0", "not attained", -1, "better", False, None),
    ("<= 0", "not attained", 0, "level", False, None),
    ("<= 0", "attained", 1, "worse", False, None),
    ("> last_year", "not attained", -0.5, "", True, False),
]


class TestWorsening:
    @pytest.mark.parametrize(("require", "state", "change", "trend", "listed", "clear"), WORSE)
    def test_missed_and_worse_than_the_year_before(
        self, require, state, change, trend, listed, clear
    ):
        """More of what must not happen is worse, of everything else less."""
        row = pd.DataFrame({"require": [require], "state": [state], "trend": [trend]})
        row["change"] = pd.array([change], "Float64")
        found = worsening(row)
        assert found["clear"].tolist() == ([clear] if listed else [])

    def test_beyond_chance_first_else_in_the_order_that_they_stand_in(self):
        rows = pd.DataFrame(
            WORSE, columns=["require", "state", "change", "trend", "listed", "clear"]
        )
        rows["change"] = pd.array(rows["change"].tolist(), "Float64")
        listed = [place for place, row in enumerate(WORSE) if row[4]]
        clear = [place for place in listed if WORSE[place][5]]
        found = worsening(rows)
        assert [*found.index] == [*clear, *(place for place in listed if place not in clear)]
        assert [*found.columns] == [*rows.columns]
        assert found["clear"].tolist() == [True] * len(clear) + [False] * (len(listed) - len(clear))


class TestShrunken:
    """Rates drawn towards all units' level, where the unit's own samples weigh less."""

    ALIKE = [("T01", f"镇{n}", 72, 80) for n in range(4)] + [("T01", "小镇", 8, 10)]

    def test_a_small_units_rate_is_drawn_towards_all_and_a_large_ones_is_left(self):
        """Of units that spread between 50 and 100 % a unit weighs more by itself."""
        towns = [("T01", f"镇{n}", x, 100) for n, x in enumerate((50, 100, 60, 90, 55, 95))]
        rates, weighs = shrunken(
            PLAN, attained(*towns, ("T01", "小镇", 1, 2), ("T01", CITY, 9, 10))
        )
        assert 2 < weighs < 100 and rates.iloc[:6].isna().all() and rates.isna().iloc[7]
        assert 0.5 < rates.iloc[6] < 451 / 602

    def test_by_hand_where_units_differ_by_chance_alone(self):
        """x + .5 of n + 1 is 296.5 / 331; they spread less than by chance, so all weigh 330 - 1."""
        rates, weighs = shrunken(PLAN, attained(*self.ALIKE))
        mean = 296.5 / 331
        assert weighs == pytest.approx(329)
        expected = [(mean * 329 + x) / (329 + n) for _, _, x, n in self.ALIKE]
        assert rates.tolist() == pytest.approx(expected)
        assert rates.iloc[4] == pytest.approx(0.8929, abs=5e-5)

    def test_the_city_units_without_samples_and_few_units_are_not_drawn_in(self):
        rows = attained(*self.ALIKE, ("T01", "无镇", 0, 0), ("T01", CITY, 296, 330))
        rates, _ = shrunken(PLAN, rows)
        assert rates.notna().tolist() == [True] * 5 + [False, False]
        assert shrunken(PLAN, attained(*self.ALIKE[1:]))[0].isna().all()

    def test_it_is_nearer_to_the_truth_where_samples_are_few(self):
        rng, plain, drawn = np.random.default_rng(12), 0.0, 0.0
        for _ in range(100):
            n, truth = rng.integers(8, 60, 20), rng.beta(47, 3, 20)
            x = rng.binomial(n, truth)
            towns = [("T01", f"镇{k}", a, b) for k, (a, b) in enumerate(zip(x, n, strict=True))]
            rates, _ = shrunken(PLAN, attained(*towns))
            small = rates.notna().to_numpy()
            plain += ((x / n - truth)[small] ** 2).sum()
            drawn += ((rates.to_numpy() - truth)[small] ** 2).sum()
        assert drawn < 0.6 * plain
