"""Which months of a unit stand out from its own others: control charts of a target's months."""

from __future__ import annotations

import pandas as pd

from yxq.plan.target import Target
from yxq.stats import control as charts

CONTROLLED = ["unit", "month", "numerator", "denominator", "value", "centre", "low", "high", "rule"]
PARTS = ["numerator", "denominator"]
FEW = 5  # a month, of which chance makes no bell


def control(target: Target, by_month: pd.DataFrame) -> pd.DataFrame:
    """The months of each unit with the limits that its own months draw, and the rule that is
    broken; by_month: see `attainment.history.months`.

    Columns: unit, month, numerator, denominator, value (a share, else the month's number), centre,
    low, high (limits of a p chart of shares, of an XmR chart of anything else), rule (`below` or
    `above` the limits, `run below` or `run above` from the eighth month in a row on, else empty). A
    unit with fewer than six months, with a share of none or all, or with fewer than five a month of
    what is no share, has no limits and no rows. A month without a row is left out, for it is not
    known to be none.
    """
    if by_month.empty:
        return pd.DataFrame(columns=CONTROLLED)
    parts = [_of_unit(target, rows) for _, rows in by_month.groupby("unit", sort=False)]
    table = pd.concat(parts, ignore_index=True)
    return table.loc[table["centre"].notna(), CONTROLLED].reset_index(drop=True)


def _of_unit(target: Target, rows: pd.DataFrame) -> pd.DataFrame:
    """The chart of one unit."""
    rows = rows.sort_values("month")
    x, n = (rows[name].to_numpy(float, na_value=float("nan")) for name in PARTS)
    chart = charts.p_chart(x, n) if target.kind == "share" else charts.xmr(x)
    varies = 0 < chart.centre < 1 if target.kind == "share" else chart.centre >= FEW
    ends = {"low": chart.low, "high": chart.high, "rule": charts.signals(chart)}
    centre = chart.centre if varies else float("nan")
    return rows.assign(value=chart.value, centre=centre, **ends)
