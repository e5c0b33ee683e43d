"""The change of a rate parted into what was sampled and how it did: by hand and by laws."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judged import CITY, PLAN

from yxq.attainment.drill import PARTED, parted

MID, AFTER = dt.date(2013, 6, 30), dt.date(2014, 1, 31)
T01 = [PLAN.target("T01")]
COLUMNS = ["date", "unit", "product", "result"]


def records(*batches: tuple) -> dict[str, pd.DataFrame]:
    """Inspections: day, unit, product, passed and all of that day."""
    rows = [
        (day, unit, product, "pass" if n < passed else "fail")
        for day, unit, product, passed, total in batches
        for n in range(total)
    ]
    made = pd.DataFrame(rows, columns=COLUMNS).astype({"date": "datetime64[us]"})
    texts = {"sample_no": "C", "firm": "甲厂", "class": "product", "failing_item": None}
    made = made.assign(**texts, once=True, file="a", sheet="", row=range(2, len(made) + 2))
    return {"inspections": made.assign(**{"from": made["date"], "to": made["date"]})}


def found(*batches: tuple, unit: str = "丁蜀镇", as_of: dt.date = AFTER) -> pd.DataFrame:
    return parted(PLAN, T01, records(*batches), unit, as_of)


def both(before: dict, now: dict) -> pd.DataFrame:
    """Products with passed and all of each year."""
    batches = [("2012-05-01", "丁蜀镇", name, *pair) for name, pair in before.items()]
    return found(*batches, *[("2013-05-01", "丁蜀镇", name, *pair) for name, pair in now.items()])


def parts(before: dict, now: dict) -> tuple[float, float]:
    sums = both(before, now)[["mix", "rate"]].sum()
    return sums["mix"], sums["rate"]


def test_every_column_by_hand():
    """Half cement at 80 %, half steel at 100 % before; now 3 in 4 cement at 90 %, steel at 80 %.

    Cement: (.75 - .5) x .85 = .2125, (.9 - .8) x .625 = .0625; steel: (.25 - .5) x .9 = -.225,
    (.8 - 1) x .375 = -.075.
    """
    rows = both({"水泥": (8, 10), "钢材": (10, 10)}, {"水泥": (27, 30), "钢材": (8, 10)})
    assert [*rows.columns] == PARTED
    cement, steel = rows.set_index("item").loc[["水泥", "钢材"]].to_dict("records")
    assert [cement[name] for name in PARTED[2:6]] == [8, 10, 27, 30]
    assert [cement["mix"], cement["rate"]] == pytest.approx([0.2125, 0.0625])
    assert [steel["mix"], steel["rate"]] == pytest.approx([-0.225, -0.075])
    assert [steel[name] for name in PARTED[2:6]] == [10, 10, 8, 10]


def test_of_what_is_to_be_rare_what_is_counted_is_parted():
    """8 of 10 count, whether that is good or bad."""
    given = T01[0].model_dump(by_alias=True) | {"require": "<= 5%"}
    less = type(T01[0]).model_validate(given)
    days = ("2012-05-01", 8, 10), ("2013-05-01", 27, 30)
    batches = [(day, "丁蜀镇", name, *pair) for day, *pair in days for name in ("水泥", "钢材")]
    rows = parted(PLAN, [less], records(*batches), "丁蜀镇", AFTER)
    assert rows[PARTED[2:6]].to_numpy().tolist() == [[8, 10, 27, 30]] * 2
    assert rows["rate"].tolist() == pytest.approx([0.05, 0.05])


def test_simpsons_reversal_by_hand():
    """Each product worse by two points, all together better by six."""
    mix, rate = parts({"甲": (80, 100), "乙": (98, 100)}, {"甲": (39, 50), "乙": (144, 150)})
    assert rate == pytest.approx(-0.02) and mix + rate == pytest.approx(183 / 200 - 178 / 200)
    assert mix > 0 > rate and mix + rate > 0


@pytest.mark.parametrize(
    ("before", "now", "mix", "rate"),
    [
        ({"甲": (9, 10), "乙": (5, 10)}, {"甲": (9, 10), "乙": (5, 10)}, 0, 0),
        ({"甲": (9, 10), "乙": (5, 10)}, {"甲": (10, 10), "乙": (6, 10)}, 0, 0.1),
        ({"甲": (9, 10), "乙": (5, 10)}, {"甲": (27, 30), "乙": (5, 10)}, 0.1, 0),
        ({"甲": (9, 10), "乙": (5, 10)}, {"甲": (9, 10)}, 0.2, 0),  # what is gone is all mix
        ({"甲": (9, 10)}, {"甲": (9, 10), "丙": (0, 5)}, -0.3, 0),  # and what is new
    ],
)
def test_mix_and_rate_by_hand(before, now, mix, rate):
    assert parts(before, now) == pytest.approx((mix, rate), abs=1e-12)


@pytest.mark.parametrize(
    "years", [({}, {"甲": (9, 10), "乙": (9, 10)}), ({"甲": (9, 10)}, {}), ({"甲": (9, 10)},) * 2]
)
def test_nothing_is_parted_of_one_year_or_one_product(years):
    assert both(*years).empty


def test_the_same_days_of_both_years_and_the_units_own_batches():
    batches = [
        ("2012-06-30", "丁蜀镇", "水泥", 1, 2),
        ("2012-07-01", "丁蜀镇", "水泥", 0, 9),
        ("2012-02-01", "丁蜀镇", "钢材", 2, 2),
        ("2013-06-30", "丁蜀镇", "水泥", 3, 4),
        ("2013-07-01", "丁蜀镇", "钢材", 0, 7),
        ("2013-02-01", "丁蜀镇", "钢材", 2, 3),
        ("2013-02-01", "和桥镇", "钢材", 0, 5),
    ]
    rows = found(*batches, as_of=MID)
    assert rows[PARTED[:6]].to_numpy().tolist() == [
        ["T01", "水泥", 1, 2, 3, 4],
        ["T01", "钢材", 2, 2, 2, 3],
    ]
    whole = found(*batches, unit=CITY)
    assert whole[PARTED[1:6]].to_numpy().tolist() == [["水泥", 1, 11, 3, 4], ["钢材", 2, 2, 2, 15]]


counts = st.dictionaries(
    st.sampled_from(["甲", "乙", "丙", "丁"]),
    st.integers(1, 6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    min_size=1,
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True)
@given(counts, counts)
def test_both_parts_add_up_to_the_change(before, now):
    if len({*before, *now}) > 1:
        (x1, n1), (x0, n0) = (map(sum, zip(*year.values(), strict=True)) for year in (now, before))
        assert sum(parts(before, now)) == pytest.approx(x1 / n1 - x0 / n0, abs=1e-12)


@pytest.mark.slow
@settings(max_examples=30, deadline=None, derandomize=True)
@given(counts, counts)
def test_turned_round_in_time_both_parts_change_their_sign(before, now):
    there, back = parts(before, now), parts(now, before)
    assert there == pytest.approx((-back[0], -back[1]), abs=1e-12)
