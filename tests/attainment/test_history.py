"""One target over three plans, and what changed between two, from measures written here."""

import datetime as dt
from fractions import Fraction

import pandas as pd
import pytest

from yxq.attainment import history
from yxq.attainment.measures import COLUMNS as MEASURES
from yxq.attainment.measures import DTYPES
from yxq.plan.folder import Folder, Plan
from yxq.plan.requirement import parse
from yxq.plan_folders.diff import COLUMNS, differences, others
from yxq.plan_folders.load import load
from yxq.words.text import Text

pytestmark = pytest.mark.slow  # not part of `make quick`

YIXING = load("yixing")
FIRST = YIXING.plan(2013)
TOWN, CITY = "丁蜀镇", "宜兴市"
LAST = dt.date(2015, 12, 31)


def period(year: int, *targets):
    """A plan's period of whole year, without returns that are owed, bases or scores."""
    update = {"year": year, "start": dt.date(year, 1, 1), "end": dt.date(year, 12, 31)}
    update |= {"targets": targets}
    return FIRST.period.model_copy(update=update | {"returns": (), "bases": {}, "scoring": None})


def rate(threshold: str | None, **more) -> tuple:
    """T01 with a least share; of None no target at all."""
    if threshold is None:
        return ()
    asked = {"require": parse(f">= {threshold}")}
    return (FIRST.target("T01").model_copy(update=asked | more),)


OTHER = FIRST.target("T02")  # so that no plan is empty


def three(*thresholds: str | None, years: tuple[int, ...] = (2013, 2014, 2015)) -> Folder:
    """A folder of plans that ask so much of T01, a threshold a year."""
    asked = dict(zip(years, thresholds, strict=True))
    made = {year: period(year, *rate(at), OTHER) for year, at in asked.items()}
    return YIXING.model_copy(update={"periods": made})


def row(plan: int, year: int, passed, of, day="06-30", unit=TOWN, id="T01", **more) -> dict:
    date = pd.Timestamp(f"{year}-{day}")
    about = {"plan": f"yixing-{plan}", "year": year, "month": date.month, "date": date}
    about |= {"unit": unit, "target": id}
    return about | {"stratum": "", "numerator": passed, "denominator": of, "records": of} | more


def measures(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=MEASURES).astype(DTYPES)


def passed(plan: int, year: int) -> int:
    """How many of 100 passed, by a plan's definition: another number for every plan and year."""
    return 900 + 10 * (plan - 2013) + (year - 2012)


def every(*years: int, plans: tuple[int, ...] = (2013, 2014, 2015), of: int = 1000) -> pd.DataFrame:
    return measures(*(row(plan, year, passed(plan, year), of) for plan in plans for year in years))


def files() -> pd.DataFrame:
    """Nothing is owed, so nothing that arrived is looked at."""
    days = dict.fromkeys(["period_from", "period_to", "filed"], "datetime64[us]")
    counts = dict.fromkeys(["accepted", "duplicate", "rejected"], "int64")
    kinds = dict.fromkeys(["file", "form", "sender"], "str") | days | counts
    kinds |= {"refused": "str", "correction": "bool"}
    return pd.DataFrame(columns=[*kinds]).astype(kinds)


def over_years(folder: Folder, found: pd.DataFrame, as_of: dt.date = LAST) -> pd.DataFrame:
    rows = history.years(folder, found, files(), "T01", as_of)
    assert set(history.YEARS) <= set(rows)
    assert set(rows["target"]) == {"T01"}
    return rows[rows["unit"] == TOWN].set_index("year")


FIRST_PLAN = "first plan"
STANDINGS = [
    # thresholds of 2013, 2014, 2015; standings; whose definition each year follows
    (("95%", "95%", "95%"), [FIRST_PLAN, "unchanged", "unchanged"], [2013, 2014, 2015]),
    (("95%", "96%", "96%"), [FIRST_PLAN, "raised", "unchanged"], [2013, 2014, 2015]),
    (("95%", "95%", "96%"), [FIRST_PLAN, "unchanged", "raised"], [2013, 2014, 2015]),
    (("95%", "96%", "95%"), [FIRST_PLAN, "raised", "lowered"], [2013, 2014, 2015]),
    (("95%", "94%", "95%"), [FIRST_PLAN, "lowered", "raised"], [2013, 2014, 2015]),
    (("95%", "97%", "96%"), [FIRST_PLAN, "raised", "lowered"], [2013, 2014, 2015]),
    (("95%", "96%", None), [FIRST_PLAN, "raised", "not in the plan"], [2013, 2014, 2014]),
    (("95%", None, None), [FIRST_PLAN, "not in the plan", "not in the plan"], [2013, 2013, 2013]),
    (("95%", None, "96%"), [FIRST_PLAN, "not in the plan", "added"], [2013, 2015, 2015]),
    ((None, "95%", "96%"), ["not in the plan", "added", "raised"], [2014, 2014, 2015]),
    ((None, "95%", None), ["not in the plan", "added", "not in the plan"], [2014, 2014, 2014]),
    ((None, None, "95%"), ["not in the plan", "not in the plan", "added"], [2015, 2015, 2015]),
]


@pytest.mark.parametrize(("thresholds", "standings", "plans"), STANDINGS)
def test_a_target_over_three_plans(thresholds, standings, plans):
    """Each is compared with the one before; where no plan asks, the next that does defines it."""
    got = over_years(three(*thresholds), every(2013, 2014, 2015))
    assert [*got.index] == [2013, 2014, 2015]
    assert [*got["standing"]] == standings
    assert [*got["plan"]] == [f"yixing-{plan}" for plan in plans]
    assert [*got["bound"]] == [at or "" for at in thresholds]
    for year, plan, at in zip(got.index, plans, thresholds, strict=True):
        have = passed(plan, year)
        one = got.loc[year]
        assert (one["numerator"], one["denominator"]) == (have, 1000)
        assert one["value"] == pytest.approx(have / 1000)
        if at is None:
            assert one["state"] is pd.NA
            assert one["note"] == ""
        else:
            met = have >= 10 * int(at.rstrip("%"))
            assert one["state"] == ("attained" if met else "not attained")


def test_states_are_judged_by_each_years_own_requirement():
    same = measures(*(row(year, year, 95, 100) for year in (2013, 2014, 2015)))
    got = over_years(three("95%", "96%", "95%"), same)
    assert [*got["state"]] == ["attained", "not attained", "attained"]


def test_a_definition_that_changes_and_changes_back_is_redefined_twice():
    folder = three("95%", "95%", "95%")
    other = FIRST.target("T04").measure
    changed = period(2014, *rate("96%", measure=other), OTHER)
    folder = folder.model_copy(update={"periods": folder.periods | {2014: changed}})
    got = over_years(folder, every(2013, 2014, 2015))
    assert [*got["standing"]] == [FIRST_PLAN, "redefined", "redefined"]


@pytest.mark.parametrize(
    ("update", "standing"),
    [
        ({"measure": FIRST.target("T04").measure}, "redefined"),
        ({"sampled": False}, "redefined"),
        ({"unit": Text(zh="件", en="item/items")}, "redefined"),
        ({"unit": Text(zh="批次", en="lot/lots")}, "changed"),
        ({"title": Text(zh="另名", en="Other")}, "unchanged"),
        ({"owner": "农林局"}, "unchanged"),
        ({"weight": Fraction(2)}, "unchanged"),
        ({"require": parse(">= 96%"), "sampled": False}, "redefined"),
        ({"require": parse(">= 96%"), "owner": "农林局"}, "raised"),
        ({"require": parse(">= 94%")}, "lowered"),
        ({"require": parse("> 95%")}, "raised"),
        ({"require": parse("> last_year")}, "changed"),
        ({"require": None}, "changed"),
    ],
)
def test_what_became_of_a_target(update, standing):
    assert history._standing(changed_in_2015(update), 2015, "T01") == standing


def test_what_became_of_it_stands_beside_each_years_result():
    """Of those above that no other test shows there."""
    folder = changed_in_2015({"require": parse("> last_year")})
    got = over_years(folder, every(2013, 2014, 2015))
    assert [*got["standing"]] == [FIRST_PLAN, "unchanged", "changed"]


def changed_in_2015(update: dict) -> Folder:
    folder = three("95%", "95%", "95%")
    changed = period(2015, *rate("95%", **update), OTHER)
    return folder.model_copy(update={"periods": folder.periods | {2015: changed}})


def test_a_year_between_two_plans_has_none_and_the_next_is_compared_with_the_last_there_was():
    folder = three("95%", "96%", years=(2013, 2015))
    got = over_years(folder, every(2013, 2014, 2015, plans=(2013, 2015)))
    assert got["standing"].to_dict() == {2013: FIRST_PLAN, 2014: "no plan", 2015: "raised"}
    assert [*got["plan"]] == ["yixing-2013", "yixing-2015", "yixing-2015"]
    assert [*got["numerator"]] == [passed(2013, 2013), passed(2015, 2014), passed(2015, 2015)]
    assert got["state"].isna().to_dict() == {2013: False, 2014: True, 2015: False}


def test_years_before_the_first_plan_and_after_the_last():
    """2012 follows the first plan, what comes after the last plan follows that."""
    found = every(2012, 2013, 2014, 2015, 2016)
    got = over_years(three("95%", "95%", "95%"), found, dt.date(2016, 12, 31))
    assert got["standing"].to_dict() == {
        2012: "no plan",
        2013: FIRST_PLAN,
        2014: "unchanged",
        2015: "unchanged",
        2016: "no plan",
    }
    assert [*got["plan"]] == [f"yixing-{year}" for year in (2013, 2013, 2014, 2015, 2015)]
    assert got.loc[2012, "numerator"] == passed(2013, 2012)
    assert got.loc[2016, "numerator"] == passed(2015, 2016)


def test_first_years_without_a_plan_or_a_value_are_left_out():
    found = measures(row(2013, 2011, 0, 0), row(2013, 2012, 5, 10), row(2013, 2013, 9, 10))
    got = over_years(three("95%", "95%", "95%"), found)
    assert [*got.index] == [2012, 2013, 2014, 2015]


@pytest.mark.parametrize(
    ("as_of", "years", "days"),
    [
        (dt.date(2014, 12, 31), [2013, 2014], ["2013-12-31", "2014-12-31"]),
        (dt.date(2015, 1, 1), [2013, 2014, 2015], ["2013-12-31", "2014-12-31", "2015-01-01"]),
        (dt.date(2014, 1, 1), [2013, 2014], ["2013-12-31", "2014-01-01"]),
        (dt.date(2013, 12, 31), [2013], ["2013-12-31"]),
        (dt.date(2013, 6, 30), [2013], ["2013-06-30"]),
        (dt.date(2016, 3, 1), [2013, 2014, 2015], ["2013-12-31", "2014-12-31", "2015-12-31"]),
    ],
)
def test_years_that_have_begun_each_until_its_own_day(as_of, years, days):
    got = over_years(three("95%", "95%", "95%"), every(2013, 2014, 2015), as_of)
    assert [*got.index] == years
    assert [f"{day:%Y-%m-%d}" for day in got["as_of"]] == days


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2013-06-29", (10, 10)),
        ("2013-06-30", (19, 20)),
        ("2013-07-01", (19, 20)),
        ("2013-12-30", (19, 20)),
        ("2013-12-31", (22, 30)),
    ],
)
def test_a_record_of_the_day_itself_counts(as_of, expected):
    days = [(10, "01-01"), (9, "06-30"), (3, "12-31")]
    found = measures(*(row(2013, 2013, have, 10, day=day) for have, day in days))
    got = over_years(three("95%", "95%", "95%"), found, dt.date.fromisoformat(as_of))
    assert (got.loc[2013, "numerator"], got.loc[2013, "denominator"]) == expected


def test_what_another_year_did_not_report_is_no_zero():
    """2015 asks no more, and nothing came: no numbers; in 2014, which asks, it has no data."""
    got = over_years(three("95%", "96%", None), every(2013))
    assert got.loc[[2014, 2015], ["numerator", "denominator", "value"]].isna().all(axis=None)
    assert got.loc[2014, "state"] == "no data"
    assert got.loc[2015, "state"] is pd.NA


QUARTERS = [("01-01", "03-31"), ("04-01", "06-30"), ("07-01", "09-30"), ("10-01", "12-31")]


@pytest.mark.parametrize(("sent", "known"), [(1, False), (3, True), (4, True)])
def test_a_count_of_another_year_is_known_once_no_return_of_it_is_missing(sent, known):
    """Two brands of T52 were won in the first quarter of 2014, which has no plan."""
    owed = [
        one for one in FIRST.period.returns if (one.form, one.sender) == ("registers", "质监局")
    ]
    made = period(2013, FIRST.target("T52")).model_copy(update={"returns": tuple(owed)})
    folder = YIXING.model_copy(update={"periods": {2013: made}})
    arrived = [
        (
            "a",
            "registers",
            "质监局",
            f"2014-{first}",
            f"2014-{last}",
            f"2014-{last}",
            1,
            0,
            0,
            "",
            False,
        )
        for first, last in QUARTERS[:sent]
    ]
    kinds = files().dtypes
    came = pd.DataFrame(arrived, columns=kinds.index).astype(kinds)
    found = measures(row(2013, 2014, 2, None, day="02-01", id="T52", unit=CITY, records=2))
    rows = history.years(folder, found, came, "T52", dt.date(2014, 12, 31))
    year = rows[(rows["unit"] == CITY) & (rows["year"] == 2014)]
    assert year["standing"].tolist() == ["no plan"]
    assert year[["numerator", "value"]].notna().values.tolist() == [[known, known]]
    assert not known or year["numerator"].tolist() == [2]


def test_every_unit_and_the_city_have_their_years():
    towns = row(2013, 2013, 9, 10), row(2013, 2013, 8, 10, unit="和桥镇")
    found = measures(*towns, row(2013, 2013, 17, 20, unit=CITY))
    rows = history.years(three("95%", "95%", "95%"), found, files(), "T01", dt.date(2013, 12, 31))
    assert rows["unit"].tolist() == [*(unit.name for unit in FIRST.towns), CITY]
    had = rows[rows["value"].notna()].set_index("unit")["value"]
    assert had.to_dict() == {TOWN: 0.9, "和桥镇": 0.8, CITY: 0.85}


# Month by month


def of_months(*rows: dict, as_of: str = "2013-12-31", id: str = "T01") -> list[list]:
    found = history.months(FIRST, measures(*rows), FIRST.target(id), dt.date.fromisoformat(as_of))
    assert list(found) == history.MONTHS
    plain = found.astype(object).where(found.notna(), None)
    plain["month"] = found["month"].astype("str")
    return plain.values.tolist()


JANUARY, JUNE = {"day": "01-31"}, {"day": "06-30"}


def test_counts_of_months_and_so_far():
    """Two rows of June make one; the city has its own; months without any have no row."""
    assert of_months(
        row(2013, 2013, 9, 10, **JUNE),
        row(2013, 2013, 3, 4, day="06-02"),
        row(2013, 2013, 5, 5, **JANUARY),
        row(2013, 2013, 0, 2, day="12-31"),
        row(2013, 2013, 7, 8, unit=CITY, **JUNE),
    ) == [
        [TOWN, "2013-01", 5, 5, 1.0, 5, 5],
        [TOWN, "2013-06", 12, 14, pytest.approx(12 / 14), 17, 19],
        [TOWN, "2013-12", 0, 2, 0.0, 17, 21],
        [CITY, "2013-06", 7, 8, 0.875, 7, 8],
    ]


UNTIL = [("2013-01-31", 1), ("2013-06-29", 1), ("2013-06-30", 2), ("2013-07-01", 2)]


@pytest.mark.parametrize(("as_of", "months"), UNTIL)
def test_a_month_counts_from_its_records_own_day(as_of, months):
    rows = [row(2013, 2013, 5, 5, **JANUARY), row(2013, 2013, 9, 10, **JUNE)]
    expected = [[TOWN, "2013-01", 5, 5, 1.0, 5, 5], [TOWN, "2013-06", 9, 10, 0.9, 14, 15]]
    assert of_months(*rows, as_of=as_of) == expected[:months]


def test_before_the_first_record_there_is_no_month():
    assert of_months(row(2013, 2013, 5, 5, **JANUARY), as_of="2013-01-30") == []


@pytest.mark.parametrize(
    "other",
    [
        {"plan": 2014},
        {"year": 2012},
        {"id": "T04"},
        {"unit": "阳羡旅游度假区"},
        {"unit": "苏州市"},
        {"month": None},
        {"numerator": None},
    ],
)
def test_what_is_of_another_plan_year_target_or_unit_or_of_no_month_is_left_out(other):
    mine = row(2013, 2013, 9, 10)
    about = {"plan": 2013, "year": 2013, "passed": 1, "of": 2} | other
    assert of_months(mine, row(**about)) == [[TOWN, "2013-06", 9, 10, 0.9, 9, 10]]


def test_strata_are_put_together_and_nothing_due_has_no_rate():
    assert of_months(
        row(2013, 2013, 1, 2, id="T40", stratum="集贸市场"),
        row(2013, 2013, 3, 3, id="T40", stratum="村卫生室"),
        row(2013, 2013, 0, 0, id="T40", day="09-30"),
        id="T40",
    ) == [[TOWN, "2013-06", 4, 5, 0.8, 4, 5], [TOWN, "2013-09", 0, 0, None, 4, 5]]


def test_counts_have_no_rate():
    assert of_months(
        row(2013, 2013, 2, None, id="T20", records=2),
        row(2013, 2013, 1, None, id="T20", records=1, day="07-01"),
        id="T20",
    ) == [[TOWN, "2013-06", 2, None, None, 2, None], [TOWN, "2013-07", 1, None, None, 3, None]]


def test_a_target_of_the_city_alone_has_its_months_alone():
    """T14 is the city's; what a return says of a town is none of it."""
    assert FIRST.target("T14").whom == "city"
    towns, city = row(2013, 2013, 2, 3, id="T14"), row(2013, 2013, 2, 3, id="T14", unit=CITY)
    assert of_months(city, towns, id="T14") == [[CITY, "2013-06", 2, 3, pytest.approx(2 / 3), 2, 3]]


# What changed between two plans


def plans(before: tuple, after: tuple, **more) -> tuple[Plan, Plan]:
    old, new = period(2013, *before), period(2014, *after).model_copy(update=more)
    folder = YIXING.model_copy(update={"periods": {2013: old, 2014: new}})
    return folder.plan(2013), folder.plan(2014)


def told(before: tuple, after: tuple) -> list[list]:
    found = differences(*plans(before, after))
    assert list(found) == COLUMNS
    assert len(found) == 0 or found["title"].notna().all()
    return found.values.tolist()


def changed(id: str, **update) -> list[list]:
    one = FIRST.target(id)
    return told((one,), (one.model_copy(update=update),))


def test_the_same_twice_is_no_change():
    assert told(FIRST.targets, FIRST.targets) == []


T01 = FIRST.target("T01")
NAME = "产品质量监督抽查合格率"


@pytest.mark.parametrize(
    ("what", "value", "change", "before", "after"),
    [
        ("sampled", False, "redefined", "True", "False"),
        (
            "unit",
            Text(zh="件", en="lot/lots"),
            "redefined",
            "批次 / batch/batches",
            "件 / lot/lots",
        ),
        (
            "unit",
            Text(zh="批次", en="lot/lots"),
            "changed",
            "批次 / batch/batches",
            "批次 / lot/lots",
        ),
        ("clause", "一、2", "changed", "一、1", "一、2"),
        ("whom", "both", "changed", "each", "both"),
        ("owner", "农林局", "changed", "质监局", "农林局"),
        ("weight", Fraction(3, 2), "changed", "1", "3/2"),
        ("split", "equal", "changed", "", "equal"),
        ("lot", "firms", "changed", "", "firms"),
        ("note", "", "changed", T01.note, ""),
        ("require", ">= 96%", "raised", ">= 95%", ">= 96%"),
        ("require", "> 95%", "raised", ">= 95%", "> 95%"),
        ("require", ">= 94%", "lowered", ">= 95%", ">= 94%"),
        ("require", ">= 19/20", "", "", ""),
        ("require", "<= 95%", "changed", ">= 95%", "<= 95%"),
        ("require", "> last_year", "changed", ">= 95%", "> last_year"),
    ],
)
def test_each_part_of_a_target(what, value, change, before, after):
    named = {"whom": "for"}.get(what, what)  # as the plan file has it
    expected = [["T01", change, named, before, after, NAME]] if change else []
    given = parse(value) if what == "require" else value
    assert changed("T01", **{what: given}) == expected


def test_another_title_is_told_under_the_new_one():
    assert changed("T01", title=Text(zh="另名", en="Other")) == [
        ["T01", "changed", "title", f"{NAME} / {T01.title.en}", "另名 / Other", "另名"]
    ]


def test_another_measure_redefines():
    [[*start, before, after, title]] = changed("T01", measure=FIRST.target("T04").measure)
    assert start == ["T01", "redefined", "measure"]
    assert '"class":"product"' in before
    assert '"class":"agricultural"' in after
    assert title == NAME


def test_several_changes_of_a_target_stand_together_what_is_asked_last():
    found = changed("T01", require=parse(">= 90%"), note="", owner="农林局", sampled=False)
    assert [row[1:3] for row in found] == [
        ["redefined", "sampled"],
        ["changed", "owner"],
        ["changed", "note"],
        ["lowered", "require"],
    ]


def test_what_is_no_longer_judged_is_neither_raised_nor_lowered():
    found = changed("T01", require=None)
    assert [row[1:5] for row in found] == [["changed", "require", ">= 95%", ""]]


def test_added_ones_stand_where_the_new_plan_has_them_and_dropped_ones_come_last():
    before = tuple(FIRST.target(id) for id in ("T52", "T01", "T63", "T02"))
    after = tuple(FIRST.target(id) for id in ("T20", "T02", "T14", "T01", "T09"))
    assert [row[:5] for row in told(before, after)] == [
        ["T20", "added", "target", "", ">= 15"],
        ["T14", "added", "target", "", "done open"],
        ["T09", "added", "target", "", "> last_year"],
        ["T52", "dropped", "target", ">= 8", ""],
        ["T63", "dropped", "target", "<= 0", ""],
    ]


@pytest.mark.parametrize(
    ("update", "parts"),
    [
        ({}, []),
        ({"end": dt.date(2014, 11, 30)}, ["period"]),
        ({"start": dt.date(2014, 2, 1)}, ["period"]),
        ({"sections": FIRST.period.sections[:1]}, ["sections"]),
        ({"assumptions": {}}, ["assumptions"]),
        ({"returns": FIRST.period.returns}, ["returns"]),
        ({"bases": FIRST.period.bases}, ["bases"]),
        ({"scoring": FIRST.period.scoring}, ["scoring"]),
        ({"scoring": FIRST.period.scoring, "assumptions": {}}, ["assumptions", "scoring"]),
        ({"document": FIRST.period.document.model_copy(update={"number": "x"})}, []),
    ],
)
def test_other_parts_of_a_plan(update, parts):
    assert others(*plans((T01,), (T01,), **update)) == parts


def test_another_set_of_units_is_told():
    """阳羡旅游度假区 is assessed from 2022 on."""
    made = {year: period(year, T01) for year in (2021, 2022, 2023)}
    folder = YIXING.model_copy(update={"periods": made})
    assert others(folder.plan(2021), folder.plan(2022)) == ["units"]
    assert others(folder.plan(2022), folder.plan(2023)) == []
