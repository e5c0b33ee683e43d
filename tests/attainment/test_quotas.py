"""A city's count split among its units: textbook cases, the laws of Sainte-Laguë, and where weights
come from.
"""

import datetime as dt
from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from project import posed

from yxq.attainment.quotas import COLUMNS, OFFICIAL, quotas
from yxq.attainment.results import Results
from yxq.plan.period import EQUAL
from yxq.stats.apportionment import allocate

LAW = settings(max_examples=100, deadline=None, derandomize=True)
NAMES = st.text("丁蜀镇徐舍张渚官林", min_size=1, max_size=4)
weighted = st.dictionaries(NAMES, st.integers(0, 9000), min_size=1, max_size=12)
houses = st.integers(0, 150)


def split(weights: list, seats: int) -> list[int]:
    """Seats in the order of the weights; names in the same order, so that ties go to the first of
    equals.
    """
    return list(allocate({f"{i:02d}": weight for i, weight in enumerate(weights)}, seats).values())


@pytest.mark.parametrize(
    ("weights", "seats", "expected"),
    [
        ([5117, 4400, 162, 161, 160], 100, [51, 43, 2, 2, 2]),  # largest remainder: 51, 44, 2, 2, 1
        ([9061, 7179, 5259, 3319, 1182], 26, [9, 8, 5, 3, 1]),  # largest remainder: 9, 7, 5, 4, 1
        ([6, 6, 2], 9, [4, 4, 1]),
        (
            [6, 6, 2],
            10,
            [5, 4, 1],
        ),  # 6/9, 6/9 and 2/3 are equal claims; largest remainder: 4, 4, 2 ...
        ([6, 6, 2], 11, [5, 5, 1]),  # ... and then takes one back: 5, 5, 1
        ([6, 6, 2], 12, [5, 5, 2]),
        ([53, 24, 23], 7, [3, 2, 2]),
        ([3, 1], 2, [2, 0]),  # 3/3 against 1/1: of equal claims the larger weight
        ([0.3, 0.1], 2, [2, 0]),  # so, too, in tenths, although 0.3 / 3 < 0.1 in binary
        ([1, 1, 1], 2, [1, 1, 0]),
        ([0, 5, 0], 3, [0, 3, 0]),
        ([0, 0, 0], 7, [3, 2, 2]),
        ([7], 4, [4]),
        ([5, 6], 0, [0, 0]),
    ],
)
def test_seats_by_hand(weights, seats, expected):
    assert split(weights, seats) == expected


def test_of_weights_6_6_2_nobody_ever_gives_a_seat_back():
    rows = np.array([split([6, 6, 2], seats) for seats in range(200)])
    assert (np.diff(rows, axis=0) >= 0).all() and (rows.sum(axis=1) == np.arange(200)).all()


def test_of_equal_weights_the_name_decides():
    assert allocate({"乙": 1, "甲": 1, "丙": 1}, 1) == {"丙": 1, "乙": 0, "甲": 0}


def test_nobody_to_split_among():
    assert allocate({}, 5) == {}


@LAW
@given(weighted, houses)
def test_seats_sum_exactly_and_stay_with_those_that_weigh(weights, seats):
    held = allocate(weights, seats)
    assert sum(held.values()) == seats and list(held) == list(weights)
    if any(weights.values()):
        assert all(seats == 0 for unit, seats in held.items() if not weights[unit])
    else:
        assert max(held.values()) - min(held.values()) <= 1


@LAW
@given(weighted, houses)
def test_one_more_seat_goes_to_one_unit_and_takes_from_none(weights, seats):
    now, then = allocate(weights, seats), allocate(weights, seats + 1)
    assert sorted(then[unit] - now[unit] for unit in weights) == [0] * (len(weights) - 1) + [1]


@LAW
@given(weighted, houses, st.randoms(use_true_random=False))
def test_the_order_of_the_units_does_not_matter(weights, seats, random):
    shuffled = list(weights.items())
    random.shuffle(shuffled)
    assert allocate(dict(shuffled), seats) == allocate(weights, seats)


@LAW
@given(weighted, houses, st.integers(2, 10**6))
def test_the_unit_of_the_weights_does_not_matter(weights, seats, times):
    assert allocate({unit: weight * times for unit, weight in weights.items()}, seats) == allocate(
        weights, seats
    )


@LAW
@given(weighted, houses)
def test_weights_in_tenths_are_split_as_their_tenfold(weights, seats):
    """0.1, 0.2 and 0.3 are tenths, not the binary fractions next to them."""
    assert allocate({unit: weight / 10 for unit, weight in weights.items()}, seats) == allocate(
        weights, seats
    )


@LAW
@given(weighted, houses)
def test_seats_go_to_the_largest_of_all_quotients(weights, seats):
    weights = weights if any(weights.values()) else dict.fromkeys(weights, 1)
    claims = [
        (Fraction(weight, 2 * k + 1), weight, unit)
        for unit, weight in weights.items()
        for k in range(seats)
    ]
    claims.sort(key=lambda claim: (-claim[0], -claim[1], claim[2]))
    won = [unit for _, _, unit in claims[:seats]]
    assert allocate(weights, seats) == {unit: won.count(unit) for unit in weights}


@LAW
@given(weighted)
def test_a_split_that_comes_out_even_is_given_as_it_is(weights):
    weights = {unit: weight % 60 for unit, weight in weights.items()}
    assert allocate(weights, sum(weights.values())) == weights


@LAW
@given(weighted, houses)
def test_a_heavier_unit_never_gets_fewer(weights, seats):
    held = allocate(weights, seats)
    ranked = sorted(weights, key=lambda unit: weights[unit])
    assert all(held[a] <= held[b] or weights[a] == weights[b] for a, b in pairwise(ranked))


@pytest.mark.parametrize("weight", [-1, -0.5, float("nan"), float("-inf"), np.nan])
def test_a_weight_that_cannot_be_names_its_unit(weight):
    with pytest.raises(ValueError, match="张渚镇"):
        allocate({"丁蜀镇": 3, "张渚镇": weight}, 5)


def test_weights_may_be_numbers_of_any_kind():
    kinds = {"a": np.int64(5117), "b": 4400.0, "c": np.float64(162), "d": 161, "e": np.float32(160)}
    assert list(allocate(kinds, 100).values()) == [51, 43, 2, 2, 2]


# Where the weights come from


def plan(official=(), **target) -> SimpleNamespace:
    """A plan of one splittable count and three towns."""
    target = {"id": "T09", "splittable": True, "split": None, "constant": 7} | target
    return SimpleNamespace(
        year=2013,
        targets=[SimpleNamespace(**target)],
        towns=[SimpleNamespace(name=name) for name in ("丁蜀镇", "徐舍镇", "张渚镇")],
        quotas=[
            SimpleNamespace(target="T09", unit=unit, quota=quota, source="宜质发")
            for unit, quota in official
        ],
    )


def measures(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["target", "year", "unit", "value"])


FIRMS = [("T90", 2012, "丁蜀镇", 53), ("T90", 2012, "徐舍镇", 24), ("T90", 2012, "张渚镇", 23)]


def shown(table: pd.DataFrame) -> dict[str, int]:
    assert list(table.columns) == COLUMNS and table["quota"].dtype == "int64"
    return dict(zip(table["unit"], table["quota"], strict=True))


def test_official_quotas_stand_whatever_the_basis():
    table = quotas(plan([("丁蜀镇", 5), ("徐舍镇", 1)], split="T90"), measures(*FIRMS))
    assert shown(table) == {"丁蜀镇": 5, "徐舍镇": 1}
    assert set(table["basis"]) == {OFFICIAL} and set(table["source"]) == {"宜质发"}


def test_a_count_is_split_by_the_basis_of_the_year_before():
    later = [("T90", 2013, unit, 1000) for unit in ("张渚镇", "徐舍镇")] + [
        ("T91", 2012, "张渚镇", 1000)
    ]
    table = quotas(plan(split="T90"), measures(*FIRMS, *later))
    assert shown(table) == {"丁蜀镇": 3, "徐舍镇": 2, "张渚镇": 2}
    assert (
        set(table["target"]) == {"T09"}
        and set(table["basis"]) == {"T90"}
        and set(table["source"]) == {""}
    )


def test_the_last_value_of_the_year_before_counts():
    table = quotas(plan(split="T90"), measures(("T90", 2012, "张渚镇", 9000), *FIRMS))
    assert shown(table) == {"丁蜀镇": 3, "徐舍镇": 2, "张渚镇": 2}


def test_an_equal_split_needs_no_measures_and_takes_the_lower_end_of_a_range():
    table = quotas(plan(split=EQUAL, constant=6), measures())
    assert shown(table) == {"丁蜀镇": 2, "徐舍镇": 2, "张渚镇": 2} and set(table["basis"]) == {
        EQUAL
    }


@pytest.mark.parametrize(
    "rows",
    [
        [],
        FIRMS[:2],
        [*FIRMS[:2], ("T90", 2012, "张渚镇", np.nan)],
        [*FIRMS, ("T90", 2012, "张渚镇", np.nan)],  # the last says that it is not known
        [*FIRMS[:2], ("T90", 2011, "张渚镇", 23)],  # an older year's does not stand in
        [("T90", 2011, "张渚镇", 23), *FIRMS[:2]],
        [("T90", 2011, unit, value) for _, _, unit, value in FIRMS],
        [*FIRMS[:2], ("T90", 2013, "张渚镇", 23)],  # nor does the plan's own year's
        [("T90", 2013, unit, value) for _, _, unit, value in FIRMS],
        [*FIRMS[:2], ("T91", 2012, "张渚镇", 23)],  # nor another basis
        [*FIRMS[:2], ("T90", 2012, "湖㳇镇", 23)],  # nor another unit
        [*FIRMS[:2], ("T90", 2012, "张渚镇", -1)],
    ],
)
def test_a_basis_not_reported_for_every_unit_splits_nothing(rows):
    assert shown(quotas(plan(split="T90"), measures(*rows))) == {}


def test_nothing_is_split_without_a_basis_or_where_it_cannot_be():
    assert shown(quotas(plan(), measures(*FIRMS))) == {}
    assert (
        shown(quotas(plan([("丁蜀镇", 5)], splittable=False, split=EQUAL), measures(*FIRMS))) == {}
    )


@pytest.mark.parametrize("place", range(4))
def test_of_several_years_that_before_the_plans_counts_wherever_it_stands(place):
    """2011 and 2013 would give all seven to 张渚镇."""
    others = [
        (id, year, unit, 9000 if unit == "张渚镇" else 0)
        for id, year in (("T90", 2011), ("T90", 2013), ("T91", 2012))
        for unit in ("丁蜀镇", "徐舍镇", "张渚镇")
    ]
    rows = [*others[: 3 * place], *FIRMS, *others[3 * place :]]
    assert shown(quotas(plan(split="T90"), measures(*rows))) == {
        "丁蜀镇": 3,
        "徐舍镇": 2,
        "张渚镇": 2,
    }


def cells(table: pd.DataFrame) -> list[list]:
    assert list(table.columns) == COLUMNS
    return table.values.tolist()


def test_every_cell_of_shares_by_a_basis():
    """53, 24 and 23 firms: a third of the hundred is the mean."""
    assert cells(quotas(plan(split="T90"), measures(*FIRMS))) == [
        ["丁蜀镇", "T09", 3, "T90", "", pytest.approx(1.59)],
        ["徐舍镇", "T09", 2, "T90", "", pytest.approx(0.72)],
        ["张渚镇", "T09", 2, "T90", "", pytest.approx(0.69)],
    ]


def test_every_cell_of_equal_shares():
    """Of equal weights the name that sorts first comes first: 丁蜀镇, 张渚镇, 徐舍镇."""
    assert cells(quotas(plan(split=EQUAL, constant=8), measures(*FIRMS))) == [
        ["丁蜀镇", "T09", 3, EQUAL, "", 1.0],
        ["徐舍镇", "T09", 2, EQUAL, "", 1.0],
        ["张渚镇", "T09", 3, EQUAL, "", 1.0],
    ]


@pytest.mark.parametrize("split", [None, EQUAL, "T90"])
def test_every_cell_of_official_shares(split):
    """In the order of quotas.csv, and only for whom it names; a share of none is one."""
    official = [("张渚镇", 4), ("丁蜀镇", 0)]
    assert cells(quotas(plan(official, split=split), measures(*FIRMS))) == [
        ["张渚镇", "T09", 4, OFFICIAL, "宜质发", 1.0],
        ["丁蜀镇", "T09", 0, OFFICIAL, "宜质发", 1.0],
    ]


def test_a_basis_of_noughts_splits_equally_and_nobody_has_a_size():
    rows = [("T90", 2012, unit, 0) for _, _, unit, _ in FIRMS]
    assert cells(quotas(plan(split="T90", constant=4), measures(*rows))) == [
        ["丁蜀镇", "T09", 2, "T90", "", 0.0],
        ["徐舍镇", "T09", 1, "T90", "", 0.0],
        ["张渚镇", "T09", 1, "T90", "", 0.0],
    ]


def test_each_target_has_its_own_kind_of_share_in_the_plans_order():
    """T52 is official, T20 by firms; T09 has no basis and T01 no share at all."""
    made = plan([("丁蜀镇", 9)])
    about = {"splittable": True, "split": "T90", "constant": 7}
    made.targets = [
        SimpleNamespace(**about | {"id": "T52", "constant": 2}),
        SimpleNamespace(**about | {"id": "T09", "split": None}),
        SimpleNamespace(**about | {"id": "T01", "splittable": False}),
        SimpleNamespace(**about | {"id": "T20"}),
    ]
    made.quotas = [SimpleNamespace(target="T52", unit="徐舍镇", quota=2, source="文件")]
    table = quotas(made, measures(*FIRMS))
    assert table[["target", "unit", "quota", "basis", "source"]].values.tolist() == [
        ["T52", "徐舍镇", 2, OFFICIAL, "文件"],
        ["T20", "丁蜀镇", 3, "T90", ""],
        ["T20", "徐舍镇", 2, "T90", ""],
        ["T20", "张渚镇", 2, "T90", ""],
    ]


def test_shares_of_a_plan_are_split_by_its_own_definition_of_the_basis(plan2013, demo_processed):
    """Measures of two plans hold the basis once a plan; attainment takes the plan's own."""
    own = Results(plan2013, demo_processed, dt.date(2014, 1, 31))
    two = Results(plan2013, demo_processed, dt.date(2014, 1, 31))
    other = own.measures.assign(plan="yixing-2014")
    other.loc[(other["target"] == "firms_of_scale") & (other["unit"] == "湖㳇镇"), "value"] = 9000
    posed(two, measures=pd.concat([own.measures, other], ignore_index=True))
    assert len(own.quotas)
    pd.testing.assert_frame_equal(two.quotas, own.quotas)
