"""What tests of attainment are given: measures, returns, plans of one target, and a result."""

import datetime as dt
import functools

import pandas as pd

from yxq.attainment.attain import attain
from yxq.attainment.measures import COLUMNS as MEASURES
from yxq.attainment.measures import DTYPES
from yxq.attainment.owed import status
from yxq.plan.folder import Plan
from yxq.plan_folders.load import load

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


def items(target: str, n: int, unit: str = CITY, **more) -> list[dict]:
    return [
        {"target": target, "unit": unit, "numerator": 1, "date": f"2013-0{1 + i % 6}-1{i % 9}"}
        | more
        for i in range(n)
    ]


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
