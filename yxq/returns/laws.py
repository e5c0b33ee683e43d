"""The laws that a form declares for its rows, and the rows that break them."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pandas as pd

from yxq.plan.forms import Check, Form
from yxq.returns.texts import each
from yxq.words.reasons import Reason
from yxq.words.text import fold

Law = Callable[[pd.DataFrame, Check], pd.Series]


def _at_most(rows: pd.DataFrame, law: Check) -> pd.Series:
    return (rows[law.column] <= rows[law.of[0]]).fillna(True)


def _not_before(rows: pd.DataFrame, law: Check) -> pd.Series:
    return (rows[law.column] >= rows[law.of[0]]) | rows[law.column].isna() | rows[law.of[0]].isna()


def _needed_with(rows: pd.DataFrame, law: Check) -> pd.Series:
    return rows[law.column].notna() | rows[law.of[0]].isna()


def _share(rows: pd.DataFrame, law: Check) -> pd.Series:
    return rows[law.column].between(0, 1).fillna(True)


def _whole(rows: pd.DataFrame, law: Check) -> pd.Series:
    value = rows[law.column]
    return ((value >= 0) & (value % 1 == 0)).fillna(True)


def _in_period(rows: pd.DataFrame, law: Check) -> pd.Series:
    return ~((rows["from"] < rows["period_from"]) | (rows["to"] > rows["period_to"]))


def _by_period_end(rows: pd.DataFrame, law: Check) -> pd.Series:
    return ~(rows[law.column] > rows["period_to"])


def _a_year_back(rows: pd.DataFrame) -> pd.Series:
    """Which days would be in the period in another year, or lie more than a year before it."""
    year = pd.DateOffset(years=1)
    moved = (rows["to"] + year).between(rows["period_from"], rows["period_to"])
    return moved | (rows["to"] + year < rows["period_from"])


def stands_for(text: str) -> list[tuple[float, float]]:
    """The least and the greatest share that a printed rate may stand for, at its decimals; zeros
    at their end are the format of a column, and no digits.

    Without a percent sign it may be either a share or a percentage.

    >>> stands_for("95.10%"), stands_for("0.95")
    ([(0.9505, 0.9515)], [(0.00945, 0.00955), (0.945, 0.955)])
    """
    plain = fold(text)
    digits = re.sub(r"(\.\d*?)0+$", r"\1", plain.rstrip("%").replace(",", "")).rstrip(".")
    value, half = Decimal(digits), Decimal(5).scaleb(-len(digits.partition(".")[2]) - 1)
    scales = (100,) if plain.endswith("%") else (100, 1)
    return [(float((value - half) / scale), float((value + half) / scale)) for scale in scales]


def _printed_rate(rows: pd.DataFrame, law: Check) -> pd.Series:
    x, n = (rows[name].astype("Float64") for name in law.of)
    share = (x / n.where(n > 0)).to_numpy("float64", na_value=np.nan)
    bounds = each(rows[law.column], lambda text: stands_for(text) if text else [], object)
    fits = [
        not known
        or actual != actual
        or any(low - 1e-9 <= actual <= high + 1e-9 for low, high in known)
        for known, actual in zip(bounds, share, strict=True)
    ]
    return pd.Series(fits, rows.index, bool)


LAWS: dict[str, Law] = {
    "at_most": _at_most,
    "not_before": _not_before,
    "needed_with": _needed_with,
    "share": _share,
    "whole": _whole,
    "in_period": _in_period,
    "by_period_end": _by_period_end,
    "printed_rate": _printed_rate,
}
CODES = {"share": "no_share", "whole": "no_count"}
CODES |= {"at_most": "more_than", "needed_with": "needed_with", "not_before": "before"}


def broken(rows: pd.DataFrame, form: Form) -> list[tuple[Check, pd.Index]]:
    """The laws that are broken, each with the rows that break it.

    rows: a form's columns with from, to, period_from, period_to.
    """
    found = []
    for law in form.checks if len(rows) else ():
        asked = np.ones(len(rows), bool)
        for name, words in law.where.items():
            asked &= rows[name].isin(words).to_numpy()
        holds = LAWS[law.rule](rows, law).astype(bool)
        if (breaks := asked & ~holds.to_numpy()).any():
            found.append((law, rows.index[breaks]))
    return found


def why(law: Check, rows: pd.DataFrame, labels: dict[str, str]) -> Reason | pd.Series:
    """The reason of rows that break a law, or the reason of each."""
    label = labels[law.column]
    if law.rule == "in_period":
        when = np.where(rows["to"] < rows["period_from"], "late_row", "outside_period")
        if rows[law.column].dtype.kind == "M":  # a day, whose year may be a slip
            when = np.where(_a_year_back(rows), "year_back", when)
        return pd.Series([Reason(code) for code in when], rows.index, dtype=object)
    if law.rule == "by_period_end":
        return Reason("outside_period")
    if law.rule == "printed_rate":
        columns = [rows[law.column], *(rows[name].astype("str") for name in law.of)]
        printed = zip(*columns, strict=True)
        reasons = [Reason.of("printed_rate", label, *values) for values in printed]
        return pd.Series(reasons, rows.index, dtype=object)
    if law.rule in ("share", "whole"):
        return rows[law.column].map(lambda value: Reason.of(CODES[law.rule], label, value))
    return Reason.of(CODES[law.rule], label, *(labels[name] for name in law.of))
