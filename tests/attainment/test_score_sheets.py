"""Score sheets as offices write them, from returns to points, each worked out by hand."""

import itertools
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import small
from hypothesis import given
from hypothesis import strategies as st

from yxq.attainment import credits, owed, scores
from yxq.attainment.attain import attain
from yxq.attainment.worth import points
from yxq.plan.scoring import Scoring
from yxq.plan.worth import Worth
from yxq.plan_folders.load import load
from yxq.words.errors import PlanError

JIA, YI, BING, CITY = "甲镇", "乙镇", "丙街道", "某市"
DAILY = {"when": ["on"]}
BANDS = [
    {"grade": "A", "least": 90, "keys": True},
    {"grade": "B", "least": 80},
    {"grade": "C", "least": 0},
]
# An event takes its item, and half a point off the sheet besides.
OFF = [{"targets": ["S10"], "points": "0.5"}]
SCORING = {"bands": BANDS, "seed": 1, "draws": 1000}
FORMS = {
    "visits": small.form("unit", "on", "kind", **DAILY),
    "values": small.form(
        "unit", "year", "kind", "value", key=["unit", "year", "kind"], when=["year"]
    ),
    "words": small.form("unit", "on", "said", absent="unknown", **DAILY),
    "tasks": small.form("unit", "year", "on", when=["year"]),
    "checks": small.form("unit", "on", "result", **DAILY),
    "parts": small.form("unit", "year", "kind", "n", "of", when=["year"]),
}
RETURNS = {
    "visits": """unit,on,kind
甲镇,2013-02-01,a
甲镇,2013-05-01,b
甲镇,2013-08-01,c
甲镇,2013-11-01,d
乙镇,2013-03-01,a
""",
    "values": """unit,year,kind,value
甲镇,2012,rate,90
乙镇,2012,rate,90
丙街道,2012,rate,90
甲镇,2013,rate,88.5
乙镇,2013,rate,92.5
丙街道,2013,rate,105
甲镇,2013,spent,100000
乙镇,2013,spent,49999.99
丙街道,2013,spent,29999
甲镇,2013,mark,3.5
乙镇,2013,mark,9
甲镇,2013,length,50
乙镇,2013,length,100
丙街道,2013,length,120
甲镇,2013,loss,7
乙镇,2013,loss,4.2
丙街道,2013,loss,2
""",
    "words": """unit,on,said
甲镇,2013-02-01,in none
甲镇,2013-09-01,in the city's plan
乙镇,2013-05-01,in a department's
丙街道,2013-05-01,in none
""",
    "tasks": "unit,year,on\n甲镇,2013,2013-06-30\n乙镇,2013,2013-08-01\n丙街道,2013,\n",
    "checks": "unit,on,result\n甲镇,2013-03-01,pass\n甲镇,2013-04-01,fail\n乙镇,2013-03-01,pass\n",
    "parts": "unit,year,kind,n,of\n甲镇,2013,a,50,100\n乙镇,2013,a,100,100\n丙街道,2013,a,0,100\n",
}
VISITS = {"form": "visits", "rows": True}


def value(kind: str) -> dict:
    return {"form": "values", "where": {"kind": kind}, "value": "value"}


# Each item of a sheet, with what the three units earn of it.
ITEMS = {
    "each visit short": (
        small.target("S01", VISITS, ">= 4", points=5, worth={"each": {"short": 1, "take": "1.25"}}),
        ["5", "5/4", "0"],
    ),
    "each begun pair of visits short, no less than -1": (
        small.target(
            "S02",
            VISITS,
            ">= 4",
            points=5,
            worth={"each": {"short": 2, "take": 3, "least": -1, "round": "up"}},
        ),
        ["5", "-1", "-1"],
    ),
    "each whole pair of visits short": (
        small.target(
            "S03",
            VISITS,
            ">= 4",
            points=5,
            worth={"each": {"short": 2, "take": 2, "round": "down"}},
        ),
        ["5", "3", "1"],
    ),
    "each point below last year, and beyond it a bonus": (
        small.target(
            "S04",
            value("rate"),
            ">= last_year",
            points=15,
            worth={
                "each": {"short": 1, "take": "7.5"},
                "bonus": {"over": 1, "give": 1, "most": 10},
            },
        ),
        ["15/4", "35/2", "25"],
    ),
    "a ladder on an amount that nothing is asked of": (
        small.target(
            "S05",
            value("spent"),
            points=5,
            worth={
                "steps": [
                    {"when": ">= 100,000", "give": 5},
                    {"when": ">= 5万", "give": "2.5"},
                    {"when": ">= 30000", "give": "1.25"},
                ]
            },
        ),
        ["5", "5/4", "0"],
    ),
    "a ladder on words": (
        small.target(
            "S06",
            {"form": "words", "word": "said"},
            points=1,
            key=True,
            worth={
                "steps": [
                    {"when": "in the city's plan", "give": 1},
                    {"when": "in a department's", "give": "0.5"},
                ]
            },
        ),
        ["1", "1/2", "0"],
    ),
    "each month late that has begun": (
        small.target(
            "S07",
            {"form": "tasks", "done": "on"},
            "done",
            by="2013-06-30",
            points=10,
            worth={"each": {"short": "month", "take": 2, "round": "up"}},
        ),
        ["10", "6", "0"],
    ),
    "each whole month late": (
        small.target(
            "S20",
            {"form": "tasks", "done": "on"},
            "done",
            by="2013-07-01",
            points=10,
            worth={"each": {"short": "month", "take": 2, "round": "down"}},
        ),
        ["10", "8", "0"],  # from 1 July to 1 August is a month, and to 31 January are six
    ),
    "each that is outside a range": (
        small.target(
            "S21", value("loss"), "3..5", points=6, worth={"each": {"short": 1, "take": 2}}
        ),
        ["2", "6", "4"],
    ),
    "the total of another sheet, by its bands": (
        small.target(
            "S22",
            value("length"),
            points=2,
            worth={"steps": [{"when": "100..110", "give": 1}, {"when": "110..130", "give": 2}]},
        ),
        ["0", "1", "2"],
    ),
    "each ten days late, in proportion": (
        small.target(
            "S08",
            {"form": "tasks", "done": "on"},
            "done",
            by="2013-06-30",
            points=10,
            worth={"each": {"short": 10, "take": 1}},
        ),
        ["10", "34/5", "0"],  # 32 days are 3.2 tens
    ),
    "a first and a second event cost unlike": (
        small.target(
            "S09",
            VISITS,
            "<= 0",
            points="1.5",
            worth={
                "steps": [
                    {"when": "<= 0", "give": "1.5"},
                    {"when": "<= 1", "give": 1},
                    {"when": "<= 2", "give": "0.75"},
                ]
            },
        ),
        ["0", "1", "3/2"],
    ),
    "an event takes it all": (small.target("S10", VISITS, "<= 0", points=3), ["0", "0", "3"]),
    "each field missing, nothing where there is none": (
        small.target(
            "S11",
            {"form": "visits", "distinct": ["kind"]},
            ">= 4",
            points=1,
            worth={"steps": [{"when": "<= 0", "give": 0}], "each": {"short": 1, "take": "0.1"}},
        ),
        ["1", "7/10", "0"],
    ),
    "in proportion": (
        small.target("S12", value("length"), ">= 120", points=3, worth={"proportion": True}),
        ["5/4", "5/2", "3"],
    ),
    "each thousandth above a most": (
        small.target(
            "S13",
            value("loss"),
            "<= 3",
            points=10,
            worth={
                "each": {"short": "0.5", "take": 1},
                "bonus": {"over": "0.5", "give": "0.25", "most": 1},
            },
        ),
        ["2", "38/5", "21/2"],
    ),
    "a mark that people give; one beyond the item does not count": (
        small.target(
            "S14",
            {"form": "parts", "sum": "n", "over": "of"},
            ">= 50%",
            points=5,
            worth={"given": value("mark")},
        ),
        ["7/2", None, None],
    ),
    "what does not apply is full": (
        small.target(
            "S15", {"form": "checks", "passed": {"result": "pass"}}, ">= 50%", points=4, none="full"
        ),
        ["4", "4", "4"],
    ),
    "what does not apply is nought": (
        small.target(
            "S16", {"form": "checks", "passed": {"result": "pass"}}, ">= 60%", points=2, none="zero"
        ),
        ["0", "2", "0"],
    ),
    "what does not apply drops out": (
        small.target(
            "S17", {"form": "checks", "passed": {"result": "pass"}}, ">= 50%", points=2, key=True
        ),
        ["2", "2", None],
    ),
    "a share, for each point short": (
        small.target(
            "S18",
            {"form": "parts", "sum": "n", "over": "of"},
            ">= 90%",
            points=9,
            worth={"each": {"short": "10pp", "take": 1}},
        ),
        ["5", "9", "0"],
    ),
    "a bonus alone": (
        small.target(
            "S19",
            VISITS,
            ">= 2",
            points=0,
            worth={"bonus": {"over": 1, "give": "0.3", "most": "0.5"}},
        ),
        ["1/2", "0", "0"],
    ),
}
TARGETS = [target for target, _ in ITEMS.values()]
CELLS = [
    pytest.param(target["id"], unit, earned, id=f"{name}: {unit}")
    for name, (target, units) in ITEMS.items()
    for unit, earned in zip((JIA, YI, BING), units, strict=True)
]


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    """The plan, its attainment at the end, and its tables."""
    place = tmp_path_factory.mktemp("sheet")
    made = small.folder(place, FORMS, *TARGETS, scoring=SCORING | {"deductions": OFF})
    tables = small.read(place, made, **RETURNS)
    return load(made).plan(2013), tables


def results(sheet, day: str = "2014-01-31") -> pd.DataFrame:
    plan, tables = sheet
    as_of = pd.Timestamp(day).date()
    returns = owed.status(plan, tables.files, as_of)
    return attain(plan, tables.measures, returns, as_of, files=tables.files)


@pytest.fixture(scope="module")
def items(sheet):
    return credits.credits(sheet[0], results(sheet)).set_index(["target", "unit"])


@pytest.mark.slow
@pytest.mark.parametrize(("target", "unit", "earned"), CELLS)
def test_every_item_by_hand(items, target, unit, earned):
    got = items.loc[(target, unit)]
    assert got["applies"] == (earned is not None)
    assert earned is None or got["earned"] == Fraction(earned)


@pytest.mark.slow
def test_the_table_says_why(items):
    why = items["why"]
    assert why["S01", YI] == "by_each|1|1.25" and why["S12", JIA] == "by_proportion"
    assert why["S04", JIA] == "by_each|1|7.5;by_bonus|1|1|10"
    assert why["S06", BING] == "by_steps|in the city's plan: 1, in a department's: 0.5"
    assert why["S14", JIA] == "marked" and why["S14", BING] == "no_mark"
    assert why["S14", YI] == "mark_outside|9.0|5.0"
    assert (why["S10", BING], why["S10", JIA]) == ("met", "missed")
    assert (why["S15", BING], why["S16", BING]) == ("none_full", "none_zero")
    assert items.loc[("S06", CITY), "key_missed"] and not items.loc[("S17", BING), "key_missed"]
    assert items.loc[("S14", BING), "missing"] and not items.loc[("S17", BING), "missing"]


@pytest.mark.slow
def test_the_sheets_own_total_stands_beside_the_score_of_a_hundred(sheet):
    got = scores.score(sheet[0], results(sheet)).set_index("unit")
    rows = [(target["points"], units) for target, units in ITEMS.values()]
    for at, unit in enumerate((JIA, YI, BING)):
        total = sum(Fraction(units[at]) for _, units in rows if units[at] is not None)
        total -= Fraction(1, 2) * (unit != BING)
        of = sum(Fraction(str(points)) for points, units in rows if units[at] is not None)
        assert got.loc[unit, ["total", "of"]].tolist() == [float(total), float(of)]
        assert got.loc[unit, "score"] == pytest.approx(float(100 * total / of), abs=1e-12)
    assert float(of) == 114.5 - 5 - 2  # all of it without the mark and what drops out


@pytest.mark.slow
def test_within_the_year_what_is_counted_is_short_of_its_pace_and_has_no_bonus_for_it(sheet):
    """By 30 June 181 of 365 days are gone: 4 visits are 1.98... and 2 of them are enough."""
    got = credits.credits(sheet[0], results(sheet, "2013-06-30")).set_index(["target", "unit"])
    assert got.loc[("S01", JIA), "earned"] == 5  # two by June
    due = Fraction(4 * 181, 365)
    assert got.loc[("S01", YI), "earned"] == 5 - Fraction(5, 4) * (due - 1)
    assert got.loc[("S19", JIA), "earned"] == 0
    mark = ["applies", "pending", "missing"]
    assert got.loc[("S14", BING), mark].tolist() == [False, True, False]
    got = credits.credits(sheet[0], results(sheet, "2013-12-31")).set_index(["target", "unit"])
    assert got.loc[("S14", BING), mark].tolist() == [False, False, True]


@pytest.mark.parametrize(
    ("score", "missed", "decimals", "grade"),
    [
        (Fraction("90"), False, None, "A"),
        (Fraction("90"), True, None, "B"),  # a key item is missed
        (Fraction("89.99"), False, None, "B"),
        (Fraction("89.5"), False, 0, "A"),  # halves go up
        (Fraction("89.49"), False, 0, "B"),
        (Fraction("89.95"), False, 1, "A"),
        (Fraction("79.949"), True, 1, "C"),
        (None, False, None, ""),
    ],
)
def test_grades_by_rounded_scores_and_key_items(score, missed, decimals, grade):
    scoring = Scoring(bands=BANDS, seed=1, decimals=decimals)
    assert scores._grades(scoring, [score], np.array([missed]), np.array([False])) == [grade]


def worth(**parts) -> Worth:
    return Worth.model_validate(parts)


def exactly(*numbers) -> np.ndarray:
    return np.array([Fraction(number) for number in numbers], dtype=object)


WORTHS = [
    worth(each={"short": 2, "take": "1.5"}),
    worth(each={"short": 3, "take": 1, "round": "up", "least": -2}),
    worth(proportion=True),
    worth(steps=[{"when": ">= 10", "give": 4}, {"when": ">= 5", "give": 2}]),
    worth(bonus={"over": 2, "give": 1, "most": 3, "round": "down"}),
    worth(each={"short": 1, "take": 1}, bonus={"over": 1, "give": 1, "most": 2}),
]
LEAST = 10


def earned(worth: Worth, numbers: np.ndarray) -> np.ndarray:
    own = type(numbers.flat[0])
    holds = [
        np.array([rung.when.met(Fraction(number), *rung.when.ends) for number in numbers])
        for rung in worth.steps
    ]
    return points(worth, own(5), holds, numbers, LEAST - numbers, numbers - LEAST)


@given(st.sampled_from(WORTHS), st.lists(st.integers(0, 40), min_size=2, max_size=9))
def test_more_is_never_worth_less(worth, halves):
    numbers = exactly(*(Fraction(half, 2) for half in sorted(halves)))
    got = earned(worth, numbers)
    assert len(got) == len(halves) and all(a <= b for a, b in itertools.pairwise(got))


@given(st.sampled_from(WORTHS), st.lists(st.integers(0, 40), min_size=1, max_size=9))
def test_floats_that_are_drawn_earn_what_fractions_earn(worth, halves):
    exact = earned(worth, exactly(*(Fraction(half, 2) for half in halves)))
    drawn = earned(worth, np.array(halves, dtype="float64") / 2)
    assert drawn.dtype.kind == "f" and [*drawn] == pytest.approx([float(p) for p in exact])


def refused(tmp_path, target: dict, **more) -> str:
    made = small.folder(tmp_path, FORMS, target, **{"scoring": SCORING} | more)
    with pytest.raises(PlanError) as error:
        load(made)
    return str(error.value)


PARTS = {"form": "parts", "sum": "n", "over": "of"}


@pytest.mark.parametrize(
    ("target", "says"),
    [
        (small.target("W", VISITS, ">= 4", worth={}), "write one of steps, each"),
        (
            small.target(
                "W", VISITS, ">= 4", worth={"each": {"short": "month", "take": 1, "round": "up"}}
            ),
            "only a task is months late",
        ),
        (
            small.target(
                "W",
                {"form": "tasks", "done": "on"},
                "done",
                worth={"each": {"short": "month", "take": 1}},
            ),
            "of months write whether one begun counts",
        ),
        (
            small.target("W", VISITS, ">= 4", worth={"each": {"short": 0, "take": 1}}),
            "write a number above nought",
        ),
        (
            small.target(
                "W", VISITS, ">= 4", worth={"proportion": True, "each": {"short": 1, "take": 1}}
            ),
            "each, proportion: write one of them",
        ),
        (small.target("W", VISITS, "<= 4", worth={"proportion": True}), "of a most there is none"),
        (
            small.target("W", VISITS, worth={"bonus": {"over": 1, "give": 1, "most": 1}}),
            "needs a bound; write it as require",
        ),
        (
            small.target("W", VISITS, ">= 4", worth={"steps": [{"when": "many", "give": 1}]}),
            "many is not what the measure comes to",
        ),
        (
            small.target("W", VISITS, ">= 4", worth={"steps": [{"when": "rank <= 3", "give": 1}]}),
            "asks for another number",
        ),
        (
            small.target("W", VISITS, ">= 4", worth={"steps": [{"when": 3, "give": 1}]}),
            "write such as '>= 3'",
        ),
        (
            small.target("W", PARTS, ">= 50%", worth={"given": "nowhere"}),
            "nowhere is no column of form parts",
        ),
        (small.target("W", VISITS, ">= 4", points=1, weight=2), "points or weight, not both"),
    ],
)
def test_what_cannot_be_worth_points_is_refused(tmp_path, target, says):
    message = refused(tmp_path, target)
    assert says in message and "2013.yml" in message


def test_all_that_is_scored_has_points_or_none_has(tmp_path):
    targets = [
        small.target("P", VISITS, ">= 4", points=1),
        small.target("Q", VISITS, ">= 5"),
        small.target("R", VISITS),  # only reported
    ]
    made = small.folder(tmp_path, FORMS, *targets, scoring=SCORING)
    with pytest.raises(PlanError, match="targets: Q: no points, and others have"):
        load(made)
