"""Every column of `attain` for a cell of each kind in each state, by hand, and its exact edges."""

import datetime as dt
import math
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from ahead_by_hand import alone, chance_of_count, chance_of_rate, one_count, one_rate
from judged import AFTER, CITY, END, MID, NOTHING, PLAN, firms, items, only, result, rows, sent
from scipy.stats import binom, binomtest, hypergeom
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from yxq.attainment.attain import attain
from yxq.attainment.history import months
from yxq.attainment.owed import status
from yxq.plan.folder import Plan
from yxq.plan.requirement import parse
from yxq.stats.ahead import SAMPLES, Years, counts_ahead, rates_ahead

pytestmark = pytest.mark.slow  # not part of `make quick`

TOWN = "丁蜀镇"
BOUND = {  # of the targets here, what is asked where that is a number or a day
    **{"T01": "95%", "T02": "100%", "T06": "1/3", "T20": "15", "T29": "1..2", "T40": "100%"},
    **{"T14": "open", "T42": "1/3", "T47": "2014-12-31", "T52": "8", "T63": "0"},
}
START, LAST = dt.date(2013, 1, 1), dt.date(2012, 12, 31)
EVERY = [
    *("unit", "target", "clause", "kind", "require", "bound"),
    *("numerator", "denominator", "value", "state", "evidence", "low", "high"),
    *("gap", "needed", "previous", "change", "probability", "as_of", "received_by", "note"),
    *("further", "have", "asked", "expected", "done"),
    *("previous_numerator", "previous_denominator", "year_before"),
    *("change_low", "change_high", "trend", "earned", "mark"),
]
TEXTS = [
    "unit",
    "target",
    "clause",
    "kind",
    "require",
    "bound",
    "state",
    "evidence",
    "note",
    "trend",
    "earned",
    "mark",
]
UNITS = [unit.name for unit in PLAN.towns]
GONE = 181 / 365  # of the year on 30 June
QUARTERS = (3, 6, 9, 12)
P95 = Fraction(19, 20)


def without(form: str, sender: str, *ends: tuple[int, int]) -> frozenset:
    """The returns of a form that did not come, by the year and month in which their periods end."""
    return frozenset((form, sender, year, month) for year, month in ends)


REGISTERS = ("registers", "质监局")
ANNUAL = ("annual", "住建局")
Q1_GONE = without(*REGISTERS, (2013, 3))
Q4_GONE = without(*REGISTERS, (2013, 12))
ALL_GONE = without(*REGISTERS, *((2013, month) for month in QUARTERS))


def ratio(now: int, before: int) -> dict:
    """A count against another: the exact interval of their ratio, and which way it points."""
    if now + before == 0:
        return {"change_low": 0.0, "change_high": math.inf, "trend": "level"}
    share = binomtest(now, now + before).proportion_ci(0.95, method="exact")
    low = share.low / (1 - share.low)
    high = math.inf if share.high == 1 else share.high / (1 - share.high)
    trend = "better" if low > 1 else "worse" if high < 1 else "level"
    return {"change_low": low, "change_high": high, "trend": trend}


def against(now: int, before: int, whole_year: int | None = None) -> dict:
    """A complete count against the year before up to the same day, and the whole of that year."""
    year = before if whole_year is None else whole_year
    past = {"previous": float(before), "previous_numerator": before, "year_before": float(year)}
    return past | {"change": float(now - before)} | ratio(now, before)


def differ(x: int, n: int, x0: int, n0: int) -> dict:
    """A sampled rate against the year before, with Newcombe's interval by statsmodels."""
    low, high = confint_proportions_2indep(x, n, x0, n0, method="newcomb", compare="diff")
    trend = "better" if low > 0 else "worse" if high < 0 else "level"
    past = {"previous": x0 / n0, "previous_numerator": x0, "previous_denominator": n0}
    change = {"change": x / n - x0 / n0, "change_low": low, "change_high": high, "trend": trend}
    return past | change | {"year_before": x0 / n0}


def drawn(x: int, n: int, share: Fraction = P95) -> dict:
    """A sample's counts, Wilson's interval, and what more would demonstrate the share."""
    low, high = proportion_confint(x, n, method="wilson")
    further = np.arange(5000)
    more = int(np.argmax(binom.sf(x + further - 1, n + further, float(share)) <= 0.05))
    counts = {"numerator": x, "denominator": n, "value": x / n, "gap": x / n - float(share)}
    compared = {"have": float(x * share.denominator), "asked": float(n * share.numerator)}
    return counts | compared | {"low": low, "high": high, "further": more}


def of_count(c: int, low: int, same: int = 0, whole: int = 0, gone: float = GONE) -> float:
    """The chance that a unit alone has so many."""
    return chance_of_count(c, low, one_count(c, gone, same, whole))


def counted(n: int, asked: int, gone: int = 365, **more) -> dict:
    """A count of the city's that is asked for: compared in items times days."""
    compared = {"have": 365.0 * n, "asked": float(asked * gone), "expected": asked * gone / 365}
    numbers = {
        "numerator": n,
        "value": float(n),
        "gap": float(n - asked),
        "needed": max(asked - n, 0),
    }
    return numbers | compared | more


def sampled(x: int, n: int, year: int = 2013, day: str = "2013-03-01", **more) -> dict:
    return {"target": "T01", "numerator": x, "denominator": n, "year": year, "date": day} | more


def was(target: str, n: int, day: str = "2012-03-01", **more) -> dict:
    """A count of the year before."""
    return {"target": target, "unit": CITY, "year": 2012, "date": day, "numerator": n} | more


def annual(target: str, value: float, year: int = 2013, **more) -> dict:
    """A value of a whole year."""
    cell = {"target": target, "unit": CITY, "year": year, "date": f"{year}-12-31", "month": None}
    return cell | {"value": value} | more


def task(target: str, **more) -> dict:
    return {"target": target, "unit": CITY, "date": "2013-12-31"} | more


@dataclass
class Case:
    """A cell: what was measured, which returns are missing, and what its columns say."""

    told: str
    target: str
    unit: str
    as_of: dt.date
    state: str
    measures: list[dict] = field(default_factory=list)
    gone: frozenset = frozenset()
    columns: dict = field(default_factory=dict)
    rejected: int = 0

    def expected(self) -> dict:
        target = PLAN.target(self.target)
        known = {
            "unit": self.unit,
            "target": self.target,
            "clause": target.clause,
            "kind": target.kind,
            "require": str(target.require or ""),
            "bound": BOUND.get(target.id, ""),
            "state": self.state,
            "as_of": pd.Timestamp(self.as_of),
            "received_by": pd.Timestamp(self.as_of),
        } | self.columns
        assert set(known) <= set(EVERY)
        return {name: known.get(name, "" if name in TEXTS else None) for name in EVERY}

    def got(self) -> dict:
        if not TABLES:
            computed(CASES)
        table = TABLES[id(self)]
        row = table[(table["unit"] == self.unit) & (table["target"] == self.target)]
        assert len(row) == 1
        cell = row.iloc[0][EVERY]
        return {name: None if pd.isna(value) else value for name, value in cell.items()}


TABLES: dict[int, pd.DataFrame] = {}


def several(*ids: str) -> Plan:
    """The plan with some of its targets."""
    targets = tuple(target for target in PLAN.targets if target.id in ids)
    return PLAN.model_copy(update={"period": PLAN.period.model_copy(update={"targets": targets})})


def computed(them: list[Case]) -> None:
    """The tables of cases: those of one day without a target in common are computed together."""
    together: list[list[Case]] = []
    for case in them:
        alike = [some for some in together if _alike(some, case)]
        if alike:
            alike[0].append(case)
        else:
            together.append([case])
    for some in together:
        first = some[0]
        returns = sent(first.gone, first.as_of)
        if first.rejected:
            quarter = returns["period_to"] == pd.Timestamp("2013-03-31")
            quarter &= (returns["form"] == "registers") & (returns["sender"] == "质监局")
            assert quarter.sum() == 1
            returns = returns.assign(rejected=returns["rejected"].mask(quarter, first.rejected))
        cells = rows(*(cell for case in some for cell in case.measures))
        plan = several(*(case.target for case in some))
        table = attain(plan, cells, returns, first.as_of)
        assert [*table.columns][: len(EVERY)] == EVERY
        TABLES.update({id(case): table for case in some})


def _alike(some: list[Case], case: Case) -> bool:
    first = some[0]
    if (first.as_of, first.gone, first.rejected) != (case.as_of, case.gone, case.rejected):
        return False
    return not set.union(*(_names(other) for other in some)) & _names(case)


def _names(case: Case) -> set[str]:
    return {case.target, *(cell["target"] for cell in case.measures)}


def checked(case: Case) -> None:
    got, expected = case.got(), case.expected()
    wrong = {}
    for name, value in expected.items():
        number = isinstance(value, float) and isinstance(got[name], int | float)
        if got[name] != (pytest.approx(value, rel=1e-9, abs=1e-9) if number else value):
            wrong[name] = {"got": got[name], "wanted": value}
    assert not wrong


CASES: list[Case] = []


def cases(*them: Case):
    CASES.extend(them)
    return pytest.mark.parametrize("case", them, ids=[case.told for case in them])


STRATA = ("集贸市场", "村卫生室", "福利机构", "计生服务站")


def by_stratum(*counts: tuple[int, int] | None) -> list[dict]:
    pairs = zip(STRATA, counts, strict=True)
    return [sampled(*given, target="T40", stratum=name) for name, given in pairs if given]


@cases(
    Case(
        "attained at the end, and better than the year before by what may be chance",
        "T01",
        TOWN,
        AFTER,
        "attained",
        [sampled(96, 100), sampled(90, 100, 2012, "2012-03-01")],
        columns=drawn(96, 100) | differ(96, 100, 90, 100) | {"evidence": "not shown", "needed": 0},
    ),
    Case(
        "missed and refuted at the end, and clearly worse",
        "T01",
        TOWN,
        AFTER,
        "not attained",
        [sampled(45, 50), sampled(35, 50, day="2013-12-31"), sampled(49, 50, 2012, "2012-03-01")],
        columns=drawn(80, 100) | differ(80, 100, 49, 50) | {"evidence": "refuted", "needed": 15},
    ),
    Case(
        "missed within the year, without a year before",
        "T01",
        CITY,
        MID,
        "behind",
        [sampled(18, 20, unit=CITY)],
        columns=drawn(18, 20)
        | {
            "evidence": "not shown",
            "needed": 20,  # 38 of 40
            "probability": alone(18, 20, P95, GONE),
        },
    ),
    Case(
        "reached within the year, and less likely at its end: a year ago it sank afterwards",
        "T01",
        CITY,
        MID,
        "behind",
        [
            sampled(99, 100, unit=CITY),
            sampled(40, 40, 2012, "2012-06-30", unit=CITY),
            sampled(30, 60, 2012, "2012-07-01", unit=CITY),
        ],
        columns=drawn(99, 100)
        | differ(99, 100, 40, 40)
        | {
            "evidence": "not shown",
            "needed": 0,
            "year_before": 0.7,
            "probability": alone(99, 100, P95, GONE, 40, 40, 70, 100),
        },
    ),
    Case(
        "nothing was there to be tested",
        "T01",
        TOWN,
        AFTER,
        "not applicable",
        [sampled(9, 10, 2012, "2012-03-01")],
        columns={
            "previous": 0.9,
            "previous_numerator": 9,
            "previous_denominator": 10,
            "year_before": 0.9,
        },
    ),
    Case(
        "nothing to be tested as yet", "T01", TOWN, MID, "pending", columns={"note": "none_so_far"}
    ),
    Case(
        "no return at all",
        "T01",
        TOWN,
        AFTER,
        "no data",
        gone=without("inspections", "质监局", *((2013, month) for month in QUARTERS)),
        columns={"note": "incomplete|4|4"},
    ),
    Case(
        "a complete count, against a complete count",
        "T02",
        TOWN,
        AFTER,
        "not attained",
        [sampled(19, 20, target="T02"), sampled(20, 20, 2012, "2012-03-01", target="T02")],
        columns={
            "numerator": 19,
            "denominator": 20,
            "value": 0.95,
            "evidence": "census",
            "gap": -0.05,
            "needed": 1,
            "have": 19.0,
            "asked": 20.0,
            "previous": 1.0,
            "previous_numerator": 20,
            "previous_denominator": 20,
            "year_before": 1.0,
            "change": -0.05,
        },
    ),
    Case(
        "nought of nought",
        "T02",
        TOWN,
        AFTER,
        "not applicable",
        [sampled(0, 0, target="T02")],
        columns={"numerator": 0, "denominator": 0},
    ),
    Case(
        "two strata fail, and the weaker one is compared",
        "T40",
        TOWN,
        AFTER,
        "not attained",
        by_stratum((50, 50), (8, 10), (39, 40), (0, 0)),
        columns={
            "numerator": 97,
            "denominator": 100,
            "value": 0.97,
            "evidence": "census",
            "gap": -0.2,
            "needed": 3,
            "have": 8.0,
            "asked": 10.0,
            "note": "stratum_fails|村卫生室、福利机构",
        },
    ),
    Case(
        "two strata were not reported, and a quarter is missing",
        "T40",
        TOWN,
        AFTER,
        "no data",
        by_stratum((5, 5), None, (6, 6), None),
        without("coverage", "质监局", (2013, 9)),
        {
            "numerator": 11,
            "denominator": 11,
            "value": 1.0,
            "evidence": "census",
            "have": 5.0,
            "asked": 5.0,
            "note": "stratum_missing|村卫生室、计生服务站;incomplete|1|4",
        },
    ),
)
def test_a_rate(case):
    checked(case)


T52_BEFORE = [was("T52", 3), was("T52", 2, "2012-12-31")]


@cases(
    Case(
        "just enough at the end",
        "T52",
        CITY,
        AFTER,
        "attained",
        items("T52", 8) + T52_BEFORE,
        columns=counted(8, 8) | against(8, 5),
    ),
    Case(
        "one too few at the end",
        "T52",
        CITY,
        AFTER,
        "not attained",
        items("T52", 7) + T52_BEFORE,
        columns=counted(7, 8) | against(7, 5),
    ),
    Case(
        "enough within the year",
        "T52",
        CITY,
        MID,
        "attained",
        items("T52", 9) + T52_BEFORE,
        columns=counted(9, 8, 181) | against(9, 3, 5) | {"probability": 1.0},
    ),
    Case(
        "at the pace of the days, where most came in the first half a year ago",
        "T52",
        CITY,
        MID,
        "behind",
        items("T52", 4) + T52_BEFORE,
        columns=counted(4, 8, 181) | against(4, 3, 5) | {"probability": of_count(4, 8, 3, 5)},
    ),
    Case(
        "behind its pace",
        "T52",
        CITY,
        MID,
        "behind",
        items("T52", 3) + T52_BEFORE,
        columns=counted(3, 8, 181) | against(3, 3, 5) | {"probability": of_count(3, 8, 3, 5)},
    ),
    Case(
        "short on the last day, with a return that may still come",
        "T52",
        CITY,
        END,
        "pending",
        items("T52", 7) + T52_BEFORE,
        Q4_GONE,
        counted(7, 8, 273) | against(7, 3, 5),
    ),
    Case(
        "short, with a return that is missing",
        "T52",
        CITY,
        MID,
        "no data",
        items("T52", 2) + T52_BEFORE,
        Q1_GONE,
        {
            "numerator": 2,
            "value": 2.0,
            "have": 730.0,
            "asked": 0.0,
            "expected": 0.0,
            "note": "incomplete|1|1",
        },
    ),
    Case(
        "nothing at all came",
        "T52",
        CITY,
        AFTER,
        "no data",
        [],
        ALL_GONE,
        {"note": "incomplete|4|4"},
    ),
)
def test_a_count_of_the_city(case):
    checked(case)


# Of 19 units with one firm and one with nine the mean has 1.4; none had an item last year.
SIZE = 9 / 1.4
NINE = firms({TOWN: 9})


def of_nothing(c: int, low: int, own: float = 1.0, others: float = 1.0) -> float:
    """The chance that a unit of a size has so many, where the others have none, as last year."""
    unit = UNITS.index(TOWN)
    have, size = np.zeros(20), np.full(20, others)
    have[unit], size[unit] = c, own
    rest, shape = counts_ahead(have, GONE, Years(np.zeros((1, 20)), np.zeros((1, 20))), size)
    return chance_of_count(c, low, (rest[unit], shape[unit]))


QUOTA = {"bound": "5", "note": "quota_computed"}


@cases(
    Case(
        "a share is met",
        "T52",
        TOWN,
        AFTER,
        "attained",
        items("T52", 5, TOWN) + NINE,
        columns=counted(5, 5) | against(5, 0) | QUOTA,
    ),
    Case(
        "a share is missed by one",
        "T52",
        TOWN,
        AFTER,
        "not attained",
        items("T52", 4, TOWN) + NINE,
        columns=counted(4, 5) | against(4, 0) | QUOTA,
    ),
    Case(
        "two whole items are due of two and a half",
        "T52",
        TOWN,
        MID,
        "behind",
        items("T52", 2, TOWN) + NINE,
        columns=counted(2, 5, 181)
        | against(2, 0)
        | QUOTA
        | {"asked": 730.0, "probability": of_nothing(2, 5, SIZE, 1 / 1.4)},
    ),
    Case(
        "one is less than two",
        "T52",
        TOWN,
        MID,
        "behind",
        items("T52", 1, TOWN) + NINE,
        columns=counted(1, 5, 181)
        | against(1, 0)
        | QUOTA
        | {"asked": 730.0, "probability": of_nothing(1, 5, SIZE, 1 / 1.4)},
    ),
    Case(
        "a share of none asks for none",
        "T54",
        "和桥镇",
        AFTER,
        "not applicable",
        items("T54", 1, "和桥镇") + firms({TOWN: 9, "官林镇": 8, "高塍镇": 7, "周铁镇": 6}),
        columns={"bound": "0", "numerator": 1, "value": 1.0, "note": "quota_none"} | against(1, 0),
    ),
    Case(
        "without the numbers that it is split by it is shown and not judged",
        "T52",
        TOWN,
        AFTER,
        "reported",
        items("T52", 3, TOWN),
        columns={"bound": "", "numerator": 3, "value": 3.0, "note": "basis_missing"}
        | against(3, 0),
    ),
)
def test_a_count_of_a_town(case):
    checked(case)


def within(n: int, gap: float, needed: int, gone: int = 365) -> dict:
    """One to two: what is asked for by now is its share of one."""
    pace = {"have": 365.0 * n, "asked": float(gone), "expected": gone / 365}
    return {"numerator": n, "value": float(n), "gap": gap, "needed": needed} | pace | against(n, 0)


@cases(
    Case("none of one to two", "T29", CITY, AFTER, "not attained", columns=within(0, -1.0, 1)),
    Case(
        "one of one to two",
        "T29",
        CITY,
        AFTER,
        "attained",
        items("T29", 1),
        columns=within(1, 0.0, 0),
    ),
    Case(
        "two of one to two",
        "T29",
        CITY,
        AFTER,
        "attained",
        items("T29", 2),
        columns=within(2, 0.0, 0),
    ),
    Case(
        "three of one to two, at once",
        "T29",
        CITY,
        MID,
        "not attained",
        items("T29", 3),
        columns=against(3, 0)
        | {
            "numerator": 3,
            "value": 3.0,
            "gap": -1.0,
            "needed": 0,
            "expected": GONE,
            "note": "above_range",
            "probability": 0.0,
        },
    ),
    Case(
        "one, and two more would be too many",
        "T29",
        CITY,
        MID,
        "on track",
        items("T29", 1),
        columns=within(1, 0.0, 0, 181) | {"probability": of_count(1, 1) - of_count(1, 3)},
    ),
    Case(
        "none, and one or two to come",
        "T29",
        CITY,
        MID,
        "behind",
        columns=within(0, -1.0, 1, 181) | {"probability": of_count(0, 1) - of_count(0, 3)},
    ),
)
def test_a_range(case):
    checked(case)


def quiet(n: int = 0) -> dict:
    return {"numerator": n, "value": float(n), "needed": 0}


@cases(
    Case(
        "none all the year",
        "T63",
        TOWN,
        AFTER,
        "attained",
        columns=quiet() | {"gap": 0.0, "have": 0.0} | against(0, 0),
    ),
    Case(
        "none so far",
        "T63",
        TOWN,
        MID,
        "on track",
        columns=quiet()
        | {"gap": 0.0, "have": 0.0, "probability": 1 - of_nothing(0, 1)}
        | against(0, 0),
    ),
    Case(
        "one is one too many, though one row was rejected",
        "T63",
        TOWN,
        MID,
        "not attained",
        items("T63", 1, TOWN),
        columns=quiet(1) | {"gap": -1.0, "note": "incident", "probability": 0.0} | against(1, 0),
        rejected=1,
    ),
    Case(
        "exactly one rejected row puts none in doubt",
        "T63",
        TOWN,
        AFTER,
        "no data",
        columns={"numerator": 0, "value": 0.0, "have": 0.0, "note": "rejected_rows|1"}
        | against(0, 0),
        rejected=1,
    ),
    Case(
        "of the city's too, and beside a return that is missing",
        "T63",
        CITY,
        AFTER,
        "no data",
        gone=Q4_GONE,
        columns={
            "numerator": 0,
            "value": 0.0,
            "have": 0.0,
            "note": "rejected_rows|1;incomplete|1|4",
        },
        rejected=1,
    ),
    Case(
        "none was reported by nobody",
        "T63",
        TOWN,
        AFTER,
        "no data",
        gone=ALL_GONE,
        columns={"note": "incomplete|4|4"},
    ),
)
def test_what_must_not_happen(case):
    checked(case)


T24_BEFORE = [was("T24", 2), was("T24", 8, "2012-09-01")]


@cases(
    Case(
        "one more than the year before",
        "T24",
        CITY,
        AFTER,
        "attained",
        [*items("T24", 11), *T24_BEFORE],
        columns=counted(11, 10) | against(11, 10) | {"gap": 1.0, "needed": 0},
    ),
    Case(
        "as many as the year before are not more",
        "T24",
        CITY,
        AFTER,
        "not attained",
        [*items("T24", 10), *T24_BEFORE],
        columns=counted(10, 10) | against(10, 10) | {"needed": 1},
    ),
    Case(
        "at the pace of the year before",
        "T24",
        CITY,
        MID,
        "on track",
        [*items("T24", 5), *T24_BEFORE],
        columns=counted(5, 10, 181)
        | against(5, 2, 10)
        | {"needed": 6, "probability": of_count(5, 11, 2, 10)},
    ),
    Case(
        "behind the pace of the days, where most came in the second half a year ago",
        "T24",
        CITY,
        MID,
        "on track",
        [*items("T24", 4), *T24_BEFORE],
        columns=counted(4, 10, 181)
        | against(4, 2, 10)
        | {"needed": 7, "probability": of_count(4, 11, 2, 10)},
    ),
    Case(
        "the last quarter may still come",
        "T24",
        CITY,
        END,
        "pending",
        [*items("T24", 9), *T24_BEFORE],
        Q4_GONE,
        counted(9, 10, 273) | against(9, 10) | {"needed": 2},
    ),
    Case(
        "a quarter of the year before is missing",
        "T24",
        CITY,
        AFTER,
        "no data",
        [*items("T24", 9), *T24_BEFORE],
        without(*REGISTERS, (2012, 6)),
        {"numerator": 9, "value": 9.0, "have": 9.0 * 365, "note": "no_year_before"},
    ),
    Case(
        "a quarter of this year is missing",
        "T24",
        CITY,
        AFTER,
        "no data",
        [*items("T24", 9), *T24_BEFORE],
        without(*REGISTERS, (2013, 6)),
        counted(9, 10, 90) | {"note": "incomplete|1|4", "gap": None, "needed": None},
    ),
)
def test_what_is_to_rise(case):
    checked(case)


EFFICIENCY = {"previous": 0.6, "year_before": 0.6, "asked": 0.6}


@cases(
    Case(
        "more than the year before",
        "T09",
        CITY,
        AFTER,
        "attained",
        [annual("T09", 0.6, 2012), annual("T09", 0.65)],
        columns=EFFICIENCY | {"value": 0.65, "have": 0.65, "gap": 0.05, "change": 0.05},
    ),
    Case(
        "as much as the year before",
        "T09",
        CITY,
        END,
        "not attained",
        [annual("T09", 0.6, 2012), annual("T09", 0.6)],
        columns=EFFICIENCY | {"value": 0.6, "have": 0.6, "gap": 0.0, "change": 0.0},
    ),
    Case(
        "not known before the year is over",
        "T09",
        CITY,
        MID,
        "pending",
        [annual("T09", 0.6, 2012), annual("T09", 0.65)],
        columns={"year_before": 0.6, "asked": 0.6},
    ),
    Case(
        "a part of the year is no verdict",
        "T09",
        CITY,
        MID,
        "pending",
        [annual("T09", 0.6, 2012), annual("T09", 0.65, date="2013-06-30")],
        columns={"value": 0.65, "have": 0.65, "asked": 0.6, "gap": 0.05, "year_before": 0.6},
    ),
    Case(
        "without the year before",
        "T09",
        CITY,
        AFTER,
        "no data",
        [annual("T09", 0.65)],
        columns={"value": 0.65, "have": 0.65, "note": "no_year_before"},
    ),
    Case(
        "it did not come",
        "T09",
        CITY,
        AFTER,
        "no data",
        [annual("T09", 0.6, 2012)],
        without(*ANNUAL, (2013, 12)),
        {"year_before": 0.6, "asked": 0.6, "note": "incomplete|1|1"},
    ),
)
def test_a_value_that_is_to_rise(case):
    checked(case)


def peers(target: str, own: float | None, *others: float, year: int = 2013) -> list[dict]:
    values = {CITY: own} | {f"城市{place}": value for place, value in enumerate(others)}
    return [
        annual(target, value, year, unit=name)
        for name, value in values.items()
        if value is not None
    ]


@cases(
    Case(
        "above the mean of the others",
        "T16",
        CITY,
        AFTER,
        "attained",
        peers("T16", 80.5, 78.25, 82.0) + peers("T16", 79.0, 90.0, year=2012),
        columns={
            "value": 80.5,
            "denominator": 2,
            "gap": 0.375,
            "have": 80.5,
            "asked": 80.125,
            "note": "peer_mean|80.12|2",
            "previous": 79.0,
            "year_before": 79.0,
            "change": 1.5,
        },
    ),
    Case(
        "at the mean of the others",
        "T16",
        CITY,
        END,
        "not attained",
        peers("T16", 80.0, 78.0, 82.0),
        columns={
            "value": 80.0,
            "denominator": 2,
            "gap": 0.0,
            "have": 80.0,
            "asked": 80.0,
            "note": "peer_mean|80|2",
        },
    ),
    Case(
        "not known before it is due",
        "T16",
        CITY,
        dt.date(2013, 12, 30),
        "pending",
        peers("T16", 80.0, 78.0),
    ),
    Case(
        "nobody else reported",
        "T16",
        CITY,
        AFTER,
        "no data",
        peers("T16", 80.0),
        columns={"note": "no_peers"},
    ),
    Case("we did not report", "T16", CITY, AFTER, "no data", peers("T16", None, 78.0)),
    Case(
        "third of seven",
        "T06",
        CITY,
        AFTER,
        "attained",
        peers("T06", 5.0, 9, 8, 5, 1, 1, 1),
        columns={
            "value": 3.0,
            "numerator": 3,
            "denominator": 7,
            "gap": 0.0,
            "needed": 0,
            "note": "front|3|7",
        },
    ),
    Case(
        "fourth of six",
        "T06",
        CITY,
        AFTER,
        "not attained",
        peers("T06", 5.0, 9, 8, 7, 5, 1),
        columns={
            "value": 4.0,
            "numerator": 4,
            "denominator": 6,
            "gap": -2.0,
            "needed": 2,
            "note": "front|2|6",
        },
    ),
    Case("no rank before it is due", "T06", CITY, MID, "pending", peers("T06", 5.0, 9)),
)
def test_the_city_among_its_peers(case):
    checked(case)


def done_by(*towns_not: str, last: str = "2013-05-07") -> list[dict]:
    """All towns have done it, the last of them later, but those named."""
    names = [unit.name for unit in PLAN.towns]
    cells = [task("T50", unit=name, done="2013-05-01") for name in names if name not in towns_not]
    return [*cells[:-1], cells[-1] | {"done": last}]


DUE, ONE_AFTER, ONE_BEFORE = dt.date(2013, 9, 30), dt.date(2013, 10, 1), dt.date(2013, 9, 29)


@cases(
    Case(
        "done on its day",
        "T22",
        CITY,
        AFTER,
        "attained",
        [task("T22", due="2013-09-30", done="2013-09-30")],
        columns={"gap": 0.0, "done": pd.Timestamp(DUE), "note": "done_on|2013-09-30|2013-09-30"},
    ),
    Case(
        "done a day later",
        "T22",
        CITY,
        AFTER,
        "not attained",
        [task("T22", due="2013-09-30", done="2013-10-01")],
        columns={"gap": -1.0, "done": pd.Timestamp(ONE_AFTER), "note": "done_late|1|2013-09-30"},
    ),
    Case(
        "one day to go",
        "T22",
        CITY,
        ONE_BEFORE,
        "pending",
        [task("T22", due="2013-09-30")],
        columns={"gap": 1.0, "needed": 1, "note": "due_on|2013-09-30"},
    ),
    Case(
        "not done on its day, and nobody knows of tomorrow",
        "T22",
        CITY,
        DUE,
        "not attained",
        [task("T22", due="2013-09-30", done="2013-10-01")],
        columns={"gap": 0.0, "note": "overdue|0|2013-09-30"},
    ),
    Case(
        "one day overdue",
        "T22",
        CITY,
        ONE_AFTER,
        "not attained",
        [task("T22", due="2013-09-30")],
        columns={"gap": -1.0, "note": "overdue|1|2013-09-30"},
    ),
    Case(
        "done on the day that is asked about",
        "T22",
        CITY,
        ONE_BEFORE,
        "attained",
        [task("T22", due="2013-09-30", done="2013-09-29")],
        columns={
            "gap": 1.0,
            "done": pd.Timestamp(ONE_BEFORE),
            "note": "done_on|2013-09-29|2013-09-30",
        },
    ),
    Case(
        "nobody says anything",
        "T22",
        CITY,
        END,
        "no data",
        gone=without("milestones", "质监局", (2013, 6), (2013, 12)),
        columns={"note": "incomplete|1|1"},
    ),
    Case("striven for", "T14", CITY, AFTER, "pending", [task("T14")]),
    Case(
        "striven for and done",
        "T14",
        CITY,
        AFTER,
        "attained",
        [task("T14", done="2013-10-01")],
        columns={"done": pd.Timestamp(ONE_AFTER), "note": "done_on|2013-10-01|2013-12-31"},
    ),
    Case(
        "by the plan's own date",
        "T47",
        CITY,
        END,
        "pending",
        [task("T47", due="2013-06-30")],
        columns={"gap": 365.0, "needed": 365, "note": "due_on|2014-12-31"},
    ),
    Case(
        "all towns have done it",
        "T50",
        CITY,
        MID,
        "attained",
        done_by(),
        columns={
            "numerator": 20,
            "denominator": 20,
            "gap": float((END - dt.date(2013, 5, 7)).days),
            "done": pd.Timestamp("2013-05-07"),
            "note": "done_on|2013-05-07|2013-12-31",
        },
    ),
    Case(
        "two towns have not",
        "T50",
        CITY,
        AFTER,
        "not attained",
        [*done_by("和桥镇", "官林镇"), task("T50", unit="和桥镇"), task("T50", unit="官林镇")],
        columns={"numerator": 18, "denominator": 20, "gap": -31.0, "note": "overdue|31|2013-12-31"},
    ),
    Case(
        "one town says nothing",
        "T50",
        CITY,
        AFTER,
        "no data",
        done_by("和桥镇"),
        columns={"numerator": 19, "denominator": 20},
    ),
)
def test_a_task(case):
    checked(case)


@cases(
    Case(
        "what was reported",
        "T18",
        CITY,
        AFTER,
        "reported",
        [*items("T18", 4), was("T18", 1)],
        columns={"numerator": 4, "value": 4.0} | against(4, 1),
    ),
    Case(
        "an empty list is a nought",
        "T18",
        TOWN,
        MID,
        "reported",
        columns={"numerator": 0, "value": 0.0} | against(0, 0),
    ),
    Case(
        "a list of which a part is missing",
        "T18",
        CITY,
        AFTER,
        "reported",
        items("T18", 2),
        without("registers", "商务局", (2013, 12)),
        {"numerator": 2, "value": 2.0, "note": "incomplete|1|2"},
    ),
    Case(
        "nothing, and a part is missing",
        "T18",
        CITY,
        AFTER,
        "no data",
        gone=without("registers", "商务局", (2013, 12)),
        columns={"note": "incomplete|1|2"},
    ),
    Case(
        "nothing is due as yet",
        "T18",
        CITY,
        MID,
        "pending",
        gone=without("registers", "商务局", (2013, 6), (2013, 12)),
        columns={"previous": 0.0, "previous_numerator": 0, "year_before": 0.0},
    ),
    Case(
        "a value is shown as it came",
        "T73",
        CITY,
        AFTER,
        "reported",
        [annual("T73", 12.5), annual("T73", 10.0, 2012)],
        columns={"value": 12.5, "previous": 10.0, "year_before": 10.0, "change": 2.5},
    ),
    Case("a value that did not come", "T73", CITY, AFTER, "no data"),
)
def test_what_is_only_reported(case):
    checked(case)


# The exact day


@pytest.mark.parametrize(
    ("as_of", "missing"),
    [("2013-04-14", None), ("2013-04-15", "incomplete|1|1"), ("2013-04-16", "incomplete|1|1")],
)
def test_a_return_is_missing_from_its_due_day_on(as_of, missing):
    """The register of the first quarter is due on 15 April."""
    day = dt.date.fromisoformat(as_of)
    got = result("T52", rows(*items("T52", 1)), CITY, day, sent(Q1_GONE, day))
    pending = ("behind", "like_months")  # what came of a return that is not in is no like
    assert (got["state"], got["note"]) == (("no data", missing) if missing else pending)


@pytest.mark.parametrize(
    ("gone", "until"),
    [
        (Q1_GONE, 0),
        (without(*REGISTERS, (2013, 6)), 90),
        (without(*REGISTERS, (2013, 6), (2013, 9)), 90),
        (without(*REGISTERS, (2013, 6), (2013, 12)), 90),
        (without(*REGISTERS, (2013, 9), (2013, 12)), 181),
        (Q4_GONE, 273),
    ],
)
def test_what_came_reaches_to_the_first_gap(gone, until):
    """Of two returns that are not in, it is the first that ends what this year's numbers cover."""
    got = result(
        "T52",
        rows(*items("T52", 2)),
        CITY,
        dt.date(2013, 12, 30),
        sent(gone, dt.date(2013, 12, 30)),
    )
    assert got["expected"] == pytest.approx(8 * until / 365) and got["asked"] == 8 * until


def test_what_is_due_by_now_ends_at_the_first_of_two_gaps():
    """On 10 July the second quarter (due on the 15th) is not in: what is due ends on 31 March."""
    day = dt.date(2013, 7, 10)
    gone = sent(without(*REGISTERS, (2013, 6), (2013, 9), (2013, 12)), day)
    before = [was("T52", 1, "2012-03-31"), was("T52", 4, "2012-04-01")]
    got = result("T52", rows(*items("T52", 2, date="2013-03-01"), *before), CITY, day, gone)
    assert (got["state"], got["note"], got["previous"], got["year_before"]) == ("behind", "", 1, 5)
    assert got["probability"] == pytest.approx(of_count(2, 8, 1, 5, 90 / 365))


@pytest.mark.parametrize(("as_of", "state"), [(LAST, "pending"), (START, "on track")])
def test_the_first_day_is_of_the_period(as_of, state):
    assert result("T63", NOTHING, TOWN, as_of)["state"] == state


@pytest.mark.parametrize(
    ("as_of", "state"), [("2013-09-30", "pending"), ("2013-10-01", "on track")]
)
def test_a_return_that_is_sent_ahead_counts_from_its_first_day(as_of, state):
    """Nothing is due yet where the plan gives a year's time, and only the last quarter is in."""
    slow = tuple(owed.model_copy(update={"due_days": 400}) for owed in PLAN.period.returns)
    made = only("T63")
    plan = made.model_copy(update={"period": made.period.model_copy(update={"returns": slow})})
    gone = without(*REGISTERS, *((2013, month) for month in (3, 6, 9)))
    day = dt.date.fromisoformat(as_of)
    returns = sent(gone, day)
    returns = returns.assign(due=returns["due"] + pd.Timedelta(days=400))
    assert attain(plan, NOTHING, returns, day, [TOWN])["state"].tolist() == [state]


@pytest.mark.parametrize(
    ("dates", "as_of", "count"),
    [
        (["2013-06-30"], "2013-06-30", 1),
        (["2013-06-30"], "2013-06-29", 0),
        (["2013-01-01"], "2013-01-01", 1),
        (["2013-12-31"], "2013-12-31", 1),
        (["2013-12-31"], "2014-01-31", 1),
        (["2014-01-01"], "2014-01-31", 0),
        (["2013-01-01", "2013-06-30", "2013-07-01", "2013-12-31"], "2013-06-30", 2),
    ],
)
def test_a_record_counts_from_its_day_on_and_to_the_last_of_the_period(dates, as_of, count):
    day = dt.date.fromisoformat(as_of)
    three = ("T18", "T24", "T52")
    cells = [
        {"target": target, "unit": CITY, "date": date, "numerator": 1}
        for target in three
        for date in dates
    ]
    table = attain(several(*three), rows(*cells), sent(as_of=day), day, [CITY]).set_index("target")
    assert table["numerator"].to_dict() == dict.fromkeys(three, count)


@pytest.mark.parametrize(
    ("date", "as_of", "previous"),
    [
        ("2012-01-01", "2013-01-01", 1),
        ("2012-06-30", "2013-06-30", 1),
        ("2012-07-01", "2013-06-30", 0),
        ("2012-05-15", "2013-05-15", 1),
        ("2012-05-16", "2013-05-15", 0),
        ("2012-02-29", "2013-02-28", 1),
        ("2012-12-30", "2013-12-30", 1),
        ("2012-12-31", "2013-12-30", 0),
        ("2012-12-31", "2013-12-31", 1),
        ("2012-12-31", "2014-01-31", 1),
    ],
)
def test_the_year_before_is_counted_up_to_the_same_day(date, as_of, previous):
    got = result("T52", rows(was("T52", 1, date)), CITY, dt.date.fromisoformat(as_of))
    assert (got["previous"], got["year_before"]) == (previous, 1)


@pytest.mark.parametrize(
    ("date", "year_before"), [("2012-06-30", 0), ("2012-07-01", 1), ("2012-12-31", 1)]
)
def test_the_period_before_begins_with_its_first_day(date, year_before):
    """A plan of half a year is compared with that half of the year before, from 1 July on."""
    made = only("T52")
    period = made.period.model_copy(update={"start": dt.date(2013, 7, 1)})
    plan = made.model_copy(update={"period": period})
    table = attain(plan, rows(was("T52", 1, date)), sent(), AFTER, [CITY])
    assert table["year_before"].tolist() == [year_before]


@pytest.mark.parametrize(
    ("as_of", "state"), [("2013-12-30", "behind"), ("2013-12-31", "not attained")]
)
def test_the_last_day_ends_the_period(as_of, state):
    got = result("T52", rows(*items("T52", 7)), CITY, dt.date.fromisoformat(as_of))
    assert (got["state"], pd.isna(got["probability"])) == (state, state == "not attained")


@pytest.mark.parametrize(("as_of", "last"), [("2013-06-29", 5), ("2013-06-30", 6)])
def test_a_month_is_counted_from_its_last_record_on(as_of, last):
    """Over the months, too, a record counts on its own day."""
    dates = {"2013-01-01": (1, 2), "2013-05-31": (2, 2), "2013-06-30": (3, 5)}
    cells = [sampled(x, n, day=day, month=int(day[5:7])) for day, (x, n) in dates.items()]
    table = months(PLAN, rows(*cells), PLAN.target("T01"), dt.date.fromisoformat(as_of))
    rated = [(1, 1, 2, 0.5, 1, 2), (5, 2, 2, 1.0, 3, 4), (6, 3, 5, 0.6, 6, 9)]
    wanted = [row for row in rated if row[0] <= last]
    got = table.assign(month=table["month"].dt.month)
    assert list(table.columns) == [
        "unit",
        "month",
        "numerator",
        "denominator",
        "value",
        "so_far",
        "of",
    ]
    assert [tuple(row) for row in got.drop(columns="unit").itertuples(index=False)] == wanted
    assert set(table["unit"]) == {TOWN}


def test_a_quarters_return_that_is_not_in_lets_an_earlier_year_end_too():
    """Of the year before all returns must be in that were over by this day."""
    late = sent(without(*REGISTERS, (2012, 12)), dt.date(2013, 3, 31))
    got = result("T52", rows(was("T52", 1)), CITY, dt.date(2013, 3, 31), late)
    assert pd.isna(got["previous"]) and pd.isna(got["year_before"])


# Lots


def lot(size: float, **more) -> dict:
    cell = {"target": "lot", "date": "2013-12-31", "month": None, "value": size}
    return cell | more


def of_a_lot(x: int, n: int, *lots: dict, as_of: dt.date = AFTER) -> pd.Series:
    """A sample of T01 where a basis says how large the lot is."""
    target = PLAN.target("T01").model_copy(update={"lot": "lot"})
    bases = {"lot": PLAN.period.bases["firms_of_scale"]}
    period = PLAN.period.model_copy(update={"bases": bases, "targets": (target,)})
    plan = PLAN.model_copy(update={"period": period})
    cells = rows(sampled(x, n), *lots)
    return attain(plan, cells, sent(as_of=as_of), as_of, [TOWN]).iloc[0]


def inside(x: int, n: int, size: int) -> tuple[float, float]:
    """The least and most that may pass in a lot so that neither end is a surprise (2.5 %)."""
    likely = [
        good
        for good in range(size + 1)
        if hypergeom.sf(x - 1, size, good, n) > 0.025 and hypergeom.cdf(x, size, good, n) > 0.025
    ]
    return likely[0] / size, likely[-1] / size


def test_of_a_lot_that_is_stated_twice_the_last_counts():
    twice = lot(1000, date="2013-03-31"), lot(40, date="2013-06-30")
    got = of_a_lot(25, 25, *twice)
    assert (got["evidence"], got["low"], got["high"]) == ("demonstrated", *inside(25, 25, 40))
    got = of_a_lot(25, 25, lot(40, date="2013-03-31"), lot(1000, date="2013-06-30"))
    assert got["evidence"] == "not shown" and got["low"] == pytest.approx(
        proportion_confint(25, 25, method="wilson")[0]
    )


@pytest.mark.parametrize(("day", "known"), [("2013-06-30", True), ("2013-07-01", False)])
def test_a_lot_that_is_stated_later_is_not_known_yet(day, known):
    got = of_a_lot(25, 25, lot(40, date=day), as_of=MID)
    low = inside(25, 25, 40)[0] if known else proportion_confint(25, 25, method="wilson")[0]
    assert got["low"] == pytest.approx(low)


def test_the_lot_of_another_year_is_not_this_years():
    assert of_a_lot(25, 25, lot(40, year=2012, date="2012-12-31"))["evidence"] == "not shown"
    assert of_a_lot(25, 25, lot(40, unit="和桥镇"))["evidence"] == "not shown"


@pytest.mark.parametrize(("x", "evidence"), [(38, "demonstrated"), (37, "refuted")])
def test_a_sample_of_the_whole_lot_leaves_nothing_open(x, evidence):
    got = of_a_lot(x, 40, lot(40))
    assert (got["evidence"], got["low"], got["high"], got["note"]) == (evidence, x / 40, x / 40, "")
    assert (got["further"] == 0) if x == 38 else pd.isna(got["further"])


def test_a_sample_larger_than_its_lot_is_said():
    """And then the lot cannot be right: the interval is that of an endless one."""
    got = of_a_lot(40, 41, lot(40))
    low, high = proportion_confint(40, 41, method="wilson")
    assert (got["note"], got["low"], got["high"]) == (
        "lot_exceeded",
        pytest.approx(low),
        pytest.approx(high),
    )


@pytest.mark.parametrize(("n", "small"), [(10, False), (11, True)])
def test_a_sample_of_more_than_a_tenth_is_drawn_without_replacement(n, small):
    got = of_a_lot(n, n, lot(100))
    endless, exact = proportion_confint(n, n, method="wilson")[0], inside(n, n, 100)[0]
    assert got["low"] == pytest.approx(exact if small else endless) and exact != pytest.approx(
        endless
    )


# Chances


FIVE = UNITS[:5]


def year_before(units: list[str], x: list[int], n: list[int], **more) -> list[dict]:
    """Half of each unit's samples by June of the year before, half later."""
    cells = []
    for unit, passed, of in zip(units, x, n, strict=True):
        first = {
            "numerator": passed - passed // 2,
            "denominator": of - of // 2,
            "date": "2012-03-01",
        }
        second = {"numerator": passed // 2, "denominator": of // 2, "date": "2012-09-01"}
        cells += [
            {"target": "T01", "unit": unit, "year": 2012} | half | more for half in (first, second)
        ]
    return cells


X, N = [20, 40, 30, 50, 44], [20, 50, 40, 50, 60]


def of_towns(x: int, n: int, share: Fraction) -> float:
    """The chance of the first of five towns with a year before, the others having none so far."""
    x0, n0 = np.array(X) - np.array(X) // 2, np.array(N) - np.array(N) // 2
    drawn, passed = Years(n0[None] * 1.0, np.array([N]) * 1.0), Years(x0[None], np.array([X]))
    now, of = np.zeros((2, 20))
    now[0], of[0] = x, n
    fill = np.zeros((1, 15))
    drawn, passed = (
        Years(np.hstack([part.same, fill]), np.hstack([part.whole, fill]))
        for part in (drawn, passed)
    )
    rest, shape = counts_ahead(of, GONE, drawn, usual=SAMPLES)
    a, b = rates_ahead(now, of, GONE, passed, drawn, rest)
    return chance_of_rate(x, n, share, (rest[0], shape[0]), (a[0], b[0]))


def test_towns_are_told_together_and_the_city_is_none_of_them():
    """Five towns had samples last year; the city's, which are all of them, are no sixth unit."""
    city = year_before([CITY], [sum(X)], [sum(N)])
    town = UNITS[0]
    now = [sampled(19, 20, unit=town), sampled(95, 100, unit=CITY)]
    table = attain(
        only("T01"), rows(*now, *year_before(FIVE, X, N), *city), sent(as_of=MID), MID
    ).set_index("unit")
    early = [(sum(of) - sum(of) // 2, sum(of)) for of in (X, N)]
    (x0, x1), (n0, n1) = early
    assert table.loc[town, "probability"] == pytest.approx(of_towns(19, 20, P95))
    assert table.loc[CITY, "probability"] == pytest.approx(
        alone(95, 100, P95, GONE, x0, n0, x1, n1)
    )


def test_strata_are_told_each_by_itself():
    """What passes at markets says nothing of clinics."""
    five = [cell | {"target": "T40", "stratum": STRATA[0]} for cell in year_before(FIVE, X, N)]
    now = [c | {"unit": UNITS[0]} for c in by_stratum(*[(20, 20)] * 4)]
    got = result("T40", rows(*now, *five), UNITS[0], MID)
    all_ = Fraction(1)
    of, none = np.zeros(20), np.zeros((1, 20))
    of[0] = 20
    rest, shape = counts_ahead(of, GONE, Years(none, none), usual=SAMPLES)
    rate = one_rate(20, 20, GONE, 0, 0, 0, 0, rest[0])
    other = chance_of_rate(20, 20, all_, (rest[0], shape[0]), rate)
    assert got["probability"] == pytest.approx(of_towns(20, 20, all_) * other**3)


COUNTS = [9, 0, 1, 2, 0, 0, 4, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 6, 0]


def counts_before(target: str) -> list[dict]:
    """A count of each town in the year before, and the city's."""
    towns = [was(target, n, unit=unit) for unit, n in zip(UNITS, COUNTS, strict=True) if n]
    return [*towns, was(target, sum(COUNTS))]


def test_the_chance_that_a_towns_count_rises():
    """By all the towns' counts of last year, all of which had come by June."""
    second, seventh = UNITS[1], UNITS[6]
    assert COUNTS[1] == 0 and COUNTS[6] == 4
    now = items("T24", 0), items("T24", 3, seventh), items("T24", 14)
    cells = rows(*(cell for part in now for cell in part), *counts_before("T24"))
    table = attain(only("T24"), cells, sent(as_of=MID), MID).set_index("unit")
    past = np.array([COUNTS]) * 1.0
    have = np.zeros(20)
    have[6] = 3
    rest, shape = counts_ahead(have, GONE, Years(past, past))
    for unit, low in ((second, 1), (seventh, 5)):
        i = UNITS.index(unit)
        told = chance_of_count(int(have[i]), low, (rest[i], shape[i]))
        assert table.loc[unit, "probability"] == pytest.approx(told)
    assert table.loc[CITY, "probability"] == pytest.approx(of_count(14, 26, 25, 25))


def test_the_chance_of_a_share_goes_with_the_units_size():
    cells = rows(*items("T52", 3, TOWN), *counts_before("T52"), *NINE)
    got = result("T52", cells, TOWN, MID)
    unit, past = UNITS.index(TOWN), np.array([COUNTS]) * 1.0
    have, size = np.zeros(20), np.full(20, 1 / 1.4)
    have[unit], size[unit] = 3, SIZE
    rest, shape = counts_ahead(have, GONE, Years(past, past), size)
    assert got["bound"] == "5"
    told = chance_of_count(3, 5, (rest[unit], shape[unit]))
    assert got["probability"] == pytest.approx(told)
    plain = counts_ahead(have, GONE, Years(past, past))[0]
    assert plain[unit] != pytest.approx(rest[unit], rel=0.05)


def test_when_the_data_reach_the_last_day_few_samples_are_to_come():
    """On 30 December the last quarter's return is in, and last year's samples all came on the last
    day.
    """
    day = dt.date(2013, 12, 30)
    before = sampled(10, 10, 2012, "2012-12-31", unit=CITY)
    got = result("T01", rows(sampled(19, 20, unit=CITY), before), CITY, day)
    told = alone(19, 20, P95, 364 / 365, 0, 0, 10, 10)
    assert got["probability"] == pytest.approx(told)


# Paces of shares


@pytest.mark.parametrize(
    ("as_of", "due"),
    [
        ("2013-03-13", 0),
        ("2013-03-14", 1),
        ("2013-05-25", 1),
        ("2013-05-26", 2),
        ("2013-12-30", 4),
        ("2013-12-31", 5),
    ],
)
def test_a_share_is_due_item_by_item(as_of, due):
    """Of five one is due every 73 days: on 14 March (the 73rd), on 26 May, all on the last day."""
    day = dt.date.fromisoformat(as_of)
    got = result("T52", rows(*items("T52", 0, TOWN), *NINE), TOWN, day)
    assert got["asked"] == 365 * due


def test_what_is_due_by_a_day_is_exact():
    """Of 365 in a year exactly 182 are due on 1 July, its 182nd day."""
    made = only("T52")
    target = made.targets[0].model_copy(update={"require": parse(">= 365")})
    plan = made.model_copy(update={"period": made.period.model_copy(update={"targets": (target,)})})
    day = dt.date(2013, 7, 1)
    many = {"target": "T52", "unit": CITY, "date": "2013-03-01", "numerator": 182}
    got = attain(plan, rows(many), sent(as_of=day), day, [CITY]).iloc[0]
    assert (got["have"], got["asked"]) == (365 * 182, 365 * 182)


# A plan that names no returns


@pytest.mark.parametrize(
    ("there", "state", "note"), [(True, "not attained", ""), (False, "no data", "incomplete|1|1")]
)
def test_without_named_returns_any_row_of_the_form_says_that_it_came(there, state, note):
    """A row of T53 is of the register that T52 is counted from; last year's is not this year's."""
    two = several("T52", "T53")
    plan = two.model_copy(update={"period": two.period.model_copy(update={"returns": ()})})
    row = {"target": "T53", "unit": CITY, "numerator": 1}
    cells = rows(row if there else was("T53", 1))
    table = attain(plan, cells, status(plan, files(), AFTER), AFTER, [CITY]).set_index("target")
    assert table.loc["T52", ["state", "note"]].tolist() == [state, note]


def files() -> pd.DataFrame:
    """No file at all."""
    names = [
        "file",
        "form",
        "sender",
        "period_from",
        "period_to",
        "filed",
        "accepted",
        "duplicate",
        "rejected",
    ]
    days = dict.fromkeys(("period_from", "period_to", "filed"), "datetime64[us]")
    numbers = dict.fromkeys(("accepted", "duplicate", "rejected"), "int64")
    texts = dict.fromkeys(("file", "form", "sender"), "str")
    return pd.DataFrame(columns=names).astype(texts | days | numbers)
