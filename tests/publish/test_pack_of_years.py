"""A plan of three years from July to June, in one file: its law, and the pack of its second."""

import datetime as dt
import html
import re
from pathlib import Path

import pandas as pd
import pytest
import small
from project import read_yaml, write_yaml

from yxq.attainment import history, owed
from yxq.attainment.attain import attain
from yxq.plan.folder import Folder
from yxq.plan_folders.load import load
from yxq.publish.pack import build

pytestmark = pytest.mark.slow  # an ingest and a pack

CITY, JIA, YI, BING = "某市", "甲镇", "乙镇", "丙街道"
FORMS = {
    "checks": small.form("unit", "n", "of", "on", when=["on"]),
    "values": small.form("unit", "year", "value", when=["year"], key=["unit", "year"]),
}
RATE, SUM = {"form": "checks", "sum": "n", "over": "of"}, {"form": "checks", "sum": "n"}
VALUE = {"form": "values", "value": "value"}
PATHS = {  # what is asked by year: by the file of all years, and by a file of each
    "A": (RATE, {2021: ">= 80%", 2022: ">= 85%", 2023: ">= 90%"}),
    "B": (RATE, {2022: ">= 80%", 2023: "> last_year"}),
    "C": (SUM | {"span": "since 2021"}, {2021: ">= 10", 2022: ">= 27", 2023: ">= 50"}),
    "D": (VALUE | {"span": "mean 2"}, {2022: "<= 5.5"}),
    "E": (VALUE, {2023: "<= y2020 * 50%"}),
    "F": (VALUE, {2021: "<= last", 2022: "<= last", 2023: "<= last"}),
}
BY_YEAR = {  # as an office with a file a year would write it
    "A": {2021: (">= 80%",), 2022: (">= 85%",), 2023: (">= 90%",)},
    "B": {2021: (">= 80%", "2023-06-30"), 2022: (">= 80%",), 2023: ("> last_year",)},
    "C": {2021: (">= 10",), 2022: (">= 27",), 2023: (">= 50",)},
    "D": {2021: ("<= 5.5", "2023-06-30"), 2022: ("<= 5.5",), 2023: ()},
    "E": {
        2021: ("<= y2020 * 50%", "2024-06-30"),
        2022: ("<= y2020 * 50%", "2024-06-30"),
        2023: ("<= y2020 * 50%",),
    },
    "F": {2021: ("<= last",), 2022: ("<= last",), 2023: ("<= last",)},
}
OWES = [
    {"form": "checks", "sender": "办公室", "every": "half", "due_days": 15},
    {"form": "values", "sender": "办公室", "every": "year", "due_days": 30},
]
TITLE = {"zh": "某市2021—2023年计划", "en": "Plan of Some City 2021 to 2023"}
AS_OF = dt.date(2023, 7, 31)
HALVES = {
    "2021年下半年": "2021-09-03",
    "2022年上半年": "2022-02-03",
    "2022年下半年": "2022-09-03",
    "2023年上半年": "2023-06-30",
}


def target(id: str, measure: dict, asked: object, **more) -> dict:
    whom = {"for": "city"} if "value" in measure else {}
    title = {"zh": f"指标{id}", "en": f"Measure {id}"}
    return small.target(id, measure, **({"require": asked} if asked else {}), **whom, **more) | {
        "title": title
    }


def several(place: Path) -> Path:
    made = small.folder(
        place,
        FORMS,
        *(target(id, *of) for id, of in PATHS.items()),
        year="2021-2023",
        start="2021-07-01",
        end="2024-06-30",
        returns=OWES,
        document={"title": TITLE},
    )
    (made / "2013.yml").rename(made / "2021-2023.yml")
    return made


def yearly(place: Path) -> Path:
    """The same with a file a year."""
    made = several(place)
    whole = read_yaml(made / "2021-2023.yml")
    (made / "2021-2023.yml").unlink()
    for year in (2021, 2022, 2023):
        said = {"year": year, "start": f"{year}-07-01", "end": f"{year + 1}-06-30"}
        targets = []
        for id, (measure, _) in PATHS.items():
            asked, *by = BY_YEAR[id][year] or (None,)
            targets.append(target(id, measure, asked, **({"by": by[0]} if by else {})))
        write_yaml(made / f"{year}.yml", whole | said | {"targets": targets})
    return made


@pytest.fixture(scope="module")
def each(tmp_path_factory) -> Folder:
    """The plan with a file a year."""
    return load(yearly(tmp_path_factory.mktemp("yearly")))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The plan of several years and its returns, of all but the last year."""
    place = tmp_path_factory.mktemp("years")
    plan = several(place)
    units = {JIA: (8, 10), YI: (9, 10), BING: (7, 10)}
    files = {
        f"checks-{name}": "unit,n,of,on\n"
        + "".join(f"{u},{n},{of},{day}\n" for u, (n, of) in units.items())
        for name, day in HALVES.items()
    }
    values = {2019: 12, 2020: 10, 2021: 6, 2022: 5}  # 2019 ends in June 2020
    files |= {f"values-{y}年": f"unit,year,value\n{CITY},{y},{v}\n" for y, v in values.items()}
    return load(plan), small.read(place, plan, **files)


def judged(folder: Folder, tables, year: int, as_of: dt.date) -> pd.DataFrame:
    plan = folder.plan(year)
    measures = tables.measures[tables.measures["plan"] == plan.id]
    returns = owed.status(plan, tables.files, as_of)
    return attain(plan, measures, returns, as_of, files=tables.files)


@pytest.mark.parametrize(
    ("year", "as_of"),  # before it, within it, after it, and after all
    [
        (2021, "2021-06-01"),
        (2021, "2022-03-31"),
        (2021, "2023-07-31"),
        (2022, "2022-03-31"),
        (2022, "2022-07-31"),
        (2022, "2024-07-31"),
        (2023, "2022-07-31"),
        (2023, "2023-07-31"),
        (2023, "2024-07-31"),
    ],
)
def test_a_path_gives_the_same_as_a_file_a_year(made, each, year, as_of):
    day = dt.date.fromisoformat(as_of)
    one, other = (judged(folder, made[1], year, day) for folder in (made[0], each))
    pd.testing.assert_frame_equal(one, other)
    assert len(one) == 15  # three targets of every unit, six of the city


def test_the_years_by_hand(made):
    """Of the city: 24 of 30 passed each half year; values 12, 10, 6, 5."""
    found = {
        year: judged(*made, year, AS_OF).set_index(["unit", "target"]).loc[CITY]
        for year in (2021, 2022, 2023)
    }
    states = {year: rows["state"].to_dict() for year, rows in found.items()}
    assert states[2021] == {
        "A": "attained",
        "B": "pending",
        "C": "attained",
        "D": "pending",
        "E": "pending",
        "F": "attained",
    }
    assert states[2022] == {
        "A": "not attained",
        "B": "attained",
        "C": "attained",
        "D": "attained",
        "E": "pending",
        "F": "attained",
    }
    assert states[2023] == dict.fromkeys("ABDEF", "pending") | {"C": "attained"}
    assert found[2023].loc["D", "require"] == "" and pd.isna(found[2023].loc["D", "value"])
    assert found[2022]["value"].tolist() == [0.8, 0.8, 96, 5.5, 5, 5]
    assert found[2021].loc["D", ["value", "note"]].tolist() == [8, "due_on|2023-06-30"]  # 10 and 6
    assert found[2022].loc["E", "gap"] == 0 and found[2022].loc["C", "previous"] == 48
    jia = judged(*made, 2022, AS_OF).set_index(["unit", "target"]).loc[JIA]
    assert jia.loc["C", ["value", "state"]].tolist() == [32, "attained"]


def test_the_target_over_the_years_is_of_each_plan(made):
    folder, tables = made
    rows = history.years(folder, tables.measures, tables.files, "A", AS_OF)
    rows = rows[rows["unit"] == CITY].set_index("year")
    assert rows["standing"].to_dict() == {2021: "first plan", 2022: "raised", 2023: "raised"}
    assert rows["require"].tolist() == [">= 80%", ">= 85%", ">= 90%"]
    assert rows["state"].tolist() == ["attained", "not attained", "pending"]


@pytest.fixture(scope="module", params=["zh", "en"])
def pack(request, made, plain_packs, tmp_path_factory) -> dict[str, str]:
    out = tmp_path_factory.mktemp("reports")
    plan = made[0].plan(2022)
    place, outcomes = build(plan, out, made[1].place, AS_OF, request.param)
    assert place == out / "2022" and not [outcome.error for outcome in outcomes if outcome.error]
    return {"language": request.param} | {
        page.stem: html.unescape(
            re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8").partition("<body")[2])
        )
        for page in place.glob("*.html")
    }


def test_the_pack_of_one_of_its_years(pack):
    pages = {name for name in pack if not name.startswith("department-")}
    assert pages == {"language", "index", "city", "returns", "1-jia", "2-yi", "3-bing"}
    city = " ".join(pack["city"].split())
    if pack["language"] == "zh":
        told = ["≥85%", "≥27件（2021年起累计）", "≤5.5件（2年平均）", "2024年6月30日前≤2020年的50%"]
    else:
        told = [
            "≥ 85%",
            "≥ 27 items (since 2021)",
            "≤ 5.5 items (mean of 2 years)",
            "≤ 50% of 2020 (5 items) by 2024-06-30",
        ]
    assert [text for text in told if text not in city] == []
    assert TITLE[pack["language"]] in city


def test_its_returns_are_those_of_july_to_june(pack):
    page = " ".join(pack["returns"].split())
    if pack["language"] == "zh":
        told = (
            "考核期自2022年7月1日至2023年6月30日",
            "本年度报表3份，读入10行",
            "7月 8月 9月 10月 11月 12月 1月",
        )
    else:
        told = (
            "The year is from 2022-07-01 to 2023-06-30",
            "3 returns of this year were read, 10 rows",
            "7 8 9 10 11 12 1 2",
        )
    assert [text for text in told if text not in page] == []
    # Those of the year stand first, and the annual one is among them.
    files = list(dict.fromkeys(re.findall(r"办公室-(\S+)\.csv", page)))
    assert set(files[:3]) == {"checks-2022年下半年", "checks-2023年上半年", "values-2022年"}
