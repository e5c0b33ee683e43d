"""The laws that a form declares for its rows, as a pandera schema, and the rows that break them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pandas as pd
import pandera.pandas as pa

from yxq.plan.folder import Folder
from yxq.plan.forms import Check, Form
from yxq.returns.texts import each
from yxq.words.reasons import reason
from yxq.words.text import fold

DTYPES = {"date": "datetime64[us]", "year": "Int64", "count": "Int64", "number": "Float64"}
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


def stands_for(text: str) -> list[tuple[float, float]]:
    """The least and the greatest share that a printed rate may stand for, at the decimals that it
    is printed with.

    Without a percent sign it may be either a share or a percentage.

    >>> stands_for("95.0%"), stands_for("0.95")
    ([(0.9495, 0.9505)], [(0.00945, 0.00955), (0.945, 0.955)])
    """
    plain = fold(text)
    digits = plain.rstrip("%").replace(",", "")
    value, half = Decimal(digits), Decimal(5).scaleb(-len(digits.partition(".")[2]) - 1)
    bounds = [
        ((value - half) / scale, (value + half) / scale)
        for scale in ((100,) if plain.endswith("%") else (100, 1))
    ]
    return [(float(low), float(high)) for low, high in bounds]


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
    "printed_rate": _printed_rate,
}


def schema(form: Form, folder: Folder) -> pa.DataFrameSchema:
    """A form's columns and laws; a law's check is named by its place in the form."""
    columns = {}
    for name, column in form.columns.items():
        checks = [pa.Check.ge(0)] if column.type == "count" else []
        if column.type == "word":
            checks.append(pa.Check.isin([*column.words, *filter(None, [column.otherwise])]))
        if column.type == "unit":
            checks.append(pa.Check.isin([unit.name for unit in folder.units]))
        columns[name] = pa.Column(DTYPES.get(column.type), checks, nullable=True)

    def check(number: int, law: Check) -> pa.Check:
        def holds(rows: pd.DataFrame) -> pd.Series:
            there = np.ones(len(rows), bool)
            for name, wanted in law.where.items():
                there &= rows[name].isin(wanted).to_numpy()
            return LAWS[law.rule](rows, law).astype(bool) | ~there

        return pa.Check(holds, name=str(number), ignore_na=False)

    return pa.DataFrameSchema(
        columns, [check(number, law) for number, law in enumerate(form.checks)]
    )


def broken(rows: pd.DataFrame, form: Form, folder: Folder) -> list[tuple[Check, pd.Index]]:
    """The laws that are broken, each with the rows that break it.

    rows: a form's columns with from, to, period_from, period_to. Raises pandera's error when a
    column is not what its type says, which no row of a return can bring about.
    """
    laws = schema(form, folder)
    pa.DataFrameSchema(laws.columns).validate(rows)
    # one by one: a report on a million rows that break a law takes pandera minutes to word
    kept = [check(rows).check_output for check in laws.checks] if len(rows) else []
    return [
        (law, rows.index[~holds])
        for law, holds in zip(form.checks, kept, strict=False)
        if not holds.all()
    ]


def told(law: Check, rows: pd.DataFrame, labels: dict[str, str]) -> pd.Series:
    """The reason for each of the rows that break a law."""
    label, others = labels[law.column], [labels[name] for name in law.of]
    if law.rule == "in_period":
        early = rows["to"] < rows["period_from"]
        return pd.Series(np.where(early, "late_row", "outside_period"), rows.index, "str")
    if law.rule == "printed_rate":
        x, n = (rows[name].astype("str") for name in law.of)
        return pd.Series(
            [
                reason("printed_rate", label, *row)
                for row in zip(rows[law.column], x, n, strict=True)
            ],
            rows.index,
            "str",
        )
    if law.rule in ("share", "whole"):
        code = {"share": "no_share", "whole": "no_count"}[law.rule]
        return rows[law.column].map(lambda value: reason(code, label, value)).astype("str")
    code = {"at_most": "more_than", "needed_with": "needed_with", "not_before": "before"}[law.rule]
    return pd.Series(reason(code, label, *others), rows.index, "str")
