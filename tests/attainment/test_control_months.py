"""Months of units between the limits that their own months draw."""

import pandas as pd
import pytest
from judged import PLAN

from yxq.attainment.control import CONTROLLED, control
from yxq.attainment.history import MONTHS


def months(**units: list[tuple[int, int | None]]) -> pd.DataFrame:
    """By month from January 2013, as `history.months` gives them."""
    rows = [
        (unit, pd.Period(f"2013-{n:02}"), x, of, None, None, None)
        for unit, counts in units.items()
        for n, (x, of) in enumerate(counts, 1)
        if of != 0
    ]
    types = {"numerator": "Int64", "denominator": "Int64", "value": "Float64"}
    return pd.DataFrame(rows, columns=MONTHS).astype(types)


EVEN = [(38, 40), (39, 40), (38, 40), (40, 40), (39, 40)]


def test_each_unit_has_limits_of_its_own_months():
    found = control(PLAN.target("T01"), months(甲=[*EVEN, (28, 40)], 乙=[(20, 40)] * 6))
    assert [*found.columns] == CONTROLLED and len(found) == 12
    assert found.groupby("unit", sort=False)["centre"].first().tolist() == [222 / 240, 0.5]
    assert found["rule"].tolist() == [""] * 5 + ["below"] + [""] * 6
    row = found.iloc[5]
    assert (str(row["month"]), row["numerator"], row["denominator"], row["value"]) == (
        "2013-06",
        28,
        40,
        0.7,
    )
    assert row["low"] > 0.7 and row["high"] == 1


@pytest.mark.parametrize("counts", [EVEN, [*EVEN, (0, 0)], [(40, 40)] * 9, [(0, 40)] * 9])
def test_too_few_months_or_a_share_of_all_or_none_draw_no_limits(counts):
    assert control(PLAN.target("T01"), months(甲=counts)).empty


def test_no_months_no_rows():
    assert [*control(PLAN.target("T01"), months()).columns] == CONTROLLED


def test_counts_have_a_chart_of_values_where_there_are_five_a_month():
    found = control(PLAN.target("T20"), months(甲=[(n, None) for n in (10, 12) * 3]))
    assert found["centre"].tolist() == [11] * 6 and found["low"].iloc[0] == pytest.approx(
        5.68, abs=0.01
    )
    assert found["value"].tolist() == [10, 12] * 3
    assert control(PLAN.target("T20"), months(甲=[(4, None), (5, None)] * 3)).empty
    assert len(control(PLAN.target("T20"), months(甲=[(5, None)] * 6))) == 6


def test_months_come_in_their_order():
    rows = months(甲=[*EVEN, (28, 40)])
    assert control(PLAN.target("T01"), rows.iloc[::-1])["month"].is_monotonic_increasing
